"""The bill as a table: it fits the terminal, with bars wherever there is room; as CSV."""

from __future__ import annotations

import pytest

from cst.core.cost import Bill, Row
from cst.render import cost
from cst.render.paint import Paint
from cst.text import width

ROWS = (
    Row("2026-11-19", 6.1, 214, 31_000_000, 88_000), Row("2026-11-20", 12.31, 1402, 60_200_000, 171_000),
    Row("errands", 0.42),
)  # fmt: skip
BILL = Bill(ROWS, Row("total", 18.83, 1616, 91_200_000, 259_000), ())


def test_figures_stand_below_each_other() -> None:
    """And the dearest has the longest bar."""
    assert cost.lines(BILL, 120, Paint(False))[:4] == [
        "2026-11-19  ████████████               $6.10    214 answers  31.0M in   88k out",
        "2026-11-20  ████████████████████████  $12.31  1,402 answers  60.2M in  171k out",
        "errands     █                          $0.42  requests that no transcript dates: titles, /compact, classifiers",
        "total                                 $18.83  1,616 answers  91.2M in  259k out",
    ]


@pytest.mark.parametrize("columns", [60, 80, 100, 120])
def test_no_line_is_wrapped(columns: int) -> None:
    """Bug shown: what errands are took the room of the bars, and was wrapped."""
    found = cost.lines(BILL, columns, Paint(False))[:4]

    assert max(map(width, found)) <= columns
    assert "█" in found[1]


def test_what_is_at_least_and_what_is_missing() -> None:
    """Each has its sign, and a line that says why."""
    row = Row("spike", 1.0, 3, 10, 5, unpriced=1, at_least=True)
    found = cost.lines(Bill((row,), row._replace(label="total"), ("nonsense-9",), twice=True), 0, Paint(False))

    assert "≥ $1.00  3 answers  10 in  5 out" in found[0]
    assert found[-3].startswith("≥: no price is known of nonsense-9")
    assert found[-2].startswith("≥ at least")
    assert found[-1].startswith("a session with two tags")


@pytest.mark.parametrize(("label", "cell"), [("a,b", '"a,b"'), ('a"', '"a"""'), ("=1+1", "'=1+1")])
def test_csv_is_harmless(label: str, cell: str) -> None:
    """To who reads it: neither more fields nor a formula nor a terminal's commands."""
    head, line, odd = cost.csv(Bill((Row(label, 1.5, 1), Row("\x1b[2J", 1.5, 1)), Row("total"), ()))

    assert head.startswith("label,dollars,answers")
    assert line.split(",1.5,")[0] == cell
    assert "\x1b" not in odd
