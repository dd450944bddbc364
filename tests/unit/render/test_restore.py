"""The list of `cst restore`: what is said of each session."""

from __future__ import annotations

from typing import Any

import pytest

from cst.model import Session
from cst.render import restore
from cst.render.paint import Paint
from tests.testing import ID, NOW


def _lines(ago: float, how: str = "lost", wrong: str = "", tasks: tuple[str, ...] = (), **more: Any) -> list[str]:
    session = Session(ID, ID, None, "ended", NOW - ago, "", "ended", name="api", cwd="/home/u/proj", **more)
    row = restore.Row(session, how, "it is gone", NOW - ago, "work:1 a\x1b[31mpi", wrong, tasks)
    return restore.table([row], NOW, "/home/u", Paint(False))


def test_a_row() -> None:
    """What it is, how long ago, where; nothing of it acts on the terminal."""
    head, about = _lines(7200, tags=("keep",))

    assert head == "lost       api  last seen alive 2h ago · ~/proj · work:1 api · keep"
    assert about.strip() == "it is gone"


def test_an_end_that_was_told() -> None:
    """Is called that; of any other only the last sign of life is known. Bug shown: killed a moment ago, it said `4m ago`."""
    session = Session(ID, ID, None, "ended", NOW - 60, "", "ended", name="api", cwd="/home/u/proj")
    row = restore.Row(session, "lost", "", NOW - 60, "", "", end_seen=True)

    assert restore.table([row], NOW, "/home/u", Paint(False))[0] == "lost       api  ended 1m ago · ~/proj"


@pytest.mark.parametrize(
    ("ago", "more", "said"),
    [
        (60, {"tokens": 84_000}, "it is gone"),
        (400, {"tokens": 84_000}, "it is gone; its cache is perhaps cold: 84k tokens"),
        (4000, {"tokens": 84_000}, "it is gone; its cache is cold: 84k tokens"),
        (4000, {"tokens": 84_000, "how": "running"}, "it is gone"),
        (60, {"tasks": ("1 background shell", "2 timers")}, "it is gone; 1 background shell and 2 timers may start again with it"),
        (4000, {"tokens": 84_000, "wrong": "its folder is gone"}, "it is gone; its folder is gone"),
    ],
)
def test_what_is_to_be_known_first(ago: float, more: dict[str, Any], said: str) -> None:
    """Before it is restored."""
    assert _lines(ago, **more)[1].strip() == said


def test_how_it_stood() -> None:
    """What is still to be done in it, and the prompts that are lost, of many the first three; harmless."""
    session = Session(ID, ID, None, "ended", NOW - 60, "", "ended", name="api", cwd="/home/u/proj")
    row = restore.Row(session, "lost", "it is gone", NOW - 60, "", "", stands="cut-off", queued=("a\x1b[31mb\nc", "x" * 90))
    many = row._replace(stands="unseen", queued=tuple("abcde"))
    running = row._replace(how="running")
    said = [restore.table([one], NOW, "/home/u", Paint(False))[1].strip() for one in (row, many, running)]

    assert said == [
        f"it is gone; cut off in mid-turn; 2 queued prompts went with it: “ab c”, “{'x' * 59}…”",
        "it is gone; nobody has seen its last answer; 5 queued prompts went with it: “a”, “b”, “c” and 2 more",
        "it is gone",
    ]


@pytest.mark.parametrize(
    ("given", "withheld", "said"),
    [
        (("--model", "opus"), (), "with --model opus"),
        ((), ("--dangerously-skip-permissions", "--foo"), "without --dangerously-skip-permissions and --foo"),
        (("--add-dir", "'/a\x1b[31m b'"), ("--x",), "with --add-dir '/a b'; without --x"),
        (("--system-prompt", "w" * 900), (), "with --system-prompt " + "w" * 900),
    ],
)
def test_the_arguments(given: tuple[str, ...], withheld: tuple[str, ...], said: str) -> None:
    """All of them, before somebody says yes; none of what is not restored."""
    row = restore.Row(Session(ID, ID, None, "ended", NOW, "", "ended", name="api"), "lost", "it is gone", NOW, "", "")
    row = row._replace(arguments=given, withheld=withheld)
    refused = [row._replace(how="running"), row._replace(wrong="its folder is gone")]

    assert restore.table([row], NOW, "/home/u", Paint(False))[2].strip() == said
    assert len(restore.table(refused, NOW, "/home/u", Paint(False))) == 4


def test_how_many() -> None:
    """As `cst doctor` says it."""
    assert [restore.lost(1), restore.lost(4)] == ["1 session was lost: `cst restore`", "4 sessions were lost: `cst restore`"]
