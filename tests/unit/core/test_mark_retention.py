"""Compacting the marks changes nothing that anybody can see, but for those who are long gone."""

from __future__ import annotations

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cst.actions import jump
from cst.core import annotation, mark_retention
from cst.jsonl import parse
from cst.model import Client, Mark, Pane, Snapshot
from cst.store import marks as log
from tests.testing import NOW

KEYS = ("4711.1", "4712.2", "11111111-2222-4333-8444-555555555555")
DAY = 86400.0
OLDEST = NOW - 30 * DAY


def line(mark: str, t: float = NOW, **more: object) -> bytes:
    return json.dumps({"v": 1, "t": t, "mark": mark, **more}).encode()


def compacted(*lines: bytes, lives: tuple[str, ...] = KEYS) -> list[bytes]:
    return mark_retention.compacted(lines, OLDEST, lambda key: key in lives)


MARKS = st.builds(
    Mark,
    t=st.integers(0, 60).flatmap(lambda n: st.sampled_from((NOW - n * DAY, NOW - n * 60))),
    mark=st.sampled_from(("pin", "name", "note", "snooze", "seen", "visit", "back", "looked", "tag", "untag")),
    key=st.sampled_from(KEYS), by=st.sampled_from(("", "jump", "look", "you")), client=st.sampled_from(("", "/dev/pts/1", "b")),
    pane=st.sampled_from(("", "%1", "%2")), socket=st.sampled_from(("", "/tmp/s")),
    value=st.sampled_from(("", "on", "off", "x", "change", "%1", "%2", f"{NOW + 60:.0f}")),
)  # fmt: skip


def visible(marks: list[Mark]) -> object:
    """All that the rest of cst takes from marks."""
    by_key = annotation.by_key(marks)
    return [
        {key: annotation.of(by_key.get(key, []), NOW) for key in KEYS},
        {(key, by): max((m.t for m in by_key.get(key, []) if (m.mark, m.by) == ("seen", by)), default=0) for key in KEYS for by in ("", "jump", "look", "you")},
        {key: max((m.t for m in by_key.get(key, []) if m.mark == "visit"), default=0) for key in KEYS},
        [m for m in marks if m.mark == "looked"][-1:],
        [_origin(marks, client) for client in (Client("", "/dev/pts/1", 0, "$1", "%1"), Client("/tmp/s", "b", 0, "$1", "%1"))],
    ]  # fmt: skip


def _origin(marks: list[Mark], client: Client) -> str:
    there = Pane(client.socket, "%1", 1, "", "$1", "@1", "0", "0", True, True, "", "s")
    found = jump.origin(Snapshot(NOW, marks=marks, panes=[there]), client)
    return found.pane if found else ""


def looked(by: str) -> Mark:
    return Mark(NOW, "looked", by=by)


def visit(pane: str, t: float = NOW, led_to: str = "") -> Mark:
    return Mark(t, "visit", KEYS[0], client="/dev/pts/1", pane=pane, value=led_to)


@given(st.lists(MARKS, max_size=40))
@example([looked("jump"), looked(""), looked("jump")])  # the same line, and another between: of these the last counts,
@example([visit("%1"), visit("%2"), visit("%1")])  # of these the first,
@example([visit("%2"), visit("%3", NOW + 600, "%9"), visit("%4", NOW + 1200)])  # a walk that is longer than a pause, and
@example([visit("%2", led_to="%1"), visit("%3", NOW + 60, "%4"), visit("%4", NOW + 120)])  # here of the second
def test_what_anybody_sees_stays(made: list[Mark]) -> None:
    """Names, tags, pins, snoozes, what was seen, where `back` goes: the same before and after, and twice is once."""
    made = [mark._replace(key="") if mark.mark in ("back", "looked") else mark for mark in made]
    lines = [log._line(mark).strip().encode() for mark in made]
    kept = compacted(*lines)
    before, after = ([mark for raw in some if (mark := log._mark(parse(raw)))] for some in (lines, kept))
    before.sort(key=lambda mark: mark.t)

    assert visible(before) == visible(after)
    assert compacted(*kept) == kept


def test_what_is_long_dead_goes() -> None:
    """A key without a process, of which nothing was said for 30 days; one that was spoken of since stays whole."""
    dead = line("pin", OLDEST - 1, key="1.1", value="on")
    spoken_of = [line("name", OLDEST - DAY, key="2.2", value="x"), line("seen", OLDEST + 1, key="2.2")]
    alive = line("pin", OLDEST - 1, key=KEYS[0], value="on")

    assert compacted(dead, *spoken_of, alive) == [spoken_of[0], alive, spoken_of[1]]


def test_hundreds_become_one() -> None:
    """Of each kind the newest is kept for each key, and for `seen` for each of its makers."""
    many = [line("seen", NOW - i, key=KEYS[0], by=by) for i in range(300) for by in ("look", "you")]

    assert compacted(*many) == [line("seen", NOW, key=KEYS[0], by=by) for by in ("look", "you")]


@pytest.mark.parametrize("later", [b'{"v":2,"mark":"seen"}', b'{"v":1,"t":1,"mark":"glow","key":"1.1"}', b'{"v":1}'])
def test_what_a_later_version_wrote_stays(later: bytes) -> None:
    """A kind or version that is not known is nobody's to throw away."""
    assert compacted(later) == [later]


def test_torn_lines_go() -> None:
    """A full disk's half lines are no marks, and each verb would count them."""
    assert compacted(b'{"v":1,"t":1,"ma', b"", b"null", b"\xff") == []


def test_unknown_keys_of_a_line_stay() -> None:
    """The bytes of a line are kept as they are."""
    raw = b'{"v":1,  "t":1795186800.5,"mark":"pin","key":"4711.1","value":"on","new":[1]}'

    assert compacted(raw) == [raw]


def test_a_return_stays_as_long_as_a_visit_before_it() -> None:
    """Without it, `cst back` would go where nobody came from for a month."""
    visit = line("visit", OLDEST - 9, key=KEYS[0], client="c", socket="s", pane="%1")
    back = line("back", OLDEST - 5, client="c", socket="s")

    assert compacted(visit, back) == [visit, back]
