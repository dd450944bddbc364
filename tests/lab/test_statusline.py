"""The line inside the real Claude Code: shown in the pane, true in each situation, kept as it was told."""
from __future__ import annotations

import json
import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.lab import cst
from tests.lab.conftest import MakeLab
from tests.lab.lab import Lab, Session, every
from tests.lab.retry import until

LINE = "cst statusline model branch worktree context tokens 5h 7d cost cache tools others --time left"


@pytest.fixture(scope="module")
def lab(make_lab: MakeLab) -> Lab:
    """A lab of this module's own, whose clients show our line."""
    lab = make_lab()
    show(lab, LINE)
    return lab


def show(lab: Lab, command: str, **more: int) -> None:
    """Make this the status line of the lab's clients, running ones too."""
    command = command.replace("cst ", f"{cst.PROGRAM} ", 1)
    lab.settings_file.write_text(json.dumps({"statusLine": {"type": "command", "command": command, **more}}))


def below(lab: Lab, session: Session) -> str:
    """What stands below the prompt, where the line is."""
    return lab.screen(session).rpartition("❯")[2]


@contextmanager
def a_subscriber(lab: Lab) -> Iterator[None]:
    """Clients that start meanwhile have a subscriber's token in the place of a key."""
    lab.tmux("set-environment", "-g", "CLAUDE_CODE_OAUTH_TOKEN", "dummy")
    lab.tmux("set-environment", "-gr", "ANTHROPIC_API_KEY")
    try:
        yield
    finally:
        lab.tmux("set-environment", "-gu", "CLAUDE_CODE_OAUTH_TOKEN")
        lab.tmux("set-environment", "-g", "ANTHROPIC_API_KEY", lab.env["ANTHROPIC_API_KEY"])


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
    waits = re.compile(r"\d waits?: alpha( @ asks:0\.0)? permission \d")  # with its place once others have its name
    until(lambda: waits.search(lab.screen(works)), 20, lambda: lab.screen(works))
    lab.keys(asks, "Escape")


@pytest.mark.parametrize(("columns", "least", "most"), [(40, 2, 3), (60, 1, 3), (160, 1, 1)])
def test_a_pane_of_any_width_breaks_between_parts(lab: Lab, columns: int, least: int, most: int) -> None:
    """Nothing is cut within a part; in a wide pane all is in one line."""
    session = lab.open(f"wide {columns}")
    turn(lab, session)
    lab.tmux("resize-window", "-t", session.pane, "-x", str(columns))

    def whole() -> list[str]:
        lines = [line.strip() for line in below(lab, session).splitlines()]
        mine = [line for line in lines if line.startswith("Opus") or " of 1.0M" in line or "$" in line]
        all_there = all(part in " ".join(mine) for part in ("Opus", "ctx ", " of 1.0M", "$"))
        right = all_there and least <= len(mine) <= most and not any("…" in line for line in mine)
        return mine if right and all(len(line) <= columns for line in mine) else []

    assert until(whole, 30, lambda: lab.screen(session))


def test_subagents_that_run(lab: Lab) -> None:
    """Their names while they run, and not afterwards."""
    show(lab, f"{LINE} agents", refreshInterval=1)  # the client does not draw it anew for what a subagent does
    try:
        session = lab.open("agents", args="--permission-mode manual --allowedTools Bash")
        lab.prompt(session, "[[agent:[[bash:sleep 8]] [[say:seen]]]] [[say:Over.]]")
        until(lambda: "◌ " in below(lab, session), 30, lambda: lab.screen(session))
        lab.expect_text(session, "● Over.", seconds=60)
        until(lambda: "◌ " not in below(lab, session), 30, lambda: lab.screen(session))
    finally:
        show(lab, LINE)


def test_plan_mode(lab: Lab) -> None:
    """The line stands below the prompt, whatever the mode."""
    session = lab.open("plans", args="--permission-mode plan")
    lab.expect_text(session, "plan mode")
    turn(lab, session)
    until(lambda: "ctx " in below(lab, session), 20, lambda: lab.screen(session))
    assert kept(lab, session)["payload"]["context_window"]["used_percentage"] > 0


def test_compact_and_the_answer_after_it(lab: Lab) -> None:
    """What the context holds is not known until the next answer: the client tells 0, which is not shown."""
    session = lab.open("compacts")
    turn(lab, session)
    until(lambda: "ctx " in below(lab, session), 20, lambda: lab.screen(session))
    lab.prompt(session, "/compact")
    lab.expect_text(session, "Compacted", seconds=60)
    until(lambda: kept(lab, session)["payload"]["context_window"]["total_input_tokens"] == 0, 30, lambda: str(kept(lab, session)))
    until(lambda: "Opus" in below(lab, session) and "ctx " not in below(lab, session), 20, lambda: lab.screen(session))
    assert cst.of(lab, session)["cache"] is None  # what is in the cache now, nobody knows

    turn(lab, session, "Counted again.")
    until(lambda: "ctx " in below(lab, session), 20, lambda: lab.screen(session))
    assert kept(lab, session)["payload"]["context_window"]["total_input_tokens"] > 0


def test_a_resumed_session(lab: Lab) -> None:
    """It goes on with the context and the account of its transcript, under the same id."""
    session = lab.open("resumes")
    turn(lab, session)
    before = until(lambda: paid(lab, session), 20, lambda: "a cost")
    session_id = session.last_record["sessionId"]
    lab.prompt(session, "/exit")
    lab.expect_gone(session, file=False)

    lab.run(session, f"--resume {session_id}")
    turn(lab, session, "And on.")
    until(lambda: "ctx " in below(lab, session), 20, lambda: lab.screen(session))
    assert session.last_record["sessionId"] == session_id
    until(lambda: paid(lab, session) > before, 20, lambda: str(kept(lab, session)))


def test_a_worktree(lab: Lab) -> None:
    """The line has its name and its branch. It shares its checkout with nobody; two sessions in the main one do."""
    repository = lab.projects / "shop"
    repository.mkdir()
    commit = ("-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "--allow-empty", "-m", "a")
    for words in (("init", "-q", "-b", "main"), commit):
        subprocess.run(["git", "-C", str(repository), *words], env=lab.env, check=True)
    one = lab.open("one", "shop", wait=False)
    lab.expect_text(one, "No, exit", seconds=30)
    time.sleep(0.7)  # a dialog takes no key at once
    lab.keys(one, "Down")
    lab.expect_text(one, "❯ Yes, I trust this folder")
    lab.keys(one, "Enter")
    lab.expect_status(one, "idle", seconds=30)
    other, tree = lab.open("other", "shop"), lab.open("tree", "shop", "--permission-mode manual --worktree side")
    for session in (tree, one, other):
        turn(lab, session)
    until(lambda: "worktree-side · worktree side" in below(lab, tree), 30, lambda: lab.screen(tree))
    shared = {session.name: cst.of(lab, session)["shared"] for session in (tree, one, other)}

    assert shared == {"tree": None, "one": str(repository), "other": str(repository)}
    assert cst.run(lab, "why", str(one.last_record["pid"])).stdout.count("is shared with") == 1


@every  # two minutes, for the client waits that long
def test_a_limit_that_lifts_by_itself(lab: Lab) -> None:
    """Until then the session needs nobody; then the client goes on, and the window is one that has begun anew."""
    with a_subscriber(lab):
        session = lab.open("limit")
    lab.prompt(session, "[[limit:40]] [[sleep:8]]")
    lab.expect_text(session, "Continuing automatically", seconds=30)
    until(lambda: cst.of(lab, session)["state"] == "limited", 20, lambda: str(cst.of(lab, session)))
    assert not cst.of(lab, session)["needs_you"]
    until(lambda: "5h 100% → in " in below(lab, session), 20, lambda: lab.screen(session))
    assert kept(lab, session)["payload"]["rate_limits"]["five_hour"]["used_percentage"] == 100

    states: list[str] = []

    def went_on() -> bool:
        state = cst.of(lab, session)
        if [state["state"]] != states[-1:]:
            states.append(state["state"])
        assert state["state"] in ("limited", "working") or "line 4." in lab.screen(session), state
        return "working" in states and "line 4." in lab.screen(session)

    until(went_on, 200, lambda: f"{states} {lab.screen(session)}")
    assert states[:2] == ["limited", "working"]
    until(lambda: cst.of(lab, session)["state"] == "done", 20, lambda: lab.screen(session))
    until(lambda: "5h 42% → in " in below(lab, session), 20, lambda: lab.screen(session))


def paid(lab: Lab, session: Session) -> float:
    """What is kept of the cost of a session."""
    cost: float = kept(lab, session).get("payload", {}).get("cost", {}).get("total_cost_usd", 0.0)
    return cost


def test_limits_of_a_subscription(lab: Lab) -> None:
    """A client with a token is told its limits; `cst limits` has them from there, with the age of the figure."""
    with a_subscriber(lab):
        session = lab.open("limits", "beta")
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
