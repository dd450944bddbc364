"""Which session changed its state between two looks. Pure."""

from __future__ import annotations

from cst.model import Session, label
from cst.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


class Change(Value):
    """One session that has another state than before; `before` is "" where it is seen for the first time."""

    at: float  # epoch seconds
    before: str
    session: Session
    shared: bool = False  # another session has the same name


class Known:
    """The sessions of the looks before this one, by their key: /clear gives a process another session id."""

    def __init__(self) -> None:
        self.sessions: dict[str, Session] = {}
        self._missed: set[str] = set()
        self._looked = 0.0  # epoch seconds of the look before

    def look(self, sessions: Sequence[Session], now: float) -> list[Change]:
        """What changed since the look before, oldest first. A session that is gone has ended once two looks miss it:
        a record that is just being written may be unreadable in one."""
        here = {session.key: session for session in sessions}
        missing = [key for key, session in self.sessions.items() if key not in here and session.state != "ended"]
        over = {session.id: session for session in sessions if session.state == "ended" and session.id}
        found = []
        for key in missing:
            session = self.sessions[key]
            if session.id not in over and key not in self._missed:
                self._missed.add(key)
                continue
            last = over.get(session.id) or gone(session, now)
            found.append(Change(self._when(last, now), session.state, last))
            del self.sessions[key]
            self.sessions[last.key] = last
            self._missed.discard(key)
        self._missed &= set(self.sessions) - set(here)
        for key, session in here.items():
            before = self.sessions.get(key)
            if before is None or before.state != session.state:
                found.append(Change(self._when(session, now), before.state if before else "", session))
            self.sessions[key] = session
        self._looked = now
        names = [label(session) for session in self.sessions.values()] if found else []
        found = [change._replace(shared=names.count(label(change.session)) > 1) for change in found]
        return sorted(found, key=lambda change: change.at)

    def _when(self, session: Session, now: float) -> float:
        """When it came into its state, where that is known and can be: not before the look that saw the other one."""
        if not self._looked:
            return session.since if 0 < session.since <= now else now
        return min(max(session.since, self._looked), now)


def gone(session: Session, now: float) -> Session:
    """A session that was there and whose process is not there any more."""
    if session.state == "ended":
        return session
    return session._replace(
        state="ended", since=now, because="its process is gone", rule="ended", needs_you=False, pid=None, place=None,
        wants=None, doing=None, snoozed=False, snoozed_until=0.0,
    )  # fmt: skip
