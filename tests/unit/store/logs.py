"""Event logs of some age."""

from __future__ import annotations

import os
import time
from pathlib import Path

from cst.settings import Settings
from tests.testing import event, write_events

DAY = 86400


def log(own: Settings, session_id: str, days: float, pid: int = 1) -> Path:
    path = write_events(Path(own.state_dir), [event("Stop", time.time() - days * DAY, pid)], session_id)
    path.parent.chmod(0o700)
    os.utime(path, (time.time() - days * DAY,) * 2)
    return path
