"""`cst new` with the real client: the key of what it started, once that is registered and has its prompt."""

from __future__ import annotations

import json
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.lab import cst
from tests.lab.conftest import MakeLab
from tests.lab.lab import Lab, every
from tests.lab.retry import until


@pytest.fixture(scope="module")
def lab(make_lab: MakeLab) -> Lab:
    """A lab whose login shells find the client, as a person's do, with a pane to call from."""
    made = make_lab(cst.hooks)
    (Path(made.env["HOME"]) / ".bash_profile").write_text(f"PATH={shlex.quote(made.env['PATH'])}\n")
    made.tmux("new-session", "-d", "-s", "desk", "-x", "200", "-y", "50", "cat")
    return made


@pytest.fixture(autouse=True)
def ended(lab: Lab) -> Iterator[None]:
    """What a test started is ended with it."""
    yield
    for one in cst.fleet(lab):
        if one["pid"]:
            cst.run(lab, "kill", "--yes", one["key"])


def inside(lab: Lab) -> dict[str, str]:
    """What a script in the pane of the desk has in its environment."""
    pane = lab.tmux("display-message", "-p", "-t", "=desk:0", "#{pane_id}")
    return {"TMUX": f"{lab.socket},0,0", "TMUX_PANE": pane}


def started(lab: Lab, *words: str) -> dict[str, Any]:
    """The session that `cst new` started, as cst shows it."""
    done = cst.run(lab, "new", *words, **inside(lab))
    assert (done.returncode, done.stderr) == (0, ""), (done, lab.tmux("list-windows", "-a"))
    [mine] = [one for one in cst.fleet(lab, TMUX=f"{lab.socket},0,0") if one["key"] == done.stdout.strip()]
    return mine


def said(lab: Lab, session_id: str) -> list[str]:
    """The prompts in a session's transcript; a line that is being written does not count yet."""
    whole = [line for path in lab.config.glob(f"projects/*/{session_id}.jsonl")
             for line in path.read_text().splitlines(keepends=True) if line.endswith("\n")]  # fmt: skip
    told = [line["message"]["content"] for line in map(json.loads, whole) if line["type"] == "user"]
    return [content.strip() for content in told if isinstance(content, str)]


def test_a_script_waits_for_what_it_started(lab: Lab) -> None:
    """`cst wait "$(cst new …)"` ends when the prompt was worked on, and the answer is there."""
    line = 'exec "$0" wait --until done "$("$0" new "$1" --prompt "[[say:All green.]]" --tag nightly)"'
    done = subprocess.run(["/bin/sh", "-c", line, cst.PROGRAM, str(lab.projects / "alpha")],
                          env={**lab.env, **inside(lab)}, capture_output=True, text=True, timeout=90, check=False)
    [mine] = [one for one in cst.fleet(lab) if one["pid"]]

    assert (done.returncode, done.stderr) == (0, ""), done
    assert (mine["last_words"], mine["tags"], mine["cwd"]) == ("All green.", ["nightly"], str(lab.projects / "alpha"))


@pytest.mark.parametrize("prompt", [
    "--help", "it's \"$HOME\" `x` \\ [[say:quotes]]",
    *(pytest.param(one, marks=every) for one in ("-p [[say:dash]]", "one\ntwo", "agents")),
])
def test_a_prompt_is_only_a_prompt(lab: Lab, prompt: str) -> None:
    """Whatever it begins with, and whatever a shell would make of it."""
    mine = started(lab, str(lab.projects / "alpha"), "--prompt=" + prompt)
    until(lambda: prompt in said(lab, mine["id"]), 20, lambda: str(said(lab, mine["id"])))


def test_in_a_worktree(lab: Lab) -> None:
    """Which the client makes."""
    folder = lab.projects / "repository"
    folder.mkdir()
    told = Path(lab.env["HOME"]) / ".claude.json"
    known = json.loads(told.read_text())
    known["projects"][str(folder)] = {"hasTrustDialogAccepted": True}  # that of a folder above does not do here
    told.write_text(json.dumps(known))
    for words in (["init", "-q"], ["-c", "user.name=x", "-c", "user.email=x@x", "commit", "-q", "--allow-empty", "-m", "x"]):
        subprocess.run(["git", *words], cwd=folder, check=True, env={**lab.env, "GIT_CONFIG_GLOBAL": "/dev/null"})
    mine = started(lab, str(folder), "--worktree", "login", "--prompt", "[[say:here]]")
    unnamed = started(lab, "--worktree", str(folder), "--prompt", "[[say:there]]")

    assert mine["cwd"] == str(folder / ".claude/worktrees/login")
    assert Path(unnamed["cwd"]).parent == folder / ".claude/worktrees"
    assert unnamed["cwd"] != mine["cwd"]


def test_a_fork_beside_this_pane(lab: Lab) -> None:
    """It has the conversation of the other, an id of its own, and the pane next to ours."""
    parent = started(lab, str(lab.projects / "beta"), "--prompt", "[[say:The parent.]]")
    mine = started(lab, "--fork", parent["key"], "--split", "--prompt", "[[say:The fork.]]")
    path = until(lambda: next(iter(lab.config.glob(f"projects/*/{mine['id']}.jsonl")), None), 20, lambda: "its transcript")

    assert mine["id"] != parent["id"]
    until(lambda: "The parent." in path.read_text() and "The fork." in path.read_text(), 20, path.read_text)
    assert mine["tmux"]["location"].startswith("desk:0.")


def test_in_a_popup(lab: Lab) -> None:
    """The client shows it above its own pane; closing the popup leaves the session."""
    client = lab.attach("desk")
    mine = started(lab, str(lab.projects / "alpha"), "--popup", "--client", client.name, "--prompt", "[[say:Up.]]")
    socket = ["-t", "=alpha", "-F", "#{client_name}"]

    assert mine["tmux"]["session"] == "alpha"
    name = until(lambda: lab.tmux("list-clients", *socket), 20, lambda: lab.tmux("list-clients"))
    lab.tmux("detach-client", "-t", name)
    until(lambda: not lab.tmux("list-clients", *socket), 20, lambda: lab.tmux("list-clients"))
    assert [one["pid"] for one in cst.fleet(lab) if one["key"] == mine["key"]] == [mine["pid"]]


def test_a_folder_that_nobody_trusts_yet(lab: Lab) -> None:
    """The client asks first, so its prompt has not begun: its key is printed all the same, what it waits for is said, and
    that it is not done."""
    folder = lab.root / "elsewhere"
    folder.mkdir()
    done = cst.run(lab, "new", str(folder), "--prompt", "x", **inside(lab))

    assert done.stderr.count("\n") == 1
    assert "it asks something before it starts, such as whether you trust the folder; look in window desk:" in done.stderr
    assert done.returncode == 1
    until(lambda: [done.stdout.strip()] == [one["key"] for one in cst.fleet(lab) if one["state"] == "dialog"], 20,
          lambda: str(cst.fleet(lab)))  # fmt: skip


def test_without_a_client_program(lab: Lab) -> None:
    """What the shell said of it."""
    profile = Path(lab.env["HOME"]) / ".bash_profile"
    before = profile.read_text()
    profile.write_text("PATH=/usr/bin:/bin\n")
    try:
        done = cst.run(lab, "new", str(lab.projects / "alpha"), **inside(lab))
    finally:
        profile.write_text(before)

    assert (done.returncode, done.stdout) == (1, "")
    assert "your login shell finds no claude: " in done.stderr
    assert "claude: command not found" in done.stderr
