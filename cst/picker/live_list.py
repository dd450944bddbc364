"""`cst pick`: what the picker is about. Wiring between the repeated look, the rows and pages, and what keys do."""

from __future__ import annotations

from contextlib import suppress

from cst.core import digest
from cst.fzf import keymap, launch
from cst.model import PAGES, CstError, Session
from cst.picker import operations, pages
from cst.picker.order import Order
from cst.poller import Poller
from cst.render import rows, shell_words, status_line
from cst.render.paint import Paint
from cst.render.theme import ascii_only
from cst.sessions import mark_seen_on_screen
from cst.store import exports
from cst.store.file_cache import Keeping
from cst.text import clean, cut

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cst.fzf.backend import Outcome, Question
    from cst.model import Snapshot
    from cst.settings import Settings

_AWAY_STAYS = 300.0  # seconds that the line of what happened meanwhile stays


class LiveList:
    """What one open picker knows: the newest look, the order of its rows, what is switched on."""

    def __init__(self, settings: Settings, client: str, ended: bool, look: launch.Look, program: str) -> None:
        self._settings, self._look = settings, look
        self._paint = Paint(not settings.no_color, settings.theme)
        self._operations = operations.Operations(settings, client, look.stay, self._paint, program)
        self._poller = Poller(settings, ended)
        self._memory = Keeping()
        self._order = Order()
        self._tall = look.tall
        self.placed = launch.shape(*launch.size())
        self.snapshot, self.sessions = self._poller.look()
        if mark_seen_on_screen(settings, self.sessions, self.snapshot.now):
            self.snapshot, self.sessions = self._poller.look(at_once=True)
        self._first, self._opened = True, self.snapshot.now
        self._listed: list[tuple[Session, str]] = []
        self._exported: Sequence[Session] = ()
        last = digest.last_look(self.snapshot.marks)
        self._away = digest.digest(self.sessions, last, self.snapshot.now, self.placed.list_columns)

    def exactly(self, key: str) -> tuple[Snapshot, Session]:
        """The session of that key in a new look."""
        snapshot, sessions = self._operations.exactly([key])
        return snapshot, sessions[0]

    def closed(self) -> None:
        """Keep when the fleet was looked at: what happens from now on happens while the person is away."""
        from cst.actions import marks

        if not self._listed:
            return  # it never opened
        with suppress(CstError):  # a log that cannot be written is `doctor`'s to tell
            marks.looked(self._settings, self.sessions, self.snapshot.now)

    # ---- what is shown

    def rows(self, at_once: bool) -> list[str]:
        """The head and the rows of a new look."""
        if not self._first:
            self.snapshot, self.sessions = self._poller.look(at_once)
        if self._look.stay:
            self._notice()
        self._first = False
        self._export()
        self._listed = self._order.arrange(self.sessions, self.snapshot.now)
        made = rows.rows(
            self._listed, self.snapshot.now, self.placed.list_columns, self._paint, self._tall,
            self._settings.context_window,
        )  # fmt: skip
        return [self._plain(row) for row in made]

    def _export(self) -> None:
        """Tell the shells' completions of the sessions, once for each judgement of them."""
        if self.sessions is not self._exported:
            self._exported = self.sessions
            exports.write(self._settings, shell_words.files(self.sessions))

    def _notice(self) -> None:
        """A dashboard lives for hours: what its owner looks at elsewhere is seen. (Below a popup nobody sees.)"""
        if mark_seen_on_screen(self._settings, self.sessions, self.snapshot.now):
            self.snapshot, self.sessions = self._poller.look(at_once=True)

    def more(self) -> Iterator[str]:
        """Nothing: this list is made anew as a whole."""
        return iter(())

    def header(self, message: str = "") -> list[str]:
        """Summary, what happened meanwhile, keys; a message in their place."""
        summary = status_line.painted(self.sessions, self.snapshot.now, self._paint)
        if self.snapshot.problems:
            source, problem = self.snapshot.problems[0]
            more = f" and {len(self.snapshot.problems) - 1} more" if len(self.snapshot.problems) > 1 else ""
            room = max(20, self.placed.list_columns - 40)
            summary += self._paint("33", cut(f" · {source}: {clean(problem)}{more}", room))
        away = self._away if self.snapshot.now - self._opened < _AWAY_STAYS else ""
        made = rows.header(summary, away, keymap.hint(self._look.keys), self.placed.list_columns, self._paint, message)
        return [self._plain(line) for line in made]

    def page(self, key: str, name: str, columns: int, lines: int) -> list[str]:
        """One page of the preview."""
        room = lines if name == "screen" else 0  # the others may be longer: they are scrolled
        if name == "keys":
            made = rows.explained(keymap.explained(self._look.keys), columns, self._paint)
        else:
            session = self._session(key)
            made = pages.page(self._settings, self.snapshot, session, name, columns, room, self._paint, self._memory)
            self._memory.forget_the_rest()
        return [self._plain(line) for line in made]

    def next_page(self, name: str) -> str:
        """The page after `name`."""
        return PAGES[(PAGES.index(name) + 1) % len(PAGES)] if name in PAGES else PAGES[0]

    def is_slow(self, name: str) -> bool:
        """`changes` starts git, which may take two seconds."""
        return name == "changes"

    def resized(self, columns: int, lines: int, hidden: bool) -> str:
        """Another size of the terminal: where the preview goes. Where it is hidden the rows have its room."""
        self.placed = launch.shape(columns, lines)
        if hidden:
            self.placed = self.placed._replace(list_columns=columns - 5)
        return self.placed.preview

    def _plain(self, text: str) -> str:
        return ascii_only(text) if self._settings.ascii else text

    def _session(self, key: str) -> Session:
        key = self._order.now_called(key)
        found = next((session for session, _ in self._listed if session.key == key), None)
        if found is None:
            raise CstError("that session is gone; ctrl-r looks again")
        return found

    # ---- what is done

    def option(self, name: str) -> str:
        """Sort again, show ended ones, another density."""
        if name == "sort":
            self._order.again()
            return "sorted: most urgent first"
        if name == "ended":
            self._poller.ended = not self._poller.ended
            self._order.again()
            return "ended sessions of the last days are shown" if self._poller.ended else "ended sessions are hidden"
        if name == "rows":
            self._tall = not self._tall
        return ""

    def ask(self, action: str, chosen: Sequence[str]) -> Question | None:
        """What has to be asked first."""
        found = [self._session(key) for key in chosen]
        question = self._operations.ask(action, found, self.snapshot, self.placed.list_columns)
        return self._drawn_as(question) if question else None

    def _drawn_as(self, question: Question) -> Question:
        """Its first line stands out; ASCII where nothing else can be shown."""
        lines, page = (self._paint("1", question.lines[0]), *question.lines[1:]), question.page
        return question._replace(
            lines=[self._plain(line) for line in lines],
            page=(lambda columns: [self._plain(line) for line in page(columns)]) if page else None,
        )

    def act(self, action: str, chosen: Sequence[str], answer: str) -> Outcome:
        """Do it, after a look of its own: the world went on."""
        if action == "jump":  # in the thread that looks
            near = self._poller.one(chosen[0])
            if near is None:
                snapshot, sessions = self._poller.look(at_once=True)
                near = snapshot, next((s for s in sessions if s.key == chosen[0]), self._session(chosen[0]))
            return self._operations.jump(near[1], near[0])
        outcome = self._operations.act(action, [self._order.now_called(key) for key in chosen], answer)
        return outcome._replace(again=self._drawn_as(outcome.again)) if outcome.again else outcome
