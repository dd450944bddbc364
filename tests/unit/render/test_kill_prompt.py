"""What is said before a session is ended."""

from __future__ import annotations

import pytest

from cst.changes import NO_REPOSITORY, Change, Changes
from cst.model import Session
from cst.render import kill_prompt
from cst.render.paint import Paint
from cst.text import width
from tests.testing import NOW

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
    assert kill_prompt.lost(folders) == said
    assert kill_prompt.lost(folders, 2) == ", ".join(filter(None, ("2 queued prompts", said)))


def test_what_runs_is_named() -> None:
    """Each command with how long it has run, of many the two that have run longest; a text of several lines is one."""
    one = [("npm run dev", 1620.0)]
    many = [("sleep 9", 3.0), *one, ("cat <<'E'\n" + "x" * 80, 90.0), ("", 1.0)]

    assert kill_prompt.lost([TWO], 1, one) == "1 queued prompt, 1 running command (npm run dev, 27m), 2 uncommitted files"
    assert kill_prompt.lost([], 0, many) == f"4 running commands (npm run dev, 27m; cat <<'E' {'x' * 29}…, 1m; …)"
    assert kill_prompt.lost([], 0, [("", 1.0)]) == "1 running command (not known, 1s)"


@pytest.mark.parametrize("columns", [30, 60, 120])
def test_several_are_all_named(columns: int) -> None:
    """Each on a line of its own with its state, whatever the width. Bug shown: of five three were named."""
    some = [Session(f"{i}.2", f"id{i}", i, "working", NOW - 60, "", "", name=f"api{i}", last_prompt="Mend it " * 20) for i in range(9)]
    lines = kill_prompt.all_of(some, [""] * 9, NOW, columns, Paint(False))

    assert [f"api{i}" in line and "working 1m" in line for i, line in enumerate(lines[1:])] == [True] * 9
    some[0] = some[0]._replace(since=NOW - 3000)
    assert len({line.find("api") for line in kill_prompt.all_of(some, [""] * 9, NOW, 99, Paint(False))[1:]}) == 1
    assert max(map(width, lines)) <= columns


def test_what_each_would_lose() -> None:
    """Of several it is said with each, in the question and on the page: before what it does, which may be cut. Bug
    shown: `End 3 sessions? 5 uncommitted files`, and whose they were was left to guess."""
    some = [Session(f"{i}.2", f"id{i}", i, "idle", NOW - 60, "", "", name=name) for i, name in enumerate(("api", "web"), 1)]
    who, each = kill_prompt.several(some, NOW, "2 uncommitted files", 120, ["2 uncommitted files", ""])
    page = kill_prompt.all_of(some, ["2 uncommitted files", ""], NOW, 120, Paint(False))

    assert (who, each) == ("End 2 sessions? 2 uncommitted files", "  api (idle, 2 uncommitted files), web (idle)")
    assert [line.rstrip().endswith("(pid 1) · 2 uncommitted files") for line in page[1:]] == [True, False]


@pytest.mark.parametrize("columns", [40, 60, 74, 120])
def test_what_would_be_lost_is_what_stays(columns: int) -> None:
    """In a narrow picker it is the prompt that is cut. Bug shown: at 80 columns nobody read of the files."""
    busy = Session("1.2", "id", 1, "working", NOW - 60, "", "", name="api", last_prompt="Mend the parser " * 9)
    who, about = kill_prompt.several([busy], NOW, "3 uncommitted files", columns)

    assert who == "End api (pid 1)?"
    assert about.startswith("  working for 1m")
    assert about.endswith(" · 3 uncommitted files")
    assert width(about) <= columns
