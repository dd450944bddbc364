"""Hooks as a person installs them, on the real client: it starts without a dialog, they fire, and they go."""
from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from cst.store import events
from tests.lab import cst, scenarios
from tests.lab.conftest import MakeLab
from tests.lab.lab import Lab, Session
from tests.lab.retry import LabError, until

ROOT = Path(__file__).parents[2]
live = pytest.mark.skipif(not os.environ.get("CST_LAB_ALL"), reason="the plugin by itself, driven live: `make lab`")
PLUGIN = f"--permission-mode manual --plugin-dir {ROOT}"
TURN = ["SessionStart", "UserPromptSubmit", "Stop"]


@pytest.fixture(scope="module")
def lab(make_lab: MakeLab) -> Lab:
    """A lab of this module's own, whose settings have no hooks."""
    return make_lab()


def logged(lab: Lab, session: Session) -> list[str]:
    """The raw lines of a session's event log."""
    lab.record(session)
    path = lab.root / "state" / "cst" / "events" / "v1" / f"{session.last_record['sessionId']}.jsonl"
    return [line for line in path.read_text().splitlines() if line] if path.exists() else []


def told(lab: Lab, session: Session) -> list[str]:
    """The names of a session's events as cst reads them; each line has to be one."""
    found, skipped = events.read(str(lab.root / "state/cst/events/v1"), session.last_record["sessionId"], 0.0, 0.0)
    assert skipped == 0
    return [event.name for event in found]


def turn(lab: Lab, name: str, args: str = "--permission-mode manual") -> Session:
    """A new session that has answered one prompt. That its prompt takes text proves that no dialog stopped it."""
    session = lab.open(name, args=args)
    lab.prompt(session, "[[say:Counted.]]")
    lab.expect_text(session, "● Counted.")  # of so short a turn a busy client may write no change of status
    lab.expect_status(session, "idle")
    return session


def status(lab: Lab) -> dict[str, object]:
    given: dict[str, object] = json.loads(cst.run(lab, "hooks", "status", "--json").stdout)
    return given


def fires(lab: Lab, session: Session) -> object:
    """What `cst hooks status` says of a session."""
    assert session.process
    sessions = status(lab)["sessions"]
    assert isinstance(sessions, list)
    return next(one["fires"] for one in sessions if one["key"].startswith(f"{session.process.pid}."))


def install(lab: Lab) -> bytes:
    """Install the hooks, which has to succeed; the settings from before."""
    before = lab.settings_file.read_bytes()
    done = cst.run(lab, "hooks", "install", "--yes", "--client", lab.version)
    assert done.returncode == 0, done.stderr
    return before


def uninstall(lab: Lab) -> None:
    """Take them out, which has to succeed."""
    done = cst.run(lab, "hooks", "uninstall", "--yes")
    assert done.returncode == 0, done.stderr


def test_installed_they_fire_and_uninstalled_they_do_not(lab: Lab) -> None:
    """A session that ran before takes them up, a new one has them, one after `uninstall` has none; the bytes are back."""
    older = turn(lab, "older")
    assert (logged(lab, older), fires(lab, older)) == ([], False)

    before = install(lab)
    try:
        newer = turn(lab, "newer")
        until(lambda: [name for name in told(lab, newer) if name in TURN] == TURN, 30, lambda: str(logged(lab, newer)))
        for _ in range(10):  # a client that runs reads changed settings in its own time, on a busy machine a turn later
            lab.prompt(older, "[[say:Again.]]")
            with contextlib.suppress(LabError):
                until(lambda: "Stop" in told(lab, older), 10, lambda: str(logged(lab, older)))
                break
            os.utime(lab.settings_file)  # on a busy machine it may have begun to watch the file after the change
        assert "Stop" in told(lab, older)
        assert (fires(lab, older), fires(lab, newer)) == (True, True)
    finally:
        uninstall(lab)

    assert lab.settings_file.read_bytes() == before
    after = turn(lab, "after")
    time.sleep(1)  # a hook that ran after all would have told by now
    assert logged(lab, after) == []


@live
def test_the_plugin_fires(lab: Lab) -> None:
    """Loaded for one session; every line says by whom."""
    session = turn(lab, "plugged", PLUGIN)
    until(lambda: [name for name in told(lab, session) if name in TURN] == TURN, 30, lambda: str(logged(lab, session)))

    assert {json.loads(line).get("via") for line in logged(lab, session)} == {"plugin"}


@live
def test_with_both_a_prompt_is_one_turn(lab: Lab) -> None:
    """Settings and plugin: each event has two lines in the log, and is one to cst."""
    install(lab)
    try:
        session = turn(lab, "both", PLUGIN)
        until(lambda: sum('"event":"Stop"' in line for line in logged(lab, session)) == 2, 30, lambda: str(logged(lab, session)))
        lines = [json.loads(line) for line in logged(lab, session)]
        shown = cst.of(lab, session)
    finally:
        uninstall(lab)

    assert sorted((one["event"], one.get("via", "")) for one in lines) == sorted((name, via) for name in TURN for via in ("", "plugin"))
    assert told(lab, session) == TURN
    assert (shown["state"], shown["last_words"]) == ("done", "Counted.")


@live
def test_a_claude_p_inside_a_session_notifies_nobody(lab: Lab) -> None:
    """Its hooks fire, in a log of its own; a notification would be about the session of that pane, which works on."""
    before = install(lab)
    state = lab.root / "state/cst"
    notified = state / "notified"
    state.mkdir(parents=True, exist_ok=True)
    (state / "notify").write_text(f'#!/bin/sh\necho "$1" >>{notified}\n')
    (state / "notify").chmod(0o755)
    try:
        session = lab.open("outer")
        lab.prompt(session, "[[bash:claude -p [say:Nested.] >nested.txt; touch over]]")
        lab.expect_status(session, *scenarios.PERMISSION)
        scenarios.approve(lab, session)
        until(lambda: "Stop" in told(lab, session), 60, lambda: str(logged(lab, session)))
        until(lambda: notified.exists() and "Stop" in notified.read_text(), 10, lambda: "no Stop was notified")
        logs = {path.stem: path.read_text() for path in (state / "events/v1").glob("*.jsonl")}
    finally:
        (state / "notify").unlink()
        uninstall(lab)
    nested = [text for name, text in logs.items() if name != session.last_record["sessionId"] and "nested.txt" not in text]

    assert any('"event":"Stop"' in text for text in nested)
    assert notified.read_text().split() == ["PermissionRequest", "Stop"]
    assert lab.settings_file.read_bytes() == before


@live
def test_the_repository_is_a_marketplace(lab: Lab, tmp_path: Path) -> None:
    """The client takes it, installs the plugin from it, and cst sees that it is enabled."""
    files = tmp_path / "repository"  # the client copies all that is there, and a checkout holds a gigabyte of clients
    shutil.copytree(ROOT, files, symlinks=True, ignore=shutil.ignore_patterns(".cache", ".venv", ".git", "__pycache__", ".*_cache"))
    before = lab.settings_file.read_bytes()
    claude = [lab.env["PATH"].split(":")[0] + "/claude", "plugin"]
    calls = (["validate", str(files)], ["marketplace", "add", str(files)], ["install", "cst@cst"])
    done = [subprocess.run([*claude, *words], env=lab.env, capture_output=True, text=True, timeout=60) for words in calls]
    plugins = status(lab)["plugins"]
    lab.settings_file.write_bytes(before)

    assert [one.returncode for one in done] == [0, 0, 0], [one.stdout + one.stderr for one in done]
    assert plugins == [str(lab.settings_file)]
