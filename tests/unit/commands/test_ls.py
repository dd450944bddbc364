"""`cst ls --watch`: the screen is borrowed and given back, whatever ends it; into a pipe, a table at each change."""

from __future__ import annotations

import json
import os
import re
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from cst import __version__
from cst.commands import ls
from cst.core.hosts import Report
from cst.host_watch import HostWatch
from cst.model import Session, Transcript
from cst.render.paint import Paint
from cst.settings import Settings
from cst.system.hosts import Host
from cst.text import width
from tests.e2e.shell.typed import Typed, typed
from tests.testing import ROOT, Live, cst, registry_entry, started, until, write_registry
from tests.unit.commands.running import OneSession, Run

ENTER, LEAVE = b"\x1b[?1049h", b"\x1b[?1049l"


@contextmanager
def watched(tmp_path: Path, *words: str, size: tuple[int, int] = (24, 100)) -> Iterator[Typed]:
    """`cst ls --watch` on a terminal."""
    argv = [sys.executable, str(ROOT / "shell/cst"), "ls", "--watch", *words]
    with typed(argv, {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm"}, tmp_path, size) as terminal:
        yield terminal


def given_back(terminal: Typed) -> bool:
    """Whether the screen, the cursor, wrapping and the keys are as they were."""
    tail = terminal.shown.rpartition(ENTER)[2]
    return LEAVE in tail and b"\x1b[?25h" in tail and b"\x1b[?7h" in tail and terminal.modes() == terminal.before


def test_q_leaves(one: OneSession, tmp_path: Path) -> None:
    """The table is shown, follows a change within a few seconds, and q ends it: exit 0."""
    with watched(tmp_path) as terminal:
        place = terminal.sees("working")
        one.says("waiting", waitingFor="permission prompt")
        terminal.sees("permission", place)
        terminal.type("q")

        assert terminal.wait() == 0
        until(lambda: given_back(terminal))


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)], ids=lambda value: str(value)
)
def test_every_other_way_out(one: OneSession, tmp_path: Path, number: int, code: int) -> None:
    """ctrl-c, and being ended by others, give the terminal back too."""
    with watched(tmp_path) as terminal:
        terminal.sees("working")
        os.kill(terminal.pid, number)

        assert terminal.wait() == code
        until(lambda: given_back(terminal))


def test_a_key_ctrl_c(one: OneSession, tmp_path: Path) -> None:
    """The key itself, as the terminal turns it into the signal."""
    with watched(tmp_path) as terminal:
        terminal.sees("working")
        terminal.type("\x03")

        assert terminal.wait() == 130
        until(lambda: given_back(terminal))


def test_a_bug_gives_the_terminal_back(one: OneSession, tmp_path: Path) -> None:
    """Where our own code fails, the report is on the person's own screen."""
    broken = tmp_path / "broken.py"
    broken.write_text(
        "import sys\nfrom cst.commands import ls\n\ndef fail(*_):\n    raise RuntimeError\n"
        "shown = ls.frame\nls.frame = lambda *a: (setattr(ls, 'frame', fail), shown(*a))[1]\n"
        "from cst.__main__ import main\nsys.exit(main(['ls', '--watch']))\n"
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm", "TMPDIR": str(tmp_path)}
    with typed([sys.executable, str(broken)], env, tmp_path) as terminal:
        terminal.sees("a bug: RuntimeError")

        assert terminal.wait() == 3
        assert given_back(terminal)
        assert terminal.shown.index(LEAVE) < terminal.shown.index(b"a bug")


def test_ctrl_z_and_back(one: OneSession, tmp_path: Path) -> None:
    """While it is stopped the shell has its screen; when it goes on, the table is there again."""
    with watched(tmp_path) as terminal:
        terminal.sees("working")
        terminal.type("\x1a")
        until(lambda: Path(f"/proc/{terminal.pid}/stat").read_text().rpartition(")")[2].split()[0] == "T")
        until(lambda: given_back(terminal))
        place = len(terminal.shown)
        os.kill(terminal.pid, signal.SIGCONT)
        terminal.sees("working", place)
        terminal.type("q")

        assert terminal.wait() == 0
        until(lambda: given_back(terminal))


@pytest.mark.parametrize("size", [(1, 1), (2, 10), (3, 20), (5, 40), (60, 300)])
def test_any_size(one: OneSession, tmp_path: Path, size: tuple[int, int]) -> None:
    """Never more lines than the terminal has, and no line is wrapped: nothing scrolls."""
    with watched(tmp_path, size=size) as terminal:
        until(lambda: terminal.shown.count(b"\x1b[H") >= 2, 20)
        frames = terminal.shown.split(b"\x1b[H")[1:-1]
        terminal.type("q")

        assert max(frame.count(b"\r\n") for frame in frames) < size[0]
        lines = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\r", "", frames[-1].decode()).split("\n")
        if size[1] >= 40:  # the table has room; what clears the rest of a full line takes its last sign
            assert max(map(width, lines)) < size[1]
        assert b"\x1b[?7l" in terminal.shown
        assert terminal.wait() == 0


def test_another_size_shows_at_once(one: OneSession, tmp_path: Path) -> None:
    """A resize draws again without waiting for the next look."""
    with watched(tmp_path) as terminal:
        terminal.sees("q leaves")
        time.sleep(0.2)
        frames = terminal.shown.count(b"\x1b[H")
        terminal.resize(10, 60)
        os.kill(terminal.pid, signal.SIGWINCH)
        until(lambda: terminal.shown.count(b"\x1b[H") > frames)
        until(lambda: terminal.shown.rpartition(b"\x1b[H")[2].count(b"\r\n") == 9)


def test_an_arrow_does_not_leave(one: OneSession, tmp_path: Path) -> None:
    """A key of several bytes begins with an escape and is none."""
    with watched(tmp_path) as terminal:
        terminal.sees("q leaves")
        terminal.type("\x1b[A")
        frames = terminal.shown.count(b"\x1b[H")
        until(lambda: terminal.shown.count(b"\x1b[H") > frames + 1)
        terminal.type("\x1b")

        assert terminal.wait() == 0


def test_into_a_pipe(one: OneSession, run: Callable[..., Run]) -> None:
    """No escapes; a table, and another only when something else than ages changed."""
    watching = run("ls", "--watch")
    first = [watching.stdout.readline() for _ in range(2)]
    watching.looks()
    watching.looks()
    one.says("waiting", waitingFor="permission prompt")
    second = [watching.stdout.readline() for _ in range(3)]

    assert "working" in first[1]
    assert (second[0], "permission" in second[2]) == ("\n", True)
    assert "\x1b" not in "".join(first + second)


def test_another_host_fails(own: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    """While the one that had failed answers again: as many as before. Older answers alone are no change."""
    two = Host("a", ("true",)), Host("b", ("true",))
    watch = HostWatch(own, two)
    looks = object.__new__(ls.Looks)
    looks._poller, looks._hosts = None, watch
    args = {"json": False, "archived": False, "all": False, "state": [], "needs-you": False, "tag": [], "sort": "urgency", "host": [], "all-hosts": True}

    def printed(failing: str, seconds: float, before: object) -> tuple[object, str]:
        fine = Report("", time.time() - seconds, version=__version__)
        down = fine._replace(failed="Connection refused", silent=True)
        watch._reports = {host.name: (down if host.name == failing else fine)._replace(host=host.name) for host in two}
        return ls._print_change(args, own, looks, Paint(False), before), capsys.readouterr().out

    first, out = printed("a", 1, None)
    assert "a: no answer for 1s" in out
    second, out = printed("a", 70, first)
    assert (second, out) == (first, "")
    third, out = printed("b", 70, second)
    assert "b: no answer for 1m" in out
    assert third != second


def test_json_lines(one: OneSession, run: Callable[..., Run]) -> None:
    """With --json, one object in each line, as `ls --json` has it."""
    watching = run("ls", "--watch", "--json")
    first = json.loads(watching.stdout.readline())
    one.says("waiting", waitingFor="permission prompt")
    second = json.loads(watching.stdout.readline())

    assert [first["sessions"][0]["state"], second["sessions"][0]["state"]] == ["working", "permission"]


def test_a_reader_that_leaves(one: OneSession, run: Callable[..., Run]) -> None:
    """`cst ls --watch | head -1`: the end of its reader is success."""
    watching = run("ls", "--watch")
    watching.stdout.readline()
    watching.stdout.close()
    one.says("waiting", waitingFor="permission prompt")
    code = watching.process.wait(20)

    assert (code, watching.stderr.read()) == (0, "")


# ------------------------------------------------------------------------------------------------------- ASCII


@pytest.mark.parametrize("words", [["ls"], ["show", "caf"], ["why", "caf"], ["status"], ["next", "--peek"], ["kill", "caf"]])
def test_a_locale_without_utf_8(claude: Path, live: Live, words: list[str]) -> None:
    """Every verb for people speaks ASCII then, with glyphs and names as they can be; JSON always does."""
    pid = live.start()
    record = registry_entry(pid, procStart=started(pid), status="waiting", waitingFor="permission prompt", tmux=None, name="caf", cwd="/srv/日本")
    write_registry(claude, record)
    done = cst(*words, env={"LC_ALL": "C", "PYTHONUTF8": "1"})

    assert done.stdout + done.stderr
    assert (done.stdout + done.stderr).isascii()


def session(key: str, **more: Any) -> Session:
    """An idle session."""
    given = {"id": f"id-{key}", "pid": 1, "state": "idle", "since": 9.0, "because": "", "rule": "", **more}
    return Session(key=key, **given)


@pytest.mark.parametrize(("by", "order"), [
    ("urgency", "abc"), ("name", "cab"), ("project", "cab"), ("context", "bac"), ("tokens", "abc"), ("cost", "bca"),
    ("activity", "cba"), ("since", "bac"),
])  # fmt: skip
def test_sorted_by(by: str, order: str) -> None:
    """What is not known comes last."""
    fleet = [
        session("a", name="bob", cwd="/x/m", tokens=9000, since=3.0, transcript=Transcript("/t", window=100_000)),
        session("b", name="carl", tokens=5000, cost=3.0, since=2.0, transcript=Transcript("/t", window=10_000, mtime=5.0)),
        session("c", name="Al", cwd="/y/A", tokens=700, cost=1.0, transcript=Transcript("/t")),
    ]  # fmt: skip
    args = {"state": [], "needs-you": False, "tag": [], "archived": False, "sort": by}

    assert "".join(one.key for one in ls.chosen(fleet, args)) == order
