"""`cst past`: the rows of all history."""

from __future__ import annotations

from pathlib import Path

from tests.testing import ID, OTHER_ID, cst


def test_the_rows_of_all_history(claude: Path, ended: Path) -> None:
    """Newest first, with the prompts that the client's history has."""
    history = [f'{{"display":"find {name}","timestamp":1,"project":"/p","sessionId":"{session_id}"}}\n'
               for name, session_id in (("the needle", OTHER_ID), ("hay", ID))]  # fmt: skip
    (claude / "history.jsonl").write_text("".join(history))
    cst("pin", ID)
    rows = cst("past", "--width", "60", env={"NO_COLOR": "1"}).stdout.splitlines()

    assert [row.partition("\t")[0] for row in rows] == [ID, OTHER_ID]
    assert rows[0].partition("\t")[2][:60] == "  1m  ★ title of 1111 (it's)        " + "find hay".ljust(24)
    assert [("needle" in row, "hay" in row) for row in rows] == [(False, True), (True, False)]


def test_the_names_for_shells(ended: Path) -> None:
    """The beginning of each id, and what it is, as it is called."""
    cst("rename", ID, "mine")
    rows = cst("past", "--names").stdout.splitlines()

    assert rows == [f"{ID[:8]}\tmine (it's) · 1m", f"{OTHER_ID[:8]}\ttitle of 6666 (it's) · 90d"]
