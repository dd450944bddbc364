"""`cst pin`: pin sessions to the top."""

from __future__ import annotations

from cst.actions import marks
from cst.commands._marks import mark

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cst.args import Args
    from cst.model import Session
    from cst.settings import Settings


def run(args: Args, settings: Settings) -> int:
    """Pin, or with `--off` unpin."""
    note = args["note"] or None

    def act(found: list[Session], now: float) -> str:
        return marks.pin(settings, found, now, not args["off"], note)

    return mark(args, settings, args["session"], act)
