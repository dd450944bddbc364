"""The line inside the real Claude Code: shown in the pane, true in each situation, kept as it was told."""
from __future__ import annotations

import json
import time
from typing import Any

import pytest

from tests.lab import cst
from tests.lab.conftest import MakeLab
from tests.lab.lab import Lab, Session
from tests.lab.retry import until

LINE = "cst statusline model branch worktree context tokens 5h 7d cost cache tools others --time left"


@pytest.fixture(scope="module")
def lab(make_lab: MakeLab) -> Lab:
    """A lab of this module's own, whose clients show our line."""
    lab = make_lab()
    show(lab, LINE)
    return lab


def show(lab: Lab, command: str) -> None:
    """Make this the status line of the lab's clients, running ones too."""
    command = command.replace("cst ", f"{cst.PROGRAM} ", 1)
    lab.settings_file.write_text(json.dumps({"statusLine": {"type": "command", "command": command}}))


def kept(lab: Lab, session: Session) -> dict[str, Any]:
    """What is kept of a session's line; {} before there is any."""
    lab.record(session)
    path = lab.root / "state/cst/statusline/v1" / f"{session.last_record['sessionId']}.json"
    try:
        found: dict[str, Any] = json.loads(path.read_text())
    except FileNotFoundError:
        return {}
    return found


def turn(lab: Lab, session: Session, text: str = "Counted.") -> None:
    """One prompt and its answer."""
    lab.prompt(session, f"[[say:{text}]]")
    lab.expect_text(session, f"● {text}")


def test_fresh_then_a_turn_then_clear(lab: Lab) -> None:
    """Before the first answer the context is not known, after it it is; /clear forgets it again."""
    session = lab.open("line")
    lab.expect_text(session, "Opus")
    assert "ctx" not in lab.screen(session)

    turn(lab, session)
    lab.expect_text(session, "ctx ")
    lab.expect_text(session, " of 1.0M")
    told = until(lambda: kept(lab, session) if kept(lab, session)["payload"]["cost"]["total_cost_usd"] else {}, 20, lambda: "a cost")
    shown = cst.of(lab, session)
    assert shown["cost_usd"] == told["payload"]["cost"]["total_cost_usd"]
    assert shown["context"]["window"] == told["payload"]["context_window"]["context_window_size"]

    lab.prompt(session, "/clear")
    until(lambda: "ctx " not in lab.screen(session).rpartition("❯")[2], 30, lambda: lab.screen(session))


def test_a_tool_that_runs_and_another_session_that_waits(lab: Lab) -> None:
    """The line of one session says what it runs, and which other one needs you."""
    asks, works = lab.open("asks"), lab.open("works", args="--permission-mode manual --allowedTools Bash")
    lab.prompt(asks, "[[bash:touch here]]")
    lab.expect_status(asks, "waiting", "permission prompt")
    lab.prompt(works, "[[bash:sleep 6; echo over]] [[say:Counted.]]")
    lab.expect_text(works, "● Counted.", seconds=60)
    lab.expect_text(works, "1 waits")
    lab.expect_text(works, "permission")
    lab.keys(asks, "Escape")


def test_a_narrow_pane_breaks_between_parts(lab: Lab) -> None:
    """Nothing is cut within a part at 40 columns."""
    session = lab.open("narrow")
    turn(lab, session)
    lab.tmux("resize-window", "-t", session.pane, "-x", "40")

    def broken() -> list[str]:
        lines = [line.strip() for line in lab.screen(session).rpartition("❯")[2].splitlines()]
        mine = [line for line in lines if line.startswith("Opus") or " of 1.0M" in line or "$" in line]
        return mine if len(mine) > 1 and not any("…" in line for line in mine) else []

    assert all(len(line) <= 40 for line in until(broken, 30, lambda: lab.screen(session)))


def test_limits_of_a_subscription(lab: Lab) -> None:
    """A client with a token is told its limits; `cst limits` has them from there, with the age of the figure."""
    lab.tmux("set-environment", "-g", "CLAUDE_CODE_OAUTH_TOKEN", "dummy")
    lab.tmux("set-environment", "-gr", "ANTHROPIC_API_KEY")
    try:
        session = lab.open("limits", "beta")
    finally:
        lab.tmux("set-environment", "-gu", "CLAUDE_CODE_OAUTH_TOKEN")
        lab.tmux("set-environment", "-g", "ANTHROPIC_API_KEY", lab.env["ANTHROPIC_API_KEY"])
    turn(lab, session)
    lab.expect_text(session, "5h 42% → in ", seconds=30)
    lab.expect_text(session, "7d 61% → in ")
    found = json.loads(cst.run(lab, "limits", "--json").stdout)["limits"]

    assert [(one["window"], one["percent"]) for one in found] == [("5h", 42.4), ("7d", 61.5)]
    assert all(0 <= time.time() - one["told_at"] < 60 for one in found)


def test_a_former_line_stays_above(lab: Lab) -> None:
    """--wrap runs it with the same input; both are in the pane."""
    session = lab.open("wrapped")
    show(lab, "cst statusline model --wrap 'echo the old line'")
    try:
        turn(lab, session)
        lab.expect_text(session, "the old line", seconds=30)
        below = lab.screen(session).partition("the old line")[2]
        assert "Opus" in below
    finally:
        show(lab, LINE)


@pytest.mark.parametrize("broken", ["cst statusline --wrap 'sleep 30'", "cst statusline nonsense"])
def test_a_line_that_is_slow_or_wrong_stops_nothing(lab: Lab, broken: str) -> None:
    """The session answers as before, and something is in the line's place."""
    session = lab.open(f"broken {len(broken)}")
    show(lab, broken)
    try:
        turn(lab, session)
        lab.expect_text(session, "Opus" if "wrap" in broken else "unknown part", seconds=30)
    finally:
        show(lab, LINE)
