"""Live scenarios that only the newest client is played: background sessions, teams, dialogs that it raises by itself,
and places where its registry tells nothing or little.
"""
from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from cst.model import Session as Shown
from tests.lab import mcp_server
from tests.lab.lab import Session
from tests.lab.plays import NEW, OLD, PLAYS, asks, play, tool
from tests.lab.retry import until
from tests.lab.stage import Stage

__all__ = ["NEW", "OLD", "PLAYS"]  # those of both modules
ROOT = Path(__file__).parents[2]
HELPER = {"description": "Help", "name": "helper", "subagent_type": "general-purpose",
          "prompt": "[[bash:touch helped]] [[say:Helped.]]"}
TEAM = f"[[tool:Agent|{json.dumps(HELPER)}]] [[say:On it.]]"
NAMESPACE = "unshare -p -f --mount-proc"


def rows(stage: Stage, folder: Path) -> list[Shown]:
    """What cst lists of a project, without what has ended."""
    return [one for one in stage.watch.now() if one.cwd == str(folder) and one.state != "ended"]


def alone(stage: Stage, session: Session, more: Callable[[Shown], bool] = lambda _: True) -> Callable[[Shown], bool]:
    """It is the only row of its project: no ghost of a process that shows it or waits for it."""
    return lambda s: len(rows(stage, stage.folder(session))) == 1 and more(s)


def registered(stage: Stage, folder: Path, status: str) -> float:
    """Wait until the client's record of a background session there says this; the moment."""
    def says() -> bool:
        return any(one.get("kind") == "bg" and not one.get("spare") and one.get("status") == status
                   and one.get("cwd") == str(folder) for one in stage.lab.records())

    until(says, 30, lambda: f"a background session in {folder} is {status}: {stage.lab.records()}")
    return time.time()


def at(session: Session) -> Callable[[Shown], bool]:
    """Its place is the pane of that one."""
    return lambda s: bool(s.place and s.place.pane == session.pane)


# ---- background sessions

@play(new=True)
def moved_to_the_background(stage: Stage) -> None:
    session = stage.open(project="moved")
    stage.say(session, "[[say:First.]]")
    stage.expect(session, "answered", "done", stage.sees(session, "● First."))
    stage.keys(session, "Left")
    stage.follow(session, lambda s: s.kind == "background" and s.cwd == str(stage.folder(session)))
    stage.sees(session, "moved to the background")
    moved = registered(stage, stage.folder(session), "idle")
    stage.expect(session, "← at an empty prompt, the list is shown", "idle", moved, check=alone(stage, session))
    stage.keys(session, "Enter")
    stage.sees(session, "● First.")
    moment = asks(stage, session, "[[bash:touch moved]] [[say:Second.]]")
    stage.expect(session, "opened in the pane, it asks", "permission", moment,
                 check=alone(stage, session, lambda s: at(session)(s) and tool("Bash", "touch moved")(s)))
    stage.choose(session, "1")
    stage.expect(session, "answered in the background", "done", stage.sees(session, "● Second."), check=alone(stage, session))


@play(new=True)
def background_job(stage: Stage) -> None:
    viewer = stage.shell(project="job")
    folder = stage.folder(viewer)
    job = stage.background("[[bash:touch job]] [[say:By itself.]]", folder)
    session = Session(f"{stage.name}-job", "", viewer.pane, time.time())
    stage.follow(session, lambda s: s.kind == "background" and s.cwd == str(folder))
    stage.expect(session, "claude --bg asks, in no pane", "permission", registered(stage, folder, "waiting"),
                 check=lambda s: s.place is None and len(rows(stage, folder)) == 1 and tool("Bash", "touch job")(s))
    stage.keys(viewer, f"clear; claude attach {job}", "Enter")
    moment = stage.sees(viewer, "❯ 1.")
    stage.expect(session, "claude attach shows it", "permission", moment,
                 check=lambda s: at(viewer)(s) and len(rows(stage, folder)) == 1)
    stage.choose(viewer, "1")
    stage.expect(session, "answered", "done", stage.sees(viewer, "● By itself."), check=lambda _: len(rows(stage, folder)) == 1)
    stage.lab.claude("stop", job)
    stage.expect(session, "claude stop", "ended", stage.dies(session))


# ---- agent teams

@play(new=True)
def teammate_in_a_pane(stage: Stage) -> None:
    session = stage.open("--teammate-mode tmux", project="team", CLAUDE_CODE_EXPERIMENTAL_AGENT_TEAMS="1")
    pid = stage.pid(session)
    stage.follow(session, lambda s: s.pid == pid)
    moment = asks(stage, session, TEAM)
    stage.expect(session, "the lead asks for its teammate", "permission", moment,
                 check=alone(stage, session, lambda s: at(session)(s) and tool("Bash", "touch helped")(s)))
    stage.choose(session, "1")
    stage.sees(session, "@helper finished", 30)
    stage.expect(session, "both at rest, the registry says busy", "done", time.time(), check=alone(stage, session))


@play(new=True)
def teammate_in_process(stage: Stage) -> None:
    session = stage.open("--teammate-mode in-process", project="team-inside", CLAUDE_CODE_EXPERIMENTAL_AGENT_TEAMS="1")
    moment = asks(stage, session, TEAM)
    stage.expect(session, "the teammate asks", "permission", moment, check=alone(stage, session, tool("Bash", "touch helped")))
    stage.choose(session, "1")
    stage.sees(session, "@helper finished", 30)
    stage.expect(session, "both at rest, Stop lists the teammate as running", "done", time.time(), check=alone(stage, session))
    if stage.lab.hooks is not None:
        logs = stage.lab.root / "state" / "cst" / "events" / "v1"
        until(lambda: any('"event":"TeammateIdle"' in path.read_text() for path in logs.glob("*.jsonl")), 30,
              lambda: "TeammateIdle is logged")


# ---- dialogs that nobody opened

@play(new=True)
def question_that_answers_itself(stage: Stage) -> None:
    session = stage.open(CLAUDE_AFK_TIMEOUT_MS="12000", CLAUDE_AFK_COUNTDOWN_MS="9000")
    stage.expect(session, "question", "question", asks(stage, session, "[[ask]] [[say:Went on.]]", "Where to?"))
    stage.expect(session, "counts down", "question", stage.sees(session, "auto-continue in"))
    stage.expect(session, "went on by itself", "done", stage.sees(session, "● Went on.", 40))


def _settings(stage: Stage) -> Path:
    """A file that gives a session the lab's MCP server."""
    path = stage.lab.root / "mcp.json"
    path.write_text(json.dumps({"mcpServers": {"lab": mcp_server.entry(stage.lab.root / "listed")}}))
    return path


def _with_server(stage: Stage, args: str = "") -> Session:
    """A session with the lab's MCP server, whose tools it knows."""
    listed = stage.lab.root / "listed"
    session = stage.open(f"--mcp-config {_settings(stage)} {args}")
    until(listed.exists, 20, lambda: "the client knows the tools of its server")
    return session


def _asked_by_server(stage: Stage, name: str, shown: str, about: str) -> None:
    session = _with_server(stage, f"--allowedTools mcp__lab__{name}")
    moment = asks(stage, session, f"[[tool:mcp__lab__{name}|{{}}]] [[say:Thanks.]]", shown)
    hooked = stage.lab.hooks is not None
    stage.expect(session, "an MCP server asks", "question", moment,
                 check=lambda s: not hooked or bool(s.wants and s.wants.detail == about))
    time.sleep(0.7)  # a dialog takes no key in its first moment
    stage.keys(session, "Escape")
    stage.expect(session, "Esc cancels it, the turn goes on", "done", stage.sees(session, "● Thanks."))


@play(new=True)
def elicitation_form(stage: Stage) -> None:
    _asked_by_server(stage, "form", "requests your input", "Which colour do you want?")


@play(new=True)
def elicitation_page(stage: Stage) -> None:
    _asked_by_server(stage, "page", "wants to open a URL", "Please sign in")


@play(new=True)
def permission_of_other_tools(stage: Stage) -> None:
    session = _with_server(stage)
    for name, given in (("mcp__lab__plain", {}), ("WebFetch", {"url": "http://127.0.0.1:9/x", "prompt": "What is there?"}),
                        ("NotebookEdit", {"notebook_path": str(stage.folder(session) / "n.ipynb"), "new_source": "1"})):
        if name == "NotebookEdit":
            note = {"cells": [{"cell_type": "code", "id": "a", "source": "", "metadata": {}, "outputs": [], "execution_count": None}],
                    "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
            (stage.folder(session) / "n.ipynb").write_text(json.dumps(note))
            stage.say(session, f"[[read:{stage.folder(session) / 'n.ipynb'}]] [[say:Read.]]")
            stage.sees(session, "● Read.")
            given["cell_id"] = "a"
        moment = asks(stage, session, f"[[tool:{name}|{json.dumps(given)}]] [[say:Thanks.]]")
        stage.expect(session, name, "permission", moment, check=tool(name))
        stage.expect(session, f"{name}: Esc", "interrupted", stage.reacts(session, stage.choose(session, "Escape")))


@play(new=True)
def auto_mode_cannot_check(stage: Stage) -> None:
    session = stage.open(mode="auto", wait=False, CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC="")
    stage.sees(session, "auto mode on", 30)
    moment = asks(stage, session, "[[bash:curl -s http://127.0.0.1:9/x | sh]]", "Auto mode can't check actions")
    stage.expect(session, "the client asks what to do", "dialog", moment)
    if stage.lab.hooks is not None:  # a Notification, 6 s later
        about = "Auto mode can't check actions in this session and needs your choice"
        until(lambda: (wants := getattr(stage.shown(session), "wants", None)) and wants.detail == about, 30,
              lambda: f"a notification says what it asks: {stage.shown(session)}")
    time.sleep(0.7)
    stage.keys(session, "Enter")
    moment = stage.sees(session, "❯ No")
    stage.expect(session, "a permission without numbers, No first", "permission", moment, check=tool("Bash", "curl"))
    time.sleep(0.7)
    stage.expect(session, "Esc", "interrupted", stage.reacts(session, stage.keys(session, "Escape")))


@play(new=True)
def usage_limit(stage: Stage) -> None:
    token = "sk-ant-oat01-lab-not-a-real-token-000000"  # what a subscriber has in place of a key
    session = stage.open(ANTHROPIC_API_KEY="", CLAUDE_CODE_OAUTH_TOKEN=token)
    stage.say(session, "[[limit:3000]] [[say:Back.]]")
    moment = stage.sees(session, "Continuing automatically")
    stage.expect(session, "a limit that lifts by itself", "limited", moment, check=lambda s: not s.needs_you)


def _at_its_start(stage: Stage, session: Session, shown: str, keys: tuple[str, ...]) -> None:
    """A dialog before the first prompt, and what comes of a yes."""
    stage.expect(session, shown, "dialog", stage.sees(session, shown) + 1)  # a client may take 2 s to register
    for key in keys:
        time.sleep(0.7)
        stage.keys(session, key)
    stage.expect(session, "accepted", "idle", stage.sees(session, " on ", 30))


@play(new=True)
def consent_to_bypass(stage: Stage) -> None:
    session = stage.open("--dangerously-skip-permissions", mode="bypassPermissions", wait=False)
    _at_its_start(stage, session, "Bypass Permissions mode", ("Down", "Enter"))


@play(new=True)
def another_api_key(stage: Stage) -> None:
    session = stage.open(wait=False, ANTHROPIC_API_KEY=f"sk-ant-api03-lab-{time.time_ns()}")
    _at_its_start(stage, session, "Do you want to use this API key?", ("Up", "Enter"))


@play(new=True)
def server_of_the_project(stage: Stage) -> None:
    folder = stage.lab.projects / f"served-{time.time_ns()}"
    folder.mkdir()
    shutil.copy(_settings(stage), folder / ".mcp.json")
    session = stage.open(project=folder.name, wait=False)
    _at_its_start(stage, session, "New MCP server found", ("Enter",))


@play(new=True)
def menu_in_mid_turn(stage: Stage) -> None:
    session = stage.open()
    stage.say(session, "[[sleep:60]]")
    stage.sees(session, "Still at it, line 1")
    stage.say(session, "/model")
    stage.expect(session, "/model is open, the answer streams on", "working", stage.sees(session, "Select model"))
    stage.keys(session, "Escape")


# ---- turns

@play(new=True)
def compacted_by_itself(stage: Stage) -> None:
    session = stage.open()
    stage.say(session, "[[usage:985000]]")
    stage.expect(session, "nearly full", "done", stage.sees(session, "● This prompt had"))
    at_once = stage.say(session, "[[say:After that.]]")
    stage.expect(session, "compacts before the turn", "compacting" if stage.lab.hooks is not None else "working", at_once + 1)
    stage.expect(session, "answered", "done", stage.sees(session, "● After that.", 30))


# ---- what the registry does not tell

@play(new=True)
def two_sessions_in_one_pane(stage: Stage) -> None:
    first = stage.open(project="one-pane")
    pid = stage.pid(first)
    stage.follow(first, lambda s: s.pid == pid)
    stage.keys(first, "C-z")
    stage.sees(first, "Stopped")
    second = first.__class__(f"{first.name}-second", first.tmux_session, first.pane, time.time())
    stage.follow(second, lambda s: bool(s.place and s.place.pane == first.pane) and s.pid != pid)
    stage.start(second, "--permission-mode manual")
    stage.expect(second, "the second, in front", "idle", time.time(), check=lambda s: bool(s.place and s.place.front))
    stage.expect(first, "the first, behind it", "stopped", time.time(), check=lambda s: not (s.place and s.place.front))
    stage.expect(second, "the second works", "working", stage.say(second, "[[sleep:60]]"))


@play(new=True)
def record_swept(stage: Stage) -> None:
    session = stage.open(project="swept")
    hooked = stage.lab.hooks is not None
    stage.say(session, "[[say:First.]]")
    stage.expect(session, "answered", "done", stage.sees(session, "● First."))
    pid = stage.pid(session)
    os.unlink(stage.lab.registry / f"{pid}.json")
    stage.expect(session, "another client has swept its record", "done", time.time(), check=alone(stage, session), trace=hooked)
    moment = asks(stage, session, "[[bash:touch swept]] [[say:Second.]]")
    stage.expect(session, "it asks", "permission", moment, check=tool("Bash", "touch swept"), trace=hooked)
    stage.choose(session, "1")
    stage.expect(session, "answered again", "done", stage.sees(session, "● Second."), trace=hooked)


@play(new=True)
def another_pid_namespace(stage: Stage) -> None:
    if subprocess.run([*NAMESPACE.split(), "true"], capture_output=True, check=False).returncode:
        pytest.skip("unshare may make no pid namespace here")
    session = stage.open(project="inside", program=f"{NAMESPACE} claude")
    stage.expect(session, "at its prompt, its pid is 1", "idle", time.time(), check=alone(stage, session, at(session)))
    moment = asks(stage, session, "[[bash:touch inside]] [[say:Thanks.]]")
    stage.expect(session, "permission", "permission", moment, check=tool("Bash", "touch inside"))
    stage.choose(session, "1")
    stage.expect(session, "answered", "done", stage.sees(session, "● Thanks."))
    stage.say(session, "/exit")
    stage.expect(session, "/exit", "ended", stage.dies(session))
