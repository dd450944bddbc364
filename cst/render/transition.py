"""A change of state as a line of text and as JSON."""

from __future__ import annotations

from cst.core.naming import display_name, where, with_place
from cst.model import label, project
from cst.text import clean, cut, fit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cst.core.transitions import Change
    from cst.render.paint import Paint

_NAME, _LEAST, _STATE = 20, 5, 11  # columns


def line(change: Change, utc_offset: int, columns: int, paint: Paint) -> str:
    """`15:04:05  api  working → permission  why`; `columns` 0 for no limit."""
    session = change.session
    seconds = int(change.at + utc_offset) % 86400
    clock = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    left = f"{clock}  {fit(_called(change), _NAME)}  {fit(change.before, _STATE, right=True)} → "
    state, why = fit(session.state, _STATE), f"  {clean(session.because, 400)}"
    room = max(10, columns - len(clock) - _NAME - 2 * _STATE - 7) if columns else 1000
    return f"{left}{paint.state(session.state, state)}{cut(why, room)}"


def _called(change: Change) -> str:
    """The name; where another session has the same one as much of it as there is room for beside its place."""
    session = change.session
    if not change.shared:
        return display_name(session, _NAME)
    return with_place(session, max(_LEAST, _NAME - len(where(session)) - 3))


def as_json(change: Change) -> dict[str, object]:
    """docs/json.md describes the keys; `from` is null where the session is seen for the first time."""
    session = change.session
    return {
        "schema": 1, "at": change.at, "key": session.key, "id": session.id or None, "label": label(session),
        "project": project(session.repository or session.cwd) or None,
        "from": change.before or None, "to": session.state, "needs_you": session.needs_you,
        "rule": session.rule, "because": session.because,
    }  # fmt: skip
