"""Whether a process still is the session that somebody looked at: a pid alone names nobody.

Proved are the pid with its start time, that the process is this user's, and that it is Claude Code: every client sets
its name to `claude`, whatever its file is called, and a program that it is replaced by loses that name. What a registry
record claims is no proof: anyone who can write a file there can name any process.
"""

from __future__ import annotations

import os
import time

from cst.core.naming import display_name
from cst.model import Session
from cst.system import processes


def refusal(session: Session, pid: int, start: str) -> str:
    """Why process `pid` is not certainly that session's, which started at `start` (in clock ticks, as the kernel counts
    them); "" if it is."""
    if not processes.HAS_PROC:
        return f"without /proc nobody can tell whether process {pid} is {display_name(session)}"
    now = processes.start_of(pid)
    if not now:
        return f"process {pid} has ended"
    if now != start:
        return f"pid {pid} belongs to another process now (started at {now}, the session at {start})"
    if pid <= 1 or processes.owner_of(pid) != os.getuid():
        return f"process {pid} is not one of yours"
    process = processes.read([pid], time.time()).get(pid)
    if not process or process.name != "claude":
        return f"process {pid} is {process.name if process else 'gone'}, not Claude Code"
    return ""


def name(session: Session) -> str:
    """The session for people, with its pid."""
    return f"{display_name(session)} (pid {session.key.partition('.')[0]})"
