"""The page of what was said. It reads downwards and its newest line is its last: a preview that opens at its top shows
the end of the conversation whole, without scrolling."""

from __future__ import annotations

from cst.render.paint import since
from cst.text import clean, cut, wrap

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cst.model import Turn
    from cst.render.paint import Paint

_MOST = 400  # lines of one piece
_DEEPEST = 8  # columns of an indentation that are kept


def page(turns: Sequence[Turn], now: float, columns: int, lines: int, paint: Paint) -> list[str]:
    """The last pieces, as many as fit into `lines` lines (0 = all)."""
    found: list[str] = []  # last line first
    before: Turn | None = None
    for turn in reversed(turns):
        shown = _piece(turn, now, columns, paint)
        apart = [""] if before and (_speaks(turn) or _speaks(before)) else []
        found += [*apart, *reversed(shown)]
        before = turn
        if lines and len(found) > lines:
            found = [*found[: lines - 1], paint.dim("…")]
            break
    return found[::-1]


def _speaks(turn: Turn) -> bool:
    return turn.who in ("you", "claude")


def _piece(turn: Turn, now: float, columns: int, paint: Paint) -> list[str]:
    if not _speaks(turn):
        about = clean(turn.text, 400)
        return [paint.dim(cut(f"  · {clean(turn.who, 40)}{': ' if about else ''}{about}", columns))]
    head = f"{turn.who} {since(now, turn.at)}".rstrip()
    body = [line for text in turn.text.split("\n") for line in _wrapped(text, columns)]
    return [paint("1;36" if turn.who == "you" else "1", cut(head, columns)), *body[-_MOST:]]


def _wrapped(text: str, columns: int) -> list[str]:
    """One line of a text in as many as it takes, its indentation kept as far as there is room."""
    deep = 2 + min(len(text) - len(text.lstrip()), _DEEPEST, columns // 4)
    return [" " * deep + line for line in wrap(clean(text, 8000), max(8, columns - deep), _MOST)]
