"""The repeated look, for as many browsers as there are: one look a second while somebody watches, none else.

Each browser is sent what is new to it since its last message. One that reads slowly gets fewer and later messages, and
none is kept for it.
"""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor

from cst.poller import Poller
from cst.render import limits, status_line
from cst.sessions import usage_limits
from cst.text import clean
from cst.value import Value
from cst.web import rows
from cst.web.runs import PAINT, runs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping, Sequence
    from typing import Any

    from cst.model import Session, Snapshot
    from cst.settings import Settings

_BEAT = 5.0  # seconds after which a browser hears that nothing is new
_FRESH = 2.0  # seconds for which a look is good enough for a page


class State(Value):
    """One look, as the page shows it."""

    snapshot: Snapshot
    sessions: Sequence[Session]
    rows: Mapping[str, dict[str, Any]]  # by key, in the order of the list
    head: dict[str, Any]
    ended: bool  # whether sessions that are over were looked for


class Feed:
    """All browsers' look at the fleet. Lives in one event loop; the look itself has a thread of its own."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._poller = Poller(settings)
        self._thread = ThreadPoolExecutor(1, "look")
        self._state: State | None = None
        self._at = 0.0  # monotonic seconds of that look
        self._watching: dict[object, bool] = {}  # each browser, and whether it wants the ended ones
        self._news = asyncio.Condition()
        self._task: asyncio.Task[None] | None = None
        self._hurry = asyncio.Event()
        self.over = False
        self.broken = ""  # why the last look failed

    async def fresh(self, ended: bool = False) -> State:
        """A look that is not older than two seconds."""
        state = self._state
        if state is None or time.monotonic() - self._at > _FRESH or (ended and not state.ended):
            return await self._look(ended or any(self._watching.values()))
        return state

    async def messages(self, ended: bool) -> AsyncGenerator[dict[str, Any], None]:
        """What a browser is sent: first everything, then what has changed, and every few seconds something."""
        me = object()
        self._watching[me] = ended
        try:
            sent: State | None = None
            if self._task is None or self._task.done():
                self._task = asyncio.create_task(self._watch())
            if ended:
                self.hurry()
            state = await self.fresh(ended)
            spoke = time.monotonic()
            while not self.over:
                message = news(sent, state, ended)
                if message or time.monotonic() - spoke >= _BEAT:
                    spoke = time.monotonic()
                    yield message | ({"broken": self.broken} if self.broken else {})
                sent = state
                async with self._news:
                    if self._state is state and not self.over:  # else there was news while it was sent the last
                        await self._news.wait()
                state = self._state or state
        finally:
            del self._watching[me]

    def hurry(self) -> None:
        """Look again at once: something was done."""
        self._hurry.set()

    async def close(self) -> None:
        """Let all browsers go."""
        self.over = True
        self.hurry()
        async with self._news:
            self._news.notify_all()
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def _watch(self) -> None:
        """Look again and again as long as anybody watches."""
        while self._watching and not self.over:
            began = time.monotonic()
            try:
                await self._look(any(self._watching.values()), self._hurry.is_set())
                self.broken = ""
            except Exception as error:  # the page says so, and the next look may do
                self.broken = clean(f"{type(error).__name__}: {error}", 200)
            async with self._news:
                self._news.notify_all()
            pause = max(0.2, self._settings.refresh - (time.monotonic() - began))
            try:
                await asyncio.wait_for(self._hurry.wait(), pause)
            except TimeoutError:
                continue

    async def _look(self, ended: bool, at_once: bool = False) -> State:
        self._hurry.clear()
        self._state = await asyncio.get_running_loop().run_in_executor(self._thread, self._taken, ended, at_once)
        self._at = time.monotonic()
        return self._state

    def _taken(self, ended: bool, at_once: bool) -> State:
        """In the thread of the look."""
        self._poller.ended = ended
        snapshot, sessions = self._poller.look(at_once)
        known: Mapping[str, dict[str, Any]] = self._state.rows if self._state else {}
        made = rows.make(sessions, snapshot.now, self._settings.home, self._settings.context_window)
        # the same object for the same row: browsers tell by that what is new
        kept = {row["key"]: known[row["key"]] if known.get(row["key"]) == row else row for row in made}
        spent = limits.worth_a_word(usage_limits(self._settings, snapshot.now), snapshot.now, snapshot.utc_offset)
        head = {
            "summary": runs(status_line.painted(sessions, snapshot.now, PAINT, spent)),
            "needs": sum(session.needs_you for session in sessions),
            "problems": [f"{source}: {clean(message)}" for source, message in snapshot.problems],
        }
        return State(snapshot, sessions, kept, head, ended)


def news(sent: State | None, state: State, ended: bool) -> dict[str, Any]:
    """What a browser that was sent one state has to know of the next; {} for nothing."""
    shown = _shown(state, ended)
    if sent is None:
        return {"full": True, "rows": list(shown.values()), "order": list(shown), "head": state.head}
    if sent is state:
        return {}
    before = _shown(sent, ended)
    found: dict[str, Any] = {}
    changed = [row for key, row in shown.items() if before.get(key) is not row]
    if changed:
        found["rows"] = changed
    if list(shown) != list(before):
        found["order"] = list(shown)
    if state.head != sent.head:
        found["head"] = state.head
    return found


def _shown(state: State, ended: bool) -> Mapping[str, dict[str, Any]]:
    """The rows of a browser; as in the picker, archived sessions are where the ended ones are."""
    if ended:
        return state.rows
    return {key: row for key, row in state.rows.items() if row["state"] != "ended" and not row["archived"]}
