"""Processes of the lab's own, named by pid and start time so that a reused pid is never touched."""
from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple


class Process(NamedTuple):
    """One process for ever: a bare pid may belong to somebody else a moment later."""

    pid: int
    started: str  # field 22 of /proc/<pid>/stat, in clock ticks since boot; Claude Code's `procStart`

    @property
    def alive(self) -> bool:
        """Whether it still runs; a zombie does not."""
        return start_time(self.pid) == self.started


def start_time(pid: int) -> str | None:
    """When the process with this pid started, or None when there is none (or only its zombie)."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except OSError:
        return None
    fields = stat.rpartition(")")[2].split()  # the name before it may hold blanks and brackets
    return None if fields[0] in "ZX" else fields[19]


def identify(pid: int) -> Process | None:
    """The process that has this pid now."""
    started = start_time(pid)
    return Process(pid, started) if started else None


def family(pid: int) -> list[Process]:
    """A process and all its descendants, found downwards: nobody else's process is looked at."""
    first = identify(pid)
    if not first:
        return []
    found = [first]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = task.read_text().split()
        except OSError:
            continue
        for child in children:
            found += family(int(child))
    return found


def send(process: Process, number: signal.Signals) -> bool:
    """Signal exactly this process; False when it is gone already."""
    try:
        handle = os.pidfd_open(process.pid)
    except OSError:
        return False
    try:
        if not process.alive:
            return False
        signal.pidfd_send_signal(handle, number)
        return True
    except ProcessLookupError:
        return False
    finally:
        os.close(handle)


def wait_gone(processes: Iterable[Process], seconds: float) -> list[Process]:
    """Those that still run after at most `seconds`."""
    deadline = time.monotonic() + seconds
    left = [process for process in processes if process.alive]
    while left and time.monotonic() < deadline:
        time.sleep(0.03)
        left = [process for process in left if process.alive]
    return left


def end(processes: Iterable[Process], patience: float = 3.0) -> list[Process]:
    """Terminate, wait, then kill.  Returns those that survive even that."""
    left = [process for process in processes if send(process, signal.SIGTERM)]
    left = wait_gone(left, patience)
    for process in left:
        send(process, signal.SIGKILL)
    return wait_gone(left, patience)
