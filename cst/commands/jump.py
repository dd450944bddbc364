"""`cst jump`: show a session's pane on your tmux client."""

from __future__ import annotations

from cst import sessions
from cst.actions import jump
from cst.core import route
from cst.snapshot import STATUS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cst.args import Args
    from cst.settings import Settings


def run(args: Args, settings: Settings) -> int:
    """Jump to the session that is named; first say which other clients that moves."""
    snapshot, session = sessions.resolve_any(args["session"], settings, STATUS)
    client = jump.client_of(snapshot, settings, args["client"])
    way = route.to_session(snapshot, session, client)
    if way.also:
        from cst.output import print_lines

        print_lines([way.also], settings)
    jump.jump(settings, session, client, snapshot.now, way)
    return 0
