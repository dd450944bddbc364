"""Marks: a line in a log, and who has looked at what."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from cst.actions import find, mark
from cst.model import CstError, Place, Session
from cst.settings import Settings
from cst.sources import marks

PLACE = Place("/tmp/s", "work", "1", "%7", "work:1.0", "=$1:@1.%7")


def _session(state: str, watched: bool, key: str = "41.100") -> Session:
    return Session(key, key, 41, state, 1000.0, "", "", watched=watched, place=PLACE)


def test_seen(own: Settings) -> None:
    """`seen` appends one mark with the key, the moment and by whom."""
    mark.seen(own, _session("asked", False), 2000.5, "you")
    [made], skipped = marks.read(own.marks_file)

    assert (made.t, made.mark, made.key, made.by, skipped) == (2000.5, "seen", "41.100", "you", 0)


def test_the_log_is_private(own: Settings) -> None:
    """The marks log is readable by its owner alone, and so is its folder."""
    mark.seen(own, _session("done", False), 2000.0, "you")
    modes = [stat.S_IMODE(os.stat(path).st_mode) for path in (own.marks_file, os.path.dirname(own.marks_file))]

    assert modes == [0o600, 0o700]


def test_noticed(own: Settings) -> None:
    """Only what is done and watched is marked as looked at."""
    sessions = [_session("done", True, "1.1"), _session("done", False, "2.1"), _session("asked", True, "3.1"),
                _session("error", True, "4.1"), _session("permission", True, "5.1")]  # fmt: skip
    found = mark.noticed(own, sessions, 2000.0)

    assert found
    assert [(m.key, m.by) for m in marks.read(own.marks_file)[0]] == [("1.1", "look")]


def test_nothing_noticed(own: Settings) -> None:
    """A status line that sees nothing new writes nothing."""
    found = mark.noticed(own, [_session("done", False)], 2000.0)

    assert (found, Path(own.marks_file).exists()) == (False, False)


def test_a_log_that_cannot_be_written(own: Settings) -> None:
    """A person's mark that cannot be written is an error with its reason; a noticed one stays `done` in silence."""
    Path(own.marks_file).mkdir(parents=True)
    with pytest.raises(CstError, match=r"cannot write .*v1\.jsonl: .*; mend its permissions"):
        mark.seen(own, _session("done", True), 2000.0, "you")

    assert not mark.noticed(own, [_session("done", True)], 2000.0)


def test_here(own: Settings) -> None:
    """Without a word, the session of the pane that cst runs in is meant."""
    session = _session("done", False)
    inside = own._replace(tmux="/tmp/s,1,0", tmux_pane="%7")

    assert session == find.here([session], inside)


@pytest.mark.parametrize(
    ("tmux", "pane", "words"),
    [
        ("", "", "not inside tmux"),
        ("/tmp/s,1,0", "%8", "no Claude Code session"),
        ("/tmp/other,1,0", "%7", "no Claude Code session"),
    ],
)
def test_nobody_here(own: Settings, tmux: str, pane: str, words: str) -> None:
    """Outside tmux, or in a pane without a session, cst says so."""
    with pytest.raises(CstError, match=words):
        find.here([_session("done", False)], own._replace(tmux=tmux, tmux_pane=pane))
