"""Compacts the marks log whenever it has doubled: what nobody needs any more costs no reader anything, and what
somebody does need stays within what readers read.

The first line says how long the log was after its last compaction: `"t":0`, so that it sorts first for everybody. What
was left out and is of the last month goes into `past.jsonl` beside it, for `cst report`, which adds up every look.
"""

from __future__ import annotations

import contextlib
import os
import time

from cst.core import mark_retention
from cst.jsonl import number_of, parse
from cst.model import digits
from cst.store import rewrite
from cst.system import files, processes

_HEAD = b'{"v":1,"t":0,"mark":"compacted","size":'
_STEP = 16 * 1024  # bytes: whoever appends past a multiple of it looks whether it is time
_ROOM = 64 * 1024  # bytes by which a log grows in any case
_REACH = 1 << 20  # bytes that readers read
_LONGEST = 2 << 20  # bytes of a log that can be compacted in a moment; a longer one is `cst prune`'s
_MONTH = 31 * 86400.0  # seconds for which what is about a process that has ended stays, and what is in the past
MOST_PAST = 4 << 20  # bytes


def compact_if_grown(path: str, before: int, size: int) -> None:
    """Compact a log that an append made `size` bytes long from `before`, if it is time, unless somebody else does.

    Where that cannot be done, the log stays as it is, and can be read and appended to as before.
    """
    if before // _STEP == size // _STEP or size > _LONGEST:
        return
    with contextlib.suppress(OSError):
        last = _size_after_last(path)
        if size < max(min(2 * last, _REACH), last + _ROOM) and not rewrite.is_unfinished(path):
            return
        with rewrite.locked(os.path.dirname(os.path.dirname(path))) as alone:
            if alone:
                rewrite.rewrite(path, lambda lines: _compacted(path, lines, time.time()))


def past_file(path: str) -> str:
    """Where what was left out of this log is."""
    return os.path.dirname(path) + "/past.jsonl"


def _size_after_last(path: str) -> int:
    """The bytes of a log after its last compaction; 0 where its first line does not tell."""
    fd, _ = files.open_regular(path)
    try:
        first = os.pread(fd, 128, 0).lstrip(b"\n").partition(b"\n")[0]
    finally:
        os.close(fd)
    size = first.removeprefix(_HEAD).removesuffix(b"}")
    return int(size) if first.startswith(_HEAD) and size.isdigit() else 0


def _compacted(path: str, lines: list[bytes], now: float) -> list[bytes]:
    oldest = now - _MONTH
    kept = [line for line in mark_retention.compacted(lines, oldest, _may_live) if not line.startswith(_HEAD)]
    _keep_past(past_file(path), set(lines).difference(kept), oldest)
    return [b"%s%d}" % (_HEAD, len(rewrite.joined(kept))), *kept]


def _keep_past(path: str, left_out: set[bytes], oldest: float) -> None:
    try:
        there = files.read(path, 2 * MOST_PAST).split(b"\n")
    except FileNotFoundError:
        there = []
    told = {line: at for line in (*there, *left_out) if line and (at := _told_at(line)) >= oldest}
    files.replace(path, rewrite.joined(sorted(told, key=lambda line: told[line]))[-MOST_PAST:])


def _told_at(line: bytes) -> float:
    """When a mark was made, epoch seconds; 0 for what is none."""
    try:
        return number_of(parse(line).get("t"))
    except ValueError:
        return 0.0


def _may_live(key: str) -> bool:
    """Whether a key may still be somebody's. Which sessions can be resumed is not looked up here: all may be."""
    pid, dot, start = key.partition(".")
    return not dot or not digits(pid) or processes.is_alive(int(pid), start)
