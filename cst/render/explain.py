"""`cst why`: state, evidence, what each source says, every rule in order, what would settle a doubt."""

from __future__ import annotations

from cst.model import label
from cst.render.paint import Paint, since
from cst.render.preview import pairs
from cst.render.schema import SCHEMA
from cst.text import clean, cut, fit, wrap

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cst.core.explain import Step
    from cst.model import Session

    Said = Sequence[tuple[str, str, float]]

_LEAST = 24  # columns that the words of a fact need beside their source


def why(
    session: Session, facts: Said, steps: Sequence[Step], rest: Sequence[str], doubts: Sequence[str], now: float,
    columns: int, paint: Paint,
) -> list[str]:  # fmt: skip
    """Lines of at most `columns`. `facts` are (source, words, epoch seconds or 0), `rest` the rules not asked."""
    waited = since(now, session.since)
    needs = "needs you" if session.needs_you else "does not need you"
    first = f"{session.state} for {waited or 'an unknown time'}"
    room = max(8, columns - len(first) - len(needs) - 6)
    head = f"{paint.state(session.state, first)} · {needs} · {paint('1', cut(clean(label(session), 60), room))}"
    return [head, "", *told(session, facts, steps, rest, doubts, now, columns, paint)]


def told(
    session: Session, facts: Said, steps: Sequence[Step], rest: Sequence[str], doubts: Sequence[str], now: float,
    columns: int, paint: Paint,
) -> list[str]:  # fmt: skip
    """As `why`, for a page that says above it who it is about."""
    found = pairs((("rule", session.rule), ("because", session.because)), columns, paint)
    found += ["", paint.dim("what each source says")]
    wide = max(len(source) for source, _, _ in facts)
    for source, says, at in facts:
        when = fit(f"{since(now, at)} ago" if at else "now", 8, right=True)
        found += _beside(f"  {fit(source, wide)}  {paint.dim(when)}", wide + 12, clean(says, 300), columns)
    found += _rules(steps, rest, columns, paint)
    if doubts:
        found += ["", paint.dim("what would settle a doubt")]
        for doubt in doubts:
            lines = wrap(clean(doubt, 400), max(20, columns - 4), 3)
            found += [f"  {'-' if not i else ' '} {line}" for i, line in enumerate(lines)]
    return found


def _rules(steps: Sequence[Step], rest: Sequence[str], columns: int, paint: Paint) -> list[str]:
    """Each rule that was asked and the fact that decided; neighbours that looked at the same fact share it."""
    if not steps:
        return []
    found = ["", paint.dim("the rules, in order; the first that fires decides")]
    wide = max(len(step.rule) for step in steps)
    before = ""
    for step in steps:
        mark = paint("32", "fired") if step.fired else paint.dim("no   ")
        left = f"  {mark}  {fit(step.rule, wide)}"
        new = step.fact != before
        found += _beside(left, wide + 9, clean(step.fact, 300), columns) if new else [f"{left}  {paint.dim('〃')}"]
        before = step.fact
    if rest:
        lines = wrap("not asked: " + ", ".join(rest), max(20, columns - 2), 4)
        found += [paint.dim("  " + line) for line in lines]
    return found


def _beside(left: str, taken: int, text: str, columns: int) -> list[str]:
    """A text behind what stands left of it and takes `taken` columns; where too few are left, below it."""
    if columns - taken - 2 >= _LEAST:
        return [f"{left}  {cut(text, columns - taken - 2)}"]
    return [left, *("    " + line for line in wrap(text, max(10, columns - 4), 3))]


def as_json(
    session: Session, facts: Said, steps: Sequence[Step], doubts: Sequence[str], problems: Sequence[tuple[str, str]]
) -> dict[str, object]:
    """`cst why --json`."""
    return {
        "schema": SCHEMA,
        "key": session.key,
        "state": session.state,
        "since": session.since or None,
        "rule": session.rule,
        "because": session.because,
        "facts": [{"source": source, "says": says, "at": at or None} for source, says, at in facts],
        "rules": [{"rule": step.rule, "fired": step.fired, "fact": step.fact} for step in steps],
        "doubts": list(doubts),
        "problems": [{"source": source, "message": message} for source, message in problems],
    }
