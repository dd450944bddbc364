"""What the toolkit and the list behind it say to each other: the two protocols, questions and outcomes. Pure.

A row is known by its key: the hidden first column of what fzf shows, a word without white space.
"""

from __future__ import annotations

from cst.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Protocol

    from cst.fzf.layout import Layout

    class Backend(Protocol):
        """What is listed and shown. Called from the loop's thread; a slow page is made in another one."""

        def rows(self, at_once: bool) -> list[str]:
            """The column heads and then the rows, each `key TAB text`. `at_once`: the user has just done something.
            CstError if they cannot be made."""

        def more(self) -> Iterator[str]:
            """Rows that are appended to the first ones as they are found, for a list that is not refreshed."""

        def next_rows(self, row: str) -> Sequence[str]:
            """The rows after that one to go on with, the best first; after "", the row that the cursor starts on."""

        def header(self, message: str) -> list[str]:
            """The lines above the list; a message that is to be shown for some seconds, "" for none. Always as many."""

        def page(self, row: str, name: str, columns: int, lines: int) -> list[str]:
            """The preview's page of that name about a row. Its first line stays when the rest is scrolled. CstError if
            it cannot be made."""

        def is_slow(self, name: str) -> bool:
            """Whether that page takes seconds to make: then it is made in a thread, and not at every refresh."""

        def next_page(self, name: str) -> str:
            """The name of the page after that one."""

        def resized(self, columns: int, lines: int, hidden: bool) -> Layout:
            """The terminal has that size now, or the preview was hidden or shown: the layout for it."""

    class Actions(Protocol):
        """What keys do, by the name of the key (see keymap.Key)."""

        def ask(self, name: str, rows: Sequence[str]) -> Question | None:
            """What to ask before `act`, None for nothing. CstError if it cannot be done."""

        def act(self, name: str, rows: Sequence[str], answer: object) -> Outcome:
            """Do it to these rows. `answer` is the value of the choice, or what `Question.answered` makes of the
            text; None if nothing was asked.
            CstError if it cannot be done."""

        def takes_long(self, rows: Sequence[str]) -> bool:
            """Whether Enter on these rows takes so long that it is done in a thread."""


class Choice(Value):
    """One answer to a question: the key that gives it, what the question says it does, and the value for `act`."""

    key: str  # a letter or digit
    label: str  # "" = another line of the question says it
    value: object = None  # None: nothing is done


class Question(Value):
    """What is asked before something is done. One key answers if there are choices, otherwise a line of text does; one
    that is `confirmed` is answered by the key of a choice as a line of text, with Enter behind it.
    Nothing answers a refusal: it takes what is typed, so that this is no search, until esc or a move closes it."""

    lines: Sequence[str]
    choices: Sequence[Choice] = ()
    prompt: str = ""  # fzf's, while the text is typed
    text: str = ""  # to be edited
    value: object = None  # handed on with the text, which is then a `Typed`
    page: Callable[[int], list[str]] | None = None  # shown instead of the preview's page; takes the columns
    needs_text: bool = False  # an empty line is no answer
    refusal: bool = False
    guarded: bool = False  # any other key cancels
    confirmed: bool = False  # any other line than the key of a choice cancels

    def takes_text(self) -> bool:
        """Whether a line of text answers it."""
        return not self.refusal and (self.confirmed or not self.choices)

    def answered(self, text: str) -> object:
        """What a line of text is for `act`; None where it cancels a question that is confirmed."""
        if self.confirmed:
            return next((choice.value for choice in self.choices if choice.key == text.strip()), None)
        return text if self.value is None else Typed(text, self.value)


class Typed(Value):
    """A line of text that answers a question which has a value."""

    text: str
    value: object


class Outcome(Value):
    """What an operation led to."""

    message: str = ""
    again: Question | None = None  # to be asked next
    run: Sequence[str] = ()  # arguments for cst, to be run on this terminal; only names, keys and numbers
    leave: bool = False  # close the picker
    row: str = ""  # to go on with on this terminal, once the picker has closed
    failed: bool = False  # nothing was done, so marked rows stay marked
    move_on: bool = False  # go on to the next row that needs the user


def keys_of(choices: Sequence[Choice], behind: str = "") -> list[str]:
    """What each key of a question does, as "key = label"; the keys that do nothing stand last, together with esc.
    `behind`: what has to be pressed behind a key that does something."""
    does = [f"{choice.key}{behind} = {choice.label}" for choice in choices if choice.label and choice.value is not None]
    leaves = [choice for choice in choices if choice.value is None]
    label = leaves[0].label if leaves else "cancel"
    return [*does, f"{', '.join([*(choice.key for choice in leaves), 'esc'])} = {label}"]
