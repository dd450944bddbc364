"""Leaves files where the shells find them without starting anything: `prompt`, `names`, `tags` in the state folder.

They are copies for the next seconds and no source of ours: nothing of cst reads them.
"""

from __future__ import annotations

import os

from cst.system import trust

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from cst.settings import Settings


def write(settings: Settings, files: Mapping[str, str]) -> None:
    """Write what the shells read, by name: each file whole or not at all, and only where it says something else. Where
    the folder cannot be written, shells show nothing: no status line is worth failing for it.
    """
    if settings.replay:
        return
    try:
        for name, text in files.items():
            if text != _there(settings.shelf(name)):
                _put(settings.shelf(name), text)
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
