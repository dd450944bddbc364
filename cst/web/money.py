"""The page of what pays for it, limits, cost and budgets, as `cst limits`, `cst cost` and `cst budget` have them: as
gauges, which the page draws. It reads transcripts: slow at first, then what is new in them. A plain function, which may
run in a thread, one at a time."""

from __future__ import annotations

from cst import spending
from cst.core import cost, quota
from cst.render import budget as rendered_budget
from cst.render import cost as rendered_cost
from cst.render import limits
from cst.store import budgets, payloads
from cst.system.days import day_of, midnight
from cst.text import clean, home_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from cst.model import Snapshot
    from cst.settings import Settings

    Part = dict[str, Any]

_NO_LIMIT = "no session was told of a limit; `cst statusline install` lets them be told"
_NOTHING = "nothing was spent, as far as transcripts tell"
_NO_BUDGET = "none is set; `cst budget set 50 --per month`"


def page(settings: Settings, snapshot: Snapshot) -> dict[str, Any]:
    """Its parts: title, gauges, notes, and what went wrong."""
    now = snapshot.now
    return {"name": "limits", "parts": [*_limits(settings, snapshot), _cost(settings, now), _budgets(settings, now)]}


def _part(title: str, gauges: Sequence[Part] = (), notes: Sequence[str] = (), wrong: Sequence[str] = ()) -> Part:
    return {"title": title, "gauges": gauges, "notes": notes, "wrong": [clean(one, 400) for one in wrong]}


def _gauge(label: str, figure: str, full: float | None, colour: str, about: str) -> Part:
    """`full`: between 0 and 1; None for no bar. `colour`: SGR parameters."""
    shown = None if full is None else round(max(0.0, min(1.0, full)), 3)
    return {"label": label, "figure": figure, "full": shown, "colour": colour, "about": about}


def _limits(settings: Settings, snapshot: Snapshot) -> list[Part]:
    """What pays for it, and the limits, by folder of Claude Code's where there are several."""
    now, told, wrong = snapshot.now, *(([], []) if settings.replay else payloads.read_all(settings))
    windows, plans = quota.windows(told, now), quota.plans(told, now)
    several = len({window.config_dir for window in windows}) > 1
    gauges = []
    for window in windows:
        name, percent, ends, about = limits.told(window, now, snapshot.utc_offset)
        full = None if window.percent is None else window.percent / 100
        where = f" of {clean(home_path(window.config_dir, settings.home), 200)}" if several else ""
        gauges.append(_gauge(name + where, percent, full, limits.codes(window), f"{ends}; {about}"))
    return [
        _part("Plan", notes=limits.plan_lines(plans, settings.home)),
        _part("Limits", gauges, [] if windows else [_NO_LIMIT], wrong),
    ]


def _cost(settings: Settings, now: float) -> Part:
    since, until = midnight(now), midnight(now, 1)
    collected, wrong = spending.collect(settings, since)
    told, problems = spending.told(settings)
    days = day_of(since), day_of(until)
    ask = cost.Ask("session", *days, spending.own_prices(settings), names=spending.names(settings))
    bill = cost.bill(collected, told, ask)
    dearest = max((row.dollars for row in bill.rows), default=0.0) or 1.0
    gauges = [
        _gauge(clean(row.label, 200), rendered_cost.money(row), row.dollars / dearest, "36", rendered_cost.counts(row))
        for row in bill.rows
    ]
    if bill.rows:
        gauges.append(_gauge("total", rendered_cost.money(bill.total), None, "1", rendered_cost.counts(bill.total)))
    notes = rendered_cost.notes(bill) if bill.rows else [_NOTHING]
    return _part("Cost of today, by session", gauges, notes, wrong + problems)


def _budgets(settings: Settings, now: float) -> Part:
    try:
        known = budgets.read(settings)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        return _part("Budgets", wrong=[f"cannot read {budgets.path(settings)}: {reason}"])
    if not known:
        return _part("Budgets", notes=[_NO_BUDGET])
    standings, wrong = spending.standings(settings, now, known)
    gauges = [
        _gauge(rendered_budget.name(one), f"{int(one.percent)}%", one.percent / 100, rendered_budget.CODES[one.level],
               rendered_budget.dollars(one))
        for one in standings.now(now)
    ]  # fmt: skip
    return _part("Budgets", gauges, wrong=wrong)
