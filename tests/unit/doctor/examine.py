"""What the checks of `cst doctor` find on a made-up machine."""

from __future__ import annotations

import os
import time
from pathlib import Path

from cst.commands import doctor
from cst.doctor.finding import Finding
from cst.settings import Settings
from tests.testing import (
    ID,
    registry_entry,
    started,
    write_registry,
)  # fmt: skip


def findings(own: Settings, **env: str) -> dict[str, list[Finding]]:
    """All findings by their check."""
    found: dict[str, list[Finding]] = {}
    for finding in doctor.examine(own, {**os.environ, **env}, time.time()):
        found.setdefault(finding.check, []).append(finding)
    return found


def one(own: Settings, check: str, **env: str) -> Finding:
    (finding,) = findings(own, **env)[check]
    return finding


def register(claude: Path, pid: int, session_id: str = ID, **changes: object) -> None:
    now = time.time() * 1000
    write_registry(claude, registry_entry(
        pid, **{"sessionId": session_id, "procStart": started(pid), "tmux": None, "startedAt": now - 60000, "statusUpdatedAt": now, **changes},
    ))  # fmt: skip
