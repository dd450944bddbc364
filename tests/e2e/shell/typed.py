"""A program on a terminal of its own, and somebody who types."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import signal
import struct
import termios
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from tests.testing import until


class Typed:
    """`shown` is all that the program wrote; what it left the terminal in is in `modes`."""

    def __init__(self, argv: Sequence[str], env: Mapping[str, str], cwd: Path, size: tuple[int, int] = (24, 100)) -> None:
        self.shown = b""
        self.code: int | None = None
        self.pid, self.master = pty.fork()
        if self.pid == 0:
            os.chdir(cwd)
            os.execvpe(argv[0], list(argv), dict(env))
        self.resize(*size)
        self.before = self.modes()
        self.over = threading.Event()
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self) -> None:
        while not self.over.is_set():
            if select.select([self.master], [], [], 0.05)[0]:
                try:
                    self.shown += os.read(self.master, 65536)
                except OSError:
                    return

    def resize(self, lines: int, columns: int) -> None:
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def modes(self) -> object:
        return termios.tcgetattr(self.master)[3] & (termios.ICANON | termios.ECHO)

    def type(self, text: str) -> None:
        os.write(self.master, text.encode())

    def sees(self, text: str, after: int = 0, seconds: float = 15) -> int:
        """Wait until a text is shown after a place; the place behind it."""
        sign = text.encode()
        until(lambda: sign in self.shown[after:], seconds)
        return self.shown.index(sign, after) + len(sign)

    def wait(self, seconds: float = 15) -> int:
        """The exit code: that of the program, or minus its signal."""

        def over() -> bool:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.code = os.waitstatus_to_exitcode(status)
            return bool(pid)

        if self.code is None:
            until(over, seconds)
        assert self.code is not None
        return self.code

    def stop(self) -> None:
        with contextlib.suppress(OSError, AssertionError):
            if self.code is None:
                os.kill(self.pid, signal.SIGKILL)  # our own child, not reaped yet
                self.wait(5)
        self.over.set()
        self.reader.join(5)
        os.close(self.master)


@contextlib.contextmanager
def typed(argv: Sequence[str], env: Mapping[str, str], cwd: Path, size: tuple[int, int] = (24, 100)) -> Iterator[Typed]:
    """For the time of a `with` block."""
    made = Typed(argv, env, cwd, size)
    try:
        yield made
    finally:
        made.stop()
