"""The lab does what it promises: real sessions, raw facts, and nothing left behind."""
from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lab import processes, scenarios
from tests.lab.conftest import MakeLab
from tests.lab.install import VERSION
from tests.lab.lab import Lab
from tests.lab.processes import Process, family, identify
from tests.lab.retry import LabError, until
from tests.lab.scenarios import SCENARIOS

live = pytest.mark.skipif(not os.environ.get("CST_LAB_ALL"), reason="the lab's own parts, driven live: `make lab`")

@pytest.fixture(autouse=True)
def closed_afterwards(lab: Lab) -> Iterator[None]:
    """What a test opens in the shared lab is gone after it."""
    def names() -> set[str]:
        return set(lab.tmux("list-sessions", "-F", "#{session_name}", check=False).splitlines())

    before = names()
    yield
    for name in names() - before:
        lab.tmux("kill-session", "-t", f"={name}", check=False)


def test_every_state_of_a_scenario_is_spelt_as_in_the_design() -> None:
    """A typing slip in the table would make an acceptance test wait for ever."""
    states = {scenario.state for scenario in SCENARIOS.values()}

    assert len(SCENARIOS) == 17
    assert {"idle", "working", "permission", "question", "plan", "done", "background", "interrupted", "error",
            "menu", "ended"} == states


def test_the_pinned_client_runs(lab: Lab) -> None:
    """The environment's first PATH entry is the client's folder, and that client has the pinned version."""
    folder = lab.env["PATH"].split(":")[0]
    said = subprocess.run([f"{folder}/claude", "--version"], env=lab.env, capture_output=True, text=True)

    assert said.stdout.startswith(VERSION)


@live
def test_a_person_can_handle_each_dialog(lab: Lab) -> None:
    """Permission, question, two questions and a plan, all answered in one session after the other."""
    steps = [("[[bash:touch handled.txt]] [[say:one]]", scenarios.PERMISSION, scenarios.approve),
             ("[[ask]] [[say:two]]", scenarios.QUESTION, scenarios.answer),
             ("[[ask:multi]] [[say:three]]", scenarios.QUESTION, scenarios.answer_both),
             ("[[ask]]", scenarios.QUESTION, scenarios.refuse)]
    session = lab.open("handled")
    for script, status, handle in steps:
        sent = lab.prompt(session, script)
        lab.expect_status(session, *status, after=sent)
        moved = handle(lab, session)
        assert moved > sent
        lab.expect_status(session, "idle", after=sent)

    assert (lab.projects / "alpha" / "handled.txt").exists()


@live
def test_a_plan_can_be_approved(lab: Lab) -> None:
    session = lab.open("planner", args="--permission-mode plan")
    sent = lab.prompt(session, "[[planfile:# Look]] [[plan]] [[say:Off we go.]]")
    lab.expect_status(session, *scenarios.PERMISSION, after=sent)
    scenarios.approve_plan(lab, session)
    lab.expect_text(session, "● Off we go.")
    lab.expect_status(session, "idle", after=sent)


@live
def test_parallel_tools_are_asked_for_one_after_the_other(lab: Lab) -> None:
    """Directives joined by a plus sign are one turn of the model."""
    session = lab.open("parallel", project="beta")
    sent = lab.prompt(session, "[[bash:touch left]]+[[bash:touch right]] [[say:both]]")
    for _ in range(2):
        sent = lab.expect_status(session, *scenarios.PERMISSION, after=sent).since
        sent = scenarios.approve(lab, session)
    lab.expect_text(session, "● both")

    assert (lab.projects / "beta" / "left").exists()
    assert (lab.projects / "beta" / "right").exists()


@live
def test_an_api_error_passes_after_so_many_times(lab: Lab) -> None:
    session = lab.open("flaky")
    sent = lab.prompt(session, "[[error:529*1]] [[say:Recovered.]]")
    lab.expect_text(session, "● Recovered.")

    assert lab.expect_status(session, "idle", after=sent).status == "idle"


@live
def test_a_window_opens_in_an_existing_tmux_session_and_in_an_odd_folder(lab: Lab) -> None:
    """tmux would run what is inside #() of a folder's name."""
    first = lab.open("house")
    second = lab.open("room", project="b#(touch fooled)#{pid}", tmux_session="house")

    assert first.tmux_session == second.tmux_session == "house"
    assert lab.record(second)["cwd"] == str(lab.projects / "b#(touch fooled)#{pid}")
    assert first.pane != second.pane


@live
def test_two_clients_look_at_different_panes(lab: Lab) -> None:
    """Each client knows its own pane; keys pressed on one do not move the other."""
    lab.tmux("new-session", "-d", "-s", "left")
    lab.tmux("new-session", "-d", "-s", "right")
    first = lab.tmux("display-message", "-p", "-t", "left:", "#{pane_id}")
    left, right = lab.attach("left"), lab.attach("right", columns=100, lines=30)
    try:
        assert left.name != right.name
        assert first == left.pane() != right.pane()
        left.press(b"\x02c")  # prefix c: a new window
        until(lambda: left.pane() != first, 5, lambda: "a new window is made")
        assert right.tmux_session() == "right"
        assert b"bash" in right.output
    finally:
        left.close()
        right.close()

    assert "" == left.pane() == right.pane()


@live
def test_hooks_of_the_caller_fire(make_lab: MakeLab, tmp_path: Path) -> None:
    """Whatever the caller gives becomes settings["hooks"], here by a function of the lab."""
    log = tmp_path / "events.jsonl"
    command = {"type": "command", "command": f"cat >> {log}; echo >> {log}"}
    lab = make_lab(lambda _: {"SessionStart": [{"hooks": [command]}]})
    session = lab.open("hooked")
    until(log.exists, 10, lambda: "the hook writes")

    event = json.loads(log.read_text().splitlines()[0])
    assert lab.record(session)["sessionId"] == event["session_id"]


def test_an_expectation_that_fails_says_how_things_are(lab: Lab) -> None:
    """The error names the session, the wanted and the raw facts, and shows the screen."""
    session = lab.open("still")
    with pytest.raises(LabError) as error:
        lab.expect_status(session, "waiting", "permission prompt", seconds=0.2)

    said = str(error.value)
    assert "still waiting/permission prompt; it is Facts(file=True, alive=True, status='idle'" in said
    assert "manual mode" in said


def test_stop_leaves_nothing_behind(tmp_path: Path) -> None:
    """No process, no socket; and a tool that ran, a background shell, a killed session are no exception."""
    lab = Lab(tmp_path / "l")
    lab.start()
    for name in ("tool", "background", "killed", "working"):
        SCENARIOS[name].drive(lab, name)
    lab.attach("working")
    assert lab.api
    server = int(lab.tmux("display-message", "-p", "#{pid}"))
    ours = {process for pid in (server, lab.api.pid) for process in family(pid)}
    bystander = subprocess.Popen(["sleep", "60"])
    try:
        lab.stop()
        lab.stop()

        assert len(ours) > 10
        assert [process for process in ours if process.alive] == []
        assert [path for path in lab.root.rglob("*") if path.is_socket()] == []
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()


@live
def test_another_lab_object_of_the_same_folder_stops_it(tmp_path: Path) -> None:
    """`up` and `down` are two runs of the program."""
    lab = Lab(tmp_path / "l")
    lab.start()
    session, api = lab.open("left-alone"), lab.api
    Lab(tmp_path / "l").stop()

    assert session.process
    assert not session.process.alive
    assert api
    assert not api.alive
    assert not lab.socket.exists()


def test_a_reused_pid_is_not_touched() -> None:
    """A signal reaches a process only if the start time fits, too."""
    bystander = subprocess.Popen(["sleep", "60"])
    try:
        stranger = Process(bystander.pid, "1")
        assert processes.end([stranger], patience=0.1) == []
        assert bystander.poll() is None
        own = identify(bystander.pid)
        assert own
        assert processes.end([own]) == []
    finally:
        bystander.kill()
        bystander.wait()
