"""What the tests of installing hooks share: a settings file, hooks into it and out again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from cst.settings import Settings
from cst.setup import hook_install, hooks

NEW = "2.1.329"

MINE = b'{\n  "model": "opus",\n  "hooks": {\n    "Stop": [{"hooks": [{"type": "command", "command": "say done"}]}]\n  }\n}\n'


def put(own: Settings, version: str = NEW, scope: str = "user", cwd: str = "/") -> str:
    return hook_install.apply(own, hook_install.plan_install(own, scope, cwd, version))


def take(own: Settings, scope: str = "user", cwd: str = "/") -> str:
    return hook_install.apply(own, hook_install.plan_uninstall(own, scope, cwd))


def events(file: Path) -> list[str]:
    """The events that call our hook."""
    groups: dict[str, Any] = json.loads(file.read_bytes().decode("utf-8-sig"))["hooks"]
    return [event for event, some in groups.items() for group in some for call in group["hooks"] if hooks.is_ours(call["command"])]


def looks(file: Path) -> tuple[bytes, int, int]:
    return file.read_bytes(), file.stat().st_ino, file.stat().st_mtime_ns
