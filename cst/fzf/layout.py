"""How the screen is divided between the list and the preview. Pure."""

from __future__ import annotations

from cst.value import Value

_ROWS_NEED = 122  # columns in which a row has all its parts: with fewer beside it a wide screen would show less
_LEAST_BESIDE, _MOST_BESIDE = 48, 100  # columns of a preview that is beside the list: with more, most is empty
_EDGES = 8  # columns of the cursor, the marks, the border and what is free beside it
_STACKED_FROM = 26  # lines from which there is room for it below the list, without a key
_ABOVE = 5  # lines above the rows: the header's two, the query, the rule below it, the heads
_LEAST_ROWS = 10  # that stay where the preview is below them
_ROWS_COVERED = 4  # while a question needs the preview
_LEAST_PREVIEW = 12
_PLAIN = "noinfo"  # without fzf's count of lines, 1/13: pages are cut to fit, and say how many more lines there are


class Layout(Value):
    """How the screen is divided."""

    preview: str  # fzf's --preview-window
    covered: str  # the same while a question's page needs more lines
    list_columns: int  # left for the rows
    whole: str  # --preview-window while the page of keys is shown, which takes all of a small screen


def layout(columns: int, lines: int) -> Layout:
    """The layout for a terminal of that size."""
    preview = min(columns * 40 // 100, columns - _ROWS_NEED - _EDGES, _MOST_BESIDE)
    if preview >= _LEAST_BESIDE:
        beside = f"right,{preview},border-left,{_PLAIN}"
        return Layout(beside, beside, columns - preview - _EDGES, beside)
    room = lines - _ABOVE - 1  # the border
    high = max(4, min(room - _LEAST_ROWS, max(_LEAST_PREVIEW, lines * 2 // 5)))
    hidden = ",hidden" if lines < _STACKED_FROM else ""
    covered = _below(max(high, room - _ROWS_COVERED))
    return Layout(_below(high) + hidden, covered, columns - 5, f"down,{max(4, lines - 1)},border-none,{_PLAIN}")


def _below(lines: int) -> str:
    """A preview of so many lines below the list, and the border, which fzf does not count."""
    return f"down,{lines},border-top,{_PLAIN}"
