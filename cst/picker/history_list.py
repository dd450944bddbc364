"""`cst resume` without a session: the picker over all history. Rows stream in, nothing is refreshed."""

from __future__ import annotations

import time

from cst.core import fleet
from cst.fzf import keymap, launch
from cst.model import PAGES, CstError, Ended, Session, Snapshot
from cst.picker import operations, pages
from cst.picker.history_rows import history_rows
from cst.render.paint import Paint
from cst.render.rows import explained, header
from cst.render.theme import ascii_only
from cst.text import fit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from cst.fzf.backend import Outcome, Question
    from cst.settings import Settings

_KEYS = ("jump", "copy", "open", "page", "preview", "up", "down", "keys")  # the others are for live sessions


def pick(settings: Settings, client: str, program: str) -> Session | None:
    """Let the user choose among all sessions that have ended. Outside tmux: the one to resume on this terminal."""
    bound = keymap.bound(settings.keys)
    look = launch.Look(settings.theme, settings.ascii, {name: bound[name] for name in _KEYS})
    history = HistoryList(settings, client, look, program)
    chosen = launch.run(history, look, history.placed, 3600.0, program, settings.run_dirs)
    return history.session(chosen) if chosen else None


class HistoryList:
    """What the picker over all history knows: the sessions that it has listed so far."""

    def __init__(self, settings: Settings, client: str, look: launch.Look, program: str) -> None:
        self._settings, self._look = settings, look
        self._paint = Paint(not settings.no_color, settings.theme)
        self._operations = operations.Operations(settings, client, False, self._paint, program)
        self.placed = launch.shape(*launch.size())
        self._known: dict[str, Ended] = {}
        heads = fit(f"{'AGE':>4}  {'SESSION':28}  LAST PROMPT", self.placed.list_columns)
        self._head = "-\t" + self._paint.dim(heads)

    def rows(self, at_once: bool) -> list[str]:  # noqa: ARG002  # what was is not refreshed
        """The heads, always the same: other rows would take away those that have come."""
        return [self._head]

    def more(self) -> Iterator[str]:
        """All ended sessions, newest first, as they are read."""
        for row in history_rows(self._settings, time.time(), self.placed.list_columns, self._noted):
            yield ascii_only(row) if self._settings.ascii else row

    def _noted(self, found: Iterable[Ended]) -> Iterator[Ended]:
        for one in found:
            self._known[one.session_id] = one
            yield one

    def header(self, message: str = "") -> list[str]:
        """What this is, and the keys; a message in their place."""
        summary = "ended sessions, newest first: type to search in titles, folders and all prompts"
        words = {"jump": "resume", "copy": "copy", "open": "open", "page": "page", "keys": "keys"}
        hints = [(keymap.shown(self._look.keys[name]), word) for name, word in words.items()]
        return header(summary, "", hints, self.placed.list_columns, self._paint, message)

    def page(self, key: str, name: str, columns: int, lines: int) -> list[str]:
        """One page of the preview."""
        if name == "keys":
            made = explained(keymap.explained({**keymap.bound({}), **self._look.keys}), columns, self._paint)
        else:
            made = pages.page(self._settings, self._snapshot_of(key), self.session(key), name, columns, lines, self._paint)
        return [ascii_only(line) for line in made] if self._settings.ascii else made

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
        self.placed = launch.shape(columns, lines)
        return self.placed.preview

    def session(self, key: str) -> Session:
        """The ended session of that id."""
        return fleet.sessions(self._snapshot_of(key))[0]

    def _snapshot_of(self, key: str) -> Snapshot:
        if key not in self._known:
            raise CstError("that session is gone")
        return Snapshot(now=time.time(), ended=[self._known[key]], home=self._settings.home)

    def ask(self, action: str, chosen: Sequence[str]) -> Question | None:
        """What has to be asked first."""
        sessions = [self.session(key) for key in chosen]
        return self._operations.ask(action, sessions, self._snapshot_of(chosen[0]), self.placed.list_columns)

    def act(self, action: str, chosen: Sequence[str], answer: str) -> Outcome:
        """Do it, after a look of its own."""
        from cst.poller import Poller

        snapshot, sessions = Poller(self._settings).look()
        alive = next((s for s in sessions if s.id == chosen[0] and s.pid), None)
        return self._operations.on(action, alive or self.session(chosen[0]), snapshot, answer)
