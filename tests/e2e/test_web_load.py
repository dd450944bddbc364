"""`cst web` beside a fleet that changes all the time, and what it costs. `make lab` has the long runs."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import socket
import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import psutil
import pytest

from tests.e2e.browsing import REQUIRED, Page, memory
from tests.testing import (
    Live,
    browser,
    cst,
    registry_entry,
    said,
    started,
    typed,
    until,
    web,
    write_registry,
    write_transcript,
)

_STATES = (("busy", None), ("idle", None), ("waiting", "permission prompt"), ("shell", None))


class Fleet:
    """Live sessions whose records say what a test wants."""

    def __init__(self, claude: Path, live: Live, count: int) -> None:
        self.claude, self.pids, self.ids = claude, [], [str(uuid.uuid4()) for _ in range(count)]
        self.names = [f"session-{number}" for number in range(count)]
        for number, session_id in enumerate(self.ids):
            self.pids.append(live.start(env={"HOME": str(claude.parent)}))
            folder = claude.parent / f"code/project-{number}"
            folder.mkdir(parents=True)
            now = time.time() - 3600
            write_transcript(claude, [typed(f"prompt {number}", now), said("an answer " * 40, now)], session_id, str(folder))
            status, waits = _STATES[number % 4]
            self.says(number, status, waits, now)

    def ends(self, number: int) -> None:
        """Its process is over, and so is its record."""
        os.kill(self.pids[number], signal.SIGKILL)
        (self.claude / "sessions" / f"{self.pids[number]}.json").unlink()

    def begins(self, number: int, live: Live) -> None:
        """It is resumed, in a process of its own."""
        self.pids[number] = live.start(env={"HOME": str(self.claude.parent)})
        self.says(number, *_STATES[0])

    def says(self, number: int, status: str, waits: str | None, at: float = 0.0) -> None:
        pid = self.pids[number]
        write_registry(self.claude, registry_entry(
            pid, procStart=started(pid), sessionId=self.ids[number], tmux=None, status=status, waitingFor=waits,
            name=self.names[number], nameSource="user", cwd=str(self.claude.parent / f"code/project-{number}"),
            statusUpdatedAt=int((at or time.time()) * 1000),
        ))  # fmt: skip


class Sample(NamedTuple):
    """What `cst ls --json` said in a time: (key, state, name, needs you) from the top."""

    began: float  # monotonic seconds
    ended: float
    rows: tuple[tuple[str, ...], ...]


class Sampler:
    """Takes `cst ls --json` once a second."""

    def __init__(self) -> None:
        self.taken: list[Sample] = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Sampler:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join(60)

    def _run(self) -> None:
        while not self._over.is_set():
            began = time.monotonic()
            sessions = json.loads(cst("ls", "--json").stdout)["sessions"]
            rows = tuple((s["key"], s["state"], f"{s['label']} ({s['project']})", str(s["needs_you"]).lower()) for s in sessions)
            self.taken.append(Sample(began, time.monotonic(), rows))
            self._over.wait(max(0.0, 1.0 - (time.monotonic() - began)))

    def newer(self, moment: float) -> bool:
        """Whether a sample was begun after that moment, and is there."""
        return any(sample.began >= moment for sample in self.taken[-3:])


MINUTES = 10
LATENCY = 3.0  # seconds in which a change is on the page (docs/web.md)


def wrong_rows(at: float, shown: Sequence[tuple[str, ...]], taken: Sequence[Sample]) -> list[object]:
    """The rows of a page that was read at a moment which are wrong. A row is right where `cst ls --json` had it, with
    this state, this name and whether it needs you, in this place, in one of the samples that were being taken in the
    last LATENCY seconds, or in the one before or after them: what changes between two samples is seen in the next. So is
    a list that is shorter than each of these samples wrong by as many rows as are missing."""
    before = [sample for sample in taken if sample.ended < at - LATENCY][-1:]
    after = [sample for sample in taken if sample.began > at][:1]
    near = [sample for sample in taken if sample.ended >= at - LATENCY and sample.began <= at]
    known = [*before, *near, *after]
    wrong: list[object] = [
        (place, row) for place, row in enumerate(shown)
        if not any(place < len(sample.rows) and sample.rows[place] == row for sample in known)
    ]  # fmt: skip
    return wrong + ["missing"] * (min(len(sample.rows) for sample in known) - len(shown))


@pytest.mark.parametrize(("shown", "wrong"), [
    ("ab", 0),  # as it was before
    ("ba", 0),  # as it is now
    ("xy", 0),  # as it is in the next sample
    ("bb", 0),  # each row for itself
    ("zy", 1),  # older than the one before
    ("a", 1), ("abc", 1), ("", 2),
])  # fmt: skip
def test_what_counts_as_a_wrong_row(shown: str, wrong: int) -> None:
    taken = [Sample(began, began + 0.5, tuple((row,) for row in rows)) for began, rows in
             ((10.0, "zz"), (15.0, "ab"), (16.0, "ab"), (19.0, "ba"), (20.0, "xy"), (21.0, "zz"))]  # fmt: skip

    assert len(wrong_rows(19.7, [(row,) for row in shown], taken)) == wrong


def _change(fleet: Fleet, live: Live, chance: random.Random, taken: Sampler) -> None:
    """One thing of the fleet is another than before; then wait for a sample that has it, so that each moment of the
    fleet is in one."""
    number = chance.randrange(len(fleet.pids))
    kind = chance.random()
    if kind < 0.1:
        fleet.ends(number)
        moment = time.monotonic()
        until(lambda: taken.newer(moment), 60)
        fleet.begins(number, live)
    elif kind < 0.2:
        fleet.names[number] = f"renamed-{number}-{chance.randrange(1000):03}"
        fleet.says(number, *_STATES[0])
    else:
        fleet.says(number, *chance.choice(_STATES))
    changed = time.monotonic()
    until(lambda: taken.newer(changed), 60)


@REQUIRED
@pytest.mark.parametrize("seconds", [6, pytest.param(600, marks=pytest.mark.long)])
def test_the_page_stays_right_beside_a_changing_fleet(claude: Path, live: Live, seconds: int) -> None:
    """States, names, order, sessions that end and begin: each second the page is as `cst ls --json` (`wrong_rows` has
    the rule), and memory stays."""
    fleet = Fleet(claude, live, 12)
    pages: list[tuple[float, list[tuple[str, ...]]]] = []
    changes = 0
    over = threading.Event()
    with web.started(os.environ) as server, browser.chromium() as driver, Sampler() as taken:
        page = Page(driver, server).open()
        until(lambda: len(taken.taken) > 2, 60)

        def look() -> None:
            while not over.is_set():
                at = time.monotonic()
                pages.append((at, [(row["key"], row["state"], row["name"], row["needs"]) for row in page.rows()]))
                over.wait(max(0.0, 1.0 - (time.monotonic() - at)))

        looking = threading.Thread(target=look, daemon=True)
        looking.start()
        before, end, chance = memory(server), time.monotonic() + seconds, random.Random(17)
        while time.monotonic() < end:
            _change(fleet, live, chance, taken)
            changes += 1
        over.set()
        looking.join(60)
        moment = time.monotonic()
        until(lambda: taken.newer(moment), 60)

        print(f"{len(pages)} pages, {sum(len(rows) for _, rows in pages)} rows, {len(taken.taken)} samples, {changes} changes,"
              f" {before} and {memory(server)} kB")
        wrong = [(at, found) for at, rows in pages if (found := wrong_rows(at, rows, taken.taken))]
        assert wrong == []
        assert memory(server) - before < 8_000, "kB"
        assert page.complaints() == []


def _spent(server: web.Server) -> float:
    """Seconds of processor time so far, user and system, of the server, what runs for it, and what ran."""
    ours = [psutil.Process(server.process.pid)]
    ours += ours[0].children(recursive=True)
    return sum(sum(one.cpu_times()[:4]) for one in ours)


@contextlib.contextmanager
def _watching(server: web.Server, count: int) -> Iterator[list[int]]:
    """So many browsers that read all that they are sent; how many bytes that was."""
    read = [0] * count
    sockets = []

    def drain(number: int, connection: socket.socket) -> None:
        while data := connection.recv(65536):
            read[number] += len(data)

    for number in range(count):
        connection = socket.create_connection(("127.0.0.1", server.port), 30)
        head = f"GET {server.base}/events HTTP/1.1\r\nHost: {server.host}\r\nCookie: {server.cookie}\r\n\r\n"
        connection.sendall(head.encode())
        connection.settimeout(None)
        sockets.append(connection)
        threading.Thread(target=drain, args=(number, connection), daemon=True).start()
    try:
        yield read
    finally:
        for connection in sockets:
            connection.shutdown(socket.SHUT_RDWR)
            connection.close()


@pytest.mark.long
@REQUIRED
@pytest.mark.parametrize(("browsers", "most"), [(1, 3.0), (5, 5.0)])
@pytest.mark.parametrize("every", [0, 5], ids=["still", "changing"])
def test_fifty_sessions_cost_little(claude: Path, live: Live, browsers: int, most: float, every: int) -> None:
    """Percent of a core over ten minutes, of the server and all that it started, with so many browsers, each with a
    profile of its own, on the list; with a fleet that rests, and one in which something happens every few seconds."""
    fleet = Fleet(claude, live, 50)
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(web.started(os.environ))
        pages = [Page(stack.enter_context(browser.chromium()), server).open() for _ in range(browsers)]
        for page in pages:
            page.until("document.querySelectorAll('#list .row').length === 50")
        time.sleep(8)  # the first looks read everything, and what changed is judged for some seconds
        held, spent, began = memory(server), _spent(server), time.monotonic()
        chance = random.Random(17)
        while time.monotonic() - began < MINUTES * 60:
            if every:
                fleet.says(chance.randrange(50), *chance.choice(_STATES))
            time.sleep(every or 5)
        share = 100 * (_spent(server) - spent) / (time.monotonic() - began)
        print(f"{browsers} browsers: {share:.2f} % of a core, {held} and {memory(server)} kB")
        assert all(page.js("document.querySelector('#link').dataset.is") == "live" for page in pages)
        assert share <= most
        assert memory(server) - held < 2_000


def test_nobody_who_watches_costs_nothing(claude: Path, live: Live) -> None:
    """While no page is open the fleet is not looked at: no file of it is opened."""
    Fleet(claude, live, 2)
    with web.started(os.environ) as server:
        server.enter()
        with _watching(server, 1) as read:
            until(lambda: all(read))
        threads = Path(f"/proc/{server.process.pid}/task")

        def idle() -> bool:
            before: Any = _reads(server)
            time.sleep(2.5)
            return bool(_reads(server) == before and threads.exists())

        until(idle, 30)


def _reads(server: web.Server) -> str:
    return Path(f"/proc/{server.process.pid}/io").read_text().split("syscr: ")[1].split()[0]
