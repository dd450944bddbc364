"""What was typed, by the client's own list of prompts."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cst.claude import transcript, typed
from tests.testing import ID, NOW, OTHER_ID, called, jsonl, resulted, write_transcript
from tests.testing import typed as prompt


def long_turn(claude: Path) -> str:
    """A turn whose prompt lies further from its end than a row reads."""
    calls = [line for i in range(8) for line in (called("Read", {"file_path": f"/f{i}"}, NOW - 80 + i, f"t{i}"),
                                                 resulted("x" * 90_000, NOW - 79.5 + i, f"t{i}"))]  # fmt: skip
    return str(write_transcript(claude, [prompt("the real one", NOW - 900), *calls]))


def listed(claude: Path, *said: tuple[str, str]) -> None:
    """The client's list: who said what, oldest first."""
    (claude / "history.jsonl").write_bytes(jsonl({"display": words, "project": "/p", "sessionId": who} for who, words in said))


def test_a_prompt_that_is_far_from_the_end(claude: Path) -> None:
    """The newest of its own. Bug shown: with 256 KB behind it the row had none."""
    path = long_turn(claude)
    before = transcript.read(path).last_prompt
    listed(claude, (ID, "an older one"), (ID, "the real one"), (OTHER_ID, "another's"))

    assert (before, transcript.read(path).last_prompt) == ("", "the real one")
    assert transcript.read(path, turn=False).last_prompt == ""


def test_what_no_person_typed_is_none(claude: Path) -> None:
    """And lines that cannot be used are passed over."""
    listed(claude, (ID, "mine"), (ID, "<task-notification>x</task-notification>"), (ID, ""))
    with (claude / "history.jsonl").open("ab") as file:
        file.write(b'{"sessionId":"' + ID.encode() + b'", torn\n')

    assert typed.last_prompt(f"{claude}/projects/-p/{ID}.jsonl") == "mine"


@pytest.mark.parametrize("kind", ["absent", "a folder", "unreadable"])
def test_a_list_that_cannot_be_read_is_none(claude: Path, kind: str) -> None:
    """The prompt is not known then."""
    path = claude / "history.jsonl"
    if kind == "a folder":
        path.mkdir()
    elif kind == "unreadable":
        os.mkfifo(path)

    assert typed.last_prompt(f"{claude}/projects/-p/{ID}.jsonl") == ""
