"""What a person said about one session: of its marks the newest of each kind. Pure; docs/events.md is the contract."""

from __future__ import annotations

from cst.text import span
from cst.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cst.model import Mark

UNTIL_CHANGES = "change"  # the value of a snooze without a time: until the state of the session begins anew
UNTIL_ASKED = "asked"  # who may end a snooze with a time before that: the session, when it opens a dialog
# The values of `restored`: how the last turn of one stood that is brought back.
CUT_OFF, UNSEEN, UNANSWERED = AS_IT_WAS = ("cut-off", "unseen", "unanswered")
_FAR = 1e11  # epoch seconds; what lies behind is no moment


class Annotation(Value):
    """The marks of one session, read."""

    name: str = ""
    tags: tuple[str, ...] = ()
    pinned: bool = False
    note: str = ""
    archived: bool = False
    snoozed: bool = False
    snoozed_until: float = 0.0  # epoch seconds; 0 where it is until the session changes


_NONE = Annotation()


def of(marks: Sequence[Mark], now: float, since: float = 0.0, asks: bool = False) -> Annotation:
    """What these marks (of one session, oldest first) say of it now; its state began at `since`, and `asks` says
    whether that is an open dialog."""
    if not marks:
        return _NONE
    snoozed, until = _snoozed(marks, now, since, asks)
    return Annotation(
        _newest(marks, "name"), _tags(marks), _newest(marks, "pin") == "on", _newest(marks, "note"),
        _newest(marks, "archive") == "on", snoozed, until,
    )  # fmt: skip


def by_key(marks: Sequence[Mark]) -> dict[str, list[Mark]]:
    """All marks that are about a session, by its key or session id."""
    found: dict[str, list[Mark]] = {}
    for mark in marks:
        if mark.key:
            found.setdefault(mark.key, []).append(mark)
    return found


def tag_words(text: str) -> tuple[list[str], list[str]]:
    """Which tags a line of words adds, and which it removes: `name` adds one, `-name` removes one; spaces or commas are
    between them, and a # before a name is no part of it, nor is a +."""
    words = text.replace(",", " ").split()
    add, remove = [word for word in words if word[0] != "-"], [word[1:] for word in words if word[0] == "-"]
    return [_bare(word) for word in add], [_bare(word) for word in remove]


def _bare(word: str) -> str:
    return word.removeprefix("+").removeprefix("#")


def snooze_left(until: float, now: float) -> str:
    """How long a snooze lasts, to the nearest minute: `25m`, `1h 30m`, or `until it changes`. One of two hours says 2h
    a second later, too."""
    if not until:
        return "until it changes"
    left = until - now
    return span(left + (43200 if left >= 86400 else 30 if left >= 60 else 0.5))


def _newest(marks: Sequence[Mark], kind: str) -> str:
    return next((m.value for m in reversed(marks) if m.mark == kind), "")


def _tags(marks: Sequence[Mark]) -> tuple[str, ...]:
    found: set[str] = set()
    for mark in marks:
        if mark.mark == "tag" and mark.value:
            found.add(mark.value)
        elif mark.mark == "untag":
            found.discard(mark.value)
    return tuple(sorted(found))


def _snoozed(marks: Sequence[Mark], now: float, since: float, asks: bool) -> tuple[bool, float]:
    mark = next((m for m in reversed(marks) if m.mark == "snooze"), None)
    if mark is None:
        return False, 0.0
    if mark.value == UNTIL_CHANGES:
        return since <= mark.t, 0.0
    if mark.by == UNTIL_ASKED and asks and since > mark.t:
        return False, 0.0
    try:
        until = float(mark.value or 0)
    except ValueError:
        return False, 0.0
    return (True, until) if now < until < _FAR else (False, 0.0)
