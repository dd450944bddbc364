"""`cst demo`: try it all on made-up sessions in a private tmux."""

from __future__ import annotations

from cst.demo import fleet
from cst.setup import assets

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cst.args import Args
    from cst.settings import Settings


def run(args: Args, settings: Settings) -> int:  # noqa: ARG001  # the demo has a home of its own
    """Open the demo, or run one verb in it."""
    return fleet.run(args["command"], assets.program())
