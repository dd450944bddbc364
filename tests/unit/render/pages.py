"""What the tests of the pages share: sessions of any text, sizes, and what does not fit."""

from __future__ import annotations

import re

from hypothesis import strategies as st

from cst import text
from cst.model import STATES, Session, Subagent, Tasks, ToolUse, Transcript, Want
from cst.render.paint import Paint
from tests.unit.core.loader import NOW
from tests.unit.test_text import HOSTILE

_SGR = re.compile(r"\x1b\[[0-9;]*m")

COLUMNS = st.one_of(st.integers(30, 60), st.integers(30, 200))

LINES = st.integers(5, 100)

PAINTS = st.sampled_from([Paint(False), Paint(True)])


def too_wide(lines: list[str], columns: int) -> list[str]:
    """The lines that would not fit, or that hold what is no text."""
    plain = [_SGR.sub("", line) for line in lines]
    return [line for line in plain if text.width(line) > columns or not (line == "" or line.isprintable())]

NUMBERS = st.one_of(st.none(), st.integers(0, 10**7))

_TOOLS = st.builds(
    ToolUse, id=st.just("t"), name=HOSTILE, detail=HOSTILE, started=st.sampled_from([0.0, NOW - 5, NOW - 9e6]),
    seconds=st.sampled_from([None, 0.0, 3.25, 9e6]), outcome=st.sampled_from(["open", "ok", "failed", "denied", "interrupted"]),
)  # fmt: skip

_AGENTS = st.builds(
    Subagent, id=HOSTILE, kind=HOSTILE, description=HOSTILE, running=st.booleans(), tool=st.one_of(st.none(), _TOOLS)
)

_TRANSCRIPTS = st.builds(
    Transcript, path=st.just("/t"), tools=st.lists(_TOOLS, max_size=4).map(tuple),
    subagents=st.lists(_AGENTS, max_size=15).map(tuple),
)  # fmt: skip

SESSIONS = st.builds(
    Session, key=st.just("1.2"), id=st.just("x"), pid=st.just(1), state=st.sampled_from(STATES), since=st.just(NOW - 100),
    because=HOSTILE, rule=st.just("busy"), name=HOSTILE, title=HOSTILE, cwd=HOSTILE.map(lambda t: "/home/u/" + t), branch=HOSTILE,
    model=HOSTILE, tokens=NUMBERS, cost=st.sampled_from([None, 0.0, 12.5]), last_prompt=HOSTILE,
    last_words=HOSTILE, tasks=st.one_of(st.none(), st.builds(Tasks, st.integers(0, 9), st.integers(0, 9), HOSTILE)),
    wants=st.one_of(st.none(), st.builds(Want, HOSTILE, HOSTILE)), transcript=st.one_of(st.none(), _TRANSCRIPTS),
)  # fmt: skip
