"""Background sessions by the program: ended for good, reached by `cst next`, answered where they are shown."""
from __future__ import annotations

import os
import shlex
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.lab import cst
from tests.lab.conftest import MakeLab
from tests.lab.lab import Lab
from tests.lab.processes import identify
from tests.lab.retry import until

pytestmark = pytest.mark.skipif(not os.environ.get("CST_LAB_ALL"), reason="background sessions, driven live: `make lab`")
COMES_BACK = 15.0  # seconds within which the client's daemon starts a session anew after SIGTERM (9 measured)


@pytest.fixture(scope="module")
def lab(make_lab: MakeLab) -> Lab:
    """A lab whose login shells find the client, as a person's do."""
    made = make_lab(cst.hooks)
    (Path(made.env["HOME"]) / ".bash_profile").write_text(f"PATH={shlex.quote(made.env['PATH'])}\n")
    return made


@pytest.fixture(autouse=True)
def stopped(lab: Lab) -> Iterator[None]:
    yield
    lab.stop_jobs()


def start(lab: Lab, project: str, prompt: str) -> dict[str, Any]:
    """A background session that waits for somebody, as cst shows it."""
    folder = lab.projects / project
    folder.mkdir(exist_ok=True)
    lab.claude("--bg", "--permission-mode", "manual", prompt, folder=folder)
    return until(lambda: shown(lab, project, needs_you=True), 30, lambda: f"{project} asks: {cst.fleet(lab)}")


def shown(lab: Lab, project: str, **also: Any) -> dict[str, Any] | None:
    """The live session of a project, if cst shows one that is so, too."""
    found = [one for one in cst.fleet(lab, TMUX=f"{lab.socket},0,0")
             if one["cwd"] == str(lab.projects / project) and one["state"] != "ended"]
    assert len(found) < 2, found
    return found[0] if found and all(found[0][name] == value for name, value in also.items()) else None


def test_kill_ends_it_for_good(lab: Lab) -> None:
    """By `claude stop`. Bug shown: SIGTERM "ended" it, and nine seconds later its daemon had started it again."""
    session = start(lab, "killed", "[[bash:touch a]]")
    done = cst.run(lab, "kill", "--yes", str(session["pid"]))
    began = time.monotonic()

    assert done.returncode == 0, done.stderr
    assert "has ended (claude stop " in done.stdout
    assert identify(session["pid"]) is None
    while time.monotonic() < began + COMES_BACK:
        assert shown(lab, "killed") is None
        time.sleep(0.5)


def test_next_shows_it_in_a_window_of_its_own(lab: Lab) -> None:
    """And there it is answered from elsewhere; the window is the session's place. Bug shown: `next` passed it by."""
    session = start(lab, "reached", "[[bash:touch reached]] [[say:Reached.]]")
    lab.tmux("new-session", "-d", "-s", "desk", "/bin/bash --norc --noprofile")
    client = lab.attach("desk")
    inside = {"TMUX": f"{lab.socket},0,0"}
    done = cst.run(lab, "next", "--client", client.name, **inside)
    assert done.returncode == 0, done.stderr
    until(lambda: "❯ 1. Yes" in lab.tmux("capture-pane", "-p", "-t", "=desk:"), 30,
          lambda: lab.tmux("capture-pane", "-p", "-t", "=desk:"))
    pane = lab.tmux("display-message", "-p", "-t", "=desk:", "#{pane_id}")
    until(lambda: (shown(lab, "reached") or {"tmux": None})["tmux"], 20, lambda: str(cst.fleet(lab, **inside)))
    place = (shown(lab, "reached") or {})["tmux"]
    again = cst.run(lab, "next", "--client", client.name, **inside)
    answered = cst.run(lab, "answer", str(session["pid"]), "yes", **inside)

    assert place["pane"] == pane
    assert again.returncode == 1  # it is the one that is shown already
    assert lab.tmux("list-windows", "-t", "=desk", "-F", "#{window_index}").split() == ["0", "1"]
    assert answered.returncode == 0, answered.stderr
    until(lambda: (lab.projects / "reached" / "reached").exists(), 20, lambda: lab.tmux("capture-pane", "-p", "-t", pane))


def test_a_copy_of_the_client_under_another_name(lab: Lab) -> None:
    """Nothing but its file says that it is the client: it is ended, and another program with such a record is not."""
    original = Path(lab.env["PATH"].split(":")[0]) / "claude"
    copy = lab.root / "assistant"
    try:
        os.link(original, copy)
    except OSError:  # another file system
        copy.write_bytes(original.read_bytes())
        copy.chmod(0o755)
    lab.tmux("new-session", "-d", "-s", "copy", "-x", "150", "-y", "45", "-c", str(lab.projects / "beta"),
             f"{copy} --permission-mode manual")
    session = until(lambda: shown(lab, "beta", state="idle"), 30, lambda: lab.tmux("capture-pane", "-p", "-t", "=copy:"))
    process = identify(session["pid"])
    done = cst.run(lab, "kill", "--yes", str(session["pid"]))

    assert process
    assert done.returncode == 0, done.stderr
    assert not process.alive
