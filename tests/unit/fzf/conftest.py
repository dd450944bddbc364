"""Fixtures of the picker's tests: a run folder, and the real fzf on a terminal of its own."""

from __future__ import annotations

import contextlib
import os
import pty
import re
import select
import subprocess
import tempfile
import termios
import threading
from collections.abc import Callable, Iterator, Sequence
from fcntl import ioctl
from struct import pack

import pytest
from iterfzf import BUNDLED_EXECUTABLE

from cst.fzf import bindings, keymap, launch
from cst.fzf.layout import layout
from cst.fzf.remote import Remote
from cst.fzf.run_dir import RunDir
from cst.jsonl import parse
from cst.picker.operations import KEYS
from tests.testing import until

ROWS = ("-\tHEAD", "1.2\tapple", "3.4\tbanana", "5.6\tcherry")


@pytest.fixture
def short() -> Iterator[str]:
    """A folder with a short path: a socket's has 103 bytes at most."""
    with tempfile.TemporaryDirectory(prefix="cst-", dir="/tmp") as folder:
        yield folder


@pytest.fixture
def run_dir(short: str) -> Iterator[RunDir]:
    """A run folder."""
    made = RunDir((short,))
    yield made
    made.close()


class Fzf:
    """The real fzf with the picker's own options and bindings, and somebody at its keyboard."""

    def __init__(self, run_dir: RunDir, rows: Sequence[str] = ROWS, header: str = "header") -> None:
        self.run_dir = run_dir
        run_dir.write("header", header)
        look = launch.Look("16", False, keymap.bound(KEYS, {}))
        options = [*launch.options(look, layout(100, 30), run_dir, header), *bindings.options(look.keys)]
        self.master, slave = pty.openpty()
        ioctl(slave, termios.TIOCSWINSZ, pack("HHHH", 30, 100, 0, 0))
        env = {**os.environ, "TERM": "xterm-256color", "FZF_DEFAULT_OPTS": "", "CST_RUN": run_dir.folder,
               "CST_BIN": "/bin/true"}  # fmt: skip
        self.process = subprocess.Popen(
            [str(BUNDLED_EXECUTABLE), *options], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=slave, env=env,
            start_new_session=True, preexec_fn=lambda: ioctl(slave, termios.TIOCSCTTY, 0),
        )  # fmt: skip
        os.close(slave)
        assert self.process.stdin
        self.process.stdin.write("".join(row + "\0" for row in rows).encode())
        self.process.stdin.close()
        self.drawn = b""
        self.over = threading.Event()
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()
        self.remote = Remote(run_dir.path("fzf.sock"))
        until(lambda: self.remote.state() is not None and len(self.rows()) == len(rows) - 1)
        until(lambda: self.shows(header.partition("\n")[0]) and self.key())  # after that its keys are bound

    def _read(self) -> None:
        while not self.over.is_set():
            if select.select([self.master], [], [], 0.05)[0]:
                try:
                    self.drawn += os.read(self.master, 65536)
                except OSError:
                    return

    def types(self, text: str) -> None:
        """Press keys."""
        os.write(self.master, text.encode())

    def shows(self, text: str) -> bool:
        """Whether a text was drawn at some time."""
        return text.encode() in re.sub(rb"\x1b\[[0-9;?]*[a-zA-Z]", b"", self.drawn)

    def rows(self) -> list[str]:
        """The rows that match the query, as fzf has them."""
        said = self.remote._request(b"GET /?limit=100 HTTP/1.1\r\n\r\n").partition(b"\r\n\r\n")[2]
        found = parse(said)["matches"] if said else []
        assert isinstance(found, list)
        return [row["text"] for row in found]

    def key(self) -> str:
        """The key of the row under the cursor."""
        state = self.remote.state()
        return state.row if state else ""

    def query(self) -> str:
        """What stands in the query line."""
        state = self.remote.state()
        return state.query if state else ""

    def told(self, variable: str) -> str:
        """What it tells the commands of its bindings: FZF_PROMPT, FZF_PREVIEW_LINES. It takes one thing after the other,
        so whatever it was told to do before is done then."""
        path = self.run_dir.path("told")
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path)
        command = f'execute-silent(echo "${variable}" >{path}.new; mv {path}.new {path})'
        until(lambda: self.remote.post(command))  # one that is busy takes it later
        until(lambda: os.path.exists(path))
        with open(path, encoding="utf-8") as file:
            return file.read().removesuffix("\n")

    def marked(self) -> bool:
        """Whether rows are marked."""
        state = self.remote.state()
        return bool(state and state.marked)

    def heard(self) -> list[str]:
        """What its bindings have written into the pipe since the last time."""
        if not select.select([self.run_dir.calls], [], [], 0)[0]:
            return []
        return os.read(self.run_dir.calls, 65536).decode().splitlines()

    def stop(self) -> None:
        with contextlib.suppress(OSError):
            self.process.kill()
        self.process.wait(10)
        self.over.set()
        self.reader.join(5)
        os.close(self.master)


@pytest.fixture
def shown(run_dir: RunDir) -> Iterator[Callable[..., Fzf]]:
    """Starts the real fzf over a run folder; all are ended with the test."""
    made: list[Fzf] = []

    def start(*args: object, **more: object) -> Fzf:
        made.append(Fzf(run_dir, *args, **more))  # type: ignore[arg-type]
        return made[-1]

    yield start
    for one in made:
        one.stop()
