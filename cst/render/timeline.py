"""A recording as text: when which session changed its state, and why."""

from __future__ import annotations

from cst.core.naming import display_name
from cst.text import clean, cut, fit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cst.model import Session
    from cst.render.paint import Paint


def timeline(looks: Iterable[tuple[float, Sequence[Session]]], columns: int, paint: Paint) -> list[str]:
    """One line for each change of state: seconds from the beginning, session, state, rule, evidence.

    `looks` are (epoch seconds, sessions), oldest first; `columns` is the width, 0 for no limit.
    """
    shown: dict[str, tuple[str, str]] = {}
    found: list[str] = []
    begin = None
    for now, sessions in looks:
        begin = now if begin is None else begin
        for session in sessions:
            name = session.id or session.key
            if shown.get(name) == (session.state, session.rule):
                continue
            shown[name] = (session.state, session.rule)
            left = f"{fit(f'+{now - begin:.1f}s', 9, right=True)}  {fit(display_name(session, 16), 16)}  "
            state = fit(session.state, 11)
            rest = f"  {fit(session.rule, 14)}  {clean(session.because, 400)}"
            room = max(20, columns - len(left) - 11) if columns else 1000
            found.append(left + paint.state(session.state, state) + cut(rest, room))
    return found
