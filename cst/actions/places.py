"""Note where live sessions are, for `cst restore`: the names of their tmux sessions and windows, and the arguments that
they were started with, which nothing else keeps. Costs one question to each tmux server."""

from __future__ import annotations

from cst.claude import arguments
from cst.model import CstError
from cst.store import places
from cst.store.places import Note, Notes
from cst.system import processes, tmux

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cst.model import Session, Snapshot
    from cst.settings import Settings

_KEPT = 30 * 86400.0  # seconds


def note(settings: Settings, snapshot: Snapshot, sessions: Sequence[Session], park: Sequence[str] = ()) -> Notes:
    """Add what lives now to what was noted before; `park`: the ids of those that are parked. What is noted now.
    CstError where it cannot be read, and nothing is written then, or where it cannot be written."""
    now = snapshot.now
    try:
        before = places.read(settings)
    except OSError as error:
        what = f"cannot read {settings.places_file}: {error.strerror}"
        raise CstError(what, "fix it, or move it away: what was parked is noted there") from None
    try:
        shapes = {
            socket: tmux.shapes(settings.tmux_program, socket)
            for socket in sorted({session.place.socket for session in sessions if session.place})
        }
        kept = dict(before.sessions)
        for record in snapshot.records:  # the next start of a client may sweep these away
            if places.is_persons(record) and not processes.is_alive(record.pid, record.start):
                was = Note(record.session_id, record.written_at, record.key, record.config_dir, record.cwd)
                kept[record.session_id] = kept.get(record.session_id, was)._replace(left=True)
        for session in sessions:
            if session.pid is not None and session.id and session.kind in ("interactive", ""):
                kept[session.id] = _noted(session, shapes, kept.get(session.id), now, session.id in park)
        seen = {f"{socket},{shape.server}": now for socket, found in shapes.items() for shape in found.values()}
        notes = Notes(kept, {**before.servers, **seen})
        places.write(settings, notes, now - _KEPT)
    except OSError as error:
        raise CstError(f"cannot write {settings.places_file}: {error.strerror}", "fix its permissions") from None
    return notes


def _noted(
    session: Session, shapes: dict[str, dict[str, tmux.Shape]], before: Note | None, now: float, park: bool
) -> Note:
    parked = now if park else before.parked if before and before.key == session.key else 0.0
    given = arguments.read(processes.words_of(session.pid or 0), session.cwd)
    made = Note(
        session.id, now, session.key, session.config_dir, session.cwd, parked=parked, arguments=given.again,
        withheld=given.withheld, state=session.state,
    )  # fmt: skip
    place = session.place
    shape = shapes[place.socket].get(place.pane) if place else None
    if not place or not shape:
        return made
    return made._replace(
        socket=place.socket, server=shape.server, session=place.session, window=shape.window, window_name=shape.name,
        pane=shape.pane, panes=shape.panes, layout=shape.layout, pane_id=place.pane,
    )  # fmt: skip
