"""What waiting has cost today, for the header of a picker where nothing waits. Found out in a thread: it reads today's
transcripts and logs, which may take a second."""

from __future__ import annotations

import threading
import time

from cst import traces
from cst.core import report
from cst.model import CstError
from cst.render import report as rendered

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cst.model import Session
    from cst.settings import Settings

_EVERY = 300.0  # seconds between two times that it is found out


class Greeting:
    """`today 14 answers, median 40s, 9m lost`, as of some minutes ago. Used by one thread."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._text = ""
        self._asked: float | None = None  # when it was found out last, by a clock that nobody sets
        self._thread: threading.Thread | None = None

    def text(self, sessions: Sequence[Session]) -> str:
        """The sentence; "" where a session waits, nothing was answered today, or it is not known yet."""
        if any(session.needs_you for session in sessions):
            self._asked = None  # an answer is to come: then it is another one
            return ""
        idle = self._thread is None or not self._thread.is_alive()
        if idle and (self._asked is None or time.monotonic() - self._asked > _EVERY):
            self._asked = time.monotonic()
            self._thread = threading.Thread(target=self._find_out, args=(list(sessions),), daemon=True)
            self._thread.start()
        return self._text

    def _find_out(self, sessions: Sequence[Session]) -> None:
        now = time.time()
        offset = time.localtime(now).tm_gmtoff
        since = report.begin("today", now, offset)
        try:
            known = traces.read(self._settings, sessions, since, now)
        except (CstError, OSError):
            return  # `cst report` says what is wrong
        found = report.report(known.traces, known.waits, known.moments, "", since, now, offset)
        self._text = rendered.greeting(found)
