"""The marks log: what is appended comes back, and two writers cannot mix."""

from __future__ import annotations

import os
import stat
from multiprocessing import get_context
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cst.model import Mark
from cst.store import marks
from tests.testing import ID, NOW

ANY_TEXT = st.text(alphabet=st.characters(codec=None))


@pytest.fixture
def log(tmp_path: Path) -> str:
    """Where the marks of this test go; its folders are not there yet."""
    return str(tmp_path / "state" / "marks" / "v1.jsonl")


def written(log: str, made: list[Mark]) -> None:
    """As by a cst that does not compact."""
    os.makedirs(os.path.dirname(log), mode=0o700, exist_ok=True)
    with open(log, "a", encoding="utf-8") as file:
        file.writelines(marks._line(mark) for mark in made)


@given(ANY_TEXT, ANY_TEXT, ANY_TEXT)
@example('"\\', "a\nb\r\x85\u2028", "\ud800 é 漢 \U0001f600 \0")
def test_what_is_marked_comes_back(log: str, value: str, client: str, pane: str) -> None:
    """Quotes, newlines, any script and half a character survive the way into the file and out of it."""
    if os.path.exists(log):
        os.unlink(log)
    made = Mark(NOW, "note", "4711.1", "you", client, pane, "/tmp/s", value)
    marks.append(log, [made])

    assert ((made,), 0) == marks.read(log)


@pytest.mark.parametrize("client", ['x","mark":"pin"}', "\n{}\n", "#(touch pwned)", "../../etc/passwd", "/dev/pts/7\0"])
def test_a_hostile_client_name_stays_a_name(log: str, client: str) -> None:
    """A client can be called anything: it makes no second mark and no other field."""
    marks.append(log, [Mark(NOW, "visit", "4711.1", client=client)])
    found, skipped = marks.read(log)

    assert ([("visit", client)], 0) == ([(mark.mark, mark.client) for mark in found], skipped)


def test_marks_are_ordered_by_time(log: str) -> None:
    """Oldest first, wherever they stand."""
    marks.append(log, [Mark(NOW, "seen", "b"), Mark(NOW - 5, "seen", "a")])
    found, _ = marks.read(log)

    assert [mark.key for mark in found] == ["a", "b"]


def test_marks_of_one_moment_keep_their_order(log: str) -> None:
    """Of two marks with one time, the later written is the newer.

    Bug shown: they came newest first, so the older of two pins won.
    """
    marks.append(log, [Mark(NOW, "pin", "k", value="on")])
    marks.append(log, [Mark(NOW, "pin", "k", value="off")])
    found, _ = marks.read(log)

    assert [mark.value for mark in found] == ["on", "off"]


def test_an_append_is_one_write(log: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """All marks of one act reach the file in one write(2), each with a newline before and after it."""
    written: list[bytes] = []
    write = os.write

    def kept(fd: int, data: bytes) -> int:
        written.append(data)
        return write(fd, data)

    monkeypatch.setattr(os, "write", kept)
    marks.append(log, [Mark(NOW, "visit", "k"), Mark(NOW, "seen", "k")])

    assert len(written) == 1
    assert (written[0].count(b"\n\n") + 1, written[0].startswith(b"\n{"), written[0].endswith(b"}\n")) == (2, True, True)


def test_the_log_is_private(log: str) -> None:
    """The file is 0600 in a folder of 0700, whatever the umask is."""
    before = os.umask(0)
    marks.append(log, [Mark(NOW, "seen", "k")])
    os.umask(before)
    modes = [stat.S_IMODE(os.stat(path).st_mode) for path in (log, os.path.dirname(log))]

    assert modes == [0o600, 0o700]


def test_a_log_that_is_a_link_is_refused(log: str, tmp_path: Path) -> None:
    """Nobody sends our marks into another file."""
    os.makedirs(os.path.dirname(log))
    (tmp_path / "other").write_text("mine")
    os.symlink(tmp_path / "other", log)
    with pytest.raises(OSError, match="symbolic links"):
        marks.append(log, [Mark(NOW, "seen", "k")])

    assert (tmp_path / "other").read_text() == "mine"


def _many(log: str, key: str) -> None:
    for i in range(200):
        marks.append(log, [Mark(NOW + i, "note", key, value=key * 300)])


def test_writers_do_not_mix(log: str) -> None:
    """Four writers at once lose and tear nothing."""
    context = get_context("fork")
    writers = [context.Process(target=_many, args=(log, key)) for key in "abcd"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    found, skipped = marks.read(log)

    assert skipped == 0
    assert {mark.value for mark in found if mark.key} == {key * 300 for key in "abcd"}


@pytest.mark.parametrize("line", ["{", "[]", '{"v":2,"t":1,"mark":"seen"}', '{"v":1,"t":1}', '{"v":1,"mark":7}', "\0"])
def test_a_line_that_is_not_known_is_counted(log: str, line: str) -> None:
    """Another version or no mark at all is passed over and counted."""
    marks.append(log, [Mark(NOW, "seen", "k")])
    with open(log, "a") as file:
        file.write("\n" + line + "\n")
    found, skipped = marks.read(log)

    assert ([mark.key for mark in found], skipped) == (["k"], 1)


def test_of_a_long_log_only_what_is_about_these(log: str) -> None:
    """Asked for by key, a log of thousands gives what a whole reading gives of those keys, however values look."""
    text = 'x","key":"4711.1"}\n{"v":1,"t":1,"mark":"pin","key":"4711.1"}'
    written(log, [Mark(NOW + i, "note", f"{i % 700}.1", value=text) for i in range(4000)])
    written(log, [Mark(NOW, "pin", "5.1", value="on"), Mark(NOW, "back", client="4711.1"), Mark(NOW, "pin", ID)])
    found, skipped = marks.read(log, ["5.1", ID, "4711.1"])

    mine = [m for m in found if m.key in ("5.1", ID, "4711.1")]  # the end of the log is read whole
    assert ([m for m in marks.read(log)[0] if m.key in ("5.1", ID)], 0) == (mine, skipped)
    assert len(found) > 5


def test_no_log_is_no_mark(log: str) -> None:
    """Before the first mark there is no file."""
    assert marks.read(log) == ((), 0)


def test_old_marks_are_left_behind(log: str) -> None:
    """The newest MB is read.

    Bug shown: 320 KB were (jsonl.Backwards).
    """
    written(log, [Mark(NOW + i, "note", "k", value="x" * 400) for i in range(4000)])
    found, skipped = marks.read(log)
    size = sum(len(marks._line(mark)) for mark in found)

    assert (found[-1].t, skipped) == (NOW + 3999, 0)
    assert 1020 * 1024 < size <= 1024 * 1024


@given(st.lists(st.binary(max_size=80) | st.just(b'{"v":1,"t":{},"mark":"seen","key":7,"value":[]}'), max_size=8))
def test_any_log_is_read(log: str, lines: list[bytes]) -> None:
    """Whatever the bytes are, a mark's fields have their types."""
    os.makedirs(os.path.dirname(log), exist_ok=True)
    Path(log).write_bytes(b"\n".join(lines))
    found, _ = marks.read(log)
    types = {(type(mark.t), type(mark.key), type(mark.value)) for mark in found}

    assert types <= {(float, str, str)}


def test_a_mark_written_into_a_file_that_was_just_replaced_is_written_again(log: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """`cst prune` put another file there between this one's opening and its writing."""
    marks.append(log, [Mark(NOW, "pin", "a", value="on")])
    opened: list[int] = []
    write = os.write

    def replaced_meanwhile(fd: int, data: bytes) -> int:
        if not opened:
            opened.append(fd)
            with open(log + ".new", "wb") as file:
                file.write(b"")
            os.replace(log + ".new", log)
        return write(fd, data)

    monkeypatch.setattr(os, "write", replaced_meanwhile)
    marks.append(log, [Mark(NOW, "pin", "b", value="on")])
    found, skipped = marks.read(log)

    assert ([mark.key for mark in found], skipped) == (["b"], 0)


def test_of_a_long_log_the_newest_marks_are_read_whole(log: str) -> None:
    """A return has no session, and a visit may be to one that is gone: `cst next` counts both."""
    old = [Mark(NOW - 9000 + i, "seen", f"{i}.1") for i in range(1000)]
    new = [Mark(NOW - 2, "visit", "77.7", client="/dev/pts/1"), Mark(NOW - 1, "back", client="/dev/pts/1")]
    marks.append(log, [*old, *new])

    found, skipped = marks.read(log, ["5.1"])

    assert found[0].key == "5.1"
    assert list(found[-2:]) == new
    assert (len(found) < 300, skipped) == (True, 0)
