"""`cst pick`: the list of live sessions that the picker shows. Connects the poller to rows, header and pages."""

from __future__ import annotations

from contextlib import suppress

from cst.core import digest, route
from cst.core.fleet import urgency
from cst.fzf import keymap, launch, terminal
from cst.fzf.layout import Layout, layout
from cst.loss_watch import LossWatch
from cst.model import CstError, Session, host_of
from cst.picker import groups, pages
from cst.picker.context import Context, Target
from cst.picker.greeting import Greeting
from cst.picker.operations import Operations
from cst.picker.order import Order
from cst.poller import Poller
from cst.render import limits, rows, shell_exports, status_line
from cst.render.paint import Paint
from cst.render.theme import ascii_only
from cst.sessions import full_budgets, load_and_mark_seen, mark_seen_on_screen, usage_limits
from cst.snapshot import ROWS
from cst.store import exports
from cst.store.file_cache import Keeping
from cst.text import clean, counted, cut, width

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cst.host_watch import HostWatch
    from cst.model import Snapshot
    from cst.settings import Settings

_SEARCH = ("typed text", "Search: needs-you finds what needs you, #name a tag; !word leaves rows out")
_DIGEST_STAYS = 300.0  # seconds for which the header says what happened while the user was away


class LiveList:
    """The list of one open picker: the newest snapshot, the order of its rows, what is switched on."""

    def __init__(self, settings: Settings, client: str, ended: bool, look: launch.Look, program: str) -> None:
        self._settings, self._look = settings, look
        self._program = program
        self._paint = Paint(not settings.no_color, settings.theme)
        self._context = Context(settings, client, look.stay, self._paint, program, self, look.keys)
        self.operations = Operations(self._context)
        self._poller = Poller(settings, ended)
        self._cache = Keeping()
        self._order = Order()
        self._hosts: HostWatch | None = None
        self._hosts_problem = ""
        if settings.hosts:
            from cst.host_watch import HostWatch  # most people have none
            from cst.system import hosts

            try:
                self._hosts = HostWatch(settings, hosts.chosen(settings.hosts))
            except CstError as error:
                self._hosts_problem = str(error)
        self._there: list[Session] = []
        self._greeting = Greeting(settings)
        self._losses = LossWatch(settings)
        self._tall = look.tall
        self._none_ended = False  # whether the user has hidden them
        self._by = ""  # how the rows are grouped
        self.layout = layout(*terminal.size())
        self.snapshot, self.sessions = self._poller.look()
        if mark_seen_on_screen(settings, self.sessions, self.snapshot.now):
            self.snapshot, self.sessions = self._poller.look(at_once=True)
        self._first, self._opened = True, self.snapshot.now
        self._listed: list[tuple[Session, str]] = []
        self._exported: Sequence[Session] = ()
        marks, now = self.snapshot.marks, self.snapshot.now
        self._digest = digest.digest(self.sessions, marks, now, self.layout.list_columns)

    def closed(self) -> None:
        """Record when the list was last shown: what happens from now on happens while the user is away."""
        from cst.actions import marks

        if self._hosts:
            self._hosts.stop()
        if not self._listed:
            return  # it never opened
        with suppress(CstError):  # `cst doctor` reports a log that cannot be written
            marks.looked(self._settings, self.sessions, self.snapshot.now)

    # ------------------------------------------------------------------------------------------ what is shown

    def rows(self, at_once: bool) -> list[str]:
        """The column heads and the rows of a new snapshot."""
        if not self._first:
            self.snapshot, self.sessions = self._poller.look(at_once)
        if self._look.stay:
            self._mark_seen()
        self._first = False
        if self._hosts:
            self._hosts.start()
            self._there = self._hosts.sessions(self.snapshot.now)
            self._order.drop(self._hosts.unknown(self.snapshot.now))
        self._export()
        away = ("ended",) if self._none_ended else ()  # those killed lately are among the first rows
        hidden = {s.key for s in self.sessions if s.archived or s.state in away} if not self._poller.ended else set()
        shown = [s for s in self.sessions if s.key not in hidden] if hidden else self.sessions
        if self._there:
            shown = sorted([*shown, *self._there], key=urgency)
        self._listed = self._order.arrange(shown, self.snapshot.now, hidden)
        above: dict[str, str] = {}
        if self._by:
            self._listed, above = groups.grouped(self._listed, self._by)
        made = rows.rows(
            self._listed, self.snapshot.now, self.layout.list_columns, self._paint, self._tall,
            self._settings.context_window, self._settings.shown, above,
        )  # fmt: skip
        return [self._plain(row) for row in made]

    def _in_order(self) -> list[Session]:
        """The sessions of this machine and of the hosts that are shown, most urgent first."""
        return sorted([*self.sessions, *self._there], key=urgency) if self._there else list(self.sessions)

    def _export(self) -> None:
        """Write the files that the shells complete from, if the sessions were judged again."""
        if self.sessions is not self._exported:
            self._exported = self.sessions
            exports.write(self._settings, shell_exports.files(self.sessions))

    def _mark_seen(self) -> None:
        """A picker that stays open is open for hours: what its user sees in other panes meanwhile is seen. (Below a
        popup nobody sees anything.)"""
        if mark_seen_on_screen(self._settings, self.sessions, self.snapshot.now):
            self.snapshot, self.sessions = self._poller.look(at_once=True)

    def more(self) -> Iterator[str]:
        """None: the list is made again as a whole."""
        return iter(())

    def next_rows(self, row: str) -> list[str]:
        """The other rows that need the user: those below `row`, then those from the top."""
        rows = [session.key for session, _ in self._listed]
        start = rows.index(row) + 1 if row in rows else 0
        needing = {session.key for session, _ in self._listed if session.needs_you and session.key != row}
        return [key for key in [*rows[start:], *rows[:start]] if key in needing]

    def _renew(self, every: float) -> None:
        from cst.actions import bill  # most people have no budgets

        bill.again(self._settings, self.snapshot.now, every, self._program)

    def header(self, message: str = "") -> list[str]:
        """Summary, what happened while the user was away, keys; a message in their place."""
        now = self.snapshot.now
        spent = limits.worth_a_word(usage_limits(self._settings, now), now, self.snapshot.utc_offset)
        spent += full_budgets(self._settings, now, self._renew)
        lost, unread = self._losses.count(self.snapshot, self.sessions)
        problems = [*self.snapshot.problems, *unread]
        summary = status_line.painted(self._in_order(), now, self._paint, spent, lost, bool(problems))
        greeting = self._greeting.text(self.sessions) if not self._first else ""
        taken = width(status_line.line(self.sessions, now, "plain", len(problems), lost=lost)) + 3 if greeting else 0
        if greeting and taken + width(greeting) <= self.layout.list_columns:
            summary += self._paint.dim(f" · {greeting}")
        if there := self._hosts.header(now) if self._hosts else self._hosts_problem:
            summary += self._paint.dim(cut(f" · {there}", max(20, self.layout.list_columns - 40)))
        if problems:
            source, problem = problems[0]
            more = f" and {len(problems) - 1} more" if len(problems) > 1 else ""
            columns = max(20, self.layout.list_columns - 40)
            summary += self._paint("33", cut(f" · {source}: {clean(problem)}{more}", columns))
        away = self._digest if self.snapshot.now - self._opened < _DIGEST_STAYS else ""
        keys = keymap.hint(self._look.keys)
        made = rows.header(summary, away, keys, self.layout.list_columns, self._paint, message)
        return [self._plain(line) for line in made]

    def page(self, row: str, name: str, columns: int, lines: int) -> list[str]:
        """One page of the preview."""
        scrolls = name != "screen"  # may be longer than the preview
        warning: list[str] = []
        if name == keymap.HELP:
            closes = self._look.key(keymap.HELP)
            made = rows.explained([*keymap.explained(self._look.keys), _SEARCH], columns, self._paint, closes)
        else:
            session = self._session(row)
            if self._hosts and host_of(session.key):
                return [*map(self._plain, self._hosts.page(session.key, name, columns, 0 if scrolls else lines))]
            if also := self._moves(session):
                warning = [self._paint("33", cut(f"{self._look.key('jump')} {also}", max(columns, 20)))]
                lines = max(1, lines - 1) if lines else 0
            key = self._look.key(keymap.PAGE)
            made = pages.page(
                self._settings, self.snapshot, session, name, columns, lines, self._paint, self._cache, key, scrolls
            )
            self._cache.forget_the_rest()
        return [self._plain(line) for line in [*made[:1], *warning, *made[1:]]]

    def _moves(self, session: Session) -> str:
        """What a jump there does to other tmux clients."""
        return route.to_session(self.snapshot, session, self._context.client_of(self.snapshot)).also

    def next_page(self, name: str) -> str:
        """The page after `name`."""
        return pages.after(name)

    def is_slow(self, name: str) -> bool:
        """Whether it takes seconds."""
        return pages.is_slow(name)

    def resized(self, columns: int, lines: int, hidden: bool) -> Layout:
        """The layout for another size of the terminal. A hidden preview leaves its columns to the rows."""
        self.layout = layout(columns, lines)
        if hidden:
            self.layout = self.layout._replace(list_columns=columns - 5)
        return self.layout

    def _plain(self, text: str) -> str:
        return ascii_only(text) if self._settings.ascii else text

    # ------------------------------------------------------------------------------------------ what operations need

    def shown(self, rows: Sequence[str]) -> Target:
        """The sessions of these rows as they are listed; CstError if one is gone."""
        return self._target(self.snapshot, [self._session(row) for row in rows])

    def current(self, rows: Sequence[str], quick: bool = False) -> Target:
        """The sessions of these rows as they are now; CstError if none is left. `quick` is for the loop's thread. Those
        of hosts are as they are listed: cst there looks again."""
        if any(map(host_of, rows)):
            return self.shown(rows)
        if quick:
            return self._current_one(rows[0])
        keys = [self._order.key_now(row) for row in rows]
        # Not `sessions.resolve`, because a title may look like a key.
        for ended in (False, True):
            snapshot, sessions = load_and_mark_seen(self._settings, ROWS, ended=ended)
            known = {session.key: session for session in sessions}
            if set(keys) <= set(known):
                break
        found = [known[key] for key in keys if key in known]
        if not found:
            raise CstError("it has ended in the meantime", "nothing was done")
        return self._target(snapshot, found)

    def _current_one(self, row: str) -> Target:
        """The session of a row, with its process and its pane as they are now; all is read again only if need be."""
        near = self._poller.one(row)
        if near is None:
            snapshot, sessions = self._poller.look(at_once=True)
            near = snapshot, next((session for session in sessions if session.key == row), self._session(row))
        return self._target(near[0], [near[1]])

    def _target(self, snapshot: Snapshot, found: Sequence[Session]) -> Target:
        return Target(snapshot, found, self.layout.list_columns, [session for session, _ in self._listed])

    def sort(self) -> str:
        """Sort again."""
        self._order.again()
        return "sorted: most urgent first"

    def toggle_ended(self) -> str:
        """Show or hide ended sessions. They come last, where a short list does not show them: say how many."""
        self._poller.ended = not self._poller.ended
        self._none_ended = not self._poller.ended
        self._order.again()
        if not self._poller.ended:
            return "ended and archived sessions are hidden"
        found = self._poller.look(at_once=True)[1]
        archived = sum(session.archived for session in found)
        ended = sum(session.state == "ended" and not session.archived for session in found)
        days = counted(self._settings.ended_days, "day")
        if not ended and not archived:
            return f"no session ended in the last {days}, and none is archived"
        also = f" and {archived} archived" if archived else ""
        return f"also listed, at the end: {ended} ended in the last {days}{also}"

    def regroup(self) -> str:
        """Group the rows in the next way."""
        self._by = groups.after(self._by, self.sessions)
        return f"grouped by {self._by}" if self._by else "no groups"

    def switch_hosts(self) -> str:
        """Show all hosts, one, or none."""
        if self._hosts:
            return self._hosts.switch()
        return self._hosts_problem or "no host is configured; docs/hosts.md shows how"

    def ask_hosts(self, rows: Sequence[str]) -> None:
        """Ask the hosts of these rows anew, now."""
        if self._hosts:
            self._hosts.ask_now({host_of(row) for row in rows})

    def toggle_tall(self) -> str:
        """Switch between one and two lines for each session."""
        self._tall = not self._tall
        return ""

    def _session(self, row: str) -> Session:
        key = self._order.key_now(row)
        found = next((session for session, _ in self._listed if session.key == key), None)
        if found is None:
            raise CstError("that session is gone", f"{self._look.key('refresh')} refreshes the list")
        return found
