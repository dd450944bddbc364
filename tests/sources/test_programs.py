"""Programs are started, heard and ended; tests/sources/test_tmux.py has the rest, through a real server."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from cst.sources.programs import finish, start

LATE = 60.0


def test_output_and_errors_come_apart(tmp_path: Path) -> None:
    """Each through its own pipe, with the exit code."""
    answer = finish(start("sh", ["-c", "echo out; echo err >&2; exit 3"]), LATE)

    assert (answer.code, answer.output, answer.errors, answer.late, answer.long) == (3, b"out\n", b"err\n", False, False)


def test_much_through_both_pipes() -> None:
    """More than a pipe holds, in turns: neither waits for the other."""
    script = "n=0; while [ $n -lt 3000 ]; do echo 0123456789012345678901234567890123456789; echo err >&2; n=$((n+1)); done"
    answer = finish(start("sh", ["-c", script]), LATE)

    assert (answer.output.count(b"\n"), answer.errors.count(b"\n")) == (3000, 3000)


def test_a_word_is_a_word() -> None:
    """No shell stands between; and the environment is the one that is given."""
    answer = finish(start("sh", ["-c", 'printf %s "$1|$X|$HOME"', "-", "$(touch pwned);a b"], {"X": "y"}), LATE)

    assert answer.output == b"$(touch pwned);a b|y|"


def test_one_that_takes_too_long() -> None:
    """It is ended and reaped; what it had said by then is there."""
    begun = time.monotonic()
    started = start("sh", ["-c", "echo here; exec sleep 60"])
    answer = finish(started, 0.5)

    assert (answer.late, answer.output) == (True, b"here\n")
    assert time.monotonic() - begun < 20
    with pytest.raises(ProcessLookupError):
        os.kill(started.pid, 0)


def test_one_that_says_too_much() -> None:
    """An endless output is taken up to a bound; the program is ended."""
    answer = finish(start("sh", ["-c", "while :; do echo 0123456789; done"]), LATE, 100_000)

    assert (answer.long, answer.late, answer.code) == (True, False, -9)
    assert 100_000 < len(answer.output) < 300_000


@pytest.mark.parametrize("words", [["a\0b"], ["\ud800"], ["x" * 5_000_000]])
def test_words_that_no_program_can_be_given(words: list[str]) -> None:
    """A NUL, half a surrogate, too much of it: a sentence, no exception, and no pipe left open."""
    before = len(os.listdir("/proc/self/fd"))
    answer = finish(start("true", words), LATE)

    assert answer.code == 127
    assert answer.errors.startswith(b"cannot start ")
    assert before == len(os.listdir("/proc/self/fd"))
