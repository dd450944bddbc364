"""Put something of a session where it can be pasted: tmux's buffer and the terminal's clipboard."""

from __future__ import annotations

import os

from cst.claude import transcript
from cst.core.naming import display_name
from cst.model import Client, CstError, Session
from cst.system import tmux
from cst.system.spawn import shell_quote
from cst.text import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cst.settings import Settings

_JOINERS = "\u200c\u200d"  # of emoji and of several scripts: invisible, and without effect


def text(settings: Settings, session: Session, what: str) -> str:
    """The session's id, its folder, or the command that resumes it, quoted for a shell.

    CstError where that is not known, and where it holds characters that would end the paste and run what follows.
    """
    known = {"id": session.id, "path": session.cwd, "resume": session.id and session.cwd}[what]
    if not known:
        raise CstError(f"{display_name(session)} has no known {what}", f"`cst show {session.key}` says what is known")
    if what == "resume":
        default = is_default(settings, session.config_dir)
        variable = "" if default else f"CLAUDE_CONFIG_DIR={shell_quote(session.config_dir)} "
        known = f"cd {shell_quote(folder_of(session))} && {variable}claude --resume {shell_quote(session.id)}"
    if not all(c.isprintable() or c in _JOINERS for c in known):
        called = display_name(session)
        raise CstError(f"the folder of {called} has characters in its name that would act when pasted", "rename it")
    return known


def folder_of(session: Session) -> str:
    """Where a session can be resumed."""
    return transcript.started_in(session.transcript.path, session.cwd) if session.transcript else session.cwd


def is_default(settings: Settings, config_dir: str) -> bool:
    """Whether that is the folder that Claude Code takes without CLAUDE_CONFIG_DIR."""
    return config_dir in ("", settings.home + "/.claude")


def copy(settings: Settings, what: str, client: Client | None) -> str:
    """Copy a text, and say where it went: in tmux to its buffer and the client's clipboard, else to the terminal's."""
    if not settings.tmux and client is None:
        _tell_terminal(what)
        return "copied to the clipboard"
    socket = client.socket if client else settings.socket
    if client:
        code, _ = tmux.run(settings.tmux_program, socket, ["set-buffer", "-w", "-t", client.name, "--", what])
        if not code:
            return "copied to the clipboard and tmux's buffer"
    code, output = tmux.run(settings.tmux_program, socket, ["set-buffer", "--", what])
    if code:
        raise CstError(f"tmux took no copy: {clean(output, 200)}", "select it with the mouse")
    return "copied to tmux's buffer"


def _tell_terminal(what: str) -> None:
    """OSC 52: the terminal copies what is base64 between these."""
    from binascii import b2a_base64

    sequence = b"\x1b]52;c;" + b2a_base64(what.encode("utf-8", "replace"), newline=False) + b"\x07"
    try:
        fd = os.open("/dev/tty", os.O_WRONLY | os.O_NOCTTY | os.O_CLOEXEC)
        try:
            os.write(fd, sequence)
        finally:
            os.close(fd)
    except OSError as error:
        raise CstError(f"no terminal to copy to: {error.strerror}", "run it in one, or use `cst show`") from None
