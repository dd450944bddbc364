"""Keeps the last answer of each host: `hosts/v1/<name>.json` below the state folder, private, replaced in one step.

One line of ours about the last question, then the newest answer as it came, however hostile: it is read anew with the
same care each time. docs/hosts.md lists the fields.
"""

from __future__ import annotations

import os

from cst.core import host_answer
from cst.core.hosts import UNKEPT, Report
from cst.jsonl import number_of, one_line, parse, text_of
from cst.model import CstError
from cst.system import files, trust

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cst.settings import Settings

_MOST = 5 << 20  # bytes of a file
_CLAIM = 8.0  # seconds for which one who asks keeps others from asking too


def folder(settings: Settings) -> str:
    """Where they lie."""
    return settings.state_dir + "/hosts/v1"


def path(settings: Settings, host: str) -> str:
    """The file of a host."""
    return f"{folder(settings)}/{host}.json"


def keep(settings: Settings, report: Report, answer: bytes) -> str:
    """Keep what a question to a host led to: the `answer` as it came, of one that failed that before it. Why it cannot
    be kept, "" where it is: no list is worth failing for it."""
    head = {
        "v": 1, "at": report.at, "asked": report.asked, "failed": report.failed, "remedy": report.remedy,
        "silent": report.silent, "seconds": round(report.seconds, 3),
    }  # fmt: skip
    try:
        before = _read(settings, report.host)[1] if report.failed else answer
        trust.put(path(settings, report.host), one_line(head).encode() + b"\n" + before)
    except OSError as error:
        return f"{UNKEPT} in {path(settings, report.host)}: {error.strerror}"
    return ""


def read(settings: Settings, host: str) -> Report:
    """What is known of a host; nothing, where nothing was kept. `failed` says that the file cannot be read."""
    try:
        head, answer = _read(settings, host)
        given = parse(head)
    except OSError as error:
        return Report(host, failed=f"cannot read its last answer: {error.strerror}")
    except ValueError:
        return Report(host)
    if given.get("v") != 1:
        return Report(host)
    report = Report(
        host, number_of(given.get("at")), number_of(given.get("asked")), failed=text_of(given.get("failed")),
        remedy=text_of(given.get("remedy")), silent=given.get("silent") is True,
        seconds=number_of(given.get("seconds")),
    )  # fmt: skip
    if not answer:
        return report
    try:
        said = host_answer.read(answer, host, report.at)
    except CstError:
        return report._replace(at=0.0)
    return report._replace(sessions=said.sessions, notes=said.notes, version=said.version)


def _read(settings: Settings, host: str) -> tuple[bytes, bytes]:
    """Our line and the answer; empty where there is no file. Raises OSError."""
    try:
        head, _, answer = files.read(path(settings, host), _MOST).partition(b"\n")
    except FileNotFoundError:
        return b"", b""
    return head, answer


def claim(settings: Settings, host: str, now: float, every: float) -> bool:
    """Whether a host is to be asked again, in the background: not within `every` seconds of the last question, and not
    while somebody else is about it."""
    try:
        if 0 <= now - os.stat(path(settings, host)).st_mtime < every:
            return False
    except OSError:
        pass
    place = f"{folder(settings)}/{host}.asking"
    try:
        if not os.path.isdir(folder(settings)):
            trust.make_private(folder(settings))
        fd, state = files.open_regular(place, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW)
    except OSError:
        return False
    try:
        if state.st_size and 0 <= now - state.st_mtime < _CLAIM:
            return False
        os.ftruncate(fd, 1)
        os.utime(fd)
        return True
    finally:
        os.close(fd)
