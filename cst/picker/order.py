"""Which row stands where while the picker is open. A row keeps its place, so that nothing moves under a finger:
new sessions come last and say so, those that are gone stay as dim rows. Pure."""

from __future__ import annotations

from cst.core.transitions import gone
from cst.model import host_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    from cst.model import Session

    Listed = tuple[Session, str]


class Order:
    """The places of the rows, from the first snapshot on."""

    def __init__(self) -> None:
        self._rows: list[str] = []  # keys
        self._known: dict[str, Session] = {}
        self._new: set[str] = set()
        self._renamed: dict[str, str] = {}  # the key that a row had, and the one it has
        self._away: set[str] = set()  # rows of hosts that do not answer, or are not shown

    def arrange(self, sessions: Sequence[Session], now: float, hidden: AbstractSet[str] = frozenset()) -> list[Listed]:
        """Every row in its place, each with what is new about it: "", "new" or "gone". Those with a `hidden` key are
        not gone, but out of sight, as are those that a host does not list any more: ended or archived, who knows."""
        found = {session.key: session for session in sessions}
        hidden = {*hidden, *(key for key in self._rows if host_of(key) and key not in found)}
        if hidden:
            self._rows = [key for key in self._rows if key not in hidden]
            self._known = {key: session for key, session in self._known.items() if key not in hidden}
        first = not self._rows
        self._replace_ended(found)
        for session in sessions:
            if session.key not in self._known:
                self._rows.append(session.key)
                if not first and session.state != "ended" and session.key not in self._away:
                    self._new.add(session.key)
        listed = []
        for key in self._rows:
            session = found.get(key) or gone(self._known[key], now)
            self._known[key] = session
            listed.append((session, "gone" if key not in found else "new" if key in self._new else ""))
        return listed

    def drop(self, hosts: Sequence[str]) -> None:
        """Forget the rows of these hosts: nobody can tell whether they are gone."""
        if any(host_of(row) in hosts for row in self._rows):
            self._away |= {row for row in self._rows if host_of(row) in hosts}
            self._rows = [row for row in self._rows if host_of(row) not in hosts]
            self._known = {key: self._known[key] for key in self._rows}

    def key_now(self, key: str) -> str:
        """The key that the session of a row has now: an ended one is known by its session id."""
        return self._renamed.get(key, key)

    def again(self) -> None:
        """Forget the places: the next rows are in order of urgency."""
        self._rows, self._known, self._new = [], {}, set()

    def _replace_ended(self, found: dict[str, Session]) -> None:
        """A session that ended has another name: its session id. It keeps its place."""
        for place, key in enumerate(self._rows):
            old = self._known[key]
            if key not in found and old.id != key and old.id in found and old.id not in self._known:
                self._rows[place] = self._renamed[key] = old.id
                self._known[old.id] = found[old.id]
                self._known.pop(key)
