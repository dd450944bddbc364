"""`cst cost`: what sessions have cost, by day, project, session, model, branch or tag."""

from __future__ import annotations

import time

from cst import spending
from cst.core import cost
from cst.core.budgets import said
from cst.model import CstError, UsageError
from cst.output import Progress, painter, print_json, print_lines, terminal_columns, warn
from cst.render import cost as rendered
from cst.store import budgets
from cst.system.days import SPANS, day_of, midnight

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cst.args import Args
    from cst.settings import Settings


def run(args: Args, settings: Settings) -> int:
    """Exit 1 where nothing was spent in that time, or a transcript could not be read."""
    if args["check"]:
        return _check(settings)
    since, until = _span(args, time.time())
    progress = Progress("transcripts")
    found, wrong = spending.collect(settings, since, progress)
    progress.over()
    by = args["by"] or "day"
    ask = cost.Ask(by, day_of(since), day_of(until), spending.own_prices(settings))
    if by == "session":
        ask = ask._replace(names=spending.names(settings))
    if by == "tag":
        ask = ask._replace(tags=spending.tags(settings))
    told, problems = spending.told(settings)
    bill = cost.bill(found, told, ask)
    problems = list(dict.fromkeys(wrong + problems))
    for problem in problems:
        warn(problem)
    if args["json"]:
        print_json(rendered.as_json(bill, since, until, problems))
    elif args["csv"]:
        print_lines(rendered.csv(bill))
    elif not bill.rows:
        warn("nothing was spent in that time, as far as transcripts tell")
    else:
        print_lines(rendered.lines(bill, terminal_columns(settings), painter(settings, args["color"])), settings)
    return 1 if problems or not bill.rows else 0


def _check(settings: Settings) -> int:
    """Whether all budgets hold. CstError where they cannot be read."""
    try:
        known = budgets.read(settings)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise CstError(f"cannot read {budgets.path(settings)}: {reason}", "fix it, or remove it") from None
    progress = Progress("transcripts")
    standings, wrong = spending.standings(settings, time.time(), known, progress)
    progress.over()
    for problem in wrong:
        warn(problem)
    spent = [one for one in standings.now(standings.at) if one.level == "over"]
    print_lines([f"spent: {said(one)}" for one in spent], settings)
    return 1 if spent or wrong else 0


def _span(args: Args, now: float) -> tuple[float, float]:
    """The begin of the first day and a moment of the last one, by the local clock."""
    when = args["when"] or "today"
    since = 0.0 if when == "all" else midnight(now, -SPANS[when])
    if args["since"]:
        since = _date(args, "since")
    until = _date(args, "until") if args["until"] else midnight(now, 1)
    if until < since:
        raise UsageError("--until is before --since" if args["until"] else "--since is in the future")
    return since, until


def _date(args: Args, name: str) -> float:
    """The begin of a day, `2026-11-20`, by the local clock."""
    from cst.jsonl import epoch

    moment = epoch(f"{args[name]}T12:00:00Z")
    if not moment or len(args[name]) != 10:
        raise UsageError(f"--{name} takes a date such as 2026-11-20")
    year, month, day = map(int, args[name].split("-"))
    return time.mktime((year, month, day, 0, 0, 0, 0, 0, -1))
