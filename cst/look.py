"""What the verbs share: one look at the world or at a recording, the session that is meant, and what is printed.

Imports stand inside the functions: each verb pays for what it uses (tests/test_startup.py holds the list).
"""

from __future__ import annotations

import os
import sys
import time

from cst import fleet, snapshot
from cst.model import CstError, Session, digits

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from cst.model import Snapshot
    from cst.settings import Settings


def look(
    own: Settings, want: int, tools_of: str = "", ended: bool = False
) -> tuple[Snapshot, list[Session]]:
    """A snapshot and its sessions, most urgent first. What is on a watching client's screen is marked as seen."""
    from cst.actions import mark

    if own.replay:
        from cst.sources import recording

        seen = recording.frame(own.replay, own.replay_at)
        return seen, fleet.sessions(seen)
    seen = snapshot.take(own, time.time(), want, tools_of, ended)
    sessions = fleet.sessions(seen)
    if mark.noticed(own, sessions, seen.now):
        seen = snapshot.marked(seen, own)
        sessions = fleet.sessions(seen)
    return seen, sessions


def named(sessions: Sequence[Session], word: str, own: Settings) -> Session:
    """The session that a word names, or that of the pane we are in."""
    from cst.actions import find

    return find.find(sessions, word, own.socket) if word else find.here(sessions, own)


def one(word: str, own: Settings) -> tuple[Snapshot, Session]:
    """The session that is named, or that is here, and a look that read its history and no other's."""
    seen, session = any_session(word, own, snapshot.ROWS)
    if not own.replay:
        seen = snapshot.deepened(seen, session.id)
    return seen, next((s for s in fleet.sessions(seen) if s.key == session.key), session)


def any_session(word: str, own: Settings, want: int) -> tuple[Snapshot, Session]:
    """The session that is named, or that is here: a live one, else one that has ended."""
    seen, sessions = look(own, want)
    try:
        return seen, named(sessions, word, own)
    except CstError:
        if not word or own.replay:
            raise
    seen, sessions = look(own, want, ended=True)
    return seen, named(sessions, word, own)


def several(words: Sequence[str], own: Settings) -> tuple[Snapshot, list[Session]]:
    """The sessions that are named, each once: among the live ones, else among those that have ended."""
    seen, sessions = look(own, snapshot.ROWS)
    try:
        found = [named(sessions, word, own) for word in words]
    except CstError:
        if own.replay:
            raise
        seen, sessions = look(own, snapshot.ROWS, ended=True)
        found = [named(sessions, word, own) for word in words]
    return seen, list({session.key: session for session in found}.values())


def columns(own: Settings) -> int:
    """How wide the output may be; 0 where it goes into a file or a pipe."""
    try:
        return os.get_terminal_size(1).columns
    except OSError:
        return own.columns


def paint(own: Settings, when: str) -> Any:
    """Colours for `--color WHEN`."""
    from cst.view.paint import Paint

    return Paint(when == "always" or (when != "never" and not own.no_color and os.isatty(1)))


def plain(lines: Sequence[str], own: Settings) -> Sequence[str]:
    """Lines for people: in ASCII where their terminal shows nothing else, or they want it so."""
    if not own.ascii:
        return lines
    from cst.view.theme import ascii_only

    return [ascii_only(line) for line in lines]


def print_lines(lines: Sequence[str], own: Settings | None = None) -> None:
    """Write lines to standard output, for people with `own`. CstError where it is closed or full."""
    lines = plain(lines, own) if own else lines
    if sys.stdout is None:
        raise CstError("cannot write the output: standard output is closed")
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(("\n".join(lines) + "\n").encode("utf-8", "replace"))
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # or Python says it again at exit
        raise CstError(f"cannot write the output: {error.strerror}") from None


def print_json(value: object) -> int:
    """Write a value as JSON; exit code 0."""
    from cst.jsonl import dumps

    print_lines([dumps(value)])
    return 0


def warn(seen: Snapshot) -> None:
    """Name the sources that failed, on stderr."""
    from cst.view.text import clean

    for source, message in seen.problems:
        print(f"cst: {source}: {clean(message)}", file=sys.stderr)


def looked_in(own: Settings) -> list[str]:
    """The folders of Claude Code; one that is none is told so, for it may be a slip."""
    return [path if os.path.isdir(path) else f"{path} (no such folder)" for path in own.config_dirs]


def number(text: str, otherwise: int) -> int:
    """The number that an option gives, or another."""
    return int(text) if digits(text) else otherwise


def say(own: Settings, client: str, message: str) -> None:
    """Where the person looks: on the message line after a key binding, else on the terminal."""
    if client and not own.tmux_pane:
        from cst.sources import tmux

        tmux.say(own.tmux_program, own.socket or own.default_socket, client, message)
    print_lines([message], own)
