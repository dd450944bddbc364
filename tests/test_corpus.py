"""Recordings of the real client, looked at again: each instant of each live scenario is told as it was then.

`CST_CORPUS=1 make lab` records them anew (tests/lab/conformance.py).
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cst.core import fleet, redact
from cst.store import recording
from tests.testing import DATA

CORPUS = DATA / "corpus"
SCENARIOS = sorted(path.parent for path in CORPUS.glob("*/*/recording.jsonl"))


def told(folder: Path, redacted: bool = False) -> list[tuple[str, list[tuple[str, str]]]]:
    """Each instant, and (state, rule) of the sessions that were shown then."""
    frames = list(recording.frames(str(folder / "recording.jsonl")))
    found = []
    for expected in json.loads((folder / "expected.json").read_text()):
        seen = [frame for frame in frames if frame.now <= expected["after"] + 0.001][-1]._replace(now=expected["after"])
        seen = redact.snapshot(seen) if redacted else seen
        found.append((expected["instant"], [(s.state, s.rule) for s in fleet.sessions(seen)]))
    return found


def test_there_is_a_corpus() -> None:
    """Of the newest client with hooks at least 35 scenarios, and some of each older one."""
    count = {path.name: len({s.name.removesuffix("-no-hooks") for s in SCENARIOS if s.parent == path}) for path in CORPUS.iterdir()}

    assert sorted(count) == ["2.1.110", "2.1.329", "2.1.50"]
    assert (count["2.1.329"] >= 35, count["2.1.110"] >= 8, count["2.1.50"] >= 6) == (True, True, True)


@pytest.mark.parametrize("folder", SCENARIOS, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_a_recorded_scenario(folder: Path) -> None:
    """State and rule are what they were when it was recorded, and redaction does not change them."""
    expected = json.loads((folder / "expected.json").read_text())

    for shown in (told(folder), told(folder, redacted=True)):
        assert len(shown) == len(expected) > 0
        for (instant, sessions), wanted in zip(shown, expected, strict=True):
            if wanted["rule"] != "not listed":
                assert (wanted["state"], wanted["rule"]) in sessions, instant


def test_redaction_leaves_no_words() -> None:
    """Of a recorded prompt, its answer, its folder and its command no letter is left."""
    folder = CORPUS / "2.1.329" / "permission-approved"
    frames = [redact.snapshot(frame) for frame in recording.frames(str(folder / "recording.jsonl"))]
    lines: list[str] = []
    writer = recording.Writer(lines.append, "test", redacted=True)
    for frame in frames:
        writer.add(frame)
    text = "".join(lines)

    assert [word for word in ("touch a", "Thanks", "/lab", "alpha", "[[bash") if word in text] == []
    assert "PermissionRequest" in text
