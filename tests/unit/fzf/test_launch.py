"""How fzf is started: what it is told, and that no session text is among it."""

from __future__ import annotations

import contextlib
import os
import pty
import subprocess
import sys
import termios
from collections.abc import Callable
from fcntl import ioctl
from pathlib import Path
from struct import pack

import pytest
from iterfzf import BUNDLED_EXECUTABLE

from cst.model import CstError
from cst.fzf import launch, keymap
from cst.fzf.run_dir import Run

from tests.testing import ROOT, until


def drawn(**more: object) -> launch.Look:
    """As shipped."""
    return launch.Look(**{"theme": "16", "ascii": False, "keys": keymap.bound({}), **more})  # type: ignore[arg-type]


@pytest.mark.parametrize("theme", ["dark", "light", "16", "none"])
@pytest.mark.parametrize("ascii_only", [False, True])
def test_the_bundled_fzf_takes_every_option(room: Run, theme: str, ascii_only: bool) -> None:
    """The real fzf accepts all options and bindings, in every theme."""
    look = drawn(theme=theme, ascii=ascii_only)
    options = [*launch._options(look, launch.shape(160, 45), room, "header"), *launch._binds(look)]
    words = [option for option in options if not option.startswith("--listen")]

    done = subprocess.run(
        [str(BUNDLED_EXECUTABLE), "--filter=api", *words], input="-\thead\x001.2\tapi\x00", capture_output=True, text=True,
        check=False,
    )  # fmt: skip

    assert (done.returncode, done.stderr) == (0, "")


def test_it_is_the_fzf_of_iterfzf() -> None:
    """The same file that the package itself would run."""
    assert launch.bundled() == str(BUNDLED_EXECUTABLE)


def test_an_option_that_fzf_does_not_know_is_seen() -> None:
    """The test above can fail."""
    done = subprocess.run([str(BUNDLED_EXECUTABLE), "--filter=x", "--bind=nokey:abort"], input="x\n", capture_output=True,
                          text=True, check=False)  # fmt: skip

    assert done.returncode == 2


@pytest.mark.parametrize(("columns", "lines"), [(30, 10), (80, 24), (129, 40), (130, 40), (160, 45), (250, 60)])
def test_the_list_and_the_preview_fit(columns: int, lines: int) -> None:
    """Wide screens have the preview beside the list, others below it, small ones none; the rows fit their part."""
    shape = launch.shape(columns, lines)

    side = columns >= 130
    assert shape.preview.startswith("right," if side else "down,")
    assert shape.preview.endswith("hidden") == (not side and lines < 16)
    assert 0 < shape.list_columns < (columns - int(shape.preview.split(',')[1]) if side else columns)


def test_without_a_terminal_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """And names the verb that needs none."""
    monkeypatch.setattr(launch, "_has_terminal", lambda: False)

    with pytest.raises(CstError, match="cst ls"):
        launch.run(None, drawn(), launch.shape(80, 24), 1.0, "/bin/true", ())  # type: ignore[arg-type]


@pytest.mark.parametrize("before", [None, "", "--bind='x:abort' --prompt=\"it's\""])
def test_the_environment_is_given_back(room: Run, monkeypatch: pytest.MonkeyPatch, before: str | None) -> None:
    """To whatever comes after fzf, and, by a file that a shell reads, to what fzf starts for a person."""
    monkeypatch.delenv("CST_RUN", raising=False)
    if before is None:
        monkeypatch.delenv("FZF_DEFAULT_OPTS", raising=False)
    else:
        monkeypatch.setenv("FZF_DEFAULT_OPTS", before)

    with launch._environment(room, "/bin/cst", ""):
        inside = [os.environ["FZF_DEFAULT_OPTS"], os.environ["CST_RUN"]]
        script = '. "$CST_RUN/own"; printf "%s %s" "${FZF_DEFAULT_OPTS-unset}" "${CST_RUN-unset}"'
        told = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True).stdout

    assert inside == ["", room.folder]
    assert told == f"{'unset' if before is None else before} unset"
    assert (os.environ.get("FZF_DEFAULT_OPTS"), "CST_RUN" in os.environ) == (before, False)


HELD = """
import contextlib, subprocess, sys
from cst.picker import fzf
keys = fzf._every_key() if sys.argv[1] == "every key" else contextlib.nullcontext("")
wait = "until [ -e go ]; do sleep 0.05; done"
binds = [f"x:execute-silent:{wait}", "enter:execute-silent:echo enter >>log", "ctrl-j:execute-silent:echo ctrl-j >>log",
         "alt-n:execute-silent:echo alt-n >>log", "y:abort"]
with keys as undone:
    subprocess.run([fzf.bundled(), *(f"--bind={bind}" for bind in binds)], input=b"row", stdout=subprocess.DEVNULL)
    if undone:
        subprocess.run(["stty", *undone.split()])
        subprocess.run("stty -a >given", shell=True)
subprocess.run("stty -a >after", shell=True)
"""


@pytest.mark.parametrize(("way", "heard"), [("every key", "enter alt-n"), ("fzf's own", "ctrl-j")])
def test_keys_while_a_command_hangs(tmp_path: Path, way: str, heard: str) -> None:
    """After a second fzf puts the mode back that it found; what is pressed then is what was pressed. Left to itself the
    terminal makes Enter the key that moves down. What runs for a person has the usual mode, and so has what follows."""
    master, slave = pty.openpty()
    ioctl(slave, termios.TIOCSWINSZ, pack("HHHH", 30, 100, 0, 0))
    before = subprocess.run(["stty", "-a"], stdin=slave, capture_output=True, text=True, check=True).stdout
    process = subprocess.Popen(
        [sys.executable, "-c", HELD, way], cwd=tmp_path, stdin=slave, stderr=slave, start_new_session=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm", "FZF_DEFAULT_OPTS": ""},
        preexec_fn=lambda: ioctl(slave, termios.TIOCSCTTY, 0),
    )  # fmt: skip
    os.set_blocking(master, False)
    drawn = b""

    def has(check: Callable[[], bool]) -> bool:
        nonlocal drawn
        with contextlib.suppress(BlockingIOError):
            drawn += os.read(master, 65536)
        return check()

    def let_go() -> bool:
        return bool(termios.tcgetattr(slave)[1] & termios.OPOST)

    try:
        until(lambda: has(lambda: b"row" in drawn and not let_go()))
        os.write(master, b"x")
        until(lambda: has(let_go))
        os.write(master, b"\r" if way == "fzf's own" else b"\r\x1bn")
        (tmp_path / "go").touch()
        log = tmp_path / "log"
        until(lambda: has(lambda: log.exists() and log.read_text().split() == heard.split()))
        os.write(master, b"y")
        until(lambda: has(lambda: process.poll() is not None))
    finally:
        process.kill()
        process.wait(10)
        os.close(slave)
        os.close(master)
    assert (tmp_path / "after").read_text() == before
    assert way == "fzf's own" or (tmp_path / "given").read_text() == before
