"""How a tmux client gets to a pane, and which other clients that moves. Pure.

All clients of a tmux session show its current window, and all that show a window its active pane: tmux cannot change
that for one of them. To a window that is in several tmux sessions, linked or by their group, there are several ways.
"""

from __future__ import annotations

from cst.text import clean, cut
from cst.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cst.model import Client, Session, Snapshot


class Route(Value):
    """The `target` for tmux (`=$1:@2.%3`, "" for none), and the names of the other clients that then show another pane,
    too."""

    target: str = ""
    moves: Sequence[str] = ()

    @property
    def also(self) -> str:
        """What a jump does to other clients: `also moves /dev/pts/3 and 1 more`; "" where they stay as they are."""
        if not self.moves:
            return ""
        more = f" and {len(self.moves) - 1} more" if len(self.moves) > 1 else ""
        return f"also moves {cut(clean(self.moves[0]), 30)}{more}"


def to_session(snapshot: Snapshot, session: Session, client: Client | None) -> Route:
    """The way to a session's pane; None: a new client goes. No target where it is in no pane, or on another server."""
    place = session.place
    if place is None or (client and client.socket != place.socket):
        return Route()
    return to_pane(snapshot, place.socket, place.pane, client, place.target)


def to_pane(snapshot: Snapshot, socket: str, pane: str, client: Client | None, usual: str = "") -> Route:
    """The way to a pane that moves the fewest other clients; of equal ones, that through the client's own tmux session,
    else the `usual` target."""
    windows = {p.id: p.window_id for p in snapshot.panes if p.socket == socket}
    mover = client.name if client else ""
    others = [c for c in snapshot.clients if c.socket == socket and c.pane != pane and c.name != mover]
    ways: list[tuple[int, bool, bool, Route]] = []
    for p in snapshot.panes:
        if p.id == pane and p.socket == socket:
            moves = [c.name for c in others if c.session_id == p.session_id or windows.get(c.pane) == p.window_id]
            target = f"={p.session_id}:{p.window_id}.{p.id}"
            away = not client or p.session_id != client.session_id
            ways.append((len(moves), away, target != usual, Route(target, moves)))
    return min(ways, key=lambda way: way[:3])[3] if ways else Route(usual)
