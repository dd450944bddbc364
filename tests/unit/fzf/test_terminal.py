"""The terminal that a picker runs on: which keys arrive, and what it is like afterwards."""

from __future__ import annotations

import contextlib
import os
import pty
import shutil
import signal
import subprocess
import sys
import termios
from collections.abc import Callable
from fcntl import ioctl
from pathlib import Path
from struct import pack

import pytest

from cst.fzf import terminal
from cst.fzf.run_dir import GONE
from tests.testing import ROOT, until

KILLED = """
import os, signal, subprocess, sys
from cst.fzf import terminal
folder, number, begun = sys.argv[1], int(sys.argv[2]), sys.argv[3]
with terminal.guarded() as tell, terminal.every_key(tell):
    tell("folder", folder)
    if begun:
        child = subprocess.Popen([os.path.dirname(folder) + "/fzf", "1000"], env={**os.environ, "CST_RUN": folder})
        if begun == "told":
            tell("fzf", child.pid)
        subprocess.run(["stty", "-opost", "-isig"])
        os.write(2, f"\x1b[?1049h\x1b[?1000h{child.pid}.".encode())
    os.write(2, b"ready.")
    os.kill(os.getpid(), number)
    sys.stdin.read()
"""


@pytest.mark.parametrize("begun", ["", "told", "untold"])
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV])
def test_what_outlives_a_killed_picker(tmp_path: Path, number: int, begun: str) -> None:
    """It ends fzf, restores mode and screen, removes the folder, and ends itself, a moment after the picker was killed,
    also between the start of fzf and the word of it. Where fzf has not begun it leaves the screen alone."""
    (tmp_path / "fzf").symlink_to(shutil.which("sleep") or "/bin/sleep")
    folder = tmp_path / "a folder"
    (folder / "pages").mkdir(parents=True)
    master, slave = pty.openpty()
    before = subprocess.run(["stty", "-a"], stdin=slave, capture_output=True, text=True, check=True).stdout
    # the picker has a parent in its process group, as below a script: nobody else restores the terminal then
    parent = subprocess.Popen(
        ["sh", "-c", '"$@"; sleep 1000', "sh", sys.executable, "-c", KILLED, str(folder), str(int(number)), begun],
        stdin=slave, stderr=slave, start_new_session=True, env={**os.environ, "PYTHONPATH": str(ROOT)},
        preexec_fn=lambda: ioctl(slave, termios.TIOCSCTTY, 0),
    )  # fmt: skip
    os.set_blocking(master, False)
    drawn = b""

    def read() -> None:
        nonlocal drawn
        with contextlib.suppress(BlockingIOError):
            drawn += os.read(master, 65536)

    def restored() -> bool:
        read()
        now = subprocess.run(["stty", "-a"], stdin=slave, capture_output=True, text=True, check=True).stdout
        return b"ready." in drawn and now == before and not folder.exists()

    try:
        until(restored)
        until(lambda: not guards(parent.pid))
        read()  # what the guard drew last
        assert (b"\x1b[?1049l\x1b[?1000l" in drawn) == bool(begun)
        if begun:
            pid = int(drawn.partition(b"1000h")[2].partition(b".")[0])
            until(lambda: not Path(f"/proc/{pid}").exists() or "Z" in Path(f"/proc/{pid}/stat").read_text())
    finally:
        os.killpg(parent.pid, signal.SIGKILL)
        parent.wait(10)
        os.close(slave)
        os.close(master)


def test_a_folder_whose_new_name_is_taken_goes_too(tmp_path: Path) -> None:
    """Bug shown: it stayed."""
    folder, taken = tmp_path / "a folder", tmp_path / f"a folder{GONE}"
    folder.mkdir()
    taken.write_text("")
    subprocess.run(["/bin/sh", "-c", terminal._GUARD], input=f"folder {folder}\n", text=True, check=True, timeout=60)

    assert not list(tmp_path.glob("a folder*"))


def guards(session: int) -> list[str]:
    """The processes of a session that run the guard."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if int((path / "stat").read_text().rpartition(")")[2].split()[3]) == session:
                found += [path.name] * (b"fzf= folder=" in (path / "cmdline").read_bytes())
    return found


HELD = """
import contextlib, subprocess, sys
from cst.fzf import launch, terminal
keys = terminal.every_key(lambda *_: None) if sys.argv[1] == "every key" else contextlib.nullcontext("")
wait = "until [ -e go ]; do sleep 0.05; done"
binds = [f"x:execute-silent:{wait}", "enter:execute-silent:echo enter >>log", "ctrl-j:execute-silent:echo ctrl-j >>log",
         "alt-n:execute-silent:echo alt-n >>log", "y:abort"]
with keys as undone:
    subprocess.run([launch.bundled(), *(f"--bind={bind}" for bind in binds)], input=b"row", stdout=subprocess.DEVNULL)
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
