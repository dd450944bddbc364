"""When a usage limit ends, from the client's words: `… · resets 3:45pm`, `… · resets Nov 24, 3pm`, `…|<epoch>`. Pure.

The client writes the clock of the machine that it runs on, which is ours. (`re` and `datetime` cost 0.7 x Python.)
"""

from __future__ import annotations

from cst.jsonl import epoch
from cst.model import digits

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAY = 86400


def reset_at(words: str, said_at: float, utc_offset: int) -> float:
    """The epoch second at which the limit ends that was told at `said_at`; 0.0 where no such time is in `words`.

    `utc_offset` is that of the local clock, in seconds east of Greenwich.
    """
    words = words[:1000]
    head, bar, tail = words.rpartition("|")
    if bar and digits(tail.strip()) and len(tail.strip()) == 10 and "limit" in head:
        return float(tail.strip())
    _, found, rest = words.partition("resets ")
    if not found:
        return 0.0
    parts = rest.replace(",", " ").split()
    parts = parts[1:] if parts[:1] == ["at"] else parts
    midnight = (said_at + utc_offset) // _DAY * _DAY
    if len(parts) >= 3 and parts[0][:3].lower() in _MONTHS and digits(parts[1]):
        return _on(parts[0], int(parts[1]), _clock(parts[2]), said_at, utc_offset)
    seconds = _clock(parts[0]) if parts else -1
    if seconds < 0:
        return 0.0
    moment = midnight + seconds - utc_offset
    return moment if moment > said_at else moment + _DAY


def _on(month: str, day: int, seconds: int, said_at: float, utc_offset: int) -> float:
    """The next such day: this year's, or next year's where that is long over."""
    number, year = _MONTHS.index(month[:3].lower()) + 1, 1970 + int(said_at / (365.2425 * _DAY))
    if seconds < 0:
        return 0.0
    midnights = [epoch(f"{y:04}-{number:02}-{day:02}T00:00:00Z") for y in (year - 1, year, year + 1)]
    return next((m + seconds - utc_offset for m in midnights if m and m + seconds - utc_offset > said_at), 0.0)


def _clock(word: str) -> int:
    """Seconds since midnight of 3pm, 3:45pm, 15:45; -1 for anything else."""
    word = word.strip(".").lower()
    half = word[-2:] if word[-2:] in ("am", "pm") else ""
    hours, colon, minutes = word.removesuffix(half).partition(":")
    if not digits(hours) or (colon and not digits(minutes)) or not (half or colon) or len(word) > 7:
        return -1
    hour, minute = int(hours), int(minutes or 0)
    if half:
        hour = hour % 12 + 12 * (half == "pm")
    return hour * 3600 + minute * 60 if hour < 24 and minute < 60 else -1
