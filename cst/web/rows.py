"""Sessions as rows of the page: the words are those of the table and the picker. Pure."""

from __future__ import annotations

from cst.render import rows
from cst.render.cells import behind, branch, cells
from cst.render.paint import looks
from cst.text import clean, home_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from cst.model import Session

MOST_ENDED = 500  # sessions that are over
_BRANCH = 20  # characters of one with something behind it: the page cuts at the end


def make(sessions: Sequence[Session], now: float, home: str, window: float) -> list[dict[str, Any]]:
    """One object for each session, in this order. `window`: tokens that a context holds, where nobody was told."""
    live = [session for session in sessions if session.state != "ended"]
    ended = [session for session in sessions if session.state == "ended"][:MOST_ENDED]
    return [row(session, now, home, window) for session in (*live, *ended)]


def row(session: Session, now: float, home: str, window: float) -> dict[str, Any]:
    """What is shown of one session. All text is clean."""
    state, since, name, on, what, context, place, tags = cells(session, now)
    return {
        "key": session.key,
        "state": session.state,
        "shown": state,
        "colour": looks(session.state)[1],
        "since": since,
        "name": name,
        "branch": branch(session, _BRANCH) if behind(session) else on,
        "what": what,
        "context": context if context[:1].isdigit() else context[2:],  # the page draws its own bar
        "full": round(rows.full(session, window), 2),
        "place": place,
        "tags": tags.split(),
        "folder": clean(home_path(session.cwd, home), 400),
        "group": rows.group(session),
        "needs": session.needs_you,
        "pinned": session.pinned,
        "snoozed": session.snoozed,
        "archived": session.archived,
        "found": rows.found_by(session).strip(),
    }
