"""What shell/seen.sh promises: one whole mark for a key, nothing for anything else, and silence."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

import pytest

from cst.store import marks
from tests.testing import ROOT

SEEN = ROOT / "shell" / "seen.sh"


def run(state: Path, *words: str, **env: str) -> Path:
    """Run it, which has to succeed in silence; the marks file that it may have written."""
    done = subprocess.run(
        ["/bin/sh", str(SEEN), *words], env={"PATH": os.environ["PATH"], "CST_STATE_DIR": str(state), **env}, capture_output=True,
        check=False, timeout=30,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    return state / "marks" / "v1.jsonl"


def now() -> str:
    return str(int(time.time()))


def test_a_mark_is_what_cst_itself_would_write(tmp_path: Path) -> None:
    """cst reads it as a look at that session, now; the file is private."""
    path = run(tmp_path, "4711.221346", now())
    [mark], skipped = marks.read(str(path))

    assert (mark.mark, mark.key, mark.by, skipped) == ("seen", "4711.221346", "look", 0)
    assert abs(mark.t - time.time()) < 5
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_a_mark_is_not_lost_in_a_log_that_is_just_replaced(tmp_path: Path) -> None:
    """`cst prune` renames a new log there between opening and writing: the mark is written again, once.

    Bug shown: it went into the old log only. `printf` is the moment in between.
    """
    log = run(tmp_path, "1.1", now())
    meanwhile = f'printf() {{ [ -e "$PRUNED" ] || {{ : >"$PRUNED"; cp "{log}" "{log}.new"; mv "{log}.new" "{log}"; }}; command printf "$@"; }}'
    done = subprocess.run(
        ["/bin/sh", "-c", f'{meanwhile}; . "$0"', str(SEEN), "2.2", now()], capture_output=True, check=False, timeout=30,
        env={"PATH": os.environ["PATH"], "CST_STATE_DIR": str(tmp_path), "PRUNED": str(tmp_path / "pruned")},
    )  # fmt: skip

    assert (done.returncode, [mark.key for mark in marks.read(str(log))[0]]) == (0, ["1.1", "2.2"])


@pytest.mark.parametrize("key", ["", "4711", ".1", "1.", "1.2.3", "1.2\n", "$(id).1", "a.b", '1.1","x":"', "../1.1"])
def test_what_is_no_key_is_not_written(tmp_path: Path, key: str) -> None:
    """Only a pid, a dot and a start time."""
    assert not run(tmp_path, key, now()).exists()


@pytest.mark.parametrize("when", ["", "x", "-1", "0", "1795184508.5", "ninety seconds ago"])
def test_a_screen_that_nobody_sits_at_is_not_looked_at(tmp_path: Path, when: str) -> None:
    """Without a key within the last minute a script, not a person, changed the window."""
    when = str(int(time.time()) - 90) if when == "ninety seconds ago" else when

    assert not run(tmp_path, "1.1", when).exists()


def test_without_a_folder_nothing_is_written(tmp_path: Path) -> None:
    """A relative state folder is none; a link in the log's place is not followed."""
    assert not run(tmp_path, "1.1", now(), CST_STATE_DIR="relative").exists()
    (tmp_path / "marks").mkdir()
    (tmp_path / "marks/v1.jsonl").symlink_to(tmp_path / "elsewhere")
    run(tmp_path, "1.1", now())

    assert not (tmp_path / "elsewhere").exists()


def test_the_xdg_folder_counts(tmp_path: Path) -> None:
    """As for cst itself: $XDG_STATE_HOME/cst, else ~/.local/state/cst."""
    run(tmp_path, "1.1", now(), CST_STATE_DIR="", XDG_STATE_HOME=str(tmp_path / "xdg"))
    run(tmp_path, "1.1", now(), CST_STATE_DIR="", HOME=str(tmp_path / "home"))

    assert (tmp_path / "xdg/cst/marks/v1.jsonl").exists()
    assert (tmp_path / "home/.local/state/cst/marks/v1.jsonl").exists()
