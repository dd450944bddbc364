"""`cst report`: what waiting has cost as a table with bars, as one line, and as JSON."""

from __future__ import annotations

from cst.text import age, clean, cut, fit, span, width, wrap

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cst.core.report import Report, Row
    from cst.core.waits import Trace, Wait
    from cst.render.paint import Paint

_BAR, _LABEL, _WHAT = 24, 30, 60  # columns
_LEAST_BAR = 4


def greeting(report: Report) -> str:
    """`today 14 answers, median 40s, 9m lost waiting`; "" where nothing was answered today."""
    if not report.answers or report.total.median is None:
        return ""
    answers = f"{report.answers} answer{'s' * (report.answers != 1)}"
    return f"today {answers}, median {age(report.total.median)}, {span(report.total.lost)} lost waiting"


def lines(report: Report, names: Mapping[str, str], columns: int, paint: Paint) -> list[str]:
    """The sums, a line with a bar for each day or group, and what is not known. `names` by session id."""
    total = report.total
    found = []
    if total.waits:
        answers = f"{report.answers} answer{'s' * (report.answers != 1)}"
        median = f", median {age(total.median)}" if total.median is not None else ""
        summary = f"{span(total.waited)} of waiting for you, {answers}{median}"
        found += [paint("1", line) for line in _wrapped(summary, columns)]
        found += _wrapped(f"{span(total.lost)} of it lost while you were at the keyboard", columns)
        if report.longest:
            found += _wrapped(f"the longest: {_wait(report.longest, names)}", columns or 2 * _WHAT, 2)
        found += ["", *_table(report.groups or report.days, columns, paint)]
    if report.finished.waits:
        turns = f"{report.finished.waits} finished turn{'s' * (report.finished.waits != 1)}"
        notes = [f"not in it: {turns}, {span(report.finished.waited)} until you saw them or went on"]
    else:
        notes = []
    return [*found, *(paint.dim(line) for note in (*notes, *_notes(report)) for line in _wrapped(note, columns))]


def _wrapped(text: str, columns: int, most: int = 9) -> list[str]:
    """A text in lines that are as wide as the screen, 0 = nobody says how wide; cut between words."""
    lines = wrap(text, columns or 1000, 99)
    if len(lines) > most:
        lines = [*lines[: most - 1], wrap(lines[most - 1], columns - 2, 9)[0] + " …"]
    return lines


def _wait(wait: Wait, names: Mapping[str, str]) -> str:
    """`api 42m, permission: rm -rf build`."""
    what = f": {clean(wait.what, 400)}" if wait.what else ""
    most = "" if wait.exact else "at most "
    still = ", still open" if wait.open else ""
    return f"{cut(clean(names.get(wait.session_id, '')), _LABEL)} {most}{span(wait.seconds)}, {wait.state}{what}{still}"


def _table(rows: Sequence[Row], columns: int, paint: Paint) -> list[str]:
    labels = [clean(row.label, 200) for row in rows]
    widest = min(max(map(width, labels)), _LABEL)
    times = [span(row.waited) for row in rows]
    room = max(map(width, times))
    counts = next(
        found for parts in (3, 2, 1) if (found := [_counts(row, parts) for row in rows]) and (
            parts == 1 or not columns or columns - widest - room - max(map(width, found)) - 6 >= _LEAST_BAR)
    )  # fmt: skip
    bar = min(_BAR, max(0, columns - widest - room - max(map(width, counts)) - 6)) if columns else _BAR
    most = max(row.waited for row in rows)
    found = []
    for row, label, time, count in zip(rows, labels, times, counts, strict=True):
        full = round(row.waited / most * bar) if most else 0
        drawn = paint("36", "█" * full) + " " * (bar - full)
        found.append(f"{fit(label, widest)}  {drawn}  {fit(time, room, right=True)}  {paint.dim(count)}".rstrip())
    return found


def _counts(row: Row, parts: int) -> str:
    """How often; the longest, with two parts; the median, with all three."""
    median = f", median {age(row.median)}" if row.median is not None and parts > 2 else ""
    longest = f", longest {span(row.longest)}" if parts > 1 else ""
    return f"{row.waits} wait{'s' * (row.waits != 1)}{median}{longest}"


def _notes(report: Report) -> Sequence[str]:
    """What is not known."""
    found = []
    if report.at_most:
        ends = "ends" if report.at_most == 1 else "end"
        found.append(f"at most: {report.at_most} of these waits {ends} with the result of the command, or the next "
                     "event, as nothing says when you answered")  # fmt: skip
    if report.endless:
        waits = "1 wait" if report.endless == 1 else f"{report.endless} waits"
        found.append(f"not in it: {waits} without a known end, such as that of a session that was killed")
    if report.without_hooks:
        some = f"{report.without_hooks} session{'s' * (report.without_hooks != 1)} without hooks"
        gave = f" (you gave {report.approved})" if report.approved else ""
        found.append(f"not known: how long {some} waited for permissions{gave}; `cst hooks install` tells of new ones")
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
