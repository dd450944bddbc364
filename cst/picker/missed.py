"""How many sessions were lost, for the header of a picker. Found out in a thread: no row waits for it."""

from __future__ import annotations

import threading

from cst.sessions import lost_count
from cst.store import losses

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cst.model import Session, Snapshot
    from cst.settings import Settings


class Missed:
    """The number, as of some minutes ago or since another session lives. Used by one thread."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._count = 0
        self._thread: threading.Thread | None = None

    def count(self, snapshot: Snapshot, sessions: Sequence[Session]) -> int:
        """How many it is, or was before the sessions became others; 0 until it is known."""
        if self._settings.replay:
            return 0
        known = losses.read(self._settings, sessions, snapshot.now)
        if known is not None:
            self._count = known
        elif self._thread is None or not self._thread.is_alive():
            given = (self._settings, snapshot, list(sessions))
            self._thread = threading.Thread(target=lost_count, args=given, daemon=True)
            self._thread.start()
        return self._count
