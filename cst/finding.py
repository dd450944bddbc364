"""What one check of `cst doctor` says, and sizes for people."""

from __future__ import annotations

from cst.model import Value

OUTCOMES = ("ok", "note", "wrong", "unknown")


class Finding(Value):
    """`outcome`: ok, note (worth a look), wrong (mend it: exit 1), unknown (it could not be told, so it is not ok)."""

    check: str
    outcome: str
    found: str
    mend: str = ""  # what to do, where there is something to do


def amount(size: int) -> str:
    """Bytes for people: 812 B, 12 kB, 3.4 MB, 77 GB."""
    for unit, least in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if size >= least:
            number = size / least
            return f"{number:.1f} {unit}" if number < 10 and unit != "kB" else f"{number:.0f} {unit}"
    return f"{size} B"
