"""A line of `cst grep`: who, how long ago, and the text around the word."""

from __future__ import annotations

import pytest

from cst.render import found
from cst.render.paint import Paint
from cst.text import width

HEAD = "api                       you         5m  "


@pytest.mark.parametrize(
    ("text", "word", "shown"),
    [
        ("run the tests", "the", "run the tests"),
        ("run\n  the\ttests", "the", "run the tests"),
        ("Run THE tests", "the", "Run THE tests"),
        ("x" * 50 + " the end", "the", "…" + "x" * 28 + " the end"),
        ("the \x1b[31mred\x07 one", "red", "the red one"),
        ("İ the tests", "the", "İ the tests"),
        ("nothing of it", "other", "nothing of it"),
    ],
)
def test_the_text_around_the_word(text: str, word: str, shown: str) -> None:
    """In one line, harmless, with at most 30 columns before the word.

    Bug shown: a space between the word and a colour was lost.
    """
    assert found.line("api", "you", 300.0, text, word, 0, Paint(False)) == HEAD + shown


def test_on_a_screen_it_is_now() -> None:
    """There is no age of it."""
    assert found.line("api", "screen", None, "a", "a", 0, Paint(False)).split() == ["api", "screen", "now", "a"]


def test_what_has_no_time_is_not_of_now() -> None:
    """Its column is blank."""
    assert found.line("api", "you", None, "a", "a", 0, Paint(False)).split() == ["api", "you", "a"]


@pytest.mark.parametrize("columns", [20, 62, 80, 120])
def test_it_is_as_wide_as_the_screen(columns: int) -> None:
    """On a narrow one 20 columns are left for the text all the same."""
    line = found.line("a name that is longer than its column", "you", 300.0, "日本 the " + "long " * 50, "the", columns, Paint(False))

    assert width(line) <= max(columns, width(HEAD) + 20)
    assert line.endswith("…")


def test_the_word_has_a_colour() -> None:
    """As it is written there; where it was cut off nothing has."""
    painted = found.line("api", "you", 300.0, "run THE tests", "the", 80, Paint(True))
    cut_off = found.line("api", "you", 300.0, "x" * 28 + "the", "the", 20, Paint(True))

    assert "run \x1b[1;33mTHE\x1b[" in painted
    assert "\x1b[1;33m" not in cut_off
