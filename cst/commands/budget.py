"""`cst budget`: set what you want to spend at most, and see how much of it is spent."""

from __future__ import annotations

import time

from cst import spending
from cst.actions.marks import is_tag
from cst.core import budgets, quota
from cst.core.budgets import Budget
from cst.model import CstError, UsageError
from cst.output import Progress, painter, print_json, print_lines, warn
from cst.render import budget as rendered
from cst.render import limits
from cst.store import budgets as store
from cst.store import payloads
from cst.text import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cst.args import Args
    from cst.settings import Settings

_MOST = 1e6  # dollars


def run(args: Args, settings: Settings) -> int:
    """Exit 1 where there is no budget to show or to remove, or where not all could be read that is spent."""
    try:
        known = store.read(settings)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise CstError(f"cannot read {store.path(settings)}: {reason}", "fix it, or remove it") from None
    if args["what"]:
        return _change(args, settings, known)
    if args["amount"]:
        raise UsageError("say `cst budget set AMOUNT`")
    if not known:
        warn("no budget is set; `cst budget set 50 --per month`")
        return 1
    now = time.time()
    progress = Progress("transcripts")
    standings, wrong = spending.standings(settings, now, known, progress)
    progress.over()
    told, problems = payloads.read_all(settings)
    wrong += [problem for problem in problems if problem not in wrong]
    _warned(wrong)
    plans = quota.plans(told, now)
    if args["json"]:
        plain = {**rendered.as_json(standings, now), "plans": limits.plans_as_json(plans), "problems": wrong}
        print_json(plain)
        return int(bool(wrong))
    lines = rendered.lines(standings, now, painter(settings, args["color"]))
    print_lines([*lines, *limits.plan_lines(plans, settings.home)], settings)
    return int(bool(wrong))


def _change(args: Args, settings: Settings, known: list[Budget]) -> int:
    if args["what"] == "set":
        new = Budget(_dollars(args["amount"]), args["per"] or "month", args["project"].rstrip("/"), args["tag"])
        if new.project and new.tag:
            raise UsageError("a budget is for a project or for a tag, not both")
        if new.tag and not is_tag(new.tag):
            raise UsageError(f"{clean(new.tag, 40)!r} cannot be a tag")
        kept = budgets.with_one(known, new)
        said = f"{rendered.called(new)}: ${new.dollars:,.2f}"
    else:
        named = args["per"] or args["project"] or args["tag"]
        of = args["project"].rstrip("/"), args["tag"]
        off = [
            one for one in known
            if not named or ((one.project, one.tag) == of and (not args["per"] or one.per == args["per"]))
        ]  # fmt: skip
        if not off:
            warn("there is no such budget" if known else "no budget is set")
            return 1
        kept = [one for one in known if one not in off]
        said = f"removed: {', '.join(map(rendered.called, off))}"
    try:
        store.write(settings, kept)
    except OSError as error:
        raise CstError(f"cannot write {store.path(settings)}: {error.strerror}", "fix its permissions") from None
    progress = Progress("transcripts")
    standings, wrong = spending.standings(settings, time.time(), kept, progress)
    progress.over()
    _warned(wrong)
    print_lines([said, *(line for line in budgets.worth_a_word(standings, standings.at))])
    return 0


def _warned(problems: list[str]) -> None:
    for problem in problems:
        warn(problem)


def _dollars(text: str) -> float:
    try:
        dollars = float(text.removeprefix("$"))
    except ValueError:
        dollars = 0.0
    if not 0 < dollars <= _MOST:
        raise UsageError("give an amount in dollars, such as 50 or 7.50")
    return dollars
