"""`cst doctor`: each check on a world in which what it looks for is so, and on one in which it is not."""

from __future__ import annotations

import json
import os
import py_compile
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from cst.commands import doctor
from cst.doctor import runner, selftest, tools
from cst.doctor.finding import Finding
from cst.settings import Settings, load
from cst.setup import hook_install, policy
from cst.system import orphans, trust
from tests.testing import (
    ID,
    OTHER_ID,
    ROOT,
    Live,
    TmuxServer,
    cst,
    ended_turn,
    event,
    registry_entry,
    started,
    typed,
    until,
    write_events,
    write_registry,
    write_transcript,
)  # fmt: skip


@pytest.fixture(autouse=True)
def no_administrator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policy, "MANAGED", str(tmp_path / "etc"))


def findings(own: Settings, **env: str) -> dict[str, list[Finding]]:
    """All findings by their check."""
    found: dict[str, list[Finding]] = {}
    for finding in doctor.examine(own, {**os.environ, **env}, time.time()):
        found.setdefault(finding.check, []).append(finding)
    return found


def one(own: Settings, check: str, **env: str) -> Finding:
    (finding,) = findings(own, **env)[check]
    return finding


def register(claude: Path, pid: int, session_id: str = ID, **changes: object) -> None:
    now = time.time() * 1000
    write_registry(claude, registry_entry(
        pid, **{"sessionId": session_id, "procStart": started(pid), "tmux": None, "startedAt": now - 60000, "statusUpdatedAt": now, **changes},
    ))  # fmt: skip


def test_a_fresh_machine_has_nothing_wrong(own: Settings) -> None:
    """No Claude Code, no tmux server, no file of ours: worth a note, and looking makes nothing."""
    found = [finding for some in findings(own).values() for finding in some]

    assert {finding.outcome for finding in found} == {"ok", "note"}
    assert os.listdir(own.home) == []


def test_a_check_that_fails_is_unknown_and_ends_no_other(own: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error is no proof of anything."""

    def broken(_: object) -> Iterator[Finding]:
        raise OSError("no such luck")

    checks = (runner.Check("first", broken), *runner.CHECKS[-1:])
    monkeypatch.setattr(runner, "CHECKS", checks)

    assert one(own, "first").outcome == "unknown"
    assert "no such luck" in one(own, "first").found
    assert one(own, "fzf").outcome == "ok"


def test_a_broken_config_file_is_named_and_does_not_end_the_doctor(home: Path) -> None:
    """The other verbs stop at it."""
    path = home / ".config" / "cst" / "config.toml"
    path.parent.mkdir(parents=True)
    path.write_text("colour = 1\n")
    done = cst("doctor", "--json")
    checks = {one["check"]: one for one in json.loads(done.stdout)["checks"]}

    assert (done.returncode, done.stderr, checks["config"]["outcome"]) == (1, "", "wrong")
    assert "config.toml, line 1: unknown key 'colour'" in checks["config"]["found"]
    assert checks["fzf"]["outcome"] == "ok"


def test_versions_and_what_is_known_of_each(own: Settings, claude: Path, live: Live) -> None:
    """Each version with its number of sessions, and what its records lack."""
    for version in ("2.1.329", "2.1.110"):
        register(claude, live.start(), version=version, status=None if version == "2.1.110" else "idle")
    found = one(own, "sessions")

    assert found.found == "2 live: 1 x 2.1.110 (publishes no status), 1 x 2.1.329"
    assert (found.outcome, "cst hooks install" in found.fix) == ("note", True)


def test_stale_records_are_counted(own: Settings, claude: Path, live: Live) -> None:
    """A killed process leaves its record."""
    register(claude, live.start())
    write_registry(claude, registry_entry(2**22 - 3, sessionId=OTHER_ID))

    assert "1 records of live processes; 1 of processes that are gone" in one(own, "registry").found


@pytest.mark.parametrize(("told", "outcome"), [({"CLAUDE_CODE_CHILD_SESSION": "1"}, "wrong"), ({"X": "1"}, "ok")])
def test_transcripts_that_the_environment_switches_off(own: Settings, claude: Path, live: Live, told: dict[str, str], outcome: str) -> None:
    """Proved on the process itself; one that has a transcript all the same is fine."""
    pid = live.start(env=told)
    register(claude, pid)

    assert one(own, "transcripts").outcome == outcome
    write_transcript(claude, [typed("hi"), ended_turn()])
    assert one(own, "transcripts").outcome == "ok"


@pytest.mark.parametrize(("settings", "days", "outcome"), [("{}", 28, "note"), ("{}", 5, "ok"), ('{"cleanupPeriodDays": 90}', 28, "ok"), ("{", 1, "unknown")])
def test_transcripts_that_will_be_deleted(own: Settings, claude: Path, settings: str, days: int, outcome: str) -> None:
    """30 days without a setting; within three of it is worth a note; a file that cannot be read is unknown."""
    (claude / "settings.json").write_text(settings)
    path = write_transcript(claude, [typed("hi")])
    os.utime(path, (time.time() - days * 86400,) * 2)

    assert one(own, "retention").outcome == outcome


def test_a_process_that_outlived_its_session_is_listed_and_left_alone(
    own: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An orphan with a dead session's id in its environment; that of a live session is none of ours to name."""
    script = tmp_path / "server"
    script.write_text("#!/bin/sh\necho $$ >pid.new; mv pid.new pid; exec sleep 60\n")
    script.chmod(0o755)
    env = {"CLAUDECODE": "1", "CLAUDE_CODE_SESSION_ID": ID, "PATH": os.environ["PATH"]}
    subprocess.run(["sh", "-c", f"{script} >/dev/null 2>&1 &"], env=env, cwd=tmp_path, check=True)
    until((tmp_path / "pid").exists)
    pid = int((tmp_path / "pid").read_text())
    try:
        until(lambda: b"sleep" in Path(f"/proc/{pid}/cmdline").read_bytes())
        adopted = [orphan for orphan in orphans.read(()) if orphan.pid == pid]
        if not adopted:
            pytest.skip("here orphans are adopted by something else than init")
        assert (adopted[0].command, adopted[0].session_id) == ("sleep 60", ID)
        assert pid not in [orphan.pid for orphan in orphans.read([ID])]

        monkeypatch.setattr("cst.doctor.claude.orphans.read", lambda _ids: adopted)  # others of this machine may be there
        found = one(own, "orphans")

        assert (found.outcome, found.found) == ("note", f"1 outlived their session: {pid} sleep 60")
        assert found.fix == f"if you want none of them: kill {pid}"
        assert os.path.exists(f"/proc/{pid}")
    finally:
        os.kill(pid, 9)


def test_hooks_that_something_else_dropped(own: Settings, claude: Path) -> None:
    """They were installed and are not there any more, and nobody uninstalled them."""
    path = claude / "settings.json"
    path.write_text("{}")
    hook_install.apply(own, hook_install.plan_install(own, "user", "/", "2.1.329"))
    assert one(own, "hooks").outcome == "ok"
    path.write_text('{"model": "opus"}')
    found = one(own, "hooks")

    assert (found.outcome, found.fix) == ("wrong", "`cst hooks install --scope user` puts them back")


def test_a_session_that_fires_and_one_that_is_silent(own: Settings, claude: Path, live: Live) -> None:
    """With hooks installed before it started, a session that told nothing is wrong."""
    hook_install.apply(own, hook_install.plan_install(own, "user", "/", "2.1.329"))
    pid = live.start()
    register(claude, pid, startedAt=(time.time() + 60) * 1000)
    assert one(own, "firing").outcome == "wrong"
    write_events(Path(own.state_dir), [event("Stop", time.time() - 90, pid)])
    found = one(own, "firing")

    assert (found.outcome, found.found) == ("ok", "1 of 1 live sessions have told an event, the newest 1m ago")


def test_files_that_others_can_read(own: Settings) -> None:
    """Which, how many, and the chmod that fixes it."""
    path = write_events(Path(own.state_dir), [event("Stop")])
    path.parent.chmod(0o700)
    path.chmod(0o644)
    found = one(own, "private")

    assert (found.outcome, found.fix) == ("wrong", f"chmod -R go= {own.state_dir}")
    assert str(path) in found.found
    path.chmod(0o600)
    assert one(own, "private").outcome == "ok"


@pytest.mark.parametrize("which", ["state_dir", "data_dir", "above", "notify"])
def test_what_others_could_write_is_named(own: Settings, tmp_path: Path, which: str) -> None:
    """A folder of ours, one above it, or the program that a hook runs and that lies elsewhere."""
    elsewhere = tmp_path / "notify"
    elsewhere.write_text("")
    for folder in (own.state_dir, own.data_dir):
        trust.make_private(folder)
    os.symlink(elsewhere, own.state_dir + "/notify")
    assert one(own, "private").outcome == "ok"

    path = {"above": Path(own.state_dir).parent, "notify": elsewhere}.get(which) or Path(getattr(own, which))
    path.chmod(0o777)
    found = one(own, "private")

    assert (found.outcome, found.found) == ("wrong", f"others can change what is ours: {path} can be written by others")


def test_a_state_folder_that_cannot_be_written(own: Settings) -> None:
    """Proved by writing, for root too: a file is where the folder should be."""
    os.makedirs(os.path.dirname(own.state_dir))
    Path(own.state_dir).write_text("")

    assert one(own, "disk").outcome == "wrong"


def test_much_to_prune_is_offered(own: Settings) -> None:
    """12 MB of a session that is long over."""
    path = write_events(Path(own.state_dir), [b"x" * 12_000_000])
    os.utime(path, (time.time() - 40 * 86400,) * 2)
    found = one(own, "logs")

    assert (found.outcome, found.fix) == ("note", "`cst prune` frees 12 MB")


@pytest.mark.parametrize(("said", "outcome"), [("tmux 3.1c", "wrong"), ("tmux 3.2a", "note"), ("tmux 3.5", "ok"), ("tmux next-3.6", "ok"), ("tmux master", "unknown")])
def test_tmux_versions(own: Settings, tmp_path: Path, said: str, outcome: str) -> None:
    """Too old, old, new, not told."""
    program = tmp_path / "tmux"
    program.write_text(f"#!/bin/sh\necho '{said}'\n")
    program.chmod(0o755)

    assert one(own._replace(tmux_program=str(program)), "tmux").outcome == outcome


def test_no_tmux(own: Settings) -> None:
    assert one(own._replace(tmux_program="/none/tmux"), "tmux").outcome == "wrong"


@pytest.fixture
def here(own: Settings, tmux_server: TmuxServer) -> Settings:
    """Settings of somebody inside a private tmux."""
    tmux_server.new("one")
    return own._replace(tmux=f"{tmux_server.socket},1,0", tmux_program=tmux_server.program)


def bind(server: TmuxServer, folder: Path, command: str) -> None:
    path = folder / "tmux.conf"
    path.write_text(subprocess.run([sys.executable, str(ROOT / "shell" / "cst"), "init", "tmux", "--command", command], capture_output=True, text=True, check=True, env={**os.environ, "PYTHONPATH": str(ROOT)}).stdout)
    server.run("source-file", str(path))


def test_the_keys_of_init(here: Settings, tmux_server: TmuxServer, tmp_path: Path) -> None:
    """None bound, all bound, one taken by another command, a program that is gone, two pickers."""
    assert one(here, "keys").fix == "cst init tmux >> ~/.tmux.conf && tmux source-file ~/.tmux.conf"
    bind(tmux_server, tmp_path, str(ROOT / "shell" / "cst"))
    bound = findings(here)["keys"][0]
    assert (bound.outcome, "a next" in bound.found) == ("ok", True)

    tmux_server.run("bind-key", "a", "display-message", "mine")
    taken = findings(here)["keys"][0]
    assert (taken.outcome, taken.found) == ("note", "prefix a does not call `cst next` but: display-message mine")

    tmux_server.run("bind-key", "a", "run-shell", "/gone/cst next")
    gone = findings(here)["keys"][0]
    assert (gone.outcome, "/gone/cst" in gone.found) == ("wrong", True)

    tmux_server.run("bind-key", "G", "run-shell", "tmux display-popup -E claude-picker")
    assert any("pickers are bound to prefix" in finding.found for finding in findings(here)["keys"])


def test_a_key_that_stands_in_tmux_conf_too(here: Settings, tmux_server: TmuxServer, home: Path, tmp_path: Path) -> None:
    """The line that comes last has it. Bug shown: all was reported as fine."""
    bind(tmux_server, tmp_path, str(ROOT / "shell" / "cst"))
    (home / ".tmux.conf").write_text("bind a send-prefix\n")
    told = [finding for finding in findings(here)["keys"] if "send-prefix" in finding.found]

    assert [finding.found for finding in told] == [f"prefix a is `cst next`, and {home}/.tmux.conf, line 1 has it too: send-prefix"]


def test_no_server_is_started(here: Settings, tmux_server: TmuxServer, home: Path, tmp_path: Path) -> None:
    """Where none runs, none is asked for its keys: it would run a person's tmux.conf. Bug shown: it did."""
    (home / ".tmux.conf").write_text(f"run-shell 'touch {tmp_path}/ran'\n")
    tmux_server.run("kill-server")
    findings(here)
    time.sleep(0.3)

    assert not (tmp_path / "ran").exists()


def test_a_key_that_tmux_has_a_use_for(here: Settings, tmux_server: TmuxServer, tmp_path: Path) -> None:
    """Ours on such a key is said, with what the key did: of `n` in each version, of `g` since 3.8."""
    bind(tmux_server, tmp_path, str(ROOT / "shell" / "cst"))
    by_itself = [finding.found for finding in findings(here)["keys"][1:]]
    tmux_server.run("bind-key", "n", "run-shell", f"{ROOT}/shell/cst next")
    found = [finding for finding in findings(here)["keys"][1:] if finding.found not in by_itself]

    assert all("calls `cst pick`, not what tmux has there" in told for told in by_itself)
    assert [(f.outcome, f.found) for f in found] == [
        ("note", f"prefix n on {tmux_server.socket} calls `cst next`, not what tmux has there: next-window")
    ]


def test_servers_and_focus_events(here: Settings, tmux_server: TmuxServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server answers; its version is the program's; focus events are told as they are."""
    assert one(here, "servers").found == f"1 reached: {tmux_server.socket}"
    assert one(here, "focus").outcome == "note"
    tmux_server.run("set-option", "-s", "focus-events", "on")
    assert one(here, "focus").outcome == "ok"
    configured = here._replace(tmux_sockets=("/none/socket",))
    assert findings(configured)["servers"][0].outcome == "wrong"


def test_fzf_is_run(own: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """One that does not start is wrong, and so is an old one."""
    assert one(own, "fzf").outcome == "ok"
    old = tmp_path / "fzf"
    old.write_text("#!/bin/sh\necho 0.38.0\n")
    old.chmod(0o755)
    for path in (str(old), "/none/fzf"):
        monkeypatch.setattr("cst.fzf.launch.bundled", lambda: path)  # noqa: B023
        assert one(own, "fzf").outcome == "wrong"


def test_what_python_compiles_at_each_start(own: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A module that was never compiled, or was changed since, is noted, and how to fix that; PEP 552's kinds are not."""
    module = tmp_path / "module.py"
    module.write_text("x = 1\n")
    assert not tools.compiled(str(module))
    py_compile.compile(str(module))
    assert tools.compiled(str(module))
    module.write_text("x = 23\n")
    assert not tools.compiled(str(module))
    py_compile.compile(str(module), invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
    assert tools.compiled(str(module))

    monkeypatch.setattr(tools, "compiled", lambda _: False)
    assert [finding.outcome for finding in findings(own)["cst"]][-1] == "note"
    assert f"-m compileall -q {ROOT / 'cst'}" in findings(own)["cst"][-1].fix


@pytest.mark.parametrize(("env", "outcome"), [({"LANG": "de_DE.UTF-8"}, "ok"), ({"LC_ALL": "C"}, "note")])
def test_locale(own: Settings, env: dict[str, str], outcome: str) -> None:
    assert one(own, "locale", **{"LC_ALL": "", "LC_CTYPE": "", "LANG": "", **env}).outcome == outcome


def test_on_a_terminal_of_80_columns(claude: Path) -> None:
    """Every line fits, there are fewer than 45, and each check has its word."""
    program = Path(sys.executable).parent / "cst"
    if not program.exists():
        pytest.skip("cst is not installed beside this Python")
    done = subprocess.run([program, "doctor"], env={**os.environ, "COLUMNS": "80", "LANG": "C.UTF-8"}, capture_output=True, text=True, check=False)
    lines = done.stdout.splitlines()

    assert (done.returncode, done.stderr) == (0, "")
    assert (max(map(len, lines)) <= 80, len(lines) < 45) == (True, True)
    assert all(line.startswith((" ", "✓ ok ", "· note ", "~ unknown ", "✗ wrong ")) for line in lines[:-1])
    assert "\x1b" not in done.stdout


def test_without_unicode_and_with_hostile_text(home: Path, claude: Path, live: Live) -> None:
    """ASCII glyphs; what a session calls itself cannot act on the terminal."""
    register(claude, live.start(), version="\x1b]0;x\x07\u202e2.1")
    done = cst("doctor", env={"LC_ALL": "C"})

    assert done.stdout.isascii()
    assert "\x1b" not in done.stdout


def test_the_self_test(own: Settings) -> None:
    """Each step succeeds and says its time, and nothing stays behind."""
    before = set(os.listdir("/tmp"))
    program = Path(sys.executable).parent / "cst"
    if not program.exists():
        pytest.skip("cst is not installed beside this Python")
    found = selftest.findings(load({**os.environ}), str(program))

    assert [finding.outcome for finding in found] == ["ok"] * 5, found
    assert all(finding.found.endswith(" ms") for finding in found)
    assert [name for name in set(os.listdir("/tmp")) - before if name.startswith("cst-verify-")] == []


def test_the_self_test_of_a_broken_cst(own: Settings, tmp_path: Path) -> None:
    """The step that fails is named, the rest is not tried, and nothing stays behind."""
    broken = tmp_path / "cst"
    broken.write_text('#!/bin/sh\necho "{\\"sessions\\": []}"\n')
    broken.chmod(0o755)
    before = set(os.listdir("/tmp"))
    found = selftest.findings(own, str(broken))

    assert [finding.outcome for finding in found] == ["ok", "wrong"]
    assert [name for name in set(os.listdir("/tmp")) - before if name.startswith("cst-verify-")] == []


