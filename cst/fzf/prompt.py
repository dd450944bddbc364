"""The question that is open, if one is. It takes the place of the header, and its keys or a line of text answer it.

A question belongs to the row that was highlighted when it was asked. Every answer names the row that fzf had
highlighted when the key was pressed, and only an answer from that row counts: however fast somebody moves and types,
nothing reaches another row.

Its text goes through files: inside an fzf action a prompt or a path could end the action and begin another.
"""

from __future__ import annotations

import time

from cst.fzf.messages import SEARCH
from cst.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cst.fzf.backend import Choice, Question
    from cst.fzf.remote import Remote, State
    from cst.fzf.run_dir import RunDir

_DEAF = 0.25  # seconds after a question opens in which a key may have been meant for what was there before
# Every key that a choice may have: bound when fzf starts, and unbound unless the open question offers it.
CHOICE_KEYS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


class OpenQuestion(Value):
    """A question that is open."""

    name: str  # of the key that asked it
    rows: Sequence[str]  # that it is about
    row: str  # that was highlighted
    question: Question
    since: float  # on the monotonic clock


class Prompt:
    """At most one question, about rows that were fixed when the key was pressed. Used by one thread."""

    def __init__(self, run_dir: RunDir, remote: Remote, letters: Sequence[str]) -> None:
        self.asked: OpenQuestion | None = None
        self._run_dir, self._remote, self._letters = run_dir, remote, ",".join(letters)
        self._blank: Sequence[str] = ()  # lines below the question
        self._query = ""  # what was in the query line before
        self._undo: Sequence[str] = ()  # actions that remove the last question, until fzf has accepted them
        self._drafts: dict[tuple[str, tuple[str, ...]], str] = {}  # texts that were typed and not sent, by key and rows

    def is_open(self) -> bool:
        """Whether a question is open."""
        return self.asked is not None

    def put(self, name: str, rows: Sequence[str], question: Question, marked: bool = False, header: int = 0) -> bool:
        """Open a question in the place of a header of that many lines; returns whether it is open.

        It is not if the cursor has left the row, or if fzf does not say which row that is. `marked`: the question is
        about the marked rows, wherever the cursor is. A text that could not be sent before is there to be edited.
        """
        state = self._remote.state(len(rows) + 1)  # one more mark than rows would show
        on_marks = marked and state is not None and {*state.marked} == {*rows}
        if state is None or not (on_marks or state.row == rows[0]):
            return False
        if question.takes_text():
            question = question._replace(text=self._drafts.get((name, tuple(rows)), question.text))
        self.asked = OpenQuestion(name, rows, state.row, question, time.monotonic())
        if not self._undo:  # otherwise the query line still has the text of the question before
            self._query = state.query
        self._run_dir.write("asking", "")
        opened = self._remote.post(*self._undo, *self._opening(question, header))
        if opened:
            self._undo = ()
        else:
            self._forget()
        if self.has_moved():  # after the state above was read, and before fzf reported moves
            self.take_back()
        if self.is_open():
            self._drafts.pop((name, tuple(rows)), None)
        return self.is_open()

    def _opening(self, question: Question, header: int) -> list[str]:
        """The actions that show a question, and the files that they read.

        One without a text also takes the place of the query line and of the rule below it, two lines, so that the list
        stays where it is: fzf 0.67 puts the query line above the heads again only if the header's height changes.
        """
        self._blank = [" "] * (header + 2 - len(question.lines)) if not question.takes_text() else []
        self._run_dir.write("question", "\n".join([*question.lines, *self._blank]))
        actions = ['transform-header(cat "$CST_RUN/question")']
        if not question.takes_text():
            offered = CHOICE_KEYS if question.guarded else [choice.key for choice in question.choices]
            keys = ",".join([*offered, "focus"])
            actions += ["hide-input", f"rebind({keys})", "bell"]
        else:
            self._run_dir.write("text", question.text)
            self._run_dir.write("prompt", question.prompt)
            actions += [
                "disable-search", 'transform-query(cat "$CST_RUN/text")', 'transform-prompt(cat "$CST_RUN/prompt")',
                "rebind(focus)",
                *([f"unbind({self._letters})"] if self._letters else []),
            ]  # fmt: skip
        return actions

    def take_back(self) -> None:
        """Close it; query and keys are as they were. The header is the caller's to put back."""
        if self.asked is None:
            return
        was_text = self.asked.question.takes_text()
        self._forget()
        if not was_text:
            header = 'transform-header(cat "$CST_RUN/header")'
            self._undo = (f"unbind({','.join(CHOICE_KEYS)},focus)", header, "show-input")
        else:
            self._run_dir.write("query", self._query)
            letters = [f"rebind({self._letters})"] if self._letters else []
            self._undo = (
                "unbind(focus)", 'transform-query(cat "$CST_RUN/query")', "enable-search",
                f"change-prompt({SEARCH})", *letters
            )  # fmt: skip
        self.tidy()

    def tidy(self) -> bool:
        """Remove a closed question that is still on the screen because fzf was busy. Returns whether it was removed
        now; then the header has to be put there again."""
        if self._undo and self.asked is None and self._remote.post(*self._undo):
            self._undo = ()
            return True
        return False

    def is_deaf(self) -> bool:
        """Whether the question has been open for so short a time that a key may have been meant for what was there
        before."""
        return self.asked is not None and time.monotonic() - self.asked.since < _DEAF

    def choice(self, key: str) -> Choice | None:
        """The choice of that key, if the open question has it and has been open for a moment."""
        if self.asked is None or self.is_deaf():
            return None
        return next((choice for choice in self.asked.question.choices if choice.key == key), None)

    def accepts(self, text: str) -> bool:
        """Whether a line of text answers the open question. One that differs from the text to be edited was typed for
        it, however soon it comes; but what is confirmed is confirmed by somebody who has seen the question."""
        if self.asked is None or not self.asked.question.takes_text():
            return False
        question = self.asked.question
        return not self.is_deaf() or (text != question.text and not question.confirmed)

    def remark(self, line: str) -> None:
        """Show a line below the open question, which stays open; where there is no room, in the place of its last."""
        if self.asked:
            lines = self.asked.question.lines
            blank = self._blank[1:] if self._blank else []
            self._run_dir.write("question", "\n".join([*(lines if self._blank else lines[:-1]), line, *blank]))
            self._remote.post('transform-header(cat "$CST_RUN/question")')

    def has_moved(self) -> bool:
        """Whether the cursor has left the row of the open question. If fzf does not say, it has."""
        if self.asked is None:
            return False
        state = self._remote.state()
        return state is None or state.row != self.asked.row

    def typed(self) -> str:
        """The text that is being typed; "" if none is asked for or fzf does not say."""
        state = self._remote.state() if self.asked and self.asked.question.takes_text() else None
        return state.query if state else ""

    def state_below(self) -> State | None:
        """What fzf will show once the question is closed."""
        state = self._remote.state()
        return state._replace(query=self._query) if state else None

    def keep_draft(self, name: str, rows: Sequence[str], text: str) -> None:
        """Keep a text that was typed and not sent: it is there when the same key asks about the same rows."""
        self._drafts[name, tuple(rows)] = text

    def _forget(self) -> None:
        self.asked = None
        self._run_dir.remove("asking")
