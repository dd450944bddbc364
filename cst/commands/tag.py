"""`cst tag`: tag sessions, or print their tags."""

from __future__ import annotations

from cst.actions import marks
from cst.commands._marks import mark

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cst.args import Args
    from cst.settings import Settings


def run(args: Args, settings: Settings) -> int:
    """Add and remove tags; without either, print those that there are."""
    add, remove = args["add"], args["remove"]
    if add or remove:
        return mark(args, settings, args["session"], lambda found, now: marks.tag(settings, found, now, add, remove))
    return mark(args, settings, args["session"], lambda found, _: marks.tags(found))
