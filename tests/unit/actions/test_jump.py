"""Jumping on real tmux servers: only the client that pressed the key moves, and it comes back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cst.actions import jump
from cst.actions import marks as mark_actions
from cst.core import route
from cst.model import Client, CstError, Mark, Pane, Place, Session, Snapshot
from cst.settings import Settings
from cst.store import marks
from cst.system import tmux
from tests.testing import TmuxClient, TmuxServer, until

NOW = 1_795_200_000.0


class Desk:
    """Two people at one tmux server: `mine` shows tmux session one, `theirs` shows two; three is a target."""

    def __init__(self, server: TmuxServer, own: Settings) -> None:
        self.server = server
        self.home = server.new("one")
        self.other = server.new("two")
        self.target = server.new("three")
        self.mine, self.theirs = server.attach("one"), server.attach("two")
        self.own = own._replace(tmux=f"{server.socket},1,0")

    def seen(self) -> Snapshot:
        """What tmux says now, which has to answer, with the marks."""
        panes, clients, wrong = tmux.look(tmux.ask("tmux", self.server.socket))
        assert wrong == ""
        return Snapshot(now=NOW, panes=panes, clients=clients, marks=marks.read(self.own.marks_file)[0])

    def client(self, who: TmuxClient | None = None) -> Client:
        """A client as a snapshot has it."""
        return next(c for c in self.seen().clients if c.name == (who or self.mine).name)

    def session(self, pane: str, attached_to: str = "") -> Session:
        """A session that lives in a pane."""
        found = [p for p in self.seen().panes if p.id == pane and attached_to in ("", p.session)]
        return Session("41.100", "id", 41, "permission", NOW - 60, "", "", name="api", place=_place(found[0]))

    def jump(self, pane: str, now: float = NOW, message: str = "", attached_to: str = "") -> None:
        """My client jumps to the session in a pane."""
        session = self.session(pane, attached_to)
        jump.jump(self.own, session, self.client(), now, self.way(session), message)

    def way(self, session: Session) -> route.Route:
        """How my client gets to a session."""
        return route.to_session(self.seen(), session, self.client())

    def by_hand(self, pane: str) -> None:
        """My client goes to a pane without cst."""
        self.server.run("switch-client", "-c", self.mine.name, "-t", pane)

    def shown(self) -> tuple[str, str]:
        """The panes that I and they see."""
        lines = self.server.run("list-clients", "-F", "#{client_name} #{pane_id}").splitlines()
        panes = dict(line.split(" ") for line in lines)  # `display-message -c` tells the pane of another client
        return panes[self.mine.name], panes[self.theirs.name]


def _place(pane: Pane) -> Place:
    target = f"={pane.session_id}:{pane.window_id}.{pane.id}"
    return Place(pane.socket, pane.session, pane.window_index, pane.id, "", target)


@pytest.fixture
def desk(tmux_server: TmuxServer, own: Settings, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A desk of this test's own, patient with a machine under load."""
    monkeypatch.setattr(tmux, "TIMEOUT", 30.0)
    return Desk(tmux_server, own)


def test_only_the_pressing_client_moves(desk: Desk) -> None:
    """A jump shows the session's pane on the client of the person who pressed the key, and on no other."""
    desk.jump(desk.target)

    assert (desk.target, desk.other) == desk.shown()


def test_to_another_window_and_pane(desk: Desk) -> None:
    """A jump selects window and pane, not only the tmux session."""
    desk.server.run("new-window", "-t", "three", "cat")
    pane = desk.server.run("split-window", "-t", "three", "-P", "-F", "#{pane_id}", "cat")
    desk.server.run("select-window", "-t", "three:0")
    desk.jump(pane)

    assert pane == desk.shown()[0]


def test_within_the_same_tmux_session(desk: Desk) -> None:
    """A jump to another window of the shown tmux session changes the window."""
    pane = desk.server.run("new-window", "-d", "-t", "one", "-P", "-F", "#{pane_id}", "cat")
    desk.jump(pane)

    assert (pane, desk.other) == desk.shown()


def test_linked_window(desk: Desk) -> None:
    """A window that is linked into two tmux sessions is shown in the one that the place names."""
    desk.server.run("link-window", "-d", "-s", "three:0", "-t", "one:7")
    desk.jump(desk.target, attached_to="one")
    shown = desk.server.run("list-clients", "-F", "#{client_name} #{session_name} #{pane_id}").splitlines()

    assert f"{desk.mine.name} one {desk.target}" in shown


def test_a_tmux_session_with_a_hostile_name(desk: Desk) -> None:
    """The name of a tmux session plays no part in reaching it."""
    desk.server.run("rename-session", "-t", "three", "=##(touch pwned) 'a\" $1 %3")
    desk.jump(desk.target)

    assert desk.target == desk.shown()[0]


def test_a_tmux_session_named_like_the_beginning_of_another(desk: Desk) -> None:
    """Tmux completes names; an exact target does not."""
    pane = desk.server.new("thr")
    desk.jump(pane)

    assert pane == desk.shown()[0]


def test_zoomed(desk: Desk) -> None:
    """A zoomed window stays zoomed when the jump is to another pane of it."""
    pane = desk.server.run("split-window", "-t", "three", "-P", "-F", "#{pane_id}", "cat")
    desk.server.run("select-pane", "-t", desk.target)
    desk.server.run("resize-pane", "-Z", "-t", desk.target)
    desk.jump(pane)
    zoomed = desk.server.run("display-message", "-p", "-t", pane, "#{window_zoomed_flag}")

    assert (pane, "1") == (desk.shown()[0], zoomed)


def test_the_message_is_shown(desk: Desk) -> None:
    """Why you are there stands on your message line, literally, and not on theirs."""
    desk.server.run("set-option", "-g", "display-time", "0")
    message = "permission 12m · api · Bash: echo #(touch pwned) #{pid} 100% %H"
    desk.jump(desk.target, message=message)
    until(lambda: message.encode() in desk.mine.shown)

    assert b"permission" not in desk.theirs.shown
    assert not list(Path(desk.server.env["HOME"]).rglob("pwned"))


def test_already_there(desk: Desk) -> None:
    """A jump to where you are only says why."""
    desk.jump(desk.home, message="you are here")
    until(lambda: b"you are here" in desk.mine.shown)

    assert (desk.home, desk.other) == desk.shown()


def test_marks_of_a_jump(desk: Desk) -> None:
    """A jump leaves a visit, with where the client came from, and a seen."""
    desk.jump(desk.target)
    visit, seen = desk.seen().marks

    where = {"client": desk.mine.name, "socket": desk.server.socket}
    assert Mark(NOW, "visit", "41.100", pane=desk.home, value=desk.target, **where) == visit
    assert Mark(NOW, "seen", "41.100", by="jump") == seen


def test_dead_client(desk: Desk) -> None:
    """A client that is gone moves nobody, is no visit, and is an error with what to do."""
    ghost = desk.client()._replace(name="/dev/pts/none")
    with pytest.raises(CstError, match=r"tmux could not show that pane: .*; `cst ls` lists"):
        jump.jump(desk.own, desk.session(desk.target), ghost, NOW, desk.way(desk.session(desk.target)))

    assert ((desk.home, desk.other), ()) == (desk.shown(), desk.seen().marks)


def test_dead_pane(desk: Desk) -> None:
    """A pane that closed between look and jump is an error, and nobody moves."""
    session = desk.session(desk.target)
    way = desk.way(session)
    desk.server.run("kill-session", "-t", "three")
    with pytest.raises(CstError, match="tmux could not show that pane"):
        jump.jump(desk.own, session, desk.client(), NOW, way)

    assert (desk.home, desk.other) == desk.shown()


def test_another_server(desk: Desk, make_tmux_server: Callable[[], TmuxServer]) -> None:
    """A session on another tmux server cannot be shown on this client."""
    far = make_tmux_server()
    far.new("far")
    [pane], _, _ = tmux.look(tmux.ask("tmux", far.socket))
    session = Session("41.100", "id", 41, "done", 0.0, "", "", name="api", place=_place(pane))
    with pytest.raises(CstError, match=f"api is on another tmux server, {far.socket}"):
        jump.jump(desk.own, session, desk.client(), NOW, desk.way(session))

    assert (desk.home, desk.other) == desk.shown()


def test_no_pane(desk: Desk) -> None:
    """A session without a pane, or without a process, cannot be jumped to."""
    nowhere = desk.session(desk.target)._replace(place=None)
    with pytest.raises(CstError, match="api is in no tmux pane"):
        jump.jump(desk.own, nowhere, desk.client(), NOW, route.Route())
    with pytest.raises(CstError, match=r"api has ended; `cst resume .*` brings it back"):
        jump.jump(desk.own, nowhere._replace(pid=None), desk.client(), NOW, route.Route())


def test_outside_tmux_without_a_terminal(desk: Desk) -> None:
    """Outside tmux, with no terminal to attach, nobody else's client is moved."""
    with pytest.raises(CstError, match="needs a terminal"):
        jump.jump(desk.own._replace(tmux=""), desk.session(desk.target), None, NOW, desk.way(desk.session(desk.target)))

    assert (desk.home, desk.other) == desk.shown()


# ------------------------------------------------------------------------------------------------------ back


def test_back(desk: Desk) -> None:
    """`back` returns to where the client was before its first visit since its last return."""
    desk.jump(desk.target, NOW)
    desk.jump(desk.other, NOW + 1)
    said = jump.back(desk.seen(), desk.own, desk.client(), NOW + 2)

    assert ("back in one", desk.home) == (said, desk.shown()[0])


def test_back_twice(desk: Desk) -> None:
    """A second `back` without a jump between them has nowhere to go; after a jump it has."""
    desk.jump(desk.target, NOW)
    jump.back(desk.seen(), desk.own, desk.client(), NOW + 1)
    with pytest.raises(CstError, match="nowhere to go back to"):
        jump.back(desk.seen(), desk.own, desk.client(), NOW + 2)
    desk.jump(desk.target, NOW + 3)
    jump.back(desk.seen(), desk.own, desk.client(), NOW + 4)

    assert desk.home == desk.shown()[0]


def test_back_after_a_walk_by_hand(desk: Desk) -> None:
    """Pressed in a pane that the last jump did not lead to, the key begins a walk, and `back` returns to that pane."""
    desk.jump(desk.target, NOW)
    mine = desk.server.run("new-window", "-d", "-t", "one", "-P", "-F", "#{pane_id}", "cat")
    desk.by_hand(mine)
    desk.jump(desk.target, NOW + 60)
    desk.jump(desk.home, NOW + 120)
    desk.jump(desk.other, NOW + 180)
    jump.back(desk.seen(), desk.own, desk.client(), NOW + 240)

    assert mine == desk.shown()[0]


@pytest.mark.parametrize(("later", "back"), [(900, "home"), (901, "target")])
def test_back_after_a_walk_that_was_over(desk: Desk, later: float, back: str) -> None:
    """A walk goes on from where it led to, also once all was clear; after a quarter of an hour there another begins.
    What is read before the return may take as long as it likes."""
    desk.jump(desk.target, NOW)
    desk.jump(desk.other, NOW + later)
    jump.back(desk.seen(), desk.own, desk.client(), NOW + later + 5000)

    assert getattr(desk, back) == desk.shown()[0]


def test_back_after_a_session_was_closed_on_the_way(desk: Desk) -> None:
    """Where the pane that a jump led to was closed, tmux moved the client, not its user: the walk goes on."""
    closed = desk.server.run("new-window", "-d", "-t", "three", "-P", "-F", "#{pane_id}", "cat")
    desk.jump(closed, NOW)
    desk.server.run("kill-pane", "-t", closed)
    assert desk.shown()[0] == desk.target
    desk.jump(desk.other, NOW + 60)
    jump.back(desk.seen(), desk.own, desk.client(), NOW + 120)

    assert desk.home == desk.shown()[0]


def test_back_is_each_clients_own(desk: Desk) -> None:
    """My visits are not theirs: they have nowhere to return to."""
    desk.jump(desk.target, NOW)
    with pytest.raises(CstError, match="nowhere to go back to"):
        jump.back(desk.seen(), desk.own, desk.client(desk.theirs), NOW + 1)

    assert (desk.target, desk.other) == desk.shown()


def test_back_to_a_pane_that_is_gone(desk: Desk) -> None:
    """Where the pane that you came from is gone, cst says so once and the next return starts anew."""
    desk.server.run("split-window", "-t", "one", "cat")
    desk.server.run("select-pane", "-t", desk.home)
    desk.jump(desk.target, NOW)
    desk.server.run("kill-pane", "-t", desk.home)
    with pytest.raises(CstError, match=f"the pane {desk.home} that you came from is gone"):
        jump.back(desk.seen(), desk.own, desk.client(), NOW + 1)
    with pytest.raises(CstError, match="nowhere to go back to"):
        jump.back(desk.seen(), desk.own, desk.client(), NOW + 2)


# -------------------------------------------------------------------------------------------------- client_of


def _client(name: str, activity: float, session_id: str = "$1", pane: str = "%1", socket: str = "/tmp/s") -> Client:
    return Client(socket, name, activity, session_id, pane)


CLIENTS = [
    _client("a", 10), _client("b", 30, "$2", "%2"), _client("c", 20, "$1", "%3"), _client("x", 90, socket="/tmp/other"),
]  # fmt: skip
@pytest.mark.parametrize("tmux_env", ["/tmp/s,1,0", ""])
def test_an_unknown_client_is_an_error(own: Settings, tmux_env: str) -> None:
    """A client that was named and is not there is never replaced by another."""
    with pytest.raises(CstError, match="no tmux client is called 'ghost'"):
        jump.client_of(Snapshot(now=NOW, clients=CLIENTS), own._replace(tmux=tmux_env), "ghost")


_PANE: dict[str, Any] = {
    "socket": "/tmp/s", "pid": 1, "tty": "", "window_id": "@1", "window_index": "1", "pane_index": "0", "shown": True,
    "attached": True, "command": "sh", "session": "work",
}  # fmt: skip
PANES = [Pane(id="%9", session_id="$1", **_PANE)]


@pytest.mark.parametrize(
    ("asked", "env_client", "tmux_env", "pane", "expected"),
    [
        ("c", "b", "/tmp/s,1,0", "%2", "c"),
        ("", "c", "/tmp/s,1,0", "%2", "c"),
        ("", "", "/tmp/s,1,0", "%2", "b"),
        ("", "", "/tmp/s,1,0", "%9", "c"),
        ("", "", "/tmp/s,1,0", "%5", None),
        ("", "", "/tmp/s,1,0", "", "b"),
        ("", "", "", "", None),
    ],
)
def test_client_of(own: Settings, asked: str, env_client: str, tmux_env: str, pane: str, expected: str | None) -> None:
    """The named client, else that of the binding, else the one that shows our pane or its tmux session, else the
    one that was active last; never one on another server, and none outside tmux."""
    settings = own._replace(client=env_client, tmux=tmux_env, tmux_pane=pane)
    found = jump.client_of(Snapshot(now=NOW, panes=PANES, clients=CLIENTS), settings, asked)

    assert expected == (found.name if found else None)


def test_origin_ignores_what_others_did(own: Settings) -> None:
    """Only this client's visits on this server since its last return count."""
    made = [
        Mark(1, "visit", "k", client="a", socket="/tmp/s", pane="%1"),
        Mark(2, "back", client="a", socket="/tmp/s"),
        Mark(3, "visit", "k", client="a", socket="/tmp/other", pane="%2"),
        Mark(4, "visit", "k", client="b", socket="/tmp/s", pane="%3"),
        Mark(5, "visit", "k", client="a", socket="/tmp/s", pane="%4"),
        Mark(6, "visit", "k", client="a", socket="/tmp/s", pane="%5"),
    ]
    mark_actions.append(own, made)
    first = jump.origin(Snapshot(now=NOW, marks=made), CLIENTS[0])

    assert first is not None
    assert first.pane == "%4"
