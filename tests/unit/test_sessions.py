"""What a look at the sessions marks by itself, and which session a word means among those that live and have ended."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from cst import sessions
from cst.model import Session
from cst.settings import Settings
from cst.snapshot import ROWS
from cst.store import marks
from tests.testing import (
    ID,
    OTHER_ID,
    Live,
    called,
    jsonl,
    registry_entry,
    resulted,
    said,
    started,
    typed,
    write_registry,
    write_transcript,
)


@pytest.mark.parametrize(("word", "key"), [("api", "over"), ("api-", "2.1"), ("web", "3.1"), ("web-2", "over-2"), ("11111111", "over")])
def test_the_best_match(claude: Path, live: Live, own: Settings, word: str, key: str) -> None:
    """A whole name before a beginning, also of a session that has ended; else one that lives before one that has."""
    pids = {"2.1": live.start("claude"), "3.1": live.start("claude")}
    for number, (name, pid) in enumerate(zip(("api-2", "web"), pids.values(), strict=True)):
        entry = registry_entry(pid, procStart=started(pid), sessionId=f"{number}{OTHER_ID[1:]}", name=name, nameSource="user")
        write_registry(claude, entry)
    over = {"over": ID, "over-2": "22222222-3333-4444-8555-666666666666"}
    for (_, session_id), title in zip(over.items(), ("api", "web-2 old"), strict=True):
        write_transcript(claude, [typed("go", time.time() - 60), {"type": "custom-title", "customTitle": title, "sessionId": session_id}], session_id)
    _, found = sessions.resolve_any(word, own, ROWS)

    assert found.key == (over.get(key) or f"{pids[key]}.{started(pids[key])}")


def test_an_ended_session_is_shown_with_all_that_it_did(claude: Path, live: Live, own: Settings) -> None:
    """Its tools, its subagents and its last words, as in the picker's preview; of one that was killed too.

    Bug shown: "no tool was used yet" of a session that had used many.
    """
    now = time.time()
    done = [typed("go", now - 60), called("Bash", {"command": "make"}, now - 50, "t1"), resulted("ok", now - 40, "t1"), said("All built.", now - 30)]
    for session_id in (ID, OTHER_ID):
        path = write_transcript(claude, done, session_id)
        (path.parent / session_id / "subagents").mkdir(parents=True)
        (path.parent / session_id / "subagents" / "agent-a1.jsonl").write_bytes(jsonl([typed("look"), said("found")]))
    write_registry(claude, registry_entry(10**8, sessionId=OTHER_ID, procStart="1"))
    found = [sessions.with_history(session_id, own)[1] for session_id in (ID, OTHER_ID)]

    assert [(s.pid, s.last_words) for s in found] == [(None, "All built.")] * 2
    assert [[(t.name, t.detail, t.outcome) for t in s.transcript.tools] for s in found if s.transcript] == [[("Bash", "make", "ok")]] * 2
    assert [len(s.transcript.subagents) for s in found if s.transcript] == [1, 1]


def _session(state: str, watched: bool, key: str = "41.100", needs_you: bool = False) -> Session:
    return Session(key, key, 41, state, 1000.0, "", "", watched=watched, needs_you=needs_you)


def test_seen_on_screen(own: Settings) -> None:
    """Only what is done, or was brought back in mid-turn, and is on the screen is marked as seen."""
    fleet = [_session("done", True, "1.1"), _session("done", False, "2.1"), _session("asked", True, "3.1"),
             _session("error", True, "4.1"), _session("permission", True, "5.1"), _session("interrupted", True, "6.1"),
             _session("interrupted", True, "7.1", needs_you=True), _session("interrupted", False, "8.1", needs_you=True)]  # fmt: skip
    found = sessions.mark_seen_on_screen(own, fleet, 2000.0)

    assert found
    assert [(m.key, m.mark, m.by) for m in marks.read(own.marks_file)[0]] == [("1.1", "seen", "look"), ("7.1", "seen", "look")]


def test_nothing_on_screen(own: Settings) -> None:
    """A status line that sees nothing new writes nothing."""
    found = sessions.mark_seen_on_screen(own, [_session("done", False)], 2000.0)

    assert (found, Path(own.marks_file).exists()) == (False, False)


def test_a_log_that_cannot_be_written(own: Settings) -> None:
    """They stay `done`, in silence."""
    Path(own.marks_file).mkdir(parents=True)

    assert not sessions.mark_seen_on_screen(own, [_session("done", True)], 2000.0)
