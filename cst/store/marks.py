"""The marks log: what a person did about a session (looked, jumped, pinned). docs/events.md is the contract."""

from __future__ import annotations

import os

from cst.jsonl import number_of, parse, quoted, text_of
from cst.model import Mark
from cst.system import files, trust

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

_LIMIT = 1024 * 1024  # bytes, about 8,000 marks
_LONG = 12 * 1024  # bytes, about 100 marks
_SHORT = 64 * 1024  # bytes: a log up to this size is never compacted
_RECENT = 8 * 1024  # bytes at its end that are read whole in any case: some sixty marks
_KEY = b'"key":"'


def read(path: str, keys: Iterable[str] | None = None, most: int = _LIMIT) -> tuple[tuple[Mark, ...], int]:
    """The newest marks, within `most` bytes, oldest first, and how many lines could not be used. Raises OSError.

    With `keys`, of a long log only the marks of these sessions: the lines of all others are neither parsed nor counted.
    """
    log = _end(path, most)
    lines = log.split(b"\n") if keys is None or len(log) < _LONG else _about(log, keys)
    found, skipped = [], 0
    for line in lines:
        if not line:
            continue
        try:
            mark = _mark(parse(line))
        except ValueError:
            mark = None
        if mark:
            found.append(mark)
        else:
            skipped += 1
    found.sort(key=lambda mark: mark.t)  # the file's order holds among marks of one moment
    return tuple(found), skipped


def past(path: str) -> tuple[Mark, ...]:
    """What compactions have left out of this log in the last month, oldest first. Raises OSError."""
    from cst.store import marks_upkeep

    return read(marks_upkeep.past_file(path), most=marks_upkeep.MOST_PAST)[0]


def _end(path: str, most: int) -> bytes:
    """The last lines of a log; none where there is no log yet."""
    try:
        fd, state = files.open_regular(path)
    except FileNotFoundError:
        return b""
    try:
        before = max(0, state.st_size - most)
        log = os.pread(fd, most, before)
    except OSError as error:
        raise OSError(error.errno, error.strerror, path) from None  # pread does not name the file
    finally:
        os.close(fd)
    return log.partition(b"\n")[2] if before else log


def _about(log: bytes, keys: Iterable[str]) -> list[bytes]:
    """The lines about these sessions, and all of the last few KB: `back` has no session, and a walk with `cst next` has
    visits to sessions that are gone. Thousands about others pass at little cost: no line of theirs is even made."""
    wanted = {key.encode("utf-8", "replace") for key in keys}
    begin = log.rfind(b"\n", 0, len(log) - _RECENT) + 1
    pieces = log[:begin].split(_KEY)
    short = min(map(len, wanted), default=0)
    heads = {key[:short] for key in wanted}  # a look at a few bytes decides about nearly all
    may_be = [number for number, piece in enumerate(pieces) if piece[:short] in heads and number]
    ours = [number for number in may_be if pieces[number].partition(b'"')[0] in wanted]
    lines = [pieces[number - 1].rpartition(b"\n")[2] + _KEY + pieces[number].partition(b"\n")[0] for number in ours]
    return lines + log[begin:].split(b"\n")


def append(path: str, marks: list[Mark]) -> None:
    """Append marks, all in one write(2), so that two writers cannot mix. Raises OSError.

    Another file may have been put there since it was opened (store/rewrite): then once more, into that one. A mark that
    is there twice says the same. A log that has grown long is compacted.
    """
    data = "".join(_line(mark) for mark in marks).encode("utf-8", "replace")
    for _ in range(5):
        try:
            fd = _open(path)
        except FileNotFoundError:
            trust.make_private(os.path.dirname(path))
            fd = _open(path)
        try:
            os.write(fd, data)
            size = _size_at(fd, path)
        finally:
            os.close(fd)
        if size > _SHORT:
            from cst.store import marks_upkeep  # few logs are so long

            marks_upkeep.compact_if_grown(path, size - len(data), size)
        if size:
            return


def _size_at(fd: int, path: str) -> int:
    """How long a log is, in bytes; 0 where it is not, or no longer, the file of that name."""
    state = os.fstat(fd)
    try:
        return state.st_size if os.path.samestat(state, os.stat(path)) else 0
    except FileNotFoundError:
        return 0


def _open(path: str) -> int:
    return files.open_regular(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW)[0]


def _line(mark: Mark) -> str:
    fields = [f'"v":1,"t":{mark.t:.3f}']
    for name in ("mark", "key", "by", "client", "pane", "socket", "value"):
        value = getattr(mark, name)
        if value:
            fields.append(f'"{name}":{quoted(value)}')
    return "\n{" + ",".join(fields) + "}\n"


def _mark(given: dict[str, object]) -> Mark | None:
    if given.get("v") != 1 or not text_of(given.get("mark")):
        return None
    names = ("mark", "key", "by", "client", "pane", "socket", "value")
    return Mark(number_of(given.get("t")), *[text_of(given.get(name)) for name in names])
