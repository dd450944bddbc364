"""Lines taken out of logs while fifty others append: nothing is lost, and nothing that is needed is removed."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from cst.model import CstError, Mark
from cst.store import marks, rewrite
from tests.testing import NOW, ROOT

WRITERS = 50
_MARKS = """
import os, sys, time
from cst.model import Mark
from cst.store import marks
path, go, number = sys.argv[1:]
made = 0
while made < 2 or (made < 500 and os.path.exists(go)):
    marks.append(path, 2 * [Mark({now}, "note", f"{{number}}:{{made}}", value="x" * 20)])
    made += 1
    time.sleep(0.02)
print(made)
"""


@pytest.fixture
def log(tmp_path: Path) -> str:
    folder = tmp_path / "v1"
    folder.mkdir(mode=0o700)
    return str(folder / "a.jsonl")


def put(log: str, text: bytes = b"\n{}\n", age: float = 0.0) -> None:
    Path(log).write_bytes(text)
    os.utime(log, (time.time() - age, time.time() - age))


def names(log: str) -> list[str]:
    return sorted(os.listdir(os.path.dirname(log)))


def test_fifty_writers_lose_no_mark_while_the_log_is_rewritten(tmp_path: Path) -> None:
    """Each mark of each writer is there at the end (it says each twice), and each line is whole."""
    log, go = str(tmp_path / "marks" / "v1.jsonl"), tmp_path / "go"
    marks.append(log, [Mark(NOW, "note", "first")])
    go.touch()
    command = [sys.executable, "-c", _MARKS.format(now=NOW), log, str(go)]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    writers = [subprocess.Popen([*command, str(n)], env=env, stdout=subprocess.PIPE, text=True) for n in range(WRITERS)]
    rewritten = 0
    while rewritten < 20 and any(writer.poll() is None for writer in writers):
        before = os.stat(log).st_ino
        with rewrite.locked(str(tmp_path)) as alone:
            if alone:
                rewrite.rewrite(log, lambda lines: list(dict.fromkeys(line for line in lines if line)))
        rewritten += before != os.stat(log).st_ino
    go.unlink()
    made = [int(writer.communicate(timeout=60)[0]) for writer in writers]
    found = [json.loads(line).get("key") for line in Path(log).read_bytes().split(b"\n") if line]

    assert set(found) - {None} == {"first"} | {f"{n}:{i}" for n in range(WRITERS) for i in range(made[n])}
    assert set(names(log)) <= {"past.jsonl", "v1.jsonl"}
    assert rewritten > 3


def test_a_rewritten_log_is_private_and_holds_what_was_kept(log: str) -> None:
    """The lines that `compact` gives, between newlines, in a file for this user only."""
    put(log, b"\n1\n\n2\n\n3\n")
    os.chmod(log, 0o644)
    sizes = rewrite.rewrite(log, lambda lines: [line for line in lines if line == b"2"])

    assert (Path(log).read_bytes(), sizes, names(log)) == (b"\n2\n", (9, 3), ["a.jsonl"])
    assert os.stat(log).st_mode & 0o777 == 0o600


def test_what_comes_during_a_rewriting_is_carried_over(log: str) -> None:
    """Also the second half of a line that was being written."""
    put(log, b"\n1\n\n2")

    def compact(_: list[bytes]) -> list[bytes]:
        with open(log, "ab") as file:
            file.write(b"22\n\n3\n")
        return []

    rewrite.rewrite(log, compact)

    assert Path(log).read_bytes().split() == [b"222", b"3"]


def test_a_rewriting_that_was_cut_off_loses_nothing(log: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed right after the new file took the name: what came meanwhile is found by the next one."""
    put(log, b"\n1\n\n2\n")

    def compact(lines: list[bytes]) -> list[bytes]:
        with open(log, "ab") as file:
            file.write(b"\nlate\n")
        return [b"2"]

    with monkeypatch.context() as killed:
        killed.setattr(rewrite, "_append", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            rewrite.rewrite(log, compact)
    assert b"late" not in Path(log).read_bytes()
    rewrite.rewrite(log, lambda lines: [line for line in lines if line in (b"2", b"late")])

    assert sorted(Path(log).read_bytes().split()) == [b"2", b"2", b"late"]
    assert names(log) == ["a.jsonl"]


def test_an_old_log_goes(log: str) -> None:
    """And nothing stays beside it."""
    put(log, age=100)

    assert rewrite.remove(log, lambda: False, time.time() - 50)
    assert names(log) == []


@pytest.mark.parametrize(("age", "stays"), [(10, False), (100, True)])
def test_a_log_that_is_needed_after_all_stays(log: str, age: int, stays: bool) -> None:
    """Written to since, or its session lives again."""
    put(log, b"\nold\n", age)

    assert not rewrite.remove(log, lambda: stays, time.time() - 50)
    assert (Path(log).read_bytes(), names(log)) == (b"\nold\n", ["a.jsonl"])


def test_a_log_stays_where_nobody_can_tell_whether_it_is_needed(log: str) -> None:
    """The fleet cannot be read at that moment: the log has its name again when the error comes out.

    Bug shown: it was left aside, where no reader sees it, until the next prune.
    """
    put(log, b"\nold\n", 100)

    def stays() -> bool:
        raise CstError("a record is torn")

    with pytest.raises(CstError, match="a record is torn"):
        rewrite.remove(log, stays, time.time() - 50)
    assert (Path(log).read_bytes(), names(log)) == (b"\nold\n", ["a.jsonl"])


def test_a_writer_that_has_the_log_open_keeps_it(log: str) -> None:
    """It opened the log before the name went and writes after: the line is there, and so is the log."""
    put(log, b"\nold\n", 100)
    writer = os.open(log, os.O_WRONLY | os.O_APPEND)

    def write() -> None:
        time.sleep(0.2)
        os.write(writer, b"\nlate\n")
        os.close(writer)

    thread = threading.Thread(target=write)
    thread.start()
    removed = rewrite.remove(log, lambda: False, time.time() - 50)
    thread.join()

    assert (removed, Path(log).read_bytes(), names(log)) == (False, b"\nold\n\nlate\n", ["a.jsonl"])


def test_a_log_given_back_stands_before_what_came_meanwhile(log: str) -> None:
    """A session that was resumed in that moment began a new log of the same name."""
    put(log, b"\nold\n", 10)

    def meanwhile() -> bool:
        put(log, b"\nnew\n")
        return True

    put(log, b"\nold\n", 100)
    assert not rewrite.remove(log, meanwhile, time.time() - 50)
    assert (Path(log).read_bytes(), names(log)) == (b"\nold\n\nnew\n", ["a.jsonl"])


def test_fifty_hooks_lose_no_event_while_their_log_is_removed(tmp_path: Path) -> None:
    """The log looks old before each removal, and is appended to all the while by the real hook."""
    session = "c81ffd58-6366-46e5-b2bb-089dc2fdf942"
    log = str(tmp_path / "state" / "events" / "v1" / f"{session}.jsonl")
    os.makedirs(os.path.dirname(log), 0o700)
    put(log, b"", 1000)
    loop = 'for i in 1 2 3 4; do printf \'{"session_id":"%s","hook_event_name":"Stop","n":"%s.%s"}\' "$1" "$2" $i | sh "$3"; done'
    env = {"PATH": os.environ["PATH"], "CST_STATE_DIR": str(tmp_path / "state")}
    hooks = [
        subprocess.Popen(["sh", "-c", loop, "sh", session, str(n), str(ROOT / "shell" / "hook.sh")], env=env)
        for n in range(WRITERS)
    ]
    tried, gone = 0, 0
    while any(hook.poll() is None for hook in hooks):
        try:
            if tried % 2 and os.stat(log).st_size:
                os.utime(log, (time.time() - 1000, time.time() - 1000))
            gone += rewrite.remove(log, lambda: os.path.getsize(_aside(log)) > 0, time.time() - 500)
            tried += 1
        except FileNotFoundError:
            continue
    told = re.findall(rb'"n":"([0-9]+\.[0-9])"', Path(log).read_bytes())

    assert sorted(told) == sorted(f"{n}.{i}".encode() for n in range(WRITERS) for i in range(1, 5))
    assert names(log) == [f"{session}.jsonl"]
    assert tried > 3


def _aside(log: str) -> str:
    return next(f"{os.path.dirname(log)}/{name}" for name in names(log) if name.endswith(".aside"))


def test_what_a_killed_prune_left_is_given_back(log: str) -> None:
    """A log without a name gets it back, before what came since."""
    put(log, b"\nnew\n")
    put(log + ".4711.aside", b"\nold\n")

    assert rewrite.recover(os.path.dirname(log)) == 1
    assert (Path(log).read_bytes(), names(log)) == (b"\nold\n\nnew\n", ["a.jsonl"])


def test_only_one_prunes(tmp_path: Path) -> None:
    """The second is told so, and the lock goes with the process."""
    with rewrite.locked(str(tmp_path)) as first, rewrite.locked(str(tmp_path)) as second:
        assert (first, second) == (True, False)
    with rewrite.locked(str(tmp_path)) as third:
        assert third


def test_without_leases_a_log_at_rest_goes(log: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """macOS and NFS have none: a pause tells whether somebody writes."""
    monkeypatch.delattr("fcntl.F_SETLEASE")
    put(log, age=100)

    assert rewrite.remove(log, lambda: False, time.time() - 50)
