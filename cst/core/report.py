"""What waiting has cost in some days: waits in, sums out. Pure.

What a finished turn waited until somebody looked is counted beside the rest, and is in no sum: nothing stood still.
"""

from __future__ import annotations

from cst.model import Value, project

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from cst.core.waits import Trace, Wait

GROUPS = ("project", "state", "tag")
SPANS = {"today": 0, "week": 6, "month": 29}  # days before today
_HOUR, _DAY = 3600.0, 86400.0


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


def begin(when: str, now: float, utc_offset: int) -> float:
    """The first moment of one of SPANS, by the local clock."""
    return (now + utc_offset) // _DAY * _DAY - utc_offset - SPANS[when] * _DAY


def day_of(moment: float, utc_offset: int) -> str:
    """The date of a moment by the local clock, `2026-11-20`."""
    days = int((moment + utc_offset) // 86400) + 719_468  # since 0000-03-01
    era = days // 146_097
    of_era = days - era * 146_097
    year_of_era = (of_era - of_era // 1460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    month = (5 * of_year + 2) // 153
    day = of_year - (153 * month + 2) // 5 + 1
    month += 3 if month < 10 else -9
    return f"{year_of_era + era * 400 + (month <= 2):04d}-{month:02d}-{day:02d}"


def within(waits: Sequence[Wait], since: float, until: float) -> list[Wait]:
    """The waits that touch the time between two moments, those without an end by their begin; oldest first."""
    found = [wait for wait in waits if wait.since < until and max(wait.until, wait.since) >= since]
    return sorted(found, key=lambda wait: wait.since)


def report(
    traces: Mapping[str, Trace], waits: Sequence[Wait], moments: Iterable[float], by: str, since: float, until: float,
    utc_offset: int,
) -> Report:  # fmt: skip
    """The report of the time between two moments (epoch seconds). `moments`: when the user did something; the clock
    hours around them are those at the keyboard. `by`: one of GROUPS, or ""."""
    hours = {int((at + utc_offset) // _HOUR) for at in moments}
    told = [wait for wait in within(waits, since, until) if wait.until]
    held = [wait for wait in told if wait.state != "done"]

    def row(label: str, some: Sequence[Wait], begin: float = since, end: float = until) -> Row:
        return _row(label, some, hours, begin, end, utc_offset)

    days = []
    first = (max(since, min((wait.since for wait in held), default=until)) + utc_offset) // _DAY * _DAY - utc_offset
    while first < min(until, max((wait.until for wait in held), default=0.0)):
        some = [wait for wait in held if wait.since < first + _DAY and wait.until > first]
        days.append(row(day_of(first, utc_offset), some, max(first, since), min(first + _DAY, until)))
        first += _DAY
    groups: dict[str, list[Wait]] = {}
    for wait in told if by == "state" else held if by else ():
        for label in _labels(wait, traces[wait.session_id], by):
            groups.setdefault(label, []).append(wait)
    mute = [trace for trace in traces.values() if not trace.events]
    return Report(
        total=row("total", held),
        answers=sum(not wait.open for wait in held),
        days=tuple(days),
        groups=tuple(sorted((row(label, some) for label, some in groups.items()), key=lambda row: -row.waited)),
        longest=max(held, key=lambda wait: wait.seconds, default=None),
        finished=row("finished", [wait for wait in told if wait.state == "done"]),
        open=sum(wait.open for wait in held),
        at_most=sum(not wait.exact for wait in held),
        endless=sum(not wait.until and wait.state != "done" and since <= wait.since < until for wait in waits),
        without_hooks=len(mute),
        approved=sum(trace.approved for trace in mute),
    )


def _labels(wait: Wait, trace: Trace, by: str) -> Sequence[str]:
    if by == "state":
        return (wait.state,)
    return (project(trace.cwd) or "?",) if by == "project" else trace.tags or ("no tag",)


def _row(label: str, some: Sequence[Wait], hours: set[int], begin: float, end: float, utc_offset: int) -> Row:
    pieces = [(max(wait.since, begin), min(wait.until, end)) for wait in some]
    answered = sorted(wait.seconds for wait in some if not wait.open and begin <= wait.until < end)
    half = len(answered) // 2
    middle = (answered[half] + answered[~half]) / 2 if answered else None
    return Row(
        label, len(some), sum(b - a for a, b in pieces), sum(_within(a, b, hours, utc_offset) for a, b in pieces),
        max((wait.seconds for wait in some), default=0.0), middle,
    )  # fmt: skip


def _within(begin: float, end: float, hours: set[int], utc_offset: int) -> float:
    """How much of a span lies in these clock hours."""
    first, last = int((begin + utc_offset) // _HOUR), int((end + utc_offset) // _HOUR)
    return sum(
        min(end, (hour + 1) * _HOUR - utc_offset) - max(begin, hour * _HOUR - utc_offset)
        for hour in range(first, last + 1) if hour in hours
    )  # fmt: skip
