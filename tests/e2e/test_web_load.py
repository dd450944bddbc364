"""`cst web` beside a fleet that changes all the time, and what it costs. `make lab` has the long runs."""

from __future__ import annotations

import json
import os
import random
import socket
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.browsing import PATIENCE, REQUIRED, Page
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
        for number, session_id in enumerate(self.ids):
            self.pids.append(live.start(env={"HOME": str(claude.parent)}))
            folder = claude.parent / f"code/project-{number}"
            folder.mkdir(parents=True)
            now = time.time() - 3600
            write_transcript(claude, [typed(f"prompt {number}", now), said("an answer " * 40, now)], session_id, str(folder))
            status, waits = _STATES[number % 4]
            self.says(number, status, waits, now)

    def says(self, number: int, status: str, waits: str | None, at: float = 0.0) -> None:
        pid = self.pids[number]
        write_registry(self.claude, registry_entry(
            pid, procStart=started(pid), sessionId=self.ids[number], tmux=None, status=status, waitingFor=waits,
            name=f"session-{number}", cwd=str(self.claude.parent / f"code/project-{number}"),
            statusUpdatedAt=int((at or time.time()) * 1000),
        ))  # fmt: skip


def _listed() -> list[tuple[str, str, str]]:
    sessions = json.loads(cst("ls", "--json").stdout)["sessions"]
    return [(one["key"], one["state"], str(one["needs_you"]).lower()) for one in sessions]


def _beside(page: Page, fleet: Fleet, rounds: int, seconds: float = 0.0) -> list[float]:
    """So often, and at least for so long: change some sessions, then find the page as `cst ls --json` is; how long each
    time took."""
    chance, end = random.Random(17), time.monotonic() + seconds
    took: list[float] = []
    while len(took) < rounds or time.monotonic() < end:
        for number in chance.sample(range(len(fleet.pids)), 3):
            fleet.says(number, *chance.choice(_STATES))
        began = time.monotonic()

        def same() -> bool:
            wrong = set(_listed()) ^ {(row["key"], row["state"], row["needs"]) for row in page.rows()}
            assert not wrong
            assert [row["key"] for row in page.rows()] == [key for key, *_ in _listed()], "the order"
            return True

        until(same, PATIENCE)
        took.append(time.monotonic() - began)
        if seconds:
            time.sleep(max(0.0, 1.0 - took[-1]))  # as fast as a fleet changes
    return took


@REQUIRED
@pytest.mark.parametrize("seconds", [0, pytest.param(600, marks=pytest.mark.long)])
def test_the_page_stays_right_beside_a_changing_fleet(claude: Path, live: Live, seconds: int) -> None:
    """Every change is on the page, none is lost, and the order is that of `ls`; memory stays."""
    fleet = Fleet(claude, live, 12)
    with web.started(os.environ) as server, browser.chromium() as driver:
        page = Page(driver, server).open()
        _beside(page, fleet, 2)
        before = _memory(server)

        took = _beside(page, fleet, 6, seconds)

        assert _memory(server) - before < 8_000, "kB"
        assert page.complaints() == []
        if seconds:
            print(f"{len(took)} rounds, {sorted(took)[len(took) // 2]:.1f} s in the middle, at most {max(took):.1f} s")


def _memory(server: web.Server) -> int:
    return int(Path(f"/proc/{server.process.pid}/status").read_text().partition("VmRSS:")[2].split()[0])


def _spent(server: web.Server) -> float:
    """Seconds of processor time so far."""
    words = Path(f"/proc/{server.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
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
@pytest.mark.parametrize(("browsers", "most"), [(0, 0.5), (1, 3.0), (5, 5.0)])
def test_fifty_sessions_cost_little(claude: Path, live: Live, browsers: int, most: float) -> None:
    """Percent of a core over half a minute; with no browser nothing is looked at."""
    Fleet(claude, live, 50)
    with web.started(os.environ) as server:
        server.enter()
        with _watching(server, browsers) as read:
            until(lambda: all(read), 30)
            time.sleep(8)  # the first looks read everything, and what changed is judged for some seconds
            memory, spent, began = _memory(server), _spent(server), time.monotonic()
            time.sleep(30)
            share = 100 * (_spent(server) - spent) / (time.monotonic() - began)
            print(f"{browsers} browsers: {share:.2f} % of a core, {_memory(server)} kB")
            assert share <= most
            assert _memory(server) - memory < 2_000


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
