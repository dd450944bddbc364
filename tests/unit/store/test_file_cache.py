"""What files said before: read again exactly where something may have been written."""

from __future__ import annotations

import os
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from cst.store.file_cache import FORGETFUL, Keeping

OLD = time.time() - 60


class Reader:
    """Reads a file, and counts how often."""

    def __init__(self, path: Path) -> None:
        self.path, self.times = path, 0

    def __call__(self) -> str:
        self.times += 1
        return self.path.read_text() if self.path.exists() else "none"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file that was written a while ago, as far as one can tell."""
    path = tmp_path / "file"
    write(path, "one")
    time.sleep(0.15)  # nobody can set a ctime
    return path


def write(path: Path, text: str, at: float = OLD) -> Path:
    """Write it in place, at a time."""
    path.write_text(text)
    os.utime(path, (at, at))
    return path


def test_nothing_was_written(file: Path) -> None:
    """It is read once."""
    memory, reader = Keeping(), Reader(file)

    assert [memory.keep(str(file), "text", reader) for _ in range(3)] == ["one"] * 3
    assert reader.times == 1


@pytest.mark.parametrize("change", ["size", "time", "inode"])
def test_something_was_written(file: Path, change: str) -> None:
    """Another size alone, another time alone, another inode alone: each is read."""
    memory, reader = Keeping(), Reader(file)
    memory.keep(str(file), "text", reader)

    if change == "size":
        write(file, "three")
    elif change == "time":
        write(file, "two", OLD + 0.001)
    else:
        write(file.with_name("new"), "two")
        os.replace(file.with_name("new"), file)

    assert memory.keep(str(file), "text", reader) == file.read_text() != "one"
    assert reader.times == 2


def test_written_back_in_time(file: Path) -> None:
    """In place, with as many bytes, and its time set to what it was: it is read."""
    memory, reader = Keeping(), Reader(file)
    memory.keep(str(file), "text", reader)
    write(file, "two")

    assert memory.keep(str(file), "text", reader) == "two"


@pytest.mark.parametrize("ahead", [0.0, 3600.0])
def test_two_writes_within_one_tick(file: Path, monkeypatch: pytest.MonkeyPatch, ahead: float) -> None:
    """A file that was written just now, or as a clock says that was set back since, may be written again and look the
    same: it is not believed yet."""
    memory, reader = Keeping(), Reader(file)
    tick = {"st_ctime": 1000.0 + ahead, "st_size": 3, "st_mtime_ns": 1, "st_ctime_ns": 2, "st_ino": 3}
    monkeypatch.setattr("cst.store.file_cache.os", SimpleNamespace(stat=lambda path: SimpleNamespace(**tick)))
    monkeypatch.setattr("cst.store.file_cache.time", SimpleNamespace(time=lambda: 1000.05))
    write(file, "two")
    first = memory.keep(str(file), "text", reader)
    write(file, "six")

    assert (first, memory.keep(str(file), "text", reader)) == ("two", "six")


def test_several_readings_of_one_file(file: Path) -> None:
    """Each is kept for itself."""
    memory, reader = Keeping(), Reader(file)

    assert memory.keep(str(file), ("text", 1), reader) == "one"
    assert memory.keep(str(file), ("text", 2), lambda: "other") == "other"
    assert memory.keep(str(file), ("text", 1), lambda: "never") == "one"


def test_none_is_an_answer_too(file: Path) -> None:
    """What a file says may be false."""
    memory, reader = Keeping(), Reader(file)
    memory.keep(str(file), "flag", lambda: None)

    assert memory.keep(str(file), "flag", reader) is None
    assert reader.times == 0


def test_no_file(file: Path) -> None:
    """Whoever reads says what that means; when the file comes it is read, and when it goes too."""
    memory, reader = Keeping(), Reader(file)
    seen = [memory.keep(str(file), "text", reader)]
    file.unlink()
    seen.append(memory.keep(str(file), "text", reader))
    write(file, "new")
    seen.append(memory.keep(str(file), "text", reader))

    assert seen == ["one", "none", "new"]
    assert memory.keep("/a\0b", "text", lambda: "nothing") == "nothing"


def test_who_fails_is_asked_again(file: Path) -> None:
    """An error is not kept."""
    memory = Keeping()
    with pytest.raises(OSError, match=r"^no$"):
        memory.keep(str(file), "text", lambda: (_ for _ in ()).throw(OSError("no")))

    assert memory.keep(str(file), "text", Reader(file)) == "one"


def test_who_looks_once_keeps_nothing(file: Path) -> None:
    """For a verb that ends."""
    reader = Reader(file)
    FORGETFUL.keep(str(file), "text", reader)
    FORGETFUL.keep(str(file), "text", reader)

    assert reader.times == 2
