"""The preview: which page of which row, how far it is scrolled, and where fzf puts it.

fzf reads a file that this writes. The scrolling is done here because fzf goes back to the top at every reload.
"""

from __future__ import annotations

import threading
import time

from cst.fzf.keymap import HELP
from cst.fzf.messages import PAGE_MADE
from cst.model import CstError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from cst.fzf.backend import Backend
    from cst.fzf.layout import Layout
    from cst.fzf.messages import Focus, Resized
    from cst.fzf.remote import Remote
    from cst.fzf.run_dir import RunDir

    Wanted = tuple[str, str, int, int]  # row, page, columns, lines

STEP = 4  # lines of one scroll
_FRESH = 5.0  # seconds for which a slow page is not made again


class PreviewPane:
    """One preview. Used by one thread."""

    def __init__(self, backend: Backend, run_dir: RunDir, remote: Remote, placed: Layout, down: str) -> None:
        self._backend, self._run_dir, self._remote, self._placed = backend, run_dir, remote, placed
        self._down = down  # what the key is called that scrolls down
        self._toggled: bool | None = None  # whether the user has shown or hidden it
        self._row, self._columns, self._lines = "", 0, 0
        self._page = "tools"
        self._below_help: tuple[str, bool | None] = ("", None)  # page and `toggled` before the page of keys came
        self._cover: Callable[[int], list[str]] | None = None  # a question's page, instead of the row's
        self._tall = False  # its page is longer than the preview was
        self._scrolled = 0
        self._text = ""
        self._slow: dict[Wanted, list[str]] = {}  # the last slow page
        self._begun: dict[Wanted, float] = {}  # when each slow page was begun, on the monotonic clock

    # ------------------------------------------------------------------------------------------ what it shows

    def focus(self, focus: Focus) -> None:
        """Write the file of a row's preview, for which fzf waits."""
        wanted = (focus.row, focus.columns, focus.lines)
        if wanted == (self._row, self._columns, self._lines) and self._text:
            return
        if self._row:
            self._run_dir.remove(self._file())
        self._row, self._columns, self._lines = wanted
        self._scrolled, self._text = 0, ""
        self.show(fzf_will_read=True)

    def show(self, fzf_will_read: bool = False) -> None:
        """Make the text again, and if it changed have fzf read it, unless it will in any case."""
        if not self._row:
            return
        text = "\n".join(self._fit(self._make())) + "\n"
        if text == self._text:
            return
        self._text = text
        self._run_dir.write(self._file(), text)
        if not fzf_will_read:
            self._remote.post("refresh-preview")

    def scroll(self, down: bool) -> None:
        """Scroll by some lines."""
        self._scrolled = max(0, self._scrolled + (STEP if down else -STEP))
        self.show()

    def turn(self, page: str = "") -> None:
        """Show the page of that name, or the one that follows if "" is given. The page of keys, shown already, gives
        way to what was there before."""
        before = self._place()
        if HELP in (page, self._page):
            self._help(page == HELP and self._page != HELP)
        if page != HELP:
            if page or self._is_shown():  # one that comes into sight begins with the page that it has
                self._page = page or self._backend.next_page(self._page)
            self._toggled = True  # it may be hidden, by the user or for want of room
        self._scrolled = 0
        self._run_dir.write("page", self._page)
        if before != (place := self._place()):
            self._remote.post(f"change-preview-window({place})", "refresh-preview")
        self.show()

    def _help(self, on: bool) -> None:
        """Show the page of keys, or what was there before."""
        if on:
            self._below_help, self._page, self._toggled = (self._page, self._toggled), HELP, True
        else:
            self._page, self._toggled = self._below_help

    def cover(self, page: Callable[[int], list[str]] | None) -> None:
        """Show a question's page, which is made for a number of columns, instead of the row's, in a hidden preview
        too; None removes it. The list gives way to a page that is longer than the preview."""
        if page is None and self._cover is None:
            return
        before, self._cover, self._scrolled = self._place(), page, 0
        self._tall = page is not None and (not self._lines or len(page(self._columns)) > self._lines)
        if before != (place := self._place()):
            self._remote.post(f"change-preview-window({place})", "refresh-preview")
        self.show()

    # ------------------------------------------------------------------------------------------ where it is

    def resize(self, resized: Resized) -> None:
        """Put it where there is room for it now. It stays hidden or shown as the user wants it; while a question covers
        it, it is shown until the user hides it."""
        if resized.shown is False and self._page == HELP:  # hidden, it would come back in the place of the page
            self._help(on=False)
            self._run_dir.write("page", self._page)
        elif resized.shown is not None:
            self._toggled = resized.shown
        self._placed = self._backend.resized(resized.columns, resized.lines, self.is_hidden())
        place = self._place() + (",hidden" if self._cover and resized.shown is False else "")
        self._remote.post(f"change-preview-window({place})", "refresh-preview")

    def _is_shown(self) -> bool:
        return not self._place().endswith(",hidden")

    def is_hidden(self) -> bool:
        """Whether the user has hidden it."""
        return self._toggled is False

    def list_columns(self) -> int:
        """The columns that the layout leaves to the list."""
        return self._placed.list_columns

    def _place(self) -> str:
        """fzf's `--preview-window` now."""
        if self._cover:
            return (self._placed.covered if self._tall else self._placed.preview) + ",nohidden"
        if self._page == HELP:
            return self._placed.whole + ",nohidden"
        return self._placed.preview + {None: "", True: ",nohidden", False: ",hidden"}[self._toggled]

    # ------------------------------------------------------------------------------------------ the text

    def _make(self) -> list[str]:
        if self._cover:
            return self._cover(self._columns)
        wanted = (self._row, self._page, self._columns, self._lines)
        if not self._backend.is_slow(self._page):
            return self._page_or_error(wanted)
        if time.monotonic() - self._begun.get(wanted, -_FRESH) >= _FRESH:
            self._begun[wanted] = time.monotonic()
            threading.Thread(target=self._make_slow, args=(wanted,), daemon=True).start()
        return self._slow.get(wanted, [f"{self._page} …"])

    def _make_slow(self, wanted: Wanted) -> None:
        """In a thread of its own; the pipe says when it is done."""
        self._slow = {wanted: self._page_or_error(wanted)}
        self._run_dir.call(PAGE_MADE)

    def _page_or_error(self, wanted: Wanted) -> list[str]:
        try:
            return self._backend.page(*wanted)
        except CstError as error:
            return [str(error)]

    def _fit(self, lines: list[str]) -> list[str]:
        """The lines that there is room for: the first one always, and a last one that counts those below."""
        rest, height = lines[1:], max(1, self._lines - 1)
        self._scrolled = max(0, min(self._scrolled, len(rest) - height))
        shown = rest[self._scrolled : self._scrolled + height]
        below = len(rest) - self._scrolled - len(shown)
        if below and height > 2:
            shown[-1] = f"  ↓ {below + 1} more lines: {self._down}"
        return [*lines[:1], *shown]

    def _file(self) -> str:
        return f"pages/{self._row}.{self._columns}.{self._lines}"
