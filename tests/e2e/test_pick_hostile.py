"""Hostile text through the whole picker: rows, pages, questions and query show it, nothing of it acts."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import time
from pathlib import Path

import pytest

from tests.e2e.picking import PATIENCE, Picker
from tests.testing import ROOT, Live, TmuxServer, registry_entry, started, until
from tests.unit.render.test_hostile import EVERYTHING, PAYLOADS, World

pytestmark = [
    pytest.mark.skipif(not shutil.which("tmux"), reason="tmux is not installed"),
    # tests/unit/render/test_hostile.py shows the same texts to the real fzf in every run
    pytest.mark.long,
]

ATTACKS = ("tmux job", "shell", "backticks", "quotes", "fzf action", "fzf field", "escapes", "lines", "controls", "right to left")
WORST = "#(touch pwned) ##(touch pwned)"  # finds the session that has them all
# What a terminal would obey, or a reader be misled by: commands to it, C1, bidi. fzf itself draws with CSI alone.
OBEYED = re.compile(r"\x1b[\]P_^X]|[\x80-\x9f]|[\u202a-\u202e\u2066-\u2069]|\x1b\[[0-9;]*t|[\x00-\x06\x0b\x0c\x1a\x1c-\x1f]")


class Watched(Picker):
    """A picker on a tmux server of the test's own; every byte that it writes is kept."""

    def __init__(self, server: TmuxServer, world: World, program: Path) -> None:
        self.server, self.kept = server, world.home / "bytes"
        path = f"HOME='{world.home}' CLAUDE_CONFIG_DIR='{world.claude}' TMPDIR='{world.home}' LC_ALL=C.UTF-8"
        wait = "read -r _; "  # until somebody keeps the bytes
        self.pane = server.new("picker", "sh", "-c", f"cd '{world.here}'; {wait} {path} '{program}' pick; echo left; cat")
        server.run("resize-window", "-t", self.pane, "-x", "200", "-y", "50")
        server.run("pipe-pane", "-t", self.pane, f"cat >'{self.kept}'")
        self.press("Enter")
        self.sees(r"FOR +STATE")

    def tmux(self, *words: str) -> str:
        return self.server.run(*words)

    def obeyed(self) -> list[str]:
        """What of all it wrote a terminal would have obeyed."""
        return OBEYED.findall(self.kept.read_bytes().decode("utf-8", "replace"))


@pytest.fixture
def world(home: Path, claude: Path, live: Live) -> World:
    """One session for each attack, one with all of them."""
    made = World(home, claude, live)
    for name in ATTACKS:
        made.add(name, PAYLOADS[name])
    made.add("everything", EVERYTHING)
    return made


@pytest.fixture
def picker(world: World, tmux_server: TmuxServer) -> Watched:
    """A picker over them, and over a session in a hostile folder whose pane shows hostile text."""
    program = world.home / "cst"
    program.write_text(
        f"#!{sys.executable}\nimport sys\nsys.path.insert(0, {str(ROOT)!r})\nfrom cst.__main__ import main\nsys.exit(main())\n"
    )
    program.chmod(0o755)
    _on_a_pane(world, tmux_server)
    return Watched(tmux_server, world, program)


def _on_a_pane(world: World, server: TmuxServer) -> None:
    folder = world.home / "w" / "#(touch pwned)$(touch pwned);'`touch pwned`'){q}+execute(touch pwned)+abort(\x1b]0;t\x07\nx"
    (folder / ".git" / "objects").mkdir(parents=True)
    (folder / ".git" / "refs").mkdir()
    (folder / ".git" / "HEAD").write_text("ref: refs/heads/`touch pwned`$(touch pwned)\x1b[2J\u202e){q}\n")
    client = world.home / "client" / "claude"
    client.parent.mkdir()
    client.symlink_to(os.path.realpath(shutil.which("sh") or "/bin/sh"))
    text = world.home / "text"
    text.write_text(EVERYTHING.replace("\x00", "").encode("utf-8", "replace").decode() + "\n")
    script = f"cat '{text}'; while :; do sleep 1; done"
    pane = server.new("hostile", "env", f"HOME={world.home}", f"CLAUDE_CONFIG_DIR={world.claude}", str(client), "-c", script)
    pid = until(lambda: server.pid_of(pane))
    until(lambda: Path(f"/proc/{pid}/comm").read_text() == "claude\n")
    now = int(time.time() * 1000)
    entry = registry_entry(
        pid, procStart=started(pid), cwd=str(folder), name="in a pane", nameSource="user", tmux=f"hostile:@0.{pane}",
        sessionId="0000abcd-2222-4333-8444-555555555555", startedAt=now - 600_000, statusUpdatedAt=now - 60_000,
    )  # fmt: skip
    (world.claude / "sessions" / f"{pid}.json").write_text(json.dumps(entry))


def test_rows_and_pages(world: World, picker: Watched) -> None:
    """Every row under the cursor, every page of the worst two, rows of one line and of two."""
    until(lambda: len(picker.rows()) == len(ATTACKS) + 2, PATIENCE)
    for _ in picker.rows():
        picker.press("Down")
    for text in ("in a pane", WORST):
        picker.tmux("send-keys", "-t", picker.pane, "-l", text)
        until(lambda: len(picker.rows()) == 1, PATIENCE)
        for page in ("screen", "why", "changes", "conversation", "tools"):
            picker.press("C-p")
            picker.sees(rf"\[{page}\]|{page} …")
        picker.press("C-u")
        until(lambda: len(picker.rows()) == len(ATTACKS) + 2, PATIENCE)
    picker.press("M-r")
    picker.sees("» ")

    assert picker.obeyed() == []
    assert world.pwned() == []
    assert picker.tmux("display-message", "-p", "-t", picker.pane, "#{pane_title}") not in ("t", "title")
    assert picker.tmux("list-buffers") == ""


def test_questions(world: World, picker: Watched) -> None:
    """Each key asks about the worst one: its texts stand there, and in the line that is edited."""
    picker.tmux("send-keys", "-t", picker.pane, "-l", WORST)
    until(lambda: len(picker.rows()) == 1, PATIENCE)
    for key, asked in (
        ("C-k", "End .*touch pwned"), ("M-g", "tags> "), ("M-n", r"name> #\(touch pwned\)"),
        ("M-s", "Snooze .*touch pwned"), ("M-c", "Copy from"), ("C-o", "Open"),
    ):  # fmt: skip
        picker.press(key)
        picker.sees(asked)
        picker.press("Escape")
        picker.sees(r"search> #\(touch pwned\) ##")
        picker.sees_not(asked)
    picker.press("C-t")
    picker.sees("nothing was sent|in no tmux pane")  # before a letter is typed
    picker.press("Escape")
    picker.sees(r"search> #\(touch pwned\) ##")
    picker.sees_not("in no tmux pane")
    picker.press("M-n")
    picker.sees("name> ")
    picker.press("C-u")
    picker.tmux("send-keys", "-t", picker.pane, "-l", PAYLOADS["fzf action"] + PAYLOADS["quotes"] + PAYLOADS["tmux job"])
    picker.reply("Enter")
    picker.sees(r"search> #\(touch pwned\) ##")
    picker.press("M-p")
    picker.sees("pinned")
    picker.press("Enter")
    picker.sees("in no tmux pane")

    assert picker.obeyed() == []
    assert world.pwned() == []
    names = {session["name"] for session in json.loads(world.run("ls", "--json").stdout)["sessions"]}
    assert any(PAYLOADS["fzf action"] in str(name) for name in names)


@pytest.mark.parametrize("name", ["tmux job", "shell", "fzf action", "fzf field", "quotes", "backticks"])
def test_a_query(world: World, picker: Watched, name: str) -> None:
    """What is typed is searched for, word by word, and that is all; Enter and Esc too."""
    picker.tmux("send-keys", "-t", picker.pane, "-l", PAYLOADS[name])
    picker.sees(re.escape("> " + PAYLOADS[name][:12]))
    picker.press("C-r", "C-p", "Enter", "Escape")

    picker.sees("(?m)^left|in no tmux pane")
    assert world.pwned() == []
