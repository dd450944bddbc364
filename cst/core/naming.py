"""What a session is called, everywhere: its name, else `project: title`, else its project; and its place where several
sessions have that name."""

from __future__ import annotations

from cst.model import Session, host_of, label, project
from cst.text import clean, cut

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

COLUMNS = 40
SHORT = 8  # characters of an id that are shown
_LONGEST = 200  # characters of a name that are looked at


def display_name(session: Session, columns: int = COLUMNS) -> str:
    """The name of a session as one clean line of at most so many columns: what its row begins with."""
    return cut(clean(session.name, _LONGEST) or in_row(session, _LONGEST), columns)


def in_row(session: Session, most: int = 60) -> str:
    """What its row shows: `name (project)` as the person named it, else `project: title`, else the project; clean, of
    its name or title so many characters. Of a session of a host the host stands before it, as in a command."""
    host = host_of(session.key)
    there = f"{host}/" if host else ""
    folder = clean(project(session.repository or session.cwd), 40)
    if session.name:
        called = clean(session.name, most)
        return there + (called if called == folder or not folder else f"{called} ({folder})")
    title = clean(session.title, most)
    return there + (f"{folder}: {title}" if folder and title else folder or title or clean(label(session), most))


def with_place(session: Session, columns: int = COLUMNS) -> str:
    """`name @ place`: where it is in tmux, else the beginning of its id, else its key. The name alone has at most so
    many columns; a host stands before the place alone."""
    host = host_of(session.key)
    name = display_name(session, _LONGEST if host else columns)
    if host and not session.name:
        name = name.removeprefix(f"{host}/")
    return f"{cut(name, columns)} @ {where(session)}"


def where(session: Session) -> str:
    """What tells a session from others of its name, and names it for a command: its place in tmux, else the beginning
    of its id, else its key; of a host's, with the host before it."""
    host = host_of(session.key)
    if host and not session.place:
        return f"{host}/{session.id[:SHORT]}" if session.id else session.key
    return clean(session.place.location, _LONGEST) if session.place else session.id[:SHORT] or session.key


def called_alike(sessions: Sequence[Session], name: str) -> list[Session]:
    """The live ones of these that a person may mean by that name: it is their name or title, or what they are shown
    as."""
    live = [session for session in sessions if session.pid is not None]
    return [s for s in live if name in (clean(s.name, _LONGEST), clean(s.title, _LONGEST), display_name(s, _LONGEST))]


def name_among(session: Session, others: Sequence[Session], columns: int = COLUMNS) -> str:
    """The name of a session, with its place where another one of these has the same name."""
    name = display_name(session, columns)
    same = any(s.key != session.key and display_name(s, columns) == name for s in others)
    return with_place(session, columns) if same else name


def display_names(sessions: Sequence[Session], columns: int = COLUMNS) -> list[str]:
    """The name of each session, with its place where another of them has the same name."""
    names = [display_name(session, columns) for session in sessions]
    return [
        with_place(session, columns) if names.count(name) > 1 else name
        for session, name in zip(sessions, names, strict=True)
    ]


def told_apart(sessions: Sequence[Session], others: Sequence[Session], columns: int = 30) -> list[Session]:
    """These sessions for a message in which a name has so many columns: one whose name another one of `others` has too
    is called by as much of it as there is room for beside its place."""
    names = [display_name(other, columns) for other in others]
    return [
        session._replace(name=with_place(session, max(5, columns - len(where(session)) - 3)))
        if names.count(display_name(session, columns)) > 1 else session
        for session in sessions
    ]  # fmt: skip
