"""A campaign of races, for `make lab`: while `cst kill` ends a session, its process dies and another one gets that very
pid. It must live. In a pid namespace of its own, where whoever is root says which pid comes next."""

from __future__ import annotations

import contextlib
import io
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from tests.testing import ROOT, registry_entry, started, write_registry
from tests.testing.campaign import SEED, size
from tests.testing.ender import DIES_WITH_US

pytestmark = [pytest.mark.long, pytest.mark.skipif(os.geteuid() != 0, reason="only root makes a pid namespace")]

RACES = 3_000
PROCESSES = 10  # of so many races one is with a process of its own
_NEXT = Path("/proc/sys/kernel/ns_last_pid")
_ID = "{:08x}-2222-4333-8444-555555555555"
_DEAF = "trap '' TERM; echo deaf; while :; do sleep 0.02; done"


def test_no_successor_is_signalled(tmp_path: Path) -> None:
    """The pid goes to another process at any moment of the verb, called as the session was or otherwise, registered or
    not: no process but the session's own is ever ended, and the session's own is, where nobody came between."""
    words = ["unshare", "--pid", "--mount-proc", "--fork", "--kill-child", sys.executable, "-m", "tests.e2e.test_campaign_kill", SEED, str(size(RACES)), str(tmp_path)]
    done = subprocess.run([*DIES_WITH_US, *words], cwd=ROOT, capture_output=True, text=True, timeout=3600, check=False)
    if done.returncode and "unshare" in done.stderr:
        pytest.skip(done.stderr)
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1]) if done.stdout else {"wrong": [done.stderr[-2000:]]}

    print(", ".join(f"{what} {many}" for what, many in told.items() if what != "wrong"))  # which share is a matter of timing

    assert not told["wrong"], "\n".join(told["wrong"])
    assert told["races"] == size(RACES)


# ------------------------------------------------------------------------------- what runs in the namespace


class Races:
    """All races, one after the other. Whoever lives in this namespace was started here."""

    def __init__(self, seed: str, folder: Path) -> None:
        self.chance = random.Random(seed)
        self.claude, self.bin = folder / "home/.claude", folder / "bin"
        self.claude.mkdir(parents=True)
        self.bin.mkdir()
        for name, program in (("claude", "/bin/sleep"), ("editor", "/bin/sleep"), ("deaf/claude", "/bin/sh")):
            (self.bin / name).parent.mkdir(exist_ok=True)
            (self.bin / name).symlink_to(os.path.realpath(program))
        (folder / "config.toml").write_text("kill_grace = 0.05\n")
        self.env = {"HOME": str(folder / "home"), "PATH": os.environ["PATH"], "LANG": "C.UTF-8", "CST_CONFIG": str(folder / "config.toml"), "PYTHONPATH": str(ROOT),
                    "XDG_RUNTIME_DIR": str(folder), "TMUX_TMPDIR": str(folder), "TMPDIR": str(folder)}  # fmt: skip
        tempfile.tempdir = str(folder)  # a report of a bug stays in there too
        os.environ.clear()
        os.environ.update(self.env)
        os.chdir(folder)
        self.calls = 3_000  # of functions in one run of the verb, about
        self.told: dict[str, Any] = {"races": 0, "reused": 0, "ended": 0, "refused": 0, "wrong": []}

    def start(self, name: str) -> subprocess.Popen[bytes]:
        """A process that the kernel calls claude, or editor, once it is that."""
        words = ["-c", _DEAF] if name == "deaf/claude" else ["600"]
        process = subprocess.Popen([str(self.bin / name), *words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE if name == "deaf/claude" else subprocess.DEVNULL)
        while Path(f"/proc/{process.pid}/comm").read_text() == "python3\n" or not Path(f"/proc/{process.pid}/cmdline").read_bytes():
            time.sleep(0.001)
        if process.stdout:
            process.stdout.readline()
        return process

    def successor(self, before: subprocess.Popen[bytes], name: str) -> subprocess.Popen[bytes] | None:
        """End a process, and have another one get its pid; None where the kernel gave that to one of cst's own."""
        start = int(started(before.pid))
        before.kill()
        before.wait(10)
        while int(time.clock_gettime(time.CLOCK_BOOTTIME) * os.sysconf("SC_CLK_TCK")) <= start + 1:
            time.sleep(0.002)  # within one tick of the clock nobody could tell the two
        for _ in range(20):
            _NEXT.write_text(str(before.pid - 1))
            process = self.start(name)
            if process.pid == before.pid:
                return process
            process.kill()
            process.wait(10)
        return None

    def record(self, process: subprocess.Popen[bytes], name: str, number: int) -> str:
        start = started(process.pid)
        write_registry(self.claude, registry_entry(
            process.pid, procStart=start, sessionId=_ID.format(number), cwd="/w", name=name, nameSource="user", tmux=None, startedAt=int(time.time() * 1000),
        ))  # fmt: skip
        return f"{process.pid}.{start}"

    def race(self, number: int) -> None:
        """One of them."""
        chance, told = self.chance, self.told
        first = self.start("deaf/claude" if chance.random() < 0.15 else "claude")
        key = self.record(first, "target", number)
        words = ["kill", "--yes", *(["--force"] if chance.random() < 0.5 else []), chance.choice((key, "target", _ID.format(number)))]
        second: list[subprocess.Popen[bytes] | None] = []
        name, registers = chance.choice(("claude", "editor")), chance.random() < 0.5

        def swap() -> None:
            second.append(self.successor(first, name))
            if registers and second[0]:
                self.record(second[0], "successor", number + 1_000_000)

        code, said = (self.alone if number % PROCESSES == 0 else self.within)(words, swap)
        other = second[0] if second else None
        if code not in (0, 1) or "a bug" in said or "Traceback" in said:
            told["wrong"].append(f"{number}: {words}: exit code {code}: {said}")
        if other:
            told["reused"] += 1
            time.sleep(0.01)  # a signal would have come
            if other.poll() is not None:
                told["wrong"].append(f"{number}: {words}: the successor ({name}) ended with {other.returncode}: {said}")
        elif not second and code == 0 and first.wait(10) not in (-signal.SIGTERM, -signal.SIGKILL):
            told["wrong"].append(f"{number}: {words}: {said}, and it has not ended by a signal")
        told["races"] += 1
        told["ended" if code == 0 else "refused"] += 1
        for process in (first, other):
            if process:
                process.kill()
                process.wait(10)
                if process.stdout:
                    process.stdout.close()
        for path in (self.claude / "sessions").iterdir():
            path.unlink()

    def within(self, words: list[str], swap: Callable[[], None]) -> tuple[int, str]:
        """The verb in this process; the pid goes to the other before one of its calls, of Python's functions or C's."""
        from cst.__main__ import main

        first = self.chance.choice((0, int(self.calls * 0.6)))  # the moments around the signal are the last ones
        left, count = self.chance.randrange(first, int(self.calls * 1.3)), 0

        def profile(_frame: FrameType, _event: str, _argument: object) -> None:
            nonlocal count
            count += 1
            if count == left:
                sys.setprofile(None)
                swap()

        kept = io.BytesIO()
        out = io.TextIOWrapper(kept, encoding="utf-8", write_through=True)
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
            sys.setprofile(profile)
            try:
                code = main(words)
            finally:
                sys.setprofile(None)
        if count < left:
            self.calls = count
        return code, kept.getvalue().decode()

    def alone(self, words: list[str], swap: Callable[[], None]) -> tuple[int, str]:
        """The verb in a process of its own; the pid goes to the other at any moment of that."""
        verb = subprocess.Popen([sys.executable, str(ROOT / "shell/cst"), *words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        time.sleep(self.chance.uniform(0.0, 0.3))
        if verb.poll() is None:
            swap()
        out, _ = verb.communicate(timeout=60)
        return verb.returncode, out.decode()


def main() -> None:
    seed, many, folder = sys.argv[1:]
    races = Races(seed, Path(tempfile.mkdtemp(dir=folder)))
    for number in range(int(many)):
        races.race(number)
    print(json.dumps(races.told))


if __name__ == "__main__":
    main()
