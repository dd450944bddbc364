"""Programs are started, heard and ended; tests/unit/system/test_tmux.py has the rest, through a real server."""

from __future__ import annotations

import os
import select
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from cst.system.spawn import beside, fed, finish, found, start
from tests.testing import until

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


def test_a_folder_is_no_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Folders, fifos and files that nobody may execute, called as a program and found first on PATH, are passed by, as
    a shell does; a link to a program is one.

    Bug shown: `cannot start …: Permission denied`, and every session outside tmux.
    """
    for place in ("folder", "fifo", "text", "link"):
        (tmp_path / place).mkdir()
    (tmp_path / "folder" / "sh").mkdir()
    os.mkfifo(tmp_path / "fifo" / "sh", 0o777)
    (tmp_path / "text" / "sh").write_text("")
    monkeypatch.setenv("PATH", ":".join(str(tmp_path / place) for place in ("folder", "fifo", "text", "link", "no")) + ":/bin")
    passed_by = found("sh")
    (tmp_path / "link" / "sh").symlink_to("/bin/sh")

    assert (passed_by, found("sh")) == ("/bin/sh", f"{tmp_path}/link/sh")
    assert finish(start("sh", ["-c", "echo here"]), LATE).output == b"here\n"
    assert (found(str(tmp_path / "folder" / "sh")), found("/bin/sh")) == ("", "/bin/sh")


def test_a_word_is_a_word() -> None:
    """No shell stands between; and the environment is the one that is given."""
    answer = finish(start("sh", ["-c", 'printf %s "$1|$X|$HOME"', "-", "$(touch pwned);a b"], {"X": "y"}), LATE)

    assert answer.output == b"$(touch pwned);a b|y|"


def test_one_that_takes_too_long() -> None:
    """It is ended and reaped; what it had said by then is there."""
    begun = time.monotonic()
    started = start("sh", ["-c", "echo here; exec sleep 60"])
    select.select([started.output], [], [], LATE)
    answer = finish(started, 0.5)

    assert (answer.late, answer.output) == (True, b"here\n")
    assert time.monotonic() - begun < 20
    with pytest.raises(ProcessLookupError):
        os.kill(started.pid, 0)


def test_one_that_goes_on_without_its_pipes(monkeypatch: pytest.MonkeyPatch) -> None:
    """It has said all, and does not end: it is ended. Bug shown: whoever asked waited as long as it ran."""
    monkeypatch.setattr("cst.system.spawn._LINGERS", -60.0)
    begun = time.monotonic()

    answer = finish(start("sh", ["-c", "echo said; exec >&- 2>&-; exec sleep 30"]), 10)

    assert (answer.output, answer.late, answer.code) == (b"said\n", True, -9)
    assert time.monotonic() - begun < 20


def test_what_has_come_counts() -> None:
    """Where we stood still ourselves until the time was over, a program that was done by then was not late."""
    started = start("sh", ["-c", "echo here"])
    until(lambda: Path(f"/proc/{started.pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z")

    answer = finish(started, 0.0)

    assert (answer.late, answer.output, answer.code) == (False, b"here\n", 0)


def test_one_that_never_stops_talking() -> None:
    """Is ended when its time is over, however much it still has to say."""
    started = start("true", [])
    with open("/dev/zero", "rb") as zero:  # no program is always faster than who reads it
        os.dup2(zero.fileno(), started.output)

    answer = finish(started, 0.0, 1 << 28)

    assert (answer.late, answer.long) == (True, False)


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


def test_pieces_are_fed(tmp_path: Path) -> None:
    """In order, to a program whose exit code comes back; also more than a pipe holds."""
    copy = tmp_path / "copy"
    code = fed("/bin/sh", ["-c", f"cat >{copy}; exit 3"], [b"one\n", b"", b"x" * 300_000, b"\nlast"])

    assert (code, copy.read_bytes()) == (3, b"one\n" + b"x" * 300_000 + b"\nlast")


def test_one_that_ends_early_is_given_no_more() -> None:
    """The rest is not even made."""
    made = []

    def pieces() -> Iterator[bytes]:
        for number in range(100):
            made.append(number)
            yield b"x" * 100_000

    assert fed("/bin/sh", ["-c", "exit 0"], pieces()) == 0
    assert len(made) < 100


def test_the_pid_is_told_before_the_first_piece() -> None:
    """To whoever has to end it if we cannot."""
    told: list[object] = []

    def pieces() -> Iterator[bytes]:
        told.append("piece")
        yield b"x"

    fed("/bin/sh", ["-c", "cat >/dev/null"], pieces(), began=told.append)

    assert isinstance(told[0], int)
    assert told[1:] == ["piece"]


def test_what_is_fed_hears_of_a_broken_pipe() -> None:
    """Python ignores SIGPIPE; a program below it dies of it as in any shell."""
    script = "{ sh -c 'kill -PIPE $$'; [ $? -gt 128 ]; }"
    assert fed("/bin/sh", ["-c", script], []) == 0


def test_one_that_cannot_be_started(tmp_path: Path) -> None:
    """It is told as a shell tells it, and nothing stays open."""
    before = len(os.listdir("/dev/fd"))

    assert fed(str(tmp_path / "none"), [], [b"x"]) == 127
    assert len(os.listdir("/dev/fd")) == before


def test_it_ends_with_us(tmp_path: Path) -> None:
    """What stops the feeding, a signal say, ends the program first: it would hold the terminal."""
    told = tmp_path / "pid"

    def pieces() -> Iterator[bytes]:
        until(lambda: told.exists() and told.read_text())
        raise SystemExit(129)
        yield b""

    with pytest.raises(SystemExit):
        fed("/bin/sh", ["-c", f"echo $$ >{told}.new; mv {told}.new {told}; exec sleep 60"], pieces())

    assert not os.path.exists(f"/proc/{told.read_text().strip()}")


def test_where_nobody_waits_for_children() -> None:
    """Started by what ignores SIGCHLD there is no exit code to be had: that is no failure."""
    before = signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    try:
        assert fed("/bin/sh", ["-c", "exit 0"], []) == 0
    finally:
        signal.signal(signal.SIGCHLD, before)


def test_what_runs_beside_us_reads_the_end_of_us(tmp_path: Path) -> None:
    """What we write, and then the end, in a process group of its own; nobody else holds the pipe."""
    told = tmp_path / "told"
    pid, writer = beside("/bin/sh", ["-c", f'read -r word; read -r more || echo "$word ended" >{told}'])
    group, other = os.getpgid(pid), start("sleep", ["5"])
    os.write(writer, b"we\n")
    os.close(writer)
    os.waitpid(pid, 0)
    os.kill(other.pid, 9)
    finish(other, 1)

    assert told.read_text() == "we ended\n"
    assert group == pid


def test_what_cannot_run_beside_us() -> None:
    """No pipe is left open."""
    before = len(os.listdir("/proc/self/fd"))

    assert beside("/none/such", []) == (-1, -1)
    assert len(os.listdir("/proc/self/fd")) == before
