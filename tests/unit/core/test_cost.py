"""A bill: each answer once, by day, project, session or model; what is not known is said."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cst.core import cost
from cst.core.cost import Bill, Call
from cst.core.prices import Usage
from tests.testing import ID, NOW, OTHER_ID

DAY = 86400.0


def call(number: int, at: float = NOW, session_id: str = ID, output: int = 50_000, **more: str) -> Call:
    """An answer of $1 where nothing else is said."""
    model, cwd = more.get("model", "claude-opus-5-5"), more.get("cwd", "/home/u/shop")
    return Call(
        f"msg_{number}", session_id, at, model, "2.1.332", cwd, more.get("branch", "main"), Usage(output=output)
    )


def bill(*calls: Call, by: str = "day", since: float = 0.0, accounts: dict[str, float] | None = None) -> Bill:
    return cost.bill(calls, accounts or {}, by, since, NOW + DAY, 3600, {ID: "api"})


def rows(found: Bill) -> list[tuple[str, float, int]]:
    return [(row.label, round(row.dollars, 6), row.answers) for row in found.rows]


def test_an_answer_counts_once() -> None:
    """It is written in several lines, the first ones before it is complete, and again in a fork: the highest counts, and
    for the session that had it first."""
    found = bill(call(1, output=10), call(1), call(1, NOW + 9, OTHER_ID, output=40_000), call(2), by="session")

    assert rows(found) == [("api", 2.0, 2)]


def test_each_group() -> None:
    """By day of the local clock in order, else the dearest first."""
    calls = [
        call(1, NOW - DAY),
        call(2, cwd="/home/u/web"),
        call(3, session_id=OTHER_ID, model="claude-sonnet-5-5", output=10),
    ]

    assert rows(bill(*calls)) == [("2026-11-19", 1.0, 1), ("2026-11-20", 1.0001, 2)]
    assert rows(bill(*calls, by="project")) == [("shop", 1.0001, 2), ("web", 1.0, 1)]
    assert rows(bill(*calls, by="session")) == [("api", 2.0, 2), (OTHER_ID[:8], 0.0001, 1)]
    assert rows(bill(*calls, by="model")) == [("opus-5-5", 2.0, 2), ("sonnet-5-5", 0.0001, 1)]
    assert rows(bill(*calls, by="branch")) == [("main", 2.0001, 3)]


def test_two_of_one_name_are_told_apart() -> None:
    """Two folders of one name are two projects; a worktree of the client's is its repository's."""
    found = bill(
        call(1, cwd="/a/shop"), call(2, cwd="/b/shop"), call(3, cwd="/b/shop/.claude/worktrees/fix"), by="project"
    )

    assert rows(found) == [("shop (/b/shop)", 2.0, 2), ("shop (/a/shop)", 1.0, 1)]


def test_what_is_before_does_not_count() -> None:
    """Neither the answers nor their sum."""
    found = bill(call(1, NOW - 3 * DAY), call(2), since=NOW - DAY)

    assert (rows(found), found.total.dollars) == ([("2026-11-20", 1.0, 1)], 1.0)


def test_errands_are_what_an_account_says_beyond() -> None:
    """A row of its own, so that the sum of the rows is that of the accounts; an account that says less takes nothing."""
    found = bill(call(1), call(2, session_id=OTHER_ID), accounts={ID: 1.25, OTHER_ID: 0.5, "gone": 9.0})

    assert rows(found) == [("2026-11-20", 2.0, 2), ("errands", 0.25, 0)]
    assert found.total.dollars == pytest.approx(2.25)


def test_an_unknown_model_is_named_and_not_free() -> None:
    """Its answers are counted; the figure is what it costs at least."""
    found = bill(call(1), call(2, model="claude-nonsense-9"))

    assert (rows(found), found.rows[0].unpriced, found.unknown) == ([("2026-11-20", 1.0, 2)], 1, ("nonsense-9",))


@given(st.integers(-50_000_000_000, 200_000_000_000), st.integers(-12, 14))
def test_the_day_is_that_of_the_calendar(moment: int, hours: int) -> None:
    """As the standard library has it."""
    local = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=moment)

    assert cost.day_of(moment, hours * 3600) == local.astimezone(timezone(timedelta(hours=hours))).strftime(
        "%Y-%m-%d"
    ).rjust(10, "0")
