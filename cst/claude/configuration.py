"""What Claude Code reads at its start beside a prompt: CLAUDE.md files, rules, MCP servers, hooks. Counted only."""

from __future__ import annotations

import os

from cst.jsonl import object_of, parse
from cst.system import files

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_SETTINGS = ("settings.json", "settings.local.json")
_DEEPEST = 40  # folders above the current one that are looked at


def counts(config_dir: str, cwd: str) -> list[tuple[int, str]]:
    """How many there are for a session in a folder, each with its name. What cannot be read is not counted."""
    memories = sum(map(os.path.isfile, (f"{config_dir}/CLAUDE.md", *_memories(cwd))))
    rules = _ending(f"{config_dir}/rules", ".md") + _ending(f"{cwd}/.claude/rules", ".md")
    settings = [_json(f"{folder}/{name}") for folder in (config_dir, f"{cwd}/.claude") for name in _SETTINGS]
    servers = len(object_of(_json(f"{cwd}/.mcp.json").get("mcpServers")))
    hooks = sum(_hooks(object_of(one.get("hooks"))) for one in settings)
    return [(memories, "CLAUDE.md"), (rules, "rule"), (servers, "MCP server"), (hooks, "hook")]


def _memories(cwd: str) -> list[str]:
    """Where the client looks for a project's CLAUDE.md: in its folder and all above."""
    found: list[str] = []
    folder = cwd.rstrip("/")
    while folder and len(found) < 2 * _DEEPEST:
        found += [f"{folder}/CLAUDE.md", f"{folder}/CLAUDE.local.md"]
        folder = folder.rpartition("/")[0]
    return found


def _hooks(events: dict[str, Any]) -> int:
    groups = [group for some in events.values() if isinstance(some, list) for group in some if isinstance(group, dict)]
    return sum(len(group["hooks"]) for group in groups if isinstance(group.get("hooks"), list))


def _ending(folder: str, ending: str) -> int:
    try:
        return sum(name.endswith(ending) for name in os.listdir(folder))
    except (OSError, ValueError):
        return 0


def _json(path: str) -> dict[str, Any]:
    try:
        return parse(files.read(path))
    except (OSError, ValueError):
        return {}
