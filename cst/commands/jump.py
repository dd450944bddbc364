"""`cst jump`: show a session's pane on your tmux client."""

from __future__ import annotations

from cst import sessions
from cst.actions import jump
from cst.snapshot import STATUS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cst.args import Args
    from cst.settings import Settings


def run(args: Args, settings: Settings) -> int:
    """Jump to the session that is named."""
    snapshot, session = sessions.resolve_any(args["session"], settings, STATUS)
    jump.jump(settings, session, jump.client_of(snapshot, settings, args["client"]), snapshot.now)
    return 0
