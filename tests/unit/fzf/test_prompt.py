"""The question that is up, on the real fzf: which keys it takes, and what is as it was when it goes."""

from __future__ import annotations

from collections.abc import Callable

import pyte
import pytest

from cst.fzf import prompt
from cst.fzf.backend import Question
from cst.fzf.prompt import Dialogue
from cst.fzf.run_dir import Run

from tests.testing import until
from tests.unit.fzf.conftest import Fzf

YES = Question(("End apple?", "y or n"), "yn")
TEXT = Question(("New name:",), prompt="name> ", text="old (name)+abort")


@pytest.fixture
def picker(shown: Callable[..., Fzf], monkeypatch: pytest.MonkeyPatch) -> Fzf:
    """An fzf in which a question hears at once."""
    monkeypatch.setattr(prompt, "_DEAF", 0.0)
    return shown()


@pytest.fixture
def asked(picker: Fzf, room: Run) -> Dialogue:
    """No question yet."""
    return Dialogue(room, picker.server, ["?"])


def test_a_question_with_choices(picker: Fzf, asked: Dialogue) -> None:
    """Its keys answer and no other key does; when it is taken back they are letters again."""
    assert asked.put("kill", ("1.2",), YES)
    until(lambda: picker.shows("End apple?"))

    picker.types("Ky")
    heard: list[str] = []
    until(lambda: heard.extend(picker.heard()) or "key 1.2 y" in heard)
    assert "key 1.2 K" not in heard
    asked.take_back()
    picker.types("n")

    until(lambda: picker.query() == "n")
    assert picker.heard() == [] or "key 1.2 n" not in picker.heard()
    assert (asked.action, asked.keys, asked.is_open()) == ("kill", ("1.2",), False)


def test_what_is_typed_comes_back(picker: Fzf, asked: Dialogue) -> None:
    """A question for a line of text takes the query line, with a text that is no action, and gives the query back."""
    picker.types("an")
    until(lambda: (picker.query(), picker.key()) == ("an", "3.4"))

    assert asked.put("rename", ("3.4",), TEXT)
    until(lambda: picker.query() == "old (name)+abort")
    picker.types("?\r")
    until(lambda: "text 3.4 old (name)+abort?" in picker.heard())
    assert picker.rows() == ["3.4\tbanana"]  # the list does not follow what is typed
    asked.take_back()

    until(lambda: picker.query() == "an")
    picker.types("?")
    until(lambda: "do keys " in picker.heard())
    picker.types("zz")
    until(lambda: picker.rows() == [])


def test_no_question_without_an_fzf(picker: Fzf, asked: Dialogue, room: Run) -> None:
    """Nothing is open that nobody sees."""
    picker.process.kill()
    picker.process.wait(10)

    assert not asked.put("kill", ("1.2",), YES)
    assert not asked.is_open()
    assert not asked.answers("key", "y")
    asked.take_back()


@pytest.mark.parametrize(
    ("question", "word", "given", "is_one"),
    [
        (YES, "key", "y", True), (YES, "key", "K", False), (YES, "key", "", False), (YES, "key", "yn", True),
        (YES, "text", "y", False), (TEXT, "text", "", True), (TEXT, "text", "y", True), (TEXT, "key", "y", False),
    ],
)  # fmt: skip
def test_what_is_an_answer(asked: Dialogue, question: Question, word: str, given: str, is_one: bool) -> None:
    """A key where keys were offered, a line where a line was asked for."""
    asked.put("kill", ("1.2",), question)

    assert asked.answers(word, given) == is_one


def test_what_was_typed_before_is_no_answer(asked: Dialogue, monkeypatch: pytest.MonkeyPatch) -> None:
    """In its first moment it is deaf."""
    monkeypatch.setattr(prompt, "_DEAF", 3600.0)
    asked.put("kill", ("1.2",), YES)

    assert not asked.answers("key", "y")
    monkeypatch.setattr(prompt, "_DEAF", 0.2)
    until(lambda: asked.answers("key", "y"))


@pytest.mark.parametrize(("given", "is_one"), [("old (name)+abort", False), ("old", True), ("", True)])
def test_a_line_that_was_typed(
    asked: Dialogue, monkeypatch: pytest.MonkeyPatch, given: str, is_one: bool
) -> None:  # fmt: skip
    """However soon it comes, it is an answer unless it is what the question came with: Enter may have been meant for
    what stood there before."""
    monkeypatch.setattr(prompt, "_DEAF", 3600.0)
    asked.put("rename", ("1.2",), TEXT)

    assert asked.answers("text", given) == is_one


def test_enter_before_the_question_is_there(picker: Fzf, room: Run) -> None:
    """What was searched for is never taken for what was asked: Enter goes by what fzf shows, not by what it shall."""
    room.write("asking", "")
    picker.types("an")
    until(lambda: picker.query() == "an")
    picker.types("\r")
    heard: list[str] = []

    until(lambda: heard.extend(picker.heard()) or "do jump 3.4" in heard)
    assert not any(line.startswith("text") for line in heard)


@pytest.mark.parametrize("question", [YES, TEXT], ids=["keys", "text"])
@pytest.mark.parametrize("marked", [False, True])
def test_a_move_is_reported(picker: Fzf, asked: Dialogue, question: Question, marked: bool) -> None:
    """Every question belongs to the highlighted row, also one about marked rows, and one for a line of text."""
    assert asked.put("kill", ("1.2",), question, marked)
    still = asked.has_moved()

    picker.types("\x0e")

    heard: list[str] = []
    until(lambda: heard.extend(picker.heard()) or "moved" in heard)
    assert (still, asked.has_moved()) == (False, True)


def test_no_question_about_another_row(picker: Fzf, asked: Dialogue) -> None:
    """The cursor went on before the question came: it is not asked, unless it is about marked rows."""
    found = [asked.put("rename", ("3.4",), TEXT), asked.is_open(), asked.put("kill", ("3.4",), YES, marked=True)]

    assert found == [False, False, True]


@pytest.mark.parametrize("height", [2, 3])
def test_the_lines_are_where_they_were(shown: Callable[..., Fzf], room: Run, height: int) -> None:
    """After a question the query stands above the heads again, and while it is there the heads are where they were."""
    picker = shown(header="\n".join(["header", "more", "most"][:height]))
    asked = Dialogue(room, picker.server, ())

    def lines() -> list[str]:
        screen = pyte.Screen(100, 30)
        pyte.ByteStream(screen).feed(picker.drawn)
        return [line.split()[0] if line.strip() else "" for line in screen.display]

    before = until(lambda: lines().index("HEAD") and lines())
    for _ in range(5):
        asked.put("kill", ("1.2",), Question(("asked", "about", "keys")[: height + 1], "yn"), header=height)
        until(lambda: "asked" in lines())
        assert lines().index("HEAD") == before.index("HEAD")

        asked.take_back()

        until(lambda: asked.tidy() or lines() == before)
