"""`cst limits`: how full the usage limits are, for people and as JSON."""

from __future__ import annotations

from cst.render.paint import time_of_day
from cst.text import age, clean, fit, home_path, width

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cst.core.quota import Window
    from cst.render.paint import Paint

_BAR = 20  # columns
_PLANS = {
    "subscription": "what counts are its limits; dollars are what the same work costs at list prices",
    "unknown": "no status line was told of a subscription's limits",
}
_FULL = 75.0  # percent from which on a limit is told beside other things


def lines(windows: Sequence[Window], now: float, utc_offset: int, home: str, paint: Paint) -> list[str]:
    """One line for each window, below its folder where there are several folders."""
    folders = list(dict.fromkeys(window.config_dir for window in windows))
    rows = [(window, told(window, now, utc_offset)) for window in windows]
    sizes = [max(width(cells[column]) for _, cells in rows) for column in range(3)] if rows else []
    found = []
    for folder in folders:
        if len(folders) > 1:
            found.append(paint.dim(clean(home_path(folder, home), 200)))
        for window, cells in rows:
            if window.config_dir == folder:
                name, percent, ends = (fit(cells[i], sizes[i], right=i == 1) for i in range(3))
                bar = paint(codes(window), _bar(window))
                found.append(f"{name} {bar} {percent}  {ends}  {paint.dim(cells[3])}".rstrip())
    return found


def plan_lines(plans: Mapping[str, str], home: str) -> list[str]:
    """How it is paid for, as far as status lines were told: a line, with its folder where there are several."""
    return [
        (f"{clean(home_path(folder, home), 200)}: " if len(plans) > 1 else "") + f"plan {plan}: {_PLANS[plan]}"
        for folder, plan in (plans or {"": "unknown"}).items()
    ]


def plans_as_json(plans: Mapping[str, str]) -> list[dict[str, str]]:
    """The same for scripts."""
    return [{"config_dir": folder, "plan": plan} for folder, plan in plans.items()]


def worth_a_word(windows: Sequence[Window], now: float, utc_offset: int) -> list[str]:
    """`5h 82% → 14:10` of each limit that is nearly spent, or will be before its end."""
    return [
        f"{one.window} {int(one.percent)}% → {time_of_day(one.resets_at, now, utc_offset)}"
        for one in windows if one.percent is not None and (one.percent >= _FULL or one.out_at is not None)
    ]  # fmt: skip


def as_json(windows: Sequence[Window], plans: Mapping[str, str], now: float) -> dict[str, object]:
    """docs/json.md describes it."""
    return {
        "schema": 1,
        "now": now,
        "plans": plans_as_json(plans),
        "limits": [
            {
                "config_dir": window.config_dir, "window": window.window, "percent": window.percent,
                "resets_at": window.resets_at, "told_at": window.told_at, "forecast": window.forecast,
                "out_at": window.out_at,
            }
            for window in windows
        ],
    }  # fmt: skip


def told(window: Window, now: float, utc_offset: int) -> tuple[str, str, str, str]:
    """Its name, how full it is, when that ends, and how old that is."""
    as_of = f"as of {age(now - window.told_at)} ago"
    end = time_of_day(window.resets_at, now, utc_offset)
    if window.percent is None:
        return window.window, "?", f"began anew {end}", f"not told since, {as_of}"
    ends = f"resets {end}"
    if window.out_at is not None:
        ends += f", out at {time_of_day(window.out_at, now, utc_offset)}"
    pace = f"; at this rate {int(window.forecast)}% then" if window.forecast is not None else ""
    return window.window, f"{int(window.percent)}%", ends, as_of + pace


def _bar(window: Window) -> str:
    full = min(_BAR, int((window.percent or 0.0) * _BAR / 100))
    return "█" * full + "░" * (_BAR - full)


def codes(window: Window) -> str:
    """Its colour, as SGR parameters."""
    if window.percent is None:
        return "2"
    worst = max(window.percent, window.forecast or 0.0)
    return "31" if window.percent >= 90 or worst >= 100 else "33" if worst >= 90 or window.percent >= 75 else "32"
