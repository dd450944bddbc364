"""Waiting with a deadline."""
from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from tests.testing import crowding

Value = TypeVar("Value")


class LabError(AssertionError):
    """The lab could not do what was asked, or the world did not become what was expected in time."""


def until(check: Callable[[], Value | None], seconds: float, what: Callable[[], str]) -> Value:
    """The first truthy answer of `check`, asked after 20 ms and then ever more slowly, at most 0.25 s apart.

    Raises LabError with the sentence `what()` after `seconds` of a quiet machine; where other work keeps
    the processors busy, proportionally later.  The sentence is made only then, so it may look at the world
    (a screen, a file) to say how things stood.
    """
    begun, pause = time.monotonic(), 0.02
    while True:
        if value := check():
            return value
        if time.monotonic() - begun > seconds * crowding():
            raise LabError(f"not within {time.monotonic() - begun:.0f} s: {what()}")
        time.sleep(pause)
        pause = min(pause * 1.3, 0.25)

