"""The verbs that open, copy and bring back, through the real program, outside tmux and from a key binding."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.testing import ID, OTHER_ID, ROOT, TmuxServer, cst, ended_turn, said, typed, until, write_transcript


@pytest.fixture
def ended(home: Path, claude: Path) -> Path:
    """The folder of a session that ended a minute ago, and of one that ended long ago."""
    folder = home / "it's"
    folder.mkdir()
    for session_id, age in ((ID, 60), (OTHER_ID, 90 * 86400)):
        now = time.time() - age
        lines = [{**line, "cwd": str(folder)} for line in (typed("go", now - 5), said("Done.", now - 1), ended_turn(now))]
        lines.append({"type": "custom-title", "customTitle": f"title of {session_id[:4]}"})
        path = write_transcript(claude, lines, session_id, str(folder))
        os.utime(path, (now, now))
    (home / "bin").mkdir()
    program = home / "bin" / "claude"
    program.write_text('#!/bin/sh\n{ pwd; echo "$@"; } >"$HOME/told.new"\nmv "$HOME/told.new" "$HOME/told"\n')
    program.chmod(0o755)
    (home / ".profile").write_text(f"PATH={home}/bin:$PATH\n")
    return folder


def _typed(server: TmuxServer, *words: str) -> str:
    """A terminal without tmux that runs cst: a pane that forgets it is one."""
    pane = server.new("outside", "cat")
    env = f"env -u TMUX -u TMUX_PANE PYTHONPATH={ROOT} {sys.executable} {ROOT}/shell/cst"
    server.run("respawn-pane", "-k", "-t", pane, f"{env} {' '.join(words)}; cat")
    return pane


def test_resume_in_place(home: Path, ended: Path, tmux_server: TmuxServer) -> None:
    """Outside tmux cst becomes claude, in the session's folder."""
    _typed(tmux_server, "resume", ID)
    until((home / "told").exists, 30)

    assert (home / "told").read_text() == f"{ended}\n--resume {ID}\n"


def test_resume_from_a_key_binding(home: Path, ended: Path, tmux_server: TmuxServer) -> None:
    """From all history by the beginning of the id: in a window of the client that pressed the key, which says so."""
    tmux_server.new("work")
    client = tmux_server.attach("work")
    done = cst("resume", OTHER_ID[:6], "--client", client.name, env={"TMUX": f"{tmux_server.socket},1,0"})
    until((home / "told").exists, 30)

    assert (done.returncode, done.stdout) == (0, f"resumed title of 6666 in {ended}\n")
    assert (home / "told").read_text() == f"{ended}\n--resume {OTHER_ID}\n"


@pytest.mark.parametrize("words", [("nope",), ("9999",)])
def test_nothing_to_resume(ended: Path, words: tuple[str, ...]) -> None:
    """A word that names no session is an error."""
    done = cst("resume", *words)

    assert (done.returncode, "`cst ls --all` lists" in done.stderr) == (1, True)


def test_copy_outside_tmux(ended: Path, tmux_server: TmuxServer) -> None:
    """The terminal is told by OSC 52; this one is tmux, which keeps what it is told."""
    tmux_server.new("work")
    tmux_server.run("set-option", "-s", "set-clipboard", "on")
    _typed(tmux_server, "copy", ID, "resume")
    until(lambda: tmux_server.run("list-buffers"), 30)

    assert tmux_server.run("show-buffer") == f"cd '{ended.parent}/it'\\''s' && claude --resume {ID}"


def test_copy_without_a_terminal(ended: Path) -> None:
    """Where there is no terminal to tell, cst says so."""
    argv = [sys.executable, str(ROOT / "shell" / "cst"), "copy", ID]
    done = subprocess.run(
        argv, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60,
        start_new_session=True, check=False,
    )  # fmt: skip

    assert (done.returncode, done.stderr.partition(":")[2][:25]) == (1, " no terminal to copy to: ")


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

    assert (done.returncode, done.stdout) == (0, "the transcript of title of 1111\n")


def test_open_a_shell(ended: Path, tmux_server: TmuxServer) -> None:
    """A window in the session's folder."""
    tmux_server.new("work")
    client = tmux_server.attach("work")
    done = cst("open", ID, "shell", "--client", client.name, env={"TMUX": f"{tmux_server.socket},1,0"})
    tmux_server.run("send-keys", "-t", "work", "echo >here", "Enter")
    until((ended / "here").exists, 30)

    assert (done.returncode, done.stdout) == (0, f"a shell in {ended}\n")


def test_the_rows_of_all_history(claude: Path, ended: Path) -> None:
    """Newest first, with the prompts that the client's history has."""
    history = [f'{{"display":"find {name}","timestamp":1,"project":"/p","sessionId":"{session_id}"}}\n'
               for name, session_id in (("the needle", OTHER_ID), ("hay", ID))]  # fmt: skip
    (claude / "history.jsonl").write_text("".join(history))
    cst("pin", ID)
    rows = cst("past", "--width", "60", env={"NO_COLOR": "1"}).stdout.splitlines()

    assert [row.partition("\t")[0] for row in rows] == [ID, OTHER_ID]
    assert rows[0].partition("\t")[2][:60] == "  1m  ★ title of 1111 (it's)        " + "find hay".ljust(24)
    assert [("needle" in row, "hay" in row) for row in rows] == [(False, True), (True, False)]
