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


def placed(line: dict[str, object], name: str, parent: str | None) -> dict[str, object]:
    """A line that says who it is and behind whom it comes."""
    return {**line, "uuid": name, "parentUuid": parent}


def test_an_answer_that_stands_before_its_prompt(tmp_path: Path) -> None:
    """As 2.1.282 on a busy machine writes it: the file is none that may be a copy, and has the root of a copy of it,
    which has all in order.

    Bug shown: its account was not used, and of such a session and its forks a bill knew only `at least`."""
    prompt, note = placed(typed("go", NOW - 31), "a", None), placed({"type": "attachment", "timestamp": stamp(NOW - 31)}, "b", "a")
    answer, end = placed(said("done", NOW - 28), "c", "b"), placed({"type": "system", "timestamp": stamp(NOW - 27)}, "d", "c")
    more = placed(typed("more", NOW - 9), "e", "d"), placed(said("done", NOW - 8), "f", "e")
    (tmp_path / "t").write_bytes(jsonl([answer, end, {"type": "mode"}, snapshot(NOW - 30.9), prompt, note, *more]))
    (tmp_path / "branch").write_bytes(jsonl([{**line, "forkedFrom": {}} for line in (prompt, note, answer, end)]))
    first, branch = (forks.origin(str(tmp_path / name)) for name in ("t", "branch"))

    assert first == forks.Origin(NOW - 30.9, "a", copied=False)
    assert (branch.root, branch.copied, branch.branched) == ("a", True, True)


def test_a_file_that_is_gone(tmp_path: Path) -> None:
    """Tells nothing."""
    assert forks.inherits(str(tmp_path / "gone"))
