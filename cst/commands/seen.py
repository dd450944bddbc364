"""`cst seen`: mark sessions as seen."""

from __future__ import annotations

from cst.actions import marks
from cst.commands._marks import mark

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cst.args import Args
    from cst.settings import Settings


def run(args: Args, settings: Settings) -> int:
    """They no longer need you until they change."""
    return mark(args, settings, args["session"], lambda found, now: marks.seen(settings, found, now))
