"""What a jump to a session of a host does to tmux here, and what it says; the far end and tmux are made up."""

from __future__ import annotations

import pytest

from cst.actions import remote_jump, remote_pane
from cst.model import Client, Pane, Snapshot
from cst.settings import Settings
from cst.store import marks
from cst.system import tmux

ME = Client("S", "/dev/pts/100", 0, "$1", "%9")
OTHER = Client("S", "/dev/pts/200", 0, "$1", "%9")
HERE = Pane("S", "%9", 1, "/dev/pts/9", "$1", "@9", "0", "0", True, True, "ssh", "x")
THERE = HERE._replace(id="%3", window_id="@3", tty="/dev/pts/3", shown=False)
NO_PANE = "dev: no tmux client came that way"


@pytest.mark.parametrize(
    ("pane", "told", "message", "done"),
    [
        (THERE, "", "", [("switch", "=$1:@3.%3", "")]),
        (THERE, "dev: also moves a", "", [("switch", "=$1:@3.%3", "dev: also moves a")]),
        (THERE, "dev: also moves a", "1 more", [("switch", "=$1:@3.%3", "1 more · dev: also moves a")]),
        (HERE, "", "", []),
        (HERE, "dev: also moves a", "", [("say", "dev: also moves a")]),
        (None, "", "1 more", [("window",), ("say", "1 more")]),
        (None, NO_PANE, "", [("window",), ("say", f"a new window, for no pane here could be used; {NO_PANE}")]),
    ],
)
def test_what_is_done_and_said(own: Settings, monkeypatch: pytest.MonkeyPatch, pane: Pane | None, told: str, message: str, done: list[tuple[str, ...]]) -> None:
    """On the client that jumps, once; who else is moved there is said beside the message."""
    own = own._replace(hosts={"dev": "ssh dev"}, tmux="S,1,0")
    did: list[tuple[str, ...]] = []
    monkeypatch.setattr(remote_pane, "show", lambda *_: (pane, told))
    monkeypatch.setattr(tmux, "switch", lambda _, socket, client, target, said: did.append(("switch", target, said)))
    monkeypatch.setattr(tmux, "say", lambda _, socket, client, said: did.append(("say", said)))
    monkeypatch.setattr(remote_jump, "window", lambda *_: did.append(("window",)))
    note = remote_jump.jump(own, "dev/api", Snapshot(now=1.0, panes=[HERE, THERE], clients=[ME]), ME, message)

    assert (did, note) == (done, done[-1][-1].removeprefix("1 more").removeprefix(" · ") if done and told else "")
    assert [(mark.mark, mark.key, mark.pane) for mark in marks.read(own.marks_file)[0]] == [("visit", "dev/api", "%9")]


def test_who_is_moved_here_too(own: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both are said; where nothing is switched here nobody is moved here."""
    own = own._replace(hosts={"dev": "ssh dev"}, tmux="S,1,0")
    monkeypatch.setattr(tmux, "switch", lambda *_: None)
    monkeypatch.setattr(tmux, "say", lambda *_: None)
    snapshot = Snapshot(now=1.0, panes=[HERE, THERE], clients=[ME, OTHER])
    monkeypatch.setattr(remote_pane, "show", lambda *_: (THERE, "dev: also moves a"))
    assert remote_jump.jump(own, "dev/api", snapshot, ME) == "also moves /dev/pts/200; dev: also moves a"
    monkeypatch.setattr(remote_pane, "show", lambda *_: (HERE, ""))
    assert remote_jump.jump(own, "dev/api", snapshot, ME) == ""
