"""Whether a transcript may repeat its parent's."""

from __future__ import annotations

from pathlib import Path

import pytest

from cst.claude import forks
from tests.testing import NOW, jsonl, said, stamp, typed

BEGUN = {"type": "queue-operation", "timestamp": stamp(NOW - 31)}


def snapshot(at: float) -> dict[str, object]:
    """The line that tells when a file was begun."""
    return {"type": "file-history-snapshot", "snapshot": {"timestamp": stamp(at)}}


@pytest.mark.parametrize(("lines", "may"), [
    ([snapshot(NOW - 30.5), typed("go", NOW - 31)], False), ([BEGUN, typed("go", NOW - 30)], False),
    ([snapshot(NOW - 31), snapshot(NOW - 5), typed("go", NOW - 30), said("done", NOW - 20)], True),
    ([{"type": "mode"}, typed("go", NOW - 30)], True), ([b"{", BEGUN, typed("go", NOW - 30)], False), ([], True),
    ([{"type": "file-history-snapshot", "snapshot": 7}, typed("go", NOW - 30)], True),
    ([snapshot(NOW - 30.5), typed("go", NOW - 31), said("done", NOW - 30.7)], True),
    ([snapshot(NOW - 30.5), typed("go", NOW - 31), said("done", NOW - 30)], False),
    ([{**typed("go", NOW - 30), "forkedFrom": {}}, BEGUN], False), ([BEGUN, {**typed("go", NOW - 60), "forkedFrom": {}}], True),
])  # fmt: skip
def test_what_stands_before_the_first_message(tmp_path: Path, lines: list[dict[str, object]], may: bool) -> None:
    """A later moment: the message is a copy, and the account goes on from its parent's; a moment later only, where the
    answer is older, too. No moment: nobody can tell, or `/branch` made it, and its account is its own."""
    (tmp_path / "t").write_bytes(jsonl(lines))

    assert forks.inherits(str(tmp_path / "t")) == may


def test_a_file_that_is_gone(tmp_path: Path) -> None:
    """Tells nothing."""
    assert forks.inherits(str(tmp_path / "gone"))
