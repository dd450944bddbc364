"""Keeps budgets, `budgets/v1.json` below the state folder, and how they stood last, `costs/budgets.json`: what the hot
verbs read, since a bill takes too long for them. Both are replaced in one step, and private."""

from __future__ import annotations

import os

from cst.core.budgets import PERIODS, Budget, Standing, Standings
from cst.jsonl import number_of, object_of, one_line, parse, text_of
from cst.system import files, trust

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cst.settings import Settings


def path(settings: Settings) -> str:
    """Where the budgets lie."""
    return settings.state_dir + "/budgets/v1.json"


def standings_path(settings: Settings) -> str:
    """Where it lies how they stood."""
    return settings.state_dir + "/costs/budgets.json"


def read(settings: Settings) -> list[Budget]:
    """The budgets; none where none was set. Raises OSError, and ValueError for what is not ours: a budget that was left
    out would hold, and be gone from the file with the next one that is set."""
    try:
        given = parse(files.read(path(settings)))
    except FileNotFoundError:
        return []
    told = given.get("budgets")
    if given.get("v") != 1 or not isinstance(told, list):
        raise ValueError("it is of another version")
    found = []
    for number, one in enumerate(told, 1):
        budget = _budget(object_of(one))
        if budget is None:
            raise ValueError(f"number {number} in it is no budget")
        found.append(budget)
    return found


def write(settings: Settings, budgets: Sequence[Budget]) -> None:
    """Keep these. Raises OSError."""
    _put(path(settings), {"v": 1, "budgets": [one._asdict() for one in budgets]})


def keep(settings: Settings, standings: Standings) -> None:
    """Keep how they stand. It is a cache: where it cannot be written, it is not."""
    kept = {
        "v": 1, "t": standings.at, "today": standings.today, "today_until": standings.today_until,
        "all": [
            {**one._asdict(), "budget": one.budget._asdict()} for one in standings.all
        ],
    }  # fmt: skip
    try:
        _put(standings_path(settings), kept)
    except OSError:
        return


def standings(settings: Settings) -> Standings | None:
    """How they stood last; None where no bill was made since they were set, or it cannot be read."""
    try:
        given = parse(files.read(standings_path(settings)))
    except (OSError, ValueError):
        return None
    told = given.get("all")
    if given.get("v") != 1 or not isinstance(told, list):
        return None
    found = []
    for one in map(object_of, told):
        budget = _budget(object_of(one.get("budget")))
        if budget:
            found.append(Standing(
                budget, number_of(one.get("spent")), number_of(one.get("until")), text_of(one.get("session")),
                text_of(one.get("name")),
            ))  # fmt: skip
    at, today, until = (number_of(given.get(name)) for name in ("t", "today", "today_until"))
    return Standings(at, today, until, tuple(found))


def claim(settings: Settings, now: float, every: float) -> bool:
    """Whether a bill is to be made again, since that was asked for so many seconds ago; then nobody else is told so for
    as long."""
    place = standings_path(settings)
    try:
        if 0 <= now - os.stat(place).st_mtime < every:
            return False
        os.utime(place)
    except FileNotFoundError:
        keep(settings, Standings(0.0, 0.0, 0.0))
    except OSError:
        return False
    return True


def _budget(given: dict[str, object]) -> Budget | None:
    dollars, per = number_of(given.get("dollars")), text_of(given.get("per"))
    project, tag = given.get("project", ""), given.get("tag", "")
    if dollars <= 0 or per not in PERIODS or not isinstance(project, str) or not isinstance(tag, str):
        return None
    return Budget(dollars, per, project, tag)


def _put(place: str, value: object) -> None:
    trust.put(place, one_line(value).encode() + b"\n")
