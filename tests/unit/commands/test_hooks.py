"""`cst hooks` as a person calls it: what is shown, asked, done and said."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from cst.setup import hooks, policy
from tests.testing import ID, ROOT, Live, cst, registry_entry, started, write_registry

CLIENT = ("--client", "2.1.329")
MINE = '{"model": "opus", "theme": "\x1b]0;no\x07"}\n'.replace("\x1b", "\\u001b").replace("\x07", "\\u0007")


@pytest.fixture(autouse=True)
def no_administrator() -> None:
    if os.path.exists(policy.MANAGED):
        pytest.skip(f"{policy.MANAGED} is there: what it says would be obeyed")


@pytest.fixture
def file(claude: Path) -> Path:
    path = claude / "settings.json"
    path.write_text(MINE)
    return path


def answered(word: str, *words: str) -> tuple[int, str]:
    """Run cst on a terminal and answer its question; the exit code and all that was shown."""
    master, slave = pty.openpty()
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen([sys.executable, str(ROOT / "shell" / "cst"), *words], env=env, stdin=slave, stdout=slave, stderr=slave)
    os.close(slave)
    os.write(master, word.encode() + b"\n")
    shown = b""
    while True:
        try:
            data = os.read(master, 65536)
        except OSError:
            break
        if not data:
            break
        shown += data
    os.close(master)
    return process.wait(30), shown.decode()


def test_a_dry_run_only_shows(file: Path, home: Path) -> None:
    """The diff, exit 0; nothing is written anywhere, and it says so."""
    done = cst("hooks", "install", "--dry-run", *CLIENT)

    assert (done.returncode, done.stderr) == (0, "cst: nothing was changed (--dry-run)\n")
    assert done.stdout.startswith(f"--- {file}\n+++ {file}\n@@")
    line = "puts the hooks of cst for 13 events into ~/.claude/settings.json; a backup is kept"
    assert done.stdout.splitlines()[-1] == line
    assert file.read_text() == MINE
    assert sorted(os.listdir(home)) == [".claude"]


def test_yes_and_back(file: Path) -> None:
    """In with the backup named, again without a diff, out; the file is as it was."""
    first = cst("hooks", "install", "--yes", *CLIENT)
    second = cst("hooks", "install", *CLIENT)
    status = cst("hooks", "status")
    last = cst("hooks", "uninstall", "-y")
    none = cst("hooks", "uninstall")

    assert [done.returncode for done in (first, second, status, last, none)] == [0] * 5
    assert "\ninstalled in ~/.claude/settings.json; as it was: ~/.claude/settings.json.cst-backup-" in first.stdout
    assert second.stdout == "already installed in ~/.claude/settings.json\n"
    assert "user     installed  ~/.claude/settings.json (13 events, " in status.stdout
    assert last.stdout.endswith("removed from ~/.claude/settings.json\n")
    assert none.stdout == "no hooks of cst in ~/.claude/settings.json\n"
    assert file.read_text() == MINE


def test_for_a_client_that_nobody_knows(file: Path, claude: Path, live: Live) -> None:
    """Which events are left out, and why, stands below the diff; once a session lives, status says that more could be.

    Bug shown: installed before the first session, they stayed without permissions, and nothing ever said so.
    """
    lacking = "PermissionRequest, PostCompact, StopFailure, Notification, Elicitation, ElicitationResult, TeammateIdle"
    done = cst("hooks", "install", "--yes")
    alone = cst("hooks", "status")
    pid = live.start("claude")
    write_registry(claude, registry_entry(pid, procStart=started(pid), tmux=None))
    status, doctor = cst("hooks", "status"), cst("doctor")
    again = cst("hooks", "install", "--yes")

    assert done.stderr.startswith(f"cst: these hooks do without {lacking}: no session lives or was there this week")
    assert "--client VERSION" in done.stderr
    assert "`cst hooks install --scope project` adds them" in hooks.chosen_for("", "project")
    assert lacking not in alone.stdout
    assert f"without {lacking}, which all live sessions know; unless that is meant, `cst hooks install` adds them" in status.stdout
    assert "PermissionRequest" in doctor.stdout
    assert "unless that is meant, `cst hooks install` adds them" in " ".join(doctor.stdout.split())
    assert again.stderr == "cst: these hooks are for Claude Code 2.1.329, the oldest in use; for another pass --client VERSION\n"
    assert "(13 events" in cst("hooks", "status").stdout


def test_without_a_terminal_it_wants_a_yes(file: Path) -> None:
    """The diff is shown, nothing is done, exit 1 with what to do."""
    done = cst("hooks", "install", *CLIENT)

    assert (done.returncode, file.read_text()) == (1, MINE)
    assert done.stdout.startswith("--- ")
    assert done.stderr == "cst: hooks asks before it changes a file, and there is no terminal to ask on; pass --yes\n"


@pytest.mark.parametrize(("word", "code"), [("y", 0), ("yes", 0), ("n", 1), ("", 1), ("q", 1)])
def test_on_a_terminal_it_asks(file: Path, word: str, code: int) -> None:
    """After the diff; only a yes does it."""
    done, shown = answered(word, "hooks", "install", *CLIENT)

    assert (done, file.read_text() == MINE) == (code, code == 1)
    assert shown.index("--- ") < shown.index("Make this change? [y/N]")


def test_the_diff_cannot_act_on_the_terminal(file: Path) -> None:
    """Control and bidi characters of the file are shown as escapes; white space is not folded."""
    file.write_text('{\n    "a": "\u202e\u009b2J",\r\n\t"b": 1\n}')
    done = cst("hooks", "install", "--dry-run", *CLIENT)

    assert '     "a": "\\u202e\\u009b2J",\n \t"b": 1' in done.stdout.replace("-\t", " \t")


def test_status_names_the_problem(file: Path) -> None:
    """Exit 1, and the last line says what to fix."""
    file.write_text('{"hooks": 1}')
    done = cst("hooks", "status")

    assert done.returncode == 1
    assert done.stdout.splitlines()[-1].startswith(f"problem: {file}: \"hooks\" must be an object")


def test_status_tells_sessions_apart(claude: Path, live: Live) -> None:
    """By name, those of one name with their place or id. Bug shown: by key and folder."""
    for number, name in enumerate(("alpha", "alpha", "beta")):
        pid = live.start("claude")
        entry = registry_entry(pid, procStart=started(pid), sessionId=f"{number}{ID[1:]}", name=name, nameSource="user", cwd="/w")
        write_registry(claude, entry)
    lines = [line.split(None, 2)[2] for line in cst("hooks", "status").stdout.splitlines() if line.startswith("session ")]

    assert sorted(line.partition(" (/w): ")[0] for line in lines) == ["alpha @ 01111111", "alpha @ 11111111", "beta"]


def test_status_as_json(file: Path) -> None:
    """One object."""
    done = cst("hooks", "status", "--json")
    given = json.loads(done.stdout)

    assert (done.returncode, given["schema"], [scope["state"] for scope in given["scopes"]]) == (0, 1, ["absent"] * 3)


def test_a_refusal_is_one_line(file: Path) -> None:
    """The file, the place, the reason, what to do; exit 1."""
    file.write_text("{\n  // mine\n}")
    done = cst("hooks", "install", "--yes", *CLIENT)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"cst: {file} is not JSON, line 2, column 3: a key in double quotes is missing; fix that line\n"


def test_both_ways_are_named(file: Path) -> None:
    """Where the plugin is enabled, install and status say that one is enough."""
    file.write_text('{"enabledPlugins": {"cst@cst": true}}')
    done = cst("hooks", "install", "--yes", *CLIENT)
    status = cst("hooks", "status")

    assert "one is enough" in done.stdout
    assert "plugin   enabled    ~/.claude/settings.json" in status.stdout
    assert "one is enough" in status.stdout


@pytest.mark.parametrize("words", [("nope",), ("install", "--scope", "nope"), ()])
def test_other_words_are_usage_errors(words: tuple[str, ...]) -> None:
    """Exit 2, one line."""
    done = cst("hooks", *words)

    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)


def test_an_old_client_is_told(file: Path) -> None:
    """A version that has no hooks that we know."""
    done = cst("hooks", "install", "--yes", "--client", "1.0.9")

    assert (done.returncode, file.read_text()) == (1, MINE)
    assert "Claude Code 1.0.9 has no hooks that cst knows" in done.stderr
