"""Files that somebody else may have put there: opened only if they are regular, never blocking, read up to a bound.

A FIFO blocks who opens it, /dev/zero has no end, and a terminal that is opened becomes ours. The one way in for all
files but those of the kernel; and the one way to replace a file of ours in one step.
"""

from __future__ import annotations

import os
import stat

MOST = 1 << 20  # bytes: what is read of a file that nobody expects to be long
_ALWAYS = os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
_WRITES = os.O_WRONLY | os.O_RDWR
_FOLDER = os.O_DIRECTORY | os.O_CLOEXEC | getattr(os, "O_PATH", os.O_RDONLY)
_EACCES, _EISDIR, _EINVAL, _EFBIG = 13, 21, 22, 27  # `errno` is a module more


def open_regular(path: str, flags: int = os.O_RDONLY, locks: bool = False) -> tuple[int, os.stat_result]:
    """A descriptor of a file, which the caller closes, and its state. A file that O_CREAT makes is private. Raises
    OSError, with the path in it, also for what is no regular file and for what is no path; FileNotFoundError where
    there is none. What is to be written in place must be in a folder in which nobody else can put a hard link to
    another file of ours; what `locks` only, and is never written to, may be in any."""
    try:
        fd = _open_to_write(path, flags) if flags & _WRITES and not locks else os.open(path, flags | _ALWAYS, 0o600)
    except ValueError:  # a NUL in it
        raise OSError(_EINVAL, "not a path", path) from None
    state = os.fstat(fd)
    if not stat.S_ISREG(state.st_mode):
        os.close(fd)
        if stat.S_ISDIR(state.st_mode):
            raise IsADirectoryError(_EISDIR, "Is a directory", path)
        raise OSError(_EINVAL, "it is not a regular file", path)
    return fd, state


def _open_to_write(path: str, flags: int) -> int:
    """A descriptor of a file, which may not be regular. Raises OSError as `open_regular` does, and ValueError."""
    folder, slash, name = path.rpartition("/")
    within = os.open(folder + slash or ".", _FOLDER)
    try:
        found = os.fstat(within)
        if found.st_uid not in (os.getuid(), 0):
            raise OSError(_EACCES, "its folder belongs to another user", path)
        if found.st_mode & (stat.S_IWOTH | stat.S_ISVTX) == stat.S_IWOTH:
            raise OSError(_EACCES, "others can write into its folder", path)
        return os.open(name, flags | _ALWAYS, 0o600, dir_fd=within)
    except OSError as error:
        error.filename = path
        raise
    finally:
        os.close(within)


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
    try:
        fd = _created(new, mode)
    except FileExistsError:  # left behind by one that was killed, or a name of another file of ours
        os.unlink(new)
        fd = _created(new, mode)
    try:
        try:
            os.fchmod(fd, mode)  # whatever the umask
            write_all(fd, data)
            if sync:
                os.fsync(fd)
        finally:
            os.close(fd)
        os.replace(new, path)
    except BaseException:
        os.unlink(new)
        raise


def _created(path: str, mode: int) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)


def write_all(fd: int, data: bytes) -> None:
    """Write all of it: one write(2) may take less than it is given. Raises OSError."""
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]
