"""Keeps an open picker true: rows and preview are made anew every second, each key is heard and answered.

One thread beside the fzf that iterfzf waits for. Bindings write a line into the pipe of the run folder; this thread
reads it, makes text with what the warm process knows, puts it into files and tells fzf to show them. It never waits
for anything slow: what acts on the world runs in a thread of its own and calls back through the same pipe.

fzf 0.67 clears marks and re-reads the preview whenever rows are reloaded, so rows are reloaded only where their text
changed, never while rows are marked or a question is up, and the preview's scrolling is done here.
"""

from __future__ import annotations

import contextlib
import os
import select
import threading
import time

from cst.model import CstError, Value
from cst.picker.keys import many
from cst.picker.server import Server
from cst.view.text import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Protocol

    from cst.picker.run import Run

    class Desk(Protocol):
        """What the picker is about; given by whoever opens it. Called from the thread, `act` from another one."""

        def rows(self, at_once: bool) -> list[str]:
            """The head and the rows, each `key TAB visible`; `at_once`: a person has just done something."""

        def header(self) -> list[str]:
            """The lines above the list while nothing is asked."""

        def page(self, key: str, name: str, columns: int, lines: int) -> list[str]:
            """A page about one session; the first line stays when the rest is scrolled."""

        def next_page(self, name: str) -> str:
            """The page that follows."""

        def option(self, name: str) -> str:
            """Do what a key without a session does (sort, ended, rows); a message."""

        def ask(self, action: str, keys: Sequence[str]) -> Question | None:
            """What is asked before an action; None where it is done without."""

        def act(self, action: str, keys: Sequence[str], answer: str) -> Outcome:
            """Do it. CstError where it cannot be done."""

        def resized(self, columns: int, lines: int) -> str:
            """The terminal has another size; what fzf is to be told of the preview's place."""

    _: type[Question]


class Question(Value):
    """What is asked before something is done. With `choices` one key answers, without a line of text does."""

    lines: Sequence[str]
    choices: str = ""
    prompt: str = ""
    text: str = ""  # what stands in the line at first
    page: Sequence[str] = ()  # shown in the place of the preview meanwhile


class Outcome(Value):
    """What became of an action: a message, another question, a verb to run on this terminal, or the end."""

    message: str = ""
    again: Question | None = None
    run: Sequence[str] = ()  # a verb of cst and its words; nothing in them but names, keys and numbers
    leave: bool = False


_RELOAD = 'reload-sync:printf "%s\\n" {1} >"$CST_RUN/row"; cat "$CST_RUN/rows"'
_HEADER = 'transform-header(cat "$CST_RUN/header")'
_STAYS = 6.0  # seconds that a message stands in the header
_OPTIONS = ("sort", "refresh", "ended", "rows")
CHOICES = "ynaKestirpuo0123456789"  # every key that a question may take; bound only while one is up


class Live:
    """One open picker. `start`, then `stop`."""

    def __init__(self, desk: Desk, run: Run, every: float) -> None:
        self.page = "tools"
        self.left = ""  # the key of the session to attach to, once fzf has closed
        self._desk, self._run, self._every = desk, run, every
        self._fzf = Server(run.path("fzf.sock"))
        self._thread = threading.Thread(target=self._loop, daemon=True)
        self._over = False
        self._rows = self._header = ""
        self._focus: tuple[str, int, int] = ("", 0, 0)  # key, columns, lines
        self._page_text = ""
        self._scrolled = 0
        self._message, self._message_until = "", 0.0
        self._marked = self._late = False
        self._asked: tuple[str, Sequence[str], Question] | None = None
        self._query = ""
        self._results: list[tuple[str, Sequence[str], Outcome]] = []

    def start(self) -> list[str]:
        """Make what fzf shows first; the rows. The thread runs from now on."""
        rows = self._desk.rows(at_once=False)
        self._rows = "\0".join(rows)
        self._run.write("header", self._told())
        self._header = self._told()
        self._thread.start()
        return rows

    def first_header(self) -> str:
        """What stands above the list when it opens."""
        return self._header

    def stop(self) -> None:
        """End the thread."""
        self._over = True
        self._run.call("over")
        if self._thread.is_alive():
            self._thread.join(3)

    # ------------------------------------------------------------------------------------------ the thread

    def _loop(self) -> None:
        due = time.monotonic() + self._every
        while not self._over:
            calls = self._heard(max(0.0, due - time.monotonic()))
            if self._over:
                return
            poked = False
            for call in calls:
                with contextlib.suppress(OSError):  # the run folder is being removed
                    poked |= self._take(call)
            if poked or time.monotonic() >= due:
                with contextlib.suppress(OSError):
                    self._refresh(poked)
                due = time.monotonic() + self._every

    def _heard(self, seconds: float) -> list[str]:
        if not select.select([self._run.calls], [], [], seconds)[0]:
            return []
        try:
            text = os.read(self._run.calls, 65536)
            while text and not text.endswith(b"\n"):  # a write of over 4 KB may come in pieces
                if not select.select([self._run.calls], [], [], 0.2)[0]:
                    break
                text += os.read(self._run.calls, 65536)
        except OSError:
            return []
        return text.decode("utf-8", "replace").splitlines()

    def _take(self, call: str) -> bool:
        """One line from the pipe; whether the rows are to be made anew at once."""
        word, _, rest = call.partition(" ")
        if word == "focus":
            self._focused(rest.split())
        elif word == "do":
            action, *keys = rest.split()
            return self._do(action, [key for key in keys if key != "-"])
        elif word in ("key", "text"):
            return self._answered(word, rest)
        elif word == "moved" and self._asked and len(self._asked[1]) == 1 and self._asked[2].choices:
            self._settled()
        elif word == "marked":
            self._marked = rest != "0"
            self._show_header()
            return not self._marked and self._late
        elif word == "result":
            return self._finished()
        elif word == "size":
            self._resized(rest.split())
        return word == "look"

    # ------------------------------------------------------------------------------------------ rows

    def _refresh(self, at_once: bool = False) -> None:
        try:
            rows = "\0".join(self._desk.rows(at_once))
        except CstError as error:
            self._say(str(error))
            return
        self._show_page(quiet=True)
        changed = rows != self._rows
        if changed or self._late:
            state = self._fzf.state()
            self._marked = bool(state and state.marked)
            if self._asked or self._marked or state is None:
                self._late = True
            else:
                self._run.write("rows", rows + "\0")
                self._late = not self._fzf.post(*self._header_actions(), _RELOAD)
                self._rows = rows if not self._late else self._rows
                return
        self._show_page()
        self._show_header()

    def _told(self) -> str:
        """The header while nothing is asked; a message takes the place of its first line for some seconds."""
        lines = list(self._desk.header())
        if self._message and time.monotonic() < self._message_until:
            lines[0] = self._message
        if self._marked:
            lines[0] = "marked rows: the list waits until they are unmarked (tab) or acted on"
        return "\n".join(lines)

    def _header_actions(self) -> list[str]:
        if self._asked:
            return []
        header = self._told()
        if header == self._header:
            return []
        self._header = header
        self._run.write("header", header)
        return [_HEADER]

    def _show_header(self) -> None:
        if actions := self._header_actions():
            self._fzf.post(*actions)

    def _say(self, message: str) -> None:
        self._message, self._message_until = clean(message, 400), time.monotonic() + _STAYS
        self._show_header()

    # ------------------------------------------------------------------------------------------ preview

    def _focused(self, words: list[str]) -> None:
        if len(words) != 3 or not words[1].isdigit() or not words[2].isdigit():
            return
        focus = (words[0], int(words[1]), int(words[2]))
        if focus == self._focus and self._page_text:
            return
        if self._focus[0]:
            self._run.remove(self._page_file())
        self._focus, self._scrolled, self._page_text = focus, 0, ""
        self._show_page(quiet=True)

    def _page_file(self) -> str:
        return "pages/{}.{}.{}".format(*self._focus)

    def _show_page(self, quiet: bool = False) -> None:
        """Make the preview's text anew; `quiet`: fzf reads it by itself."""
        key, columns, lines = self._focus
        if not key:
            return
        try:
            shown = self._asked[2].page if self._asked else ()
            found = list(shown) or self._desk.page(key, self.page, columns, lines)
        except CstError as error:
            found = [str(error)]
        text = "\n".join(self._cut(found, lines)) + "\n"
        if text == self._page_text and quiet:
            return
        changed = text != self._page_text
        self._page_text = text
        self._run.write(self._page_file(), text)
        if changed and not quiet:
            self._fzf.post("refresh-preview")

    def _cut(self, found: list[str], lines: int) -> list[str]:
        """What fits; the first line stays, the last says how much is below."""
        rest = found[1:]
        room = max(1, lines - 1)
        self._scrolled = max(0, min(self._scrolled, len(rest) - room))
        shown = rest[self._scrolled : self._scrolled + room]
        below = len(rest) - self._scrolled - len(shown)
        if below and room > 2:
            shown[-1] = f"  ↓ {below + 1} more lines: shift-down"
        return [*found[:1], *shown]

    def _scroll(self, lines: int) -> None:
        self._scrolled = max(0, self._scrolled + lines)
        self._show_page()

    def _turn(self, name: str) -> None:
        self.page, self._scrolled = name, 0
        self._run.write("page", name)
        self._show_page()

    def _resized(self, words: list[str]) -> None:
        if len(words) == 2 and words[0].isdigit() and words[1].isdigit():
            place = self._desk.resized(int(words[0]), int(words[1]))
            self._fzf.post(f"change-preview-window({place})")
            self._refresh()

    # ------------------------------------------------------------------------------------------ keys

    def _do(self, action: str, keys: list[str]) -> bool:
        """A key was pressed on these rows; whether the rows are to be made anew."""
        if self._asked:
            return False
        if action in ("up", "down"):
            self._scroll(4 if action == "down" else -4)
        elif action == "page":
            self._turn(self._desk.next_page(self.page))
        elif action == "keys":
            self._turn("keys" if self.page != "keys" else "tools")
        elif action in _OPTIONS:
            self._option(action)
            return True
        elif keys:
            self._begin(action, keys if many(action) else keys[:1])
        return False

    def _option(self, name: str) -> None:
        try:
            message = self._desk.option(name)
        except CstError as error:
            message = str(error)
        if message:
            self._say(message)

    def _begin(self, action: str, keys: Sequence[str]) -> None:
        try:
            question = self._desk.ask(action, keys)
        except CstError as error:
            self._say(str(error))
            return
        if question is None:
            self._start_acting(action, keys, "")
        else:
            self._put(action, keys, question)

    def _put(self, action: str, keys: Sequence[str], question: Question) -> None:
        """Put a question on the screen."""
        self._asked = (action, keys, question)
        self._run.write("asking", "")
        self._run.write("question", "\n".join(question.lines))
        actions = ['transform-header(cat "$CST_RUN/question")']
        if question.choices:
            wanted = ",".join(question.choices)
            actions += ["hide-input", f"rebind({wanted},focus)", "bell"]
        else:
            state = self._fzf.state()
            self._query = state.query if state else ""
            self._run.write("typing", "")
            self._run.write("text", question.text)
            self._run.write("prompt", question.prompt)
            actions += [
                "disable-search", 'transform-query(cat "$CST_RUN/text")', 'transform-prompt(cat "$CST_RUN/prompt")'
            ]  # fmt: skip
        if not self._fzf.post(*actions):
            self._forget()
            return
        self._header = ""
        if question.page:
            self._scrolled = 0
            self._show_page()

    def _forget(self) -> None:
        self._asked = None
        for name in ("asking", "typing"):
            self._run.remove(name)

    def _settled(self) -> None:
        """Take the question away; the list is as it was."""
        if not self._asked:
            return
        question = self._asked[2]
        self._forget()
        if question.choices:
            actions = [f"unbind({','.join(CHOICES)},focus)", "show-input"]
        else:
            self._run.write("query", self._query)
            actions = ['transform-query(cat "$CST_RUN/query")', "enable-search", "change-prompt(> )"]
        self._header = self._told()
        self._run.write("header", self._header)
        self._fzf.post(*actions, _HEADER)
        if question.page:
            self._show_page()

    def _answered(self, word: str, given: str) -> bool:
        if not self._asked:
            return False
        action, keys, question = self._asked
        if word == "key" and given == "esc":
            self._settled()
        elif word == "text" and not question.choices:
            self._settled()
            self._start_acting(action, keys, given)
        elif word == "key" and given and given in question.choices:
            self._settled()
            if given != "n" or action == "answer":
                self._start_acting(action, keys, given)
        return False

    # ------------------------------------------------------------------------------------------ actions

    def _start_acting(self, action: str, keys: Sequence[str], answer: str) -> None:
        if action != "jump":
            self._say(f"{action} …")
        threading.Thread(target=self._act, args=(action, keys, answer), daemon=True).start()

    def _act(self, action: str, keys: Sequence[str], answer: str) -> None:
        """In a thread of its own: it may take as long as a process takes to end."""
        try:
            outcome = self._desk.act(action, keys, answer)
        except CstError as error:
            outcome = Outcome(str(error))
        self._results.append((action, keys, outcome))
        self._run.call("result")

    def _finished(self) -> bool:
        if not self._results:
            return False
        action, keys, outcome = self._results.pop(0)
        self._message = ""
        if outcome.again:
            self._put(action, keys, outcome.again)
        if outcome.leave:
            self.left = outcome.message
            self._fzf.post("abort")
        elif outcome.run:
            self._fzf.post(f'execute("$CST_BIN" {" ".join(outcome.run)})')
        if outcome.message and not outcome.leave:
            self._say(outcome.message)
        if len(keys) > 1:
            self._fzf.post("deselect-all")
            self._marked = False
        return not outcome.leave
