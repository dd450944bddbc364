"""Which session `cst next` goes to. Pure."""

from __future__ import annotations

from cst.model import Client, Session, host_of
from cst.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cst.model import Mark

NEXT = "next"  # who made a visit: `cst next`
PAUSE = 900.0  # seconds without a jump after which the counting, and a walk, begins anew


class Step(Value):
    """Where a jump stands: `of` sessions need you now, as the status line says, and `number` is how many of them this
    round has been to, this one included. `round` is 2 in the second round, and so on."""

    number: int
    of: int
    round: int = 1


def queue(sessions: Sequence[Session], client: Client | None) -> list[Session]:
    """The sessions that need you, in the order of the visits: first those not visited since they began to wait, by
    urgency; then the one whose visit is longest ago. The pane that the client is in is left out, as is what is not
    on its tmux server."""
    waiting = [s for s in _reachable(sessions, client) if not is_here(s, client)]
    fresh = [s for s in waiting if s.visited < s.since]
    return fresh + sorted((s for s in waiting if s.visited >= s.since), key=lambda s: s.visited)


def step(
    target: Session, sessions: Sequence[Session], client: Client | None, marks: Sequence[Mark], now: float
) -> Step:
    """How far a jump to `target` gets a client. A round is over when `cst next` comes to one that it has brought
    it to already, and that has waited since. After a pause, and after `cst back`, the counting begins anew."""
    waiting = {session.key: session for session in sessions if session.needs_you}
    been: set[str] = set()
    turn = 1
    for mark in reversed(list(_walk(client, marks, now))):
        if mark.key in waiting and mark.t >= waiting[mark.key].since:
            if mark.key in been and mark.by == NEXT:
                been, turn = set(), turn + 1
            been.add(mark.key)
    if target.key in been:
        been, turn = set(), turn + 1
    return Step(len(been) + 1, len(waiting), turn)


def _walk(client: Client | None, marks: Sequence[Mark], now: float) -> Iterator[Mark]:
    """The visits of a client without a long pause between them, since its last return; newest first."""
    for mark in reversed(marks):
        if client and (mark.client, mark.socket) == (client.name, client.socket) and mark.mark in ("visit", "back"):
            if mark.mark == "back" or now - mark.t > PAUSE:
                return
            now = mark.t
            if mark.key:
                yield mark


def _reachable(sessions: Sequence[Session], client: Client | None) -> list[Session]:
    """The sessions that need you, in a pane that the client can show, or in the background, from where a jump brings
    them into one, or on a host, to which it opens a window."""
    return [
        s for s in sessions
        if s.needs_you and (host_of(s.key) or (_can_show(s, client) if s.place else in_background(s)))
    ]  # fmt: skip


def _can_show(session: Session, client: Client | None) -> bool:
    return bool(session.place and (not client or session.place.socket == client.socket))


def in_background(session: Session) -> bool:
    """Whether no pane shows a session, and any can: a live one of the client's daemon."""
    return session.kind == "background" and session.pid is not None and not session.place and not session.hidden


def is_here(session: Session, client: Client | None) -> bool:
    """Whether a client shows that session now."""
    place = session.place
    return bool(client and place and place.pane == client.pane and place.socket == client.socket)
