"""The way of tests/e2e/test_walk.py with the real client: its hooks fire, the key finds it, and nothing is left."""
from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.lab import cst
from tests.lab.conftest import MakeLab
from tests.lab.lab import Lab
from tests.lab.retry import until
from tests.lab.scenarios import SCENARIOS

pytestmark = pytest.mark.skipif(not os.environ.get("CST_LAB_ALL"), reason="a session from install to uninstall, live: `make lab`")

# what the client makes beside ours: with xdg-mime installed it also says which links it opens
OF_CLAUDE = ("claude", "applications", "mimeapps.list")


def ours(lab: Lab) -> dict[str, bytes]:
    """Everything in the folders that cst writes to, the settings, the tmux.conf."""
    roots = [lab.root / name for name in ("state", "data", "config", "cache")]
    files = [*(path for root in roots for path in root.rglob("*") if path.relative_to(root).parts[0] not in OF_CLAUDE),
             *lab.config.glob("settings.json*"), *(lab.root / "home").glob(".tmux.conf*")]  # fmt: skip
    return {str(path): path.read_bytes() if path.is_file() else b"" for path in files}


def do(lab: Lab, *words: str) -> str:
    """A command that must succeed, in the lab's tmux."""
    done = cst.run(lab, *words, TMUX=f"{lab.socket},{lab.tmux('display-message', '-p', '#{pid}')},0")
    assert done.returncode == 0, (words, done.stdout, done.stderr)
    return done.stdout


def green(lab: Lab) -> bool:
    """Whether the doctor finds nothing wrong: a crowded machine may not answer it in time."""
    return cst.run(lab, "doctor", TMUX=f"{lab.socket},1,0").returncode == 0


def test_there_and_back(make_lab: MakeLab) -> None:
    """Hooks and keys in, a real permission, prefix a, the doctor finds nothing wrong; all out, every byte as before."""
    lab = make_lab()
    lab.tmux("new-session", "-d", "-s", "mine", "cat")
    before, keys = ours(lab), lab.tmux("list-keys")
    do(lab, "hooks", "install", "--yes", "--client", lab.version)
    conf = Path(lab.root, "home/.tmux.conf")
    conf.write_text(do(lab, "init", "tmux"))
    lab.tmux("source-file", str(conf))
    session, _ = SCENARIOS["permission"].drive(lab, "asks")
    client = lab.attach("mine")
    until(lambda: b"needs you" in client.output, 20, lambda: client.output[-300:].decode(errors="replace"))
    client.press(b"\x02a")
    until(lambda: client.pane() == session.pane, 20, client.pane)
    until(lambda: green(lab), 60, lambda: cst.run(lab, "doctor").stdout)
    lab.kill(session)
    lab.expect_gone(session, file=True)

    do(lab, "hooks", "uninstall", "--yes")
    do(lab, "init", "tmux", "--off", "--yes")
    do(lab, "prune", "--all", "--yes")
    assert lab.tmux("list-keys") == keys
    assert ours(lab) == before
