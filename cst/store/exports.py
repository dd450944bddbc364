"""Leaves files where the shells find them without starting anything: `prompt`, `names`, `tags` in the state folder.

They are copies for the next seconds and no source of ours: nothing of cst reads them.
"""

from __future__ import annotations

from cst.system import files, trust

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from cst.settings import Settings


def write(settings: Settings, texts: Mapping[str, str]) -> None:
    """Write what the shells read, by name: each file whole or not at all, and only where it says something else. Where
    the folder cannot be written, shells show nothing: no status line is worth failing for it.
    """
    if settings.replay:
        return
    try:
        for name, text in texts.items():
            if text != _there(settings.shelf(name)):
                trust.put(settings.shelf(name), text.encode("utf-8", "replace"))
    except OSError:
        return


def _there(path: str) -> str:
    """What a file holds; "" where there is none that can be read, as if it were empty."""
    try:
        return files.read(path).decode("utf-8", "replace")
    except OSError:
        return ""
