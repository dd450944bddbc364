"""Text from sessions on its way to a terminal: nothing in it acts, and its width is known."""

from __future__ import annotations

from unicodedata import category

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cst import text

ATTACKS = {
    "colour": ("\x1b[31mred\x1b[0m", "red"),
    "cursor": ("a\x1b[2J\x1b[1;1Hb", "ab"),
    "private mode": ("a\x1b[?1049hb", "ab"),
    "title, ended by BEL": ("a\x1b]0;pwned\x07b", "ab"),
    "title, ended by ST": ("a\x1b]2;pwned\x1b\\b", "ab"),
    "hyperlink": ("\x1b]8;;http://evil\x1b\\link\x1b]8;;\x1b\\", "link"),
    "clipboard": ("a\x1b]52;c;cHduZWQ=\x07b", "ab"),
    "DCS": ("a\x1bP+q544e\x1b\\b", "ab"),
    "tmux passthrough": ("a\x1bPtmux;\x1b\x1b]52;c;eA==\x07\x1b\\b", None),
    "APC and PM": ("a\x1b_x\x1b\\b\x1b^y\x1b\\c", "abc"),
    "window title of screen": ("a\x1bkpwned\x1b\\b", None),
    "reset": ("a\x1bcb", "ab"),
    "charset": ("a\x1b(0b", "ab"),
    "C1 CSI": ("a\x9b31mb", "ab"),
    "C1 OSC": ("a\x9d0;pwned\x9cb", "ab"),
    "C1 DCS": ("a\x90q\x9cb", "ab"),
    "other C1": ("a\x84\x8d\x98\x9e\x9fb", "ab"),
    "lone ESC at the end": ("a\x1b", "a"),
    "lone CSI at the end": ("a\x1b[31", "a"),
    "OSC without an end": ("a\x1b]0;b", "a"),
    "ESC ESC": ("a\x1b\x1b[31mb", None),
    "BEL": ("a\x07b", "ab"),
    "backspace and delete": ("a\x08\x7fb", "ab"),
    "NUL": ("a\x00b", "ab"),
    "carriage return": ("safe\rpwned", "safe pwned"),
    "newlines and tabs": ("a\n\n\tb\v\fc", "a b c"),
    "unicode line ends": ("a\u2028b\u2029c\x85d", "a b c d"),
    "wide spaces": ("a\u00a0\u3000\u2003b", "a b"),
    "bidi override": ("a\u202egnp.exe\u202cb", "agnp.exeb"),
    "bidi isolate": ("\u2066a\u2069\u200f\u061c", "a"),
    "zero width": ("a\u200b\u200d\u2060\ufeffb", "ab"),
    "ZWJ emoji": ("\U0001f468\u200d\U0001f469\u200d\U0001f467", "\U0001f468\U0001f469\U0001f467"),
    "variation selector": ("\u2764\ufe0f", "\u2764"),
    "tags": ("a\U000e0041b", "ab"),
    "private use": ("a\ue0b0b", "ab"),
    "lone surrogates": ("a\ud800\udfffb", "a??b"),
    "what could not be decoded": ("a\ufffdb", "a?b"),
    "Hangul in parts": ("\u1112\u1161\u11ab\u1100\u116e\u11a8", "한국"),
    "parts of Hangul alone": ("\u1100\u1100 \u1161x\u11aay", "ㄱㄱ ㅏxㄳy"),
    "old parts of Hangul": ("\ua960\ud7b0\ud7cb", "???"),
    "widths that are disputed": ("\u3248\u4dc0", "??"),
    "skin tone": ("👍🏽 ☝🏿", "👍 ☝"),
    "right to left": ("שלום", "שלום"),
    "nothing": ("", ""),
    "only space": (" \t\n ", ""),
}
_PIECES = st.one_of(
    st.sampled_from([attack for attack, _ in ATTACKS.values()]),
    st.text(max_size=12),
    st.text(st.characters(max_codepoint=0x9F), max_size=8),
    st.sampled_from(["日本語", "한국어", "👍🏽", "e\u0301", "🇩🇪", " ", "\ud83d", "\x1b", "#(touch pwned)"]),
)
HOSTILE = st.lists(_PIECES, max_size=8).map("".join)
_BIDI = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def acts(line: str) -> list[str]:
    """The characters of a line that do something other than stand there."""
    return [c for c in line if category(c) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp") or c in _BIDI]


@pytest.mark.parametrize("name", ATTACKS)
def test_attack(name: str) -> None:
    """What an attack leaves behind is the text around it, on one line."""
    attack, expected = ATTACKS[name]
    found = text.clean(attack)

    assert acts(found) == []
    assert expected in (None, found)


@given(HOSTILE, st.integers(1, 60))
@example("aaa b", 4)
def test_clean(given_text: str, most: int) -> None:
    """Whatever comes in, one line of at most `most` harmless characters goes out, without space around it."""
    found = text.clean(given_text, most)

    assert acts(found) == []
    assert len(found) <= most
    assert text.width(found) <= 2 * most
    assert found.split() == found.split(" ") or found == ""


@given(HOSTILE, st.integers(1, 60))
@example("aaa b", 4)
@example("ääa b", 4)
def test_clean_twice(given_text: str, most: int) -> None:
    """Cleaning what is clean changes nothing."""
    once = text.clean(given_text, most)

    assert once == text.clean(once, most)


def test_long_text() -> None:
    """Of a text of a million characters at most 4,000 are kept, whether it is ASCII or not."""
    assert [len(text.clean(c * 1_000_000)) for c in ("a", "ä", "日")] == [4000, 4000, 4000]


def test_flood_of_combining_marks() -> None:
    """A letter under hundreds of accents would cover the rows around it: a few accents stay."""
    found = text.clean("a" + "\u0301" * 500 + "b")

    assert len(found) <= 10
    assert found[-1] == "b"


# ----------------------------------------------------------------------------------------------------- width

WIDTHS = {
    "": 0, "abc": 3, "äöü": 3, "日本": 4, "한": 2, "ｆｕ": 4, "👍": 2, "\u1112\u1161\u11ab": 2, "\ud7b0\ud7cb": 0, "e\u0301": 1, "שלום": 4, "├─": 2,
    "✓": 1, "…": 1, "‖": 1, "नि": 2,
}  # fmt: skip


@pytest.mark.parametrize("shown", WIDTHS)
def test_width(shown: str) -> None:
    """A text takes as many columns as a terminal gives it."""
    assert WIDTHS[shown] == text.width(shown)


@given(HOSTILE.map(text.clean), st.integers(0, 40))
def test_cut(line: str, columns: int) -> None:
    """A cut text takes at most the columns there are; one that fits is not touched; the loss shows."""
    for found in (text.cut(line, columns), text.cut_start(line, columns)):
        assert text.width(found) <= columns
        assert found == line if text.width(line) <= columns else "…" in found or not columns

    assert text.cut(line, text.width(line)) == line


def test_cut_keeps_its_side() -> None:
    """`cut` keeps the beginning, `cut_start` the end, and a wide character is never halved."""
    found = [text.cut("abcdef", 4), text.cut_start("/a/b/cdef", 5), text.cut("日本語", 4), text.cut_start("日本語", 4)]

    assert found == ["abc…", "…cdef", "日…", "…語"]


@given(HOSTILE.map(text.clean), st.integers(0, 40), st.booleans())
def test_fit(line: str, columns: int, right: bool) -> None:
    """A fitted text takes exactly the columns there are."""
    assert columns == text.width(text.fit(line, columns, right))


@given(HOSTILE.map(text.clean), st.integers(2, 40), st.integers(1, 6))
@example("ed0\u0301", 2, 3)
def test_wrap(line: str, columns: int, lines: int) -> None:
    """A wrapped text stays within its columns and lines, and has no empty line."""
    found = text.wrap(line, columns, lines)

    assert len(found) <= lines
    assert [part for part in found if text.width(part) > columns or not part] == []


@given(HOSTILE.map(text.clean), st.integers(2, 40))
def test_wrap_loses_nothing(line: str, columns: int) -> None:
    """With lines enough, all but the space at the breaks is there."""
    assert line.replace(" ", "") == "".join(text.wrap(line, columns, 100_000)).replace(" ", "")


@pytest.mark.parametrize("columns", [-1, 0, 1])
def test_wrap_without_room(columns: int) -> None:
    """It comes to an end."""
    assert text.wrap("ab", columns, 9) == ["a", "b"]
    assert text.wrap("", columns, 9) == []


def test_wrap_shows_what_it_leaves_out() -> None:
    """A text with more lines than there are ends in an ellipsis."""
    assert text.wrap("one two three four five", 8, 2) == ["one two", "three…"]


# ----------------------------------------------------------------------------------------------- paths, tmux


@pytest.mark.parametrize(("count", "said"), [(0, "0 days"), (1, "1 day"), (1.0, "1 day"), (0.5, "0.5 days"), (2000, "2000 days")])
def test_counted(count: float, said: str) -> None:
    """A number and its noun agree. Bug shown: "the last 1 days", "1 lines", "(1 events)"."""
    assert text.counted(count, "day") == said


def test_home_path() -> None:
    """Only the home itself becomes `~`, not a folder whose name begins like it."""
    paths = ("/home/u", "/home/u/x", "/home/user/x", "/", "")

    assert [text.home_path(path, "/home/u") for path in paths] == ["~", "~/x", "/home/user/x", "/", ""]
    assert text.home_path("/x", "") == "/x"


@given(HOSTILE)
def test_for_tmux(line: str) -> None:
    """Every # comes in pairs, so that no format begins."""
    runs = [len(run) for run in "".join(c if c == "#" else " " for c in text.for_tmux(line)).split()]

    assert [length for length in runs if length % 2] == []


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("2.1.329", (2, 1, 329)), ("tmux 3.3a", (3, 3)), ("tmux next-3.4", (3, 4)), ("0.67.0 (debug)", (0, 67, 0)),
        ("2.1.329-beta.1", (2, 1, 329)), ("", ()), ("7", ()), ("version", ()), ("\u0663.\u0664", ()), ("2.x", ()),
    ],
)  # fmt: skip
def test_a_version_number(words: str, number: tuple[int, ...]) -> None:
    """The first one of a text; a single number is none."""
    assert text.version_number(words) == number
