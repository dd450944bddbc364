"""The process table where there is no /proc, through psutil. Runs on macOS, not tested there."""

from __future__ import annotations

import os

import psutil

from cst.model import Process

_NAMES = ("TMUX", "TMUX_PANE", "CLAUDE_CONFIG_DIR", "HOME", "CLAUDECODE")


def read(pids: list[int]) -> dict[int, Process]:
    """As `processes.read`. `start` is "": psutil's clock is not the one that the registry's procStart counts in. Of a
    process that exists and cannot be looked at, nothing but that is known."""
    found = {}
    for pid in pids:
        try:
            process = psutil.Process(pid)
            with process.oneshot():
                if process.status() == psutil.STATUS_ZOMBIE:
                    continue
                found[pid] = Process(
                    pid=pid,
                    start="",
                    state="T" if process.status() == psutil.STATUS_STOPPED else "S",
                    name=process.name(),
                    ancestors=_ancestors(process),
                    environ=_environ(process),
                    started_at=process.create_time(),
                )
        except (psutil.Error, OSError):  # gone meanwhile, somebody else's, or nothing can be read at all
            if exists(pid):
                found[pid] = Process(pid=pid, start="")
    return found


def exists(pid: int) -> bool:
    """Whether there is a process of that number, whoever's it is."""
    try:
        os.kill(pid, 0)  # no signal
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:  # another user's
        return pid > 0
    return pid > 0


def _ancestors(process: psutil.Process) -> tuple[int, ...]:
    try:
        return tuple(parent.pid for parent in process.parents())
    except psutil.Error:  # not ours to see: the session lives all the same
        return ()


def _environ(process: psutil.Process) -> dict[str, str]:
    try:
        return {name: value for name, value in process.environ().items() if name in _NAMES}
    except psutil.Error:
        return {}


def start_of(_: int) -> str:
    """Always "": where the start time cannot be compared with the registry's, a caller must not signal."""
    return ""
