"""What a session wants, does or said last, as one line."""

from __future__ import annotations

from cst.core.naming import in_row
from cst.model import Session, Want
from cst.render.activity import what

NOW = 1_800_000_000.0
FRESH = Session("41.1", "x", 41, "idle", NOW - 5, "", "fresh", name="from inside", title="from inside", cwd="/a/alpha")


def test_a_name_is_told_once() -> None:
    """/rename writes a title too. Bug shown: the row of a session that was not prompted yet had its name twice."""
    assert (in_row(FRESH), what(FRESH, NOW)) == ("from inside (alpha)", "")
    assert what(FRESH._replace(title="Fix the build"), NOW) == "Fix the build"


def test_what_it_wants_comes_before_what_it_said() -> None:
    """A tool that asks is named; a question speaks for itself."""
    asks = FRESH._replace(state="permission", last_words="Shall I?", wants=Want("Bash", "rm -rf build"))

    assert what(asks, NOW) == "Bash: rm -rf build"
    assert what(asks._replace(wants=Want("AskUserQuestion", "Which port?")), NOW) == "Which port?"
    assert what(asks._replace(wants=None, state="done"), NOW) == "Shall I?"


def test_who_works_shows_its_prompt() -> None:
    """Its last words are of the turn before; of a state that is not known the reason is told."""
    works = FRESH._replace(state="working", last_words="All done.", last_prompt="run the tests")

    assert what(works, NOW) == "run the tests"
    assert what(works._replace(state="unknown", because="its transcript cannot be read"), NOW) == "its transcript cannot be read"
