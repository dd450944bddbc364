"""`cst report`: from hooks, marks and transcripts of today to a table, JSON, and what is not known."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from cst.model import Mark
from cst.store import marks
from tests.testing import ID, OTHER_ID, called, cst, event, resulted, said, typed, write_events, write_transcript

NOW = time.time()


@pytest.fixture
def day(home: Path, claude: Path) -> float:
    """A session with hooks that waited 40 s for a permission, and one without that asked a question for 10 s; the
    second at which the first began. All of it in the last two minutes."""
    begun = int(time.time()) - 120
    write_transcript(claude, [
        typed("go", begun - 5), called("Bash", {"command": "rm -rf build"}, begun), resulted("", begun + 40),
        said("Done.", begun + 41), {"type": "custom-title", "customTitle": "api\x1b[31m"},
    ])  # fmt: skip
    write_events(home / ".local/state/cst", [
        event("PermissionRequest", begun, payload={"tool_name": "Bash", "tool_input": {"command": "rm -rf build"}}),
    ])  # fmt: skip
    allowed = {"permissionDecision": {"decision": "accept", "source": "user_temporary"}}
    write_transcript(claude, [
        typed("go", begun - 5), called("AskUserQuestion", {"questions": [{"question": "Which?"}]}, begun + 1, "q1"),
        resulted("", begun + 11, "q1"), called("Bash", {"command": "ls"}, begun + 11, "t2"),
        resulted("", begun + 50, "t2", **allowed), said("Done.", begun + 51),
    ], OTHER_ID, "/home/u/proj/beta")  # fmt: skip
    return begun


# Midnight may lie between what waited and the report: `week` holds both days.
def test_the_table(day: float) -> None:
    """How long, how often, the longest, the median; what is not known; nothing that a terminal would act on."""
    done = cst("report", "week", "--color", "never")

    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0] == "50s of waiting for you, 2 answers, median 25s"
    assert "the longest: api at most 40s, permission: Bash: rm -rf build" in done.stdout
    assert "at most: 1 of these waits" in done.stdout
    assert "not known: how long 1 session without hooks waited for permissions (you gave 1)" in done.stdout
    assert "\x1b" not in done.stdout


def test_for_scripts(day: float) -> None:
    """Each wait with its begin and end."""
    found = json.loads(cst("report", "week", "--json").stdout)
    told = {wait["id"]: wait for wait in found["waits"] if wait["state"] != "done"}

    assert (told[ID]["since"], told[ID]["until"], told[ID]["exact"]) == (day, day + 40, False)
    assert (told[OTHER_ID]["state"], told[OTHER_ID]["seconds"], told[OTHER_ID]["exact"]) == ("question", 10.0, True)
    assert (found["total"]["waited"], found["total"]["lost"], found["answers"]) == (50.0, 50.0, 2)
    assert found["unknown"] == {"at_most": 1, "endless": 0, "sessions_without_hooks": 1, "permissions": 1}


def test_by_state(day: float) -> None:
    """A line for each."""
    lines = cst("report", "week", "--by", "state", "--color", "never").stdout.splitlines()

    assert [line.split()[0] for line in lines if " 1 wait, " in line] == ["permission", "question"]


def test_nothing_waited(home: Path, claude: Path) -> None:
    """Says so."""
    done = cst("report")

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "cst: no session waited for you in that time, as far as hooks and transcripts tell\n"


def test_what_cannot_be_read(day: float, home: Path) -> None:
    """Is named, and the rest is reported."""
    broken = home / ".local/state/cst/marks/v1.jsonl"
    broken.mkdir(parents=True)
    done = cst("report", "week")

    assert done.returncode == 1
    assert f"cst: cannot read {broken}: " in done.stderr
    assert "50s of waiting" in done.stdout


def test_what_a_fork_copied_counts_once(day: float, claude: Path) -> None:
    """Its transcript begins with the lines of its parent."""
    parent = next(claude.glob(f"projects/*/{OTHER_ID}.jsonl"))
    parent.with_name("22222222-3333-4444-8555-666666666666.jsonl").write_bytes(parent.read_bytes())

    assert cst("report", "week").stdout.startswith("50s of waiting")


def test_a_program_that_drives_a_session_waits_for_nobody(home: Path, claude: Path) -> None:
    """`claude -p` is not counted."""
    lines = [typed("go", NOW - 60), called("AskUserQuestion", {}, NOW - 50), resulted("", NOW - 40)]
    write_transcript(claude, [{**line, "entrypoint": "sdk-cli"} for line in lines])

    assert cst("report", "week", "--json").returncode == 1


def test_a_compaction_of_the_marks_changes_nothing(home: Path, claude: Path) -> None:
    """Each of thirty answers was seen a minute after it came. Bug shown: only the last look at each session counted."""
    begun = int(time.time()) - 3 * 3600
    turns = [begun + 300 * number for number in range(30)]
    write_transcript(claude, [line for at in turns for line in (typed("go", at), said("Done.", at + 10))])
    write_events(home / ".local/state/cst", [event("UserPromptSubmit", begun, 77)])
    log = str(home / ".local/state/cst/marks/v1.jsonl")
    looks = [Mark(at + 70, "seen", "77.1", by="jump") for at in turns]
    others = [Mark(turns[-1] + 70, "seen", "another", by="look")] * 1000
    marks.append(log, [*looks, *others])
    before = json.loads(cst("report", "week", "--json").stdout)
    marks.append(log, others)
    after = json.loads(cst("report", "week", "--json").stdout)

    assert Path(log).stat().st_size < 1000
    assert len(before["waits"]) >= 30
    assert [wait["seconds"] for wait in before["waits"]][:29] == [60.0] * 29
    assert (after["waits"], after["total"]) == (before["waits"], before["total"])
