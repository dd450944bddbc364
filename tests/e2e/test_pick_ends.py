"""`cst pick`: outside tmux, each way of closing it and what is left then, what it starts, and ending a deaf session."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import shutil
import signal
import subprocess
import termios
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from cst.demo import fleet
from tests.e2e.picking import PATIENCE, Picker, config, ended
from tests.e2e.test_demo import look, place
from tests.e2e.test_pick import _comm, _family, runs
from tests.e2e.test_pick_acts import Person, person  # noqa: F401  # a fixture
from tests.testing import registry_entry, started, until, write_registry

pytestmark = [
    pytest.mark.skipif(not shutil.which("tmux"), reason="tmux is not installed"),
    pytest.mark.long,
]

USUAL = {"icrnl", "icanon", "iexten", "echo", "isig"}  # of a terminal's mode, as stty tells it
PLAIN = "-u TMUX -u TMUX_PANE"  # as in a terminal without tmux; the pane is no more than that terminal


# --------------------------------------------------------------------------------------------------- outside tmux


def test_enter_attaches(demo: fleet.Demo, opened: Callable[..., Picker]) -> None:
    """The terminal becomes a client of the session's server and shows its pane; nobody else's client moves."""
    picker = opened(env=PLAIN)
    tty = picker.tmux("display-message", "-p", "-t", picker.pane, "#{pane_tty}")
    picker.goes_to("rounding")

    picker.press("Enter")

    shown = until(lambda: dict(
        line.split() for line in picker.tmux("list-clients", "-F", "#{client_tty} #{pane_id}").splitlines()
    ), PATIENCE)  # fmt: skip
    assert shown == {tty: place(demo, "rounding")}
    assert runs(demo) == []


def test_one_that_is_nowhere(demo: fleet.Demo, opened: Callable[..., Picker]) -> None:
    """A session outside tmux is listed, says where it is not, and Enter says it again; the picker stays."""
    with _session(demo, "nowhere"):
        picker = opened(env=PLAIN, columns=250)
        picker.sees("nowhere .* not in tmux")
        picker.goes_to("nowhere")

        picker.press("Enter")

        picker.sees("nowhere is in no tmux pane|left with")
        assert picker.rows()


@contextlib.contextmanager
def _session(demo: fleet.Demo, name: str, deaf: bool = False) -> Iterator[subprocess.Popen[bytes]]:
    """A registered process that is called claude and sits in no pane; `deaf` ignores SIGTERM."""
    folder = Path(demo.folder) / "tmp" / name
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "claude").symlink_to(os.path.realpath(shutil.which("sh") or "/bin/sh"))
    script = "trap '' TERM; echo up; while :; do sleep 0.1; done" if deaf else "echo up; while :; do sleep 0.1; done"
    env = {key: value for key, value in demo.env.items() if not key.startswith("TMUX")}
    process = subprocess.Popen(
        [f"{folder}/bin/claude", "-c", script], cwd=folder, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        start_new_session=True,
    )  # fmt: skip
    try:
        assert process.stdout
        process.stdout.readline()
        now = int(time.time() * 1000)
        record = write_registry(Path(demo.env["CLAUDE_CONFIG_DIR"]), registry_entry(
            process.pid, procStart=started(process.pid), cwd=str(folder), name=name, nameSource="user", tmux=None,
            startedAt=now, updatedAt=now, statusUpdatedAt=now,
            sessionId=f"{process.pid:08x}-0000-4000-8000-000000000000",
        ))  # fmt: skip
        yield process
        record.unlink()
    finally:
        process.kill()
        process.wait(10)
        process.stdout.close()  # type: ignore[union-attr]


# --------------------------------------------------------------------------------------------------- kill


def test_kill_that_stays_and_kill_that_does_not(demo: fleet.Demo, opened: Callable[..., Picker]) -> None:
    """One that ignores SIGTERM: y says that it is still there, K ends it once its grace is over."""
    with _session(demo, "stubborn", deaf=True) as process:
        picker = opened(env="CST_CONFIG=" + config(demo, "kill_grace = 0.5"))
        picker.goes_to("stubborn")
        picker.press("C-x")
        picker.sees(rf"\(pid {process.pid}\)\?")
        picker.confirms("y")
        picker.sees(r"is still running .* after SIGTERM")
        alive = not ended(process.pid)
        picker.press("C-k")
        picker.sees("K Enter = SIGKILL if it stays")

        picker.confirms("K")

        picker.sees(r"has ended \(SIGKILL\)")
        assert alive
        assert process.wait(10) == -signal.SIGKILL
        picker.sees(r"end +· ended .*stubborn")


# --------------------------------------------------------------------------------------------------- closing


def _cst(picker: Picker) -> int:
    """The picker's own process."""
    pid = int(picker.tmux("display-message", "-p", "-t", picker.pane, "#{pane_pid}"))
    return next(child for child in _family(pid) if _comm(child) not in ("sh", "bash", "cat"))


def _gone(demo: fleet.Demo, family: list[int]) -> None:
    """Wait until no process and no run folder is left."""
    until(lambda: not runs(demo), PATIENCE)
    until(lambda: not [pid for pid in family if _comm(pid)], PATIENCE)


ENDS = ("HUP", "QUIT", "TRAP", "ABRT", "USR1", "USR2", "ALRM", "TERM", "STKFLT", "XCPU", "VTALRM", "PROF", "IO", "PWR",
        "SYS", "RTMIN", "RTMAX")  # fmt: skip
CRASHES = ("KILL", "SEGV", "BUS", "FPE", "ILL")


@pytest.mark.parametrize("who", ["cst", "fzf"])
@pytest.mark.parametrize("name", [*ENDS, *CRASHES])
def test_every_signal(demo: fleet.Demo, opened: Callable[..., Picker], who: str, name: str) -> None:
    """To cst or to its fzf: it ends both and leaves neither process nor folder, and the terminal as it was; or it ends
    neither, for Go passes over some of them, and the picker goes on."""
    picker = opened()
    cst = _cst(picker)
    family = _family(cst)
    fzf = next(pid for pid in family if _comm(pid) == "fzf")

    os.kill(cst if who == "cst" else fzf, getattr(signal, f"SIG{name}"))

    if who == "fzf" and name not in CRASHES:
        time.sleep(0.5)
        if _comm(fzf) == "fzf":
            picker.press(*"rounding")
            until(lambda: "rounding" in picker.pointed(), PATIENCE)
            picker.press("Escape")
    _gone(demo, family)
    until(lambda: _as_usual(picker), PATIENCE)
    if who == "fzf" or name not in CRASHES:  # else the shell has printed it while the other screen was still there
        picker.sees("left with")


def _as_usual(picker: Picker) -> bool:
    """Whether the terminal is as programs expect it: no alternate screen, no mouse, a cursor, the usual mode."""
    flags = "#{alternate_on}#{mouse_any_flag}#{cursor_flag}"
    assert picker.tmux("display-message", "-p", "-t", picker.pane, flags) == "001"
    tty = picker.tmux("display-message", "-p", "-t", picker.pane, "#{pane_tty}")
    mode = subprocess.run(["stty", "-a", "-F", tty], capture_output=True, text=True, check=True).stdout.split()
    assert set(mode) >= USUAL, mode
    return True


@pytest.mark.parametrize("shell", ["bash --noprofile --norc -i", "zsh -f -i", "fish --no-config"])
def test_killed_below_a_shell(demo: fleet.Demo, shell: str) -> None:
    """The shell has its terminal back, and what is typed into it runs."""
    if not shutil.which(shell.split()[0]):
        pytest.skip(f"{shell} is not installed")
    picker = Picker.__new__(Picker)
    picker.demo, picker.name = demo, f"pick-{os.urandom(3).hex()}"
    size = ("-x", "140", "-y", "40")
    picker.pane = picker.tmux("new-session", "-d", "-s", picker.name, *size, "-P", "-F", "#{pane_id}", shell)
    try:
        picker.sees(r"[$%>#] *(\n|$)")
        picker.tmux("send-keys", "-t", picker.pane, f"{demo.cst} pick", "Enter")
        picker.sees(r"FOR +STATE")
        below = _family(int(picker.tmux("display-message", "-p", "-t", picker.pane, "#{pane_pid}")))[1:]
        family = _family(below[0])

        os.kill(below[0], signal.SIGKILL)

        _gone(demo, family)
        flags = "#{alternate_on}#{mouse_any_flag}"
        until(lambda: picker.tmux("display-message", "-p", "-t", picker.pane, flags) == "00", PATIENCE)
        picker.tmux("send-keys", "-t", picker.pane, "echo ali''ve", "Enter")
        picker.sees(r"(?m)^alive")
    finally:
        picker.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGQUIT, signal.SIGINT])
def test_told_to_end(demo: fleet.Demo, opened: Callable[..., Picker], number: int) -> None:
    """SIGTERM and SIGQUIT end it as Esc does. SIGINT is for whom fzf runs: a key does that, not a signal. The terminal
    is as it was."""
    picker = opened()
    cst = _cst(picker)
    family = _family(cst)

    os.kill(cst, number)
    if number == signal.SIGINT:
        picker.press(*"rounding")
        until(lambda: "rounding" in picker.pointed(), PATIENCE)
        picker.press("Escape")

    _gone(demo, family)
    picker.sees("left with 1(43|31|30)")
    told = subprocess.run(
        ["stty", "-a", "-F", picker.tmux("display-message", "-p", "-t", picker.pane, "#{pane_tty}")],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert set(told.stdout.split()) >= USUAL


def test_a_popup_is_closed(demo: fleet.Demo, person: Callable[[str], Person]) -> None:  # noqa: F811  # the fixture
    """tmux takes the popup away while the picker is in it."""
    here = person("you")
    words = ["tmux", "-S", demo.socket, "display-popup", "-c", here.name, "-w", "90%", "-h", "90%", "-E", f"{demo.cst} pick"]
    env = {name: value for name, value in demo.env.items() if name != "TMUX"}
    popup = subprocess.Popen(words, env=env, stdin=subprocess.DEVNULL)
    try:
        [folder] = until(lambda: runs(demo), PATIENCE)
        cst = int(folder.split(".")[1])
        until(lambda: "fzf" in map(_comm, _family(cst)), PATIENCE)
        family = _family(cst)

        subprocess.run(["tmux", "-S", demo.socket, "display-popup", "-c", here.name, "-C"], env=env, check=True)

        _gone(demo, family)
    finally:
        popup.kill()
        popup.wait(10)


class Reader:
    """What is drawn on a terminal."""

    def __init__(self, fd: int) -> None:
        self._fd, self._drawn = fd, b""

    def all(self) -> bytes:
        while select.select([self._fd], [], [], 0.05)[0]:
            self._drawn += os.read(self._fd, 65536)
        return re.sub(rb"\x1b\[[0-9;?]*[a-zA-Z]", b"", self._drawn)


@pytest.mark.parametrize(("key", "said"), [
    ('kill = "ctrl-y"', ", line 3: [keys] ctrl-y is both"), ("", "Claude Code session is live"),
])  # fmt: skip
def test_an_error_in_a_popup(
    demo: fleet.Demo, person: Callable[[str], Person], key: str, said: str  # noqa: F811  # the fixture
) -> None:
    """It stands on the popup until a key is pressed, and on the message line of who pressed the key, with its line; so
    does the word that no session is live. TMUX_PANE is that of who started the server.

    Bug shown: the popup was gone within half a second.
    """
    here = person("you")
    wrong = config(demo, f'refresh = 2\n[keys]\n{key}\n')
    empty = f"CLAUDE_CONFIG_DIR={demo.folder}/none" if not key else ""
    command = f"env TMUX_PANE=%99 CST_CONFIG={wrong} {empty} CST_CLIENT={here.name} {demo.cst} pick"
    words = ["tmux", "-S", demo.socket, "display-popup", "-c", here.name, "-E", command]
    env = {name: value for name, value in demo.env.items() if name != "TMUX"}

    popup = subprocess.Popen(words, env=env, stdin=subprocess.DEVNULL)
    shown = Reader(here.master)
    try:
        until(lambda: b"press any key to close" in shown.all(), PATIENCE)
        assert said.encode() in shown.all()
        assert popup.poll() is None
        os.write(here.master, b"x")
        popup.wait(PATIENCE)
    finally:
        popup.kill()

    told = subprocess.run(["tmux", "-S", demo.socket, "show-messages", "-t", here.name], env=env, capture_output=True, text=True)
    assert said in told.stdout


def test_a_folder_with_a_long_path(demo: fleet.Demo, opened: Callable[..., Picker]) -> None:
    """A socket's path has 107 bytes at most: the run folder is made in the next place."""
    long = Path(demo.folder) / "tmp" / ("x" * 90)
    long.mkdir()

    picker = opened(env=f"XDG_RUNTIME_DIR={long}")
    picker.press(*"rounding")

    until(lambda: "rounding" in picker.pointed(), PATIENCE)
    assert list(long.iterdir()) == []


def test_the_terminal_goes(demo: fleet.Demo) -> None:
    """A window of a terminal emulator is closed: no process, no folder, whoever reads."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, b"\x28\x00\xa0\x00\x00\x00\x00\x00")
    env = {name: value for name, value in demo.env.items() if not name.startswith("TMUX") or name == "TMUX_TMPDIR"}
    process = subprocess.Popen(
        [demo.cst, "pick"], env={**env, "TERM": "xterm-256color"}, stdin=slave, stdout=slave, stderr=slave,
        start_new_session=True, preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
    )  # fmt: skip
    os.close(slave)
    shown: list[bytes] = []
    until(lambda: shown.append(_read(master)) or b"STATE" in b"".join(shown), PATIENCE)
    family = _family(process.pid)
    assert "fzf" in map(_comm, family)

    os.close(master)

    process.wait(PATIENCE)
    _gone(demo, family)


def _read(master: int) -> bytes:
    return os.read(master, 65536) if select.select([master], [], [], 0.1)[0] else b""


def test_all_of_it_killed(demo: fleet.Demo, opened: Callable[..., Picker]) -> None:
    """SIGKILL to each of its processes leaves its folder, until the next picker opens."""
    picker = opened()
    family = _family(_cst(picker))

    for pid in reversed(family):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    until(lambda: not [pid for pid in family if _comm(pid)], PATIENCE)
    left = runs(demo)
    opened()

    assert len(left) == 1
    assert len(runs(demo)) == 1
    assert runs(demo) != left


# --------------------------------------------------------------------------------------------------- what it starts


@pytest.fixture
def editor(demo: fleet.Demo) -> Iterator[Path]:
    """An editor that writes down the mode of its terminal and its environment; where."""
    told = Path(demo.folder) / "tmp" / "told"
    path = Path(demo.folder) / "tmp" / "editor"
    mode = "echo mode=$(stty -a </dev/tty)"
    path.write_text(f'#!/bin/sh\n{{ pwd; {mode}; env; }} >"{told}.new"\nmv "{told}.new" "{told}"\n')
    path.chmod(0o700)
    yield told
    told.unlink(missing_ok=True)


@pytest.mark.parametrize("own", ["--border --bind=x:abort", ""])
def test_an_editor_has_the_persons_environment(
    demo: fleet.Demo, opened: Callable[..., Picker], editor: Path, own: str
) -> None:
    """Outside tmux the editor runs on the picker's terminal: with the person's own fzf options, and nothing of ours.
    Those options do not reach the picker's fzf."""
    given = f"FZF_DEFAULT_OPTS='{own}'" if own else "-u FZF_DEFAULT_OPTS FZF_DEFAULT_OPTS_FILE="
    picker = opened(env=f"{PLAIN} {given} EDITOR={editor.with_name('editor')}")
    picker.goes_to("integration")
    picker.press("C-o")
    picker.sees("Open integration")

    picker.reply("e")

    folder, *env = until(lambda: editor.exists() and editor.read_text().splitlines(), PATIENCE)
    names = dict(line.partition("=")[::2] for line in env)
    assert set(names["mode"].split()) >= USUAL
    assert folder.endswith("/api-tests")
    assert names.get("FZF_DEFAULT_OPTS") == (own or None)
    assert {"CST_RUN", "CST_BIN"} & set(names) == set()
    picker.sees("integration")
    picker.press(*"xyz")
    picker.sees("> xyz")


@pytest.mark.skipif(not shutil.which("less"), reason="less is not installed")
def test_the_editor_and_the_pager_in_a_window(
    demo: fleet.Demo, opened: Callable[..., Picker], person: Callable[[str], Person], editor: Path  # noqa: F811
) -> None:
    """In tmux ctrl-o, e and t open windows: the editor in the session's folder, its transcript in the pager."""
    opens: dict[str, Callable[[Person, Picker], object]] = {
        "e": lambda _here, _picker: editor.exists() and editor.read_text().splitlines()[0].endswith("/api-tests"),
        "t": lambda here, picker: "Get the integration tests" in picker.tmux("capture-pane", "-p", "-t", here.pane()),
    }
    for key, check in opens.items():
        picker = opened(env=f"EDITOR={editor.with_name('editor')}")
        here = person(picker.name)
        picker.goes_to("integration")
        picker.press("C-o")
        picker.sees("Open integration")
        picker.reply(key)
        picker.sees("left with 0")
        until(partial(check, here, picker), PATIENCE)


def test_two_pickers(demo: fleet.Demo, opened: Callable[..., Picker]) -> None:
    """Each has a folder of its own; what one opens and closes leaves the other alone."""
    first = opened()
    second = opened()
    assert len(runs(demo)) == 2
    second.press("Escape")
    second.sees("left with 130")

    first.press(*"rounding")

    until(lambda: "rounding" in first.pointed(), PATIENCE)
    assert len(runs(demo)) == 1
    assert look(demo)["rounding"]["state"] == "question"
