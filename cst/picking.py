"""`cst pick`: what the picker is about. Wiring between the repeated look, the rows and pages, and what keys do."""

from __future__ import annotations

from contextlib import suppress

from cst import asking, away, previewing, shelf
from cst.look import looked_in, say
from cst.memory import Keeping
from cst.model import PAGES, CstError, Session
from cst.picker import fzf, keys
from cst.picker.order import Order
from cst.view import bar, rows, table
from cst.view.paint import Paint
from cst.view.text import clean, cut
from cst.view.theme import ascii_only
from cst.watch import Watch

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from cst.model import Snapshot
    from cst.picker.desk import Outcome, Question
    from cst.settings import Settings

    Given = dict[str, Any]

def do_pick(given: Given, own: Settings) -> int:
    """`cst pick`."""
    from cst.actions import jump
    from cst.setup import bindings

    drawn = fzf.Look(own.theme, own.ascii, keys.bound(own.keys), given["stay"], own.lines == 2)
    desk = Desk(own, given, drawn)
    if not desk.sessions:
        client = jump.client_of(desk.seen, own, given["client"])
        say(own, client.name if client else "", table.nothing(looked_in(own), own.home, 0)[0])
        return 1
    try:
        attach = fzf.run(desk, drawn, desk.placed, own.refresh, bindings.myself(), own.run_dirs)
    finally:
        desk.closed()
    if attach:  # outside tmux: this terminal is free now
        seen, session = desk.exactly(attach)
        if session.pid is None:
            from cst.actions import resume

            resume.resume(own, session, None, seen.now)
        else:
            jump.jump(own, session, None, seen.now)
    return 0


_AWAY_STAYS = 300.0  # seconds that the line of what happened meanwhile stays


class Desk:
    """What one open picker knows: the newest look, the order of its rows, what is switched on."""

    def __init__(self, own: Settings, given: Given, drawn: fzf.Look) -> None:
        from cst.actions import mark

        self._own, self._drawn = own, drawn
        self._paint = Paint(not own.no_color, own.theme)
        self._acts = asking.Acts(own, given["client"], drawn.stay, self._paint)
        self._watch = Watch(own, ended=given["all"])
        self._memory = Keeping()
        self._order = Order()
        self._tall = drawn.tall
        self.placed = fzf.shape(*fzf.size())
        self.seen, self.sessions = self._watch.look()
        if mark.noticed(own, self.sessions, self.seen.now):
            self.seen, self.sessions = self._watch.look(at_once=True)
        self._first, self._opened = True, self.seen.now
        self._listed: list[tuple[Session, str]] = []
        self._left: Sequence[Session] = ()
        last = away.last_look(self.seen.marks)
        self._away = away.digest(self.sessions, last, self.seen.now, self.placed.list_columns)

    def exactly(self, key: str) -> tuple[Snapshot, Session]:
        """The session of that key in a new look."""
        seen, sessions = self._acts.exactly([key])
        return seen, sessions[0]

    def closed(self) -> None:
        """Keep when the fleet was looked at: what happens from now on happens while the person is away."""
        from cst.actions import mark

        if not self._listed:
            return  # it never opened
        with suppress(CstError):  # a log that cannot be written is `doctor`'s to tell
            mark.looked(self._own, self.sessions, self.seen.now)

    # ---- what is shown

    def rows(self, at_once: bool) -> list[str]:
        """The head and the rows of a new look."""
        if not self._first:
            self.seen, self.sessions = self._watch.look(at_once)
        if self._drawn.stay:
            self._notice()
        self._first = False
        self._leave()
        self._listed = self._order.arrange(self.sessions, self.seen.now)
        made = rows.rows(
            self._listed, self.seen.now, self.placed.list_columns, self._paint, self._tall, self._own.context_window
        )
        return [self._plain(row) for row in made]

    def _leave(self) -> None:
        """Tell the shells' completions of the sessions, once for each judgement of them."""
        if self.sessions is not self._left:
            self._left = self.sessions
            shelf.leave(self._own, self.sessions, self.seen.now)

    def _notice(self) -> None:
        """A dashboard lives for hours: what its owner looks at elsewhere is seen. (Below a popup nobody sees.)"""
        from cst.actions import mark

        if mark.noticed(self._own, self.sessions, self.seen.now):
            self.seen, self.sessions = self._watch.look(at_once=True)

    def more(self) -> Iterator[str]:
        """Nothing: this list is made anew as a whole."""
        return iter(())

    def header(self, message: str = "") -> list[str]:
        """Summary, what happened meanwhile, keys; a message in their place."""
        summary = bar.painted(self.sessions, self.seen.now, self._paint)
        if self.seen.problems:
            source, problem = self.seen.problems[0]
            more = f" and {len(self.seen.problems) - 1} more" if len(self.seen.problems) > 1 else ""
            room = max(20, self.placed.list_columns - 40)
            summary += self._paint("33", cut(f" · {source}: {clean(problem)}{more}", room))
        away = self._away if self.seen.now - self._opened < _AWAY_STAYS else ""
        made = rows.header(summary, away, keys.hint(self._drawn.keys), self.placed.list_columns, self._paint, message)
        return [self._plain(line) for line in made]

    def page(self, key: str, name: str, columns: int, lines: int) -> list[str]:
        """One page of the preview."""
        room = lines if name == "screen" else 0  # the others may be longer: they are scrolled
        if name == "keys":
            made = rows.explained(keys.explained(self._drawn.keys), columns, self._paint)
        else:
            session = self._session(key)
            made = previewing.page(self._own, self.seen, session, name, columns, room, self._paint, self._memory)
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
        self.placed = fzf.shape(columns, lines)
        if hidden:
            self.placed = self.placed._replace(list_columns=columns - 5)
        return self.placed.preview

    def _plain(self, text: str) -> str:
        return ascii_only(text) if self._own.ascii else text

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
            self._watch.ended = not self._watch.ended
            self._order.again()
            return "ended sessions of the last days are shown" if self._watch.ended else "ended sessions are hidden"
        if name == "rows":
            self._tall = not self._tall
        return ""

    def ask(self, action: str, chosen: Sequence[str]) -> Question | None:
        """What has to be asked first."""
        found = [self._session(key) for key in chosen]
        question = self._acts.ask(action, found, self.seen, self.placed.list_columns)
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
            near = self._watch.one(chosen[0])
            if near is None:
                seen, sessions = self._watch.look(at_once=True)
                near = seen, next((s for s in sessions if s.key == chosen[0]), self._session(chosen[0]))
            return self._acts.jump(near[1], near[0])
        outcome = self._acts.act(action, [self._order.now_called(key) for key in chosen], answer)
        return outcome._replace(again=self._drawn_as(outcome.again)) if outcome.again else outcome
