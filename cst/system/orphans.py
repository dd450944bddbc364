"""Processes that outlived their session: MCP servers and shells that a session started, adopted by init since.

They are only listed, by pid and command; nothing here signals anything. Linux only: elsewhere nobody's environment can
be read.
"""

from __future__ import annotations

import os

from cst.model import digits
from cst.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_SESSION, _CLIENT, _FOLDER = "CLAUDE_CODE_SESSION_ID", "CLAUDE_PID", "CLAUDE_CONFIG_DIR"
_ADOPTERS = ("systemd", "init")  # adopt orphans besides process 1
READABLE = os.path.exists("/proc/self/environ")


class Orphan(Value):
    """One such process, and the id of the session that started it."""

    pid: int
    command: str
    session_id: str


def read(live: Iterable[str], config_dirs: Iterable[str]) -> list[Orphan]:
    """This user's processes without a parent whose environment names a session that is not `live` (session ids).

    Only those of sessions of these config folders: of others nothing tells which live. Nor where the process that had
    the session lives: after /clear it has another one, and what the first one started may still serve it.
    """
    known, mine = set(live), os.getuid()
    ours = {os.path.realpath(folder) for folder in config_dirs}
    found = []
    for pid in _pids():
        try:
            if os.stat(f"/proc/{pid}").st_uid != mine or not _adopted(pid):
                continue
        except OSError:
            continue
        named = variables(pid, (_SESSION, _CLIENT, _FOLDER, "HOME")) or {}
        session_id = named.get(_SESSION, "")
        folder = named.get(_FOLDER) or named.get("HOME", "") + "/.claude"
        client = named.get(_CLIENT, "")
        if os.path.realpath(folder) not in ours or (digits(client) and _name(int(client)) == "claude"):
            continue
        words = _bytes(f"/proc/{pid}/cmdline").rstrip(b"\0").replace(b"\0", b" ").decode("utf-8", "replace")
        if session_id and session_id not in known and words and _name(pid) not in ("claude", "tmux: server"):
            found.append(Orphan(pid, words, session_id))
    return sorted(found, key=lambda orphan: orphan.pid)


def variables(pid: int, names: Iterable[str]) -> dict[str, str] | None:
    """Those variables of a process's environment, and no others: it holds tokens. None where it cannot be read."""
    data = _bytes(f"/proc/{pid}/environ")
    if not data:
        return None
    wanted = {name.encode() for name in names}
    pairs = (entry.partition(b"=") for entry in data.split(b"\0"))
    return {name.decode(): value.decode("utf-8", "replace") for name, _, value in pairs if name in wanted}


def _pids() -> Iterator[int]:
    if READABLE:
        yield from (int(name) for name in os.listdir("/proc") if name.isdigit())


def _adopted(pid: int) -> bool:
    parent = _parent(pid)
    return parent == 1 or (parent > 1 and _name(parent) in _ADOPTERS)


def _parent(pid: int) -> int:
    fields = _bytes(f"/proc/{pid}/stat").rpartition(b")")[2].split()
    return int(fields[1]) if len(fields) > 1 else 0


def _name(pid: int) -> str:
    """What the kernel calls it; "" for none."""
    return _bytes(f"/proc/{pid}/comm").decode("utf-8", "replace").rstrip("\n")


def _bytes(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return b""
