"""Compacts the marks log whenever it has doubled: what nobody needs any more costs no reader anything, and what
somebody does need stays within what readers read.

The first line says how long the log was after its last compaction: `"t":0`, so that it sorts first for everybody.
"""

from __future__ import annotations

import contextlib
import os
import time

from cst.core import mark_retention
from cst.model import digits
from cst.store import rewrite
from cst.system import files, processes

_HEAD = b'{"v":1,"t":0,"mark":"compacted","size":'
_DAYS = 7.0  # for which what is about a process that has ended stays: nobody restores or undoes after that
_LONGEST = 2 << 20  # bytes of a log that can be compacted in a moment; a longer one is `cst prune`'s


def compact_if_grown(path: str, size: int) -> None:
    """Compact a log of `size` bytes that is twice as long as after the last compaction, unless somebody else does.

    Where that cannot be done, the log stays as it is, and can be read and appended to as before.
    """
    with contextlib.suppress(OSError):
        if size > _LONGEST or size < 2 * _size_before(path):
            return
        with rewrite.locked(os.path.dirname(os.path.dirname(path))) as alone:
            if alone:
                rewrite.rewrite(path, _compacted)


def _size_before(path: str) -> int:
    """The bytes of a log after its last compaction; 0 where its first line does not tell."""
    fd, _ = files.open_regular(path)
    try:
        first = os.pread(fd, 128, 0).lstrip(b"\n").partition(b"\n")[0]
    finally:
        os.close(fd)
    size = first.removeprefix(_HEAD).removesuffix(b"}")
    return int(size) if first.startswith(_HEAD) and size.isdigit() else 0


def _compacted(lines: list[bytes]) -> list[bytes]:
    kept = mark_retention.compacted(lines, time.time() - _DAYS * 86400, _may_live)
    kept = [line for line in kept if not line.startswith(_HEAD)]
    return [b"%s%d}" % (_HEAD, len(rewrite.joined(kept))), *kept]


def _may_live(key: str) -> bool:
    """Whether a key may still be somebody's. Which sessions can be resumed is not looked up here: all may be."""
    pid, dot, start = key.partition(".")
    return not dot or not digits(pid) or processes.is_alive(int(pid), start)
