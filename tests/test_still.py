"""bench/still.py: runs that were disturbed do not count."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator

import pytest

from bench.still import Watch


@pytest.fixture(scope="module")
def watch() -> Iterator[Watch]:
    """Watchers of this machine."""
    with Watch() as watch:
        yield watch


def test_a_processor_that_stands_still_is_noticed(watch: Watch) -> None:
    """A watcher that gets no time stands for a processor that has none to give."""
    begun = time.perf_counter()
    os.kill(watch.watchers[-1].pid, signal.SIGSTOP)
    time.sleep(0.05)
    os.kill(watch.watchers[-1].pid, signal.SIGCONT)
    end = time.perf_counter()

    assert watch.disturbed(begun, end)
    assert not watch.disturbed(0.0, begun - 3600)


def test_disturbed_runs_do_not_count(watch: Watch) -> None:
    """Of three runs the one in the middle was disturbed; the fourth is not asked for."""
    begun = time.perf_counter()
    os.kill(watch.watchers[0].pid, signal.SIGSTOP)
    time.sleep(0.05)
    os.kill(watch.watchers[0].pid, signal.SIGCONT)
    runs = [(1.0, 1.25), (begun, begun + 0.05), (2.0, 2.5), (3.0, 4.0)]

    assert watch.samples(runs, 2, 9) == ([0.25, 0.5], 3)
    assert watch.samples(runs, 9, 2) == ([0.25], 2)


def test_work_is_charged_at_least_its_least(watch: Watch) -> None:
    """What the watchers did was charged no less than its least, each time."""
    before = watch.charges()
    time.sleep(0.5)
    after = watch.charges()

    assert after[0] > before[0]
    assert after[0] >= after[1] * 0.999
