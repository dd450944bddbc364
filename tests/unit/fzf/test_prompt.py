"""The question that is up, on the real fzf: which keys it takes, and what is as it was when it goes."""

from __future__ import annotations

from collections.abc import Callable

import pyte
import pytest

from cst.fzf import prompt
from cst.fzf.backend import Choice, Question
from cst.fzf.prompt import Prompt
from cst.fzf.run_dir import RunDir
from tests.testing import until
from tests.unit.fzf.conftest import Fzf

YES = Question(("End apple?", "y or n"), (Choice("y", "yes", True), Choice("n", "no")))
TEXT = Question(("New name:",), prompt="name> ", text="old (name)+abort")


@pytest.fixture
def picker(shown: Callable[..., Fzf], monkeypatch: pytest.MonkeyPatch) -> Fzf:
    """An fzf in which a question hears at once."""
    monkeypatch.setattr(prompt, "_DEAF", 0.0)
    return shown()


@pytest.fixture
def asked(picker: Fzf, run_dir: RunDir) -> Prompt:
    """No question yet."""
    return Prompt(run_dir, picker.remote, ["?"])


def test_a_question_with_choices(picker: Fzf, asked: Prompt) -> None:
    """Its keys answer and no other key does; when it is taken back they are letters again."""
    assert asked.put("kill", ("1.2",), YES)
    until(lambda: picker.shows("End apple?"))

    picker.types("Ky")
    heard: list[str] = []
    until(lambda: heard.extend(picker.heard()) or "key 1.2 y" in heard)
    assert "key 1.2 K" not in heard
    asked.take_back()
    until(lambda: picker.told("FZF_INPUT_STATE") == "enabled")  # before that it is an answer
    picker.types("n")

    until(lambda: picker.query() == "n")
    assert "key 1.2 n" not in picker.heard()
    assert not asked.is_open()


def test_what_is_typed_comes_back(picker: Fzf, asked: Prompt) -> None:
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


def test_no_question_without_an_fzf(picker: Fzf, asked: Prompt, run_dir: RunDir) -> None:
    """Nothing is open that nobody sees."""
    picker.process.kill()
    picker.process.wait(10)

    assert not asked.put("kill", ("1.2",), YES)
    assert not asked.is_open()
    assert not asked.choice("y")
    asked.take_back()


@pytest.mark.parametrize(
    ("question", "key", "is_one"),
    [(YES, "y", True), (YES, "n", True), (YES, "K", False), (YES, "", False), (YES, "yn", False), (TEXT, "y", False)],
)  # fmt: skip
def test_which_key_is_an_answer(asked: Prompt, question: Question, key: str, is_one: bool) -> None:
    """A key that the question offers."""
    asked.put("kill", ("1.2",), question)
    choice = asked.choice(key)

    assert (choice is not None) == is_one
    assert choice in (None, *question.choices)


@pytest.mark.parametrize(("question", "text", "is_one"), [(YES, "y", False), (TEXT, "", True), (TEXT, "y", True)])
def test_which_text_is_an_answer(asked: Prompt, question: Question, text: str, is_one: bool) -> None:
    """A line where a line was asked for."""
    asked.put("kill", ("1.2",), question)

    assert asked.accepts(text) == is_one


def test_what_was_typed_before_is_no_answer(asked: Prompt, monkeypatch: pytest.MonkeyPatch) -> None:
    """In its first moment it is deaf."""
    monkeypatch.setattr(prompt, "_DEAF", 3600.0)
    asked.put("kill", ("1.2",), YES)

    assert not asked.choice("y")
    monkeypatch.setattr(prompt, "_DEAF", 0.2)
    until(lambda: asked.choice("y"))


@pytest.mark.parametrize(("given", "is_one"), [("old (name)+abort", False), ("old", True), ("", True)])
def test_a_line_that_was_typed(
    asked: Prompt, monkeypatch: pytest.MonkeyPatch, given: str, is_one: bool
) -> None:  # fmt: skip
    """However soon it comes, it is an answer unless it is what the question came with: Enter may have been meant for
    what stood there before."""
    monkeypatch.setattr(prompt, "_DEAF", 3600.0)
    asked.put("rename", ("1.2",), TEXT)

    assert asked.accepts(given) == is_one


def test_enter_before_the_question_is_there(picker: Fzf, run_dir: RunDir) -> None:
    """What was searched for is never taken for what was asked: Enter goes by what fzf shows, not by what it shall."""
    run_dir.write("asking", "")
    picker.types("an")
    until(lambda: (picker.query(), picker.key()) == ("an", "3.4"))
    picker.types("\r")
    heard: list[str] = []

    until(lambda: heard.extend(picker.heard()) or "go jump 1 3.4 an" in heard)
    assert not any(line.startswith("text") for line in heard)


@pytest.mark.parametrize("question", [YES, TEXT], ids=["keys", "text"])
@pytest.mark.parametrize("marked", [False, True])
def test_a_move_is_reported(picker: Fzf, asked: Prompt, question: Question, marked: bool) -> None:
    """Every question belongs to the highlighted row, also one about marked rows, and one for a line of text."""
    assert asked.put("kill", ("1.2",), question, marked)
    assert not asked.has_moved()

    picker.types("\x0e")

    heard: list[str] = []
    until(lambda: heard.extend(picker.heard()) or "moved" in heard)
    until(asked.has_moved)


def test_no_question_about_another_row(picker: Fzf, asked: Prompt) -> None:
    """The cursor went on before the question came: it is not asked, unless it is about the rows that are marked now."""
    found = [asked.put("rename", ("3.4",), TEXT), asked.is_open()]
    picker.types("\x0e")
    until(lambda: picker.key() == "3.4")
    picker.types("\t")  # marks the second row, and goes on
    until(lambda: (state := picker.remote.state(3)) and (state.row, *state.marked) == ("5.6", "3.4"))
    found += [asked.put("kill", ("1.2",), YES, marked=True), asked.put("kill", ("3.4",), YES, marked=True)]

    assert found == [False, False, False, True]


@pytest.mark.parametrize("height", [2, 3])
def test_the_lines_are_where_they_were(shown: Callable[..., Fzf], run_dir: RunDir, height: int) -> None:
    """After a question the query stands above the heads again, and while it is there the heads are where they were."""
    header = ["header", "more", "most"][:height]
    picker = shown(header="\n".join(header))
    asked = Prompt(run_dir, picker.remote, ())
    question = YES._replace(lines=("asked", "about", "keys")[: height + 1])
    before = [*header, "search>", "─" * 99, "HEAD", "▌", "banana", "cherry"]
    screen = pyte.Screen(100, 30)
    stream = pyte.ByteStream(screen)
    fed = 0

    def lines() -> list[str]:
        """The first word of each line at the top of the screen."""
        nonlocal fed
        data = picker.drawn[fed:]
        stream.feed(data)
        fed += len(data)
        return [line.split()[0] if line.strip() else "" for line in screen.display[: len(before)]]

    def is_as_before() -> bool:
        asked.tidy()
        return lines() == before

    until(is_as_before)  # not only its header: what comes after that has to be drawn too
    for _ in range(5):
        until(lambda: asked.put("kill", ("1.2",), question, header=height))
        until(lambda: "asked" in lines())
        assert lines().index("HEAD") == before.index("HEAD")

        asked.take_back()

        until(is_as_before)
