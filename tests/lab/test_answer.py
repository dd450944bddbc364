"""Answering and sending on the real client: each dialog, and dialogs that change between the look and the key.

With CST_LAB_ALL=1 (`make lab`) on the older pinned clients too.
"""
from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from cst import settings, snapshot
from cst.actions import answer, send
from cst.actions.pane import NotSent
from cst.core import fleet
from cst.core.dialogs import Dialog
from cst.model import CstError
from cst.model import Session as Shown
from tests.lab import cst, mcp_server
from tests.lab.conftest import MakeLab
from tests.lab.lab import Lab, Session, every
from tests.lab.retry import until

ALL = bool(os.environ.get("CST_LAB_ALL"))
OLD = ("2.1.110", "2.1.50")
PATIENCE = 20.0  # the machine that tests may be busy
THREE = '{"questions":[{"question":"What to pack?","header":"Luggage","multiSelect":true,"options":[' \
    '{"label":"Rope","description":"Long"},{"label":"Map","description":"Old"}]}]}'


class Desk:
    """A lab, and somebody who answers from elsewhere."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.env = {**lab.env, "TMUX": f"{lab.socket},0,0"}
        self.own = settings.load(self.env)
        self.folder = lab.projects / "alpha"
        self.opened = 0

    def open(self, mode: str = "", project: str = "alpha", columns: int = 100, lines: int = 40, ready: bool = True) -> Session:
        """A client in a tmux session of its own, at its prompt."""
        mode = mode or ("manual" if self.lab.version not in OLD else "default")
        self.opened += 1
        name = f"answer-{self.opened}"
        folder = Path(project) if project.startswith("/") else self.lab.projects / project
        folder.mkdir(parents=True, exist_ok=True)
        pane = self.lab.tmux("new-session", "-d", "-s", name, "-x", str(columns), "-y", str(lines), "-c", str(folder),
                             "-P", "-F", "#{pane_id}", f"claude --permission-mode {mode}")
        session = Session(name, name, pane, time.time())
        self.lab.sessions.append(session)
        if ready:
            feet = ("shortcuts", "plan mode on", "auto mode on")
            until(lambda: any(foot in self.lab.screen(session) for foot in feet), 20,
                  lambda: f"{name} is at its prompt\n{self.lab.screen(session)}")
            time.sleep(1.5 if self.lab.version in OLD else 0.3)
        return session

    def say(self, session: Session, text: str) -> None:
        """Type a prompt and send it, once the session is at its prompt."""
        self.rests(session)
        self.lab.tmux("send-keys", "-t", session.pane, "-l", "--", text)
        until(lambda: text[:20] in self.lab.screen(session), 10, lambda: f"{text[:20]!r} on\n{self.lab.screen(session)}")
        time.sleep(0.5)
        self.lab.keys(session, "Enter")

    def shown(self, session: Session) -> Shown:
        """What cst knows of the session now."""
        found = fleet.sessions(snapshot.take(self.own, time.time(), snapshot.ROWS))
        return next(s for s in found if s.place and s.place.pane == session.pane)

    def seen(self, session: Session, subject: str = "") -> Dialog:
        """The dialog about that subject, once it stands and its state is known."""
        def look() -> Dialog | None:
            try:
                found = answer.seen(self.own, self.shown(session))
            except (CstError, StopIteration):
                return None
            return found if subject in found.subject else None

        return until(look, 20, lambda: f"a dialog about {subject!r}\n{self.lab.screen(session)}")

    def asks(self, session: Session, script: str, subject: str = "") -> Dialog:
        """Send a script that opens a dialog, and look at it."""
        self.say(session, script)
        return self.seen(session, subject)

    def reply(self, session: Session, dialog: Dialog, reply: str, text: str = "") -> str:
        """Answer a dialog that was seen."""
        return answer.answer(self.own, self.shown(session), dialog, reply, PATIENCE, text)

    def rests(self, session: Session) -> None:
        """Wait until the registry says that it is idle; an older client says nothing."""
        if self.lab.version not in OLD:
            self.lab.expect_status(session, "idle")

    def send(self, session: Session, text: str, **how: bool) -> str:
        """Send a prompt."""
        return send.send(self.own, self.shown(session), text, PATIENCE, **how)

    def program(self, *words: str) -> tuple[int, str]:
        """Exit code and output of the real program."""
        done = cst.run(self.lab, *words, TMUX=self.env["TMUX"])
        return done.returncode, done.stdout + done.stderr

    def sees(self, session: Session, text: str, seconds: float = 20) -> None:
        """Wait until the pane shows a text."""
        until(lambda: text in self.lab.screen(session), seconds, lambda: f"{text!r} on\n{self.lab.screen(session)}")

    def close(self, session: Session) -> None:
        """Close the pane."""
        self.lab.tmux("kill-session", "-t", f"={session.tmux_session}", check=False)


@pytest.fixture(scope="module")
def desk(lab: Lab) -> Desk:
    """Somebody at the newest client."""
    return Desk(lab)


@pytest.fixture(scope="module")
def talker(desk: Desk) -> Session:
    """One session for the dialogs that leave it at its prompt."""
    (desk.folder / "old.txt").write_text("alpha\nbeta\ngamma\n")
    return desk.open()


@pytest.fixture
def session(desk: Desk) -> Iterator[Session]:
    """A session of this test's own."""
    made = desk.open()
    yield made
    desk.close(made)


# ------------------------------------------------------------------------------------------------ permissions


def test_bash_yes_through_the_program(desk: Desk, talker: Session) -> None:
    """`cst answer` shows the dialog; with yes the command runs and the sentence says what it was."""
    desk.asks(talker, "[[bash:touch by-yes]] [[say:Thanks one.]]", "touch by-yes")
    code, shown = desk.program("answer", talker.pane)
    time.sleep(0.5)
    done = desk.program("answer", talker.pane, "yes")
    desk.sees(talker, "● Thanks one.")

    assert (code, "touch by-yes" in shown, "y 1" in shown, "n 4" in shown) == (0, True, True, True)
    assert done[0] == 0, done
    assert "approved · Bash: touch by-yes, now" in done[1]
    assert (desk.folder / "by-yes").exists()


@every
def test_bash_always(desk: Desk, talker: Session) -> None:
    """`always` takes the one option that allows it from now on: the same command asks no more."""
    dialog = desk.asks(talker, "[[bash:npm --version]] [[bash:npm --version]] [[say:Thanks two.]]", "npm --version")
    said = desk.reply(talker, dialog, "always")
    desk.sees(talker, "● Thanks two.")

    assert "approved (Yes, and" in said
    assert "Bash: npm --version, now" in said


@every
def test_bash_no(desk: Desk, talker: Session) -> None:
    """`no` takes the option No wherever it stands: the command does not run and the session is at its prompt."""
    dialog = desk.asks(talker, "[[bash:touch by-no]]", "touch by-no")
    said = desk.reply(talker, dialog, "no")

    assert (dialog.options[-1].number, dialog.options[-1].means) == (4, "no")
    assert said.endswith("refused · Bash: touch by-no, now at its prompt")
    until(lambda: desk.shown(talker).state == "interrupted", 10, lambda: desk.shown(talker).because)
    assert not (desk.folder / "by-no").exists()


@every
def test_edit_yes(desk: Desk, talker: Session) -> None:
    """The dialog of an edit names the file; yes changes it."""
    path = desk.folder / "old.txt"
    dialog = desk.asks(talker, f"[[edit:{path}|beta|BETA]] [[say:Thanks three.]]", "old.txt")
    said = desk.reply(talker, dialog, "yes")
    desk.sees(talker, "● Thanks three.")

    assert "approved · Edit file: old.txt" in said
    assert "BETA" in path.read_text()


@every
def test_edit_no(desk: Desk, talker: Session) -> None:
    """No leaves the file as it is."""
    path = desk.folder / "old.txt"
    dialog = desk.asks(talker, f"[[edit:{path}|gamma|GAMMA]]", "old.txt")
    said = desk.reply(talker, dialog, "no")

    assert said.endswith("now at its prompt")
    assert "GAMMA" not in path.read_text()


@every
def test_write_by_number(desk: Desk, talker: Session) -> None:
    """A number takes that option."""
    path = desk.folder / "new.txt"
    dialog = desk.asks(talker, f"[[write:{path}|one]] [[say:Thanks four.]]", "new.txt")
    said = desk.reply(talker, dialog, "1")
    desk.sees(talker, "● Thanks four.")

    assert "approved · Create file: new.txt" in said
    assert path.read_text() == "one"


@every
def test_parallel_tools(desk: Desk, talker: Session) -> None:
    """After the first of two commands the report says what it asks now; the old dialog answers nothing any more."""
    dialog = desk.asks(talker, "[[bash:touch first]] + [[bash:touch second]] [[say:Both.]]", "touch first")
    said = desk.reply(talker, dialog, "yes")
    second = desk.seen(talker, "touch second")
    with pytest.raises(CstError, match="the dialog has changed; it now asks: Bash: touch second"):
        desk.reply(talker, dialog, "yes")
    desk.reply(talker, second, "yes")
    desk.sees(talker, "● Both.")

    assert "approved · Bash: touch first, " in said


# ------------------------------------------------------------------------------------------------ questions


def test_one_question(desk: Desk, talker: Session) -> None:
    """A question takes a number, and no yes."""
    dialog = desk.asks(talker, "[[ask]] [[say:South it is.]]", "Where to?")
    with pytest.raises(CstError, match=r"a question takes a number, or no: 1\. North, 2\. South"):
        desk.reply(talker, dialog, "yes")
    said = desk.reply(talker, dialog, "2")
    desk.sees(talker, "● South it is.")

    assert "answered 2. South · Where to?, now" in said


@every
def test_several_questions(desk: Desk, talker: Session) -> None:
    """A number answers the question that stands there; ticks, then yes, then the review, then yes."""
    dialog = desk.asks(talker, "[[ask:multi]] [[say:Packed.]]", "Where to?")
    said = [desk.reply(talker, dialog, "1")]
    for reply in ("2", "yes", "yes"):
        dialog = desk.seen(talker)
        said.append(desk.reply(talker, dialog, reply))
    desk.sees(talker, "● Packed.")

    assert said[0].endswith("answered 1. North · Where to?, it now asks: What to pack?")
    assert "ticked 2. South · What to pack?, it now asks: What to pack?" in said[1]
    assert "went on · What to pack?, it now asks: Review your answers" in said[2]
    assert "submitted" in said[3]


@every
def test_a_question_is_dismissed(desk: Desk, talker: Session) -> None:
    """`no` at a question is Esc; one whose ticks are missing does not go on."""
    dialog = desk.asks(talker, f"[[tool:AskUserQuestion|{THREE}]]", "What to pack?")
    with pytest.raises(CstError, match=r"nothing is ticked yet; 1\. Rope, 2\. Map"):
        desk.reply(talker, dialog, "yes")
    said = desk.reply(talker, dialog, "no")

    assert said.endswith("dismissed · What to pack?, now at its prompt")


def questions(*asked: tuple[str, bool, tuple[str, ...]]) -> str:
    """A script that asks these questions: the text, whether several may be ticked, the options."""
    made = [{"question": text, "header": text.split()[0], "multiSelect": several,
             "options": [{"label": option, "description": f"Take {option}"} for option in options]}
            for text, several, options in asked]  # fmt: skip
    return "[[tool:AskUserQuestion|" + json.dumps({"questions": made}) + "]]"


WAY, BAG, TIME = ("Way to go?", False, ("North", "South")), ("Bag of what?", True, ("Rope", "Map")), ("Time?", False, ("Now", "Later"))


def test_three_questions_with_free_texts(desk: Desk, talker: Session) -> None:
    """A text of one's own for one of them, and beside what is ticked for another; each report names what comes next."""
    dialog = desk.asks(talker, questions(WAY, BAG, TIME) + " [[say:Off we go.]]", "Way to go?")
    code, out = desk.program("answer", talker.pane, "3", "uphill", "é")
    said = []
    for about, reply, text in (("Bag", "1", ""), ("Bag", "3", "a cat"), ("Bag", "yes", ""), ("Time", "2", ""), ("", "yes", "")):
        dialog = desk.seen(talker, about)
        said.append(desk.reply(talker, dialog, reply, text))
    desk.sees(talker, "● Off we go.")

    assert (code, out.partition(": ")[2]) == (0, "answered 3. uphill é · Way to go?, it now asks: Bag of what?\n")
    assert "answered 3. a cat · Bag of what?" in said[1]
    assert said[2].endswith("it now asks: Time?")
    assert "submitted" in said[4]
    until(lambda: "a cat" in desk.lab.screen(talker) or "uphill" in desk.lab.screen(talker), 5, lambda: desk.lab.screen(talker))


def test_unanswered_questions(desk: Desk, talker: Session) -> None:
    """The headers say that some are unanswered: yes is refused, the number submits them."""
    desk.asks(talker, questions(WAY, TIME) + " [[say:Half of it.]]", "Way to go?")
    time.sleep(0.7)
    desk.lab.keys(talker, "Tab", "Tab")
    dialog = desk.seen(talker, "unanswered")
    with pytest.raises(CstError, match="some of the questions are unanswered"):
        desk.reply(talker, dialog, "yes")
    said = desk.reply(talker, dialog, "1")
    desk.sees(talker, "● Half of it.")

    assert [answered for _, answered in dialog.tabs] == [False, False]
    assert "submitted" in said


@every
def test_a_question_with_previews(desk: Desk, talker: Session) -> None:
    """Its numbers only move the cursor; arrows and Enter answer it."""
    options = [{"label": "Sidebar", "description": "Left", "preview": "+--+\n|G |\n+--+"},
               {"label": "Tabs", "description": "Top", "preview": "+--+--+"}]  # fmt: skip
    asked = json.dumps({"questions": [{"question": "Layout?", "header": "Layout", "multiSelect": False, "options": options}]})
    dialog = desk.asks(talker, f"[[tool:AskUserQuestion|{asked}]] [[say:Drawn.]]", "Layout?")
    said = desk.reply(talker, dialog, "2")
    desk.sees(talker, "● Drawn.")

    assert not dialog.numbered
    assert "answered 2. Tabs · Layout?" in said
    desk.sees(talker, "→ Tabs")


@every
@pytest.mark.parametrize("lines", [18, 14])
def test_a_question_in_a_pane_that_is_too_low(desk: Desk, lines: int) -> None:
    """Its headers are above the screen, or some options below it: those that are shown are answered by number."""
    session = desk.open(columns=60, lines=lines)
    long = tuple(f"{word} " for word in ("Rope", "Map", "Knife", "Lamp"))
    made = json.loads(questions(("Bag?", False, long))[len("[[tool:AskUserQuestion|") : -2])
    for option in made["questions"][0]["options"]:
        option["description"] = "Take it, with a rather long description that is wrapped over lines"
    desk.lab.tmux("send-keys", "-t", session.pane, "-l", "--", f"[[tool:AskUserQuestion|{json.dumps(made)}]] [[say:Packed.]]")
    desk.sees(session, "[[say:Packed.]]")
    time.sleep(0.5)
    desk.lab.keys(session, "Enter")
    dialog = desk.seen(session)
    said = desk.reply(session, dialog, "3")
    desk.sees(session, "● Packed.")
    desk.close(session)

    assert dialog.clipped
    assert [option.number for option in dialog.options] == ([1, 2, 3, 6] if lines == 14 else [1, 2, 3, 4, 5, 6])
    assert "answered 3. Knife" in said


@every
def test_a_question_that_goes_on_by_itself(desk: Desk, talker: Session) -> None:
    """Its countdown is read, and makes no other dialog of it."""
    settings_file = desk.lab.settings_file
    before = settings_file.read_text()
    settings_file.write_text(json.dumps({**json.loads(before), "askUserQuestionTimeout": "60s"}))
    time.sleep(2)
    dialog = desk.asks(talker, questions(TIME) + " [[say:In time.]]", "Time?")
    until(lambda: desk.seen(talker, "Time?").then, 60, lambda: desk.lab.screen(talker))
    later = desk.seen(talker, "Time?")
    said = desk.reply(talker, dialog, "1")
    settings_file.write_text(before)
    desk.sees(talker, "● In time.")

    assert (later.then, 0 < later.left <= 30) == ("goes on", True)
    assert later.same(dialog)
    assert "answered 1. Now" in said


# ----------------------------------------------------------------------------- dialogs without numbers, or keys


@pytest.mark.parametrize(("reply", "told"), [("yes", "approved · Fetch: url: https://example.com/x prompt: Why?"),
                                             pytest.param("no", "refused · Fetch", marks=every)])
def test_fetch(desk: Desk, talker: Session, reply: str, told: str) -> None:
    """It ends with its options, and names no keys."""
    asked = json.dumps({"url": "https://example.com/x", "prompt": "Why?"})
    dialog = desk.asks(talker, f"[[tool:WebFetch|{asked}]] [[say:Fetched {reply}.]]", "example.com")
    said = desk.reply(talker, dialog, reply)
    desk.rests(talker)

    assert told in said


@every
def test_read_outside(desk: Desk, talker: Session) -> None:
    """The report names the file."""
    dialog = desk.asks(talker, '[[tool:Read|{"file_path":"/etc/hostname"}]] [[say:Read that.]]', "/etc/hostname")
    said = desk.reply(talker, dialog, "yes")
    desk.sees(talker, "● Read that.")

    assert "approved · Read file: /etc/hostname, now" in said


def test_options_without_numbers(desk: Desk) -> None:
    """Behind a gateway auto mode asks for each action with No first, and without numbers. always is not offered."""
    session = desk.open(mode="auto")
    desk.say(session, "[[bash:touch by-arrows | sh]] [[say:By arrows.]]")
    desk.sees(session, "Enter to stay in auto mode")
    with pytest.raises(CstError, match=r"has a menu open|no dialog to answer"):
        answer.seen(desk.own, desk.shown(session))
    time.sleep(0.7)
    desk.lab.keys(session, "Enter")
    dialog = desk.seen(session, "by-arrows")
    with pytest.raises(CstError, match="no options for 'always'"):
        desk.reply(session, dialog, "always")
    said = desk.reply(session, dialog, "yes")
    desk.sees(session, "● By arrows.")
    desk.close(session)

    assert [option.label for option in dialog.options] == ["No", "Yes"]
    assert "approved · Bash: touch by-arrows | sh, now" in said
    assert (desk.folder / "by-arrows").exists()


@pytest.mark.parametrize(("reply", "told"), [("yes", "approved (Yes, and switch to default"),
                                             pytest.param("no", "refused", marks=every)])
def test_exit_plan_mode(desk: Desk, reply: str, told: str) -> None:
    """Without a plan it is a dialog of its own; the report says which mode comes."""
    session = desk.open(mode="plan")
    dialog = desk.asks(session, f"[[tool:ExitPlanMode|{{}}]] [[say:Left {reply}.]]", "exit plan mode")
    said = desk.reply(session, dialog, reply)
    desk.rests(session)
    footer = desk.lab.screen(session)
    desk.close(session)

    assert dialog.title == "Exit plan mode?"
    assert told in said
    assert ("plan mode on" in footer) is (reply == "no")


def test_a_plan_is_sent_back_with_words(desk: Desk) -> None:
    """What Claude is to change is typed into the plan's text field."""
    session = desk.open(mode="plan")
    dialog = desk.asks(session, "[[planfile:# Look words]] [[plan]] [[say:Shorter then.]]", "Look words")
    said = desk.reply(session, dialog, "3", "make it shorter")
    desk.sees(session, "● Shorter then.")
    footer = desk.lab.screen(session)
    desk.close(session)

    told = "answered 3. make it shorter · Ready to code? Look words, now "
    assert any(told + now in said for now in ("working", "at its prompt"))  # the mock answers within a moment
    assert "plan mode on" in footer


@every
@pytest.mark.parametrize(("reply", "told"), [("no", "it has ended"), ("yes", "approved (Yes, I accept) · Bypass Permissions mode")])
def test_bypass_consent(desk: Desk, reply: str, told: str) -> None:
    """Its cursor begins at No, exit. Once it was accepted, it is not shown again."""
    session = desk.open(mode="bypassPermissions", ready=False)
    until(lambda: "Yes, I accept" in desk.lab.screen(session), 20, lambda: desk.lab.screen(session))
    dialog = desk.seen(session)
    said = desk.reply(session, dialog, reply)
    desk.close(session)

    assert dialog.kind == "consent"
    assert told in said


@every
def test_write_is_not_always(desk: Desk, talker: Session) -> None:
    """always changes no mode: the option that does is taken by its number, and told."""
    path = desk.folder / "mode.txt"
    dialog = desk.asks(talker, f"[[write:{path}|one]] [[say:Written.]]", "mode.txt")
    with pytest.raises(CstError, match=r"no options for 'always': 1\. Yes, 2\. Yes, and switch to accept edits"):
        desk.reply(talker, dialog, "always")
    desk.reply(talker, dialog, "no")


@pytest.fixture(scope="module")
def form(desk: Desk) -> Session:
    """A session with an MCP server that asks by a form."""
    path, listed = desk.lab.root / "home" / ".claude.json", desk.lab.root / "listed"
    for _ in range(4):  # a client that ends writes its own copy of the file, without the server
        known = json.loads(path.read_text())
        path.write_text(json.dumps({**known, "mcpServers": {"lab": mcp_server.entry(listed)}}))
        session = desk.open(mode="manual --allowedTools mcp__lab__form mcp__lab__page")
        until(lambda: listed.exists() or "mcpServers" not in json.loads(path.read_text()), 20,
              lambda: "the client knows the tools of its server")  # fmt: skip
        if listed.exists():
            break
        desk.close(session)
    return session


@pytest.mark.parametrize(("reply", "told"), [("no", "declined"), pytest.param("yes", "accepted", marks=every)])
def test_a_form_of_an_mcp_server(desk: Desk, form: Session, reply: str, told: str) -> None:
    """It is declined, and accepted once its fields are filled in."""
    dialog = desk.asks(form, f"[[tool:mcp__lab__form|{{}}]] [[say:Form {reply}.]]", "Which colour")
    if reply == "yes":
        with pytest.raises(CstError, match="has to be filled in"):
            desk.reply(form, dialog, "yes")
        desk.lab.keys(form, "Right")
        time.sleep(0.5)
        desk.lab.keys(form, "Enter")
        desk.lab.expect_text(form, "❯ Accept")  # the cursor goes on to the buttons a moment after the value is there
        dialog = desk.seen(form, "Which colour")
    said = desk.reply(form, dialog, reply)
    desk.sees(form, f"● Form {reply}.")

    assert dialog.kind == "form"
    assert f"{told} · MCP server “lab” requests your" in said


@every
@pytest.mark.parametrize(("reply", "told"), [("no", "declined"), ("yes", "accepted")])
def test_a_page_of_an_mcp_server(desk: Desk, form: Session, reply: str, told: str) -> None:
    """Its two buttons stand side by side."""
    dialog = desk.asks(form, f"[[tool:mcp__lab__page|{{}}]] [[say:Page {reply}.]]", "Please sign in")
    said = desk.reply(form, dialog, reply)
    if reply == "yes":
        desk.lab.keys(form, "Escape")
    desk.rests(form)

    assert dialog.kind == "link"
    assert f"{told} · MCP server “lab” wants to open" in said


# ------------------------------------------------------------------------------------------------ plan, trust


@pytest.mark.parametrize(("reply", "told"), [("yes", "now working"), pytest.param("no", "now at its prompt", marks=every)])
def test_plan(desk: Desk, reply: str, told: str) -> None:
    """yes approves a plan and goes on asking for each edit; no is Esc, the plan is not carried out."""
    session = desk.open(mode="plan")
    dialog = desk.asks(session, f"[[planfile:# Look {reply}]] [[plan]] [[sleep:60]]", f"Look {reply}")
    said = desk.reply(session, dialog, reply)
    footer = desk.lab.screen(session)
    desk.close(session)

    assert next(o.label for o in dialog.options if o.means == "yes").startswith("Yes, manually approve")
    assert said.endswith(told)
    assert "auto mode on" not in footer


@every
@pytest.mark.parametrize(("reply", "told"), [("yes", "approved"), pytest.param("no", "it has ended", marks=every)])
def test_trust(desk: Desk, reply: str, told: str) -> None:
    """The trust dialog takes arrows and Enter; its cursor begins at No."""
    session = desk.open(project=str(desk.lab.root / f"untrusted-{reply}"), ready=False)
    dialog = desk.seen(session, "untrusted")
    said = desk.reply(session, dialog, reply)
    desk.close(session)

    assert dialog.kind == "trust"
    assert told in said


# ------------------------------------------------------------------------- it changes between look and key


@every
def test_refused_meanwhile(desk: Desk, talker: Session) -> None:
    """Somebody pressed Esc at the terminal: nothing is sent, the input box stays empty."""
    dialog = desk.asks(talker, "[[bash:touch meanwhile]]", "touch meanwhile")
    shown = desk.shown(talker)
    time.sleep(0.7)
    desk.lab.keys(talker, "Escape")
    desk.lab.expect_status(talker, "idle")
    with pytest.raises(CstError, match="shows no dialog to answer; its state is idle; nothing was sent"):
        answer.answer(desk.own, shown, dialog, "yes")

    assert box(desk, talker) == ""


def test_another_dialog_meanwhile(desk: Desk, talker: Session) -> None:
    """The first was answered at the terminal and another command asks: it is named, and not approved."""
    dialog = desk.asks(talker, "[[bash:touch harmless]] [[bash:rm -rf precious]] [[say:Never.]]", "touch harmless")
    shown = desk.shown(talker)
    time.sleep(0.7)
    desk.lab.keys(talker, "1")
    second = desk.seen(talker, "rm -rf precious")
    with pytest.raises(CstError, match="it now asks: Bash: rm -rf precious; nothing was sent"):
        answer.answer(desk.own, shown, dialog, "yes")
    desk.reply(talker, second, "no")


def test_two_answer_at_the_same_moment(desk: Desk, talker: Session) -> None:
    """One approves; the other key is neither for the dialog that follows nor for the prompt.

    Bug shown: both said that they had approved it, and the second key stood in the input box."""
    dialog = desk.asks(talker, "[[bash:touch at-once]] [[bash:rm -rf precious]] [[say:Enough.]]", "touch at-once")
    shown, said = desk.shown(talker), []

    def reply() -> None:
        try:
            said.append(answer.answer(desk.own, shown, dialog, "yes", PATIENCE))
        except NotSent as error:
            said.append(f"not sent: {error.what}")

    both = [threading.Thread(target=reply) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    second = desk.seen(talker, "rm -rf precious")

    assert sorted("approved · Bash: touch at-once" in one for one in said) == [False, True], said
    assert any(one.startswith("not sent: ") for one in said)
    desk.reply(talker, second, "no")
    desk.rests(talker)
    assert box(desk, talker) == ""


@every
def test_a_text_field_meanwhile(desk: Desk, talker: Session) -> None:
    """Somebody at the terminal opened the field for an amendment: a digit would be a letter of it."""
    dialog = desk.asks(talker, "[[bash:touch amended]]", "touch amended")
    time.sleep(0.7)
    desk.lab.keys(talker, "Tab")
    desk.sees(talker, "and tell Claude what to do next")
    with pytest.raises(CstError, match="a text field was opened"):
        desk.reply(talker, dialog, "yes")
    desk.lab.keys(talker, "Escape")
    desk.lab.expect_status(talker, "idle")

    assert not (desk.folder / "amended").exists()


@every
def test_the_next_question_meanwhile(desk: Desk, talker: Session) -> None:
    """The first of two questions was answered at the terminal: the second does not get its number."""
    dialog = desk.asks(talker, "[[ask:multi]]", "Where to?")
    time.sleep(0.7)
    desk.lab.keys(talker, "1")
    second = desk.seen(talker, "What to pack?")
    with pytest.raises(CstError, match="it now asks: What to pack"):
        desk.reply(talker, dialog, "2")
    desk.reply(talker, second, "no")

    assert [option.ticked for option in second.options[:2]] == [False, False]


@every
def test_copy_mode(desk: Desk, talker: Session) -> None:
    """Somebody reads back in that pane: his place is kept, nothing is sent; afterwards it is answered."""
    dialog = desk.asks(talker, "[[bash:touch scrolled]] [[say:Scrolled.]]", "touch scrolled")
    desk.lab.tmux("copy-mode", "-t", talker.pane)
    with pytest.raises(CstError, match="is in copy mode"):
        desk.reply(talker, dialog, "yes")
    mode = desk.lab.tmux("display-message", "-p", "-t", talker.pane, "#{pane_in_mode}")
    desk.lab.tmux("send-keys", "-t", talker.pane, "-X", "cancel")
    desk.reply(talker, dialog, "yes")
    desk.sees(talker, "● Scrolled.")

    assert mode == "1"


# ------------------------------------------------------------------------------------------------ send


def box(desk: Desk, session: Session) -> str:
    """What is typed in the session's input box."""
    from cst.core import screens

    found = screens.box(screens.read(desk.lab.tmux("capture-pane", "-p", "-e", "-t", session.pane)))
    assert found
    return found.text


def test_send_one_line_through_the_program(desk: Desk, talker: Session) -> None:
    """One line arrives as a prompt, and the program says so."""
    desk.rests(talker)
    done = desk.program("send", talker.pane, "[[say:Line heard.]]")
    desk.sees(talker, "● Line heard.")

    assert done[0] == 0, done
    assert "sent · [[say:Line heard.]]" in done[1]


@every
def test_send_several_lines(desk: Desk, talker: Session) -> None:
    """Line ends are no Enter: several lines, and forty, arrive as one prompt; no buffer and no file stays."""
    desk.rests(talker)
    desk.send(talker, "one äöü\ntwo\x1b[201~\x07\n[[say:Lines heard.]]")
    desk.sees(talker, "● Lines heard.")
    desk.lab.expect_status(talker, "idle")
    wanted = "one äöü\ntwo[201~\n[[say:Lines heard.]]"
    until(lambda: desk.shown(talker).last_prompt == wanted, 10, lambda: desk.shown(talker).last_prompt)
    desk.send(talker, "\n".join(f"row {i}" for i in range(40)) + "\n[[say:Rows heard.]]")
    desk.sees(talker, "● Rows heard.")
    desk.lab.expect_status(talker, "idle")

    assert desk.lab.tmux("list-buffers", check=False) == ""
    assert list(Path(desk.own.state_dir).glob("send-*")) == []


def test_send_with_typed_text(desk: Desk, talker: Session) -> None:
    """Somebody's half a sentence in the input box stays as it is."""
    desk.rests(talker)
    desk.lab.tmux("send-keys", "-t", talker.pane, "-l", "half a sent")
    desk.sees(talker, "half a sent")
    with pytest.raises(CstError, match="has text in its input box already, 'half a sent'"):
        desk.send(talker, "mine")
    text = box(desk, talker)
    desk.lab.keys(talker, "C-u")
    until(lambda: not box(desk, talker), 10, lambda: desk.lab.screen(talker))

    assert text == "half a sent"


@every
def test_send_at_a_dialog(desk: Desk, talker: Session) -> None:
    """A prompt with a 1 in it approves nothing."""
    dialog = desk.asks(talker, "[[bash:touch by-send]]", "touch by-send")
    time.sleep(0.7)
    with pytest.raises(CstError, match="is waiting for an answer"):
        desk.send(talker, "1")
    desk.reply(talker, dialog, "no")

    assert not (desk.folder / "by-send").exists()


@every
def test_send_while_it_works(desk: Desk, talker: Session) -> None:
    """A session in mid-turn gets nothing."""
    desk.say(talker, "[[sleep:60]]")
    desk.sees(talker, "Still at it")
    with pytest.raises(CstError, match="is working and would queue it"):
        desk.send(talker, "later")
    text = box(desk, talker)
    desk.lab.keys(talker, "Escape")
    desk.lab.expect_status(talker, "idle")

    assert text == ""


@every
def test_send_a_slash_command(desk: Desk, session: Session) -> None:
    """A slash command is sent as it is."""
    said = desk.send(session, "/rename by-send")
    until(lambda: desk.shown(session).name == "by-send", 10, lambda: desk.lab.screen(session))

    assert "sent · /rename by-send" in said


PEOPLE = ("family 👩\u200d👩\u200d👧, 👋🏽, ❤️, 🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
          "\u1112\u1161\u11ab\u1100\u116e\u11a8\u110b\u1165", "e\u0301\u0302\u0303\u0304\u0305 x", "a \u202eright\u202c b",
          "שלום\u200f עולם!", "می\u200cخواهم", "क्ष हिन्दी ภาษา", "葛\U000e0100城")  # fmt: skip


@pytest.mark.parametrize("text", [PEOPLE[0], *(pytest.param(text, marks=every) for text in PEOPLE[1:])])
def test_send_what_people_type(desk: Desk, talker: Session, text: str) -> None:
    """Emoji of several parts, jamo, accents, marks of direction: each arrives as a prompt, and nothing stays behind."""
    desk.rests(talker)
    said = desk.send(talker, text + " [[say:Read.]]")
    desk.rests(talker)

    assert "sent · " in said
    assert box(desk, talker) == ""


@pytest.mark.parametrize(
    ("text", "because"),
    [("/hel", "has no command /hel; it would take /help"), ("/hel me", "has no command /hel"),
     pytest.param("/xyzzy", "has no command /xyzzy", marks=every), pytest.param("exit", "--allow-exit", marks=every),
     pytest.param("\u200b!touch hidden", "runs in a shell", marks=every), pytest.param("/checkpoint-x", "no command", marks=every)],
)  # fmt: skip
def test_send_refuses(desk: Desk, talker: Session, text: str, because: str) -> None:
    """What the client would take for something else is refused, and nothing is left in the input box."""
    desk.rests(talker)
    with pytest.raises(CstError, match=because):
        desk.send(talker, text)

    assert box(desk, talker) == ""
    assert desk.shown(talker).pid
    assert not (desk.folder / "hidden").exists()


@every
def test_send_exit_if_asked(desk: Desk) -> None:
    """With --allow-exit it ends the session, and says so."""
    session = desk.open()
    key = desk.shown(session).key
    done = desk.program("send", "--allow-exit", key, ":q!")
    desk.close(session)

    assert done[0] == 0, done
    assert "sent · :q!" in done[1]


def test_send_into_the_queue(desk: Desk, talker: Session) -> None:
    """A session in mid-turn keeps it until the turn is over: it stands in the queue, and is answered then."""
    desk.say(talker, "[[sleep:6]]")
    desk.sees(talker, "Still at it")
    key = desk.shown(talker).key
    done = desk.program("send", "--queue", key, "later 👋🏽 [[say:Heard later.]]")
    again = desk.send(talker, "and\nthis\nin\nfour lines [[say:Heard too.]]", queue=True)
    desk.sees(talker, "● Heard")
    desk.rests(talker)

    assert (done[0], done[1].partition(": ")[2][:16]) == (0, "queued · later 👋")
    assert "queued · and this in" in again
    assert box(desk, talker) == ""


@every
def test_send_to_an_old_client(old_desks: dict[str, Desk]) -> None:
    """Its list of commands stands below the box. Of a text that it draws over itself nothing stays in the box."""
    desk = old_desks["2.1.110"]
    session = desk.open()
    desk.say(session, "[[say:Old hello.]]")
    until(lambda: desk.shown(session).state == "done", 10, lambda: desk.shown(session).because)
    with pytest.raises(CstError, match="has no command /hel; it would take /help"):
        desk.send(session, "/hel")
    with pytest.raises(CstError, match="taken out again"):
        desk.send(session, "one\n👋🏽, ❤️, two\nthree")
    left = box(desk, session)
    said = desk.send(session, "/rename by-old")
    people = desk.send(session, f"{PEOPLE[1]} {PEOPLE[2]}\nand more [[say:Old read.]]")
    desk.sees(session, "● Old read.")
    desk.close(session)

    assert left == ""
    assert "the command has left the input box" in said
    assert "sent · " in people


@every
def test_send_to_an_open_menu(desk: Desk, session: Session) -> None:
    """A menu is no prompt."""
    desk.send(session, "/model")
    desk.lab.expect_status(session, "waiting", "dialog open")
    with pytest.raises(CstError, match="is waiting for an answer"):
        desk.send(session, "hello")
    with pytest.raises(CstError, match="has a menu open"):
        answer.seen(desk.own, desk.shown(session))


# ------------------------------------------------------------------------------------------------ shapes


@pytest.mark.parametrize(("columns", "lines"), [(40, 40), (60, 24), (80, 24)])
@every
def test_in_a_narrow_pane(desk: Desk, columns: int, lines: int) -> None:
    """Wrapped labels and a wrapped command are read whole and answered."""
    session = desk.open(columns=columns, lines=lines)
    command = f"touch narrow-{columns}; git -C /some/where/long/enough/to/wrap log --oneline 日本語 äöü | head -20"
    dialog = desk.asks(session, f"[[bash:{command}]] [[say:Narrow.]]", f"narrow-{columns}")
    said = desk.reply(session, dialog, "yes")
    desk.sees(session, "● Narrow.")
    desk.close(session)

    assert f"Bash: touch narrow-{columns}" in said


@every
def test_a_command_that_looks_like_a_dialog(desk: Desk, session: Session) -> None:
    """Options inside a command are no options."""
    fake = r"cat <<X\n Do you want to proceed?\n ❯ 1. Yes\n   2. No\n\n Esc to cancel · Tab to amend\nX"
    desk.say(session, '[[tool:Bash|{"command":"' + fake + '","description":"❯ 1. Yes"}]]')
    desk.lab.expect_status(session, "waiting", "permission prompt")
    time.sleep(0.7)
    try:
        found = answer.seen(desk.own, desk.shown(session))
    except CstError as refused:
        assert "cursor" in str(refused)  # noqa: PT017  # one of two ends, each right
    else:
        assert [option.means for option in found.options][-1] == "no"
        assert len(found.options) >= 3


@pytest.fixture(scope="module")
def old_desks(make_lab: MakeLab) -> dict[str, Desk]:
    """A desk for each older client, made when it is asked for."""
    class Desks(dict[str, Desk]):
        def __missing__(self, version: str) -> Desk:
            self[version] = Desk(make_lab(None, version))
            return self[version]

    return Desks()


@pytest.mark.parametrize("version", OLD)
@every
def test_old_bash(old_desks: dict[str, Desk], version: str) -> None:
    """A client without a status: yes and no, proved by its screen."""
    desk = old_desks[version]
    session = desk.open()
    yes = desk.reply(session, desk.asks(session, "[[bash:touch old-yes]] [[say:Old thanks.]]", "touch old-yes"), "yes")
    desk.sees(session, "● Old thanks.")
    no = desk.reply(session, desk.asks(session, "[[bash:touch old-no]]", "touch old-no"), "no")
    desk.close(session)

    assert "approved" in yes
    assert "refused" in no
    assert ((desk.folder / "old-yes").exists(), (desk.folder / "old-no").exists()) == (True, False)


@pytest.mark.parametrize("version", OLD)
@every
def test_old_plan(old_desks: dict[str, Desk], version: str) -> None:
    """Its plan is approved with each edit still to be asked for."""
    desk = old_desks[version]
    session = desk.open(mode="plan")
    dialog = desk.asks(session, "[[planfile:# Look old]] [[plan:# Look old]] [[sleep:60]]", "Look old")
    said = desk.reply(session, dialog, "yes")
    screen = desk.lab.screen(session)
    desk.close(session)

    assert "approved" in said
    assert "accept edits on" not in screen


@pytest.mark.parametrize("version", OLD)
@every
def test_old_question(old_desks: dict[str, Desk], version: str) -> None:
    """Its question is answered by number."""
    desk = old_desks[version]
    session = desk.open()
    said = desk.reply(session, desk.asks(session, "[[ask]] [[say:Old south.]]", "Where to?"), "2")
    desk.sees(session, "● Old south.")
    desk.close(session)

    assert "answered 2. South" in said
