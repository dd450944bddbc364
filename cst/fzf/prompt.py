"""The question that is up, if one is: it takes the header, and its keys or the query line.

A question belongs to the row that was highlighted when it was asked. Every answer names the row that fzf had
highlighted when the key was pressed, and only an answer from that row counts: however fast somebody moves and types,
nothing reaches another session.

Its text goes through files: inside an fzf action a prompt or a path could end the action and begin another.
"""

from __future__ import annotations

import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cst.fzf.backend import Question
    from cst.fzf.remote import Server, State
    from cst.fzf.run_dir import Run

_DEAF = 0.25  # seconds in which what may have been typed before a question came is no answer to it
SEARCH = "search> "  # fzf's prompt; any other belongs to a question for a line of text
CHOICES = "ynaKestirpuo0123456789"  # every key that a question may take; bound only while one is up
class Dialogue:
    """At most one question, about rows that were fixed when the key was pressed. Used by one thread."""

    def __init__(self, run: Run, fzf: Server, letters: Sequence[str]) -> None:
        self._run, self._fzf, self._letters = run, fzf, ",".join(letters)
        self._since = 0.0
        self._question: Question | None = None
        self._query = ""  # what stood in the query line before
        self._undone: Sequence[str] = ()  # what takes the last one away, as long as fzf did not hear of it
        self.action = ""
        self.keys: Sequence[str] = ()
        self.row = ""  # the row that was highlighted when the question was asked
        self.text = ""  # what a line of text began with

    def is_open(self) -> bool:
        """Whether a question is up."""
        return self._question is not None

    def has_page(self) -> bool:
        """Whether one is up that the preview is needed for, hidden or not."""
        return self._question is not None and self._question.page is not None

    def put(self, action: str, keys: Sequence[str], question: Question, marked: bool = False, header: int = 0) -> bool:
        """Put a question on the screen, in the place of a header of so many lines; whether it stands there.

        It does not where the cursor has left the row, or where fzf does not say on which row it is. `marked`: the
        question is about the marked rows, wherever the cursor is.

        One with choices takes the place of the query line and the rule below it too, two lines: the list stays where it
        is, and fzf 0.67 puts the query line above the heads again only where the header has another height than before.
        """
        state = self._fzf.state()
        if state is None or not (marked or state.key == keys[0]):
            return False
        self.action, self.keys, self.row, self._question = action, keys, state.key, question
        self._since, self.text = time.monotonic(), question.text
        if not self._undone:  # else there is still what was typed into the question before
            self._query = state.query
        self._run.write("asking", "")
        blank = [" "] * (header + 2 - len(question.lines)) if question.choices else []
        self._run.write("question", "\n".join([*question.lines, *blank]))
        actions = [*self._undone, 'transform-header(cat "$CST_RUN/question")']
        if question.choices:
            actions += ["hide-input", f"rebind({','.join(question.choices)},focus)", "bell"]
        else:
            self._run.write("text", question.text)
            self._run.write("prompt", question.prompt)
            actions += [
                "disable-search", 'transform-query(cat "$CST_RUN/text")', 'transform-prompt(cat "$CST_RUN/prompt")',
                "rebind(focus)",
                *([f"unbind({self._letters})"] if self._letters else []),
            ]  # fmt: skip
        if question.page:
            actions.append("show-preview")
        if self._fzf.post(*actions):
            self._undone = ()
        else:
            self._forget()
        if self.has_moved():  # between the look above and now, before fzf told of moves
            self.take_back()
        return self.is_open()

    def take_back(self) -> None:
        """Take it away; query and keys are as they were. Whoever calls puts the header back."""
        if self._question is None:
            return
        chosen = bool(self._question.choices)
        self._forget()
        if chosen:
            back = 'transform-header(cat "$CST_RUN/header")'
            self._undone = (f"unbind({','.join(CHOICES)},focus)", back, "show-input")
        else:
            self._run.write("query", self._query)
            again = [f"rebind({self._letters})"] if self._letters else []
            self._undone = (
                "unbind(focus)", 'transform-query(cat "$CST_RUN/query")', "enable-search",
                f"change-prompt({SEARCH})", *again
            )  # fmt: skip
        self.tidy()

    def without(self, state: State | None) -> State | None:
        """What will be on the screen when it is gone, of what is there now."""
        return state._replace(query=self._query) if state else None

    def tidy(self) -> bool:
        """See to it that one that was taken away is gone from the screen: a busy fzf may not have listened. Whether it
        went now; then the header is to be put there again."""
        if self._undone and self._question is None and self._fzf.post(*self._undone):
            self._undone = ()
            return True
        return False

    def answers(self, word: str, given: str) -> bool:
        """Whether that is an answer: one of the keys, or a line of text where one was asked for. A line that is no
        longer what the question came with was typed after it came."""
        if self._question is None:
            return False
        choices, deaf = self._question.choices, time.monotonic() - self._since < _DEAF
        if word == "key":
            return bool(given) and given in choices and not deaf
        return word == "text" and not choices and not (deaf and given == self._question.text)

    def has_moved(self) -> bool:
        """Whether the cursor has left the row of the question that is up. It has where fzf does not say."""
        if self._question is None:
            return False
        state = self._fzf.state()
        return state is None or state.key != self.row

    def typed(self) -> str:
        """What stands in the query line where a line of text is asked for, as far as fzf says so."""
        state = self._fzf.state() if self._question and not self._question.choices else None
        return state.query if state else ""

    def _forget(self) -> None:
        self._question = None
        self._run.remove("asking")
