"""What is asked before a session is ended: who it is, and what would be lost."""

from __future__ import annotations

from cst.model import NO_REPOSITORY, age, label
from cst.view.table import what
from cst.view.text import clean, cut, width

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cst.model import Changes, Session


def lost(folders: Sequence[Changes]) -> str:
    """What is not committed in these folders; "" for nothing, or for folders that git knows nothing of."""
    files = sum(len(one.files) for one in folders)
    parts = [f"{files} uncommitted file{'s' * (files > 1)}"] if files else []
    unknown = [one.problem for one in folders if one.problem and one.problem != NO_REPOSITORY]
    return ", ".join([*parts, *([f"uncommitted files unknown ({clean(unknown[0], 60)})"] if unknown else [])])


def several(sessions: Sequence[Session], now: float, lost: str, columns: int) -> list[str]:
    """The question about one session or about all that are marked, and what would be lost: always two lines."""
    if len(sessions) == 1:
        [session] = sessions
        state, lost = f"  {session.state} for {age(now - session.since)}", f" · {lost}" if lost else ""
        does = cut(what(session, now), min(60, columns - width(state + lost) - 3))  # it yields to what would be lost
        who = f"End {cut(clean(label(session), 60), 40)} (pid {session.pid})?"
        return [who, cut(state + (f" · {does}" if does else "") + lost, columns)]
    names = ", ".join(f"{cut(clean(label(session), 60), 24)} ({session.state})" for session in sessions)
    return [f"End {len(sessions)} sessions?" + (f" {lost}" if lost else ""), cut("  " + names, columns)]
