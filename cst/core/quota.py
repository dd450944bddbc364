"""How full the usage limits are, from what each session was told with its last answer. Pure.

Each session knows only its own last answer, and nothing is shared by the client: terminals disagree. Of one account's
window the newest end counts, and of those that say it the highest figure. Two accounts in one folder of Claude Code's
cannot be told apart.
"""

from __future__ import annotations

from cst.payload import WINDOWS, Limit
from cst.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cst.payload import Kept

_EARLY = 0.03  # of a window: so soon a forecast says nothing
_RECENT = 1800.0  # seconds of samples that a slope is made of
_LEAST = 3  # samples


class Window(Value):
    """One limit of one folder of Claude Code's, as it was told last."""

    config_dir: str
    window: str  # 5h, 7d
    percent: float | None  # None: it has begun anew since, and nobody was told what is spent of it
    resets_at: float  # epoch seconds
    told_at: float  # epoch seconds
    forecast: float | None = None  # percent at its end, at the rate since its begin; None: too early to tell
    out_at: float | None = None  # epoch seconds at which it is spent at the rate of the last half hour, before its end


def windows(told: Iterable[Kept], now: float) -> list[Window]:
    """Every limit that any session told of, by folder and length."""
    found: dict[tuple[str, str], Window] = {}
    samples: dict[tuple[str, str], list[tuple[float, float, float]]] = {}
    for kept in told:
        for limit in kept.payload.limits:
            key = (kept.config_dir, limit.window)
            new = Window(kept.config_dir, limit.window, limit.percent, limit.resets_at, kept.at)
            if key not in found or _order(new) > _order(found[key]):
                found[key] = new
        for at, name, percent, resets_at in kept.samples:
            samples.setdefault((kept.config_dir, name), []).append((at, percent, resets_at))
    ordered = sorted(found.items(), key=lambda pair: (pair[0][0], WINDOWS.get(pair[0][1], 0.0)))
    return [_judged(window, samples.get(key, ()), now) for key, window in ordered]


def plans(told: Sequence[Kept], now: float) -> dict[str, str]:
    """How each folder of Claude Code's is paid for: `subscription` where a window of its limits that lasts still was
    told of, which the client gets with a subscription's log-in alone; else `unknown`. No payload proves an API key: a
    subscription's process that had no answer yet tells of no limit either."""
    found = {kept.config_dir: "unknown" for kept in told}
    found |= {one.config_dir: "subscription" for one in windows(told, now) if one.percent is not None}
    return dict(sorted(found.items()))


def pace(limit: Limit, now: float) -> float | None:
    """Percent at the end of a window at the rate since its begin; None where that is too early to tell, or over."""
    length = WINDOWS.get(limit.window, 0.0)
    elapsed = length - (limit.resets_at - now)
    if not length * _EARLY <= elapsed <= length:
        return None
    return limit.percent * length / elapsed


def _order(window: Window) -> tuple[float, float]:
    """Ends that differ by seconds only are one: the client rounds them."""
    return window.resets_at // 60, window.percent or 0.0


def _judged(window: Window, samples: Sequence[tuple[float, float, float]], now: float) -> Window:
    if window.resets_at <= now:
        return window._replace(percent=None)
    forecast = pace(Limit(window.window, window.percent or 0.0, window.resets_at), now)
    return window._replace(forecast=forecast, out_at=_out_at(window, samples, now))


def _out_at(window: Window, samples: Sequence[tuple[float, float, float]], now: float) -> float | None:
    """When a window is spent, by the least squares of its samples; None where that is not before its end."""
    points = sorted(
        (at, percent) for at, percent, resets_at in samples
        if now - _RECENT <= at <= now and abs(resets_at - window.resets_at) < 60
    )  # fmt: skip
    if len(points) < _LEAST or window.percent is None:
        return None
    middle = sum(at for at, _ in points) / len(points)
    mean = sum(percent for _, percent in points) / len(points)
    spread = sum((at - middle) ** 2 for at, _ in points)
    slope = sum((at - middle) * (percent - mean) for at, percent in points) / spread if spread else 0.0
    if slope <= 0:
        return None
    moment = max(now, window.told_at) + max(0.0, 100.0 - window.percent) / slope
    return moment if moment < window.resets_at else None
