"""`cst wait` and `cst events`: what becomes of sessions, seen by looking again and again."""

from __future__ import annotations

import time

from cst.changed import Known
from cst.look import columns, named, paint, print_lines
from cst.model import CstError, Session, UsageError, gone
from cst.watch import Watch

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from cst.changed import Change
    from cst.settings import Settings

    Given = dict[str, Any]

_DEFAULT = ("done", "needs-you")
_FAILED = ("error", "interrupted")  # a turn that is over, and not done


def do_wait(given: Given, own: Settings) -> int:
    """`cst wait`; exit 1 where it was not to be."""
    from cst.view import bar

    seconds = _seconds(given["timeout"]) if given["timeout"] else None
    session, met = wait(own, given["session"], given["until"] or _DEFAULT, seconds)
    print_lines([bar.arrival(session, time.time(), 0)], own)
    return 0 if met else 1


def wait(
    own: Settings, word: str, until: tuple[str, ...] | list[str], seconds: float | None = None
) -> tuple[Session, bool]:
    """The session that `word` names once it is in one of the states `until`, and True; False where that cannot be any
    more, or did not come within so many seconds. CstError where no session is meant.

    `until` are states and "needs-you". The session is followed by its key: /clear gives it another id.
    """
    deadline = None if seconds is None else time.monotonic() + seconds
    watch = Watch(own)
    session = named(watch.look(at_once=True)[1], word, own)
    missed = 0
    while True:
        verdict = reached(session, until)
        left = 1.0 if deadline is None else deadline - time.monotonic()
        if verdict is not None or left <= 0:
            return session, bool(verdict)
        time.sleep(min(own.refresh, left))
        seen, sessions = watch.look()
        now = _now(sessions, session)
        missed = 0 if now else missed + 1
        if now or missed > 1:  # a record that is just being written may be unreadable once
            session = now or gone(session, seen.now)


def reached(session: Session, until: tuple[str, ...] | list[str]) -> bool | None:
    """Whether a session is where it was waited for; None while it may still get there.

    Who waits for `done` means the end of the turn: a question in plain text is one too, and so is `idle`, for somebody
    may have looked at it meanwhile. A turn that failed or was interrupted is over and was not done.
    """
    wanted = {*until}
    if "done" in wanted:
        wanted |= {"asked", "idle"}
    if session.state in wanted or ("needs-you" in wanted and session.needs_you):
        return True
    if "idle" in wanted and session.state == "done":
        return True
    return False if session.state == "ended" or ("done" in wanted and session.state in _FAILED) else None


def _now(sessions: list[Session], session: Session) -> Session | None:
    """The session as it is now: the same process, else what that has left."""
    same = next((one for one in sessions if one.key == session.key), None)
    return same or next((s for s in sessions if s.state == "ended" and s.id and s.id == session.id), None)


def _seconds(text: str) -> float:
    from cst.actions import mark
    from cst.view.text import clean

    try:
        return mark.duration(text)
    except CstError:
        raise UsageError(f"{clean(text, 20)!r} is no time to wait; say 90s, 30m or 2h, a year at most") from None


def do_events(given: Given, own: Settings) -> int:
    """`cst events`; exit 1 where there is no session and nothing to follow."""
    from cst.jsonl import one_line
    from cst.view import changed

    brush, offset, printed = paint(own, "auto"), time.localtime().tm_gmtoff, False
    for changes in events(own, given["session"], given["follow"]):
        wide = columns(own)
        if changes:
            print_lines([
                one_line(changed.as_json(change)) if given["json"] else changed.line(change, offset, wide, brush)
                for change in changes
            ])  # fmt: skip
            printed = True
    return 0 if printed else 1


def events(
    own: Settings, words: list[str], follow: bool, sleep: Callable[[float], None] = time.sleep
) -> Iterator[list[Change]]:
    """The changes of each look, those of the first one from nothing. CstError where a word names no session."""
    watch, known = Watch(own), Known()
    seen, sessions = watch.look(at_once=True)
    keys = {named(sessions, word, own).key for word in words}
    ids = {session.id for session in sessions if session.key in keys}
    while True:
        changes = known.look(sessions, seen.now)
        mine = [change for change in changes if not words or _meant(change, keys, ids)]
        ids |= {change.session.id for change in mine}
        yield mine
        if not follow:
            return
        sleep(own.refresh)
        seen, sessions = watch.look()


def _meant(change: Change, keys: set[str], ids: set[str]) -> bool:
    """Whether it is one of these sessions: by its key or, once it has ended and has no process, by its id."""
    return change.session.key in keys or (change.session.state == "ended" and change.session.id in ids)
