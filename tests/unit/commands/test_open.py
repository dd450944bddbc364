"""`cst open`: a transcript and a shell, outside tmux and from a key binding."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.testing import ID, ROOT, TmuxServer, cst, until


def test_open_a_transcript(home: Path, ended: Path, tmux_server: TmuxServer) -> None:
    """What `cst show` prints, in the pager of the login shell."""
    tmux_server.new("work")
    client = tmux_server.attach("work")
    with (home / ".profile").open("a") as file:
        file.write(f"export PAGER='tee {home}/paged' PYTHONPATH={ROOT}\n")
    installed = Path(sys.executable).parent / "cst"  # what a new window is to call, by its absolute path
    if not installed.exists():
        pytest.skip("cst is not installed beside this Python")
    done = subprocess.run(
        [installed, "open", ID, "transcript", "--client", client.name], capture_output=True, text=True, timeout=60, check=False,
        env={**os.environ, "TMUX": f"{tmux_server.socket},1,0"},
    )  # fmt: skip
    until(lambda: (home / "paged").exists() and ID in (home / "paged").read_text(), 30)

    assert (done.returncode, done.stdout) == (0, "the transcript of it's: title of 1111\n")


def test_open_a_shell(ended: Path, tmux_server: TmuxServer) -> None:
    """A window in the session's folder."""
    tmux_server.new("work")
    client = tmux_server.attach("work")
    done = cst("open", ID, "shell", "--client", client.name, env={"TMUX": f"{tmux_server.socket},1,0"})
    tmux_server.run("send-keys", "-t", "work", "echo >here", "Enter")
    until((ended / "here").exists, 30)

    assert (done.returncode, done.stdout) == (0, f"a shell in {ended}\n")


def test_open_in_the_background(home: Path, ended: Path, tmux_server: TmuxServer) -> None:
    """The client stays where it is; outside tmux there is nothing that it could be in the background of."""
    pane = tmux_server.new("work")
    client = tmux_server.attach("work")
    done = cst("open", ID, "shell", "-d", "--client", client.name, env={"TMUX": f"{tmux_server.socket},1,0"})
    outside = cst("open", ID, "shell", "--detach")

    assert done.returncode == 0, done
    assert len(tmux_server.run("list-windows", "-t", "=work:").splitlines()) == 2
    assert tmux_server.run("display-message", "-p", "-t", "=work:", "#{pane_id}").strip() == pane
    assert outside.stderr == "cst: outside tmux there is no window for it to be in; leave out --detach\n"
