"""When a usage limit ends, from the client's words. Pure.

`… · resets 3:45pm`, `… resets at 15:45`, `… will reset at 3pm`, `… · resets Nov 24, 3pm`, `… · resets Dec 1 at 7pm`,
`… · resets Jan 3, 2027, 7pm`, `… · resets Mon 9am`, `… resets tomorrow at 9am`, `… try again at 3pm`, each with or
without a zone: `(Asia/Tokyo)`, `(UTC+9)`, `UTC`; `… resets in 2h 10m`; `…|<epoch>`. Without a zone it is the clock of
the machine that the client runs on, which is ours. (`re` and `datetime` cost 0.7 x Python.)
"""

from __future__ import annotations

from cst.jsonl import epoch
from cst.model import digits

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEK = ("thu", "fri", "sat", "sun", "mon", "tue", "wed")  # 1970 began on a Thursday
_DAY = 86400
_NONE: Mapping[str, int | None] = {}
_LEADS = ("resets ", "reset at ", "reset on ", "reset in ", "try again at ", "try again in ", "available again at ")
_UNITS = {"d": _DAY, "h": 3600, "m": 60, "s": 1}

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


def reset_at(words: str, said_at: float, utc_offset: int, zones: Mapping[str, int | None] = _NONE) -> float:
    """The epoch second at which the limit ends that was told at `said_at`; 0.0 where no such time is in `words`, or one
    of a zone that is not known.

    `utc_offset` is that of the local clock, in seconds east of Greenwich; `zones` has those of other zones, by name,
    None for one that is not known. A zone that is not in there is taken for ours.
    """
    words = words[:1000]
    head, bar, tail = words.rpartition("|")
    if bar and digits(tail.strip()) and len(tail.strip()) == 10 and "limit" in head:
        return float(tail.strip())
    rest = _behind_lead(words)
    if not rest:
        return 0.0
    rest, bracket, zone = rest.partition("(")
    zone = zone.partition(")")[0].strip() if bracket else _last_word(rest)
    offset = zones[zone] if zone in zones else _fixed(zone, utc_offset)
    if offset is None:
        return 0.0
    utc_offset = offset
    parts = [part for part in rest.replace(",", " ").replace("\u202f", " ").split() if part not in ("at", "on")]
    if parts[:1] == ["in"]:
        return _after(parts[1:], said_at)
    if parts[1:2] and parts[1].lower().replace(".", "") in ("am", "pm"):
        parts[:2] = [parts[0] + parts[1].replace(".", "")]
    midnight = (said_at + utc_offset) // _DAY * _DAY
    if len(parts) >= 2 and parts[0].lower() == "tomorrow":
        seconds = _clock(parts[1])
        return 0.0 if seconds < 0 else midnight + _DAY + seconds - utc_offset
    if len(parts) >= 3 and parts[0][:3].lower() in _MONTHS and digits(parts[1]):
        year = int(parts.pop(2)) if len(parts) >= 4 and digits(parts[2]) and len(parts[2]) == 4 else 0
        return _on(parts[0], int(parts[1]), _clock(parts[2]), said_at, utc_offset, year)
    if len(parts) >= 2 and parts[0][:3].lower() in _WEEK:
        seconds = _clock(parts[1])
        away = (_WEEK.index(parts[0][:3].lower()) - int(midnight // _DAY)) % 7
        moment = midnight + away * _DAY + seconds - utc_offset
        return 0.0 if seconds < 0 else moment if moment > said_at else moment + 7 * _DAY
    seconds = _clock(parts[0]) if parts else -1
    if seconds < 0:
        return 0.0
    moment = midnight + seconds - utc_offset
    return moment if moment > said_at else moment + _DAY


def _behind_lead(words: str) -> str:
    """What stands behind the words that announce a time; "" where there are none."""
    low = words.lower().replace("\n", " ")
    if len(low) != len(words):  # a letter whose small form is longer
        return ""
    begins = [(at, lead) for lead in _LEADS if (at := low.find(lead)) >= 0]
    if not begins:
        return ""
    at, lead = min(begins)
    return ("in " if lead.endswith(" in ") else "") + words[at + len(lead) :]


def _last_word(rest: str) -> str:
    """The zone that stands behind a time without brackets; "" where none does."""
    return next((p.strip(".,") for p in rest.split()[1:5] if p.strip(".,").startswith(("UTC", "GMT"))), "")


def _fixed(zone: str, local: int) -> int | None:
    """The offset of a zone that needs no table: UTC, GMT+2, UTC-03:30. None for another short name in capitals, which
    may mean several; what is no zone at all leaves the clock ours."""
    if not zone.startswith(("UTC", "GMT")):
        return None if 2 <= len(zone) <= 5 and zone.isascii() and zone.isalpha() and zone.isupper() else local
    sign, (hours, _, minutes) = zone[3:4], zone[4:].partition(":")
    if not sign:
        return 0
    if sign not in "+-" or not digits(hours) or len(hours) > 2 or (minutes and not digits(minutes)):
        return None
    return (1 if sign == "+" else -1) * (int(hours) * 3600 + int(minutes[:2] or 0) * 60)


def _after(parts: list[str], said_at: float) -> float:
    """The moment `2h 10m`, `45 minutes`, `3 days` or `1 hour and 5 minutes` after that one; 0.0 for anything else."""
    total, number = 0, ""
    for char in " ".join(part for part in parts if part != "and").lower() + " ":
        if char.isascii() and char.isdigit() and len(number) < 5:
            number += char
        elif number and char in _UNITS:
            total += int(number) * _UNITS[char]
            number = ""
        elif number and char != " ":
            break
    return said_at + total if total else 0.0


def _on(month: str, day: int, seconds: int, said_at: float, utc_offset: int, year: int) -> float:
    """That day of that year; without one the next such day: this year's, or next year's where that is long over."""
    number, now = _MONTHS.index(month[:3].lower()) + 1, 1970 + int(said_at / (365.2425 * _DAY))
    if seconds < 0:
        return 0.0
    years = (year,) if year else (now - 1, now, now + 1)
    midnights = [epoch(f"{y:04}-{number:02}-{day:02}T00:00:00Z") for y in years]
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
