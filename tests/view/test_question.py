"""What is said before a session is ended."""

from __future__ import annotations

import pytest

from cst.model import NO_REPOSITORY, Change, Changes
from cst.view import question

CLEAN, NONE, LATE = Changes(branch="main"), Changes(problem=NO_REPOSITORY), Changes(problem="git took too long")
TWO = Changes(files=(Change("a", "M", " "), Change("b", "?", "?")))


@pytest.mark.parametrize(
    ("folders", "said"),
    [
        ([], ""),
        ([CLEAN, NONE], ""),
        ([TWO], "2 uncommitted files"),
        ([Changes(files=TWO.files[:1])], "1 uncommitted file"),
        ([LATE], "uncommitted files unknown (git took too long)"),
        ([TWO, LATE, CLEAN], "2 uncommitted files, uncommitted files unknown (git took too long)"),
    ],
)
def test_what_would_be_lost(folders: list[Changes], said: str) -> None:
    """What git cannot tell is not told as nothing."""
    assert question.lost(folders) == said
