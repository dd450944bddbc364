"""`cst pin`: pin sessions to the top."""

from __future__ import annotations

from cst.actions import marks
from cst.commands._marks import mark

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cst.args import Args
    from cst.settings import Settings


def run(args: Args, settings: Settings) -> int:
    """Pin, or with `--off` unpin."""
    return mark(args, settings, args["session"], lambda found, now: marks.pin(settings, found, now, not args["off"]))
