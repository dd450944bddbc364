"""`cst wait` on a live process: what it waits for, how it ends, what it costs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from cst.commands.wait import reached
from tests.testing import ID, OTHER_ID, cst
from tests.unit.commands.running import OneSession, Run
from tests.unit.render.test_shell_exports import session

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


def test_wait_until_it_asks(one: OneSession, run: Callable[..., Run]) -> None:
    """It blocks while the session works, and says what it wants once it does: exit 0."""
    waiting = run("wait", "api", "--until", "needs-you")
    waiting.looks()
    one.says("waiting", waitingFor="permission prompt")

    code, out, err = waiting.over()
    assert (code, err) == (0, "")
    assert out.startswith("permission ")
    assert "api" in out


def test_wait_for_what_is_so_already(one: OneSession) -> None:
    """Where it is so already, nothing is waited for."""
    begun = time.monotonic()
    done = cst("wait", "api", "--until", "working")

    assert (done.returncode, done.stderr) == (0, "")
    assert time.monotonic() - begun < 5


def test_wait_gives_up(one: OneSession) -> None:
    """After the timeout: exit 1, with the state that it was in. Bug shown: not a word of the time that was over."""
    done = cst("wait", "api", "--until", "ended", "--until", "done", "--timeout", "1s")

    assert (done.returncode, done.stderr) == (1, "cst: gave up after 1s of waiting for ended or done\n")
    assert done.stdout.startswith("working ")


@pytest.mark.parametrize("killed", [False, True])
@pytest.mark.parametrize(("goal", "code"), [("ended", 0), ("done", 1)])
def test_wait_until_it_ends(one: OneSession, run: Callable[..., Run], goal: str, code: int, killed: bool) -> None:
    """The end of the process ends the waiting, whatever was waited for: exit 0 if for that."""
    waiting = run("wait", "api", "--until", goal)
    waiting.looks()
    one.ends(record=killed)

    found, out, err = waiting.over()
    assert (found, err) == (code, "")
    assert out.startswith("ended ")


def test_wait_follows_clear(one: OneSession, run: Callable[..., Run]) -> None:
    """/clear gives the process another session id; it still is the session that is waited for."""
    waiting = run("wait", ID, "--until", "needs-you")
    waiting.looks()
    one.says("busy", OTHER_ID)
    waiting.looks()
    one.says("waiting", OTHER_ID, waitingFor="permission prompt")

    assert waiting.over()[0] == 0


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["wait", "nobody"], 1, "cst: no session is called 'nobody'; `cst ls --all` lists them\n"),
        (["wait", "api", "--timeout", "soon"], 2, "cst: invalid duration 'soon'; use 90s, 30m, 2h or 1d (at most a year)\n"),
        (["events", "nobody"], 1, "cst: no session is called 'nobody'; `cst ls --all` lists them\n"),
    ],
)
def test_what_cannot_be_waited_for(one: OneSession, words: list[str], code: int, said: str) -> None:
    """One line that says what to do."""
    done = cst(*words)

    assert (done.returncode, done.stdout, done.stderr) == (code, "", said)


@pytest.mark.parametrize("words", [["wait", "api", "--until", "ended"], ["events", "--follow"], ["ls", "--watch"]])
def test_ctrl_c(one: OneSession, run: Callable[..., Run], words: list[str]) -> None:
    """ctrl-c is exit 130, silent."""
    waiting = run(*words)
    waiting.looks()
    os.kill(waiting.process.pid, signal.SIGINT)

    code, _, err = waiting.over()
    assert (code, err) == (130, "")


@pytest.mark.parametrize("words", [["events", "--follow"], ["ls", "--watch"], ["ls", "--watch", "--json"]], ids=" ".join)
def test_its_reader_is_gone(one: OneSession, run: Callable[..., Run], words: list[str]) -> None:
    """What prints changes ends with its reader, a success, although nothing changes.

    Bug shown: `cst ls --watch | head -3` stayed for ten minutes, until the next change.
    """
    printing = run(*words)
    printing.stdout.readline()
    printing.looks()
    printing.stdout.close()

    assert (printing.process.wait(20), printing.stderr.read()) == (0, "")


@pytest.mark.parametrize("met", [True, False])
def test_whether_it_came_is_told_without_a_reader(one: OneSession, run: Callable[..., Run], met: bool) -> None:
    """The exit code of `wait` is its answer: it waits on where nobody reads what it prints at the end."""
    waiting = run("wait", "api", "--until", "done")
    waiting.stdout.close()
    waiting.looks()
    waiting.looks()
    one.says("idle") if met else one.ends()

    assert (waiting.process.wait(20), waiting.stderr.read()) == (0 if met else 1, "")


def test_watching_costs_little(one: OneSession, run: Callable[..., Run]) -> None:
    """Waiting takes at most 2 % of a core once it has begun; where Python starts slower than in 10 ms, two starts."""
    waiting = run("wait", "api", "--until", "ended")
    waiting.looks()
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
