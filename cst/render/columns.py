"""Columns that fit the width there is: the least important ones leave first, and one takes what is left. Pure."""

from __future__ import annotations

from cst.text import fit, width
from cst.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

GAP = "  "
_ENOUGH = 60  # characters of that column from which on the others may grow
_READABLE = 12  # characters of the column that takes the rest: with fewer it says nothing, and leaves


class Column(Value):
    """One column of a table."""

    head: str
    most: int = 10_000  # characters wide at most
    right: bool = False  # aligned to the right
    leaves: int = 0  # where there is no room the column with 1 leaves first; 0 never does
    tight: int = 0  # before any leaves it shrinks to this; 0: it does not
    keeps: int = 0  # when all that may leave have left, it shrinks, to no less than this; 0: it does not
    grows: int = 0  # characters at most where the one that takes the rest has enough all the same; 0: as `most`
    takes_rest: bool = False  # this one has the width that the others leave
    yields: int = 0  # on a screen so narrow that the others do not fit even so, the one with 1 leaves first
    floor: int = 0  # and then it shrinks to that; 0: to nothing less than it `keeps`


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
    natural = list(sizes)
    needs = least if fill else min(least, sizes[rest])

    def left() -> int:
        return total - sum(sizes[i] + len(GAP) for i in shown if i != rest)

    spare = {i: sizes[i] - columns[i].tight for i in shown if 0 < columns[i].tight < sizes[i]}
    leaving = sorted((i for i in shown if columns[i].leaves), key=lambda i: columns[i].leaves)
    for i in leaving:
        if left() + sum(spare.values()) < needs:
            shown.remove(i)
            spare.pop(i, 0)
    for i in sorted(spare, key=lambda i: columns[i].leaves or len(columns)):  # the least important first
        sizes[i] -= max(0, min(spare[i], needs - left()))
    for i in shown:
        if columns[i].keeps and left() < needs:
            sizes[i] = max(min(sizes[i], columns[i].keeps), sizes[i] + left() - needs)
    enough = min(_ENOUGH, max(needs, sizes[rest]))
    for i in shown:
        if columns[i].grows:
            text = min(columns[i].grows, max(width(row[i]) for row in rows))
            sizes[i] += max(0, min(text - sizes[i], left() - enough))
    wanted, sizes[rest] = sizes[rest], max(0, left() if fill else min(sizes[rest], left()))
    if sizes[rest] < min(_READABLE, max(1, wanted)):
        shown.remove(rest)
        for i in shown:  # what shrank for its sake has its room again
            sizes[i] += max(0, min(natural[i] - sizes[i], total - _width(shown, sizes)))
        _squeeze(columns, shown, sizes, total)
        if fill:
            sizes[shown[-1]] += max(0, total - _width(shown, sizes))
    return [Placed(i, sizes[i]) for i in shown]


def _width(shown: Sequence[int], sizes: Sequence[int]) -> int:
    return sum(sizes[i] for i in shown) + len(GAP) * (len(shown) - 1)


def only(
    columns: Sequence[Column], rows: Sequence[tuple[str, ...]], wanted: Sequence[str]
) -> Sequence[tuple[str, ...]]:
    """The rows without a text in those columns that are not `wanted`, by the first words of their heads; as they are
    where nothing is. What a row is called and what it does stay."""
    if not wanted:
        return rows
    kept = [column.head.split()[0].lower() in ("session", "what", *wanted) for column in columns]
    return [tuple(cell if keep else "" for cell, keep in zip(row, kept, strict=True)) for row in rows]


def _squeeze(columns: Sequence[Column], shown: list[int], sizes: list[int], total: int) -> None:
    """Make what is shown fit a phone or a narrow split: some leave, then some shrink, then all do, the first least."""

    def over() -> int:
        return _width(shown, sizes) - total

    for i in sorted((i for i in shown if columns[i].yields), key=lambda i: columns[i].yields):
        if over() > 0:
            shown.remove(i)
    for floors in ([column.floor for column in columns], [1] * len(columns)):
        for i in shown:
            if floors[i] and over() > 0:
                sizes[i] = max(min(sizes[i], floors[i]), sizes[i] - over())
    while over() > 0 and len(shown) > 1:
        shown.pop()


def cells(columns: Sequence[Column], placed: Sequence[Placed], row: Sequence[str]) -> list[str]:
    """The cells of a row that are shown, each cut or filled up to its width."""
    return [fit(row[one.at], one.width, right=columns[one.at].right) for one in placed]
