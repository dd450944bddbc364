"""The table fits every width and loses its least important columns first."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cst.model import STATES, Place, Session, Transcript, Want
from cst.render import cells, rows, table
from cst.render.paint import Paint, looks
from cst.text import width
from tests.unit.render.golden import seen
from tests.unit.test_text import HOSTILE, acts

NOW = 1_795_200_000.0
WIDTHS = (40, 60, 80, 120, 200)
_SGR = re.compile(r"\x1b\[[0-9;]*m")


@st.composite
def _hostile_sessions(draw: st.DrawFn) -> list[Session]:
    texts = st.one_of(HOSTILE, st.sampled_from(["", "x" * 4000, "漢" * 300]))
    found = []
    for number in range(draw(st.integers(1, 3))):
        state, since = draw(st.sampled_from(STATES)), draw(st.sampled_from([0.0, 1.0, NOW - 5, NOW + 1e6]))
        session = Session(
            f"{number}.1", "", number, state, since, draw(texts), "rule", needs_you=draw(st.booleans()),
            wants=draw(st.one_of(st.none(), st.builds(Want, texts, texts))), name=draw(texts), title=draw(texts),
            cwd=draw(texts), branch=draw(texts), tokens=draw(st.sampled_from([None, 0, 999, 10**6, 10**12])),
            last_prompt=draw(texts), last_words=draw(texts),
            place=draw(st.one_of(st.none(), st.builds(Place, texts, texts, texts, texts, texts, texts))),
        )  # fmt: skip
        found.append(session)
    return found


@settings(max_examples=40)
@given(_hostile_sessions(), st.sampled_from(WIDTHS), st.booleans())
def test_every_line_fits(sessions: list[Session], columns: int, color: bool) -> None:
    """No line is wider than the terminal, whatever the sessions are called, and only colour acts."""
    lines = [_SGR.sub("", line) for line in table.table(sessions, NOW, columns, Paint(color))]

    assert len(sessions) + 1 == len(lines)
    assert [line for line in lines if width(line) > columns or acts(line)] == []


@settings(max_examples=40)
@given(_hostile_sessions(), st.sampled_from(WIDTHS), st.booleans(), st.sampled_from(["dark", "light", "16", "none"]))
def test_a_row_begins_with_its_key(sessions: list[Session], columns: int, tall: bool, theme: str) -> None:
    """Every row has one tab, behind the key, and as many lines as it should; only colour acts in it."""
    listed = [(session, news) for session, news in zip(sessions, ["", "new", "gone"] * len(sessions), strict=False)]

    items = rows.rows(listed, NOW, columns, Paint(True, theme), tall, 200_000)

    assert ["-", *(s.key for s in sessions)] == [item.split("\t")[0] for item in items]
    assert [item for item in items if item.count("\t") != 1] == []
    assert [int(tall)] * len(sessions) == [item.count("\n") for item in items[1:]]
    assert [line for item in items for line in item.split("\t")[1].split("\n") if acts(_SGR.sub("", line))] == []


@settings(max_examples=40)
@given(_hostile_sessions(), st.sampled_from(range(60, 250, 7)))
def test_a_row_fills_its_columns(sessions: list[Session], columns: int) -> None:
    """What is seen of a row is exactly as wide as the list; what the search finds besides begins right behind."""
    listed = [(session, "") for session in sessions]

    items = [item.split("\t")[1] for item in rows.rows(listed, NOW, columns, Paint(False), False, 200_000)]

    seen_part = [_first(item, columns) for item in items[1:]]
    assert {columns} >= {width(part) for part in seen_part}
    assert [item[len(part) : len(part) + 4] for item, part in zip(items[1:], seen_part, strict=True)] == ["    "] * len(sessions)


def _first(text: str, columns: int) -> str:
    """As much of a text as fits into so many columns."""
    return next((text[:i] for i in range(len(text) + 1) if width(text[: i + 1]) > columns), text)


@settings(max_examples=60)
@given(_hostile_sessions(), st.integers(6, 60), st.booleans())
def test_every_line_fits_a_phone(sessions: list[Session], columns: int, color: bool) -> None:
    """Below 30 columns too, in the table and in the picker's list.

    Bug shown: a table of 30 columns on a terminal of 20.
    """
    lines = [_SGR.sub("", line) for line in table.table(sessions, NOW, columns, Paint(color))]
    items = [_SGR.sub("", item.split("\t")[1]) for item in rows.rows([(s, "") for s in sessions], NOW, columns, Paint(color), False, 200_000)]

    assert [line for line in lines if width(line) > columns] == []
    assert [item for item in items[1:] if not item[len(_first(item, columns)) :].startswith("    ")] == []


@pytest.mark.parametrize(
    ("columns", "line"),
    [
        (30, "! permission     1m  document…"), (24, "! permission  documen…"), (20, "! permiss…  documen…"),
        (12, "! per…  doc…"), (8, "!…  doc…"),
    ],
)
def test_what_stays_on_a_narrow_screen(columns: int, line: str) -> None:
    """Who, and what state it is in: how long it waits goes first."""
    session = Session("1.1", "", 1, "permission", NOW - 60, "", "", True, cwd="/src/documentation")

    assert table.table([session], NOW, columns, Paint(False))[1] == line


@pytest.mark.parametrize("columns", [30, 35, 40, 46, 52, 60, 70])
def test_no_column_is_squeezed_to_nothing(columns: int) -> None:
    """What a session wants has room for two words or is not there; then the name has that room.

    Bug shown: on 40 columns it was `B…`.
    """
    session = Session("1.1", "", 1, "permission", NOW - 60, "", "", True, cwd="/src/documentation-of-it-all", wants=Want("Bash", "rm -rf build"))
    lines = [table.table([session], NOW, columns, Paint(False))[1], rows.rows([(session, "")], NOW, columns, Paint(False))[1]]

    for line in lines:
        wanted = line.partition("    /src")[0].partition("Bash")[2]
        assert not wanted or len("Bash" + wanted) >= 12
        assert wanted or "documentation-o" in line or columns < 40


def test_a_long_note_leaves_room() -> None:
    """What is asked stays to be seen behind it.

    Bug shown: a long note of a pin was all that the column showed.
    """
    session = Session("1.1", "", 1, "permission", NOW - 60, "", "", True, cwd="/src/api", wants=Want("Bash", "rm -rf build"), note="wait for the review " * 4)

    assert "(wait for the re…) Bash: rm -rf build" in table.table([session], NOW, 80, Paint(False))[1]
    assert "(wait for the re…) Bash: rm -" in rows.rows([(session, "")], NOW, 80, Paint(False))[1]


def test_columns_leave_in_order() -> None:
    """Where it gets narrow, first the branch leaves, then the context, then the place; never the rest."""
    leaving = []
    for columns in range(200, 39, -1):
        head = table.table(seen()[1], NOW, columns, Paint(False))[0]
        leaving += [name for name in ("BRANCH", "CTX", "PLACE") if name not in head and name not in leaving]

    assert leaving == ["BRANCH", "CTX", "PLACE"]
    assert head.split()[:3] == ["STATE", "SINCE", "SESSION"]


def test_what_it_wants_keeps_its_room() -> None:
    """From 60 columns on, what a session wants has 20 columns or more."""
    found = [table.table(seen()[1], NOW, columns, Paint(False)) for columns in WIDTHS[1:]]

    assert ["Bash: rm -rf build &" in lines[1] for lines in found] == [True] * 4


def test_an_empty_column_is_not_shown() -> None:
    """A column that no session fills is left out."""
    [session] = [s for s in seen()[1] if s.cwd.endswith("/old")]
    head = table.table([session], NOW, 200, Paint(False))[0]

    assert head.split() == ["STATE", "SINCE", "SESSION", "WHAT", "IT", "WANTS", "OR", "DOES", "PLACE"]


def test_without_colour() -> None:
    """Without colour there is no escape sequence, and the state is still there as glyph and word."""
    lines = table.table(seen()[1], NOW, 120, Paint(False))

    assert [line for line in lines if "\x1b" in line] == []
    assert [f"{looks(s.state)[0]} {s.state}" for s in seen()[1]] == [" ".join(line.split()[:2]) for line in lines[1:]]


@pytest.mark.parametrize("columns", WIDTHS)
def test_colour_changes_no_letter(columns: int) -> None:
    """With colour the same letters stand in the same columns."""
    plain = table.table(seen()[1], NOW, columns, Paint(False))
    color = [_SGR.sub("", line).rstrip() for line in table.table(seen()[1], NOW, columns, Paint(True))]

    assert plain == color


def test_colour_is_reset() -> None:
    """Each line that sets a colour ends without one."""
    lines = [line for line in table.table(seen()[1], NOW, 120, Paint(True)) if "\x1b" in line]

    assert len(seen()[1]) + 1 == len(lines)
    assert [line for line in lines if _SGR.findall(line)[-1] != "\x1b[0m"] == []


def _twin(number: int, location: str = "", **more: object) -> Session:
    place = Place("/tmp/s", "p", "1", f"%{number}", location, "") if location else None
    values: dict[str, object] = {"name": "alpha", "cwd": "/w/alpha", "tokens": 1000, "branch": "a-branch", "place": place, **more}
    return Session(f"{number}.1", f"{number}0000000-0000", number, "idle", NOW - 60, "", "", last_words="so it is", **values)  # type: ignore[arg-type]


@pytest.mark.parametrize("columns", [40, 60, 80, 120, 0])
def test_what_tells_two_apart_does_not_leave(columns: int) -> None:
    """Of sessions with one name the place stays, of one that is in no pane the beginning of its id, at any width.

    Bug shown: at 80 columns the place left, the only column that differed.
    """
    fleet = [_twin(1, "p1:0.0"), _twin(2, "p2:0.0"), _twin(3)]
    lines = table.table(fleet, NOW, columns, Paint(False))

    assert [word in line for word, line in zip(("p1:0.0", "p2:0.0", "3000"), lines[1:], strict=True)] == [True] * 3


def test_names_that_differ_need_no_place() -> None:
    """There it leaves as before."""
    lines = table.table([_twin(1, "p1:0.0"), _twin(2, "p2:0.0", name="beta")], NOW, 40, Paint(False))

    assert "p1:0.0" not in lines[1]


def test_an_ended_session_has_what_resume_takes() -> None:
    """The beginning of its id. Bug shown: `ls --all` had nothing to give to `cst resume`."""
    head, line = table.table([_twin(1)._replace(state="ended", pid=None)], NOW, 120, Paint(False))

    assert head.endswith("PLACE OR ID")
    assert line.endswith("10000000")


def test_only_the_columns_that_are_wanted() -> None:
    """The place is shown all the same where it tells two sessions apart."""
    place = Place("/s", "$1", "@1", "%1", "w:0.0", "=$1:@1.%1")
    one = Session("1.1", "", 1, "idle", NOW - 60, "", "", name="api", branch="main", place=place)
    alone = table.table([one], NOW, 120, Paint(False), ["since"])
    twins = table.table([one, one._replace(key="2.2")], NOW, 120, Paint(False), ["since"])

    assert alone[0].split() == ["SINCE", "SESSION", "WHAT", "IT", "WANTS", "OR", "DOES"]
    assert twins[0].endswith("PLACE")


@pytest.mark.parametrize(("columns", "branch"), [
    (200, "feature/a-branch-with-a-long… shared #12"), (100, "feature/a-br… shared #12"),
])  # fmt: skip
def test_what_stands_behind_a_branch_is_not_cut(columns: int, branch: str) -> None:
    """However wide its column is."""
    one = Session("1.1", "", 1, "done", NOW, "", "finished", name="api", branch="feature/a-branch-with-a-long-name", shared="/x",
                  last_words="It is done. " * 20, transcript=Transcript("/x", pr=12))  # fmt: skip
    [_, line] = table.table([one], NOW, columns, Paint(False))

    assert f"  {branch}  " in line


def test_a_branch_without_room() -> None:
    """The number of a long one stays, and `shared` goes before it is cut."""
    one = Session("1.1", "", 1, "done", NOW, "", "finished", branch="main", shared="/x", transcript=Transcript("/x", pr=123456))

    assert [cells.branch(one, most) for most in (30, 16, 14)] == ["main shared #123456", "… shared #123456", "main #123456"]
