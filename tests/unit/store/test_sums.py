"""What transcripts tell together: what is put there comes back, and whatever does not fit is as if it were not there."""

from __future__ import annotations

from pathlib import Path

import pytest

from cst.core.ledger import Entry, Official
from cst.settings import Settings
from cst.store import ledgers
from cst.store.ledgers import number_of
from cst.store.sums import Sums
from tests.testing import NOW

ROW = ("2026-11-20", "id", "claude-opus-5-5", "/x\t\n", "main", "", 1, 2, 3, 4, 5, 6, 7)
PLAIN = Entry("/p/a\tb.jsonl", "root", NOW, copied=False, rows=(ROW,), last_at=NOW)
NUMBER = number_of(PLAIN.path)
SAME = next(name for name in map("c\udcff{}.jsonl".format, range(9999)) if number_of(f"/p/{name}") == NUMBER)
COPY = Entry(f"/p/{SAME}", 'ro"ot', NOW, copied=True, rows=(ROW,), accounts=(Official("id", 1.5, NOW, guessed=False),),
             last_at=NOW, stale=True)  # fmt: skip


def read(own: Settings, zone: str, folders: tuple[str, ...]) -> Sums:
    sums = Sums(own, zone, folders)
    sums.read()
    return sums


def kept(own: Settings, folders: tuple[str, ...] = ("/p",)) -> Path:
    sums = read(own, "zone", folders)
    sums.put(NUMBER, {PLAIN.path: (PLAIN, [1, 2, 3]), COPY.path: (COPY, [4, 5, 6])})
    sums.save()
    (path,) = Path(ledgers.folder(own)).glob("sums.*")
    return path


def test_what_is_put_there_comes_back(own: Settings) -> None:
    """What is no copy and has no account in one, the others by themselves; the file is ours alone."""
    path = kept(own)
    again = read(own, "zone", ("/p",))

    assert again.states == {PLAIN.path: [1, 2, 3], COPY.path: [4, 5, 6]}
    assert again.entries(NUMBER) == [PLAIN._replace(path="", root="", begun=0.0, last_at=0.0, newest=(("id", NOW),)), COPY]
    assert again.roots(NUMBER) == {PLAIN.path: "root", COPY.path: 'ro"ot'}
    assert path.stat().st_mode & 0o777 == 0o600


def test_several_rows_of_one_kind_are_one(own: Settings) -> None:
    """Of a session and its subagents, for example."""
    sums = read(own, "zone", ("/p",))
    sums.put(3, {path: (PLAIN._replace(path=path, last_at=at), [1, 2, 3]) for path, at in (("/p/1", NOW), ("/p/2", NOW + 5))})
    entries = sums.entries(3)

    assert entries
    assert entries[0].rows == ((*ROW[:6], 2, 4, 6, 8, 10, 12, 14),)
    assert list(map(tuple, entries[0].newest)) == [("id", NOW + 5)]


def test_nothing_new_writes_nothing(own: Settings) -> None:
    """Such as the same, put again."""
    path = kept(own)
    before = path.stat().st_ino
    sums = read(own, "zone", ("/p",))
    sums.put(NUMBER, {PLAIN.path: (PLAIN, [1, 2, 3]), COPY.path: (COPY, [4, 5, 6])})
    sums.save()
    assert path.stat().st_ino == before

    sums.put(NUMBER, {PLAIN.path: (PLAIN, [1, 2, 9])})
    sums.save()
    assert read(own, "zone", ("/p",)).states == {PLAIN.path: [1, 2, 9]}


@pytest.mark.parametrize(("zone", "folders"), [("other", ("/p",)), ("zone", ("/q",)), ("zone", ("/p", "/q"))])
def test_what_is_of_something_else(own: Settings, zone: str, folders: tuple[str, ...]) -> None:
    """Another time zone has other days; other folders have other transcripts, and a file of their own."""
    path = kept(own)

    assert read(own, zone, folders).states == {}
    if folders != ("/p",):
        read(own, zone, folders).save()
        assert read(own, "zone", ("/p",)).states
    assert path.exists()


def test_a_broken_file(own: Settings) -> None:
    """Whatever is in it, it is no reason to fail, and not believed."""
    path = kept(own)
    whole = path.read_bytes()
    for broken in (whole[:99], whole.replace(b'"s"', b'"t"'), whole.replace(b"zone", b"Zone"), b"\0" * 99, b""):
        path.write_bytes(broken)
        assert read(own, "zone", ("/p",)).states == {}
    path.write_bytes(whole[:-5] + b"\0" * 5)  # behind the index
    sums = read(own, "zone", ("/p",))
    assert sums.states
    assert sums.entries(NUMBER) is None
    assert sums.roots(NUMBER) is None
    sums.save()
    assert read(own, "zone", ("/p",)).states == {}
    sums.put(NUMBER, {PLAIN.path: (PLAIN, [1, 2, 3])})
    assert sums.states == {PLAIN.path: [1, 2, 3]}
