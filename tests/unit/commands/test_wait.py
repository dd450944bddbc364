"""`cst wait` and `cst events` on live processes: what they wait for, how they end, what they cost."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cst.commands.wait import reached

from tests.testing import ID, OTHER_ID, ROOT, Live, cst, registry_entry, started, until, write_registry
from tests.unit.render.test_shell_words import session

VERDICTS = [
    ("done", ["done"], True), ("asked", ["done"], True), ("idle", ["done"], True), ("error", ["done"], False),
    ("interrupted", ["done"], False), ("working", ["done"], None), ("permission", ["done"], None), ("ended", ["done"], False),
    ("background", ["done"], None), ("permission", ["needs-you"], True), ("done", ["needs-you"], True), ("idle", ["needs-you"], None),
    ("error", ["needs-you"], True), ("error", ["done", "needs-you"], True), ("ended", ["ended"], True), ("working", ["ended"], None),
    ("done", ["idle"], True), ("idle", ["idle"], True), ("error", ["idle"], None), ("working", ["working"], True),
    ("compacting", ["working"], None), ("unknown", ["done"], None), ("interrupted", ["interrupted", "done"], True),
]  # fmt: skip


@pytest.mark.parametrize(("state", "goals", "verdict"), VERDICTS)
def test_reached(state: str, goals: list[str], verdict: bool | None) -> None:
    """True where it was waited for, False where it cannot come any more, None while it may."""
    assert reached(session(1, state), goals) is verdict


class Claude:
    """A live process with a record that says what the test wants."""

    def __init__(self, claude: Path, live: Live) -> None:
        self.claude, self.live = claude, live
        self.pid = live.start()
        self.says("busy")

    def says(self, status: str, session_id: str = ID, **more: Any) -> None:
        now = int(time.time() * 1000)
        write_registry(self.claude, registry_entry(
            self.pid, procStart=started(self.pid), sessionId=session_id, status=status, tmux=None, name="api", nameSource="user",
            statusUpdatedAt=now, updatedAt=now, startedAt=now - 600_000, **more,
        ))  # fmt: skip

    def ends(self, record: bool = False) -> None:
        """Let it go; a killed one leaves its record behind."""
        process = self.live.processes[0]
        process.kill()
        process.wait(10)
        if not record:
            (self.claude / "sessions" / f"{self.pid}.json").unlink()


@pytest.fixture
def one(claude: Path, live: Live) -> Claude:
    return Claude(claude, live)


class Run:
    """A verb in a process of its own."""

    def __init__(self, *words: str) -> None:
        argv = [sys.executable, str(ROOT / "shell/cst"), *words]
        self.process = subprocess.Popen(
            argv, env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": ""}, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        )  # fmt: skip

    def over(self, seconds: float = 20) -> tuple[int, str, str]:
        out, err = self.process.communicate(timeout=seconds)
        return self.process.returncode, out, err

    def watching(self) -> None:
        """Wait until it has looked and waits for the next look."""
        def sleeps() -> bool:
            assert self.process.poll() is None
            return ticks() == ticks(0.3)

        def ticks(after: float = 0) -> list[str]:
            time.sleep(after)
            return Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()[11:13]

        time.sleep(0.4)
        until(sleeps)


@pytest.fixture
def run() -> Iterator[Any]:
    made: list[Run] = []

    def start(*words: str) -> Run:
        made.append(Run(*words))
        return made[-1]

    yield start
    for one in made:
        if one.process.poll() is None:
            one.process.kill()
        one.process.communicate(timeout=10)


def test_wait_until_it_asks(one: Claude, run: Any) -> None:
    """It blocks while the session works, and says what it wants once it does: exit 0."""
    waiting = run("wait", "api", "--until", "needs-you")
    waiting.watching()
    one.says("waiting", waitingFor="permission prompt")

    code, out, err = waiting.over()
    assert (code, err) == (0, "")
    assert out.startswith("permission ")
    assert "api" in out


def test_wait_for_what_is_so_already(one: Claude) -> None:
    """Where it is so already, nothing is waited for."""
    begun = time.monotonic()
    done = cst("wait", "api", "--until", "working")

    assert (done.returncode, done.stderr) == (0, "")
    assert time.monotonic() - begun < 5


def test_wait_gives_up(one: Claude) -> None:
    """After the timeout: exit 1, with the state that it was in."""
    done = cst("wait", "api", "--until", "ended", "--timeout", "1s")

    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith("working ")


@pytest.mark.parametrize("killed", [False, True])
@pytest.mark.parametrize(("goal", "code"), [("ended", 0), ("done", 1)])
def test_wait_until_it_ends(one: Claude, run: Any, goal: str, code: int, killed: bool) -> None:
    """The end of the process ends the waiting, whatever was waited for: exit 0 if for that."""
    waiting = run("wait", "api", "--until", goal)
    waiting.watching()
    one.ends(record=killed)

    found, out, err = waiting.over()
    assert (found, err) == (code, "")
    assert out.startswith("ended ")


def test_wait_follows_clear(one: Claude, run: Any) -> None:
    """/clear gives the process another session id; it still is the session that is waited for."""
    waiting = run("wait", ID, "--until", "needs-you")
    waiting.watching()
    one.says("busy", OTHER_ID)
    waiting.watching()
    one.says("waiting", OTHER_ID, waitingFor="permission prompt")

    assert waiting.over()[0] == 0


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["wait", "nobody"], 1, "cst: no session is called 'nobody'; `cst ls --all` lists them\n"),
        (["wait", "api", "--timeout", "soon"], 2, "cst: invalid duration 'soon'; use 30m, 2h or 1d (at most a year)\n"),
        (["events", "nobody"], 1, "cst: no session is called 'nobody'; `cst ls --all` lists them\n"),
    ],
)
def test_what_cannot_be_waited_for(one: Claude, words: list[str], code: int, said: str) -> None:
    """One line that says what to do."""
    done = cst(*words)

    assert (done.returncode, done.stdout, done.stderr) == (code, "", said)


@pytest.mark.parametrize("words", [["wait", "api", "--until", "ended"], ["events", "--follow"], ["ls", "--watch"]])
def test_ctrl_c(one: Claude, run: Any, words: list[str]) -> None:
    """ctrl-c is exit 130, silent."""
    waiting = run(*words)
    waiting.watching()
    os.kill(waiting.process.pid, signal.SIGINT)

    code, _, err = waiting.over()
    assert (code, err) == (130, "")


def test_events(one: Claude) -> None:
    """Without --follow, one line for each session as it is, and the end."""
    done = cst("events")

    assert done.returncode == 0
    assert len(done.stdout.splitlines()) == 1
    assert " api " in done.stdout
    assert "→ working" in done.stdout


def test_events_of_nobody() -> None:
    """No session, nothing to follow: exit 1."""
    done = cst("events")

    assert (done.returncode, done.stdout, done.stderr) == (1, "", "")


def test_events_follow(one: Claude, run: Any) -> None:
    """Each change is one line, at once, until its reader goes; the end is the last."""
    following = run("events", "--follow", "--json", "api")
    first = json.loads(following.process.stdout.readline())
    one.says("waiting", waitingFor="permission prompt")
    second = json.loads(following.process.stdout.readline())
    one.ends()
    third = json.loads(following.process.stdout.readline())

    assert [(e["from"], e["to"]) for e in (first, second, third)] == [
        (None, "working"), ("working", "permission"), ("permission", "ended"),
    ]  # fmt: skip
    assert second["needs_you"] is True
    assert abs(second["at"] - time.time()) < 30


def test_watching_costs_little(one: Claude, run: Any) -> None:
    """Waiting takes at most 2 % of a core once it has begun; where Python starts slower than in 10 ms, two starts."""
    waiting = run("wait", "api", "--until", "ended")
    waiting.watching()
    time.sleep(5)  # what changed a moment ago is looked at more closely

    def spent() -> float:
        return int(Path(f"/proc/{waiting.process.pid}/schedstat").read_text().split()[0]) / 1e9

    def start() -> float:
        before = os.times()
        subprocess.run([sys.executable, "-c", "pass"], check=True)
        after = os.times()
        return after.children_user + after.children_system - before.children_user - before.children_system

    found, starts = [], []
    for _ in range(6):  # the best second of six: on a busy machine others are charged to us too
        before, begun = spent(), time.monotonic()
        time.sleep(1)
        found.append((spent() - before) / (time.monotonic() - begun))
        starts.append(start())

    assert min(found) < max(0.02, 2 * min(starts))
