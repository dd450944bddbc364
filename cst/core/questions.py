"""Whether a session's last words ask the user something. Pure."""

from __future__ import annotations


def asks(words: str) -> bool:
    """Whether a text ends in a question: one in the last two sentences of its last line."""
    line = next((line for line in reversed(words.splitlines()) if line.strip()), "")
    line = line.strip().rstrip("*_`\"')] ")
    if not line or line.startswith(("```", "|", ">")):
        return False
    return line.endswith(("?", "？")) or "? " in line[-80:]
