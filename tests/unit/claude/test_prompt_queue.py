"""What a client has queued, from its transcript."""

from __future__ import annotations

from pathlib import Path

from cst.claude import prompt_queue
from tests.testing import NOW, stamp, typed, write_transcript


def _line(operation: str, content: str, at: float) -> dict[str, str]:
    return {"type": "queue-operation", "operation": operation, "timestamp": stamp(at), "content": content}


def test_since(claude: Path) -> None:
    """What was queued since then, newest first; a long paste without its tags."""
    pasted = '<pasted_content id="14e4">\na\nb\n</pasted_content id="14e4">'
    lines = [_line("enqueue", "old", NOW - 9), typed("go", NOW), _line("enqueue", "new", NOW), _line("dequeue", "", NOW + 1),
             _line("enqueue", pasted, NOW + 2)]  # fmt: skip
    path = str(write_transcript(claude, lines))

    assert prompt_queue.since(path, NOW - 1) == ["a\nb", "new"]
    assert prompt_queue.since(path, NOW + 3) == []


def test_waiting(claude: Path) -> None:
    """What was queued and not taken out again, oldest first; what a background task said is no prompt."""
    lines = [_line("enqueue", text, NOW) for text in ("first", "second", "third", "<task-notification>x", "fourth")]
    steps = [*lines, _line("dequeue", "", NOW), _line("remove", "third", NOW)]
    path = str(write_transcript(claude, steps))
    left = prompt_queue.waiting(path)
    write_transcript(claude, [*steps, _line("popAll", "", NOW), _line("enqueue", "again", NOW), _line("dequeue", "", NOW)])

    assert left == ["second", "fourth"]
    assert prompt_queue.waiting(path) == []


def test_waiting_since_it_began(claude: Path) -> None:
    """What an earlier process of the session had queued went with that. Bug shown: a session that was resumed was said
    to have a queued prompt, for ever."""
    path = str(write_transcript(claude, [_line("enqueue", "old", NOW - 9), typed("go", NOW), _line("enqueue", "new", NOW)]))

    assert (prompt_queue.waiting(path), prompt_queue.waiting(path, NOW - 5)) == (["old", "new"], ["new"])


def test_no_transcript(tmp_path: Path) -> None:
    """A transcript that is not there yet has queued nothing."""
    assert prompt_queue.since(str(tmp_path / "none"), 0) == []
