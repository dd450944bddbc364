"""Takes lines out of append-only logs while others append: rewrite one, remove one. Linux leases and inodes, no locks.

A writer opens a log by its name, appends one line with one write(2), and is gone; it cannot be asked to wait.

- `rewrite` puts a new file in the log's place, then carries over what the old one got meanwhile. A writer that comes
  later still looks after its write whether the log is the file that it wrote to (store/marks) and writes again.
- `remove` takes the name away first, waits until nobody has the file open, and looks again: what was written to in
  between gets its name back. That needs nothing of the writer (shell/hook.sh).

Whoever calls these holds `locked`. What a crash leaves behind is put right by `recover`.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import time

from cst.system import files

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_PATIENCE = 2.0  # seconds for a writer to write and go
_ASIDE = ".aside"  # ends the name of a log that is being removed; no reader takes it for one
_BEFORE = ".before"  # ends the name of a log as it was before a rewriting that was not finished


@contextlib.contextmanager
def locked(folder: str) -> Iterator[bool]:
    """Whether nobody else prunes this folder, for as long as the block lasts. OSError where it cannot be told."""
    fd, _ = files.open_regular(f"{folder}/prune.lock", os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW)
    try:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
    finally:
        os.close(fd)


def rewrite(path: str, compact: Callable[[list[bytes]], list[bytes]]) -> tuple[int, int]:
    """Replace the lines of a log by those that `compact` keeps; its size before and after, in bytes. OSError."""
    try:
        fd, _ = files.open_regular(path, os.O_NOFOLLOW)
    except FileNotFoundError:
        return 0, 0
    try:
        data = _all(fd, 0)
        data = data[: data.rfind(b"\n") + 1]  # a line that is just being written belongs to the rest
        left = [_content(before) for before in _leftovers(path, _BEFORE)]
        new = joined(compact([line for part in (*left, data) for line in part.split(b"\n")]))
        if new == data and not left:
            return len(data), len(data)
        aside = f"{path}.{time.time_ns()}{_BEFORE}"
        os.link(path, aside)  # so that a crash from here on loses nothing
        try:
            files.replace(path, new, sync=True)
        except OSError:
            if os.path.samestat(os.fstat(fd), os.stat(path)):  # it is there as it was, and would be found twice
                os.unlink(aside)
            raise
        _append(path, _all(fd, len(data)))
        for old in _leftovers(path, _BEFORE):
            os.unlink(old)
        return len(data), os.stat(path).st_size
    finally:
        os.close(fd)


def is_unfinished(path: str) -> bool:
    """Whether somebody was killed who rewrote this log: lines that came meanwhile may not be in it. Raises OSError."""
    return bool(_leftovers(path, _BEFORE))


def remove(path: str, stays: Callable[[], bool], oldest: float) -> bool:
    """Remove a log that nobody has written to since `oldest` (epoch seconds), unless `stays` says, once it has no name
    any more, that it is needed after all. Whether it is gone. OSError, and what `stays` raises: then it stays."""
    aside = f"{path}.{os.getpid()}{_ASIDE}"
    os.rename(path, aside)
    gone = False
    try:
        gone = _at_rest(aside, oldest) and not stays()
    finally:
        if gone:
            os.unlink(aside)
        else:
            give_back(aside, path)
    return gone


def _at_rest(aside: str, oldest: float) -> bool:
    """Whether nobody has a log without a name open, and nothing was written to it since `oldest`."""
    fd, _ = files.open_regular(aside, os.O_NOFOLLOW)
    try:
        return _alone(fd) and os.fstat(fd).st_mtime < oldest
    finally:
        os.close(fd)


def recover(folder: str) -> int:
    """Give logs back that a prune which was killed had taken the name of; how many."""
    names = [name for name in os.listdir(folder) if name.endswith(_ASIDE)]
    for name in names:
        give_back(f"{folder}/{name}", f"{folder}/{name.partition('.jsonl.')[0]}.jsonl")
    return len(names)


def give_back(aside: str, path: str) -> None:
    """Give a log its name back. What was written to a new one of that name meanwhile comes behind it."""
    newer: list[str] = []
    while True:
        try:
            os.link(aside, path)
            break
        except FileExistsError:
            newer.append(f"{path}.{os.getpid()}.{len(newer)}{_ASIDE}")
            with contextlib.suppress(FileNotFoundError):
                os.rename(path, newer[-1])
        except OSError:  # a file system without hard links
            newer.append(aside)
            break
    if aside not in newer:
        os.unlink(aside)
    for one in newer:
        with contextlib.suppress(FileNotFoundError):
            fd, _ = files.open_regular(one)
            _alone(fd)
            _append(path, _all(fd, 0))
            os.close(fd)
            os.unlink(one)


def joined(lines: list[bytes]) -> bytes:
    """Lines of a log as they stand in it: between two newlines."""
    return b"".join(b"\n" + line + b"\n" for line in lines)


def _alone(fd: int) -> bool:
    """Whether nobody else has the file open; waits for that a while. The kernel gives a write lease only then."""
    end = time.monotonic() + _PATIENCE
    changed = os.fstat(fd).st_mtime_ns
    while time.monotonic() < end:
        try:
            fcntl.fcntl(fd, fcntl.F_SETSIG, signal.SIGURG)  # told to give it back we would die of SIGIO
            fcntl.fcntl(fd, fcntl.F_SETLEASE, fcntl.F_WRLCK)
            fcntl.fcntl(fd, fcntl.F_SETLEASE, fcntl.F_UNLCK)
            return True
        except BlockingIOError:
            time.sleep(0.005)
        except (OSError, AttributeError):  # macOS, NFS: no leases; a writer is through in a few milliseconds
            time.sleep(0.3)
            return os.fstat(fd).st_mtime_ns == changed
    return False


def _leftovers(path: str, ending: str) -> list[str]:
    folder, _, name = path.rpartition("/")
    return [f"{folder}/{one}" for one in os.listdir(folder) if one.startswith(name + ".") and one.endswith(ending)]


def _all(fd: int, offset: int) -> bytes:
    pieces = []
    while data := os.pread(fd, 1 << 20, offset):
        pieces.append(data)
        offset += len(data)
    return b"".join(pieces)


def _content(path: str) -> bytes:
    fd, _ = files.open_regular(path)
    try:
        return _all(fd, 0)
    finally:
        os.close(fd)


def _append(path: str, data: bytes) -> None:
    """Append whole lines with one write(2); what is behind the last newline its writer writes again."""
    data = data[: data.rfind(b"\n") + 1]
    if not data.strip():
        return
    fd, _ = files.open_regular(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW)
    try:
        os.write(fd, data if data.startswith(b"\n") else b"\n" + data)
    finally:
        os.close(fd)
