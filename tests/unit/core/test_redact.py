"""What a recording hides, and that no state changes by it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cst.core import fleet, redact
from cst.store import recording
from tests.unit.store.recordings import GOLDEN, written


@pytest.mark.parametrize("name", GOLDEN)
def test_redaction_changes_no_state(tmp_path: Path, name: str) -> None:
    """Without the words each session has the same state by the same rule, at the same place."""
    (back,) = recording.frames(str(written(tmp_path / "r", GOLDEN[name], redacted=True)))
    kept = [(s.state, s.rule, s.since, s.pid) for s in fleet.sessions(GOLDEN[name])]

    assert [(s.state, s.rule, s.since, s.pid) for s in fleet.sessions(back)] == kept


def test_nothing_of_a_tool_input_is_kept() -> None:
    """Keys that are kept at the top of a payload are words of a person below it, and so may a key be."""
    given = {"tool_name": "mcp__x__y", "error": "ls: /home/u/acme", "source": "resume", "reason": "Bob left",
             "tool_input": {"reason": "Bob", "source": {"path": "/acme"}, "Fire Bob?": "Yes"}}  # fmt: skip
    shown = json.dumps(redact._payload(given))

    assert [word for word in ("Bob", "acme", "Fire", "left") if word in shown] == []
    assert ("mcp__x__y" in shown, '"resume"' in shown, "tool_input" in shown) == (True, True, True)


def test_a_deep_payload_is_cut() -> None:
    """Nesting costs no stack."""
    given: dict[str, object] = {}
    for _ in range(3000):
        given = {"a": given}

    assert json.dumps(redact._payload({"tool_input": given})).count("{") < 100
