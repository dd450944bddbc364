"""Keeps what transcripts have told of their answers, so that the next bill reads only what is new: `ledgers/v1/00` to
`ff` below the state folder. Which of them has a transcript, its path tells: a bill of today opens few, and what is new
writes only those that it is in.

A cache: who removes it, or a part of it, loses nothing but time. Each file is replaced as a whole in one step, and
private. Its first line says in which time zone its days are counted, and how the rest was made. Then each transcript
has a line: its path (a JSON string), the id of its first message, what a bill needs (JSON), what is needed besides
where the transcript has grown or may be a copy (JSON), and the ids of its answers, with tabs between. What does not fit
its transcript is not used, and nothing where the first line is another: docs/decisions/0015.
"""

from __future__ import annotations

from binascii import crc32
from io import BytesIO

from cst.core import ledger
from cst.core.ledger import Entry, Official
from cst.jsonl import one_line, parse, quoted
from cst.system import files, trust
from cst.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Iterable
    from typing import Any

    from cst.settings import Settings

_FILES = 256
_MOST = 1 << 28  # bytes of one
_ROW = (*[str] * 6, *[int] * 7)  # the types of ledger.Spent
_LARGEST = 1 << 53
_BROKEN = (ValueError, TypeError, KeyError, IndexError, AttributeError)  # what comes of a line not as we write it


class Stamp(Value):
    """The state of a transcript when it was read, and how far: up to `cursor`, where `check` sums up what is before."""

    size: int
    mtime_ns: int
    inode: int
    cursor: int
    check: int


def folder(settings: Settings) -> str:
    """Where they lie."""
    return settings.state_dir + "/ledgers/v1"


class Ledgers:
    """What the files had, and what is put there instead. Each is read when it is asked for."""

    def __init__(self, settings: Settings, zone: str) -> None:
        self._folder, self._head = folder(settings), quoted(f"{zone} {ledger.form()}").encode() + b"\n"
        self._files: dict[int, dict[bytes, bytes]] = {}  # by number: by the path of a transcript what follows it
        self._changed: set[int] = set()

    @property
    def changed(self) -> bool:
        """Whether anything was put there that is not written yet."""
        return bool(self._changed)

    def fresh(self, transcript: str, state: list[int]) -> Entry | None:
        """What a bill needs of a transcript whose size, mtime (nanoseconds) and inode are as they were; without the
        single answers. None where that is not kept."""
        key, lines = self._place(transcript)
        line = lines.get(key)
        if line is None:
            return None
        try:
            root, told, _ = line.split(b"\t", 2)
            given = parse(told)
            if given["s"][:3] != state:
                return None
            return _sound(_entry(transcript, root, given, given["t"]))
        except _BROKEN:
            return None

    def whole(self, transcript: str) -> tuple[Entry, Stamp] | None:
        """All that was kept of a transcript, whatever was written since; None for nothing."""
        key, lines = self._place(transcript)
        try:
            root, told, more, ids = lines[key].split(b"\t")
            given, detail = parse(told), parse(more)
            entry = _entry(transcript, root, given, detail["r"])._replace(
                open=tuple((name, tuple(row)) for name, *row in detail["o"]),
                ids=tuple(ids.decode().split(",")) if ids else (),
                branched=detail["f"][0], repeats=tuple(detail["f"][1:3]), own_at=detail["f"][3],
            )  # fmt: skip
            stamp = Stamp(*given["s"])
            if not all(type(one) is int for one in given["s"]):
                raise TypeError("a stamp")
            return _sound(entry), stamp
        except _BROKEN:
            return None

    def family(self, roots: set[str]) -> list[Entry]:
        """All that is kept of transcripts that began with one of these messages."""
        wanted = {quoted(root)[1:-1].encode() for root in roots}
        keys = [
            key for number in range(_FILES) for key, line in self._lines(number).items()
            if line.partition(b"\t")[0] in wanted
        ]  # fmt: skip
        found = [self.whole(path) for key in keys if (path := _path(key))]
        return [kept[0] for kept in found if kept]

    def put(self, entry: Entry, stamp: Stamp) -> None:
        """Keep this of a transcript."""
        key, lines = self._place(entry.path)
        lines[key] = _line(entry, stamp)
        self._changed.add(_number(key))

    def save(self, there: Container[str], folders: Iterable[str]) -> None:
        """Write what is new, without what is below these folders and not there any more. Where it cannot be written the
        next bill takes as long as this one."""
        beginnings = tuple(folder + "/" for folder in folders)
        for number in sorted(self._changed):
            lines = self._lines(number)
            for key in list(lines):
                path = _path(key)
                if path not in there and path.startswith(beginnings):
                    del lines[key]
            data = b"".join(key + b"\t" + line + b"\n" for key, line in lines.items())
            try:
                trust.put(f"{self._folder}/{number:02x}", self._head + data)
            except OSError:
                return
            self._changed.discard(number)

    def _place(self, transcript: str) -> tuple[bytes, dict[bytes, bytes]]:
        """The key of a transcript, and the lines among which it is."""
        key = quoted(transcript).encode()
        return key, self._lines(_number(key))

    def _lines(self, number: int) -> dict[bytes, bytes]:
        """What one file has; nothing where there is none yet, or where it cannot be used."""
        if number not in self._files:
            self._files[number] = {}
            try:
                lines = BytesIO(files.read(f"{self._folder}/{number:02x}", _MOST))  # `split` takes twice as long
            except OSError:
                return self._files[number]
            if lines.readline() == self._head:
                self._files[number] = {line[: (end := line.find(b"\t"))]: line[end + 1 : -1] for line in lines}
        return self._files[number]


def _number(key: bytes) -> int:
    return crc32(key) % _FILES


def _path(key: bytes) -> str:
    """The path that a key says; "" where it is none of ours."""
    try:
        return str(parse(b'{"p":' + key + b"}")["p"])
    except _BROKEN:
        return ""


def _entry(transcript: str, root: bytes, given: dict[str, Any], rows: list[Any]) -> Entry:
    accounts = tuple(Official(*one) for one in given["a"])
    first = parse(b'{"r":"' + root + b'"}')["r"] if b"\\" in root else root.decode()
    return Entry(
        transcript, first, given["b"], given["c"], tuple(map(tuple, rows)), (), (), accounts, given["l"], given["x"]
    )


def _sound(entry: Entry) -> Entry:
    """The entry, if each of its fields is what we would have written: a bill adds them up and sorts by them. Raises one
    of _BROKEN."""
    last, at = entry.repeats
    numbers = [entry.begun, entry.last_at, entry.own_at, at]
    flags = [entry.copied, entry.stale, entry.branched]
    words = [last]
    for one in entry.accounts:
        numbers += one.dollars, one.at
        flags.append(one.guessed)
        words.append(one.session_id)
    for name, row in entry.open:
        words.append(name)
        if not _is_row(row):
            raise TypeError("no row of ours")
    if not (
        all(map(_is_row, entry.rows)) and {int, float}.issuperset(map(type, numbers))
        and min(numbers) > -_LARGEST and max(numbers) < _LARGEST
        and {bool}.issuperset(map(type, flags)) and {str}.issuperset(map(type, words))
    ):  # fmt: skip
        raise TypeError("no entry of ours")
    return entry


def _is_row(row: Any) -> bool:
    return tuple(map(type, row)) == _ROW and min(row[6:]) >= 0 and max(row[6:]) < _LARGEST


def _line(entry: Entry, stamp: Stamp) -> bytes:
    """What follows the path of a transcript."""
    told = {
        "s": [stamp.size, stamp.mtime_ns, stamp.inode, stamp.cursor, stamp.check],
        "b": entry.begun, "c": entry.copied, "l": entry.last_at, "x": entry.stale, "t": ledger.together(entry),
        "a": [[one.session_id, one.dollars, one.at, one.guessed] for one in entry.accounts],
    }  # fmt: skip
    more = {
        "r": entry.rows, "o": [[name, *row] for name, row in entry.open],
        "f": [entry.branched, *entry.repeats, entry.own_at],
    }  # fmt: skip
    parts = quoted(entry.root)[1:-1], one_line(told), one_line(more), ",".join(entry.ids)
    return "\t".join(parts).encode()
