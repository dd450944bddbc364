"""A bill: each answer once, by day, project, session, model or tag; what is not known is said."""

from __future__ import annotations

from typing import Any

import pytest

from cst.core import cost, ledger
from cst.core.cost import Ask, Bill
from cst.core.ledger import Entry, Official, Told
from tests.testing import ID, NOW, OTHER_ID

DAY = 86400.0
DAYS = {NOW: "2026-11-20", NOW - DAY: "2026-11-19", NOW - 3 * DAY: "2026-11-17"}


def told(number: int, at: float = NOW, session_id: str = ID, output: int = 50_000, **more: Any) -> Told:
    """An answer of $1 where nothing else is said."""
    return Told(
        f"msg_{number}", session_id, at, DAYS.get(at, "2026-11-20"), more.get("model", "claude-opus-5-5"), "2.1.332",
        more.get("cwd", "/home/u/shop"), more.get("branch", "main"), (0, output, 0, 0, 0), 0, fast=False, us=False,
    )  # fmt: skip


def entry(*some: Told, account: float = 0.0, session_id: str = ID, begun: float = NOW - 9, **more: Any) -> Entry:
    """One transcript with these answers and an account behind them."""
    empty = Entry(more.get("path", session_id), more.get("root", session_id), begun, more.get("copied", False))
    empty = empty._replace(branched=more.get("branched", False))
    accounts = [(len(some), Official(session_id, account, 0.0, more.get("guessed", False)))] if account else []
    found = ledger.added(empty, some, accounts)
    assert found
    return found


def bill(*entries: Entry, by: str = "day", lines: dict[str, tuple[float, float, str]] | None = None, **more: Any) -> Bill:
    return cost.bill(entries, lines or {}, Ask(by, names={ID: "api"}, **more))


def rows(found: Bill) -> list[tuple[str, float, int]]:
    return [(row.label, round(row.dollars, 6), row.answers) for row in found.rows]


def test_each_group() -> None:
    """Days in order, else the dearest first; a session with two tags is in both lines and once in the sum."""
    some = [
        entry(told(1, NOW - DAY), told(2, cwd="/home/u/web")),
        entry(told(3, session_id=OTHER_ID, model="claude-sonnet-5-5", output=10), session_id=OTHER_ID),
    ]
    tags = {ID: ("release", "urgent")}

    assert rows(bill(*some)) == [("2026-11-19", 1.0, 1), ("2026-11-20", 1.0001, 2)]
    assert rows(bill(*some, by="project")) == [("shop", 1.0001, 2), ("web", 1.0, 1)]
    assert rows(bill(*some, by="session")) == [("api", 2.0, 2), (OTHER_ID[:8], 0.0001, 1)]
    assert rows(bill(*some, by="model")) == [("opus-5-5", 2.0, 2), ("sonnet-5-5", 0.0001, 1)]
    assert rows(bill(*some, by="branch")) == [("main", 2.0001, 3)]
    tagged = bill(*some, by="tag", tags=tags)
    assert rows(tagged) == [("release", 2.0, 2), ("urgent", 2.0, 2), ("(no tag)", 0.0001, 1)]
    assert (round(tagged.total.dollars, 6), tagged.twice) == (2.0001, True)


@pytest.mark.parametrize("tags", [{}, {ID: ("release",), OTHER_ID: ("urgent",)}, {"another": ("release", "urgent")}])
def test_nothing_counts_twice_where_no_session_has_two_tags(tags: dict[str, tuple[str, ...]]) -> None:
    """Bug shown: it was explained that a session with two tags is in both lines where there was none."""
    some = [entry(told(1)), entry(told(3, session_id=OTHER_ID), session_id=OTHER_ID)]

    assert not bill(*some, by="tag", tags=tags).twice


def test_two_of_one_name_are_told_apart() -> None:
    """Two folders of one name are two projects; a worktree of the client's is its repository's."""
    found = bill(
        entry(told(1, cwd="/a/shop"), told(2, cwd="/b/shop"), told(3, cwd="/b/shop/.claude/worktrees/fix")), by="project"
    )

    assert rows(found) == [("shop (/b/shop)", 2.0, 2), ("shop (/a/shop)", 1.0, 1)]


def test_only_what_is_asked_for() -> None:
    """Days, a project, a tag, a session; of a project no errands, which have none."""
    some = [
        entry(told(1, NOW - 3 * DAY), told(2), account=2.5),
        entry(told(3, session_id=OTHER_ID, cwd="/home/u/web"), session_id=OTHER_ID),
    ]

    assert bill(*some, since="2026-11-20").total.dollars == pytest.approx(2.5)
    assert bill(*some, until="2026-11-19").total.dollars == pytest.approx(1.0)
    assert bill(*some, project="shop").total.dollars == pytest.approx(2.0)
    assert bill(*some, project="/home/u/web").total.dollars == pytest.approx(1.0)
    assert bill(*some, tag="x", tags={ID: ("x",)}).total.dollars == pytest.approx(2.5)
    assert bill(*some, session=OTHER_ID).total.dollars == pytest.approx(1.0)


def test_errands_are_what_an_account_says_beyond() -> None:
    """A row of its own, or with its session, so that the sum of the days is that of the sessions; an account that says
    less takes nothing."""
    some = [
        entry(told(1), account=1.25),
        entry(told(2, session_id=OTHER_ID), account=0.5, session_id=OTHER_ID),
    ]
    by_day, by_session = bill(*some), bill(*some, by="session")

    assert rows(by_day) == [("2026-11-20", 2.0, 2), ("errands", 0.25, 0)]
    assert rows(by_session) == [("api", 1.25, 1), (OTHER_ID[:8], 1.0, 1)]
    assert by_day.total.dollars == by_session.total.dollars == pytest.approx(2.25)
    assert [row.at_least for row in by_session.rows] == [False, True]
    assert (by_day.total.at_least, by_session.total.at_least) == (False, True)


def test_what_the_status_line_was_told() -> None:
    """It counts where it is more, is of the day on which it was told, and is all only with the last answer in it."""
    some = entry(told(1), account=1.25)
    older = ledger.added(some, [told(2, NOW + 60)], [])
    assert older

    assert rows(bill(some, lines={ID: (1.5, NOW, "2026-11-21")}, until="2026-11-20")) == [("2026-11-20", 1.0, 1)]
    assert rows(bill(some, lines={ID: (1.5, NOW, "2026-11-21")})) == [("2026-11-20", 1.0, 1), ("errands", 0.5, 0)]
    for at, least in ((NOW + 61, False), (NOW, True)):
        [row] = bill(older, by="session", lines={ID: (2.5, at, "2026-11-20")}).rows
        assert (round(row.dollars, 6), row.at_least) == (2.5, least)


def test_an_account_with_answers_behind_it_is_not_all() -> None:
    """The session went on, and was killed: what it costs at least."""
    some = ledger.added(entry(told(1), account=1.25), [told(2, NOW + 60)], [])
    assert some

    [row] = bill(some, by="session").rows
    assert (round(row.dollars, 6), row.at_least) == (2.0, True)


def test_a_fork_costs_what_it_costs_beyond_its_parent() -> None:
    """It repeats the parent's answers, and its account goes on from that of the parent, as that was then."""
    parent = entry(told(1, NOW - 90), account=1.25, begun=NOW - 99)
    parent = ledger.added(parent, [told(5, NOW + 30)], [(1, Official(ID, 9.0, 0.0, False))]) or parent
    copies = [told(1, NOW - 90, OTHER_ID), told(2, NOW, OTHER_ID)]
    fork = entry(*copies, account=2.75, session_id=OTHER_ID, root=ID, copied=True)

    assert rows(bill(parent, fork, by="session")) == [("api", 9.0, 2), (OTHER_ID[:8], 1.5, 1)]
    assert not any(row.at_least for row in bill(fork, parent, by="session").rows)
    line = {OTHER_ID: (3.0, NOW + 1, "2026-11-20")}
    assert rows(bill(parent, fork, by="session", lines=line))[1] == (OTHER_ID[:8], 1.75, 1)
    [alone] = bill(fork, by="session").rows  # its parent's transcript is gone
    assert (round(alone.dollars, 6), alone.at_least) == (2.0, True)


def test_a_fork_of_a_fork() -> None:
    """Its account has what both before it had cost. Where it may be of either of two, nobody knows what it had."""
    parent = entry(told(1, NOW - 90), account=1.25, begun=NOW - 99)
    fork = entry(told(1, NOW - 90), told(2, NOW - 50, "fork"), account=2.75, session_id="fork", root=ID, copied=True, begun=NOW - 60)
    again = entry(
        told(1, NOW - 90), told(2, NOW - 50), told(3, NOW, OTHER_ID), account=4.0, session_id=OTHER_ID, root=ID, copied=True
    )

    assert {row.key: (round(row.dollars, 6), row.at_least) for row in bill(again, fork, parent, by="session").rows} == {
        ID: (1.25, False), "fork": (1.5, False), OTHER_ID: (1.25, False)}  # fmt: skip
    idle = entry(told(1, NOW - 90), session_id="idle", root=ID, copied=True, begun=NOW - 60)
    late = entry(told(1, NOW - 90), told(4, NOW, "late"), account=2.5, session_id="late", root=ID, copied=True)
    found = {row.key: row.at_least for row in bill(parent, idle, late, by="session").rows}
    assert found["late"]


def test_a_branch_has_an_account_of_its_own() -> None:
    """/branch copies the messages, and the client begins to count anew."""
    parent = entry(told(1, NOW - 90), account=1.25, begun=NOW - 99)
    some = told(1, NOW - 90, OTHER_ID)._replace(repeated=True), told(2, NOW, OTHER_ID)
    branch = entry(*some, account=1.5, session_id=OTHER_ID, root=ID, copied=True, branched=True, begun=0.0)

    assert rows(bill(parent, branch, by="session")) == [(OTHER_ID[:8], 1.5, 1), ("api", 1.25, 1)]
    assert not any(row.at_least for row in bill(parent, branch, by="session").rows)


def test_an_unknown_model_is_named_and_not_free() -> None:
    """Its answers are counted; the figure is what it costs at least, and what the client guessed is nobody's errand."""
    found = bill(entry(told(1), told(2, model="claude-nonsense-9")), lines={ID: (7.0, NOW, "2026-11-20")})

    assert (rows(found), found.rows[0].unpriced, found.unknown) == ([("2026-11-20", 1.0, 2)], 1, ("nonsense-9",))
    own = bill(entry(told(2, model="claude-nonsense-9")), own={"nonsense-9": (1.0, 10.0, 1.0, 1.0, 1.0)})
    assert rows(own) == [("2026-11-20", 0.5, 1)]
    guessed = bill(entry(told(1), account=9.0, guessed=True), by="session")
    assert (rows(guessed), guessed.rows[0].at_least) == ([("api", 1.0, 1)], True)
