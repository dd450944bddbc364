"""`cst record` and a recording's changes: looks again and again, and what the looks said."""

from __future__ import annotations

import contextlib
import os
import sys
import time

from cst import __version__, fleet, redact, snapshot
from cst.look import print_lines
from cst.model import CstError
from cst.sources import recording
from cst.view.timeline import timeline

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TextIO

    from cst.settings import Settings
    from cst.view.paint import Paint


def record(own: Settings, path: str, seconds: float | None, every: float, redacted: bool) -> int:
    """Write what is seen into a new file, every so many seconds, until then or until ctrl-c."""
    try:
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except FileExistsError:
        raise CstError(f"{path} is there already; remove it or give another name") from None
    except OSError as error:
        raise CstError(f"cannot write {path}: {error.strerror}; give another name") from None
    begun = time.time()
    try:
        with open(fd, "w", encoding="utf-8") as file:
            writer = recording.Writer(file.write, __version__, redacted)
            with contextlib.suppress(KeyboardInterrupt):  # how a recording is meant to end
                _look_on(own, writer, file, begun, seconds, every, redacted)
    except OSError as error:
        raise CstError(f"cannot write {path}: {error.strerror}; what came before is in it") from None
    _progress("")
    print(f"cst: {writer.changes} changes in {path}; `cst replay {path}` shows them", file=sys.stderr)
    return 0


def _look_on(
    own: Settings, writer: recording.Writer, file: TextIO, begun: float, seconds: float | None, every: float,
    redacted: bool,
) -> None:  # fmt: skip
    while True:
        now = time.time()
        seen = snapshot.take(own, now, snapshot.ONE)
        writer.add(redact.snapshot(seen) if redacted else seen)
        file.flush()
        _progress(f"recording: {now - begun:.0f} s, {writer.changes} changes; ctrl-c ends it")
        if seconds is not None and now - begun >= seconds:
            return
        time.sleep(max(0.0, every - (time.time() - now)))


def changes(own: Settings, columns: int, paint: Paint) -> int:
    """Print when which session of a recording changed its state."""
    looks = ((seen.now, fleet.sessions(seen)) for seen in recording.frames(own.replay))
    print_lines(timeline(looks, columns, paint) or ["no session in this recording"])
    return 0


def _progress(words: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\x1b[K{words}", end="", file=sys.stderr, flush=True)
