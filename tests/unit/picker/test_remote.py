"""What the picker asks before it does something on hosts, and what it says of several; `cst` there is made up."""

from __future__ import annotations

import os
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from cst.fzf.backend import Question
from cst.model import CstError, Session, Snapshot
from cst.picker import kill, remote
from cst.picker.context import Context, Target
from cst.picker.operations import KEYS
from cst.render.paint import Paint
from cst.settings import load

API = Session("dev/1.1", "i", 1, "idle", 0.0, "", "", name="api")
WEB = API._replace(key="dev/2.2", name="web", state="working")
BUILD = API._replace(key="ci/3.3", name="build")


class There:
    """What each host is told, and what it says: two lines for each session; of `down` nothing."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, down: str = "") -> None:
        self.told: list[tuple[str, list[str]]] = []
        self.down = down
        monkeypatch.setattr(remote, "_do", self.does)

    def does(self, _: Any, host: str, words: Sequence[str], text: str = "") -> list[str]:
        self.told.append((host, list(words)))
        if host == self.down:
            raise CstError(f"{host}: no answer within 5 s")
        keys = list(words)[list(words).index("--") + 1 :]
        return [line for key in keys for line in (f"End {key}?", "  2 queued prompts")]


def context() -> Context:
    class Listing:
        pass

    return Context(load(os.environ), "", False, Paint(False), "/cst", Listing(), KEYS)  # type: ignore[arg-type]


def target(*sessions: Session) -> Target:
    return Target(Snapshot(now=100.0), sessions, 100)


def asked(*sessions: Session) -> Question:
    made = remote.ask(context(), "kill", target(*sessions))
    assert made
    return made


def test_a_kill_of_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """The two lines that cst there says; anything but its keys cancels, as it does for a session here."""
    There(monkeypatch)
    made = asked(API)

    assert made.lines[:2] == ["dev: End 1.1?", "dev:   2 queued prompts"]
    assert (made.confirmed, [choice.value for choice in made.choices], made.page) == (True, [kill.TERMINATE, kill.KILL, None], None)
    assert "y Enter = end it" in "".join(made.lines)
    assert "esc = cancel" in "".join(made.lines)


def test_a_kill_of_several(monkeypatch: pytest.MonkeyPatch) -> None:
    """How many, on which hosts, what each is called, and all that each host says as the page. Bug shown: the question
    had the first host's lines alone, and y ended sessions on all."""
    There(monkeypatch)
    made = asked(API, BUILD, WEB)

    assert made.lines[:2] == ["End 3 sessions on dev, ci?", "  dev: api (idle), web (working); ci: build (idle)"]
    assert made.confirmed
    assert made.page
    assert made.page(100) == [f"{host}: {line}" for host, key in (("dev", "1.1"), ("dev", "2.2"), ("ci", "3.3")) for line in (f"End {key}?", "  2 queued prompts")]
    assert made.page(8)[0] == "dev: En…"


def test_a_host_that_cannot_be_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """No question: nobody could say what would be lost there."""
    There(monkeypatch, down="ci")
    with pytest.raises(CstError, match="ci: no answer"):
        asked(API, BUILD)


@pytest.mark.parametrize(("down", "said", "failed"), [("", "dev: End 1.1?", False), ("dev", "dev: no answer within 5 s; ci: End 3.3?", False), ("ci", "ci: no answer within 5 s; dev: End 1.1?", False)])
def test_what_is_done_on_several(monkeypatch: pytest.MonkeyPatch, down: str, said: str, failed: bool) -> None:
    """Each is told; what one did not do is said first. Bug shown: the others were not told, or nothing was said of
    them."""
    there = There(monkeypatch, down)
    outcome = remote.act(context(), "kill", target(API, BUILD), kill.KILL)

    assert there.told == [("dev", ["kill", "--yes", "--force", "--", "1.1"]), ("ci", ["kill", "--yes", "--force", "--", "3.3"])]
    assert (outcome.message.startswith(said), outcome.failed) == (True, failed)


def test_one_that_fails_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a text which was not sent is asked for again."""
    There(monkeypatch, down="dev")
    with pytest.raises(CstError, match="dev: no answer"):
        remote.act(context(), "send", target(API), "hello")


def test_a_dialog_that_takes_no_reply(monkeypatch: pytest.MonkeyPatch) -> None:
    """The host says why."""
    given = {"token": "abc", "options": [{"number": 1, "label": "Yes"}], "replies": {}, "refusal": "a text field is open"}
    monkeypatch.setattr("cst.actions.remote.host_named", lambda _, host: SimpleNamespace(name=host))
    monkeypatch.setattr("cst.actions.remote.json", lambda *_: given)

    with pytest.raises(CstError, match=r"^dev: a text field is open$"):
        remote.ask(context(), "answer", target(API))
