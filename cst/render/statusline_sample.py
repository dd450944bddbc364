"""Made-up data that shows what the line looks like: `cst statusline preview`, and the picture in the docs."""

from __future__ import annotations

from cst.core.budgets import Budget, Standing, Standings
from cst.model import Place, Session, Subagent, Tasks, ToolUse
from cst.payload import Cache, GitState, Limit, Payload
from cst.render.paint import Paint
from cst.render.statusline import Facts, Look

_NOW = 1_795_701_600.0  # 2026-11-26 14:00, whatever the clock says: the times of the sample belong together


def facts(look: Look) -> Facts:
    """A session in mid-turn, two others that wait."""
    return _FACTS._replace(look=look)


_FACTS = Facts(
    look=Look(Paint(False), 100),
    payload=Payload(
        session_id="3f6c9a52-0000-4000-8000-000000000001", cwd="/home/you/code/shop", version="2.1.332",
        name="checkout",
        model_id="claude-opus-5-5", model="Opus 5.5", effort="medium", pr=12, pr_state="approved", cost=4.27,
        seconds=5400.0, lines=(312, 87), window=1_000_000, tokens=734_000, percent=73.4,
        cache=Cache(True, "1h", _NOW + 2520, 0.93, 734_000),
        limits=(Limit("5h", 62.0, _NOW + 4200), Limit("7d", 41.0, _NOW + 2.3 * 86400)),
    ),
    now=_NOW,
    utc_offset=0,
    home="/home/you",
    branch="feat/checkout",
    git=GitState(_NOW, "/home/you/code/shop", 3, False, 2, None),
    tools=(
        ToolUse("t1", "Read", "cart.py", _NOW - 60, 1.0, "ok"), ToolUse("t2", "Edit", "cart.py", _NOW - 50, 1.0, "ok"),
        ToolUse("t3", "Bash", "pytest -q tests/cart", _NOW - 12, None, "open"),
    ),
    agents=(Subagent("a1", "Explore", "find the tax rules", True),),
    tasks=Tasks(3, 7, "Test the discounts"),
    others=tuple(
        Session(key=f"{number}.1", id=f"{number}", pid=number, state=state, since=_NOW - waited, because="", rule="",
                needs_you=True, name=name, place=Place("", "work", str(number), f"%{number}", f"work:{number}.0", ""))
        for number, (name, state, waited) in enumerate((("api", "permission", 720), ("docs", "done", 300)), 1)
    ),
    standings=Standings(
        _NOW, 18.4, _NOW + 9000, (Standing(Budget(300.0, "month"), 252.6, _NOW + 9e5),)
    ),
    config=((2, "CLAUDE.md"), (1, "MCP server"), (9, "hook")),
)  # fmt: skip
