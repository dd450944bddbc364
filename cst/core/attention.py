"""Which session `cst next` goes to. Pure."""

from __future__ import annotations

from cst.model import Client, Session

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def queue(sessions: Sequence[Session], client: Client | None) -> list[Session]:
    """The sessions that need you, in the order of the visits: first those not visited since they began to wait, by
    urgency; then the one whose visit is longest ago. The pane that the client is in is left out, as is what is not
    on its tmux server."""
    waiting = [s for s in sessions if s.needs_you and s.place and not is_here(s, client)]
    if client:
        waiting = [s for s in waiting if s.place and s.place.socket == client.socket]
    fresh = [s for s in waiting if s.visited < s.since]
    return fresh + sorted((s for s in waiting if s.visited >= s.since), key=lambda s: s.visited)


def is_here(session: Session, client: Client | None) -> bool:
    """Whether a client shows that session now."""
    place = session.place
    return bool(client and place and place.pane == client.pane and place.socket == client.socket)
