"""The marks log compacts itself: it stays short however long it is used, and nothing that counts is lost."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cst.model import Mark
from cst.store import marks, rewrite
from cst.system import files, processes
from tests.testing import ROOT

DAY = 86400.0
ROOMY, STEP = 64 * 1024, 16 * 1024  # bytes
_WRITER = """
import sys, time
from cst.model import Mark
from cst.store import marks
path, key = sys.argv[1:]
for made in range(60):
    marks.append(path, [Mark(time.time(), "note", key, value=f"{made} " + "x" * 200)])
"""


@pytest.fixture
def log(tmp_path: Path) -> str:
    """Where the marks of this test go, below a state folder."""
    return str(tmp_path / "marks" / "v1.jsonl")


def grown(log: str, old: list[Mark]) -> None:
    """A log with these marks that is about to be compacted: by the next append, which passes a multiple of 16 KB."""
    many = [Mark(time.time() - 60, "seen", "a session", by="look")] * 1100
    written(log, [*old, *many])
    short = Mark(time.time() - 60, "seen", "a session", by="look", value="x")
    room = -(os.path.getsize(log) + len(marks._line(short))) % STEP
    written(log, [short._replace(value="x" * (room - 9))])


def written(log: str, made: list[Mark]) -> None:
    """As by a cst that does not compact."""
    os.makedirs(os.path.dirname(log), mode=0o700, exist_ok=True)
    with open(os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "a", encoding="utf-8") as file:
        file.writelines(marks._line(mark) for mark in made)


def kept(log: str) -> set[tuple[str, str]]:
    found, skipped = marks.read(log)
    assert skipped == 0
    return {(mark.mark, mark.key) for mark in found if mark.key}


def test_years_of_use_leave_a_short_log(log: str) -> None:
    """Thousands of looks at three sessions: never more than the room, and a pin of long ago is still there."""
    marks.append(log, [Mark(time.time() - 300 * DAY, "pin", "session one", value="on")])
    longest = 0
    for number in range(4000):
        marks.append(log, [Mark(time.time(), "seen", f"session {number % 3}", by="jump")])
        longest = max(longest, os.path.getsize(log))

    assert longest < ROOMY + STEP + 1000
    assert kept(log) == {("pin", "session one"), *(("seen", f"session {number}") for number in range(3))}


def test_what_does_not_shrink_is_not_compacted_again_and_again(log: str) -> None:
    """A thousand names stay a thousand names: the next compaction is when the log has doubled."""
    seen = set()
    for number in range(1500):
        marks.append(log, [Mark(time.time(), "name", f"session {number}", value="x" * 60)])
        seen.add(os.stat(log).st_ino)

    assert os.path.getsize(log) > 2 * ROOMY
    assert len(kept(log)) == 1500
    assert len(seen) <= 4


def test_only_what_is_about_long_ended_processes_goes(log: str) -> None:
    """A process that lives, one that ended within the month, and whatever is about a session that can be resumed stay."""
    alive = f"{os.getpid()}.{processes.start_of(os.getpid())}"
    old, new = time.time() - 32 * DAY, time.time() - 30 * DAY
    grown(log, [Mark(old, "pin", alive), Mark(old, "pin", "4194305.7"), Mark(new, "pin", "4194306.7"), Mark(old, "tag", "id")])
    marks.append(log, [Mark(time.time(), "pin", "last")])

    assert kept(log) == {("pin", alive), ("pin", "4194306.7"), ("tag", "id"), ("seen", "a session"), ("pin", "last")}
    assert os.path.getsize(log) < STEP + 1000
    assert os.stat(log).st_mode & 0o777 == 0o600


def test_fifty_writers_lose_nothing_while_the_log_compacts_itself(log: str, tmp_path: Path) -> None:
    """Each appends sixty notes of 200 bytes, nine times the room in all. The last note of each is there at the end, and
    all others are in the past."""
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    writers = [subprocess.Popen([sys.executable, "-c", _WRITER, log, f"writer {n}"], env=env) for n in range(50)]
    ends = [writer.wait(120) for writer in writers]
    found, skipped = marks.read(log)
    last = {mark.key: mark.value.partition(" ")[0] for mark in found if mark.key}
    told = {(mark.key, mark.value.partition(" ")[0]) for mark in (*marks.past(log), *found) if mark.key}

    assert (set(ends), skipped) == ({0}, 0)
    assert last == {f"writer {n}": "59" for n in range(50)}
    assert told == {(f"writer {n}", str(made)) for n in range(50) for made in range(60)}
    assert os.path.getsize(log) < 3 * ROOMY
    assert sorted(os.listdir(tmp_path / "marks")) == ["past.jsonl", "v1.jsonl"]


def test_what_was_left_out_is_in_the_past_for_a_month(log: str) -> None:
    """Each once, oldest first, however often the log is compacted."""
    now = time.time()
    looks = [Mark(now - number * DAY, "seen", f"{number % 3}", by="jump") for number in range(40, 0, -1)]
    for _ in range(2):
        grown(log, looks)
        marks.append(log, [Mark(now, "pin", "last")])
    past = [round((now - mark.t) / DAY) for mark in marks.past(log) if mark.by == "jump"]

    assert past == list(range(30, 3, -1))
    assert {round((now - mark.t) / DAY) for mark in marks.read(log)[0] if mark.by == "jump"} == {1, 2, 3}


def test_while_somebody_prunes_the_log_only_grows(log: str, tmp_path: Path) -> None:
    """One at a time, and nobody waits; the next one is some hundred marks later."""
    grown(log, [])
    with rewrite.locked(str(tmp_path)) as alone:
        marks.append(log, [Mark(time.time(), "pin", "last")])
    assert alone
    assert os.path.getsize(log) > ROOMY

    marks.append(log, [Mark(time.time(), "pin", "last")] * 400)
    assert os.path.getsize(log) < STEP + 1000


def test_a_full_disk_is_no_reason_to_try_each_time(log: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is left behind, nothing is lost, and only every 16 KB it is tried again. Bug shown: each append left a copy
    of the log and read all of them."""
    grown(log, [])
    tried = []

    def full(path: str, *_: object, **__: object) -> None:
        tried.append(path)
        raise OSError(errno.ENOSPC, "No space left on device", path)

    monkeypatch.setattr(files, "replace", full)
    for number in range(50):
        marks.append(log, [Mark(time.time(), "pin", f"session {number}")])

    assert len(tried) == 1
    assert os.listdir(tmp_path / "marks") == ["v1.jsonl"]
    assert {("pin", f"session {number}") for number in range(50)} < kept(log)


def test_what_came_while_somebody_was_killed_is_found_soon(log: str) -> None:
    """Its line is in the file that was replaced. The next that passes 16 KB takes it over, however short the log is."""
    marks.append(log, [Mark(time.time(), "pin", "one")])
    Path(f"{log}.1.before").write_text(marks._line(Mark(time.time(), "name", "two", value="x")))
    written(log, [Mark(time.time(), "seen", "a session")] * 1300)
    marks.append(log, [Mark(time.time(), "seen", "a session")] * 400)

    assert {("pin", "one"), ("name", "two")} < kept(log)
    assert not Path(f"{log}.1.before").exists()


def test_thousands_of_names_stay_in_reach(log: str) -> None:
    """Readers read the last megabyte: a log in which more than half of that counts is compacted before it is longer."""
    for number in range(60):
        marks.append(log, [Mark(time.time(), "name", f"session {number}.{i}", value="x" * 40) for i in range(100)])
    for _ in range(300):
        marks.append(log, [Mark(time.time(), "seen", "a session", by="look")] * 20)

    assert len([mark for mark in marks.read(log)[0] if mark.mark == "name"]) == 6000


def test_what_cannot_be_compacted_is_still_written(log: str, tmp_path: Path) -> None:
    """A folder stands where the lock is taken: the mark is there, and so are all before it."""
    grown(log, [])
    (tmp_path / "prune.lock").mkdir()
    marks.append(log, [Mark(time.time(), "pin", "last")])

    assert os.path.getsize(log) > ROOMY
    assert ("pin", "last") in kept(log)


@pytest.mark.parametrize("size", ["", "-1", "1e99", "9" * 100, "null"])
def test_a_first_line_that_tells_nonsense_is_survived(log: str, size: str) -> None:
    """At worst the log is compacted now, or not by itself."""
    os.makedirs(os.path.dirname(log), mode=0o700)
    Path(log).write_text(f'\n{{"v":1,"t":0,"mark":"compacted","size":{size}}}\n')
    grown(log, [])
    marks.append(log, [Mark(time.time(), "pin", "last")])

    assert {line["mark"] for raw in Path(log).read_bytes().split(b"\n")[3:] if raw and (line := json.loads(raw))} == {"seen", "pin"}
