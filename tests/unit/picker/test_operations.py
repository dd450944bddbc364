"""What a picker asks again: what was typed is not lost, and is not sent twice."""

from __future__ import annotations

import os

import pytest

from cst.picker import operations
from cst.actions import send
from cst.model import CstError, Session
from cst.settings import load
from cst.render.paint import Paint

API = Session("1.1", "i", 1, "idle", 0.0, "", "")


@pytest.fixture
def picked() -> operations.Operations:
    """Those of a picker outside tmux."""
    return operations.Operations(load(os.environ), "", False, Paint(False), "/cst")


def test_a_refused_prompt_is_there_again(picked: operations.Operations, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same question with the text in its line, below what was wrong."""

    def refuse(*_: object) -> str:
        raise CstError("api is working; nothing was sent")

    monkeypatch.setattr(send, "send", refuse)

    outcome = picked._send([API], "go on")

    assert outcome.failed
    assert outcome.again
    assert (outcome.again.prompt, outcome.again.text) == ("send> ", "go on")
    assert outcome.again.lines[0] == "api is working; nothing was sent"


def test_what_may_have_been_sent_is_not_offered_again(picked: operations.Operations, monkeypatch: pytest.MonkeyPatch) -> None:
    """Enter would send it twice."""

    def doubt(*_: object) -> str:
        raise send.Unproven("Enter was pressed, but nothing shows that the prompt arrived")

    monkeypatch.setattr(send, "send", doubt)

    with pytest.raises(send.Unproven):
        picked._send([API], "go on")
