"""Looks again and again, for the verbs that live as long as their window, and computes only what changed.

A snapshot is judged anew when anything in it is another than before, for some seconds after that (rules wait for
traces that come late), and every few seconds in any case (a limit passes, a snooze ends).
"""

from __future__ import annotations

import time

from cst.core import fleet
from cst.core.evidence import VANISHED
from cst.snapshot import ROWS, take
from cst.store.file_cache import Keeping
from cst.system import processes, tmux

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from cst.model import Process, Record, Session, Snapshot
    from cst.settings import Settings

_TMUX = 3.0  # seconds for which panes are believed; asking costs as much as all the rest
_SETTLES = 4.0  # seconds after a change in which every look is judged
_AT_LEAST = 5.0  # seconds between two judgements where nothing changes
_COMPARED = ("records", "events", "transcripts", "marks", "panes", "clients", "branches", "tasks", "ended", "problems")


class Poller:
    """One user's repeated look at the world. Not for two threads at once."""

    def __init__(self, settings: Settings, ended: bool = False) -> None:
        self.ended = ended  # whether ended sessions are looked for too
        self._settings = settings
        self._memory = Keeping()
        self._snapshot: Snapshot | None = None
        self._sessions: list[Session] = []
        self._records: dict[str, Record] = {}  # of the live sessions of the look before, by key
        self._lost: dict[str, Record] = {}  # of these, those without a readable record now
        self._asked = self._changed = self._judged = 0.0  # epoch seconds

    def look(self, at_once: bool = False) -> tuple[Snapshot, list[Session]]:
        """The world now; `at_once` asks tmux too, for the user has just done something."""
        now = time.time()
        before = self._snapshot
        ask = before is None or at_once or now - self._asked >= _TMUX or now < self._asked
        snapshot = self._take(now, None if ask else before)
        if not ask and before and _alive(snapshot) != _alive(before):
            ask = True
            snapshot = self._take(now, None)
        if ask:
            self._asked = now
        if before is None or at_once or _differ(before, snapshot):
            self._changed = now
        self._snapshot = snapshot
        if now - self._changed < _SETTLES or not 0 <= now - self._judged < _AT_LEAST:
            self._sessions = self._judge(snapshot, now)
            self._judged = now
        self._memory.forget_the_rest()
        return _with(snapshot, self._lost), self._sessions

    def _take(self, now: float, places: Snapshot | None) -> Snapshot:
        return take(self._settings, now, ROWS, ended=self.ended, memory=self._memory, places=places)

    def _judge(self, snapshot: Snapshot, now: float) -> list[Session]:
        """The sessions. One that was there and has no readable record now, while its process lives on, has not ended:
        for one look it is as it was, for a record that is just being written cannot be read; then the rules decide."""
        here = {record.key for record in snapshot.records}
        lost = {key: record for key, record in self._records.items() if key not in here and _lives(record)}
        again = {key: self._lost[key] for key in lost if key in self._lost}
        as_before = [s for s in self._sessions if s.key in lost and s.key not in again]
        self._lost = {key: again.get(key) or r._replace(lost=VANISHED, written_at=now) for key, r in lost.items()}
        found = fleet.sessions(_with(snapshot, again))
        self._records = {**{r.key: r for r in snapshot.records if r.session_id and not r.elsewhere}, **lost}
        return sorted([*found, *as_before], key=fleet.urgency)

    def one(self, key: str) -> tuple[Snapshot, Session] | None:
        """One live session as it is now, for a jump that is to be quick: only its process is looked at and tmux asked.
        None where that does not do; then a whole look does."""
        snapshot = self._snapshot
        record = next((r for r in snapshot.records if f"{r.pid}.{r.start}" == key), None) if snapshot else None
        if snapshot is None or record is None or processes.start_of(record.pid) != record.start:
            return None
        socket = self._settings.socket or self._settings.default_socket
        panes, clients, wrong = tmux.look(tmux.ask(self._settings.tmux_program, socket))
        if wrong:
            return None
        near = snapshot._replace(
            now=time.time(), panes=[*panes, *(pane for pane in snapshot.panes if pane.socket != socket)],
            clients=[*clients, *(client for client in snapshot.clients if client.socket != socket)],
        )  # fmt: skip
        found = fleet.sessions(near._replace(records=[record], ended=()))
        return (near, found[0]) if found else None


def _lives(record: Record) -> bool:
    return processes.start_of(record.pid) == record.start


def _with(snapshot: Snapshot, lost: Mapping[str, Record]) -> Snapshot:
    """The same look with the sessions whose records are gone, and their processes."""
    if not lost:
        return snapshot
    found = processes.read([record.pid for record in lost.values()], snapshot.now)
    return snapshot._replace(records=[*snapshot.records, *lost.values()], processes={**snapshot.processes, **found})


def _alive(snapshot: Snapshot) -> list[tuple[int, str]]:
    return [(process.pid, process.start) for process in snapshot.processes.values()]


def _differ(before: Snapshot, snapshot: Snapshot) -> bool:
    """Whether anything but the clock changed between two looks."""
    return any(getattr(before, field) != getattr(snapshot, field) for field in _COMPARED) or (
        [_lasting(process) for process in before.processes.values()]
        != [_lasting(process) for process in snapshot.processes.values()]
    )


def _lasting(process: Process) -> tuple[object, ...]:
    """What does not move with the clock: the start in seconds is reckoned from the time and the uptime."""
    return process.pid, process.start, process.state, process.tty, process.front, bool(process.shell_at)
