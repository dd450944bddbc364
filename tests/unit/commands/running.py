"""What the tests of verbs share: one live session that says what it is told to, and ways to run a verb."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from tests.testing import (
    ID,
    ROOT,
    Live,
    TmuxServer,
    cst,
    registry_entry,
    said,
    started,
    typed,
    until,
    write_registry,
    write_transcript,
)
from tests.unit.actions.fake import FakePane


class OneSession:
    """A live process with a record that says what the test wants."""

    def __init__(self, claude: Path, live: Live) -> None:
        self.claude, self.live = claude, live
        self.pid = live.start()
        self.says("busy")

    def says(self, status: str, session_id: str = ID, **more: Any) -> None:
        now = int(time.time() * 1000)
        write_registry(self.claude, registry_entry(
            self.pid, procStart=started(self.pid), sessionId=session_id, status=status, tmux=None, name="api", nameSource="user",
            statusUpdatedAt=now, updatedAt=now, startedAt=now - 600_000, **more,
        ))  # fmt: skip

    def ends(self, record: bool = False) -> None:
        """Let it go; a killed one leaves its record behind."""
        process = self.live.processes[0]
        process.kill()
        process.wait(10)
        if not record:
            (self.claude / "sessions" / f"{self.pid}.json").unlink()


# What stands in for claude: it takes its time, registers as the client does, and stays.
_REGISTERS = """#!/bin/sh
start=$(cut -d ' ' -f 22 /proc/$$/stat)
sleep 0.5
mkdir -p ~/.claude/sessions
sed "s/4999999/$$/; s/221346/$start/" ~/entry >~/.claude/sessions/new.$$
mv ~/.claude/sessions/new.$$ ~/.claude/sessions/$$.json
read -r line
"""


def claude_that_registers(home: Path, session_id: str = ID) -> None:
    """Put it where login shells find it."""
    (home / "bin").mkdir()
    (home / ".profile").write_text('PATH="$HOME/bin:$PATH"\n')
    entry = registry_entry(4_999_999, sessionId=session_id, cwd=str(home), tmux=None)
    (home / "entry").write_text(json.dumps(entry))
    (home / "bin/claude").write_text(_REGISTERS)
    (home / "bin/claude").chmod(0o755)


class Run:
    """A verb in a process of its own."""

    def __init__(self, *words: str) -> None:
        argv = [sys.executable, str(ROOT / "shell/cst"), *words]
        self.process = subprocess.Popen(
            argv, env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": ""}, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        )  # fmt: skip
        assert self.process.stdout
        assert self.process.stderr
        self.stdout, self.stderr = self.process.stdout, self.process.stderr
        self._looked = False

    def over(self, seconds: float = 20) -> tuple[int, str, str]:
        """Its exit code and what it said, once it has ended."""
        out, err = self.process.communicate(timeout=seconds)
        return self.process.returncode, out, err

    def looks(self) -> None:
        """Wait until it has looked, once more if it has before, and waits for the next look."""
        slept = self._sleeps() if self._looked else -1
        until(lambda: self._is_asleep() and self._sleeps() > slept, 30)
        self._looked = True

    def _is_asleep(self) -> bool:
        assert self.process.poll() is None
        waits = Path(f"/proc/{self.process.pid}/wchan").read_text()
        state = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()[0]
        return "nanosleep" in waits or (waits in ("", "0") and state == "S")  # not every kernel says in what it waits

    def _sleeps(self) -> int:
        """How many times it has given up the processor by itself."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.partition("\nvoluntary_ctxt_switches:")[2].split()[0])


def typed_outside(server: TmuxServer, *words: str) -> str:
    """A terminal without tmux that runs cst: a pane that forgets it is one."""
    pane = server.new("outside", "cat")
    env = f"env -u TMUX -u TMUX_PANE PYTHONPATH={ROOT} {sys.executable} {ROOT}/shell/cst"
    server.run("respawn-pane", "-k", "-t", pane, f"{env} {' '.join(words)}; cat")
    return pane


def cst_beside(pane: FakePane, *words: str) -> tuple[int, str, str]:
    """Exit code, output and errors of a verb, called on the tmux server of that pane."""
    done = cst(*words, env={"TMUX": f"{pane.server.socket},0,0"})
    return done.returncode, done.stdout, done.stderr


def one_session(claude: Path, live: Live, home: Path, title: str = "api", session_id: str = ID) -> str:
    """One live session outside tmux that has finished; its key."""
    pid, now = live.start("claude", env={"HOME": str(home)}), time.time()
    write_registry(claude, registry_entry(
        pid, procStart=started(pid), sessionId=session_id, tmux=None, startedAt=int((now - 600) * 1000),
        statusUpdatedAt=int((now - 60) * 1000),
    ))  # fmt: skip
    lines = [typed("go", now - 90), said("Done.", now - 60), {"type": "custom-title", "customTitle": title}]
    write_transcript(claude, lines, session_id)
    return f"{pid}.{started(pid)}"
