"""Keeps an open picker up to date and answers its keys.

One thread beside the main one, which waits for fzf. Bindings write messages into the pipe of the run folder; this
thread reads them, writes what is to be shown into files, and tells fzf to read those. Whatever may take long (an
operation, a question that asks git, a page of changes) runs in a thread of its own and comes back through that pipe.

What is shown is in list_pane and preview_pane, what is asked in prompt, what is being done in jobs.

Over 300 lines, because one table of messages decides what each means while a question is open.
"""

from __future__ import annotations

import os
import select
import threading
import time

from cst.fzf import keymap, messages, search, terminal
from cst.fzf.backend import Question
from cst.fzf.jobs import Job, Jobs
from cst.fzf.layout import layout
from cst.fzf.list_pane import ListPane
from cst.fzf.preview_pane import PreviewPane
from cst.fzf.prompt import Prompt
from cst.fzf.remote import Remote
from cst.fzf.run_dir import SOCKET
from cst.model import CstError
from cst.text import clean, wrap

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cst.fzf.backend import Actions, Backend
    from cst.fzf.jobs import Result
    from cst.fzf.keymap import Key
    from cst.fzf.layout import Layout
    from cst.fzf.messages import Message
    from cst.fzf.run_dir import RunDir

_ENVIRONMENT = '. "$CST_RUN/environment"'  # the user's own, for what runs on the terminal
# Leaves what went wrong on the screen. A program that was killed may have left a terminal in which Enter ends no line.
_READ_FIRST = '{ stty sane </dev/tty; printf "press Enter to go back " >&2; read -r _ </dev/tty; }'
_MEANT_FOR_IT = 0.5  # seconds in which Enter may be meant for a question that is not open: never asked, or answered
_REFUSAL = 3  # lines at most for why nothing can be typed
_PASTED = 0.06  # seconds within which a second line of text comes from a paste and not from a person


class SessionLoop:
    """One open picker. `start`, then `stop`. `every`: seconds between refreshes. `fzf`: its path."""

    def __init__(
        self, backend: Backend, actions: Actions, run_dir: RunDir, keys: Sequence[Key], every: float, placed: Layout,
        fzf: str,
    ) -> None:
        self.chosen = ""  # the row to go on with once fzf has closed
        self.done = False  # fzf was closed by an operation, not by the user
        self.failure: BaseException | None = None  # an unexpected exception; the picker is closed
        self._keys = {key.name: key for key in keys}
        self._enter = next((self._called(key.name) for key in keys if key.enter), "Enter")
        self._run_dir, self._every, self._fzf = run_dir, every, fzf
        self._remote = Remote(run_dir.path(SOCKET))
        self._preview = PreviewPane(backend, run_dir, self._remote, placed, self._called(keymap.DOWN))
        self._prompt = Prompt(run_dir, self._remote, keymap.letters(keys))
        mark = self._called(keymap.MARK)
        self._list = ListPane(backend, run_dir, self._remote, self._prompt, self._preview, mark)
        self._actions, self._jobs = actions, Jobs(actions, run_dir, self._remote)
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._over = False
        self._no_enter_until = 0.0  # monotonic: it may be meant for a question that is not open
        self._finished_row = ""  # a row to move on from, after the next refresh
        size = terminal.size_now()
        self._size = size if size and layout(*size) == placed else None  # what the screen is divided for

    def _called(self, name: str) -> str:
        return keymap.called(tuple(self._keys.values()), name)

    def start(self) -> tuple[list[str], str]:
        """Start the thread; the rows and the header for fzf to start with."""
        rows, header = self._list.first()
        self._thread.start()
        return rows, header

    def close(self) -> None:
        """End fzf."""
        self._remote.post("abort")

    def stop(self) -> None:
        """End the thread, after waiting for the operations that were begun."""
        self._jobs.join()
        self.failure = self.failure or self._jobs.failure
        self._over = True
        self._run_dir.call(messages.WAKE_UP)
        if self._thread.is_alive():
            self._thread.join(3)

    # ------------------------------------------------------------------------------------------ the thread

    def _run(self) -> None:
        try:
            self._loop()
        except BaseException as error:  # reported by __main__
            if not (self._over and isinstance(error, (OSError, CstError))):  # otherwise the run folder is being removed
                self.failure = error
                self._remote.post("abort")

    def _loop(self) -> None:
        due = time.monotonic() + self._every
        while not self._over:
            received = self._receive(min(due, self._list.message_ends()) - time.monotonic())
            at_once = False
            while received and not self._over:
                message = received.pop(0)
                if isinstance(message, messages.Entered):
                    received += self._receive(_PASTED)
                    if self._is_pasted(received):
                        received = [some for some in received if not self._is_enter(some)]
                        self._refuse_paste()
                        continue
                at_once |= self._take(message)
            self._list.end_message()
            if (at_once or time.monotonic() >= due) and not self._over:
                self._follow_size()
                self._list.refresh(at_once)
                due = time.monotonic() + self._every
                if self._finished_row:
                    self._list.move_on(self._finished_row)
                    self._finished_row = ""

    def _receive(self, seconds: float) -> list[Message]:
        """The messages in the pipe, as soon as there are any."""
        if not select.select([self._run_dir.calls], [], [], max(0.0, seconds))[0]:
            return []
        text = os.read(self._run_dir.calls, 65536)
        while not text.endswith(b"\n") and select.select([self._run_dir.calls], [], [], 0.2)[0]:
            text += os.read(self._run_dir.calls, 65536)  # a write of over 4 KB may come in pieces
        lines = text.decode("utf-8", "replace").removesuffix("\n").split("\n")
        return [message for line in lines if (message := messages.parse(line))]

    def _is_enter(self, message: Message) -> bool:
        return isinstance(message, (messages.Entered, messages.Searched)) or (
            isinstance(message, messages.Pressed) and message.name in self._keys and self._keys[message.name].enter
        )

    def _is_pasted(self, following: Sequence[Message]) -> bool:
        """Whether a line of text that these messages follow at once was pasted together with other lines."""
        return any(map(self._is_enter, following))

    def _refuse_paste(self) -> None:
        self._close_question()
        opens = f"{self._enter} on an empty line opens your editor"
        self._list.say(f"several lines were pasted, so nothing was sent; {opens}")

    def _take(self, message: Message) -> bool:
        """Answer one message. Returns whether the rows have to be made again at once."""
        if isinstance(message, messages.Focus):
            self._preview.focus(message)
        elif isinstance(message, messages.Pressed):
            return self._pressed(message)
        elif isinstance(message, messages.Searched):
            self._searched(message)
        elif isinstance(message, messages.Cancelled):
            self._close_question()
        elif isinstance(message, messages.Chosen):
            self._chosen(message)
        elif isinstance(message, messages.Entered):
            self._entered(message)
        elif isinstance(message, messages.Moved):
            if self._prompt.has_moved():
                self._cancel(self._prompt.typed())
        elif isinstance(message, messages.Marked):
            if message.number or self._list.marked:  # after a reload fzf says again that no row is marked
                self._cancel(self._prompt.typed())
            self._list.set_marked(message.number > 0)
            return self._list.outdated and not self._list.marked
        elif isinstance(message, messages.Finished):
            return self._finished(self._jobs.next())
        elif isinstance(message, messages.PageMade):
            self._preview.show()
        elif isinstance(message, messages.Resized):
            self._size = message.columns, message.lines
            self._preview.resize(message)
            self._list.refresh(at_once=False)
        return False

    def _follow_size(self) -> None:
        """fzf tells of no size that the terminal got while it started: the rows would be too short for it, and what
        they hide be seen."""
        size = terminal.size_now()
        if size and size != self._size:
            self._size = size
            self._preview.resize(messages.Resized(*size))

    # ------------------------------------------------------------------------------------------ keys

    def _pressed(self, message: messages.Pressed) -> bool:
        """Do what a key does. Returns whether the rows have to be made again at once."""
        key, rows = self._keys.get(message.name), message.rows
        if key is None:
            return False
        if key.name in (keymap.UP, keymap.DOWN):
            self._preview.scroll(key.name == keymap.DOWN)
        elif self._prompt.is_open():
            self._refuse_key()
        elif key.name in (keymap.PAGE, keymap.HELP):
            self._preview.turn(keymap.HELP if key.name == keymap.HELP else "")
        elif key.listing and self._list.marked:
            self._list.say(f"the list is not updated while rows are marked; {self._called(keymap.MARK)} unmarks one")
        elif key.listing:
            self._jobs.do(Job(key.name, ()))  # in this thread, like everything else that is done to the list
        elif rows:
            self._begin(key, rows if key.many else rows[:1])
        return False

    def _searched(self, message: messages.Searched) -> None:
        """Enter in the search: only a row that the query finds is gone on with."""
        key = self._keys.get(message.name)
        if self._prompt.is_open():
            self._refuse_key()
        if key is None or self._prompt.is_open() or time.monotonic() < self._no_enter_until:
            return
        found = search.target(self._remote, self._fzf, message, self._enter)
        if found.row:
            self._begin(key, (found.row,))
        elif found.why:
            self._list.say(found.why)

    def _begin(self, key: Key, rows: Sequence[str]) -> None:
        """Ask the question of an operation, or start it if it has none."""
        job = Job(key.name, rows, asking=True)
        if self._jobs.is_asking():
            self._list.say("one thing at a time: the last key is still at work")
        elif key.slow or (key.enter and self._actions.takes_long(rows)):
            self._list.say(f"{key.name} …")
            self._jobs.start(job._replace(state=self._remote.state()))
        elif key.enter:  # in this thread: nothing is faster
            self._jobs.do(job)
        else:
            try:
                question = self._actions.ask(key.name, rows)
            except CstError as error:
                if not key.text:
                    self._list.say(str(error))
                    return
                # Who pressed the key goes on to type the text, which would be a search, and its Enter a jump.
                why = wrap(clean(str(error), 400), self._preview.list_columns(), _REFUSAL)
                question = Question((*why, "nothing can be typed now; esc goes back"), refusal=True)
            if question:
                self._ask(key.name, rows, question)
            else:
                self._list.keep(rows, self._remote.state())
                self._jobs.start(Job(key.name, rows))

    def _finished(self, result: Result) -> bool:
        """Show what an operation led to. Returns whether the rows have to be made again at once."""
        outcome, key = result.outcome, self._keys[result.job.name]
        self.failure = self.failure or self._jobs.failure
        if outcome.leave:
            self.chosen, self.done = outcome.row, True
            self._remote.post("abort")
            return False
        if outcome.message:
            self._list.say(outcome.message)
        if outcome.again:
            self._ask_late(result, outcome.again)
            return False
        if outcome.run:
            run = f'set -- "$CST_BIN" {" ".join(outcome.run)}; {_ENVIRONMENT}; "$@"'
            self._remote.post(f"execute({run} || {_READ_FIRST})")
        if key.many and self._list.marked and not outcome.failed:
            self._list.unmark()
        if outcome.move_on:
            self._finished_row = result.job.rows[0]
        return True

    # ------------------------------------------------------------------------------------------ questions

    def _ask(self, name: str, rows: Sequence[str], question: Question) -> None:
        marked = self._list.marked and self._keys[name].many
        if self._prompt.put(name, rows, question, marked, self._list.height()):
            self._preview.cover(question.page)
        else:  # the question may have been there for a moment
            why = "the cursor moved or fzf was busy"
            self._list.say(f"{name}: nothing was asked, {why}; press the key again", anew=True)
            self._no_enter_until = time.monotonic() + _MEANT_FOR_IT

    def _ask_late(self, result: Result, question: Question) -> None:
        """Ask what took a while to make, unless the user has gone on to something else."""
        job, outcome, before, state = result.job, result.outcome, result.state, self._remote.state()
        still = state and before and (state.row, state.query) == (before.row, before.query)
        several = self._list.marked and self._keys[job.name].many
        at_all = state and (several or state.row == job.rows[0])  # the key may have been heard late
        if still and at_all and not self._prompt.is_open():
            self._list.unsay()
            self._ask(job.name, job.rows, question)
        elif outcome.failed and question.text:
            self._prompt.keep_draft(job.name, job.rows, question.text)
            self._list.say(f"{outcome.message}; the same key brings your text back")
        elif not outcome.failed:  # otherwise the message says what went wrong
            self._list.say(f"{job.name}: you had moved on, so nothing was asked; press the key again")

    def _chosen(self, message: messages.Chosen) -> None:
        """A key of the open question: do what it stands for, if the cursor is still on the question's row."""
        asked, choice = self._prompt.asked, self._prompt.choice(message.key)
        if asked is None:
            return
        if message.row != asked.row:
            self._cancel("")
        elif self._prompt.is_deaf():
            self._prompt.remark(f"{message.key} came too soon and was ignored; press it again")
        elif choice is None:
            self._refuse_key()
        elif choice.value is None:
            self._close_question()
        else:
            self._answer(Job(asked.name, asked.rows, choice.value))
            self._no_enter_until = time.monotonic() + _MEANT_FOR_IT  # who types a number may press Enter behind it

    def _entered(self, message: messages.Entered) -> None:
        """A line of text for the open question, if the cursor is still on the question's row."""
        asked = self._prompt.asked
        if asked is None or not asked.question.takes_text():
            return
        if not self._prompt.accepts(message.text):
            self._prompt.remark(f"{self._enter} came too soon and was ignored; press it again")
        elif message.row != asked.row:
            self._cancel(message.text)
        elif asked.question.needs_text and not message.text.strip():
            self._prompt.remark("nothing was typed, so nothing was done; esc closes")
        elif (answer := asked.question.answered(message.text)) is None:
            self._drop()
        else:
            self._answer(Job(asked.name, asked.rows, answer))

    def _answer(self, job: Job) -> None:
        job = job._replace(state=self._prompt.state_below())
        self._list.keep(job.rows, job.state)
        self._close_question()
        if self._keys[job.name].enter:
            self._jobs.do(job)
        else:
            self._list.say(f"{job.name} …")
            self._jobs.start(job)

    def _refuse_key(self) -> None:
        """A key that the open question does not offer cancels one that is guarded, and means nothing to another."""
        asked = self._prompt.asked
        if asked and asked.question.guarded and not self._prompt.is_deaf():
            self._drop()

    def _drop(self) -> None:
        """Close the question and say that nothing was done. An Enter right behind it was meant for it."""
        self._close_question()
        self._list.say("cancelled: nothing was done")
        self._no_enter_until = time.monotonic() + _MEANT_FOR_IT

    def _cancel(self, typed: str) -> None:
        """Close the question because the cursor has left its row, or because of other marks: nothing is done. A text
        that was typed is kept."""
        asked = self._prompt.asked
        if asked is None:
            return
        self._close_question()
        if asked.question.refusal:  # what moved the cursor was a text that came too soon, and an Enter behind it is too
            self._no_enter_until = time.monotonic() + _MEANT_FOR_IT
        if typed.strip() and typed != asked.question.text and not asked.question.confirmed:
            self._prompt.keep_draft(asked.name, asked.rows, typed)
            where = "the same key on that row brings your text back"
            self._list.say(f"{asked.name}: the cursor moved, so nothing was sent; {where}")

    def _close_question(self) -> None:
        self._prompt.take_back()
        self._list.show_header(anew=True)
        self._preview.cover(None)
