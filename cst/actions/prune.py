"""Prune what cst itself wrote: event logs of sessions that are over, marks that no longer count.

What a live session told stays, and who lives is asked again when a log has lost its name (sources/logfiles).
"""

from __future__ import annotations

import contextlib
import os

from cst import compaction
from cst.model import CstError, Value, digits
from cst.sources import events, logfiles, processes, registry

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cst.settings import Settings

DAYS = 30.0
_ENDS = {"h": 1 / 24, "d": 1.0, "w": 7.0}
_OF_IDS = frozenset("0123456789abcdef-")


class Log(Value):
    """The event log of one session."""

    path: str
    session_id: str
    size: int
    written: float  # epoch seconds


class Plan(Value):
    """What pruning would take away, and what there is. `marks_size` is None where the marks cannot be read."""

    oldest: float  # epoch seconds: what was written since stays
    logs: tuple[Log, ...]  # to be removed
    all_logs: int
    all_size: int  # bytes
    marks_size: int | None
    marks_after: int | None

    @property
    def frees(self) -> int:
        """Bytes."""
        return sum(log.size for log in self.logs) + (self.marks_size or 0) - (self.marks_after or 0)


class Freed(Value):
    """What pruning took away: logs, their bytes, bytes of marks; logs that were wanted again meanwhile; what failed."""

    logs: int
    size: int
    marks: int
    kept: int = 0
    problems: tuple[str, ...] = ()


def days(text: str) -> float:
    """The days of 30d, 2w or 12h; CstError for anything else."""
    number, unit = text[:-1], text[-1:]
    if not digits(number) or unit not in _ENDS or len(number) > 5:
        raise CstError(f"{text[:20]!r} is no age; say 30d, 2w or 12h")
    return int(number) * _ENDS[unit]


def survey(own: Settings, now: float, older_than: float = DAYS) -> Plan:
    """What `prune` would do; nothing is changed. CstError where it cannot be told who lives."""
    oldest = now - older_than * 86400
    live = _live_ids(own)
    every = list(_logs(own))
    logs = tuple(
        log for log in every
        if log.written < oldest and log.session_id not in live and not _told_by_the_living(own, log.session_id, now)
    )  # fmt: skip
    size, after = _marks(own, oldest, live)
    return Plan(oldest, logs, len(every), sum(log.size for log in every), size, after)


def prune(
    own: Settings, now: float, older_than: float = DAYS, tell: Callable[[int, int], object] = lambda *_: None
) -> Freed:
    """Do it. `tell` hears how many logs are done, and of how many. CstError where nothing was begun."""
    if not os.path.isdir(own.state_dir):
        return Freed(0, 0, 0)
    try:
        with logfiles.locked(own.state_dir) as alone:
            if not alone:
                raise CstError("another `cst prune` is at work; wait for it to end")
            return _pruned(own, now, older_than, tell)
    except OSError as error:
        where = error.filename or own.state_dir
        raise CstError(f"cannot prune {where}: {error.strerror}; mend its permissions") from None


def _pruned(own: Settings, now: float, older_than: float, tell: Callable[[int, int], object]) -> Freed:
    if os.path.isdir(own.events_dir):
        logfiles.recover(own.events_dir)
    plan = survey(own, now, older_than)
    gone, size, kept, problems = 0, 0, 0, []
    for number, log in enumerate(plan.logs, 1):
        try:
            if logfiles.remove(log.path, lambda: log.session_id in _live_ids(own), plan.oldest):  # noqa: B023  # at once
                gone, size = gone + 1, size + log.size
            else:
                kept += 1
        except FileNotFoundError:
            continue  # somebody else removed it
        except (OSError, CstError) as error:
            problems.append(f"{log.path}: {getattr(error, 'strerror', None) or error}")
        tell(number, len(plan.logs))
    live = _live_ids(own)
    before, after = logfiles.rewrite(
        own.marks_file, lambda lines: compaction.compacted(lines, plan.oldest, _lives(own, live))
    )
    return Freed(gone, size, max(0, before - after), kept, tuple(problems))


def _live_ids(own: Settings) -> set[str]:
    """The ids of the sessions that live. CstError where a registry cannot be read: then nobody can tell."""
    found = set()
    for config_dir in own.config_dirs:
        records, wrong = registry.read(config_dir)
        if wrong:
            raise CstError(f"cannot tell which sessions live: {wrong[0]}; mend that, then prune")
        for record in records:
            if record.session_id and _same(record.pid, record.start):
                found.add(record.session_id)
    return found


def _same(pid: int, start: str) -> bool:
    now = processes.start_of(pid)
    return bool(now) and start in ("", "0", now)


def _logs(own: Settings) -> Iterator[Log]:
    with contextlib.suppress(FileNotFoundError):
        for name in sorted(os.listdir(own.events_dir)):
            stem, _, ending = name.rpartition(".")
            path = f"{own.events_dir}/{name}"
            if ending != "jsonl" or len(stem) != 36 or set(stem) - _OF_IDS or os.path.islink(path):
                continue
            with contextlib.suppress(FileNotFoundError):
                status = os.stat(path)
                yield Log(path, stem, status.st_size, status.st_mtime)


def _told_by_the_living(own: Settings, session_id: str, now: float) -> bool:
    """Whether a process that told an event still lives: a session of a folder that cst does not know, or of a client
    without a registry. A log that cannot be read may be such a one."""
    try:
        told, _ = events.read(own.events_dir, session_id, now, 0.0)
    except OSError:
        return True
    last = {event.pid: event.t for event in told if event.pid}
    living = processes.read(list(last), now)
    return any(living[pid].started_at <= last[pid] + 2 for pid in living)


def _marks(own: Settings, oldest: float, live: set[str]) -> tuple[int | None, int | None]:
    try:
        with open(own.marks_file, "rb") as file:
            data = file.read()
    except FileNotFoundError:
        return 0, 0
    except OSError:
        return None, None
    after = len(logfiles.joined(compaction.compacted(data.split(b"\n"), oldest, _lives(own, live))))
    return len(data), min(len(data), after)


def _lives(own: Settings, live: set[str]) -> Callable[[str], bool]:
    """Whether a key of a mark may still be somebody's: a live process, or a session that can be resumed."""
    known = live | set(_resumable(own))

    def lives(key: str) -> bool:
        pid, dot, start = key.partition(".")
        return _same(int(pid), start) if dot and digits(pid) else key in known

    return lives


def _resumable(own: Settings) -> Iterator[str]:
    for config_dir in own.config_dirs:
        try:
            folders = [entry.path for entry in os.scandir(config_dir + "/projects") if entry.is_dir()]
        except OSError:
            continue
        for folder in folders:
            with contextlib.suppress(OSError):
                yield from (name.removesuffix(".jsonl") for name in os.listdir(folder) if name.endswith(".jsonl"))
