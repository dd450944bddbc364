"""Whether the client closed a transcript at its end: a proof that a session ended in order, and was not killed."""

from __future__ import annotations

from cst.claude.transcript import LEAN, skips
from cst.jsonl import Backwards, parse, text_of
from cst.model import digits

_CLOSES = (2, 1, 246)  # the first client that does


def ends_in_order(path: str) -> bool | None:
    """Whether what the session has cost stands behind its last answer: the client writes that at every end, but cannot
    where it is killed. None where nobody can tell: older clients never do. Raises OSError."""
    for line in Backwards(path, limit=LEAN):
        if line.startswith(b'{"type":"cost-state"'):
            return True
        if skips(line):
            continue
        try:
            given = parse(line)
        except ValueError:
            continue
        if given.get("type") in ("user", "assistant"):
            version = tuple(int(part) for part in text_of(given.get("version")).split(".") if digits(part))
            return False if version >= _CLOSES else None
    return None
