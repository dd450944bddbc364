"""Prune what cst itself wrote: event logs of sessions that are over, what their status lines were told, marks that no
longer count, what was kept for a bill that nobody asks for any more or of a registry that nobody reads, and what a cst
that was killed was writing.

What a live session told stays, and who lives is asked again when a log has lost its name (store/rewrite).
"""

from __future__ import annotations

import contextlib
import glob
import os
import stat

from cst.core import mark_retention
from cst.model import CstError, digits, is_session_id
from cst.store import events, host_answers, ledgers, payloads, rewrite
from cst.system import files, processes
from cst.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cst.settings import Settings

    LiveIds = Callable[[Settings], set[str]]  # CstError where it cannot be told

DAYS = 30.0
_LONGEST = 1 << 28  # bytes of a marks log that can be compacted
QUICK = 2 << 20  # bytes of one that can be in a moment
_LISTED = 86400.0  # seconds after which nobody reads a registry any more: what is kept of one holds for ten minutes
_WRITTEN = 3600.0  # seconds after which nobody writes a file any more that was to take the place of another
# What takes such a place, with the pid of its writer behind the name, and what goes once it was used.
_REPLACED = ("prompt", "names", "tags", "*/v1.json", "places/lost", "places/lost.said", "marks/*.jsonl",
             "costs/budgets.json", "statusline/v1/*.json", "statusline/v1/*.git", "statusline/v1/*.slow",
             "hosts/v1/*.json", "web/*.html", "registry/v1/*-*")  # fmt: skip
_READ = ("send-[0-9]*-[0-9]*", ".cst-doctor.[0-9]*", "answering.[0-9]*")


class Log(Value):
    """The event log of one session, what its status line was told, or ("") what is of none."""

    path: str
    session_id: str
    size: int
    written: float  # epoch seconds


class Plan(Value):
    """What pruning would remove. `marks_size`, and the bytes that stay, are None where the marks cannot be read, or are
    too many."""

    oldest: float  # epoch seconds: what was written since stays
    logs: tuple[Log, ...]  # to be removed
    told: tuple[Log, ...]  # the same of what is no event log
    marks_size: int | None
    marks_after: int | None

    @property
    def frees(self) -> int:
        """Bytes."""
        return sum(log.size for log in (*self.logs, *self.told)) + (self.marks_size or 0) - (self.marks_after or 0)


class Freed(Value):
    """What pruning removed: logs, their bytes, bytes of marks; `kept` are logs that were in use again; `told` are the
    files that are no event logs; what failed."""

    logs: int
    size: int
    marks: int
    kept: int = 0
    problems: tuple[str, ...] = ()
    told: int = 0


def survey(
    settings: Settings, now: float, live_ids: LiveIds, older_than: float = DAYS, most: int = _LONGEST
) -> Plan:
    """What `prune` would do; nothing is changed. Of more than `most` bytes of marks it is not told how many would stay.
    CstError where it cannot be told who lives, or what there is."""
    try:
        return _survey(settings, now, live_ids, older_than, most)
    except OSError as error:
        raise CstError(f"cannot read {error.filename or settings.state_dir}: {error.strerror}", "fix it") from None


def _survey(settings: Settings, now: float, live_ids: LiveIds, older_than: float, most: int) -> Plan:
    oldest = now - older_than * 86400
    live = live_ids(settings)
    logs = tuple(
        log for log in _logs(settings)
        if log.written < oldest and log.session_id not in live
        and not _told_by_the_living(settings, log.session_id, now)
    )  # fmt: skip
    told = tuple(log for log in _told(settings) if log.written < oldest and log.session_id not in live)
    told += tuple(log for log in _unfinished(settings) if log.written < now - _WRITTEN)
    told += tuple(log for log in _past(settings) if log.written < oldest)
    told += tuple(log for log in _registries(settings) if log.written < now - _LISTED)
    size, after = _marks(settings, oldest, live, most)
    return Plan(oldest, logs, told, size, after)


def prune(
    settings: Settings,
    now: float,
    live_ids: LiveIds,
    older_than: float = DAYS,
    tell: Callable[[int, int], object] = lambda *_: None,
) -> Freed:
    """Do it. `tell` is called with how many logs are done, and of how many. CstError where nothing was removed."""
    if not os.path.lexists(settings.state_dir):
        return Freed(0, 0, 0)
    try:
        with rewrite.locked(settings.state_dir) as alone:
            if not alone:
                raise CstError("another cst is compacting or pruning there", "try again in a moment")
            return _pruned(settings, now, live_ids, older_than, tell)
    except OSError as error:
        where = error.filename or settings.state_dir
        raise CstError(f"cannot prune {where}: {error.strerror}", "fix its permissions") from None


def _pruned(
    settings: Settings, now: float, live_ids: LiveIds, older_than: float, tell: Callable[[int, int], object]
) -> Freed:
    if os.path.isdir(settings.events_dir):
        rewrite.recover(settings.events_dir)
    plan = survey(settings, now, live_ids, older_than)
    gone, size, kept, problems = 0, 0, 0, []
    for number, log in enumerate(plan.logs, 1):
        try:
            if rewrite.remove(log.path, lambda: log.session_id in live_ids(settings), plan.oldest):  # noqa: B023  # at once
                gone, size = gone + 1, size + log.size
            else:
                kept += 1
        except FileNotFoundError:
            continue  # somebody else removed it
        except (OSError, CstError) as error:
            problems.append(f"{log.path}: {getattr(error, 'strerror', None) or error}")
        tell(number, len(plan.logs))
    told = 0
    for log in plan.told:
        try:
            os.unlink(log.path)
            told += 1
        except FileNotFoundError:
            continue
        except OSError as error:
            problems.append(f"{log.path}: {error.strerror}")
    live = live_ids(settings)
    before, after = rewrite.rewrite(
        settings.marks_file, lambda lines: mark_retention.compacted(lines, plan.oldest, _lives(settings, live))
    )
    return Freed(gone, size, max(0, before - after), kept, tuple(problems), told)


def _logs(settings: Settings) -> Iterator[Log]:
    with contextlib.suppress(FileNotFoundError):
        for name in sorted(os.listdir(settings.events_dir)):
            stem, _, ending = name.rpartition(".")
            path = f"{settings.events_dir}/{name}"
            if ending != "jsonl" or not is_session_id(stem) or os.path.islink(path):
                continue
            with contextlib.suppress(FileNotFoundError):
                status = os.stat(path)
                yield Log(path, stem, status.st_size, status.st_mtime)


def _told(settings: Settings) -> Iterator[Log]:
    """What the status lines were told, what git said for them, how slow they were, what was kept for the bill, what
    hosts answered."""
    with contextlib.suppress(FileNotFoundError):  # all of a bill, or nothing: its last answer may be old
        with os.scandir(ledgers.folder(settings)) as entries:
            kept = [(entry.path, entry.stat(follow_symlinks=False)) for entry in entries]
        written = max((status.st_mtime for _, status in kept), default=0.0)
        yield from (Log(path, "", status.st_size, written) for path, status in sorted(kept))
    with contextlib.suppress(FileNotFoundError):
        for name in sorted(os.listdir(host_answers.folder(settings))):
            path = f"{host_answers.folder(settings)}/{name}"
            if name.endswith((".json", ".asking")) and not os.path.islink(path):
                with contextlib.suppress(FileNotFoundError):
                    status = os.stat(path)
                    yield Log(path, "", status.st_size, status.st_mtime)
    with contextlib.suppress(FileNotFoundError):
        for name in sorted(os.listdir(payloads.folder(settings))):
            stem, _, ending = name.rpartition(".")
            path = f"{payloads.folder(settings)}/{name}"
            if ending in ("json", "git", "slow") and is_session_id(stem) and not os.path.islink(path):
                with contextlib.suppress(FileNotFoundError):
                    status = os.stat(path)
                    yield Log(path, stem, status.st_size, status.st_mtime)


def _unfinished(settings: Settings) -> Iterator[Log]:
    """What nobody removes who is killed before it has taken its place, or was read. (The ledgers go together.)"""
    state, data = glob.escape(settings.state_dir), glob.escape(settings.data_dir)
    patterns = [f"{state}/{name}.[0-9]*" for name in _REPLACED] + [f"{state}/{name}" for name in _READ]
    patterns += [f"{data}/{name}.[0-9]*" for name in ("hook.sh", "receipts/*.json")]
    for path in sorted({path for pattern in patterns for path in glob.glob(pattern)}):
        if digits(path.rpartition("-" if "/send-" in path else ".")[2]):
            with contextlib.suppress(FileNotFoundError):
                status = os.lstat(path)
                if stat.S_ISREG(status.st_mode):
                    yield Log(path, "", status.st_size, status.st_mtime)


def _past(settings: Settings) -> Iterator[Log]:
    """What compactions left out of the marks (marks_upkeep)."""
    path = os.path.dirname(settings.marks_file) + "/past.jsonl"
    with contextlib.suppress(FileNotFoundError):
        status = os.lstat(path)
        if stat.S_ISREG(status.st_mode):
            yield Log(path, "", status.st_size, status.st_mtime)


def _registries(settings: Settings) -> Iterator[Log]:
    """Which records of registries are nobody's (registry_names)."""
    for path in sorted(glob.glob(f"{glob.escape(settings.state_dir)}/registry/v1/*-*")):
        if all(map(digits, os.path.basename(path).split("-", 1))):
            with contextlib.suppress(FileNotFoundError):
                status = os.lstat(path)
                if stat.S_ISREG(status.st_mode):
                    yield Log(path, "", status.st_size, status.st_mtime)


def _told_by_the_living(settings: Settings, session_id: str, now: float) -> bool:
    """Whether a process that told an event still lives: a session of a folder that cst does not know, or of a client
    without a registry. A log that cannot be read may be such a one."""
    try:
        told, _ = events.read(settings.events_dir, session_id, now, 0.0)
    except OSError:
        return True
    last = {event.pid: event.t for event in told if event.pid}
    living = processes.read(list(last), now)
    return any(living[pid].started_at <= last[pid] + 2 for pid in living)


def _marks(settings: Settings, oldest: float, live: set[str], most: int) -> tuple[int | None, int | None]:
    try:
        data = files.read(settings.marks_file, most)
    except FileNotFoundError:
        return 0, 0
    except OSError:
        return None, None
    after = len(rewrite.joined(mark_retention.compacted(data.split(b"\n"), oldest, _lives(settings, live))))
    return len(data), min(len(data), after)


def _lives(settings: Settings, live: set[str]) -> Callable[[str], bool]:
    """Whether a key of a mark may still be somebody's: a live process, or a session that can be resumed."""
    known = live | set(_resumable(settings))

    def lives(key: str) -> bool:
        pid, dot, start = key.partition(".")
        return processes.is_alive(int(pid), start) if dot and digits(pid) else key in known

    return lives


def _resumable(settings: Settings) -> Iterator[str]:
    for config_dir in settings.config_dirs:
        try:
            folders = [entry.path for entry in os.scandir(config_dir + "/projects") if entry.is_dir()]
        except OSError:
            continue
        for folder in folders:
            with contextlib.suppress(OSError):
                yield from (name.removesuffix(".jsonl") for name in os.listdir(folder) if name.endswith(".jsonl"))
