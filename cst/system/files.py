"""Files that somebody else may have put there: opened only if they are regular, never blocking, read up to a bound.

A FIFO blocks who opens it, /dev/zero has no end, and a terminal that is opened becomes ours. The one way in for all
files but those of the kernel; and the one way to replace a file of ours in one step.
"""

from __future__ import annotations

import os
import stat

MOST = 1 << 20  # bytes: what is read of a file that nobody expects to be long
_ALWAYS = os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
_EISDIR, _EINVAL, _EFBIG = 21, 22, 27  # `errno` is a module more


def open_regular(path: str, flags: int = os.O_RDONLY) -> tuple[int, os.stat_result]:
    """A descriptor of a file, which the caller closes, and its state. A file that O_CREAT makes is private. Raises
    OSError, with the path in it, also for what is no regular file and for what is no path; FileNotFoundError where
    there is none."""
    try:
        fd = os.open(path, flags | _ALWAYS, 0o600)
    except ValueError:  # a NUL in it
        raise OSError(_EINVAL, "not a path", path) from None
    state = os.fstat(fd)
    if not stat.S_ISREG(state.st_mode):
        os.close(fd)
        if stat.S_ISDIR(state.st_mode):
            raise IsADirectoryError(_EISDIR, "Is a directory", path)
        raise OSError(_EINVAL, "it is not a regular file", path)
    return fd, state


def read(path: str, most: int = MOST) -> bytes:
    """The whole content of a file. Raises OSError as `open_regular` does, and for one of more than `most` bytes."""
    fd, state = open_regular(path)
    try:
        if state.st_size > most:
            raise OSError(_EFBIG, f"it is too long, {state.st_size} bytes", path)
        pieces, left = [], most + 1
        while left and (piece := os.read(fd, min(left, 1 << 20))):
            pieces.append(piece)
            left -= len(piece)
    finally:
        os.close(fd)
    if not left:
        raise OSError(_EFBIG, "it is too long", path)
    return b"".join(pieces)


def replace(path: str, data: bytes, mode: int = 0o600, sync: bool = False) -> None:
    """Put a file with this content in the place of what is at `path`, in one step: who reads it meanwhile sees the old
    one or the new one. With `sync` the content is on the disk before the name is. Raises OSError; then the old one is
    as it was."""
    new = f"{path}.{os.getpid()}"
    fd = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK, mode)
    try:
        try:
            os.fchmod(fd, mode)  # whatever the umask; and of one that was left behind
            write_all(fd, data)
            if sync:
                os.fsync(fd)
        finally:
            os.close(fd)
        os.replace(new, path)
    except BaseException:
        os.unlink(new)
        raise


def write_all(fd: int, data: bytes) -> None:
    """Write all of it: one write(2) may take less than it is given. Raises OSError."""
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]
