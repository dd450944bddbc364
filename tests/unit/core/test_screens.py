"""Lines, dimness and the input box of a screen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cst.core import screens

_RULE = "─" * 40


def _box(*inside: str, top: str = _RULE, foot: str = "  ? for shortcuts") -> screens.Box | None:
    return screens.box(screens.read("\n".join(["● text", top, *inside, _RULE, foot])))


@pytest.mark.parametrize(
    ("inside", "text"),
    [
        (("❯\xa0\x1b[7m\x1b[0m",), ""),
        (("❯\xa0\x1b[7m \x1b[0m",), ""),
        (("❯\xa0hello\x1b[7m \x1b[0m",), "hello"),
        (("❯\xa0one", "  two", "", "  four\x1b[7m \x1b[0m"), "one\ntwo\n\nfour"),
        (('❯\xa0\x1b[7mT\x1b[0;2mry "write a test"\x1b[0m',), ""),
        (("❯\xa0\x1b[7mT\x1b[0;2mry\x1b[0m \x1b[2mthis\x1b[0m",), ""),
        (("❯\xa0\x1b[7mh\x1b[0mello",), "hello"),
        (("❯\xa0\x1b[7mh\x1b[0m",), "h"),
        (("❯\xa0typed \x1b[2msuggested\x1b[0m",), "typed suggested"),
        (("❯\xa0\x1b[38;5;2mgreen\x1b[39m",), "green"),
        (("❯\xa0\x1b[38;2;2;2;2mgreen\x1b[39m",), "green"),
    ],
)
def test_box(inside: tuple[str, ...], text: str) -> None:
    """Typed text counts, a suggestion in dim letters does not; a colour with a 2 in it is not dim."""
    found = _box(*inside)

    assert found
    assert found.text == text


@pytest.mark.parametrize(
    ("screen", "shown"),
    [
        (f"● done\n\n{_RULE}\n❯\xa0\x1b[7m \x1b[0m\n{_RULE}\n  ? for shortcuts", "● done\n"),
        (f"\x1b[1m● done\n{_RULE}\n❯\xa0\x1b[2mTry this\x1b[0m\n{_RULE}\n  status\n\n\n", "\x1b[1m● done"),
        (f"● done\n{_RULE}\n❯\xa0hello\n{_RULE}\n  ? for shortcuts", ""),
        (f"● done\n{_RULE}\n Bash command\n{_RULE}\n ❯ 1. Yes", ""),
        (f"\n{_RULE}\n❯\xa0\n{_RULE}\n  ? for shortcuts", ""),
        ("", ""),
    ],
)
def test_what_stands_before_an_empty_box(screen: str, shown: str) -> None:
    """What was typed, a dialog, and a screen with nothing else on it stay whole ("")."""
    assert screens.before_box(screen) == (shown or screen)


def test_a_clipped_box() -> None:
    """A box that shows only its end says so."""
    found = _box("  the end", top="─── ↑ 2 more " + "─" * 30)

    assert found
    assert (found.text, found.clipped) == ("the end", True)


@pytest.mark.parametrize("inside", [("! ls",), ("  no sign",), ()])
def test_no_box(inside: tuple[str, ...]) -> None:
    """Between two rules without the prompt's sign is no input box: a shell mode, a question, anything."""
    assert _box(*inside) is None


def test_no_rule() -> None:
    """A screen without rules has no input box."""
    assert screens.box(screens.read("$ ls\n❯ \n")) is None


def test_a_mark_goes_on_to_the_next_line() -> None:
    """tmux tells a colour once, not on each line."""
    lines = screens.read("\x1b[2mone\ntwo\x1b[0m\nthree")

    assert [line.marks for line in lines] == ["ddd", "ddd", "     "]


@given(st.text(max_size=200))
def test_any_text(text: str) -> None:
    """No screen makes it fail, and every character has its mark."""
    lines = screens.read(text)
    screens.box(lines)

    assert all(len(line.text) == len(line.marks) for line in lines)
