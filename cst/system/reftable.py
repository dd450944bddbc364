"""What is checked out in a repository that keeps its references in tables (`git init --ref-format=reftable`).

There `.git/HEAD` is a sham, and the truth is a record named HEAD in one of the tables that `reftable/tables.list`
names, the newest last. Records are sorted by name, and only such names as CHERRY_PICK_HEAD come before HEAD: it is in
the first block of its table, which is not compressed. https://git-scm.com/docs/reftable
"""

from __future__ import annotations

import os

from cst.system import files

_MOST_TABLES = 100  # git keeps a few: it joins them as they come
_BLOCK = 1 << 16  # bytes of a table that are read, from its beginning; git writes blocks of 4 KB
_SYMBOLIC = 3  # the kind of a record that names a reference; 0: deleted, 1 and 2: so many commits


def head(git_dir: str) -> str:
    """The reference in HEAD, or its commit; "" where that cannot be told."""
    folder = git_dir + "/reftable"
    try:
        names = files.read(folder + "/tables.list").decode().split()
        for name in reversed(names[-_MOST_TABLES:]):
            if "/" in name:
                return ""
            found = _record(_beginning(f"{folder}/{name}"), b"HEAD")
            if found is not None:
                return found
    except (OSError, ValueError, IndexError):  # being joined just now, or of a form that is not known
        pass
    return ""


def _beginning(path: str) -> bytes:
    fd, _ = files.open_regular(path)
    try:
        return os.read(fd, _BLOCK)
    finally:
        os.close(fd)


def _record(table: bytes, wanted: bytes) -> str | None:
    """What a table's first block says of a reference: its target, its commit, "" if it was deleted; None: nothing.

    Raises ValueError or IndexError for what is no table.
    """
    version = table[4]
    if table[:4] != b"REFT" or version not in (1, 2):
        raise ValueError
    at = 24 if version == 1 else 28
    size = 32 if version == 2 and table[24:28] == b"s256" else 20
    if table[at : at + 1] != b"r":
        return None  # a table of log records alone
    end = int.from_bytes(table[at + 1 : at + 4], "big")  # counted from the beginning of the file
    if end > len(table):
        end = len(table)  # a long block, of which we have the beginning
    else:
        end -= 2 + 3 * int.from_bytes(table[end - 2 : end], "big")  # behind the records: where whole names stand
    at, name = at + 4, b""
    while at < end:
        shared, at = _number(table, at)
        rest, at = _number(table, at)
        name, kind = name[:shared] + table[at : at + (rest >> 3)], rest & 7
        at = _number(table, at + (rest >> 3))[1]  # when it was written
        value = at
        if kind == _SYMBOLIC:
            length, value = _number(table, at)
            at = value + length
        else:
            at += size * kind
        if at > end or kind > _SYMBOLIC:
            raise ValueError
        if name == wanted:
            return table[value:at].decode() if kind == _SYMBOLIC else table[value : value + size].hex() if kind else ""
        if name > wanted:
            return None
    return None


def _number(data: bytes, at: int) -> tuple[int, int]:
    """A number of 7 bits a byte, the high ones first, and what is behind it; each byte but the last counts one more."""
    value = data[at] & 127
    while data[at] & 128:
        at += 1
        value = (value + 1) << 7 | data[at] & 127
    return value, at + 1
