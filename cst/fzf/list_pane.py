"""The rows, and the header above them: what fzf shows of them, and what has changed since.

fzf 0.67 clears marks whenever rows are reloaded, so they are reloaded only if their text changed, and never while rows
are marked or a question is open.
"""

from __future__ import annotations

import time

from cst.model import CstError
from cst.text import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cst.fzf.backend import Backend
    from cst.fzf.preview_pane import PreviewPane
    from cst.fzf.prompt import Prompt
    from cst.fzf.remote import Remote, State
    from cst.fzf.run_dir import RunDir

# What was typed and searched for moves the cursor no more once there are new rows.
_FORGET = (
    '[ ! -s "$CST_RUN/typed" ] || { { read -r _; read -r _; read -r _; } <"$CST_RUN/typed" && : >"$CST_RUN/typed"; }'
)
# `{q}` because fzf skips a command of which every placeholder is empty: if nothing matches there is no {1}.
_RELOAD = f'reload-sync:: {{q}}; printf "%s\\n" {{1}} "$FZF_POS" >"$CST_RUN/row"; {_FORGET}; exec cat "$CST_RUN/rows"'
_SAME_ORDER = f'reload-sync:: {{q}}; : >"$CST_RUN/row"; {_FORGET}; exec cat "$CST_RUN/rows"'  # fzf keeps its line
_HEADER = 'transform-header(exec cat "$CST_RUN/header")'
# To the first of the rows in the file that the search finds.
_GO_TO = (
    "transform:exec awk 'FILENAME == ARGV[1] { rank[$0] = FNR; next } "
    "$0 in rank && (!best || rank[$0] < best) { best = rank[$0]; at = FNR } "
    "END { if (best) print \"pos(\" at \")\" }' "
    '"$CST_RUN/targets" {*f1}'
)
_STAYS = 6.0  # seconds for which a message is shown


class ListPane:
    """The rows and the header of one picker. Used by one thread."""

    def __init__(
        self, backend: Backend, run_dir: RunDir, remote: Remote, prompt: Prompt, preview: PreviewPane, mark: str
    ) -> None:
        self.marked = False  # whether rows are marked
        self.outdated = False  # whether there are newer rows than those shown
        self._backend, self._run_dir, self._remote = backend, run_dir, remote
        self._prompt, self._preview = prompt, preview
        self._mark = mark  # what the key is called that marks a row
        self._rows = self._header = self._needing = ""
        self._message, self._message_until = "", 0.0  # on the monotonic clock
        self._kept: dict[str, str] = {}  # what rows said before something was done to them, by key
        self._kept_for = ""  # the query of that moment

    def first(self) -> tuple[list[str], str]:
        """The rows and the header that fzf starts with."""
        rows = self._backend.rows(at_once=False)
        self._rows, self._header = "\0".join(rows), self._make_header()
        self._run_dir.write("header", self._header)
        if first := self._write_needing():
            self._run_dir.write("row", f"{first[0]}\n1\n")  # as if a reload had found the cursor there
        self._run_dir.write("put", (first or _keys(rows[1] if rows[1:] else ""))[0] + "\n")  # the cursor, by us
        return rows, self._header

    def refresh(self, at_once: bool) -> None:
        """Make the rows, the page and the header again, and show what changed."""
        try:
            rows = "\0".join(self._keeping(self._backend.rows(at_once)))
        except CstError as error:
            self.say(str(error))
            return
        self._write_needing()
        self.outdated = self.outdated or rows != self._rows
        if self._prompt.tidy():
            self._header = ""
        reload = self._reload(rows) if self.outdated and not self._prompt.is_open() else ""
        self._preview.show(fzf_will_read=bool(reload))
        if not reload:
            self.show_header()
            return
        self._run_dir.write("rows", rows + "\0")
        if self._remote.post(*self._header_actions(), reload):
            self._rows, self.outdated = rows, False
        else:
            self._header = ""

    def _write_needing(self) -> Sequence[str]:
        """The rows that need the user, for the cursor to go to the first of them that a search finds."""
        rows = self._backend.next_rows("")
        if (needing := "".join(f"{row}\n" for row in rows)) != self._needing:
            self._needing = needing
            self._run_dir.write("needing", needing)
        return rows

    def _reload(self, rows: str) -> str:
        """The action that makes fzf read the rows; "" if it is busy, or if marks would be lost."""
        state = self._remote.state()
        if state:
            self.marked = bool(state.marked)
        if state is None or self.marked:
            return ""
        return _SAME_ORDER if not state.query and _keys(rows) == _keys(self._rows) else _RELOAD

    def move_on(self, row: str) -> None:
        """Go from that row to the next one that needs the user and is found by the search, if the cursor is there."""
        state, targets = self._remote.state(), self._backend.next_rows(row)
        if targets and state and state.row == row and not self._prompt.is_open():
            self._run_dir.write("targets", "".join(f"{target}\n" for target in targets))
            self._remote.post(_GO_TO)

    def keep(self, rows: Sequence[str], state: State | None) -> None:
        """Something is done to these rows: as long as the query stays, the search finds them by what they said before
        too, so that they do not vanish from under the cursor."""
        if state and state.query:
            known = dict(row.partition("\t")[::2] for row in self._rows.split("\0"))
            self._kept_for = state.query
            self._kept = {row: f"    {_plain(known[row])}" for row in rows if row in known}

    def _keeping(self, rows: Sequence[str]) -> list[str]:
        """The rows, with what some said before behind them, while the query is the same."""
        if not self._kept:
            return list(rows)
        state = self._prompt.state_below() if self._prompt.is_open() else self._remote.state()
        if state and state.query != self._kept_for:
            self._kept = {}
        return [row + self._kept.get(row.partition("\t")[0], "") for row in rows]

    def set_marked(self, marked: bool) -> None:
        """Rows are marked, or none is any more."""
        self.marked = marked
        if not marked:
            self._remote.post("change-multi(0)")  # otherwise fzf counts them: (0)
        self.show_header()

    def unmark(self) -> None:
        """Take all marks away."""
        self._run_dir.write("marks", "")
        self._remote.post("deselect-all", "change-multi(0)")
        self.marked = False

    # ------------------------------------------------------------------------------------------ the header

    def say(self, message: str, anew: bool = False) -> None:
        """Show a message in the header for some seconds, or once the open question is closed."""
        self._message, self._message_until = clean(message, 400), time.monotonic() + _STAYS
        self.show_header(anew)

    def unsay(self) -> None:
        """Forget the message."""
        self._message = ""

    def message_ends(self) -> float:
        """When the message is to go, on the monotonic clock; infinity if there is none."""
        return self._message_until if self._message else float("inf")

    def end_message(self) -> None:
        """Remove a message whose time is over."""
        if time.monotonic() >= self.message_ends():
            self.unsay()
            self.show_header()

    def show_header(self, anew: bool = False) -> None:
        """Show the header if it changed and no question is in its place. `anew`: also if it did not change, because
        something else may be there."""
        if anew:
            self._header = ""
        if (actions := self._header_actions()) and not self._remote.post(*actions):
            self._header = ""  # fzf is busy: again with the next refresh

    def height(self) -> int:
        """The lines of the header."""
        return self._make_header().count("\n") + 1

    def _make_header(self) -> str:
        waits = f"marked: the list is not updated until the marks are used or removed ({self._mark})"
        waits = waits if self.marked else ""
        return "\n".join(self._backend.header(self._message or waits))

    def _header_actions(self) -> list[str]:
        header = self._make_header()
        if self._prompt.is_open() or header == self._header:
            return []
        self._header = header
        self._run_dir.write("header", header)
        return [_HEADER]


def _plain(row: str) -> str:
    """The text of a row without colours, in one line."""
    first, *coloured = row.replace("\n", " ").split("\x1b[")
    return first + "".join(part.partition("m")[2] for part in coloured)


def _keys(rows: str) -> list[str]:
    return [row.partition("\t")[0] for row in rows.split("\0")]
