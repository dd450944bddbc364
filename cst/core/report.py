"""What waiting has cost in some days: waits in, sums out. Pure.

What a finished turn waited until somebody looked is counted beside the rest, and is in no sum: nothing stood still.
"""

from __future__ import annotations

import bisect

from cst.model import project
from cst.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from cst.core.waits import Trace, Wait

GROUPS = ("project", "state", "tag")
_HOUR = 3600.0


class Row(Value):
    """One line: the waits of a day, a project, a state or a tag. Times are seconds."""

    label: str
    waits: int
    waited: float
    lost: float  # of it, in hours in which the user was at the keyboard
    longest: float
    median: float | None  # from asking to the answer; None where nothing was answered


class Report(Value):
    """All of it, and what is not known."""

    total: Row
    answers: int
    days: tuple[Row, ...]
    groups: tuple[Row, ...]
    longest: Wait | None
    finished: Row  # turns that were over, until they were seen
    open: int  # sessions that still wait
    at_most: int  # waits whose end is known as "then at the latest"
    endless: int  # waits of which nothing says when they ended; they are in no sum
    without_hooks: int  # sessions
    approved: int  # calls that a person allowed in those; how long they waited is not known


def within(waits: Sequence[Wait], since: float, until: float) -> list[Wait]:
    """The waits that touch the time between two moments, those without an end by their begin; oldest first."""
    found = [wait for wait in waits if wait.since < until and max(wait.until, wait.since) >= since]
    return sorted(found, key=lambda wait: wait.since)


def report(
    traces: Mapping[str, Trace], waits: Sequence[Wait], moments: Iterable[float], by: str,
    days: Sequence[tuple[str, float]], until: float,
) -> Report:  # fmt: skip
    """The report of some days, of which the dates and begins (epoch seconds) are given, oldest first, until a moment.
    `moments`: when the user did something; the clock hours around them are those at the keyboard. `by`: one of GROUPS,
    or ""."""
    begins = [begin for _, begin in days]
    hours = {_hour(at, begins) for at in moments}
    told = [wait for wait in within(waits, begins[0], until) if wait.until]
    held = [wait for wait in told if wait.state != "done"]

    def row(label: str, some: Sequence[Wait], begin: float = begins[0], end: float = until) -> Row:
        return _row(label, some, hours, begin, end, begins)

    rows = []
    first, last = min((wait.since for wait in held), default=until), max((wait.until for wait in held), default=0.0)
    for (label, begin), end in zip(days, [*begins[1:], until], strict=True):
        if first < end and last > begin:
            some = [wait for wait in held if wait.since < end and wait.until > begin]
            rows.append(row(label, some, begin, end))
    groups: dict[str, list[Wait]] = {}
    for wait in told if by == "state" else held if by else ():
        for label in _labels(wait, traces[wait.session_id], by):
            groups.setdefault(label, []).append(wait)
    mute = [trace for trace in traces.values() if not trace.events]
    return Report(
        total=row("total", held),
        answers=sum(not wait.open for wait in held),
        days=tuple(rows),
        groups=tuple(sorted((row(label, some) for label, some in groups.items()), key=lambda row: -row.waited)),
        longest=max(held, key=lambda wait: wait.seconds, default=None),
        finished=row("finished", [wait for wait in told if wait.state == "done"]),
        open=sum(wait.open for wait in held),
        at_most=sum(not wait.exact for wait in held),
        endless=sum(not wait.until and wait.state != "done" and begins[0] <= wait.since < until for wait in waits),
        without_hooks=len(mute),
        approved=sum(trace.approved for trace in mute),
    )


def _labels(wait: Wait, trace: Trace, by: str) -> Sequence[str]:
    if by == "state":
        return (wait.state,)
    return (project(trace.cwd) or "?",) if by == "project" else trace.tags or ("no tag",)


def _row(
    label: str, some: Sequence[Wait], hours: set[tuple[int, int]], begin: float, end: float, begins: Sequence[float]
) -> Row:  # fmt: skip
    pieces = [(max(wait.since, begin), min(wait.until, end)) for wait in some]
    answered = sorted(wait.seconds for wait in some if not wait.open and begin <= wait.until < end)
    half = len(answered) // 2
    middle = (answered[half] + answered[~half]) / 2 if answered else None
    return Row(
        label, len(some), sum(b - a for a, b in pieces), sum(_within(a, b, hours, begins) for a, b in pieces),
        max((wait.seconds for wait in some), default=0.0), middle,
    )  # fmt: skip


def _hour(at: float, begins: Sequence[float]) -> tuple[int, int]:
    """The clock hour of a moment: the number of its day, and of the hour in that."""
    day = max(0, bisect.bisect_right(begins, at) - 1)
    return day, int((at - begins[day]) // _HOUR)


def _within(begin: float, end: float, hours: set[tuple[int, int]], begins: Sequence[float]) -> float:
    """How much of a span lies in these clock hours."""
    total = 0.0
    for day, (midnight, next_one) in enumerate(zip(begins, [*begins[1:], end], strict=True)):
        first, last = max(begin, midnight), min(end, next_one)
        if first < last:
            total += sum(
                min(last, midnight + (hour + 1) * _HOUR) - max(first, midnight + hour * _HOUR)
                for hour in range(int((first - midnight) // _HOUR), int((last - midnight) // _HOUR) + 1)
                if (day, hour) in hours
            )
    return total
