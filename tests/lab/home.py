"""The world the lab's sessions live in: a HOME, an environment, projects, all below one folder."""
from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.lab.install import VERSION, installed_client

API_KEY = "sk-ant-api03-lab-0000-not-a-real-key"
PRIVATE_FOLDERS = ("tmux", "run", "state", "data", "config", "cache", "tmp")
HOUR_MS = str(3600 * 1000)


def environment(root: Path, api_url: str, version: str = VERSION) -> dict[str, str]:
    """Everything that a process of the lab has in its environment, and nothing of the caller's.

    Bash commands and requests may take an hour, so that a situation outlives every test of it.
    """
    client = installed_client(version) or Path("/nonexistent/claude")
    node = Path(shutil.which("node") or "/usr/bin/node")
    tmux = shutil.which("tmux") or "/usr/bin/tmux"
    return {
        "HOME": str(root / "home"),
        "PATH": f"{client.parent}:{Path(tmux).parent}:{node.parent}:/usr/local/bin:/usr/bin:/bin",
        "SHELL": "/bin/bash", "TERM": "xterm-256color", "LANG": "C.UTF-8",
        "TMUX_TMPDIR": str(root / "tmux"), "TMPDIR": str(root / "tmp"),
        "CLAUDE_CODE_TMPDIR": str(root / "tmp"), "XDG_RUNTIME_DIR": str(root / "run"),
        "XDG_STATE_HOME": str(root / "state"), "XDG_DATA_HOME": str(root / "data"),
        "XDG_CONFIG_HOME": str(root / "config"), "XDG_CACHE_HOME": str(root / "cache"),
        "ANTHROPIC_BASE_URL": api_url, "ANTHROPIC_API_KEY": API_KEY,
        "API_TIMEOUT_MS": HOUR_MS, "BASH_DEFAULT_TIMEOUT_MS": HOUR_MS, "BASH_MAX_TIMEOUT_MS": HOUR_MS,
        "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1", "CLAUDE_CODE_ENABLE_TODO_TOOLS": "1",
        "DISABLE_AUTOUPDATER": "1", "DISABLE_TELEMETRY": "1", "DISABLE_ERROR_REPORTING": "1",
        "IS_SANDBOX": "1",
    }


def seed(root: Path, hooks: Mapping[str, Any] | None) -> None:
    """A HOME in which the client goes straight to its prompt, with these hooks in settings.json."""
    home, projects = root / "home", root / "projects"
    for folder in (home / ".claude", projects / "alpha", projects / "beta"):
        folder.mkdir(parents=True, exist_ok=True)
    for name in PRIVATE_FOLDERS:
        (root / name).mkdir(mode=0o700, exist_ok=True)
    settings = {"hooks": dict(hooks)} if hooks else {}
    (home / ".claude" / "settings.json").write_text(json.dumps(settings, indent=1))
    (root / "config" / "cst").mkdir(exist_ok=True)
    (root / "config" / "cst" / "config.toml").write_text(f'config_dirs = ["{home}/other-claude"]\n')
    first_start = home / ".claude.json"
    if not first_start.exists():  # afterwards it is the client's
        first_start.write_text(json.dumps({
            "hasCompletedOnboarding": True, "lastOnboardingVersion": VERSION, "theme": "dark",
            "hasSeenAutoDefaultNotice": True,
            "customApiKeyResponses": {"approved": [API_KEY[-20:]], "rejected": []},
            "projects": {str(projects): {"hasTrustDialogAccepted": True}}}))  # holds for all below


def tmux_socket(root: Path, label: str) -> Path:
    """Where tmux puts the socket of a server that is started with -L `label`."""
    return root / "tmux" / f"tmux-{os.getuid()}" / label
