"""Recordings: what snapshots saw over a while, one JSON line for each change (docs/json.md).

A line holds `now` and those parts of the snapshot that differ from the line before, fields at their default left out.
"""

from __future__ import annotations

import json

from cst.model import (
    Client,
    CstError,
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
)  # fmt: skip
from cst.system import files

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

    Plain = dict[str, Any]

FORMAT = 1
_GONE = ("pending_agents",)  # of transcripts: written by an older cst, and nothing asks for it any more
_LONGEST = 1 << 26  # characters of a line; what is behind them is no line of a recording


class Writer:
    """Turns snapshots into the lines of one recording. `changes` counts those that differed."""

    def __init__(self, write: Callable[[str], object], version: str, redacted: bool) -> None:
        self._write = write
        self._before: Plain = {}
        self._told: dict[tuple[str, str, int, int], Event] = {}
        self._started: dict[tuple[int, str], float] = {}
        self._boot = 0.0
        self.changes = 0
        write(json.dumps({"cst_recording": FORMAT, "cst": version, "redacted": redacted}) + "\n")

    def add(self, snapshot: Snapshot) -> bool:
        """Write what changed since the snapshot before; whether anything did."""
        parts = _plain(self._steady(snapshot))
        now = parts.pop("now")
        changed = {name: value for name, value in parts.items() if self._before.get(name) != value}
        changed |= {name: None for name in self._before if name not in parts}
        if not changed and self._before:
            return False
        self._before = parts
        self.changes += 1
        self._write(json.dumps({"now": round(now, 3), **changed}, separators=(",", ":")) + "\n")
        return True

    def _steady(self, snapshot: Snapshot) -> Snapshot:
        """Without what flickers and means nothing: running or sleeping, and 10 ms in the start of a process."""
        steady = {}
        for pid, process in snapshot.processes.items():
            began = self._started.setdefault((pid, process.start), round(process.started_at, 2))
            state = "S" if process.state in ("R", "D") else process.state
            steady[pid] = process._replace(started_at=began, state=state)
        logs = {name: tuple(self._pinned(name, event) for event in log) for name, log in snapshot.events.items()}
        self._boot = snapshot.boot if abs(snapshot.boot - self._boot) > 1 else self._boot
        return snapshot._replace(processes=steady, events=logs, boot=self._boot)

    def _pinned(self, session: str, event: Event) -> Event:
        """The event at the time of its first snapshot: each one computes that anew, to some 10 ms."""
        known = self._told.setdefault((session, event.name, event.pid, int(event.t)), event)
        same = known.payload == event.payload and abs(known.t - event.t) < 0.5
        return event._replace(t=known.t) if same else event


def frames(path: str) -> Iterator[Snapshot]:
    """The snapshots of a recording, oldest first. CstError names the line that is none."""
    try:
        fd, _ = files.open_regular(path)
        with open(fd, encoding="utf-8", errors="replace") as file:
            yield from parsed(iter(lambda: file.readline(_LONGEST), ""), path)
    except OSError as error:
        raise CstError(f"cannot read {path}: {error.strerror}", "`cst record FILE` makes a recording") from None


def parsed(lines: Iterable[str], path: str) -> Iterator[Snapshot]:
    """The snapshots that these lines of a recording hold, one by one as they come."""
    parts: Plain = {}
    for number, line in enumerate(lines, 1):
        if not line.endswith("\n"):
            return  # the last one, cut off by a full disk or still being written
        try:
            given = json.loads(line)
            if number == 1:
                if given["cst_recording"] != FORMAT:
                    raise CstError(f"{path} is a recording of format {given['cst_recording']}", "use a newer cst")
                continue
            parts |= given
            yield _snapshot(parts)
        except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError) as error:
            wrong = f"{path}, line {number} is no line of a recording ({type(error).__name__})"
            raise CstError(f"{wrong}", "`cst record FILE` makes one") from None


def frame(path: str, after: float | None) -> Snapshot:
    """The snapshot that held `after` seconds from the beginning; the last one for None."""
    chosen, end = None, float("inf")
    for seen in frames(path):
        if chosen is None and after is not None:
            end = seen.now + after
        if chosen is not None and seen.now > end:
            break
        chosen = seen
    if chosen is None:
        raise CstError(f"{path} holds no snapshot", "`cst record FILE` makes a recording")
    return chosen


def _plain(value: Any) -> Any:
    """A noun as dicts and lists, without the fields that have their default."""
    if hasattr(value, "_asdict"):
        defaults = getattr(type(value), "_defaults", {})
        found = {name: _plain(v) for name, v in value._asdict().items() if name not in defaults or v != defaults[name]}
        return {name: v for name, v in found.items() if v not in ([], {}) or name not in defaults}
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value


def _snapshot(given: Plain) -> Snapshot:
    part = {name: value for name, value in given.items() if value is not None}
    return Snapshot(
        now=float(part["now"]),
        records=[Record(**one) for one in part.get("records", ())],
        processes={int(pid): _process(one) for pid, one in part.get("processes", {}).items()},
        events={name: tuple(Event(**one) for one in log) for name, log in part.get("events", {}).items()},
        transcripts={name: _transcript(one) for name, one in part.get("transcripts", {}).items()},
        marks=[Mark(**one) for one in part.get("marks", ())],
        panes=[Pane(**one) for one in part.get("panes", ())],
        clients=[Client(**one) for one in part.get("clients", ())],
        branches=dict(part.get("branches", {})),
        weights=dict(part.get("weights", {})),
        repositories=dict(part.get("repositories", {})),
        shared=dict(part.get("shared", {})),
        tasks={name: Tasks(**one) for name, one in part.get("tasks", {}).items()},
        ended=[Ended(**{**one, "transcript": _transcript(one["transcript"])}) for one in part.get("ended", ())],
        problems=[(source, message) for source, message in part.get("problems", ())],
        home=str(part.get("home", "")),
        utc_offset=int(part.get("utc_offset", 0)),
        boot=float(part.get("boot", 0.0)),
        zones=dict(part.get("zones", {})),
        attached=dict(part.get("attached", {})),
    )


def _process(given: Plain) -> Process:
    return Process(**{**given, "ancestors": tuple(given.get("ancestors", ()))})


def _transcript(given: Plain) -> Transcript:
    tools = tuple(ToolUse(**one) for one in given.get("tools", ()))
    agents = tuple(_subagent(one) for one in given.get("subagents", ()))
    kept = {name: value for name, value in given.items() if name not in _GONE}
    return Transcript(**{**kept, "tools": tools, "subagents": agents})


def _subagent(given: Plain) -> Subagent:
    return Subagent(**{**given, "tool": ToolUse(**given["tool"]) if given.get("tool") else None})
