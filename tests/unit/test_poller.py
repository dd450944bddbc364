"""The repeated look never differs from a fresh one, beyond the delays that it says it has."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from cst import snapshot
from cst.actions import marks
from cst.core import explain, fleet
from cst.model import Session
from cst.poller import Poller
from cst.settings import Settings
from tests.testing import (
    ID,
    Live,
    called,
    event,
    registry_entry,
    said,
    started,
    typed,
    write_events,
    write_registry,
    write_transcript,
)


class World:
    """Two live sessions, a clock, and a poller over them."""

    def __init__(self, own: Settings, claude: Path, live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
        self.own, self.claude, self.live, self.ahead = own, claude, live, 0.0
        self.folder = claude.parent / "project"
        for part in ("objects", "refs"):  # without them git takes it for no repository
            (self.folder / ".git" / part).mkdir(parents=True)
        self.head("main")
        self.ids = (ID, ID.replace("1", "2"))
        self.pids = [live.start("claude", env={"HOME": str(claude.parent)}) for _ in self.ids]
        for which in (0, 1):
            self.register(which)
            self.write(which)
        clock = SimpleNamespace(time=lambda: time.time() + self.ahead)
        monkeypatch.setattr("cst.poller.time", clock)
        self.poller = Poller(own)

    def register(self, which: int, **changes: object) -> None:
        now = int((time.time() + self.ahead) * 1000)
        given = {"procStart": started(self.pids[which]), "sessionId": self.ids[which], "cwd": str(self.folder), "tmux": None,
                 "startedAt": now - 600_000, "statusUpdatedAt": now, **changes}  # fmt: skip
        write_registry(self.claude, registry_entry(self.pids[which], **given))

    def write(self, which: int, *lines: dict[str, object]) -> None:
        now = time.time()
        past = [typed("Build it", now - 50), said("Built.", now - 40)]
        write_transcript(self.claude, [*past, *lines], self.ids[which], str(self.folder))

    def head(self, branch: str) -> None:
        (self.folder / ".git" / "HEAD").write_text(f"ref: refs/heads/{branch}\n")

    def task(self, status: str) -> None:
        folder = self.claude / "tasks" / self.ids[0]
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "1.json").write_text(json.dumps({"id": "1", "subject": "Paint", "status": status}))

    def mark(self, make: Callable[..., object], *more: object) -> None:
        make(self.own, self.poller.look()[1][:1], time.time() + self.ahead, *more)

    def event(self, name: str) -> None:
        now = time.time() + self.ahead
        write_events(Path(self.own.state_dir), [event(name, now, self.pids[0])], self.ids[0])

    def end(self, which: int) -> None:
        os.kill(self.pids[which], signal.SIGKILL)
        self.live.processes[which].wait(10)

    def looked(self) -> list[Session]:
        """What the poller says; it has to be what a fresh look at that moment says."""
        seen, sessions = self.poller.look()
        fresh = fleet.sessions(snapshot.take(self.own, seen.now, snapshot.ROWS))
        assert sessions == fresh
        return sessions


@pytest.fixture
def world(own: Settings, claude: Path, live: Live, monkeypatch: pytest.MonkeyPatch) -> World:
    """It has been looked at twice, and nothing has happened for a minute."""
    made = World(own, claude, live, monkeypatch)
    made.looked()
    made.ahead += 60
    time.sleep(0.15)  # files that were written just now are read each time
    made.looked()
    made.ahead += 4.5  # settled, and not judged anew in any case
    made.poller.look()
    return made


CHANGES: dict[str, Callable[[World], object]] = {
    "a status": lambda world: world.register(0, status="busy"),
    "what it waits for": lambda world: world.register(0, status="waiting", waitingFor="permission prompt"),
    "a name": lambda world: world.register(0, name="other", nameSource="user"),
    "another id": lambda world: world.register(0, sessionId=ID.replace("1", "3")),
    "a transcript": lambda world: world.write(0, said("Is it what you want?", time.time() - 5)),
    "a tool": lambda world: world.write(0, called("Bash", {"command": "make"}, time.time() - 5)),
    "an event": lambda world: world.event("UserPromptSubmit"),
    "seen": lambda world: world.mark(marks.seen),
    "pinned": lambda world: world.mark(marks.pin, True),
    "a branch": lambda world: world.head("other"),
    "a task": lambda world: world.task("in_progress"),
    "a process ends": lambda world: world.end(1),
    "a broken record": lambda world: (world.claude / "sessions" / "77.json").write_text("{"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_seen_at_once(world: World, change: str) -> None:
    """Each source alone: the next look says it, and the looks after that go on saying it."""
    before = [session._replace(because="") for session in world.looked()]

    CHANGES[change](world)

    after = world.looked()
    assert change == "a broken record" or [session._replace(because="") for session in after] != before
    world.ahead += 1
    world.looked()
    world.ahead += 60
    world.looked()


@pytest.mark.parametrize("text", ["", "{"])
def test_a_live_process_without_a_record(world: World, text: str) -> None:
    """Its record is gone or broken: for one look it is as it was, then unknown; once the process ends it is gone."""
    record = world.claude / "sessions" / f"{world.pids[0]}.json"
    key = next(session.key for session in world.looked() if session.pid == world.pids[0])

    def seen() -> list[tuple[str, str]]:
        world.ahead += 1
        return [(session.state, session.rule) for session in world.poller.look()[1] if session.key == key]

    [before] = seen()
    record.write_text(text) if text else record.unlink()
    looks = [seen(), seen(), seen()]
    snapshot, sessions = world.poller.look()
    [why] = [explain.explain(snapshot, session) for session in sessions if session.key == key]
    world.end(0)
    world.ahead += 5

    assert looks == [[before], [("unknown", "no-record")], [("unknown", "no-record")]]
    assert [(step.rule, step.fact.partition(",")[0]) for step in why.steps if step.fired] == [
        ("no-record", "its registry record is gone or cannot be read")
    ]
    assert seen() == []


def test_all_changes_one_after_the_other(world: World) -> None:
    """In one life of a poller: five seconds after each, whatever it was, nothing differs."""
    for change in CHANGES.values():
        change(world)
        world.poller.look()
        world.ahead += 5.1
        world.looked()


def test_time_alone(world: World) -> None:
    """Where nothing is written, what the clock changes is seen within five seconds."""
    world.register(0, status="busy")
    world.looked()
    for seconds in (30, 3600, 6, 86_400 * 8):
        world.ahead += seconds
        world.looked()


def test_a_clock_that_is_set_back(world: World) -> None:
    """Is no reason to believe what was judged before."""
    world.ahead -= 3600

    world.looked()


def test_what_does_not_change_is_not_judged(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """That is what it is for."""
    world.looked()
    world.ahead += 60
    _, before = world.poller.look()
    world.ahead += 4.5
    judged: list[object] = []
    sessions = fleet.sessions
    monkeypatch.setattr("cst.poller.fleet", SimpleNamespace(sessions=lambda seen: judged.append(seen) or sessions(seen)))

    _, after = world.poller.look()

    assert judged == []
    assert after is before


def test_one_session_for_a_jump(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the whole look has it; none for one that has ended, is unknown, or was never looked at, nor without tmux."""
    key = f"{world.pids[1]}.{started(world.pids[1])}"
    whole = next(session for session in world.poller.look(at_once=True)[1] if session.key == key)
    without = world.poller.one(key)
    monkeypatch.setattr("cst.poller.tmux", SimpleNamespace(ask=lambda *_: None, look=lambda _: ([], [], "")))
    found = world.poller.one(key)
    never = Poller(world.own).one(key)
    world.end(1)

    assert found is not None
    assert found[1]._replace(because="") == whole._replace(because="")
    assert (without, never, world.poller.one(key), world.poller.one("1.1")) == (None, None, None, None)
