"""The free text of a dialog: typed into its field, seen there, and then Enter; or taken out again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cst.actions import answer, answer_text
from cst.actions import pane as keys
from cst.core import screens
from cst.model import CstError
from cst.settings import Settings
from tests.testing import TmuxServer
from tests.unit.actions.fake import FakePane, screen

FIRST, FIELD, TYPED, PROMPT = "2.1.332-questions-first", "2.1.332-questions-text", "2.1.332-questions-typed", "2.1.329-prompt"
MakeFake = Callable[..., FakePane]
DOWN = b"\x1b[B"


@pytest.fixture
def fake(tmux_server: TmuxServer, tmp_path: Path, claude: Path) -> MakeFake:
    """Makes the one pane of a test, with a question."""
    given = {"waitingFor": "input needed"}
    return lambda shows=FIRST, **record: FakePane(tmux_server, tmp_path / "fake", claude, shows, **{**given, **record})


def _pasted(text: str) -> bytes:
    return b"\x1b[200~" + text.encode() + b"\x1b[201~"


def _second() -> str:
    """The question with its cursor on the second option."""
    lines = [line.text for line in screens.read(screen(FIRST))]
    first, second = (next(i for i, line in enumerate(lines) if line.startswith(f"{sign} {n}. ")) for sign, n in (("❯", 1), (" ", 2)))
    lines[first], lines[second] = " " + lines[first][1:], "❯" + lines[second][1:]
    return "\n".join(lines)


def _answer(own: Settings, pane: FakePane, text: str, patience: float = 2) -> str:
    session = pane.session("question")
    return answer.answer(own, session, answer.seen(own, session), "3", patience, text)


def test_typed_and_entered(fake: MakeFake, own: Settings) -> None:
    """Arrows go to the field, each seen; the text is one paste; Enter only once the field shows it."""
    pane = fake()
    pane.after(DOWN, text=_second())
    pane.after(DOWN * 2, FIELD)
    pane.after(DOWN * 2 + _pasted("uphill"), TYPED)
    pane.after(DOWN * 2 + _pasted("uphill") + b"\r", PROMPT, status="busy", waitingFor=None)
    said = _answer(own, pane, "up\x1bhill\n")

    assert said == "api: answered 3. uphill · Where to?, now working"
    assert pane.log == DOWN * 2 + _pasted("uphill") + b"\r"


def test_where_several_may_be_ticked(fake: MakeFake, own: Settings) -> None:
    """Typing ticks it, and Enter would untick it: the cursor leaves the field instead."""
    pane = fake("2.1.332-ticks-text")
    pane.after(_pasted("a cat"), "2.1.332-ticks-typed")
    session = pane.session("question")
    dialog = answer.seen(own, session)
    option = next(option for option in dialog.options if option.means == "text")
    answer_text.enter(own, session, keys.look(own, session), dialog, option, "a cat")

    assert pane.log == _pasted("a cat") + b"\x1b[A"


def test_the_field_shows_something_else(fake: MakeFake, own: Settings) -> None:
    """Then Enter is not pressed, and the field is emptied again."""
    pane = fake()
    typed = DOWN * 2 + _pasted("downhill")
    pane.after(DOWN, text=_second())
    pane.after(DOWN * 2, FIELD)
    pane.after(typed, TYPED)
    pane.after(typed + b"\x15", FIELD)
    with pytest.raises(CstError, match="does not show the text; it was emptied again, nothing was sent"):
        _answer(own, pane, "downhill")

    assert pane.log == typed + b"\x15"


def test_the_cursor_does_not_get_there(fake: MakeFake, own: Settings) -> None:
    """No text is typed where the field is not under the cursor."""
    pane = fake()
    with pytest.raises(CstError, match="the cursor of that dialog is on another option"):
        _answer(own, pane, "uphill")

    assert pane.log == DOWN


@pytest.mark.parametrize(
    ("text", "because"),
    [("\u200b\x1b", "no text to give"), ("one\ntwo", "takes one line"), ("x" * 501, "over 500 characters")],
)
def test_no_line(text: str, because: str) -> None:
    """What fits into no field is refused before anything is typed."""
    with pytest.raises(CstError, match=because):
        answer_text.line(text)
