"""What leaves cst: clean, whole, or an error that says why not; never a stack trace."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from cst import __main__ as front
from cst import dispatch, output
from cst.model import CstError
from cst.settings import Settings
from tests.testing import ROOT, Live, registry_entry, started, write_registry

EVIL = "a\x1b]52;c;cHduZWQ=\x07b\x9b31mc\u202ed\ne\x1b[2J"
_CST = [sys.executable, str(ROOT / "shell" / "cst")]


def _run(home: Path, *words: str, before: str = "", **more: Any) -> subprocess.CompletedProcess[bytes]:
    """cst, started by a shell that redirects first."""
    env = {**os.environ, "PYTHONPATH": str(ROOT), "HOME": str(home)}
    return subprocess.run(
        ["sh", "-c", f'exec {before}; exec "$@"', "sh", *_CST, *words], cwd=home, env=env, capture_output=True, timeout=60,
        stdin=subprocess.DEVNULL, check=False, **more,
    )  # fmt: skip


def _harmful(text: str) -> list[str]:
    """The characters that a terminal would act on."""
    return [c for c in text if (c < " " and c not in "\n\t") or "\x7f" <= c <= "\x9f" or c in "\u202e\u2066"]


def test_a_warning_is_one_clean_line(capsys: pytest.CaptureFixture[str]) -> None:
    output.warn(EVIL)

    assert capsys.readouterr().err == "cst: abcd e\n"


def test_an_error_is_one_clean_line(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever made it: a path in it may be anybody's. Bug shown: OSC 52 reached the terminal and set its clipboard."""
    def failing(*_: object) -> int:
        raise CstError(f"cannot read {EVIL}", "fix it")

    monkeypatch.setattr(dispatch, "run", failing)
    code = front.main(["ls"])

    assert (code, capsys.readouterr().err) == (1, "cst: cannot read abcd e; fix it\n")


@pytest.mark.parametrize(
    "words",
    [
        ["replay", "{evil}"], ["record", "/none/{evil}"], ["record", "{evil}", "--seconds", "0.1"], ["kill", "--yes", "{evil}"],
        ["jump", "{evil}"], ["{evil}"], ["ls", "--{evil}"], ["ls", "--sort", "{evil}"], ["init", "{evil}"], ["next", "--client", "{evil}"],
        ["snooze", "{pid}", "--for", "{evil}"], ["wait", "{pid}", "--timeout", "{evil}"], ["hooks", "print", "--client", "2.{evil}"],
        ["copy", "{pid}", "path"], ["copy", "{pid}", "resume"], ["open", "{pid}"], ["show", "{pid}"], ["why", "{pid}"],
        ["hooks", "install", "--scope", "project", "--dry-run"], ["hooks", "status"], ["doctor"], ["tag", "{pid}", "--add", "{evil}"],
    ],
    ids=lambda words: " ".join(words[:1]),
)  # fmt: skip
def test_no_verb_prints_what_a_terminal_would_act_on(home: Path, claude: Path, live: Live, words: list[str]) -> None:
    """Whether it is in a word, in the name of the folder where it runs, or in what a session says."""
    folder = home / EVIL.replace("/", "")
    (folder / ".claude").mkdir(parents=True)
    (folder / ".claude/settings.json").write_text('{"hooks": 1}')
    pid = live.start("claude")
    write_registry(claude, registry_entry(pid, procStart=started(pid), cwd=str(folder), name=EVIL))
    words = [word.format(evil=EVIL, pid=pid) for word in words]
    done = subprocess.run(
        [*_CST, *words], cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT), "TMUX": ""}, stdin=subprocess.DEVNULL,
        capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    text = (done.stdout + done.stderr).decode()

    assert _harmful(text) == []
    assert done.returncode in (0, 1, 2), text


@pytest.mark.parametrize(
    "before", [">/dev/full", ">&-", "2>&-", "2>/dev/full", ">&- 2>&-", "<&- >&- 2>&-", ">/dev/full 2>/dev/full"]
)
@pytest.mark.parametrize(
    "words", [["ls"], ["--help"], ["ls", "--help"], ["status", "--format", "json"], ["hooks", "print"], ["init", "bash"],
              ["nosuch"], ["jump", "nosuch"], ["doctor"], ["hooks", "status"], ["kill", "--yes", "nosuch"], ["prune"]],
    ids=" ".join,
)  # fmt: skip
def test_an_output_that_takes_nothing(home: Path, before: str, words: list[str]) -> None:
    """Full or closed: no bug. Bug shown: one was reported, and what is for standard error was printed as output."""
    done = _run(home, *words, before=before)

    assert done.returncode in (0, 1, 2)
    assert b"Traceback" not in done.stderr
    assert b"a bug" not in done.stderr
    assert not done.stdout.startswith(b"cst: ")


@pytest.mark.parametrize(
    ("before", "told"),
    [
        (">/dev/full", "cst: cannot write the output: No space left on device; make room there\n"),
        (">&-", "cst: cannot write the output: standard output is closed; open it, or use > /dev/null\n"),
    ],
)  # fmt: skip
def test_an_output_that_takes_nothing_is_named(home: Path, before: str, told: str) -> None:
    done = _run(home, "ls", before=before)

    assert (done.returncode, done.stderr.decode()) == (1, told)


def test_a_report_that_cannot_be_written(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """It follows, line by line and clean."""
    def broken(*_: object) -> int:
        raise ValueError(EVIL)

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(dispatch, "run", broken)
    monkeypatch.setattr("tempfile.NamedTemporaryFile", full)
    code = front.main(["ls"])
    lines = capsys.readouterr().err.splitlines()

    assert code == 3
    assert lines[0] == "cst: a bug: ValueError; please report it, its report cannot be written (No space left on device) and follows"
    assert any("ValueError: a" in line for line in lines)
    assert _harmful("\n".join(lines)) == []



@pytest.mark.parametrize(("columns", "errors", "wide"), [("", True, 90), ("70", True, 70), ("70", False, 70), ("", False, 0)])
def test_how_wide_a_pipe_is(
    own: Settings, monkeypatch: pytest.MonkeyPatch, columns: str, errors: bool, wide: int
) -> None:
    """As the terminal that shows it behind `| head`, unless $COLUMNS says otherwise. Bug shown: rows of 178 columns were
    wrapped in one of 80."""
    def size(number: int) -> os.terminal_size:
        if number == 2 and errors:
            return os.terminal_size((90, 30))
        raise OSError

    monkeypatch.setattr(os, "get_terminal_size", size)

    assert output.terminal_columns(own._replace(columns=int(columns or 0))) == wide
