"""The pages of the preview at every size, over texts from anywhere."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cst import text
from cst.core import explain
from cst.fzf import keymap
from cst.model import PAGES, STATES, Change, Changes, Session, Subagent, Tasks, ToolUse, Transcript, Turn, Want
from cst.picker.operations import KEYS
from cst.render import ansi, conversation, git_status, page_header, preview, rows
from cst.render import explain as explain_view
from cst.render.paint import Paint
from tests.unit.core.loader import NOW
from tests.unit.render.golden import HOME, seen
from tests.unit.test_text import HOSTILE

_SGR = re.compile(r"\x1b\[[0-9;]*m")
COLUMNS = st.one_of(st.integers(30, 60), st.integers(30, 200))
LINES = st.integers(5, 100)
PAINTS = st.sampled_from([Paint(False), Paint(True)])


def too_wide(lines: list[str], columns: int) -> list[str]:
    """The lines that would not fit, or that hold what is no text."""
    plain = [_SGR.sub("", line) for line in lines]
    return [line for line in plain if text.width(line) > columns or not (line == "" or line.isprintable())]


_NUMBERS = st.one_of(st.none(), st.integers(0, 10**7))
_TOOLS = st.builds(
    ToolUse, id=st.just("t"), name=HOSTILE, detail=HOSTILE, started=st.sampled_from([0.0, NOW - 5, NOW - 9e6]),
    seconds=st.sampled_from([None, 0.0, 3.25, 9e6]), outcome=st.sampled_from(["open", "ok", "failed", "denied"]),
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
    model=HOSTILE, tokens=_NUMBERS, cost=st.sampled_from([None, 0.0, 12.5]), last_prompt=HOSTILE,
    last_words=HOSTILE, tasks=st.one_of(st.none(), st.builds(Tasks, st.integers(0, 9), st.integers(0, 9), HOSTILE)),
    wants=st.one_of(st.none(), st.builds(Want, HOSTILE, HOSTILE)), transcript=st.one_of(st.none(), _TRANSCRIPTS),
)  # fmt: skip


@given(SESSIONS, COLUMNS, LINES, PAINTS, st.sampled_from(PAGES))
def test_the_top_fits(session: Session, columns: int, lines: int, paint: Paint, name: str) -> None:
    """The strip and the header: never over the width, never over a third of the window and two lines."""
    found = page_header.top(session, NOW, name, columns, lines, HOME, paint)

    assert too_wide(found, columns) == []
    assert len(found) <= max(1, lines // 3) + 2 < lines


@given(SESSIONS, COLUMNS, PAINTS)
def test_tools_fit(session: Session, columns: int, paint: Paint) -> None:
    """Wish, subagents and tools of any name."""
    assert too_wide(preview.history(session, NOW, columns, paint), columns) == []


@pytest.mark.parametrize("number", range(7))
@pytest.mark.parametrize("columns", [30, 31, 47, 60, 100, 200])
def test_the_evidence_fits(number: int, columns: int) -> None:
    """Every session of the made-up fleet at any width."""
    snapshot, sessions = seen()
    session = sessions[number % len(sessions)]
    explanation = explain.explain(snapshot, session)
    found = explain_view.page(explanation, columns, Paint(True))

    assert too_wide([ansi.cut(line, columns) for line in found], columns) == []


_CHANGES = st.builds(
    Change, path=HOSTILE, staged=st.sampled_from([" ", "M", "?", "\x1b"]), unstaged=st.sampled_from([" ", "M", "?", ""]),
    added=_NUMBERS, removed=_NUMBERS,
)  # fmt: skip


@given(
    st.builds(Changes, branch=HOSTILE, upstream=HOSTILE, ahead=_NUMBERS, behind=_NUMBERS, more=st.booleans(), problem=st.one_of(
        st.just(""), HOSTILE), files=st.lists(_CHANGES, max_size=5).map(tuple)), COLUMNS, PAINTS)  # fmt: skip
def test_changes_fit(found: Changes, columns: int, paint: Paint) -> None:
    """Branches and files of any name, sums of any size."""
    assert too_wide(git_status.page(found, columns, paint), columns) == []


def test_of_many_files_the_first_are_shown() -> None:
    """And how many more there are."""
    files = tuple(Change(f"f{number}", "?", "?") for number in range(250))
    found = git_status.page(Changes("main", files=files), 60, Paint(False))

    assert [" ".join(line.split()) for line in found[-2:]] == ["?? f199", "… 50 more"]
    assert found[1] == "250 files · 250 not tracked"


_TURNS = st.lists(
    st.builds(Turn, who=st.one_of(st.sampled_from(["you", "claude"]), HOSTILE), text=st.one_of(
        HOSTILE, st.lists(HOSTILE, max_size=5).map("\n    ".join)), at=st.just(NOW - 60)), max_size=8)  # fmt: skip


@given(_TURNS, COLUMNS, st.integers(1, 60), PAINTS)
@example([Turn("claude", "word " * 500, NOW)], 30, 3, Paint(False))
def test_a_conversation_fits_both_ways(turns: list[Turn], columns: int, lines: int, paint: Paint) -> None:
    """Never over the width and never over the height; what fits is the end."""
    found = conversation.page(turns, NOW, columns, lines, paint)
    whole = conversation.page(turns, NOW, columns, 0, paint)

    assert too_wide(found, columns) == []
    assert len(found) <= lines
    assert found == whole or found[1:] == whole[len(whole) - lines + 1 :]


@pytest.mark.parametrize("name", PAGES)
def test_the_strip_shows_where_you_are_without_colour(name: str) -> None:
    """All pages with this one in brackets and the key; at any width this one."""
    shown = {columns: page_header.strip(name, columns, Paint(False)) for columns in range(30, 201)}

    assert all(f"[{name}]" in line and "ctrl-p" in line for columns, line in shown.items() if columns not in range(47, 56))
    assert all(f"[{name}]" in line for line in shown.values())
    assert [name] == re.findall(r"\[(\w+)\]", shown[200])
    assert list(PAGES) == re.findall(r"\w+", shown[47])


# ------------------------------------------------------------------------------------------ which call asks, which runs


def lines_of(state: str, wants: Want | None, *uses: ToolUse, agents: tuple[Subagent, ...] = ()) -> list[str]:
    """The lines of the history page of a session with these calls, spaces folded."""
    session = Session(
        key="1.2", id="x", pid=1, state=state, since=NOW - 9, because="", rule="", wants=wants,
        transcript=Transcript("/t", tools=uses, subagents=agents),
    )  # fmt: skip
    return [" ".join(line.split()) for line in preview.history(session, NOW, 70, Paint(False))]


MAKE, TEST = ToolUse("1", "Bash", "make", NOW - 12), ToolUse("2", "Bash", "test", NOW - 11)


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
    whole = Session(key="1.2", id="x", pid=1, state="idle", since=0, because="", rule="", transcript=Transcript("/t", 9, read=9))
    ends = [
        preview.history(session, NOW, 70, Paint(False))[-1]
        for session in (whole, whole._replace(transcript=Transcript("/t", 9, read=3)), whole._replace(transcript=None))
    ]

    assert ends == ["no tool was used yet", "no tool was used lately", "not prompted yet"]


@pytest.mark.parametrize("columns", [40, 62, 120])
def test_the_keys_fit_and_nothing_is_cut(columns: int) -> None:
    """Under `?` each description is there whole, below its key."""
    found = keymap.explained(keymap.bound(KEYS, {}))

    lines = rows.explained(found, columns, Paint(False))

    assert too_wide(lines, columns) == []
    whole = " ".join(" ".join(lines).split())
    assert [what for _, what in found if what not in whole] == []
