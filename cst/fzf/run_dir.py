"""The private folder of one open picker: what fzf's bindings read, and the pipe through which they call.

Everything that a binding needs goes through files in it, never through a command line: a prompt or a path inside an
fzf action could end it with a parenthesis and begin another.
"""

from __future__ import annotations

import contextlib
import os

from cst.model import CstError, digits

PREFIX = "cst-pick."
SOCKET = "fzf.sock"
_MOST = 103  # bytes of the path of a socket: macOS takes no more, Linux 107


class Run:
    """The folder and the pipe. `close` removes both."""

    def __init__(self, above: tuple[str, ...]) -> None:
        for folder in above:
            sweep(folder)
        self.folder = _made(above)
        os.mkdir(self.path("pages"), 0o700)
        os.mkfifo(self.path("calls"), 0o600)
        self.write("marks", "")
        # Held open for both: bindings that write never block, and none is told that nobody reads.
        self.calls = os.open(self.path("calls"), os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)

    def path(self, name: str) -> str:
        """Where a file of this picker is."""
        return f"{self.folder}/{name}"

    def write(self, name: str, text: str) -> None:
        """Put a file there in one step: whoever reads finds the old or the new one."""
        with open(self.path(name) + ".new", "w", encoding="utf-8", errors="replace") as file:
            file.write(text)
        os.replace(self.path(name) + ".new", self.path(name))

    def remove(self, name: str) -> None:
        """Take a file away; it may be gone."""
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self.path(name))

    def call(self, line: str) -> None:
        """Say something to the reader of the pipe, as a binding would."""
        if self.calls >= 0:
            with contextlib.suppress(OSError):  # 64 KB unread: it has enough to do
                os.write(self.calls, line.encode() + b"\n")

    def close(self) -> None:
        """Leave nothing behind. May be called again."""
        if self.calls >= 0:
            os.close(self.calls)
            self.calls = -1
        clear(self.folder)


def sweep(above: str) -> None:
    """Remove what pickers left whose process is gone: a `kill -9` leaves no time to tidy up."""
    try:
        names = os.listdir(above)
    except OSError:
        return
    for name in names:
        pid = name.removeprefix(PREFIX).partition(".")[0]
        if not name.startswith(PREFIX) or not digits(pid):
            continue
        with contextlib.suppress(OSError):
            if os.lstat(f"{above}/{name}").st_uid == os.getuid() and not _alive(int(pid)):
                clear(f"{above}/{name}")


def clear(folder: str) -> None:
    """Remove a run folder. (`shutil` costs 0.3 x the start of Python.)"""
    for inside in (f"{folder}/pages", folder):
        with contextlib.suppress(OSError):
            for name in os.listdir(inside):
                with contextlib.suppress(OSError):
                    os.unlink(f"{inside}/{name}")
            os.rmdir(inside)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def _made(above: tuple[str, ...]) -> str:
    name = f"{PREFIX}{os.getpid()}.{os.urandom(6).hex()}"
    fit = [folder for folder in above if len(os.fsencode(f"{folder}/{name}/{SOCKET}")) <= _MOST]
    for folder in fit:
        with contextlib.suppress(OSError):
            os.mkdir(f"{folder}/{name}", 0o700)
            return f"{folder}/{name}"
    raise CstError(f"cannot make the folder {name}; set TMPDIR to a folder with a short path that you can write to")
