"""What `cst hooks status` knows: files, plugin, hook, and which live sessions have told of themselves."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from cst.jsonl import dumps
from cst.model import CstError
from cst.settings import Settings
from cst.setup import hook_install, hook_status, hooks, policy
from cst.setup.hook_status import Status
from tests.testing import (
    DATA,
    ID,
    MALLORY,
    OTHER_ID,
    ROOT,
    Live,
    cst,
    event,
    registry_entry,
    said,
    started,
    two_users,
    typed,
    write_events,
    write_registry,
    write_transcript,
)  # fmt: skip

NEW = "2.1.329"
NOW = time.time()


@pytest.fixture(autouse=True)
def no_administrator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "etc"
    monkeypatch.setattr(policy, "MANAGED", str(folder))
    return folder


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    folder = tmp_path / "repo"
    (folder / ".git").mkdir(parents=True)
    return folder


def put(own: Settings, scope: str = "user", version: str = NEW, cwd: str = "/") -> None:
    hook_install.apply(own, hook_install.plan_install(own, scope, cwd, version))


def look(own: Settings, cwd: Path | str = "/") -> Status:
    return hook_status.status(own, str(cwd), NOW)


def states(found: Status) -> list[str]:
    return [scope.state for scope in found.scopes]


def test_nothing_is_there(own: Settings, repo: Path) -> None:
    """No file, no hook, no session: that is no problem, and nothing is made by looking."""
    found = look(own, repo)

    assert (states(found), found.hook_state, found.plugins, found.sentence) == (["absent"] * 3, "missing", (), "")
    assert not os.path.exists(own.data_dir)
    assert os.listdir(repo) == [".git"]


def test_a_file_of_two_scopes_is_told_once(own: Settings, claude: Path) -> None:
    """In the home the project's file is the user's own."""
    assert [scope.scope for scope in look(own, own.home).scopes] == ["user", "local"]


def test_each_scope_is_told(own: Settings, claude: Path, repo: Path) -> None:
    """Installed with its time, outdated, foreign with its reason; the first thing to fix is named."""
    put(own)
    put(own, "project", "2.1.329", str(repo))
    path = repo / ".claude" / "settings.json"
    path.write_text(path.read_text().replace('"timeout": 5', '"timeout": 7'))
    (repo / ".claude" / "settings.local.json").write_text('{"hooks": []}')
    found = look(own, repo)

    assert states(found) == ["installed", "outdated", "foreign"]
    assert [len(scope.events) for scope in found.scopes] == [13, 13, 0]
    assert abs(found.scopes[0].at - time.time()) < 60
    assert '"hooks" must be an object' in found.scopes[2].why
    assert found.sentence == found.scopes[2].sentence


@pytest.mark.parametrize(("installed", "running", "unknown"), [
    ("2.1.110", ["2.1.329"], ""), ("2.1.329", ["2.1.329"], ""), ("2.1.110", ["2.1.329", "2.1.110"], ""),
    ("2.1.329", ["2.1.110"], "2.1.110"), ("2.1.329", ["2.1.329", "2.1.110"], "2.1.110"),
])  # fmt: skip
def test_clients_of_two_versions(
    own: Settings, claude: Path, live: Live, installed: str, running: list[str], unknown: str
) -> None:
    """What is complete for one is installed, whichever lives now; what a live one does not know is named.

    Bug shown: it was outdated, and the advice took events away or gave them to a client that they stop.
    """
    put(own, version=installed)
    for version, session in zip(running, (ID, OTHER_ID), strict=False):
        pid = live.start("claude")
        write_registry(claude, registry_entry(pid, sessionId=session, procStart=started(pid), version=version))
    found = look(own)
    new = "PostCompact, StopFailure, Notification, Elicitation, ElicitationResult, TeammateIdle"
    told = f"Claude Code {unknown} runs too and may not know {new}: its start would stop with a warning" if unknown else ""

    assert (found.scopes[0].state, found.scopes[0].why, found.sentence) == ("installed", told, "")


def test_hooks_of_an_earlier_cst_are_told_what_they_lack(own: Settings, claude: Path) -> None:
    """The events that were added since, and the command that adds them."""
    put(own)
    path = claude / "settings.json"
    given = json.loads(path.read_text())
    for name in ("Notification", "TeammateIdle"):
        given["hooks"].pop(name)
    path.write_text(json.dumps(given))
    found = look(own)

    assert states(found)[0] == "outdated"
    assert found.scopes[0].sentence == "without Notification, TeammateIdle; `cst hooks install` adds them"
    assert found.sentence == (
        f"the hooks in {path} are outdated, without Notification, TeammateIdle; run `cst hooks install --scope user`"
    )


def test_a_file_that_cannot_be_read_is_told(own: Settings, claude: Path) -> None:
    """A link that leads nowhere is not an absent file."""
    (claude / "settings.json").symlink_to("gone")
    found = look(own)

    assert states(found)[0] == "unreadable"
    assert "leads nowhere" in found.sentence


@pytest.mark.parametrize(("change", "state"), [("old", "outdated"), ("mode", "not executable"), ("gone", "missing"), ("none", "current")])
def test_the_state_of_the_hook(own: Settings, claude: Path, change: str, state: str) -> None:
    """An installation that calls no hook, or an old one, is a problem."""
    put(own)
    if change == "old":
        Path(own.hook).write_text("#!/bin/sh\n")
    elif change == "mode":
        Path(own.hook).chmod(0o600)
    elif change == "gone":
        Path(own.hook).unlink()
    found = look(own)

    assert found.hook_state == state
    assert found.sentence == ("" if state == "current" else f"the hook at {own.hook} is {state}; run `cst hooks install`")


@pytest.mark.parametrize(("enabled", "seen"), [({"cst@cst": True}, True), ({"cst": True}, True), ({"cst@cst": False}, False), ({"other@cst": True}, False), ([], False)])
def test_the_plugin_is_seen(own: Settings, claude: Path, enabled: object, seen: bool) -> None:
    """In the settings that switch it on; with the hooks in the settings too, both are named."""
    (claude / "settings.json").write_text(json.dumps({"enabledPlugins": enabled}))
    alone = look(own)
    put(own)
    both = look(own)

    assert alone.plugins == ((str(claude / "settings.json"),) if seen else ())
    assert (alone.twice, both.twice) == (False, seen)


@pytest.mark.parametrize("words", [("--plugin-dir", "{}"), ("-c", "--plugin-dir={}"), ("--plugin-dir", "/elsewhere", "--plugin-dir", "{}")])
def test_a_plugin_that_one_session_was_given_is_seen(own: Settings, claude: Path, live: Live, tmp_path: Path, words: tuple[str, ...]) -> None:
    """`claude --plugin-dir` leaves its trace in the process alone; another plugin's folder is none of ours."""
    (tmp_path / "elsewhere/.claude-plugin").mkdir(parents=True)
    (tmp_path / "elsewhere/.claude-plugin/plugin.json").write_text('{"name": "other"}')
    mine = live.start("claude", *(word.format(ROOT) for word in words))
    other = live.start("claude", "--plugin-dir", str(tmp_path / "elsewhere"))
    for pid, session in ((mine, ID), (other, OTHER_ID)):
        write_registry(claude, registry_entry(pid, sessionId=session, procStart=started(pid)))
    found = look(own)
    why = {one.session_id: one.why for one in found.sessions}
    said = cst("hooks", "status").stdout

    assert (found.plugin_dirs, found.plugins, found.twice) == ((str(ROOT),), (), False)
    assert (why[OTHER_ID], "has told nothing" in why[ID]) == ("no hooks are installed", True)
    assert f"plugin   given      {ROOT}, by --plugin-dir, to 1 of 2 sessions" in said
    put(own)
    assert look(own).twice


def test_what_switches_hooks_off_is_the_problem(own: Settings, claude: Path, repo: Path) -> None:
    """Installed and forbidden: the key and its file; for the folder that one stands in."""
    put(own)
    (repo / ".claude").mkdir()
    (repo / ".claude" / "settings.local.json").write_text('{"disableAllHooks": true}')

    assert "disableAllHooks" in look(own, repo).problem
    assert look(own).problem == ""


def test_sessions_that_fire_and_those_that_do_not(own: Settings, claude: Path, live: Live) -> None:
    """An event of that very process is proof; a session from before the installation owes none; a dead one is not listed."""
    fires, silent, older = (live.start("claude") for _ in range(3))
    put(own)
    later = (time.time() + 1) * 1000
    for pid, session, at in ((fires, ID, later), (silent, OTHER_ID, later), (older, ID, 1000)):
        write_registry(claude, registry_entry(pid, sessionId=session, procStart=started(pid), startedAt=int(at)))
    write_registry(claude, registry_entry(10**8))
    write_registry(claude, registry_entry(os.getpid(), procStart="1"))
    write_events(Path(own.state_dir), [event("Stop", NOW - 60, pid=fires)])
    found = {int(one.key.partition(".")[0]): one for one in look(own).sessions}

    assert {pid: one.fires for pid, one in found.items()} == {fires: True, silent: False, older: None}
    assert (found[fires].last, int(found[fires].last_at), found[fires].why) == ("Stop", int(NOW - 60), "")
    assert "has told nothing" in found[silent].why
    assert "started before the hooks were installed" in found[older].why


@pytest.mark.parametrize(("after", "fires"), [(-60, None), (1, None), (60, False)])
def test_an_older_session_that_was_prompted_since(own: Settings, claude: Path, live: Live, after: float, fires: bool | None) -> None:
    """Its prompt would have told, but for one in the moment of the installation: the client has missed the change.

    Bug shown: "its next prompt tells" was said of it for ever.
    """
    pid = live.start("claude")
    put(own)
    installed = next(scope.at for scope in look(own).scopes if scope.events)
    write_registry(claude, registry_entry(pid, sessionId=ID, procStart=started(pid), startedAt=1000, cwd="/x/a"))
    write_transcript(claude, [typed("go", installed + after), said("gone", installed + after)], ID, "/x/a")
    (one,) = look(own).sessions

    assert one.fires is fires
    assert one.why.endswith("; start it again" if fires is False else "; its next prompt tells")


@pytest.mark.parametrize("scope", ["user", "project"])
def test_hooks_for_a_client_of_2_0(own: Settings, repo: Path, claude: Path, live: Live, scope: str) -> None:
    """They look as if nobody had known which client it is: how to add the others is said, unless a live client may not
    know them. Bug shown: one that does not say its version was among those that know all; of a project's settings the
    command would have changed those of the user; and the doctor did not say that it may be meant."""
    known, silent = live.start("claude"), live.start("claude")
    write_registry(claude, registry_entry(known, procStart=started(known)))
    put(own, scope, "2.0.14", cwd=str(repo))
    alone = next(one for one in look(own, repo).scopes if one.events)
    record = {**json.loads((DATA / "registry" / "2.1.110.json").read_text()), "pid": silent, "sessionId": OTHER_ID}
    write_registry(claude, record)
    beside = next(one for one in look(own, repo).scopes if one.events)

    how = "" if scope == "user" else " --scope project"
    assert alone.why.startswith("without PermissionRequest, PostCompact, ")
    assert alone.sentence.endswith(f", which all live sessions know; unless that is meant, `cst hooks install{how}` adds them")
    assert (beside.state, beside.sentence) == ("installed", "")


def test_without_hooks_nobody_is_to_fire(own: Settings, claude: Path, live: Live) -> None:
    """The reason is that none are installed."""
    pid = live.start("claude")
    write_registry(claude, registry_entry(pid, procStart=started(pid)))

    assert [(one.fires, one.why) for one in look(own).sessions] == [(False, "no hooks are installed")]


def test_json(own: Settings, claude: Path, live: Live) -> None:
    """Every key that docs/json.md names, and no other; nothing that JSON has no form for."""
    pid = live.start("claude")
    write_registry(claude, registry_entry(pid, procStart=started(pid)))
    put(own)
    given = json.loads(dumps(hook_status.as_json(look(own))))
    keys = {*given, *given["scopes"][0], *given["sessions"][0], *given["hook"]}
    section = (ROOT / "docs" / "json.md").read_text().partition("hooks status")[2]

    assert list(given) == ["schema", "hook", "scopes", "plugins", "twice", "forbidden", "sessions", "problem"]
    assert [key for key in sorted(keys) if f"`{key}`" not in section] == []
    assert (given["problem"], given["forbidden"], given["sessions"][0]["last"]) == (None, None, None)


def test_the_plugin_is_the_same_table() -> None:
    """hooks/hooks.json calls the hook of its own copy for the same events, marked, and never delays."""
    given = json.loads((ROOT / "hooks" / "hooks.json").read_text())["hooks"]
    calls = {event: group["hooks"][0] for event, (group,) in given.items()}

    assert list(calls) == [event for event, _, _ in hooks.EVENTS]
    assert {call["command"] for call in calls.values()} == {
        '[ -x "${CLAUDE_PLUGIN_ROOT}/shell/hook.sh" ] && "${CLAUDE_PLUGIN_ROOT}/shell/hook.sh" plugin || :'
    }
    assert {event for event, call in calls.items() if not call.get("async")} == {"SessionEnd"}
    assert given["PreToolUse"][0]["matcher"] == "AskUserQuestion|ExitPlanMode"


def test_the_marketplace_leads_to_the_plugin() -> None:
    """Its one plugin is this folder, under the name by which `status` knows it."""
    market = json.loads((ROOT / ".claude-plugin" / "marketplace.json").read_text())
    plugin = json.loads((ROOT / ".claude-plugin" / "plugin.json").read_text())

    assert [(one["name"], one["source"]) for one in market["plugins"]] == [(hooks.PLUGIN, "./")]
    assert plugin["name"] == hooks.PLUGIN
    assert os.access(ROOT / "shell" / "hook.sh", os.X_OK)


@pytest.mark.parametrize("which", ["hook", "folder"])
def test_a_hook_that_others_could_write_is_named(own: Settings, claude: Path, which: str) -> None:
    """Each session runs it. The hook is put anew; a folder is nothing that cst makes narrower by itself."""
    put(own)
    path = {"hook": Path(own.hook), "folder": Path(own.data_dir)}[which]
    path.chmod(0o777)
    found = look(own)

    assert found.hook_state == "unsafe"
    told = f"each session runs {own.hook}, and {os.path.realpath(path)} can be written by others; run `cst hooks install`"
    assert found.sentence == told
    if which == "folder":
        with pytest.raises(CstError, match="can be written by others; chmod go-w"):
            hooks.put_hook(own)
        path.chmod(0o700)
    else:
        assert hooks.put_hook(own)
    assert look(own).hook_state == "current"


@two_users
@pytest.mark.parametrize("which", ["hook", "folder"])
def test_a_hook_of_somebody_else_is_named(own: Settings, claude: Path, which: str) -> None:
    """However it looks."""
    put(own)
    os.chown({"hook": own.hook, "folder": own.data_dir}[which], MALLORY, MALLORY)
    found = look(own)

    assert found.hook_state == "unsafe"
    assert f"belongs to another user (uid {MALLORY})" in found.sentence
    if which == "hook":
        assert hooks.put_hook(own)
        assert os.stat(own.hook).st_uid == os.getuid()
        assert look(own).problem == ""
