"""`cst budget`: budgets with bars, and as JSON."""

from __future__ import annotations

from cst.core.budgets import said
from cst.text import clean, fit, width

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cst.core.budgets import Budget, Standing, Standings
    from cst.render.paint import Paint

_BAR = 20  # columns
CODES = {"": "32", "near": "33", "over": "31"}


def lines(standings: Standings, now: float, paint: Paint) -> list[str]:
    """One line for each budget, the fullest first."""
    rows = standings.now(now)
    names = [name(one) for one in rows]
    widest = max(map(width, names), default=0)
    found = []
    for one, words in zip(rows, names, strict=True):
        full = min(_BAR, int(one.percent * _BAR / 100))
        bar = paint(CODES[one.level], "█" * full + "░" * (_BAR - full))
        found.append(f"{fit(words, widest)}  {bar} {int(one.percent):3}%  {dollars(one)}")
    return found


def name(standing: Standing) -> str:
    """What it is a budget of; the session, where it is for each."""
    return called(standing.budget) + (f": {clean(standing.name, 30)}" if standing.name else "")


def dollars(standing: Standing) -> str:
    """`$42.10 of $50.00`."""
    return f"${standing.spent:,.2f} of ${standing.budget.dollars:,.2f}"


def event(standing: Standing, at: float) -> dict[str, object]:
    """A budget that came to a level, as `cst events --json` has it: `budget` is what no other event has."""
    return {"schema": 1, "at": at, "budget": one(standing)}


def event_line(standing: Standing, at: float, utc_offset: int) -> str:
    """`15:04:05  budget over  month $50.20 of $50.00`."""
    seconds = int(at + utc_offset) % 86400
    clock = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return f"{clock}  budget {'nearly spent' if standing.level == 'near' else 'spent'}  {said(standing)}"


def called(budget: Budget) -> str:
    """`month`, `day of shop`, `week of #release`."""
    of = clean(budget.project or (f"#{budget.tag}" if budget.tag else ""), 60)
    return f"{budget.per} of {of}" if of else budget.per


def as_json(standings: Standings, now: float) -> dict[str, object]:
    """docs/json.md describes it."""
    return {"schema": 1, "now": now, "as_of": standings.at, "budgets": [one(each) for each in standings.now(now)]}


def one(standing: Standing) -> dict[str, object]:
    """One budget of it."""
    budget = standing.budget
    return {
        "per": budget.per, "project": budget.project or None, "tag": budget.tag or None, "dollars": budget.dollars,
        "spent": standing.spent, "percent": standing.percent, "level": standing.level or None,
        "session": standing.session or None, "until": standing.until,
    }  # fmt: skip
