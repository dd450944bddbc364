"""Remembers what files said, for a process that reads them again and again."""

from __future__ import annotations

import os
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Hashable
    from typing import Any, TypeVar

    T = TypeVar("T")


class Memory:
    """This one remembers nothing: most verbs read each file once."""

    def keep(self, path: str, what: Hashable, read: Callable[[], T]) -> T:  # noqa: ARG002  # they are for `Keeping`
        """What `read` gives of the file at `path`; `what` tells apart several readings of one file."""
        return read()


class Keeping(Memory):
    """Keeps what was read while the file has the size, the times and the inode that it had then.

    Its ctime too: the mtime can be set back, and the inode of a file that is gone is the next one's.
    """

    _SETTLED = 0.1  # seconds: two writes within one tick of the file system's clock may look like one

    def __init__(self) -> None:
        self._known: dict[Hashable, tuple[tuple[int, int, int, int], Any]] = {}
        self._used: dict[Hashable, tuple[tuple[int, int, int, int], Any]] = {}

    def keep(self, path: str, what: Hashable, read: Callable[[], T]) -> T:
        """What was read before, where nothing was written since."""
        try:
            stat = os.stat(path)
        except (OSError, ValueError):  # ValueError: a NUL in the path
            return read()
        stamp = (stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino)
        known = self._known.get((path, what))
        if known and known[0] == stamp:
            self._used[path, what] = known
            found: T = known[1]
            return found
        found = read()
        if time.time() - stat.st_ctime > self._SETTLED:
            self._known[path, what] = self._used[path, what] = (stamp, found)
        return found

    def forget_the_rest(self) -> None:
        """Keep only what was asked for since this was called last: a picker may be open for days."""
        self._known, self._used = self._used, {}


FORGETFUL = Memory()
