"""Recordings: what snapshots saw over a while, one JSON line for each change (docs/json.md).

A line holds `now` and those parts of the snapshot that differ from the line before, fields at their default left out.
"""

from __future__ import annotations

import json

from cst import model
from cst.model import CstError
from cst.system import files

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

    from cst.model import Event, Snapshot

    Plain = dict[str, Any]

FORMAT = 1
_GONE = ("pending_agents",)  # of transcripts: written by an older cst, and nothing asks for it any more
_PLAIN: dict[str, tuple[type, ...]] = {"str": (str,), "bool": (bool,), "int": (int,), "float": (float, int)}
_LARGEST = 10**15  # of numbers: times, tokens, ticks of the clock
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
    types = model.Snapshot.__annotations__
    nothing: Plain = {name: [] for name, kind in types.items() if kind.startswith("Sequence")}
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
            for name, part in given.items():
                if part is None:
                    parts.pop(name, None)
                elif name in types:  # a newer cst may see more
                    parts[name] = _field(types[name], part)
            yield model.Snapshot(**{**nothing, **parts})
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


def _field(kind: str, value: Any) -> Any:
    """A JSON value as a field of that type, an annotation of model.py. Raises TypeError or ValueError for any other: no
    rule could tell what a time means that is a list."""
    if kind.endswith(" | None"):
        return None if value is None else _field(kind.removesuffix(" | None"), value)
    outer, _, inner = kind.removesuffix("]").partition("[")
    if kind in _PLAIN:
        if type(value) not in _PLAIN[kind] or (kind != "str" and not -_LARGEST < value < _LARGEST):
            raise TypeError(f"no {kind}")
        return value
    if outer in ("Sequence", "tuple"):
        if not isinstance(value, list):
            raise TypeError("no list")
        if inner == "str, str":
            first, second = value
            return _field("str", first), _field("str", second)
        made = [_field(inner.removesuffix(", ..."), one) for one in value]
        return made if outer == "Sequence" and inner != "Event" else tuple(made)
    if not isinstance(value, dict):
        raise TypeError("no object")
    if outer == "Mapping":
        by, _, of = inner.partition(", ")
        if of == "Any":
            return value
        return {int(key) if by == "int" else key: _field(of, one) for key, one in value.items()}
    noun = getattr(model, kind)
    types = noun.__annotations__
    return noun(**{name: _field(types[name], one) for name, one in value.items() if name not in _GONE})
