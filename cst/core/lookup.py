"""Which session a person means: by key, pid, id or its beginning, name, place, project or what its row shows."""

from __future__ import annotations

from cst.model import CstError, Session, digits, is_session_id, label, project
from cst.text import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cst.model import Place

_MOST = 5  # candidates that are listed
_NO_PID = 8  # digits: more than any pid has, as many as are shown of an id
_LONG = 40  # characters of a name
_ROW = 200  # characters of a name in a row


class NobodyError(CstError):
    """A word that names no session: `word`."""

    def __init__(self, word: str, what: str, remedy: str = "") -> None:
        super().__init__(what, remedy)
        self.word = word


class NobodyHereError(CstError):
    """No session is in the pane that we run in."""


def find(sessions: Sequence[Session], word: str, socket: str = "", whole: bool = False) -> Session:
    """The one session that `word` names; CstError lists the candidates of an ambiguous one.

    A pane id is one on the tmux server at `socket`; outside tmux, on the only server that has sessions. The beginning
    of a name, place, project or row is enough where it is the only one; with `whole`, for what cannot be undone, it is
    not: the session that was meant may have ended a moment ago. A whole project names the only live session in it;
    with `whole`, unless it may be the beginning of another's name.
    """
    if not word:
        raise CstError("an empty word names no session; `cst ls` lists them")
    for matches in _matches(sessions, word, socket, whole):
        if len(matches) == 1:
            return matches[0]
        if matches:
            raise CstError(f"{clean(word, 60)!r} is ambiguous: {_listed(matches)}", _remedy(matches))
    raise _nobody(sessions, word, whole)


def _matches(sessions: Sequence[Session], word: str, socket: str, whole: bool) -> Iterator[list[Session]]:
    """Who may be meant, best first."""
    yield from _exact(sessions, word, socket)
    alone = _in_project(sessions, word)
    if whole:
        begin = [s for found in _beginnings(sessions, word) for s in found if s.pid is not None]
        yield alone if len(alone) == 1 and all(s in alone for s in begin) else []
        return
    yield from _beginnings(sessions, word)
    yield alone if len(alone) == 1 else []
    if not alone:
        yield from _shown_beginnings(sessions, word)


def _exact(sessions: Sequence[Session], word: str, socket: str) -> Iterator[list[Session]]:
    servers = {s.place.socket for s in sessions if s.place}
    server = socket or (servers.pop() if len(servers) == 1 else "")
    yield [s for s in sessions if s.pid is not None and word in (s.key, str(s.pid))]
    yield [s for s in sessions if word == s.id and is_session_id(word)]
    panes = _shown(sessions)
    mine = [s for s in panes if s.place and s.place.socket == server]
    yield [s for s in mine if s.place and (word == s.place.pane or _is_at(s.place, word))]
    yield [s for s in panes if s.place and _is_at(s.place, word)]
    yield [s for s in sessions if s.place and _is_at(s.place, word)]  # stopped, or behind: the list has its place too
    rows = _rows(sessions) if word.endswith(")") or ": " in word else [""] * len(sessions)
    yield [s for s, row in zip(sessions, rows, strict=True) if word in (s.key, s.id, s.name, s.title, label(s), row)]
    yield [s for s in sessions if s.cwd.endswith(f"/.claude/worktrees/{word}")]
    if len(word) >= (_NO_PID if digits(word) else 2):
        yield [s for s in sessions if s.id.startswith(word)]


def _shown(sessions: Sequence[Session]) -> list[Session]:
    """The sessions that a person sees in a pane: not one that is stopped, runs behind another program, or has no
    screen."""
    return [s for s in sessions if s.place and s.place.front and s.kind != "headless"]


def _is_at(place: Place, word: str) -> bool:
    """Whether a word is that place, as it is or as it is shown; of the only pane in a window, the window is one too."""
    location = place.location
    if word in (location, clean(location, _ROW)):
        return True
    return place.alone and ":" in word and word == location.rpartition(".")[0]


def _in_project(sessions: Sequence[Session], word: str) -> list[Session]:
    """The live sessions of a project. No pid, key, pane or place is one: what it named may be gone."""
    if len(word) < 2 or digits(word.replace(".", "")) or word[0] == "%" or ":" in word:
        return []
    return [s for s in sessions if s.pid is not None and word in (project(s.cwd), project(s.repository))]


def _rows(sessions: Sequence[Session]) -> list[str]:
    """What the SESSION column shows of each, not cut."""
    from cst.core.naming import in_row

    return [in_row(s, _ROW) for s in sessions]


def _beginnings(sessions: Sequence[Session], word: str) -> Iterator[list[Session]]:
    if len(word) < 2 or digits(word):
        return
    yield [s for s in sessions if s.place and s.place.location.startswith((word + ":", word + "."))]
    begins = word.casefold()
    yield [s for s in sessions if any(name.casefold().startswith(begins) for name in (s.name, s.title, label(s)))]


def _shown_beginnings(sessions: Sequence[Session], word: str) -> Iterator[list[Session]]:
    """By the beginning of a project, or of what a row shows, with the ellipsis of a cut one and the star of a pin."""
    begins = word.casefold().removeprefix("★").rstrip("….").strip()
    if len(begins) < 2 or digits(begins.replace(".", "")):
        return
    live = [s for s in sessions if s.pid is not None]
    projects = [(project(s.cwd).casefold(), project(s.repository).casefold()) for s in live]
    yield [s for s, both in zip(live, projects, strict=True) if any(one.startswith(begins) for one in both)]
    rows = _rows(sessions)
    yield [s for s, row in zip(sessions, rows, strict=True) if row.casefold().startswith(begins)]
    yield [s for s in sessions if any(name.casefold().startswith(begins) for name in (s.name, s.title, label(s)))]


def _nobody(sessions: Sequence[Session], word: str, whole: bool) -> NobodyError:
    what = f"no session is called {clean(word, 60)!r}"
    if there := _in_project(sessions, word):
        return NobodyError(word, f"{what}; in that project: {_listed(there)}", _remedy(there))
    if whole and (begun := _begun(sessions, word)):
        return NobodyError(word, f"{clean(word, 60)!r} is only the beginning of {_either(begun)}", "write it whole")
    if digits(word) and any(s.id.startswith(word) for s in sessions):
        return NobodyError(word, what, f"of an id that begins with digits write at least {_NO_PID} characters")
    if close := _close(sessions, word.casefold().rstrip("…")):
        return NobodyError(word, f"{what}; did you mean {_either(close)}?")
    return NobodyError(word, what, "`cst ls --all` lists them")


def _either(names: Sequence[str]) -> str:
    *some, last = names[:3]
    return f"{', '.join(some)} or {last}" if some else last


def _begun(sessions: Sequence[Session], word: str) -> list[str]:
    """The places, names, projects or rows that begin with a word, whole."""
    found = next((some for some in (*_beginnings(sessions, word), *_shown_beginnings(sessions, word)) if some), [])
    begins = word.casefold().removeprefix("★").rstrip("….").strip()
    whole = []
    for s, row in zip(found, _rows(found), strict=True):
        place = s.place.location if s.place else ""
        names = (s.name, s.title, label(s), project(s.cwd), project(s.repository), row, place)
        whole += [name for name in names if name.casefold().startswith(begins)][:1]
    return [clean(name, _ROW) for name in dict.fromkeys(whole) if name.casefold() != word.casefold()]


def _close(sessions: Sequence[Session], word: str) -> list[str]:
    """The names, titles and projects that are like a word: those that begin with it, have it in them, look like it. No
    project beside a session of it."""
    from difflib import get_close_matches  # 2 x the start of Python

    from cst.core.naming import display_name, with_place

    names: dict[str, str] = {}
    inhabitants: dict[str, set[str]] = {}
    for s in sessions:
        called, folder = display_name(s), clean(project(s.repository or s.cwd), _LONG) if s.pid is not None else ""
        if called.endswith("…"):
            called = with_place(s)
        for name in (label(s), s.name, s.title):
            if name:
                names.setdefault(clean(name, _ROW).casefold(), called)
        if folder:
            names.setdefault(folder.casefold(), folder)
            inhabitants.setdefault(folder, set()).add(called)
    begins = [name for name in names if len(word) > 1 and name.startswith(word)]
    inside = [name for name in names if len(word) > 2 and word in name]
    close = [*begins, *inside, *get_close_matches(word[:_LONG], names, 3)]
    found = dict.fromkeys(names[name] for name in close)
    return [name for name in found if not (inhabitants.get(name, set()) - {name}) & found.keys()]


def _listed(sessions: Sequence[Session]) -> str:
    """`api @ work:1.0 permission, api @ work:2.0 idle and 3 more`."""
    from cst.core.naming import display_name

    listed = ", ".join(f"{display_name(s, 30)} @ {_handle(s, sessions)} {s.state}" for s in sessions[:_MOST])
    return listed + (f" and {len(sessions) - _MOST} more" if len(sessions) > _MOST else "")


def _remedy(sessions: Sequence[Session]) -> str:
    kind = "place" if all(s.place and _handle(s, sessions) != s.key for s in sessions) else "place, id or key"
    return f"name one by its {kind}, such as {_handle(sessions[0], sessions)}"


def _handle(session: Session, others: Sequence[Session]) -> str:
    """What names one of these alone: its place or the beginning of its id, else its key."""
    from cst.core.naming import where

    handles = [where(s) for s in others]
    return where(session) if handles.count(where(session)) == 1 else session.key


def here(sessions: Sequence[Session], socket: str, pane: str) -> Session:
    """The session of the pane that we run in; `socket` is "" outside tmux. NobodyHereError where there is none."""
    matches = [s for s in _shown(sessions) if s.place and s.place.pane == pane and s.place.socket == socket]
    if not socket:
        raise NobodyHereError("not inside tmux, so no session is this pane's", "name one, `cst ls` lists them")
    if not matches:
        raise NobodyHereError("no Claude Code session is in this pane", "name one, `cst ls` lists them")
    return matches[0]
