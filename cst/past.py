"""`cst resume` without a session: the picker over all history. Rows stream in, nothing is refreshed."""

from __future__ import annotations

import time

from cst import asking, fleet, opening, previewing
from cst.model import PAGES, CstError, Ended, Session, Snapshot
from cst.picker import fzf, keys
from cst.view.paint import Paint
from cst.view.rows import explained, header
from cst.view.text import fit
from cst.view.theme import ascii_only

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Any

    from cst.picker.desk import Outcome, Question
    from cst.settings import Settings

    Given = dict[str, Any]

_KEYS = ("jump", "copy", "open", "page", "preview", "up", "down", "keys")  # the others are for live sessions


def pick(given: Given, own: Settings) -> int:
    """Choose among all sessions that have ended, by what was said in them, and resume one."""
    from cst.actions import resume
    from cst.setup import bindings

    bound = keys.bound(own.keys)
    drawn = fzf.Look(own.theme, own.ascii, {name: bound[name] for name in _KEYS})
    desk = Past(own, given, drawn)
    chosen = fzf.run(desk, drawn, desk.placed, 3600.0, bindings.myself(), own.run_dirs)
    if chosen:  # outside tmux: this terminal is free now
        resume.resume(own, desk.session(chosen), None, time.time())
    return 0


class Past:
    """What the picker over all history knows: the sessions that it has listed so far."""

    def __init__(self, own: Settings, given: Given, drawn: fzf.Look) -> None:
        self._own, self._drawn = own, drawn
        self._paint = Paint(not own.no_color, own.theme)
        self._acts = asking.Acts(own, given["client"], False, self._paint)
        self.placed = fzf.shape(*fzf.size())
        self._known: dict[str, Ended] = {}
        heads = fit(f"{'AGE':>4}  {'SESSION':28}  LAST PROMPT", self.placed.list_columns)
        self._head = "-\t" + self._paint.dim(heads)

    def rows(self, at_once: bool) -> list[str]:  # noqa: ARG002  # what was is not refreshed
        """The heads, always the same: other rows would take away those that have come."""
        return [self._head]

    def more(self) -> Iterator[str]:
        """All ended sessions, newest first, as they are read."""
        for row in opening.past(self._own, time.time(), self.placed.list_columns, self._noted):
            yield ascii_only(row) if self._own.ascii else row

    def _noted(self, found: Iterable[Ended]) -> Iterator[Ended]:
        for one in found:
            self._known[one.session_id] = one
            yield one

    def header(self, message: str = "") -> list[str]:
        """What this is, and the keys; a message in their place."""
        summary = "ended sessions, newest first: type to search in titles, folders and all prompts"
        words = {"jump": "resume", "copy": "copy", "open": "open", "page": "page", "keys": "keys"}
        hints = [(keys.shown(self._drawn.keys[name]), word) for name, word in words.items()]
        return header(summary, "", hints, self.placed.list_columns, self._paint, message)

    def page(self, key: str, name: str, columns: int, lines: int) -> list[str]:
        """One page of the preview."""
        if name == "keys":
            made = explained(keys.explained({**keys.bound({}), **self._drawn.keys}), columns, self._paint)
        else:
            made = previewing.page(self._own, self._seen(key), self.session(key), name, columns, lines, self._paint)
        return [ascii_only(line) for line in made] if self._own.ascii else made

    def next_page(self, name: str) -> str:
        """The page after `name`."""
        return PAGES[(PAGES.index(name) + 1) % len(PAGES)] if name in PAGES else PAGES[0]

    def option(self, _name: str) -> str:
        """What a live list can do, this one cannot."""
        return "this is the list of ended sessions; `cst pick` has the live ones"

    def is_slow(self, name: str) -> bool:
        """`changes` starts git, which may take two seconds."""
        return name == "changes"

    def resized(self, columns: int, lines: int, hidden: bool) -> str:  # noqa: ARG002  # the same either way
        """Another size of the terminal: where the preview goes. The rows stay as wide as they were."""
        self.placed = fzf.shape(columns, lines)
        return self.placed.preview

    def session(self, key: str) -> Session:
        """The ended session of that id."""
        return fleet.sessions(self._seen(key))[0]

    def _seen(self, key: str) -> Snapshot:
        if key not in self._known:
            raise CstError("that session is gone")
        return Snapshot(now=time.time(), ended=[self._known[key]], home=self._own.home)

    def ask(self, action: str, chosen: Sequence[str]) -> Question | None:
        """What has to be asked first."""
        sessions = [self.session(key) for key in chosen]
        return self._acts.ask(action, sessions, self._seen(chosen[0]), self.placed.list_columns)

    def act(self, action: str, chosen: Sequence[str], answer: str) -> Outcome:
        """Do it, after a look of its own."""
        from cst.watch import Watch

        seen, sessions = Watch(self._own).look()
        alive = next((s for s in sessions if s.id == chosen[0] and s.pid), None)
        return self._acts.on(action, alive or self.session(chosen[0]), seen, answer)
