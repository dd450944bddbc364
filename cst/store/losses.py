"""What the last search for lost sessions found, for all that say how many there are: `places/lost` below the state
folder. A search reads many files, and a status line asks every few seconds. docs/decisions/0018 says when it serves.
"""

from __future__ import annotations

import os

from cst.jsonl import number_of, one_line, parse
from cst.system import files, trust
from cst.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cst.model import Session, Snapshot
    from cst.settings import Settings

_SERVES = 300.0  # seconds: what is too old to be missed stops being counted with time alone
_FAILED = 60.0  # for which one serves that could not read everything, where it is kept in memory


class World(Value):
    """What a search depends on, as it is at `at` (epoch seconds). Ids are of sessions."""

    at: float
    about: tuple[str, ...]  # the config folders, and which word of the user's on what is missed was the last
    persons: frozenset[str]  # the ids of the sessions that persons have
    live: frozenset[str]  # and of all that live


class Found(Value):
    """What a search found that began at `at`, in a world about which the same was said."""

    at: float
    about: tuple[str, ...]
    lived: frozenset[str]  # the ids of the sessions that persons had then, or have had since
    lost: frozenset[str] = frozenset()  # of those that were lost, and can be restored
    problems: Sequence[tuple[str, str]] = ()  # as a snapshot's; where there are any, more may be lost

    def count(self, world: World) -> int:
        """How many are lost still: one that lives again is not."""
        return len(self.lost - world.live)


def look(settings: Settings, snapshot: Snapshot, sessions: Sequence[Session]) -> World | None:
    """The world as it is now; to be asked before a search. None where nothing can be told of it: it is a recording, or
    a registry cannot be read, and all may live."""
    if settings.replay or any(source == "registry" for source, _ in snapshot.problems):
        return None
    live = [session for session in sessions if session.state != "ended" and session.id]
    persons = [session.id for session in live if session.pid is not None and session.kind in ("interactive", "")]
    about = (*settings.config_dirs, _last_word(settings))
    return World(snapshot.now, about, frozenset(persons), frozenset(session.id for session in live))


def still(found: Found, world: World, patience: float = 0.0) -> Found | None:
    """The same where no search is needed, else None. A session that is new adds no loss; one that is gone may be one,
    which `patience` (seconds since the last search) puts off."""
    age = abs(world.at - found.at)
    if found.about != world.about or age >= (_FAILED if found.problems else _SERVES):
        return None
    if age >= patience and not found.lived <= world.persons:
        return None
    return found._replace(lived=found.lived | world.persons)


def read(settings: Settings, world: World, patience: float = 0.0) -> Found | None:
    """What is kept, where it serves; those that are new are added to it, for the next who asks may find them gone."""
    try:
        given = parse(files.read(settings.lost_file))
    except (OSError, ValueError):
        return None
    about, lived, lost = (_texts(given.get(name)) for name in ("about", "lived", "lost"))
    kept = Found(number_of(given.get("at")), tuple(about), frozenset(lived), frozenset(lost))
    found = still(kept, world, patience) if given.get("v") == 1 else None
    if found and found.lived != kept.lived:
        write(settings, found)
    return found


def write(settings: Settings, found: Found) -> None:
    """Keep it, unless not everything could be read. Where it cannot be kept it is found out again, which only takes
    longer."""
    if not found.problems:
        lived, lost = sorted(found.lived), sorted(found.lost)
        given = {"v": 1, "at": found.at, "about": list(found.about), "lived": lived, "lost": lost}
        _put(settings.lost_file, one_line(given).encode())


def forget(settings: Settings) -> None:
    """Have it found out again: somebody said which ones they do not miss. What a search finds that has begun before is
    not about this word."""
    _put(_word_file(settings), b"")


def _texts(given: object) -> list[str]:
    return [one for one in given if isinstance(one, str)] if isinstance(given, list) else []


def _word_file(settings: Settings) -> str:
    return settings.lost_file + ".said"


def _last_word(settings: Settings) -> str:
    """Another text after each `forget`: each makes a new file."""
    try:
        status = os.stat(_word_file(settings))
    except OSError:
        return ""
    return f"{status.st_ino}.{status.st_mtime_ns}"


def _put(path: str, data: bytes) -> None:
    try:
        trust.put(path, data)
    except OSError:
        return
