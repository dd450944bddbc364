"""Leaves files where the shells find them without starting anything: `prompt`, `names`, `tags` in the state folder.

They are copies for the next seconds and no source of ours: nothing of cst reads them.
"""

from __future__ import annotations

import os

from cst.sources import trust
from cst.view import shells

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cst.model import Session
    from cst.settings import Settings


def leave(own: Settings, sessions: Sequence[Session], now: float, boot: tuple[float, str] | None = None) -> None:
    """Write what the shells read, each file whole or not at all; `prompt` too with uptime and boot id, where the look
    was one at the present of all sessions. Where the folder cannot be written, shells show nothing: no status line is
    worth failing for it.
    """
    if own.replay:
        return
    words = [("names", shells.names(sessions)), ("tags", shells.tags(sessions))]
    try:
        for name, text in words:
            if text != _there(own.shelf(name)):
                _put(own.shelf(name), text)
        if boot:
            _put(own.shelf("prompt"), shells.prompt(sessions, now, *boot))
    except OSError:
        return


def _there(path: str) -> str:
    """What a file holds; "" where there is none, as if it were empty."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read(1 << 20)
    except FileNotFoundError:
        return ""


def _put(path: str, text: str) -> None:
    """Replace a file in one step: a shell that reads meanwhile sees the old one or the new one."""
    new = f"{path}.{os.getpid()}"
    try:
        fd = _new(new)
    except FileNotFoundError:
        trust.make_private(os.path.dirname(path))
        fd = _new(new)
    try:
        os.write(fd, text.encode("utf-8", "replace"))
        os.rename(new, path)
    except OSError:
        os.unlink(new)
        raise
    finally:
        os.close(fd)


def _new(path: str) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
