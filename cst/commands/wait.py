"""`cst wait`: wait until a session is done, needs you, or has ended."""

from __future__ import annotations

import time

from cst import sessions
from cst.args import duration
from cst.core.transitions import gone
from cst.model import Session
from cst.output import drop, print_lines, warn
from cst.poller import Poller
from cst.render import status_line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cst.args import Args
    from cst.settings import Settings

_DEFAULT = ("done", "needs-you")
_FAILED = ("error", "interrupted")  # a turn that is over, and not done


def run(args: Args, settings: Settings) -> int:
    """Wait, then print the session; exit 1 where it cannot get there any more, or not in time."""
    seconds = duration(args["timeout"]) if args["timeout"] else None
    until = args["until"] or _DEFAULT
    session, met = wait(settings, args["session"], until, seconds)
    try:
        print_lines([status_line.arrival(session, (), time.time())], settings)
    except BrokenPipeError:  # whether it came is told all the same
        drop()
    if met is None:
        warn(f"gave up after {args['timeout']} of waiting for {' or '.join(until)}")
    return 0 if met else 1


def wait(
    settings: Settings, word: str, until: Sequence[str], seconds: float | None = None
) -> tuple[Session, bool | None]:
    """The session that `word` names once it is in one of the states `until`, and True; False where that cannot be any
    more, None where it did not come within so many seconds. CstError where no session is meant.

    `until` are states and "needs-you". The session is followed by its key: /clear gives it another id.
    """
    deadline = None if seconds is None else time.monotonic() + seconds
    poller = Poller(settings)
    session = sessions.resolve(poller.look(at_once=True)[1], word, settings, whole=True)
    missed = 0
    while True:
        verdict = reached(session, until)
        left = 1.0 if deadline is None else deadline - time.monotonic()
        if verdict is not None or left <= 0:
            return session, verdict
        time.sleep(min(settings.refresh, left))
        snapshot, fleet = poller.look()
        now = _as_it_is_now(fleet, session)
        missed = 0 if now else missed + 1
        if now or missed > 1:  # a record that is just being written may be unreadable once
            session = now or gone(session, snapshot.now)


def reached(session: Session, until: Sequence[str]) -> bool | None:
    """Whether a session is in one of the states; None while it may still get there.

    Waiting for `done` means waiting for the end of the turn: a question in plain text is one too, and so is `idle`, as
    somebody may have looked at it meanwhile. A turn that failed or was interrupted is over and was not done.
    """
    wanted = {*until}
    if "done" in wanted:
        wanted |= {"asked", "idle"}
    if session.state in wanted or ("needs-you" in wanted and session.needs_you):
        return True
    if "idle" in wanted and session.state == "done":
        return True
    return False if session.state == "ended" or ("done" in wanted and session.state in _FAILED) else None


def _as_it_is_now(fleet: list[Session], session: Session) -> Session | None:
    """The same process, else what it has left."""
    same = next((one for one in fleet if one.key == session.key), None)
    return same or next((s for s in fleet if s.state == "ended" and s.id and s.id == session.id), None)
