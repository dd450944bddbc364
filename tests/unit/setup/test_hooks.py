"""The hook settings: a fragment for each client version, and the hook that it calls."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
from pathlib import Path
from typing import Any

import pytest

from cst.model import CstError
from cst.settings import Settings, load
from cst.setup import hooks
from tests.testing import (
    DATA,
    ID,
    OTHER_ID,
    ROOT,
    Live,
    cst,
    registry_entry,
    started,
    typed,
    write_registry,
    write_transcript,
)

HOOK = ROOT / "shell" / "hook.sh"

# What clients know, as found in their binaries and by starting them with all names (CLAUDE-CODE.md §2, §13): an unknown
# name stops the start of a client with a dialog.
_OLD = {"PreToolUse", "PostToolUse", "Notification", "UserPromptSubmit", "SessionStart", "SessionEnd", "Stop", "SubagentStop",
        "PreCompact", "PermissionRequest"}  # fmt: skip
_2_1_200 = _OLD | {
    "PostToolUseFailure", "PostToolBatch", "UserPromptExpansion", "StopFailure", "SubagentStart", "PostCompact",
    "PermissionDenied", "Setup", "TeammateIdle", "TaskCreated", "TaskCompleted", "Elicitation", "ElicitationResult",
    "ConfigChange", "WorktreeCreate", "WorktreeRemove", "InstructionsLoaded", "CwdChanged", "FileChanged", "MessageDisplay",
}  # fmt: skip
KNOWN = {
    "2.1.50": _OLD,
    "2.1.110": _OLD,
    "2.1.200": _2_1_200,
    "2.1.329": _2_1_200 | {"PreModelSwitch", "PostModelSwitch", "DirectoryAdded"},
}
NEVER = {"MessageDisplay", "PostToolBatch", "WorktreeCreate", "PostToolUse"}  # bulky, or they replace behaviour


def fragment(own: Settings, version: str) -> dict[str, Any]:
    """The hooks of the printed fragment, which has to hold nothing else."""
    given = json.loads(hooks.fragment(own, version))

    assert list(given) == ["hooks"]
    found: dict[str, Any] = given["hooks"]
    return found


def calls(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The one call of each event."""
    return {event: entry["hooks"][0] for event, (entry,) in found.items()}


@pytest.mark.parametrize("version", KNOWN)
def test_a_client_gets_only_events_that_it_knows(own: Settings, version: str) -> None:
    """No name that would stop the client's start, and none that is bulky."""
    found = set(fragment(own, version))

    assert set() == found - KNOWN[version]
    assert set() == found & NEVER
    assert {"SessionStart", "UserPromptSubmit", "PreToolUse", "PermissionRequest", "Stop"} <= found


def test_a_client_of_today_gets_all(own: Settings) -> None:
    """2.1.329 gets the thirteen events that states are made of: before tools run for two of them only, of notifications
    those that cst reads."""
    found = fragment(own, "2.1.329")

    assert [event for event, _, _ in hooks.EVENTS] == list(found)
    assert len(found) == 13
    assert {e: entry["matcher"] for e, (entry,) in found.items() if "matcher" in entry} == {
        "PreToolUse": "AskUserQuestion|ExitPlanMode", "Notification": hooks.NOTIFICATIONS,
    }  # fmt: skip


def test_each_event_that_a_rule_reads_is_registered() -> None:
    """By the names in the source of the rules, of events and of notifications. Bug shown: rules asked for Notification,
    Elicitation and TeammateIdle, and no settings had them."""
    source = "".join(path.read_text() for path in sorted((ROOT / "cst" / "core").glob("*.py")))
    calls = re.findall(r"\bnewest\(f, ([^)]*)\)", source)
    events = {name for call in calls for name in re.findall(r'"(\w+)"', call)}
    kinds = set(re.findall(r'\bnotified\(f, "(\w+)"\)|"notification_type"\) == "(\w+)"', source))

    assert {"PermissionRequest", "Notification", "Elicitation", "TeammateIdle"} <= events
    assert events - {event for event, _, _ in hooks.EVENTS} == set()
    assert {one or other for one, other in kinds} == set(hooks.NOTIFICATIONS.split("|"))


@pytest.mark.parametrize("version", ["", "2.0.14", "nonsense", "2.x", "²"])
def test_an_unknown_client_gets_what_every_client_knows(own: Settings, version: str) -> None:
    """Where the version is not known or no version, nothing new is registered.

    Bug shown by the last one: "²" is a digit to `isdigit` and no number to `int`: a ValueError.
    """
    found = fragment(own, version)

    assert {"SessionStart", "SessionEnd", "UserPromptSubmit", "PreToolUse", "PreCompact", "Stop"} == set(found)


@pytest.mark.parametrize(("version", "wanted"), [("2.1.110", set()), ("2.1.329", {False, True})])
def test_a_hook_delays_nobody(own: Settings, version: str, wanted: set[bool]) -> None:
    """Asynchronous where the client can; SessionEnd never, for the client would end before it; 5 seconds at most."""
    found = calls(fragment(own, version))

    assert wanted == {call["async"] for call in found.values() if "async" in call} | ({False} if wanted else set())
    assert "async" not in found["SessionEnd"]
    assert {5} == {call["timeout"] for call in found.values()}
    assert {"command"} == {call["type"] for call in found.values()}


def test_the_hook_is_put_where_the_fragment_says(own: Settings) -> None:
    """The hook is a private copy that can be executed; the old one was replaced, not rewritten."""
    before = os.umask(0)
    hooks.fragment(own, "2.1.329")
    os.umask(before)
    path = Path(own.hook)
    first = path.stat()
    hooks.fragment(own, "2.1.329")
    same = path.stat()
    path.write_text("an older one")
    held = path.open()
    hooks.fragment(own, "2.1.329")

    assert HOOK.read_bytes() == path.read_bytes()
    assert (stat.S_IMODE(path.stat().st_mode), stat.S_IMODE(path.parent.stat().st_mode)) == (0o700, 0o700)
    assert (first.st_ino, first.st_mtime) == (same.st_ino, same.st_mtime)
    assert held.read() == "an older one"
    assert os.listdir(path.parent) == ["hook.sh"]
    held.close()


def test_a_hook_that_lost_its_mode_is_put_again(own: Settings) -> None:
    """A copy that cannot be executed is no hook."""
    hooks.put_hook(own)
    Path(own.hook).chmod(0o600)
    hooks.put_hook(own)

    assert stat.S_IMODE(os.stat(own.hook).st_mode) == 0o700


def test_a_place_that_cannot_be_written_is_named(own: Settings) -> None:
    """The error names the path and the remedy."""
    Path(own.data_dir).parent.mkdir(parents=True)
    Path(own.data_dir).write_text("a file")
    with pytest.raises(CstError, match=r"cannot put the hook at .*hook.sh: .*; fix its permissions"):
        hooks.put_hook(own)


@pytest.mark.parametrize("folder", ["plain", "two words", "it's", "a$HOME`b`", "ünï", 'quo"te', "a;b&c|d", "(x)", "*"])
def test_the_command_runs_under_sh(home: Path, folder: str) -> None:
    """Whatever its folder is called, sh finds the hook and gives it the event."""
    own = load({"HOME": str(home), "XDG_DATA_HOME": str(home / folder)})
    command = calls(fragment(own, "2.1.329"))["Stop"]["command"]
    env = {"PATH": os.environ["PATH"], "HOME": str(home), "CLAUDE_CODE_SESSION_ID": ID, "CST_STATE_DIR": str(home / "state")}
    payload = json.dumps({"session_id": ID, "hook_event_name": "Stop"})
    done = subprocess.run(["sh", "-c", command], input=payload, env=env, capture_output=True, text=True, timeout=60, check=False)

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert '"event":"Stop"' in (home / "state" / "events" / "v1" / f"{ID}.jsonl").read_text()


def test_a_hook_that_is_gone_is_no_failure(own: Settings) -> None:
    """After cst was removed, the entries that it left do nothing, silently."""
    command = calls(fragment(own, "2.1.329"))["Stop"]["command"]
    os.unlink(own.hook)
    done = subprocess.run(["sh", "-c", command], input="{}", capture_output=True, text=True, timeout=60, check=False)

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_version_is_the_oldest_that_runs(own: Settings, claude: Path, live: Live) -> None:
    """By number, not by letter; the record of a killed client says nothing.

    Bug shown: with the newest, an older client beside it got events that stop its start.
    """
    old, new = live.start("claude"), live.start("claude")
    write_registry(claude, registry_entry(old, version="2.1.99", procStart=started(old)))
    write_registry(claude, registry_entry(new, version="2.1.200", procStart=started(new), sessionId=OTHER_ID))
    write_registry(claude, registry_entry(10**8, version="2.1.50"))

    assert hooks.client_version(own) == "2.1.99"


def test_the_version_of_a_client_that_does_not_say_it(own: Settings, claude: Path, live: Live) -> None:
    """2.1.110 has none in its record; its transcript has. Bug shown: with a newer one beside it, it got events that stop
    its start."""
    old, new = live.start("claude"), live.start("claude")
    record = {**json.loads((DATA / "registry" / "2.1.110.json").read_text()), "pid": old, "cwd": "/home/u/proj/alpha"}
    write_registry(claude, record)
    write_registry(claude, registry_entry(new, version="2.1.200", procStart=started(new), sessionId=OTHER_ID))
    unsaid = sorted(hooks.live_versions(own)), hooks.client_version(own)
    write_transcript(claude, [{**typed("go"), "version": "2.1.110"}], ID, "/home/u/proj/alpha")

    assert unsaid == (["", "2.1.200"], "2.1.200")
    assert (sorted(hooks.live_versions(own)), hooks.client_version(own)) == (["2.1.110", "2.1.200"], "2.1.110")


def test_the_version_of_a_dead_old_client_says_nothing(own: Settings, claude: Path) -> None:
    """A client that writes no procStart is alive only if its pid is.

    Bug shown: without procStart every record counted.
    """
    write_registry(claude, registry_entry(10**8, version="2.1.110", procStart=None))

    assert hooks.client_version(own) == ""


def test_print_says_what_to_do(home: Path) -> None:
    """The fragment goes to stdout, the advice to stderr: a pipe gets JSON only."""
    done = cst("hooks", "print", "--client", "2.1.329")

    assert len(json.loads(done.stdout)["hooks"]) == 13
    assert f"cst: for Claude Code 2.1.329: merge this into {home}/.claude/settings.json" in done.stderr
    assert done.returncode == 0


def test_a_hook_that_cannot_be_run_is_not_installed(own: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a file system where nothing may be executed. Bug shown: it was reported as installed, and no event came."""
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.X_OK)
    with pytest.raises(CstError, match=r"the hook at .*hook.sh cannot be run: .*noexec.*; set XDG_DATA_HOME"):
        hooks.put_hook(own)
