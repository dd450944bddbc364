"""A pane's screen on its way to the preview: its colours come through, and nothing else of it acts."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cst import text
from cst.render import ansi
from tests.unit.test_text import ATTACKS, HOSTILE

_OURS = re.compile(r"\x1b\[(?:0|[0-9]{1,3}(?:;[0-9]{1,3})*)m")
_COLOURS = st.sampled_from(
    ["\x1b[31m", "\x1b[1;4m", "\x1b[0m", "\x1b[m", "\x1b[38;5;200m", "\x1b[48;2;1;2;3m", "\x1b[4:3m", "\x1b[38:2::9:9:9m",
     "\x1b[38;5m", "\x1b[38m", "\x1b[8m", "\x1b[58;5;1m", "\x1b[;;;m", "\x1b[999999999999m", "\x1b[38;2;1m", "\x1b[" + "1;" * 90 + "m"]
)  # fmt: skip
SCREENS = st.lists(st.one_of(HOSTILE, _COLOURS, st.sampled_from(["\n", "   ", "\u0301" * 9, "漢字", "x" * 30])), max_size=12).map("".join)


def one(line: str, columns: int = 80, colour: bool = True) -> str:
    """The line that a screen of one line becomes, "" for none; it has to be one at most."""
    found = ansi.screen(line, columns, 0, colour)

    assert len(found) <= 1
    return "".join(found)


@given(SCREENS, st.integers(1, 60), st.integers(0, 9), st.booleans())
@example("\x1b[31m" + "\u0301\x1b[1m" * 50, 10, 0, True)
def test_only_text_and_colours_of_ours_come_out(screen: str, columns: int, lines: int, colour: bool) -> None:
    """Whatever goes in: printable characters and our own SGR come out, within the width, no line coloured at its end."""
    found = ansi.screen(screen, columns, lines, colour)

    for line in found:
        plain = _OURS.sub("", line)
        assert plain == "" or plain.isprintable()
        assert text.width(plain) <= columns
        assert (_OURS.findall(line) or [text.RESET])[-1:] == [text.RESET]
        assert colour or line == plain
        assert not set(plain) & set("\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f")
    assert not lines or len(found) <= lines


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_comes_to_nothing(name: str) -> None:
    """Cursor, title, clipboard, links, modes, charsets and C1 leave at most plain text behind."""
    found = _OURS.sub("", one("a" + ATTACKS[name][0].replace("\n", "") + "\x1b[0mb"))

    assert found == "" or found.isprintable()
    assert found.startswith("a")
    assert not any(word in found for word in ("]0;", "]52", "[2J", "?1049", "tmux;"))


@pytest.mark.parametrize(
    ("given_", "expected"),
    [
        ("\x1b[31mred", "\x1b[0;31mred\x1b[0m"),
        ("a\x1b[1mb\x1b[0mc", "a\x1b[0;1mb\x1b[0mc"),
        ("\x1b[1;31ma\x1b[22mb", "\x1b[0;1;31ma\x1b[0;31mb\x1b[0m"),
        ("\x1b[31m\x1b[32ma", "\x1b[0;32ma\x1b[0m"),
        ("\x1b[38;5;208ma", "\x1b[0;38;5;208ma\x1b[0m"),
        ("\x1b[38;2;1;20;255ma", "\x1b[0;38;2;1;20;255ma\x1b[0m"),
        ("\x1b[48:2::1:2:3ma", "\x1b[0;48;2;1;2;3ma\x1b[0m"),
        ("\x1b[38:5:9ma", "\x1b[0;38;5;9ma\x1b[0m"),
        ("\x1b[38;5;300ma", "a"),
        ("\x1b[38;5;1;1ma", "\x1b[0;38;5;1;1ma\x1b[0m"),
        ("\x1b[58;5;1;31ma", "\x1b[0;31ma\x1b[0m"),
        ("\x1b[4:3ma\x1b[4:0mb", "\x1b[0;4ma\x1b[0mb"),
        ("\x1b[97;100ma\x1b[39mb\x1b[49mc", "\x1b[0;97;100ma\x1b[0;100mb\x1b[0mc"),
        ("\x1b[7ma\x1b[27m", "\x1b[0;7ma\x1b[0m"),
        ("\x1b[8mhidden\x1b[5mblinks", "hiddenblinks"),
        ("\x1b[1Kx\x1b[>4;2my\x1b[?25lz", "xyz"),
        ("\x1b[31;41;1", ""),
        ("\x1b]8;;http://evil\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("a\x1bkname\x1b\\b", "ab"),
        ("\x1b[44m  \x1b[0m", ""),
        ("a\x1b[44m  \x1b[0m  ", "a\x1b[0;44m  \x1b[0m"),
    ],
)  # fmt: skip
def test_a_colour_is_read_and_written_anew(given_: str, expected: str) -> None:
    """Colours, bold, faint, italics, underline, reverse, struck; no blinking, nothing hidden, nothing else."""
    assert expected == one(given_)


def test_a_colour_goes_on_in_the_next_line() -> None:
    """tmux writes a colour once; every line of ours has it, and ends it."""
    assert ansi.screen("\x1b[31ma\nb\n\x1b[0mc\n", 9, 0, True) == ["\x1b[0;31ma\x1b[0m", "\x1b[0;31mb\x1b[0m", "c"]
    assert ansi.screen("\x1b[31ma\nb\n\x1b[0mc\n", 9, 2, True) == ["\x1b[0;31mb\x1b[0m", "c"]


def test_the_bottom_of_a_screen_is_shown() -> None:
    """The last lines that hold anything; spaces inside and before stay where they are."""
    assert ansi.screen("x\n  a   b  \n\nd\n   \n\n", 20, 3, False) == ["  a   b", "", "d"]
    assert ansi.screen("\n \n", 20, 3, False) == []


def test_a_line_is_cut_at_a_whole_character() -> None:
    """A wide character that does not fit is left out; an accent stays with its letter."""
    assert one("漢字漢", 5) == "漢字"
    assert one("ab\u0301c", 2) == "ab\u0301"
    assert one("\x1b[31m漢字漢", 5) == "\x1b[0;31m漢字\x1b[0m"


def test_accents_do_not_pile_up_between_colours() -> None:
    """Hundreds of accents on one letter would cover the lines around it."""
    found = one("a" + "\u0301\x1b[1m\u0301\x1b[0m" * 200)

    assert found.count("\u0301") <= 8


def test_a_line_of_ours_is_cut_with_its_colours() -> None:
    """The width counts what is seen."""
    assert ansi.cut("\x1b[1mabc\x1b[0m def", 5) == "\x1b[0;1mabc\x1b[0m d"
    assert ansi.cut("plain", 5) == "plain"
