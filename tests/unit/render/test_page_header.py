"""The top of a page of the preview, and the page of keys, at every size."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cst.fzf import keymap
from cst.model import PAGES, Session, Tasks
from cst.picker.operations import KEYS
from cst.render import page_header, rows
from cst.render.paint import Paint
from tests.unit.core.loader import NOW
from tests.unit.render.golden import HOME, one
from tests.unit.render.pages import COLUMNS, LINES, PAINTS, SESSIONS, too_wide


@given(SESSIONS, COLUMNS, LINES, PAINTS, st.sampled_from(PAGES))
def test_the_top_fits(session: Session, columns: int, lines: int, paint: Paint, name: str) -> None:
    """The strip and the header: never over the width, never over a third of the window and two lines."""
    found = page_header.top(session, NOW, name, columns, lines, HOME, paint)

    assert too_wide(found, columns) == []
    assert len(found) <= max(1, lines // 3) + 2 < lines


@pytest.mark.parametrize(("lines", "scrolls", "shown"), [(11, True, 1), (11, False, 1), (12, True, 5), (12, False, 4), (0, False, 5)])
def test_a_small_preview_is_for_its_page(lines: int, scrolls: bool, shown: int) -> None:
    """In fewer than 12 lines one of them says who it is; in more a page that scrolls has all that is known above it."""
    session = one("api")._replace(cold=90_000, tasks=Tasks(1, 2))
    found = page_header.top(session, NOW, "why", 80, lines, HOME, Paint(False), scrolls=scrolls)
    whole = page_header.top(session, NOW, "why", 80, 0, HOME, Paint(False))

    assert found == [*whole[: shown + 1], *([] if shown == 1 else [""])]


@pytest.mark.parametrize("name", PAGES)
def test_the_strip_shows_where_you_are_without_colour(name: str) -> None:
    """All pages with this one in brackets and the key; at any width this one."""
    shown = {columns: page_header.strip(name, columns, Paint(False)) for columns in range(30, 201)}

    assert all(f"[{name}]" in line and "ctrl-p" in line for columns, line in shown.items() if columns not in range(47, 56))
    assert all(f"[{name}]" in line for line in shown.values())
    assert [name] == re.findall(r"\[(\w+)\]", shown[200])
    assert list(PAGES) == re.findall(r"\w+", shown[47])


@pytest.mark.parametrize("columns", [40, 62, 120])
def test_the_keys_fit_and_nothing_is_cut(columns: int) -> None:
    """Under `?` each description is there whole, below its key."""
    found = keymap.explained(keymap.bound(KEYS, {}))

    lines = rows.explained(found, columns, Paint(False))

    assert too_wide(lines, columns) == []
    whole = " ".join(" ".join(lines).split())
    assert [what for _, what in found if what not in whole] == []
