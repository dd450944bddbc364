"""The hot verbs that do something: jump, mark, end, choose. Wiring; imports stand inside, as in `look`."""

from __future__ import annotations

import os
import sys
import time

from cst import snapshot
from cst.look import any_session, look, plain, print_lines, say
from cst.model import CstError, Session

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from cst.settings import Settings

    Given = dict[str, Any]


def do_next(given: Given, own: Settings) -> int:
    """`cst next`; exit 1 where nobody waits."""
    from cst.actions import choose, jump
    from cst.view import bar

    seen, sessions = look(own, snapshot.STATUS)
    client = jump.client_of(seen, own, given["client"])
    waiting = choose.queue(sessions, client)
    if waiting:
        message = bar.arrival(waiting[0], seen.now, len(waiting) - 1)
        if given["peek"]:
            print_lines([message], own)
        else:
            jump.jump(own, waiting[0], client, seen.now, message)
        return 0
    here = next((s for s in sessions if s.needs_you and choose.is_here(s, client)), None)
    unreachable = sum(s.needs_you and s is not here for s in sessions)
    message = bar.nothing(sessions, here, unreachable, seen.now)
    say(own, client.name if client and not given["peek"] else "", message)
    return 1


def do_back(given: Given, own: Settings) -> int:
    """`cst back`."""
    from cst.actions import jump

    seen = snapshot.take(own, time.time(), snapshot.STATUS)
    client = jump.client_of(seen, own, given["client"])
    if client is None:
        raise CstError("no tmux client to bring back; pass one with --client, `tmux list-clients` lists them")
    print_lines([jump.back(seen, own, client, seen.now)], own)
    return 0


def do_jump(given: Given, own: Settings) -> int:
    """`cst jump`."""
    from cst.actions import jump

    seen, session = any_session(given["session"], own, snapshot.STATUS)
    jump.jump(own, session, jump.client_of(seen, own, given["client"]), seen.now)
    return 0


def do_kill(given: Given, own: Settings) -> int:
    """`cst kill`; exit 1 if one did not end, also because it was to be kept."""
    from cst.actions import find

    seen, sessions = look(own, snapshot.ROWS)
    targets = [find.find(sessions, word, own.socket) for word in given["session"]]
    failed = 0
    for session in targets:
        if given["yes"] or _confirmed(session, own, seen.now):
            failed += not _ended(session, own, given["force"])
        else:
            print("cst: kept", file=sys.stderr)
            failed += 1
    return 1 if failed else 0


def _confirmed(session: Session, own: Settings, now: float) -> bool:
    from cst.sources import changes
    from cst.view import question

    if not os.isatty(0):
        raise CstError("kill asks before it ends a session, and there is no terminal to ask on; pass --yes")
    lines = question.several([session], now, question.lost(changes.several([session.cwd])), 120)
    print("\n".join(plain(lines, own)), "[y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _ended(session: Session, own: Settings, force: bool) -> bool:
    from cst.actions import kill

    if os.isatty(2):
        print(f"cst: waiting up to {own.kill_grace:.0f} s for it to end", file=sys.stderr)
    try:
        print_lines([kill.end(session, own.kill_grace, force)], own)
    except CstError as error:
        print(f"cst: {error}", file=sys.stderr)
        return False
    return True
