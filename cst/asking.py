"""What the picker's keys ask and do. Each looks at the world anew before it acts.

Imports stand inside: most pickers are opened for one key.
"""

from __future__ import annotations

import time

from cst import snapshot
from cst.look import look
from cst.model import CstError, Session, label
from cst.picker.desk import Outcome, Question
from cst.view.text import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cst.model import Client, Snapshot
    from cst.settings import Settings
    from cst.view.paint import Paint


def page(
    own: Settings, seen: Snapshot, session: Session, name: str, columns: int, lines: int, paint: Paint
) -> list[str]:
    """A page of the preview."""
    from cst import fleet
    from cst.view import preview

    deep = snapshot.deepened(seen, session.id)
    found = next((s for s in fleet.sessions(deep) if s.key == session.key), session)
    return preview.preview(found, time.time(), columns, 0, own.home, paint)


class Acts:
    """The actions of one picker."""

    def __init__(self, own: Settings, client: str, stay: bool) -> None:
        self._own, self._client, self._stay = own, client, stay

    def ask(self, action: str, sessions: Sequence[Session], seen: Snapshot, paint: Paint) -> Question | None:
        """What has to be asked before an action; None for those that are done at once."""
        if action == "kill":
            return self._ask_kill(sessions, seen.now)
        return None

    def act(self, action: str, keys: Sequence[str], answer: str) -> Outcome:
        """Do it. CstError where it cannot be done."""
        from cst.actions import find

        seen, sessions = look(self._own, snapshot.ROWS)
        chosen = [find.find(sessions, key) for key in keys]
        if action == "jump":
            return self._jump(chosen[0], seen)
        if action == "kill":
            return self._kill(chosen, answer)
        if action == "seen":
            return self._seen(chosen, seen.now)
        raise CstError(f"{action} is not built yet")

    def _here(self, seen: Snapshot) -> Client | None:
        from cst.actions import jump

        return jump.client_of(seen, self._own, self._client)

    def _jump(self, session: Session, seen: Snapshot) -> Outcome:
        from cst.actions import jump

        client = self._here(seen)
        if client is None and session.place and not self._own.tmux:
            if self._stay:
                return Outcome(run=("jump", session.key))
            return Outcome(session.key, leave=True)
        jump.jump(self._own, session, client, seen.now)
        return Outcome(f"{clean(label(session), 40)} is shown") if self._stay else Outcome(leave=True)

    def _ask_kill(self, sessions: Sequence[Session], now: float) -> Question:
        from cst.view.question import question

        gone = [session for session in sessions if session.pid is None]
        if gone:
            raise CstError(f"{clean(label(gone[0]), 40)} has ended already")
        return Question((*question(sessions[0], now), "  y = end it (SIGTERM)    n, esc = keep it"), "yKn")

    def _kill(self, sessions: Sequence[Session], answer: str) -> Outcome:
        from cst.actions import kill

        said = [kill.end(session, self._own.kill_grace, force=answer == "K") for session in sessions]
        return Outcome("; ".join(said))

    def _seen(self, sessions: Sequence[Session], now: float) -> Outcome:
        from cst.actions import mark

        for session in sessions:
            mark.seen(self._own, session, now, "you")
        return Outcome(f"seen: {', '.join(clean(label(session), 30) for session in sessions)}")
