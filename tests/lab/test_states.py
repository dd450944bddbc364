"""The seventeen named situations on live sessions: what `cst ls --json` says, with hooks and without."""
from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import pytest

from tests.lab import cst
from tests.lab.conftest import MakeLab
from tests.lab.lab import Lab, Session
from tests.lab.scenarios import SCENARIOS

# situation -> the rule that has to decide; the state is in SCENARIOS
RULES = {
    "fresh": "fresh", "working": "busy", "tool": "busy", "permission": "permission", "question": "question",
    "plan": "plan", "done": "finished", "background": "shell", "subagent": "busy",
    "subagent-permission": "permission", "interrupted": "interrupted", "withdrawn": "interrupted",
    "denied": "interrupted", "error": "turn-failed", "menu": "menu", "ended": "ended", "killed": "killed",
}
# situation -> the hook event that `because` names; the others are told by Claude Code itself
HOOKS = {
    "fresh": "SessionStart", "working": "UserPromptSubmit", "tool": "UserPromptSubmit",
    "permission": "PermissionRequest", "question": "PermissionRequest", "plan": "PermissionRequest", "done": "Stop",
    "background": "Stop", "subagent-permission": "PermissionRequest", "interrupted": "UserPromptSubmit",
    "withdrawn": "UserPromptSubmit", "error": "StopFailure", "menu": "SessionStart",
}
WANTS = {
    "permission": ("Bash", "touch wanted.txt"), "subagent-permission": ("Bash", "touch sub.txt"),
    "plan": ("ExitPlanMode", "Look, then leap"),
}


@pytest.fixture(scope="module")
def hooked(make_lab: MakeLab) -> Lab:
    return make_lab(cst.hooks)


@pytest.mark.skipif(not os.environ.get("CST_LAB_ALL"), reason="what `because` names, live: `make lab`")
@pytest.mark.parametrize("name", SCENARIOS)
def test_a_situation_is_told_with_the_event_log_and_without(hooked: Lab, tmp_path: Path, name: str) -> None:
    """State, rule and what it wants are right within a second; with hooks, `because` names the event."""
    with_log, without = drive(hooked, name, "", str(tmp_path / "no-log"))

    assert HOOKS.get(name, "") in with_log["because"]  # `right` waited for it: hooks run beside the client
    assert "hooks" not in without["sources"]


@pytest.mark.skipif(not os.environ.get("CST_LAB_ALL"), reason="the same without hooks installed: `make lab`")
@pytest.mark.parametrize("name", SCENARIOS)
def test_a_situation_is_told_with_no_hooks_installed(lab: Lab, name: str) -> None:
    """The same on clients whose settings hold no hook at all."""
    (shown,) = drive(lab, name, "")

    assert "hooks" not in shown["sources"]


def wants(shown: dict[str, Any], name: str) -> tuple[str, str] | None:
    """What it waits for, where WANTS has an expectation."""
    given = shown.get("wants") if name in WANTS else None
    return (given["tool"], given["detail"]) if given else None


def drive(lab: Lab, name: str, *state_dirs: str) -> list[dict[str, Any]]:
    """Bring a session into a situation; what cst shows with each state folder ("" = the lab's own).

    Each must be right a second after the change: later on a machine whose Python starts slower than in 10 ms. The
    session is closed afterwards: seventeen real clients at once would measure the machine, not cst.
    """
    scenario = SCENARIOS[name]
    session, moment = scenario.drive(lab, name)
    try:
        allowed = cst.slowness()
        return [right(lab, session, name, moment, allowed, folder) for folder in state_dirs]
    finally:
        lab.tmux("kill-session", "-t", f"={name}", check=False)


def right(lab: Lab, session: Session, name: str, moment: float, allowed: float, folder: str) -> dict[str, Any]:
    """What cst shows, once it is right."""
    more = {"CST_STATE_DIR": folder} if folder else {}
    wanted = (SCENARIOS[name].state, RULES[name], WANTS.get(name))
    while True:
        looked = time.time()
        shown = cst.of(lab, session, **more)
        said = bool(folder) or lab.hooks is None or HOOKS.get(name, "") in shown.get("because", "")
        if wanted == (shown.get("state"), shown.get("rule"), wants(shown, name)) and said:
            print(f"{name}: right in a look {max(0.0, looked - moment):.2f} s after the change")
            return shown
        assert looked < moment + (allowed if said else 60), f"wanted {wanted}, shown {shown}\n{lab.screen(session)}"
        time.sleep(0.1)
