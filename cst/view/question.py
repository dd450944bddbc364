"""What is asked before a session is ended: who it is, and what would be lost."""

from __future__ import annotations

from cst.model import age, label
from cst.view.table import what
from cst.view.text import clean, cut

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cst.model import Session


def question(session: Session, now: float) -> list[str]:
    """Two lines: the question, and the state of what it is about."""
    who = f"End {cut(clean(label(session), 60), 40)} (pid {session.pid})?"
    does = cut(what(session, now), 60)
    return [who, f"  {session.state} for {age(now - session.since)}" + (f" · {does}" if does else "")]
