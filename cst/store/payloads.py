"""Keeps what Claude Code told its status line: `statusline/v1/<session id>.json` below the state folder.

One file for each session, replaced in one step, private, at most once a second. docs/statusline.md lists the fields.
"""

from __future__ import annotations

import os

from cst import payload
from cst.jsonl import number_of, object_of, one_line, parse, text_of
from cst.model import is_session_id
from cst.payload import GitState, Kept
from cst.system import files, trust

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from cst.model import Transcript
    from cst.payload import Sample
    from cst.settings import Settings

_EVERY = 1.0  # seconds between two writes
_SAMPLE = 60.0  # seconds between two samples of the limits
_SAMPLES = 40
SLOW = 0.3  # seconds, beside the start of Python: the client draws the line so long after a message
_GIT_EVERY = 5.0  # seconds between two questions to git
_MOST = 64 * 1024  # bytes of a file of ours


def folder(settings: Settings) -> str:
    """Where they lie."""
    return settings.state_dir + "/statusline/v1"


def path(settings: Settings, session_id: str) -> str:
    """The file of a session."""
    return f"{folder(settings)}/{session_id}.json"


def keep(settings: Settings, given: dict[str, Any], config_dir: str, now: float) -> None:
    """Keep what is needed of a payload (JSON as the client gives it). Nothing is kept of one without a session's id,
    within a second of the last one, or where it cannot be written: no status line is worth failing for it."""
    session_id = text_of(given.get("session_id"))
    if not is_session_id(session_id):
        return
    place = path(settings, session_id)
    try:
        if 0 <= now - os.stat(place).st_mtime < _EVERY:
            return
        before = _read(settings, session_id)
    except OSError:
        before = {}
    samples = _samples(before)
    for limit in payload.of(given).limits:
        newest = max((sample[0] for sample in samples if sample[1] == limit.window), default=0.0)
        if not 0 <= now - newest < _SAMPLE:
            samples.append((round(now), limit.window, limit.percent, limit.resets_at))
    kept = {
        "v": 1, "t": round(now, 3), "config_dir": config_dir, "payload": payload.kept(given),
        "samples": [list(sample) for sample in samples[-_SAMPLES:]],
        **payload.counted(before, given, now),
    }  # fmt: skip
    try:
        trust.put(place, one_line(kept).encode() + b"\n")
    except OSError:
        return


def read(settings: Settings, session_id: str) -> Kept | None:
    """What a session told last; None where it told nothing, or where that is no file of ours. Raises OSError for one
    that cannot be read."""
    given = _read(settings, session_id)
    if not given:
        return None
    told, at = object_of(given.get("payload")), number_of(given.get("t"))
    return Kept(at, text_of(given.get("config_dir")), payload.of(told), tuple(_samples(given)))


def _read(settings: Settings, session_id: str) -> dict[str, Any]:
    """The same as it is kept, a JSON object; {} for None."""
    try:
        given = parse(files.read(path(settings, session_id), _MOST))
    except (FileNotFoundError, ValueError):
        return {}
    return given if given.get("v") == 1 and isinstance(given.get("payload"), dict) else {}


def _samples(given: dict[str, Any]) -> list[Sample]:
    samples = given.get("samples")
    return [sample for one in samples if (sample := _sample(one))] if isinstance(samples, list) else []


def with_told(
    settings: Settings, session_id: str, tail: Transcript, since: float, now: float
) -> tuple[Transcript, str]:  # fmt: skip
    """A session's transcript with what only the status line was told, and why that cannot be read, "" where it can.
    `since` is when its process began, in epoch seconds."""
    try:
        kept = _read(settings, session_id)
    except OSError as error:
        return tail, f"cannot read {error.filename}: {error.strerror}"
    return (tail._replace(**payload.fields_of(kept, tail, since, now)) if kept else tail), ""


def newest(settings: Settings, most: int) -> list[Kept]:
    """What the sessions told that were told something last, so many of them; what cannot be read is left out."""
    try:
        with os.scandir(folder(settings)) as entries:
            files_of = [(entry.stat(follow_symlinks=False).st_mtime, entry.name) for entry in entries]
        names = [name.removesuffix(".json") for _, name in sorted(files_of, reverse=True) if name.endswith(".json")]
        some = [read(settings, name) for name in names[:most] if is_session_id(name)]
    except OSError:
        return []
    return [kept for kept in some if kept]


def read_all(settings: Settings) -> tuple[list[Kept], list[str]]:
    """What all sessions told last, and what could not be read."""
    found, wrong = [], []
    try:
        names = os.listdir(folder(settings))
    except FileNotFoundError:
        return [], []
    except OSError as error:
        return [], [f"cannot read {error.filename}: {error.strerror}"]
    for name in names:
        stem, _, ending = name.rpartition(".")
        if ending != "json" or not is_session_id(stem):
            continue
        try:
            kept = read(settings, stem)
        except OSError as error:
            wrong.append(f"cannot read {error.filename}: {error.strerror}")
            continue
        if kept:
            found.append(kept)
    return found, wrong


def git_state(settings: Settings, session_id: str, cwd: str) -> GitState | None:
    """What git said last of the folder of a session; None where it was not asked yet, or of another folder."""
    try:
        given = parse(files.read(_git_path(settings, session_id), _MOST))
    except (OSError, ValueError):
        return None
    if given.get("v") != 1 or given.get("cwd") != cwd:
        return None
    ahead, behind = given.get("ahead"), given.get("behind")
    return GitState(
        number_of(given.get("t")), cwd, int(number_of(given.get("changed"))), given.get("more") is True,
        int(number_of(ahead)) if ahead is not None else None, int(number_of(behind)) if behind is not None else None,
    )  # fmt: skip


def claim_git(settings: Settings, session_id: str, now: float) -> bool:
    """Whether git is to be asked again for a session; then nobody else is told so for a while."""
    place = _git_path(settings, session_id)
    try:
        fd, state = files.open_regular(place, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW)
    except OSError:
        return False
    try:
        if state.st_size and 0 <= now - state.st_mtime < _GIT_EVERY:
            return False
        os.utime(fd)
        return True
    finally:
        os.close(fd)


def keep_git(settings: Settings, session_id: str, state: GitState) -> None:
    """Keep what git said. Raises OSError."""
    kept = {
        "v": 1, "t": state.at, "cwd": state.cwd, "changed": state.changed, "more": state.more, "ahead": state.ahead,
        "behind": state.behind,
    }  # fmt: skip
    trust.put(_git_path(settings, session_id), one_line(kept).encode() + b"\n")


def keep_slow(settings: Settings, given: dict[str, Any], now: float, took: float) -> None:
    """Keep that the line of a session took so many seconds: `<session id>.slow`, for `cst doctor`. Raises OSError."""
    session_id = text_of(given.get("session_id"))
    if is_session_id(session_id):
        slow = {"v": 1, "t": round(now, 3), "took": round(took, 3)}
        files.replace(f"{folder(settings)}/{session_id}.slow", one_line(slow).encode() + b"\n")


def newest_slow(settings: Settings) -> tuple[float, float]:
    """When a line was slow last, in epoch seconds, and how many seconds it took; (0.0, 0.0) where none was."""
    found = (0.0, 0.0)
    try:
        names = os.listdir(folder(settings))
    except OSError:
        return found
    for name in names:
        if name.endswith(".slow"):
            try:
                given = parse(files.read(f"{folder(settings)}/{name}", _MOST))
            except (OSError, ValueError):
                continue  # the others tell
            found = max(found, (number_of(given.get("t")), number_of(given.get("took"))))
    return found


def _git_path(settings: Settings, session_id: str) -> str:
    return f"{folder(settings)}/{session_id}.git"


def _sample(given: object) -> Sample | None:
    if not isinstance(given, list) or len(given) != 4:
        return None
    at, window, percent, resets_at = given
    return number_of(at), text_of(window), number_of(percent), number_of(resets_at)
