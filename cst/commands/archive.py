"""`cst archive`: put sessions out of sight, and keep them."""

from __future__ import annotations

from cst.actions import marks
from cst.commands._marks import mark

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cst.args import Args
    from cst.model import Session
    from cst.settings import Settings


def run(args: Args, settings: Settings) -> int:
    """Archive, or with `--off` bring back."""

    def act(found: list[Session], now: float) -> str:
        return marks.archive(settings, found, now, not args["off"])

    return mark(args, settings, args["session"], act)
