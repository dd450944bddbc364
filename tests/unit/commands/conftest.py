"""Fixtures of the verbs that wait and watch."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.testing import Live
from tests.unit.commands.running import OneSession, Run


@pytest.fixture
def one(claude: Path, live: Live) -> OneSession:
    """One live session, busy."""
    return OneSession(claude, live)


@pytest.fixture
def run() -> Iterator[Callable[..., Run]]:
    """Starts verbs in processes of their own; all are ended with the test."""
    made: list[Run] = []

    def start(*words: str) -> Run:
        made.append(Run(*words))
        return made[-1]

    yield start
    for one in made:
        if one.process.poll() is None:
            one.process.kill()
        one.process.communicate(timeout=10)
