"""The days of a place that changes its clock: Berlin had 25 hours on 2026-10-25 and 23 on 2026-03-29."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator

import pytest

from cst.system import days

HOUR = 3600.0
NOVEMBER_5 = 1_793_876_400.0  # 2026-11-05 12:00 in Berlin


@pytest.fixture(autouse=True)
def berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def test_a_month_with_a_long_day() -> None:
    """Each day begins at midnight, as `cst cost` has it: one that is an hour longer, too.

    Bug shown: `cst report month` took all days before the change to begin an hour earlier.
    """
    month = days.span("month", NOVEMBER_5)
    lengths = {day: (after - begin) / HOUR for (day, begin), (_, after) in itertools.pairwise(month)}

    assert (len(month), month[0][0], month[-1][0]) == (30, "2026-10-07", "2026-11-05")
    assert {day: hours for day, hours in lengths.items() if hours != 24} == {"2026-10-25": 25}
    assert {time.strftime("%H:%M:%S", time.localtime(begin)) for _, begin in month} == {"00:00:00"}
    assert month[0][1] == days.midnight(NOVEMBER_5, -29)


def test_shorter_ones() -> None:
    """A week ends today, and so does today."""
    assert [len(days.span(when, NOVEMBER_5)) for when in ("today", "week")] == [1, 7]
    assert days.span("today", NOVEMBER_5) == [("2026-11-05", NOVEMBER_5 - 12 * HOUR)]
