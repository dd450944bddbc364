"""Which registry records may still be somebody's, where hundreds lie that are nobody's: `registry/v1/…` below the state
folder (docs/decisions/0017).

A killed client's record stays for ever. Whether it is of another machine with the same home, and lives there, only the
time of its last writing tells: one question for each record, in each look. So the answer is kept. It holds while
nothing is made or removed in the folder, while no process here has a pid of those left out, and for ten minutes.
"""

from __future__ import annotations

import os

from cst.model import digits
from cst.system import files, trust

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Find = Callable[[str], tuple[list[str], list[str]]]

_LASTS = 600.0  # seconds: a session elsewhere may write a record again that it had left alone for days
_SETTLED = 2.0  # seconds: two changes within one tick of the file system's clock look like one
_MOST = 16 << 20  # bytes, of names above all
_PIDS = 1 << 24  # no kernel gives a pid above


def listed(kept_in: str, folder: str, alive: set[str] | None, now: float, find: Find, many: int) -> list[str]:
    """The names in a registry's folder that are to be looked at. `find` gives them, and those that are not, which are
    kept if there are so `many`; `alive` are the pids that run, as text. Raises OSError as listing the folder does."""
    state = os.stat(folder)
    path = f"{kept_in}/{state.st_dev}-{state.st_ino}"
    stamp = f"v2/{state.st_mtime_ns}/{state.st_ctime_ns}"
    kept = _read(path) if alive else b""
    names = _still(kept, stamp, alive, now) if alive and kept else None
    if names is not None:
        return names
    names, others = find(folder)
    if len(others) >= many and now - max(state.st_mtime, state.st_ctime) > _SETTLED:
        text = f"{stamp}/{now:.3f}//{'/'.join(names)}//"
        _keep(path, os.fsencode(text) + _bits(name.partition(".")[0] for name in others))
    elif kept:
        try:
            os.unlink(path)
            os.rmdir(kept_in)
        except OSError:
            pass
    return names


def _read(path: str) -> bytes:
    try:
        return files.read(path, _MOST)
    except OSError:
        return b""


def _still(kept: bytes, stamp: str, alive: set[str], now: float) -> list[str] | None:
    """The names that were kept; None where they hold no longer."""
    try:
        head, names, others = kept.split(b"//", 2)
        was, _, taken = head.rpartition(b"/")
        holds = was == stamp.encode() and 0 <= now - float(taken) < _LASTS and not _any_of(alive, others)
    except ValueError:
        return None
    return [name for name in os.fsdecode(names).split("/") if name] if holds else None


def _bits(pids: Iterable[str]) -> bytes:
    """A set of pids: the least of them, a slash, and a bit for each from there on. Thousands of pids as words would
    take longer to read than all else."""
    numbers = {int(pid) for pid in pids if digits(pid) and len(pid) < 9}
    numbers = {number for number in numbers if number < _PIDS}
    least = min(numbers, default=0)
    bits = bytearray((max(numbers, default=0) - least) // 8 + 1)
    for number in numbers:
        bits[(number - least) >> 3] |= 1 << ((number - least) & 7)
    return b"%d/%s" % (least, bits)


def _any_of(pids: set[str], kept: bytes) -> bool:
    """Whether one of these is in a set that was kept. ValueError where that is none."""
    first, _, bits = kept.partition(b"/")
    least, end = int(first), int(first) + len(bits) * 8
    within = [number - least for pid in pids if digits(pid) and least <= (number := int(pid)) < end]
    return any(bits[number >> 3] >> (number & 7) & 1 for number in within)


def _keep(path: str, data: bytes) -> None:
    """Without it the next look asks again."""
    try:
        trust.put(path, data)
    except OSError:
        return
