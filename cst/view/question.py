"""What is asked before a session is ended: who it is, and what would be lost."""

from __future__ import annotations

from cst.model import age, label
from cst.view.table import what
from cst.view.text import clean, cut

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cst.model import Session


def question(session: Session, now: float) -> list[str]:
    """Two lines: the question, and the state of what it is about."""
    who = f"End {cut(clean(label(session), 60), 40)} (pid {session.pid})?"
    does = cut(what(session, now), 60)
    return [who, f"  {session.state} for {age(now - session.since)}" + (f" · {does}" if does else "")]


def several(sessions: Sequence[Session], now: float, files: int, columns: int) -> list[str]:
    """The question about one session or about all that are marked, and what would be lost: always two lines."""
    lost = f"{files} uncommitted file{'s' * (files > 1)} in {'its folder' if len(sessions) == 1 else 'their folders'}"
    if len(sessions) == 1:
        lines = question(sessions[0], now)
        return [lines[0], cut(lines[1] + (f" · {lost}" if files else ""), columns)]
    names = ", ".join(f"{cut(clean(label(session), 60), 24)} ({session.state})" for session in sessions)
    return [f"End {len(sessions)} sessions?" + (f" {lost}" if files else ""), cut("  " + names, columns)]
