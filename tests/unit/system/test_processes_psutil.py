"""Where /proc cannot be read: nobody is taken for dead who may live, and nobody is signalled."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from cst.model import Process
from cst.sessions import certain_live_ids
from cst.settings import load
from cst.system import processes, processes_psutil
from tests.testing import ID, ROOT, Live, registry_entry, started, write_registry

_HIDDEN = ["unshare", "-m", "sh", "-c", 'mount -t tmpfs none /proc && exec "$@"', "sh"]


def _can_hide() -> bool:
    try:
        return subprocess.run([*_HIDDEN, "true"], capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


@pytest.fixture
def nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A process table that is empty."""
    monkeypatch.setattr(psutil, "PROCFS_PATH", str(tmp_path))
    monkeypatch.setattr(processes, "HAS_PROC", False)


@pytest.mark.usefixtures("nothing")
def test_a_process_that_cannot_be_looked_at(live: Live) -> None:
    """It exists, and more is not known."""
    pid = live.start("claude")

    assert processes.read([pid], 0.0) == {pid: Process(pid, "")}


@pytest.mark.usefixtures("nothing")
def test_a_process_that_is_gone() -> None:
    """Also without a process table there is none of that number."""
    with subprocess.Popen(["true"]) as process:
        process.wait()

    assert processes.read([process.pid], 0.0) == {}
    assert [processes_psutil.exists(pid) for pid in (process.pid, 0, 1 << 70, os.getpid())] == [False, False, False, True]


@pytest.mark.usefixtures("nothing")
def test_who_may_live_is_not_pruned(live: Live, claude: Path) -> None:
    """Bug shown: the log of a live session was removed where no start time can be read, which is every macOS."""
    pid = live.start("claude")
    write_registry(claude, registry_entry(pid, procStart=started(pid)))

    assert certain_live_ids(load(os.environ)) == {ID}


@pytest.mark.skipif(not _can_hide(), reason="needs root: /proc is hidden in a mount namespace")
def test_a_live_session_without_proc_is_unknown(live: Live, claude: Path, home: Path) -> None:
    """Not ended: its process is there. And not idle: it may be another program's. Bug shown: it was ended."""
    pid = live.start("claude")
    key = f"{pid}.{started(pid)}"
    write_registry(claude, registry_entry(pid, procStart=started(pid)))
    argv = [*_HIDDEN, sys.executable, str(ROOT / "shell" / "cst")]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([*argv, *words], env=env, capture_output=True, text=True, timeout=60, check=False)

    sessions = json.loads(run("ls", "--json").stdout)["sessions"]
    killed = run("kill", "--yes", key)

    assert [(one["state"], one["rule"]) for one in sessions] == [("unknown", "unproved")]
    assert (killed.returncode, "nothing was signalled" in killed.stderr) == (1, True), killed.stderr
    assert Path(f"/proc/{pid}").exists()
