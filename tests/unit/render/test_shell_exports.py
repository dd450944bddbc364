"""What the shells read: words of ours in the prompt, names that mean one session in the completion."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cst.model import NEEDS_YOU, STATES, Place, Session
from cst.render import shell_exports

NOW = 1_795_186_800.0


def session(number: int = 1, state: str = "idle", **more: Any) -> Session:
    given: dict[str, Any] = {"key": f"{number}.7", "id": f"id-{number}", "pid": number, "state": state, "since": NOW - 60, "because": "x", "rule": "r",
             "needs_you": state in NEEDS_YOU, "cwd": "/home/u/web"}  # fmt: skip
    return Session(**{**given, **more})


@pytest.mark.parametrize(
    ("states", "text"),
    [
        ([], ""), (["idle"], ""), (["done"], " 1 needs you: done"), (["permission", "done", "working"], " 2 need you: permission"),
        (["working", "background", "unknown"], " 2 working, 1 unknown"), (["ended"], ""),
    ],
)  # fmt: skip
def test_prompt(states: list[str], text: str) -> None:
    """Those that need you and the most urgent state, else what works; nothing where all is quiet."""
    sessions = [session(n, state) for n, state in enumerate(states, 1)]

    assert f"1795186860 60{text}\n500 560 a-1\n" == shell_exports.prompt(sessions, NOW, 500.9, "a-1")


@pytest.mark.parametrize(("uptime", "boot"), [(0.0, "a-1"), (500.0, ""), (0.0, "")])
def test_an_uptime_that_is_not_known(uptime: float, boot: str) -> None:
    """Then there is no second line, and fish goes by the age of the file."""
    assert shell_exports.prompt([], NOW, uptime, boot) == "1795186860 60\n"


@pytest.mark.parametrize(("refresh", "lasts"), [(0.0, 60), (5.0, 60), (30.0, 60), (60.0, 90), (300.0, 330), (1e9, 86430)])
def test_a_slow_status_line_is_believed_for_longer(refresh: float, lasts: int) -> None:
    """Until the next look has come, for whoever spares a battery.

    Bug shown: with status-interval over 60 the prompt was empty in between.
    """
    assert shell_exports.prompt([], NOW, 500.0, "a-1", refresh) == f"{int(NOW) + lasts} {lasts}\n500 {500 + lasts} a-1\n"


@given(st.lists(st.tuples(st.sampled_from(STATES), st.text(), st.text())))
def test_the_prompt_has_nothing_of_a_session(drawn: list[tuple[str, str, str]]) -> None:
    """Whatever sessions are called: digits, our words, and nothing that a shell would expand."""
    sessions = [session(n, state, name=name, title=name, cwd=cwd) for n, (state, name, cwd) in enumerate(drawn, 1)]

    assert re.fullmatch(r"\d+ 60( [a-z0-9:, ]+)?\n500 560 a-1\n", shell_exports.prompt(sessions, NOW, 500.0, "a-1"))


def test_names() -> None:
    """The name where there is one, else the pid; with state and project, in the order given."""
    sessions = [session(1, "permission", name="my api"), session(2, "working"), session(3, "ended", pid=None, name="old")]

    assert shell_exports.names(sessions) == "my api\tpermission · web\n2\tworking · web\n"


@pytest.mark.parametrize("name", ["-n", "4711", "a\tb", "a\nb", " a", "a\x1b[31m", ""])
def test_a_name_that_would_not_be_understood(name: str) -> None:
    """What looks like an option or a pid, or cannot be shown as it is, is offered by its pid."""
    assert shell_exports.names([session(9, name=name)]).startswith("9\t")


def test_a_name_of_two() -> None:
    """A name that two sessions share names neither: each is offered by its place, one without by its pid.

    Bug shown: bash, which shows no descriptions, offered bare pids.
    """
    places = [Place("/tmp/s", "p", "1", f"%{n}", f"p:1.{n}", "") for n in (1, 2)]
    fleet = [session(1, name="x", place=places[0]), session(2, name="x", place=places[1]), session(3, name="x"), session(4, name="y")]

    assert shell_exports.names(fleet) == (
        "p:1.1\tidle · x · web\np:1.2\tidle · x · web\n3\tidle · x · web\ny\tidle · web\n"
    )


def test_a_place_of_two() -> None:
    """Two servers may have one of the same name."""
    places = [Place(f"/tmp/{n}", "p", "1", "%1", "p:1.0", "") for n in (1, 2)]
    fleet = [session(1, name="x", place=places[0]), session(2, name="x", place=places[1])]

    assert [line.split("\t")[0] for line in shell_exports.names(fleet).splitlines()] == ["1", "2"]


@pytest.mark.parametrize("other", [{"title": "x"}, {"id": "x"}, {"cwd": "/home/u/x"}, {"pid": None, "name": "x"}])
def test_a_name_that_says_another_session_too(other: dict[str, Any]) -> None:
    """`find` goes by titles, ids and labels as well, and of ended ones: such a name would be refused as ambiguous.

    Bug shown: only names were compared.
    """
    assert shell_exports.names([session(1, name="x"), session(2, **other)]).startswith("1\t")


@given(st.lists(st.tuples(st.text(), st.text())))
def test_a_line_for_each(drawn: list[tuple[str, str]]) -> None:
    """One line and one tab for each session, whatever is in it."""
    text = shell_exports.names([session(n, name=name, cwd=cwd) for n, (name, cwd) in enumerate(drawn, 1)])

    assert [line.count("\t") for line in text.split("\n")[:-1]] == [1] * len(drawn)


def test_tags() -> None:
    """Each tag once, sorted."""
    assert shell_exports.tags([session(1, tags=("b", "a")), session(2, tags=("b",))]) == "a\nb\n"
