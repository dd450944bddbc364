"""`cst open`: open a session's folder, a shell there, or its transcript."""

from __future__ import annotations

from cst import sessions
from cst.actions import jump, open
from cst.output import say
from cst.snapshot import ROWS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cst.args import Args
    from cst.settings import Settings


def run(args: Args, settings: Settings) -> int:
    """Open it in a new tmux window, or on this terminal outside tmux."""
    snapshot, session = sessions.resolve_any(args["session"], settings, ROWS)
    client = jump.client_of(snapshot, settings, args["client"])
    if args["what"] == "transcript":
        from cst.setup import assets

        message = open.transcript(settings, session, client, assets.program(), args["detach"])
    else:
        message = (open.shell if args["what"] == "shell" else open.editor)(settings, session, client, args["detach"])
    say(settings, client.name if client else "", message)
    return 0
