"""Which way a client goes to a pane, and whom that moves; tests/e2e/test_jump_clients.py asks the real tmux."""

from __future__ import annotations

from cst.core import route
from cst.model import Client, Pane, Session, Snapshot

NOW = 1_795_200_000.0


def pane(name: str, window: str, session: str, socket: str = "/s") -> Pane:
    """A pane of one window in one tmux session."""
    return Pane(socket, name, 1, "", session, window, "0", "0", True, True, "", session)


def client(name: str, session: str, shows: str, socket: str = "/s") -> Client:
    """A client in that tmux session that shows that pane."""
    return Client(socket, name, 0.0, session, shows)


MINE = client("me", "$0", "%0")
HOME, THERE, LINKED = pane("%0", "@0", "$0"), pane("%1", "@1", "$1"), pane("%1", "@1", "$2")


def test_where_nothing_moves_nothing_is_said() -> None:
    """My own client, and those of other servers, count for nothing."""
    snapshot = Snapshot(now=NOW, panes=[HOME, THERE], clients=[MINE, client("far", "$1", "%9", "/other")])
    way = route.to_pane(snapshot, "/s", "%1", MINE)

    assert (way.target, way.moves, way.also) == ("=$1:@1.%1", [], "")


def test_a_new_client_moves_others_too() -> None:
    """Outside tmux a jump attaches: who is in that tmux session shows the window from then on."""
    snapshot = Snapshot(now=NOW, panes=[HOME, THERE], clients=[client("a", "$1", "%0"), client("b", "$1", "%1"), client("c", "$1", "%0")])
    way = route.to_pane(snapshot, "/s", "%1", None)

    assert (way.moves, way.also) == (["a", "c"], "also moves a and 1 more")


def test_the_way_of_the_fewest() -> None:
    """Of equal ones my own tmux session, then the usual one."""
    other = client("a", "$1", "%0")
    snapshot = Snapshot(now=NOW, panes=[HOME, THERE, LINKED], clients=[MINE, other])
    inside = MINE._replace(session_id="$2")

    assert route.to_pane(snapshot, "/s", "%1", MINE, "=$1:@1.%1").target == "=$2:@1.%1"
    assert route.to_pane(snapshot._replace(clients=[]), "/s", "%1", inside, "=$1:@1.%1").target == "=$2:@1.%1"
    assert route.to_pane(snapshot._replace(clients=[]), "/s", "%1", MINE, "=$1:@1.%1").target == "=$1:@1.%1"


def test_a_hostile_name_of_a_client() -> None:
    """It is made harmless before it is said."""
    assert route.Route("", ["/dev/\x1b]0;x\x07pts\n3"]).also == "also moves /dev/pts 3"


def test_no_way() -> None:
    """A session in no pane has none, and no client is moved."""
    session = Session(key="1.2", id="x", pid=1, state="idle", since=NOW, because="", rule="")

    assert route.to_session(Snapshot(now=NOW), session, MINE) == route.Route()
