"""The preview beside the list: which page of which session, and how far it is scrolled.

fzf reads a file; this writes it. The scrolling is done here, because fzf goes back to the top at every reload.
"""

from __future__ import annotations

import threading
import time

from cst.model import CstError, digits

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from cst.fzf.backend import Desk
    from cst.fzf.remote import Server
    from cst.fzf.run_dir import Run

STEP = 4  # lines of one scroll
_FRESH = 5.0  # seconds for which a slow page is believed


class Panel:
    """One preview. Used by one thread."""

    def __init__(self, desk: Desk, run: Run, fzf: Server) -> None:
        self._desk, self._run, self._fzf = desk, run, fzf
        self._key, self._columns, self._lines = "", 0, 0
        self._name = "tools"
        self._over: Callable[[int], list[str]] | None = None  # a question's text, in the place of the page
        self._scrolled = 0
        self._text = ""
        self._slow: dict[tuple[str, str, int, int], list[str]] = {}  # the last of each slow page
        self._made: dict[tuple[str, str, int, int], float] = {}  # when it was begun, on the monotonic clock

    def focus(self, words: list[str]) -> None:
        """fzf asks for a session: its key, the columns and the lines there are. It waits for the file."""
        if len(words) != 3 or not digits(words[1]) or not digits(words[2]):
            return
        asked = (words[0], int(words[1]), int(words[2]))
        if asked == (self._key, self._columns, self._lines) and self._text:
            return
        if self._key:
            self._run.remove(self._file())
        self._key, self._columns, self._lines = asked
        self._scrolled, self._text = 0, ""
        self.show(read_anyway=True)

    def show(self, read_anyway: bool = False) -> None:
        """Make the text anew; fzf is told, unless it is about to read the file in any case."""
        if not self._key:
            return
        text = "\n".join(self._fitting(self._found())) + "\n"
        if text == self._text:
            return
        self._text = text
        self._run.write(self._file(), text)
        if not read_anyway:
            self._fzf.post("refresh-preview")

    def scroll(self, down: bool) -> None:
        """Some lines up or down."""
        self._scrolled = max(0, self._scrolled + (STEP if down else -STEP))
        self.show()

    def turn(self, name: str = "") -> None:
        """Another page: the one of that name, if it is not the one shown, else the one that follows."""
        self._name = name if name and name != self._name else self._desk.next_page(self._name)
        self._scrolled = 0
        self._run.write("page", self._name)
        self.show()

    def cover(self, page: Callable[[int], list[str]] | None) -> None:
        """Put a text in the place of the page, made for so many columns; None uncovers it."""
        if page or self._over:
            self._over, self._scrolled = page, 0
            self.show()

    def _found(self) -> list[str]:
        if self._over:
            return self._over(self._columns)
        wanted = (self._key, self._name, self._columns, self._lines)
        if not self._desk.is_slow(self._name):
            return self._page(wanted)
        if time.monotonic() - self._made.get(wanted, -_FRESH) >= _FRESH:
            self._made[wanted] = time.monotonic()
            threading.Thread(target=self._make, args=(wanted,), daemon=True).start()
        return self._slow.get(wanted, [f"{self._name} …"])

    def _make(self, wanted: tuple[str, str, int, int]) -> None:
        """In a thread of its own: a slow page, told through the pipe."""
        self._slow = {wanted: self._page(wanted)}
        self._run.call("page")

    def _page(self, wanted: tuple[str, str, int, int]) -> list[str]:
        try:
            return self._desk.page(*wanted)
        except CstError as error:
            return [str(error)]

    def _fitting(self, found: list[str]) -> list[str]:
        """What there is room for. The first line stays where it is; the last one says how much is below."""
        rest, room = found[1:], max(1, self._lines - 1)
        self._scrolled = max(0, min(self._scrolled, len(rest) - room))
        shown = rest[self._scrolled : self._scrolled + room]
        below = len(rest) - self._scrolled - len(shown)
        if below and room > 2:
            shown[-1] = f"  ↓ {below + 1} more lines: shift-down"
        return [*found[:1], *shown]

    def _file(self) -> str:
        return f"pages/{self._key}.{self._columns}.{self._lines}"
