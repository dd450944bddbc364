"""`cst show`: all about one session, with its tool history."""

from __future__ import annotations

from cst import sessions
from cst.output import painter, print_json, print_lines, terminal_columns, warn_problems

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cst.args import Args
    from cst.settings import Settings


def run(args: Args, settings: Settings) -> int:
    """Print the session that is named, or the one of this pane."""
    snapshot, session = sessions.with_history(args["session"], settings)
    if args["json"]:
        from cst.render import schema

        return print_json(schema.shown(session))
    from cst.render import preview

    warn_problems(snapshot)
    columns, paint = terminal_columns(settings) or 100, painter(settings, args["color"])
    print_lines(preview.show(session, snapshot.now, columns, settings.home, paint), settings)
    return 0
