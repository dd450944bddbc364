"""Budgets: how full they are, what is said of them and when."""

from __future__ import annotations

import pytest

from cst.core import budgets
from cst.core.budgets import Budget, Standing, Standings
from tests.testing import NOW

MONTH = Budget(50.0, "month")


def standing(spent: float, budget: Budget = MONTH, until: float = NOW + 9, session: str = "") -> Standing:
    return Standing(budget, spent, until, session)


@pytest.mark.parametrize(("spent", "level"), [(39.99, ""), (40.0, "near"), (49.99, "near"), (50.0, "over"), (60.0, "over")])
def test_levels(spent: float, level: str) -> None:
    """It warns at 80 %, and is spent at 100."""
    assert standing(spent).level == level


def test_what_is_said() -> None:
    """The fullest, how many more, and how old that is; nothing of a period that is over."""
    shop = Budget(10.0, "day", project="/home/u/shop")
    told = Standings(NOW - 7200, 1.0, NOW, (standing(42.1), standing(9.9, shop), standing(99.0, until=NOW)))

    assert budgets.worth_a_word(told, NOW) == ["budget: shop day $9.90 of $10.00 and 1 more (2h ago)"]
    assert budgets.worth_a_word(told._replace(at=NOW), NOW) == ["budget: shop day $9.90 of $10.00 and 1 more"]
    assert budgets.worth_a_word(told._replace(all=(standing(1.0),)), NOW) == []


def test_one_of_each_kind() -> None:
    """A new one takes the place of the old one."""
    tagged = Budget(5.0, "month", tag="x")

    assert budgets.with_one([MONTH, tagged], Budget(60.0, "month")) == [Budget(60.0, "month"), tagged]


def test_what_has_risen() -> None:
    """Each level is told once, also of a budget that is spent at once; a new period begins anew."""
    levels, new = budgets.risen({}, [standing(1.0)])
    assert new == []
    levels, new = budgets.risen(levels, [standing(41.0)])
    assert [one.spent for one in new] == [41.0]
    levels, new = budgets.risen(levels, [standing(42.0)])
    assert new == []
    levels, new = budgets.risen(levels, [standing(51.0)])
    assert [one.spent for one in new] == [51.0]
    levels, new = budgets.risen(levels, [standing(49.0)])
    assert new == []
    _, new = budgets.risen(levels, [standing(41.0, until=NOW + 99)])
    assert len(new) == 1
