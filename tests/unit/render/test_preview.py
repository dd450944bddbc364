"""The tools of a session and the tree of its subagents, at every size."""

from __future__ import annotations

import pytest
from hypothesis import given

from cst.core.quota import Window
from cst.model import Session, Subagent, Tasks, ToolUse, Transcript, Want
from cst.render import preview
from cst.render.paint import Paint
from tests.unit.core.loader import NOW
from tests.unit.render.pages import COLUMNS, PAINTS, SESSIONS, too_wide


@given(SESSIONS, COLUMNS, PAINTS)
def test_tools_fit(session: Session, columns: int, paint: Paint) -> None:
    """Wish, subagents and tools of any name."""
    assert too_wide(preview.history(session, NOW, columns, paint), columns) == []


MAKE, TEST = ToolUse("1", "Bash", "make", NOW - 12), ToolUse("2", "Bash", "test", NOW - 11)


def lines_of(state: str, wants: Want | None, *uses: ToolUse, agents: tuple[Subagent, ...] = ()) -> list[str]:
    """The lines of the history page of a session with these calls, spaces folded."""
    session = Session(
        key="1.2", id="x", pid=1, state=state, since=NOW - 9, because="", rule="", wants=wants,
        transcript=Transcript("/t", tools=uses, subagents=agents),
    )  # fmt: skip
    return [" ".join(line.split()) for line in preview.history(session, NOW, 70, Paint(False))]


@pytest.mark.parametrize(
    ("state", "wants", "expected"),
    [
        ("working", None, ["11s ● Bash test 11s…", "12s ● Bash make 12s…"]),
        ("permission", Want("Bash", "make"), ["11s ● Bash test open", "12s ! Bash make waits"]),
        ("permission", None, ["11s ! Bash test waits", "12s ! Bash make waits"]),
        ("permission", Want("Edit", "x"), ["11s ● Bash test open", "12s ● Bash make open"]),
        ("unknown", None, ["11s ● Bash test open", "12s ● Bash make open"]),
        ("interrupted", None, ["11s ● Bash test open", "12s ● Bash make open"]),
    ],
)
def test_an_open_call(state: str, wants: Want | None, expected: list[str]) -> None:
    """It runs where the session is at work, waits where the dialog is about it, and is open where nothing tells."""
    assert expected == lines_of(state, wants, MAKE, TEST)[-2:]


def test_subagents_are_a_tree() -> None:
    """Those that run first, each with what it does; the last branch ends the tree."""
    agents = (
        Subagent("a", "Explore", "done one", False),
        Subagent("b", "Explore", "runs", True, MAKE),
        Subagent("c", "", "asks", True, TEST),
        Subagent("d", "", "between", True, MAKE._replace(outcome="ok", seconds=1.0)),
        Subagent("e", "Plan", "", True),
    )
    found = lines_of("permission", Want("Bash", "test"), agents=agents)

    assert found[found.index("subagents (4 running)") :][:6] == [
        "subagents (4 running)", "├─ ● runs (Explore) 12s… · Bash: make", "├─ ! asks waits · Bash: test",
        "├─ ● between running · last Bash: make", "├─ ● Plan running", "└─ ✓ done one (Explore) done",
    ]  # fmt: skip


def test_of_many_subagents_the_first_are_shown() -> None:
    """And how many more there are."""
    found = lines_of("working", None, agents=tuple(Subagent(str(n), "Explore", "", False) for n in range(15)))

    assert "└─ 3 more" in found
    assert [line for line in found if line.startswith("├─")] == ["├─ ✓ Explore done"] * 12


def test_no_tools_are_told_from_none_that_were_read() -> None:
    """Of a transcript that was read whole, of one that was not, of a session without one."""
    whole = Session(
        key="1.2", id="x", pid=1, state="idle", since=0, because="", rule="", transcript=Transcript("/t", 9, read=9)
    )
    ends = [
        preview.history(session, NOW, 70, Paint(False))[-1]
        for session in (whole, whole._replace(transcript=Transcript("/t", 9, read=3)), whole._replace(transcript=None))
    ]

    assert ends == ["no tool was used yet", "no tool was used lately", "not prompted yet"]


@pytest.mark.parametrize(("window", "said"), [(None, "260k tokens · "), (1_000_000, "context ━━──────── 26% of 1.0M")])
def test_how_full_the_context_is(window: int | None, said: str) -> None:
    """The share is told where the status line was told how many tokens it holds."""
    one = Session(
        "1.1",
        "x",
        1,
        "idle",
        NOW,
        "",
        "",
        model="claude-opus-5-5",
        tokens=260_000,
        transcript=Transcript("/x", window=window),
    )
    found = preview.header(one, NOW, 100, "/home/u", Paint(False))

    assert any(said in line for line in found)


def test_the_header_has_the_tags() -> None:
    """In every width the rows may leave them out."""
    session = Session(key="1.2", id="x", pid=1, state="idle", since=NOW, because="", rule="", tags=("api", "slow"))

    assert "#api #slow" in "\n".join(preview.header(session, NOW, 70, "/home/u", Paint(False)))


def test_the_header_has_three_bars() -> None:
    """How far the context is, the limit of its folder that is fullest, and the tasks; limits of other folders bind
    others."""
    one = Session("1.1", "x", 1, "idle", NOW, "", "", config_dir="/c", tokens=260_000, tasks=Tasks(2, 5, "Mending"),
                  transcript=Transcript("/x", window=1_000_000))  # fmt: skip
    limits = [
        Window("/c", "5h", 40.0, NOW + 60, NOW), Window("/c", "7d", 62.5, NOW + 4200, NOW),
        Window("/other", "5h", 99.0, NOW + 60, NOW), Window("/c", "7d", None, NOW, NOW),
    ]  # fmt: skip
    wide, narrow = (preview.header(one, NOW, columns, "/home/u", Paint(False), limits) for columns in (80, 40))

    assert wide[-2:] == [
        "context ━━──────── 26% of 1.0M · 7d limit ━━━━━━──── 62% → 19:50", "tasks ━━━━────── 2/5 · Mending",
    ]  # fmt: skip
    assert narrow[-3:-1] == ["context ━━──────── 26% of 1.0M", "7d limit ━━━━━━──── 62% → 19:50"]


def test_the_header_says_what_a_message_costs_anew() -> None:
    """Where the prompt cache has expired; and the pull request, who else is there, how many requests an hour."""
    one = Session("1.1", "x", 1, "idle", NOW, "", "", shared="/x", cold=260_000, tokens=260_000,
                  transcript=Transcript("/x", pr=12, requests=40))  # fmt: skip
    text = "\n".join(preview.header(one, NOW, 100, "/home/u", Paint(False)))

    assert "40 requests/h · pr #12 · shared checkout" in text
    assert "cold: the next message costs 260k tokens anew" in text
    assert "cold" not in "\n".join(preview.header(one._replace(cold=None), NOW, 100, "/home/u", Paint(False)))
