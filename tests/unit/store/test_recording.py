"""Recordings: every golden snapshot survives being written and read, redacted or not, and any bytes are refused well."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cst.model import CstError, Snapshot, Transcript
from cst.store import recording
from tests.unit.core.golden import told
from tests.unit.store.recordings import GOLDEN, written


@pytest.mark.parametrize("name", GOLDEN)
def test_a_look_comes_back(tmp_path: Path, name: str) -> None:
    """What was seen, and so what a person is told, is the same after it was written and read."""
    (back,) = recording.frames(str(written(tmp_path / "r", GOLDEN[name])))

    assert told(back) == told(GOLDEN[name])
    assert back.marks == list(GOLDEN[name].marks)


def test_only_what_changed_is_written(tmp_path: Path) -> None:
    """A look that says the same adds no line, a changed part adds only itself, an emptied part is null."""
    seen = GOLDEN["permission-hooks" if "permission-hooks" in GOLDEN else next(iter(GOLDEN))]
    looks = [seen, seen._replace(now=seen.now + 1), seen._replace(now=seen.now + 2, transcripts={}, home="/home/v")]
    lines = [json.loads(line) for line in written(tmp_path / "r", *looks).read_text().splitlines()]
    back = list(recording.frames(str(tmp_path / "r")))

    assert [sorted(line) for line in lines[2:]] == [["home", "now", "transcripts"] if seen.transcripts else ["home", "now"]]
    assert (back[-1].transcripts, back[-1].home, back[-1].records) == ({}, "/home/v", list(seen.records))


def test_a_moment_is_counted_from_the_beginning(tmp_path: Path) -> None:
    """`at` seconds: the look that held then; without it the last one."""
    seen = next(iter(GOLDEN.values()))
    path = str(written(tmp_path / "r", *[seen._replace(now=1000.0 + 10 * i, home=f"/{i}") for i in range(3)]))
    homes = [recording.frame(path, after).home for after in (0.0, 9.9, 10.0, 500.0, None)]

    assert homes == ["/0", "/0", "/1", "/2", "/2"]


def test_running_or_sleeping_is_no_change(tmp_path: Path) -> None:
    """R and S flicker, and a process's start is known to 10 ms: neither makes a line; T does."""
    seen = GOLDEN["stopped"]
    lines: list[str] = []
    writer = recording.Writer(lines.append, "test", redacted=False)
    ((pid, process),) = seen.processes.items()
    states = [process._replace(state=s, started_at=5.0 + i / 1000) for i, s in enumerate("SRDT")]

    assert [writer.add(seen._replace(processes={pid: one})) for one in states] == [True, False, False, True]


def test_tools_and_subagents_come_back(tmp_path: Path) -> None:
    """Nested nouns have their classes again."""
    seen = next(s for s in GOLDEN.values() if any(t.subagents and t.subagents[0].tool for t in s.transcripts.values()))
    (back,) = recording.frames(str(written(tmp_path / "r", seen)))
    (tail,) = back.transcripts.values()

    assert isinstance(tail, Transcript)
    assert tail == next(iter(seen.transcripts.values()))


@given(st.lists(st.binary(max_size=60) | st.sampled_from([b'{"cst_recording":1}', b'{"now":1}', b'{"now":1,"records":[{"pid":1}]}',
                                                          b'{"now":1,"records":5}', b"[]", b'{"now":null}']), max_size=5))  # fmt: skip
def test_any_file_is_refused_or_read(tmp_path: Path, lines: list[bytes]) -> None:
    """Whatever the bytes are: looks, or one sentence that names the line."""
    path = tmp_path / "r"
    path.write_bytes(b"\n".join(lines))
    try:
        found = list(recording.frames(str(path)))
    except CstError as error:
        assert str(path) in str(error)  # noqa: PT017  # one of two ends, each right
    else:
        assert all(isinstance(seen, Snapshot) for seen in found)


@pytest.mark.parametrize("parts", [
    {"records": [{"pid": 1, "status_at": [[]]}]}, {"records": [{"pid": 1, "started_at": "x"}]}, {"records": [{"pid": True}]}, {"records": {"pid": 1}}, {"boot": float("nan")},
    {"processes": {"7": {"pid": 7, "start": "1", "started_at": {"id": 1}}}}, {"processes": {"x": {}}}, {"processes": {"7": {"pid": 7, "ancestors": [None]}}}, {"home": None, "branches": {"/w": 5}},
    {"events": {"s": [{"name": "Stop", "t": 1e300, "pid": 1}]}}, {"tasks": {"s": {"done": 10**20}}}, {"marks": [[]]}, {"problems": [["one"]]}, {"transcripts": {"s": {"tools": [{"id": 1}]}}},
    {"zones": {"UTC": "x"}}, {"weights": {"*": "10"}}, {"panes": [{"pane": 7}]}, {"records": [{"pid": 1, "shell_at": 1}]},
])  # fmt: skip
def test_another_type_is_refused(tmp_path: Path, parts: dict[str, Any]) -> None:
    """In any field: no rule could tell what it means. Bug shown: `cst replay` ended with a trace."""
    path = tmp_path / "r"
    path.write_text('{"cst_recording": 1}\n{"now": 1}\n' + json.dumps({"now": 2, **parts}) + "\n")
    with pytest.raises(CstError, match="line 3 is no line of a recording"):
        list(recording.frames(str(path)))


def test_a_hook_told_again_is_no_change(tmp_path: Path) -> None:
    """A hook's time is rebuilt at each look, to some 10 ms."""
    seen = next(s for s in GOLDEN.values() if any(s.events.values()))
    lines: list[str] = []
    writer = recording.Writer(lines.append, "test", redacted=False)
    moved = {name: tuple(e._replace(t=int(e.t) + 0.5 + shift) for e in log) for shift in (0.0,) for name, log in seen.events.items()}
    again = {name: tuple(e._replace(t=e.t + 0.02) for e in log) for name, log in moved.items()}

    assert [writer.add(seen._replace(events=logs)) for logs in (moved, again)] == [True, False]
