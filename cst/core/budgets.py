"""Budgets: what a person wants to spend in a time at most, and how much of it is spent. Pure; docs/cost.md."""

from __future__ import annotations

from cst.text import age, clean
from cst.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PERIODS = ("day", "week", "month", "session")
NEAR, OVER = 80.0, 100.0  # percent from which on it warns, and is marked
_OLD = 900.0  # seconds from which on the age of a figure is said


class Budget(Value):
    """So many dollars for each day, week, month or session, of all or of one project or tag."""

    dollars: float
    per: str  # one of PERIODS
    project: str = ""  # a folder, or the last part of its path
    tag: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """There is one budget of each."""
        return self.per, self.project, self.tag


class Standing(Value):
    """How much of a budget is spent. `until`: when its period is over (epoch seconds); `session`: which one, where it
    is for each."""

    budget: Budget
    spent: float
    until: float
    session: str = ""  # id
    name: str = ""

    @property
    def percent(self) -> float:
        """Of the budget."""
        return self.spent / self.budget.dollars * 100

    @property
    def level(self) -> str:
        """over, near, or "" for neither."""
        return "over" if self.percent >= OVER else "near" if self.percent >= NEAR else ""


class Standings(Value):
    """All budgets, as they stood at a moment (epoch seconds); and what was spent on that day."""

    at: float
    today: float
    today_until: float
    all: tuple[Standing, ...] = ()

    def now(self, moment: float) -> list[Standing]:
        """Those whose period is not over; the fullest first."""
        return sorted((one for one in self.all if moment < one.until), key=lambda one: -one.percent)


def said(standing: Standing) -> str:
    """`month $42.10 of $50.00`, with the project, the tag or the session that it is of."""
    budget = standing.budget
    of = budget.project.rstrip("/").rpartition("/")[2] or (f"#{budget.tag}" if budget.tag else "") or standing.name
    what = f"{clean(of, 20)} {budget.per}" if of else budget.per
    return f"{what} ${standing.spent:.2f} of ${budget.dollars:.2f}"


def worth_a_word(standings: Standings, now: float) -> list[str]:
    """The fullest budget that is nearly spent, how many more there are, and how old that is."""
    full = [one for one in standings.now(now) if one.level]
    if not full:
        return []
    more = f" and {len(full) - 1} more" if len(full) > 1 else ""
    return [f"budget: {said(full[0])}{more}{old(standings.at, now)}"]


def old(at: float, now: float) -> str:
    """` (2h ago)` of a figure that is not fresh."""
    return f" ({age(now - at)} ago)" if now - at >= _OLD else ""


def risen(known: Mapping[object, str], standings: Sequence[Standing]) -> tuple[dict[object, str], list[Standing]]:
    """The levels of budgets, and those of them that have come to a level that they did not have."""
    levels: dict[object, str] = {(*one.budget.key, one.session, one.until): one.level for one in standings}
    new = [
        one for one, (key, level) in zip(standings, levels.items(), strict=True)
        if level and known.get(key) not in (level, "over")
    ]  # fmt: skip
    return levels, new


def with_one(budgets: Sequence[Budget], new: Budget) -> list[Budget]:
    """The budgets with another one, instead of the one of its kind."""
    return sorted([*(one for one in budgets if one.key != new.key), new], key=lambda one: one.key)
