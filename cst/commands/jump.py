"""`cst jump`: show a session's pane on your tmux client."""

from __future__ import annotations

from cst import sessions
from cst.actions import jump
from cst.core import route
from cst.core.naming import display_name
from cst.model import CstError
from cst.snapshot import STATUS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cst.args import Args
    from cst.model import Session, Snapshot
    from cst.settings import Settings


def run(args: Args, settings: Settings) -> int:
    """Jump to the session that is named; first say which other clients that moves."""
    snapshot, session = sessions.resolve_any(args["session"], settings, STATUS)
    if args["through"]:
        return _through(args["through"], settings, snapshot, session)
    client = jump.client_of(snapshot, settings, args["client"])
    way = route.to_session(snapshot, session, client)
    if way.also:
        from cst.output import print_lines

        print_lines([way.also], settings)
    jump.jump(settings, session, client, snapshot.now, way)
    return 0


def _through(ways: list[str], settings: Settings, snapshot: Snapshot, session: Session) -> int:
    """For a cst elsewhere, which shows the pane at its own end of the way: say which one it was."""
    from cst.actions import attached
    from cst.output import print_lines

    if session.place is None:
        raise CstError(f"{display_name(session)} is in no tmux pane")
    client, through = attached.client_through(settings, session.place.socket, snapshot.clients, ways)
    way = route.to_session(snapshot, session, client)
    jump.jump(settings, session, client, snapshot.now, way)
    print_lines([f"through {through}", *filter(None, [way.also])], settings)
    return 0
