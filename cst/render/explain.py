"""`cst why`: state, evidence, what each source says, every rule in order, what would settle a doubt."""

from __future__ import annotations

from cst.core.naming import display_name
from cst.render.activity import ago
from cst.render.paint import Paint, since
from cst.render.preview import pairs
from cst.render.schema import SCHEMA
from cst.text import clean, cut, fit, width, wrap

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cst.core.explain import Explanation, Step

_LEAST = 24  # columns that the words of a fact need beside their source


def why(explanation: Explanation, columns: int, paint: Paint) -> list[str]:
    """Lines of at most `columns`: who it is about, then `page`."""
    session = explanation.session
    waited = ago(session, explanation.now)
    needs = "needs you" if session.needs_you else "does not need you"
    first = f"{session.state} for {waited or 'an unknown time'}"
    room = max(8, columns - len(first) - len(needs) - 6)
    head = f"{paint.state(session.state, first)} · {needs} · {paint('1', display_name(session, room))}"
    return [head, "", *page(explanation, columns, paint)]


def page(explanation: Explanation, columns: int, paint: Paint) -> list[str]:
    """As `why`, for where it already stands above who it is about."""
    session = explanation.session
    found = pairs((("rule", session.rule), ("because", session.because)), columns, paint)
    found += ["", paint.dim("what each source says")]
    wide = max(len(said.source) for said in explanation.sources)
    for said in explanation.sources:
        when = fit(f"{since(explanation.now, said.at)} ago" if said.at else "now", 8, right=True)
        left = f"  {fit(said.source, wide)}  {paint.dim(when)}"
        found += _beside(left, wide + 12, clean(said.words, 300), columns)
    found += _rules(explanation.steps, explanation.not_asked, columns, paint)
    if explanation.doubts:
        found += ["", paint.dim("what would settle a doubt")]
        for doubt in explanation.doubts:
            lines = wrap(clean(doubt, 400), max(20, columns - 4), 3)
            found += [f"  {'-' if not i else ' '} {line}" for i, line in enumerate(lines)]
    return found


def _rules(steps: Sequence[Step], rest: Sequence[str], columns: int, paint: Paint) -> list[str]:
    """The rule that fired, with the fact that decided; the names of those that did not, and of those not asked."""
    if not steps:
        return []
    found = ["", paint.dim(cut("the rules, in order; the first that fits decides", columns))]
    for step in steps:
        if step.fired:
            found += _beside(f"  {paint('32', step.rule)}", width(step.rule) + 2, clean(step.fact, 300), columns)
    for head, names in (("before it, not so", [step.rule for step in steps if not step.fired]), ("not asked", rest)):
        lines = wrap(f"{head}: {', '.join(names)}", max(20, columns - 2), 6) if names else []
        found += [paint.dim("  " + line) for line in lines]
    return found


def _beside(left: str, taken: int, text: str, columns: int) -> list[str]:
    """A text behind what stands left of it and takes `taken` columns; where too few are left, below it."""
    if columns - taken - 2 >= _LEAST:
        return [f"{left}  {cut(text, columns - taken - 2)}"]
    return [left, *("    " + line for line in wrap(text, max(10, columns - 4), 3))]


def as_json(explanation: Explanation) -> dict[str, object]:
    """`cst why --json`."""
    session = explanation.session
    return {
        "schema": SCHEMA,
        "key": session.key,
        "state": session.state,
        "since": session.since or None,
        "rule": session.rule,
        "because": session.because,
        "facts": [{"source": said.source, "says": said.words, "at": said.at or None} for said in explanation.sources],
        "rules": [{"rule": step.rule, "fired": step.fired, "fact": step.fact} for step in explanation.steps],
        "doubts": list(explanation.doubts),
        "problems": [{"source": source, "message": message} for source, message in explanation.problems],
    }
