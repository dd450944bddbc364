"""The private folder of one open picker: the files that fzf's bindings read, and the pipe that they write into.

Everything that a binding needs goes through these files and never through a command line: a prompt or a path inside an
fzf action could end that action with a parenthesis and begin another.
"""

from __future__ import annotations

import contextlib
import os
import time

from cst.model import CstError, digits
from cst.system import trust

PREFIX = "cst-pick."
SOCKET = "fzf.sock"
GONE = ".gone"  # behind the name of a folder that is being removed
_MOST = 103  # bytes of the path of a socket: macOS takes no more, Linux 107
_MADE = 60.0  # seconds in which a folder surely is no longer empty
_NEEDED = 256 * 1024  # bytes that there has to be room for: rows and a page of some hundred sessions


class RunDir:
    """The folder and the pipe. `close` removes both."""

    def __init__(self, parents: tuple[str, ...]) -> None:
        for parent in parents:
            sweep(parent)
        self.folder = _make(parents)
        for name in ("marks", "put", "needing"):
            self.write(name, "")
        # Open for reading and writing: a binding that writes never blocks, and never gets SIGPIPE.
        self.calls = os.open(self.path("calls"), os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)

    def path(self, name: str) -> str:
        """The path of a file in it."""
        return f"{self.folder}/{name}"

    def write(self, name: str, text: str) -> None:
        """Replace a file in one step: a reader finds the old or the new text. CstError if it cannot be written. A page
        of a host's row stands in a folder of that host."""
        try:
            if name.count("/") > 1:
                with contextlib.suppress(FileExistsError):
                    os.mkdir(os.path.dirname(self.path(name)), 0o700)
            with open(self.path(name) + ".new", "w", encoding="utf-8", errors="replace") as file:
                file.write(text)
            os.replace(self.path(name) + ".new", self.path(name))
        except OSError as error:
            why = f"cannot write in {self.folder}: {error.strerror}"
            raise CstError(why, "make room there, or set TMPDIR to another folder") from None

    def remove(self, name: str) -> None:
        """Remove a file; it may be gone already."""
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self.path(name))

    def call(self, line: str) -> None:
        """Write a line into the pipe (see messages), as a binding does. Does nothing after `close`."""
        if self.calls >= 0:
            with contextlib.suppress(OSError):  # 64 KB are unread: the reader is busy enough
                os.write(self.calls, line.encode() + b"\n")

    def close(self) -> None:
        """Remove everything. May be called again."""
        if self.calls >= 0:
            os.close(self.calls)
            self.calls = -1
        clear(self.folder)


def sweep(parent: str) -> None:
    """Remove the run folders below `parent` whose picker is gone: after `kill -9` of all of it nobody else does. A
    container may share `parent`: its pickers have no pid here, and ours none there."""
    try:
        names = os.listdir(parent)
    except OSError:
        return
    for name in names:
        pid = name.removeprefix(PREFIX).partition(".")[0]
        if not name.startswith(PREFIX) or not digits(pid):
            continue
        with contextlib.suppress(OSError):
            found = os.lstat(f"{parent}/{name}")
            ours = found.st_uid == os.getuid()
            if ours and found.st_mtime < time.time() - _MADE:
                with contextlib.suppress(OSError):  # only an empty one goes: killed at the first step, or at the last
                    os.rmdir(f"{parent}/{name}")
            told = os.readlink(f"{parent}/{name}/space")
            if ours and told == _space() and not _is_alive(int(pid)) and not trust.distrust(f"{parent}/{name}"):
                clear(f"{parent}/{name}")


def clear(folder: str) -> None:
    """Remove a run folder. (`shutil` costs 0.3 x the start of Python.)

    Under another name first: a thread or a binding may be about to write, and a file made in the midst of this would
    keep the folder. `space` goes last: without it `sweep` could not remove what is left if we are killed here.
    """
    if not folder.endswith(GONE):
        with contextlib.suppress(OSError):
            os.rename(folder, folder + GONE)
            folder += GONE
    pages = f"{folder}/pages"
    below = []  # a row's key may have a folder before it
    with contextlib.suppress(OSError):
        below = [entry.path for entry in os.scandir(pages) if entry.is_dir(follow_symlinks=False)]
    for inside in (*below, pages, folder):
        with contextlib.suppress(OSError):
            for name in sorted(os.listdir(inside), key="space".__eq__):
                with contextlib.suppress(OSError):
                    os.unlink(f"{inside}/{name}")
            os.rmdir(inside)


def _space() -> str:
    """The pid namespace that we are in, as the kernel names it; `-` where it does not."""
    try:
        return os.readlink("/proc/self/ns/pid")
    except OSError:
        return "-"


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def _make(parents: tuple[str, ...]) -> str:
    """A new folder with the pipe in it, below the first parent that will do: its path is short enough for a socket, it
    can be written and has room, and nobody else can rename what is in it. CstError if none will."""
    name = f"{PREFIX}{os.getpid()}.{os.urandom(6).hex()}"
    why = "no path is short enough for a socket"
    for parent in parents:
        folder = f"{parent}/{name}"
        if len(os.fsencode(f"{folder}/{SOCKET}")) > _MOST:
            continue
        try:
            os.mkdir(folder, 0o700)
        except OSError as error:
            why = f"{parent}: {error.strerror}"
            continue
        if wrong := trust.distrust(folder) or _fill(folder):
            why = wrong
            clear(folder)
            continue
        return folder
    remedy = "set TMPDIR to a folder with a short path that only you can write to"
    raise CstError(f"cannot make a private folder: {why}", remedy)


def _fill(folder: str) -> str:
    """Make what is in every run folder; why it cannot be made, "" if it was."""
    try:
        os.symlink(_space(), f"{folder}/space")  # a name that leads nowhere
        os.mkdir(f"{folder}/pages", 0o700)
        os.mkfifo(f"{folder}/calls", 0o600)
        with open(f"{folder}/room", "wb", buffering=0) as file:
            written = file.write(bytes(_NEEDED))
        os.unlink(f"{folder}/room")
    except OSError as error:
        return f"{folder}: {error.strerror}"
    return "" if written == _NEEDED else f"{folder}: no space left"
