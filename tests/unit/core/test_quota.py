"""How full the limits are: the newest window counts, and in it the highest figure; what is over is not known."""

from __future__ import annotations

import pytest

from cst.core import quota
from cst.payload import Kept, Limit, Payload
from tests.testing import ID, NOW

HOUR = 3600.0


def kept(
    percent: float, resets_in: float = 2 * HOUR, at: float = NOW, folder: str = "/a",
    samples: tuple[tuple[float, float], ...] = (),
) -> Kept:  # fmt: skip
    """What a session told of its 5 hours; `samples` are (seconds before now, percent)."""
    resets_at = NOW + resets_in
    told = Payload(ID, "/x", limits=(Limit("5h", percent, resets_at),))
    return Kept(at, folder, told, tuple((NOW - ago, "5h", value, resets_at) for ago, value in samples))


def test_terminals_disagree_and_the_highest_counts() -> None:
    """Each session holds the value of its own last answer."""
    [window] = quota.windows([kept(10, at=NOW - 5), kept(30, at=NOW - 900), kept(20)], NOW)

    assert (window.percent, window.told_at) == (30, NOW - 900)


def test_a_newer_window_beats_a_fuller_one() -> None:
    """After its end a window begins anew: what an idle session still says is of the old one."""
    [window] = quota.windows([kept(95, resets_in=-60), kept(3, resets_in=5 * HOUR - 60)], NOW)

    assert (window.percent, window.resets_at) == (3, NOW + 5 * HOUR - 60)


def test_ends_that_the_client_rounds_are_one() -> None:
    """Two sessions may say the end a second apart."""
    [window] = quota.windows([kept(40, resets_in=HOUR + 10.4), kept(12, resets_in=HOUR + 11.2)], NOW)

    assert window.percent == 40


def test_a_window_that_is_over_is_unknown() -> None:
    """It has begun anew, and nobody was told what is spent of it: that is not 0."""
    [window] = quota.windows([kept(80, resets_in=-1)], NOW)

    assert (window.percent, window.forecast, window.out_at) == (None, None, None)


def test_only_a_limit_that_lasts_proves_a_subscription() -> None:
    """An API key is told of none, and so is a subscription before its first answer."""
    silent = Kept(NOW, "/b", Payload(ID, "/x"))

    assert quota.plans([], NOW) == {}
    assert quota.plans([silent, kept(3)], NOW) == {"/a": "subscription", "/b": "unknown"}
    assert quota.plans([kept(3, resets_in=-60)], NOW) == {"/a": "unknown"}


def test_folders_are_apart() -> None:
    """Each folder of Claude Code's may be another account."""
    found = quota.windows([kept(10, folder="/b"), kept(90)], NOW)

    assert [(window.config_dir, window.percent) for window in found] == [("/a", 90), ("/b", 10)]


@pytest.mark.parametrize(
    ("resets_in", "percent", "forecast"),
    [(2.5 * HOUR, 40, 80), (HOUR, 80, 100), (4.9 * HOUR, 5, None), (6 * HOUR, 5, None)],
)
def test_the_forecast(resets_in: float, percent: float, forecast: float | None) -> None:
    """At the rate since its begin; nothing within the first 3 %, or of an end that cannot be."""
    [window] = quota.windows([kept(percent, resets_in)], NOW)

    assert window.forecast == (pytest.approx(forecast) if forecast else None)


def test_when_it_is_spent() -> None:
    """20 % in 20 minutes, and 60 % are left: in an hour. Before three samples, or where it holds, nothing is said."""
    rising = ((1200, 20.0), (600, 30.0), (0, 40.0))
    assert quota.windows([kept(40, samples=rising)], NOW)[0].out_at == pytest.approx(NOW + 3600)
    assert quota.windows([kept(40, samples=rising[1:])], NOW)[0].out_at is None
    assert quota.windows([kept(40, resets_in=1800, samples=rising)], NOW)[0].out_at is None
    assert quota.windows([kept(40, samples=((900, 40.0), (600, 40.0), (0, 40.0)))], NOW)[0].out_at is None
