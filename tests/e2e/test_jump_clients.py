"""Who moves when somebody jumps: real clients at one tmux server, alone, together in a tmux session, in session groups,
at linked and zoomed windows. Whoever else moves is named before; and nobody is moved whom tmux could leave alone."""

from __future__ import annotations

import os
import random
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from cst.value import Value
from tests.e2e.test_tmux import Office
from tests.testing import ALL, ROOT, TmuxClient, TmuxServer, until
from tests.testing.campaign import chance

pytestmark = pytest.mark.skipif(not shutil.which("tmux"), reason="tmux is not installed")


class Scene(Value):
    """A client at `mine` jumps to the session in the pane `target`, while others look at `others`. `stands`: the tmux
    commands that make it so, after the tmux sessions one, two and three. `moves`: how many of the others go along."""

    stands: Sequence[str]
    mine: str
    others: Sequence[str]
    target: str
    moves: int = 0
    stays_in: str = ""  # the tmux session that my client is in afterwards, "" for any


SPLIT = "split-window -d -t {} cat"
GROUP = "new-session -d -t one -s group"
SCENES = {
    "each in a tmux session of its own": Scene([], "one", ["two"], "three:0.0"),
    "both in one, the target elsewhere": Scene([], "one", ["one"], "three:0.0"),
    "both in one, the target a window of it": Scene(["new-window -d -t one cat"], "one", ["one"], "one:1.0", 1),
    "three in one, the target a window of it": Scene(["new-window -d -t one cat"], "one", ["one", "one"], "one:1.0", 2),
    "both in one, the target is linked to where nobody is": Scene(
        ["new-window -d -t one cat", "link-window -d -s one:1 -t two:5"], "one", ["one"], "one:1.0", 0, "two"
    ),
    "both in one, which has a group where nobody is": Scene(
        ["new-window -d -t one cat", GROUP], "one", ["one"], "one:1.0", 0, "group"
    ),
    "a group, the target a window of both": Scene(["new-window -d -t one cat", GROUP], "one", ["group"], "one:1.0", 0, "one"),
    "a group, the target another pane of the window that both show": Scene(
        [SPLIT.format("one"), GROUP], "one", ["group"], "one:0.1", 1, "one"
    ),
    "linked to where I am": Scene(["link-window -d -s three:0 -t one:5"], "one", ["three"], "three:0.0", 0, "one"),
    "linked to where I am, they show another window there": Scene(
        ["link-window -d -s three:0 -t one:5"], "one", ["one"], "three:0.0", 0, "three"
    ),
    "linked to where they show another window, and to where nobody is": Scene(
        ["link-window -d -s three:0 -t two:5"], "one", ["two"], "three:0.0", 0, "three"
    ),
    "linked, both show the window, the target its other pane": Scene(
        [SPLIT.format("one"), "link-window -d -s one:0 -t two:5", "select-window -t two:5"], "one", ["two"], "one:0.1", 1, "one"
    ),
    "they look at another pane of its window": Scene([SPLIT.format("three")], "one", ["three"], "three:0.1", 1),
    "they have zoomed another pane of its window": Scene(
        [SPLIT.format("three"), "resize-pane -Z -t three:0.0"], "one", ["three"], "three:0.1", 1
    ),
    "they have zoomed the target": Scene([SPLIT.format("three"), "resize-pane -Z -t three:0.0"], "one", ["three"], "three:0.0"),
    "nobody looks at the zoomed window": Scene([SPLIT.format("three"), "resize-pane -Z -t three:0.0"], "one", ["two"], "three:0.1"),
    "I am there already": Scene([], "three", ["three"], "three:0.0"),
}


@pytest.fixture
def office(claude: Path) -> Office:
    return Office(claude)


class Room:
    """The clients of one scene."""

    def __init__(self, server: TmuxServer, scene: Scene) -> None:
        self.server = server
        for name in ("one", "two", "three"):
            server.new(name)
        for command in scene.stands:
            server.run(*command.split())
        self.target = server.run("display-message", "-p", "-t", scene.target, "#{pane_id}")
        self.mine = server.attach(scene.mine)
        self.others = [server.attach(name) for name in scene.others]

    def shown(self) -> dict[str, str]:
        """The pane that each client shows."""
        lines = self.server.run("list-clients", "-F", "#{pane_id} #{client_name}").splitlines()
        return {line.partition(" ")[2]: line.partition(" ")[0] for line in lines}

    def moved(self, before: dict[str, str]) -> set[str]:
        """The other clients that show something else now."""
        after = self.shown()
        assert set(after) == set(before)
        return {name for name in before if after[name] != before[name]} - {self.mine.name}

    def session_of(self, client: TmuxClient) -> str:
        lines = self.server.run("list-clients", "-F", "#{session_name} #{client_name}").splitlines()
        return next(line.partition(" ")[0] for line in lines if line.partition(" ")[2] == client.name)


def named(said: str, clients: Sequence[TmuxClient]) -> int:
    """How many of the clients `also moves …` means; one of them has to be named."""
    if "also moves" not in said:
        return 0
    assert any(f"also moves {client.name}" in said for client in clients)
    words = said.partition("also moves ")[2].split(" · ")[0].split()
    return 1 + (int(words[2]) if words[1:2] == ["and"] else 0)


@pytest.mark.parametrize("name", SCENES)
def test_who_moves_is_named_before(office: Office, tmux_server: TmuxServer, name: str) -> None:
    """`cst jump` says who else moves, and nobody else does; my client gets there."""
    scene = SCENES[name]
    room = Room(tmux_server, scene)
    pid = office.waits(tmux_server, room.target)
    before = room.shown()
    done = office.cst(tmux_server, "jump", str(pid), client=room.mine.name)

    assert (done.returncode, done.stderr) == (0, "")
    until(lambda: room.mine.pane() == room.target)
    assert (len(room.moved(before)), named(done.stdout, room.others)) == (scene.moves, scene.moves)
    assert scene.stays_in in ("", room.session_of(room.mine))


@pytest.mark.parametrize("name", ["both in one, the target a window of it", "they have zoomed another pane of its window", "each in a tmux session of its own"])
def test_next_tells_it_too(office: Office, tmux_server: TmuxServer, name: str) -> None:
    """`cst next --peek` names before whom `cst next` moves, and the message of the jump does."""
    room = Room(tmux_server, SCENES[name])
    office.waits(tmux_server, room.target)
    before = room.shown()
    peeked = office.cst(tmux_server, "next", "--peek", client=room.mine.name)
    office.cst(tmux_server, "next", client=room.mine.name)

    until(lambda: room.mine.pane() == room.target)
    assert named(peeked.stdout, room.others) == len(room.moved(before)) == SCENES[name].moves
    until(lambda: b"permission" in room.mine.shown)
    assert (b"also moves" in room.mine.shown) is bool(SCENES[name].moves)


def test_back_moves_nobody_who_can_stay(office: Office, tmux_server: TmuxServer) -> None:
    """Two of a group: one goes to another tmux session and comes back into the window, while the other shows another one
    of it.

    Bug shown: the way back led through the other's tmux session, and took its client along.
    """
    room = Room(tmux_server, Scene(["new-window -d -t one cat", GROUP], "one", ["group"], "three:0.0"))
    office.waits(tmux_server, room.target)
    office.cst(tmux_server, "next", client=room.mine.name)
    until(lambda: room.mine.pane() == room.target)
    tmux_server.run("select-window", "-t", "group:1")
    before = room.shown()
    done = office.cst(tmux_server, "back", client=room.mine.name)

    assert (done.stdout, room.moved(before)) == ("back in one\n", set())


@pytest.mark.parametrize("scene", ["both in one, the target a window of it", "each in a tmux session of its own"])
def test_the_picker_names_them_above_the_page(office: Office, tmux_server: TmuxServer, scene: str) -> None:
    """Where Enter moves somebody else, the preview says so."""
    room = Room(tmux_server, SCENES[scene])
    pid = office.waits(tmux_server, room.target)
    tmux_server.run("resize-window", "-t", "two", "-x", "200", "-y", "45")
    command = f"env CST_CLIENT={room.mine.name} PYTHONPATH={ROOT} {sys.executable} {ROOT}/shell/cst pick"
    pane = tmux_server.run("split-window", "-P", "-F", "#{pane_id}", "-t", "two", *_env(), command)
    tmux_server.run("resize-pane", "-Z", "-t", pane)

    def sees() -> str:
        screen = tmux_server.run("capture-pane", "-p", "-t", pane)
        return screen if "[tools]" in screen and f"pid {pid}" in screen else ""

    screen = until(sees, 30)
    assert (f"Enter also moves {room.others[0].name}" in screen) is bool(SCENES[scene].moves)


def _env() -> list[str]:
    """The environment of the test for a pane."""
    names = ("CLAUDE_CONFIG_DIR", "XDG_STATE_HOME", "HOME", "XDG_CONFIG_HOME")
    return [word for name in names if name in os.environ for word in ("-e", f"{name}={os.environ[name]}")]


def layout(pick: random.Random) -> Scene:
    """Three tmux sessions with windows, panes, links, a group, a zoom; clients anywhere; a target anywhere."""
    stands = [f"new-window -d -t {name} cat" for name in ("one", "two", "three") if pick.random() < 0.7]
    windows = ["one:0", "two:0", "three:0", *(f"{command.split()[3]}:1" for command in stands)]
    stands += [SPLIT.format(window) for window in windows if pick.random() < 0.5]
    for number in range(pick.randrange(3)):
        source, into = pick.choice(windows), pick.choice(("one", "two", "three"))
        if not source.startswith(into):
            stands.append(f"link-window -d -s {source} -t {into}:{7 + number}")
            windows.append(f"{into}:{7 + number}")
    stands += [GROUP] if pick.random() < 0.5 else []
    stands += [f"select-window -t {pick.choice(windows)}" for _ in range(2)]
    stands += [f"resize-pane -Z -t {pick.choice(windows)}"] if pick.random() < 0.3 else []
    where = ("one", "two", "three", *(("group",) if GROUP in stands else ()))
    others = [pick.choice(where) for _ in range(pick.randint(1, 3))]
    return Scene(stands, pick.choice(where), others, pick.choice(windows))


@pytest.mark.parametrize("seed", [pytest.param(n, marks=[] if n < 2 else pytest.mark.long) for n in range(40 if ALL else 2)])
def test_whoever_moves_is_named(office: Office, tmux_server: TmuxServer, seed: int) -> None:
    """Whatever is shared with whom: exactly those move that were named, and I get there."""
    room = Room(tmux_server, layout(chance("jump", seed)))
    pid = office.waits(tmux_server, room.target)
    before = room.shown()
    done = office.cst(tmux_server, "jump", str(pid), client=room.mine.name)

    assert (done.returncode, done.stderr) == (0, "")
    until(lambda: room.mine.pane() == room.target)
    assert len(room.moved(before)) == named(done.stdout, room.others)
