"""What the picker's keys ask and do, by the one table of operations; the sessions and what acts on them are made up."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from cst.actions import copy, jump, kill, marks, send
from cst.actions.pane import NotSent
from cst.core import replies
from cst.core.dialogs import Dialog, Option
from cst.fzf import prompt
from cst.fzf.backend import Choice, Typed, keys_of
from cst.fzf.keymap import Key
from cst.model import CstError, Place, Session, Snapshot
from cst.picker import answer
from cst.picker import marks as own
from cst.picker.context import Context, Target
from cst.picker.operations import KEYS, OPERATIONS, Operations, my_keys
from cst.render.paint import Paint
from cst.settings import load
from cst.text import width
from tests.testing import ROOT

API = Session("1.1", "i", 1, "idle", 0.0, "", "", name="api")
WEB = API._replace(key="2.2", id="j", pid=2, name="web")
ENDED = API._replace(key="i", pid=None, state="ended", cwd="/srv/api")


class Listing:
    """A list of made-up sessions."""

    def __init__(self, *sessions: Session) -> None:
        self.sessions = {session.key: session for session in sessions}
        self.quick: list[bool] = []
        self.columns = 100
        self.others: Sequence[Session] = ()

    def shown(self, rows: Sequence[str]) -> Target:
        return Target(Snapshot(now=100.0), [self.sessions[row] for row in rows], self.columns, self.others)

    def current(self, rows: Sequence[str], quick: bool = False) -> Target:
        self.quick.append(quick)
        return self.shown(rows)

    def sort(self) -> str:
        return "sorted"

    def toggle_ended(self) -> str:
        return "shown"

    def regroup(self) -> str:
        return "grouped"

    def toggle_tall(self) -> str:
        return ""

    def switch_hosts(self) -> str:
        return ""

    def ask_hosts(self, rows: Sequence[str]) -> None:
        pass


def picker(*sessions: Session, **settings: Any) -> Operations:
    """The operations of a picker outside tmux over these sessions."""
    own = load(os.environ)._replace(**settings)
    return Operations(Context(own, "", False, Paint(False), "/cst", Listing(*(sessions or (API, WEB, ENDED))), my_keys(own)))


def called(monkeypatch: pytest.MonkeyPatch, module: Any, name: str, result: Any = "done") -> list[tuple[Any, ...]]:
    """The arguments of every call of a function, which only returns or raises `result`."""
    calls: list[tuple[Any, ...]] = []

    def fake(*given: Any, **_: Any) -> Any:
        calls.append(given)
        if isinstance(result, Exception):
            raise result
        return result

    monkeypatch.setattr(module, name, fake)
    return calls


# ------------------------------------------------------------------------------------------ the table


def test_every_key_is_an_operation_or_the_toolkits() -> None:
    """None is dead: each acts, or fzf/ does it; each name stands once."""
    dead = [one.key.name for one in OPERATIONS if (one.act is None) != one.key.is_own()]

    assert dead == []
    assert len({key.name for key in KEYS}) == len(KEYS) == len(OPERATIONS)


@pytest.mark.usefixtures("ready")
@pytest.mark.parametrize("name", [one.key.name for one in OPERATIONS if one.ask and one.key.name not in ("kill", "answer", "jump")])
def test_a_question_has_choices_or_a_prompt(name: str) -> None:
    """One of them; every choice has a key that fzf binds, once, and what it does is in the question."""
    question = picker(API._replace(state="permission")).ask(name, ["1.1"])

    assert question
    keys = [choice.key for choice in question.choices]
    assert bool(keys) != bool(question.prompt)
    assert len(set(keys)) == len(keys)
    assert set("".join(keys)) <= set(prompt.CHOICE_KEYS)
    text = "\n".join(question.lines)
    assert [item for item in keys_of(question.choices) if keys and item not in text] == []


@pytest.mark.usefixtures("ready")
@pytest.mark.parametrize("name", [one.key.name for one in OPERATIONS if one.ask and one.key.name not in ("answer", "jump")])
def test_a_long_question_is_cut_and_says_so(name: str) -> None:
    """About a session with a long name in a narrow list. Bug shown: fzf cut it, in the middle of the pid, without a word."""
    made = picker(API._replace(name="n" * 90, title="t" * 90, state="permission"))
    made._context.listing.columns = 40  # type: ignore[attr-defined]
    question = made.ask(name, ["1.1"])

    assert question
    assert max(map(width, question.lines)) <= 40
    assert "…" in question.lines[0]


@pytest.mark.parametrize(("states", "asked"), [
    (["permission", "idle", "question", "plan"], "3 of these wait for you; archive them all the same?"),
    (["idle", "question"], "1 of these waits for you; archive them all the same?"),
    (["permission"], "it waits for you (permission); archive it all the same?"),
    (["idle", "done"], ""), (["archived"], ""),
])  # fmt: skip
def test_what_waits_is_not_archived_without_a_question(states: list[str], asked: str) -> None:
    """Bug shown: alt-a put sessions with an open dialog out of sight, without a word."""
    fleet = [API._replace(key=f"{i}.1", state=state) for i, state in enumerate(states)]
    if states == ["archived"]:
        fleet = [API._replace(key="0.1", state="permission", archived=True)]
    question = picker(*fleet).ask("archive", [session.key for session in fleet])

    assert (question.lines[1] if question else "") == asked
    assert not question or (question.guarded and [choice.value for choice in question.choices] == ["archive", None])


@pytest.mark.parametrize("columns", [30, 60, 75, 100, 200])
def test_a_question_fits(columns: int) -> None:
    """What each key does goes on in another line where there is no room."""
    made = picker()
    made._context.listing.columns = columns  # type: ignore[attr-defined]
    question = made.ask("snooze", ["1.1"])

    assert question
    assert max(map(width, question.lines[1:])) <= columns


@pytest.mark.parametrize("key", ["kill", "snooze", "tag", "rename", "copy", "open"])
def test_a_question_names_the_place(key: str) -> None:
    """Whose it is has to be certain, whatever others are called. Bug shown: `End alpha (pid 7246)?`, with a dozen alphas."""
    here = API._replace(place=Place("/s", "$1", "@1", "%1", "p1:0.0", "=$1:@1.%1"))
    question = picker(here).ask(key, [here.key])

    assert question
    assert "api @ p1:0.0" in question.lines[0]


def test_keys_that_do_nothing_stand_with_esc() -> None:
    """And esc cancels where none does."""
    some = [Choice("y", "end it", 1), Choice("n", "keep"), Choice("1", "", 2)]

    assert keys_of(some) == ["y = end it", "n, esc = keep"]
    assert keys_of(some[:1]) == ["y = end it", "esc = cancel"]


# ------------------------------------------------------------------------------------------ each of them


@pytest.mark.parametrize(("key", "seconds"), [("1", 1800.0), ("2", 7200.0), ("3", 28800.0), ("u", None)])
def test_snooze(monkeypatch: pytest.MonkeyPatch, key: str, seconds: float | None) -> None:
    """Each key for its time, all rows at once."""
    calls = called(monkeypatch, marks, "snooze")
    made = picker()
    outcome = made.act("snooze", ["1.1", "2.2"], value_of(made, "snooze", key))

    assert outcome.message == "done"
    assert [(sessions, seconds) for _, sessions, _, seconds in calls] == [([API, WEB], seconds)]


def value_of(made: Operations, name: str, key: str) -> object:
    """What a key of an operation's question stands for."""
    question = made.ask(name, ["1.1"])
    assert question
    return next(choice.value for choice in question.choices if choice.key == key)


def test_wake_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """0 ends the snooze."""
    calls = called(monkeypatch, marks, "wake")
    asleep = API._replace(snoozed=True)
    made = picker(asleep)
    made.act("snooze", ["1.1"], value_of(made, "snooze", "0"))

    assert [sessions for _, sessions, _ in calls] == [[asleep]]


@pytest.mark.parametrize(("key", "what"), [("i", "id"), ("p", "path"), ("r", "resume")])
def test_copy(monkeypatch: pytest.MonkeyPatch, key: str, what: str) -> None:
    """Each key for its text."""
    texts = called(monkeypatch, copy, "text", "the text")
    copies = called(monkeypatch, copy, "copy")
    made = picker()
    made.act("copy", ["1.1"], value_of(made, "copy", key))

    assert [given[2] for given in texts] == [what]
    assert [given[1] for given in copies] == ["the text"]


@pytest.mark.parametrize(("key", "what"), [("e", "folder"), ("s", "shell"), ("t", "transcript")])
def test_open_without_tmux(key: str, what: str) -> None:
    """On this terminal, by the verb."""
    made = picker()

    assert made.act("open", ["1.1"], value_of(made, "open", key)).run == ("open", "1.1", what)


@pytest.mark.parametrize(("pinned", "on"), [((True, True), False), ((True, False), True), ((False, False), True)])
def test_pin(monkeypatch: pytest.MonkeyPatch, pinned: tuple[bool, bool], on: bool) -> None:
    """Unpinned only where all are pinned."""
    calls = called(monkeypatch, marks, "pin")
    sessions = [session._replace(pinned=value) for session, value in zip((API, WEB), pinned, strict=True)]
    picker(*sessions).act("pin", ["1.1", "2.2"], None)

    assert [given[3] for given in calls] == [on]


@pytest.mark.parametrize(("rows", "said"), [
    (["1.1"], "done; ctrl-a shows it, alt-a brings it back"), (["1.1", "2.2"], "done; ctrl-a shows them, alt-a brings them back"),
])  # fmt: skip
def test_what_is_archived_can_be_found(monkeypatch: pytest.MonkeyPatch, rows: list[str], said: str) -> None:
    """Its row is gone at once: the message says where it is. A pin moves no row, and says what does."""
    called(monkeypatch, marks, "archive")
    called(monkeypatch, marks, "pin")

    assert picker().act("archive", rows, None).message == said
    assert picker().act("pin", rows, None).message == "done; ctrl-s sorts again"


_MOVED = {"sort": "f2", "ended": "f3,ctrl-a", "archive": "f4", "jump": "f5", "answer": "f6", "kill": "f7"}


def test_messages_name_the_keys_that_the_user_has(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bug shown: they named those of the table, which may do something else by now."""
    called(monkeypatch, marks, "archive")
    called(monkeypatch, marks, "pin")
    called(monkeypatch, send, "check", NotSent("api is waiting for an answer", to_answer=True))
    made = picker(keys=_MOVED)
    kill, new = made.ask("kill", ["1.1"]), made.ask("new", ["1.1"])
    with pytest.raises(CstError) as caught:
        made.ask("send", ["1.1"])

    assert made.act("archive", ["1.1"], None).message == "done; f3 shows it, f4 brings it back"
    assert made.act("pin", ["1.1"], None).message == "done; f2 sorts again"
    assert str(caught.value) == "api is waiting for an answer; f6 answers it"
    assert kill
    assert new
    assert "y f5 = end it" in kill.lines[-1]
    assert new.lines[1] == "f5 starts claude there; esc cancels"


def _texts(path: Path) -> set[str]:
    """All that a module says, but for what is written for who reads it."""
    tree = ast.parse(path.read_text())
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef)
    docs = {ast.get_docstring(node, clean=False) for node in ast.walk(tree) if isinstance(node, documented)}
    found = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)} - docs
    return {text for text in found if isinstance(text, str)}


@pytest.mark.parametrize("folder", ["fzf", "picker"])
def test_no_message_names_a_key_that_can_be_moved(folder: str) -> None:
    """But in the tables of keys: `keymap.called` knows what a key is called. Esc cannot be moved."""
    key = re.compile(r"\b(ctrl|alt|shift)-|\btab\b|\bEnter\b")
    tables = ("keymap.py", "operations.py", "bindings.py")
    paths = [path for path in (ROOT / "cst" / folder).glob("*.py") if path.name not in tables]
    wrong = {text for path in paths for text in _texts(path) if key.search(text)}

    assert len(paths) > 10
    # For a picker without such a key; and what a shell reads is no key of the picker.
    assert {text for text in wrong if "read -r" not in text} <= {"Enter"}


def test_tags(monkeypatch: pytest.MonkeyPatch) -> None:
    """Words add, words with a - remove, with or without #; commas are as good as spaces."""
    calls = called(monkeypatch, marks, "tag")
    picker().act("tag", ["1.1"], "one #two -three, -#four,+five")

    assert [given[3:] for given in calls] == [(["one", "two", "five"], ["three", "four"])]


@pytest.mark.parametrize(("tags", "line"), [
    ([("a", "b")], "Tags of api @ i: #a #b"), ([()], "Tags of api @ i: no tags"),
    ([("a", "b"), ("b", "c")], "Tags of 2 sessions: #b, on some #a #c"), ([("a",), ()], "Tags of 2 sessions: on some #a"),
    ([(), ()], "Tags of 2 sessions: no tags"),
])  # fmt: skip
def test_the_tags_of_several(tags: list[tuple[str, ...]], line: str) -> None:
    """Which all have, and which some. Bug shown: those of the first one passed for those of all."""
    sessions = [session._replace(tags=given) for session, given in zip((API, WEB), tags, strict=False)]
    question = picker(*sessions).ask("tag", [session.key for session in sessions])

    assert question
    assert list(question.lines) == [line, "name adds a tag, -name removes it; esc cancels"]


def test_the_snooze_question_agrees_in_number() -> None:
    """And offers to wake up what is snoozed alone."""
    asleep = API._replace(snoozed=True)
    texts = []
    for sessions in ([API], [asleep], [asleep, WEB]):
        question = picker(*sessions).ask("snooze", [session.key for session in sessions])
        assert question
        texts.append(" ".join(map(str.strip, question.lines)))

    assert ["wake" in text for text in texts] == [False, True, True]
    assert "u = until it changes" in texts[1]
    assert "0 = wake it up" in texts[1]
    assert "u = until each changes" in texts[2]
    assert "0 = wake them up" in texts[2]


def test_kill_says_what_did_not_end_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """It fails only where nobody ended."""
    monkeypatch.setattr(kill, "end", lambda _, session, *rest: "api has ended" if session == API else _raise("web stays"))
    both, one = picker().act("kill", ["1.1", "2.2"], "terminate"), picker().act("kill", ["2.2"], "terminate")

    assert (both.message, both.failed) == ("web stays; api has ended", False)
    assert (one.message, one.failed) == ("web stays", True)


def _raise(words: str) -> str:
    raise CstError(words)


@pytest.mark.parametrize(("rows", "keys"), [
    (["1.1"], "y Enter = end it   K Enter = SIGKILL if it stays   esc = cancel"),
    (["1.1", "2.2"], "y Enter = end them   K Enter = SIGKILL those that stay   esc = cancel"),
])  # fmt: skip
def test_the_kill_question_agrees_in_number(rows: list[str], keys: str) -> None:
    """Bug shown: `End 3 sessions?   y = end it`."""
    question = picker().ask("kill", rows)

    assert question
    assert question.lines[-1].strip() == keys


@pytest.mark.parametrize(("key", "force"), [("y", False), ("K", True)])
def test_kill_by_force(monkeypatch: pytest.MonkeyPatch, key: str, force: bool) -> None:
    """K alone sends SIGKILL."""
    calls = called(monkeypatch, kill, "end")
    made = picker()
    made.act("kill", ["1.1"], value_of(made, "kill", key))

    assert [given[2] for given in calls] == [force]


def test_an_ended_session_is_resumed_after_a_question() -> None:
    """A live one is jumped to without, and re-read in the quick way."""
    made = picker()
    question = made.ask("jump", ["i"])
    outcome = made.act("jump", ["i"], True)

    assert made.ask("jump", ["1.1"]) is None
    assert question
    assert question.lines[0] == "api has ended. Resume it in /srv/api?"
    assert (outcome.leave, outcome.row) == (True, "i")
    assert made._context.listing.quick == [True]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("columns", "lines"),
    [
        (80, ["api has ended. Resume it in ~/code/a/web-shop?", ""]),
        (44, ["api has ended. Resume it in", "~/code/a/web-shop?"]),
        (27, ["api has ended. Resume it in", "~/code/a/web-shop?"]),
        (13, ["api has ende…", "…/a/web-shop?"]),
    ],
)
def test_the_question_keeps_the_end_of_the_folder(columns: int, lines: list[str]) -> None:
    """Where there is no room for all of it, its beginning goes. Bug shown: it was cut just before the project."""
    made = picker(ENDED._replace(cwd="/home/me/code/a/web-shop"), home="/home/me")
    made._context.listing.columns = columns  # type: ignore[attr-defined]
    question = made.ask("jump", ["i"])

    assert question
    assert question.lines[:2] == lines


def test_a_background_session_is_shown_after_fzf_has_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """Outside tmux its view takes this terminal. Bug shown: it would have taken it from fzf."""
    made = picker(API._replace(kind="background"), tmux="")
    calls = called(monkeypatch, jump, "jump")
    outcome = made.act("jump", ["1.1"], True)

    assert (outcome.leave, outcome.row, calls) == (True, "1.1", [])


@pytest.mark.parametrize(("name", "message"), [("sort", "sorted"), ("ended", "shown"), ("rows", ""), ("refresh", "")])
def test_what_is_done_to_the_list(name: str, message: str) -> None:
    """No session is read for it."""
    made = picker()

    assert made.act(name, (), None).message == message
    assert made._context.listing.quick == []  # type: ignore[attr-defined]


# ------------------------------------------------------------------------------------------ answer


DIALOG = Dialog("permission", "Bash", "make", (), "Run it?", options=(Option(1, "Yes", means="yes"), Option(2, "No", means="no")))


def test_the_dialog_that_was_shown_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is on the screen by then: each choice carries its dialog. Every letter and number of it is a choice."""
    called(monkeypatch, answer_action(), "seen", DIALOG)
    calls = called(monkeypatch, answer_action(), "answer")
    made = picker()
    question = made.ask("answer", ["1.1"])
    assert question
    for choice in question.choices:
        made.act("answer", ["1.1"], choice.value)

    assert [choice.key for choice in question.choices] == [*replies.words(DIALOG), "1", "2"]
    assert [(dialog, word) for _, _, dialog, word in calls] == [(DIALOG, choice.key) for choice in question.choices]
    assert set("".join(choice.key for choice in question.choices)) <= set(prompt.CHOICE_KEYS)


def answer_action() -> Any:
    """The module that answers."""
    from cst.actions import answer as found

    return found


def test_the_next_of_several_questions_follows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the dialog has several; and none where there is none any more."""
    called(monkeypatch, answer_action(), "answer", "taken")
    several = DIALOG._replace(tabs=(("one", True), ("two", False)))
    called(monkeypatch, answer_action(), "seen", several)
    following = picker().act("answer", ["1.1"], answer.Reply(several, "1"))
    called(monkeypatch, answer_action(), "seen", CstError("no dialog"))
    last = picker().act("answer", ["1.1"], answer.Reply(several, "1"))

    assert following.message == last.message == "taken"
    assert following.again
    assert last.again is None


TEXTS = DIALOG._replace(kind="question", tabs=(("Way", False), ("Time", False)),
                        options=(Option(1, "North"), Option(2, "Type something.", means="text")))  # fmt: skip


def test_a_free_text_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """The number of an option that takes a text opens a line for it, which goes to that very dialog."""
    called(monkeypatch, answer_action(), "seen", TEXTS)
    given: list[tuple[Dialog, str, str]] = []
    monkeypatch.setattr(answer_action(), "answer", lambda _, __, dialog, word, text: given.append((dialog, word, text)) or "taken")
    made = picker()
    question = made.ask("answer", ["1.1"])
    assert question
    asked = made.act("answer", ["1.1"], next(choice.value for choice in question.choices if choice.key == "2")).again
    assert asked
    outcome = made.act("answer", ["1.1"], asked.answered("uphill"))

    assert (asked.choices, asked.prompt) == ((), "answer> ")
    assert asked.page
    assert given == [(TEXTS, "2", "uphill")]
    assert outcome.message == "taken"
    assert outcome.again


def test_a_refused_free_text_is_there_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """With its dialog; one that may have been sent is not."""
    error = CstError("it changed", "nothing was sent", sent=False)
    monkeypatch.setattr(answer_action(), "answer", lambda *_, **__: _raise_it(error))
    again = picker().act("answer", ["1.1"], Typed("uphill", answer.Reply(TEXTS, "2"))).again
    error = CstError("it was typed", sent=True)
    with pytest.raises(CstError, match="it was typed"):
        picker().act("answer", ["1.1"], Typed("uphill", answer.Reply(TEXTS, "2")))

    assert again
    assert (again.text, again.value, again.lines[0]) == ("uphill", answer.Reply(TEXTS, "2"), "it changed; nothing was sent")


def _raise_it(error: CstError) -> str:
    raise error


# ------------------------------------------------------------------------------------------ send


def test_send_is_refused_before_it_is_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not after Enter; of several each is named. Bug shown: only the first was."""
    called(monkeypatch, send, "check", NotSent("web shows a dialog", "use `cst answer`", "it shows a dialog", to_answer=True))

    with pytest.raises(CstError, match="web shows a dialog; ctrl-y answers it"):
        picker().ask("send", ["2.2"])
    with pytest.raises(CstError, match="none of these takes a prompt: api: it shows a dialog; web: it shows a dialog"):
        picker().ask("send", ["1.1", "2.2"])


def test_what_ends_a_session_is_not_sent_from_here() -> None:
    """There is no option in a picker. Bug shown: it said `--allow-exit sends it all the same`."""
    one = picker().act("send", ["1.1"], "/clear")

    assert one.message == "'/clear' ends, empties or leaves the session; not sent from here: Enter goes there, ctrl-k ends it"
    assert one.again
    assert one.again.lines[0] == one.message
    assert picker().act("send", ["1.1", "2.2"], "/clear").message == one.message


@pytest.mark.parametrize(("module", "name", "key", "answer"), [
    (send, "send", "send", "go on"), (marks, "append", "seen", None), (marks, "append", "pin", None),
    (marks, "append", "archive", None), (marks, "append", "snooze", 60.0), (marks, "append", "tag", "later"),
    (marks, "append", "rename", "beta"),
])  # fmt: skip
def test_a_report_says_which_of_one_name(
    monkeypatch: pytest.MonkeyPatch, module: Any, name: str, key: str, answer: object
) -> None:
    """With its place, where several are called that; else by the name alone.

    Bug shown: `alpha: sent`, with 15 sessions of that name.
    """
    called(monkeypatch, module, name)
    if module is send:
        monkeypatch.setattr(send, "send", lambda _, session, *__, **___: f"{session.name}: sent")
    made = picker(API, WEB)

    assert " @ " not in made.act(key, ["1.1"], answer).message
    made._context.listing.others = [API, WEB._replace(name="api")]  # type: ignore[attr-defined]
    assert "api @ i" in made.act(key, ["1.1"], answer).message


@pytest.mark.usefixtures("ready")
def test_the_page_says_which_of_one_name() -> None:
    """Whom a prompt goes to is where a place matters most. Bug shown: `gets it  alpha`, with a dozen of that name."""
    made = picker(API, WEB)
    made._context.listing.others = [API, WEB, DB._replace(name="api")]  # type: ignore[attr-defined]
    question = made.ask("send", ["1.1", "2.2"])

    assert question
    assert question.page
    assert question.lines[0].startswith("Send to api @ i, web:")
    assert question.page(80)[1:] == ["  gets it    api @ i", "  gets it    web"]


def test_send_says_what_cold_sessions_cost(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tokens of all whose prompt cache has expired; nothing where none has."""
    called(monkeypatch, send, "check")
    cold = picker(API._replace(cold=80_000), WEB._replace(cold=2000), ENDED).ask("send", ["1.1", "2.2"])
    warm = picker().ask("send", ["1.1"])
    assert cold
    assert warm

    assert cold.lines[0].endswith("Enter sends it, 82k tokens anew: the prompt cache has expired")
    assert "anew" not in warm.lines[0]


DB = API._replace(key="3.3", id="k", pid=3, name="db")


def _waits(_: object, session: Session, queue: bool = False) -> None:
    """db waits for an answer."""
    if session == DB:
        raise NotSent("db is waiting for an answer", "use `cst answer`", "it is waiting for an answer", to_answer=True)


@pytest.mark.parametrize(("columns", "lines"), [
    (100, ["Send to api, web · not to db: it is waiting for an answer", "Enter sends it; esc cancels"]),
    (50, ["Send to api, web", "not to db: it is waiting for an answer", "Enter sends it; esc cancels"]),
])  # fmt: skip
def test_who_gets_a_prompt_and_who_not(monkeypatch: pytest.MonkeyPatch, columns: int, lines: list[str]) -> None:
    """The question names both, and why, and the page each on a line, with the key that helps. Bug shown: `Send to 3
    sessions`, and below `not to all`."""
    monkeypatch.setattr(send, "check", _waits)
    made = picker(API, WEB, DB)
    made._context.listing.columns = columns  # type: ignore[attr-defined]
    question = made.ask("send", ["1.1", "2.2", "3.3"])

    assert question
    assert list(question.lines) == lines
    assert question.page
    assert question.page(100)[1:] == [
        "  gets it    api", "  gets it    web", "  not to     db: it is waiting for an answer; ctrl-y answers it",
    ]  # fmt: skip


def test_a_prompt_goes_to_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that was named as not getting it does not, also where it would take it by now."""
    monkeypatch.setattr(send, "check", _waits)
    calls = called(monkeypatch, send, "send")
    made = picker(API, WEB, DB)
    question = made.ask("send", ["1.1", "2.2", "3.3"])
    assert question
    outcome = made.act("send", ["1.1", "2.2", "3.3"], question.answered("go on"))

    assert sorted(session.name for _, session, _ in calls) == ["api", "web"]
    assert outcome.message == "sent to 2 sessions"


@pytest.mark.usefixtures("ready")
@pytest.mark.parametrize(("left", "told"), [
    ([API, WEB], "sent to 2 of 3 sessions; 1 has ended in the meantime"),
    ([API], "sent to 1 of 3 sessions; 2 have ended in the meantime"),
])  # fmt: skip
def test_one_that_ends_meanwhile_is_named(monkeypatch: pytest.MonkeyPatch, left: list[Session], told: str) -> None:
    """Bug shown: of three that were asked for, "sent to 2 sessions"."""
    called(monkeypatch, send, "send", "sent")
    question = picker(API, WEB, DB).ask("send", ["1.1", "2.2", "3.3"])
    assert question
    outcome = picker(*left).act("send", [one.key for one in left], question.answered("go on"))

    assert outcome.message == told


def test_many_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """What has no room is counted; the page has them all."""
    called(monkeypatch, send, "check")
    many = [API._replace(key=f"{i}.1", name=f"session-{i}") for i in range(12)]
    question = picker(*many).ask("send", [one.key for one in many])

    assert question
    assert question.lines[0] == "Send to session-0, session-1, session-2, session-3, session-4, session-5 and 6 more: Enter sends it"
    assert question.page
    assert len(question.page(80)) == 13


@pytest.mark.parametrize(
    ("rows", "working", "line"),
    [(["1.1"], (), "Enter sends it"), (["1.1"], (API,), "Enter queues it until its turn is over"),
     (["1.1", "2.2"], (WEB,), "Send to api, web: Enter sends it; 1 of them works and queues it"),
     (["1.1", "2.2"], (API, WEB), "Send to api, web: Enter sends it; 2 of them work and queue it")],
)  # fmt: skip
def test_send_queues_if_it_works(monkeypatch: pytest.MonkeyPatch, rows: list[str], working: tuple[Session, ...], line: str) -> None:
    """The question says so, and only then is it queued."""
    def check(_: object, session: Session, queue: bool = False) -> None:
        if session in working and not queue:
            raise CstError("it works")

    given: list[tuple[Session, str, bool]] = []
    monkeypatch.setattr(send, "check", check)
    monkeypatch.setattr(send, "send", lambda _, session, text, queue: given.append((session, text, queue)) or "queued")
    made = picker()
    question = made.ask("send", rows)
    assert question
    made.act("send", rows, question.answered("go on"))

    assert line in question.lines[0]
    assert {(session.key, text, queue) for session, text, queue in given} == {
        (session.key, "go on", bool(working)) for session in (API, WEB)[: len(rows)]}


@pytest.mark.usefixtures("ready")
def test_one_prompt_to_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """All get it at once; who did not is named, and if nobody did, the text is there again."""
    monkeypatch.setattr(send, "send", lambda _, session, text, queue: "" if session == API else _raise("web shows a menu"))
    some = picker().act("send", ["1.1", "2.2"], "go on")
    called(monkeypatch, send, "send", CstError("gone", "nothing was sent", sent=False))
    none = picker().act("send", ["1.1", "2.2"], "go on")

    assert (some.message, some.failed) == ("sent to 1 of 2 sessions; web shows a menu", False)
    assert none.again
    assert (none.failed, none.again.text) == (True, "go on")


# ------------------------------------------------------------------------------------------ rename


@pytest.mark.parametrize(("session", "called"), [(API, "api"), (API._replace(name="", title="Fix it"), "Fix it")])
def test_rename_shows_the_present_name(monkeypatch: pytest.MonkeyPatch, session: Session, called: str) -> None:
    """A title too, which Enter alone does not make a name. Bug shown: the line was empty."""
    monkeypatch.setattr(marks, "rename", lambda _, one, now, name: f"is {name}")
    target = Target(None, [session], 80)  # type: ignore[arg-type]
    context = Context(None, "", False, None, "", None, ())  # type: ignore[arg-type]

    assert own.ask_rename(context, target).text == called
    assert own.rename(context, target, called).message == "the name is unchanged"


def test_rename_says_who_has_that_name_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """As `cst rename` does."""
    monkeypatch.setattr(marks, "rename", lambda _, one, now, name: f"is {name}")
    monkeypatch.setattr("cst.core.fleet.sessions", lambda _: [API, WEB])
    target = Target(Snapshot(now=1.0), [API], 80)
    context = Context(None, "", False, None, "", None, ())  # type: ignore[arg-type]

    assert own.rename(context, target, "web").message == "is web; j is called that too; this one is i"
    assert own.rename(context, target, "shop").message == "is shop"


# ------------------------------------------------------------------------------------------ text that was refused


@pytest.fixture
def ready(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every session takes a prompt."""
    called(monkeypatch, send, "check")


@pytest.mark.usefixtures("ready")
@pytest.mark.parametrize("name", ["send", "tag", "rename"])
def test_a_refused_text_is_there_again(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """The same question with the text in its line, below what was wrong."""
    called(monkeypatch, {"send": send}.get(name, marks), name, CstError("it cannot be", "nothing was sent"))
    made = picker()
    before = made.ask(name, ["1.1"])
    outcome = made.act(name, ["1.1"], "go on")

    assert before
    assert outcome.failed
    assert outcome.again
    assert (outcome.again.prompt, outcome.again.text) == (before.prompt, "go on")
    assert outcome.again.lines == ["it cannot be; nothing was sent", *before.lines[1:]]


@pytest.mark.usefixtures("ready")
def test_a_reason_has_two_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bug shown: `… tags are words of up to 30 characters, without com…`."""
    made = picker()
    before = made.ask("tag", ["1.1"])
    outcome = made.act("tag", ["1.1"], "_no")
    assert before
    assert outcome.again
    *why, last = outcome.again.lines

    assert " ".join(why) == (
        "'_no' cannot be a tag; tags are words of up to 30 characters, without commas, that begin with a letter or digit"
    )
    assert (len(why), last) == (2, before.lines[-1])


def test_what_may_have_been_sent_is_not_offered_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Enter would send it twice."""
    called(monkeypatch, send, "send", send.Unproven("Enter was pressed", "look there", sent=True))

    with pytest.raises(CstError, match="Enter was pressed; look there"):
        picker().act("send", ["1.1"], "go on")


def test_a_refused_choice_is_not_offered_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is nothing to type again."""
    called(monkeypatch, marks, "snooze", CstError("it cannot be written"))

    with pytest.raises(CstError, match="it cannot be written"):
        picker().act("snooze", ["1.1"], "until changed")


def test_an_empty_prompt_opens_the_editor() -> None:
    """On this terminal."""
    assert picker().act("send", ["1.1"], "  ").run == ("send", "--edit", "1.1")


def test_questions_are_ascii_where_nothing_else_is_shown() -> None:
    """Names, tags and the preview of the question."""
    question = picker(API._replace(name="日本 …"), ascii=True).ask("copy", ["1.1"])

    assert question
    assert all(line.isascii() for line in question.lines)


def test_an_unknown_key_is_a_bug() -> None:
    """Not something that is passed over."""
    assert Key("x", "x", "") not in KEYS
    with pytest.raises(KeyError):
        picker().act("x", ["1.1"], None)
