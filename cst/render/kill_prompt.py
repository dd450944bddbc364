"""What is asked before a session is ended: who it is, and what would be lost."""

from __future__ import annotations

from cst.changes import NO_REPOSITORY
from cst.core.naming import display_name, display_names, with_place
from cst.render.activity import what
from cst.render.paint import looks
from cst.text import age, clean, cut, fit, width

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cst.changes import Changes
    from cst.model import Session
    from cst.render.paint import Paint


_MOST, _COMMAND = 2, 40  # commands that are named, and columns of one


def lost(folders: Sequence[Changes], queued: int = 0, running: Sequence[tuple[str, float]] = ()) -> str:
    """How many prompts are queued, which commands run, and what is not committed in these folders; "" for nothing, or
    for folders that git knows nothing of."""
    files = sum(len(one.files) for one in folders)
    parts = [f"{queued} queued prompt{'s' * (queued > 1)}"] if queued else []
    parts += [_running(running)] if running else []
    parts += [f"{files} uncommitted file{'s' * (files > 1)}"] if files else []
    unknown = [one.problem for one in folders if one.problem and one.problem != NO_REPOSITORY]
    return ", ".join([*parts, *([f"uncommitted files unknown ({clean(unknown[0], 60)})"] if unknown else [])])


def _running(commands: Sequence[tuple[str, float]]) -> str:
    """`2 running commands (npm run dev, 27m; make watch, 3s)`, those first that have run longest."""
    longest = sorted(commands, key=lambda one: -one[1])
    named = [f"{cut(clean(command, 400), _COMMAND) or 'not known'}, {age(taken)}" for command, taken in longest[:_MOST]]
    named += ["…"] if len(longest) > _MOST else []
    return f"{len(commands)} running command{'s' * (len(commands) > 1)} ({'; '.join(named)})"


def several(sessions: Sequence[Session], now: float, lost: str, columns: int, loses: Sequence[str] = ()) -> list[str]:
    """The question about one session or about all that are marked, and what would be lost, with each of several: always
    two lines."""
    if len(sessions) == 1:
        [session] = sessions
        state, lost = f"  {session.state} for {age(now - session.since)}", f" · {lost}" if lost else ""
        does = cut(what(session, now), min(60, columns - width(state + lost) - 3))  # it yields to what would be lost
        who = f"End {with_place(session) if session.place else display_name(session)} (pid {session.pid})?"
        return [cut(who, columns), cut(state + (f" · {does}" if does else "") + lost, columns)]
    called = zip(display_names(sessions, 24), sessions, loses or [""] * len(sessions), strict=True)
    names = ", ".join(f"{name} ({session.state}{f', {goes}' if goes else ''})" for name, session, goes in called)
    return [cut(f"End {len(sessions)} sessions?" + (f" {lost}" if lost else ""), columns), cut("  " + names, columns)]


def each(sessions: Sequence[Session], now: float, lost: Sequence[str], columns: int) -> list[str]:
    """The question about one session or several for a command line, where there is room for a line for each: who it is,
    what it does, and what would be lost with it."""
    if len(sessions) == 1:
        return several(sessions, now, lost[0], columns)
    lines = []
    for session, goes in zip(sessions, lost, strict=True):
        who, does = several([session], now, goes, columns)
        lines.append(cut(f"  {who.removeprefix('End ').removesuffix('?')}: {does.strip()}", columns))
    return [*lines, f"End these {len(sessions)} sessions?"]


def all_of(sessions: Sequence[Session], lost: Sequence[str], now: float, columns: int, paint: Paint) -> list[str]:
    """Each of several on a line: what it does, since when, what it is called, what would be lost, what it wants."""
    found = [paint("1", f"{len(sessions)} sessions, marked")]
    states = [f"{looks(session.state)[0]} {session.state} {age(now - session.since)}" for session in sessions]
    wide = max(map(width, states))
    for session, state, name, goes in zip(sessions, states, display_names(sessions), lost, strict=True):
        since = fit(state, wide)
        rest = " · ".join(filter(None, (f"{name} (pid {session.pid})", goes, what(session, now))))
        room = max(0, columns - width(since) - 4)
        found.append(f"  {paint.state(session.state, since)}  {cut(rest, room)}")
    return found
