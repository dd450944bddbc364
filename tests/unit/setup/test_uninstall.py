"""`cst prune --all`: everything that cst wrote goes, and nothing else."""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from cst.settings import Settings
from cst.setup import uninstall
from tests.testing import ID, ROOT, Live, cst, registry_entry, started, write_events, write_registry


def listed(home: Path) -> list[str]:
    return sorted(str(path.relative_to(home)) for path in home.rglob("*"))


def used(home: Path, claude: Path, live: Live) -> None:
    """A home in which everything of cst's was used once, each with success."""
    pid = live.start()
    write_registry(claude, registry_entry(pid, procStart=started(pid), status="busy", tmux=None))
    for words in (("hooks", "install", "--yes", "--client", "2.1.329"), ("status",), ("tag", str(pid), "--add", "x"), ("ls",)):
        done = cst(*words)
        assert done.returncode == 0, done.stderr
    state = home / ".local/state/cst"
    write_events(state, [])
    (state / "notify").symlink_to(ROOT / "shell/notify.sh")
    cst("prune", "--older-than", "1d")
    hook = subprocess.run([home / ".local/share/cst/hook.sh"], input=b'{"session_id":"%s","hook_event_name":"Stop"}' % ID.encode(), check=True)
    assert hook.returncode == 0
    shutil.rmtree(claude / "sessions")


def test_nothing_is_left(home: Path, claude: Path, live: Live) -> None:
    """Hooks in and out, every file that cst writes: the home is as before, but for Claude Code's own."""
    (claude / "settings.json").write_text("{}")
    before = listed(home)
    used(home, claude, live)
    between = listed(home)
    assert cst("hooks", "uninstall", "--yes").returncode == 0
    done = cst("prune", "--all", "--yes")

    assert (done.returncode, done.stderr) == (0, "")
    assert len(between) > len(before) + 10
    assert listed(home) == before
    assert cst("prune", "--all", "--yes").stdout == "nothing of cst is left\n"
    assert listed(home) == before


def test_backups_beside_a_link_and_beside_its_target(own: Settings, home: Path, claude: Path) -> None:
    """A settings file that has become a link has them in two folders. Bug shown: those beside the link stayed."""
    (home / "real.json").write_text("{}")
    (claude / "settings.json").symlink_to(home / "real.json")
    made = {claude / "settings.json.cst-backup-1", home / "real.json.cst-backup-2"}
    for path in made:
        path.write_text("{}")

    assert {Path(path) for path in uninstall.find(own).files} == made


def test_what_was_left_beside_settings_goes(own: Settings, claude: Path) -> None:
    """Of a cst that was killed while it changed them; not while another one holds the lock, which it may have taken since
    it was asked.

    Bugs shown: it stayed; and lock and new file of whoever took the lock meanwhile went."""
    made = {claude / f".settings.json.cst-{name}" for name in ("lock", "new.7", "new.7.old", "new.7.backup")}
    for path in made:
        path.write_text("{}")
    with (claude / ".settings.json.cst-lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert uninstall.find(own).files == ()

    found = uninstall.find(own)
    assert {Path(path) for path in found.files} == made
    with (claude / ".settings.json.cst-lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert uninstall.remove(found) == []
    assert all(path.exists() for path in made)
    assert uninstall.remove(found) == []
    assert not any(path.exists() for path in made)


def test_what_is_not_ours_stays(own: Settings, home: Path) -> None:
    """A program `notify` of yours, a file in our folders, a folder beside them."""
    state = home / ".local/state/cst"
    (state / "events/v1").mkdir(parents=True)
    (home / ".local/share/other").mkdir(parents=True)
    (home / ".local/share/cst").mkdir()
    (state / "notify").write_text("mine")
    (state / "events/v1/todo.txt").write_text("mine")
    (state / "names").write_text("")
    done = cst("prune", "--all", "--yes")

    assert done.returncode == 0
    assert "  kept   ~/.local/state/cst/notify: not written by cst" in done.stdout
    assert listed(home) == sorted([
        ".local", ".local/share", ".local/share/other", ".local/state", ".local/state/cst", ".local/state/cst/events",
        ".local/state/cst/events/v1", ".local/state/cst/events/v1/todo.txt", ".local/state/cst/notify",
    ])  # fmt: skip


def test_hooks_go_first(home: Path, claude: Path) -> None:
    """While settings call the hook nothing is removed: neither the user's nor a project's."""
    project = home / "work"
    project.mkdir()
    for scope in ("user", "project"):
        argv = ["hooks", "install", "--yes", "--client", "2.1.329", "--scope", scope]
        subprocess.run([sys.executable, str(ROOT / "shell/cst"), *argv], cwd=project, check=True, capture_output=True, env={**os.environ, "PYTHONPATH": str(ROOT)})
    both = cst("prune", "--all", "--yes")
    assert cst("hooks", "uninstall", "--yes").returncode == 0
    one = cst("prune", "--all", "--yes")

    assert (both.returncode, one.returncode) == (1, 1)
    assert "the hooks are still in" in both.stderr
    assert f"{project}/.claude/settings.json" in one.stderr
    assert (home / ".local/share/cst/hook.sh").exists()


def test_the_plugin_goes_first(home: Path, claude: Path) -> None:
    """Its hook would write the log anew."""
    (claude / "settings.json").write_text('{"enabledPlugins": {"cst@cst": true}}')
    done = cst("prune", "--all", "--yes")

    assert done.returncode == 1
    assert "/plugin uninstall cst@cst" in done.stderr


@pytest.mark.parametrize("words", [(), ("--dry-run",)])
def test_it_asks_and_a_dry_run_only_shows(home: Path, words: tuple[str, ...]) -> None:
    """Each file is named with its size; without a terminal and without --yes nothing goes."""
    state = home / ".local/state/cst"
    state.mkdir(parents=True)
    (state / "names").write_text("x" * 100)
    done = cst("prune", "--all", *words)

    assert done.returncode == (0 if words else 1)
    assert "~/.local/state/cst/names" in done.stdout
    assert ("pass --yes" in done.stderr) == (not words)
    assert (state / "names").exists()


def test_a_state_folder_that_is_a_link_stays(own: Settings, home: Path, tmp_path: Path) -> None:
    """Where somebody keeps it elsewhere, the files go and the link stays."""
    (tmp_path / "else").mkdir()
    (home / ".local/state").mkdir(parents=True)
    (home / ".local/state/cst").symlink_to(tmp_path / "else")
    (tmp_path / "else/names").write_text("")
    wrong = uninstall.remove(uninstall.find(own))

    assert wrong == []
    assert (home / ".local/state/cst").is_symlink()
    assert os.listdir(tmp_path / "else") == []


def test_the_sockets_that_ssh_shares_go(own: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of our names, with their folder; what else is in one stays, with it."""
    run = tmp_path / "run"
    own = own._replace(run_dirs=(str(run), str(tmp_path / "other")))
    for name in ("run", "other"):
        folder = tmp_path / name / f"cst-ssh-{os.getuid()}"
        folder.mkdir(parents=True, mode=0o700)
        with socket.socket(socket.AF_UNIX) as made:
            monkeypatch.chdir(folder)  # a socket's path is short
            made.bind("0123abcd-ef")
    (tmp_path / "other" / f"cst-ssh-{os.getuid()}" / "mine").write_text("")

    assert uninstall.remove(uninstall.find(own)) == []

    assert listed(run) == []
    assert listed(tmp_path / "other") == [f"cst-ssh-{os.getuid()}", f"cst-ssh-{os.getuid()}/mine"]
