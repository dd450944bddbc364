"""Painted lines as the page takes them: runs of (SGR parameters, text), which it makes into nodes. Pure."""

from __future__ import annotations

from cst.render.paint import Paint

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    Run = tuple[str, str]

PAINT = Paint(True)  # in the sixteen colours, which the page has its own of


def runs(line: str) -> list[Run]:
    """One line; "" for text in no colour. Escape sequences that are no colours are left out."""
    first, *rest = line.split("\x1b[")
    found = [("", first)] if first else []
    for piece in rest:
        codes, end, text = piece.partition("m")
        if not end or codes.strip("0123456789;"):
            continue
        if text:
            kept = codes.removeprefix("0;") if codes != "0" else ""
            found.append((kept, text))
    return found


def all_runs(lines: Iterable[str]) -> list[list[Run]]:
    """Several lines."""
    return [runs(line) for line in lines]
