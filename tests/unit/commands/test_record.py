"""`cst record` and `cst replay` as they are called."""

from __future__ import annotations

import itertools
import json
import os
import time
from pathlib import Path

import pytest

from cst.__main__ import main
from cst.store import recording
from tests.testing import cst
from tests.unit.store.recordings import GOLDEN, written


def test_record_keeps_what_is_there(home: Path, tmp_path: Path) -> None:
    """A file that exists is not overwritten, a folder that does not is a named problem."""
    (tmp_path / "kept").write_text("mine")
    there, nowhere = cst("record", str(tmp_path / "kept")), cst("record", str(tmp_path / "no" / "where"))

    assert (there.returncode, (tmp_path / "kept").read_text()) == (1, "mine")
    assert there.stderr.endswith("already exists; remove it or give another name\n")
    assert (nowhere.returncode, nowhere.stderr.endswith("give another name\n")) == (1, True)


def test_record_then_replay(home: Path, claude: Path, tmp_path: Path) -> None:
    """A recording is private, and takes only verbs that read only."""
    path = tmp_path / "r.jsonl"
    done = cst("record", str(path), "--seconds", "0.2", "--every", "0.1")
    listed = json.loads(cst("replay", str(path), "ls", "--json").stdout)

    assert (done.returncode, oct(os.stat(path).st_mode & 0o777), listed["sessions"]) == (0, "0o600", [])
    for words in (["kill", "x"], ["next"], ["pick"], ["nope"]):
        refused = cst("replay", str(path), *words)
        assert (refused.returncode, "takes only verbs that read" in refused.stderr) == (1, True)
    assert cst("replay", str(path), "ls", "--nope").returncode == 1
    assert cst("replay", "--at", "soon", str(path)).returncode == 2


def test_a_clock_that_is_set_back(home: Path, claude: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It ends after its seconds all the same. Bug shown: it went by the clock on the wall."""
    clock, looks = itertools.count(time.time(), -3600), []
    monkeypatch.setattr("time.time", lambda: next(clock))
    monkeypatch.setattr("time.sleep", lambda _: looks.append(1) or len(looks) < 1000 or pytest.fail("it goes on"))

    assert main(["record", str(tmp_path / "r.jsonl"), "--seconds", "0.05", "--every", "0.01"]) == 0
    assert looks


def test_a_torn_last_line_costs_only_itself(tmp_path: Path) -> None:
    """A full disk, a kill, or a recording that still runs: what came before is told."""
    seen = next(iter(GOLDEN.values()))
    path = written(tmp_path / "r", seen, seen._replace(now=seen.now + 1, home="/home/v"))
    path.write_bytes(path.read_bytes()[:-20])

    assert [back.home for back in recording.frames(str(path))] == [seen.home]
