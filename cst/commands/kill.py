"""`cst kill`: end sessions, SIGTERM to exactly that process, after a question."""

from __future__ import annotations

import os

from cst import sessions
from cst.actions import kill
from cst.model import CstError
from cst.output import as_printable, confirm, print_lines, warn
from cst.snapshot import ROWS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cst.args import Args
    from cst.model import Session
    from cst.settings import Settings


def run(args: Args, settings: Settings) -> int:
    """End each session that is named; exit 1 if one did not end, also because the user kept it."""
    snapshot, fleet = sessions.load_and_mark_seen(settings, ROWS)
    targets = [sessions.resolve(fleet, word, settings, whole=True) for word in args["session"]]
    if args["dry-run"]:
        for session in targets:
            print_lines(_question(session, snapshot.now), settings)
        return 0
    failed = 0
    for session in targets:
        if args["yes"] or _is_confirmed(session, settings, snapshot.now):
            failed += not _end(session, settings, args["force"])
        else:
            warn("nothing was ended")
            failed += 1
    return 1 if failed else 0


def _is_confirmed(session: Session, settings: Settings, now: float) -> bool:
    lines = as_printable(_question(session, now), settings)
    return confirm("\n".join(lines), "kill asks before it ends a session")


def _question(session: Session, now: float) -> list[str]:
    from cst.render import kill_prompt

    return kill_prompt.several([session], now, kill_prompt.lost(*kill.at_stake([session])), 120)


def _end(session: Session, settings: Settings, force: bool) -> bool:
    if os.isatty(2):
        warn(f"SIGTERM: waiting up to {settings.kill_grace:.0f} s for it to end")
    try:
        print_lines([kill.end(settings, session, force)], settings)
    except CstError as error:
        warn(str(error))
        return False
    return True
