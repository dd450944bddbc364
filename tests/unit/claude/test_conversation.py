"""The end of a transcript as a conversation: who said what, and nothing that nobody said."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import pytest

from cst.claude import conversation
from cst.jsonl import parse
from cst.model import Turn
from tests.testing import DATA, NOW, called, ended_turn, jsonl, resulted, said, typed


def written(tmp_path: Path, *lines: dict[str, Any] | bytes) -> str:
    """The path of a transcript of these lines."""
    path = tmp_path / "t.jsonl"
    path.write_bytes(jsonl(lines))
    return str(path)


def test_prompts_answers_and_calls_in_their_order(tmp_path: Path) -> None:
    """Each once, oldest first, with its time; results, thinking and metadata are left out."""
    thinking = said("", NOW - 28)
    thinking["message"]["content"] = [{"type": "thinking", "thinking": "hm", "signature": "x"}]
    path = written(
        tmp_path, typed("do it", NOW - 30), thinking, called("Bash", {"command": "make"}, NOW - 25), resulted("ok", NOW - 22),
        {"type": "mode", "mode": "normal"}, b"{not json", said("Done.\n  All of it.", NOW - 20), ended_turn(NOW - 19),
        {"type": "last-prompt", "lastPrompt": "do it"},
    )  # fmt: skip

    assert (
        Turn("you", "do it", NOW - 30), Turn("Bash", "make", NOW - 25), Turn("claude", "Done.\n  All of it.", NOW - 20),
    ) == conversation.read(path)  # fmt: skip


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("api-error", ["you: hello", "claude: API Error: 529 overloaded"]),
        ("compact-summary", ["you: add 1 and 1", "claude: It is 2."]),
        ("custom-command", ["you: /review main.py"]),
        ("interrupted-mid-stream", ["you: tell me a story", "claude: Once upon a", "you: [Request interrupted by user]"]),
        ("local-commands", ["you: add 1 and 1", "claude: It is 2."]),
        ("machine-prompt", ["you: start an agent", "claude: It is on its way.", "a task: reported", "claude: All done."]),
        ("thinking-only", ["you: think hard"]),
    ],
)
def test_what_clients_write(name: str, expected: list[str]) -> None:
    """Commands that the client ran itself, summaries and thinking are no conversation; a task's report is its own."""
    found = conversation.read(str(DATA / "transcripts" / f"{name}.jsonl"))

    assert expected == [f"{turn.who}: {turn.text}" for turn in found]


@pytest.mark.parametrize(("prompt", "who", "said"), [
    ("<command-message>fix</command-message>\n<command-name>/fix</command-name>\n<command-args>all</command-args>", "you", "/fix all"),
    ("Another Claude session sent a message:\n<teammate-message>x</teammate-message>", "a machine", "Another Claude session"),
    ("<system-reminder>x</system-reminder>", "a machine", "<system-reminder>"),
])  # fmt: skip
def test_who_made_a_prompt(tmp_path: Path, prompt: str, who: str, said: str) -> None:
    """A command is shown as it was typed; what no person typed is not said to be yours."""
    (tmp_path / "x.jsonl").write_bytes(jsonl([typed(prompt)]))
    [turn] = conversation.read(str(tmp_path / "x.jsonl"))

    assert (turn.who, turn.text[: len(said)]) == (who, said)


def test_only_the_last_pieces(tmp_path: Path) -> None:
    """As many as are wanted, the newest ones."""
    path = written(tmp_path, *(typed(f"p{n}", NOW + n) for n in range(300)))

    assert [turn.text for turn in conversation.read(path, most=3)] == ["p297", "p298", "p299"]
    assert len(conversation.read(path)) == conversation.MOST


@pytest.mark.parametrize(("most", "limit", "before", "expected"), [
    (3, 1 << 20, "", (3, False, True)), (9, 1 << 20, "", (9, False, True)), (10, 1 << 20, "", (9, True, True)),
    (10, 500, "", (1, False, True)), (10, 1 << 20, "u4#0", (4, True, True)), (10, 1 << 20, "u0#0", (0, True, True)),
    (10, 1 << 20, "u9#0", (0, True, False)), (10, 500, "u1#0", (0, False, False)),
])  # fmt: skip
def test_whether_that_is_the_beginning(tmp_path: Path, most: int, limit: int, before: str, expected: tuple[int, bool, bool]) -> None:
    """Only where the file was read to its first line."""
    path = written(tmp_path, *({**typed(f"p{n}", NOW + n), "uuid": f"u{n}"} for n in range(9)))

    part = conversation.part(path, most, limit, before)

    assert (len(part.turns), part.first, part.found) == expected


def test_no_more_is_parsed_than_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither what stands before the last pieces nor a long result, of which nothing is shown."""
    parsed: list[int] = []
    monkeypatch.setattr("cst.claude.conversation.parse", lambda line: (parsed.append(len(line)), parse(line))[1])
    path = written(tmp_path, *(typed(f"p{n}", NOW + n) for n in range(50)), resulted("x" * 100_000), said("end"))
    found = conversation.read(path, most=3)

    assert [turn.text for turn in found] == ["p48", "p49", "end"]
    assert (len(parsed), max(parsed) < 1000) == (3, True)


def test_what_the_client_says_to_itself(tmp_path: Path) -> None:
    """Lines marked as meta are no prompts."""
    found = conversation.read(written(tmp_path, typed("hi"), typed("Caveat: ignore this", isMeta=True)))

    assert [turn.text for turn in found] == ["hi"]


def test_what_repeats_a_prompt_is_no_piece(tmp_path: Path) -> None:
    """The client writes what it sends to the model, and the last prompt, in lines without a time.

    Bug shown: `cst grep` showed such a line as a prompt of now.
    """
    path = written(
        tmp_path, {"type": "queue-operation", "operation": "enqueue", "content": "count"}, typed("count"),
        {"type": "api-request-blob", "hash": "7", "message": {"role": "user", "content": [{"type": "text", "text": "count"}]}},
        {"type": "last-prompt", "lastPrompt": "count"},
    )  # fmt: skip

    assert [(turn.who, turn.text) for turn in conversation.search(str(path), "count", 9)] == [("you", "count")]
    assert [turn.text for turn in conversation.read(str(path))] == ["count"]


def test_a_giant_transcript(tmp_path: Path) -> None:
    """1 GB before it and a result of 5 MB in between: the conversation is there, soon."""
    path = tmp_path / "t.jsonl"
    path.write_bytes(b"")
    os.truncate(path, 1 << 30)
    with path.open("ab") as file:
        file.write(b"\n" + jsonl([typed("begin"), said("yes"), resulted("x" * 5_000_000), said("end")]))
    begun = time.process_time()
    found = conversation.read(str(path))

    assert [turn.text for turn in found] == ["begin", "yes", "end"]
    assert time.process_time() - begun < 2


def test_long_pieces_are_cut(tmp_path: Path) -> None:
    """Of a pasted file the beginning, of an endless answer the end."""
    first, last = conversation.read(written(tmp_path, typed("a" + "x" * 100_000), said("x" * 100_000 + "b")))

    assert (len(first.text), len(last.text)) == (20_000, 20_000)
    assert (first.text[0], last.text[-1]) == ("a", "b")


@pytest.mark.parametrize(
    "line",
    [
        b'{"type":"user"}', b'{"type":"user","message":[]}', b'{"type":"user","message":{"content":7}}',
        b'{"type":"assistant","message":{"content":[1,null,{"type":"text","text":5},{"type":"tool_use","name":[]}]}}',
        b'{"type":"user","message":{"content":[{"type":"tool_use","name":"Bash"}]}}', b'"type":"user"', b"[" * 5000 + b'"type":"user"',
    ],
)  # fmt: skip
def test_lines_of_any_shape(tmp_path: Path, line: bytes) -> None:
    """A line that is none costs no other."""
    found = conversation.read(written(tmp_path, typed("before"), line, typed("after")))

    assert [turn.text for turn in found if turn.who == "you"] == ["before", "after"]


def test_a_transcript_that_cannot_be_read(tmp_path: Path) -> None:
    """A missing one has no pieces; a folder is the caller's error."""
    assert conversation.read(str(tmp_path / "none")) == ()
    with pytest.raises(OSError, match="directory"):
        conversation.read(str(tmp_path))


@pytest.mark.parametrize("line", [b"", b"x", b"{}", b'"type":"user"'])
def test_lines_that_hold_nothing_are_not_parsed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: bytes) -> None:
    """However many short lines a file has, none is looked at closely.

    Bug shown: 8 MB of newlines took eight seconds.
    """
    monkeypatch.setattr(conversation, "parse", lambda _: pytest.fail("parsed"))
    path = tmp_path / "t.jsonl"
    path.write_bytes((line + b"\n") * 50_000)

    assert conversation.read(str(path)) == ()
