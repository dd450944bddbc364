"""How many sessions were lost is searched for once in a while, and what a search cannot read is never taken for good."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from cst import loss_watch, lost, sessions
from cst.model import Session, Snapshot
from cst.settings import Settings
from cst.snapshot import STATUS
from cst.store import losses, places
from tests.testing import (
    ID,
    OTHER_ID,
    Live,
    cst,
    registry_entry,
    said,
    started,
    typed,
    until,
    write_registry,
    write_transcript,
)

THIRD_ID = OTHER_ID[:-4] + "7777"
MINE = Session(OTHER_ID, OTHER_ID, 1, "working", 0.0, "", "", kind="interactive")


@pytest.fixture
def one(own: Settings, claude: Path, home: Path) -> None:
    """A session that was killed, of which the note alone tells."""
    write_transcript(claude, [{**line, "cwd": str(home)} for line in (typed("hi"), said("yes"))], cwd=str(home))
    note = places.Note(ID, time.time(), "1.2", str(claude), str(home), left=True)
    places.write(own, places.Notes({ID: note}), 0.0)


@pytest.fixture
def searches(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """One item for each search."""
    asked: list[int] = []
    find = lost.find
    monkeypatch.setattr(lost, "find", lambda *given: asked.append(1) or find(*given))
    return asked


def counted(own: Settings, snapshot: Snapshot, fleet: Sequence[Session], patience: float = 0.0) -> int:
    return sessions.lost_count(own, snapshot, fleet, patience)[0]


@pytest.mark.usefixtures("one")
def test_what_cannot_be_read_is_no_good_state(own: Settings, claude: Path, live: Live) -> None:
    """Nobody says that all is clear, `ls` says why, and nothing of it is kept: once it is repaired, it counts.

    Bug shown: a torn file of places made it `all clear`, for five minutes after its repair, too."""
    pid = live.start("claude")
    write_registry(claude, registry_entry(pid, sessionId=OTHER_ID, procStart=started(pid), status="busy"))
    file = Path(own.places_file)
    whole = file.read_text()
    file.write_text(whole[:40])
    torn = [cst(*words) for words in (["status"], ["next", "--peek"], ["status", "--width", "60"], ["ls"], ["status", "--format", "json"])]
    file.write_text(whole)
    again = [cst(*words).stdout for words in (["status"], ["status", "--format", "json"])]

    assert [done.stdout for done in torn[:2]] == ["all clear otherwise · 1 working · 1 problem: cst ls\n"] * 2
    assert torn[2].stdout == "all clear otherwise · 1 problem\n"
    assert f"cst: places: cannot read {own.places_file}: it is damaged" in torn[3].stderr
    assert again[0] == "1 lost: cst restore · 1 working\n"
    assert [json.loads(text)["lost"] for text in (torn[4].stdout, again[1])] == [None, 1]


@pytest.mark.usefixtures("one")
def test_only_one_that_is_gone_is_searched_for(own: Settings, searches: list[int]) -> None:
    """Neither one that is new, nor those that no person has; one that lives again is lost no more.

    Bug shown: a loop of `claude -p` made each status line search."""
    snapshot, fleet = sessions.load(own, STATUS)
    program = MINE._replace(id=THIRD_ID, kind="headless")
    unread = snapshot._replace(problems=[("registry", "cannot read it")])
    counts = [counted(own, look, some) for look, some in (
        (unread, fleet), (snapshot, fleet), (snapshot, [program]), (snapshot, [MINE]), (snapshot, [MINE, MINE._replace(id=ID)]),
    )]  # fmt: skip
    later = snapshot._replace(now=snapshot.now + 61)
    patient = [(len(searches), counted(own, look, fleet, 60.0), len(searches)) for look in (snapshot, later)]

    assert (counts, patient) == ([0, 1, 1, 1, 0], [(1, 1, 1), (1, 1, 2)])
    assert (counted(own, later._replace(now=later.now + 301), fleet), len(searches)) == (1, 3)


@pytest.mark.usefixtures("one")
def test_a_search_knows_no_word_that_came_later(own: Settings) -> None:
    """Bug shown: what another process was finding out meanwhile undid that one was dismissed, for five minutes."""
    snapshot, fleet = sessions.load(own, STATUS)
    world = losses.look(own, snapshot, fleet)
    assert world
    losses.forget(own)
    sessions.search_lost(own, snapshot, fleet, world)
    since = losses.look(own, snapshot, fleet)
    assert since

    assert losses.read(own, since) is None
    sessions.search_lost(own, snapshot, fleet, since)
    assert losses.read(own, since)


@pytest.mark.usefixtures("one")
def test_a_picker_knows_without_a_file(own: Settings, searches: list[int]) -> None:
    """Where `places/lost` cannot be written, too: it searches once. Bug shown: `all clear` for ever."""
    os.mkdir(own.lost_file)
    snapshot, fleet = sessions.load(own, STATUS)
    watch = loss_watch.LossWatch(own)
    until(lambda: watch.count(snapshot, fleet) == (1, []))
    for _ in range(9):
        watch.count(snapshot, fleet)

    assert len(searches) == 1


def test_a_picker_says_that_a_search_failed(own: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Bug shown: a stack trace over the list."""
    monkeypatch.setattr(lost, "find", lambda *_: 1 / 0)
    snapshot, fleet = sessions.load(own, STATUS)
    watch = loss_watch.LossWatch(own)
    until(lambda: watch.count(snapshot, fleet) != (0, ()))

    assert watch.count(snapshot, fleet) == (0, [("lost", "cannot tell how many: ZeroDivisionError: division by zero")])
    assert capsys.readouterr().err == ""


def test_a_folder_whose_name_is_no_text(own: Settings) -> None:
    """Bug shown: what was kept of it never served."""
    named = own._replace(config_dirs=("/c\udcff",))
    world = losses.look(named, Snapshot(now=100.0), [MINE])
    assert world
    losses.write(named, losses.Found(world.at, world.about, world.persons, frozenset({ID})))
    found = losses.read(named, world)

    assert found
    assert found.count(world) == 1
