"""`cst park`: which sessions, what is said, and what is asked before any is ended."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from cst.settings import Settings
from cst.store import places
from tests.testing import (
    ID,
    OTHER_ID,
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


@pytest.fixture
def api(claude: Path, home: Path, live: Live) -> int:
    """One session outside tmux that has answered; its pid."""
    write_transcript(claude, [{**line, "cwd": str(home)} for line in (typed("hi"), said("yes"))], cwd=str(home))
    pid, now = live.start(), int(time.time() * 1000)
    write_registry(claude, registry_entry(pid, procStart=started(pid), cwd=str(home), tmux=None, name="api", nameSource="user",
                                          startedAt=now - 60_000, statusUpdatedAt=now, updatedAt=now))  # fmt: skip
    return pid


def _parked(own: Settings) -> bool:
    note = places.read(own).sessions.get(ID)
    return bool(note and note.parked)


def test_by_name(own: Settings, api: int) -> None:
    """It lives on; and restore knows of it."""
    done, then = cst("park", "api"), cst("restore")

    assert (done.returncode, done.stdout, done.stderr) == (0, "parked: api; `cst restore` opens them again\n", "")
    assert Path(f"/proc/{api}").exists()
    assert _parked(own)
    assert (then.returncode, then.stdout) == (1, "")
    assert "parked, and still lives: api" in then.stderr


def test_all_are_those_in_tmux(own: Settings, api: int) -> None:
    """One outside can be parked by its name, and has no place to come back to."""
    done = cst("park", "--all")

    assert (done.returncode, done.stdout, done.stderr) == (1, "", "cst: no session was parked\n")
    assert not _parked(own)


def test_all_and_a_name(own: Settings, api: int) -> None:
    """Are two things."""
    done = cst("park", "--all", "api")

    assert (done.returncode, done.stderr) == (2, "cst: --all parks every session; name some, or leave out their names\n")


def test_to_end_it_asks(own: Settings, api: int) -> None:
    """Without a terminal it says so, and nothing was done."""
    done = cst("park", "--end", "api")

    assert (done.returncode, _parked(own), Path(f"/proc/{api}").exists()) == (1, False, True)
    assert "pass --yes" in done.stderr


def test_one_in_which_nothing_was_said(own: Settings, claude: Path, live: Live) -> None:
    """Cannot be resumed; it is named, and the exit code says that it was not parked."""
    pid = live.start()
    write_registry(claude, registry_entry(pid, procStart=started(pid), tmux=None, name="new", nameSource="user"))
    done = cst("park", "new")

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "cst: nothing was said in new yet, so there is nothing to resume; it was not parked\ncst: no session was parked\n")


def test_two_of_one_name(own: Settings, claude: Path, home: Path, live: Live, tmux_server: TmuxServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is called by its place, too: by what was not parked, what was, and what has ended.

    Bug shown: two lines that were the same, and "alpha has ended", which one nobody knew.
    """
    monkeypatch.setenv("TMUX", f"{tmux_server.socket},1,0")
    live.start()  # writes the program
    now = int(time.time() * 1000)
    pids = {}
    for session_id, place in ((ID, "one"), (OTHER_ID, "two"), (ID[::-1], "three")):
        pids[place] = pid = tmux_server.pid_of(tmux_server.new(place, f"exec {live.folder / 'claude'}"))
        until(lambda: Path(f"/proc/{pid}/comm").read_text() == "claude\n")  # noqa: B023  # runs at once
        write_registry(claude, registry_entry(pid, sessionId=session_id, procStart=started(pid), cwd=str(home), tmux=None, name="alpha",
                                              nameSource="user", startedAt=now - 60_000, statusUpdatedAt=now, updatedAt=now))  # fmt: skip
    write_transcript(claude, [{**line, "cwd": str(home)} for line in (typed("hi"), said("yes"))], cwd=str(home))
    done = cst("park", "--all", "--end", "--yes")
    known = cst("kill", "--yes", str(pids["two"]))

    assert sorted(done.stderr.splitlines()) == [
        f"cst: nothing was said in alpha @ {place}:0.0 yet, so there is nothing to resume; it was not parked" for place in ("three", "two")
    ]
    assert done.stdout.splitlines() == [
        "parked: alpha @ one:0.0; `cst restore` opens them again", f"alpha @ one:0.0 (pid {pids['one']}) has ended (SIGTERM)",
    ]  # fmt: skip
    assert known.stdout == f"alpha @ two:0.0 (pid {pids['two']}) has ended (SIGTERM)\n"
