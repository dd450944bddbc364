"""How many sessions were lost, for a picker and `ls --watch`. Found out in a thread: no row waits for it."""

from __future__ import annotations

import threading

from cst.sessions import search_lost
from cst.store import losses
from cst.text import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cst.model import Session, Snapshot
    from cst.settings import Settings
    from cst.store.losses import Found, World


class LossWatch:
    """What was found last: kept here too, for the file may not be writable. Used by one thread."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._found: Found | None = None
        self._thread: threading.Thread | None = None

    def count(self, snapshot: Snapshot, sessions: Sequence[Session]) -> tuple[int, Sequence[tuple[str, str]]]:
        """How many are lost, as far as it is known by now, and what could not be read."""
        world = losses.look(self._settings, snapshot, sessions)
        if world is None:
            return 0, ()
        known = losses.read(self._settings, world) or (losses.still(self._found, world) if self._found else None)
        if known:
            self._found = known
        elif self._thread is None or not self._thread.is_alive():
            given = (snapshot, list(sessions), world)
            self._thread = threading.Thread(target=self._search, args=given, daemon=True)
            self._thread.start()
        found = self._found
        return (found.count(world), found.problems) if found else (0, ())

    def _search(self, snapshot: Snapshot, sessions: Sequence[Session], world: World) -> None:
        try:
            self._found = search_lost(self._settings, snapshot, sessions, world)
        except Exception as error:  # the header says so, and a minute later it is tried again
            what = f"cannot tell how many: {type(error).__name__}: {clean(str(error), 200)}"
            self._found = losses.Found(world.at, world.about, world.persons, problems=[("lost", what)])
