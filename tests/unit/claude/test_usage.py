"""What each answer took is read from transcripts; whatever else is in them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cst.claude import usage
from tests.testing import ID, NOW, typed
from tests.testing import jsonl as lines

ACCOUNT = {"type": "cost-state", "sessionId": ID, "totalCostUSD": 0.25}


def answer(number: int = 1, /, **told: Any) -> dict[str, Any]:
    """A line of an answer as the client writes it."""
    used = {
        "input_tokens": 6,
        "cache_creation_input_tokens": 1420,
        "cache_read_input_tokens": 12779,
        "output_tokens": 60,
    }
    message = {
        "id": f"msg_{number}",
        "role": "assistant",
        "model": "claude-opus-5-5",
        "usage": {**used, **told},
        "content": [],
    }
    return {"type": "assistant", "message": message, "sessionId": ID, "cwd": "/x", "version": "2.1.332",
            "timestamp": "2026-11-20T15:00:00.000Z", "gitBranch": "main"}  # fmt: skip


def write(path: Path, *some: Any) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(lines(some))
    return str(path)


def test_an_answer(tmp_path: Path) -> None:
    """Tokens of each kind, and when, where and by which client it was asked."""
    [found] = usage.read(write(tmp_path / "a.jsonl", typed("go", NOW - 9), answer())).answers

    assert (found.id, found.session_id, found.at, found.model, found.cwd) == ("msg_1", ID, NOW, "claude-opus-5-5", "/x")
    assert (found.input, found.output, found.written_5m, found.written_1h, found.read) == (6, 60, 1420, 0, 12779)


def test_what_was_written_for_an_hour(tmp_path: Path) -> None:
    """Where the client tells both kinds, both count."""
    told: dict[str, Any] = {"cache_creation": {"ephemeral_1h_input_tokens": 1000, "ephemeral_5m_input_tokens": 420}, "speed": "fast",
            "inference_geo": "us", "server_tool_use": {"web_search_requests": 2}}  # fmt: skip
    [found] = usage.read(write(tmp_path / "a.jsonl", answer(**told))).answers

    assert (found.written_5m, found.written_1h, found.fast, found.us, found.searches) == (420, 1000, True, True, 2)


def test_the_model_that_was_asked_for_counts(tmp_path: Path) -> None:
    """The client prices that one; its own words have none."""
    path = write(tmp_path / "a.jsonl", {**answer(), "requestedModel": "claude-opus-5"}, {
        **answer(2), "message": {**answer(2)["message"], "model": "<synthetic>"}})  # fmt: skip

    assert [found.model for found in usage.read(path).answers] == ["claude-opus-5"]


def test_the_account_at_the_end(tmp_path: Path) -> None:
    """The client writes it when it ends in order; it is told how many answers stand before it, and whether it guessed."""
    guessed = {**ACCOUNT, "hasUnknownModelCost": True}
    found = usage.read(write(tmp_path / "a.jsonl", answer(), ACCOUNT, {"type": "last-prompt"}, answer(2), guessed))

    assert [(one.session_id, one.dollars, one.after, one.guessed) for one in found.accounts] == [
        (ID, 0.25, 1, False), (ID, 0.25, 2, True),
    ]  # fmt: skip


def test_reading_goes_on_where_it_ended(tmp_path: Path) -> None:
    """Behind the last whole line; what is not whole yet is read again, and a transcript that is another is found out."""
    path = Path(write(tmp_path / "a.jsonl", answer()))
    second = lines([answer(2)])
    path.write_bytes(path.read_bytes() + second[:-9])
    first = usage.read(str(path))
    path.write_bytes(path.read_bytes() + second[-9:] + lines([answer(3)]))
    then = usage.read(str(path), first.cursor)

    assert ([one.id for one in first.answers], [one.id for one in then.answers]) == (["msg_1"], ["msg_2", "msg_3"])
    assert usage.fits(str(path), then.cursor, then.check)
    path.write_bytes(path.read_bytes().replace(b"msg_3", b"msg_4"))
    assert not usage.fits(str(path), then.cursor, then.check)
    path.write_bytes(b"")
    assert not usage.fits(str(path), then.cursor, then.check)


def test_lines_that_are_broken_are_passed_over(tmp_path: Path) -> None:
    """So are usages of any shape, and a line that has no end."""
    odd = [
        {"type": "assistant", "message": {"usage": 7}},
        {"type": "user", "message": {"usage": {}}},
        answer(input_tokens="x"),
    ]
    path = Path(write(tmp_path / "a.jsonl", *odd, answer(2)))
    path.write_bytes(b'{"usage":{\n' + path.read_bytes() + b'{"usage":{' + b"x" * (11 << 20))

    assert [(found.id, found.input) for found in usage.read(str(path)).answers] == [("msg_1", 0), ("msg_2", 6)]
