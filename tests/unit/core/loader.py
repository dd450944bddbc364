"""A snapshot written as JSON, for people: every moment is in seconds from now, `-90` is a minute and a half ago."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cst.model import (
    Client,
    Ended,
    Event,
    Mark,
    Pane,
    Process,
    Record,
    Snapshot,
    Subagent,
    Tasks,
    ToolUse,
    Transcript,
)

NOW = 1_795_200_000.0
_MOMENTS = {"started_at", "status_at", "written_at", "t", "last_at", "prompt_at", "mtime", "started", "activity", "resets_at"}


def load(path: Path) -> Snapshot:
    """The snapshot in a file; an unknown key is a TypeError."""
    return snapshot(json.loads(path.read_text(encoding="utf-8")))


def snapshot(given: dict[str, Any]) -> Snapshot:
    """The snapshot that a JSON object describes."""
    parts: dict[str, Callable[[Any], Any]] = {
        "records": lambda items: [Record(**_moved(item)) for item in items],
        "processes": lambda items: {item["pid"]: _process(item) for item in items},
        "events": lambda logs: {name: [Event(**_moved(item)) for item in items] for name, items in logs.items()},
        "transcripts": lambda tails: {name: transcript(item) for name, item in tails.items()},
        "marks": lambda items: [_mark(item) for item in items],
        "panes": lambda items: [Pane(**item) for item in items],
        "clients": lambda items: [Client(**_moved(item)) for item in items],
        "tasks": lambda lists: {name: Tasks(**item) for name, item in lists.items()},
        "ended": lambda items: [Ended(**{**item, "transcript": transcript(item["transcript"])}) for item in items],
        "problems": lambda items: [tuple(item) for item in items],
        "boot": lambda value: NOW + value,
    }
    return Snapshot(now=NOW, **{name: parts.get(name, lambda value: value)(value) for name, value in given.items()})


def transcript(given: dict[str, Any]) -> Transcript:
    """The end of a transcript, with its tools and subagents."""
    values = _moved(given)
    if "tools" in values:
        values["tools"] = tuple(ToolUse(**_moved(tool)) for tool in values["tools"])
    if "subagents" in values:
        values["subagents"] = tuple(_subagent(agent) for agent in values["subagents"])
    return Transcript(**values)


def _subagent(given: dict[str, Any]) -> Subagent:
    return Subagent(**{**given, "tool": ToolUse(**_moved(given["tool"])) if given.get("tool") else None})


def _process(given: dict[str, Any]) -> Process:
    values = {"name": "claude", "state": "S", **_moved(given)}
    if given.get("shell_at"):  # 0 is no moment: no shell runs
        values["shell_at"] = NOW + given["shell_at"]
    return Process(**{**values, "ancestors": tuple(values.get("ancestors", ()))})


def _mark(given: dict[str, Any]) -> Mark:
    """A snooze's value is the moment when it ends: written as `+600`."""
    value = given.get("value", "")
    return Mark(**{**_moved(given), "value": str(NOW + float(value)) if value.startswith(("+", "-")) else value})


def _moved(given: dict[str, Any]) -> dict[str, Any]:
    return {name: NOW + value if name in _MOMENTS else value for name, value in given.items()}
