"""The pages of the preview: what each one reads, and the room that shows it. Imports stand inside, as in `look`.

Plain functions: they print nothing and may run in a thread.
"""

from __future__ import annotations

from cst.model import PAGES, CstError
from cst.store.file_cache import FORGETFUL

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cst.model import Session, Snapshot, Transcript
    from cst.render.paint import Paint
    from cst.settings import Settings
    from cst.store.file_cache import Memory

_TOOLS = 40  # calls of the history


def page(
    settings: Settings, snapshot: Snapshot, session: Session, name: str, columns: int, lines: int, paint: Paint,
    memory: Memory = FORGETFUL,
) -> list[str]:  # fmt: skip
    """One page about a session of a look, read now. No line is over `columns`; CstError where there is no such page.

    `screen` and `conversation` fit into `lines` (0 = whatever there is); the other pages may be longer, to be
    scrolled.
    """
    from cst.render import page_header

    if name not in PAGES:
        raise CstError(f"there is no page {name!r}; there are {', '.join(PAGES)}")
    columns = max(columns, 20)
    above = page_header.top(session, snapshot.now, name, columns, lines, settings.home, paint)
    room = max(1, lines - len(above)) if lines else 0
    if name == "screen":
        return above + _screen(settings, session, columns, room, paint)
    if name == "why":
        return above + _why(snapshot, session, columns, paint)
    if name == "changes":
        return above + _changes(settings, session, columns, paint)
    if name == "conversation":
        return above + _conversation(settings, session, snapshot.now, columns, room, paint)
    return above + _tools(settings, session, snapshot.now, columns, paint, memory)


def _tools(
    settings: Settings, session: Session, now: float, columns: int, paint: Paint, memory: Memory
) -> list[str]:
    from cst.render import preview

    return preview.history(session._replace(transcript=_deep(settings, session, memory)), now, columns, paint)


def _deep(settings: Settings, session: Session, memory: Memory) -> Transcript | None:
    """The transcript of a session with its history of tools; as it was seen, where it cannot be read again."""
    from cst.claude import transcript

    seen = session.transcript
    if settings.replay or seen is None:
        return seen
    try:
        path = seen.path
        tail = memory.keep(path, "tools", lambda: transcript.read(path, transcript.DEEP, _TOOLS))
        if not tail.last and tail.read < tail.size:  # one giant line fills what was read
            tail = transcript.read(seen.path, 4 * transcript.DEEP, _TOOLS)
    except OSError as error:
        raise CstError(f"cannot read {seen.path}: {error.strerror}; make it readable") from None
    return tail._replace(subagents=transcript.read_subagents(seen.path))


def _screen(settings: Settings, session: Session, columns: int, lines: int, paint: Paint) -> list[str]:
    from cst.render import ansi
    from cst.system import tmux

    place = session.place
    if settings.replay:
        return _said("a recording holds no screens", columns)
    if place is None:
        where = "its pane is not known" if session.hidden else "not in tmux"
        return _said("it has ended" if session.pid is None else f"{where}: its screen cannot be read", columns)
    text = tmux.screen(settings.tmux_program, place.socket, place.pane)
    if text is None:
        return _said(f"tmux does not show pane {place.pane}: it is gone, or the server does not answer", columns)
    return ansi.screen(text, columns, lines, paint.on) or _said("its screen is empty", columns)


def _why(snapshot: Snapshot, session: Session, columns: int, paint: Paint) -> list[str]:
    from cst.core import explain
    from cst.render import ansi
    from cst.render import explain as view

    return [ansi.cut(line, columns) for line in view.page(explain.explain(snapshot, session), columns, paint)]


def _changes(settings: Settings, session: Session, columns: int, paint: Paint) -> list[str]:
    from cst.render import git_status as view
    from cst.system import git_status

    if settings.replay:
        return _said("a recording holds no files", columns)
    if not session.cwd:
        return _said("its folder is not known", columns)
    return view.page(git_status.changes(session.cwd), columns, paint)


def _conversation(
    settings: Settings, session: Session, now: float, columns: int, lines: int, paint: Paint
) -> list[str]:
    from cst.claude import conversation
    from cst.render import conversation as view

    if settings.replay:
        return _said("a recording holds no conversations", columns)
    if session.transcript is None:
        return _said("not prompted yet", columns)
    path = session.transcript.path
    try:
        turns = conversation.read(path, lines + 1 if lines else conversation.MOST)  # a piece takes a line or more
    except OSError as error:
        raise CstError(f"cannot read {path}: {error.strerror}; make it readable") from None
    return view.page(turns, now, columns, lines, paint) or _said("nothing was said in what was read", columns)


def _said(sentence: str, columns: int) -> list[str]:
    from cst.text import clean, wrap

    return wrap(clean(sentence), columns, 3)
