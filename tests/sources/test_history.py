"""Ended sessions, by their transcripts."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from cst.model import Ended
from cst.sources import history

from ..testing import ID, NOW, OTHER_ID, ended_turn, said, typed, write_transcript


def put(claude: Path, session_id: str = ID, age: float = 60, lines: list[Any] | None = None, cwd: str = "/home/u/a") -> Path:
    made = [typed("hi"), said("ho"), ended_turn(), {"type": "last-prompt", "lastPrompt": "hi", "sessionId": session_id}]
    path = write_transcript(claude, lines or made, session_id, cwd)
    os.utime(path, (NOW - age, NOW - age))
    return path


def read(claude: Path, alive: set[str] = frozenset(), oldest: float = 0.0) -> list[Ended]:  # type: ignore[assignment]
    return history.read(str(claude), set(alive), oldest)


def test_an_ended_session_is_told_by_the_end_of_its_transcript(claude: Path) -> None:
    """Its prompt, folder, branch and version stand in its last lines."""
    path = put(claude)
    (found,) = read(claude)
    tail = found.transcript

    assert (ID, str(claude), str(path), NOW - 60) == (found.session_id, found.config_dir, tail.path, tail.mtime)
    assert (tail.last_prompt, tail.cwd, tail.branch, tail.version) == ("hi", "/home/u/proj/alpha", "main", "2.1.329")


def test_live_and_old_sessions_are_left_out(claude: Path) -> None:
    """A session that lives is not over; one that ended before the limit is not asked for."""
    put(claude, ID, 60)
    put(claude, OTHER_ID, 6000)

    assert [one.session_id for one in read(claude, {ID})] == [OTHER_ID]
    assert [one.session_id for one in read(claude, oldest=NOW - 600)] == [ID]


def test_the_newest_come_first_and_200_are_enough(claude: Path) -> None:
    """Of ten thousand old transcripts only the newest 200 are opened."""
    ids = [f"{n:08}-2222-4333-8444-555555555555" for n in range(230)]
    for n, session_id in enumerate(ids):
        put(claude, session_id, 60 + n, cwd=f"/home/u/{n % 7}")

    assert ids[:200] == [one.session_id for one in read(claude)]


def test_what_is_no_transcript_is_left_out(claude: Path) -> None:
    """Subagents, notes and files beside the folders."""
    path = put(claude)
    (path.parent / "agent-a1.jsonl").write_text("{}")
    (path.parent / f"{OTHER_ID}.txt").write_text("{}")
    (path.parent / OTHER_ID / "subagents").mkdir(parents=True)
    (claude / "projects" / "file").write_text("")

    assert [one.session_id for one in read(claude)] == [ID]


def test_no_projects_are_no_sessions(claude: Path) -> None:
    """Before the first prompt there is no folder."""
    assert read(claude) == []


def test_any_lines_are_read(claude: Path) -> None:
    """Lines that are no JSON are counted, values of other types are passed over."""
    lines = [b"\xff\xfe", b"{", b"[1]", b'{"cwd":7,"lastPrompt":null,"customTitle":[]}', b"[" * 5000]
    put(claude, lines=lines)
    (found,) = read(claude)

    assert (found.transcript.skipped, found.transcript.cwd, found.transcript.title, found.transcript.last_prompt) == (3, "", "", "")


def test_a_persons_title_beats_the_machines(claude: Path) -> None:
    """As in the transcript of a live session, custom-title wins over a later ai-title.

    Bug shown: the later line won.
    """
    put(claude, lines=[{"type": "custom-title", "customTitle": "mine"}, {"type": "ai-title", "aiTitle": "its"}])
    (found,) = read(claude)

    assert found.transcript.title == "mine"


def test_a_transcript_that_is_gone_hides_no_other(claude: Path) -> None:
    """The client deletes old transcripts while we look; a dangling link looks the same.

    Bug shown: FileNotFoundError out of entry.stat(), and with it the end of `ls --all`.
    """
    path = put(claude)
    (path.parent / f"{OTHER_ID}.jsonl").symlink_to("nowhere")

    assert [one.session_id for one in read(claude)] == [ID]


def test_a_transcript_that_cannot_be_read_hides_no_other(claude: Path) -> None:
    """A folder in the place of a transcript.

    Bug shown: IsADirectoryError out of the read, and with it the end of `ls --all`.
    """
    path = put(claude)
    (path.parent / f"{OTHER_ID}.jsonl").mkdir()

    assert ID in [one.session_id for one in read(claude)]
