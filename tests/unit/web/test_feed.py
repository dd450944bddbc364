"""One look for all browsers: what each of them is told, and when it is not looked at all."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from cst.model import Session, Snapshot
from cst.settings import Settings
from cst.web import feed
from cst.web.feed import Feed, State, news
from tests.testing import NOW


def state(*rows: dict[str, Any], head: str = "one", ended: bool = False) -> State:
    return State(Snapshot(now=NOW), (), {row["key"]: row for row in rows}, {"summary": head}, ended)


A, B = ({"key": key, "state": "idle", "archived": False} for key in "ab")
OVER, AWAY = {"key": "o", "state": "ended", "archived": False}, {"key": "w", "state": "idle", "archived": True}
HEAD = {"summary": "one"}


@pytest.mark.parametrize(("before", "after", "told"), [
    (None, state(A, B), {"full": True, "rows": [A, B], "order": ["a", "b"], "head": HEAD}),
    (state(A, B), state(A, B), {}),  # the same rows
    (state(A, B), state(dict(A), B), {"rows": [A]}),  # another object: another row
    (state(A, B), state(B, A), {"order": ["b", "a"]}),
    (state(A), state(A, B), {"rows": [B], "order": ["a", "b"]}),
    (state(A, B), state(B), {"order": ["b"]}),
    (state(A), state(A, head="two"), {"head": {"summary": "two"}}),
    (state(A), state(A, OVER, AWAY), {}),  # which this browser does not want
    (None, state(OVER, AWAY), {"full": True, "rows": [], "order": [], "head": HEAD}),
])  # fmt: skip
def test_a_browser_is_told_what_is_new_to_it(before: State | None, after: State, told: dict[str, Any]) -> None:
    assert news(before, after, ended=False) == told


def test_who_wants_the_ended_ones_has_the_archived_too() -> None:
    assert news(None, state(A, OVER, AWAY, ended=True), ended=True)["order"] == ["a", "o", "w"]


class Fleet:
    """What the poller sees; a look counts."""

    def __init__(self) -> None:
        self.names, self.looks, self.ended, self.wrong = ["a"], 0, False, ""

    def look(self, at_once: bool = False) -> tuple[Snapshot, list[Session]]:
        self.looks += 1
        if self.wrong:
            raise OSError(self.wrong)
        made = [Session(f"1.{name}", name, 1, "idle", NOW, "", "", name=name) for name in self.names]
        return Snapshot(now=NOW), made


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> Fleet:
    made = Fleet()
    monkeypatch.setattr(feed, "Poller", lambda _: made)
    return made


def play(own: Settings, script: Callable[[Feed], Any], refresh: float = 0.2) -> None:
    """Run what a browser does beside a feed that looks so often."""

    async def run() -> None:
        made = Feed(own._replace(refresh=refresh))
        try:
            await asyncio.wait_for(script(made), 30)
        finally:
            await made.close()

    asyncio.run(run())


def test_first_everything_then_what_has_changed(own: Settings, seen: Fleet) -> None:
    async def watch(made: Feed) -> None:
        told = made.messages(False)
        first = await anext(told)
        assert (first["full"], first["order"]) == (True, ["1.a"])
        seen.names = ["b", "a"]
        while "order" not in (message := await anext(told)):
            pass
        assert message["order"] == ["1.b", "1.a"]
        assert [row["key"] for row in message["rows"]] == ["1.b"], "the other one is as it was"
        await told.aclose()

    play(own, watch)


def test_five_browsers_are_one_look(own: Settings, seen: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "_FRESH", 1000.0)
    monkeypatch.setattr(feed, "_BEAT", 1000.0)  # on a busy machine five seconds pass in between

    async def watch(made: Feed) -> None:
        many = [made.messages(False) for _ in range(5)]
        for told in many:
            assert (await anext(told))["full"]
        while seen.looks < 2:  # for the first of them, and for all
            await asyncio.sleep(0.01)
        seen.names = ["c"]
        made.hurry()
        for told in many:
            while "order" not in (message := await anext(told)):  # the head alone may have come before
                pass
            assert message["order"] == ["1.c"]
        assert seen.looks == 3
        for told in many:
            await told.aclose()

    play(own, watch, refresh=1000.0)


def test_a_look_that_fails_is_told_and_the_next_one_may_do(own: Settings, seen: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "_BEAT", 0.1)

    async def watch(made: Feed) -> None:
        told = made.messages(False)
        await anext(told)
        seen.wrong = "no\x1b[31m disk"
        while not (message := await anext(told)).get("broken"):
            pass
        assert message["broken"] == "OSError: no disk"
        seen.wrong = ""
        while (await anext(told)).get("broken"):
            pass
        await told.aclose()

    play(own, watch)


def test_nobody_watches_and_nothing_is_looked_at(own: Settings, seen: Fleet) -> None:
    async def watch(made: Feed) -> None:
        assert seen.looks == 0
        told = made.messages(False)
        await anext(told)
        await told.aclose()
        assert made._task is not None
        await asyncio.wait_for(made._task, 10)
        looks = seen.looks
        await asyncio.sleep(0.5)
        assert seen.looks == looks

    play(own, watch)


def test_a_page_takes_a_look_that_is_fresh(own: Settings, seen: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [100.0]
    monkeypatch.setattr("cst.web.feed.time.monotonic", lambda: clock[0])

    async def ask(made: Feed) -> None:
        for moment, ended, looks in ((100, False, 1), (102, False, 1), (102.1, False, 2), (102.1, True, 3), (103, True, 3)):
            clock[0] = moment
            await made.fresh(ended)
            assert seen.looks == looks, moment

    play(own, ask)


def test_closed_it_lets_everybody_go(own: Settings, seen: Fleet) -> None:
    async def watch(made: Feed) -> None:
        told = made.messages(False)
        await anext(told)
        await made.close()
        assert [message async for message in told] == []

    play(own, watch)
