"""A session that was killed: its record stays behind, and everything else is in its transcript."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from cst import sessions
from cst.model import Mark
from cst.picker import pages
from cst.render.paint import Paint
from cst.settings import Settings
from cst.snapshot import ROWS, STATUS
from cst.store import marks, payloads
from tests.testing import (
    ID,
    OTHER_ID,
    Live,
    called,
    cst,
    registry_entry,
    resulted,
    said,
    started,
    typed,
    write_registry,
    write_transcript,
)  # fmt: skip

GONE = 4_000_000  # no process has that pid
COST = {"type": "cost-state", "sessionId": "x", "totalCostUSD": 0.03}


def _conversation(claude: Path, *more: dict[str, object], ago: float = 60.0) -> Path:
    """A transcript with a title, a prompt and a tool, last written `ago` seconds ago."""
    now = time.time()
    title = {"type": "custom-title", "customTitle": "Fix the login", "sessionId": ID}
    prompt = {"type": "last-prompt", "lastPrompt": "fix it", "sessionId": ID}
    lines = [title, prompt, typed("fix it", now - 90), called("Bash", {"command": "make"}, now - 80, "t1"), resulted("ok", now - 70, "t1"), said("Done.", now - 65)]
    path = write_transcript(claude, [*lines, *more])
    os.utime(path, (now - ago, now - ago))
    return path


def _record(claude: Path, pid: int = GONE, ago: float = 70.0) -> Path:
    """What it left in the registry, as it was `ago` seconds ago."""
    path = write_registry(claude, registry_entry(pid, procStart="1", statusUpdatedAt=int((time.time() - ago) * 1000)))
    os.utime(path, (time.time() - ago, time.time() - ago))
    return path


@pytest.mark.parametrize("ended", [False, True])
def test_its_row_has_what_its_transcript_says(own: Settings, claude: Path, ended: bool) -> None:
    """And says that it was killed, and how long ago it lived at least: nobody saw when it died.

    Bug shown: a row without a word, `ended 38s` of one that had died two seconds ago.
    """
    _record(claude)
    _conversation(claude)
    snapshot, [session] = sessions.load(own, ROWS, ended=ended)
    listed = cst("ls", *["--all"][: int(ended)]).stdout
    [given] = json.loads(cst("ls", "--json", *["--all"][: int(ended)]).stdout)["sessions"]

    assert (session.state, session.title, session.last_prompt) == ("ended", "Fix the login", "fix it")
    assert 59 < snapshot.now - session.since < 69  # the transcript was written after the last status
    assert "<1m" in listed
    assert "Fix the login" in listed
    assert "killed: fix it" in listed
    assert (given["title"], given["last_prompt"], "it was killed" in given["because"]) == ("Fix the login", "fix it", True)


def test_its_pages_say_what_was_done(own: Settings, claude: Path) -> None:
    """Bug shown: "not prompted yet", of one that had done a lot. Where its transcript is gone, that is said."""
    _record(claude)
    path = _conversation(claude)
    pages_then = [_page(own, name) for name in ("tools", "conversation")]
    path.unlink()

    assert "Bash" in pages_then[0]
    assert "fix it" in pages_then[1]
    assert ["its transcript was not read" in _page(own, name) for name in ("tools", "conversation")] == [True, True]


def _page(own: Settings, name: str) -> str:
    snapshot, [session] = sessions.load(own, ROWS)
    return "\n".join(pages.page(own, snapshot, session, name, 80, 30, Paint(False)))


@pytest.mark.parametrize(("more", "shown"), [([], "killed"), ([COST], "ended")])
def test_the_newest_life_counts(own: Settings, claude: Path, more: list[dict[str, object]], shown: str) -> None:
    """A transcript that was closed after its record was left behind: it was resumed, and ended in order.

    Bug shown: its row said what the record of the killed one said, sixteen minutes old.
    """
    _record(claude, ago=960.0)
    _conversation(claude, *more, ago=10.0)
    found = {ended: sessions.load(own, ROWS, ended=ended)[1] for ended in (False, True)}

    assert [session.rule for session in found[False]] == ["killed"] * (shown == "killed")
    assert [session.rule for session in found[True]] == [shown]
    assert cst("restore").stdout[:4] == "lost" * (shown == "killed")


def test_one_that_was_resumed_and_killed_at_once(own: Settings, claude: Path) -> None:
    """Its record is younger than the end of its conversation: that was another life."""
    _record(claude, ago=10.0)
    _conversation(claude, COST, ago=60.0)

    assert [session.rule for session in sessions.load(own, ROWS)[1]] == ["killed"]


def test_beside_another_process_of_it(own: Settings, claude: Path, live: Live) -> None:
    """What it was told and has cost is the living one's: it was resumed before anybody swept the record away."""
    _conversation(claude)
    now, pid = time.time(), live.start("claude")
    payloads.keep(own, {"session_id": ID, "cost": {"total_cost_usd": 42.0}}, str(claude), now - 30)  # by the killed one
    write_registry(claude, registry_entry(pid, procStart=started(pid), status="idle", startedAt=int(now * 1000)))
    _record(claude)
    snapshot, [session] = sessions.load(own, ROWS)

    assert (session.pid, session.cost) == (pid, None)
    assert [record.pid for record in snapshot.records] == sorted([pid, GONE])


@pytest.mark.parametrize(("more", "rules"), [([], ["killed"]), ([COST], [])])
def test_a_pid_that_is_anothers_now(own: Settings, claude: Path, live: Live, more: list[dict[str, object]], rules: list[str]) -> None:
    """As one that nobody has."""
    _record(claude, live.start("sleep"))
    _conversation(claude, *more, ago=10.0)

    assert [session.rule for session in sessions.load(own, ROWS)[1]] == rules


def test_one_that_was_killed_in_a_long_turn(own: Settings, claude: Path) -> None:
    """Its record is hours old: what it wrote into its transcript was its last sign of life."""
    _record(claude, ago=7200.0)
    _conversation(claude, ago=20.0)

    assert [session.rule for session in sessions.load(own, ROWS)[1]] == ["killed"]


@pytest.mark.parametrize(("moment", "rules"), [(-5.0, []), (-100.0, ["killed"])])
def test_one_that_was_dismissed(own: Settings, claude: Path, moment: float, rules: list[str]) -> None:
    """It is no row any more, but among the ended ones. What was dismissed in a life before says nothing of this one."""
    _record(claude)
    _conversation(claude)
    marks.append(own.marks_file, [Mark(time.time() + moment, "dismiss", ID)])

    assert [session.rule for session in sessions.load(own, ROWS)[1]] == rules
    assert [session.id for session in sessions.load(own, ROWS, ended=True)[1]] == [ID]


def test_killed_twice(own: Settings, claude: Path) -> None:
    """One row, the newer one's."""
    _record(claude, GONE, 900.0)
    _record(claude, GONE + 1, 20.0)
    [session] = sessions.load(own, ROWS)[1]

    assert f"pid {GONE + 1} " in session.because


def test_what_is_not_listed_is_not_read(own: Settings, claude: Path, live: Live) -> None:
    """After an hour, by a status line, and where the ended ones are read anyway."""
    pid = live.start("claude")
    write_registry(claude, registry_entry(pid, sessionId=OTHER_ID, procStart=started(pid), status="busy"))
    read = []
    for depth, ended, ago in ((ROWS, False, 70.0), (ROWS, False, 3700.0), (ROWS, True, 70.0), (STATUS, False, 70.0)):
        _record(claude, ago=ago)
        _conversation(claude, ago=ago)
        read.append(ID in sessions.load(own, depth, ended=ended)[0].transcripts)

    assert read == [True, False, False, False]
