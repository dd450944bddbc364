"""How the screen is divided: how many rows and how many lines of a preview each size has."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cst.fzf.layout import layout
from cst.model import Session
from cst.render import rows
from cst.render.paint import Paint
from tests.testing import until
from tests.unit.core.loader import NOW
from tests.unit.fzf.conftest import Fzf
from tests.unit.render import golden

ABOVE = 5  # the header's two lines, the query, the rule, the heads


@pytest.mark.parametrize(("columns", "lines"), [(30, 10), (78, 22), (80, 24), (106, 27), (177, 40), (178, 40), (200, 45), (250, 60),
                                                (400, 60)])
def test_the_list_and_the_preview_fit(columns: int, lines: int) -> None:
    """Wide screens have the preview beside the list, others below it, small ones none; the rows fit their part."""
    placed = layout(columns, lines)

    side = columns >= 178
    assert placed.preview.startswith("right," if side else "down,")
    assert placed.preview.endswith("hidden") == (not side and lines < 26)
    assert 0 < placed.list_columns < (columns - int(placed.preview.split(",")[1]) if side else columns)
    assert (placed.covered == placed.preview) == side
    assert not side or 48 <= _preview(placed.preview) <= 100  # of more most would be empty


def _preview(place: str) -> int:
    """The lines of a preview below the list; its border is one more."""
    return int(place.split(",")[1])


@pytest.mark.parametrize(("columns", "lines", "rows", "preview", "asked"), [
    (78, 22, 10, 6, 12),  # a popup on 80 x 24, once ctrl-/ is pressed
    (98, 28, 10, 12, 18),  # 100 x 30
    (118, 33, 14, 13, 23),  # 120 x 35
    (177, 60, 30, 24, 50),
])  # fmt: skip
def test_small_screens(columns: int, lines: int, rows: int, preview: int, asked: int) -> None:
    """Ten rows and, from 30 lines on, twelve lines of a preview; a long question leaves four rows."""
    placed = layout(columns, lines)

    assert _preview(placed.preview) == preview
    assert lines - ABOVE - 1 - preview == rows
    assert _preview(placed.covered) == asked
    assert _preview(placed.whole) == lines - 1


def _alike() -> list[Session]:
    """The fleet of the pictures, and ten sessions of one name in panes with long ones, the last with two tags."""
    ask = golden.one("api")
    assert ask.place
    more = [
        ask._replace(key=f"{number}.9", name="alpha", tags=(), place=ask.place._replace(location=f"subagent-permission:{number}.0"))
        for number in range(10)
    ]  # fmt: skip
    return [*golden.seen()[1], *more[:9], more[9]._replace(tags=("urgent", "release"))]


def _full() -> list[Session]:
    """One of which every part is as long as can be."""
    one = golden.one("api")
    assert one.place
    place = one.place._replace(location="x" * 40)
    return [one._replace(name="n" * 60, branch="b" * 60, place=place, state="interrupted", tokens=1_234_567, cold=1_000)]


@pytest.mark.parametrize("popup", [False, True])
@pytest.mark.parametrize("fleet", [lambda: golden.seen()[1], _alike, _full], ids=["pictures", "alike", "full"])
def test_a_wider_terminal_shows_no_less(fleet: Callable[[], list[Session]], popup: bool) -> None:
    """No column leaves as the terminal grows, where the preview comes to stand beside the list neither.

    Bug shown: at 200 columns those of the branch, the context and the place were gone, which 120 showed.
    """
    listed = [(one, "") for one in fleet()]
    before: list[str] = []
    lost = []
    for columns in range(80, 261):
        inside = columns if not popup else columns - 2 if columns < 150 else columns * 90 // 100 - 2
        heads = rows.rows(listed, NOW, layout(inside, 50).list_columns, Paint(False), window=200_000)[0]
        shown = [head.strip() for head in heads.split("  ") if head.strip()]
        lost += [(columns, head) for head in before if head[:4] not in [one[:4] for one in shown]]
        before = shown

    assert lost == []
    assert {"BRANCH", "CTX", "PLACE"} <= set(before)


def test_fzf_counts_as_we_do(shown: Callable[..., Fzf]) -> None:
    """On 100 x 30: so many lines for the preview, and so many rows."""
    rows = ["-\tHEAD", *(f"1.{i}\trow {i:02}" for i in range(1, 31))]
    picker = shown(rows, header="header\nkeys")
    until(lambda: picker.shows("row 12"))

    assert int(picker.told("FZF_PREVIEW_LINES")) == _preview(layout(100, 30).preview) == 12
    assert not picker.shows("row 13")


def test_no_count_of_fzfs_own(shown: Callable[..., Fzf]) -> None:
    """A page that is longer than the preview, as it is for a moment when that becomes smaller. Bug shown: fzf wrote
    `1/40` over its first line, which looked like a page's number."""
    picker = shown()
    until(lambda: picker.told("FZF_PREVIEW_LINES"))
    columns, lines = picker.told("FZF_PREVIEW_COLUMNS"), picker.told("FZF_PREVIEW_LINES")
    picker.run_dir.write(f"pages/1.2.{columns}.{lines}", "".join(f"line {i} of forty\n" for i in range(40)))
    until(lambda: picker.shows("line 1 of forty"))
    picker.told("FZF_PREVIEW_LINES")  # what was to be drawn is drawn

    assert not picker.shows("/40")
