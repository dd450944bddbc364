"""Columns that fit: none is shown that nobody could read."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import pytest

from cst.render import rows, table
from cst.render.columns import Column, Placed, cells, layout
from cst.text import width

_FOUR = 4  # characters


@pytest.mark.parametrize("columns", [rows._COLUMNS, table._COLUMNS], ids=["rows", "table"])
@pytest.mark.parametrize("fill", [True, False])
def test_no_column_of_a_character_or_two(columns: Sequence[Column], fill: bool) -> None:
    """From 20 characters on, whichever of them have a text: one leaves rather than that.

    Bug shown: what a session does was one character wide at some widths.
    """
    narrow = []
    for empty in itertools.product((False, True), repeat=len(columns)):
        row = tuple("" if no else "x" * min(column.most, 40) for no, column in zip(empty, columns, strict=True))
        for total in range(20, 101):
            placed = layout(columns, [row], total, 30, fill)
            assert _wide(placed) <= total
            narrow += [
                (total, columns[one.at].head) for one in placed
                if one.width < min(_FOUR, max(width(columns[one.at].head), width(row[one.at])))
            ]  # fmt: skip

    assert narrow == []


def _wide(placed: Sequence[Placed]) -> int:
    return sum(one.width for one in placed) + 2 * (len(placed) - 1)


def test_what_a_name_gave_up_it_has_again() -> None:
    """Where the column that it made room for has left."""
    columns = (Column("NAME", 28, keeps=8, floor=4), Column("WHAT", takes_rest=True))
    row = ("a name that is long", "what it does")

    assert cells(columns, layout(columns, [row], 15, 20), row) == ["a name that is…"]


@pytest.mark.parametrize("fill", [True, False])
@pytest.mark.parametrize(("total", "name", "what"), [(80, 20, 58), (82, 20, 60), (90, 28, 60), (102, 40, 60), (150, 40, 108)])
def test_a_name_grows_once_what_it_does_has_enough(total: int, name: int, what: int, fill: bool) -> None:
    """From 60 characters on it has what is beyond them, up to its own bound, and no more than its text."""
    columns = (Column("NAME", 20, grows=40), Column("WHAT", takes_rest=True))

    assert layout(columns, [("n" * 80, "w" * 200)], total, 20, fill) == [Placed(0, name), Placed(1, what)]
    assert layout(columns, [("n" * 25, "w" * 200)], 150, 20, fill)[0] == Placed(0, 25)
    assert layout(columns, [("n" * 80, "w" * 8)], 70, 20, fill)[0] == Placed(0, 40)
