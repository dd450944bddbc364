"""What is typed of a text, and when a screen shows it."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cst.actions import send_text
from cst.core.screens import Box
from cst.model import CstError

# Nothing of these is seen, wherever it stands.
UNSEEN = (
    "\u200b\u200e\u200f\u202a\u202e\u2060\u2064\u2066\u2069\ufeff\u00ad\u061c\u034f\u115f\u1160\u17b4\u180e\u3164"
    "\uffa0\ufe0f\ufe00\U000e0100\U000e0041\U000e0001\u200c\u200d\ufff9\U0001d173\x1b\x00\x7f\x9b"
)


@pytest.mark.parametrize(
    ("text", "because"),
    [("", "nothing to send"), (" \n\x1b\x00 ", "nothing to send"), ("\u200b\u3164\u2800\u0301", "nothing to send"),
     ("!ls", "runs in a shell"), ("\x1b!ls", "runs in a shell"), ("\u2800!ls", "runs in a shell"),
     ("\u0301!ls", "runs in a shell"), ("\ue000!ls", "runs in a shell"), ("\u2028!ls", "runs in a shell"),
     ("/compact\nnow", "one line"), ("x" * 100_001, "over 100000 characters")],
)  # fmt: skip
def test_no_prompt(text: str, because: str) -> None:
    """What is no prompt, or more than one, is refused before anything is looked at."""
    with pytest.raises(CstError, match=because):
        send_text.typed(text)


@given(st.text(alphabet=UNSEEN + " \n\t", max_size=6))
def test_nothing_hides_a_shell_command(before: str) -> None:
    """No invisible character before it gets a ! past the check."""
    with pytest.raises(CstError, match="runs in a shell"):
        send_text.typed(before + "!touch x")


@pytest.mark.parametrize(
    "text",
    ["exit", "quit", ":q", ":q!", ":wq", ":wq!", "Exit", "/exit", "/quit", "/clear", "/new", "/resume x", "/bg", "/logout",
     "ex\u200bit", "\u2066/clear\u2069", ":q!\n", "\u3164quit"],
)  # fmt: skip
def test_what_ends_a_session(text: str) -> None:
    """What ends, empties or leaves a session is sent only if that is asked for."""
    with pytest.raises(CstError, match="ends, empties or leaves the session; --allow-exit"):
        send_text.typed(text)
    assert send_text.typed(text, allow_exit=True)


@pytest.mark.parametrize(
    "text", ["exit the loop early", "why :q!", "/exits", "/clearly", "tell it to quit", "/tmp/exit"]
)
def test_what_only_looks_like_it(text: str) -> None:
    """A prompt with such a word in it is a prompt."""
    assert send_text.typed(text).strip() == text


@pytest.mark.parametrize(
    ("text", "typed"),
    [("a\r\nb\rc\td", "a\nb\nc\td"), ("\x1b[201~x\x9b", "[201~x"), ("ends with \\", "ends with \\ "),
     ("see @file", "see @file "), ("hi :smil", "hi :smil "), ("see /hel", "see /hel "), ("/tmp/a", "/tmp/a "),
     ("/model", "/model"), ("#1 is open", "#1 is open"), ("a \u202eevil\u202c b\u200f", "a evil b"),
     ("\ufeffhello", "hello"), ("so\u00adft", "soft"), ("a\u2028b", "a\nb"), ("x\U000e0041\U000e0042", "x"), ("a\ud800", "a\ufffd")],
)  # fmt: skip
def test_typed(text: str, typed: str) -> None:
    """What nobody sees goes; a last backslash, @name, :name or /name gets a blank, or Enter would mean something
    else."""
    assert send_text.typed(text) == typed


@pytest.mark.parametrize(
    "text",
    ["👩‍👩‍👧 and 👋🏽", "❤️ 1️⃣ ☎︎", "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", "می‌خواهم", "क्‍ष", "葛\U000e0100",
     unicodedata.normalize("NFD", "한국어 é"), "e\u0301\u0302\u0303", "\U0001fae8 \U0001fadc", "\ue0a0 branch"],
)  # fmt: skip
def test_what_people_type(text: str) -> None:
    """Emoji of several parts, joiners within words, accents and emoji newer than this Python stay as they are."""
    assert send_text.typed(text) == text


@pytest.mark.parametrize(
    ("text", "name", "parts"),
    [("/rename a b", "/rename", ("/rename", " a b")), ("/model", "/model", ("/model",)), ("/usr", "/usr", ("/usr",)),
     ("/tmp/x is full", "", ("/tmp/x is full",)), ("a /b", "", ("a /b",)), ("/p:skill x", "/p:skill", ("/p:skill", " x")),
     ("/", "/", ("/",))],
)  # fmt: skip
def test_command(text: str, name: str, parts: tuple[str, ...]) -> None:
    """A slash command and its arguments; a path is no command."""
    assert (send_text.command(text), send_text.parts(text)) == (name, parts)


@pytest.mark.parametrize(
    ("shown", "text", "holds"),
    [("one two", "one\ntwo", True), ("one two", "one", False), ("", "x", False), ("[Pasted text #1 +3 lines]", "a", True),
     ("[Pasted text #1 +3 lines] and", "a", False), ("👋", "👋🏽", True), ("👩👩👧", "👩‍👩‍👧", True), ("👩👧", "👩‍👩‍👧", False),
     ("한", "\u1112\u1161\u11ab", True), ("\xe9\u0302", "e\u0301\u0302\u0303", True), ("e", "a\u0301", False)],
)  # fmt: skip
def test_holds(shown: str, text: str, holds: bool) -> None:
    """What a screen can show of a text is compared, and nothing less."""
    assert send_text.holds(Box(shown, False, ""), text) is holds


def test_holds_the_end() -> None:
    """Of a box whose beginning is not on the screen, the end."""
    assert send_text.holds(Box("two", True, ""), "one two")
    assert not send_text.holds(Box("one", True, ""), "one two")
