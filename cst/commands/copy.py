"""`cst copy`: copy a session's id, its folder, or the command that resumes it; in a script, print it."""

from __future__ import annotations

import os

from cst import sessions
from cst.actions import copy, jump
from cst.output import print_lines, say
from cst.snapshot import ROWS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cst.args import Args
    from cst.settings import Settings


def run(args: Args, settings: Settings) -> int:
    """Copy it into tmux's buffer and the clipboard. Where the output goes into a pipe or a file, that gets it."""
    snapshot, session = sessions.resolve_any(args["session"], settings, ROWS)
    text = copy.text(settings, session, args["what"] or "id")
    in_binding = bool(settings.tmux and not settings.tmux_pane) or bool(args["client"])
    if not os.isatty(1) and not in_binding:
        print_lines([text])
        return 0
    client = jump.client_of(snapshot, settings, args["client"])
    message = copy.copy(settings, text, client)
    say(settings, client.name if client else "", message)
    return 0
