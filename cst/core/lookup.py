"""Which session a person means: by key, pid, id or its beginning, name, or place in tmux."""

from __future__ import annotations

from cst.model import CstError, Session, digits, is_session_id, label, project
from cst.text import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def find(sessions: Sequence[Session], word: str, socket: str = "") -> Session:
    """The one session that `word` names; CstError lists the candidates of an ambiguous one.

    A pane id is one on the tmux server at `socket`; outside tmux, on the only server that has sessions.
    """
    if not word:
        raise CstError("an empty word names no session; `cst ls` lists them")
    servers = {s.place.socket for s in sessions if s.place}
    server = socket or (servers.pop() if len(servers) == 1 else "")
    for matches in (
        [s for s in sessions if s.pid is not None and word in (s.key, str(s.pid))],
        [s for s in sessions if word == s.id and is_session_id(word)],
        [s for s in sessions if s.place and word in (s.place.pane, s.place.location) and s.place.socket == server],
        [s for s in sessions if s.place and word == s.place.location],
        [s for s in sessions if word in (s.key, s.id, s.name, s.title, label(s))],
        [s for s in sessions if len(word) >= 2 and not digits(word) and s.id.startswith(word)],
    ):
        if len(matches) == 1:
            return matches[0]
        if matches:
            raise CstError(f"{clean(word, 60)!r} is ambiguous: {_named(matches)}; name one by its key")
    there = [s for s in sessions if s.pid is not None and word == project(s.cwd)]
    hint = f"in that project: {_named(there)}; name one by its key" if there else "`cst ls --all` lists them"
    raise CstError(f"no session is called {clean(word, 60)!r}; {hint}")


def _named(sessions: Sequence[Session]) -> str:
    names = ", ".join(f"{s.key} ({clean(label(s), 30)})" for s in sessions[:5])
    return names + (f" and {len(sessions) - 5} more" if len(sessions) > 5 else "")


def here(sessions: Sequence[Session], socket: str, pane: str) -> Session:
    """The session of the pane that we run in; `socket` is "" outside tmux."""
    matches = [s for s in sessions if s.place and s.place.pane == pane and s.place.socket == socket]
    if not socket:
        raise CstError("not inside tmux, so no session is this pane's; name one, `cst ls` lists them")
    if not matches:
        raise CstError("no Claude Code session is in this pane; name one, `cst ls` lists them")
    return matches[0]
