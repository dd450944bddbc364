"""`cst why`, for users: the rule that decided, its fact, and the rest by name."""

from __future__ import annotations

import pytest

from cst.core.explain import Explanation, Statement, Step
from cst.core.explain import explain as explained
from cst.model import Session
from cst.render import ansi, explain
from cst.render.paint import Paint
from cst.text import width
from tests.unit.render.golden import seen
from tests.unit.render.pages import too_wide

NOW = 1_795_200_000.0

SESSION = Session("41.1", "id", 41, "permission", NOW - 60, "the registry says so", "permission", name="api")

FACT = "registry says waiting"


def page(steps: list[Step], columns: int = 80) -> str:
    explanation = Explanation(SESSION, NOW, [Statement("registry", "status waiting", 0.0)], steps, ["busy", "idle"], [], [])
    return "\n".join(explain.why(explanation, columns, Paint(False)))


def test_what_did_not_fit_is_told_in_one_place() -> None:
    """Names alone, in their order, behind the rule that decided.

    Bug shown: twenty lines of "no", with a CJK ditto mark, stood before the one that counts.
    """
    steps = [*(Step(f"rule-{n}", False, FACT) for n in range(20)), Step("permission", True, FACT)]
    told = page(steps).partition("the rules, in order; the first that fits decides\n")[2].splitlines()

    assert told[0] == f"  permission  {FACT}"
    assert " ".join(line.strip() for line in told[1:]) == (
        f"before it, not so: {', '.join(f'rule-{n}' for n in range(20))} not asked: busy, idle"
    )
    assert "〃" not in "\n".join(told)


@pytest.mark.parametrize("columns", [30, 60, 120])
def test_every_line_fits(columns: int) -> None:
    """However narrow the terminal is."""
    steps = [Step("no-trace-of-it", False, "x " * 90), Step("permission", True, "so it is " * 30)]

    assert [line for line in page(steps, columns).splitlines()[1:] if width(line) > columns] == []


@pytest.mark.parametrize("number", range(7))
@pytest.mark.parametrize("columns", [30, 31, 47, 60, 100, 200])
def test_the_evidence_fits(number: int, columns: int) -> None:
    """Every session of the made-up fleet at any width."""
    snapshot, sessions = seen()
    session = sessions[number % len(sessions)]
    explanation = explained(snapshot, session)
    found = explain.page(explanation, columns, Paint(True))

    assert too_wide([ansi.cut(line, columns) for line in found], columns) == []
