"""`cst record`: record what cst sees, until ctrl-c: for a bug report, or a test."""

from __future__ import annotations

import contextlib
import os
import time

from cst import __version__
from cst.args import seconds
from cst.core import redact
from cst.model import CstError
from cst.output import prompt, warn
from cst.snapshot import HISTORY, take
from cst.store import recording

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TextIO

    from cst.args import Args
    from cst.settings import Settings


def run(args: Args, settings: Settings) -> int:
    """Write what is seen into a new file, every so many seconds, until then or until ctrl-c."""
    path, limit, every = args["file"], seconds(args, "seconds"), seconds(args, "every")
    try:
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except FileExistsError:
        raise CstError(f"{path} already exists", "remove it or give another name") from None
    except OSError as error:
        raise CstError(f"cannot write {path}: {error.strerror}", "give another name") from None
    try:
        with open(fd, "w", encoding="utf-8") as file:
            writer = recording.Writer(file.write, __version__, args["redact"])
            with contextlib.suppress(KeyboardInterrupt):  # how a recording is meant to end
                _record(settings, writer, file, limit, 1.0 if every is None else every, args["redact"])
    except OSError as error:
        raise CstError(f"cannot write {path}: {error.strerror}", "what came before is in it") from None
    _show_progress("")
    changes = "1 change" if writer.changes == 1 else f"{writer.changes} changes"
    warn(f"{changes} in {path}; `cst replay {path}` shows {'it' if writer.changes == 1 else 'them'}")
    return 0


def _record(
    settings: Settings, writer: recording.Writer, file: TextIO, limit: float | None, every: float, redacted: bool
) -> None:
    begun = time.monotonic()  # the clock may be set meanwhile
    while True:
        looked = time.monotonic()
        snapshot = take(settings, time.time(), HISTORY)
        writer.add(redact.snapshot(snapshot) if redacted else snapshot)
        file.flush()
        _show_progress(f"recording: {looked - begun:.0f} s, {writer.changes} changes; ctrl-c ends it")
        if limit is not None and looked - begun >= limit:
            return
        time.sleep(max(0.0, every - (time.monotonic() - looked)))


def _show_progress(words: str) -> None:
    if os.isatty(2):
        prompt(f"\r\x1b[K{words}")
