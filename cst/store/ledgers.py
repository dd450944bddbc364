"""Keeps what transcripts have told of their answers, so that the next bill reads only what is new: `costs/v1` below the
state folder.

A cache: who removes it loses nothing but time. One line for each transcript, with tabs between its path (a JSON
string), the id of its first message, all else (JSON) and the ids of its answers; replaced as a whole in one step,
private. A line that does not fit its transcript is thrown away, and all of them where the time zone, in which days are
counted, or the form is another.
"""

from __future__ import annotations

import os

from cst.core.ledger import Entry, Official
from cst.jsonl import one_line, parse, quoted
from cst.model import Value
from cst.system import files, trust

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cst.settings import Settings

_VERSION = 1
_MOST = 1 << 30  # bytes


class Stamp(Value):
    """The state of a transcript when it was read, and how far: up to `cursor`, where `check` sums up what is before."""

    size: int
    mtime_ns: int
    inode: int
    cursor: int
    check: int

    def is_of(self, state: os.stat_result) -> bool:
        """Whether nothing was written since."""
        return (self.size, self.mtime_ns, self.inode) == (state.st_size, state.st_mtime_ns, state.st_ino)


def path(settings: Settings) -> str:
    """Where it lies."""
    return settings.state_dir + "/costs/v1"


class Ledgers:
    """What the file had, and what is put there instead."""

    def __init__(self, settings: Settings, zone: str) -> None:
        self._path = path(settings)
        self._head = one_line({"v": _VERSION, "zone": zone}).encode()
        self._lines: dict[bytes, bytes] = {}
        self.changed = False
        try:
            head, *lines = files.read(self._path, _MOST).split(b"\n")
        except OSError:  # none yet; what cannot be read is made anew
            return
        if head == self._head:
            self._lines = {line[: (end := line.find(b"\t"))]: line[end + 1 :] for line in lines if line}

    def get(self, transcript: str) -> tuple[Entry, Stamp] | None:
        """What was kept of a transcript; None for nothing, or nothing that can be used."""
        line = self._lines.get(quoted(transcript).encode())
        try:
            return _read(transcript, line) if line else None
        except (ValueError, TypeError, KeyError, IndexError):  # not as we write it
            return None

    def family(self, roots: set[str]) -> Iterator[tuple[Entry, Stamp]]:
        """All that is kept of transcripts that began with one of these messages."""
        wanted = {root.encode() for root in roots}
        for key in [key for key, line in self._lines.items() if line[: line.find(b"\t")] in wanted]:
            try:
                transcript = parse(b'{"p":' + key + b"}")["p"]
            except (ValueError, KeyError):
                continue
            found = self.get(transcript)
            if found:
                yield found

    def put(self, entry: Entry, stamp: Stamp) -> None:
        """Keep this of a transcript."""
        self._lines[quoted(entry.path).encode()] = _line(entry, stamp)
        self.changed = True

    def keep_only(self, there: set[str], folders: list[str]) -> None:
        """Forget the transcripts below these folders that are not there any more."""
        kept = {quoted(one).encode() for one in there}
        beginnings = tuple(quoted(folder + "/")[:-1].encode() for folder in folders)
        gone = [key for key in self._lines if key not in kept and key.startswith(beginnings)]
        for key in gone:
            del self._lines[key]
        self.changed = self.changed or bool(gone)

    def save(self) -> None:
        """Write it, if anything is new. Where it cannot be written the next bill takes as long as this one."""
        if not self.changed:
            return
        data = b"\n".join([self._head, *(key + b"\t" + line for key, line in self._lines.items()), b""])
        try:
            trust.make_private(os.path.dirname(self._path))
            files.replace(self._path, data)
        except OSError:
            return
        self.changed = False


def _line(entry: Entry, stamp: Stamp) -> bytes:
    kept = {
        "s": [stamp.size, stamp.mtime_ns, stamp.inode, stamp.cursor, stamp.check],
        "b": entry.begun, "c": entry.copied, "l": entry.last_at, "x": entry.stale,
        "r": entry.rows, "o": [[name, *row] for name, row in entry.open],
        "a": [[one.session_id, one.dollars, one.at, one.guessed] for one in entry.accounts],
    }  # fmt: skip
    root = quoted(entry.root)[1:-1]  # no tab in it
    return b"\t".join([root.encode(), one_line(kept).encode(), ",".join(entry.ids).encode()])


def _read(transcript: str, line: bytes) -> tuple[Entry, Stamp]:
    root, told, ids = line.split(b"\t")
    given = parse(told)
    entry = Entry(
        transcript, root.decode(), given["b"], given["c"], tuple(map(tuple, given["r"])),
        tuple((name, tuple(row)) for name, *row in given["o"]), tuple(ids.decode().split(",")) if ids else (),
        tuple(Official(*one) for one in given["a"]), given["l"], given["x"],
    )  # fmt: skip
    return entry, Stamp(*given["s"])
