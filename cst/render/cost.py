"""`cst cost`: a bill as a table with bars, as CSV and as JSON."""

from __future__ import annotations

from cst.core.prices import AS_OF
from cst.render.paint import tokens
from cst.text import clean, cut, fit, width

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cst.core.cost import Bill, Row
    from cst.render.paint import Paint

_BAR, _LABEL = 24, 40  # columns
_NOT_DATED = "requests that no transcript dates: titles, /compact, classifiers"
_FIELDS = ("label", "dollars", "answers", "input", "output", "unpriced", "at_least", "key")


def lines(bill: Bill, columns: int, paint: Paint) -> list[str]:
    """One line for each row with a bar against the dearest, a sum, and what the figures leave out."""
    if not bill.rows:
        return []
    rows = [*bill.rows, bill.total]
    labels = [clean(row.label, 200) for row in rows]
    widest = min(max(map(width, labels)), _LABEL)
    figures = [money(row) for row in rows]
    taken = [width(text) for text in figures]
    room = max(taken)
    below = _counts(rows)
    asked = max((width(count) for row, count in zip(rows, below, strict=True) if row.answers), default=0)
    bar = min(_BAR, max(0, columns - widest - room - asked - 6)) if columns else _BAR
    left = columns - widest - bar - room - 6 if columns else width(_NOT_DATED)
    dearest = max((row.dollars for row in bill.rows), default=0.0)
    found = []
    for row, label, dollars, wide, count in zip(rows, labels, figures, taken, below, strict=True):
        full = round(row.dollars / dearest * bar) if dearest and row is not bill.total else 0
        drawn = paint("36", "█" * full) + " " * (bar - full)
        counted = paint.dim(cut(count, max(left, asked)))
        line = f"{fit(label, widest)}  {drawn}  {dollars:>{room - wide + len(dollars)}}  {counted}".rstrip()
        found.append(paint("1", line) if row is bill.total else line)
    return [*found, *(paint.dim(line) for line in notes(bill))]


def as_json(bill: Bill, since: float, until: float, problems: Sequence[str]) -> dict[str, object]:
    """docs/json.md describes it. `problems`: what could not be read."""
    unpriced = [f"no price is known of {clean(name, 40)}" for name in bill.unknown]
    return {
        "schema": 1, "since": since, "until": until, "prices_as_of": AS_OF,
        "rows": [_object(row) for row in bill.rows], "total": _object(bill.total), "unknown_models": list(bill.unknown),
        "problems": [*map(clean, problems), *unpriced],
    }  # fmt: skip


def csv(bill: Bill) -> list[str]:
    """A head, and a line for each row; no sum."""
    return [",".join(_FIELDS), *(",".join(_cell(value) for value in _object(row).values()) for row in bill.rows)]


def _object(row: Row) -> dict[str, object]:
    return {name: getattr(row, name) for name in _FIELDS}


def _cell(value: object) -> str:
    """A field of CSV: quoted where it needs to be, and never a formula to a spreadsheet."""
    text = clean(str(value), 400)
    if isinstance(value, str) and text[:1] in ("=", "+", "-", "@"):
        text = "'" + text
    return '"' + text.replace('"', '""') + '"' if set(text) & set(',"') else text


def money(row: Row) -> str:
    """`$1.20`, or `≥ $1.20` where that is not all."""
    return f"{'≥ ' if row.unpriced or row.at_least else ''}${row.dollars:,.2f}"


def counts(row: Row) -> str:
    """How many answers, and their tokens."""
    return _counts([row])[0]


def _counts(rows: Sequence[Row]) -> list[str]:
    """The same of each row, below each other; of errands what they are."""
    told = [
        (f"{row.answers:,} answer{'s' if row.answers != 1 else ' '}", tokens(row.input), tokens(row.output))
        for row in rows
    ]
    answers, given, output = (max(map(len, column)) for column in zip(*told, strict=True))
    return [
        f"{one:>{answers}}  {two:>{given}} in  {three:>{output}} out" if row.answers else _NOT_DATED
        for row, (one, two, three) in zip(rows, told, strict=True)
    ]


def notes(bill: Bill) -> Sequence[str]:
    """What the figures leave out."""
    found = [f"at list prices of {AS_OF}; what counts is Anthropic's own bill"]
    if bill.unknown:
        names = ", ".join(clean(name, 40) for name in bill.unknown[:5])
        found.append(f"≥: no price is known of {names}; its answers are counted and not priced")
    if any(row.at_least for row in bill.rows):
        rest = "Claude Code has not written down the rest"
        found.append(f"≥ at least: {rest}; the session runs, was killed, or is of an old version")
    if bill.twice:
        found.append("a session with two tags is in both lines, and once in the total")
    return found
