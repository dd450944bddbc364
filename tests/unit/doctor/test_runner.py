"""`cst doctor` as a whole: a machine without anything, a check that fails, what it prints."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cst.doctor import runner
from cst.doctor.finding import Finding
from cst.settings import Settings
from tests.testing import (
    Live,
    cst,
)  # fmt: skip
from tests.unit.doctor.examine import findings, one, register


def test_a_fresh_machine_has_nothing_wrong(own: Settings) -> None:
    """No Claude Code, no tmux server, no file of ours: worth a note, and looking makes nothing."""
    found = [finding for some in findings(own).values() for finding in some]

    assert {finding.outcome for finding in found} == {"ok", "note"}
    assert os.listdir(own.home) == []


def test_a_check_that_fails_is_unknown_and_ends_no_other(own: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error is no proof of anything."""

    def broken(_: object) -> Iterator[Finding]:
        raise OSError("no such luck")

    checks = (runner.Check("first", broken), *runner.CHECKS[-1:])
    monkeypatch.setattr(runner, "CHECKS", checks)

    assert one(own, "first").outcome == "unknown"
    assert "no such luck" in one(own, "first").found
    assert one(own, "fzf").outcome == "ok"


def test_on_a_terminal_of_80_columns(claude: Path) -> None:
    """Every line fits, there are fewer than 45, and each check has its word."""
    program = Path(sys.executable).parent / "cst"
    if not program.exists():
        pytest.skip("cst is not installed beside this Python")
    done = subprocess.run([program, "doctor"], env={**os.environ, "COLUMNS": "80", "LANG": "C.UTF-8"}, capture_output=True, text=True, check=False)
    lines = done.stdout.splitlines()

    assert (done.returncode, done.stderr) == (0, "")
    assert (max(map(len, lines)) <= 80, len(lines) < 45) == (True, True)
    assert all(line.startswith((" ", "✓ ok ", "· note ", "~ unknown ", "✗ wrong ")) for line in lines[:-1])
    assert "\x1b" not in done.stdout


def test_without_unicode_and_with_hostile_text(home: Path, claude: Path, live: Live) -> None:
    """ASCII glyphs; what a session calls itself cannot act on the terminal."""
    register(claude, live.start(), version="\x1b]0;x\x07\u202e2.1")
    done = cst("doctor", env={"LC_ALL": "C"})

    assert done.stdout.isascii()
    assert "\x1b" not in done.stdout
