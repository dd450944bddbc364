"""One at a time: between threads, between processes, and with what a killed one left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

from cst.system import locks
from tests.testing import ROOT, until

_COUNTS = """
import sys
from cst.system import locks
path, count = sys.argv[1:]
for _ in range(20):
    with locks.held(path, 120) as alone:
        assert alone
        number = int(open(count).read())
        open(count, "w").write(str(number + 1))
"""
_HOLDS = """
import sys, time
from cst.system import locks
with locks.held(sys.argv[1], 1):
    print("held", flush=True)
    time.sleep(600)
"""


def python(program: str, *words: str) -> subprocess.Popen[str]:
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen([sys.executable, "-c", program, *words], env=env, stdout=subprocess.PIPE, text=True)


def test_nobody_comes_between(tmp_path: Path) -> None:
    """Twelve processes read and write a number, in a folder that is not there yet; no step is lost, no lock is left."""
    lock, count = tmp_path / "state/lock", tmp_path / "count"
    count.write_text("0")
    counting = [python(_COUNTS, str(lock), str(count)) for _ in range(12)]
    ends = [one.wait(180) for one in counting]

    assert (set(ends), count.read_text()) == ({0}, "240")
    assert list(lock.parent.iterdir()) == []


def test_threads_wait_for_each_other(tmp_path: Path) -> None:
    """A lock of the process would let both in."""
    found = []
    with locks.held(str(tmp_path / "lock"), 1) as alone:

        def second() -> None:
            with locks.held(str(tmp_path / "lock"), 0.1) as free:
                found.append(free)

        thread = threading.Thread(target=second)
        thread.start()
        thread.join()
        assert (alone, found) == (True, [False])
    with locks.held(str(tmp_path / "lock"), 0) as again:
        assert again


def test_what_a_killed_one_held_is_free(tmp_path: Path) -> None:
    """Its file stays, and hinders nobody."""
    lock = tmp_path / "lock"
    holder = python(_HOLDS, str(lock))
    assert holder.stdout
    assert holder.stdout.readline() == "held\n"
    with locks.held(str(lock), 0) as free:
        assert not free
    holder.send_signal(signal.SIGKILL)
    holder.wait(10)
    until(lambda: lock.exists())
    with locks.held(str(lock), 1) as free:
        assert free
    assert not lock.exists()


def test_where_no_lock_can_be_written_nobody_is_stopped(tmp_path: Path) -> None:
    """A folder in its place, or a link."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "other")
    for name in ("folder", "link"):
        with locks.held(str(tmp_path / name), 0) as free:
            assert free
    assert not (tmp_path / "other").exists()
