"""Columns that fit the width there is: the least important ones leave first, and one takes what is left. Pure."""

from __future__ import annotations

from cst.model import Value
from cst.text import fit, width

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

GAP = "  "


class Column(Value):
    """One column of a table."""

    head: str
    most: int = 10_000  # characters wide at most
    right: bool = False  # aligned to the right
    leaves: int = 0  # where there is no room the column with 1 leaves first; 0 never does
    keeps: int = 0  # when all that may leave have left, it shrinks, to no less than this; 0: it does not
    takes_rest: bool = False  # this one has the width that the others leave


class Placed(Value):
    """A column that is shown: its place in the row, and how wide it is."""

    at: int
    width: int


def layout(
    columns: Sequence[Column], rows: Sequence[Sequence[str]], total: int, least: int, fill: bool = False
) -> list[Placed]:
    """The columns to show of these rows in `total` characters. A column without any text is not shown.

    `least` is what the one that takes the rest needs before others may stay; it is no wider than its text, unless it is
    to `fill` the line.
    """
    rest = next(i for i, column in enumerate(columns) if column.takes_rest)
    sizes = [min(c.most, max(width(c.head), *(width(row[i]) for row in rows), 0)) for i, c in enumerate(columns)]
    shown = [i for i in range(len(columns)) if i == rest or any(row[i] for row in rows)]
    needs = least if fill else min(least, sizes[rest])

    def left() -> int:
        return total - sum(sizes[i] + len(GAP) for i in shown if i != rest)

    for i in sorted((i for i in shown if columns[i].leaves), key=lambda i: columns[i].leaves):
        if left() < needs:
            shown.remove(i)
    for i in shown:
        if columns[i].keeps and left() < needs:
            sizes[i] = max(min(sizes[i], columns[i].keeps), sizes[i] + left() - needs)
    sizes[rest] = max(0, left() if fill else min(sizes[rest], left()))
    return [Placed(i, sizes[i]) for i in shown]


def cells(columns: Sequence[Column], placed: Sequence[Placed], row: Sequence[str]) -> list[str]:
    """The cells of a row that are shown, each cut or filled up to its width."""
    return [fit(row[one.at], one.width, right=columns[one.at].right) for one in placed]
