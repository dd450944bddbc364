"""Acting from the picker, in a real tmux with the real fzf over the demo's fleet: jump, kill, mark several, stay."""

from __future__ import annotations

import os
import pty
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator

import pytest

from cst.demo import fleet, folder

from ..testing import until
from .picking import PATIENCE, Picker
from .test_demo import becomes, look

pytestmark = pytest.mark.skipif(not shutil.which("tmux"), reason="tmux is not installed")


class Person:
    """A tmux client on a terminal of its own, attached to the demo."""

    def __init__(self, demo: fleet.Demo, session: str) -> None:
        self.demo = demo
        self.master, slave = pty.openpty()
        argv = ["tmux", "-u", "-S", demo.socket, "attach-session", "-t", f"={session}:"]
        env = {name: value for name, value in demo.env.items() if name != "TMUX"}
        self.process = subprocess.Popen(
            argv, env={**env, "TERM": "xterm-256color"}, stdin=slave, stdout=slave, stderr=slave, start_new_session=True
        )
        self.name = os.ttyname(slave)
        os.close(slave)
        until(lambda: self.pane(), PATIENCE)

    def pane(self) -> str:
        """The pane that it shows."""
        lines = folder.tmux(
            self.demo.folder, "list-clients", "-F", "#{client_name} #{pane_id}", env=self.demo.env
        ).splitlines()
        return next((line.partition(" ")[2] for line in lines if line.startswith(self.name + " ")), "")

    def close(self) -> None:
        self.process.kill()
        self.process.wait(10)
        os.close(self.master)


@pytest.fixture
def person(demo: fleet.Demo) -> Iterator[Callable[[str], Person]]:
    """Attaches people."""
    made: list[Person] = []

    def attach(session: str) -> Person:
        made.append(Person(demo, session))
        return made[-1]

    yield attach
    for one in made:
        one.close()


def place(demo: fleet.Demo, who: str) -> str:
    """The pane of a session."""
    pane: str = look(demo)[who]["tmux"]["pane"]
    return pane


# --------------------------------------------------------------------------------------------------- jump


def test_enter_jumps_and_closes(
    demo: fleet.Demo, opened: Callable[..., Picker], person: Callable[[str], Person]
) -> None:
    """The client that shows the picker shows the session; another client stays where it is; the picker is closed."""
    picker = opened()
    here, other = person(picker.name), person("you")
    before = other.pane()
    picker.goes_to("rounding")

    picker.press("Enter")

    until(lambda: here.pane() == place(demo, "rounding"), PATIENCE)
    assert other.pane() == before
    picker.sees("left with 0")


def test_stay(demo: fleet.Demo, opened: Callable[..., Picker], person: Callable[[str], Person]) -> None:
    """`pick --stay`: Enter jumps, and the picker is still there for the next time, with its query."""
    picker = opened("--stay")
    here = person(picker.name)
    picker.press(*"rounding")
    until(lambda: "rounding" in picker.pointed(), PATIENCE)

    picker.press("Enter")
    until(lambda: here.pane() == place(demo, "rounding"), PATIENCE)
    picker.tmux("switch-client", "-c", here.name, "-t", picker.pane)
    picker.press("BSpace")

    picker.sees(r"> roundin\b")
    assert "left with" not in picker.screen()


def test_a_session_without_a_place_says_so(demo: fleet.Demo, opened: Callable[..., Picker]) -> None:
    """Enter on one that runs outside tmux: one sentence, and the picker stays."""
    master, slave = pty.openpty()
    home = f"{demo.env['HOME']}/outside"
    os.makedirs(home, exist_ok=True)
    env = {name: value for name, value in demo.env.items() if not name.startswith("TMUX")}
    process = subprocess.Popen(
        [f"{demo.folder}/bin/claude"], cwd=home, env=env, stdin=slave, stdout=slave, stderr=slave, start_new_session=True
    )
    os.close(slave)
    try:
        picker = opened(columns=250)
        picker.sees("outside .* not in tmux")
        picker.goes_to("outside")
        picker.press("Enter")

        picker.sees("outside is in no tmux pane")
        assert picker.rows()
    finally:
        process.kill()
        process.wait(10)
        os.close(master)


# --------------------------------------------------------------------------------------------------- kill


def test_kill_asks_first(demo: fleet.Demo, opened: Callable[..., Picker]) -> None:
    """ctrl-k names who, and what would be lost; n and Esc keep it, and neither query nor cursor has moved."""
    picker = opened()
    pid = look(demo)["parser"]["pid"]
    picker.press(*"billing")
    until(lambda: "billing-parser" in picker.screen(), PATIENCE)
    picker.goes_to("billing-parser")

    for keep in ("n", "Escape"):
        picker.press("C-k")
        picker.sees(rf"End .*\(pid {pid}\)\?")
        picker.press("z", keep)
        picker.sees("> billing")
        assert "billing-parser" in picker.pointed()

    assert os.path.exists(f"/proc/{pid}")


def test_kill_ends_it(demo: fleet.Demo, opened: Callable[..., Picker]) -> None:
    """y ends exactly that process; its row dims where it stood, and the picker says so."""
    picker = opened()
    pid = look(demo)["queries"]["pid"]
    picker.goes_to("api-queries")
    row = [i for i, line in enumerate(picker.rows()) if "api-queries" in line]

    picker.press("C-k")
    picker.sees(rf"\(pid {pid}\)\?")
    picker.press("y")

    picker.sees(r"has ended \(SIGTERM\)")
    until(lambda: not os.path.exists(f"/proc/{pid}"), PATIENCE)
    picker.sees(r"end  · ended .*api-queries")
    assert row == [i for i, line in enumerate(picker.rows()) if "api-queries" in line]


def test_the_question_goes_with_the_row(demo: fleet.Demo, opened: Callable[..., Picker]) -> None:
    """Another row under the cursor: the question is gone, and y is a letter again."""
    picker = opened()
    pid = look(demo)["glossary"]["pid"]
    picker.goes_to("用語集")
    picker.press("C-k")
    picker.sees(rf"\(pid {pid}\)\?")

    picker.press("Up")
    picker.sees_not(r"\(pid ")
    picker.press("y")

    picker.sees("> y")
    assert os.path.exists(f"/proc/{pid}")


# --------------------------------------------------------------------------------------------------- several


def test_several_are_killed_at_once(demo: fleet.Demo, opened: Callable[..., Picker]) -> None:
    """Tab marks rows, the list waits with its marks, one question is asked for all."""
    picker = opened()
    pids = [look(demo)[who]["pid"] for who in ("checkout", "glossary")]
    picker.goes_to("web-shop-checkout")
    picker.press("Tab")
    picker.goes_to("用語集")
    picker.press("Tab")
    picker.sees("the list waits")
    time.sleep(2.5)  # two refreshes long
    assert sum(line.lstrip("▌ ").startswith("┃") or "┃" in line[:2] for line in picker.lines()) == 2

    picker.press("C-k")
    picker.sees("End 2 sessions")
    picker.press("y")

    until(lambda: not [pid for pid in pids if os.path.exists(f"/proc/{pid}")], PATIENCE)
    picker.sees_not("the list waits")


def test_several_are_seen(demo: fleet.Demo, opened: Callable[..., Picker]) -> None:
    """alt-v on two marked rows."""
    becomes_done(demo)
    picker = opened()
    picker.goes_to("reindex")
    picker.press("M-v")

    picker.sees("seen: reindex")
    becomes(demo, "reindex", "error")
    assert not look(demo)["reindex"]["needs_you"]


def becomes_done(demo: fleet.Demo) -> None:
    """The error is there to be seen."""
    becomes(demo, "reindex", "error")
