"""Values are immutable records; the small words about them."""

from __future__ import annotations

import pytest

from cst.model import (
    STATES,
    CstError,
    Process,
    Record,
    Session,
    is_session_id,
    label,
    project,
)  # fmt: skip
from cst.text import age
from cst.wording import tool_detail


def test_defaults_are_not_shared_by_mutation() -> None:
    """No default of the nouns is a list that one value could change for all."""
    kinds = (Record(1), Process(1, "2"))
    shared = [f for value in kinds for f in value._fields if isinstance(getattr(value, f), (list, set))]

    assert shared == []


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(-5, "0s"), (0, "0s"), (59.9, "59s"), (60, "1m"), (3599, "59m"), (3600, "1h"), (86399, "23h"), (86400, "1d"), (9e7, "1041d"), (1.79e9, "?")],
)
def test_an_age_has_one_unit(seconds: float, words: str) -> None:
    """An age is told in the largest unit that it fills."""
    assert words == age(seconds)


@pytest.mark.parametrize(
    ("cwd", "name"),
    [
        ("/home/u/alpha", "alpha"), ("/home/u/alpha/", "alpha"), ("/", "/"), ("", ""), ("alpha", "alpha"),
        ("/home/u/alpha/.claude/worktrees/feature-x", "alpha"), ("/home/u/alpha/.claude/worktrees/x/src", "alpha"),
    ],
)
def test_a_project_is_the_last_part_of_its_folder(cwd: str, name: str) -> None:
    """The root is called by its own name; a worktree of `claude --worktree` by its repository's, the branch tells more.

    Bug shown: the row of a worktree did not say whose it is.
    """
    assert name == project(cwd)


def test_a_session_is_always_called_something() -> None:
    """Its name, else its title, else its folder, else its id, else its key."""
    bare = Session("4711.0", "", 4711, "idle", 0.0, "", "")
    steps = [bare, bare._replace(id="11111111-2222"), bare._replace(cwd="/a/b"), bare._replace(cwd="/a/b", title="t"),
             bare._replace(cwd="/a/b", title="t", name="n")]  # fmt: skip

    assert [label(session) for session in steps] == ["4711.0", "11111111", "b", "t", "n"]


@pytest.mark.parametrize(
    ("tool", "given", "detail"),
    [
        ("Bash", {"description": "list", "command": "ls"}, "ls"),
        ("Edit", {"file_path": "/a", "old_string": "x"}, "/a"),
        ("AskUserQuestion", {"questions": [{"question": "Which?"}, {"question": "Why?"}]}, "Which?"),
        ("AskUserQuestion", {"questions": "none"}, ""),
        ("AskUserQuestion", {"questions": [7]}, ""),
        ("ExitPlanMode", {"plan": "\n# \n## The plan\nstep"}, "The plan"),
        ("ExitPlanMode", {}, ""),
        ("mcp__x__y", {"n": 1, "text": "first string"}, "first string"),
        ("Bash", {"command": 7}, ""),
        ("Bash", ["ls"], ""),
        ("Bash", None, ""),
    ],
)
def test_a_tool_call_is_told_by_its_subject(tool: str, given: object, detail: str) -> None:
    """The command, the file, the question; for a tool that is not known, the first text of its input."""
    assert detail == tool_detail(tool, given)


def test_every_state_has_one_place_in_the_order() -> None:
    """No state stands twice in the order of urgency."""
    assert 19 == len(STATES) == len(set(STATES))


def test_an_error_has_a_remedy() -> None:
    """The sentence is made of the two, which nobody has to take apart again."""
    error = CstError("cannot read a; b", "fix it", sent=False)

    assert (str(error), error.what, error.remedy, error.sent) == ("cannot read a; b; fix it", "cannot read a; b", "fix it", False)
    assert (str(CstError("it is so")), CstError("it is so").remedy, CstError("it is so").sent) == ("it is so", "", None)


def test_the_key_of_a_record() -> None:
    """Pid and start time, 0 where the client wrote none."""
    assert (Record(7, "12").key, Record(7).key) == ("7.12", "7.0")


@pytest.mark.parametrize(
    ("text", "yes"),
    [
        ("01234567-89ab-cdef-0123-456789abcdef", True), ("01234567-89AB-cdef-0123-456789abcdef", False),
        ("0123", False), ("", False), ("g" * 36, False), ("../../../../../../../../../../etc/pass", False),
    ],
)  # fmt: skip
def test_a_session_id(text: str, yes: bool) -> None:
    """36 hex digits and dashes: nothing that could lead elsewhere."""
    assert is_session_id(text) == yes
