"""What every operation of a picker is given, and how they word their questions."""

from __future__ import annotations

from cst.core.naming import told_apart, with_place
from cst.fzf.backend import Question, keys_of
from cst.fzf.keymap import called
from cst.text import width, wrap
from cst.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Protocol

    from cst.fzf.backend import Choice
    from cst.fzf.keymap import Key
    from cst.model import Client, CstError, Session, Snapshot
    from cst.render.paint import Paint
    from cst.settings import Settings

    class Listing(Protocol):
        """The list of a picker, as the operations see it."""

        def shown(self, rows: Sequence[str]) -> Target:
            """The sessions of these rows as they are listed. CstError if one is gone."""

        def current(self, rows: Sequence[str], quick: bool = False) -> Target:
            """The sessions of these rows as they are now, without those that are gone; CstError if all are. `quick`:
            for one row, read no more than a jump needs."""

        def sort(self) -> str:
            """Sort again; a message."""

        def toggle_ended(self) -> str:
            """Show or hide ended sessions; a message."""

        def regroup(self) -> str:
            """Group the rows in the next way; what to say about it."""

        def switch_hosts(self) -> str:
            """Show all hosts, one, or none; a message."""

        def ask_hosts(self, rows: Sequence[str]) -> None:
            """Ask the hosts of these rows anew, now."""

        def toggle_tall(self) -> str:
            """Switch between one and two lines for each session; a message."""


class Target(Value):
    """The sessions that an operation is about, and the snapshot that they come from."""

    snapshot: Snapshot
    sessions: Sequence[Session]
    columns: int  # that there are for a question
    others: Sequence[Session] = ()  # with which a name might be confused

    def told(self, session: Session) -> Session:
        """A session for a report of what was done: with its place in its name where others have that name."""
        return told_apart([session], self.others)[0]

    @property
    def first(self) -> Session:
        """The session, for an operation that takes one."""
        return self.sessions[0]

    @property
    def now(self) -> float:
        """When the snapshot was taken, in epoch seconds."""
        return self.snapshot.now


class Context(Value):
    """What the operations of one open picker have in common."""

    settings: Settings
    client: str  # the name of the tmux client that opened it, "" if it was not given
    stay: bool  # it stays open after a jump
    paint: Paint
    program: str  # cst's own absolute path
    listing: Listing
    keys: Sequence[Key]  # as the user has them

    def key(self, name: str) -> str:
        """What a message calls the key of that action."""
        return called(self.keys, name)

    def client_of(self, snapshot: Snapshot) -> Client | None:
        """The tmux client that shows the picker; None outside tmux."""
        from cst.actions import jump

        return jump.client_of(snapshot, self.settings, self.client)


def listed(names: Sequence[str], columns: int) -> str:
    """As many of these names as there is room for, and how many more there are: `api, web and 3 more`."""
    for count in range(len(names), 1, -1):
        more = f" and {len(names) - count} more" if count < len(names) else ""
        if width(text := ", ".join(names[:count]) + more) <= columns:
            return text
    return names[0] + (f" and {len(names) - 1} more" if len(names) > 1 else "")


def names(sessions: Sequence[Session]) -> str:
    """What a question calls the sessions that it is about."""
    return with_place(sessions[0]) if len(sessions) == 1 else f"{len(sessions)} sessions"


def refused(error: CstError, question: Question, columns: int) -> list[str]:
    """The lines of a question for a text that is asked again: what was wrong with the text takes the place of the
    first, in up to three lines."""
    return [*wrap(str(error), columns, 3), *question.lines[1:]]


def question(
    lines: Sequence[str], choices: Sequence[Choice], columns: int, also: str = "", leaves: str = "", behind: str = ""
) -> Question:
    """A question that one key answers: these lines, and below them what each key does. `also`: what other keys do.
    `leaves`: how to leave it, if not as all are left. `behind`: what has to be pressed behind a key."""
    *does, usual = keys_of(choices, behind)
    leaves = leaves or usual
    made = [" "]
    for item in (*does, *([also] if also else []), leaves):
        if made[-1].strip() and width(made[-1]) + 3 + width(item) > columns:
            made.append(" ")
        made[-1] += ("   " if made[-1].strip() else " ") + item
    return Question([*lines, *made], choices)
