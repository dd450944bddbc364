"""Acting from the picker, in a real tmux with the real fzf over the demo's fleet: jump, kill, mark several, stay."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import shutil
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cst.demo import fleet, folder
from tests.e2e.picking import PATIENCE, Picker, ended
from tests.e2e.test_demo import becomes, look, place, press
from tests.testing import until

pytestmark = pytest.mark.skipif(not shutil.which("tmux"), reason="tmux is not installed")


class Person:
    """A tmux client on a terminal of its own, attached to the demo."""

    def __init__(self, demo: fleet.Demo, session: str) -> None:
        self.demo = demo
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 45, 160, 0, 0))
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


# --------------------------------------------------------------------------------------------------- jump


def test_enter_jumps_and_closes(
    demo: fleet.Demo, opened: Callable[..., Picker], person: Callable[[str], Person]
) -> None:
    """The client that shows the picker shows the session; another client stays where it is; the picker is closed."""
    picker = opened()
    here, other = person(picker.name), person("you")
    before = other.pane()
    picker.goes_to("rounding")
    there = place(demo, "rounding")

    picker.press("Enter")

    until(lambda: here.pane() == there, PATIENCE)
    assert other.pane() == before
    picker.sees("left with 0")


def test_stay(demo: fleet.Demo, opened: Callable[..., Picker], person: Callable[[str], Person]) -> None:
    """`pick --stay`: Enter jumps, and the picker is still there for the next time, with its query."""
    picker = opened("--stay")
    here = person(picker.name)
    picker.press(*"rounding")
    until(lambda: "rounding" in picker.pointed(), PATIENCE)
    there = place(demo, "rounding")

    picker.press("Enter")
    until(lambda: here.pane() == there, PATIENCE)
    picker.tmux("switch-client", "-c", here.name, "-t", picker.pane)
    picker.press("BSpace")

    picker.sees(r"> roundin\b")
    assert "left with" not in picker.screen()


@pytest.mark.long
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
    """ctrl-k names who, and what would be lost; another line and Esc keep it, and neither query nor cursor has moved."""
    picker = opened()
    pid = look(demo)["parser"]["pid"]
    picker.press(*"billing")
    until(lambda: "billing-parser" in picker.screen(), PATIENCE)
    picker.goes_to("billing-parser")

    for keep in ("Enter", "Escape"):
        picker.press("C-k")
        picker.sees(rf"End .*\(pid {pid}\)\?")
        picker.press("z")
        picker.reply(keep)
        picker.sees("> billing")
        picker.sees("▌ .*billing-parser")

    assert os.path.exists(f"/proc/{pid}")


def test_kill_ends_it(demo: fleet.Demo, opened: Callable[..., Picker]) -> None:
    """y and Enter end exactly that process; its row dims where it stood, and the picker says so."""
    picker = opened()
    pid = look(demo)["queries"]["pid"]
    picker.goes_to("api-queries")
    row = [i for i, line in enumerate(picker.rows()) if "api-queries" in line]

    picker.press("C-k")
    picker.sees(rf"\(pid {pid}\)\?")
    picker.confirms("y")

    picker.sees(r"has ended \(SIGTERM\)")
    until(lambda: ended(pid), PATIENCE)
    picker.sees(r"end  · ended .*api-queries")
    assert row == [i for i, line in enumerate(picker.rows()) if "api-queries" in line]


def test_a_word_for_the_search_ends_nobody(demo: fleet.Demo, opened: Callable[..., Picker]) -> None:
    """ctrl-k by mistake, then a word that begins with y, and Enter: nobody ends, and it says so."""
    picker = opened()
    pid = look(demo)["parser"]["pid"]
    picker.goes_to("billing-parser")
    picker.press("C-k")
    picker.sees(rf"End .*\(pid {pid}\)\?")
    time.sleep(0.4)  # the question takes no key in its first moment

    picker.press(*"yaml", "Enter")

    picker.sees("cancelled: nothing was done")
    picker.sees("search> ")
    assert os.path.exists(f"/proc/{pid}")
    assert "left with" not in picker.screen()


def test_the_question_goes_with_the_row(demo: fleet.Demo, opened: Callable[..., Picker]) -> None:
    """Another row under the cursor: the question is gone, and y is a letter again."""
    picker = opened()
    pid = look(demo)["glossary"]["pid"]
    picker.goes_to("用語集")
    picker.press("C-k")
    picker.sees(rf"\(pid {pid}\)\?")

    picker.press("Up")
    picker.sees_not(r"\(pid ")
    picker.reply("y")

    picker.sees("> y")
    assert os.path.exists(f"/proc/{pid}")


# --------------------------------------------------------------------------------------------------- several


def test_several_are_named_before_they_end(demo: fleet.Demo, opened: Callable[..., Picker]) -> None:
    """In a small picker too: each in the preview, with its state."""
    picker = opened(columns=80, lines=24)
    for name in ("release", "rounding"):
        picker.marks(name)
    picker.press("C-k")
    picker.sees("End 2 sessions")

    shown = picker.sees("2 sessions, marked")
    for name in ("release", "rounding"):
        assert re.search(rf"  . \w+ +\d+[smh] +{name} \(pid \d+\)", shown.partition("marked")[2]), shown
    picker.reply("Escape")
    picker.sees_not("2 sessions, marked")


def test_several_are_killed_at_once(demo: fleet.Demo, opened: Callable[..., Picker]) -> None:
    """Tab marks rows, the list waits with its marks, one question is asked for all."""
    picker = opened()
    pids = [look(demo)[who]["pid"] for who in ("checkout", "glossary")]
    picker.marks("web-shop-checkout")
    picker.marks("用語集")
    picker.sees("the list is not updated")
    time.sleep(2.5)  # two refreshes long
    assert sum(line.lstrip("▌ ").startswith("✓") or "✓" in line[:2] for line in picker.lines()) == 2

    picker.press("C-k")
    picker.sees("End 2 sessions")
    picker.sees("y Enter = end them")
    picker.confirms("y")

    until(lambda: all(map(ended, pids)), PATIENCE)
    picker.sees_not("the list is not updated")


@pytest.mark.long
def test_one_is_seen(demo: fleet.Demo, opened: Callable[..., Picker]) -> None:
    """alt-v on the row under the cursor, an error; marked rows: test_pick_keys."""
    becomes(demo, "reindex", "error")
    picker = opened()
    picker.goes_to("reindex")
    picker.press("M-v")

    picker.sees("seen: reindex")
    becomes(demo, "reindex", "idle")


# --------------------------------------------------------------------------------------------------- answer, send


def test_a_dialog_is_answered_from_here(demo: fleet.Demo, opened: Callable[..., Picker]) -> None:
    """ctrl-y shows the command and the options as they stand on the pane; y approves, and the proof is told."""
    picker = opened()
    picker.goes_to("release (api)")

    picker.press("C-y")
    picker.sees("Answer release @ platform:1.1: Bash: rm -rf build && make release")
    picker.sees("y 1  Yes")
    picker.reply("y")

    picker.sees("release: approved · Bash: rm -rf build && make release, now working")
    picker.sees(r"● working +\d+s +release")  # since the answer. Bug shown: since the prompt, 20m
    until(lambda: look(demo)["release"]["state"] in ("working", "done"), PATIENCE)


def test_what_holds_for_good_is_asked_twice(demo: fleet.Demo, opened: Callable[..., Picker]) -> None:
    """A word that was meant for the search approves nothing for good, and the rest of it is searched for.

    Bug shown: of `cancel` the `a` approved "don't ask again".
    """
    picker = opened()
    for word in ("cancel", "apply"):
        picker.goes_to("web-shop: Audit")
        picker.press("C-y")
        picker.sees("Answer web-shop: Audit")
        time.sleep(0.4)
        for letter in word:
            picker.press(letter)
            time.sleep(0.4)
        picker.sees("cancelled: nothing was done")
        picker.press("C-u")
        becomes(demo, "audit", "permission")

    picker.goes_to("web-shop: Audit")
    picker.press("C-y")
    picker.sees("Answer web-shop: Audit")
    picker.reply("a")
    picker.sees("Answer always.*web-shop: Audit")
    picker.sees("a = always, once more")
    picker.press("Escape")
    picker.sees_not("Answer always")
    becomes(demo, "audit", "permission")


def test_an_editor_that_fails_leaves_a_way_back(demo: fleet.Demo, opened: Callable[..., Picker], tmp_path: Path) -> None:
    """What went wrong stays on the screen until Enter, which it says; in whatever mode the editor left the terminal.

    Bug shown: after one that was killed Enter, Esc and ctrl-c did nothing.
    """
    path = tmp_path / "editor"
    path.write_text("#!/bin/sh\nstty raw -echo\nkill -TERM $$\n")
    path.chmod(0o755)
    picker = opened(env=f"-u TMUX -u TMUX_PANE EDITOR={path}")  # in tmux it has a popup
    picker.goes_to("playground")
    picker.press("C-t")
    picker.sees("send> ")
    picker.reply("Enter")

    picker.sees("press Enter to go back")
    for _ in range(2):  # fzf may still be reading, and take the first
        picker.press("Enter")
        time.sleep(1)
        if "press Enter" not in "\n".join(picker.lines()):
            break
    assert "press Enter" not in "\n".join(picker.lines())


def test_a_dialog_that_changed_is_not_answered(demo: fleet.Demo, opened: Callable[..., Picker]) -> None:
    """Somebody answers in the pane while the question is up: nothing is sent, and why is told."""
    picker = opened()
    picker.goes_to("web-shop: Audit")
    picker.press("C-y")
    picker.sees("Answer web-shop: Audit")

    press(demo, "audit", "1")
    becomes(demo, "audit", "working")
    picker.reply("y")

    picker.sees("nothing was sent")


def test_a_question_is_answered_by_its_number(demo: fleet.Demo, opened: Callable[..., Picker]) -> None:
    """The second answer leads elsewhere than the first."""
    picker = opened()
    picker.goes_to("rounding")
    picker.press("C-y")
    picker.sees("2  Half to even")
    picker.sees(r"  n = dismiss \(Esc\)   or a number   esc = cancel")

    picker.reply("2")

    until(lambda: "Half to even" in becomes(demo, "rounding", "done")["last_words"], PATIENCE)


@pytest.mark.long
def test_esc_answers_nothing(demo: fleet.Demo, opened: Callable[..., Picker]) -> None:
    """The dialog stays, and y is a letter again."""
    picker = opened()
    picker.goes_to("日本語-docs: 言語")
    picker.press("C-y")
    picker.sees("y 2  Yes, manually approve")

    picker.press("Escape")
    picker.sees_not("Answer 日本語-docs")
    picker.reply("y")

    picker.sees("> y")
    assert look(demo)["languages"]["state"] == "plan"


def test_a_prompt_is_sent(demo: fleet.Demo, opened: Callable[..., Picker]) -> None:
    """ctrl-t takes a line of text, whatever was searched for; the query comes back."""
    picker = opened()
    picker.press(*"glossar")
    picker.press(*["BSpace"] * 7)
    picker.goes_to("playground")
    picker.press("C-t")
    picker.sees("Send to playground")
    picker.tmux("send-keys", "-t", picker.pane, "-l", "say (hello); $(touch pwned)")
    picker.sees("send> say")

    picker.press("Enter")

    picker.sees("playground: sent")
    until(lambda: look(demo)["fresh"]["last_prompt"] == "say (hello); $(touch pwned)", PATIENCE)
    picker.sees("search> ")


@pytest.mark.long
def test_a_prompt_is_queued(demo: fleet.Demo, opened: Callable[..., Picker]) -> None:
    """For a session that works the question says that Enter queues it, and the proof is told."""
    picker = opened()
    picker.goes_to("integration")
    picker.press("C-t")
    picker.sees("Send to integration.*Enter queues it until its turn is over")
    picker.press(*"hi")
    picker.reply("Enter")

    picker.sees("integration.*: (queued|sent) · hi")


def test_no_prompt_is_typed_for_a_session_that_takes_none(demo: fleet.Demo, opened: Callable[..., Picker]) -> None:
    """One that asks is refused before a letter is typed, and what is typed all the same is no search and no jump."""
    picker = opened()
    picker.goes_to("日本語-docs: 言語")
    picker.press("C-t")

    picker.sees("is waiting for an answer; ctrl-y answers it")
    assert "send> " not in picker.screen()
    picker.press(*"quux", "Enter")
    picker.press("Escape")
    picker.sees("search> ")
    assert "quux" not in picker.screen()
    assert "left with" not in picker.screen()


# --------------------------------------------------------------------------------------------------- marks


def test_pin_tag_rename_snooze(demo: fleet.Demo, opened: Callable[..., Picker]) -> None:
    """Each says what it did, and the row shows it."""
    picker = opened(columns=250)
    picker.goes_to("billing-parser")

    picker.press("M-p")
    picker.sees("★ billing-parser")
    picker.press("M-g")
    picker.sees("tags> ")
    picker.press(*"_rust")
    picker.reply("Enter")
    picker.sees("'_rust' cannot be a tag")
    picker.sees("tags> _rust")  # what was typed is there to be corrected
    picker.press("C-u", *"rust")
    picker.reply("Enter")
    picker.sees("★ billing-parser #rust")
    picker.press("M-n")
    picker.sees("name> Invoice parser")
    picker.press("C-u", *"oxide")
    picker.reply("Enter")
    picker.sees("★ oxide #rust")
    picker.goes_to("日本語-docs: 言語")
    picker.press("M-s")
    picker.sees("Snooze 日本語-docs: 言語")
    picker.reply("u")

    picker.sees("zzz +≡ plan .*snoozed until it changes")
    picker.press("M-s")
    picker.sees("Snooze 日本語-docs: 言語")
    picker.reply("0")
    picker.sees("you +≡ plan .*日本語-docs: 言語")


def test_archive(demo: fleet.Demo, opened: Callable[..., Picker]) -> None:
    """alt-a puts a session out of sight; ctrl-a shows it, and alt-a brings it back."""
    picker = opened(columns=250)
    picker.goes_to("playground")

    picker.press("M-a")
    picker.sees("archived: playground")
    until(lambda: not any("playground" in row for row in picker.rows()), PATIENCE)
    picker.press("C-a")
    picker.sees("arc .*playground")
    picker.goes_to("playground")
    picker.press("M-a")
    picker.sees("no longer archived: playground")
    picker.press("C-a")

    picker.sees_not("arc .*playground")
    until(lambda: any("playground" in row for row in picker.rows()), PATIENCE)
    picker.goes_to("言語")
    picker.press("M-a")
    picker.sees(r"it waits for you \(plan\); archive it all the same\?")
    picker.reply("n")
    picker.sees_not("all the same")
    assert any("言語" in row for row in picker.rows())


@pytest.mark.long
def test_the_id_is_copied(demo: fleet.Demo, opened: Callable[..., Picker]) -> None:
    """alt-c, r: the command that resumes it stands in tmux's buffer."""
    picker = opened()
    picker.goes_to("playground")
    picker.press("M-c")
    picker.sees("Copy from playground")

    picker.reply("r")

    picker.sees("copied")
    assert "/code/playground" in picker.tmux("show-buffer")


# --------------------------------------------------------------------------------------------------- open, resume


@pytest.mark.long
def test_a_shell_in_its_folder(demo: fleet.Demo, opened: Callable[..., Picker], person: Callable[[str], Person]) -> None:
    """ctrl-o, s: a new window of the client's tmux session, in the session's folder; the picker is closed."""
    picker = opened()
    here = person(picker.name)
    picker.goes_to("integration")
    picker.press("C-o")
    picker.sees("Open integration")

    picker.reply("s")

    picker.sees("left with 0")
    until(lambda: picker.tmux("display-message", "-p", "-t", here.pane(), "#{pane_current_path}").endswith("/api-tests"),
          PATIENCE)  # fmt: skip


def test_ended_sessions_and_back_to_life(
    demo: fleet.Demo, opened: Callable[..., Picker], person: Callable[[str], Person]
) -> None:
    """ctrl-a lists them; Enter asks, and y resumes one in its folder, in a new window."""
    picker = opened()
    here = person(picker.name)
    assert "Licence headers" not in picker.screen()
    picker.press("C-a")
    picker.sees("end  · ended .*日本語-docs: Lic")
    picker.goes_to("日本語-docs: Lic")
    picker.press("Enter")
    picker.sees("has ended. Resume it in")

    picker.reply("y")

    picker.sees("left with 0")
    until(lambda: here.pane() != picker.pane, PATIENCE)
    path = picker.tmux("display-message", "-p", "-t", here.pane(), "#{pane_current_path}")
    assert path.endswith("/日本語-docs")


def test_all_history_is_searched(demo: fleet.Demo, opened: Callable[..., Picker]) -> None:
    """`cst resume`: a word of an old prompt finds its session; its conversation is a page away."""
    picker = opened(verb="resume", heads="AGE +SESSION")
    picker.press(*"everyone")
    picker.sees("Remove last year's feature")
    picker.press("C-p", "C-p", "C-p", "C-p")

    picker.sees("23 flags gone")


@pytest.mark.long
def test_all_history_in_another_size(demo: fleet.Demo, opened: Callable[..., Picker]) -> None:
    """The rows have come and do not come again: a resize leaves them there."""
    picker = opened(verb="resume", heads="AGE +SESSION")
    picker.sees("Remove last year's feature")

    picker.resizes(100, 30)
    picker.press(*"everyone")

    picker.sees("everyone +1/")
    picker.sees("Remove last year's feature")


# --------------------------------------------------------------------------------------------------- preview, away


@pytest.mark.long
def test_the_pages_turn_and_scroll(demo: fleet.Demo, opened: Callable[..., Picker]) -> None:
    """ctrl-p goes round; the screen is the pane's; scrolling stays while the list is refreshed."""
    picker = opened(lines=18)
    picker.goes_to("integration")
    picker.sees(r"\[tools\]")
    for page, text in (("screen", "esc to in"), ("why", "rule"), ("changes", "nothing to commit"),
                       ("conversation", "Get the integration tests")):  # fmt: skip
        picker.press("C-p")
        picker.sees(rf"\[{page}\]")
        picker.sees(text)
    picker.press("C-p")
    picker.sees(r"\[tools\]")
    picker.press("C-p", "C-p")
    picker.sees(r"\[why\]")
    picker.press("S-Down", "S-Down")
    picker.sees_not(r"rule +[a-z]")
    time.sleep(2.5)

    assert not re.search(r"rule +[a-z]", picker.screen())
    assert "[why]" in picker.screen()


def test_what_happened_while_you_were_away(demo: fleet.Demo, opened: Callable[..., Picker]) -> None:
    """A picker is closed, a turn ends, the next picker says so in its header."""
    first = opened()
    first.press("Escape")
    first.sees("left with 130")
    press(demo, "tests", "Escape")
    becomes(demo, "tests", "interrupted")
    press(demo, "tests", "say hi", "Enter")
    becomes(demo, "tests", "done")

    second = opened()

    # what another test began may end in these seconds too
    second.sees(r"since you looked \(\d+[sm]\): \d finished \(.*integration")
