"""One session's page as JSON: the picker's pages as lines, the conversation as turns."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pytest

from cst.claude import conversation
from cst.model import CstError, Session, Snapshot, Transcript
from cst.settings import Settings
from cst.web import pages
from tests.testing import NOW, called, said, typed, write_transcript


def session(path: str = "", **changes: Any) -> Session:
    given: dict[str, Any] = {"name": "api", "cwd": "/home/u/api", "transcript": Transcript(path) if path else None}
    return Session("1.2", "x", 1, "done", NOW - 60, "the transcript says so", "ended", **{**given, **changes})


def made(own: Settings, one: Session, name: str = "conversation", before: str = "") -> dict[str, Any]:
    return pages.page(own, Snapshot(now=NOW), one, name, 80, before)


def words(lines: list[list[tuple[str, str]]]) -> str:
    return "\n".join("".join(text for _, text in line) for line in lines)


@pytest.mark.parametrize(("name", "expected"), [
    ("tools", ""), ("why", "what each source says"), ("screen", "not in tmux: its screen cannot be read"), ("changes", ""),
])  # fmt: skip
def test_the_pages_of_the_picker_are_lines(own: Settings, claude: Path, name: str, expected: str) -> None:
    page = made(own, session(), name)

    assert (page["key"], page["name"]) == ("1.2", name)
    assert "~/api" in words(page["head"]) or "/home/u/api" in words(page["head"])
    assert expected in words(page["lines"])


@pytest.mark.parametrize("name", ["", "limits", "../why", "Why", "conversation/"])
def test_there_is_no_other_page(own: Settings, name: str) -> None:
    with pytest.raises(CstError, match="there is no page"):
        made(own, session(), name)


def test_a_conversation_is_turns_with_their_ids(own: Settings, claude: Path) -> None:
    ids = [str(uuid.UUID(int=number)) for number in (1, 2, 3)]
    lines = [typed("a\tb\x1b[31m\u202e \n c", NOW - 40), said("# **yes**", NOW - 30), called("Bash", {"command": "make"}, NOW - 20)]
    path = write_transcript(claude, [{**line, "uuid": one} for line, one in zip(lines, ids, strict=True)])

    page = made(own, session(str(path)))

    assert page["turns"] == [
        {"id": f"{ids[0]}#0", "who": "you", "at": NOW - 40, "text": "a    b\n c"},
        {"id": f"{ids[1]}#0", "who": "claude", "at": NOW - 30, "text": "# **yes**"},
        {"id": f"{ids[2]}#0", "who": "Bash", "at": NOW - 20, "text": "make"},
    ]
    assert page["more"] is False
    assert page["now"] > NOW


@pytest.mark.parametrize(("before", "shown", "more"), [
    (None, range(180, 300), True), (180, range(60, 180), True), (60, range(60), False), (120, range(120), False), (0, [], False),
])  # fmt: skip
def test_pages_of_turns_join(own: Settings, claude: Path, before: int | None, shown: Any, more: bool) -> None:
    path = write_transcript(claude, [{**typed(f"{n}", NOW + n), "uuid": str(uuid.UUID(int=n + 1))} for n in range(300)])

    page = made(own, session(str(path)), before="" if before is None else f"{uuid.UUID(int=before + 1)}#0")

    assert [turn["text"] for turn in page["turns"]] == [f"{n}" for n in shown]
    assert page["more"] is more


def test_a_long_line_is_not_the_beginning(own: Settings, claude: Path) -> None:
    """An image that is longer than what is read at once: what stands before it is a press away."""
    first = [{**typed(f"{n}", NOW + n), "uuid": str(uuid.UUID(int=n + 1))} for n in range(50)]
    image = {**typed("see", NOW + 60), "uuid": str(uuid.UUID(int=99)), "image": "x" * (9 << 20)}
    last = {**typed("last", NOW + 70), "uuid": str(uuid.UUID(int=100))}
    path = write_transcript(claude, [*first, image, last])

    page = made(own, session(str(path)))
    assert ([turn["text"] for turn in page["turns"]], page["more"]) == (["last"], True)

    page = made(own, session(str(path)), before=page["turns"][0]["id"])
    assert ([turn["text"] for turn in page["turns"]], page["more"]) == ([*(f"{n}" for n in range(50)), "see"], False)


def test_what_lies_too_far_back_is_not_the_beginning(own: Settings, claude: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor is what cannot be found: that is said."""
    path = write_transcript(claude, [{**typed(f"{n}", NOW + n), "uuid": str(uuid.UUID(int=n + 1))} for n in range(3000)])
    monkeypatch.setattr(pages, "_BACK", path.stat().st_size * 2 // 3)

    page = made(own, session(str(path)), before=f"{uuid.UUID(int=1051)}#0")
    assert ([turn["text"] for turn in page["turns"]][-1:], page["more"]) == (["1049"], True)
    oldest = conversation.part(str(path), 3000, pages._BACK).turns[0].id
    with pytest.raises(CstError, match=r"what was said before is not in the last .* MB of the transcript; look there"):
        made(own, session(str(path)), before=oldest)
    for gone in (f"{uuid.UUID(int=500)}#0", oldest.replace("#0", "#1"), "gone#0"):
        with pytest.raises(CstError, match=r"the oldest turn that is shown is not in the last .* MB of the transcript; load the page"):
            made(own, session(str(path)), before=gone)


def test_a_page_may_begin_in_the_middle_of_a_line(own: Settings, claude: Path) -> None:
    """One line of a transcript may hold several pieces."""
    line = said("one", NOW, None)
    line["message"]["content"] = [{"type": "text", "text": word} for word in ("one", "two", "three")]
    name = str(uuid.UUID(int=9))
    path = write_transcript(claude, [typed("go", NOW - 9), {**line, "uuid": name}])

    assert [turn["text"] for turn in made(own, session(str(path)), before=f"{name}#2")["turns"]] == ["go", "one", "two"]


@pytest.mark.parametrize(("transcript", "expected"), [
    (None, "not prompted yet"), ("empty", "nothing was said in what was read"), ("gone", "nothing was said in what was read"),
])  # fmt: skip
def test_what_has_no_conversation_says_so(own: Settings, tmp_path: Path, transcript: str | None, expected: str) -> None:
    (tmp_path / "empty").write_text("")

    page = made(own, session(str(tmp_path / transcript) if transcript else ""))

    assert words(page["lines"]) == expected


def test_what_cannot_be_read_is_named(own: Settings, tmp_path: Path) -> None:
    with pytest.raises(CstError, match=f"cannot read {tmp_path}: Is a directory; make it readable"):
        made(own, session(str(tmp_path)))


def test_a_recording_holds_none(own: Settings) -> None:
    assert words(made(own._replace(replay="x"), session())["lines"]) == "a recording holds no conversations"
