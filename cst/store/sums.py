"""Keeps what all transcripts tell together, so that a bill of ten thousand needs no line of each: one file beside the
ledgers, `sums.` and a number of the folders of Claude Code's that it is of.

A cache, and derived from another: docs/decisions/0015. Its first line has how it was made, and how long the index is
that follows, with a checksum. The index is a JSON object: how the transcripts were, and where in the rest of the file
stands what those of each ledger tell, put together as far as that is possible.
Of that no more is read than is asked for.
"""

from __future__ import annotations

import os
from binascii import crc32

from cst.core import ledger
from cst.core.ledger import Entry, Official
from cst.jsonl import one_line, parse, quoted
from cst.model import Value
from cst.store.ledgers import folder, number_of
from cst.system import files, trust

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from cst.settings import Settings

_FORM = 2  # to be raised where what is in the file means something else
_HEAD, _MOST = 1 << 16, 1 << 30  # bytes of the first line, and of the index


class Part(Value):
    """Where in the rest of the file stands what the transcripts of a ledger tell, and its checksum."""

    offset: int
    length: int
    check: int


class Sums:
    """What the file has, and what is put there instead. `states`: size, mtime (nanoseconds) and inode of the
    transcripts that were put together, by their paths."""

    def __init__(self, settings: Settings, zone: str, folders: Sequence[str]) -> None:
        self._folder = folder(settings)
        of = "\0".join(folders)
        self._path = f"{self._folder}/sums.{crc32(of.encode('utf-8', 'surrogateescape')):08x}"
        self._head = quoted(f"{_FORM} {zone} {ledger.form()} {of}").encode()
        self._fd, self._rest = -1, 0
        self._parts: dict[int, Part | bytes] = {}  # by the number of a ledger: what is told, or where
        self._changed = False
        self.states: dict[str, list[int]] = {}

    def entries(self, number: int) -> list[Entry] | None:
        """What the transcripts of a ledger tell: those in one that are no copies and have no accounts. None where it
        cannot be read."""
        told = self._told(number)
        if told is None:
            return None
        given = parse(told.partition(b"\t")[0])
        rows, newest = tuple(map(tuple, given["t"])), tuple(map(tuple, given["n"]))
        merged = Entry("", "", 0.0, copied=False, rows=rows, newest=newest)
        return [merged, *map(_entry, given["e"])]

    def roots(self, number: int) -> dict[str, str] | None:
        """The first messages of the transcripts of a ledger, by their paths; "" of those that tell nothing. None where
        that cannot be read."""
        told = self._told(number)
        return None if told is None else dict(parse(told.partition(b"\t")[2]))

    def put(self, number: int, some: Mapping[str, tuple[Entry, list[int]]]) -> None:
        """Put these together, by their paths, with their states, instead of what there was of a ledger."""
        entries = [entry for entry, _ in some.values()]
        plain = ledger.merged([entry for entry in entries if not (entry.copied or entry.accounts)])
        rest = [_plain(entry) for entry in entries if entry.copied or entry.accounts]
        roots = {entry.path: entry.root if entry.rows else "" for entry in entries}
        told = (one_line({"t": plain.rows, "n": plain.newest, "e": rest}) + "\t" + one_line(roots)).encode()
        states = {path: state for path, (_, state) in some.items()}
        paths = self.roots(number) or [path for path in self.states if number_of(path) == number]
        before = {path: self.states.pop(path) for path in paths if path in self.states}
        self._changed |= before != states or told != self._told(number)
        self.states |= states
        self._parts[number] = told

    def save(self) -> None:
        """Write it where anything is new. Where it cannot be written the next bill takes as long as this one."""
        if not self._changed:
            return
        pieces: list[bytes] = []
        places: list[list[int]] = []
        offset = 0
        for number in self._parts:
            told = self._told(number)
            if told is None:  # as if its transcripts had not been added up
                for path in [path for path in self.states if number_of(path) == number]:
                    del self.states[path]
                continue
            places.append([number, offset, len(told), crc32(told)])
            pieces.append(told)
            offset += len(told)
        # by hand, for `one_line` takes ten times as long for ten thousand
        states = ",".join(
            f"{quoted(path)}:[{size},{mtime},{inode}]" for path, (size, mtime, inode) in self.states.items()
        )
        index = f'{{"s":{{{states}}},"p":{one_line(places)}}}'.encode()
        head = self._head + b"\t%d %d\n" % (len(index), crc32(index))
        try:
            trust.make_private(self._folder)
            files.replace(self._path, b"".join((head, index, *pieces)))
        except OSError:
            return

    def _told(self, number: int) -> bytes | None:
        part = self._parts.get(number)
        if not isinstance(part, Part):
            return part
        try:
            told = os.pread(self._fd, part.length, self._rest + part.offset)
            if crc32(told) == part.check:
                return told
        except OSError:
            pass
        self._changed = True  # damaged: it is left out of what is written
        return None

    def read(self) -> None:
        """Read what the file has; nothing where there is none yet, or where it cannot be used."""
        try:
            self._fd, _ = files.open_regular(self._path)
            head, _, _ = os.pread(self._fd, _HEAD, 0).partition(b"\n")
            mine, _, numbers = head.rpartition(b"\t")
            if mine != self._head:
                return
            length, check = map(int, numbers.split())
            index = os.pread(self._fd, min(length, _MOST), len(head) + 1)
            if crc32(index) != check:
                return
        except (OSError, ValueError):
            return
        self._rest = len(head) + 1 + length
        given = parse(index)
        self.states = given["s"]
        self._parts = {number: Part(*place) for number, *place in given["p"]}


def _plain(entry: Entry) -> list[Any]:
    accounts = [[one.session_id, one.dollars, one.at, one.guessed] for one in entry.accounts]
    return [entry.path, entry.root, entry.begun, entry.copied, entry.rows, accounts, entry.last_at, entry.stale]


def _entry(given: list[Any]) -> Entry:
    path, root, begun, copied, rows, accounts, last_at, stale = given
    officials = tuple(Official(*one) for one in accounts)
    return Entry(path, root, begun, copied, tuple(map(tuple, rows)), (), (), officials, last_at, stale)
