"""The page of limits, cost and budgets, as `cst limits`, `cst cost` and `cst budget` have them. It reads transcripts:
slow at first, then what is new in them. A plain function, which may run in a thread, one at a time."""

from __future__ import annotations

from cst import spending
from cst.core import cost
from cst.render import budget as rendered_budget
from cst.render import cost as rendered_cost
from cst.render import limits
from cst.sessions import usage_limits
from cst.store import budgets
from cst.system.days import day_of, midnight
from cst.text import clean, cut, wrap
from cst.web.runs import PAINT, all_runs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from cst.model import Snapshot
    from cst.settings import Settings


def page(settings: Settings, snapshot: Snapshot, columns: int) -> dict[str, Any]:
    """All of it, as lines of runs."""
    now = snapshot.now
    windows = usage_limits(settings, now)
    found = [PAINT("1", "Limits"), ""]
    if windows:
        found += limits.lines(windows, now, snapshot.utc_offset, settings.home, PAINT)
    else:
        found += wrap("no session was told of a limit; `cst statusline install` lets them be told", columns, 3)
    found += ["", PAINT("1", "Cost of today, by session"), "", *_cost(settings, now, columns)]
    found += ["", PAINT("1", "Budgets"), "", *_budgets(settings, now, columns)]
    return {"name": "limits", "lines": all_runs(found)}


def _cost(settings: Settings, now: float, columns: int) -> list[str]:
    since, until = midnight(now), midnight(now, 1)
    collected, wrong = spending.collect(settings, since)
    told, problems = spending.told(settings)
    days = day_of(since), day_of(until)
    ask = cost.Ask("session", *days, spending.own_prices(settings), names=spending.names(settings))
    bill = cost.bill(collected, told, ask)
    nothing = "nothing was spent, as far as transcripts tell"
    lines = rendered_cost.lines(bill, columns, PAINT) if bill.rows else [nothing]
    return [*lines, *(PAINT("33", cut(clean(problem), columns)) for problem in wrong + problems)]


def _budgets(settings: Settings, now: float, columns: int) -> list[str]:
    try:
        known = budgets.read(settings)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        return [PAINT("33", cut(clean(f"cannot read {budgets.path(settings)}: {reason}"), columns))]
    if not known:
        return ["none is set; `cst budget set 50 --per month`"]
    standings, wrong = spending.standings(settings, now, known)
    return [*rendered_budget.lines(standings, now, PAINT), *(PAINT("33", cut(clean(one), columns)) for one in wrong)]
