"""Sending a prompt: as one paste, into an empty input box, and Enter only once it shows that text."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from cst.actions import send
from cst.actions.pane import NotSent
from cst.model import CstError
from cst.settings import Settings
from tests.testing import NOW, TmuxServer, stamp, typed, write_transcript
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
    """No Enter where the input box does not show the text; the key that deletes it comes behind it in any case."""
    pane = fake()
    with pytest.raises(NotSent, match="does not show the text; the text was taken out again, nothing was sent"):
        send.send(own, pane.session("done"), "hello", 0.5)

    assert pane.log == _pasted("hello") + b"\x15"


def test_something_else_appears(fake: MakeFake, own: Settings) -> None:
    """No Enter where somebody typed at the same time, and what they typed stays."""
    pane = fake()
    pane.after(_pasted("hello"), text=screen(TYPED).replace("typed", "hello you"))
    with pytest.raises(send.NotEntered, match="shows 'hello you'; Enter was not pressed"):
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
        ("2.1.110-bash", {"status": "waiting", "waitingFor": "permission prompt"}, "is waiting for an answer; use `cst answer`"),
        ("2.1.329-none-model", {"status": "waiting", "waitingFor": "dialog open"}, r"has a menu open; nothing was sent; `cst jump \d+`"),
        ("2.1.329-none-model", {}, "the input box of api is not visible"),
        ("2.1.329-prompt-working", {"status": "busy"}, "is working and would queue it"),
        ("2.1.329-prompt-working", {"status": None}, "the input box of api is not visible"),
    ],
)
def test_refused(fake: MakeFake, own: Settings, shows: str, record: dict[str, str | None], because: str) -> None:
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


def _box(*lines: str, above: str = "", below: str = "  ? for shortcuts", marked: str = "") -> str:
    """A screen with an input box, in the way of newer clients."""
    rule = "─" * 60
    return (
        "\n".join(["● Done.", "", *([above] if above else []), rule, "❯ " + "\n  ".join(lines), rule, below]) + marked
    )


HELP = "  ❯ /help      Show help\n    /debug     Look closer"


def test_a_beginning_of_a_command(fake: MakeFake, own: Settings) -> None:
    """Enter would take the command that the client has chosen: it is not pressed, and the text is taken out."""
    pane = fake()
    pane.after(_pasted("/hel"), text=_box("/hel", above=HELP))
    pane.after(_pasted("/hel") + b"\x15", text=_box(""))
    with pytest.raises(NotSent, match="has no command /hel; it would take /help; the text was taken out again"):
        send.send(own, pane.session("done"), "/hel", 2)

    assert pane.log == _pasted("/hel") + b"\x15"


@pytest.mark.parametrize(
    ("above", "below"),
    [
        (HELP, "  ? for shortcuts"),
        ("", "/help         Show help\n/debug        Look closer"),
        ("", "  /help    Show help"),
    ],
    ids=["2.1.332", "2.1.110", "2.1.50"],
)
def test_a_command(fake: MakeFake, own: Settings, above: str, below: str) -> None:
    """A command that the client shows exactly is sent, its arguments after it."""
    pane = fake()
    pane.after(_pasted("/help"), text=_box("/help", above=above, below=below))
    pane.after(_pasted("/help") + _pasted(" me"), text=_box("/help me"))
    pane.after(_pasted("/help") + _pasted(" me") + b"\r", PROMPT)
    said = send.send(own, pane.session("done"), "/help me", 3)

    assert said == "api: sent · /help me; the command has left the input box"
    assert pane.log == _pasted("/help") + _pasted(" me") + b"\r"


def test_another_name_of_exit(fake: MakeFake, own: Settings) -> None:
    """A name that the client lists as another one of /exit is refused, whatever it is."""
    pane = fake()
    pane.after(_pasted("/leave"), text=_box("/leave", above="  ❯ /exit (quit, leave)   Exit the CLI"))
    pane.after(_pasted("/leave") + b"\x15", text=_box(""))
    with pytest.raises(NotSent, match="/exit ends, empties or leaves the session; --allow-exit"):
        send.send(own, pane.session("done"), "/leave", 3)

    assert not pane.log.endswith(b"\r")


def test_a_list_is_open(fake: MakeFake, own: Settings) -> None:
    """Where Enter would complete the last word, it is not pressed."""
    pane = fake()
    pane.after(_pasted("hi so:smil"), text=_box("hi so:smil", above="  ❯ 😄   :smile:\n    😃   :smiley:"))
    pane.after(_pasted("hi so:smil") + b"\x15", text=_box(""))
    with pytest.raises(NotSent, match="would complete the end of that text"):
        send.send(own, pane.session("done"), "hi so:smil", 2)

    assert not pane.log.endswith(b"\r")


def test_a_mangled_text_is_taken_out_line_by_line(fake: MakeFake, own: Settings) -> None:
    """What the box shows is another text: it is deleted, where ctrl-u stops at a line's beginning with backspace."""
    pane = fake()
    sent = _pasted("one\ntwo")
    pane.after(sent, text=_box("one", "t?o"))
    pane.after(sent + b"\x15", text=_box("one", ""))
    pane.after(sent + b"\x15\x15", text=_box("one", ""))
    pane.after(sent + b"\x15\x15\x7f", text=_box("one"))
    pane.after(sent + b"\x15\x15\x7f\x15", text=_box(""))
    pane.after(sent + b"\x15\x15\x7f\x7f", text=_box("on"))
    pane.after(sent + b"\x15\x15\x7f\x7f\x15", text=_box(""))
    with pytest.raises(NotSent, match="taken out again"):
        send.send(own, pane.session("done"), "one\ntwo", 0.5)


def test_what_people_type(fake: MakeFake, own: Settings) -> None:
    """A client composes accents and jamo, tmux drops skin tones and joiners: it is that text all the same."""
    pane = fake()
    text = "family 👩‍👩‍👧, 👋🏽, e\u0301\u0302, \u1112\u1161\u11ab국, שלום"
    pane.after(_pasted(text), text=_box("family 👩👩👧, 👋, \xe9, 한국, שלום"))
    pane.after(_pasted(text) + b"\r", PROMPT, status="busy")
    said = send.send(own, pane.session("done"), text)

    assert said.endswith("now working")


def test_queued(fake: MakeFake, own: Settings, claude: Path) -> None:
    """A session that works gets it into its queue, if asked to; the transcript says that it stands there."""
    pane = fake("2.1.329-prompt-working", status="busy")
    session = pane.session("working")
    pane.after(_pasted("later"), text=_box("later"))
    line = {"type": "queue-operation", "operation": "enqueue", "timestamp": stamp(time.time() + 1), "content": "later"}
    with pytest.raises(NotSent, match="is working and would queue it; nothing was sent; --queue queues it"):
        send.send(own, session, "later")
    write_transcript(claude, [typed("go", NOW), line], cwd=session.cwd)
    said = send.send(own, session, "later", queue=True)

    assert said == "api: queued · later"
    assert pane.log == _pasted("later") + b"\r"


def test_queued_and_taken_between_two_readings(
    fake: MakeFake, own: Settings, claude: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both lines are written just after the queue was read: it was queued all the same."""
    pane = fake("2.1.329-prompt-working", status="busy")
    session = pane.session("working")
    pane.after(_pasted("later"), text=_box("later"))
    write_transcript(claude, [typed("go", NOW), typed("later", time.time() + 2)], cwd=session.cwd)
    readings = iter([[], ["later"]])
    monkeypatch.setattr("cst.claude.prompt_queue.since", lambda path, moment: next(readings))

    assert send.send(own, session, "later", queue=True) == "api: queued · later"


def test_a_client_without_a_status_that_works(fake: MakeFake, own: Settings, claude: Path) -> None:
    """Another prompt in its transcript proves nothing there either."""
    pane = fake("2.1.329-prompt-working", status=None)
    session = pane.session("working")
    pane.after(_pasted("later"), text=_box("later"))
    write_transcript(claude, [typed("other", time.time() + 2)], cwd=session.cwd)
    with pytest.raises(send.Unproven):
        send.send(own, session, "later", 0.5, queue=True)


def test_queued_without_proof(fake: MakeFake, own: Settings, claude: Path) -> None:
    """Another text in the queue proves nothing."""
    pane = fake("2.1.329-prompt-working", status="busy")
    session = pane.session("working")
    pane.after(_pasted("later"), text=_box("later"))
    line = {"type": "queue-operation", "operation": "enqueue", "timestamp": stamp(time.time() + 1), "content": "other"}
    write_transcript(claude, [typed("go", NOW), line], cwd=session.cwd)
    with pytest.raises(send.Unproven):
        send.send(own, session, "later", 0.5, queue=True)


def test_checked_before_it_is_written(fake: MakeFake, own: Settings) -> None:
    """`check` refuses what `send` would refuse."""
    working = fake("2.1.329-prompt-working", status="busy").session("working")
    with pytest.raises(NotSent, match="would queue it"):
        send.check(own, working)
    send.check(own, working, queue=True)
