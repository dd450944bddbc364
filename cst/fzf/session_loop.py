"""Keeps an open picker true: rows and preview are made anew every second, each key is heard and answered.

One thread beside the main one, which waits for fzf. Bindings write a line into the pipe of the run folder; this thread
reads it, makes text with what the warm process knows, puts it into files and tells fzf to show them. What may be slow
(an action, a question that asks git, a page of changes) runs in a thread of its own and calls back through that pipe.

fzf 0.67 clears marks whenever rows are reloaded, so they are reloaded only where their text changed, and never while
rows are marked or a question is up.

Over 300 lines because all that the one thread does stands together.
"""

from __future__ import annotations

import os
import select
import threading
import time

from cst.fzf.backend import Outcome
from cst.fzf.keymap import many
from cst.fzf.preview_pane import Panel
from cst.fzf.prompt import Dialogue
from cst.fzf.remote import Server, State
from cst.fzf.run_dir import SOCKET
from cst.model import CstError, Value, digits
from cst.text import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cst.fzf.backend import Desk, Question
    from cst.fzf.run_dir import Run

# `{q}` because fzf skips a command of which every placeholder is empty: where nothing matches there is no {1}.
_RELOAD = 'reload-sync:: {q}; printf "%s\\n" {1} "$FZF_POS" >"$CST_RUN/row"; exec cat "$CST_RUN/rows"'
_AS_THEY_STAND = 'reload-sync:: {q}; : >"$CST_RUN/row"; exec cat "$CST_RUN/rows"'  # the cursor is right by its number
_HEADER = 'transform-header(exec cat "$CST_RUN/header")'
_OWN = '. "$CST_RUN/own"'  # what runs for a person has the person's environment
_STAYS = 6.0  # seconds that a message stands in the header
_OPTIONS = ("sort", "refresh", "ended", "rows")  # actions without a session
_SLOW = ("kill", "answer")  # actions whose question asks git, or a pane
_PASTED = 0.06  # seconds in which a second line of text tells a paste from a person
_LAST = 10.0  # seconds that a closed picker waits for what was begun: a pasted prompt still needs its Enter


class _Result(Value):
    """What became of a key, or of an answer."""

    action: str
    keys: Sequence[str]
    first: bool  # of the key itself: nothing had been asked
    wanted: State | None  # what was on the screen then, where another question may follow
    outcome: Outcome


class Live:
    """One open picker. `start`, then `stop`."""

    def __init__(self, desk: Desk, run: Run, every: float, letters: Sequence[str], place: str) -> None:
        self.left = ""  # the key of the session to attach to, once fzf has closed
        self.done = False  # fzf was closed by an action, not by the person
        self.failure: BaseException | None = None  # a bug in the thread; the picker is closed
        self._desk, self._run, self._every = desk, run, every
        self._fzf = Server(run.path(SOCKET))
        self._panel = Panel(desk, run, self._fzf)
        self._dialogue = Dialogue(run, self._fzf, letters)
        self._thread = threading.Thread(target=self._guarded, daemon=True)
        self._over = False
        self._rows = self._header = ""
        self._message, self._message_until = "", 0.0
        self._place, self._preview = place, ""  # where the preview is; what the person made of it: hidden or not
        self._marked = self._late = False  # rows are marked; there are newer rows than those shown
        self._results: list[_Result] = []
        self._acting: list[threading.Thread] = []
        self._preparing = False  # a slow question is being made
        self._refused: dict[tuple[str, tuple[str, ...]], str] = {}  # texts that could not be asked for again then

    def start(self) -> tuple[list[str], str]:
        """Make what fzf shows first: rows and header. The thread runs from now on."""
        rows = self._desk.rows(at_once=False)
        self._rows, self._header = "\0".join(rows), self._told()
        self._run.write("header", self._header)
        self._thread.start()
        return rows, self._header

    def close(self) -> None:
        """End fzf."""
        self._fzf.post("abort")

    def stop(self) -> None:
        """End the thread, and let what was begun come to its end."""
        for thread in self._acting:
            thread.join(_LAST)
        self._over = True
        self._run.call("over")
        if self._thread.is_alive():
            self._thread.join(3)

    # ------------------------------------------------------------------------------------------ the thread

    def _guarded(self) -> None:
        try:
            self._loop()
        except BaseException as error:  # told by the front door
            if not (self._over and isinstance(error, OSError)):  # else the run folder is being removed
                self.failure = error
                self._fzf.post("abort")

    def _loop(self) -> None:
        due = time.monotonic() + self._every
        while not self._over:
            until = min(due, self._message_until) if self._message else due
            calls = self._heard(max(0.0, until - time.monotonic()))
            poked = False
            while calls and not self._over:
                call = calls.pop(0)
                if call.startswith("text "):
                    calls += self._heard(_PASTED)
                    calls = self._pasted(calls)
                    if calls[:1] == [""]:
                        continue
                poked |= self._take(call)
            if self._message and time.monotonic() >= self._message_until:
                self._message = ""
                self._show_header()
            if (poked or time.monotonic() >= due) and not self._over:
                self._refresh(poked)
                due = time.monotonic() + self._every

    def _heard(self, seconds: float) -> list[str]:
        """The lines that were written into the pipe, as soon as there are any."""
        if not select.select([self._run.calls], [], [], seconds)[0]:
            return []
        text = os.read(self._run.calls, 65536)
        while not text.endswith(b"\n") and select.select([self._run.calls], [], [], 0.2)[0]:
            text += os.read(self._run.calls, 65536)  # a write of over 4 KB may come in pieces
        return text.decode("utf-8", "replace").removesuffix("\n").split("\n")

    def _pasted(self, calls: list[str]) -> list[str]:
        """What follows a line of text. Where another follows at once, lines were pasted: none of them is sent."""
        if not any(call.startswith(("text ", "do jump")) for call in calls):
            return calls
        self._take_back()
        self._say("several lines were pasted, nothing was sent; Enter on an empty line opens your editor for them")
        return ["", *(call for call in calls if not call.startswith(("text ", "do jump")))]

    def _take(self, call: str) -> bool:
        """One line from the pipe; whether the rows are to be made anew at once."""
        word, _, rest = call.partition(" ")
        if word == "focus":
            self._panel.focus(rest.split())
        elif word == "do":
            return self._do(*rest.split())
        elif word in ("key", "text"):
            self._answered(word, rest)
        elif word == "moved" and self._dialogue.has_moved():
            self._leave(self._dialogue.typed())
        elif word == "marked":
            if self._dialogue.is_open():
                self._leave(self._dialogue.typed())
            self._marked = rest != "0"
            self._show_header()
            return not self._marked and self._late
        elif word == "result":
            return self._finished()
        elif word == "page":
            self._panel.show()
        elif word == "toggled":  # the preview: its lines stand last, if it is shown
            self._preview = ",nohidden" if len(rest.split()) == 3 else ",hidden"
            self._resized(rest.split()[:2], self._preview)
        elif word == "size":
            self._resized(rest.split(), ",nohidden" if self._dialogue.has_page() else self._preview)
        return False

    # ------------------------------------------------------------------------------------------ what is shown

    def _refresh(self, at_once: bool) -> None:
        try:
            rows = "\0".join(self._desk.rows(at_once))
        except CstError as error:
            self._say(str(error))
            return
        self._late = self._late or rows != self._rows
        if self._dialogue.tidy():
            self._header = ""
        reload = self._reload(rows) if self._late and not self._dialogue.is_open() else ""
        self._panel.show(read_anyway=bool(reload))
        if not reload:
            self._show_header()
            return
        self._run.write("rows", rows + "\0")
        if self._fzf.post(*self._header_actions(), reload):
            self._rows, self._late = rows, False
        else:
            self._header = ""

    def _reload(self, rows: str) -> str:
        """How fzf is to read the rows; "" where it does not listen, or where that would take marks away."""
        state = self._fzf.state()
        if state:
            self._marked = state.marked
        if state is None or self._marked:
            return ""
        return _AS_THEY_STAND if not state.query and _order(rows) == _order(self._rows) else _RELOAD

    def _told(self) -> str:
        """The header, with a message for some seconds."""
        waits = "marked: the list waits until the marks are used or taken back (tab)" if self._marked else ""
        return "\n".join(self._desk.header(self._message or waits))

    def _header_actions(self) -> list[str]:
        """What puts the header on the screen, if it changed and no question stands there."""
        header = self._told()
        if self._dialogue.is_open() or header == self._header:
            return []
        self._header = header
        self._run.write("header", header)
        return [_HEADER]

    def _show_header(self) -> None:
        if (actions := self._header_actions()) and not self._fzf.post(*actions):
            self._header = ""  # a busy fzf did not listen: once more with the next look

    def _say(self, message: str) -> None:
        self._message, self._message_until = clean(message, 400), time.monotonic() + _STAYS
        if not self._dialogue.is_open():
            self._show_header()

    def _resized(self, words: Sequence[str], preview: str) -> None:
        if len(words) == 2 and digits(words[0]) and digits(words[1]):
            self._place = self._desk.resized(int(words[0]), int(words[1]), self._preview == ",hidden")
            self._fzf.post(f"change-preview-window({self._place}{preview})", "refresh-preview")
            self._refresh(at_once=False)

    # ------------------------------------------------------------------------------------------ what is done

    def _do(self, action: str, *keys: str) -> bool:
        """A key was pressed on these rows; whether the rows are to be made anew."""
        if action in ("up", "down"):
            self._panel.scroll(action == "down")
        elif self._dialogue.is_open():
            return False
        elif action in ("page", "keys"):
            self._panel.turn("keys" if action == "keys" else "")
        elif action in _OPTIONS and self._marked:
            self._say("the list waits while rows are marked; tab takes a mark back")
        elif action in _OPTIONS:
            self._say(self._desk.option(action))
            return True
        elif keys:
            self._begin(action, keys if many(action) else keys[:1])
        return False

    def _begin(self, action: str, keys: Sequence[str]) -> None:
        if self._preparing:
            self._say("one thing after the other: the key before is still at work")
        elif action in _SLOW:
            self._preparing = True
            self._say(f"{action} …")
            self._in_a_thread(action, keys, None, self._fzf.state())
        elif action == "jump":  # in this thread: nothing is as soon
            self._act(action, keys, None)
        else:
            try:
                question = self._desk.ask(action, keys)
            except CstError as error:
                self._say(str(error))
                return
            if question:
                self._put(action, keys, question)
            else:
                self._in_a_thread(action, keys, "", None)

    def _in_a_thread(self, action: str, keys: Sequence[str], answer: str | None, wanted: State | None) -> None:
        thread = threading.Thread(target=self._act, args=(action, keys, answer, wanted), daemon=True)
        if answer is not None:  # a question that is only being made need not come to its end
            self._acting = [*(one for one in self._acting if one.is_alive()), thread]
        thread.start()

    def _answered(self, word: str, rest: str) -> None:
        row, _, given = rest.partition(" ")  # the row that was highlighted when the key was pressed
        if (word, row) == ("key", "esc"):
            self._take_back()
        elif self._dialogue.answers(word, given) and row != self._dialogue.row:
            self._leave(given if word == "text" else "")
        elif self._dialogue.answers(word, given):
            action, keys = self._dialogue.action, self._dialogue.keys
            wanted = self._dialogue.without(self._fzf.state())
            self._take_back()
            if action == "jump" and given == "y":
                self._act(action, keys, given)
            elif word == "text" or given != "n" or action == "answer":  # else it means: leave it
                self._say(f"{action} …")
                self._in_a_thread(action, keys, given, wanted)

    def _leave(self, typed: str) -> None:
        """The cursor has left the row that the question was about, or other rows are marked: nothing is done. What was
        typed is there again when the same is asked of the same session."""
        action, keys = self._dialogue.action, tuple(self._dialogue.keys)
        self._take_back()
        if typed.strip() and typed != self._dialogue.text:
            self._refused[action, keys] = typed
            self._say(f"{action}: the cursor moved, so nothing was sent; the same key on that row has your text")

    def _take_back(self) -> None:
        had_page = self._dialogue.has_page()
        self._dialogue.take_back()
        if had_page:  # the preview was shown for it
            self._fzf.post(f"change-preview-window({self._place}{self._preview})")
        self._header = ""
        self._show_header()
        self._panel.cover(None)

    def _act(self, action: str, keys: Sequence[str], answer: str | None, wanted: State | None = None) -> None:
        """In a thread of its own: it may take as long as a process takes to end. `answer` None: nothing was asked."""
        try:
            question = self._desk.ask(action, keys) if answer is None else None
            outcome = Outcome(again=question) if question else self._desk.act(action, keys, answer or "")
        except CstError as error:
            outcome = Outcome(str(error), failed=True)
        except BaseException as error:
            self.failure = error
            outcome = Outcome(leave=True)
        if outcome.again and wanted is None:  # fzf was busy then
            wanted = self._fzf.state()
        self._results.append(_Result(action, keys, answer is None, wanted, outcome))
        self._run.call("result")

    def _finished(self) -> bool:
        """An action is over; whether the rows are to be made anew."""
        result = self._results.pop(0)
        action, outcome = result.action, result.outcome
        if result.first and action in _SLOW:
            self._preparing = False
        if outcome.leave:
            self.left, self.done = outcome.message, True
            self._fzf.post("abort")
            return False
        if outcome.message:
            self._say(outcome.message)
        if outcome.again:
            self._late_question(result, outcome.again)
            return False
        if outcome.run:  # an error stays to be read
            self._fzf.post(f'execute(set -- "$CST_BIN" {" ".join(outcome.run)}; {_OWN}; "$@" || read -r _)')
        if many(action) and self._marked and not outcome.failed:
            self._run.write("marks", "")
            self._fzf.post("deselect-all")
            self._marked = False
        return True

    def _late_question(self, result: _Result, question: Question) -> None:
        """Ask what took a while to ask, unless the person has gone on to something else."""
        state, wanted = self._fzf.state(), result.wanted
        here = state and wanted and (state.key, state.query) == (wanted.key, wanted.query)
        several = self._marked and many(result.action)
        at_all = state and (several or state.key == result.keys[0])  # the key may have been heard late
        if here and at_all and not self._dialogue.is_open():
            self._message = ""
            self._put(result.action, result.keys, question)
        elif result.outcome.failed and question.text:
            self._refused[result.action, tuple(result.keys)] = question.text
            self._say(f"{result.outcome.message}; the same key has your text")
        elif not result.outcome.failed:  # else what went wrong stands there
            self._say(f"{result.action}: you went on meanwhile, so nothing was asked; press the key again")

    def _put(self, action: str, keys: Sequence[str], question: Question) -> None:
        if not question.choices:
            question = question._replace(text=self._refused.get((action, tuple(keys)), question.text))
        marked, header = self._marked and many(action), self._told().count("\n") + 1
        if self._dialogue.put(action, keys, question, marked, header):
            self._refused.pop((action, tuple(keys)), None)
            self._panel.cover(question.page)
        else:
            self._header = ""  # the question may have been there for a moment
            self._say(f"{action}: nothing was asked, as the cursor moved or fzf was busy; press the key again")


def _order(rows: str) -> list[str]:
    """The keys of the rows."""
    return [row.partition("\t")[0] for row in rows.split("\0")]
