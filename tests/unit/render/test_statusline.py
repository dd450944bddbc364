"""The line inside Claude Code: what is known is said, what is not is left out, and it is never empty."""

from __future__ import annotations

import pytest

from cst import payload
from cst.payload import Cache, Limit, Payload, Spend
from cst.render import statusline, statusline_sample
from cst.render.paint import Paint
from cst.render.statusline import PARTS, PRESETS, Facts, Look
from cst.text import width
from tests.testing import ID, NOW
from tests.unit.test_payload import TOLD

PLAIN = Look(Paint(False), 200)
EVIL = "a\x1b[31m\x1b]52;c;eA==\x07\x9b2J\u202eb\n\tc#(x)"


def line(told: Payload, *parts: str, look: Look = PLAIN) -> list[str]:
    return statusline.lines(Facts(look, told, NOW, 0, "/home/u"), parts or tuple(PARTS))


@pytest.mark.parametrize("number", range(len(TOLD)), ids=lambda number: TOLD[number]["situation"])
def test_each_field_that_is_missing_leaves_its_part_out(number: int) -> None:
    """Of every recorded payload, with each field removed in turn, every preset says something, within its width."""
    whole = TOLD[number]["payload"]
    less = [{name: value for name, value in whole.items() if name != gone} for gone in whole]
    less += [
        {**whole, name: {inner: v for inner, v in value.items() if inner != gone}}
        for name, value in whole.items() if isinstance(value, dict) for gone in value
    ]  # fmt: skip
    for given in ({}, whole, *less):
        for parts in PRESETS.values():
            found = line(payload.of(given), *parts, look=PLAIN._replace(columns=60))
            assert 1 <= len(found) <= 3
            assert all(text.strip() and width(text) <= 60 and "None" not in text for text in found), found


def test_the_sample_in_full() -> None:
    """Every part of the preset has its place; lines break between two parts."""
    assert statusline.lines(statusline_sample.facts(PLAIN._replace(columns=100)), PRESETS["full"]) == [
        "Opus 5.5 · 2 waited at 14:00: api permission · medium · checkout · ~/code/shop · feat/checkout",
        "3 changed · ↑2 · pr #12 · ctx 73% · 734k of 1.0M · 5h 62% → 15:10 · 7d 41% → Sat 21:12 · $4.27",
        "$18.40 today · month 84% of $300.00 · +312 -87 · 1h · warm → 14:42 · hit 93%",
    ]


def test_levels_have_colours() -> None:
    """Green, yellow from the first level on, red from the second."""
    look = Look(Paint(True), 80)
    found = [line(Payload(ID, "/x", percent=percent), "context", look=look)[0] for percent in (69.9, 70.0, 85.0)]

    assert [text[:5] for text in found] == ["\x1b[32m", "\x1b[33m", "\x1b[31m"]
    assert (
        line(Payload(ID, "/x", percent=70.0), "context", look=look._replace(context=(71.0, 90.0)))[0][:5] == "\x1b[32m"
    )


def test_times_are_clock_times_or_what_is_left() -> None:
    """An idle line is not drawn again: what it says has to stay true."""
    told = Payload(ID, "/x", limits=(Limit("5h", 10.0, NOW + 4200),), cache=Cache(True, "5m", NOW + 240, 0.5, 900))

    assert line(told, "5h", "cache") == ["5h 10% → 16:10 · warm → 15:04"]
    assert line(told, "5h", "cache", look=PLAIN._replace(left=True)) == ["5h 10% → in 1h · warm → in 4m"]


def test_what_is_over_is_not_said() -> None:
    """A window past its end has begun anew; a cache past its own is cold, with what the next message costs again."""
    told = Payload(ID, "/x", "", limits=(Limit("5h", 10.0, NOW - 1),), cache=Cache(True, "5m", NOW - 1, 0.5, 82_000))

    assert line(told, "5h", "cache", "context") == ["cold 82k"]


def test_bars_pace_and_spend() -> None:
    """A bar beside a percentage; a pace only where the limit will not hold; what a gateway lets one spend."""
    told = Payload(
        ID, "/x", percent=50.0, limits=(Limit("5h", 60.0, NOW + 9000),), spend=Spend(5.0, 1.5, 30.0, 0.0, "month")
    )

    assert line(told, "context", "pace", "spend", look=PLAIN._replace(bars=True)) == [
        "ctx ████░░░░ 50% · 5h pace 120% · spend █░░░░░░░ $1.50 of $30.00"
    ]


def test_nothing_of_a_session_is_acted_upon() -> None:
    """Whatever stands in a name, a model, a branch or a folder, a terminal shows it and does nothing."""
    told = Payload(
        ID, EVIL, name=EVIL, model=EVIL, effort=EVIL, style=EVIL, vim=EVIL, agent=EVIL, worktree=EVIL, version=EVIL
    )
    facts = Facts(PLAIN._replace(text=EVIL), told, NOW, 0, "/home/u", branch=EVIL)
    text = "".join(statusline.lines(facts, tuple(PARTS)))

    assert text.isprintable()
    assert "\u202e" not in text


def test_no_room_leaves_out_the_last() -> None:
    """At most three lines; a part that is wider than the line is cut."""
    told = Payload(ID, "/x", model="m" * 90, name="n" * 30, agent="a" * 30, worktree="w" * 30)
    found = line(told, "model", "session", "agent", "worktree", look=PLAIN._replace(columns=20))

    assert [width(text) for text in found] == [20, 20, 20]
    assert found[0].endswith("…")


def test_one_is_no_plural() -> None:
    """Of what is counted; the name of a file stays as it is."""
    facts = Facts(PLAIN, payload.of({}), NOW, 0, "", config=((2, "CLAUDE.md"), (1, "rule"), (0, "MCP server"), (9, "hook")))

    assert statusline.lines(facts, ("config",)) == ["2 CLAUDE.md, 1 rule, 9 hooks"]
