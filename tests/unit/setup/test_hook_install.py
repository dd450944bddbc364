"""Hooks into real settings files and out again: to the byte, whoever else is at it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from cst.model import CstError
from cst.settings import Settings, load
from cst.setup import hook_install, hooks, locked_file, settings_plan
from tests.testing import ROOT
from tests.unit.setup.installing import MINE, NEW, events, looks, put, take
from tests.unit.setup.test_json_splice import Maker


def test_in_and_out_of_a_hundred_files(own: Settings, file: Path) -> None:
    """On the disk as in the text: installed once, twice, taken out, and every byte is back."""
    for seed in range(5000, 5100):
        before = Maker(seed).file().encode()
        file.write_bytes(before)
        put(own)
        once = looks(file)
        put(own)
        twice = looks(file)
        take(own)

        assert (seed, once) == (seed, twice)
        assert (seed, file.read_bytes()) == (seed, before)


@pytest.mark.parametrize("before", [b"", b"\n", b"{}", b"{ }\n", b"\xef\xbb\xbf{}\r\n", b'{"hooks": {}}', MINE])
def test_out_gives_back_the_bytes(own: Settings, file: Path, before: bytes) -> None:
    """Empty files and empty objects too; nothing of ours is left beside the file but the backup of what was there."""
    file.write_bytes(before)
    backup = put(own)
    take(own)

    assert before == file.read_bytes() == Path(backup).read_bytes()
    assert sorted(os.listdir(file.parent)) == sorted(["settings.json", os.path.basename(backup)])
    assert os.listdir(own.data_dir + "/receipts") == []


@pytest.mark.parametrize("folder", [True, False])
def test_where_there_was_no_file_there_is_none_again(own: Settings, home: Path, folder: bool) -> None:
    """Nor the folder that was made for it; both are private."""
    config = home / ".claude"
    if folder:
        config.mkdir()
    put(own)
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (config / "settings.json", config)]
    take(own)

    assert modes[0] == 0o600
    assert folder or modes[1] == 0o700
    assert config.exists() == folder
    assert not (config / "settings.json").exists()


def test_without_a_receipt_only_ours_goes(own: Settings, file: Path) -> None:
    """The data folder was deleted: the text alone tells what is ours."""
    file.write_bytes(MINE)
    put(own)
    shutil.rmtree(own.data_dir)
    take(own)

    assert file.read_bytes() == MINE


@pytest.mark.parametrize("damage", [b"[" * 10_000, b"{}", b"", b'{"before": 5, "after": "", "t": 0, "folders": []}', b'{"before": "", "after": "", "t": 0, "folders": 1}'])
def test_a_damaged_receipt_is_none(own: Settings, file: Path, damage: bytes) -> None:
    """The text alone tells then, too. Bug shown: one that was nested deeply ended `cst hooks` with a trace."""
    file.write_bytes(MINE)
    put(own)
    for receipt in Path(own.data_dir, "receipts").iterdir():
        receipt.write_bytes(damage)
    take(own)

    assert file.read_bytes() == MINE


def test_what_was_changed_since_stays(own: Settings, file: Path) -> None:
    """Claude Code wrote a key after the installation: it stays, ours goes, and the file stays though we made it."""
    put(own)
    text = file.read_text()
    file.write_text(text.replace("{", '{\n  "theme": "dark",', 1))
    backup = take(own)

    assert json.loads(file.read_text()) == {"theme": "dark"}
    assert '"theme"' in Path(backup).read_text()
    assert "cst/hook.sh" in Path(backup).read_text()


def test_a_file_that_we_made_and_all_left_is_removed(own: Settings, file: Path) -> None:
    """Somebody reformatted it meanwhile, nothing more: without our entries there is nothing in it."""
    put(own)
    file.write_text(json.dumps(json.loads(file.read_text())))
    take(own)

    assert not file.exists()


def test_out_where_nothing_is_changes_nothing(own: Settings, file: Path) -> None:
    """No file, or none of our hooks."""
    take(own)
    assert not file.exists()
    file.write_bytes(MINE)
    before = looks(file)
    take(own)

    assert looks(file) == before


def test_a_second_install_leaves_the_file(own: Settings, file: Path) -> None:
    """Same bytes, same inode, same time; only a hook that is old is put anew."""
    file.write_bytes(MINE)
    put(own)
    before = looks(file)
    Path(own.hook).write_text("old")
    plan = hook_install.plan_install(own, "user", "/", NEW)
    backup = hook_install.apply(own, plan)

    assert plan.already
    assert (looks(file), backup) == (before, "")
    assert Path(own.hook).read_bytes() == (ROOT / "shell" / "hook.sh").read_bytes()


@pytest.mark.parametrize("change", ["path", "events", "command", "by hand"])
def test_an_older_installation_is_brought_up_to_date(own: Settings, home: Path, file: Path, change: str) -> None:
    """Another data folder, another client, another form of the command, a fragment merged by hand: nothing is doubled, and
    out still gives back the first bytes."""
    file.write_bytes(MINE)
    if change == "path":
        put(load({**os.environ, "XDG_DATA_HOME": str(home / "else where")}))
    elif change == "events":
        put(own, "2.1.50")
    elif change == "command":
        put(own)
        command = hooks.entries(own, NEW)[0].call["command"]
        file.write_text(file.read_text().replace(json.dumps(command), json.dumps(own.hook)))
        shutil.rmtree(own.data_dir)
    else:
        given = json.loads(MINE)
        for event, groups in json.loads(hooks.fragment(own, "2.1.50"))["hooks"].items():
            given["hooks"][event] = given["hooks"].get(event, []) + groups
        file.write_text(json.dumps(given, indent=2))
    put(own)
    after = events(file)
    take(own)

    assert sorted(after) == sorted(event for event, _, _ in hooks.EVENTS)
    assert json.loads(file.read_bytes()) == json.loads(MINE)
    assert change == "by hand" or file.read_bytes() == MINE


def test_a_file_that_we_made_goes_after_an_update_too(own: Settings, home: Path) -> None:
    """What was there before the first installation counts, not before the last: no file, no folder."""
    put(own, "2.1.50")
    put(own)
    take(own)

    assert not (home / ".claude").exists()


def test_a_fragment_merged_by_hand_is_an_installation(own: Settings, file: Path) -> None:
    """Whatever its layout: it is left as it is."""
    file.write_text(json.dumps(json.loads(hooks.fragment(own, NEW)), indent=7))
    before = looks(file)
    put(own)

    assert looks(file) == before


def test_where_no_client_runs_what_is_there_stays(own: Settings, file: Path) -> None:
    """The version is not known today: the events of yesterday's are not taken away."""
    put(own, NEW)
    before = looks(file)
    put(own, "")

    assert looks(file) == before


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (b'{"a": 1,}', "line 1, column 9"),
        (b"// mine\n{}", "line 1, column 1"),
        (b'{"hooks": []}', "must be an object"),
        (b'{"model": 1, "model": 2}', "stands there twice"),
        (b'{"a": "\xff"}', "is not UTF-8, line 1"),
        ("{}".encode("utf-16"), "is not UTF-8, line 1"),
    ],
)
def test_a_file_that_is_not_understood_is_refused(own: Settings, file: Path, given: bytes, why: str) -> None:
    """The reason, and the file, its time and its folder as they were."""
    file.write_bytes(given)
    before = looks(file)
    for act in (put, take):
        with pytest.raises(CstError) as caught:
            act(own)
        assert why in str(caught.value)
        assert str(file) in str(caught.value)

    assert looks(file) == before
    assert os.listdir(file.parent) == ["settings.json"]


def test_a_change_between_plan_and_deed_is_respected(own: Settings, file: Path) -> None:
    """Somebody saved the file while the diff was read: it is as they left it."""
    file.write_bytes(MINE)
    plan = hook_install.plan_install(own, "user", "/", NEW)
    file.write_bytes(b'{"theirs": 1}')
    with pytest.raises(CstError, match="changed by somebody else meanwhile"):
        hook_install.apply(own, plan)

    assert file.read_bytes() == b'{"theirs": 1}'
    assert os.listdir(file.parent) == ["settings.json"]


def test_a_link_that_was_turned_meanwhile_is_respected(own: Settings, file: Path, tmp_path: Path) -> None:
    """The same bytes in another file are another file."""
    one, other = tmp_path / "one", tmp_path / "other"
    one.write_bytes(MINE)
    other.write_bytes(MINE)
    file.symlink_to(one)
    plan = hook_install.plan_install(own, "user", "/", NEW)
    file.unlink()
    file.symlink_to(other)
    with pytest.raises(CstError, match="changed by somebody else meanwhile"):
        hook_install.apply(own, plan)

    assert one.read_bytes() == other.read_bytes() == MINE


def test_settings_behind_a_link_are_edited_there(own: Settings, file: Path, tmp_path: Path) -> None:
    """As dotfile managers have them; the backup is beside the real file."""
    real = tmp_path / "dotfiles" / "claude.json"
    real.parent.mkdir()
    real.write_bytes(MINE)
    file.symlink_to(real)
    backup = put(own)

    assert file.is_symlink()
    assert len(events(real)) == 13
    assert os.path.dirname(backup) == str(real.parent)
    take(own)
    assert real.read_bytes() == MINE


def test_a_protected_file_is_refused(own: Settings, file: Path) -> None:
    """Before the hook is put anywhere."""
    file.write_bytes(MINE)
    file.chmod(0o444)
    with pytest.raises(CstError, match="read-only"):
        put(own)

    assert not os.path.exists(own.data_dir)


def test_each_scope_has_its_file(own: Settings, tmp_path: Path, claude: Path) -> None:
    """The project's is in the folder where a session starts; the local one is found from the git root, in a worktree too."""
    repo = tmp_path / "repo"
    (repo / "sub").mkdir(parents=True)
    (repo / ".git").write_text("gitdir: elsewhere")
    before = os.umask(0o022)
    for scope in ("user", "project", "local"):
        put(own, scope=scope, cwd=str(repo / "sub"))
    os.umask(before)
    files = [claude / "settings.json", repo / "sub/.claude/settings.json", repo / ".claude/settings.local.json"]

    assert [len(events(file)) for file in files] == [13, 13, 13]
    assert [stat.S_IMODE(file.stat().st_mode) for file in files] == [0o600, 0o644, 0o644]
    for scope in ("user", "project", "local"):
        take(own, scope=scope, cwd=str(repo / "sub"))
    assert [path.exists() for path in (*files, repo / ".claude", repo / "sub" / ".claude")] == [False] * 5

CODE = """
import os, sys
from cst.settings import load
from cst.setup import hook_install, policy
policy.MANAGED = "/nonexistent"
own = load(os.environ)
sys.stdin.readline()
plan = hook_install.plan_install(own, "user", "/", "2.1.329")
hook_install.apply(own, plan)
"""


@pytest.mark.parametrize("before", [None, MINE])
def test_eight_at_once_make_one(own: Settings, file: Path, before: bytes | None) -> None:
    """All succeed, there is one set of entries, and out gives back the bytes."""
    if before:
        file.write_bytes(before)
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    several = [subprocess.Popen([sys.executable, "-c", CODE], env=env, stdin=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(8)]
    for process in several:
        assert process.stdin
        process.stdin.write(b"\n")
        process.stdin.flush()
    said = [(process.communicate(timeout=60)[1], process.returncode) for process in several]

    assert said == [(b"", 0)] * 8
    assert len(events(file)) == 13
    assert os.listdir(own.data_dir + "/receipts") != []
    assert [name for name in os.listdir(own.data_dir) if name not in ("hook.sh", "receipts")] == []
    assert [name for name in os.listdir(file.parent) if name.startswith(".")] == []
    take(own)
    assert (file.read_bytes() if file.exists() else None) == before


def test_killed_at_any_step(own: Settings, file: Path) -> None:
    """kill -9 leaves the old file or the new one; the next install makes it whole, and out gives back the bytes."""
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    code = CODE.replace("sys.stdin.readline()", "print(flush=True)")
    codes, whole = [], 60.0  # seconds that an undisturbed one takes, from its first line on
    for number in range(15):
        file.write_bytes(MINE)
        with subprocess.Popen([sys.executable, "-c", code], env=env, stdout=subprocess.PIPE) as process:
            assert process.stdout
            process.stdout.readline()
            begun = time.monotonic()
            try:
                process.wait(whole * number / 12 if number else 60)
            except subprocess.TimeoutExpired:
                process.kill()
            codes.append(process.wait(10))
        whole = whole if number else time.monotonic() - begun
        assert file.read_bytes() == MINE or len(events(file)) == 13
        put(own)
        assert len(events(file)) == 13
        take(own)
        assert file.read_bytes() == MINE

    assert codes[0] == 0
    assert set(codes) == {0, -signal.SIGKILL}


@pytest.mark.parametrize("earlier", [False, True])
def test_a_file_that_cannot_be_written_gets_no_receipt(
    own: Settings, file: Path, earlier: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk is full: no receipt tells of what was not done, and that of an earlier installation is as it was.

    Bug shown: `cst doctor` said that the hooks were gone from that file, where they had been put 0s ago.
    """
    file.write_bytes(MINE)
    if earlier:
        put(own, "2.1.50")
    receipts = Path(own.data_dir, "receipts")
    before = [(path.name, path.read_bytes()) for path in receipts.glob("*")]

    def full(*_: object) -> None:
        raise CstError("no space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(locked_file, "replace", full)
        with pytest.raises(CstError, match="no space left"):
            put(own)

    assert [(path.name, path.read_bytes()) for path in receipts.glob("*")] == before
    assert bool(settings_plan.installed_at(own, str(file))) == earlier
    put(own)
    take(own)
    assert file.read_bytes() == MINE


def test_a_hook_that_runs_is_not_torn(own: Settings) -> None:
    """Whoever reads the old hook reads it to its end, while a new one is put beside it."""
    hooks.put_hook(own)
    Path(own.hook).write_text("#!/bin/sh\n# an older one\n" * 1000)
    with open(own.hook) as running:
        running.readline()
        changed = hooks.put_hook(own)
        rest = running.read()

    assert changed
    assert rest.endswith("# an older one\n")
    assert (hooks.hook_state(own), hooks.put_hook(own)) == ("current", False)


def test_the_diff_shows_all_that_changes(own: Settings, file: Path, tmp_path: Path) -> None:
    """As `diff -u` would: with it the old lines become the new ones; a new file comes from /dev/null. Nothing is made."""
    file.write_bytes(MINE)
    plan = hook_install.plan_install(own, "user", "/", NEW)
    names, lines = plan.diff()[:2], plan.diff()[2:]
    fresh = hook_install.plan_install(own, "local", str(tmp_path), NEW).diff()
    assert plan.after is not None
    gone, new = (Counter(line[1:] for line in lines if line[0] == sign) for sign in "-+")

    assert names == [f"--- {file}", f"+++ {file}"]
    assert Counter(plan.after.decode().splitlines()) == Counter(MINE.decode().splitlines()) - gone + new
    assert fresh[0] == "--- /dev/null"
    assert not any("\n" in line for line in lines)
    assert os.listdir(file.parent) == ["settings.json"]
    assert not os.path.exists(own.data_dir)


def test_the_diff_of_a_file_on_one_line_can_be_read(own: Settings, file: Path) -> None:
    """One value on each line; the file stays on one. Bug shown: one line of 1.4 kB was to be compared with another."""
    file.write_text('{"model":"opus","permissions":{"allow":["Bash(ls:*)"]}}')
    plan = hook_install.plan_install(own, "user", "/", NEW)
    *lines, note = plan.diff()
    assert plan.after is not None

    assert note.startswith("shown with one value on each line")
    assert max(map(len, lines)) < 400
    assert not [line for line in lines[2:] if line[0] == "-" and "opus" in line]
    assert plan.after.count(b"\n") == 0


def test_backups_have_a_documented_name(own: Settings, file: Path) -> None:
    """docs/events.md names it."""
    file.write_bytes(MINE)
    backup = put(own)

    assert backup.startswith(f"{file}.cst-backup-2")
    assert "settings.json.cst-backup-" in (ROOT / "docs" / "events.md").read_text()
    assert locked_file.KEPT == 5
