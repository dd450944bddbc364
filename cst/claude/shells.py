"""What a shell of the Bash tool was started for, from the text that the client gives it (measured with 2.1.332):
`source …/shell-snapshots/… && … && eval 'npm run dev' < /dev/null && pwd -P >| …`."""

from __future__ import annotations

_BEFORE, _QUOTE = "&& eval ", "'\"'\"'"  # how the client writes a ' inside of two others


def command(text: str) -> str:
    """The command in it; "" where it is written in another way."""
    given = text.partition(_BEFORE)[2]
    if not given.startswith("'"):
        return given.partition(" ")[0]
    return given[1:].replace(_QUOTE, "\0").partition("'")[0].replace("\0", "'")
