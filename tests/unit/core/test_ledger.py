"""What is kept of a transcript: the same sums, however it was read."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cst.core import ledger
from cst.core.ledger import Entry, Official, Told
from tests.testing import ID, NOW
from tests.unit.core.test_cost import entry, told

EMPTY = Entry(ID, ID, NOW, copied=False)


def answers(entry: Entry) -> int:
    return sum(row[6] for row in entry.rows) + sum(row[6] for _, row in entry.open)


def output(entry: Entry) -> int:
    return sum(row[8] for row in entry.rows) + sum(row[8] for _, row in entry.open)


def test_an_answer_counts_once_with_its_highest_figures() -> None:
    """It is written in several lines, the first ones before it is complete."""
    found = entry(told(1, output=10), told(1), told(1, output=40_000), told(2))

    assert (answers(found), output(found)) == (2, 100_000)


def test_many_answers_become_one_row() -> None:
    """But of a transcript that may repeat another's, each stands by itself."""
    some = [told(number, output=1) for number in range(50)]
    found, copy = entry(*some), entry(*some, copied=True)

    assert (len(found.rows), answers(found), len(found.ids)) == (1, 50, 50)
    assert (len(copy.rows), answers(copy)) == (0, 50)


@given(st.lists(st.integers(0, 12), max_size=30), st.integers(0, 30))
def test_in_pieces_or_at_once(numbers: list[int], cut: int) -> None:
    """A transcript that was read in two pieces says what it says in one, or is to be read anew."""
    some: list[Told] = [told(number, NOW + number, output=number + place) for place, number in enumerate(numbers)]
    whole, first = ledger.added(EMPTY, some, []), ledger.added(EMPTY, some[:cut], [])
    assert whole
    assert first
    both = ledger.added(first, some[cut:], [])

    if both is not None:
        assert (answers(both), output(both), both.ids) == (answers(whole), output(whole), whole.ids)
    else:
        assert set(numbers[:cut]) & set(numbers[cut:])


def test_a_late_line_of_an_answer_that_is_put_together() -> None:
    """Then the transcript is to be read anew."""
    first = entry(*(told(number) for number in range(9)))

    assert ledger.added(first, [told(0)], []) is None
    assert ledger.added(first, [told(8)], []) == first._replace(stale=True)


def test_accounts() -> None:
    """Each once, with the moment of the answer before it; answers behind the last one make it old."""
    official = Official(ID, 1.0, 0.0, False)
    found = ledger.added(EMPTY, [told(1, NOW), told(2, NOW + 5)], [(1, official), (2, official), (2, official)])
    assert found

    assert [one.at for one in found.accounts] == [NOW, NOW + 5]
    assert not found.stale
    longer = ledger.added(found, [told(3)], [])
    assert longer
    assert longer.stale
    ended = ledger.added(longer, [], [(0, official)])
    assert ended
    assert not ended.stale


def test_what_a_copy_repeats_counts_once() -> None:
    """For the one that was begun first, whatever the order in which they are found."""
    parent = entry(told(1, NOW - 98), told(2, NOW - 98), begun=NOW - 99)
    fork = entry(told(1, NOW - 98), told(2, NOW - 98), told(3, NOW - 1), path="fork", copied=True)
    again = entry(told(1, NOW - 98), told(2, NOW - 98), told(3, NOW - 1), told(4), path="again", copied=True, begun=NOW)

    for family in ([parent, fork, again], [again, fork, parent]):
        found = {one.path: answers(one) for one in ledger.once(family)}
        assert found == {ID: 2, "fork": 1, "again": 1}
    assert [answers(one) for one in ledger.once([fork])] == [3]
    assert ledger.parents([parent, fork, again]) == {"fork": [parent], "again": [fork]}


def test_whose_fork_it_is() -> None:
    """Of those begun before that have its last copied answer: not one that went on by itself before, nor a later one."""
    copy = told(1, NOW - 98)
    parent = entry(copy, told(9, NOW + 50), begun=NOW - 99)
    older = entry(copy, told(2, NOW - 50), path="older", copied=True, begun=NOW - 60)
    idle = entry(copy, told(3, NOW + 50), path="idle", copied=True, begun=NOW - 60)
    later = entry(copy, told(4, NOW + 50), path="later", copied=True, begun=NOW + 40)
    fork = entry(copy, told(5, NOW), path="fork", copied=True)

    assert ledger.parents([parent, older, later, fork])["fork"] == [parent]
    assert ledger.parents([parent, idle, fork])["fork"] == [parent, idle]
    assert ledger.parents([older, fork])["fork"] == []
    none = entry(told(6, NOW), path="none", copied=True)  # it repeats no answer
    assert ledger.parents([entry(begun=NOW - 99), parent, none])["none"] == [entry(begun=NOW - 99)]


def test_a_branch_comes_after_whom_it_repeats() -> None:
    """Nothing says when it was begun but its first own answer."""
    fork = entry(told(1, NOW - 98), told(2), path="fork", copied=True)
    lines = [told(1, NOW - 98)._replace(repeated=True), told(2)._replace(repeated=True), told(3, NOW + 5)]
    branch = entry(*lines, path="a branch", copied=True, branched=True, begun=0.0)

    assert (branch.repeats, branch.own_at) == (("msg_2", NOW), NOW + 5)
    assert {one.path: answers(one) for one in ledger.once([branch, fork])} == {"fork": 2, "a branch": 1}


def test_an_odd_id_ends_no_field() -> None:
    """What the client writes is letters and digits; whatever else it is, it is one word."""
    assert ledger.short("msg_01AbC") == "msg_01AbC"
    assert ledger.short("a,b\tc\n").isalnum()
