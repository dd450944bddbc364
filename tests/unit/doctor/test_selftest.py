"""`cst doctor --verify`: each step proves something, and nothing stays behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from cst.doctor import selftest
from cst.settings import Settings, load
from tests.testing import ROOT, until


def test_the_self_test(own: Settings) -> None:
    """Each step succeeds and says its time, and nothing stays behind."""
    before = set(os.listdir("/tmp"))
    program = Path(sys.executable).parent / "cst"
    if not program.exists():
        pytest.skip("cst is not installed beside this Python")
    found = selftest.findings(load({**os.environ}), str(program))

    assert [finding.outcome for finding in found] == ["ok"] * 5, found
    assert all(finding.found.endswith(" ms") for finding in found)
    assert [name for name in set(os.listdir("/tmp")) - before if name.startswith("cst-verify-")] == []


def test_the_self_test_of_a_broken_cst(own: Settings, tmp_path: Path) -> None:
    """The step that fails is named, the rest is not tried, and nothing stays behind."""
    broken = tmp_path / "cst"
    broken.write_text('#!/bin/sh\necho "{\\"sessions\\": []}"\n')
    broken.chmod(0o755)
    before = set(os.listdir("/tmp"))
    found = selftest.findings(own, str(broken))

    assert [finding.outcome for finding in found] == ["ok", "wrong"]
    assert [name for name in set(os.listdir("/tmp")) - before if name.startswith("cst-verify-")] == []


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM, signal.SIGKILL])
def test_a_self_test_that_is_killed(own: Settings, tmp_path: Path, number: signal.Signals) -> None:
    """In its midst, with both tmux servers up: nothing stays behind.

    Bug shown: the servers, their panes and the folder stayed for ever."""
    told, slow = tmp_path / "told", tmp_path / "cst"
    slow.write_text(f'#!/bin/sh\necho "$HOME" >{told}.new && mv {told}.new {told}\nwhile [ -d "$HOME" ]; do sleep 0.1; done\n')
    slow.chmod(0o755)
    usual = "import os, signal; signal.signal(signal.SIGHUP, signal.SIG_DFL)"  # it is not, below nohup
    patient = "from cst.doctor import selftest; from cst.settings import load; selftest._PATIENCE = 600.0"
    code = f"{usual}; {patient}; selftest.findings(load(os.environ), {str(slow)!r})"
    run = subprocess.Popen([sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": str(ROOT)})
    folder = Path(until(lambda: told.exists() and told.read_text().strip(), 60))
    assert folder.name.startswith("cst-verify-")
    assert len(inhabitants(folder)) > 6
    run.send_signal(number)

    assert run.wait(60) == -number
    until(lambda: not folder.exists() and inhabitants(folder) == [], 60)


def inhabitants(folder: Path) -> list[int]:
    """The processes that were started in a folder of the self-test."""
    found = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            if f"HOME={folder}".encode() in Path(f"/proc/{name}/environ").read_bytes().split(b"\0"):
                found.append(int(name))
        except OSError:
            continue
    return found


def test_what_outlives_a_self_test_ends_no_server_but_its_own(tmp_path: Path) -> None:
    """It names them by path, and does nothing where the folder is gone, as it is unless the self-test was killed.

    Bug shown: there tmux looks in /tmp, and each `cst doctor --verify` ended the user's own `tmux -L in` and `-L out`."""
    told, tmux, folder = tmp_path / "told", tmp_path / "tmux", tmp_path / "verify"
    tmux.write_text(f'#!/bin/sh\necho "$*" >>{told}\n')
    tmux.chmod(0o755)
    ender = ["/bin/sh", *selftest._ender(selftest.Stage(str(folder), {}, "cst", str(tmux)))]
    subprocess.run(ender, stdin=subprocess.DEVNULL, check=False, timeout=60)
    assert not told.exists()

    folder.mkdir()
    subprocess.run(ender, stdin=subprocess.DEVNULL, check=True, timeout=60)
    sockets = [f"{folder}/tmux-{os.getuid()}/{server}" for server in ("out", "in")]
    assert told.read_text().splitlines() == [f"-S {socket} kill-server" for socket in sockets]
    assert not folder.exists()
