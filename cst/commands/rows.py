"""`cst rows`: the picker's rows, for fzf."""

from __future__ import annotations

from cst import sessions
from cst.args import number
from cst.output import print_lines
from cst.render import rows
from cst.render.paint import Paint
from cst.snapshot import ROWS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cst.args import Args
    from cst.settings import Settings


def run(args: Args, settings: Settings) -> int:
    """Print the heads and a row for each session."""
    snapshot, fleet = sessions.load_and_mark_seen(settings, ROWS, ended=args["all"])
    listed = [(session, "") for session in fleet if args["all"] or not session.archived]
    paint = Paint(not settings.no_color, settings.theme)
    print_lines(rows.rows(listed, snapshot.now, number(args["width"], 100), paint, shown=settings.shown))
    return 0
