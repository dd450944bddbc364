"""The seventeen named situations on live sessions: what `cst ls --json` says, with hooks and without."""
from __future__ import annotations

import time
from typing import Any

import pytest

from . import cst
from .conftest import MakeLab
from .lab import Lab
from .scenarios import SCENARIOS

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


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_situation_is_told_without_hooks(lab: Lab, name: str) -> None:
    """State and rule are right within a second of the change, from what Claude Code itself writes."""
    shown = drive(lab, name, "plain")

    assert "hooks" not in shown["sources"]
    assert WANTS.get(name) in (None, (shown["wants"] or {"tool": 0}).get("tool") and tuple(shown["wants"].values()))


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_situation_is_told_with_hooks(hooked: Lab, name: str) -> None:
    """With hooks the same holds, and `because` names the event."""
    shown = drive(hooked, name, "hooked")

    assert HOOKS.get(name, "") in shown["because"]
    assert WANTS.get(name) in (None, (shown["wants"] or {"tool": 0}).get("tool") and tuple(shown["wants"].values()))


def drive(lab: Lab, name: str, kind: str) -> dict[str, Any]:
    """Bring a session into a situation and return what cst shows, which must be right a second after the change.

    Its tmux session is closed afterwards: seventeen real clients at once would measure the machine, not cst.
    """
    scenario = SCENARIOS[name]
    allowed = cst.slowness()
    session, moment = scenario.drive(lab, f"{kind}-{name}")
    try:
        assert session.process
        while True:
            looked = time.time()
            shown = cst.of(lab, session.process.pid, session.last_record["sessionId"])
            if (scenario.state, RULES[name]) == (shown.get("state"), shown.get("rule")):
                print(f"{name} ({kind}): right {max(0.0, looked - moment):.2f} s after the change")
                return shown
            assert looked < moment + allowed, f"wanted {scenario.state}, shown {shown}\n{lab.screen(session)}"
            time.sleep(0.05)
    finally:
        lab.tmux("kill-session", "-t", f"={kind}-{name}", check=False)
