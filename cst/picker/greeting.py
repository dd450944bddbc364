"""What waiting has cost today, for the header of a picker where nothing waits. Found out in a thread: it reads today's
transcripts and logs, which may take a second."""

from __future__ import annotations

import threading
import time

from cst import traces
from cst.core import report
from cst.model import CstError
from cst.render import report as rendered
from cst.system import days

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cst.model import Session
    from cst.settings import Settings

_EVERY = 300.0  # seconds between two times that it is found out
_SOONEST = 60.0  # of them where something was answered since: all transcripts of today are read


class Greeting:
    """`today 14 answers, median 40s, 9m lost waiting`, as of some minutes ago. Used by one thread."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._text = ""
        self._asked: float | None = None  # when it was found out last, by a clock that nobody sets
        self._answered = False  # since then
        self._thread: threading.Thread | None = None

    def text(self, sessions: Sequence[Session]) -> str:
        """The sentence; "" where a session waits, nothing was answered today, or it is not known: not yet,
        or not from all sources."""
        if any(session.needs_you for session in sessions):
            self._answered = True  # it is to come: then the sentence is another one
            return ""
        idle = self._thread is None or not self._thread.is_alive()
        every = _SOONEST if self._answered else _EVERY
        if idle and (self._asked is None or time.monotonic() - self._asked > every):
            self._asked, self._answered = time.monotonic(), False
            self._thread = threading.Thread(target=self._find_out, args=(list(sessions),), daemon=True)
            self._thread.start()
        return self._text

    def _find_out(self, sessions: Sequence[Session]) -> None:
        now = time.time()
        today = days.span("today", now)
        try:
            known = traces.read(self._settings, sessions, today[0][1], now)
        except (CstError, OSError):
            self._text = ""  # `cst report` says what is wrong
            return
        if known.problems:
            self._text = ""  # half of it would pass for all
            return
        found = report.report(known.traces, known.waits, known.moments, "", today, now)
        self._text = rendered.greeting(found)
