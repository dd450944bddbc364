"""`cst send` as it is called: what is printed, and the exit codes."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.testing import ended_turn, said, typed, until, write_transcript
from tests.unit.actions.fake import FakePane, screen
from tests.unit.commands.running import cst_beside


def test_send(pane: FakePane) -> None:
    """The words are one prompt."""
    pane.says(status="idle", waitingFor=None)
    pane.show("2.1.110-prompt")
    pasted = b"\x1b[200~run them again\x1b[201~"
    pane.after(pasted, text=screen("2.1.110-prompt-typed").replace("typed", "run them again"))
    pane.after(pasted + b"\r", "2.1.110-prompt", status="busy", statusUpdatedAt=2_000_000_000_000)
    code, out, err = cst_beside(pane, "send", str(pane.pid), "run", "them", "again")

    assert (code, out.partition(": ")[2], err) == (0, "sent · run them again, now working\n", "")
    assert until(lambda: pane.log == pasted + b"\r")


def test_what_a_cold_session_costs_is_said_first(pane: FakePane, claude: Path) -> None:
    """Before anything is typed: here it is refused afterwards, for a dialog stands there."""
    at = time.time() - 600
    usage = {"input_tokens": 82_000, "cache_creation": {"ephemeral_5m_input_tokens": 9}}
    write_transcript(claude, [typed("go", at), said("Done.", at, message={"usage": usage}), ended_turn(at)], cwd=str(pane.folder))
    _, _, err = cst_beside(pane, "send", str(pane.pid), "hi")

    assert err == (
        "cst: the prompt cache of fake has expired: the next message costs 82k tokens anew\n"
        "cst: fake is waiting for an answer; use `cst answer`; nothing was sent\n"
    )


def test_send_nothing(pane: FakePane) -> None:
    """- with nothing on standard input is refused."""
    code, _, err = cst_beside(pane, "send", str(pane.pid), "-")

    assert (code, err) == (1, "cst: there is nothing to send; give a text, --edit, or - and a text on standard input\n")


def test_an_editor_that_leaves_nothing(pane: FakePane, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bug shown: it asked for --edit, which was given."""
    monkeypatch.setenv("EDITOR", "true")
    pane.says(status="idle", waitingFor=None)
    pane.show("2.1.110-prompt")
    code, _, err = cst_beside(pane, "send", str(pane.pid), "--edit")

    assert (code, err) == (1, "cst: the text is empty, so nothing was sent\n")


@pytest.mark.parametrize(("editor", "said"), [
    ("false", "the editor ended with 1, so nothing was sent"),  # vi ends so after :cq
    ("no-such-editor", "the editor could not be run, so nothing was sent; set EDITOR to another one"),
    ("/", "the editor could not be run, so nothing was sent; set EDITOR to another one"),
])  # fmt: skip
def test_an_editor_that_fails(pane: FakePane, monkeypatch: pytest.MonkeyPatch, editor: str, said: str) -> None:
    """Another one helps where it cannot be run. Bug shown: so was told who had left it on purpose."""
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", editor)
    pane.says(status="idle", waitingFor=None)
    pane.show("2.1.110-prompt")
    code, _, err = cst_beside(pane, "send", str(pane.pid), "--edit")

    assert (code, err.splitlines()[-1], pane.log) == (1, f"cst: {said}", b"")


def test_an_editor_that_removes_its_file(pane: FakePane, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bug shown: a bug was reported, exit code 3."""
    monkeypatch.setenv("EDITOR", "rm")
    pane.says(status="idle", waitingFor=None)
    pane.show("2.1.110-prompt")
    code, _, err = cst_beside(pane, "send", str(pane.pid), "--edit")

    assert (code, err) == (1, "cst: cannot read what the editor wrote: No such file or directory; nothing was sent\n")


def test_no_editor_for_a_session_that_takes_no_prompt(pane: FakePane, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """It is refused before anything is written."""
    monkeypatch.setenv("EDITOR", f"touch {tmp_path}/edited; true")
    code, _, err = cst_beside(pane, "send", "--edit", str(pane.pid))

    assert (code, err) == (1, "cst: fake is waiting for an answer; use `cst answer`; nothing was sent\n")
    assert not (tmp_path / "edited").exists()


def test_what_ends_the_session(pane: FakePane) -> None:
    """It is refused, with the option that sends it."""
    code, _, err = cst_beside(pane, "send", str(pane.pid), ":q!")

    assert (code, err) == (1, "cst: ':q!' ends, empties or leaves the session; --allow-exit sends it all the same\n")
    assert pane.log == b""
