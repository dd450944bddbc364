"""The rows of all history: exactly as wide as the columns, with all that can be searched behind."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cst.core.annotation import Annotation
from cst.model import Ended, Transcript
from cst.render.history_rows import history_rows
from cst.text import clean, width

NOW = 1_795_200_000.0
ID = "a8f6c966-1e95-4a70-afb9-329925a921c6"


def _ended(*prompts: str, **about: object) -> Ended:
    values: dict[str, object] = {"path": "/t", "mtime": NOW - 7200, "cwd": "/home/u/api", "title": "Fix the parser", **about}
    return Ended(ID, Transcript(**values), "/c", tuple(prompts))  # type: ignore[arg-type]


def _row(one: Ended, columns: int = 70, said: Annotation | None = None) -> tuple[str, str, str]:
    """Key, what is seen, what is searched."""
    [row] = history_rows([one], NOW, columns, "/home/u", False, {ID: said} if said else None)
    key, _, rest = row.partition("\t")
    return key, rest[:columns], rest[columns + 4 :]


def test_a_row() -> None:
    """When, what it was called, the last prompt; behind it title, folder, branch and each prompt once."""
    found = _row(_ended("and the tests", "make it pass", branch="main", last_prompt="make it pass"))

    assert found == (
        ID, "  2h  Fix the parser (api)          make it pass                      ",
        "Fix the parser · ~/api · main · make it pass · and the tests",
    )  # fmt: skip


def test_what_a_person_said_is_shown() -> None:
    """A name of theirs beats the title, which can still be searched; a star and tags are seen."""
    _, seen, searched = _row(_ended("x"), said=Annotation("mine", ("urgent",), True))

    assert seen == "  2h  ★ mine (api)                  #urgent x                         "
    assert searched == "mine · Fix the parser · ~/api · x"


def test_nothing_known() -> None:
    """A transcript that tells nothing has the beginning of its id for a name."""
    _, seen, searched = _row(_ended(cwd="", title="", mtime=0.0))

    assert (seen.strip(), searched) == (ID[:8], "")


ANY = st.text(alphabet=st.characters(codec=None), max_size=60)


@given(ANY, ANY, st.lists(ANY, max_size=4), st.integers(0, 120))
def test_any_text_fits_and_is_harmless(title: str, cwd: str, prompts: list[str], columns: int) -> None:
    """Whatever the sessions hold, a row is one line, its visible part as wide as asked, and nothing in it acts."""
    one = _ended(*prompts, title=title, cwd=cwd)
    [row] = history_rows([one], NOW, columns, "/home/u", False)
    key, _, rest = row.partition("\t")

    assert (key, "\t" in rest, "\n" in rest) == (ID, False, False)
    assert clean(rest, 10**6).split() == rest.split()
    assert any(width(rest[:i]) == max(columns, 6) for i in range(len(rest) + 1))


def test_a_long_conversation_is_bounded() -> None:
    """What can be searched has an end."""
    _, _, searched = _row(_ended(*(f"{n} " + "x" * 990 for n in range(100))))

    assert len(searched) == 20_000
