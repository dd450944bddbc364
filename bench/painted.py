"""How long the picker takes to paint its first row, seen from the other side of a pseudo-terminal."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time

from bench.still import Run


def first_row(words: list[str], env: dict[str, str], sign: bytes = b"permission", most: float = 20.0) -> Run:
    """When it was spawned, and when `sign` was on the screen; TimeoutError after `most`. Ends the program with Esc."""
    begun = time.perf_counter()
    pid, fd = pty.fork()
    if pid == 0:
        os.execve(words[0], words, env)
    try:
        fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", 45, 160, 0, 0))
        seen = b""
        while sign not in seen:
            if time.perf_counter() - begun > most or not select.select([fd], [], [], most)[0]:
                raise TimeoutError(f"{sign!r} was not painted; the screen had {seen[-500:]!r}")
            seen += os.read(fd, 65536)
        return begun, time.perf_counter()
    finally:
        _end(pid, fd)


def _end(pid: int, fd: int) -> None:
    try:
        os.write(fd, b"\x1b")
        deadline = time.monotonic() + 3
        while time.monotonic() < deadline:
            if select.select([fd], [], [], 0.05)[0] and not os.read(fd, 65536):
                break
            if os.waitpid(pid, os.WNOHANG)[0]:
                return
    except OSError:
        pass
    finally:
        os.close(fd)
    try:
        os.kill(pid, signal.SIGKILL)  # our own child, not reaped yet
        os.waitpid(pid, 0)
    except (ProcessLookupError, ChildProcessError):
        pass
