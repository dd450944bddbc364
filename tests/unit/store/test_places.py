"""The notes of where sessions live: what is written is read again, what is old or not ours is not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cst import sessions
from cst.actions.places import note
from cst.model import CstError
from cst.settings import Settings
from cst.snapshot import STATUS
from cst.store import places
from cst.store.places import Note, Notes
from tests.testing import ID, NOW, OTHER_ID, Live, cst, make_record, registry_entry, started, write_registry

NOTE = Note(ID, NOW, "7.1", "/c", "/w\u2028\n", "/s,ocket", 42, "work", 3, "a\tb", 1, 2, "bfc2,150x45", True, 5.0,
            ("--add-dir", "/a b"), ("--dangerously-skip-permissions",), "%7")  # fmt: skip


def test_written_and_read(own: Settings) -> None:
    """Every field, and the folder is made."""
    places.write(own, Notes({ID: NOTE}, {"/s,ocket,42": NOW}), 0.0)

    assert places.read(own) == Notes({ID: NOTE}, {"/s,ocket,42": NOW})
    assert Path(own.places_file).stat().st_mode & 0o777 == 0o600


def test_old_ones_go(own: Settings) -> None:
    """One that was parked counts from then."""
    old, parked = NOTE._replace(t=1.0, parked=0.0), NOTE._replace(id=OTHER_ID, t=1.0, parked=NOW)
    places.write(own, Notes({ID: old, OTHER_ID: parked}), NOW - 60)

    assert list(places.read(own).sessions) == [OTHER_ID]


@pytest.mark.parametrize("sessions", ['"x":{}', f'"{ID}":7'])
def test_an_entry_that_is_none_of_ours(own: Settings, sessions: str) -> None:
    """Is nothing, and no failure."""
    Path(own.places_file).parent.mkdir(parents=True)
    Path(own.places_file).write_text('{"v":1,"sessions":{' + sessions + '},"servers":{}}')

    assert places.read(own) == Notes()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"v":2,"sessions":{},"servers":{}}', '{"v":1}'])
def test_a_file_that_is_none_of_ours(own: Settings, claude: Path, live: Live, text: str) -> None:
    """Is kept as it is, and `cst status` says so.

    Bug shown: it counted as empty, and the next note replaced it, with what was parked in it.
    """
    Path(own.places_file).parent.mkdir(parents=True)
    Path(own.places_file).write_text(text)
    os.utime(own.places_file, (1, 1))
    pid = live.start()
    write_registry(claude, registry_entry(pid, procStart=started(pid), tmux=None))

    with pytest.raises(OSError, match="damaged, or of another version"):
        places.read(own)
    with pytest.raises(CstError, match="cannot read "):
        note(own, *sessions.load(own, STATUS))

    assert "places not noted: cst doctor" in cst("status").stdout
    assert Path(own.places_file).read_text() == text


@pytest.mark.parametrize(
    "more", [{"entrypoint": "sdk-cli"}, {"kind": "bg"}, {"elsewhere": True}, {"parked": "job"}, {"spare": True}, {"key_file": True},
             {"session_id": ""}]
)  # fmt: skip
def test_whose_record(more: dict[str, object]) -> None:
    """Only of sessions that a person has in a terminal here."""
    assert places.is_persons(make_record())
    assert not places.is_persons(make_record(**more))
