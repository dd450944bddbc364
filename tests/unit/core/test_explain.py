"""Why a session has its state: every rule that had a say is named, on every golden case."""

from __future__ import annotations

from pathlib import Path

import pytest

from cst.core import explain, fleet
from cst.core.rules import RULES
from tests.unit.core import golden
from tests.unit.core.loader import load

NAMES = [name for name, _ in RULES]


@pytest.mark.parametrize("folder", golden.folders(), ids=lambda folder: folder.name)
def test_the_rules_up_to_the_one_that_decided(folder: Path) -> None:
    """Each in its order, with the fact that it looked at; the last one is the one that the session names, and what
    stands behind it was not asked. No session has a rule that is not in the table."""
    snapshot = load(folder / "snapshot.json")
    for session in fleet.sessions(snapshot):
        why = explain.explain(snapshot, session)

        assert [step.rule for step in why.steps if step.fired] == [session.rule]
        assert [step.rule for step in why.steps][-1] == session.rule
        assert [*(step.rule for step in why.steps), *why.not_asked] == NAMES
        assert all(step.fact for step in why.steps)


@pytest.mark.parametrize(("name", "words"), [
    ("killed", "no event was looked for: the process is gone"),
    ("pid-reused", "no event of this process: hooks are not installed, or not yet"),
    ("elsewhere", "no event of this process: hooks are not installed, or not yet"),
])  # fmt: skip
def test_what_is_said_where_no_hook_told(name: str, words: str) -> None:
    """That nobody looked is said only where nobody did. Bug shown: of one elsewhere that events were "not needed"."""
    [folder] = [folder for folder in golden.folders() if folder.name == name]
    snapshot = load(folder / "snapshot.json")
    [session] = [one for one in fleet.sessions(snapshot) if one.id == snapshot.records[0].session_id]
    why = explain.explain(snapshot, session)

    assert [told.words for told in why.sources if told.source == "hooks"] == [words]
