"""Claude Code's registry: `sessions/<pid>.json`, one file for each live session, written by itself.

A level, not a log: for a live process `status` is true now, however old `statusUpdatedAt` is. The file of a
killed process stays for ever, so a record says nothing before its process is checked. The `.key` files beside
the records hold tokens: their names are used, they are never opened.
"""

from __future__ import annotations

import os
import time

from cst.jsonl import number_of, parse
from cst.model import Record, digits
from cst.system import files
from cst.value import made

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Container, Sequence
    from typing import Any

    Keep = Callable[[str, str, Callable[[], Any]], Any]

_WRITES = 0.01  # seconds: a client that was interrupted while it wrote a record has gone on by then


def read(
    config_dir: str, keep: Keep | None = None, listed: Callable[[str], list[str]] = os.listdir,
    lives: Callable[[int, float], bool] | None = None,
) -> tuple[list[Record], list[str]]:  # fmt: skip
    """The records of one config folder, and what was wrong. No folder yet means no records, not a problem.

    `keep(path, what, read)` may give what it was given for a file before, instead of reading it. `listed` gives the
    names in a folder that count (see `fresh`).

    What is no record is a problem only where its process lives: a crash or a full disk leaves empty ones for ever.
    `lives(pid, written)` says whether the process of that pid has been there since the file was written; else only
    whether there is one is looked at.
    """
    folder = config_dir + "/sessions"
    try:
        names = listed(folder)
    except (FileNotFoundError, NotADirectoryError):
        return [], []
    except OSError as error:
        return [], [f"cannot read {folder}: {error.strerror}"]
    registered, keys = set(), {}
    for name in names:
        stem, _, ending = name.rpartition(".")
        if ending == "json" and digits(stem):
            registered.add(int(stem))
        elif ending == "key" and digits(stem.partition(".")[0]):
            keys[int(stem.partition(".")[0])] = name
    records, problems, here = [], [], _domain()
    for pid in sorted(registered):
        path = f"{folder}/{pid}.json"
        record = keep(path, "record", lambda: _read_file(path, pid, config_dir, here)) if keep else (  # noqa: B023  # at once
            _read_file(path, pid, config_dir, here)
        )
        if isinstance(record, Record):
            records.append(record)
        elif record and (lives(pid, _written(path)) if lives else _exists(pid)):
            problems.append(record)
    waiting = [_key_only(f"{folder}/{keys[pid]}", pid, config_dir) for pid in sorted(set(keys) - registered)]
    return records + waiting, problems


def fresh(folder: str, alive: Container[str] | None, since: float) -> tuple[list[str], list[str]]:
    """The names in a registry's folder that count, and those that do not: files of no pid that is `alive` that were not
    written since then. Those of killed sessions pile up. Where nobody knows who is alive, all count."""
    names = os.listdir(folder)
    if alive is None:
        return names, []
    counts: list[str] = []
    others: list[str] = []
    fd = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:  # below a descriptor the path to the folder is not walked for each name: half the time
        for name in names:
            (counts if name.partition(".")[0] in alive or _written(name, fd) >= since else others).append(name)
    finally:
        os.close(fd)
    return counts, others


def one(config_dir: str, pid: int) -> Record | None:
    """The record of one process; None where there is none, or none that can be read."""
    record = _read_file(f"{config_dir}/sessions/{pid}.json", pid, config_dir, _domain())
    return record if isinstance(record, Record) else None


def _read_file(path: str, pid: int, config_dir: str, here: str) -> Record | str | None:
    """One record; a problem; or None for a file that went away."""
    given: dict[str, Any] = {}
    for attempt in (1, 2, 3):  # written in place: a read can be torn, and the next one where the writer has to wait
        try:
            fd, status = files.open_regular(path)
            try:
                data, written = os.read(fd, min(status.st_size, 1 << 20)), status.st_mtime
            finally:
                os.close(fd)
            given = parse(data)
            if given.keys().isdisjoint(("sessionId", "kind", "startedAt")):
                raise ValueError("an object, but of nothing that the client runs")
            break
        except FileNotFoundError:
            return None
        except OSError as error:
            return f"cannot read {path}: {error.strerror}"
        except ValueError:
            if attempt == 3:
                return f"{path} is not a registry record"
            time.sleep(_WRITES * (attempt - 1))
    return _record(given, pid, config_dir, written, here)


def distinct(config_dirs: Sequence[str]) -> Sequence[str]:
    """Of these config folders, those that keep a registry of their own: one whose `sessions` is a link to that of
    another would say all of it twice."""
    if len(config_dirs) == 1:
        return config_dirs
    found: dict[str, str] = {}
    for config_dir in config_dirs:
        found.setdefault(os.path.realpath(config_dir + "/sessions"), config_dir)
    return tuple(found.values())


def absent(config_dir: str) -> bool:
    """Whether this is a folder of Claude Code's in which no client has ever kept a registry."""
    return os.path.isdir(config_dir) and not os.path.isdir(config_dir + "/sessions")


def _record(given: dict[str, Any], pid: int, config_dir: str, written: float, here: str) -> Record:
    text = {name: value for name, value in given.items() if isinstance(value, str)}.get
    domain = text("pidDomain", "")
    return made(Record, {
        "pid": pid,
        "start": text("procStart", ""),
        "session_id": _name(text("sessionId", "")),
        "cwd": text("cwd", "").replace("\0", ""),
        "started_at": number_of(given.get("startedAt")) / 1000,
        "version": text("version", ""),
        "kind": text("kind", ""),
        "entrypoint": text("entrypoint", ""),
        "pane": text("tmux", "").rpartition(".")[2],
        "name": text("name", ""),
        "name_by": text("nameSource", ""),
        "status": text("status", ""),
        "waiting_for": text("waitingFor", ""),
        "status_at": number_of(given.get("statusUpdatedAt")) / 1000,
        "config_dir": config_dir,
        "written_at": written,
        "key_file": False,
        "lost": "",
        "lead": "",
        "job": text("jobId", ""),
        "parked": text("parkedJobId", ""),
        "spare": given.get("spare") is True,
        "domain": domain,
        # a shared home: that pid may count on another machine or in another container
        "elsewhere": bool(here and domain) and domain != here,
        "inner_pid": 0,
    })  # fmt: skip


def _name(text: str) -> str:
    """A session id as part of a path: whatever could lead elsewhere, or is no name, is left out."""
    text = text[:100]
    if text.isascii() and text.replace("-", "").replace("_", "").isalnum():
        return text
    return "".join(c for c in text if c.isascii() and (c.isalnum() or c in "-_")) or "unnamed"


def _key_only(path: str, pid: int, config_dir: str) -> Record:
    """A session that has its key but no record: it starts, or a dialog holds it up before it starts."""
    return Record(pid=pid, config_dir=config_dir, written_at=_written(path), key_file=True)


def _written(path: str, folder: int | None = None) -> float:
    try:
        return os.stat(path, dir_fd=folder).st_mtime
    except OSError:
        return 0.0


def _exists(pid: int) -> bool:
    """Whether there is a process of that pid, whosever it is."""
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        pass
    return True


def _domain() -> str:
    """How the client names this machine and pid namespace; "" where that cannot be told. A machine without a name has
    an empty one."""
    machine = ""
    try:
        with open("/etc/machine-id", encoding="utf-8") as file:
            machine = file.read().strip()
    except (OSError, ValueError):
        pass
    try:
        return f"linux:{machine}:{os.readlink('/proc/self/ns/pid')}"
    except OSError:
        return ""


def own_namespace() -> str:
    """The pid namespace that we are in; "" where that cannot be told."""
    return namespace(_domain())


def namespace(domain: str) -> str:
    """The pid namespace of a domain, as the kernel names it: pid:[4026531836]; "" where it names none."""
    machine, found, name = domain.rpartition(":pid:[")
    return f"pid:[{name}" if found and machine else ""
