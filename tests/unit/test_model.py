"""Values are immutable records; the small words about them."""

from __future__ import annotations

from typing import Any

import pytest

from cst.model import (
    STATES,
    CstError,
    Process,
    Record,
    Session,
    Value,
    is_session_id,
    label,
    project,
)  # fmt: skip
from cst.text import age
from cst.wording import tool_detail


class Point(Value):
    """A value of two fields."""

    x: int
    y: int = 7


def test_a_field_has_its_default() -> None:
    """A field that is not given has the default of the class; fields are given by place or by name."""
    assert (Point(1).x, Point(1).y, Point(x=1, y=3).y) == (1, 7, 3)


def test_a_value_is_immutable() -> None:
    """A field of a value cannot be set."""
    point = Point(1)
    with pytest.raises(AttributeError, match="Point is immutable"):
        point.x = 2  # type: ignore[misc]

    assert point.x == 1


def test_a_replaced_field_makes_another_value() -> None:
    """`_replace` leaves the old value as it is."""
    point = Point(1)
    other = point._replace(y=9)

    assert ((point.x, point.y), (other.x, other.y)) == ((1, 7), (1, 9))


def test_values_are_equal_by_their_fields_and_type() -> None:
    """Two values are equal if they are of one type and their fields are equal, defaults included."""

    class Place(Value):
        x: int
        y: int = 7

    assert Point(1) == Point(1, 7)
    assert Point(1) != Point(2)
    assert Point(1) != Place(1)  # type: ignore[comparison-overlap]
    assert Point(1) != (1, 7)


@pytest.mark.parametrize("given", [{"z": 1}, {"x": 1, "z": 1}])
def test_a_wrong_field_is_an_error(given: dict[str, Any]) -> None:
    """A field that the class does not declare is refused, in `_replace` too."""
    with pytest.raises(TypeError, match="Point misses these fields, or has no such fields"):
        Point(**given)
    with pytest.raises(TypeError, match="Point misses these fields, or has no such fields"):
        Point(1)._replace(z=1)  # type: ignore[call-arg]


def test_too_many_values_are_an_error() -> None:
    """More values than fields are refused."""
    with pytest.raises(TypeError):
        Point(1, 2, 3)  # type: ignore[call-arg]


def test_a_missing_field_is_an_error() -> None:
    """A field without a default has to be given."""
    with pytest.raises((TypeError, AttributeError), match="x"):
        Point(y=1)  # type: ignore[call-arg]


def test_a_value_shows_its_fields() -> None:
    """The repr of a value is how it is made."""
    assert (repr(Point(1)), Point(1)._asdict()) == ("Point(x=1, y=7)", {"x": 1, "y": 7})


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
