"""What a look at the sessions marks by itself."""

from __future__ import annotations

from pathlib import Path

from cst import sessions
from cst.model import Session
from cst.settings import Settings
from cst.store import marks


def _session(state: str, watched: bool, key: str = "41.100") -> Session:
    return Session(key, key, 41, state, 1000.0, "", "", watched=watched)


def test_seen_on_screen(own: Settings) -> None:
    """Only what is done and on the screen is marked as seen."""
    fleet = [_session("done", True, "1.1"), _session("done", False, "2.1"), _session("asked", True, "3.1"),
             _session("error", True, "4.1"), _session("permission", True, "5.1")]  # fmt: skip
    found = sessions.mark_seen_on_screen(own, fleet, 2000.0)

    assert found
    assert [(m.key, m.mark, m.by) for m in marks.read(own.marks_file)[0]] == [("1.1", "seen", "look")]


def test_nothing_on_screen(own: Settings) -> None:
    """A status line that sees nothing new writes nothing."""
    found = sessions.mark_seen_on_screen(own, [_session("done", False)], 2000.0)

    assert (found, Path(own.marks_file).exists()) == (False, False)


def test_a_log_that_cannot_be_written(own: Settings) -> None:
    """They stay `done`, in silence."""
    Path(own.marks_file).mkdir(parents=True)

    assert not sessions.mark_seen_on_screen(own, [_session("done", True)], 2000.0)
