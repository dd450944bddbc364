"""The workers of a session: its subagents, and the teammates that have a process and a transcript of their own."""

from __future__ import annotations

import os

from cst.claude.transcript import LEAN, folder_of, read, written_since
from cst.jsonl import Backwards, first_lines, is_absent, parse, text_of
from cst.model import Subagent
from cst.system import files

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from cst.model import Transcript

_BACK = 2 * 1024 * 1024  # bytes of a session's transcript in which its agents' results are looked for
_ENDED = tuple(
    mark + word for mark in (b'"status":"', b"<status>") for word in (b"completed", b"failed", b"killed", b"stopped")
)  # of a call's result, of a task's notification


def read_subagents(path: str) -> tuple[Subagent, ...]:
    """The agents of the session whose transcript is at `path`, the one that wrote last first.

    An agent runs as long as its transcript does not end in a finished answer. An old client does not say which answer
    is one: there its session tells whether the agent has come back. Costs one read of 64 KB for each agent. Raises
    OSError.
    """
    folder = path.removesuffix(".jsonl") + "/subagents"
    try:
        names = [name for name in os.listdir(folder) if name.startswith("agent-") and name.endswith(".jsonl")]
    except OSError as error:
        if is_absent(error):
            return ()
        raise
    found = []
    for name in names:
        stem = f"{folder}/{name.removesuffix('.jsonl')}"
        try:
            own = read(stem + ".jsonl", 64 * 1024)
        except (FileNotFoundError, IsADirectoryError):
            continue  # gone meanwhile, or no transcript
        about = _meta(stem + ".meta.json")
        agent_id = name.removeprefix("agent-").removesuffix(".jsonl")
        found.append((own.mtime, Subagent(
            id=agent_id,
            kind=text_of(about.get("agentType")),
            description=text_of(about.get("description")),
            running=_runs(own) and not (own.last == "text" and _is_back(path, agent_id)),
            tool=next(iter(own.open_tools() or own.tools[-1:]), None),
        )))  # fmt: skip
    found.sort(key=lambda pair: pair[0], reverse=True)
    return tuple(agent for _, agent in found)


def of_teammate(config_dir: str, cwd: str, moment: float, team: str, name: str) -> str:
    """The path of the transcript of a teammate that was started in a folder at that moment (epoch seconds): its lines
    name the team and the member. "" where there is none."""
    folder = f"{config_dir}/projects/{folder_of(cwd)}"
    for session_id in written_since(config_dir, cwd, moment):
        path = f"{folder}/{session_id}.jsonl"
        for line in first_lines(path, 64 * 1024):
            try:
                given = parse(line)
            except ValueError:
                continue
            if (text_of(given.get("teamName")), text_of(given.get("agentName"))) == (team, name):
                return path
    return ""


def read_teammate(path: str, name: str, kind: str = "teammate") -> Subagent:
    """A teammate as a worker of its lead, from its own transcript. Raises OSError."""
    own = read(path, LEAN)
    return Subagent(
        id=path.rpartition("/")[2].removesuffix(".jsonl"), kind=kind, description=name, running=_runs(own),
        tool=next(iter(own.open_tools() or own.tools[-1:]), None),
    )  # fmt: skip


def _runs(own: Transcript) -> bool:
    return own.last not in ("finished", "error", "interrupted")


def _is_back(path: str, agent_id: str) -> bool:
    """Whether the end of a session's transcript says that an agent has come back to it, however."""
    for line in Backwards(path, limit=_BACK):
        if agent_id.encode() in line and any(mark in line for mark in _ENDED):
            return True
    return False


def _meta(path: str) -> dict[str, Any]:
    try:
        return parse(files.read(path))
    except (OSError, ValueError):
        return {}
