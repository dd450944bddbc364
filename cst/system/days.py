"""The days of this machine's clock, each as long as it was: a day on which the clock was changed has 23 or 25 hours."""

from __future__ import annotations

import time

SPANS = {"today": 0, "week": 6, "month": 29}  # days before today


def midnight(now: float, days: int = 0) -> float:
    """The begin of the day of a moment, or of one so many days later, by the clock of this place."""
    year, month, day, *_ = time.localtime(now)
    return time.mktime((year, month, day + days, 0, 0, 0, 0, 0, -1))


def day_of(moment: float) -> str:
    """The date of a moment by the clock of this place, as it was set then: `2026-11-20`."""
    return time.strftime("%Y-%m-%d", time.localtime(moment))


def span(when: str, now: float) -> list[tuple[str, float]]:
    """Date and begin of each day of one of SPANS, the oldest first."""
    begins = [midnight(now, -before) for before in range(SPANS[when], -1, -1)]
    return [(day_of(begin), begin) for begin in begins]
