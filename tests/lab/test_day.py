"""A day at the keyboard: eight real sessions in three tmux sessions, two clients, and the bound keys."""
from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.lab import cst, scenarios
from tests.lab.conftest import MakeLab
from tests.lab.lab import Lab, Session
from tests.lab.processes import family, identify
from tests.lab.retry import until
from tests.lab.terminal import Client

NEXT, SEEN, PICK, ESC = b"\x02a", b"\x02v", b"\x02g", b"\x1b"


class Day(NamedTuple):
    lab: Lab
    me: Client
    other: Client
    sessions: dict[str, Session]

    def lands_on(self, name: str) -> None:
        """Wait until my client shows that session's pane."""
        pane = self.sessions[name].pane
        until(lambda: self.me.pane() == pane, 20, lambda: f"on {name} {pane}, not {self.me.pane()}: {self.table()}")

    def reads(self, text: str, since: int = 0) -> None:
        """Wait until my terminal has been sent that text."""
        until(lambda: text.encode() in self.me.output[since:], 20,
              lambda: f"{text!r} on the screen: {self.me.output[-1500:]!r}\n{self.table()}")

    def table(self) -> str:
        return cst.run(self.lab, "ls", "--color", "never").stdout


@pytest.fixture(scope="module")
def day(make_lab: MakeLab, tmp_path_factory: pytest.TempPathFactory) -> Day:
    lab = make_lab()
    for name in ("one", "two", "three"):
        lab.tmux("new-session", "-d", "-s", name, "/bin/bash --norc --noprofile")
    keys = tmp_path_factory.mktemp("keys") / "tmux.conf"
    keys.write_text(cst.run(lab, "init", "tmux").stdout)
    lab.tmux("source-file", str(keys))
    begin: list[tuple[str, str, str, tuple[str] | tuple[str, str], str]] = [
        ("perm", "one", "[[bash:touch a]] [[sleep:3600]]", scenarios.PERMISSION, scenarios.CHOICE),
        ("quest", "two", "[[ask]] [[sleep:3600]]", scenarios.QUESTION, scenarios.CHOICE),
        ("planner", "one", "[[planfile:# Look]] [[plan]] [[sleep:3600]]", scenarios.PERMISSION, scenarios.CHOICE),
        ("broken", "two", "[[error:400]]", ("idle",), "API Error"),
        ("ready", "one", "[[say:All counted.]]", ("idle",), "● All counted."),
        ("busy", "two", "[[sleep:3600]]", ("busy",), "Still at it"),
        ("fresh", "three", "", ("idle",), ""),
        ("spare", "three", "", ("idle",), ""),
    ]
    sessions = {}
    for name, tmux_session, script, status, shown in begin:
        mode = "plan" if name == "planner" else "manual"
        session = lab.open(name, project=name, tmux_session=tmux_session, args=f"--permission-mode {mode}")
        if script:
            # Not by the time of the status: a busy client may skip `busy` for a turn of milliseconds.
            lab.prompt(session, script)
            lab.expect_text(session, shown)
            lab.expect_status(session, *status)
        sessions[name] = session
    me, other = lab.attach("one"), lab.attach("three")
    return Day(lab, me, other, sessions)


def test_next_visits_each_that_waits_and_says_all_clear(day: Day) -> None:
    """Permission, question, plan, error, done: each handled when visited; the sixth press says all clear; only the
    pressing client moves."""
    theirs = day.other.pane()
    handle: dict[str, Callable[[Any], object]] = {
        "perm": lambda s: scenarios.approve(day.lab, s),
        "quest": lambda s: scenarios.answer(day.lab, s),
        "planner": lambda s: scenarios.approve_plan(day.lab, s),
        "broken": lambda s: day.me.press(SEEN),
        "ready": lambda s: None,  # looking is enough
    }
    for name, act in handle.items():
        day.me.press(NEXT)
        day.lands_on(name)
        act(day.sessions[name])
        if name == "broken":
            day.reads("seen: broken")
    before = len(day.me.output)
    day.me.press(NEXT)
    day.reads("all clear", before - 1)

    assert theirs == day.other.pane()
    assert [s for s in cst.fleet(day.lab) if s["needs_you"]] == []


def test_next_wraps_when_nothing_is_handled(day: Day) -> None:
    """Unhandled sessions are visited in the order of their wait, then again; `back` returns to the start."""
    start = day.sessions["ready"].pane
    day.lab.tmux("switch-client", "-c", day.me.name, "-t", start)
    for name in ("spare", "fresh"):
        session = day.sessions[name]
        day.lab.expect_status(session, *scenarios.QUESTION, after=day.lab.prompt(session, "[[ask]]"))
    cst.run(day.lab, "back", "--client", day.me.name, TMUX=f"{day.lab.socket},0,0")  # ends the walk of before
    day.lab.tmux("switch-client", "-c", day.me.name, "-t", start)
    for name in ("spare", "fresh", "spare"):
        day.me.press(NEXT)
        day.lands_on(name)
    day.me.press(b"\x02A")

    until(lambda: day.me.pane() == start, 20, lambda: f"back in {start}, not {day.me.pane()}")


def test_pick_lands_on_the_chosen_pane(day: Day) -> None:
    """prefix g, a few letters, Enter."""
    choose(day, "busy", b"\r", "")

    day.lands_on("busy")


@pytest.mark.parametrize("keep", [b"n", ESC])
def test_a_session_that_is_kept_lives(day: Day, keep: bytes) -> None:
    """ctrl-k asks; n and Esc keep it."""
    process = day.sessions["fresh"].process
    assert process
    choose(day, "fresh", b"\x0b", "esc = cancel")
    day.me.press(keep)
    time.sleep(1)
    leave(day)

    assert identify(process.pid) == process


def test_ctrl_k_and_y_end_exactly_that_session(day: Day) -> None:
    """Its process ends in order, the others live, its row goes."""
    process = day.sessions["fresh"].process
    others = [s.process for name, s in day.sessions.items() if name != "fresh"]
    assert process
    choose(day, "fresh", b"\x0b", "esc = cancel")
    confirm(day)
    end = time.monotonic() + 15
    while identify(process.pid) == process and time.monotonic() < end:
        time.sleep(0.2)
    if identify(process.pid) == process:  # a row that came or went took the question back, as it says then: once more
        insist(day, b"\x0b", "esc = cancel")
        confirm(day)
    until(lambda: identify(process.pid) != process, 20, lambda: f"pid {process.pid} ends\n{day.table()}")
    leave(day)  # that it tells of the end is tests/e2e/test_pick_acts.py's: tmux sends the cells that change

    assert others == [identify(other.pid) for other in others if other]
    assert process.pid not in [s["pid"] for s in cst.fleet(day.lab)]


def confirm(day: Day) -> None:
    """y, and Enter behind it."""
    day.me.press(b"y")
    time.sleep(1)
    day.me.press(b"\r")


def picker_runs(day: Day) -> bool:
    """Whether a picker is open, opening or closing on the lab's server."""
    server = int(day.lab.tmux("display-message", "-p", "#{pid}"))
    words = [(Path("/proc") / str(p.pid) / "cmdline").read_bytes().split(b"\0") for p in family(server) if p.alive]
    return any(b"pick" in line for line in words)


def leave(day: Day) -> None:
    """Press Esc until the picker is gone; while its popup is open it takes every key."""
    for _ in range(20):
        if not picker_runs(day):
            return
        day.me.press(ESC)
        time.sleep(1)
    assert not picker_runs(day), "the picker did not close on Esc"


def choose(day: Day, query: str, key: bytes, shown: str) -> None:
    """Open the picker, type a query until only its row is left, press a key that brings up `shown`."""
    before = len(day.me.output)
    for _ in range(3):  # a popup that closes this moment swallows the key; one that opens would take it for a letter
        day.me.press(PICK)
        time.sleep(2)
        if picker_runs(day):
            break
    day.lab.tmux("refresh-client", "-t", day.me.name)
    day.reads("WHAT IT WANTS", before)
    day.me.press(query.encode())
    time.sleep(2)
    insist(day, key, shown)  # a question goes when the search brings another row under the cursor


def insist(day: Day, key: bytes, shown: str) -> None:
    """Press a key until the terminal is sent that text."""
    before = len(day.me.output)
    for _ in range(3):
        day.me.press(key)
        end = time.monotonic() + 10
        while time.monotonic() < end:
            if shown.encode() in day.me.output[before:]:
                return
            time.sleep(0.3)
            day.lab.tmux("refresh-client", "-t", day.me.name)  # tmux 3.8 sends of a text only the cells that change
    day.reads(shown, before)
