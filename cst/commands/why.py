"""`cst why`: why a session has its state: every rule, and the evidence of each source."""

from __future__ import annotations

from cst import sessions
from cst.core import explain, fleet
from cst.output import painter, print_json, print_lines, terminal_columns, warn_problems
from cst.render import explain as view

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cst.args import Args
    from cst.settings import Settings


def run(args: Args, settings: Settings) -> int:
    """Print the explanation; `--redact` hides what the session says, for a bug report."""
    snapshot, session = sessions.with_history(args["session"], settings)
    if args["redact"]:
        from cst.core import redact

        snapshot = redact.snapshot(snapshot)
        session = next(s for s in fleet.sessions(snapshot) if s.key == session.key)
    explanation = explain.explain(snapshot, session)
    if args["json"]:
        return print_json(view.as_json(explanation))
    warn_problems(snapshot)
    columns, paint = terminal_columns(settings) or 120, painter(settings, args["color"])
    print_lines(view.why(explanation, columns, paint), settings)
    return 0
