"""Keeps what transcripts have told of their answers, so that the next bill reads only what is new: `costs/v1` below the
state folder.

A cache: who removes it loses nothing but time. It is replaced as a whole in one step, and private. Its first line says
of which form it is, in which time zone its days are counted, and how long its first part is. There each transcript has
a line: its path (a JSON string), the id of its first message, and what a bill needs (JSON), with tabs between. The
second part, which is read where a transcript has grown or may be a copy, has the path, its rows (JSON) and the ids of
its answers. What does not fit its transcript is not used, and nothing where form or zone is another.
"""

from __future__ import annotations

import os

from cst.core import ledger
from cst.core.ledger import Entry, Official
from cst.jsonl import one_line, parse, quoted
from cst.model import Value
from cst.system import files, trust

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from cst.settings import Settings

_VERSION = 1
_MOST = 1 << 30  # bytes
_HEAD = 1024  # bytes: more than the first line has
_BROKEN = (ValueError, TypeError, KeyError, IndexError)  # what comes of a line that is not as we write it


class Stamp(Value):
    """The state of a transcript when it was read, and how far: up to `cursor`, where `check` sums up what is before."""

    size: int
    mtime_ns: int
    inode: int
    cursor: int
    check: int


def path(settings: Settings) -> str:
    """Where it lies."""
    return settings.state_dir + "/costs/v1"


class Ledgers:
    """What the file had, and what is put there instead."""

    def __init__(self, settings: Settings, zone: str) -> None:
        self._path, self._zone = path(settings), zone
        self._length = 0  # of the first part, with the line before it
        self._first = self._read()
        self._second: dict[bytes, bytes] | None = None
        self.changed = False

    def fresh(self, transcript: str, state: os.stat_result) -> Entry | None:
        """What a bill needs of a transcript to which nothing was written since; without the single answers. None where
        that is not kept."""
        line = self._first.get(quoted(transcript).encode())
        try:
            if not line:
                return None
            root, _, told = line.partition(b"\t")
            given = parse(told)
            if given["s"][:3] != [state.st_size, state.st_mtime_ns, state.st_ino]:
                return None
            return _entry(transcript, root, given, tuple(given["t"]))
        except _BROKEN:
            return None

    def whole(self, transcript: str) -> tuple[Entry, Stamp] | None:
        """All that was kept of a transcript, whatever was written since; None for nothing."""
        key = quoted(transcript).encode()
        line, more = self._first.get(key), self._details().get(key)
        try:
            if not line or not more:
                return None
            root, _, told = line.partition(b"\t")
            rows, _, ids = more.partition(b"\t")
            given, detail = parse(told), parse(rows)
            entry = _entry(transcript, root, given, tuple(map(tuple, detail["r"])))._replace(
                open=tuple((name, tuple(row)) for name, *row in detail["o"]),
                ids=tuple(ids.decode().split(",")) if ids else (),
            )
            return entry, Stamp(*given["s"])
        except _BROKEN:
            return None

    def family(self, roots: set[str]) -> list[Entry]:
        """All that is kept of transcripts that began with one of these messages."""
        wanted = {quoted(root)[1:-1].encode() for root in roots}
        found = []
        for key in [key for key, line in self._first.items() if wanted and line.partition(b"\t")[0] in wanted]:
            try:
                kept = self.whole(parse(b'{"p":' + key + b"}")["p"])
            except _BROKEN:
                continue
            found += [kept[0]] if kept else []
        return found

    def put(self, entry: Entry, stamp: Stamp) -> None:
        """Keep this of a transcript."""
        key = quoted(entry.path).encode()
        self._details()[key] = _detail(entry)
        self._first[key] = _line(entry, stamp)
        self.changed = True

    def save(self, there: Iterable[str], folders: Iterable[str]) -> None:
        """Write it, if anything is new, without what is below these folders and not there any more. Where it cannot be
        written the next bill takes as long as this one."""
        if not self.changed:
            return
        kept = {quoted(one).encode() for one in there}
        beginnings = tuple(quoted(folder + "/")[:-1].encode() for folder in folders)
        for key in [key for key in self._first if key not in kept and key.startswith(beginnings)]:
            del self._first[key]
        first = b"".join(key + b"\t" + line + b"\n" for key, line in self._first.items())
        second = b"".join(
            key + b"\t" + line + b"\n" for key, line in self._details().items() if key in self._first
        )  # fmt: skip
        head = one_line({"v": _VERSION, "zone": self._zone, "first": len(first)}).encode()
        try:
            trust.make_private(os.path.dirname(self._path))
            files.replace(self._path, head + b"\n" + first + second)
        except OSError:
            return
        self.changed = False

    def _read(self) -> dict[bytes, bytes]:
        """The lines of the first part."""
        try:
            fd, _ = files.open_regular(self._path)
        except OSError:  # none yet; what cannot be read is made anew
            return {}
        try:
            head = os.pread(fd, _HEAD, 0).partition(b"\n")[0]
            given = parse(head)
            if (given["v"], given["zone"]) != (_VERSION, self._zone):
                return {}
            self._length = len(head) + 1 + int(given["first"])
            return _lines(os.pread(fd, min(_MOST, int(given["first"])), len(head) + 1))
        except (OSError, *_BROKEN):
            return {}
        finally:
            os.close(fd)

    def _details(self) -> dict[bytes, bytes]:
        """The lines of the second part. (Where another cst has replaced the file meanwhile, what does not fit is made
        anew.)"""
        if self._second is None:
            try:
                self._second = _lines(files.read(self._path, _MOST)[self._length :]) if self._first else {}
            except OSError:
                self._second = {}
        return self._second


def _lines(data: bytes) -> dict[bytes, bytes]:
    return {line[: (end := line.find(b"\t"))]: line[end + 1 :] for line in data.split(b"\n") if line}


def _entry(transcript: str, root: bytes, given: dict[str, Any], rows: tuple[Any, ...]) -> Entry:
    accounts = tuple(Official(*one) for one in given["a"])
    first = parse(b'{"r":"' + root + b'"}')["r"] if b"\\" in root else root.decode()
    return Entry(
        transcript, first, given["b"], given["c"], rows, accounts=accounts, last_at=given["l"], stale=given["x"]
    )


def _line(entry: Entry, stamp: Stamp) -> bytes:
    kept = {
        "s": [stamp.size, stamp.mtime_ns, stamp.inode, stamp.cursor, stamp.check],
        "b": entry.begun, "c": entry.copied, "l": entry.last_at, "x": entry.stale, "t": ledger.together(entry),
        "a": [[one.session_id, one.dollars, one.at, one.guessed] for one in entry.accounts],
    }  # fmt: skip
    return quoted(entry.root)[1:-1].encode() + b"\t" + one_line(kept).encode()


def _detail(entry: Entry) -> bytes:
    kept = {"r": entry.rows, "o": [[name, *row] for name, row in entry.open]}
    return one_line(kept).encode() + b"\t" + ",".join(entry.ids).encode()
