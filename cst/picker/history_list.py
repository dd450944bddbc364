"""`cst resume` without a session: the picker over all history. Rows are appended as they are read, never refreshed."""

from __future__ import annotations

import time

from cst.core import fleet
from cst.fzf import keymap, launch, terminal
from cst.fzf.layout import Layout, layout
from cst.model import CstError, Ended, Session, Snapshot
from cst.picker import pages
from cst.picker.context import Context, Target
from cst.picker.history_rows import history_rows
from cst.picker.operations import Operations, my_keys
from cst.render.paint import Paint
from cst.render.rows import explained, header
from cst.render.theme import ascii_only
from cst.text import fit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from cst.settings import Settings

# The keys that mean something for ended sessions, and the header's words for them ("" = not in the header).
_KEYS = {
    "jump": "resume", "copy": "copy", "open": "open", keymap.PAGE: "page", keymap.PREVIEW: "", keymap.UP: "",
    keymap.DOWN: "", keymap.HELP: "keys",
}  # fmt: skip
_NEVER = 3600.0  # seconds between refreshes of a list that does not change


def pick(settings: Settings, client: str, program: str) -> Session | None:
    """Let the user choose among all sessions that have ended, and resume it in tmux. Returns the one to resume on this
    terminal, None for none."""
    bound = my_keys(settings)
    keys = [key._replace(short=_KEYS[key.name]) for key in bound if key.name in _KEYS]
    look = launch.Look(settings.theme, settings.ascii, keys)
    history = HistoryList(settings, client, look, program)
    row = launch.run(history, history.operations, look, history.layout, _NEVER, program, settings.run_dirs)
    return history.session(row) if row else None


class HistoryList:
    """The list of one open picker over all history: the sessions that were read so far."""

    def __init__(self, settings: Settings, client: str, look: launch.Look, program: str) -> None:
        self._settings, self._look = settings, look
        self._paint = Paint(not settings.no_color, settings.theme)
        self.operations = Operations(Context(settings, client, False, self._paint, program, self, look.keys))
        self.layout = layout(*terminal.size())
        self._known: dict[str, Ended] = {}
        heads = fit(f"{'AGE':>4}  {'SESSION':28}  LAST PROMPT", self.layout.list_columns)
        self._heads = "-\t" + self._paint.dim(heads)

    # ------------------------------------------------------------------------------------------ what is shown

    def rows(self, at_once: bool) -> list[str]:  # noqa: ARG002  # history is not refreshed
        """The column heads alone: a reload would remove the rows that were appended."""
        return [self._heads]

    def more(self) -> Iterator[str]:
        """All ended sessions, newest first, as they are read."""
        for row in history_rows(self._settings, time.time(), self.layout.list_columns, self._keep):
            yield ascii_only(row) if self._settings.ascii else row

    def _keep(self, sessions: Iterable[Ended]) -> Iterator[Ended]:
        for session in sessions:
            self._known[session.session_id] = session
            yield session

    def next_rows(self, row: str) -> Sequence[str]:  # noqa: ARG002  # whichever it is
        """None needs the user."""
        return ()

    def header(self, message: str = "") -> list[str]:
        """What this list is, and the keys; a message in their place."""
        summary = "ended sessions, newest first: type to search titles, folders, all prompts"
        return header(summary, "", keymap.hint(self._look.keys), self.layout.list_columns, self._paint, message)

    def page(self, row: str, name: str, columns: int, lines: int) -> list[str]:
        """One page of the preview."""
        if name == keymap.HELP:
            made = explained(keymap.explained(self._look.keys), columns, self._paint, self._look.key(keymap.HELP))
        else:
            snapshot = self._snapshot(row)
            key = self._look.key(keymap.PAGE)
            made = pages.page(self._settings, snapshot, self.session(row), name, columns, lines, self._paint, key=key)
        return [ascii_only(line) for line in made] if self._settings.ascii else made

    def next_page(self, name: str) -> str:
        """The page after `name`."""
        return pages.after(name)

    def is_slow(self, name: str) -> bool:
        """Whether it takes seconds."""
        return pages.is_slow(name)

    def resized(self, columns: int, lines: int, hidden: bool) -> Layout:  # noqa: ARG002  # the same either way
        """The layout for another size of the terminal. The rows stay as wide as they are."""
        self.layout = layout(columns, lines)
        return self.layout

    # ------------------------------------------------------------------------------------------ what operations need

    def session(self, row: str) -> Session:
        """The ended session of a row; CstError if it is not listed."""
        return fleet.sessions(self._snapshot(row))[0]

    def shown(self, rows: Sequence[str]) -> Target:
        """The session of the first of these rows."""
        return Target(self._snapshot(rows[0]), [self.session(rows[0])], self.layout.list_columns)

    def current(self, rows: Sequence[str], quick: bool = False) -> Target:  # noqa: ARG002  # one way for all
        """The session of the first of these rows, which may have been resumed in the meantime."""
        from cst.poller import Poller

        snapshot, sessions = Poller(self._settings).look()
        alive = next((session for session in sessions if session.id == rows[0] and session.pid), None)
        return Target(snapshot, [alive or self.session(rows[0])], self.layout.list_columns)

    def sort(self) -> str:
        """History is always sorted by age."""
        return ""

    def ask_hosts(self, rows: Sequence[str]) -> None:
        """No row is of a host."""

    toggle_ended = toggle_tall = regroup = switch_hosts = sort  # these keys are not bound

    def _snapshot(self, row: str) -> Snapshot:
        if row not in self._known:
            raise CstError("that session is gone")
        return Snapshot(now=time.time(), ended=[self._known[row]], home=self._settings.home)
