"""The rows of the picker: a hidden first column with the key, then what you see. Written and read nowhere else."""

from __future__ import annotations

from cst.view.paint import Paint
from cst.view.table import table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cst.model import Session


def rows(sessions: Sequence[Session], now: float, columns: int, color: bool) -> list[str]:
    """One line for each session, `key TAB visible`, after one for the column heads."""
    head, *lines = table(sessions, now, columns, Paint(color))
    return ["-\t" + head] + [f"{session.key}\t{line}" for session, line in zip(sessions, lines, strict=True)]
