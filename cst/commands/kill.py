"""`cst kill`: end sessions, SIGTERM to exactly that process, after a question."""

from __future__ import annotations

import os

from cst import sessions
from cst.actions import kill
from cst.commands._ending import is_confirmed, question
from cst.core.naming import told_apart
from cst.model import CstError
from cst.output import print_lines, warn
from cst.snapshot import ROWS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cst.args import Args
    from cst.model import Session
    from cst.settings import Settings


def run(args: Args, settings: Settings) -> int:
    """End the sessions that are named, after one question about all; exit 1 if one did not end, also because the user
    kept it."""
    snapshot, fleet = sessions.load_and_mark_seen(settings, ROWS)
    named = [sessions.resolve(fleet, word, settings, whole=True) for word in args["session"]]
    targets = list({session.key: session for session in named}.values())
    called = told_apart(targets, [session for session in fleet if session.pid is not None])
    if args["dry-run"]:
        for session in targets:
            print_lines(question([session], snapshot.now), settings)
        return 0
    if not args["yes"] and not is_confirmed("kill", targets, settings, snapshot.now):
        warn("nothing was ended")
        return 1
    return 1 if sum(not _end(session, settings, args["force"]) for session in called) else 0


def _end(session: Session, settings: Settings, force: bool) -> bool:
    if os.isatty(2):
        warn(f"SIGTERM: waiting up to {settings.kill_grace:.0f} s for it to end")
    try:
        print_lines([kill.end(settings, session, force)], settings)
    except CstError as error:
        warn(str(error))
        return False
    return True
