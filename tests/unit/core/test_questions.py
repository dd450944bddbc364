"""Whether last words ask, on 200 endings in 16 languages, half of which were held back while the rules were made."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cst.core.questions import asks
from tests.testing import DATA


def corpus(name: str) -> list[tuple[str, bool, str]]:
    """Language, whether it asks, the text; in the order of their digests, which is nobody's choice."""
    found = []
    for block in (DATA / "questions" / name).read_text(encoding="utf-8").split("=== ")[1:]:
        head, _, text = block.partition("\n")
        found.append((head[2:], head[0] == "?", text.rstrip("\n")))
    return sorted(found, key=lambda one: hashlib.sha256(one[2].encode()).hexdigest())


ALL, LATER = corpus("endings.txt"), corpus("later.txt")
SEEN, HELD_BACK = ALL[::2], ALL[1::2]
SETS = {"seen": SEEN, "held back": HELD_BACK, "later": LATER}


def measured(endings: list[tuple[str, bool, str]]) -> tuple[float, float, list[str]]:
    """Precision, recall, and what was wrong."""
    right = sum(asks(text) for _, question, text in endings if question)
    invented = [text for _, question, text in endings if not question and asks(text)]
    missed = [text for _, question, text in endings if question and not asks(text)]
    wrong = [f"invented: {text}" for text in invented] + [f"missed: {text}" for text in missed]
    return right / (right + len(invented)), right / (right + len(missed)), wrong


def test_the_corpus_is_a_fair_one() -> None:
    """Two hundred endings, half of them statements, in a dozen languages at least; each once."""
    languages = {language for language, _, _ in ALL}

    assert (len(ALL), len({text for _, _, text in ALL}), len(languages) >= 12) == (200, 200, True)
    assert not {text for _, _, text in ALL} & {text for _, _, text in LATER}
    assert all(90 <= 2 * sum(question for _, question, _ in half) <= 110 for half in (SEEN, HELD_BACK))


@pytest.mark.parametrize("name", SETS)
def test_precision_and_recall(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Both are at least 0.97, on the half that was held back too, and on what was written once the rules stood: there
    they were less at first (docs/state.md)."""
    precision, recall, wrong = measured(SETS[name])
    with capsys.disabled():
        print(f"\nplain questions, {name}: precision {precision:.3f}, recall {recall:.3f}")

    assert (precision >= 0.97, recall >= 0.97) == (True, True), wrong


@pytest.mark.parametrize("words", ["", "?", "```", "> x?", "| a? |", "---", "x" * 100_000, "?" * 5000, "`" * 999, '"' * 999, "- ?"])
def test_odd_endings_are_no_trouble(words: str) -> None:
    """Whatever they are."""
    assert asks(words) in (True, False)


@given(st.text(max_size=200))
def test_any_words(words: str) -> None:
    """Nothing is raised."""
    assert asks(words) in (True, False)
