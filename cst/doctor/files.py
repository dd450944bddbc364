"""Checks of our own files: the config, the logs, who may read them, whether there is room."""

from __future__ import annotations

import os
import stat
from errno import ENOSPC

from cst.doctor.context import Context
from cst.doctor.finding import Finding
from cst.store import prune
from cst.system import trust
from cst.system.spawn import shell_quote
from cst.text import amount

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_TIGHT = 100 * 10**6  # bytes
_WORTH = 10 * 10**6  # bytes that are worth a `cst prune`
_MARKS = 700 * 1000  # bytes of marks from which old ones are about to be out of a reader's reach


def config(context: Context) -> Iterator[Finding]:
    """The configuration file, if there is one."""
    path = context.env.get("CST_CONFIG") or (
        (context.env.get("XDG_CONFIG_HOME") or context.settings.home + "/.config") + "/cst/config.toml"
    )
    if context.config_error:
        for error in (context.config_error, *context.config_error.also):
            yield Finding("config", "wrong", error.what, error.remedy or "fix that line, or remove it")
    else:
        yield Finding("config", "ok", path if os.path.exists(path) else f"none, and none is needed ({path})")


def logs(context: Context) -> Iterator[Finding]:
    """How much there is of events and marks, and what pruning would free."""
    settings = context.settings
    sizes = [entry.stat().st_size for entry in _entries(settings.events_dir) if entry.name.endswith(".jsonl")]
    marks = os.stat(settings.marks_file).st_size if os.path.exists(settings.marks_file) else 0
    what = f"{len(sizes)} event log{'s' * (len(sizes) != 1)}, {amount(sum(sizes))}; marks, {amount(marks)}"
    if context.prunes is None:
        yield Finding("logs", "unknown", f"{what}; what `cst prune` would free cannot be told",
                      "`cst prune --dry-run` says why")  # fmt: skip
    elif context.prunes > _WORTH or marks > _MARKS:
        more = " and most of the marks" if marks > prune.QUICK else ""
        yield Finding("logs", "note", what, f"`cst prune` frees {amount(context.prunes)}{more}")
    else:
        freed = f"; `cst prune` would free {amount(context.prunes)}" if context.prunes else ""
        yield Finding("logs", "ok", what + freed)


def private(context: Context) -> Iterator[Finding]:
    """Files of ours that others may read, or that are another user's."""
    open_to, strange = [], []
    roots = [path for path in (context.settings.state_dir, context.settings.data_dir) if os.path.isdir(path)]
    for path in (one for root in roots for one in _tree(root)):
        status = os.lstat(path)
        if stat.S_ISLNK(status.st_mode):
            continue
        if status.st_uid != os.getuid():
            strange.append(path)
        elif status.st_mode & 0o077 and (not stat.S_ISDIR(status.st_mode) or _holds_ours(path)):
            open_to.append(path)
    run = [path for path in (context.settings.hook, context.settings.state_dir + "/notify") if os.path.exists(path)]
    unsafe = next((wrong for path in (*roots, *run) if (wrong := trust.distrust(path))), "")
    if unsafe:
        yield Finding("private", "wrong", f"others can change what is ours: {unsafe}", "chmod go-w, if it is yours")
    if strange:
        what = f"files or folders of another user ({len(strange)}), as {strange[0]}"
        yield Finding("private", "wrong", what, "find out who put them there")
    if open_to:
        named = sorted({next(root for root in roots if path.startswith(root)) for path in open_to})
        fix = f"chmod -R go= {' '.join(map(shell_quote, named))}"
        yield Finding("private", "wrong", f"others can reach files or folders ({len(open_to)}), as {open_to[0]}", fix)
    if not (unsafe or strange or open_to):
        yield Finding("private", "ok", "only you can read and write cst's files" if roots else "cst has no files yet")


def disk(context: Context) -> Iterator[Finding]:
    """Whether a line could be written now: proved with a file that goes at once."""
    place = context.settings.state_dir
    while not os.path.exists(place):
        place = os.path.dirname(place)
    trial = f"{place}/.cst-doctor.{os.getpid()}"
    try:
        fd = os.open(trial, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            os.write(fd, b"\n" * 4096)
        finally:
            os.close(fd)
            os.unlink(trial)
    except OSError as error:
        fix = "make room there" if error.errno == ENOSPC else "fix its permissions, or set XDG_STATE_HOME elsewhere"
        yield Finding("disk", "wrong", f"cannot write in {place}: {error.strerror}", fix)
        return
    room = os.statvfs(place)
    free = room.f_bavail * room.f_frsize
    outcome, fix = ("note", "make room: hooks that find none lose their line") if free < _TIGHT else ("ok", "")
    yield Finding("disk", outcome, f"{place} can be written, {amount(free)} free", fix)


def _entries(folder: str) -> list[os.DirEntry[str]]:
    return list(os.scandir(folder)) if os.path.isdir(folder) else []


def _holds_ours(folder: str) -> bool:
    return any(entry.name.endswith((".jsonl", ".sh")) for entry in os.scandir(folder))


def _tree(root: str) -> Iterator[str]:
    yield root
    for folder, folders, files in os.walk(root):
        yield from (f"{folder}/{name}" for name in (*folders, *files))

