"""`cst statusline` as Claude Code runs it: JSON in, a line out, exit 0; and `cst limits` on what it kept."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from cst.settings import Settings
from cst.store import payloads
from cst.text import width
from tests.testing import (
    ID,
    Live,
    cst,
    ended_turn,
    registry_entry,
    said,
    started,
    typed,
    until,
    write_registry,
    write_transcript,
)  # fmt: skip
from tests.unit.test_payload import BY_NAME

OTHER = "22222222-3333-4444-8555-666666666666"


def line(told: dict[str, Any] | bytes, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
    """One run with this on standard input."""
    data = told if isinstance(told, bytes) else json.dumps(told).encode()
    argv = [str(Path(sys.executable).parent / "cst"), "statusline", *words]
    done = subprocess.run(
        argv,
        input=data,
        env={**os.environ, "COLUMNS": "120", **env},
        capture_output=True,
        timeout=60,
        check=False,
    )
    return subprocess.CompletedProcess(argv, done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.fixture
def told(home: Path, tmp_path: Path) -> dict[str, Any]:
    """What a session of this test tells."""
    now, cwd = time.time(), tmp_path / "shop"
    subprocess.run(["git", "init", "-q", "-b", "main", str(cwd)], check=True)
    return {
        **BY_NAME["2.1.332 long context"], "session_id": ID, "cwd": str(cwd), "workspace": {"current_dir": str(cwd)},
        "transcript_path": str(home / f".claude/projects/-x/{ID}.jsonl"),
        "rate_limits": {"five_hour": {"used_percentage": 42.4, "resets_at": int(now + 4000)}},
    }  # fmt: skip


def test_a_line_and_what_it_keeps(home: Path, told: dict[str, Any]) -> None:
    """The default parts; `cst limits` knows what the session was told."""
    done = line(told, NO_COLOR="1")

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Opus 5.5 · shop · main · ctx 26% · 5h 42% → ")
    assert "5h ████████░░░░░░░░░░░░ 42%  resets " in cst("limits").stdout
    assert [cst("limits", "--check", most).returncode for most in ("42", "43")] == [1, 0]


def test_what_pays_for_it(home: Path, told: dict[str, Any]) -> None:
    """A subscription where a limit that lasts was told of; one that is over, or none, proves nothing."""
    folder, now = str(home / ".claude"), time.time()
    without = {**told, "rate_limits": {}}
    over = {**told, "rate_limits": {"five_hour": {"used_percentage": 42.4, "resets_at": int(now - 9)}}}
    cst("budget", "set", "5")
    assert "plan unknown: " in cst("budget").stdout
    for payload, plan in ((without, "unknown"), (over, "unknown"), (told, "subscription")):
        for kept in (home / ".local/state/cst/statusline/v1").glob("*"):
            kept.unlink()
        line(payload)
        for verb in ("limits", "budget"):
            assert f"\nplan {plan}: " in "\n" + cst(verb).stdout
            assert json.loads(cst(verb, "--json").stdout)["plans"] == [{"config_dir": folder, "plan": plan}]


def test_a_line_that_is_slow_is_noted(own: Settings, told: dict[str, Any]) -> None:
    """For the doctor."""
    line(told, "model", "--wrap", "sleep 0.5")
    at, took = payloads.newest_slow(own)
    assert (0 <= time.time() - at < 60, took > 0.5) == (True, True)


def test_a_line_that_is_slow_where_nothing_can_be_kept(own: Settings, told: dict[str, Any]) -> None:
    """Is one line.

    Bug shown: a second one said that.
    """
    Path(own.state_dir).parent.mkdir(parents=True, exist_ok=True)
    Path(own.state_dir).write_text("no folder")
    done = line(told, "model", "--wrap", "sleep 0.5", NO_COLOR="1")

    assert done.stdout == "Opus 5.5\n"


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"model":7,"cost":[],"cwd":{}}', b"[" * 100_000, b"x" * 3_000_000],
    ids=range(8),
)  # fmt: skip
def test_whatever_comes_in_there_is_a_line(home: Path, data: bytes) -> None:
    """The client takes the line away where the command fails or prints nothing."""
    done = line(data, "--preset", "full")

    assert (done.returncode, done.stdout.strip()) == (0, "Claude Code")


@pytest.mark.parametrize(
    ("words", "complaint"),
    [(("nonsense",), "unknown part 'nonsense'"), (("--context", "9"), "--context takes two percentages"),
     (("--limits", "90,20"), "--limits takes two percentages"),
     (("--limits", "90," + "9" * 5000), "--limits takes two percentages")],
)  # fmt: skip
def test_a_typo_is_read_where_the_line_would_be(
    home: Path, told: dict[str, Any], words: tuple[str, ...], complaint: str
) -> None:
    """Nobody sees standard error there."""
    done = line(told, *words)

    assert done.returncode == 0
    assert complaint in done.stdout


def test_a_state_folder_that_takes_nothing(home: Path, told: dict[str, Any]) -> None:
    """No status line is worth failing for what cannot be kept; nor for a config file that is broken."""
    (home / ".config/cst").mkdir(parents=True)
    (home / ".config/cst/config.toml").write_text("= broken")
    done = line(told, "model", "context", NO_COLOR="1", CST_STATE_DIR="/proc/nowhere")

    assert (done.returncode, done.stdout) == (0, "Opus 5.5 · ctx 26%\n")


def test_others_that_wait(home: Path, claude: Path, live: Live, told: dict[str, Any]) -> None:
    """How many other sessions need you, and which most; one's own is none of them."""
    for session_id, name in ((ID, "mine"), (OTHER, "api")):
        pid = live.start()
        write_registry(claude, registry_entry(
            pid, procStart=started(pid), sessionId=session_id, status="waiting", waitingFor="permission prompt", tmux=None,
            name=name, nameSource="user", statusUpdatedAt=int((time.time() - 720) * 1000),
        ))  # fmt: skip
    done = line(told, "others", "--time", "left", NO_COLOR="1")

    assert done.stdout == "1 waits: api permission 12m\n"


def test_what_is_not_committed_comes_with_the_next_line(home: Path, told: dict[str, Any]) -> None:
    """git is never waited for: it answers beside the line, and the next one has it."""
    Path(told["cwd"], "new.py").write_text("x = 1\n")
    assert line(told, "model", "dirty", NO_COLOR="1").stdout == "Opus 5.5\n"

    until(lambda: "1 changed" in line(told, "model", "dirty", NO_COLOR="1").stdout)


def test_a_former_line_stays(home: Path, told: dict[str, Any]) -> None:
    """It gets the same input; its colours stay, what a terminal would act on goes; ours stands below."""
    old = r"""printf '\033[31mold \033]0;title\007%s\033[2J\n\n' "$(grep -o '"version": "[0-9.]*"')" """
    done = line(told, "model", "--wrap", old)

    assert done.stdout == '\x1b[0;31mold "version": "2.1.332"\x1b[0m\n\x1b[36mOpus 5.5\x1b[0m\n'


@pytest.mark.parametrize("old", ["exit 3", "sleep 30", "no-such-program", "yes"])
def test_a_former_line_that_fails_costs_a_moment(home: Path, told: dict[str, Any], old: str) -> None:
    """It is bounded in time and bytes, and ours is there in any case."""
    begun = time.monotonic()
    done = line(told, "model", "--wrap", old, NO_COLOR="1")

    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "Opus 5.5")
    assert time.monotonic() - begun < 20


def test_keep_only(home: Path, told: dict[str, Any]) -> None:
    """Nothing of ours is printed, but it is kept; with --wrap the former line is what is printed."""
    assert line(told, "--keep-only").stdout.strip() == ""
    assert line(told, "--keep-only", "--wrap", "echo old").stdout == "old\n"
    assert (home / f".local/state/cst/statusline/v1/{ID}.json").exists()


def test_preview_shows_each_preset_at_three_widths(home: Path) -> None:
    """With made-up data, nothing read and nothing kept."""
    done = cst("statusline", "preview")

    assert done.returncode == 0
    assert [text for text in done.stdout.splitlines() if text.endswith(" columns")] == [
        f"{preset}, {columns} columns" for preset in ("full", "essential", "minimal") for columns in (60, 100, 160)
    ]
    assert not (home / ".local/state/cst").exists()


def test_preview_is_not_wider_than_the_terminal(home: Path) -> None:  # nothing of mine is read
    """Bug shown: what was made for 160 columns was wrapped."""
    done = cst("statusline", "preview", "--preset", "full", env={"COLUMNS": "90"})

    assert [text for text in done.stdout.splitlines() if text.endswith(" columns")] == ["full, 60 columns", "full, 90 columns"]
    assert max(map(width, done.stdout.splitlines())) <= 90


def test_preview_of_one_preset_or_of_parts(home: Path) -> None:
    """They are named behind it; a slip is told as what it is."""
    assert cst("statusline", "preview", "minimal").stdout.startswith("minimal, 60 columns\n")
    assert "ctx 73% · Opus 5.5\n" in cst("statusline", "preview", "context", "model", env={"NO_COLOR": "1"}).stdout
    for words, why in (("preview foo", "unknown part 'foo'; there are"), ("uninstall foo", "uninstall takes no parts")):
        done = cst("statusline", *words.split())
        assert done.returncode == 2
        assert why in done.stderr


def test_no_limit_is_known(home: Path, told: dict[str, Any]) -> None:
    """That is said, and why not as far as it is known. With --check it is no success: unknown is not under."""
    done = cst("limits")
    assert (done.returncode, done.stdout) == (0, "")
    assert "`cst statusline install` keeps them" in done.stderr
    line({**told, "rate_limits": None})
    assert "no status line was told of one" in cst("limits").stderr

    assert cst("limits", "--check", "90").returncode == 1
    assert [cst("limits", "--check", wrong).returncode for wrong in ("x", "9" * 5000)] == [2, 2]
    assert json.loads(cst("limits", "--json").stdout)["limits"] == []


def test_others_speak_of_it(home: Path, claude: Path, live: Live, told: dict[str, Any]) -> None:
    """`ls --json` knows the window and the cost of a live session, from what its status line was told; what another
    process of the same session was told is not its own."""
    pid = live.start()
    began = time.time() - 60
    write_registry(
        claude,
        registry_entry(
            pid, procStart=started(pid), sessionId=ID, status="idle", tmux=None, startedAt=int(began * 1000)
        ),
    )
    write_transcript(claude, [typed("go", began), said("done", began + 9), ended_turn(began + 10)], ID)
    before = json.loads(cst("ls", "--json").stdout)["sessions"][0]
    line(told)
    after = json.loads(cst("ls", "--json").stdout)["sessions"][0]
    path = home / f".local/state/cst/statusline/v1/{ID}.json"
    path.write_text(path.read_text().replace('"t": ', '"t": 9, "at": '))
    other = json.loads(cst("ls", "--json").stdout)["sessions"][0]

    assert (before["context"]["window"], before["context"]["percent"], before["cost_usd"]) == (None, None, None)
    assert (after["context"]["window"], after["cost_usd"]) == (1_000_000, pytest.approx(1.33802))
    assert after["context"]["percent"] == after["context"]["tokens"] // 10_000
    assert (other["context"]["window"], other["cost_usd"]) == (1_000_000, None)


def test_pruning_and_uninstalling_take_it_along(home: Path, claude: Path, live: Live, told: dict[str, Any]) -> None:
    """What an ended session was told goes with age, a live one's stays; `prune --all` leaves nothing behind."""
    pid = live.start()
    write_registry(claude, registry_entry(pid, procStart=started(pid), sessionId=ID, status="idle", tmux=None))
    folder = home / ".local/state/cst/statusline/v1"
    for session_id in (ID, OTHER):
        line({**told, "session_id": session_id}, "model")
        os.utime(folder / f"{session_id}.json", (1, 1))
    assert f"{OTHER}.json" in cst("prune", "--dry-run").stdout

    assert cst("prune").stdout == "removed 1 file of status lines, bills and the like\n"
    assert [path.name for path in folder.iterdir()] == [f"{ID}.json"]
    assert cst("prune", "--all", "--yes").returncode == 0
    assert not (home / ".local/state/cst").exists()


def test_status_tells_of_a_limit_that_is_nearly_spent(
    home: Path, claude: Path, live: Live, told: dict[str, Any]
) -> None:
    """From 75 % on, behind all else; below that there is nothing to say."""
    pid = live.start()
    write_registry(claude, registry_entry(pid, procStart=started(pid), sessionId=ID, status="busy", tmux=None))
    line(told)
    assert cst("status").stdout == "all clear · 1 working\n"

    told["rate_limits"]["five_hour"]["used_percentage"] = 82.6
    line({**told, "session_id": OTHER})
    assert cst("status").stdout.startswith("all clear · 1 working · 5h 82% → ")
