"""A conversation, at every size."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from cst.model import Turn
from cst.render import conversation
from cst.render.paint import Paint
from tests.unit.core.loader import NOW
from tests.unit.render.pages import COLUMNS, PAINTS, too_wide
from tests.unit.test_text import HOSTILE

_TURNS = st.lists(
    st.builds(Turn, who=st.one_of(st.sampled_from(["you", "claude"]), HOSTILE), text=st.one_of(
        HOSTILE, st.lists(HOSTILE, max_size=5).map("\n    ".join)), at=st.just(NOW - 60)), max_size=8)  # fmt: skip


@given(_TURNS, COLUMNS, st.integers(1, 60), PAINTS)
@example([Turn("claude", "word " * 500, NOW)], 30, 3, Paint(False))
def test_a_conversation_fits_both_ways(turns: list[Turn], columns: int, lines: int, paint: Paint) -> None:
    """Never over the width and never over the height; what fits is the end."""
    found = conversation.page(turns, NOW, columns, lines, paint)
    whole = conversation.page(turns, NOW, columns, 0, paint)

    assert too_wide(found, columns) == []
    assert len(found) <= lines
    assert found == whole or found[1:] == whole[len(whole) - lines + 1 :]
