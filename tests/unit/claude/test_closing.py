"""Whether a transcript was closed, by what stands behind its last answer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cst.claude import closing
from tests.testing import called, said, typed, write_transcript

COST = {"type": "cost-state", "sessionId": "x", "totalCostUSD": 0.03}
MODE = {"type": "permission-mode", "permissionMode": "default"}
OLD = {**said("yes"), "version": "2.1.200"}


@pytest.mark.parametrize(
    ("lines", "closed"),
    [
        ([typed("x"), said("y"), MODE, COST, MODE], True),
        ([typed("x"), said("y"), MODE], False),
        ([typed("x"), said("y"), COST, typed("and"), called("Bash", {})], False),  # resumed since
        ([typed("x"), OLD], None),
        ([typed("x"), OLD, COST], True),
        ([MODE], None),
        ([], None),
    ],
)
def test_closed(tmp_path: Path, lines: list[dict[str, Any]], closed: bool | None) -> None:
    """Old clients never close theirs."""
    assert closing.ends_in_order(str(write_transcript(tmp_path, lines))) is closed
