"""Fixtures of the tests of verbs: sessions, panes, and verbs in processes of their own."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.testing import ID, OTHER_ID, Live, TmuxServer, ended_turn, said, typed, write_transcript
from tests.unit.actions.fake import FakePane
from tests.unit.commands.running import OneSession, Run


@pytest.fixture
def one(claude: Path, live: Live) -> OneSession:
    """One live session, busy."""
    return OneSession(claude, live)


@pytest.fixture
def run() -> Iterator[Callable[..., Run]]:
    """Starts verbs in processes of their own; all are ended with the test."""
    made: list[Run] = []

    def start(*words: str) -> Run:
        made.append(Run(*words))
        return made[-1]

    yield start
    for one in made:
        if one.process.poll() is None:
            one.process.kill()
        one.process.communicate(timeout=10)


@pytest.fixture
def ended(home: Path, claude: Path) -> Path:
    """The folder of a session that ended a minute ago, and of one that ended long ago."""
    folder = home / "it's"
    folder.mkdir()
    for session_id, age in ((ID, 60), (OTHER_ID, 90 * 86400)):
        now = time.time() - age
        lines = [{**line, "cwd": str(folder)} for line in (typed("go", now - 5), said("Done.", now - 1), ended_turn(now))]
        lines.append({"type": "custom-title", "customTitle": f"title of {session_id[:4]}"})
        path = write_transcript(claude, lines, session_id, str(folder))
        os.utime(path, (now, now))
    (home / "bin").mkdir()
    program = home / "bin" / "claude"
    program.write_text('#!/bin/sh\n{ pwd; echo "$@"; } >"$HOME/told.new"\nmv "$HOME/told.new" "$HOME/told"\n')
    program.chmod(0o755)
    (home / ".profile").write_text(f"PATH={home}/bin:$PATH\n")
    return folder


@pytest.fixture
def pane(tmux_server: TmuxServer, tmp_path: Path, claude: Path) -> FakePane:
    """A pane with a Bash dialog."""
    return FakePane(tmux_server, tmp_path / "fake", claude, "2.1.110-bash")
