"""Reads and replaces a settings file of another program: under a lock, all or nothing, with a backup beside it."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import glob
import os
import stat
import time

from cst.model import CstError
from cst.system import files
from cst.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

WAIT = 5.0  # seconds that a lock is waited for
SETTLED = 1.0  # seconds since an empty file was written to: until then somebody may be writing it in place
KEPT = 5  # backups
MOST = 16 * 1024 * 1024  # bytes: whatever is larger is no settings file


class Contents(Value):
    """A settings file as it was read. `path` is where it really is, whatever links lead there. `mode` None: as the
    umask has it."""

    path: str
    data: bytes | None  # None: there is none
    mode: int | None = 0o600
    owner: tuple[int, int] = (-1, -1)


def read(path: str) -> Contents:
    """The file behind a path, through links. CstError for one that cannot be read, or that is not ours to change.

    A program that writes the file in place empties it first. One that was emptied a moment ago is read again, and
    refused where it stays so: taken for no settings, it would be replaced, and what is being written lost.
    """
    try:
        real = os.path.realpath(path, strict=os.path.islink(path))
        until = time.monotonic() + 2 * SETTLED
        while True:
            try:
                data, state = _content(real)
            except FileNotFoundError:
                return Contents(real, None)
            if data or abs(time.time() - state.st_mtime) > SETTLED:
                break
            if time.monotonic() > until:
                raise CstError(f"{path} is empty, and was written to a moment ago", "try again once it is settled")
            time.sleep(0.02)
    except OSError as error:
        if os.path.islink(path) and error.errno in (errno.ENOENT, errno.ELOOP):
            raise CstError(f"{path} is a link that leads nowhere", "fix or remove it") from None
        if error.errno in (errno.EINVAL, errno.EISDIR, errno.EFBIG):
            raise CstError(f"{real} is not a settings file: {error.strerror}", "fix or remove it") from None
        raise CstError(f"cannot read {path}: {error.strerror}", "fix its permissions") from None
    return Contents(real, data, stat.S_IMODE(state.st_mode), (state.st_uid, state.st_gid))


def _content(path: str) -> tuple[bytes, os.stat_result]:
    """What a file holds, and its state after that was read. Raises OSError."""
    data = files.read(path, MOST)
    return data, os.stat(path)


def check(found: Contents, private: bool = False) -> None:
    """CstError if the file cannot be replaced by us without harm; whoever runs as root is held to the same. A private
    one is not made in a folder of somebody else, who could not read it."""
    try:
        _check(found, private)
    except OSError as error:
        raise CstError(f"cannot look at {error.filename}: {error.strerror}", "fix its permissions") from None


def _check(found: Contents, private: bool) -> None:
    if found.data is not None:
        state = os.stat(found.path)
        if state.st_uid != os.geteuid():
            raise CstError(f"{found.path} belongs to another user (uid {state.st_uid})", "run cst as that user")
        if not state.st_mode & 0o222:
            raise CstError(f"{found.path} is read-only: somebody wants it unchanged", "chmod u+w it first")
        held = sum(_is_same(path, state) for path in _leftovers(found.path))
        if state.st_nlink - held > 1:
            raise CstError(f"{found.path} has {state.st_nlink} names (hard links) that would part", "edit it by hand")
    folder = os.path.dirname(found.path)
    while not os.path.lexists(folder):
        folder = os.path.dirname(folder)
    state = os.stat(folder)
    if not stat.S_ISDIR(state.st_mode):
        raise CstError(f"{folder} is not a folder", "fix or remove it")
    if found.data is None and private and state.st_uid != os.geteuid():
        raise CstError(f"{folder} belongs to another user (uid {state.st_uid})", "run cst as that user")
    if not state.st_mode & 0o222 or not os.access(folder, os.W_OK | os.X_OK):
        raise CstError(f"cannot write into {folder}", "fix its permissions")


@contextlib.contextmanager
def locked(path: str) -> Iterator[None]:
    """Hold the lock of a settings file, a file beside it that goes when it is over. CstError after five seconds."""
    lock = _beside(path, "lock")
    until = time.monotonic() + WAIT
    try:
        fd = _taken(lock)
        while fd < 0:
            if time.monotonic() > until:
                raise CstError(f"another cst has held {lock} for {WAIT:.0f} seconds", "wait for it, or end it")
            time.sleep(0.02)
            fd = _taken(lock)
    except OSError as error:
        raise CstError(f"cannot lock {lock}: {error.strerror}", "fix its permissions") from None
    try:
        for left in _leftovers(path):  # of one that was killed: we have the lock
            with contextlib.suppress(OSError):
                os.unlink(left)
        yield
    finally:
        with contextlib.suppress(OSError):
            os.unlink(lock)
        os.close(fd)


def _taken(lock: str) -> int:
    """A descriptor that holds the lock, or -1. The last holder removed the file: a lock on that one is none."""
    fd, _ = files.open_regular(lock, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, locks=True)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.path.samestat(os.fstat(fd), os.stat(lock)):
            return fd
    except (BlockingIOError, FileNotFoundError):
        pass
    except OSError:
        os.close(fd)
        raise
    os.close(fd)
    return -1


def replace(found: Contents, data: bytes | None) -> None:
    """Put `data` in the place of the file, None to remove it. The lock is held. CstError if it is not as it was
    found, or cannot be written; then it is untouched."""
    new = f"{_beside(found.path, 'new')}.{os.getpid()}"
    try:
        if data is not None:
            _written(new, data, found)
        if read(found.path).data != found.data:
            raise Changed(found.path)
        _swapped(found, new if data is not None else "")
        _synced(os.path.dirname(found.path))
    except OSError as error:
        raise CstError(f"cannot write {found.path}: {error.strerror}", "it is as it was") from None
    finally:
        with contextlib.suppress(OSError):
            os.unlink(new)


class Changed(CstError):
    """Somebody else changed the file meanwhile."""

    def __init__(self, path: str) -> None:
        super().__init__(f"{path} was changed by somebody else meanwhile", "it is as they left it, try again")


def _swapped(found: Contents, new: str) -> None:
    """Put the file `new` in the place of what was found, "" to remove that. Raises OSError, and Changed where somebody
    made or opened the file in the same moment: what they write in place stays where they write it."""
    old = f"{_beside(found.path, 'new')}.{os.getpid()}.old"
    try:
        os.link(new if found.data is None else found.path, found.path if found.data is None else old)
    except FileExistsError:
        raise Changed(found.path) from None
    except OSError:  # a file system without hard links
        os.replace(new, found.path) if new else os.unlink(found.path)
        return
    if found.data is None:
        return
    try:
        os.replace(new, found.path) if new else os.unlink(found.path)
        if files.read(old, MOST) != found.data:
            os.replace(old, found.path)
            raise Changed(found.path)
    finally:
        with contextlib.suppress(OSError):
            os.unlink(old)


def _written(path: str, data: bytes, found: Contents) -> None:
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666 if found.mode is None else 0o600)
    with open(fd, "wb") as file:
        file.write(data)
        file.flush()
        with contextlib.suppress(PermissionError):  # a group that we are not in
            os.fchown(fd, *found.owner)
        if found.mode is not None:
            os.fchmod(fd, found.mode)
        os.fsync(fd)


def _synced(folder: str) -> None:
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        with contextlib.suppress(OSError):  # some file systems cannot
            os.fsync(fd)
    finally:
        os.close(fd)


def back_up(found: Contents) -> str:
    """Keep what was found, beside it, as `<name>.cst-backup-<UTC time>`; the path. The newest five are kept."""
    assert found.data is not None
    new = f"{_beside(found.path, 'new')}.{os.getpid()}.backup"  # half of one would count among those that are kept
    try:
        _written(new, found.data, found)
        for _ in range(100):
            seconds, micro = divmod(time.time_ns() // 1000, 1_000_000)
            path = f"{found.path}.cst-backup-{time.strftime('%Y%m%dT%H%M%S', time.gmtime(seconds))}.{micro:06}Z"
            if not os.path.lexists(path):
                os.rename(new, path)
                break
        else:
            raise CstError(f"no name is free for a backup of {found.path}", "nothing was changed, try again")
    except OSError as error:
        raise CstError(f"cannot write the backup of {found.path}: {error.strerror}", "nothing was changed") from None
    finally:
        with contextlib.suppress(OSError):
            os.unlink(new)
    for old in sorted(glob.glob(glob.escape(f"{found.path}.cst-backup-") + "*"))[:-KEPT]:
        with contextlib.suppress(OSError):
            os.unlink(old)
    return path


def make_folder(path: str, mode: int) -> list[str]:
    """Make the folder of a settings file, and those above it; those that were made, the deepest last."""
    made: list[str] = []
    folder = os.path.dirname(path)
    while not os.path.isdir(folder):
        made.insert(0, folder)
        folder = os.path.dirname(folder)
    try:
        for folder in made:
            with contextlib.suppress(FileExistsError):  # another cst was faster
                os.mkdir(folder, mode)
    except OSError as error:
        raise CstError(f"cannot make {folder}: {error.strerror}", "fix its permissions") from None
    return made


def left_behind(path: str) -> list[str]:
    """What a cst that was killed while it changed a settings file left beside it; nothing while another cst changes it.
    Raises OSError where that cannot be told."""
    lock = _beside(path, "lock")
    try:
        fd, _ = files.open_regular(lock, os.O_NOFOLLOW)
    except FileNotFoundError:
        return sorted(_leftovers(path))
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return [lock, *sorted(_leftovers(path))]
    except BlockingIOError:
        return []
    finally:
        os.close(fd)


def remove_left(path: str, left: str) -> None:
    """Remove one of those, unless another cst changes the file by now: then it is that one's. Raises OSError."""
    lock = _beside(path, "lock")
    fd = _taken(lock)
    if fd < 0:
        return
    try:
        if left != lock:
            os.unlink(left)
    finally:
        os.unlink(lock)
        os.close(fd)


def _leftovers(path: str) -> list[str]:
    """What another cst that replaces the file has beside it now, or left there when it was killed."""
    return glob.glob(glob.escape(_beside(path, "new")) + ".*")


def _is_same(path: str, state: os.stat_result) -> bool:
    try:
        return os.path.samestat(state, os.lstat(path))
    except FileNotFoundError:
        return False


def _beside(path: str, what: str) -> str:
    folder, name = os.path.split(path)
    return f"{folder}/.{name}.cst-{what}"
