"""What comes through the pipe: each command writes what `parse` reads, and nonsense is nothing."""

from __future__ import annotations

import os
import subprocess

import hypothesis
import hypothesis.strategies as st
import pytest

from cst.fzf import messages
from cst.fzf.messages import (
    Cancelled,
    Chosen,
    Entered,
    Finished,
    Focus,
    Marked,
    Moved,
    PageMade,
    Pressed,
    Resized,
    Searched,
    parse,
)  # fmt: skip
from cst.fzf.run_dir import RunDir
from cst.value import Value

WRITTEN = [
    (messages.WRITE_FOCUS, Focus("1.2", 80, 24)),
    (messages.WRITE_ENTERED, Entered("1.2", "a  b")),
    (messages.WRITE_CANCELLED, Cancelled()),
    (messages.WRITE_MOVED, Moved()),
    (messages.WRITE_MARKED, Marked(2)),
    (messages.WRITE_RESIZED, Resized(160, 45)),
    (messages.WRITE_TOGGLED, Resized(160, 45, True)),
    (messages.write_pressed("kill", "{+1}"), Pressed("kill", ("1.2", "3.4"))),
    (messages.write_pressed("jump", "{1}"), Pressed("jump", ("1.2",))),
    (messages.write_searched("jump"), Searched("jump", 7, "1.2", "a  b")),
    (messages.write_pressed("sort"), Pressed("sort")),
    (messages.write_chosen("y"), Chosen("1.2", "y")),
]


@pytest.mark.parametrize(("command", "message"), WRITTEN, ids=[message.__class__.__name__ for _, message in WRITTEN])
def test_what_a_command_writes_is_read(run_dir: RunDir, command: str, message: Value) -> None:
    """Run by a shell as fzf runs it, with its placeholders filled in."""
    env = {"CST_RUN": run_dir.folder, "FZF_PREVIEW_COLUMNS": "80", "FZF_PREVIEW_LINES": "24", "FZF_COLUMNS": "160",
           "FZF_LINES": "45", "FZF_SELECT_COUNT": "2", "FZF_MATCH_COUNT": "7"}  # fmt: skip
    filled = command.replace("{1}", "'1.2'").replace("{+1}", "'1.2' '3.4'").replace("{q}", "'a  b'")
    subprocess.run(["sh", "-c", filled], env=env, check=True, timeout=10)

    assert parse(_line(run_dir)) == message


def _line(run_dir: RunDir) -> str:
    return os.read(run_dir.calls, 1000).decode().removesuffix("\n")


@pytest.mark.parametrize(("line", "message"), [
    ("result", Finished()), ("page", PageMade()), ("toggled 70 20", Resized(70, 20, False)), ("key y", Chosen("y", "")),
    ("text  ", Entered("", "")), ("marked 0", Marked(0)), ("do sort ", Pressed("sort")),
])  # fmt: skip
def test_what_else_is_read(line: str, message: Value) -> None:
    """From our own threads, of a hidden preview, and where no row is highlighted."""
    assert parse(line) == message


@pytest.mark.parametrize("line", [
    "", "over", "do", "do ", "nothing", "focus", "focus 1.2 80", "focus 1.2 80 x", "focus 1.2 -1 10", "focus 1.2 8 1 0",
    "marked", "marked x", "marked 1 2", "size", "size 1", "size x 1", "size 7 2 1", "toggled 1", "toggled 1 2 3 4",
    "size ٣ ٤",
])  # fmt: skip
def test_what_means_nothing(line: str) -> None:
    """Passed over."""
    assert parse(line) is None


@hypothesis.given(st.text())
def test_no_line_raises(line: str) -> None:
    """Whatever is written into the pipe."""
    parse(line)
    assert parse(f"text 1.2 {line}") == Entered("1.2", line)
