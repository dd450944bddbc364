"""`cst limits` in words."""

from __future__ import annotations

from cst.core.quota import Window
from cst.render import limits
from cst.render.paint import Paint
from tests.testing import NOW

FULL = Window("/home/u/.claude", "5h", 97.2, NOW + 4200, NOW - 60, 158.4, NOW + 600)
WEEK = Window("/home/u/.claude", "7d", 41.0, NOW + 3 * 86400, NOW - 30)
OVER = Window("/srv/.claude", "5h", None, NOW - 600, NOW - 7200)


def test_one_folder() -> None:
    """Each window with its end, its age, and what is to be expected."""
    assert limits.lines([FULL, WEEK], NOW, 0, "/home/u", Paint(False)) == [
        "5h ███████████████████░ 97%  resets 16:10, out at 15:10  as of 1m ago; at this rate 158% then",
        "7d ████████░░░░░░░░░░░░ 41%  resets Mon 15:00            as of 30s ago",
    ]


def test_several_folders_and_one_that_began_anew() -> None:
    """Each folder stands above its windows; what nobody was told is a question mark and never 0."""
    assert limits.lines([WEEK, OVER], NOW, 0, "/home/u", Paint(False)) == [
        "~/.claude",
        "7d ████████░░░░░░░░░░░░ 41%  resets Mon 15:00  as of 30s ago",
        "/srv/.claude",
        "5h ░░░░░░░░░░░░░░░░░░░░   ?  began anew 14:50  not told since, as of 2h ago",
    ]


def test_as_json() -> None:
    """All fields, null where nothing is known."""
    one = {
        "config_dir": "/srv/.claude", "window": "5h", "percent": None, "resets_at": NOW - 600, "told_at": NOW - 7200,
        "forecast": None, "out_at": None,
    }  # fmt: skip

    found = limits.as_json([OVER], {"/srv/.claude": "unknown"}, NOW)

    assert found == {
        "schema": 1, "now": NOW, "plans": [{"config_dir": "/srv/.claude", "plan": "unknown"}], "limits": [one],
    }  # fmt: skip


def test_plans() -> None:
    """One is a line; of several each has its folder; where nobody was told anything it is unknown."""
    paid = "plan subscription: what counts are its limits; dollars are what the same work costs at list prices"
    unknown = "plan unknown: no status line was told of a subscription's limits"

    assert limits.plan_lines({"/home/u/.claude": "subscription"}, "/home/u") == [paid]
    assert limits.plan_lines({}, "/home/u") == [unknown]
    assert limits.plan_lines({"/home/u/.claude": "subscription", "/srv/\x1b.claude": "unknown"}, "/home/u") == [
        f"~/.claude: {paid}", f"/srv/laude: {unknown}",
    ]  # fmt: skip
