"""What waiting has cost: sums, days, groups, and what is in none of them."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from cst.core.report import Report, report
from cst.core.waits import Trace, Wait
from cst.model import Event

DAY, HOUR = 86400.0, 3600.0
T = 20_000 * DAY  # a midnight at Greenwich
TRACES = {
    "a": Trace("a", "api", "/x/api", ("red", "blue"), events=(Event(T, "Stop"),)),
    "b": Trace("b", "web", "/x/web", approved=3),
}


def wait(session_id: str, since: float, until: float, state: str = "permission", **more: bool) -> Wait:
    return Wait(session_id, state, "", T + since, T + until if until else 0.0, **more)


DAYS = (("2024-10-03", T - DAY), ("2024-10-04", T))


def of(*waits: Wait, moments: tuple[float, ...] = (), by: str = "", days: Sequence[tuple[str, float]] = DAYS[1:]) -> Report:
    return report(TRACES, waits, [T + at for at in moments], by, days, T + DAY)


def test_sums_and_the_median() -> None:
    """Of what was answered; what is open still counts as waited."""
    found = of(wait("a", 0, 10), wait("b", 20, 60), wait("a", 100, 400, open=True))

    assert (found.total.waits, found.total.waited, found.answers, found.total.median) == (3, 350.0, 2, 25.0)
    assert (found.longest and found.longest.since, found.open) == (T + 100, 1)


def test_lost_is_what_fell_into_hours_at_the_keyboard() -> None:
    """From 0:30 to 2:30 with a sign of life in the hours of 0 and 2: half an hour of each."""
    assert of(wait("a", 0.5 * HOUR, 2.5 * HOUR), moments=(10, 2.1 * HOUR)).total.lost == HOUR


def test_hours_are_those_of_the_local_clock() -> None:
    """Where it is half an hour ahead, its hour goes from half past to half past."""
    assert of(wait("a", 0.25 * HOUR, HOUR), moments=(0.75 * HOUR,), days=[("x", T - 1800)]).total.lost == 0.5 * HOUR


def test_a_wait_over_midnight_counts_on_both_days() -> None:
    """Each day has its part, and the time before `since` is in none."""
    found = of(wait("a", -2 * HOUR, HOUR), days=DAYS)
    today = of(wait("a", -2 * HOUR, HOUR))

    assert [(row.label, row.waited) for row in found.days] == [("2024-10-03", 2 * HOUR), ("2024-10-04", HOUR)]
    assert [(row.label, row.waited) for row in today.days] == [("2024-10-04", HOUR)]


@pytest.mark.parametrize(("by", "rows"), [
    ("project", [("web", 40.0), ("api", 10.0)]),
    ("tag", [("no tag", 40.0), ("blue", 10.0), ("red", 10.0)]),
    ("state", [("done", 900.0), ("question", 40.0), ("permission", 10.0)]),
])  # fmt: skip
def test_groups(by: str, rows: list[tuple[str, float]]) -> None:
    """The most expensive first; what is finished stands among the states only."""
    found = of(wait("a", 0, 10), wait("b", 0, 40, "question"), wait("a", 100, 1000, "done"), by=by)

    assert sorted((row.label, row.waited) for row in found.groups) == sorted(rows)
    assert [row.waited for row in found.groups] == [waited for _, waited in rows]


def test_what_is_not_known_is_counted_and_in_no_sum() -> None:
    """An end that nothing tells, one that is only bounded, and sessions without hooks."""
    found = of(wait("a", 0, 0), wait("a", 10, 30, exact=False), wait("b", 5, 6, "plan"))

    assert (found.endless, found.at_most, found.total.waited) == (1, 1, 21.0)
    assert (found.without_hooks, found.approved) == (1, 3)


def test_a_finished_turn_is_beside_the_sum() -> None:
    """Nothing stood still."""
    found = of(wait("a", 0, 600, "done"))

    assert (found.total.waits, found.total.waited, found.finished.waited) == (0, 0.0, 600.0)


@pytest.mark.parametrize(("hours", "parts"), [(25, [("fall", 1.0), ("after", 1.0)]), (23, [("fall", 1.0), ("after", 1.0)])])
def test_a_day_on_which_the_clock_was_changed(hours: int, parts: list[tuple[str, float]]) -> None:
    """Has 25 hours, or 23, and each hour of it is its own.

    Bug shown: one distance from Greenwich was taken for all days of a month, so other days began an hour off.
    """
    end = hours * HOUR
    found = report(TRACES, [wait("a", end - HOUR, end + HOUR)], [T + end - 1], "", [("fall", T), ("after", T + end)], T + 2 * DAY)

    assert [(row.label, row.waited / HOUR) for row in found.days] == parts
    assert found.total.lost == HOUR
