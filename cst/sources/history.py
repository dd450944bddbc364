"""Sessions that are over: the transcripts of all projects that were written lately and that no live session owns."""

from __future__ import annotations

import os

import orjson

from cst.jsonl import Backwards
from cst.model import Ended, Transcript

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Keep = Callable[[str, str, Callable[[], Any]], Any]

_MOST = 200
_OF_IDS = frozenset("0123456789abcdef-")
_HEADS = 24 * 1024  # bytes from the end: the last prompt and the folder stand in the last metadata lines


def read(config_dir: str, alive: set[str], oldest: float, keep: Keep | None = None) -> list[Ended]:
    """The newest 200 ended sessions of a config folder with a last sign of life after `oldest`, newest first.

    `keep(path, what, read)` may give what it was given for a file before, instead of reading it.
    """
    found = []
    for path, session_id, written in _transcripts(config_dir):
        if written >= oldest and session_id not in alive:
            found.append((written, path, session_id))
    found.sort(reverse=True)
    ended = []
    for _, path, session_id in found[:_MOST]:
        try:
            tail = keep(path, "ended", lambda: _peek(path)) if keep else _peek(path)  # noqa: B023  # runs at once
            ended.append(Ended(session_id, tail, config_dir))
        except OSError:
            continue  # gone meanwhile, or not ours to read: it must not hide the others
    return ended


def _transcripts(config_dir: str) -> list[tuple[str, str, float]]:
    found = []
    try:
        folders = [entry.path for entry in os.scandir(config_dir + "/projects") if entry.is_dir()]
    except OSError:
        return []
    for folder in folders:
        try:
            entries = list(os.scandir(folder))
        except OSError:
            continue
        for entry in entries:
            stem, _, ending = entry.name.rpartition(".")
            if ending == "jsonl" and len(stem) == 36 and not set(stem) - _OF_IDS:
                try:
                    found.append((entry.path, stem, entry.stat().st_mtime))
                except OSError:
                    continue
    return found


def _peek(path: str) -> Transcript:
    lines = Backwards(path, _HEADS, _HEADS)
    known: dict[str, str] = {}
    skipped = 0
    for line in lines:
        if b'"api-request' in line[:40] or not line:
            continue
        try:
            given = orjson.loads(line)
        except orjson.JSONDecodeError:
            skipped += 1
            continue
        for field, key in (("cwd", "cwd"), ("gitBranch", "branch"), ("lastPrompt", "last_prompt"),
                           ("customTitle", "title"), ("aiTitle", "ai_title"), ("version", "version")):  # fmt: skip
            value = given.get(field) if isinstance(given, dict) else None
            if isinstance(value, str) and value:
                known.setdefault(key, value)
    return Transcript(
        path=path, size=lines.size, mtime=lines.mtime, read=lines.read, skipped=skipped,
        cwd=known.get("cwd", ""), branch=known.get("branch", ""), title=known.get("title") or known.get("ai_title", ""),
        last_prompt=known.get("last_prompt", ""), version=known.get("version", ""),
    )  # fmt: skip
