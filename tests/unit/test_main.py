"""The front door: every ending has its exit code, and nothing ends in a stack trace."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from cst import __main__ as front
from cst import dispatch
from cst.model import CstError
from cst.system import tmux
from tests.testing import (
    ROOT,
    Live,
    TmuxServer,
    cst,
    until,
)
from tests.unit.commands.running import one_session

_CST = [sys.executable, str(ROOT / "shell" / "cst")]


def _raise(error: BaseException, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> int:
        raise error

    monkeypatch.setattr(dispatch, "run", broken)


def test_done(capsys: pytest.CaptureFixture[str]) -> None:
    """A verb that did its work exits 0."""
    code = front.main(["ls"])

    assert (code, capsys.readouterr().err) == (0, "")


def test_nothing_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    """`next` without a session says where it looked, and exits 1.

    Bug shown: it said "all clear" where CLAUDE_CONFIG_DIR was a slip.
    """
    code = front.main(["next", "--peek"])

    assert (code, *capsys.readouterr()) == (1, "no Claude Code session is live; looked in ~/.claude (no such folder)\n", "")


def test_named_problem(capsys: pytest.CaptureFixture[str]) -> None:
    """An error that the user can act on is one line on stderr, and exit 1."""
    code = front.main(["show", "nobody"])

    assert (code, *capsys.readouterr()) == (1, "", "cst: no session is called 'nobody'; `cst ls --all` lists them\n")


def test_usage(capsys: pytest.CaptureFixture[str]) -> None:
    """A call that does not fit exits 2."""
    assert (front.main(["ls", "--nope"]), len(capsys.readouterr().err.splitlines())) == (2, 1)


def test_cancelled(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Ctrl-C, and Esc in the picker, exit 130 in silence."""
    _raise(KeyboardInterrupt(), monkeypatch)
    code = front.main(["ls"])

    assert (code, *capsys.readouterr()) == (130, "", "")


def test_no_home(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a HOME cst says what to set."""
    monkeypatch.delenv("HOME")
    code = front.main(["ls"])
    expected = "cst: HOME is not set to a folder; set it, for example HOME=/home/you\n"

    assert (1, expected) == (code, capsys.readouterr().err)


class _Unspeakable(Exception):
    def __str__(self) -> str:
        raise ValueError("not even this")


@pytest.mark.parametrize(
    "error", [ZeroDivisionError("division"), _Unspeakable(), UnicodeDecodeError("utf-8", b"", 0, 1, "x")]
)
def test_bug(
    error: Exception, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A bug is one line on stderr that names a report for the maintainers, and exit 3."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    _raise(error, monkeypatch)
    code = front.main(["ls", "a-private-word"])
    out, err = capsys.readouterr()
    [report] = tmp_path.glob("cst-report-*.md")
    text = report.read_text()

    assert (code, out, len(err.splitlines())) == (3, "", 1)
    assert err.startswith(f"cst: a bug: {type(error).__name__}; please report it, the report is in {report}")
    assert ["# cst", "`cst ls` on Python", "Traceback", type(error).__name__] == [
        words for words in ("# cst", "`cst ls` on Python", "Traceback", type(error).__name__) if words in text
    ]
    assert "a-private-word" not in text
    assert report.stat().st_mode & 0o777 == 0o600


def test_bug_without_room_for_a_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where no report can be written, it stands on stderr."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    _raise(ZeroDivisionError("division"), monkeypatch)
    code = front.main(["ls"])

    assert code == 3
    assert "ZeroDivisionError: division" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words", [["ls"], ["ls", "--json"], ["status", "--format", "json"], ["--help"], ["ls", "--help"]], ids=" ".join
)
def test_broken_pipe(words: list[str]) -> None:
    """A reader that has had enough is no failure: exit 0, nothing on stderr."""
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [*_CST, *words], stdout=writer, stderr=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(ROOT)}, timeout=60,
        check=False,
    )  # fmt: skip
    os.close(writer)

    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize("into", [">&-", ">/dev/full"])
def test_output_that_cannot_be_written(into: str, tmp_path: Path) -> None:
    """A closed standard output or a full disk is the user's to mend: no bug, no report, no stack trace."""
    env = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path)}
    words = ["sh", "-c", f'"$@" ls {into}', "sh", *_CST]
    done = subprocess.run(words, capture_output=True, text=True, env=env, timeout=60, check=False)

    assert list(tmp_path.glob("cst-report-*")) == []
    assert done.returncode in (0, 1)
    assert "Traceback" not in done.stderr


def test_the_script(claude: Path, live: Live, home: Path) -> None:
    """The installed script runs a verb and passes on its exit code."""
    key = one_session(claude, live, home)
    shown, nobody = cst("show", key), cst("show", "nobody")

    assert (shown.returncode, shown.stderr) == (0, "")
    assert key in shown.stdout
    assert (nobody.returncode, nobody.stdout) == (1, "")


def test_no_color(claude: Path, live: Live, home: Path) -> None:
    """NO_COLOR and a pipe each mean no colour; `--color always` means colour."""
    one_session(claude, live, home)
    shown = {
        "pipe": cst("ls").stdout,
        "always": cst("ls", "--color", "always").stdout,
        "rows": cst("rows").stdout,
        "rows, NO_COLOR": cst("rows", env={"NO_COLOR": "1"}).stdout,
        "rows, empty NO_COLOR": cst("rows", env={"NO_COLOR": ""}).stdout,
        "never": cst("ls", "--color", "never").stdout,
    }

    assert [name for name, text in shown.items() if "\x1b[" in text] == ["always", "rows", "rows, empty NO_COLOR"]


def test_an_error_in_a_binding(claude: Path, live: Live, home: Path, tmux_server: TmuxServer) -> None:
    """An error of a key binding stands on the message line of the client that pressed it, letter by letter."""
    key = one_session(claude, live, home, title="#(touch pwned) #{pid} 100%")
    tmux_server.new("one")
    tmux_server.new("two")
    tmux_server.run("set-option", "-g", "display-time", "0")
    theirs, mine = tmux_server.attach("two"), tmux_server.attach("one")
    program = f"env PYTHONPATH={ROOT} {' '.join(_CST)}"
    call = f"{program} jump --client \"#{{client_name}}\" {key} >/dev/null 2>&1; true"
    tmux_server.run("bind-key", "-n", "F12", "run-shell", "-b", call)
    os.write(mine.master, b"\x1b[24~")
    until(lambda: b": #(touch pwned) #{pid} 100% is in no tmux pane" in mine.shown, 60)

    assert b"no tmux pane" not in theirs.shown
    assert list(home.rglob("pwned")) == []


@pytest.mark.parametrize(("words", "said"), [
    ("next", b"no Claude Code session is live"), ("back", b"nowhere to go back to"),
    ("seen", b"no Claude Code session is in this pane"),
])  # fmt: skip
def test_a_key_without_a_session(home: Path, tmux_server: TmuxServer, words: str, said: bytes) -> None:
    """A key says on the message line that there is nothing to do; also on a server that was started in a pane of
    another one, whose TMUX_PANE every key has.

    Bug shown: it said nothing there.
    """
    tmux_server.env["TMUX_PANE"] = "%99"
    tmux_server.run("new-session", "-d", "-s", "one", "cat")
    tmux_server.run("set-option", "-g", "display-time", "0")
    mine = tmux_server.attach("one")
    pane = '"#{pane_id}"' if words == "seen" else ""
    call = f'env PYTHONPATH={ROOT} {" ".join(_CST)} {words} --client "#{{client_name}}" {pane} >/dev/null 2>&1; true'
    tmux_server.run("bind-key", "-n", "F12", "run-shell", "-b", call)

    os.write(mine.master, b"\x1b[24~")

    until(lambda: said in mine.shown, 60)


def test_an_error_in_a_terminal_stays_there(tmux_server: TmuxServer, monkeypatch: pytest.MonkeyPatch,
                                            capsys: pytest.CaptureFixture[str]) -> None:
    """In a pane an error stands on stderr and not on the message line."""
    tmux_server.new("one")
    client = tmux_server.attach("one")
    monkeypatch.setenv("TMUX", f"{tmux_server.socket},1,0")
    monkeypatch.setenv("TMUX_PANE", "%0")
    _raise(CstError("in a pane"), monkeypatch)
    code = front.main(["ls"])
    monkeypatch.delenv("TMUX_PANE")
    _raise(CstError("in a binding"), monkeypatch)
    front.main(["ls"])
    until(lambda: b"cst: in a binding" in client.shown)

    assert code == 1
    assert capsys.readouterr().err == "cst: in a pane\ncst: in a binding\n"
    assert b"in a pane" not in client.shown


@pytest.mark.parametrize(("words", "said"), [(("--format", "tmux"), "]1 problem: cst ls#["), ((), "")])
def test_a_status_line_tells_of_a_config_that_cannot_be_used(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    """An empty one would say that nothing runs. Bug shown: it was empty."""
    (tmp_path / "config.toml").write_text("refesh = 2\n")
    done = cst("status", *words, env={"CST_CONFIG": str(tmp_path / "config.toml")})

    assert (done.returncode, said in done.stdout, bool(done.stdout)) == (1, True, bool(said))
    assert "unknown key 'refesh'" in done.stderr


def test_all_that_is_wrong_is_a_line_each(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """On stderr; tmux's one message line has the first, and how many there are besides."""
    (tmp_path / "config.toml").write_text("refesh = 2\nlines = true\nglyphs = 1\n")
    shown = []
    monkeypatch.setattr(tmux, "say", lambda *given: shown.append(given[-1]))
    for name, value in {"CST_CONFIG": str(tmp_path / "config.toml"), "TMUX": "/tmp/none,1,0", "CST_CLIENT": "x"}.items():
        monkeypatch.setenv(name, value)
    code = front.main(["next"])
    lines = capsys.readouterr().err.splitlines()

    assert (code, [line.partition("config.toml, ")[2].partition(":")[0] for line in lines]) == (1, ["line 1", "line 2", "line 3"])
    assert shown == [lines[0] + " (and 2 more)"]


def test_a_shell_starts_with_a_config_that_cannot_be_used(tmp_path: Path) -> None:
    """What `cst init` prints does not hang on our settings."""
    (tmp_path / "config.toml").write_text("refesh = 2\n")
    done = cst("init", "bash", env={"CST_CONFIG": str(tmp_path / "config.toml")})

    assert (done.returncode, "__cst_prompt" in done.stdout) == (0, True)
