"""`cst kill` as it is called: it asks, and ends exactly what is named."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from cst.core import digest
from cst.model import Mark
from cst.settings import Settings
from cst.store import marks
from cst.system import processes
from tests.testing import (
    ID,
    OTHER_ID,
    Live,
    cst,
    jsonl,
    stamp,
    started,
    until,
)
from tests.unit.commands.running import one_session


def test_kill_needs_a_yes(claude: Path, live: Live, home: Path) -> None:
    """Without a terminal to ask on, `kill` ends nobody and says what to pass."""
    key = one_session(claude, live, home)
    done = cst("kill", key)

    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert "pass --yes" in done.stderr
    assert started(int(key.split(".")[0])) == key.split(".")[1]


@pytest.mark.parametrize("answer", ["n", ""])
def test_kill_that_is_declined(claude: Path, live: Live, home: Path, answer: str) -> None:
    """It asks on a terminal and says what would be lost; without a yes nobody ends, and a script sees that."""
    key = one_session(claude, live, home)
    master, slave = pty.openpty()
    os.write(master, f"{answer}\n".encode())
    argv = [sys.executable, "-m", "cst", "kill", key]
    done = subprocess.run(argv, stdin=slave, capture_output=True, text=True, timeout=60, check=False)
    os.close(slave)
    os.close(master)

    assert done.returncode == 1
    assert "End " in done.stderr
    assert done.stderr.endswith("cst: nothing was ended\n")
    assert started(int(key.split(".")[0])) == key.split(".")[1]


def test_kill_of_an_empty_word_ends_nobody(claude: Path, live: Live, home: Path) -> None:
    """`cst kill --yes "$unset"` with one session alive is refused, and that session lives."""
    key = one_session(claude, live, home, title="")
    done = cst("kill", "--yes", "")

    assert done.returncode == 2
    assert started(int(key.split(".")[0])) == key.split(".")[1]
    assert None is live.processes[0].poll()


def test_kill(claude: Path, live: Live, home: Path) -> None:
    """`kill --yes` ends exactly the sessions that are named."""
    key, other = one_session(claude, live, home), live.start("claude", env={"HOME": str(home)})
    done = cst("kill", "--yes", key)

    assert (done.returncode, done.stderr) == (0, "")
    assert live.processes[0].wait(10) == -15
    assert started(other)


@pytest.mark.parametrize("verb", [["kill"], ["park", "--end"]])
def test_what_you_ended_is_no_news(own: Settings, claude: Path, live: Live, home: Path, verb: list[str]) -> None:
    """The next picker does not count it among those that ended since you looked.

    Bug shown: `14 ended` of fourteen that `cst park --all --end` had ended.
    """
    key = one_session(claude, live, home)
    looked = Mark(time.time() - 60, "looked", value=key)
    marks.append(own.marks_file, [looked])
    before = digest.digest([], marks.read(own.marks_file)[0], time.time())
    done = cst(*verb, "--yes", key)

    assert done.returncode == 0, done
    assert before.endswith(": 1 ended")
    assert digest.digest([], marks.read(own.marks_file)[0], time.time()) == ""


@pytest.mark.parametrize("verb", [["kill"], ["park", "--end"]])
def test_it_ended_when_you_ended_it(claude: Path, live: Live, home: Path, verb: list[str]) -> None:
    """What has ended is told as that at once, and stands first; what was written once it was resumed counts again.

    Bug shown: `ended 50m`, where the transcript was last written, of a session that `cst kill` had just ended.
    """
    key = one_session(claude, live, home)
    [transcript] = (claude / "projects").glob(f"*/{ID}.jsonl")
    for path, ago in ((transcript, 3000), (transcript.with_name(f"{OTHER_ID}.jsonl"), 600)):
        path.write_bytes(transcript.read_bytes())
        os.utime(path, (time.time() - ago,) * 2)
    done = cst(*verb, "--yes", key)
    (claude / "sessions" / f"{key.partition('.')[0]}.json").unlink()  # as the client does at its end
    told, why = _ended(), cst("why", ID).stdout
    os.utime(transcript, (time.time() + 1,) * 2)

    assert done.returncode == 0, done
    assert [one["id"] for one in told] == [ID, OTHER_ID]
    assert time.time() - told[0]["since"] < 60 < 590 < time.time() - told[1]["since"]
    assert told[0]["because"].startswith("you ended it with cst ")
    assert "you ended it with cst " in re.sub(r"\s+", " ", why)
    assert "its transcript was last written" in _ended()[0]["because"]


def _ended() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(cst("ls", "--all", "--json").stdout)["sessions"]
    return found


@pytest.mark.parametrize("verb", [["kill"], ["park", "--end"]])
@pytest.mark.parametrize("answer", ["n", "y"])
def test_several_are_one_question(claude: Path, live: Live, home: Path, verb: list[str], answer: str) -> None:
    """A line for each, with what goes with it, and one answer; one that is named twice is asked about once.

    Bug shown: `cst kill A B C` asked three times, and of one that was named twice again after it had ended.
    """
    keys = [one_session(claude, live, home), one_session(claude, live, home, session_id=OTHER_ID, title="second")]
    queued = {"type": "queue-operation", "operation": "enqueue", "timestamp": stamp(time.time()), "content": "and then"}
    with next(claude.glob(f"projects/*/{ID}.jsonl")).open("ab") as file:
        file.write(jsonl([queued]))
    master, slave = pty.openpty()
    os.write(master, f"{answer}\n".encode())
    argv = [sys.executable, "-m", "cst", *verb, *keys, keys[0]]
    done = subprocess.run(argv, stdin=slave, capture_output=True, text=True, timeout=60, check=False)
    os.close(slave)
    os.close(master)

    first, second, asked, *_ = done.stderr.splitlines()
    assert [keys[0].split(".")[0] in first, "1 queued prompt" in first, "queued" in second] == [True, True, False]
    assert asked.startswith("End these 2 sessions? [y/N]")
    assert done.returncode == int(answer == "n")
    assert [process.poll() is None for process in live.processes] == [answer == "n"] * 2


@pytest.mark.parametrize("verb", [["kill"], ["park", "--end"]])
def test_what_runs_is_at_stake(claude: Path, live: Live, home: Path, verb: list[str]) -> None:
    """Whichever verb ends a session, it names the commands that go with it, and no other child of it.

    Bug shown: a server that a session had started in the background ended with it, unnamed.
    """
    live.folder.mkdir(parents=True, exist_ok=True)
    shell = "/bin/sh -c \"true {} && eval 'read -r {} <&3' < /dev/null && pwd -P\" &\n"  # ends with the test's pipe
    program = live.folder / "claude"
    program.write_text("#!/bin/sh\nexec 3<&0\n" + shell.format("/x/shell-snapshots/s.sh", "ours") + shell.format("", "other") + "read -r line\n")
    program.chmod(0o755)
    key = one_session(claude, live, home)
    until(lambda: processes.shells_of(int(key.split(".")[0]), time.time()))
    master, slave = pty.openpty()
    os.write(master, b"n\n")
    done = subprocess.run([sys.executable, "-m", "cst", *verb, key], stdin=slave, capture_output=True, text=True, timeout=60, check=False)
    os.close(slave)
    os.close(master)

    assert re.findall(r"\d+ running command.*?, (?=\d+s\))", done.stderr) == ["1 running command (read -r ours <&3, "], done


@pytest.mark.parametrize(("verb", "asks"), [(["kill"], "nothing was ended"), (["park", "--end"], "nothing was ended or parked")])
def test_what_is_queued_is_at_stake(claude: Path, live: Live, home: Path, verb: list[str], asks: str) -> None:
    """Whichever verb ends a session, it says how many prompts go with it.

    None of those that an earlier process of it had queued. Bug shown: `cst park --end` asked without them.
    """
    key = one_session(claude, live, home)
    queued = {"type": "queue-operation", "operation": "enqueue", "timestamp": stamp(time.time()), "content": "and then"}
    with next(claude.glob("projects/*/*.jsonl")).open("ab") as file:
        file.write(jsonl([{**queued, "timestamp": stamp(time.time() - 300)}, queued]))
    master, slave = pty.openpty()
    os.write(master, b"n\n")
    done = subprocess.run([sys.executable, "-m", "cst", *verb, key], stdin=slave, capture_output=True, text=True, timeout=60, check=False)
    os.close(slave)
    os.close(master)

    assert "1 queued prompt" in done.stderr
    assert done.stderr.endswith(f"cst: {asks}\n")


@pytest.mark.parametrize(("verb", "offered"), [(["kill"], False), (["park", "--end"], True)])
def test_whether_it_comes_back(claude: Path, live: Live, home: Path, verb: list[str], offered: bool) -> None:
    """`cst restore` offers what was parked, and not what was ended."""
    key = one_session(claude, live, home)
    done = cst(*verb, "--yes", key)
    listed = cst("restore").stdout

    assert done.returncode == 0, done.stderr
    assert ("parked" in listed) == offered
