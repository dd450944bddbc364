"""Whether a file, folder or socket is in no hands but ours: its owner and mode, and those of every folder above it.

The one place that decides it, as tmux does for its own folder and ssh for its keys. Whoever answers on a tmux socket
chooses which commands tmux runs for its client, so a socket in somebody else's hands is never asked.
"""

from __future__ import annotations

import os
import stat

from cst.system import files

_NOBODY = 65534  # whom a user namespace shows for an owner that it does not know


def checked(path: str) -> tuple[str, str]:
    """The path without symlinks, which is the one to use, and why it must not be used ("" = it may).

    What is not there yet is all right where nobody else could put it there meanwhile.
    """
    try:
        path = os.path.realpath(path)
    except ValueError:
        return path, f"{path!r} is no path"
    at, below = path, ""
    while True:
        try:
            found = os.lstat(at)
        except (FileNotFoundError, NotADirectoryError):
            found = None
        except OSError as error:
            return path, f"{at} cannot be looked at: {error.strerror}"
        if found and (wrong := _wrong(found, bool(below))):
            return path, f"{at} {wrong}"
        if found and below == "missing" and found.st_mode & 0o022:
            return path, f"{path} is not there, and others could put it there"
        below = "there" if found else "missing"
        if at == "/":
            return path, ""
        at = os.path.dirname(at)


def distrust(path: str) -> str:
    """One sentence why a path must not be used, "" where it may."""
    return checked(path)[1]


def make_private(folder: str) -> None:
    """Make a folder and those above it, each for us alone whatever the umask. (The mode of `os.makedirs` is that of
    the last one only.) Those that are there stay as they are. Raises OSError."""
    missing = []
    while folder and not os.path.isdir(folder):
        missing.append(folder)
        folder = os.path.dirname(folder)
    for path in reversed(missing):
        try:
            os.mkdir(path, 0o700)
        except FileExistsError:  # another cst was faster
            if not os.path.isdir(path):
                raise


def put(path: str, data: bytes) -> None:
    """Replace a file of ours in one step; its folder is made, for us alone, where it is missing. Raises OSError."""
    try:
        files.replace(path, data)
    except FileNotFoundError:
        make_private(os.path.dirname(path))
        files.replace(path, data)


def _wrong(found: os.stat_result, above: bool) -> str:
    """What is wrong with one thing, or with a folder `above` it."""
    us, mode = os.getuid(), found.st_mode
    if found.st_uid not in (us, 0) and not (above and found.st_uid == _NOBODY and _namespace()):
        return f"belongs to another user (uid {found.st_uid})"
    if above and mode & stat.S_ISVTX:
        return ""  # what is ours in it is nobody else's to take away
    if mode & 0o002:
        return "can be written by others"
    # tmux lets a group connect to a socket; a group of one has the number of its user
    if mode & 0o020 and not stat.S_ISSOCK(mode) and found.st_gid not in (us, 0):
        return f"can be written by a group (gid {found.st_gid})"
    return ""


def _namespace() -> bool:
    """Whether this is a user namespace with only some of the users: in there root's own /tmp belongs to nobody."""
    try:
        with open("/proc/self/uid_map", "rb") as file:
            return file.read(100).split() != [b"0", b"0", b"4294967295"]
    except OSError:
        return False
