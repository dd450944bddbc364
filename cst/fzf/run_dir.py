"""The private folder of one open picker: the files that fzf's bindings read, and the pipe that they write into.

Everything that a binding needs goes through these files and never through a command line: a prompt or a path inside an
fzf action could end that action with a parenthesis and begin another.
"""

from __future__ import annotations

import contextlib
import os

from cst.model import CstError, digits

PREFIX = "cst-pick."
SOCKET = "fzf.sock"
_MOST = 103  # bytes of the path of a socket: macOS takes no more, Linux 107


class RunDir:
    """The folder and the pipe. `close` removes both."""

    def __init__(self, parents: tuple[str, ...]) -> None:
        for parent in parents:
            sweep(parent)
        self.folder = _make(parents)
        os.mkdir(self.path("pages"), 0o700)
        os.mkfifo(self.path("calls"), 0o600)
        self.write("marks", "")
        # Open for reading and writing: a binding that writes never blocks, and never gets SIGPIPE.
        self.calls = os.open(self.path("calls"), os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)

    def path(self, name: str) -> str:
        """The path of a file in it."""
        return f"{self.folder}/{name}"

    def write(self, name: str, text: str) -> None:
        """Replace a file in one step: a reader finds the old or the new text."""
        with open(self.path(name) + ".new", "w", encoding="utf-8", errors="replace") as file:
            file.write(text)
        os.replace(self.path(name) + ".new", self.path(name))

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
    """Remove the run folders below `parent` whose picker is gone: after `kill -9` nobody else does."""
    try:
        names = os.listdir(parent)
    except OSError:
        return
    for name in names:
        pid = name.removeprefix(PREFIX).partition(".")[0]
        if not name.startswith(PREFIX) or not digits(pid):
            continue
        with contextlib.suppress(OSError):
            if os.lstat(f"{parent}/{name}").st_uid == os.getuid() and not _is_alive(int(pid)):
                clear(f"{parent}/{name}")


def clear(folder: str) -> None:
    """Remove a run folder. (`shutil` costs 0.3 x the start of Python.)"""
    for inside in (f"{folder}/pages", folder):
        with contextlib.suppress(OSError):
            for name in os.listdir(inside):
                with contextlib.suppress(OSError):
                    os.unlink(f"{inside}/{name}")
            os.rmdir(inside)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def _make(parents: tuple[str, ...]) -> str:
    name = f"{PREFIX}{os.getpid()}.{os.urandom(6).hex()}"
    fit = [folder for folder in parents if len(os.fsencode(f"{folder}/{name}/{SOCKET}")) <= _MOST]
    for folder in fit:
        with contextlib.suppress(OSError):
            os.mkdir(f"{folder}/{name}", 0o700)
            return f"{folder}/{name}"
    raise CstError(f"cannot make the folder {name}; set TMPDIR to a folder with a short path that you can write to")
