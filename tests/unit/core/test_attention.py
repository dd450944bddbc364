"""How far a walk through the sessions that need you has got."""

from __future__ import annotations

from typing import Any

from cst.core import attention
from cst.core.attention import Step
from cst.model import Client, Mark, Place, Session

SOCKET = "/tmp/tmux-0/default"


class Walker:
    """Somebody who presses `prefix a`; `sessions` are those that there are, `said` the steps."""

    def __init__(self, *sessions: Session) -> None:
        self.sessions = {session.key: session for session in sessions}
        self.marks: list[Mark] = []
        self.said: list[Step] = []
        self.now, self.pane = 2000.0, "%99"

    def press(self, times: int = 1, after: float = 10.0) -> None:
        """Jump so many times; a `done` session is seen by it, and needs nobody any more."""
        for _ in range(times):
            self.now += after
            client = Client(SOCKET, "/dev/pts/1", self.now, "$1", self.pane)
            target = attention.queue(list(self.sessions.values()), client)[0]
            self.said.append(attention.step(target, list(self.sessions.values()), client, self.marks, self.now))
            self.marks.append(Mark(self.now, "visit", target.key, "next", client=client.name, pane=self.pane, socket=SOCKET))
            self.change(target.key, visited=self.now, needs_you=target.state != "done")
            assert target.place
            self.pane = target.place.pane

    def change(self, key: str, **changes: Any) -> None:
        self.sessions[key] = self.sessions[key]._replace(**changes)

    def numbers(self) -> list[str]:
        return [f"{'' if one.round < 2 else f'{one.round}: '}{one.number} of {one.of}" for one in self.said]


def waits(number: int, state: str = "permission") -> Session:
    place = Place(SOCKET, "a", str(number), f"%{number}", f"a:{number}.0", f"=$1:@{number}.%{number}")
    return Session(f"{number}.1", f"id{number}", number, state, 1000.0, "", "", needs_you=True, place=place)


def test_each_press_counts_on() -> None:
    """Of eight that wait each press shows one more; then a second round begins, and a third.

    Bug shown: it said how many more there were, and said 7, then 6 seven times.
    """
    walker = Walker(*(waits(number) for number in range(1, 9)))
    walker.press(17)

    first = [f"{number} of 8" for number in range(1, 9)]
    assert walker.numbers() == [*first, *(f"2: {one}" for one in first), "3: 1 of 8"]


def test_what_is_answered_on_the_way_counts_no_more() -> None:
    """As in the status line: the number behind `of` is how many need you at that moment.

    Bug shown: `5 of 12`, `10 of 16`, `10 of 15` to `10 of 10`, where 13 sessions were.
    """
    walker = Walker(*(waits(number) for number in range(1, 9)))
    for number in range(1, 9):
        walker.press()
        walker.change(f"{number}.1", needs_you=False)

    assert walker.numbers() == [f"1 of {left}" for left in range(8, 0, -1)]


def test_some_are_answered_and_some_are_left() -> None:
    """It never says more than need you, nor fewer than the round has still to come."""
    walker = Walker(*(waits(number) for number in range(1, 6)))
    walker.press(2)
    walker.change("1.1", needs_you=False)
    walker.press()
    walker.change("3.1", needs_you=False)
    walker.press(3)

    assert walker.numbers() == ["1 of 5", "2 of 5", "2 of 4", "2 of 3", "3 of 3", "2: 1 of 3"]


def test_a_finished_one_is_seen_by_the_jump() -> None:
    """It needs nobody from then on, and the status line says one less."""
    walker = Walker(waits(1), waits(2), waits(3, "done"), waits(4, "done"))
    walker.press(6)

    assert walker.numbers() == ["1 of 4", "2 of 4", "3 of 4", "3 of 3", "2: 1 of 2", "2: 2 of 2"]


def test_one_that_asks_again_begins_no_round() -> None:
    """It is new: nobody has seen what it wants now."""
    walker = Walker(waits(1), waits(2), waits(3))
    walker.press(2)
    walker.change("1.1", since=walker.now + 5)
    walker.press(2)

    assert walker.numbers() == ["1 of 3", "2 of 3", "2 of 3", "3 of 3"]


def test_one_that_comes_meanwhile_is_one_more() -> None:
    """In this round, whichever it is.

    Bug shown: the second of a second round was followed by `9 of 9`, with four still to come.
    """
    walker = Walker(waits(1), waits(2), waits(3))
    walker.press(4)
    walker.sessions["4.1"] = waits(4)
    walker.press(5)

    said = ["1 of 3", "2 of 3", "3 of 3", "2: 1 of 3", "2: 2 of 4", "2: 3 of 4", "2: 4 of 4", "3: 1 of 4", "3: 2 of 4"]
    assert walker.numbers() == said


def test_what_the_client_cannot_show_counts() -> None:
    """The status line counts it too."""
    walker = Walker(waits(1), waits(2), waits(3)._replace(place=None))
    walker.press(3)

    assert walker.numbers() == ["1 of 3", "2 of 3", "2: 1 of 3"]


def test_a_look_aside_is_no_step() -> None:
    """A session that needs nobody, from the picker, moves the count no further; one that waits does, for it is seen."""
    walker = Walker(waits(1), waits(2), waits(3), waits(4))
    walker.press()
    for number in (9, 3):
        walker.now += 10
        visit = Mark(walker.now, "visit", f"{number}.1", client="/dev/pts/1", pane=walker.pane, socket=SOCKET)
        walker.marks.append(visit)
    walker.change("3.1", visited=walker.now)
    walker.press(2)

    assert walker.numbers() == ["1 of 4", "3 of 4", "4 of 4"]


def test_the_counting_begins_anew() -> None:
    """After a pause, and after a return."""
    walker = Walker(waits(1), waits(2), waits(3), waits(4))
    walker.press()
    walker.press(after=3600.0)
    walker.marks.append(Mark(walker.now + 1, "back", client="/dev/pts/1", socket=SOCKET))
    walker.press()

    assert walker.numbers() == ["1 of 4", "1 of 4", "1 of 4"]


def test_another_client_counts_for_itself() -> None:
    """What somebody else has visited is no step of ours."""
    walker = Walker(waits(1), waits(2))
    walker.marks.append(Mark(1999.0, "visit", "2.1", client="/dev/pts/2", pane="%1", socket=SOCKET))
    walker.press()

    assert walker.numbers() == ["1 of 2"]


def test_without_a_client() -> None:
    """Outside tmux there is no way that one has come."""
    sessions = [waits(1), waits(2)]

    assert attention.step(sessions[0], sessions, None, [], 2000.0) == Step(1, 2)


def test_a_background_session_is_reached() -> None:
    """A jump brings it into a pane. Bug shown: `cst next` passed it by until somebody had attached to it."""
    client = Client(SOCKET, "/dev/pts/1", 2000.0, "$1", "%99")
    hidden = waits(1)._replace(place=None, kind="background", pid=1)
    nowhere = waits(2)._replace(place=None)
    unseen = hidden._replace(key="3.1", hidden=True)

    assert attention.queue([hidden, nowhere, unseen], client) == [hidden]
