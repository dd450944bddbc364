"""The cache of the bill: what is put there comes back, and whatever does not fit is as if it were not there."""

from __future__ import annotations

import inspect
import os
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from cst import jsonl, spending
from cst.claude import forks, usage
from cst.core import ledger
from cst.core.ledger import Entry, Official
from cst.settings import Settings
from cst.store import ledgers
from cst.store.ledgers import Ledgers, Stamp
from tests.testing import NOW

ROW = ("2026-11-20", "id", "claude-opus-5-5", "/x\t\n", "main", "", 1, 2, 3, 4, 5, 6, 7)
ENTRY = Entry("/p/a\tb.jsonl", "root", NOW, copied=True, rows=(ROW,), open=(("m1", ROW),), ids=("m1", "m2"),
              accounts=(Official("id", 1.5, NOW, guessed=False),), last_at=NOW, stale=True)  # fmt: skip
STAMP = Stamp(1, 2, 3, 4, 5)


def _state(path: Path) -> list[int]:
    state = path.stat()
    return [state.st_size, state.st_mtime_ns, state.st_ino]


def keep(own: Settings, *entries: Entry) -> None:
    kept = Ledgers(own, "zone")
    for entry in entries:
        kept.put(entry, STAMP)
    kept.save({entry.path for entry in entries}, ["/p"])


def test_what_is_put_there_comes_back(own: Settings) -> None:
    """By its path, and by the message that it began with; the file is ours alone."""
    keep(own, ENTRY)
    again = Ledgers(own, "zone")

    assert again.whole(ENTRY.path) == (ENTRY, STAMP)
    assert again.family({"root", "x"}) == [ENTRY]
    assert again.family({"x"}) == []
    (file,) = Path(ledgers.folder(own)).iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700


def test_what_a_bill_needs(own: Settings, tmp_path: Path) -> None:
    """The rows, with the newest answers among them; nothing of a transcript to which something was written."""
    path = tmp_path / "t"
    path.write_text("x")
    state = _state(path)
    stamp = Stamp(state[0], state[1], state[2], 1, 5)
    kept = Ledgers(own, "zone")
    kept.put(ENTRY, stamp)
    kept.save({ENTRY.path}, ["/p"])
    found = Ledgers(own, "zone").fresh(ENTRY.path, state)

    assert found
    assert [row[6:] for row in map(tuple, found.rows)] == [(2, 4, 6, 8, 10, 12, 14)]
    assert (found.root, found.accounts, found.stale) == (ENTRY.root, ENTRY.accounts, True)
    path.write_text("xy")
    assert Ledgers(own, "zone").fresh(ENTRY.path, _state(path)) is None
    assert Ledgers(own, "zone").fresh("/p/other", state) is None


def test_nothing_new_writes_nothing(own: Settings) -> None:
    """Only what changed is worth a write."""
    Ledgers(own, "zone").save((), ["/p"])
    assert not Path(ledgers.folder(own)).exists()
    keep(own, *(ENTRY._replace(path=f"/p/{number}.jsonl") for number in range(999)))
    files = {file: file.stat().st_ino for file in Path(ledgers.folder(own)).iterdir()}
    assert len(files) > 200
    kept = Ledgers(own, "zone")
    kept.put(ENTRY._replace(path="/p/7.jsonl"), STAMP)
    kept.save({f"/p/{number}.jsonl" for number in range(999)}, ["/p"])

    assert len([file for file, inode in files.items() if file.stat().st_ino != inode]) == 1


def test_what_is_gone_is_forgotten(own: Settings) -> None:
    """But not what lies elsewhere: another folder of the client's. (These three are in one file.)"""
    paths = ("/p/a0.jsonl", "/p/a62.jsonl", "/q/c633.jsonl")
    keep(own, *(ENTRY._replace(path=path) for path in paths))
    kept = Ledgers(own, "zone")
    kept.put(ENTRY._replace(path=paths[1]), STAMP)
    kept.save({paths[1]}, ["/p"])

    assert [path for path in paths if Ledgers(own, "zone").whole(path)] == [paths[1], paths[2]]


def test_another_zone_or_form(own: Settings) -> None:
    """Then all is read anew."""
    keep(own, ENTRY)

    assert Ledgers(own, "other").whole(ENTRY.path) is None


@pytest.mark.parametrize(("name", "value"), [("FORM", 99), ("LONG", 1), ("ONE_HOUR_SINCE", (9, 9, 9))])
def test_what_was_made_in_another_way_is_not_used(own: Settings, name: str, value: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """What goes into the rows of an entry is in its file's first line, so that no bill is that of an older cst."""
    keep(own, ENTRY)
    assert Ledgers(own, "zone").whole(ENTRY.path)
    monkeypatch.setattr(ledger, name, value)

    assert Ledgers(own, "zone").whole(ENTRY.path) is None
    assert Ledgers(own, "zone").family({"root"}) == []


def test_the_number_is_that_of_what_reads_transcripts() -> None:
    """Whoever changes that has to raise `core.ledger.FORM`: else bills stay as the code before has read them, until its
    files are removed. Then pin the new digest here, by the new number."""
    pinned = {5: "5c3aa5743b0c7eea"}
    made_by: tuple[Any, ...]
    made_by = (usage, ledger, forks, spending._told, spending._day, spending._added, ledgers._line, ledgers._entry,
               jsonl.epoch, jsonl.number_of, jsonl.text_of)  # fmt: skip
    digest = sha256("\0".join(inspect.getsource(one) for one in made_by).encode()).hexdigest()[:16]

    assert pinned == {ledger.FORM: digest}, "raise FORM in cst/core/ledger.py, then pin it"


def test_a_broken_file(own: Settings, tmp_path: Path) -> None:
    """Whatever is in it, it is no reason to fail, and not believed."""
    keep(own, ENTRY)
    (path,) = Path(ledgers.folder(own)).iterdir()
    whole = path.read_bytes()
    state = _state(tmp_path)
    for broken in (whole[: len(whole) // 2], whole.replace(b'"r":', b'"z":'), whole.replace(b"\t", b" "), b"\0" * 99, b"",
                   whole.replace(b"zone", b"Zone"), whole.replace(b'"s":', b'"z":'), whole.replace(b"\t{", b"\t[")):  # fmt: skip
        path.write_bytes(broken)
        assert Ledgers(own, "zone").whole(ENTRY.path) is None
        assert Ledgers(own, "zone").fresh(ENTRY.path, state) is None
        assert Ledgers(own, "zone").family({"root"}) == []
    path.unlink()
    os.mkfifo(path)
    assert Ledgers(own, "zone").whole(ENTRY.path) is None


@pytest.mark.parametrize(("was", "now"), [
    (b'"b": 1795186800.0', b'"b": null'), (b'"b": 1795186800.0', b'"b": 1e999'), (b'"l": 1795186800.0', b'"l": "x"'), (b'"c": true', b'"c": []'), (b'"x": true', b'"x": 1'),
    (b'"main", "", 1, ', b'"main", "", '), (b'"main", "", 1, ', b'"main", "", -1, '), (b'"main", "", 1, ', b'"main", "", 1.5, '), (b'"main", "", 1, ', b'"main", "", %s, ' % (b"9" * 400)),
    (b'"main", ', b'{"id": 1}, '), (b'"m1"', b'{"id": []}'), (b'"id", 1.5', b'null, 1.5'), (b'"id", 1.5', b'"id", true'), (b'1, 2, 3, 4, 5 ]', b'1, 2, 3, [], 5 ]'),
])  # fmt: skip
def test_a_field_of_another_type(own: Settings, was: bytes, now: bytes) -> None:
    """It is as if the transcript were not kept: it is read anew. Bug shown: `cst cost` ended with a trace."""
    keep(own, ENTRY)
    (path,) = Path(ledgers.folder(own)).iterdir()
    assert was in path.read_bytes()
    path.write_bytes(path.read_bytes().replace(was, now))

    assert Ledgers(own, "zone").whole(ENTRY.path) is None
    assert Ledgers(own, "zone").family({"root"}) == []
