"""`cst fetch`: ask hosts for their sessions, and keep the answers. `cst status --all-hosts` starts this."""

from __future__ import annotations

from cst import hosts
from cst.system import hosts as prefixes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cst.args import Args
    from cst.settings import Settings


def run(args: Args, settings: Settings) -> int:
    """Ask them, all at once; nothing is printed."""
    hosts.ask(settings, prefixes.chosen(settings.hosts, args["host"]))
    return 0
