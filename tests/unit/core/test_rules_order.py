"""Two logs, one order: what was written first is older, though the clock cannot tell them apart."""

from __future__ import annotations

from pathlib import Path

from cst.model import Mark
from cst.store import events, marks
from tests.testing import ID, NOW, event, write_events


def test_marks_of_one_moment(tmp_path: Path) -> None:
    """Marks that were made at the same moment stay in the order in which they were made."""
    path = str(tmp_path / "marks.jsonl")
    marks.append(path, [Mark(NOW, "snooze", "41.100", value=str(number)) for number in range(3)])

    assert [mark.value for mark in marks.read(path)[0]] == ["0", "1", "2"]


def test_events_of_one_second(tmp_path: Path) -> None:
    """Where the clock has whole seconds only, a prompt and its end within one second stay in their order."""
    write_events(tmp_path, [event(name, NOW) for name in ("SessionStart", "UserPromptSubmit", "Stop")])
    found, skipped = events.read(str(tmp_path / "events" / "v1"), ID, NOW + 60, 0.0)

    assert ([one.name for one in found], skipped) == (["SessionStart", "UserPromptSubmit", "Stop"], 0)
