"""What happened since the last look: counted once, named where there is room."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cst.core import digest
from cst.model import NEEDS_YOU, STATES, Mark, Session
from cst.text import width

NOW = 1_795_200_000.0
LOOKED = Mark(NOW - 7200, "looked", value="1.1 2.1 3.1")


def _one(number: int, state: str, since: float = -60, **more: object) -> Session:
    values: dict[str, object] = {"needs_you": state in NEEDS_YOU, "name": f"s{number}", **more}
    return Session(f"{number}.1", "id", number, state, NOW + since, "", "", **values)  # type: ignore[arg-type]


ALIVE = [_one(1, "working"), _one(2, "working"), _one(3, "working")]


def test_what_happened_is_counted() -> None:
    """Finished, failed, waiting and ended ones are counted, the waiting ones in whatever dialog they are."""
    sessions = [_one(4, "permission"), _one(5, "asked"), _one(6, "error"), _one(7, "done"), _one(8, "done"), _one(1, "done")]
    found = digest.digest(sessions, [LOOKED], NOW)

    assert found == "since you looked (2h): 3 finished · 1 failed · 2 wait for you · 2 ended"


@pytest.mark.parametrize(
    "session",
    [
        _one(4, "done", -7200), _one(4, "done", -9000), _one(4, "idle"), _one(4, "working"), _one(4, "unknown"),
        _one(4, "permission", needs_you=False), _one(4, "ended", pid=None),
    ],
    ids=["at that moment", "before", "seen meanwhile", "busy", "unknown", "snoozed or headless", "began and ended"],
)  # fmt: skip
def test_what_is_no_news(session: Session) -> None:
    """What needed you before, what needs nobody, and what nobody knew of is not told."""
    given = session if session.state != "ended" else session._replace(pid=None, key="an-id")

    assert digest.digest([*ALIVE, given], [LOOKED], NOW) == ""


def test_what_you_ended_is_no_news() -> None:
    """Of the three that lived you ended one: of two it is news that they are gone. Where you ended all, nothing is."""
    ended = [Mark(NOW - 60, "ended", f"{number}.1") for number in (1, 2, 3)]

    assert digest.digest([], [LOOKED, ended[0]], NOW) == "since you looked (2h): 2 ended"
    assert digest.digest([], [LOOKED, *ended], NOW) == ""


def test_nobody_has_looked_yet() -> None:
    """Without a look there is no away."""
    assert digest.digest([_one(1, "done")], [], NOW) == ""


def test_one_waits() -> None:
    """One waits, two wait."""
    assert digest.digest([*ALIVE, _one(4, "plan")], [LOOKED], NOW) == "since you looked (2h): 1 waits for you"


def test_names_where_there_is_room() -> None:
    """As many names as fit, at most three of a kind; on a narrow screen none."""
    sessions = [*ALIVE, *(_one(n, "done", name=f"api-{n}") for n in range(4, 8))]
    found = [digest.digest(sessions, [LOOKED], NOW, columns) for columns in (200, 56, 45, 20)]

    assert found == [
        "since you looked (2h): 4 finished (api-4, api-5, api-6, …)", "since you looked (2h): 4 finished (api-4, api-5, …)",
        "since you looked (2h): 4 finished (api-4, …)", "since you looked (2…",
    ]  # fmt: skip


def test_names_that_collide() -> None:
    """By what tells them apart. Bug shown: `3 wait for you (alpha, alpha, alpha)`."""
    alike = [_one(number, "plan", name="alpha")._replace(id=f"{number}123456789") for number in (4, 5)]
    sessions = [*alike, _one(6, "done", name="beta")]
    found = digest.digest([*ALIVE, *sessions], [LOOKED], NOW, 200)

    assert found == "since you looked (2h): 1 finished (beta) · 2 wait for you (alpha @ 41234567, alpha @ 51234567)"


def test_hostile_names_are_harmless() -> None:
    """A title with escape sequences and newlines is text."""
    found = digest.digest([*ALIVE, _one(4, "done", name="\x1b[31mred\n\x07x")], [LOOKED], NOW, 200)

    assert found == "since you looked (2h): 1 finished (red x)"


_FLEET = st.lists(st.tuples(st.sampled_from(STATES), st.integers(-9000, 0), st.booleans()), max_size=12)


@given(_FLEET, st.integers(0, 200))
def test_every_session_is_counted_at_most_once(drawn: list[tuple[str, int, bool]], columns: int) -> None:
    """Whatever the fleet, the numbers add up to no more than there are, and the line fits."""
    sessions = [_one(n, state, since, needs_you=needs) for n, (state, since, needs) in enumerate(drawn, 10)]
    found = digest.digest(sessions, [LOOKED], NOW, columns)
    counts = [int(part.split()[0]) for part in digest.digest(sessions, [LOOKED], NOW).partition(": ")[2].split(" · ") if part]

    assert sum(counts) <= len(sessions) + 3
    assert not columns or width(found) <= columns


def test_the_last_look() -> None:
    """Of several looks the newest counts; other marks are none."""
    marks = [Mark(1.0, "looked"), Mark(2.0, "looked", value="x"), Mark(3.0, "seen", "1.1")]

    assert [digest.last_look(marks), digest.last_look([])] == [marks[1], None]
