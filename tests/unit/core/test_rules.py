"""The ordered table of rules, case by case: a new rule is a new folder in tests/data/state."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from cst.core import fleet, rules
from cst.model import STATES
from tests.unit.core import loader
from tests.unit.core.golden import CASES, folders, told

load = cache(loader.load)  # a snapshot is immutable

_FOLDERS = folders()
_RULES = [name for name, _ in rules.RULES]


def test_number_of_cases() -> None:
    """Each folder under tests/data/state is a whole case, and none was lost."""
    whole = [path for path in CASES.iterdir() if (path / "expected.txt").exists()]

    assert len(_FOLDERS) == len(whole)
    assert len(_FOLDERS) >= 125


@pytest.mark.parametrize("folder", _FOLDERS, ids=lambda folder: folder.name)
def test_case(folder: Path) -> None:
    """What a person is told is what the case says."""
    expected = (folder / "expected.txt").read_text(encoding="utf-8")

    assert expected == told(load(folder / "snapshot.json"))


def test_every_rule_has_a_case() -> None:
    """Every rule of the table is the outcome of at least one case, and no case knows another rule."""
    outcomes = {session.rule for folder in _FOLDERS for session in fleet.sessions(load(folder / "snapshot.json"))}

    assert set(_RULES) == outcomes


def test_every_state_has_a_case() -> None:
    """Every state is the outcome of at least one case."""
    outcomes = {session.state for folder in _FOLDERS for session in fleet.sessions(load(folder / "snapshot.json"))}

    assert set(STATES) == outcomes


@pytest.mark.parametrize("name", _RULES)
def test_no_rule_is_idle(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without any one rule at least one case tells something else."""
    monkeypatch.setattr(rules, "RULES", tuple(rule for rule in rules.RULES if rule[0] != name))

    assert [folder.name for folder in _FOLDERS if _differs(folder)] != []


def _differs(folder: Path) -> bool:
    try:
        return told(load(folder / "snapshot.json")) != (folder / "expected.txt").read_text(encoding="utf-8")
    except (AssertionError, StopIteration):  # no rule matched at all, or `seen` looked for a mark that is not there
        return True
