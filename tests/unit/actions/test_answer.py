"""Answering a pane that may change between the look and the key: then not one byte is sent."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cst.actions import answer
from cst.actions import pane as keys
from cst.core.dialogs import Dialog
from cst.model import CstError
from cst.settings import Settings
from cst.system import locks, tmux
from tests.testing import NOW, Live, TmuxServer, called, registry_entry, typed, write_registry, write_transcript
from tests.unit.actions.fake import FakePane

BASH, EDIT, PROMPT = "2.1.110-bash", "2.1.110-edit", "2.1.110-prompt"
MakeFake = Callable[..., FakePane]


@pytest.fixture
def fake(tmux_server: TmuxServer, tmp_path: Path, claude: Path) -> MakeFake:
    """Makes the one pane of a test."""
    return lambda shows=BASH, **record: FakePane(tmux_server, tmp_path / "fake", claude, shows, **record)


def _refused(own: Settings, pane: FakePane, because: str, change: Callable[[], Any], **session: Any) -> None:
    dialog = answer.seen(own, pane.session())
    change()
    with pytest.raises(CstError, match=because):
        answer.answer(own, pane.session(**session), dialog, "yes", 1)


def test_yes(fake: MakeFake, own: Settings) -> None:
    """One key, and the registry's word that it was taken."""
    pane = fake()
    pane.after(b"1", PROMPT, status="busy", waitingFor=None)
    said = answer.answer(own, pane.session(), answer.seen(own, pane.session()), "yes")

    assert said == "api: approved · Bash: npm test, now working"
    assert pane.log == b"1"


def test_two_answer_at_the_same_moment(fake: MakeFake, own: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """One key in all. The second is told that there is nothing to answer any more, or what is.

    Bug shown: both keys were sent, the second into the prompt, and both were told as approved."""
    pane = fake()
    pane.after(b"1", PROMPT, status="busy", waitingFor=None)
    seen = [answer.seen(own, pane.session()) for _ in range(2)]
    said: list[str] = []
    press, ready = keys.press, threading.Barrier(2)

    def pressed(*given: Any) -> None:
        with contextlib.suppress(threading.BrokenBarrierError):
            ready.wait(1)  # both have looked, if both may
        press(*given)

    monkeypatch.setattr(keys, "press", pressed)

    def second(dialog: Dialog) -> None:
        try:
            said.append(answer.answer(own, pane.session(), dialog, "yes"))
        except keys.NotSent as error:
            said.append(f"not sent: {error.what}")

    both = [threading.Thread(target=second, args=(dialog,)) for dialog in seen]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()

    assert sorted(said)[0] == "api: approved · Bash: npm test, now working"
    assert sorted(said)[1].startswith("not sent: api shows no dialog to answer")
    assert pane.log == b"1"
    assert [name for name in os.listdir(own.state_dir) if name.startswith("answering")] == []


def test_while_another_answer_takes_long(fake: MakeFake, own: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not waited for without end, and nothing is sent."""
    pane = fake()
    dialog = answer.seen(own, pane.session())
    monkeypatch.setattr(answer, "_TURN", 0.0)
    with locks.held(f"{own.state_dir}/answering.{pane.pid}", 1), pytest.raises(keys.NotSent, match="somebody else is answering api"):
        answer.answer(own, pane.session(), dialog, "yes", 0.2)

    assert pane.log == b""


def test_the_next_dialog_is_told(fake: MakeFake, own: Settings) -> None:
    """Where another dialog follows at once, the report says what it asks."""
    pane = fake()
    pane.after(b"1", EDIT, status="waiting")
    said = answer.answer(own, pane.session(), answer.seen(own, pane.session()), "1")

    assert said == "api: approved · Bash: npm test, it now asks: Edit file: old.txt"


def test_no_at_a_plan_is_escape(fake: MakeFake, own: Settings) -> None:
    """A plan's refusing option is a text field, so that no is Esc."""
    pane = fake("2.1.329-plan")
    pane.after(b"\x1b", PROMPT, status="idle", waitingFor=None)
    said = answer.answer(own, pane.session("plan"), answer.seen(own, pane.session("plan")), "no")

    assert said == "api: refused · Ready to code? Look, then leap, now at its prompt"
    assert pane.log == b"\x1b"


def test_arrows_and_enter(fake: MakeFake, own: Settings) -> None:
    """Where options have no numbers, Enter is pressed only once the cursor is seen on the option."""
    pane = fake("2.1.329-trust")
    moved = (pane.folder / "screen").read_text().replace("❯", " ").replace("   Yes, I trust", " ❯ Yes, I trust")
    pane.after(b"\x1b[B", text=moved)
    pane.after(b"\x1b[B\r", PROMPT, status="idle", waitingFor=None)
    said = answer.answer(own, pane.session("dialog"), answer.seen(own, pane.session("dialog")), "yes")

    assert "api: approved · Trust this folder?" in said
    assert pane.log == b"\x1b[B\r"


def test_somebody_refuses_at_the_same_moment(fake: MakeFake, own: Settings, claude: Path) -> None:
    """The status changed, but the transcript says that it was refused: that is not told as approved. A No is."""
    pane = fake()
    pane.after(b"1", PROMPT, status="idle", waitingFor=None)
    now = time.time() + 60  # after the key, whenever that comes
    refused = [typed("go", now), called("Bash", {"command": "npm test"}, now),
               typed("[Request interrupted by user for tool use]", now, interruptedMessageId="m")]  # fmt: skip
    write_transcript(claude, refused, cwd=str(pane.folder))
    dialog = answer.seen(own, pane.session())
    with pytest.raises(CstError, match="api was interrupted at the same moment; look there"):
        answer.answer(own, pane.session(), dialog, "yes")

    assert pane.log == b"1"


def test_a_transcript_that_cannot_be_read(
    fake: MakeFake, own: Settings, claude: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer was given and taken: that is told. Bug shown: a crash."""
    pane = fake()
    pane.after(b"1", PROMPT, status="busy", waitingFor=None)
    write_transcript(claude, [typed("go", time.time())], cwd=str(pane.folder))

    def unreadable(_: str) -> None:
        raise PermissionError

    monkeypatch.setattr("cst.claude.transcript.read", unreadable)
    said = answer.answer(own, pane.session(), answer.seen(own, pane.session()), "yes")

    assert said == "api: approved · Bash: npm test, now working"


def test_a_number_that_means_no(fake: MakeFake, own: Settings, claude: Path) -> None:
    """The interrupt that a No brings is its proof, and no disturbance."""
    pane = fake()
    pane.after(b"3", PROMPT, status="idle", waitingFor=None)
    write_transcript(claude, [typed("[Request interrupted by user for tool use]", time.time() + 2)], cwd=str(pane.folder))
    said = answer.answer(own, pane.session(), answer.seen(own, pane.session()), "3")

    assert said == "api: refused · Bash: npm test, now at its prompt"


def test_the_cursor_does_not_move(fake: MakeFake, own: Settings) -> None:
    """No Enter where the arrow did nothing: it would choose the other option."""
    pane = fake("2.1.329-trust")
    with pytest.raises(CstError, match="the cursor of that dialog is on another option; nothing was chosen"):
        answer.answer(own, pane.session("dialog"), answer.seen(own, pane.session("dialog")), "yes")

    assert pane.log == b"\x1b[B"


def test_somebody_else_moves_the_cursor(fake: MakeFake, own: Settings) -> None:
    """No Enter either where it needed no arrow when it was seen. Bug shown: a folder was trusted by a no."""
    pane = fake("2.1.329-trust")
    dialog = answer.seen(own, pane.session("dialog"))
    pane.draw((pane.folder / "screen").read_text().replace("❯", " ").replace("   Yes, I trust", " ❯ Yes, I trust"))
    with pytest.raises(CstError, match="the cursor of that dialog is on another option; nothing was chosen"):
        answer.answer(own, pane.session("dialog"), dialog, "no")

    assert pane.log == b""


def test_another_dialog_between_two_arrows(fake: MakeFake, own: Settings) -> None:
    """It gets no key, neither the second arrow nor Enter, and the error says that the cursor was moved.

    Bug shown: all arrows were pressed at once, and then "nothing was sent".
    """
    pane = fake("2.1.329-trust")
    lines = (pane.folder / "screen").read_text().split("\n")
    lines.insert(next(i for i, line in enumerate(lines) if "Yes, I trust" in line), "   Look first")
    pane.draw("\n".join(lines))
    dialog = answer.seen(own, pane.session("dialog"))
    pane.after(b"\x1b[B", EDIT)
    with pytest.raises(CstError, match=r"it now asks: Edit file: old\.txt; the cursor was moved, Enter was not pressed"):
        answer.answer(own, pane.session("dialog"), dialog, "3")

    assert pane.log == b"\x1b[B"


def test_no_proof(fake: MakeFake, own: Settings) -> None:
    """A key that changes nothing is told as such, and not sent again."""
    pane = fake()
    with pytest.raises(CstError, match="nothing shows that it was taken; look there"):
        answer.answer(own, pane.session(), answer.seen(own, pane.session()), "yes", 0.5)

    assert pane.log == b"1"


def test_the_proof_costs_little(fake: MakeFake, own: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """While nothing comes, tmux is asked less and less often, and of the registry only the one record is read. Shown
    before: 20 starts of tmux in a second, and the whole registry twice for each."""
    pane = fake()
    dialog = answer.seen(own, pane.session())
    asked: list[float] = []
    inspect = tmux.inspect

    def counted(*words: str) -> tuple[list[str], str]:
        asked.append(time.monotonic())
        return inspect(*words)

    monkeypatch.setattr(tmux, "inspect", counted)
    monkeypatch.delattr("cst.claude.registry.read")
    with pytest.raises(CstError, match="nothing shows that it was taken"):
        answer.answer(own, pane.session(), dialog, "yes", 3)

    assert 5 <= len(asked) <= 15
    assert asked[-1] - asked[-2] > 0.3


def test_another_dialog(fake: MakeFake, own: Settings) -> None:
    """It is named."""
    pane = fake()
    _refused(own, pane, "it now asks: Edit file: old.txt; nothing was sent", lambda: pane.show(EDIT))

    assert pane.log == b""


def test_another_command_in_the_same_dialog(fake: MakeFake, own: Settings) -> None:
    """The same tool with one letter more is another dialog."""
    pane = fake()
    other = (pane.folder / "screen").read_text().replace("npm test", "npm testx")
    _refused(own, pane, "it now asks: Bash: npm testx; nothing was sent", lambda: pane.draw(other))

    assert pane.log == b""


def test_another_space_in_the_same_command(fake: MakeFake, own: Settings) -> None:
    """`rm -rf ./build` and `rm -rf ./ build` are two commands. Bug shown: they were one."""
    pane = fake()
    other = (pane.folder / "screen").read_text().replace("npm test", "npm te st")
    _refused(own, pane, "it now asks: Bash: npm te st; nothing was sent", lambda: pane.draw(other))

    assert pane.log == b""


def test_the_dialog_is_gone(fake: MakeFake, own: Settings) -> None:
    """The prompt stands there: a digit would be typed into it."""
    pane = fake()
    _refused(own, pane, "no dialog to answer on the screen of api", lambda: pane.show(PROMPT))

    assert pane.log == b""


@pytest.mark.parametrize(("status", "because"), [("busy", "its state is working"), ("shell", "its state is background"), ("new-word", "its state is new-word"), ("idle", "its state is idle")])
def test_it_waits_no_more(fake: MakeFake, own: Settings, claude: Path, status: str, because: str) -> None:
    """The registry's word counts before the screen's, which may be late."""
    pane = fake()
    changed = registry_entry(pane.pid, **{**pane.record, "status": status, "waitingFor": None})
    _refused(own, pane, because + "; nothing was sent", lambda: write_registry(claude, changed))

    assert pane.log == b""


@pytest.mark.parametrize("state", ["error", "done", "idle"])
def test_it_is_what_the_table_says(fake: MakeFake, own: Settings, state: str) -> None:
    """Bug shown: `cst ls` had `error`, and `cst answer` said that it is idle."""
    pane = fake(status="idle", waitingFor=None)
    with pytest.raises(CstError, match=f"api shows no dialog to answer; its state is {state}; nothing was sent"):
        answer.seen(own, pane.session(state))


def test_a_menu(fake: MakeFake, own: Settings) -> None:
    """A menu that somebody opened is not answered."""
    pane = fake(waitingFor="dialog open")
    with pytest.raises(CstError, match=f"api has a menu open; nothing was sent; `cst jump {pane.pid}` goes there"):
        answer.seen(own, pane.session())


def test_a_reused_pid(fake: MakeFake, own: Settings) -> None:
    """The process in the pane has the pid and not the start time."""
    pane = fake()
    _refused(own, pane, "belongs to another process now", lambda: None, start="1")

    assert pane.log == b""


def test_another_process_reads_the_pane(fake: MakeFake, own: Settings, live: Live) -> None:
    """The session's process lives, but in another terminal."""
    pane = fake()
    other = live.start("claude")
    _refused(own, pane, f"another process than api \\(pid {other}\\) reads pane", lambda: None, pid=other)

    assert pane.log == b""


def test_the_pane_is_gone(fake: MakeFake, own: Settings) -> None:
    """And so is its process."""
    pane = fake()
    pane.server.new("other")
    session = pane.session()
    dialog = answer.seen(own, session)
    pane.server.run("kill-pane", "-t", pane.pane)
    with pytest.raises(CstError, match=r"is gone|has ended"):
        answer.answer(own, session, dialog, "yes", 1)


def test_copy_mode(fake: MakeFake, own: Settings) -> None:
    """A key would go to copy mode; it is left as it is."""
    pane = fake()
    _refused(own, pane, "is in copy mode; leave it", lambda: pane.server.run("copy-mode", "-t", pane.pane))

    assert pane.log == b""
    assert pane.server.run("display-message", "-p", "-t", pane.pane, "#{pane_in_mode}") == "1"


def test_synchronized_panes(fake: MakeFake, own: Settings) -> None:
    """The key would go into the neighbours too."""
    pane = fake()
    change = lambda: pane.server.run("set-option", "-w", "-t", pane.pane, "synchronize-panes", "on")  # noqa: E731
    _refused(own, pane, "synchronize-panes", change)

    assert pane.log == b""


def test_tmux_refuses_at_the_last_moment(fake: MakeFake, own: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Copy mode that opens between the last look and the key: tmux itself looks once more."""
    pane = fake()
    dialog = answer.seen(own, pane.session())
    press = keys.press

    def late(*given: Any) -> None:
        pane.server.run("copy-mode", "-t", pane.pane)
        press(*given)

    monkeypatch.setattr("cst.actions.pane.press", late)
    with pytest.raises(CstError, match="changed at the last moment; nothing was sent"):
        answer.answer(own, pane.session(), dialog, "yes", 1)

    assert pane.log == b""


def test_a_text_field(fake: MakeFake, own: Settings) -> None:
    """An open text field takes a digit as a letter."""
    pane = fake("2.1.329-bash-amend-typed")
    with pytest.raises(CstError, match="a text field is open in that dialog"):
        answer.answer(own, pane.session(), answer.seen(own, pane.session()), "yes", 1)

    assert pane.log == b""


def test_a_text_field_meanwhile(fake: MakeFake, own: Settings) -> None:
    """The same plan, but somebody has begun to write what to change."""
    pane = fake("2.1.329-plan")
    _refused(own, pane, "a text field was opened in that dialog meanwhile", lambda: pane.show("2.1.329-plan-text"))

    assert pane.log == b""


def test_a_client_without_a_status(fake: MakeFake, own: Settings) -> None:
    """The dialog left the screen and stays away: that is all the proof that an old client gives."""
    pane = fake(status=None, waitingFor=None, procStart=None)
    pane.after(b"1", PROMPT)
    session = pane.session("unknown", start="0")
    said = answer.answer(own, session, answer.seen(own, session), "yes")

    assert said == "api: approved · Bash: npm test, the dialog is gone"
    assert pane.log == b"1"


def test_a_client_without_a_status_or_a_start(fake: MakeFake, own: Settings) -> None:
    """Where the client records no start time, the process of the first look has to be that of the second."""
    pane = fake(status=None, waitingFor=None, procStart=None)
    session = pane.session("unknown", start="0")
    dialog = answer.seen(own, session)._replace(holder="1")
    with pytest.raises(CstError, match="belongs to another process now"):
        answer.answer(own, session, dialog, "yes", 1)

    assert pane.log == b""


def test_the_same_question_anew(fake: MakeFake, own: Settings, claude: Path) -> None:
    """Somebody approved at the terminal, and the very same command asks again: that is another wait."""
    pane = fake()
    changed = registry_entry(pane.pid, **{**pane.record, "statusUpdatedAt": int(NOW * 1000) + 5})
    _refused(own, pane, "it has moved on and asks again: Bash: npm test", lambda: write_registry(claude, changed))

    assert pane.log == b""


@pytest.mark.parametrize(
    ("title", "about"),
    [
        ("Bash command", "Bash: npm test"), ('Bash command, from the agent "Check the licences"', "Bash: npm test"),
        ("Bash command · from the general-purpose agent", "Bash: npm test"), ("", "permission: npm test"),
        ("x" * 60, "x" * 39 + "…: npm test"),
    ],
)  # fmt: skip
def test_what_a_dialog_is_about(title: str, about: str) -> None:
    """The tool and what it does; no half of an agent's name. Bug shown: `Bash command, from the agent "Check the: …`."""
    assert answer.about(Dialog("permission", title, "npm test", (), "", ())) == about
