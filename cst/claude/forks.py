"""Whether a transcript is a fork's: it repeats its parent's messages, and its account has what the parent has cost."""

from __future__ import annotations

from cst.jsonl import epoch, first_lines, parse, text_of
from cst.model import Value

_HEAD = 256 * 1024  # bytes from the beginning
_LATER = 3.0  # seconds between a message and its copy; the first lines of a file are out of order by less


class Origin(Value):
    """How a transcript began."""

    begun: float = 0.0  # epoch seconds; 0.0 where nothing before its first message tells
    root: str = ""  # the id of its first message: a fork has its parent's
    copied: bool = True  # it may repeat the messages of another session


def origin(path: str) -> Origin:
    """How a transcript began: it may be a copy where its first message is older than what stands before it, or nothing
    before it tells when the file was begun."""
    begun = 0.0
    for line in first_lines(path, _HEAD):
        try:
            given = parse(line)
        except ValueError:
            continue
        snapshot = given.get("snapshot")
        at = epoch(given.get("timestamp")) or (epoch(snapshot.get("timestamp")) if isinstance(snapshot, dict) else 0.0)
        if given.get("type") in ("user", "assistant"):
            return Origin(begun, text_of(given.get("uuid")), not begun or at < begun - _LATER)
        begun = max(begun, at)
    return Origin()


def may_be_one(path: str) -> bool:
    """Whether a transcript may repeat that of another session."""
    return origin(path).copied
