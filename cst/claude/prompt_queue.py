"""The prompts that a client keeps until its turn is over: lines of the transcript, written when they are queued."""

from __future__ import annotations

from cst.jsonl import Backwards, epoch, parse, text_of

_KIND = b'{"type":"queue-operation"'
_LIMIT = 256 * 1024  # bytes from the end of the transcript


def since(path: str, moment: float) -> list[str]:
    """The texts that were queued since then (epoch seconds), newest first. Raises OSError."""
    found = []
    for line in Backwards(path, limit=_LIMIT):
        if not line.startswith(_KIND):
            continue
        try:
            given = parse(line)
        except ValueError:
            continue
        if epoch(given.get("timestamp")) < moment:
            break
        if given.get("operation") == "enqueue":
            found.append(_unwrapped(text_of(given.get("content"))))
    return found


def waiting(path: str, began: float = 0.0) -> list[str]:
    """The prompts that wait in the queue now, oldest first, as the end of the transcript tells. A client begins with an
    empty one: what was queued before this one `began` (epoch seconds) went with another. Raises OSError."""
    found: list[dict[str, object]] = []
    for line in Backwards(path, limit=_LIMIT):
        if not line.startswith(_KIND):
            continue
        try:
            given = parse(line)
        except ValueError:
            continue
        if epoch(given.get("timestamp")) < began:
            break
        found.append(given)
    queue: list[str] = []
    for given in reversed(found):
        operation, text = text_of(given.get("operation")), text_of(given.get("content"))
        if operation == "enqueue":
            queue.append(text)
        elif operation == "popAll":  # back into the box, by Up
            queue.clear()
        elif queue:  # dequeue names no text: the oldest
            queue.pop(queue.index(text) if text in queue else 0)
    return [_unwrapped(text) for text in queue if not text.startswith("<task-notification>")]


def _unwrapped(text: str) -> str:
    """The text of one long paste, which newer clients put between two tags."""
    inside = text.startswith("<pasted_content ") and text.partition(">")[2].rpartition("</pasted_content")[0]
    return inside.strip("\n") if inside else text
