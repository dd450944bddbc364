"""Sending a prompt: as one paste, into an empty input box, and Enter only once it shows that text."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from cst.actions import send
from cst.model import CstError
from cst.settings import Settings
from tests.testing import TmuxServer
from tests.unit.actions.fake import FakePane, screen

PROMPT, TYPED = "2.1.110-prompt", "2.1.110-prompt-typed"
MakeFake = Callable[..., FakePane]


@pytest.fixture
def fake(tmux_server: TmuxServer, tmp_path: Path, claude: Path) -> MakeFake:
    """Makes the one pane of a test, at its prompt."""
    given = {"status": "idle", "waitingFor": None}
    return lambda shows=PROMPT, **record: FakePane(tmux_server, tmp_path / "fake", claude, shows, **{**given, **record})


def _pasted(text: str) -> bytes:
    return b"\x1b[200~" + text.encode() + b"\x1b[201~"


def test_sent(fake: MakeFake, own: Settings) -> None:
    """One bracketed paste, then Enter; the registry says that it works; file and buffer are gone."""
    pane = fake()
    text = "first äöü\nsecond"
    pane.after(_pasted(text), text=screen(TYPED).replace("typed", "first äöü\n  second"))
    pane.after(_pasted(text) + b"\r", PROMPT, status="busy")
    said = send.send(own, pane.session("done"), text + "\n\x1b\x07\n")

    assert said == "api: sent · first äöü second, now working"
    assert pane.log == _pasted(text) + b"\r"
    assert os.listdir(own.state_dir) == []
    assert pane.server.run("list-buffers") == ""


def test_the_paste_does_not_appear(fake: MakeFake, own: Settings) -> None:
    """No Enter where the input box does not show the text."""
    pane = fake()
    with pytest.raises(CstError, match="does not show the text; Enter was not pressed"):
        send.send(own, pane.session("done"), "hello", 0.5)

    assert pane.log == _pasted("hello")


def test_something_else_appears(fake: MakeFake, own: Settings) -> None:
    """No Enter where somebody typed at the same time."""
    pane = fake()
    pane.after(_pasted("hello"), text=screen(TYPED).replace("typed", "hello you"))
    with pytest.raises(CstError, match="shows 'hello you'; Enter was not pressed"):
        send.send(own, pane.session("done"), "hello", 0.5)

    assert pane.log == _pasted("hello")


def test_no_proof(fake: MakeFake, own: Settings) -> None:
    """Enter without an effect is told, and not pressed again."""
    pane = fake()
    pane.after(_pasted("hello"), text=screen(TYPED).replace("typed", "hello"))
    with pytest.raises(CstError, match="nothing shows that the prompt arrived"):
        send.send(own, pane.session("done"), "hello", 1)

    assert pane.log == _pasted("hello") + b"\r"


@pytest.mark.parametrize(
    ("shows", "record", "because"),
    [
        (TYPED, {}, "has text in its input box already, 'typed'"),
        ("2.1.329-prompt-clipped", {}, "has text in its input box already"),
        ("2.1.110-bash", {"status": None}, "shows a dialog"),
        ("2.1.110-bash", {"status": "waiting", "waitingFor": "permission prompt"}, "waits for an answer"),
        ("2.1.329-none-model", {}, "the input box of api is not visible"),
        ("2.1.329-prompt-working", {"status": "busy"}, "is working and would queue it"),
        ("2.1.329-prompt-working", {"status": None}, "the input box of api is not visible"),
    ],
)
def test_refused(
    fake: MakeFake, own: Settings, shows: str, record: dict[str, str | None], because: str
) -> None:
    """Typed text, a dialog, a menu, a turn: nothing is sent."""
    pane = fake(shows, **record)
    with pytest.raises(CstError, match=because):
        send.send(own, pane.session("done"), "hello", 0.5)

    assert pane.log == b""


def test_copy_mode(fake: MakeFake, own: Settings) -> None:
    """Nobody's place in the history is lost."""
    pane = fake()
    pane.server.run("copy-mode", "-t", pane.pane)
    with pytest.raises(CstError, match="is in copy mode"):
        send.send(own, pane.session("done"), "hello", 0.5)

    assert pane.log == b""


@pytest.mark.parametrize(
    ("text", "because"),
    [("", "nothing to send"), (" \n\x1b\x00 ", "nothing to send"), ("!ls", "runs in a shell"),
     ("\x1b!ls", "runs in a shell"), ("/clear\nnow", "one line"), ("x" * 100_001, "over 100000 characters")],
)  # fmt: skip
def test_no_prompt(text: str, because: str) -> None:
    """What is no prompt, or more than one, is refused before anything is looked at."""
    with pytest.raises(CstError, match=because):
        send.typed(text)


@pytest.mark.parametrize(
    ("text", "typed"),
    [("a\r\nb\rc\td", "a\nb\nc\td"), ("\x1b[201~x\x9b", "[201~x"), ("ends with \\", "ends with \\ "),
     ("see @file", "see @file "), ("/model", "/model"), ("#1 is open", "#1 is open")],
)  # fmt: skip
def test_typed(text: str, typed: str) -> None:
    """Control characters go; a last backslash or @name gets a blank, or Enter would mean something else."""
    assert send.typed(text) == typed
