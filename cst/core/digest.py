"""What happened since somebody last looked at the fleet. Pure."""

from __future__ import annotations

from cst.core.naming import display_names
from cst.text import age, cut, width

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cst.model import Mark, Session

_KINDS = {
    "done": "finished", "error": "failed", "permission": "wait", "question": "wait", "plan": "wait", "dialog": "wait",
    "asked": "wait",
}  # fmt: skip
_MOST_NAMES = 3


def last_look(marks: Sequence[Mark]) -> Mark | None:
    """The newest `looked` mark of marks that are ordered oldest first."""
    return next((mark for mark in reversed(marks) if mark.mark == "looked"), None)


def digest(sessions: Sequence[Session], marks: Sequence[Mark], now: float, columns: int = 0) -> str:
    """`since you looked (2h): 3 finished · 1 failed · 2 wait for you · 1 ended`; "" where nothing happened.

    It counts what needs you since then, each session once, and which of the sessions that lived then are gone, but for
    those that the user ended with cst. Where `columns` leave room, the first few are named; 0 leaves none.
    """
    looked = last_look(marks)
    if looked is None:
        return ""
    groups: dict[str, list[str]] = {"finished": [], "failed": [], "wait": []}
    for session, name in zip(sessions, display_names(sessions, 24), strict=True):
        if session.needs_you and session.since > looked.t and session.state in _KINDS:
            groups[_KINDS[session.state]].append(name)
    known = {session.key for session in sessions} | {mark.key for mark in marks if mark.mark == "ended"}
    gone = len(set(looked.value.split()) - known)
    if not gone and not any(groups.values()):
        return ""
    head = f"since you looked ({age(now - looked.t)}): "
    lines = [head + " · ".join(_parts(groups, gone, most)) for most in range(_MOST_NAMES, -1, -1)]
    return next((line for line in lines if width(line) <= columns), cut(lines[-1], columns) if columns else lines[-1])


def _parts(groups: dict[str, list[str]], gone: int, most: int) -> list[str]:
    parts = []
    for kind, names in groups.items():
        if names:
            called = f" ({', '.join(names[:most])}{', …' if len(names) > most else ''})" if most else ""
            verb = f"wait{'s' * (len(names) == 1)} for you" if kind == "wait" else kind
            parts.append(f"{len(names)} {verb}{called}")
    return [*parts, f"{gone} ended"] if gone else parts
