"""The event log: ordered by time, whatever its lines are, from the last 8 KB."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cst.jsonl import Backwards
from cst.model import Event
from cst.settings import Settings
from cst.store import events
from tests.testing import ID, NOW, event, write_events


def read(own: Settings, uptime: float = 0.0) -> tuple[list[Event], int]:
    found, skipped = events.read(own.events_dir, ID, NOW, uptime)
    return list(found), skipped


def put(own: Settings, *lines: bytes) -> Path:
    return write_events(Path(own.state_dir), lines)


def test_an_event_is_read(own: Settings) -> None:
    """A line of the log gives every field of its envelope and the payload as it came."""
    put(own, event("Stop", NOW - 5, 7, {"last_assistant_message": "done"}, tmux="/tmp/s,1,0", pane="%3"))
    (found,), skipped = read(own)

    assert found == Event(
        NOW - 5, "Stop", 7, "/tmp/s,1,0", "%3", {"hook_event_name": "Stop", "last_assistant_message": "done"}
    )
    assert skipped == 0


def test_no_log_is_no_event(own: Settings) -> None:
    """A session whose hooks never ran has no events, and that is no problem."""
    assert read(own) == ([], 0)


def test_events_are_ordered_by_time(own: Settings) -> None:
    """Hooks run side by side: their place in the file says nothing."""
    put(own, event("UserPromptSubmit", NOW - 30), event("Stop", NOW - 10), event("PreToolUse", NOW - 20))
    found, _ = read(own)

    assert [one.name for one in found] == ["UserPromptSubmit", "PreToolUse", "Stop"]


def test_events_of_one_second_keep_their_order(own: Settings) -> None:
    """Without uptime two events of one second stand as they were written.

    Bug shown: they came newest first, for they are read from the end and the sort is stable.
    """
    put(own, event("UserPromptSubmit", NOW - 30), event("PreToolUse", NOW - 30), event("PermissionRequest", NOW - 30))
    found, _ = read(own)

    assert [one.name for one in found] == ["UserPromptSubmit", "PreToolUse", "PermissionRequest"]


@pytest.mark.parametrize(("ups", "order"), [
    ((990.0, 991.0, 992.0), "abc"),  # as nearly all are
    ((990.0, 992.0, 991.0), "acb"),  # two hooks overtook each other
    ((992.0, 991.0, 990.0), "cba"),
    ((5000.0, 991.0, 992.0), "abc"),  # the first is of an earlier start of the machine, which ran for longer
    ((990.0, 100.0, 101.0), "abc"),
    ((990.0, 991.0, 5000.0), "abc"),  # the newest cannot be of this one: nobody knows which are
    ((992.0, 991.0, None), "abc"),  # nor where it has none
    ((None, 992.0, 991.0), "acb"),
    ((992.0, -991.0, None), "abc"),  # no moment of any
    ((0.0, 992.0, 991.0), "acb"),
])  # fmt: skip
def test_the_uptime_orders(own: Settings, ups: tuple[float | None, ...], order: str) -> None:
    """Within one start of the machine; the clock of all says the same."""
    put(own, *(event(name, NOW - 5, up=up) for name, up in zip("abc", ups, strict=True)))
    found, _ = read(own, uptime=1000.0)

    assert "".join(one.name for one in found) == order


@given(ups=st.lists(st.sampled_from([0.0, -5.0, 30.0, 100.0, 990.0, 991.0, 992.0, 1050.0, 1061.0, 5000.0]), max_size=6),
       uptime=st.sampled_from([0.0, 900.0, 1000.0]))  # fmt: skip
@example(ups=[30.0], uptime=0.0)
def test_a_log_in_order_needs_no_sorting(ups: list[float], uptime: float) -> None:
    """What is told is what sorting would tell."""
    told = [Event(NOW - 5, str(number), up=up) for number, up in enumerate(ups)]
    sorted_ = events._this_boot(told, uptime)
    sorted_.sort(key=lambda one: (1, one.up) if one.up else (0, one.t))

    assert events._by_time(told, uptime) == sorted_


def test_the_uptime_gives_back_the_milliseconds(own: Settings) -> None:
    """The hook writes whole seconds and /proc/uptime; both together are a moment to 10 ms."""
    put(own, event("Stop", NOW - 5, up=995.67))
    (found,), _ = read(own, uptime=1000.0)

    assert pytest.approx(NOW - 4.33, abs=1e-6) == found.t


@pytest.mark.parametrize("up", [10.0, 900.0, None, "x", True, {}])
def test_a_clock_that_was_set_beats_the_uptime(own: Settings, up: object) -> None:
    """Where clock and uptime differ by over 2 s, the machine was booted or its clock set: the clock counts."""
    put(own, event("Stop", NOW - 5, up=up))
    (found,), _ = read(own, uptime=1000.0)

    assert found.t == NOW - 5


def test_an_unknown_uptime_leaves_the_seconds(own: Settings) -> None:
    """Where the machine does not tell its uptime, the second counts."""
    put(own, event("Stop", NOW - 5, up=995.67))
    (found,), _ = read(own)

    assert found.t == NOW - 5


def test_a_cut_payload_leaves_the_tool(own: Settings) -> None:
    """Of a payload over 64 KB the envelope, the event's name and the tool are there."""
    put(own, b'\n{"v":1,"t":1795186790,"pid":7,"tmux":"","pane":"","event":"PermissionRequest","cut":70000,"tool":"Write"}',
        b'\n{"v":1,"t":1795186791,"pid":7,"tmux":"","pane":"","event":"Stop","cut":70000}')  # fmt: skip
    found, skipped = read(own)

    assert [(one.name, one.payload) for one in found] == [("PermissionRequest", {"tool_name": "Write"}), ("Stop", {})]
    assert skipped == 0


@pytest.mark.parametrize(
    "line", [b'\n{"v":2,"t":1,"event":"Stop"}', b'\n{"t":1,"event":"Stop"}', b'\n{"v":1,"t":1}', b"\n{", b"\nx", b"\n[]", b'\n{"v":"1","event":"Stop"}']
)
def test_a_line_that_is_not_known_is_counted(own: Settings, line: bytes) -> None:
    """Another version, no name, no JSON: counted and passed over."""
    put(own, event("UserPromptSubmit", NOW - 9), line, event("Stop", NOW - 8))
    found, skipped = read(own)

    assert ([one.name for one in found], skipped) == (["UserPromptSubmit", "Stop"], 1)


def test_a_torn_line_spoils_only_itself(own: Settings) -> None:
    """A full disk tears one line; the next event begins with a newline."""
    put(own, event("UserPromptSubmit", NOW - 9), event("PreToolUse", NOW - 8)[:40] + event("Stop", NOW - 7))
    found, skipped = read(own)

    assert ([one.name for one in found], skipped) == (["UserPromptSubmit", "Stop"], 1)


def counting(monkeypatch: pytest.MonkeyPatch) -> list[Backwards]:
    """The walks that are made from now on, with the bytes that each has read."""
    made: list[Backwards] = []

    def kept(*given: object) -> Backwards:
        made.append(Backwards(*given))  # type: ignore[arg-type]
        return made[-1]

    monkeypatch.setattr("cst.store.events.Backwards", kept)
    return made


def test_the_last_8_kb_are_enough(own: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a long log only the end is read."""
    put(own, *[event("Stop", NOW - 5000 + i) for i in range(5000)])
    made = counting(monkeypatch)
    found, _ = read(own)

    assert [lines.read for lines in made] == [8 * 1024]
    assert found[-1].t == NOW - 1


def test_more_is_read_until_a_turn_begins_or_ends(own: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Many tool events may stand between the end of the log and the prompt; a compaction starts no turn."""
    noise = event("PreToolUse", NOW - 40, payload={"tool_input": "x" * 900})
    compact = event("SessionStart", NOW - 41, payload={"source": "compact"})
    put(own, event("UserPromptSubmit", NOW - 50), compact, *[noise] * 30)
    made = counting(monkeypatch)
    found, _ = read(own)

    assert (found[0].name, len(found)) == ("UserPromptSubmit", 32)
    assert 8 * 1024 < made[0].read < 64 * 1024


def test_a_log_without_a_turn_is_read_to_its_limit(own: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """512 KB without a turn are enough.

    Bug shown: 680 KB were read (jsonl.Backwards).
    """
    put(own, *[event("PreToolUse", NOW - 40, payload={"tool_input": "x" * 900})] * 2000)
    made = counting(monkeypatch)
    read(own)

    assert [lines.read for lines in made] == [512 * 1024]


@given(st.lists(st.binary(max_size=80) | st.sampled_from([event("Stop"), event("SessionStart", payload={"source": []}),
       b'{"v":1,"event":"Stop","t":[],"pid":"x","up":{},"payload":7,"tool":7,"tmux":7}']), max_size=8))  # fmt: skip
def test_any_log_is_read(own: Settings, lines: list[bytes]) -> None:
    """Whatever the bytes are, an event's fields have their types."""
    put(own, *lines)
    found, skipped = read(own, 1000.0)
    types = {(type(e.t), type(e.name), type(e.pid), type(e.tmux), type(e.pane)) for e in found}

    assert types <= {(float, str, int, str, str)}
    assert skipped >= 0

# ------------------------------------------------------------------ the settings and the plugin, both


def twin(line: bytes) -> bytes:
    """The line of the same event, told by the plugin."""
    return line.replace(b'"event":', b'"via":"plugin","event":')


def names(own: Settings) -> list[str]:
    return [event.name for event in read(own)[0]]


def test_an_event_told_by_both_ways_is_one(own: Settings) -> None:
    """Whatever the order of the two lines; the file's moment and what was said are kept."""
    prompt, stop = event("UserPromptSubmit", NOW, payload={"prompt": "hi"}), event("Stop", NOW + 9)
    put(own, prompt, twin(prompt), twin(stop), stop)
    found, skipped = read(own)

    assert [(e.name, e.t) for e in found] == [("UserPromptSubmit", NOW), ("Stop", NOW + 9)]
    assert found[0].payload["prompt"] == "hi"
    assert skipped == 0


def test_what_one_way_told_twice_happened_twice(own: Settings) -> None:
    """Two equal permissions in one second are two, and stay two with the plugin beside; so are those of two processes."""
    asks, other = event("PermissionRequest", NOW), event("PermissionRequest", NOW, pid=4712)
    put(own, asks, twin(asks), asks, twin(asks), other, twin(other))

    assert [e.pid for e in read(own)[0]] == [4711, 4711, 4712]


def test_each_way_alone_tells_all(own: Settings) -> None:
    """Only the plugin, only the settings, and one after the other, as when one is installed during a session."""
    first, second, third = (event("Stop", NOW + n, payload={"n": n}) for n in range(3))
    put(own, first, twin(second), second, twin(third))

    assert [e.payload["n"] for e in read(own)[0]] == [0, 1, 2]


def test_the_way_that_told_more_is_believed(own: Settings) -> None:
    """The settings came during the session, or one of their hooks was killed: both events of the plugin stay."""
    asks = event("PermissionRequest", NOW)
    put(own, twin(asks), asks, twin(asks))

    assert names(own) == ["PermissionRequest"] * 2


def test_an_input_that_looks_like_a_way_is_none(own: Settings) -> None:
    """What a tool is given does not decide: only the envelope does."""
    line = event("PermissionRequest", NOW, payload={"tool_input": {"via": "plugin"}})
    put(own, line, line.replace(b'"event":', b'"via":"plugin","event":', 1))

    assert names(own) == ["PermissionRequest"]


def test_both_ways_need_no_deeper_look(own: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """A turn told twice is found within as many events as one that is told once."""
    lines = [event("Stop", NOW - 500 + i, payload={"n": i}) for i in range(500)]
    put(own, *[line for one in lines for line in (one, twin(one))])
    found, _ = read(own)

    assert [e.payload["n"] for e in found] == [495, 496, 497, 498, 499]


@pytest.mark.parametrize(("source", "settled"), [("startup", True), ("clear", True), ("resume", False)])
def test_a_start_that_resumes(tmp_path: Path, source: str, settled: bool) -> None:
    """How the turn before stood is in the transcript: that is to be opened, though nothing was written since."""
    path = tmp_path / "transcript"
    path.touch()
    os.utime(path, (NOW - 60, NOW - 60))
    log = [Event(NOW, "SessionStart", 41, payload={"source": source})]

    assert events.ended_turn(log, str(path)) == settled
