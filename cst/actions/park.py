"""Park sessions: write down where each is, so that `cst restore` can open it again; and tell tmux-resurrect of them."""

from __future__ import annotations

import os

from cst.actions import places
from cst.actions.copy import is_default
from cst.claude import arguments
from cst.core.naming import display_name
from cst.model import CstError, is_session_id
from cst.system import files, processes
from cst.system.spawn import shell_quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cst.model import Session, Snapshot
    from cst.settings import Settings


def check(session: Session) -> None:
    """CstError where a session could not be restored: it is not a person's in a terminal, or nothing was said in it."""
    called = display_name(session)
    if session.pid is None:
        raise CstError(f"{called} has already ended", f"`cst resume {session.key}` brings it back")
    if session.kind not in ("interactive", "") or not is_session_id(session.id):
        raise CstError(f"{called} is not in a terminal", "it was not parked")
    if session.transcript is None:
        raise CstError(f"nothing was said in {called} yet, so there is nothing to resume", "it was not parked")


def park(settings: Settings, snapshot: Snapshot, fleet: Sequence[Session], chosen: Sequence[Session]) -> None:
    """Write these down; `fleet` are the sessions of the snapshot. CstError where that cannot be written."""
    places.note(settings, snapshot, fleet, [session.id for session in chosen])


def resurrect(settings: Settings, fleet: Sequence[Session], path: str) -> int:
    """In a file that tmux-resurrect has saved, put the command that resumes it in the place of what each session's pane
    ran; how many. CstError where that is no such file, or where it cannot be written."""
    path = os.path.realpath(path)
    commands = {
        session.place.location: _command(settings, session) for session in fleet
        if session.place and session.pid is not None and session.transcript and is_session_id(session.id)
        and session.place.socket == (settings.socket or settings.default_socket)
    }  # fmt: skip
    try:
        before = files.read(path).decode("utf-8", "surrogateescape")
        lines = [_with_command(line, commands) for line in before.split("\n")]
        count = sum(new != old for new, old in zip(lines, before.split("\n"), strict=True))
        if count:
            data = "\n".join(lines).encode("utf-8", "surrogateescape")
            files.replace(path, data, os.stat(path).st_mode & 0o777)
    except OSError as error:
        what = f"cannot change {path}: {error.strerror}"
        raise CstError(what, "name the file that tmux-resurrect has saved") from None
    return count


def _command(settings: Settings, session: Session) -> str:
    default = is_default(settings, session.config_dir)
    variable = "" if default else f"CLAUDE_CONFIG_DIR={shell_quote(session.config_dir)} "
    plain = f"{variable}claude --resume {session.id}"
    given = arguments.read(processes.words_of(session.pid or 0), session.cwd)
    whole = " ".join([plain, *map(shell_quote, given.again)])
    # There a line ends at a newline, a field at a tab, and the plugin reads a backslash away, as that of a quoted '.
    return next((line for line in (whole, plain) if line.isprintable() and "\\" not in line), "")


def _with_command(line: str, commands: dict[str, str]) -> str:
    """One line, of a pane with a session with its command. The fields: pane, tmux session, window, …, the index of the
    pane, its folder with a colon in front, whether it is active, the program, the whole command with a colon."""
    fields = line.split("\t")
    if fields[0] != "pane" or len(fields) < 10 or not fields[-1].startswith(":"):
        return line
    number = fields[5] if fields[4].startswith(":") else fields[6]  # older versions have the window's name in between
    command = commands.get(f"{fields[1]}:{fields[2]}.{number}")
    return "\t".join([*fields[:-1], ":" + command]) if command else line
