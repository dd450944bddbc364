"""Ended sessions, by their transcripts."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from cst.claude import history
from cst.model import Ended
from tests.testing import ID, NOW, OTHER_ID, ended_turn, jsonl, said, typed, write_transcript


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


def test_a_last_line_over_the_limit_is_read_whole(claude: Path) -> None:
    """A session that ended in a picture knows its folder."""
    put(claude, lines=[typed("go"), {**typed("x" * 300_000), "cwd": "/home/u/there"}, {"type": "mode"}])
    (found,) = read(claude)

    assert found.transcript.cwd == "/home/u/there"


def blobs(count: int, size: int) -> list[Any]:
    """What the client writes of a request: it tells no folder."""
    return [{"type": "api-request-blob", "hash": "7", "message": {"content": "x" * size}}] * count


@pytest.mark.parametrize("lines", [
    [*blobs(1, 43_000), *blobs(1, 11_000)],  # a prompt that hung, and the client was killed
    blobs(40, 43_000),  # beyond all that is read of its end
])  # fmt: skip
def test_a_session_that_ends_in_requests_knows_its_folder(claude: Path, lines: list[Any]) -> None:
    """More of its end is read, and its beginning.

    Bug shown: the list had its id alone, and asked whether to resume it in "".
    """
    told = [{"type": "ai-title", "aiTitle": "Count"}, {**typed("go"), "cwd": "/home/u/there"}]
    put(claude, lines=[*told, *blobs(1, 40_000), *lines])
    (found,) = read(claude)

    assert (found.transcript.cwd, found.transcript.branch, found.transcript.title) == ("/home/u/there", "main", "Count")


def test_a_title_from_the_start_is_known(claude: Path) -> None:
    """As `cst show` knows it: its line is written once."""
    put(claude, lines=[{"type": "custom-title", "customTitle": "mine"}, *blobs(2, 20_000), typed("go")])
    (found,) = read(claude)

    assert (found.transcript.title, found.transcript.cwd) == ("mine", "/home/u/proj/alpha")


def test_little_is_read_of_what_tells_its_folder(claude: Path) -> None:
    """24 KB: there may be thousands."""
    put(claude, lines=[*blobs(40, 43_000), typed("go")])
    (found,) = read(claude)

    assert found.transcript.read == 24 * 1024


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


# ----------------------------------------------------------------------------------------------- all history


def prompted(claude: Path, *lines: tuple[str, str], before: bytes = b"") -> None:
    """The client's history: (session id, prompt), oldest first."""
    said = [
        {"display": prompt, "pastedContents": {}, "timestamp": 1, "project": "/p", "sessionId": session_id}
        for session_id, prompt in lines
    ]
    (claude / "history.jsonl").write_bytes(before + jsonl(said))


def streamed(*claude: Path, alive: set[str] = frozenset()) -> list[Ended]:  # type: ignore[assignment]
    return list(history.stream([str(path) for path in claude], set(alive)))


def test_all_history_newest_first(claude: Path, home: Path) -> None:
    """Every transcript of every config folder, however old, but for those of live sessions."""
    other = home / "other"
    third = "33333333-2222-4333-8444-555555555555"
    put(claude, ID, 9e6)
    put(other, OTHER_ID, 60)
    put(claude, third, 70)

    assert [(one.session_id, one.config_dir) for one in streamed(claude, other, alive={third})] == [
        (OTHER_ID, str(other)), (ID, str(claude)),
    ]  # fmt: skip


def test_prompts_come_newest_first_and_once(claude: Path) -> None:
    """Each session has its own prompts, one said twice at its newest place."""
    put(claude)
    put(claude, OTHER_ID)
    prompted(claude, (ID, "one"), (OTHER_ID, "other"), (ID, "two"), (ID, "one"))

    assert {one.session_id: one.prompts for one in streamed(claude)} == {ID: ("one", "two"), OTHER_ID: ("other",)}


def test_any_history_is_read(claude: Path) -> None:
    """Keys in another order, other types, lines that are no JSON: what can be used is."""
    put(claude)
    before = b"\xff\n{\n[1]\n" + b'{"sessionId":"' + ID.encode() + b'","display":"turned round"}\n' + jsonl(
        [{"display": 7, "sessionId": ID}, {"display": "", "sessionId": ID}, {"sessionId": 9}, {"display": "x" * 5000, "sessionId": ID}]
    )
    prompted(claude, (ID, "last"), before=before)
    (one,) = streamed(claude)

    assert one.prompts == ("last", "x" * 1000, "turned round")


def test_no_history(claude: Path) -> None:
    """Without the client's history, or with a folder in its place, the transcripts alone tell."""
    put(claude)
    without = streamed(claude)
    (claude / "history.jsonl").mkdir()

    assert [one.prompts for one in (*without, *streamed(claude))] == [(), ()]


def test_the_prompts_of_one_session_are_bounded(claude: Path) -> None:
    """The newest hundred of a session are kept."""
    put(claude)
    prompted(claude, *((ID, f"prompt {n}") for n in range(300)))
    (one,) = streamed(claude)

    assert (len(one.prompts), one.prompts[0], one.prompts[-1]) == (100, "prompt 299", "prompt 200")


def test_transcripts_are_opened_when_their_turn_comes(claude: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first row waits for one transcript, not for all."""
    opened: list[str] = []
    peek = history.peek
    monkeypatch.setattr(history, "peek", lambda path: opened.append(path) or peek(path))
    for n in range(20):
        put(claude, f"{n:08}-2222-4333-8444-555555555555", n)
    next(iter(history.stream([str(claude)], set())))

    assert len(opened) == 1


def test_the_first_rows_wait_for_a_part_of_the_history(claude: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Old prompts are read behind the first rows, and are there for the later ones."""
    monkeypatch.setattr(history, "_AT_ONCE", 1 << 20)
    monkeypatch.setattr(history, "_FIRST", 1)
    filler = [("33333333-2222-4333-8444-555555555555", "x" * 1000)] * 1100  # over the megabyte that is read at once
    put(claude, ID, 60)
    put(claude, OTHER_ID, 90)
    prompted(claude, (ID, "old"), (OTHER_ID, "older"), *filler, (ID, "new"))
    first, second = streamed(claude)

    assert (first.prompts, second.prompts) == (("new",), ("older",))


def test_a_transcript_of_two_folders_is_found_once(claude: Path, home: Path) -> None:
    """One transcript under several config folders or projects: found by its id, listed once, the newest of its copies.

    Bug shown: `resume` called a whole id ambiguous.
    """
    put(claude, ID, 90)
    newest = put(claude, ID, 50, cwd="/home/u/moved")
    put(home / "copy", ID, 60)
    (home / "link").mkdir()
    (home / "link" / "projects").symlink_to(claude / "projects")
    folders = [str(claude), str(home / "copy"), str(home / "link")]
    found = [history.find(folders, ID, set()), history.find(folders, ID[:6], set()), *history.stream(folders, set())]

    assert [(one.transcript.path, one.config_dir) if one else None for one in found] == [(str(newest), str(claude))] * 3
    assert [one.transcript.path for one in read(claude)] == [str(newest)]


def test_find_in_all_history(claude: Path) -> None:
    """One session by its id or the only beginning of it; what is ambiguous, short, alive or no id finds none."""
    put(claude, ID, 9e6)
    put(claude, ID[:-1] + "6", 60)
    put(claude, OTHER_ID, 60)
    found = [
        history.find([str(claude)], word, {OTHER_ID[:-1]})
        for word in (ID, ID[:8], OTHER_ID[:4], OTHER_ID[:3], "nope", "../x", "")
    ]

    assert [one.session_id if one else None for one in found] == [ID, None, OTHER_ID, None, None, None, None]
    assert history.find([str(claude)], OTHER_ID, {OTHER_ID}) is None
