"""What keeps an open picker true, before the real fzf; who is behind it is made up."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest

from cst.fzf import keymap, launch, list_pane, prompt, terminal
from cst.fzf.backend import Choice, Outcome, Question, Typed
from cst.fzf.jobs import Job
from cst.fzf.layout import Layout
from cst.fzf.run_dir import RunDir
from cst.fzf.session_loop import SessionLoop
from cst.model import CstError
from cst.picker.operations import KEYS
from tests.testing import until
from tests.unit.fzf.conftest import ROWS, Fzf

YES = Question(("End it?",), (Choice("y", "yes", "yes"), Choice("n", "no")))
PLACED = Layout("down,50%", "down,80%", 95, "down,99%")
TEXT = Question(("Told what?",), prompt="send> ")


class Backend:
    """Rows, questions and outcomes as a test wants them."""

    def __init__(self) -> None:
        self.now: Sequence[str] = ROWS
        self.problem: BaseException | None = None
        self.looks: list[bool] = []
        self.head = "summary"
        self.next: dict[str, str] = {}
        self.questions: dict[str, Question] = {}
        self.outcome: Outcome | CstError = Outcome("it is done")
        self.acted: list[tuple[str, tuple[str, ...], object]] = []
        self.asked: list[str] = []
        self.options: list[str] = []
        self.sizes: list[tuple[int, int, bool]] = []
        self.far: set[str] = set()
        self.go = threading.Event()
        self.go.set()
        self.gone = threading.Event()
        self.gone.set()

    def rows(self, at_once: bool) -> list[str]:
        self.looks.append(at_once)
        if self.problem:
            raise self.problem
        return list(self.now)

    def next_rows(self, row: str) -> list[str]:
        return self.next.get(row, "").split()

    def header(self, message: str) -> list[str]:
        return [message or self.head, "keys"]

    def page(self, key: str, name: str, columns: int, lines: int) -> list[str]:
        return [f"{name} of {key}"]

    def is_slow(self, name: str) -> bool:
        return False

    def next_page(self, name: str) -> str:
        return "next"

    def ask(self, action: str, keys: Sequence[str]) -> Question | None:
        assert self.go.wait(10)
        self.asked.append(action)
        if isinstance(self.questions.get(action), CstError):
            raise self.questions[action]  # type: ignore[misc]
        return self.questions.get(action)

    def takes_long(self, keys: Sequence[str]) -> bool:
        return bool(self.far & set(keys))

    def act(self, action: str, keys: Sequence[str], answer: object) -> Outcome:
        if not keys:
            self.options.append(action)
            return Outcome(f"{action} is done")
        self.acted.append((action, tuple(keys), answer))
        assert self.gone.wait(10)
        if isinstance(self.outcome, BaseException):
            raise self.outcome
        return self.outcome

    def resized(self, columns: int, lines: int, hidden: bool) -> Layout:
        self.sizes.append((columns, lines, hidden))
        return PLACED


class Open:
    """An open picker: whoever is behind it, its thread, and fzf."""

    def __init__(
        self, run_dir: RunDir, start: Callable[..., Fzf], every: float, next_rows: dict[str, str] | None = None,
        first: Sequence[str] = ROWS,
    ) -> None:  # fmt: skip
        self.backend = Backend()
        self.backend.next, self.backend.now = next_rows or {}, first
        keys = keymap.bound(KEYS, {})
        self.loop = SessionLoop(self.backend, self.backend, run_dir, keys, every, PLACED, launch.bundled())  # type: ignore[arg-type]  # no more()
        rows, header = self.loop.start()
        self.fzf = start(rows, header)
        self.run_dir = run_dir

    def header(self) -> str:
        """What the header says."""
        with open(self.run_dir.path("header"), encoding="utf-8") as file:
            return file.read().split("\n")[0]

    def question(self) -> None:
        """Wait until one is up."""
        until(lambda: self.loop._prompt.is_open())

    def waits(self) -> None:
        """Wait until what was called before this was heard: the thread takes one thing after the other."""
        turns = len(self.backend.looks)
        until(lambda: len(self.backend.looks) >= turns + 2)

    def looks_no_more(self) -> None:
        """From now on only what is called makes it look."""
        self.loop._every, looks = 60, -1
        while looks != (looks := len(self.backend.looks)):
            time.sleep(0.3)


@pytest.fixture
def opened(run_dir: RunDir, shown: Callable[..., Fzf], monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Open]]:
    """Opens pickers that look every tenth of a second and take an answer at once."""
    monkeypatch.setattr(prompt, "_DEAF", 0.0)
    made: list[Open] = []

    def open_one(every: float = 0.1, **more: Any) -> Open:
        made.append(Open(run_dir, shown, every, **more))
        return made[-1]

    yield open_one
    for one in made:
        one.loop.stop()


# --------------------------------------------------------------------------------------------------- rows


def test_rows_change_below_the_cursor(opened: Callable[..., Open]) -> None:
    """Others come before it; it stays on its session, and the query stays."""
    one = opened()
    one.fzf.types("an")
    until(lambda: (one.fzf.query(), len(one.fzf.rows())) == ("an", 1))
    one.fzf.types("\x7f")
    until(lambda: (one.fzf.query(), len(one.fzf.rows())) == ("a", 2))  # sooner, `down` would be one in the list before
    one.fzf.remote.post("down")
    until(lambda: one.fzf.key() == "3.4")

    one.backend.now = ["-\tHEAD", "7.8\tavocado", "9.9\tapricot", *ROWS[1:]]

    until(lambda: len(one.fzf.rows()) == 4)
    until(lambda: one.fzf.key() == "3.4")
    assert one.fzf.query() == "a"


def test_rows_that_are_as_before_are_not_sent(opened: Callable[..., Open], monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing but looks happens while nothing changes."""
    one = opened()
    one.waits()
    posts: list[str] = []
    post = one.fzf.remote.post
    monkeypatch.setattr(one.loop._remote, "post", lambda *actions: posts.append("+".join(actions)) or post(*actions))

    one.waits()
    one.waits()
    quiet = list(posts)
    one.backend.now = [*ROWS, "7.8\tdate"]
    until(lambda: len(one.fzf.rows()) == 4)
    one.waits()

    assert quiet == []
    assert [post for post in posts if "reload-sync" in post] == posts
    assert len(posts) == 1


def test_marks_survive(opened: Callable[..., Open]) -> None:
    """While a row is marked newer rows wait, and say so; taken back, they come at once."""
    one = opened()
    one.fzf.types("\t")
    until(lambda: one.header().startswith("marked: the list is not updated"))

    one.backend.now = [*ROWS, "7.8\tdate"]
    one.waits()
    one.looks_no_more()
    kept = (one.fzf.marked(), os.path.exists(one.run_dir.path("rows")))
    one.run_dir.write("marks", "")
    one.fzf.remote.post("deselect-all")

    until(lambda: len(one.fzf.rows()) == 4)
    until(lambda: one.header() == "summary")
    assert kept == (True, False)


def test_a_question_is_not_disturbed(opened: Callable[..., Open]) -> None:
    """No reload while it is up: the row under it stays, and so do the words above it."""
    one = opened()
    one.backend.questions["copy"] = YES
    one.run_dir.call("do copy 1.2")
    one.question()

    one.backend.now, one.backend.head = [*ROWS, "7.8\tdate"], "another"
    one.waits()
    kept = (len(one.fzf.rows()), one.loop._prompt.is_open())
    one.run_dir.call("key esc")

    until(lambda: len(one.fzf.rows()) == 4)
    assert kept == (3, True)
    assert one.backend.acted == []


def test_a_look_that_fails_is_told(opened: Callable[..., Open]) -> None:
    """In the header, for as long as it fails; the rows stay."""
    one = opened()
    one.backend.problem = CstError("the registry cannot be read")

    until(lambda: one.header() == "the registry cannot be read")

    assert len(one.fzf.rows()) == 3
    assert one.loop.failure is None


def test_a_bug_closes_it(opened: Callable[..., Open]) -> None:
    """And is kept for the front door, instead of a picker that nobody keeps true."""
    one = opened()
    one.backend.problem = ZeroDivisionError("a bug")

    assert one.fzf.process.wait(10) == 130
    assert isinstance(one.loop.failure, ZeroDivisionError)


def test_a_message_goes(opened: Callable[..., Open], monkeypatch: pytest.MonkeyPatch) -> None:
    """After its seconds, without a key; not before."""
    monkeypatch.setattr(list_pane, "_STAYS", 0.3)
    one = opened(every=60)
    put: list[tuple[float, str]] = []
    write = one.run_dir.write

    def noted(name: str, text: str) -> None:
        if name == "header":
            put.append((time.monotonic(), text.partition("\n")[0]))
        write(name, text)

    monkeypatch.setattr(one.run_dir, "write", noted)
    called = time.monotonic()
    one.run_dir.call("do sort")

    until(lambda: [text for _, text in put] == ["sort is done", "summary"])
    assert put[1][0] - called >= 0.3
    until(lambda: one.header() == "summary")


# --------------------------------------------------------------------------------------------------- keys


@pytest.mark.parametrize("action", ["sort", "refresh", "ended", "rows"])
def test_a_key_without_a_session(opened: Callable[..., Open], action: str) -> None:
    """Is done, and looked at at once; not while rows are marked, for it would take the marks away."""
    one = opened(every=60)
    one.run_dir.call(f"do {action}")
    until(lambda: one.backend.looks == [False, True])
    one.fzf.types("\t")
    until(lambda: one.header().startswith("marked"))

    one.run_dir.call(f"do {action}")

    until(lambda: one.header().startswith("the list is not updated while rows are marked"))
    assert one.backend.options == [action]


def test_an_answer(opened: Callable[..., Open]) -> None:
    """The question is about the row that the key was pressed on; y does it, and the rows are looked at anew."""
    one = opened(every=60)
    one.backend.questions["copy"] = YES
    one.run_dir.call("do copy 1.2 5.6")
    one.question()

    one.run_dir.call("key 1.2 y")

    until(lambda: one.header() == "it is done")
    assert one.backend.acted == [("copy", ("1.2",), "yes")]
    until(lambda: one.backend.looks == [False, True])


def test_enter_right_behind_an_answer(opened: Callable[..., Open], monkeypatch: pytest.MonkeyPatch) -> None:
    """Who types a number presses Enter behind it. Bug shown: it closed the picker and jumped."""
    monkeypatch.setattr("cst.fzf.session_loop._MEANT_FOR_IT", 60.0)
    one = opened()
    one.backend.questions["copy"] = YES
    one.run_dir.call("do copy 1.2")
    one.question()

    one.run_dir.call("key 1.2 y")
    until(lambda: one.backend.acted == [("copy", ("1.2",), "yes")])
    until(lambda: not one.loop._prompt.is_open())
    one.fzf.types("\r")

    one.waits()
    one.waits()
    assert one.backend.acted == [("copy", ("1.2",), "yes")]


@pytest.mark.parametrize("given", ["key 1.2 n", "key esc", "moved", "key 1.2 K", "key 3.4 y", "key y", "text 1.2 y", "do sort", "do kill 5.6"])
def test_what_is_no_yes(opened: Callable[..., Open], given: str) -> None:
    """n, Esc, another row, another key, another action: nothing is done."""
    one = opened(every=60)
    one.backend.questions["copy"] = YES
    one.run_dir.call("do copy 1.2")
    one.question()

    one.run_dir.call(given)
    one.run_dir.call("key esc")
    until(lambda: not one.loop._prompt.is_open())

    assert (one.backend.acted, one.backend.options) == ([], [])


def test_an_action_on_several(opened: Callable[..., Open]) -> None:
    """All marked rows where it takes several, then no row is marked; where it failed the marks stay."""
    one = opened()
    one.fzf.types("\t\t")
    until(lambda: one.loop._list.marked)
    one.backend.outcome = CstError("it cannot be written")
    one.fzf.types("\x1bv")
    until(lambda: one.header() == "it cannot be written")
    failed = one.fzf.marked()

    one.backend.outcome = Outcome("two are seen")
    one.fzf.types("\x1bv")

    until(lambda: not one.fzf.marked())
    assert failed
    assert one.backend.acted == [("seen", ("1.2", "3.4"), None)] * 2


def test_a_slow_question(opened: Callable[..., Open]) -> None:
    """Is asked when it is ready, and while it is not, no other key begins anything."""
    one = opened()
    one.backend.questions["kill"] = YES
    one.backend.go.clear()
    one.run_dir.call("do kill 1.2")
    until(lambda: one.header() == "kill …")
    one.run_dir.call("do seen 3.4")
    until(lambda: one.header().startswith("one thing at a time"))

    one.backend.go.set()

    one.question()
    assert one.backend.acted == []


def test_a_slow_question_comes_too_late(opened: Callable[..., Open]) -> None:
    """The person has gone on to another row: it is not asked about that one, nor about the other."""
    one = opened()
    one.backend.questions["kill"] = YES
    one.backend.go.clear()
    one.run_dir.call("do kill 1.2")
    until(lambda: one.header() == "kill …")
    one.fzf.remote.post("down")
    until(lambda: one.fzf.key() == "3.4")

    one.backend.go.set()

    until(lambda: one.header().startswith("kill: you had moved on"))
    assert not one.loop._prompt.is_open()


def test_a_slow_question_outlives_another_action(opened: Callable[..., Open]) -> None:
    """What was begun before ends meanwhile. The person has gone on all the same: the letters typed are no answer."""
    one = opened()
    one.backend.questions["kill"] = YES
    one.backend.go.clear()
    one.run_dir.call("do kill 1.2")
    until(lambda: one.header() == "kill …")
    one.loop._jobs.do(Job("seen", ("5.6",)))
    one.waits()
    one.fzf.remote.post("down")
    until(lambda: one.fzf.key() == "3.4")

    one.backend.go.set()

    until(lambda: one.header().startswith("kill: you had moved on"))
    assert not one.loop._prompt.is_open()


@pytest.mark.parametrize(("failed", "told"), [(False, "answer: you had moved on"), (True, "that was no answer")])
def test_the_next_question_comes_too_late(opened: Callable[..., Open], failed: bool, told: str) -> None:
    """The second of several stays away from the row that the person has gone to; what went wrong is told in any case."""
    one = opened()
    one.backend.questions["answer"] = Question(("first",), (Choice("y", "", "yes"),))
    one.run_dir.call("do answer 1.2")
    one.question()
    one.backend.outcome = Outcome("that was no answer", again=Question(("second",), (Choice("n", "", "no"),)), failed=failed)
    one.backend.gone.clear()
    one.run_dir.call("key 1.2 y")
    until(lambda: one.backend.acted)
    one.fzf.remote.post("down")
    until(lambda: one.fzf.key() == "3.4")

    one.backend.gone.set()

    until(lambda: one.header().startswith(told))
    assert not one.loop._prompt.is_open()


def test_a_refused_text_comes_too_late(opened: Callable[..., Open]) -> None:
    """Who searches for something else by then is not asked again in the middle of it. Bug shown: the letters went
    behind the refused text."""
    one = opened()
    one.backend.questions["send"] = TEXT
    one.run_dir.call("do send 1.2")
    until(lambda: one.fzf.told("FZF_PROMPT") == "send> ")
    one.fzf.types("hello")
    until(lambda: one.fzf.query() == "hello")
    one.backend.outcome = Outcome("it works", again=TEXT._replace(text="hello"), failed=True)
    one.backend.gone.clear()
    one.fzf.types("\r")
    until(lambda: one.backend.acted == [("send", ("1.2",), "hello")])
    until(lambda: one.fzf.query() == "")
    one.fzf.types("app")
    until(lambda: one.fzf.query() == "app")

    one.backend.gone.set()

    until(lambda: one.header() == "it works; the same key brings your text back")
    assert not one.loop._prompt.is_open()
    assert one.fzf.query() == "app"
    one.run_dir.call("do send 1.2")
    until(lambda: one.fzf.query() == "hello")


def test_a_question_about_one_row_while_others_are_marked(opened: Callable[..., Open]) -> None:
    """It is about the row under the cursor all the same, and goes with it. Bug shown: it stayed for the next row."""
    one = opened(every=60)
    one.backend.questions["copy"] = YES
    one.fzf.types("\t")
    until(lambda: one.loop._list.marked)
    one.run_dir.call("do copy 3.4")
    one.question()

    one.fzf.types("\x0e")

    until(lambda: not one.loop._prompt.is_open())


def test_a_reload_closes_no_question(opened: Callable[..., Open]) -> None:
    """fzf says after it that no row is marked, as before. Bug shown: a question asked in that moment was gone, and the key
    that answered it was typed into the search."""
    one = opened()
    one.backend.questions["copy"] = YES
    one.run_dir.call("do copy 1.2")
    one.question()

    one.run_dir.call("marked 0")
    one.waits()

    assert one.loop._prompt.is_open()


def test_a_mark_closes_a_question(opened: Callable[..., Open]) -> None:
    """It was asked about other rows than those that are marked now."""
    one = opened()
    one.backend.questions["copy"] = YES
    one.run_dir.call("do copy 1.2")
    one.question()

    one.run_dir.call("marked 1")

    until(lambda: not one.loop._prompt.is_open())


def test_a_move_keeps_what_was_typed(opened: Callable[..., Open]) -> None:
    """It is not sent, and stands there again when the same key is pressed on the same row; on another it does not."""
    one = opened()
    one.backend.questions["send"] = TEXT
    one.fzf.types("\x14")
    until(lambda: one.fzf.told("FZF_PROMPT") == "send> ")
    one.fzf.types("hello")
    until(lambda: one.fzf.query() == "hello")

    one.fzf.types("\x0e")

    until(lambda: one.header().startswith("send: the cursor moved, so nothing was sent"))
    until(lambda: (one.fzf.told("FZF_PROMPT"), one.fzf.query()) == ("search> ", ""))
    one.fzf.types("\x14")
    until(lambda: one.fzf.told("FZF_PROMPT") == "send> ")
    assert one.fzf.query() == ""
    one.fzf.types("\x1b")
    until(lambda: one.fzf.told("FZF_PROMPT") == "search> ")
    one.fzf.types("\x10")
    one.fzf.remote.post("up")
    one.fzf.types("\x14")
    until(lambda: one.fzf.query() == "hello")
    assert one.backend.acted == []


@pytest.mark.parametrize("hidden", [True, False])
def test_what_is_asked_is_seen(opened: Callable[..., Open], hidden: bool) -> None:
    """A hidden preview is shown while a question needs it, another size of the terminal included, and hidden again."""
    one = opened(every=60)
    one.backend.questions["copy"] = YES._replace(page=lambda _: ["all of it"])
    one.fzf.types("\x1f" * hidden)
    until(lambda: (one.loop._preview.is_hidden()) == hidden)
    assert (one.fzf.told("FZF_PREVIEW_LINES") == "") == hidden

    one.run_dir.call("do copy 1.2")
    until(lambda: one.loop._prompt.is_open() and one.fzf.told("FZF_PREVIEW_LINES"))
    one.run_dir.call("size 90 30")
    until(lambda: one.backend.sizes[-1:] == [(90, 30, hidden)])
    assert one.fzf.told("FZF_PREVIEW_LINES")
    one.run_dir.call("key 1.2 n")

    until(lambda: not one.loop._prompt.is_open())
    until(lambda: (one.fzf.told("FZF_PREVIEW_LINES") == "") == hidden)


def test_a_long_dialog_is_scrolled(opened: Callable[..., Open]) -> None:
    """The keys that scroll the preview scroll what is asked, which has the preview's width."""
    one = opened(every=60)
    page = lambda columns: [f"of {columns}", *(f"line {i}" for i in range(99))]  # noqa: E731
    one.backend.questions["copy"] = YES._replace(page=page)
    until(lambda: one.loop._preview._row)
    columns = one.loop._preview._columns
    one.run_dir.call("do copy 1.2")
    until(lambda: one.fzf.shows(f"of {columns}"))
    assert not one.fzf.shows("line 25")

    for _ in range(5):
        one.run_dir.call("do down")

    until(lambda: one.fzf.shows("line 25"))
    assert one.loop._prompt.is_open()


def test_what_cannot_be_asked_is_told(opened: Callable[..., Open]) -> None:
    """Whether it is asked at once or in a thread."""
    one = opened(every=60)
    for action in ("copy", "kill"):
        one.backend.questions[action] = CstError(f"{action} cannot be")  # type: ignore[assignment]
        one.run_dir.call(f"do {action} 1.2")
        until(lambda: one.header() == f"{action} cannot be")  # noqa: B023  # runs at once

    assert one.backend.acted == []


def test_another_question_follows(opened: Callable[..., Open]) -> None:
    """The next of several, with what came of the one before."""
    one = opened()
    one.backend.questions["answer"] = Question(("first",), (Choice("y", "", "yes"),))
    one.run_dir.call("do answer 1.2")
    one.question()
    one.backend.outcome = Outcome("taken", again=Question(("second",), (Choice("n", "", "no"),)))
    one.run_dir.call("key 1.2 y")
    until(lambda: one.fzf.shows("second"))
    one.backend.outcome = Outcome("all taken")

    one.run_dir.call("key 1.2 n")

    until(lambda: one.header() == "all taken")
    assert one.backend.acted == [("answer", ("1.2",), "yes"), ("answer", ("1.2",), "no")]


# --------------------------------------------------------------------------------------------------- the cursor


def test_the_cursor_starts_where_it_is_needed(opened: Callable[..., Open]) -> None:
    """Not on the first row, where that needs nobody."""
    one = opened(next_rows={"": "5.6"})

    until(lambda: one.fzf.key() == "5.6")
    one.waits()
    assert one.fzf.key() == "5.6"


FRUIT = ["-\tHEAD", "1.2\tapple", "3.4\tplum", "5.6\tapricot", "7.8\tpear", "9.1\tpeach", "9.2\tpapaya"]


def searches(one: Open, keys: str) -> None:
    """Type a search, each key when the one before it has come."""
    for key in keys:
        before = one.fzf.query()
        one.fzf.types(key)
        until(lambda before=before: one.fzf.query() != before)  # type: ignore[misc]


@pytest.mark.parametrize(("words", "query", "at"), [
    ("7.8 9.1", "pea", "7.8"),  # the first of them
    ("9.1", "p", "9.1"), ("9.1", "pea", "9.1"), ("9.1", "ap", "1.2"), ("", "pap", "9.2"),
])  # fmt: skip
def test_a_search_goes_to_what_is_needed(opened: Callable[..., Open], words: str, query: str, at: str) -> None:
    """The cursor goes to the first match that needs the user, else to the first; however far down it was.

    Bug shown: it kept its line number, so that Enter went to whatever came to stand there.
    """
    one = opened(next_rows={"": words}, first=FRUIT)
    until(lambda: one.fzf.key() == (words.partition(" ")[0] or "1.2"))

    searches(one, query)

    until(lambda: (one.fzf.query(), one.fzf.key()) == (query, at))
    one.waits()
    assert one.fzf.key() == at
    searches(one, "\x7f" * len(query))
    until(lambda: (one.fzf.query(), one.fzf.key()) == ("", words.partition(" ")[0] or "1.2"))


def test_a_search_leaves_a_moved_cursor(opened: Callable[..., Open]) -> None:
    """It stays on the row that the user chose as long as the search finds that; a question that gives the query back
    moves nothing."""
    one = opened(next_rows={"": "1.2"}, first=FRUIT)
    one.fzf.types("\x1b[B\x1b[B\x1b[B\x1b[B")
    until(lambda: one.fzf.key() == "9.1")
    searches(one, "pea")
    until(lambda: (one.fzf.query(), one.fzf.key()) == ("pea", "9.1"))

    one.backend.questions["rename"] = TEXT
    one.fzf.types("\x1bn")
    until(lambda: one.fzf.told("FZF_PROMPT") == "send> ")
    one.fzf.types("a")
    until(lambda: one.fzf.query() == "a")
    one.fzf.types("\x1b")
    until(lambda: (one.fzf.query(), one.fzf.key()) == ("pea", "9.1"))
    one.waits()
    assert one.fzf.key() == "9.1"

    searches(one, "\x15ap")
    until(lambda: (one.fzf.query(), one.fzf.key()) == ("ap", "1.2"))


@pytest.mark.parametrize(("query", "moved", "at"), [("", False, "5.6"), ("", True, "3.4"), ("app", False, "1.2")])
def test_the_cursor_moves_on(opened: Callable[..., Open], query: str, moved: bool, at: str) -> None:
    """After an answer, to the next row that needs the user; not where the user has moved, or where the search hides
    it."""
    one = opened(next_rows={"1.2": "5.6"})
    one.backend.questions["copy"] = YES
    one.fzf.types(query)
    until(lambda: one.fzf.query() == query)
    one.run_dir.call("do copy 1.2")
    one.question()
    one.backend.outcome = Outcome("it is done", move_on=True)
    one.backend.gone.clear()
    one.run_dir.call("key 1.2 y")
    until(lambda: one.backend.acted)
    if moved:
        one.fzf.remote.post("down")
        until(lambda: one.fzf.key() == "3.4")

    one.backend.now = [*ROWS, "7.8\tdate"]
    one.backend.gone.set()

    until(lambda: one.header() == "it is done")
    until(lambda: one.fzf.key() == at)
    one.waits()
    assert one.fzf.key() == at


@pytest.mark.parametrize(("words", "at"), [("5.6", "5.6"), ("3.4 5.6", "5.6"), ("3.4", "1.2")])
def test_what_was_done_stays_in_the_search(opened: Callable[..., Open], words: str, at: str) -> None:
    """A row that the search would not find any more stays while the query does, and the cursor goes to the best of the
    next ones that the search finds.

    Bug shown: an answered row left the search at once, and the list was empty.
    """
    one = opened(next_rows={"1.2": words})
    before = ["-\tHEAD", "1.2\t\x1b[1mwaits\x1b[0m apple", "3.4\tworks banana", "5.6\twaits cherry"]
    one.backend.now = before
    until(lambda: any("cherry" in row for row in one.fzf.rows()))
    # in one step: of letters that come with a new list fzf may search the old one, and show nothing
    until(lambda: one.fzf.remote.post("change-query(waits)"))
    until(lambda: (one.fzf.query(), len(one.fzf.rows())) == ("waits", 2))
    one.backend.questions["copy"], one.backend.outcome = YES, Outcome("it is done", move_on=True)
    one.run_dir.call("do copy 1.2")
    one.question()
    one.backend.now = ["-\tHEAD", "1.2\tworks apple", "3.4\tworks banana", "5.6\twaits cherry"]
    one.run_dir.call("key 1.2 y")

    until(lambda: any("works apple" in row for row in one.fzf.rows()))
    until(lambda: one.fzf.key() == at)
    one.fzf.remote.post("change-query(waits c)")
    until(lambda: [row.split("\t")[0] for row in one.fzf.rows()] == ["5.6"])
    one.waits()
    one.fzf.remote.post("change-query(waits)")
    until(lambda: len(one.fzf.rows()) == 1)


# --------------------------------------------------------------------------------------------------- keys that are not taken


@pytest.mark.parametrize(("question", "key"), [(YES, "y"), (TEXT, "\r")])
def test_a_key_that_comes_too_soon_is_told(
    opened: Callable[..., Open], monkeypatch: pytest.MonkeyPatch, question: Question, key: str
) -> None:
    """In its first moment a question takes no key, and says so; the same key again is taken.

    Bug shown: a letter within a quarter of a second was swallowed.
    """
    monkeypatch.setattr(prompt, "_DEAF", 3600.0)
    one = opened()
    one.backend.questions["copy"] = question
    one.run_dir.call("do copy 1.2")
    one.question()
    until(lambda: one.fzf.told("FZF_PROMPT") == (question.prompt or "search> "))
    one.fzf.types(key)
    until(lambda: one.fzf.shows("came too soon and was ignored; press it again"))
    assert (one.backend.acted, one.loop._prompt.is_open()) == ([], True)

    monkeypatch.setattr(prompt, "_DEAF", 0.0)
    one.fzf.types(key)
    until(lambda: one.backend.acted)


@pytest.mark.parametrize("key", ["x", "Y", "\r", "\x0b", "\x14"])
def test_any_other_key_cancels_a_guarded_question(opened: Callable[..., Open], key: str) -> None:
    """Whoever did not mean to ask types on: that cancels it, and says so."""
    one = opened()
    one.backend.questions["copy"] = YES._replace(guarded=True)
    one.run_dir.call("do copy 1.2")
    one.question()
    until(lambda: one.fzf.told("FZF_INPUT_STATE") == "hidden")
    one.fzf.types(key)

    until(lambda: not one.loop._prompt.is_open())
    until(lambda: one.header() == "cancelled: nothing was done")
    assert one.backend.acted == []
    until(lambda: one.fzf.told("FZF_INPUT_STATE") == "enabled")
    one.fzf.types("an")
    until(lambda: one.fzf.query() == "an")


SURE = YES._replace(confirmed=True, prompt="sure> ")


@pytest.mark.parametrize("typed", ["yaml", "yy", "Y", "n", "ü", "y x", "y,", "y\x7f", "y\x15", ""])
def test_anything_but_its_key_cancels_what_is_confirmed(opened: Callable[..., Open], typed: str) -> None:
    """What ends a session is answered by a line: a word for the search, or a y that was taken back, ends nothing.

    Bugs shown: ctrl-k by mistake, then `yaml`; then y, backspace and Enter."""
    one = opened()
    one.backend.questions["copy"] = SURE
    one.run_dir.call("do copy 1.2")
    one.question()
    until(lambda: one.fzf.told("FZF_PROMPT") == "sure> ")
    until(lambda: not one.loop._prompt.is_deaf())
    one.fzf.types(typed + "\r")

    until(lambda: one.header() == "cancelled: nothing was done")
    until(lambda: one.fzf.told("FZF_PROMPT") == "search> ")
    one.fzf.types("\r")  # of the word
    one.waits()
    assert one.backend.acted == []


@pytest.mark.parametrize("typed", ["y", "yaml\x15y", " y "])
def test_enter_confirms(opened: Callable[..., Open], typed: str) -> None:
    """Behind its key."""
    one = opened()
    one.backend.questions["copy"] = SURE
    one.run_dir.call("do copy 1.2")
    one.question()
    until(lambda: one.fzf.told("FZF_PROMPT") == "sure> ")
    until(lambda: not one.loop._prompt.is_deaf())
    one.fzf.types(typed + "\r")

    until(lambda: one.backend.acted == [("copy", ("1.2",), "yes")])
    until(lambda: not one.loop._prompt.is_open())


def test_what_is_confirmed_too_soon_is_asked_again(opened: Callable[..., Open], monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody reads in a quarter of a second what would be lost. A y that was typed is no draft for the next time."""
    monkeypatch.setattr(prompt, "_DEAF", 3600.0)
    one = opened()
    one.backend.questions["copy"] = SURE
    one.run_dir.call("do copy 1.2")
    one.question()
    until(lambda: one.fzf.told("FZF_PROMPT") == "sure> ")
    one.fzf.types("y\r")
    until(lambda: one.fzf.shows("came too soon and was ignored; press it again"))
    one.fzf.types("\x0e")  # the next row
    until(lambda: not one.loop._prompt.is_open())

    assert (one.backend.acted, one.loop._prompt._drafts) == ([], {})


# --------------------------------------------------------------------------------------------------- text


def test_a_line_of_text(opened: Callable[..., Open]) -> None:
    """Enter gives it, whatever is in it; an empty one too."""
    one = opened()
    one.backend.questions["send"] = TEXT
    for text in ("say (hi); $(id)", ""):
        one.backend.acted.clear()
        one.run_dir.call("do send 1.2")
        one.question()
        until(lambda: one.fzf.told("FZF_PROMPT") == "send> ")
        one.fzf.types(text)
        until(lambda: one.fzf.query() == text)  # noqa: B023  # runs at once
        one.fzf.types("\r")
        until(lambda: one.backend.acted == [("send", ("1.2",), text)])  # noqa: B023


def test_a_line_of_text_for_a_choice(opened: Callable[..., Open]) -> None:
    """A question that follows a choice hands on what was chosen with the text, from the row that it was asked about."""
    one = opened()
    one.backend.questions["answer"] = Question(("first",), (Choice("3", "", "third"),))
    one.run_dir.call("do answer 1.2")
    one.question()
    one.backend.outcome = Outcome(again=TEXT._replace(value="third"))
    one.run_dir.call("key 1.2 3")
    until(lambda: one.fzf.told("FZF_PROMPT") == "send> ")
    one.backend.outcome = Outcome("taken")
    one.fzf.types("uphill")
    until(lambda: one.fzf.query() == "uphill")
    one.fzf.types("\r")

    until(lambda: one.header() == "taken")
    assert one.backend.acted == [("answer", ("1.2",), "third"), ("answer", ("1.2",), Typed("uphill", "third"))]


def test_a_refused_text_is_no_search(opened: Callable[..., Open]) -> None:
    """What is typed for a session that takes none is swallowed, its Enter too, until esc. Bug shown: it was searched for,
    and Enter jumped to what it found."""
    one = opened()
    one.backend.questions["send"] = CstError("it waits for an answer")  # type: ignore[assignment]
    one.fzf.types("\x14")
    until(lambda: one.fzf.shows("it waits for an answer"))  # what is typed before that is another test's

    one.fzf.types("an\r")

    one.waits()
    assert (one.fzf.query(), one.fzf.key(), one.loop._prompt.is_open()) == ("", "1.2", True)
    one.fzf.types("\x1b")
    until(lambda: one.fzf.told("FZF_INPUT_STATE") == "enabled")  # before that it is swallowed
    one.fzf.types("an")
    until(lambda: (one.fzf.query(), one.fzf.key()) == ("an", "3.4"))
    assert one.backend.acted == []


def test_why_nothing_can_be_typed_is_read_to_its_end(opened: Callable[..., Open]) -> None:
    """It goes on in the next line. Bug shown: at 80 columns the key that helps was cut."""
    one = opened()
    one.backend.questions["send"] = CstError("a session with a long name is waiting " * 4, "use ctrl-y")  # type: ignore[assignment]
    one.fzf.types("\x14")

    until(lambda: one.fzf.shows("use ctrl-y") and one.fzf.shows("nothing can be typed now; esc goes back"))


def test_a_burst_behind_a_refused_text_goes_nowhere(opened: Callable[..., Open], monkeypatch: pytest.MonkeyPatch) -> None:
    """The key, the text and Enter in one write: what comes before the refusal is there may be a search, but no jump.

    Bug shown, in 1 of 30 runs: the search moved the cursor, which took the refusal back, and Enter was a jump."""
    monkeypatch.setattr("cst.fzf.session_loop._MEANT_FOR_IT", 60.0)
    one = opened()
    one.backend.questions["send"] = CstError("it waits for an answer")  # type: ignore[assignment]

    one.fzf.types("\x14an\r")

    until(lambda: one.backend.asked == ["send"])  # the question may be up, or closed again, or a message
    one.waits()
    assert (one.backend.acted, one.loop.chosen) == ([], "")


def test_an_empty_line_is_no_text(opened: Callable[..., Open]) -> None:
    """Where one is needed the question stays, and says so. Bug shown: it was closed, and the text became a search."""
    one = opened()
    one.backend.questions["send"] = TEXT._replace(lines=("Told what?", "esc cancels"), needs_text=True)
    one.fzf.types("\x14")
    until(lambda: one.fzf.told("FZF_PROMPT") == "send> ")

    one.fzf.types("\r")

    until(lambda: one.fzf.shows("nothing was typed"))
    assert one.loop._prompt.is_open()
    one.fzf.types("hello\r")
    until(lambda: one.backend.acted == [("send", ("1.2",), "hello")])


def test_several_lines_are_not_sent(opened: Callable[..., Open]) -> None:
    """A paste whose first line ends would be half a prompt."""
    one = opened()
    one.backend.questions["send"] = TEXT
    one.run_dir.call("do send 1.2")
    one.question()

    one.run_dir.call("text 1.2 first\ntext 1.2 second\ndo jump 1.2")

    until(lambda: one.header().startswith("several lines were pasted, so nothing was sent"))
    one.waits()
    assert one.backend.acted == []
    assert not one.loop._prompt.is_open()


# --------------------------------------------------------------------------------------------------- the end


def test_a_jump_closes_it(opened: Callable[..., Open]) -> None:
    """The key of the session to attach to is kept for who waits for fzf."""
    one = opened()
    one.backend.outcome = Outcome(leave=True, row="3.4")

    one.fzf.types("\x0e\r")

    assert one.fzf.process.wait(10) == 130
    assert (one.loop.chosen, one.loop.done) == ("3.4", True)
    assert one.backend.acted == [("jump", ("3.4",), None)]


def test_a_bug_in_an_action_closes_it(opened: Callable[..., Open]) -> None:
    """And is kept, as one in a look is."""
    one = opened()
    one.backend.outcome = ZeroDivisionError("a bug")  # type: ignore[assignment]

    one.run_dir.call("do seen 1.2")

    assert one.fzf.process.wait(10) == 130
    assert isinstance(one.loop.failure, ZeroDivisionError)


def test_what_was_begun_comes_to_its_end(opened: Callable[..., Open]) -> None:
    """Esc while an action is at work: it is not cut off."""
    one = opened()
    begun, may_end, done = threading.Event(), threading.Event(), threading.Event()

    def act(action: str, keys: Sequence[str], answer: object) -> Outcome:
        begun.set()
        may_end.wait(10)
        done.set()
        return Outcome("done")

    one.backend.act = act  # type: ignore[method-assign]
    one.run_dir.call("do seen 1.2")
    assert begun.wait(10)
    one.fzf.types("\x1b")
    one.fzf.process.wait(10)
    threading.Timer(1, may_end.set).start()
    one.loop.stop()

    assert done.is_set()


def test_a_question_that_is_being_made_is_not_waited_for(opened: Callable[..., Open]) -> None:
    """Esc while git is still asked: nothing of it would be seen."""
    one = opened()
    one.backend.go.clear()
    one.run_dir.call("do kill 1.2")
    until(lambda: one.header() == "kill …")
    begun = time.monotonic()
    one.loop.stop()

    assert time.monotonic() - begun < 5  # the question takes ten
    one.backend.go.set()


def test_a_size_that_fzf_does_not_tell_is_followed(opened: Callable[..., Open], monkeypatch: pytest.MonkeyPatch) -> None:
    """One that the terminal got while fzf started: with the next look, once, and whatever fzf told before.

    Bug shown: the rows kept the columns of the smaller size, and showed what stands hidden behind them.
    """
    one = opened()
    one.waits()
    assert one.backend.sizes == []  # where standard error is no terminal there is none to follow

    monkeypatch.setattr(terminal, "size_now", lambda: (70, 20))
    until(lambda: one.backend.sizes == [(70, 20, False)])
    one.run_dir.call("size 90 30")
    until(lambda: len(one.backend.sizes) == 3)
    one.waits()

    assert one.backend.sizes == [(70, 20, False), (90, 30, False), (70, 20, False)]


def test_another_size(opened: Callable[..., Open]) -> None:
    """The preview goes where there is run_dir for it, and the rows are made for that; nonsense is passed over."""
    one = opened(every=60)
    for words in ("size 70 20", "size x 1", "size 1", "size", "size 7 2 1", "toggled 70 20", "size 71 20", "toggled 71 20 9"):
        one.run_dir.call(words)

    until(lambda: one.backend.sizes == [(70, 20, False), (70, 20, True), (71, 20, True), (71, 20, False)])
    until(lambda: len(one.backend.looks) == 5)


def test_enter_that_takes_long_holds_up_nothing(opened: Callable[..., Open]) -> None:
    """A jump to a host: rows go on being refreshed, another key waits until it is over, then fzf closes."""
    one = opened()
    one.backend.far.add("1.2")
    one.backend.outcome = Outcome(leave=True)
    one.backend.gone.clear()
    one.run_dir.call("do jump 1.2")
    until(lambda: one.backend.acted == [("jump", ("1.2",), None)])
    until(lambda: one.header() == "jump …")
    one.waits()
    one.run_dir.call("do pin 1.2")
    until(lambda: one.header().startswith("one thing at a time"))
    assert one.fzf.rows()

    one.backend.gone.set()

    until(lambda: one.loop.done)
    assert one.backend.acted == [("jump", ("1.2",), None)]
