"""Values are immutable records, whichever way they are made."""

from __future__ import annotations

import collections.abc
import json
import time
import typing
from pathlib import Path
from types import UnionType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cst import model, snapshot
from cst.claude import registry
from cst.core import evidence, fleet
from cst.model import Event, Process, Record
from cst.settings import Settings
from cst.store import events
from cst.value import Value, made
from tests.testing import ID, TmuxServer, event, registry_entry, started, write_events, write_registry

ANY = st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), st.lists, max_leaves=3)


class Point(Value):
    """A value of two fields."""

    x: int
    y: int = 7


def test_a_field_has_its_default() -> None:
    """A field that is not given has the default of the class; fields are given by place or by name."""
    assert (Point(1).x, Point(1).y, Point(x=1, y=3).y) == (1, 7, 3)


def test_a_value_is_immutable() -> None:
    """A field of a value cannot be set."""
    point = Point(1)
    with pytest.raises(AttributeError, match="Point is immutable"):
        point.x = 2  # type: ignore[misc]

    assert point.x == 1


def test_a_replaced_field_makes_another_value() -> None:
    """`_replace` leaves the old value as it is."""
    point = Point(1)
    other = point._replace(y=9)

    assert ((point.x, point.y), (other.x, other.y)) == ((1, 7), (1, 9))


def test_values_are_equal_by_their_fields_and_type() -> None:
    """Two values are equal if they are of one type and their fields are equal, defaults included."""

    class Place(Value):
        x: int
        y: int = 7

    assert Point(1) == Point(1, 7)
    assert Point(1) != Point(2)
    assert Point(1) != Place(1)  # type: ignore[comparison-overlap]
    assert Point(1) != (1, 7)


@pytest.mark.parametrize("given", [{"z": 1}, {"x": 1, "z": 1}])
def test_a_wrong_field_is_an_error(given: dict[str, Any]) -> None:
    """A field that the class does not declare is refused, in `_replace` too."""
    with pytest.raises(TypeError, match="Point misses these fields, or has no such fields"):
        Point(**given)
    with pytest.raises(TypeError, match="Point misses these fields, or has no such fields"):
        Point(1)._replace(z=1)  # type: ignore[call-arg]


def test_too_many_values_are_an_error() -> None:
    """More values than fields are refused."""
    with pytest.raises(TypeError):
        Point(1, 2, 3)  # type: ignore[call-arg]


def test_a_missing_field_is_an_error() -> None:
    """A field without a default has to be given."""
    with pytest.raises((TypeError, AttributeError), match="x"):
        Point(y=1)  # type: ignore[call-arg]


def test_a_value_shows_its_fields() -> None:
    """The repr of a value is how it is made."""
    assert (repr(Point(1)), Point(1)._asdict()) == ("Point(x=1, y=7)", {"x": 1, "y": 7})


# ------------------------------------------------------------------------------------------------ made of a dict


def test_a_value_is_made_of_all_its_fields() -> None:
    """The same as by a call, immutable too."""
    assert made(Point, {"x": 1, "y": 2}) == Point(1, 2)


@pytest.mark.parametrize("fields", [{"x": 1}, {"y": 1, "x": 1}, {"x": 1, "y": 1, "z": 1}, {"x": 1, "z": 1}, {}])
def test_a_value_is_not_made_of_other_fields(fields: dict[str, Any]) -> None:
    """One too few, one too many, a wrong name and another order are refused."""
    with pytest.raises(TypeError, match="Point has other fields, or in another order"):
        made(Point, fields)


def wrong_types(value: Any) -> list[str]:
    """The fields of a value that hold something else than it declares: what the type checker says of a call."""
    known = {**vars(typing), **vars(collections.abc), **vars(model), **vars(evidence)}
    hints, held = typing.get_type_hints(type(value), known, known), value._asdict()
    return [f"{field}: {held[field]!r}" for field in value._fields if not fits(held[field], hints[field])]


def fits(value: object, hint: Any) -> bool:
    """Whether a value is of a type; of what is in a collection only the first is looked at."""
    whole, parts = typing.get_origin(hint), typing.get_args(hint)
    if hint is Any:
        return True
    if whole in (UnionType, typing.Union):
        return any(fits(value, part) for part in parts)
    if hint is float:
        return type(value) in (float, int)
    if whole is None:
        return type(value) is hint
    if not isinstance(value, whole) or not value:
        return isinstance(value, whole)
    assert isinstance(value, (dict, list, tuple))
    firsts = next(iter(value.items())) if isinstance(value, dict) else (value[0],)
    return all(fits(first, part) for first, part in zip(firsts, parts, strict=False))


def test_what_a_look_makes_has_the_types_that_it_declares(own: Settings, claude: Path, tmux_server: TmuxServer) -> None:
    """Record, process, events, pane, facts, place and session of a live session in tmux."""
    now = time.time()
    pid = tmux_server.pid_of(tmux_server.new("work", "sleep", "100"))
    times = {"startedAt": int(now * 1000) - 60_000, "statusUpdatedAt": int(now * 1000) - 9_000}
    write_registry(claude, registry_entry(pid, procStart=started(pid), status="idle", **times))
    said = event("Stop", now - 9, pid, {"last_assistant_message": "Done."})
    write_events(Path(own.state_dir), [event("UserPromptSubmit", now - 30, pid, {"prompt": "go"}), said])
    seen = snapshot.take(own._replace(tmux_sockets=(tmux_server.socket,)), time.time(), snapshot.STATUS)
    (session,) = fleet.sessions(seen)

    assert (session.state, session.place is not None) == ("done", True)
    facts = fleet.facts_of(seen, seen.records[0])
    parts: list[Any] = [*seen.records, *seen.processes.values(), *seen.events[ID], *seen.panes, facts]
    parts += [session.place, session]
    kinds = {"Record", "Process", "Event", "Pane", "Facts", "Place", "Session"}
    assert {type(part).__name__ for part in parts} == kinds
    assert [wrong for part in parts for wrong in wrong_types(part)] == []


def test_a_wrong_type_is_found() -> None:
    """The check above can fail."""
    wrong: dict[str, Any] = {"pid": "1", "fronts": ("",)}
    assert wrong_types(Process(start="2", started_at=1, **wrong)) == ["pid: '1'", "fronts: ('',)"]


@given(given_record=st.dictionaries(st.sampled_from(sorted(registry_entry(1))), ANY, min_size=1))
def test_a_record_has_its_types_whatever_stands_there(tmp_path: Path, given_record: dict[str, Any]) -> None:
    """The registry is another program's: a field of another type is left out."""
    folder = tmp_path / "sessions"
    folder.mkdir(exist_ok=True)
    (folder / "1.json").write_text(json.dumps({"sessionId": ID, **given_record}))
    record = registry.one(str(tmp_path), 1)

    assert isinstance(record, Record)
    assert wrong_types(record) == []


@given(more=st.dictionaries(st.sampled_from(["t", "up", "pid", "tmux", "pane", "payload", "cut", "tool", "via"]), ANY))
def test_an_event_has_its_types_whatever_stands_there(tmp_path: Path, more: dict[str, Any]) -> None:
    """So are the lines of an event log, once others have written into it."""
    (tmp_path / f"{ID}.jsonl").write_text(json.dumps({"v": 1, "event": "Stop", **more}) + "\n")
    (found,), _ = events.read(str(tmp_path), ID, time.time(), 1000.0)

    assert isinstance(found, Event)
    assert wrong_types(found) == []
