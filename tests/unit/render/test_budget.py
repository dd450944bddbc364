"""Budgets as lines and as JSON."""

from __future__ import annotations

import pytest

from cst.core.budgets import Budget, Standing, Standings
from cst.render import budget
from cst.render.paint import Paint

NOW = 1_795_000_000.0


def standing(spent: float, project: str = "", tag: str = "", **more: str) -> Standing:
    return Standing(Budget(10.0, "session" if more else "day", project, tag), spent, NOW + 60, **more)


def test_the_fullest_first() -> None:
    """With a bar, the name of what it is of, and no more than a full bar."""
    told = Standings(NOW, 1.0, NOW, (
        standing(4.2), standing(25.0, project="/home/u/shop"), standing(8.4, tag="spike", session="id", name="parser"),
    ))  # fmt: skip

    assert budget.lines(told, NOW, Paint(False)) == [
        "day of /home/u/shop        ████████████████████ 250%  $25.00 of $10.00",
        "session of #spike: parser  ████████████████░░░░  84%  $8.40 of $10.00",
        "day                        ████████░░░░░░░░░░░░  42%  $4.20 of $10.00",
    ]
    assert budget.lines(told, NOW + 61, Paint(False)) == []


@pytest.mark.parametrize(("spent", "code", "level"), [(7.99, "32", None), (8.0, "33", "near"), (10.0, "31", "over")])
def test_levels(spent: float, code: str, level: str | None) -> None:
    """Each has its colour, and its word in JSON."""
    told = Standings(NOW, 1.0, NOW, (standing(spent),))

    assert f"\x1b[{code}m█" in budget.lines(told, NOW, Paint(True))[0]
    assert budget.one(told.all[0])["level"] == level


def test_a_name_is_text() -> None:
    """Nothing of a session is acted upon."""
    told = Standings(NOW, 1.0, NOW, (standing(5.0, session="id", name="\x1b[2Ja"),))

    assert "\x1b" not in budget.lines(told, NOW, Paint(False))[0]


def test_an_event() -> None:
    """As a line, and as JSON."""
    assert budget.event_line(standing(9.0), 3661.0, 3600) == "02:01:01  budget nearly spent  day $9.00 of $10.00"
    assert budget.event(standing(10.0), 1.0)["at"] == 1.0
