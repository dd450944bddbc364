"""Which session a person means: by key, pid, id or its beginning, name, project, or place in tmux."""

from __future__ import annotations

from cst.model import CstError, Session, digits, label, project
from cst.view.text import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cst.settings import Settings


def find(sessions: Sequence[Session], word: str, socket: str = "") -> Session:
    """The one session that `word` names; CstError lists the candidates of an ambiguous one.

    A pane id is one on the tmux server at `socket`; outside tmux, on the only server that has sessions.
    """
    if not word:
        raise CstError("an empty word names no session; `cst ls` lists them")
    servers = {s.place.socket for s in sessions if s.place}
    server = socket or (servers.pop() if len(servers) == 1 else "")
    for matches in (
        [s for s in sessions if word in (s.key, s.id) or (s.pid is not None and word == str(s.pid))],
        [s for s in sessions if s.place and word in (s.place.pane, s.place.location) and s.place.socket == server],
        [s for s in sessions if s.place and word == s.place.location],
        [s for s in sessions if word in (s.name, s.title, label(s))],
        [s for s in sessions if word == project(s.cwd)],
        [s for s in sessions if len(word) >= 2 and not digits(word) and s.id.startswith(word)],
    ):
        if len(matches) == 1:
            return matches[0]
        if matches:
            names = ", ".join(f"{s.key} ({clean(label(s), 30)})" for s in matches[:5])
            more = f" and {len(matches) - 5} more" if len(matches) > 5 else ""
            raise CstError(f"{clean(word, 60)!r} is ambiguous: {names}{more}; name one by its key")
    raise CstError(f"no session is called {clean(word, 60)!r}; `cst ls --all` lists them")


def here(sessions: Sequence[Session], settings: Settings) -> Session:
    """The session of the pane that we run in."""
    pane = settings.tmux_pane
    matches = [s for s in sessions if s.place and s.place.pane == pane and s.place.socket == settings.socket]
    if not settings.tmux:
        raise CstError("not inside tmux, so no session is this pane's; name one, `cst ls` lists them")
    if not matches:
        raise CstError("no Claude Code session is in this pane; name one, `cst ls` lists them")
    return matches[0]
