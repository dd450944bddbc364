"""`cst copy`: copy a session's id, its folder, or the command that resumes it."""

from __future__ import annotations

from cst import sessions
from cst.actions import copy, jump
from cst.output import say
from cst.snapshot import ROWS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cst.args import Args
    from cst.settings import Settings


def run(args: Args, settings: Settings) -> int:
    """Copy it into tmux's buffer and the clipboard."""
    snapshot, session = sessions.resolve_any(args["session"], settings, ROWS)
    client = jump.client_of(snapshot, settings, args["client"])
    message = copy.copy(settings, copy.text(settings, session, args["what"] or "id"), client)
    say(settings, client.name if client else "", message)
    return 0
