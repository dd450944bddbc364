"""When the machine stood still. On a rented one the host takes the processors away, for milliseconds or for seconds,
while the clock runs on and whoever was running is charged for it. What was measured then tells of the host.

Two things are known about each processor, from a process that mostly sleeps there: the moments at which it overslept,
and by how much more than its least time the same small piece of work was charged.
"""

from __future__ import annotations

import mmap
import os
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

_PINS = hasattr(os, "sched_setaffinity")  # elsewhere than on Linux one watcher goes where it is put
_NAP = 0.002
_LATE = 0.006  # seconds overslept that count
_EVERY = 20  # naps between two pieces of work
_FACTS = struct.Struct("4d")  # the moment it woke last, pieces of work, seconds charged for them, the least for one
_GAP = struct.Struct("2d")  # from, to

Run = tuple[float, float]  # begin and end


class Sample(NamedTuple):
    """Seconds of the runs that count, in order, and of how many."""

    seconds: list[float]
    runs: int


class Watch:
    """Watches every processor that this process may use, from `with` on. Times are those of `time.perf_counter`."""

    def __enter__(self) -> Watch:
        self._folder = tempfile.TemporaryDirectory(prefix="cst-still-")
        self._cpus = sorted(os.sched_getaffinity(0)) if _PINS else [0]
        for cpu in self._cpus:
            self._path(cpu, "facts").write_bytes(_FACTS.pack(0, 0, 0, 1e9))
            self._path(cpu, "gaps").touch()
        self.watchers = [
            subprocess.Popen([sys.executable, "-m", "bench.still", str(cpu), str(self._path(cpu, ""))])
            for cpu in self._cpus
        ]
        self._at_least(time.perf_counter())
        return self

    def __exit__(self, *_: object) -> None:
        for watcher in self.watchers:
            watcher.kill()
            watcher.wait()
        self._folder.cleanup()

    def disturbed(self, begin: float, end: float) -> bool:
        """Whether some processor stood still in that time."""
        self._at_least(end)
        return any(since < end and until > begin for cpu in self._cpus for since, until in self._gaps(cpu))

    def samples(self, runs: Iterable[Run], enough: int, most: int) -> Sample:
        """How long those runs took that nothing disturbed: `enough` of them, or those among `most`."""
        found: list[float] = []
        number = 0
        for number, (begin, end) in enumerate(runs, 1):  # told at the end
            if not self.disturbed(begin, end):
                found.append(end - begin)
            if len(found) == enough or number == most:
                break
        return Sample(found, number)

    def charges(self) -> tuple[float, float]:
        """What all the work was charged so far, and what it would have been at its least; the quotient of how much both
        grow is what any process was charged for a second of work in that time."""
        facts = [_FACTS.unpack(self._path(cpu, "facts").read_bytes()) for cpu in self._cpus]
        return sum(spent for _, _, spent, _ in facts), sum(count for _, count, _, _ in facts) * min(f[3] for f in facts)

    def _at_least(self, moment: float) -> None:
        """Wait until every watcher has looked at its clock since that moment."""
        for cpu in self._cpus:
            while _FACTS.unpack(self._path(cpu, "facts").read_bytes())[0] < moment:
                time.sleep(_NAP)

    def _gaps(self, cpu: int) -> list[tuple[float, float]]:
        return [(since, until) for since, until in _GAP.iter_unpack(self._path(cpu, "gaps").read_bytes())]

    def _path(self, cpu: int, what: str) -> Path:
        return Path(self._folder.name, f"{cpu}{what}")


def _watch(cpu: int, path: str) -> None:
    """What a watcher does until it is killed, or its parent has gone."""
    if _PINS:
        os.sched_setaffinity(0, {cpu})
    if os.geteuid() == 0:
        os.setpriority(os.PRIO_PROCESS, 0, -20)
    parent = os.getppid()
    gaps = os.open(path + "gaps", os.O_WRONLY | os.O_APPEND)
    count, spent, least = 0, 0.0, 1e9
    with open(path + "facts", "r+b") as file, mmap.mmap(file.fileno(), _FACTS.size) as facts:
        woke = time.perf_counter()
        while os.getppid() == parent:
            for _ in range(_EVERY):
                time.sleep(_NAP)
                before, woke = woke, time.perf_counter()
                if woke - before > _NAP + _LATE:
                    os.write(gaps, _GAP.pack(before, woke))
                facts[:] = _FACTS.pack(woke, count, spent, least)
            begun = time.thread_time()
            for _ in range(10_000):
                pass
            took = time.thread_time() - begun
            count, spent, least = count + 1, spent + took, min(least, took)


if __name__ == "__main__":
    _watch(int(sys.argv[1]), sys.argv[2])
