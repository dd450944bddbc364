"""The pages of the preview: what each one reads, and who renders it. Imports stand inside, for a preview is one page.

Plain functions: they print nothing, and may run in a thread.
"""

from __future__ import annotations

from cst import sessions
from cst.model import PAGES, CstError
from cst.store.file_cache import FORGETFUL
from cst.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cst.model import Session, Snapshot, Transcript
    from cst.render.paint import Paint
    from cst.settings import Settings
    from cst.store.file_cache import Memory

_TOOLS = 40  # calls that the page of tools goes back
_FEW_LINES = 10  # of a page, below which an empty input box would take most of a screen
_SLOW = ("changes",)  # starts git, which may take two seconds


class Request(Value):
    """A page that is to be made. `lines` is the height below the page's header, 0 for no limit."""

    settings: Settings
    snapshot: Snapshot
    session: Session
    columns: int
    lines: int
    paint: Paint
    cache: Memory


def page(
    settings: Settings, snapshot: Snapshot, session: Session, name: str, columns: int, lines: int, paint: Paint,
    cache: Memory = FORGETFUL, key: str = "", scrolls: bool = False,
) -> list[str]:  # fmt: skip
    """One page about a session of a snapshot, read now. No line is over `columns`; CstError if it cannot be made.

    `screen` and `conversation` fit into `lines` (0 = no limit), unless the page `scrolls`; the others may be longer.
    `key`: of the user's, which turns the page.
    """
    from cst.render import page_header

    make = {
        "tools": _tools, "screen": _screen, "why": _why, "changes": _changes, "conversation": _conversation,
    }.get(name)  # fmt: skip
    if make is None:
        raise CstError(f"there is no page {name!r}", f"there are {', '.join(PAGES)}")
    columns = max(columns, 20)
    limits = sessions.usage_limits(settings, snapshot.now)
    header = page_header.top(
        session, snapshot.now, name, columns, lines, settings.home, paint, limits, snapshot.utc_offset, key, scrolls
    )
    below = max(1, lines - len(header)) if lines and not scrolls else 0
    return header + make(Request(settings, snapshot, session, columns, below, paint, cache))


def after(name: str) -> str:
    """The page that follows that one; the first one after any other."""
    return PAGES[(PAGES.index(name) + 1) % len(PAGES)] if name in PAGES else PAGES[0]


def is_slow(name: str) -> bool:
    """Whether a page may take seconds to make."""
    return name in _SLOW


def _tools(request: Request) -> list[str]:
    from cst.render import preview

    session = request.session._replace(transcript=_with_tools(request))
    return preview.history(session, request.snapshot.now, request.columns, request.paint)


def _with_tools(request: Request) -> Transcript | None:
    """The session's transcript with its history of tools; that of the snapshot if it cannot be read again."""
    from cst.claude import agents, transcript

    known = request.session.transcript
    if request.settings.replay or known is None:
        return known
    path = known.path
    try:
        tail = request.cache.keep(path, "tools", lambda: transcript.read(path, transcript.DEEP, _TOOLS))
        if not tail.last and tail.read < tail.size:  # one giant line fills what was read
            tail = transcript.read(path, 4 * transcript.DEEP, _TOOLS)
    except OSError as error:
        raise CstError(f"cannot read {path}: {error.strerror}", "make it readable") from None
    return tail._replace(subagents=agents.read_subagents(path))


def _screen(request: Request) -> list[str]:
    from cst.render import ansi
    from cst.system import tmux

    session, place = request.session, request.session.place
    if request.settings.replay:
        return _sentence(request, "a recording holds no screens")
    if place is None:
        where = "its pane is not known" if session.hidden else "not in tmux"
        why = "it has ended" if session.pid is None else f"{where}: its screen cannot be read"
        return _sentence(request, why)
    text = tmux.screen(request.settings.tmux_program, place.socket, place.pane)
    if text is None:
        gone = f"tmux does not show pane {place.pane}: it is gone, or the server does not answer"
        return _sentence(request, gone)
    if 0 < request.lines < _FEW_LINES:
        from cst.core import screens  # a larger page shows it as it is

        text = screens.before_box(text)
    lines = ansi.screen(text, request.columns, request.lines, request.paint.on)
    return lines or _sentence(request, "its screen is empty")


def _why(request: Request) -> list[str]:
    from cst.core import explain
    from cst.render import ansi
    from cst.render import explain as view

    explanation = explain.explain(request.snapshot, request.session)
    return [ansi.cut(line, request.columns) for line in view.page(explanation, request.columns, request.paint)]


def _changes(request: Request) -> list[str]:
    from cst.render import git_status as view
    from cst.system import git_status

    if request.settings.replay:
        return _sentence(request, "a recording holds no files")
    if not request.session.cwd:
        return _sentence(request, "its folder is not known")
    return view.page(git_status.changes(request.session.cwd), request.columns, request.paint)


def _conversation(request: Request) -> list[str]:
    from cst.claude import conversation
    from cst.render import conversation as view
    from cst.render.activity import unsaid

    if request.settings.replay:
        return _sentence(request, "a recording holds no conversations")
    if request.session.transcript is None:
        return _sentence(request, unsaid(request.session))
    path = request.session.transcript.path
    try:
        # a turn takes a line or more
        turns = conversation.read(path, request.lines + 1 if request.lines else conversation.MOST)
    except OSError as error:
        raise CstError(f"cannot read {path}: {error.strerror}", "make it readable") from None
    lines = view.page(turns, request.snapshot.now, request.columns, request.lines, request.paint)
    return lines or _sentence(request, "nothing was said in what was read")


def _sentence(request: Request, sentence: str) -> list[str]:
    from cst.text import clean, wrap

    return wrap(clean(sentence), request.columns, 3)
