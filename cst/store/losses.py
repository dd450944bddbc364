"""How many sessions were lost, as `lost.py` found last: `places/lost` below the state folder, the number, then for
which config folders, and the ids of the sessions that lived. To find out takes many files, and a status line asks every
few seconds.
"""

from __future__ import annotations

import os

from cst.model import digits
from cst.system import files, trust

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cst.model import Session
    from cst.settings import Settings

_SERVES = 300.0  # seconds: what is too old to be missed stops being counted with time alone


def read(settings: Settings, sessions: Sequence[Session], now: float) -> int | None:
    """How many it was while the same sessions lived; None where that is not known, or was too long ago."""
    path = settings.lost_file
    try:
        if abs(now - os.stat(path).st_mtime) >= _SERVES:
            return None
        count, _, ids = files.read(path).decode("utf-8", "replace").partition(" ")
    except OSError:
        return None
    known = digits(count) and len(count) < 7 and ids == _key(settings, sessions)
    return int(count) if known else None


def write(settings: Settings, sessions: Sequence[Session], count: int) -> None:
    """Keep it. Where that fails it is found out again, which only takes longer."""
    data = f"{count} {_key(settings, sessions)}".encode("utf-8", "replace")
    try:
        try:
            files.replace(settings.lost_file, data)
        except FileNotFoundError:
            trust.make_private(os.path.dirname(settings.lost_file))
            files.replace(settings.lost_file, data)
    except OSError:
        return


def forget(settings: Settings) -> None:
    """Have it found out again: somebody said which ones they do not miss."""
    try:
        os.unlink(settings.lost_file)
    except OSError:
        return


def _key(settings: Settings, sessions: Sequence[Session]) -> str:
    live = sorted(session.id for session in sessions if session.state != "ended")
    return "\n".join([*settings.config_dirs, *live])
