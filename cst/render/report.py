"""`cst report`: what waiting has cost as a table with bars, as one line, and as JSON."""

from __future__ import annotations

from cst.text import age, clean, fit, width

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cst.core.report import Report, Row
    from cst.core.waits import Trace, Wait
    from cst.render.paint import Paint

_BAR, _LABEL, _WHAT = 24, 30, 60  # columns


def span(seconds: float) -> str:
    """How long, in its two largest units: `42m`, `3h 12m`."""
    if 3600 <= seconds < 86400 and seconds % 3600 >= 60:
        return f"{age(seconds)} {age(seconds % 3600)}"
    return age(seconds)


def greeting(report: Report) -> str:
    """`today 14 answers, median 40s, 9m lost`; "" where nothing was answered today."""
    if not report.answers or report.total.median is None:
        return ""
    answers = f"{report.answers} answer{'s' * (report.answers != 1)}"
    return f"today {answers}, median {age(report.total.median)}, {span(report.total.lost)} lost"


def lines(report: Report, names: Mapping[str, str], columns: int, paint: Paint) -> list[str]:
    """The sums, a line with a bar for each day or group, and what is not known. `names` by session id."""
    total = report.total
    found = []
    if total.waits:
        answers = f"{report.answers} answer{'s' * (report.answers != 1)}"
        median = f", median {age(total.median)}" if total.median is not None else ""
        found.append(paint("1", f"{span(total.waited)} of waiting for you, {answers}{median}"))
        found.append(f"{span(total.lost)} of it lost while you were at the keyboard")
        if report.longest:
            found.append(f"the longest: {_wait(report.longest, names)}")
        found += ["", *_table(report.groups or report.days, columns, paint)]
    if report.finished.waits:
        turns = f"{report.finished.waits} finished turn{'s' * (report.finished.waits != 1)}"
        found.append(paint.dim(f"not in it: {turns}, {span(report.finished.waited)} until you saw them or went on"))
    return [*found, *(paint.dim(note) for note in _notes(report))]


def _wait(wait: Wait, names: Mapping[str, str]) -> str:
    """`api 42m, permission: rm -rf build`."""
    what = f": {clean(wait.what, _WHAT)}" if wait.what else ""
    most = "" if wait.exact else "at most "
    still = ", still open" if wait.open else ""
    return f"{clean(names.get(wait.session_id, ''), _LABEL)} {most}{span(wait.seconds)}, {wait.state}{what}{still}"


def _table(rows: Sequence[Row], columns: int, paint: Paint) -> list[str]:
    labels = [clean(row.label, 200) for row in rows]
    widest = min(max(map(width, labels)), _LABEL)
    times = [span(row.waited) for row in rows]
    room = max(map(width, times))
    counts = [_counts(row) for row in rows]
    bar = min(_BAR, max(0, columns - widest - room - max(map(width, counts)) - 6)) if columns else _BAR
    most = max(row.waited for row in rows)
    found = []
    for row, label, time, count in zip(rows, labels, times, counts, strict=True):
        full = round(row.waited / most * bar) if most else 0
        drawn = paint("36", "█" * full) + " " * (bar - full)
        found.append(f"{fit(label, widest)}  {drawn}  {fit(time, room, right=True)}  {paint.dim(count)}".rstrip())
    return found


def _counts(row: Row) -> str:
    median = f", median {age(row.median)}" if row.median is not None else ""
    return f"{row.waits} wait{'s' * (row.waits != 1)}{median}, longest {span(row.longest)}"


def _notes(report: Report) -> Sequence[str]:
    """What is not known."""
    found = []
    if report.at_most:
        found.append(f"at most: {report.at_most} of these waits end with the result of a command, or the next event; "
                     "nothing says when you answered")  # fmt: skip
    if report.endless:
        found.append(f"not in it: {report.endless} of which nothing says when they ended")
    if report.without_hooks:
        some = f"{report.without_hooks} session{'s' * (report.without_hooks != 1)} without hooks"
        allowed = f", {report.approved} of which you allowed" if report.approved else ""
        found.append(f"not known: permissions of {some}{allowed}; `cst hooks install` tells of new ones")
    return found


def as_json(
    report: Report, waits: Sequence[Wait], traces: Mapping[str, Trace], since: float, until: float
) -> dict[str, object]:
    """docs/json.md describes it."""
    return {
        "schema": 1, "since": since, "until": until, "answers": report.answers, "total": _object(report.total),
        "days": [_object(row) for row in report.days], "groups": [_object(row) for row in report.groups],
        "finished": _object(report.finished),
        "waits": [_wait_object(wait, traces[wait.session_id]) for wait in waits],
        "unknown": {
            "at_most": report.at_most, "endless": report.endless, "sessions_without_hooks": report.without_hooks,
            "permissions": report.approved,
        },
    }  # fmt: skip


def _object(row: Row) -> dict[str, object]:
    return {name: getattr(row, name) for name in ("label", "waits", "waited", "lost", "longest", "median")}


def _wait_object(wait: Wait, trace: Trace) -> dict[str, object]:
    return {
        "id": wait.session_id, "label": trace.name, "state": wait.state, "what": wait.what or None,
        "since": wait.since, "until": wait.until or None, "seconds": wait.seconds if wait.until else None,
        "exact": wait.exact, "open": wait.open,
    }  # fmt: skip
