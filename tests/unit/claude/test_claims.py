"""Which transcript of a folder is whose, where several processes run there and no record tells."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cst.claude.claims import Claimant, assign
from tests.testing import NOW, said, stamp, typed, write_transcript

CWD = "/home/u/proj/alpha"
FIRST, SECOND, THIRD = Claimant(1, NOW - 100, False), Claimant(2, NOW - 50, False), Claimant(3, NOW - 10, False)
CLOSED = {"type": "cost-state", "totalCostUSD": 0.1}
CLEARED = {"type": "user", "timestamp": stamp(NOW - 40), "message": {"content": "<command-name>/clear</command-name>"}}


def wrote(claude: Path, name: str, born: float, *more: dict[str, object], at: float = NOW) -> None:
    """A transcript that began then, and was written last `at`."""
    os.utime(write_transcript(claude, [typed("do it", born), said("done", born + 1), *more], name, CWD), (at, at))


@pytest.mark.parametrize("order", [(FIRST, SECOND), (SECOND, FIRST)])
def test_each_has_what_began_in_its_time(claude: Path, order: tuple[Claimant, ...]) -> None:
    """The earliest transcript can only be the earliest process's, so the later one is the other's."""
    wrote(claude, "a", NOW - 90)
    wrote(claude, "b", NOW - 40)

    assert assign(str(claude), CWD, order, set()) == ({1: "a", 2: "b"}, set())


def test_three_of_which_the_last_has_written_nothing(claude: Path) -> None:
    """It stands before a dialog, and nothing that was written may be its own."""
    wrote(claude, "a", NOW - 90)
    wrote(claude, "b", NOW - 40)

    assert assign(str(claude), CWD, (FIRST, SECOND, THIRD), set()) == ({1: "a", 2: "b"}, set())


def test_what_two_may_have_written_is_nobodys(claude: Path) -> None:
    """One transcript for two processes that were there before; two of which one was killed, perhaps."""
    wrote(claude, "b", NOW - 40)
    one = assign(str(claude), CWD, (FIRST, SECOND), set())
    wrote(claude, "c", NOW - 30)

    assert one == assign(str(claude), CWD, (FIRST, SECOND), set()) == ({}, {1, 2})


def test_one_that_resumes_may_have_any(claude: Path) -> None:
    """So nothing is told apart; another one that began first has none of what is older."""
    wrote(claude, "a", NOW - 90)
    wrote(claude, "b", NOW - 40)

    assert assign(str(claude), CWD, (FIRST, SECOND._replace(resumes=True)), set()) == ({}, {1, 2})


def test_what_is_closed_or_known_or_old_is_no_candidate(claude: Path) -> None:
    """A session that has ended in order, one that has a record, one that was written before."""
    wrote(claude, "a", NOW - 90, CLOSED, CLOSED)
    wrote(claude, "b", NOW - 80)
    wrote(claude, "c", NOW - 900, at=NOW - 800)
    wrote(claude, "d", NOW - 40, CLOSED, typed("go on", NOW - 5))

    assert assign(str(claude), CWD, (FIRST, SECOND), {"b"}) == ({}, {1, 2})
    assert assign(str(claude), CWD, (FIRST,), {"b"}) == ({1: "d"}, set())


def test_after_a_clear_an_earlier_process_has_a_later_transcript(claude: Path) -> None:
    """Which one then nobody can tell; of a single process the one that is not closed is its own."""
    wrote(claude, "a", NOW - 90)
    os.utime(write_transcript(claude, [CLEARED, typed("anew", NOW - 40)], "b", CWD), (NOW, NOW))
    two = assign(str(claude), CWD, (FIRST, SECOND), set())
    wrote(claude, "a", NOW - 90, CLOSED)

    assert two == ({}, {1, 2})
    assert assign(str(claude), CWD, (FIRST,), set()) == ({1: "b"}, set())


def test_what_cannot_be_read_tells_nothing(claude: Path) -> None:
    """A transcript without one line that has a time."""
    os.utime(write_transcript(claude, [b"\0" * 300, b"{"], "a", CWD), (NOW, NOW))

    assert assign(str(claude), CWD, (FIRST, SECOND), set()) == ({}, set())
