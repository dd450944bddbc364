"""cst as a person in the lab runs it: the real program, in the lab's environment."""
from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from tests.lab.lab import Lab, Session

PROGRAM = str(Path(sys.executable).parent / "cst")


def run(lab: Lab, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    """One command, with what it printed; `more` goes into its environment."""
    assert os.access(PROGRAM, os.X_OK), f"{PROGRAM} is not installed: pip install -e ."
    return subprocess.run([PROGRAM, *words], env={**lab.env, **more}, capture_output=True, text=True, timeout=60, check=False)


def fleet(lab: Lab, **more: str) -> list[dict[str, Any]]:
    """The sessions of `cst ls --json --all`, which must succeed and name no problem."""
    done = run(lab, "ls", "--json", "--all", **more)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["problems"] == [], said["problems"]
    sessions: list[dict[str, Any]] = said["sessions"]
    return sessions


def of(lab: Lab, session: Session, **more: str) -> dict[str, Any]:
    """What cst shows of a session: by its process or, once that is gone, by its id; {} if it is not listed."""
    assert session.process
    pid, session_id = session.process.pid, session.last_record["sessionId"]
    sessions = fleet(lab, **more)
    mine = [s for s in sessions if s["pid"] == pid] or [s for s in sessions if s["id"] == session_id]
    return mine[0] if mine else {}


def hooks(lab: Lab) -> dict[str, Any]:
    """The hook settings that `cst hooks print` gives for the client of the lab."""
    environment = {"HOME": str(lab.root / "home"), "PATH": os.environ["PATH"]}
    done = subprocess.run([PROGRAM, "hooks", "print", "--client", lab.version], env=environment,
                          capture_output=True, text=True, check=True)
    settings: dict[str, Any] = json.loads(done.stdout)["hooks"]
    return settings


def slowness() -> float:
    """How much slower than the machine of the budgets this one is now: its Python starts in 10 ms."""
    times = []
    for _ in range(5):
        begun = time.perf_counter()
        subprocess.run([sys.executable, "-c", "pass"], check=True)
        times.append(time.perf_counter() - begun)
    return max(1.0, sorted(times)[2] / 0.010)
