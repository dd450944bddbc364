"""The process table where there is no /proc, through psutil. Runs on macOS, not tested there."""

from __future__ import annotations

import psutil

from cst.model import Process

_NAMES = ("TMUX", "TMUX_PANE", "CLAUDE_CONFIG_DIR", "HOME", "CLAUDECODE")


def read(pids: list[int]) -> dict[int, Process]:
    """As `processes.read`. `start` is "": psutil's clock is not the one that the registry's procStart counts in."""
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
                    ancestors=tuple(parent.pid for parent in process.parents()),
                    environ={k: v for k, v in process.environ().items() if k in _NAMES},
                    started_at=process.create_time(),
                )
        except psutil.Error:  # gone meanwhile, or somebody else's
            continue
    return found


def start_of(_: int) -> str:
    """Always "": where the start time cannot be compared with the registry's, a caller must not signal."""
    return ""
