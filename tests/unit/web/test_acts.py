"""Actions from a page, where no browser is needed to see whom they touch; with one: tests/e2e/test_web_acts.py."""

from __future__ import annotations

from typing import Any

import pytest

from cst import sessions
from cst.actions import jump
from cst.model import Client, CstError, Place, Session, Snapshot
from cst.settings import Settings
from cst.web import acts
from tests.testing import NOW

SOCKET = "/s"
MINE, THEIRS = (
    Client(SOCKET, name, activity, "$1", pane) for name, pane, activity in (("mine", "%1", 1.0), ("theirs", "%2", 9.0))
)


@pytest.fixture
def moved(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The clients that were moved."""
    place = Place(SOCKET, "work", "w", "%3", "work:2.1", "=x")
    session = Session("41.100", "id", 41, "permission", NOW - 60, "", "", name="api", place=place)
    snapshot = Snapshot(now=NOW, clients=[MINE, THEIRS])
    monkeypatch.setattr(sessions, "load", lambda *_: (snapshot, [session]))
    found: list[str] = []
    monkeypatch.setattr(jump, "jump", lambda _own, _session, client, *_: found.append(client.name))
    return found


@pytest.mark.parametrize("told", [{}, {"tmux": f"{SOCKET},1,0"}])
def test_without_a_pane_of_its_own_it_moves_nobody(own: Settings, moved: list[str], told: dict[str, Any]) -> None:
    """Bug shown: whoever was active last was moved, however far from the page."""
    with pytest.raises(CstError, match=r"it moves no other; `cst jump 41\.100` in a terminal"):
        acts.Acts(own._replace(**told)).do({"act": "jump", "key": "41.100"})

    assert moved == []


def test_it_moves_the_client_that_shows_its_pane(own: Settings, moved: list[str]) -> None:
    inside = own._replace(tmux=f"{SOCKET},1,0", tmux_pane="%1")

    assert acts.Acts(inside).do({"act": "jump", "key": "41.100"}) == "shown on mine"
    assert moved == ["mine"]


@pytest.mark.parametrize("word", ["", "kill", "resume", "_jump", 7, None])
def test_there_is_no_other_deed(own: Settings, word: object) -> None:
    with pytest.raises(CstError, match="there is no such action"):
        acts.Acts(own).do({"act": word, "key": "41.100"})
