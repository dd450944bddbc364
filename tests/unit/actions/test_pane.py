"""Whose pane it is: a background session's is that of the view that passes the keys on. Real tmux, real processes."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cst.actions import pane
from cst.actions.pane import NotSent
from cst.model import Place, Session
from cst.settings import Settings
from tests.testing import OTHER_ID, TmuxServer, registry_entry, started, until, write_registry

JOB = "5dc6e66e"
Viewed = Callable[..., Session]


@pytest.fixture
def viewed(tmux_server: TmuxServer, tmp_path: Path, claude: Path) -> Iterator[Viewed]:
    """Makes a background session, and a pane in which `claude WORDS` runs; its place says that pane."""
    program = tmp_path / "claude"
    shutil.copy(os.path.realpath(shutil.which("sh") or "sh"), program)
    for word in ("attach", "agents"):
        (tmp_path / word).write_text("echo a view; sleep 600; true\n")
    running = []

    def make(words: str, name: str = "background", title: str = "", parked: str = "") -> Session:
        shown = tmux_server.new("view", f"cd {tmp_path} && exec {program} {words}")
        until(lambda: "a view" in tmux_server.run("capture-pane", "-p", "-t", shown))
        viewer = tmux_server.pid_of(shown)
        if title:
            tmux_server.run("select-pane", "-t", shown, "-T", title)
        if parked:
            write_registry(claude, registry_entry(viewer, procStart=started(viewer), parkedJobId=parked, sessionId=OTHER_ID))
        running.append(subprocess.Popen([str(program), "-c", "sleep 600 & wait"]))
        pid = running[-1].pid
        until(lambda: Path(f"/proc/{pid}/comm").read_text() == "claude\n")
        write_registry(claude, registry_entry(pid, procStart=started(pid), kind="bg", jobId=JOB, name=name, tmux=None))
        place = Place(tmux_server.socket, "view", "0", shown, "view:0.0", f"=view:0.{shown}")
        return Session(f"{pid}.{started(pid)}", "id", pid, "permission", 0.0, "", "", name="api", place=place,
                       config_dir=str(claude), kind="background")  # fmt: skip

    yield make
    for process in running:
        process.kill()
        process.wait(10)


@pytest.mark.parametrize("shows", [JOB, "5dc6", "background"])
def test_an_attach_shows_a_background_session(viewed: Viewed, own: Settings, shows: str) -> None:
    """By the id of its job, the beginning of it, or the name. Bug shown: its dialog could not be answered, since another
    process than the session reads that pane."""
    view = pane.look(own, viewed(f"attach {shows}"))

    assert "a view" in view.screen
    assert view.record
    assert view.record.job == JOB


@pytest.mark.parametrize("words", ["attach 0badf00d", "attach 5d", "agents"])
def test_a_view_of_something_else(viewed: Viewed, own: Settings, words: str) -> None:
    """Its keys would go elsewhere."""
    with pytest.raises(NotSent, match=r"another process than api .* reads pane"):
        pane.look(own, viewed(words))


def test_a_pane_whose_own_session_was_moved(viewed: Viewed, own: Settings) -> None:
    """It shows the job that its title names, behind a sign that turns. Bug shown: it was compared with the sign."""
    view = pane.look(own, viewed("agents", title="✳ background", parked="0badf00d"))

    assert "a view" in view.screen


def test_a_pane_whose_own_session_was_moved_shows_the_list(viewed: Viewed, own: Settings) -> None:
    """The title names no job."""
    with pytest.raises(NotSent, match=r"another process than api .* reads pane"):
        pane.look(own, viewed("agents", title="2 working", parked="0badf00d"))


def test_two_jobs_of_one_name(viewed: Viewed, own: Settings, claude: Path) -> None:
    """A title does not tell them apart."""
    session = viewed("agents", title="background", parked="0badf00d")
    twin = subprocess.Popen(["sleep", "600"])
    write_registry(claude, registry_entry(twin.pid, procStart=started(twin.pid), kind="bg", jobId="0badf00d", name="background"))
    try:
        with pytest.raises(NotSent, match=r"another process than api .* reads pane"):
            pane.look(own, session)
    finally:
        twin.kill()
        twin.wait(10)
