"""The page of limits, cost and budgets says what it could not read, as its verbs do."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from cst.core.budgets import Budget
from cst.model import Snapshot
from cst.settings import Settings
from cst.store import budgets, payloads
from cst.web import money
from tests.testing import ID
from tests.unit.commands.test_cost import spent  # noqa: F401  # a fixture


def text(page: dict[str, Any]) -> str:
    """All that it says, a line for each gauge and each note."""
    return "\n".join(
        line for part in page["parts"]
        for line in (part["title"], *(" ".join((g["label"], g["figure"], g["about"])) for g in part["gauges"]), *part["notes"], *part["wrong"])
    )  # fmt: skip


@pytest.mark.usefixtures("spent")
def test_what_was_spent_and_what_cannot_be_read(own: Settings, claude: Path) -> None:
    snapshot = Snapshot(now=time.time())
    shown = text(money.page(own, snapshot))
    assert "$1.25" in shown
    assert "none is set; `cst budget set 50 --per month`" in shown

    path = Path(budgets.path(own))
    path.parent.mkdir(parents=True)
    path.write_text('{"v":1,"budgets":[7]}')
    (claude / "projects").rename(claude / "elsewhere")
    (claude / "projects").write_text("")
    shown = text(money.page(own, snapshot))
    assert f"cannot read {path}: number 1 in it is no budget" in shown
    assert f"cannot read {claude}/projects: Not a directory" in shown


@pytest.mark.usefixtures("spent")
def test_what_pays_for_it_limits_and_budgets_are_gauges(own: Settings) -> None:
    """With a bar for each, in the colour of its verb, and never fuller than full."""
    now = time.time()
    told = {"five_hour": {"used_percentage": 82.4, "resets_at": now + 3600}, "seven_day": {"used_percentage": 7, "resets_at": now + 86400}}
    payloads.keep(own, {"session_id": ID, "rate_limits": told}, "/c", now)
    budgets.write(own, [Budget(1.0, "day"), Budget(50.0, "month", tag="x")])

    parts = {part["title"]: part for part in money.page(own, Snapshot(now=now))["parts"]}

    assert list(parts) == ["Plan", "Limits", "Cost of today, by session", "Budgets"]
    assert parts["Plan"]["notes"] == ["plan subscription: what counts are its limits; dollars are what the same work costs at list prices"]
    shown = [(one["label"], one["figure"], one["full"], one["colour"]) for one in parts["Limits"]["gauges"]]
    assert shown == [("5h", "82%", 0.824, "31"), ("7d", "7%", 0.07, "32")]
    cost = parts["Cost of today, by session"]["gauges"]
    assert [one["label"] for one in cost] == [ID[:8], "total"]
    assert [one["full"] for one in cost] == [1.0, None]
    [day, month] = parts["Budgets"]["gauges"]
    assert (day["label"], day["full"], day["colour"]) == ("day", 1.0, "31")
    assert (month["label"], month["figure"], month["about"]) == ("month of #x", "0%", "$0.00 of $50.00")


def test_without_a_status_line_the_plan_is_unknown(own: Settings, claude: Path) -> None:
    shown = text(money.page(own, Snapshot(now=time.time())))

    assert "plan unknown: no status line was told of a subscription's limits" in shown
    assert "no session was told of a limit; `cst statusline install` lets them be told" in shown
    assert "nothing was spent, as far as transcripts tell" in shown
