"""The cache of the bill: what is put there comes back, and whatever does not fit is as if it were not there."""

from __future__ import annotations

import os
from pathlib import Path

from cst.core.ledger import Entry, Official
from cst.settings import Settings
from cst.store import ledgers
from cst.store.ledgers import Ledgers, Stamp
from tests.testing import NOW

ROW = ("2026-11-20", "id", "claude-opus-5-5", "/x\t\n", "main", "", 1, 2, 3, 4, 5, 6, 7)
ENTRY = Entry("/p/a\tb.jsonl", "root", NOW, copied=True, rows=(ROW,), open=(("m1", ROW),), ids=("m1", "m2"),
              accounts=(Official("id", 1.5, NOW, guessed=False),), last_at=NOW, stale=True)  # fmt: skip
STAMP = Stamp(1, 2, 3, 4, 5)


def test_what_is_put_there_comes_back(own: Settings) -> None:
    """By its path, and by the message that it began with; the file is ours alone."""
    kept = Ledgers(own, "zone")
    kept.put(ENTRY, STAMP)
    kept.save()
    again = Ledgers(own, "zone")

    assert again.get(ENTRY.path) == (ENTRY, STAMP)
    assert list(again.family({"root", "x"})) == [(ENTRY, STAMP)]
    assert list(again.family({"x"})) == []
    assert Path(ledgers.path(own)).stat().st_mode & 0o777 == 0o600


def test_nothing_new_writes_nothing(own: Settings) -> None:
    """Only what changed is worth a write."""
    Ledgers(own, "zone").save()

    assert not Path(ledgers.path(own)).exists()


def test_what_is_gone_is_forgotten(own: Settings) -> None:
    """But not what lies elsewhere: another folder of the client's."""
    kept = Ledgers(own, "zone")
    for path in ("/p/a.jsonl", "/p/b.jsonl", "/q/c.jsonl"):
        kept.put(ENTRY._replace(path=path), STAMP)
    kept.keep_only({"/p/b.jsonl"}, ["/p"])

    assert [path for path in ("/p/a.jsonl", "/p/b.jsonl", "/q/c.jsonl") if kept.get(path)] == ["/p/b.jsonl", "/q/c.jsonl"]


def test_another_zone_or_form(own: Settings) -> None:
    """Then all is read anew."""
    kept = Ledgers(own, "zone")
    kept.put(ENTRY, STAMP)
    kept.save()

    assert Ledgers(own, "other").get(ENTRY.path) is None


def test_a_broken_file(own: Settings) -> None:
    """Whatever is in it, it is no reason to fail, and not believed."""
    kept = Ledgers(own, "zone")
    kept.put(ENTRY, STAMP)
    kept.save()
    path = Path(ledgers.path(own))
    whole = path.read_bytes()
    for broken in (whole[: len(whole) // 2], whole.replace(b'"r":', b'"z":'), whole.replace(b"\t", b" "), b"\0" * 99, b""):
        path.write_bytes(broken)
        assert Ledgers(own, "zone").get(ENTRY.path) is None
        assert list(Ledgers(own, "zone").family({"root"})) == []
    path.unlink()
    os.mkfifo(path)
    assert Ledgers(own, "zone").get(ENTRY.path) is None
