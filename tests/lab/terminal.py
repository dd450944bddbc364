"""A person at a terminal: a real tmux client on a pty of its own."""
from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import subprocess
import termios
import threading
import time
from collections.abc import Callable, Mapping

from tests.lab.retry import until

PREFIX = b"\x02"
KEPT_BYTES = 8 * 1024 * 1024


class Client:
    """One attached tmux client, drained by a thread so that it never blocks the server.

    It is started with Popen on a pty made beforehand and not with pty.fork: forking a process that has
    threads, as the lab's has, may leave a lock taken in the child.
    """

    def __init__(self, tmux: Callable[..., str], command: list[str], env: Mapping[str, str],
                 columns: int, lines: int) -> None:
        self._tmux = tmux
        self._master, terminal = pty.openpty()
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        self.name = os.ttyname(terminal)
        self._output = bytearray()
        self._process = subprocess.Popen(command, env=dict(env), stdin=terminal, stdout=terminal,
                                         stderr=terminal, start_new_session=True)
        os.close(terminal)
        self._reader = threading.Thread(target=self._drain, daemon=True)
        self._reader.start()
        until(self.pane, 10, lambda: f"client {self.name} attached; it wrote {bytes(self.output)!r}")

    def press(self, keys: bytes) -> None:
        """Send bytes as a person would (b"\\x02n" is prefix n): tmux takes what comes within 1 ms for a paste."""
        if keys[:1] == PREFIX and keys[1:]:
            os.write(self._master, PREFIX)
            time.sleep(0.05)
            keys = keys[1:]
        os.write(self._master, keys)

    def pane(self) -> str:
        """The id of the pane this client shows now; empty when it is not attached."""
        return self._ask("#{pane_id}")

    def tmux_session(self) -> str:
        """The name of the tmux session this client shows now; empty when it is not attached."""
        return self._ask("#{session_name}")

    @property
    def output(self) -> bytes:
        """The last bytes tmux wrote to this terminal, escape sequences included."""
        return bytes(self._output)

    def close(self) -> None:
        """Detach and give the terminal back.  May be called again; does not raise."""
        if self._process.poll() is None:
            self._tmux("detach-client", "-t", self.name, check=False)
            try:
                self._process.wait(3)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._reader.join(3)
        if self._master >= 0:
            os.close(self._master)
            self._master = -1

    def _ask(self, what: str) -> str:
        for line in self._tmux("list-clients", "-F", f"#{{client_name}} {what}", check=False).splitlines():
            name, _, answer = line.partition(" ")
            if name == self.name:
                return answer
        return ""

    def _drain(self) -> None:
        """Read until the client has gone: its end of the pty is then closed, which reads as an error."""
        while True:
            try:
                ready, _, _ = select.select([self._master], [], [], 0.2)
                piece = os.read(self._master, 65536) if ready else None
            except (OSError, ValueError):
                return
            if piece == b"":
                return
            if piece:
                self._output += piece
                del self._output[:-KEPT_BYTES]
