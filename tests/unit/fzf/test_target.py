"""Whatever is pressed: what a question does reaches the session that was highlighted when it was asked and answered."""

from __future__ import annotations

import contextlib
import random
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from cst.fzf import prompt
from cst.fzf.backend import Outcome, Question
from cst.fzf.run_dir import RunDir
from tests.testing import until
from tests.testing.campaign import SEED, size
from tests.unit.fzf.conftest import ROWS, Fzf
from tests.unit.fzf.test_session_loop import YES, Open

KEYS = [row.partition("\t")[0] for row in ROWS[1:]]
ASKS = {"send": "\x14", "rename": "\x1bn", "tag": "\x1bg", "snooze": "\x1bs", "copy": "\x1bc", "kill": "\x0b"}
MOVES = {"down": "\x1b[B", "up": "\x1b[A", "next": "\x0e"}
TEXTS = ("send", "rename", "tag")


@pytest.fixture
def opened(run_dir: RunDir, shown: Callable[..., Fzf], monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """A picker that takes an answer at once, over rows that every query of the test matches."""
    monkeypatch.setattr(prompt, "_DEAF", 0.0)
    one = Open(run_dir, shown, 0.1)
    one.backend.now = [ROWS[0], *(f"{row}{60 * 'y'}" for row in ROWS[1:])]
    until(lambda: any("yyyy" in row for row in one.fzf.rows()))
    for action in ASKS:
        one.backend.questions[action] = Question((f"{action}?",), prompt="text> ") if action in TEXTS else YES
    yield one
    one.loop.stop()


class Typist:
    """Presses keys at random, and knows by arithmetic which row is highlighted after each of them."""

    def __init__(self, seed: int | str, keys: Sequence[str] = KEYS) -> None:
        self.at, self.pressed = 0, [("", 0)]  # what was pressed, and the row that was highlighted then
        self._random, self._keys = random.Random(seed), keys

    def next(self) -> str:
        """The next keys."""
        kind = self._random.choice(("ask", "ask", "move", "y", "y", "enter"))
        if kind == "ask":
            action = self._random.choice(list(ASKS))
            self.pressed.append((action, self.at))
            return ASKS[action]
        if kind == "move":
            move = self._random.choice(list(MOVES))
            self.at = max(0, self.at - 1) if move == "up" else min(len(self._keys) - 1, self.at + 1)
            self.pressed.append((move, self.at))
            return MOVES[move]
        self.pressed.append((kind, self.at))
        return {"y": "y", "enter": "\r"}[kind]

    def may_have(self, action: str, key: str) -> bool:
        """Whether that was asked on that row, and then answered on it. Who has left it meanwhile and come back before
        a busy fzf told of it has the question still, or only then."""
        asked = False
        for what, at in self.pressed:
            if self._keys[at] == key:
                if asked and what in ("enter", "y"):
                    return True
                asked = asked or what == action
        return False


@pytest.mark.parametrize("hurried", [True, False])
@pytest.mark.parametrize("seed", range(3))
def test_nothing_reaches_another_row(opened: Open, hurried: bool, seed: int) -> None:
    """Sixty keys, with pauses, or in a burst as soon as a question is up: each deed is on a row that was meant twice."""
    opened.backend.outcome = Outcome("")
    typist = Typist(seed * 2 + hurried)
    for _ in range(60):
        opened.fzf.types(typist.next())
        if not hurried:
            time.sleep(0.15)
        elif typist.pressed[-1][0] in ASKS:
            with contextlib.suppress(AssertionError):
                until(lambda: opened.loop._prompt.is_open(), 0.2)
    settle(opened)

    wrong = [deed for deed in deeds(opened) if not typist.may_have(*deed)]
    assert wrong == []
    does_it_in_peace(opened)


CAMPAIGN, PARTS = size(1_500), 8  # sequences of keys, and the tests that they are in: most of their time is pauses
MANY = [f"{number}.7" for number in range(1, 21)]


def many(chance: random.Random) -> list[str]:
    """Twenty rows, whose texts are others at each look: every one is reloaded."""
    return [ROWS[0], *(f"{key}\tsession {key} {chance.randrange(10**6)} {60 * 'y'}" for key in MANY)]


@pytest.mark.long
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("hurried", [True, False])
def test_a_campaign_of_keys(
    run_dir: RunDir, shown: Callable[..., Fzf], monkeypatch: pytest.MonkeyPatch, hurried: bool, part: int
) -> None:
    """Sequences of keys by the hundred over twenty rows that change all the time: slow ones with the picker's own moment
    of patience, hurried ones without. `CST_SEED` chooses other ones, `CST_CAMPAIGN` how many."""
    if hurried:
        monkeypatch.setattr(prompt, "_DEAF", 0.0)
    one = Open(run_dir, shown, 0.1)
    one.backend.outcome = Outcome("")
    chance = random.Random(f"{SEED}.{part}")
    one.backend.now = many(chance)
    until(lambda: len(one.fzf.rows()) == len(MANY))
    for action in ASKS:
        one.backend.questions[action] = Question((f"{action}?",), prompt="text> ") if action in TEXTS else YES
    wrong, done = [], 0
    numbers = range(part, CAMPAIGN // 2, PARTS)
    for number in numbers:
        one.run_dir.call("key esc")
        until(lambda: one.fzf.told("FZF_INPUT_STATE") == "enabled")
        to_the_first(one, Path(one.run_dir.path(f"begins-{number}")))
        one.backend.acted.clear()
        typist = Typist(f"{SEED}.{number}.{hurried}", MANY)
        for _ in range(15):
            one.backend.now = many(chance)
            one.fzf.types(typist.next())
            if not hurried:
                time.sleep(chance.choice((0.05, 0.15, 0.4)))
            elif typist.pressed[-1][0] in ASKS and chance.random() < 0.5:
                with contextlib.suppress(AssertionError):
                    until(lambda: one.loop._prompt.is_open(), 0.2)
        settle(one)
        wrong += [(number, deed, typist.pressed) for deed in deeds(one) if not typist.may_have(*deed)]
        done += len(deeds(one))
    one.loop.stop()
    print(f"{len(numbers)} sequences, {done} deeds, {len(wrong)} wrong")

    assert wrong == []
    assert done > len(numbers) // 10


def to_the_first(one: Open, there: Path) -> None:
    """Put the cursor on the first row. fzf does what it is sent in its order: once a file is there, all that was sent
    before is done, and no pos(1) comes behind a key."""
    until(lambda: one.fzf.remote.post("clear-query", "pos(1)"))
    until(lambda: one.fzf.remote.post(f"execute-silent(touch {there})") and there.exists())
    until(lambda: (one.fzf.query(), one.fzf.key()) == ("", MANY[0]))


def does_it_in_peace(one: Open) -> None:
    """One question that is waited for and answered is a deed: a slow machine may have had time for none before."""
    before = len(deeds(one))
    one.run_dir.call("key esc")
    until(lambda: one.fzf.told("FZF_INPUT_STATE") == "enabled")
    one.fzf.types(ASKS["copy"])
    until(lambda: one.fzf.told("FZF_INPUT_STATE") == "hidden")
    one.fzf.types("y")
    until(lambda: len(deeds(one)) > before)


def deeds(one: Open) -> Sequence[tuple[str, str]]:
    """What was done to which session. A jump needs no question: it is as good as the row it names."""
    return [(action, key) for action, keys, _ in one.backend.acted for key in keys if action != "jump"]


def settle(one: Open) -> None:
    """Wait until all that was typed has been heard."""
    last = -1
    while last != (last := len(one.backend.acted)):
        one.waits()
        one.fzf.told("FZF_PROMPT")
        time.sleep(0.3)
