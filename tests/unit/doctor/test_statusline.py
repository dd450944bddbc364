"""What the doctor says of the line inside Claude Code."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from cst.settings import Settings
from cst.store import payloads
from tests.testing import ID, OTHER_ID, Live
from tests.unit.doctor.examine import findings, one, register

OURS = '{"statusLine": {"type": "command", "command": "/opt/bin/cst statusline --bars"}}'


@pytest.mark.parametrize(
    ("content", "outcome", "found"),
    [
        ("{}", "note", "not installed"),
        ('{"statusLine": {"type": "command", "command": "~/line.sh"}}', "note", "is another tool's"),
        ('{"statusLine": 7}', "note", "not installed"),
        (OURS, "ok", "installed"),
        (OURS.replace("{", '{"disableAllHooks": true, ', 1), "wrong", "disableAllHooks"),
        ("{", "unknown", "cannot be read"),
    ],
)
def test_whose_line_it_is(own: Settings, claude: Path, content: str, outcome: str, found: str) -> None:
    """Ours, another tool's, none, forbidden, or not to be told."""
    claude.mkdir(exist_ok=True)
    (claude / "settings.json").write_text(content)
    said = one(own, "status line")

    assert said.outcome == outcome
    assert found in said.found


def test_how_old_the_newest_is(own: Settings, claude: Path, live: Live) -> None:
    """With live sessions: nothing told yet is unknown, told long ago is worth a look."""
    (claude / "settings.json").write_text(OURS)
    register(claude, live.start())
    assert one(own, "status line").outcome == "unknown"

    payloads.keep(own, {"session_id": ID}, "/c", time.time() - 90)
    assert one(own, "status line").found == "installed; the newest was told 1m ago"

    os.utime(payloads.path(own, ID), (1, 1))
    payloads.keep(own, {"session_id": ID}, "/c", time.time() - 3 * 86400)
    assert one(own, "status line").outcome == "note"


@pytest.mark.parametrize(("ago", "said"), [(330, ["took 1.2 s 5m ago: until it is there, sessions show the line before"]), (2 * 86400, [])])
def test_a_line_that_was_slow_lately(own: Settings, claude: Path, ago: float, said: list[str]) -> None:
    """As the line itself has noted it; the newest counts, and one of the day before yesterday is no news."""
    (claude / "settings.json").write_text(OURS)
    payloads.keep(own, {"session_id": ID}, "/c", time.time() - 9)
    payloads.keep_slow(own, {"session_id": ID}, time.time() - ago, 1.234)
    payloads.keep_slow(own, {"session_id": OTHER_ID}, time.time() - ago - 5000, 3)

    found = findings(own)["status line"]
    assert [one.found for one in found if one.outcome == "note"] == said
