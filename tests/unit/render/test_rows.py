"""The rows of the picker: which of several are told apart, and what the search finds. What they look like: test_screens."""

from __future__ import annotations

import re

import pytest

from cst.model import Place, Session, Transcript
from cst.render import rows
from cst.render.paint import Paint
from cst.text import width
from tests.testing import NOW


def session(key: str, name: str, place: str = "", **more: object) -> Session:
    """An idle session of that name, in a tmux session of that name."""
    at = Place("/s", "$1", "@1", "%1", f"{place}:0.0", "=$1:@1.%1") if place else None
    given = {"id": f"id-{key}", "pid": 1, "state": "idle", "because": "", "rule": "", "name": name, "place": at, **more}
    return Session(key=key, since=NOW - 60, **given)  # type: ignore[arg-type]


def shown(sessions: list[Session], columns: int) -> list[str]:
    """What is seen of each row."""
    made = rows.rows([(one, "") for one in sessions], NOW, columns, Paint(False))
    return [row.partition("\t")[2] for row in made]


@pytest.mark.parametrize("columns", [46, 52])
def test_sessions_of_one_name_are_told_apart(columns: int) -> None:
    """By their place, where there is no room for the column that shows it; others keep their name."""
    heads, first, second, other = shown([session("1.1", "alpha", "p1"), session("2.2", "alpha", "p2"), session("3.3", "web", "p3")], columns)

    assert "PLACE" not in heads
    assert "alpha @ p1:0.0" in first
    assert "alpha @ p2:0.0" in second
    assert "web @" not in other
    assert width(heads) == columns


def test_the_place_is_not_shown_twice() -> None:
    """Nor where one has none."""
    heads, *wide = shown([session("1.1", "alpha", "p1"), session("2.2", "alpha", "p2")], 200)
    narrow = shown([session("1.1", "alpha"), session("2.2", "alpha")], 60)

    assert "PLACE" in heads
    assert not any("@" in line for line in [*wide, *narrow])


def test_the_search_finds_what_needs_the_user() -> None:
    """By the word of `cst ls --needs-you`, whichever columns are shown; no word that a prompt is likely to have."""
    needs, other = (rows.found_by(session("1.1", "you", needs_you=on)) for on in (True, False))

    assert ("needs-you" in needs.split(), "needs-you" in other) == (True, False)


def test_the_search_finds_the_place() -> None:
    """Whatever the width shows: to a tmux user that name is the session's."""
    [_, line] = shown([session("1.1", "alpha", "subagent-perm")], 60)

    assert "subagent-perm:0.0" not in line[:60]
    assert "subagent-perm:0.0" in line[60:]


def test_a_name_keeps_twenty_characters() -> None:
    """At the cost of what it wants or does."""
    lines = shown([session("1.1", "renamed-by-nemo-2027", "p", last_words="x" * 99)], 60)

    assert "renamed-by-nemo-2027" in lines[1]


@pytest.mark.parametrize(("note", "words", "shown_as"), [
    ("", "", "snoozed 2h"), ("PR #1", "", "snoozed 2h: (PR #1)"), ("", "Shall I?", "snoozed 2h: Shall I?"), ("", "Shall I:", "snoozed 2h: Shall I:"),
])  # fmt: skip
def test_how_long_it_is_snoozed(note: str, words: str, shown_as: str) -> None:
    """Before what it wants, where it wants something. Bug shown: `snoozed 2h:` and nothing behind it."""
    one = session("1.1", "api", snoozed=True, snoozed_until=NOW + 7200, note=note, last_words=words)
    [_, row] = shown([one], 100)

    assert f"  {shown_as}  " in row


@pytest.mark.parametrize(("window", "bar"), [(None, "█████ 260k"), (1_000_000, "█░░░░ 26%")])
def test_the_context_is_drawn_against_what_it_holds(window: int | None, bar: str) -> None:
    """As the status line of the session was told; else against what the config says."""
    one = session("1.1", "api", tokens=260_000, transcript=Transcript("/x", window=window))
    text = rows.rows([(one, "")], NOW, 200, Paint(False), window=200_000)[1]

    assert bar in text


@pytest.mark.parametrize(("columns", "lines"), [(60, 2), (48, 2), (47, 3)])
@pytest.mark.parametrize("theme", ["none", "dark"])
def test_the_header_is_as_short_as_it_can_be(columns: int, lines: int, theme: str) -> None:
    """What happened meanwhile stands beside the summary where there is room, colours or not."""
    paint = Paint(True, theme)
    summary = paint("1;7", "2 need you") + paint.dim(" · 3 working")

    made = rows.header(summary, "since you looked: ended", [("?", "keys")], columns, paint, "")

    assert len(made) == lines
    assert ("looked" in made[0]) == (lines == 2)


@pytest.mark.parametrize(("columns", "first"), [(27, "2 need you · 日本語 working"), (26, "2 need you · 日本語 worki…"), (16, "2 need you · 日…")])
@pytest.mark.parametrize("theme", ["none", "dark"])
def test_a_summary_that_is_cut_says_so(columns: int, first: str, theme: str) -> None:
    """Colours or not. Bug shown: `permission 13m · 2 wor`."""
    paint = Paint(True, theme)
    summary = paint("1;7", "2 need you") + paint.dim(" · 日本語 working")

    made = rows.header(summary, "", [("?", "keys")], columns, paint, "")

    assert re.sub(r"\x1b\[[0-9;]*m", "", made[0]) == first


def test_what_a_branch_and_a_context_say_besides() -> None:
    """That another session works there, the pull request, that the prompt cache has expired: however long the branch."""
    one = session("1.1", "api", branch="feature/a-branch-with-a-long-name", shared="/x", cold=5000, tokens=260_000,
                  transcript=Transcript("/x", window=1_000_000, pr=12))  # fmt: skip
    [_, line] = shown([one], 150)
    [_, plain] = shown([one._replace(shared="", cold=None, transcript=Transcript("/x"))], 150)

    [_, narrow] = shown([one], 90)

    assert "feature/a-branch-with-a-long… shared #12" in line
    assert "feature/a-br… shared #12" in narrow
    assert "█░░░░ 26% cold" in line
    assert ("feature/a-branch-with-a-long-name" in plain, "cold" in plain, "shared" in plain, "26%" in plain) == (True, False, False, False)


def test_only_the_columns_that_are_wanted() -> None:
    """What a row is called and what it does stay; without the column the place still tells two of a name apart."""
    made = rows.rows([(session("1.1", "api", "p1"), "")], NOW, 120, Paint(False), shown=["state"])
    heads = made[0].partition("\t")[2].split()
    twins = [(session("1.1", "api", "p1"), ""), (session("2.2", "api", "p2"), "")]
    told = rows.rows(twins, NOW, 120, Paint(False), shown=["state"])

    assert heads == ["STATE", "SESSION", "WHAT", "IT", "WANTS", "OR", "DOES"]
    assert "api @ p1:0.0" in told[1]


def test_a_note_and_an_archive_are_seen_and_found() -> None:
    """The note stands before what it does."""
    [_, row] = shown([session("1.1", "api", note="PR #1\x1b[2J", archived=True)], 120)

    assert row.startswith("arc ")
    assert "(PR #1) " in row.rpartition("    ")[0]


def test_the_head_of_a_group_is_a_line_of_its_first_row() -> None:
    """Wider than any list, so that nobody sees what fzf puts for the break behind it; and harmless."""
    listed = [(session("1.1", "api"), ""), (session("2.2", "web"), "")]
    made = rows.rows(listed, NOW, 100, Paint(False), above={"2.2": "web\x1b[2J · 1"})
    head = made[2].partition("\t")[2].split("\n")[0]

    assert [row.count("\n") for row in made] == [0, 0, 1]
    assert (made[2].partition("\t")[0], head.rstrip(), width(head)) == ("2.2", "── web · 1", 300)
