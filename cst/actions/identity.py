"""Whether a process still is the session that somebody looked at: a pid alone names nobody."""

from __future__ import annotations

import time

from cst.claude import registry
from cst.model import Session, label
from cst.system import processes
from cst.text import clean


def refusal(session: Session, pid: int, start: str) -> str:
    """Why this process is not certainly that session's, which started at `start`; "" if it is."""
    now = processes.start_of(pid)
    if not now:
        return f"process {pid} has ended"
    if now != start:
        return f"pid {pid} belongs to another process now (started at {now}, the session at {start})"
    process = processes.read([pid], time.time()).get(pid)
    records, _ = registry.read(session.config_dir)
    registered = any(r.pid == pid and r.start == now for r in records)
    if not process or (process.name != "claude" and not registered):
        return f"process {pid} is {process.name if process else 'gone'}, not Claude Code"
    return ""


def name(session: Session) -> str:
    """The session for people, with its pid."""
    return f"{clean(label(session), 40)} (pid {session.key.partition('.')[0]})"
