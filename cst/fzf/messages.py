"""What comes through the pipe of the run folder: one line each, written by fzf's bindings and by our own threads.

The shell commands that write them and the one function that parses them stand together here. Pure.
"""

from __future__ import annotations

from cst.model import digits
from cst.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    Message = Value

SEARCH = "search> "  # fzf's prompt; with any other one a line of text is being typed


class Focus(Value):
    """fzf waits for the file of a row's preview, of that size."""

    row: str
    columns: int
    lines: int


class Pressed(Value):
    """A key was pressed, with these rows marked or highlighted; none for a key that needs no row."""

    name: str
    rows: tuple[str, ...] = ()


class Chosen(Value):
    """A choice's key was pressed while that row was highlighted ("" = none was)."""

    row: str
    key: str


class Entered(Value):
    """A line of text was entered while that row was highlighted ("" = none was)."""

    row: str
    text: str


class Searched(Value):
    """Enter was pressed in the search, while so many rows were shown and that one was highlighted ("" = none was). Both
    may be those of an older query."""

    name: str
    number: int
    row: str
    query: str


class Cancelled(Value):
    """Esc was pressed while a question was open."""


class Moved(Value):
    """Another row may be highlighted; sent only while a question is open."""


class Marked(Value):
    """So many rows are marked."""

    number: int


class Resized(Value):
    """The terminal has that size. `shown`: whether the preview is shown, None if the user has not toggled it."""

    columns: int
    lines: int
    shown: bool | None = None


class Finished(Value):
    """A job has a result."""


class PageMade(Value):
    """A slow page of the preview is there."""


# Opened for reading and writing, so that it never blocks: not even when nobody reads any more.
_PIPE = '1<>"$CST_RUN/calls"'
FINISHED, PAGE_MADE, WAKE_UP = "result", "page", "over"  # written by threads of ours

WRITE_FOCUS = f'printf "focus %s %s %s\\n" {{1}} "$FZF_PREVIEW_COLUMNS" "$FZF_PREVIEW_LINES" {_PIPE}'
WRITE_ENTERED = f'printf "text %s %s\\n" {{1}} {{q}} {_PIPE}'
WRITE_CANCELLED = f'echo "key esc" {_PIPE}'
WRITE_MOVED = f"echo moved {_PIPE}"
WRITE_MARKED = f'echo "marked $FZF_SELECT_COUNT" {_PIPE}'
WRITE_RESIZED = f'echo "size $FZF_COLUMNS $FZF_LINES" {_PIPE}'
WRITE_TOGGLED = f'echo "toggled $FZF_COLUMNS $FZF_LINES $FZF_PREVIEW_LINES" {_PIPE}'


def write_pressed(name: str, rows: str = "") -> str:
    """The command for a key. `rows` is fzf's placeholder for them: it skips a command of which every placeholder is
    empty, so a key that needs no row has none."""
    return f'set -- {rows}; echo "do {name} $*" {_PIPE}'


def write_chosen(key: str) -> str:
    """The command for a choice's key."""
    return f'set -- {{1}}; echo "key $* {key}" {_PIPE}'


def write_searched(name: str) -> str:
    """The command for Enter in the search."""
    return f'printf "go {name} %s %s %s\\n" "$FZF_MATCH_COUNT" {{1}} {{q}} {_PIPE}'


def parse(line: str) -> Message | None:
    """One line as a message; None for one that means nothing. A text or query comes last, as it was typed."""
    word, _, rest = line.partition(" ")
    words = rest.split()
    if word == "do" and words:
        return Pressed(words[0], tuple(words[1:]))
    if word == "go" and rest.count(" ") >= 3:
        name, number, row, query = rest.split(" ", 3)
        return Searched(name, int(number) if digits(number) else 0, row, query)
    if word == "text":
        return Entered(*rest.partition(" ")[::2])
    if word == "key":
        return Cancelled() if rest == "esc" else Chosen(*rest.partition(" ")[::2])
    if word == "moved":
        return Moved()
    if word == FINISHED:
        return Finished()
    if word == PAGE_MADE:
        return PageMade()
    return next(_numbered(word, words), None)


def _numbered(word: str, words: list[str]) -> Iterator[Message]:
    """The messages that carry numbers, if they do."""
    numbers = [int(some) for some in words if digits(some)]
    if word == "focus" and len(words) == 3 and all(map(digits, words[1:])):
        yield Focus(words[0], int(words[1]), int(words[2]))
    if len(numbers) != len(words):
        return
    if word == "marked" and len(numbers) == 1:
        yield Marked(numbers[0])
    if word == "size" and len(numbers) == 2:
        yield Resized(numbers[0], numbers[1])
    if word == "toggled" and len(numbers) in (2, 3):  # a hidden preview has no lines
        yield Resized(numbers[0], numbers[1], len(numbers) == 3)
