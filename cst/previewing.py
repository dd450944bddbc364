"""The pages of the preview: what each one reads, and the room that shows it. Imports stand inside, as in `look`.

Plain functions: they print nothing and may run in a thread.
"""

from __future__ import annotations

from cst.memory import FORGETFUL
from cst.model import PAGES, CstError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cst.memory import Memory
    from cst.model import Session, Snapshot, Transcript
    from cst.settings import Settings
    from cst.view.paint import Paint

_TOOLS = 40  # calls of the history


def page(
    own: Settings, seen: Snapshot, session: Session, name: str, columns: int, lines: int, paint: Paint,
    memory: Memory = FORGETFUL,
) -> list[str]:  # fmt: skip
    """One page about a session of a look, read now. No line is over `columns`; CstError where there is no such page.

    `screen` and `conversation` fit into `lines` (0 = whatever there is); the other pages may be longer, to be
    scrolled.
    """
    from cst.view import pages

    if name not in PAGES:
        raise CstError(f"there is no page {name!r}; there are {', '.join(PAGES)}")
    columns = max(columns, 20)
    above = pages.top(session, seen.now, name, columns, lines, own.home, paint)
    room = max(1, lines - len(above)) if lines else 0
    if name == "screen":
        return above + _screen(own, session, columns, room, paint)
    if name == "why":
        return above + _why(seen, session, columns, paint)
    if name == "changes":
        return above + _changes(own, session, columns, paint)
    if name == "conversation":
        return above + _conversation(own, session, seen.now, columns, room, paint)
    return above + _tools(own, session, seen.now, columns, paint, memory)


def _tools(
    own: Settings, session: Session, now: float, columns: int, paint: Paint, memory: Memory
) -> list[str]:
    from cst.view import preview

    return preview.history(session._replace(transcript=_deep(own, session, memory)), now, columns, paint)


def _deep(own: Settings, session: Session, memory: Memory) -> Transcript | None:
    """The transcript of a session with its history of tools; as it was seen, where it cannot be read again."""
    from cst.sources import transcript

    seen = session.transcript
    if own.replay or seen is None:
        return seen
    try:
        path = seen.path
        tail = memory.keep(path, "tools", lambda: transcript.read(path, transcript.DEEP, _TOOLS))
        if not tail.last and tail.read < tail.size:  # one giant line fills what was read
            tail = transcript.read(seen.path, 4 * transcript.DEEP, _TOOLS)
    except OSError as error:
        raise CstError(f"cannot read {seen.path}: {error.strerror}; make it readable") from None
    return tail._replace(subagents=transcript.read_subagents(seen.path))


def _screen(own: Settings, session: Session, columns: int, lines: int, paint: Paint) -> list[str]:
    from cst.sources import tmux
    from cst.view import sgr

    place = session.place
    if own.replay:
        return _said("a recording holds no screens", columns)
    if place is None:
        where = "its pane is not known" if session.hidden else "not in tmux"
        return _said("it has ended" if session.pid is None else f"{where}: its screen cannot be read", columns)
    text = tmux.screen(own.tmux_program, place.socket, place.pane)
    if text is None:
        return _said(f"tmux does not show pane {place.pane}: it is gone, or the server does not answer", columns)
    return sgr.screen(text, columns, lines, paint.on) or _said("its screen is empty", columns)


def _why(seen: Snapshot, session: Session, columns: int, paint: Paint) -> list[str]:
    from cst import why
    from cst.view import evidence, sgr

    steps = why.steps(seen, session)
    told = evidence.told(
        session, why.explain(seen, session), steps, why.not_asked(steps), why.doubts(seen, session), seen.now, columns,
        paint,
    )  # fmt: skip
    return [sgr.cut(line, columns) for line in told]


def _changes(own: Settings, session: Session, columns: int, paint: Paint) -> list[str]:
    from cst.sources import changes
    from cst.view import changes as view

    if own.replay:
        return _said("a recording holds no files", columns)
    if not session.cwd:
        return _said("its folder is not known", columns)
    return view.page(changes.changes(session.cwd), columns, paint)


def _conversation(
    own: Settings, session: Session, now: float, columns: int, lines: int, paint: Paint
) -> list[str]:
    from cst.sources import conversation
    from cst.view import conversation as view

    if own.replay:
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
    from cst.view.text import clean, wrap

    return wrap(clean(sentence), columns, 3)
