"""Starts a program and takes what it says: by posix_spawn, bounded in time and in bytes, reaped in any case.

`subprocess` costs 1.1 x the start of Python. No shell stands between: words are words.
"""

from __future__ import annotations

import os
import select
import time

from cst.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import Any

_LINGERS = 1.0  # seconds that a program may take to end after its last word
MOST = 16 * 1024 * 1024  # bytes that are taken of an output
# Where programs are when PATH does not say so: key bindings run in the environment of the tmux server.
_PLACES = ("/usr/bin", "/usr/local/bin", "/opt/homebrew/bin", "/opt/local/bin", "/home/linuxbrew/.linuxbrew/bin")
_UNQUOTED = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+@:")
_IGNORED = (13, 25)  # SIGPIPE and SIGXFSZ, on Linux and on macOS; `signal` costs an `enum`


class Started(Value):
    """A program that runs: its pid and the pipes of its output and its errors, or why it does not run."""

    pid: int = 0
    output: int = -1
    errors: int = -1
    wrong: str = ""


class Finished(Value):
    """What a program said. `late` and `long`: it was ended by us, for it took too long or said too much."""

    code: int
    output: bytes
    errors: bytes
    late: bool = False
    long: bool = False
    seconds: float = 0.0  # until it was over, where several were waited for


def start(
    program: str, words: Sequence[str], env: Mapping[str, str] | None = None, given: bytes = b"", source: int = -1,
    group: bool = False,
) -> Started:  # fmt: skip
    """Start a program; `finish` takes its answer. Between the two other things can be done. `given` is what it can
    read: as much as fits into a pipe (64 KB), the rest it does not get; `source` is a descriptor to read from instead.
    `group` puts it into a process group of its own, as system/parallel wants it."""
    path = found(program)
    if not path:
        return Started(wrong=f"{program} is not installed or not on PATH")
    pipes = [_pipe(), _pipe()]
    held = _holding(given) if given else source
    actions = [
        (os.POSIX_SPAWN_DUP2, held, 0) if held >= 0 else (os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDONLY, 0),
        (os.POSIX_SPAWN_DUP2, pipes[0][1], 1),
        (os.POSIX_SPAWN_DUP2, pipes[1][1], 2),
    ]
    try:
        apart: dict[str, Any] = {"setpgroup": 0} if group else {}
        pid = os.posix_spawn(path, [path, *words], os.environ if env is None else env, file_actions=actions, **apart)
    except (OSError, ValueError) as error:  # ValueError: a word that no program can be given
        for reader, _ in pipes:
            os.close(reader)
        return Started(wrong=f"cannot start {path}: {getattr(error, 'strerror', None) or error}")
    finally:
        for end in (*(writer for _, writer in pipes), *((held,) if given else ())):
            os.close(end)
    return Started(pid, pipes[0][0], pipes[1][0])


def _holding(data: bytes) -> int:
    """The reading end of a pipe that holds as much of this as fits, and then ends."""
    reader, writer = _pipe()
    os.set_blocking(writer, False)
    try:
        os.write(writer, data)
    finally:
        os.close(writer)
    return reader


def detached(path: str, words: Sequence[str]) -> None:
    """Start a program that outlives us and says nothing to anybody. Nothing is told of one that cannot be started."""
    actions = [(os.POSIX_SPAWN_OPEN, end, "/dev/null", os.O_RDWR, 0) for end in (0, 1, 2)]
    try:
        os.posix_spawn(path, [path, *words], os.environ, file_actions=actions, setsid=True)
    except (OSError, ValueError):
        return


def finish(started: Started, seconds: float, most: int = MOST) -> Finished:
    """Wait for a program at most so long, take at most so many bytes, and reap it. Code 127: it never ran."""
    if started.wrong:
        return Finished(127, b"", started.wrong.encode())
    deadline = time.monotonic() + seconds
    kept, state = _drain(started, deadline, most)
    code = _reaped_by(started.pid, max(deadline, time.monotonic()) + _LINGERS) if state == "over" else None
    if code is None:
        state = "late" if state == "over" else state
        _kill(started.pid)
        code = _reaped(started.pid)
    return Finished(code, kept[started.output], kept[started.errors], state == "late", state == "long")


def _kill(pid: int) -> None:
    """End a child that was not waited for. It is gone where whoever started us ignores SIGCHLD: the kernel reaps."""
    try:
        os.kill(pid, 9)
    except ProcessLookupError:
        return


def attended(program: str, words: Sequence[str]) -> int:
    """Run a program on our own terminal, and wait until the user leaves it; its exit code."""
    path = found(program)
    if not path:
        return 127
    return _reaped(os.posix_spawn(path, [path, *words], os.environ))


def fed(
    path: str, words: Sequence[str], pieces: Iterable[bytes], began: Callable[[int], object] = lambda _: None
) -> int:
    """Run a program on our own terminal, with `pieces` as its standard input and nowhere to print to; its exit code.

    A piece is made when the one before has been taken. A program that ends early is given no more. 127: it never ran.
    Where we are ended ourselves, so is the program. `began` is called with its pid.
    """
    reader, writer = _pipe()
    actions = [(os.POSIX_SPAWN_DUP2, reader, 0), (os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0)]
    try:
        # Python ignores SIGPIPE and SIGXFSZ, and what it starts would: a `cat | head` in there would complain.
        pid = os.posix_spawn(path, [path, *words], os.environ, file_actions=actions, setsigdef=_IGNORED)
    except (OSError, ValueError):  # ValueError: a word that no program can be given
        os.close(writer)
        return 127
    finally:
        os.close(reader)
    try:
        try:
            began(pid)
            for piece in pieces:
                left = piece
                while left:
                    left = left[os.write(writer, left) :]
        except BrokenPipeError:
            pass
        finally:
            os.close(writer)
        return _reaped(pid)
    except BaseException:
        _end(pid)
        raise


def beside(path: str, words: Sequence[str]) -> tuple[int, int]:
    """Start a program that outlives us, in a process group of its own: its pid and the writing end of its standard
    input, or -1 and -1. It reads the end of that when we close it, or are gone for whatever reason."""
    reader, writer = _pipe()
    actions = [
        (os.POSIX_SPAWN_DUP2, reader, 0),
        (os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0),
        (os.POSIX_SPAWN_DUP2, 1, 2),
    ]
    try:
        pid = os.posix_spawn(path, [path, *words], os.environ, file_actions=actions, setpgroup=0)
    except (OSError, ValueError):
        os.close(writer)
        return -1, -1
    finally:
        os.close(reader)
    return pid, writer


def _reaped(pid: int) -> int:
    """Wait for a child to end; its exit code."""
    try:
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    except ChildProcessError:  # whoever started us ignores SIGCHLD: the kernel reaps, and tells no code
        return 0


def _reaped_by(pid: int, deadline: float) -> int | None:
    """The exit code of a child that has closed its pipes, once it ends; None if it goes on without them."""
    pause = 0.0
    try:
        while not (done := os.waitpid(pid, os.WNOHANG))[0]:
            if time.monotonic() > deadline:
                return None
            time.sleep(pause)
            pause = min(pause + 0.0002, 0.01)
    except ChildProcessError:  # as in `_reaped`
        return 0
    return os.waitstatus_to_exitcode(done[1])


def _end(pid: int) -> None:
    """End a child that may have to tidy up a terminal, by force after a second: what we put right, it must not undo."""
    deadline = time.monotonic() + 1
    try:
        os.kill(pid, 15)  # our own child, not reaped yet: the pid is certain
        while not os.waitpid(pid, os.WNOHANG)[0]:
            if time.monotonic() > deadline:
                os.kill(pid, 9)
                os.waitpid(pid, 0)
                return
            time.sleep(0.01)
    except OSError:
        pass


def found(program: str) -> str:
    """The path of a program; "" where there is none."""
    if "/" in program:
        return program if _runs(program) else ""
    for folder in (*os.environ.get("PATH", "").split(":"), *_PLACES):
        if folder and _runs(f"{folder}/{program}"):
            return f"{folder}/{program}"
    return ""


def _runs(path: str) -> bool:
    """Whether a path is a file that we may execute: of a folder X_OK says that one may pass through it."""
    return os.access(path, os.X_OK) and os.path.isfile(path)


def shell_quote(word: str) -> str:
    """A word as sh and tmux read it back: as it is where that is safe, else in single quotes. (`shlex` costs 0.7 x the
    start of Python.)"""
    return word if word and not set(word) - _UNQUOTED else "'" + word.replace("'", "'\\''") + "'"


def _pipe() -> tuple[int, int]:
    return os.pipe2(os.O_CLOEXEC) if hasattr(os, "pipe2") else os.pipe()


def _drain(started: Started, deadline: float, most: int) -> tuple[dict[int, bytes], str]:
    """What came through each pipe, and whether both are over, or it was late, or long."""
    pieces: dict[int, list[bytes]] = {started.output: [], started.errors: []}
    open_pipes, size, state = set(pieces), 0, "over"
    grace = 2 * len(pieces)  # readings after the deadline: where we stood still ourselves, what has come counts
    try:
        while open_pipes:
            left = max(0.0, deadline - time.monotonic())
            ready = select.select(list(open_pipes), [], [], left)[0]
            if not left:
                grace -= 1
            if not ready or grace < 0:
                state = "late"
                break
            for pipe in ready:
                data = os.read(pipe, 1 << 16)
                pieces[pipe].append(data)
                size += len(data)
                if not data:
                    open_pipes.discard(pipe)
            if size > most:
                state = "long"
                break
    finally:
        for pipe in pieces:
            os.close(pipe)
    return {pipe: b"".join(data) for pipe, data in pieces.items()}, state
