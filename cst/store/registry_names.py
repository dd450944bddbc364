"""Which registry records may still be somebody's, where hundreds lie that are nobody's: `registry/v1/…` below the state
folder (docs/decisions/0017).

A killed client's record stays for ever. Whether it is of another machine with the same home, and lives there, only the
time of its last writing tells: one question for each record, in each look. So the answer is kept. It holds while
nothing is made or removed in the folder, while no process here has a pid of those left out, and for ten minutes.
"""

from __future__ import annotations

import contextlib
import os

from cst.system import files, trust

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    Find = Callable[[str], tuple[list[str], list[str]]]

_LASTS = 600.0  # seconds: a session elsewhere may write a record again that it had left alone for days
_SETTLED = 2.0  # seconds: two changes within one tick of the file system's clock look like one
_MOST = 16 << 20  # bytes, a million names


def listed(kept_in: str, folder: str, alive: set[str] | None, now: float, find: Find, many: int) -> list[str]:
    """The names in a registry's folder that are to be looked at. `find` gives them, and those that are not, which are
    kept if there are so `many`; `alive` are the pids that run, as text. Raises OSError as listing the folder does."""
    state = os.stat(folder)
    path = f"{kept_in}/{state.st_dev}-{state.st_ino}"
    stamp = f"v1/{state.st_mtime_ns}/{state.st_ctime_ns}"
    kept = _read(path) if alive else ""
    names = _still(kept, stamp, alive, now) if alive and kept else None
    if names is not None:
        return names
    names, others = find(folder)
    if len(others) >= many and now - max(state.st_mtime, state.st_ctime) > _SETTLED:
        pids = {name.partition(".")[0] for name in others}
        _keep(path, f"{stamp}/{now:.3f}//{'/'.join(names)}//{'/'.join(pids)}")
    elif kept:
        with contextlib.suppress(OSError):
            os.unlink(path)
            os.rmdir(kept_in)
    return names


def _read(path: str) -> str:
    try:
        return os.fsdecode(files.read(path, _MOST))
    except OSError:
        return ""


def _still(kept: str, stamp: str, alive: set[str], now: float) -> list[str] | None:
    """The names that were kept; None where they hold no longer."""
    try:
        head, names, others = kept.split("//")
        was, _, taken = head.rpartition("/")
        holds = was == stamp and 0 <= now - float(taken) < _LASTS and alive.isdisjoint(others.split("/"))
    except ValueError:
        return None
    return [name for name in names.split("/") if name] if holds else None


def _keep(path: str, text: str) -> None:
    """Without it the next look asks again."""
    try:
        try:
            files.replace(path, os.fsencode(text))
        except FileNotFoundError:
            trust.make_private(os.path.dirname(path))
            files.replace(path, os.fsencode(text))
    except OSError:
        pass
