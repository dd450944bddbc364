"""Enter right behind a search, before the real fzf: it goes to a row that was searched for, or nowhere."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Callable, Iterator

import pytest

from cst.fzf import launch, search
from cst.fzf.backend import Outcome
from cst.fzf.messages import Searched
from cst.fzf.remote import SearchResult
from cst.fzf.run_dir import RunDir
from tests.testing import until
from tests.unit.fzf.conftest import Fzf
from tests.unit.fzf.test_session_loop import Open

WORDS = ("queries", "pictures", "web-shop", "Éclair", "billing")
# Long ones, so that a search takes its time.
ROWS = (
    "-\tHEAD",
    *(f"1.{i}\trow {i} {WORDS[i % 5] if i % 20 < 5 and i > 9 else ''} {'lorem ipsum ' * 90}" for i in range(95)),
)


class Many(Open):
    """An open picker with many long rows."""

    def __init__(self, run_dir: RunDir, start: Callable[..., Fzf]) -> None:
        super().__init__(run_dir, lambda rows, header: start(ROWS, header), 60)
        self.backend.outcome = Outcome("gone there")


@pytest.fixture
def many(run_dir: RunDir, shown: Callable[..., Fzf]) -> Iterator[Many]:
    one = Many(run_dir, shown)
    yield one
    one.loop.stop()


@pytest.mark.parametrize("seed", range(20))
def test_a_burst_goes_to_a_row_that_matches(many: Many, seed: int) -> None:
    """Letters and Enter in one write, wherever the cursor was. Bug shown: Enter went to the row that was highlighted
    before the search."""
    some = random.Random(seed)
    for _ in range(some.randrange(4)):
        many.fzf.types("\x0e")
    until(lambda: many.fzf.key())
    query = some.choice(WORDS).lower()

    many.fzf.types(query + "\r")

    until(lambda: many.backend.acted or "Enter again" in many.header())
    gone = [rows[0] for _, rows, _ in many.backend.acted]
    texts = dict(row.split("\t") for row in ROWS)
    assert all(query in texts[row].lower().replace("é", query[0]) for row in gone)
    while not many.backend.acted:  # on a slow machine its search is not over at the second Enter either
        many.fzf.types("\r")
        with contextlib.suppress(AssertionError):
            until(lambda: many.backend.acted, 1)
    assert many.backend.acted[0][1] == (many.fzf.key(),)


def test_nothing_that_matches(many: Many) -> None:
    """Is said, and nothing is gone to."""
    many.fzf.types("zzzz\r")

    until(lambda: many.header() == "no row matches")
    assert many.backend.acted == []


class Slow:
    """An fzf whose search of a new query is over after so many answers."""

    def __init__(self, *answers: SearchResult | None) -> None:
        self.answers = list(answers)

    def found(self, most: int) -> SearchResult | None:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


OLD = SearchResult("1", "ban", 3, {"1": "apple", "2": "banana", "3": "cherry, banana"})
NEW = SearchResult("2", "ban", 2, {"2": "banana", "3": "cherry, banana"})


@pytest.mark.parametrize(("answers", "asked", "row", "why"), [
    ((OLD, OLD, NEW), Searched("jump", 3, "1", "ban"), "2", ""),  # late
    ((OLD,), Searched("jump", 3, "1", "ban"), "", "press Enter again: the search was not over"),
    ((NEW._replace(row="3"),), Searched("jump", 2, "2", "ban"), "2", ""),  # the cursor was moved since
    ((NEW,), Searched("jump", 3, "3", "ban"), "2", ""),  # of another search, though it matches
    ((NEW,), Searched("jump", 2, "2", "bana"), "", "press Enter again: the search has changed"),
    ((None,), Searched("jump", 2, "2", "ban"), "", "press Enter again: fzf was busy"),
    ((OLD,), Searched("jump", 3, "1", ""), "1", ""),
    ((SearchResult("", "ban", 0, {}),), Searched("jump", 0, "", "ban"), "", "no row matches"),
])  # fmt: skip
def test_which_row(answers: tuple[SearchResult | None, ...], asked: Searched, row: str, why: str) -> None:
    """That of the query, once its search is over; none if it is not in time."""
    assert search.target(Slow(*answers), launch.bundled(), asked) == search.Target(row, why)  # type: ignore[arg-type]


def test_more_than_a_pipe_holds() -> None:
    """The row that is gone to is looked at in any case, the others as far as there is room."""
    rows = {str(i): "x" * 9000 for i in range(90)}
    rows["89"] = "banana"

    assert search._texts(rows, ("89", "gone"))[0] == "banana"
    assert sum(map(len, search._texts(rows, ("89",)))) <= search._MOST_BYTES
