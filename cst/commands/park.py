"""`cst park`: write down where sessions are, and end them if asked."""

from __future__ import annotations

from cst import sessions
from cst.actions import kill, park
from cst.commands._ending import is_confirmed
from cst.core.naming import display_names, told_apart
from cst.model import CstError, UsageError
from cst.output import print_lines, warn
from cst.snapshot import ROWS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cst.args import Args
    from cst.model import Session
    from cst.settings import Settings


def run(args: Args, settings: Settings) -> int:
    """Park those that are named, all, or that of this pane; exit 1 if one could not be parked, or did not end."""
    if args["all"] and args["session"]:
        raise UsageError("--all parks every session; name some, or leave out their names")
    snapshot, fleet = sessions.load_and_mark_seen(settings, ROWS)
    if args["resurrect"]:
        count = park.resurrect(settings, fleet, args["resurrect"])
        panes = "pane resumes its" if count == 1 else "panes resume their"
        print_lines([f"in {args['resurrect']} {count} {panes} session"], settings)
        return 0
    if args["all"]:
        named = [s for s in fleet if s.pid is not None and s.place and s.kind == "interactive"]
    else:
        named = [sessions.resolve(fleet, word, settings, whole=True) for word in args["session"] or [""]]
    live = [session for session in fleet if session.pid is not None]
    chosen, failed = _parkable(list({session.key: session for session in named}.values()), live)
    if not chosen:
        warn("no session was parked")
        return 1
    if args["end"] and not args["yes"] and not is_confirmed("park", chosen, settings, snapshot.now):
        warn("nothing was ended or parked")
        return 1
    park.park(settings, snapshot, fleet, chosen)
    called = told_apart(chosen, live)
    print_lines([f"parked: {', '.join(display_names(called, 30))}; `cst restore` opens them again"], settings)
    return 1 if failed + (_end(called, settings) if args["end"] else 0) else 0


def _parkable(named: Sequence[Session], live: Sequence[Session]) -> tuple[list[Session], int]:
    chosen, failed = [], 0
    for session, called in zip(named, told_apart(named, live), strict=True):
        try:
            park.check(called)
        except CstError as error:
            warn(str(error))
            failed += 1
            continue
        chosen.append(session)
    return chosen, failed


def _end(chosen: Sequence[Session], settings: Settings) -> int:
    """End each; how many did not."""
    failed = 0
    for session in chosen:
        try:
            print_lines([kill.end(settings, session, comes_back=True)], settings)
        except CstError as error:
            warn(str(error))
            failed += 1
    return failed
