"""`cst budget`: budgets with bars, and as JSON."""

from __future__ import annotations

from cst.core.budgets import said
from cst.text import clean, fit, width

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cst.core.budgets import Budget, Standing, Standings
    from cst.render.paint import Paint

_BAR = 20  # columns
_CODES = {"": "32", "near": "33", "over": "31"}


def lines(standings: Standings, now: float, paint: Paint) -> list[str]:
    """One line for each budget, the fullest first."""
    rows = standings.now(now)
    names = [called(one.budget) + (f": {clean(one.name, 30)}" if one.name else "") for one in rows]
    widest = max(map(width, names), default=0)
    found = []
    for one, name in zip(rows, names, strict=True):
        full = min(_BAR, int(one.percent * _BAR / 100))
        bar = paint(_CODES[one.level], "█" * full + "░" * (_BAR - full))
        dollars = f"${one.spent:,.2f} of ${one.budget.dollars:,.2f}"
        found.append(f"{fit(name, widest)}  {bar} {int(one.percent):3}%  {dollars}")
    return found


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
