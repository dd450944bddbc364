"""Budgets as a file: what was kept comes back, and of what is not ours nothing is lost."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cst.core.budgets import Budget, Standing, Standings
from cst.settings import Settings
from cst.store import budgets
from tests.testing import NOW

SOME = [Budget(50.0, "month", "", ""), Budget(5.0, "session", "", "spike"), Budget(7.5, "day", "api", "")]


def test_what_is_written_is_read(own: Settings) -> None:
    """For us alone; none where none was written."""
    assert budgets.read(own) == []
    budgets.write(own, SOME)

    assert budgets.read(own) == SOME
    path = Path(budgets.path(own))
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)


@pytest.mark.parametrize("one", [
    {"dollars": "5", "per": "day"}, {"dollars": 5, "per": "year"}, {"dollars": 0, "per": "day"}, {"per": "day"}, 7, None,
    {"dollars": 5, "per": "day", "project": 7}, {"dollars": 5, "per": "day", "tag": None},
])  # fmt: skip
def test_one_that_cannot_be_read_is_not_left_out(own: Settings, one: Any) -> None:
    """It would hold, whatever is spent, and the next one that is set would write the file without it."""
    budgets.write(own, SOME)
    path = Path(budgets.path(own))
    given = json.loads(path.read_text())
    path.write_text(json.dumps({**given, "budgets": [*given["budgets"], one]}))

    with pytest.raises(ValueError, match="number 4 in it is no budget"):
        budgets.read(own)


@pytest.mark.parametrize("data", ["{", "[]", "{}", '{"v":2,"budgets":[]}', '{"v":1,"budgets":{}}'])
def test_another_file_is_none_of_ours(own: Settings, data: str) -> None:
    budgets.write(own, SOME)
    Path(budgets.path(own)).write_text(data)

    with pytest.raises(ValueError, match=r"."):
        budgets.read(own)


def test_how_they_stood_comes_back(own: Settings) -> None:
    """None where nothing was kept, or it cannot be read: then a bill is to be made."""
    assert budgets.standings(own) is None
    standings = Standings(NOW, 1.25, NOW + 60, (Standing(SOME[1], 4.0, NOW + 60, "id", "name"),))
    budgets.keep(own, standings)

    assert budgets.standings(own) == standings
    Path(budgets.standings_path(own)).write_text('{"v":2,"all":[]}')
    assert budgets.standings(own) is None


def test_one_status_line_makes_the_bill(own: Settings) -> None:
    """The others are told that somebody does, for a minute of the clock."""
    budgets.keep(own, Standings(NOW, 0.0, 0.0))
    written = Path(budgets.standings_path(own)).stat().st_mtime

    assert not budgets.claim(own, written + 59, 60.0)
    assert budgets.claim(own, written + 61, 60.0)
