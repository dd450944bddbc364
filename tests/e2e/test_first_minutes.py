"""What somebody meets who has just installed cst: tmux without a tmux.conf, `cst init tmux`, nothing configured."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import signal
import struct
import sys
import termios
import time
from pathlib import Path

import pyte
import pytest

from tests.testing import ROOT, TmuxClient, TmuxServer, cst, registry_entry, started, until, write_registry

pytestmark = pytest.mark.skipif(not shutil.which("tmux"), reason="tmux is not installed")


class Newcomer:
    """A tmux server with the keys of `cst init tmux`, and somebody at it."""

    def __init__(self, server: TmuxServer) -> None:
        self.server = server
        self.cst = server.folder / "cst"
        self.cst.write_text(f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} {ROOT}/shell/cst "$@"\n')
        self.cst.chmod(0o755)
        server.new("mine")
        conf = server.folder / "tmux.conf"
        conf.write_text(cst("init", "tmux", "--command", str(self.cst)).stdout)
        server.run("source-file", str(conf))
        self.client: TmuxClient = server.attach("mine")

    def press(self, key: str) -> None:
        """The prefix, and a key."""
        os.write(self.client.master, b"\x02")
        time.sleep(0.05)
        os.write(self.client.master, key.encode())

    def screen(self, columns: int = 80) -> str:
        """What the terminal shows now."""
        screen = pyte.Screen(columns, 24)
        pyte.ByteStream(screen).feed(self.client.shown)
        return "\n".join(screen.display)

    def shows(self, text: str, seconds: float = 20.0) -> None:
        """Wait until the terminal shows a text; AssertionError where it does not."""

        def check() -> bool:
            assert text in self.screen()
            return True

        until(check, seconds)


@pytest.fixture
def newcomer(tmux_server: TmuxServer) -> Newcomer:
    return Newcomer(tmux_server)


def test_a_broken_config_is_told_at_the_key(newcomer: Newcomer, home: Path) -> None:
    """The popup says why until a key is pressed, which closes it.

    Bug shown: `prefix g` opened nothing and said nothing.
    """
    path = home / ".config" / "cst" / "config.toml"
    path.parent.mkdir(parents=True)
    path.write_text("theme = \n")
    newcomer.press("g")
    newcomer.shows("config.toml is not TOML")
    time.sleep(2.5)
    assert "press any key to close" in newcomer.screen()

    os.write(newcomer.client.master, b"q")
    until(lambda: "config.toml" not in newcomer.screen() and "[mine]" in newcomer.screen(), 20)


@pytest.fixture
def waiting(newcomer: Newcomer, claude: Path) -> list[str]:
    """Three sessions of one name that wait for a permission, one that works; the panes of those that wait."""
    panes = []
    for number, status in enumerate(("waiting", "waiting", "waiting", "busy")):
        panes.append(newcomer.server.new(f"p{number}"))
        pid, now = newcomer.server.pid_of(panes[-1]), int(time.time() * 1000)
        write_registry(claude, registry_entry(
            pid, sessionId=f"{number}1111111-2222-4333-8444-555555555555", procStart=started(pid), status=status, name="alpha",
            waitingFor="permission prompt" if status == "waiting" else None, tmux=None, startedAt=now - 600_000,
            statusUpdatedAt=now - 60_000 + number,
        ))  # fmt: skip
    return panes[:3]


def test_each_jump_says_how_far_it_is(newcomer: Newcomer, waiting: list[str], claude: Path) -> None:
    """1 of 3, 2 of 3, 3 of 3, a second round; at the end that all is clear, and what still works.

    Bug shown: `2 more` on every press, and a second round that began without a word.
    """
    for pane, words in zip([*waiting, waiting[0]], ("1 of 3", "2 of 3", "3 of 3", "second round · 1 of 3"), strict=True):
        newcomer.press("a")
        newcomer.shows(f"{words} · permission 1m · alpha @ p")
        assert newcomer.client.pane() == pane
    for path in (claude / "sessions").iterdir():
        path.write_text(path.read_text().replace('"waiting"', '"busy"'))
    newcomer.press("a")
    newcomer.shows("all clear · 4 working")


def test_a_narrow_client_keeps_its_windows(newcomer: Newcomer, waiting: list[str]) -> None:
    """Beside the rest of tmux's own status line, where the title of the pane is as long as it shows. A wider one is told
    more, and each client by its own width.

    Bug shown: at 80 columns the line was `[permissio Claude Code"  12:40 27-Nov-26  6 need you · permission 1m · 4
    working`, without any window.
    """
    newcomer.server.run("rename-window", "-t", "mine:0", "claude")
    newcomer.server.run("rename-session", "-t", "mine", "permission")
    newcomer.server.run("select-pane", "-t", "permission:0", "-T", "reviewing the checkout")
    newcomer.shows('"reviewing the checkou" ')
    newcomer.shows(" 3 need you · 1m ")
    narrow = newcomer.screen().splitlines()[-1]

    assert re.search(r"^\[permissio0:claude\*.* 3 need you · 1m $", narrow), narrow

    fcntl.ioctl(newcomer.client.master, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 120, 0, 0))
    newcomer.client.process.send_signal(signal.SIGWINCH)
    until(lambda: "3 need you · permission 1m · 1 working" in newcomer.screen(120), 20)
