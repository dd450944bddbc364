"""Whether a transcript repeats another's messages, and whether its account has what the other has cost.

`--fork-session` copies the messages into a file that begins before them, and its account goes on from that of the
parent. `/branch` copies them to the beginning of a file, each with `forkedFrom`, and begins a new account (2.1.282 and
newer).
"""

from __future__ import annotations

from cst.jsonl import epoch, first_lines, parse, text_of
from cst.value import Value

_HEAD = 256 * 1024  # bytes from the beginning
_LATER = 3.0  # seconds between a message and its copy; the first lines of a file are out of order by less


class Origin(Value):
    """How a transcript began."""

    begun: float = 0.0  # epoch seconds; 0.0 where nothing before its first message tells
    root: str = ""  # the id of its first message: a fork has its parent's
    copied: bool = True  # it may repeat the messages of another session
    branched: bool = False  # by `/branch`


def origin(path: str) -> Origin:
    """How a transcript began: it may be a copy where its first message is older than what stands before it, or nothing
    before it tells when the file was begun. Where the message is older by a moment only, its first answer tells.

    A busy client (2.1.282) may write an answer before the prompt that it is to: the first message is the first one
    whose parent stands before it. Where there is none, as of a client that names no parents, it is the first.
    """
    return _origin(path, set()) or _origin(path, None) or Origin()


def _origin(path: str, seen: set[str] | None) -> Origin | None:
    """The same; None where no message will do. `seen` takes the ids of what stands there; None: whatever stands there
    is in its place."""
    begun = 0.0
    found: Origin | None = None
    for line in first_lines(path, _HEAD):
        try:
            given = parse(line)
        except ValueError:
            continue
        kind, snapshot = given.get("type"), given.get("snapshot")
        at = epoch(given.get("timestamp")) or (epoch(snapshot.get("timestamp")) if isinstance(snapshot, dict) else 0.0)
        if seen is not None and found is None:
            name, parent = text_of(given.get("uuid")), text_of(given.get("parentUuid"))
            if (parent and parent not in seen) or (not name and kind in ("user", "assistant")):
                continue
            seen.add(name)
        if found is None and kind in ("user", "assistant"):
            copied = not begun or at < begun - _LATER
            found = Origin(begun, text_of(given.get("uuid")), copied, not begun and "forkedFrom" in given)
            if copied or at >= begun:
                return found
        if found is None:
            begun = max(begun, at)
        elif kind == "assistant":
            return found._replace(copied=0 < at < begun)
    return found


def inherits(path: str) -> bool:
    """Whether the account of a transcript may have in it what another session has cost."""
    found = origin(path)
    return found.copied and not found.branched
