"""What an empty list says of waiting: the truth or nothing, and not at any price."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from cst import traces
from cst.core.waits import Trace, Wait
from cst.model import Session
from cst.picker.greeting import Greeting
from cst.settings import Settings
from cst.traces import Traces
from tests.testing import until

QUIET = Session("a", "a", 1, "idle", 0.0, "", "")
WAITS = QUIET._replace(needs_you=True)


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[float]]:
    """Has what is read be one answer of a moment ago, with these problems; the list gets the time of each reading."""

    def told(*problems: str) -> list[float]:
        readings: list[float] = []

        def once(_settings: object, _fleet: object, since: float, now: float) -> Traces:
            readings.append(now)
            wait = Wait("a", "question", "", since, (since + now) / 2)
            return Traces({"a": Trace("a", "api", "/x")}, [wait], [now], list(problems))

        monkeypatch.setattr(traces, "read", once)
        return readings

    return told


def _settled(greeting: Greeting) -> str:
    """What it says once it has found out what it is finding out."""
    greeting.text([QUIET])
    until(lambda: greeting._thread is None or not greeting._thread.is_alive())
    return greeting.text([QUIET])


def test_half_of_the_sources(own: Settings, read: Callable[..., list[float]]) -> None:
    """Say nothing.

    Bug shown: their sum passed for the whole.
    """
    read()
    whole = _settled(Greeting(own))
    read("cannot read x")

    assert ("today 1 answer" in whole, _settled(Greeting(own))) == (True, "")


def test_a_fleet_that_waits_again_and_again(
    own: Settings, read: Callable[..., list[float]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Today's transcripts are read once a minute at most.

    Bug shown: they were read each time that nothing waited any more.
    """
    readings, ahead, clock = read(), [0.0], time.monotonic
    greeting = Greeting(own)
    _settled(greeting)
    for _ in range(3):
        greeting.text([WAITS])
        _settled(greeting)
    soon = len(readings)
    greeting.text([WAITS])
    ahead[0] = 61.0
    monkeypatch.setattr(time, "monotonic", lambda: clock() + ahead[0])
    _settled(greeting)

    assert (soon, len(readings)) == (1, 2)
