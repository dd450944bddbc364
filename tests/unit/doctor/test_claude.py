"""What the doctor says of Claude Code: versions, records, transcripts, what sessions left running."""

from __future__ import annotations

import os
import re
import subprocess
import time
from pathlib import Path

import pytest

from cst.doctor.claude import TESTED
from cst.settings import Settings
from cst.system import orphans
from cst.text import version_number
from tests.testing import (
    ID,
    OTHER_ID,
    ROOT,
    Live,
    ended_turn,
    registry_entry,
    typed,
    until,
    write_registry,
    write_transcript,
)  # fmt: skip
from tests.unit.doctor.examine import findings, one, register


def test_versions_and_what_is_known_of_each(own: Settings, claude: Path, live: Live) -> None:
    """Each version with its number of sessions, and what its records lack."""
    for version in ("2.1.329", "2.1.110"):
        register(claude, live.start(), version=version, status=None if version == "2.1.110" else "idle")
    found = one(own, "sessions")

    assert found.found == "2 live: 1 x 2.1.110 (publishes no status), 1 x 2.1.329"
    assert (found.outcome, "cst hooks install" in found.fix) == ("note", True)


def test_a_client_that_is_newer_than_the_table(own: Settings, claude: Path, live: Live) -> None:
    """One later than the newest of docs/conformance.md; that one itself is none."""
    number = version_number(TESTED)
    later = ".".join(map(str, (*number[:2], number[2] + 1)))
    for version in (TESTED, later):
        register(claude, live.start(), version=version)

    assert one(own, "sessions").found == f"2 live: 1 x {TESTED}, 1 x {later} (newer than was tested)"


def test_what_was_tested_is_in_the_table() -> None:
    """The pin of the lab is the doctor's. Bug shown: it called clients newer that the lab had played."""
    table = (ROOT / "docs" / "conformance.md").read_text()
    results = re.findall(r"^## Claude Code (\S+)\n\n\d+ scenarios, .* (\d+) wrong\.", table, re.M)

    assert results[0] == (TESTED, "0")
    assert {wrong for _, wrong in results} == {"0"}


def test_stale_records_are_counted(own: Settings, claude: Path, live: Live) -> None:
    """A killed process leaves its record."""
    register(claude, live.start())
    write_registry(claude, registry_entry(2**22 - 3, sessionId=OTHER_ID))

    assert "1 record of live processes; 1 of processes that are gone" in one(own, "registry").found


@pytest.mark.parametrize(("told", "outcome"), [({"CLAUDE_CODE_CHILD_SESSION": "1"}, "wrong"), ({"X": "1"}, "ok")])
def test_transcripts_that_the_environment_switches_off(own: Settings, claude: Path, live: Live, told: dict[str, str], outcome: str) -> None:
    """Proved on the process itself; one that has a transcript all the same is fine."""
    pid = live.start(env=told)
    register(claude, pid)

    assert one(own, "transcripts").outcome == outcome
    write_transcript(claude, [typed("hi"), ended_turn()])
    assert one(own, "transcripts").outcome == "ok"


def test_nothing_is_said_of_sessions_that_are_not_there(own: Settings, claude: Path) -> None:
    """Bug shown: `switched on in every live session` below `no Claude Code session is live`."""
    assert "transcripts" not in findings(own)


@pytest.mark.parametrize(("settings", "days", "outcome"), [("{}", 28, "note"), ("{}", 5, "ok"), ('{"cleanupPeriodDays": 90}', 28, "ok"), ("{", 1, "unknown")])
def test_transcripts_that_will_be_deleted(own: Settings, claude: Path, settings: str, days: int, outcome: str) -> None:
    """30 days without a setting; within three of it is worth a note; a file that cannot be read is unknown."""
    (claude / "settings.json").write_text(settings)
    path = write_transcript(claude, [typed("hi")])
    os.utime(path, (time.time() - days * 86400,) * 2)

    assert one(own, "retention").outcome == outcome


def test_a_process_that_outlived_its_session_is_listed_and_left_alone(
    own: Settings, claude: Path, tmp_path: Path, live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An orphan with a dead session's id in its environment; that of a live session is none of ours to name, nor is one
    of another config folder, whose sessions are not known, or one whose client lives with another session since /clear."""
    script = tmp_path / "server"
    script.write_text("#!/bin/sh\necho $$ >pid.new; mv pid.new pid; exec sleep 60\n")
    script.chmod(0o755)
    env = {"CLAUDECODE": "1", "CLAUDE_CODE_SESSION_ID": ID, "PATH": os.environ["PATH"], "CLAUDE_CONFIG_DIR": str(claude)}

    def started(**more: str) -> int:
        subprocess.run(["sh", "-c", f"{script} >/dev/null 2>&1 &"], env={**env, **more}, cwd=tmp_path, check=True)
        until((tmp_path / "pid").exists)
        pid = int((tmp_path / "pid").read_text())
        (tmp_path / "pid").unlink()
        return pid

    pid, cleared, elsewhere = started(), started(CLAUDE_PID=str(live.start())), started(CLAUDE_CONFIG_DIR=f"{tmp_path}/x")
    try:
        until(lambda: b"sleep" in Path(f"/proc/{pid}/cmdline").read_bytes())
        adopted = [orphan for orphan in orphans.read((), [str(claude)]) if orphan.pid in (pid, cleared, elsewhere)]
        if not adopted:
            pytest.skip("here orphans are adopted by something else than init")
        assert [(one.pid, one.command, one.session_id) for one in adopted] == [(pid, "sleep 60", ID)]
        assert pid not in [orphan.pid for orphan in orphans.read([ID], [str(claude)])]

        monkeypatch.setattr("cst.doctor.claude.orphans.read", lambda *_: adopted)  # others of this machine may be there
        found = one(own, "orphans")

        assert (found.outcome, found.found) == ("note", f"1 outlived its session: {pid} sleep 60")
        assert found.fix == f"if you want none of them: kill {pid}"
        assert os.path.exists(f"/proc/{pid}")
    finally:
        for one_pid in (pid, cleared, elsewhere):
            os.kill(one_pid, 9)
