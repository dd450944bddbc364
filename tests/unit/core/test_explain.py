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
