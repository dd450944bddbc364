"""What the picker and whoever opens it say to each other."""

from __future__ import annotations

from cst.model import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Protocol

    class Desk(Protocol):
        """What the picker is about; given by whoever opens it. Called from the thread, `act` from another one."""

        def rows(self, at_once: bool) -> list[str]:
            """The head and the rows, each `key TAB visible`; `at_once`: a person has just done something."""

        def more(self) -> Iterator[str]:
            """Rows that follow the first ones, as they come; for a list that is not refreshed."""

        def header(self, message: str) -> list[str]:
            """The lines above the list while nothing is asked; a message for some seconds, "" for none."""

        def page(self, key: str, name: str, columns: int, lines: int) -> list[str]:
            """A page about one session; the first line stays when the rest is scrolled."""

        def is_slow(self, name: str) -> bool:
            """Whether a page asks programs that may take seconds: it is made beside, and not every second."""

        def next_page(self, name: str) -> str:
            """The page that follows."""

        def option(self, name: str) -> str:
            """Do what a key without a session does (sort, ended, rows); a message."""

        def ask(self, action: str, keys: Sequence[str]) -> Question | None:
            """What is asked before an action; None where it is done without."""

        def act(self, action: str, keys: Sequence[str], answer: str) -> Outcome:
            """Do it. CstError where it cannot be done."""

        def resized(self, columns: int, lines: int, hidden: bool) -> str:
            """The terminal has another size, or the preview was hidden or shown; where fzf is to put the preview."""


class Question(Value):
    """What is asked before something is done. With `choices` one key answers, without a line of text does."""

    lines: Sequence[str]
    choices: str = ""
    prompt: str = ""
    text: str = ""  # what stands in the line at first
    page: Callable[[int], list[str]] | None = None  # in the place of the preview meanwhile, for so many columns


class Outcome(Value):
    """What became of an action: a message, another question, a verb to run on this terminal, or the end."""

    message: str = ""
    again: Question | None = None
    run: Sequence[str] = ()  # a verb of cst and its words; nothing in them but names, keys and numbers
    leave: bool = False
    failed: bool = False  # nothing was done: what was marked stays marked
