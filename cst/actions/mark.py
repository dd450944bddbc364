"""Marks: one more line in the marks log, never a state that is stored."""

from __future__ import annotations

from cst.model import CstError, Mark, Session
from cst.sources import marks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cst.settings import Settings


def seen(settings: Settings, session: Session, now: float, by: str) -> None:
    """Mark what a session shows now as seen. `by`: you (said so), jump, look. An open dialog is no such thing."""
    if session.state in ("permission", "question", "plan", "dialog"):
        raise CstError(f"a {session.state} stays until it is answered; `cst jump {session.key}` goes there")
    append(settings, [Mark(now, "seen", session.key, by=by)])


def noticed(settings: Settings, sessions: Sequence[Session], now: float) -> bool:
    """Mark the finished sessions that are on the screen of somebody who was active since; whether there were any.

    A log that cannot be written is not worth failing a status line for: they stay `done`.
    """
    looked_at = [s for s in sessions if s.state == "done" and s.watched]
    if not looked_at:
        return False
    try:
        append(settings, [Mark(now, "seen", session.key, by="look") for session in looked_at])
    except CstError:
        return False
    return True


def append(settings: Settings, made: list[Mark]) -> None:
    """Append to the marks log; CstError where it cannot be written."""
    try:
        marks.append(settings.marks_file, made)
    except OSError as error:
        raise CstError(f"cannot write {settings.marks_file}: {error.strerror}; mend its permissions") from None
