"""Time zones by their names: how far each is from Greenwich. Only an error that names one asks for it."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

_LONGEST = 40  # characters of a name


def named(words: str) -> str:
    """The time zone that stands in brackets in a sentence, `(Asia/Tokyo)`, `(Japan)`; "" where none does."""
    for piece in words[:1000].split("(")[1:]:
        name, closed, _ = piece.partition(")")
        plain = name.replace("/", "").replace("_", "").replace("-", "").replace("+", "")
        if not (closed and len(name) <= _LONGEST and plain.isascii() and plain.isalnum()):
            continue
        if "/" in name or name == "UTC" or (name.isalpha() and name[0].isupper() and offset(name, 0.0) is not None):
            return name
    return ""


def offsets(said: Iterable[str], at: float) -> dict[str, int | None]:
    """The offset of each zone that these sentences name; None for one that is not known here."""
    return {name: offset(name, at) for words in said if (name := named(words))}


def offset(name: str, at: float) -> int | None:
    """Seconds east of Greenwich of a zone at a moment (epoch seconds); None for a zone that is not known here."""
    from datetime import datetime  # these two cost as much as Python's start, and few looks need them
    from zoneinfo import ZoneInfo

    try:
        distance = datetime.fromtimestamp(at, ZoneInfo(name)).utcoffset()
    except (OSError, ValueError, OverflowError, KeyError):
        return None
    return int(distance.total_seconds()) if distance is not None else None
