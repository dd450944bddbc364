"""`cst restore` where a source cannot be read: it says so, and is sure of nothing. Two at once open nothing twice."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

import pytest

from cst import lost as missed
from cst import sessions
from cst.actions import launch, restore
from cst.model import Mark
from cst.settings import Settings
from cst.snapshot import STATUS
from cst.store import marks, places
from tests.testing import (
    ID,
    OTHER_ID,
    Live,
    TmuxServer,
    cst,
    ended_turn,
    registry_entry,
    said,
    stamp,
    started,
    typed,
    until,
    write_registry,
    write_transcript,
)  # fmt: skip
from tests.unit.commands.running import Run, claude_that_registers

GONE = 4_000_000  # no process has that pid


@pytest.fixture
def lost(claude: Path, home: Path) -> None:
    """One session that was killed."""
    write_transcript(claude, [{**line, "cwd": str(home)} for line in (typed("hi"), said("yes"))], cwd=str(home))
    write_registry(claude, registry_entry(GONE, cwd=str(home), name="api", nameSource="user"))


def test_without_places(own: Settings, claude: Path) -> None:
    """That nothing was lost is not said where not everything could be read.

    Bug shown: "no session was lost, and none is parked".
    """
    Path(own.places_file).mkdir(parents=True)
    done = cst("restore", "--yes")

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"cst: places: cannot read {own.places_file}: Is a directory\ncst: not everything could be read\n"


@pytest.mark.usefixtures("lost")
def test_without_marks(own: Settings) -> None:
    """Nobody can tell what was killed or dismissed: it is listed, and `--yes` is refused.

    Bug shown: they were opened.
    """
    Path(own.marks_file).mkdir(parents=True)
    done = cst("restore", "--yes")

    assert done.returncode == 1
    assert done.stderr.count("cannot read") == 1
    assert "sessions that you have killed or dismissed are among these; fix that, or choose without --yes" in done.stderr
    assert done.stdout.startswith("lost ")


@pytest.mark.usefixtures("lost")
def test_two_at_once(home: Path, tmux_server: TmuxServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second one waits for the first, and finds in the registry that it lives.

    Bug shown: each opened it.
    """
    claude_that_registers(home)
    tmux_server.new("one")
    monkeypatch.setenv("TMUX", f"{tmux_server.socket},1,0")
    runs = [Run("restore", "--yes"), Run("restore", "--yes")]
    told = [run.process.communicate(timeout=60) for run in runs]

    assert sorted(run.process.returncode for run in runs) == [0, 1], told
    assert sum(out.count("restored ") for out, _ in told) == 1
    assert len(tmux_server.run("list-panes", "-a").splitlines()) == 2


@pytest.mark.usefixtures("lost")
def test_one_that_somebody_else_opened(own: Settings, claude: Path, live: Live, tmux_server: TmuxServer) -> None:
    """Is not said to be in our window.

    Bug shown: any process that had the session counted.
    """
    [one] = missed.find(own, *sessions.load(own, STATUS)).lost
    pid, pane = live.start(), tmux_server.new("one")
    write_registry(claude, registry_entry(pid, procStart=started(pid)))
    server = int(tmux_server.run("display-message", "-p", "#{pid}"))
    window = launch.Window(pane, tmux_server.pid_of(pane), server, "one:1")
    watch = launch.Watch(own, tmux_server.socket, window)
    late = restore._state(own, one, window, watch, late=True)

    assert restore._state(own, one, window, watch, late=False) is None
    assert late
    assert late.wrong.startswith("claude has not registered after")


@pytest.mark.usefixtures("lost")
def test_with_its_arguments(home: Path, own: Settings, tmux_server: TmuxServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Shown before it is asked, and given to the client as they are; what skips permissions is left out, and that is said."""
    claude_that_registers(home)
    witness = home / "bin/claude"
    witness.write_text(witness.read_text().replace("sleep 0.5", "printf '%s\\n' \"$@\" >~/given"))
    odd = "Bash(echo \"$HOME\" 'x':*)"
    note = places.Note(ID, time.time(), f"{GONE}.1", str(home / ".claude"), str(home), arguments=("--model", "opus", "--tools", odd),
                       withheld=("--dangerously-skip-permissions",))  # fmt: skip
    places.write(own, places.Notes({ID: note}), 0.0)
    tmux_server.new("one")
    monkeypatch.setenv("TMUX", f"{tmux_server.socket},1,0")
    shown = cst("restore").stdout.splitlines()
    done = cst("restore", "--yes")

    assert shown[2].strip() == (
        "with --model opus --tools 'Bash(echo \"$HOME\" '\\''x'\\'':*)'; without --dangerously-skip-permissions")
    assert done.returncode == 0, done
    assert (home / "given").read_text().splitlines() == ["--resume", ID, "--model", "opus", "--tools", odd]


@pytest.mark.parametrize("verb", [("restore", "--yes"), ("resume", "-d", ID)])
@pytest.mark.parametrize(
    ("status", "by", "state", "needs"),
    [
        ("busy", "", "interrupted", True), ("prompt", "", "interrupted", True), ("idle", "", "done", True), ("idle", "jump", "idle", False),
        ("parked", "", "done", True), ("parked", "jump", "idle", False),
    ],
)  # fmt: skip
def test_what_nobody_has_seen_needs_you(
    home: Path, own: Settings, claude: Path, tmux_server: TmuxServer, monkeypatch: pytest.MonkeyPatch,
    status: str, by: str, state: str, needs: bool, verb: tuple[str, ...],
) -> None:  # fmt: skip
    """Work that was cut off, or an answer, needs you again once it is back, until you have looked; what you had seen
    does not.

    Bug shown: `all clear`, and the work stood still.
    """
    now = time.time()
    answer = [] if status in ("busy", "prompt") else [said("Done.", now - 60), ended_turn(now - 60)]
    said_then = [typed("go", now - 90), *answer]
    queued = {"type": "queue-operation", "operation": "enqueue", "timestamp": stamp(now - 80), "content": "and then\x1b[2J the docs"}
    lines = [{**line, "cwd": str(home)} for line in [*said_then, queued]]
    write_transcript(claude, lines, cwd=str(home))
    if status == "parked":
        note = places.Note(ID, now - 50, f"{GONE}.1", str(claude), str(home), parked=now - 50, state="idle" if by else "done")
        places.write(own, places.Notes({ID: note}), 0.0)
    else:
        left = "idle" if status == "prompt" else status  # as one that was killed right after its prompt
        write_registry(claude, registry_entry(GONE, cwd=str(home), status=left, startedAt=int((now - 600) * 1000)))
    if by:
        marks.append(own.marks_file, [Mark(now - 30, "seen", f"{GONE}.1", by=by)])
    claude_that_registers(home)
    entry = registry_entry(4_999_999, cwd=str(home), tmux=None, status="idle", startedAt=1111111111111, statusUpdatedAt=1111111111111)
    (home / "entry").write_text(json.dumps(entry))
    program = home / "bin/claude"
    program.write_text(program.read_text().replace("sed \"", "sed \"s/1111111111111/$(date +%s%3N)/g; "))
    tmux_server.new("one")
    client = tmux_server.attach("one")
    monkeypatch.setenv("TMUX", f"{tmux_server.socket},1,0")
    done = cst(*verb, env={"CST_CLIENT": client.name})
    until(lambda: cst("ls", "--json").stdout.count(f'"id": "{ID}"') == 1)
    before = json.loads(cst("ls", "--json").stdout)["sessions"]
    on_the_key = cst("status").stdout
    why = cst("why", ID).stdout
    until(lambda: cst("jump", ID, "--client", client.name).returncode == 0, 30)
    after = json.loads(cst("ls", "--json").stdout)["sessions"]

    assert done.returncode == 0, done
    assert [(one["state"], one["needs_you"]) for one in before] == [(state, needs)]
    assert ("1 needs you" in on_the_key, "cst restored it" in why) == (needs, needs)
    assert [one["needs_you"] for one in after] == [False]
    assert "1 queued prompt went with it: \"and then the docs\"" in (done.stdout + done.stderr).replace("“", '"').replace("”", '"')


@pytest.mark.usefixtures("lost")
@pytest.mark.parametrize("other", ["", "server", "here"])
def test_the_pane_that_it_had(home: Path, own: Settings, tmux_server: TmuxServer, monkeypatch: pytest.MonkeyPatch, other: str) -> None:
    """Is named where it is still there: not one of an earlier server that had its number, nor the one that the person is in.

    Bug shown: after `cst park --end` and `cst restore` there were two windows of that name, and nothing was said of it.
    """
    claude_that_registers(home)
    pane = tmux_server.new("one", "sleep 60")
    server = int(tmux_server.run("display-message", "-p", "#{pid}"))
    note = places.Note(ID, time.time(), f"{GONE}.1", str(home / ".claude"), str(home), socket=tmux_server.socket, session="one",
                       server=server + (other == "server"), pane_id=pane)  # fmt: skip
    places.write(own, places.Notes({ID: note}), 0.0)
    monkeypatch.setenv("TMUX", f"{tmux_server.socket},1,0")
    monkeypatch.setenv("TMUX_PANE", pane if other == "here" else "")
    where = tmux_server.run("display-message", "-p", "-t", pane, "#S:#I.#P").strip()
    done = cst("restore", "--yes")
    said = "" if other else rf"; its old pane, {where}, is still there \(\w+\)"

    told = [line for line in done.stdout.splitlines() if not line.startswith("`exit` or `tmux kill-pane` in an old pane closes it; ")]
    assert re.fullmatch(f"restored .* in one:1{said}", told[-1])
    assert (len(told) < len(done.stdout.splitlines())) == bool(said)


@pytest.mark.usefixtures("lost")
def test_the_pane_that_it_had_is_told_by_resume(home: Path, own: Settings, tmux_server: TmuxServer) -> None:
    """Which opens a window beside it, too."""
    claude_that_registers(home)
    pane = tmux_server.new("one", "sleep 60")
    client = tmux_server.attach("one")
    server = int(tmux_server.run("display-message", "-p", "#{pid}"))
    note = places.Note(ID, time.time(), f"{GONE}.1", str(home / ".claude"), str(home), socket=tmux_server.socket, session="one",
                       server=server, pane_id=pane)  # fmt: skip
    places.write(own, places.Notes({ID: note}), 0.0)
    done = cst("resume", "-d", ID, "--client", client.name, env={"TMUX": f"{tmux_server.socket},1,0"})

    assert done.returncode == 0, done
    assert re.search(r": its old pane, one:0\.0, is still there \(\w+\); `exit` or `tmux kill-pane` there closes it\n", done.stderr)


def test_it_is_called_as_in_the_list(home: Path, claude: Path, live: Live) -> None:
    """By its title too. Bug shown: two parked sessions of a project were called by it and their places, in `cst ls` by titles."""
    write_transcript(claude, [{**line, "cwd": str(home)} for line in (typed("hi"), said("yes"), {"type": "ai-title", "aiTitle": "Fix the login"})], cwd=str(home))
    pid = live.start()
    write_registry(claude, registry_entry(pid, procStart=started(pid), cwd=str(home), tmux=None, status="busy"))
    assert cst("park", ID).returncode == 0
    done = cst("restore")

    assert "Fix the login" in done.stderr


@pytest.mark.usefixtures("lost")
def test_whoever_says_that_all_is_clear_says_what_was_lost(own: Settings, claude: Path, live: Live) -> None:
    """Beside an old row too, where one lives, and where none does; until it is dismissed.

    Bug shown: after a crash of tmux `cst status` said nothing, and `cst next` that all is clear.
    """
    hint = "1 lost: cst restore"
    alone = [cst(*words).stdout for words in (["status"], ["next", "--peek"], ["ls"])]
    pid = live.start("claude")
    write_registry(claude, registry_entry(pid, sessionId=OTHER_ID, procStart=started(pid), status="busy"))
    beside = [cst(*words).stdout for words in (["status"], ["next", "--peek"], ["status", "--width", "60"])]
    assert cst("restore", "--dismiss", ID).returncode == 0

    assert alone[:2] == [f"{hint}\n", f"no Claude Code session is live; {hint}\n"]
    assert alone[2].splitlines()[-1] == hint
    assert beside == [f"{hint} · 1 working\n", f"{hint} · 1 working\n", "1 lost\n"]
    assert [cst("status").stdout, hint in cst("ls").stdout] == ["all clear · 1 working\n", False]


@pytest.mark.usefixtures("lost")
def test_what_another_config_folder_has_may_live(home: Path, own: Settings) -> None:
    """Only its own registry says so."""
    note = places.Note(ID, time.time(), "1.2", own.config_dirs[0], str(home))
    places.write(own, places.Notes({ID: note}), 0.0)
    (home / "other").mkdir()

    assert [cst("status", env=env).stdout for env in ({}, {"CLAUDE_CONFIG_DIR": str(home / "other")})] == ["1 lost: cst restore\n", ""]


@pytest.mark.usefixtures("lost")
def test_two_of_one_name(claude: Path, home: Path) -> None:
    """The list and what is said of each tell them apart, by what a command takes."""
    write_transcript(claude, [{**line, "cwd": str(home)} for line in (typed("hi"), said("yes"))], OTHER_ID, str(home))
    write_registry(claude, registry_entry(GONE + 1, sessionId=OTHER_ID, cwd=str(home), name="api", nameSource="user"))
    listed, one = cst("restore").stdout, cst("restore", "--dismiss", OTHER_ID[:8]).stdout

    assert [f"api @ {known[:8]}" in listed for known in (ID, OTHER_ID)] == [True, True]
    assert one == f"dismissed: api @ {OTHER_ID[:8]}\n"
