"""`cst preview`: the picker's preview of one session, for fzf."""

from __future__ import annotations

from cst import sessions
from cst.args import number
from cst.core import lookup
from cst.output import print_lines
from cst.picker.pages import page
from cst.render.paint import Paint
from cst.snapshot import ROWS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cst.args import Args
    from cst.settings import Settings


def run(args: Args, settings: Settings) -> int:
    """Print one page about the session of that key."""
    ended = not args["session"].replace(".", "").isdigit()
    snapshot, fleet = sessions.load_and_mark_seen(settings, ROWS, ended=ended)
    session = lookup.find(fleet, args["session"])
    columns, lines, paint = number(args["width"], 80), number(args["height"], 0), Paint(not settings.no_color)
    print_lines(page(settings, snapshot, session, args["page"] or "tools", columns, lines, paint), settings)
    return 0
