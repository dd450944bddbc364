"""Untrusted JSON: parse one text, and walk the lines of a file from its end.

`json` imports `re`; its C scanner alone does not, and that is 0.5 x the start of Python for every verb
(docs/decisions/0002). Where there is no C scanner, `json.loads` does the same.
"""

from __future__ import annotations

import errno
import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

LINE_CAP = 10 * 1024 * 1024  # a longer line is nobody's transcript: dropped and counted


def _fast_loads() -> Callable[[str], Any]:
    from _json import make_scanner  # CPython's accelerator, private to it

    class Context:
        strict = False
        object_hook = object_pairs_hook = None
        parse_float, parse_int = float, int
        parse_constant = staticmethod(lambda _: None)  # NaN, Infinity: no number that we could use

    scan = make_scanner(Context)  # type: ignore[arg-type]  # it reads attributes, the stub wants a scanner

    def loads(text: str) -> Any:
        try:
            value, end = scan(text, 0)
        except (StopIteration, SystemError):  # 3.11 and 3.12 cannot raise JSONDecodeError before `json` is loaded
            end = -1
        if end != len(text):
            raise ValueError("not JSON")
        return value

    return loads


try:
    _loads = _fast_loads()
    from _json import encode_basestring_ascii as _quote  # "…", all ASCII
except ImportError:  # not CPython
    from json import dumps as _quote
    from json import loads as _loads


_PLAIN: dict[type, Callable[[Any], str]] = {
    str: _quote, int: repr, float: repr, bool: lambda value: "true" if value else "false", type(None): lambda _: "null",
}  # fmt: skip


def is_absent(error: OSError | ValueError) -> bool:
    """Whether an error says that there is no such file: it, or a folder above it, is not there, or cannot be named so.
    Any other error leaves open what is there."""
    return isinstance(error, ValueError) or error.errno in (errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG)


def parse(data: bytes) -> dict[str, Any]:
    """The JSON object in `data`; ValueError for anything else, whatever the bytes are."""
    try:
        value = _loads(data.decode("utf-8", "replace").strip())
    except RecursionError:
        raise ValueError("JSON nested too deeply") from None
    if not isinstance(value, dict):
        raise ValueError("not a JSON object")
    return value


def quoted(text: str) -> str:
    """A JSON string, all ASCII, with its quotes."""
    return _quote(text)


def dumps(value: object, indent: str = "\n") -> str:
    """JSON text, indented by two spaces, of dicts, lists, strings, numbers, booleans and None."""
    plain = _PLAIN.get(type(value))
    if plain:
        return plain(value)
    deeper = indent + "  "
    if isinstance(value, dict):  # most of its items are plain, and a call for each is what costs
        inside = [
            f"{_quote(str(key))}: {plain(item) if (plain := _PLAIN.get(type(item))) else dumps(item, deeper)}"
            for key, item in value.items()
        ]
        return "{" + deeper + ("," + deeper).join(inside) + indent + "}" if inside else "{}"
    if isinstance(value, (list, tuple)):
        inside = [dumps(item, deeper) for item in value]
        return "[" + deeper + ("," + deeper).join(inside) + indent + "]" if inside else "[]"
    raise TypeError(f"{type(value).__name__} has no JSON form")


def one_line(value: object) -> str:
    """JSON text as `dumps` makes it, in one line."""
    return " ".join(line.strip() for line in dumps(value).split("\n"))  # within a string a line break is \\n


class Backwards:
    """The lines of a file, newest first, read in growing blocks.

    `read` counts bytes, `skipped` the lines over LINE_CAP. `limit` (bytes) ends the walk early. The line that it cuts
    is not yielded, but where `whole` is set by then, it is read to its beginning, and is the last one. A missing file
    has no lines; other errors are the caller's.
    """

    def __init__(self, path: str, block: int = 16 * 1024, limit: int = 1 << 62) -> None:
        self.path, self.block, self.limit = path, block, limit
        self.size = self.read = self.skipped = 0
        self.mtime = 0.0
        self.whole = False

    def __iter__(self) -> Iterator[bytes]:
        try:
            fd = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        except (FileNotFoundError, ValueError):  # ValueError: a NUL in the path
            return
        try:
            status = os.fstat(fd)
            self.size, self.mtime = status.st_size, status.st_mtime
            try:
                yield from self._lines(fd)
            except OSError as error:
                raise OSError(error.errno, error.strerror, self.path) from None  # pread does not name the file
        finally:
            os.close(fd)

    def _lines(self, fd: int) -> Iterator[bytes]:
        position, block = self.size, self.block
        pieces: list[bytes] = []  # of the line whose beginning is not read yet, last piece first
        held, dropping = 0, False
        while position > 0 and (self.read < self.limit or (self.whole and not dropping)):
            beyond = self.read >= self.limit
            length = min(1 << 16, position) if beyond else min(block, position, self.limit - self.read)
            position -= length
            data = os.pread(fd, length, position)
            self.read += len(data)
            block = min(block * 4, 1 << 20)
            first, *rest = data.split(b"\n")
            if rest:
                *whole, last = rest
                pieces.append(last)
                if dropping or held + len(last) > LINE_CAP:
                    self.skipped += 1
                else:
                    yield b"".join(reversed(pieces))
                if beyond:
                    return
                yield from reversed(whole)
                pieces, held, dropping = [], 0, False
            pieces.append(first)
            held += len(first)
            if held > LINE_CAP:
                pieces, dropping = [], True
        if position == 0 and pieces and not dropping:
            yield b"".join(reversed(pieces))
        elif position == 0 and dropping:
            self.skipped += 1


def first_lines(path: str, most: int = 2048) -> list[bytes]:
    """The whole lines within the first `most` bytes of a file; none of a file that cannot be read."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except (OSError, ValueError):
        return []
    try:
        return os.read(fd, most).split(b"\n")[:-1]
    except OSError:
        return []
    finally:
        os.close(fd)


def epoch(text: object) -> float:
    """Epoch seconds of "2026-11-20T14:31:04.323Z"; 0.0 for anything else. (`datetime` costs 0.2 x Python.)"""
    if not isinstance(text, str) or len(text) < 20 or text[10] != "T" or text[-1] != "Z":
        return 0.0
    try:
        year, month, day = int(text[:4]), int(text[5:7]), int(text[8:10])
        seconds = int(text[11:13]) * 3600 + int(text[14:16]) * 60 + float(text[17:-1])
    except ValueError:
        return 0.0
    if not (0 <= seconds < 90000 and 1 <= month <= 12 and 1 <= day <= 31 and year > 0):
        return 0.0  # "nan", "inf" and "1e300" are floats too
    year -= month <= 2  # days since 1970-01-01 in the proleptic Gregorian calendar, years beginning in March
    era_day = (year - year // 400 * 400) * 365 + year % 400 // 4 - year % 400 // 100
    days = year // 400 * 146097 + era_day + (153 * (month + (-3 if month > 2 else 9)) + 2) // 5 + day - 1
    return (days - 719468) * 86400 + seconds


def text_of(value: object) -> str:
    """`value` if it is a string, else "": what comes from outside has whatever type it likes."""
    return value if isinstance(value, str) else ""


def object_of(value: object) -> dict[str, Any]:
    """`value` if it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else {}


def number_of(value: object) -> float:
    """`value` if it is a finite number, else 0.0."""
    if type(value) is float:
        return value if -1e15 < value < 1e15 else 0.0
    return float(value) if type(value) is int and -1e15 < value < 1e15 else 0.0
