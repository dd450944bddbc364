"""What waiting has cost, against a recording of the real client: to the second with hooks, and what is not known without."""
from __future__ import annotations

import json
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from cst.store import recording
from tests.lab import cst, scenarios
from tests.lab.conftest import MakeLab
from tests.lab.lab import Lab, Session
from tests.lab.retry import until

PAUSES = {"perm": 4.0, "quest": 3.0, "planner": 2.0, "refused": 3.0}  # seconds that each is left waiting


class Span(NamedTuple):
    """One time that the registry called a session waiting."""

    since: float
    until: float


def waited(path: Path, session_id: str) -> list[Span]:
    """What a recording shows of a session: the client itself dates each of its states."""
    found, begun = [], 0.0
    for seen in recording.frames(str(path)):
        for record in seen.records:
            if record.session_id != session_id:
                continue
            if record.status == "waiting":
                begun = record.status_at
            elif begun and record.status:
                found.append(Span(begun, record.status_at))
                begun = 0.0
    return found


def report(lab: Lab) -> dict[str, Any]:
    done = cst.run(lab, "report", "--json")
    assert done.returncode == 0, done.stderr
    said: dict[str, Any] = json.loads(done.stdout)
    return said


@pytest.fixture
def recorded(request: pytest.FixtureRequest, make_lab: MakeLab, tmp_path: Path) -> Iterator[tuple[Lab, Path, dict[str, Session]]]:
    """Four sessions that waited for known times, with or without hooks, and a recording of it."""
    lab = make_lab(cst.hooks if request.param else None)
    path = tmp_path / "day.jsonl"
    writer = subprocess.Popen([cst.PROGRAM, "record", str(path), "--every", "0.2"], env=lab.env,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield lab, path, play(lab)
    finally:
        if writer.poll() is None:
            writer.send_signal(signal.SIGINT)
        writer.wait(20)


def play(lab: Lab) -> dict[str, Session]:
    """Each asks, is left waiting for its time, and is answered."""
    prompts = {
        "perm": ("[[bash:touch a; sleep 3]] [[say:Made.]]", scenarios.PERMISSION, scenarios.approve),
        "quest": ("[[ask]] [[say:Thanks.]]", scenarios.QUESTION, scenarios.answer),
        "planner": ("[[planfile:# Look]] [[plan]] [[say:Off.]]", scenarios.PERMISSION, scenarios.approve_plan),
        "refused": ("[[bash:touch never]]", scenarios.PERMISSION, scenarios.refuse),
    }
    sessions = {}
    for name, (script, status, act) in prompts.items():
        session = lab.open(name, project=name, args=f"--permission-mode {'plan' if name == 'planner' else 'manual'}")
        lab.prompt(session, script)
        lab.expect_text(session, scenarios.CHOICE)
        lab.expect_status(session, *status)
        time.sleep(PAUSES[name])  # what is measured
        act(lab, session)
        lab.expect_status(session, "idle")
        sessions[name] = session
    return sessions


@pytest.mark.parametrize("recorded", [True], indirect=True)
def test_a_recorded_day_agrees_to_the_second(recorded: tuple[Lab, Path, dict[str, Session]]) -> None:
    """Each wait begins and ends when the client says so, and the sum is theirs."""
    lab, path, sessions = recorded
    states = {"perm": "permission", "quest": "question", "planner": "plan", "refused": "permission"}
    ids = {name: session.last_record["sessionId"] for name, session in sessions.items()}
    until(lambda: all(waited(path, ids[name]) for name in ids), 20, lambda: "the recording has all of it")
    said = report(lab)
    truth = {name: waited(path, ids[name]) for name in ids}

    for name, spans in truth.items():
        told = [wait for wait in said["waits"] if wait["id"] == ids[name] and wait["state"] not in ("done", "asked")]
        assert [wait["state"] for wait in told] == [states[name]] * len(spans), (name, told, spans)
        for wait, span in zip(told, spans, strict=True):
            assert abs(wait["since"] - span.since) < 1, (name, wait, span)
            assert abs(wait["until"] - span.until) < 1, (name, wait, span)
            assert wait["seconds"] >= PAUSES[name] - 1
            assert wait["exact"], name  # of a command that runs for seconds too
    total = sum(span.until - span.since for spans in truth.values() for span in spans)
    assert abs(said["total"]["waited"] - total) < len(truth)
    assert said["total"]["waited"] == pytest.approx(said["total"]["lost"])  # answers are signs of life
    assert said["unknown"]["sessions_without_hooks"] == 0


@pytest.mark.parametrize("recorded", [False], indirect=True)
def test_without_hooks_it_says_what_it_cannot_know(recorded: tuple[Lab, Path, dict[str, Session]]) -> None:
    """Questions and plans are known all the same; of permissions only that one was given."""
    lab, path, sessions = recorded
    ids = {session.last_record["sessionId"]: name for name, session in sessions.items()}
    until(lambda: all(waited(path, one) for one in ids), 20, lambda: "the recording has all of it")
    said = report(lab)
    told = {ids[wait["id"]]: wait for wait in said["waits"] if wait["state"] not in ("done", "asked")}

    assert {name: wait["state"] for name, wait in told.items()} == {"quest": "question", "planner": "plan"}
    for one, name in ids.items():
        if name in told:
            span = waited(path, one)[-1]
            assert abs(told[name]["since"] - span.since) < 1
            assert abs(told[name]["until"] - span.until) < 1
    assert said["unknown"] == {"at_most": 0, "endless": 0, "sessions_without_hooks": 4, "permissions": 1}
    words = cst.run(lab, "report", "--color", "never").stdout
    assert "not known: how long 4 sessions without hooks waited for permissions (you gave 1)" in words
