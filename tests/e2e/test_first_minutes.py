"""What somebody meets who has just installed cst: tmux without a tmux.conf, `cst init tmux`, nothing configured."""

from __future__ import annotations

import os
import shutil
import sys
import time
from pathlib import Path

import pyte
import pytest

from tests.testing import ROOT, TmuxClient, TmuxServer, cst, until

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

    def screen(self) -> str:
        """What the terminal shows now."""
        screen = pyte.Screen(80, 24)
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
    """The popup closes at once, and the message line says why for long enough to be read.

    Bug shown: `prefix g` opened nothing and said nothing.
    """
    path = home / ".config" / "cst" / "config.toml"
    path.parent.mkdir(parents=True)
    path.write_text("theme = \n")
    newcomer.press("g")
    newcomer.shows("config.toml is not TOML")
    time.sleep(2.5)

    assert "config.toml is not TOML" in newcomer.screen()
    newcomer.shows("[mine]")
