"""One at a time, between processes and threads: a lock that is a file, and leaves none behind."""

from __future__ import annotations

import contextlib
import fcntl
import os
import time

from cst.system import files, trust

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_PAUSE = 0.02  # seconds between two tries
_BUSY, _NONE = -1, -2  # instead of a descriptor: somebody has the lock; none can be written there


@contextlib.contextmanager
def held(path: str, patience: float) -> Iterator[bool]:
    """Whether nobody else is in such a block of the same path: waits for that up to `patience` seconds, and then nobody
    comes in before this block ends. True also where no lock can be written: nobody can have it then."""
    end = time.monotonic() + patience
    fd = _taken(path)
    while fd == _BUSY and time.monotonic() < end:
        time.sleep(_PAUSE)
        fd = _taken(path)
    try:
        yield fd != _BUSY
    finally:
        if fd >= 0:
            with contextlib.suppress(OSError):
                os.unlink(path)  # while it is held: whoever has opened it by now finds that it has lost its name
            os.close(fd)


def _taken(path: str) -> int:
    try:
        fd, state = _opened(path)
    except OSError:
        return _NONE
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.path.samestat(state, os.stat(path)):
            return fd
        found = _BUSY
    except (BlockingIOError, FileNotFoundError):
        found = _BUSY
    except OSError:  # a file system without locks
        found = _NONE
    os.close(fd)
    return found


def _opened(path: str) -> tuple[int, os.stat_result]:
    flags = os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW
    try:
        return files.open_regular(path, flags)
    except FileNotFoundError:
        trust.make_private(os.path.dirname(path))
        return files.open_regular(path, flags)
