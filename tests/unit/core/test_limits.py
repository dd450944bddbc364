"""When a limit ends, from the client's words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cst.core.limits import reset_at

NOON = 1_795_176_000.0  # 2026-11-20 12:00 UTC


@pytest.mark.parametrize(
    ("words", "hours"),
    [
        ("limit · resets 3pm", 3), ("limit · resets 3:45pm (UTC)", 3.75), ("limit · resets at 15:30", 3.5),
        ("limit · resets 12pm", 24), ("limit · resets 12am", 12), ("limit · resets 11:59am.", 23.983),
        ("weekly limit · resets Nov 24, 3pm", 99), ("limit · resets Jan 1 at noon", None), ("resets Jan 1, 12am", 24 * 41 + 12),
        ("usage limit reached|1795179600", 1), ("a|1795179600", None), ("limit|17951796", None),
        ("limit · resets soon", None), ("limit · resets 25pm1", None), ("limit · resets 99:99", None), ("resets", None), ("", None),
        ("limit · resets Nov 99, 3pm", None), ("limit · resets " + "9" * 5000 + "pm", None), ("limit · resets Nov " + "9" * 5000 + ", 3pm", None),
    ],
)  # fmt: skip
def test_reset_at(words: str, hours: float | None) -> None:
    """Hours after noon; None where no time can be read."""
    found = reset_at(words, NOON, 0)

    assert (found == 0.0) if hours is None else abs((found - NOON) / 3600 - hours) < 0.01


def test_the_clock_is_local() -> None:
    """3pm east of Greenwich comes earlier."""
    assert reset_at("limit · resets 3pm", NOON, 3600) == NOON + 2 * 3600
    assert reset_at("limit · resets 3pm", NOON, -5 * 3600) == NOON + 8 * 3600


@pytest.mark.parametrize(("words", "hours"), [
    ("limit · resets 7:16am (Asia/Tokyo)", 10.267), ("limit · resets 10pm (Asia/Tokyo)", 1), ("limit · resets 3pm (America/New_York)", 8),
    ("limit · resets 3pm (UTC)", 3), ("weekly limit · resets Dec 1 at 7pm (America/Los_Angeles)", 24 * 11 + 15),
    ("limit · resets Nov 20, 11pm (Asia/Tokyo)", 2), ("limit · resets 3pm (Mars/Olympus)", None), ("limit · resets 3pm (soon)", 2),
    ("limit · resets 3pm (Not/Looked_Up)", 2),
])  # fmt: skip
def test_the_zone_in_brackets(words: str, hours: float | None) -> None:
    """The clock of that zone, on a machine one hour east of Greenwich; none is guessed for a zone that is not known."""
    zones = {"Asia/Tokyo": 9 * 3600, "America/New_York": -5 * 3600, "America/Los_Angeles": -8 * 3600, "Mars/Olympus": None}
    found = reset_at(words, NOON, 3600, zones)

    assert (found == 0.0) if hours is None else abs((found - NOON) / 3600 - hours) < 0.01


@pytest.mark.parametrize(("words", "hours"), [
    ("limit · resets Dec 1 at 7pm", 24 * 11 + 7), ("limit · resets Jan 3, 2027, 7pm", 24 * 44 + 7), ("limit · resets Mon 9am", 69),
    ("limit · resets Friday at 3pm", 3), ("limit · resets Fri 9am", 7 * 24 - 3), ("limit · resets on Saturday, 12am", 12),
    ("limit · Resets at 3 pm", 3), ("limit · resets 3:45\u202fpm", 3.75), ("limit · resets 3:45 p.m.", 3.75), ("limit · resets Mon", None),
    ("limit · resets Mon noon", None), ("limit · resets Jan 3, 2027", None),
])  # fmt: skip
def test_days_in_every_wording(words: str, hours: float | None) -> None:
    """A day of the month with or without its year, a day of the week: the next one."""
    found = reset_at(words, NOON, 0)

    assert (found == 0.0) if hours is None else abs((found - NOON) / 3600 - hours) < 0.01


@pytest.mark.parametrize(("words", "hours"), [
    ("limit · resets in 2h 10m", 2 + 1 / 6), ("limit · resets in 45 minutes", 0.75), ("limit · resets in 3 days", 72),
    ("limit · resets in 1 hour and 5 minutes", 1 + 1 / 12), ("limit · resets in 1d2h", 26), ("Fast limit reached · resets in 30s", 1 / 120),
    ("limit reached, try again in 2 hours.", 2), ("limit · resets in a while", None), ("requests limited — try again in a moment", None),
    ("limit · resets in " + "9" * 5000 + "h", None), ("Your limit will reset at 3pm (UTC).", 3), ("Your limit will reset at 3pm.", 3),
    ("limit · resets tomorrow at 9am", 21), ("limit · resets tomorrow, 9:30 AM", 21.5), ("limit · resets tomorrow", None),
    ("limit · try again at 15:30", 3.5), ("Usage limit reached.\nResets 3pm", 3), ("limit · it will be available again at 4pm", 4),
])  # fmt: skip
def test_so_long_from_then_and_other_wordings(words: str, hours: float | None) -> None:
    """A time from the moment at which it was said, tomorrow, and what other versions say."""
    found = reset_at(words, NOON, 0)

    assert (found == 0.0) if hours is None else abs((found - NOON) / 3600 - hours) < 0.01


@pytest.mark.parametrize(("words", "hours"), [
    ("limit · resets 10pm (UTC+9)", 1), ("limit · resets 10pm (GMT+09:00)", 1), ("limit · resets 9:30am (UTC-03:30)", 1),
    ("limit · resets 3pm UTC", 3), ("limit · resets 15:00 UTC.", 3), ("limit · resets Nov 24, 3pm UTC", 99), ("limit · resets 3pm (PST)", None),
    ("limit · resets 3pm (Japan)", 18), ("limit · resets 3pm (UTC*9)", None), ("limit · resets 3pm · upgrade for more", 2),
])  # fmt: skip
def test_zones_without_a_place(words: str, hours: float | None) -> None:
    """An offset is one; what may mean several zones is not guessed. The machine is one hour east of Greenwich."""
    found = reset_at(words, NOON, 3600, {"Japan": 9 * 3600})

    assert (found == 0.0) if hours is None else abs((found - NOON) / 3600 - hours) < 0.01


@given(st.text(max_size=40) | st.builds("resets {}".format, st.text(max_size=30)))
def test_any_words(words: str) -> None:
    """Whatever they are, a moment in the future or none."""
    found = reset_at(words, NOON, 0)

    assert found == 0.0 or found > NOON or "|" in words
