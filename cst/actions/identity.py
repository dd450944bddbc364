"""Whether a process still is the session that somebody looked at: a pid alone names nobody.

Proved are the pid with its start time, that the process is this user's, and that it is Claude Code: the kernel calls it
`claude`, or the file that it runs is the client, under whatever name (a copy, a version of its own, a script of node).
What a registry record claims is no proof: anyone who can write a file there can name any process.
"""

from __future__ import annotations

import os
import time

from cst.core.naming import SHORT, display_name
from cst.model import Session
from cst.system import files, processes

# Texts that only the client has in its program: the name of its package, and a variable that it alone sets.
_ITS_OWN = (b"@anthropic-ai/claude-code", b"CLAUDE_CODE_ENTRYPOINT")
_INTERPRETERS = ("node", "nodejs", "bun", "deno")
_known: dict[tuple[int, str], list[str]] = {}  # `client` by pid and start: a program has up to 400 MB


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
    if not process:
        return f"process {pid} is gone, not Claude Code"
    if process.name != "claude" and not client(pid, start):
        return f"process {pid} is {process.name}, not Claude Code: neither its name nor the file that it runs says so"
    return ""


def client(pid: int, start: str) -> list[str]:
    """The words that start the very client that a process runs: its program, or an interpreter and its script. [] where
    that file has not the client's own texts in it."""
    if (pid, start) not in _known:
        _known[pid, start] = _client(pid)
    return _known[pid, start]


def _client(pid: int) -> list[str]:
    program = f"/proc/{pid}/exe"  # the file itself, also where an update has replaced or removed it since
    if processes.program_of(pid).rpartition("/")[2] not in _INTERPRETERS:
        return [program] if _is_client(program) else []
    script = next((word for word in processes.words_of(pid)[1:] if not word.startswith("-")), "")
    script = os.path.join(processes.cwd_of(pid), script)
    return [program, script] if script.endswith("js") and _is_client(script) else []


def _is_client(path: str) -> bool:
    import mmap  # few processes are not called `claude`

    try:
        fd, _ = files.open_regular(path)
    except OSError:
        return False
    try:
        with mmap.mmap(fd, 0, access=mmap.ACCESS_READ) as content:
            return all(content.find(text) >= 0 for text in _ITS_OWN)
    except (OSError, ValueError):  # ValueError: an empty file
        return False
    finally:
        os.close(fd)


def name(session: Session) -> str:
    """The session for people, with its pid; one that has ended with the beginning of its id."""
    pid, has_one, _ = session.key.partition(".")
    return f"{display_name(session)} ({f'pid {pid}' if has_one else f'id {pid[:SHORT]}'})"
