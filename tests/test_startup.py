"""What each verb costs before it does anything: modules, processes, bytes. Deterministic; `make bench` has the times."""

from __future__ import annotations

import functools
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from cst.claude import transcript
from tests.testing import (
    ID,
    OTHER_ID,
    ROOT,
    Live,
    TmuxServer,
    cst,
    ended_turn,
    event,
    jsonl,
    registry_entry,
    said,
    started,
    typed,
    until,
    write_events,
    write_registry,
    write_transcript,
)  # fmt: skip

IDS = (ID, OTHER_ID, "22222222-3333-4444-8555-666666666666")

# Each costs a hot verb 0.2 to 5 times the start of Python (DESIGN §6); none may come in by a side door.
FORBIDDEN = {
    "argparse", "ast", "asyncio", "bisect", "click", "collections", "contextlib", "copy", "ctypes", "dataclasses", "datetime", "enum",
    "functools", "heapq", "importlib.metadata", "inspect", "io.open", "ipaddress", "iterfzf", "json", "locale", "logging", "operator",
    "orjson", "pathlib", "platform", "psutil", "random", "re", "rich", "shlex", "shutil", "signal", "socket", "string", "subprocess",
    "tempfile", "textwrap", "threading", "tokenize", "tomllib", "traceback", "typer", "types", "typing", "urllib", "uuid", "warnings",
    "weakref",
}  # fmt: skip
# All that a hot verb takes from outside cst, beside what starts with Python itself; errno and gc are built into it.
ALLOWED = {"__future__", "_json", "encodings.ascii", "errno", "gc", "select", "time", "unicodedata"}
# Rooms of ours that a verb passes by. `cli` brings typer.
SHUT = {"cst.cli", "cst.setup", "cst.demo", "cst.claude.history", "cst.system.processes_psutil"}
PICKER = {"cst.picker", "cst.fzf.launch", "cst.fzf.session_loop", "cst.picker.live_list", "cst.picker.operations", "cst.poller"}
VIEWS = {"cst.render.table", "cst.render.rows", "cst.render.preview", "cst.render.status_line", "cst.render.schema", "cst.render.kill_prompt"}
PAGES = {"cst.core.explain", "cst.render.explain", "cst.render.ansi", "cst.render.git_status", "cst.render.conversation", "cst.system.git_status",
         "cst.claude.conversation"}  # fmt: skip

# Verb -> how many modules of ours it loads at most, packages among them (as many as when that was written), and which of
# those above it enters; {0} is a live pid. Each module is one more file to find and read: a cap is raised knowingly.
HOT: dict[str, tuple[int, set[str]]] = {
    "status": (48, {"cst.render.status_line"}),
    "status --format json": (49, {"cst.render.status_line"}),  # one says what was lost, whoever needs you
    "status --badges": (48, {"cst.render.status_line"}),
    "statusline": (49, set()),
    "statusline model context 5h": (27, set()),
    "next --peek": (52, {"cst.render.status_line"}),
    "back": (38, set()),
    "jump {0}": (47, set()),
    "seen {0}": (49, set()),
    "pin {0}": (49, set()),
    "snooze {0}": (49, set()),
    "tag {0} --add x": (49, set()),
    "rename {0} x": (49, set()),
    "ls": (54, {"cst.render.table"}),  # one more says what was lost
    "ls --json": (48, {"cst.render.schema"}),
    "rows": (51, {"cst.render.rows"}),
    "preview {0}": (53, {"cst.picker", "cst.render.preview"}),
    "show {0}": (50, {"cst.render.preview"}),
    "why {0}": (54, {"cst.render.preview", "cst.render.schema"}),
    "why {0} --json": (54, {"cst.render.preview", "cst.render.schema"}),
    "answer {0}": (55, set()),
    "send {0} hi": (55, set()),
    "events": (52, {"cst.poller"}),
    "wait {0} --until working": (53, {"cst.poller", "cst.render.status_line"}),
}


def fleet(claude: Path, pids: Sequence[int], state: Path) -> None:
    """Live sessions: one busy, one waiting, one idle, each with hooks and a transcript."""
    now = time.time()
    statuses = ("busy", "waiting", "idle")
    for pid, session_id, status in zip(pids, IDS, statuses, strict=True):
        wait = "permission prompt" if status == "waiting" else None
        write_registry(claude, registry_entry(
            pid, sessionId=session_id, procStart=started(pid), status=status, waitingFor=wait, tmux=None,
            startedAt=int((now - 600) * 1000), statusUpdatedAt=int((now - 60) * 1000),
        ))  # fmt: skip
        write_transcript(claude, [typed("hi — é", now - 70), said("x" * 900, now - 65), ended_turn(now - 61)], session_id)
        write_events(state, [event("UserPromptSubmit", now - 70, pid)], session_id)
    (state / "places").mkdir(parents=True, exist_ok=True)
    (state / "places/v1.json").write_text('{"v":1,"sessions":{},"servers":{}}')  # `status` has noted them a moment ago
    none = {"v": 1, "at": now, "about": [str(claude), ""], "lived": IDS[: len(pids)], "lost": []}
    (state / "places/lost").write_text(json.dumps(none))


@pytest.fixture
def pids(home: Path, claude: Path, live: Live) -> list[int]:
    """Three live sessions outside tmux."""
    found = [live.start("claude") for _ in IDS]
    fleet(claude, found, home / ".local/state/cst")
    return found


# ------------------------------------------------------------------------------------------------- modules


def imported(*words: str, python: Sequence[str] = ("-S",)) -> set[str]:
    """The modules that the real script imports for a verb, without those that every start of Python brings; it has
    to end without a bug."""
    done = cst(*words, python=[*python, "-X", "importtime"])

    assert "cst: a bug" not in done.stderr
    assert "cst.dispatch" in _names(done.stderr)
    return _names(done.stderr) - floor()


def ours(found: set[str]) -> set[str]:
    """The modules of cst among them."""
    return {name for name in found if name.partition(".")[0] == "cst"}


@functools.cache
def floor() -> set[str]:
    """What `site` brings, in a Python without anybody's .pth files."""
    argv = [sys.executable, "-I", "-S", "-X", "importtime", "-c", "import site, sys, time"]
    return _names(subprocess.run(argv, capture_output=True, text=True, check=True).stderr)


def _names(trace: str) -> set[str]:
    return {line.rpartition("|")[2].strip() for line in trace.splitlines() if line.startswith("import time:")}


@pytest.mark.parametrize("verb", HOT)
def test_a_hot_verb_imports_next_to_nothing(pids: list[int], verb: str) -> None:
    """A hot verb imports none of the dear modules; of all others, only those that are listed here."""
    found = imported(*verb.format(pids[0]).split())
    outside = {name for name in found if name.partition(".")[0] != "cst"}

    assert set() == found & FORBIDDEN
    assert set() == outside - ALLOWED
    assert HOT[verb][1] == found & (SHUT | PICKER | VIEWS)


@pytest.mark.parametrize("verb", HOT)
def test_a_hot_verb_loads_no_more_of_ours(pids: list[int], verb: str) -> None:
    """No verb grows by a module unseen."""
    assert len(ours(imported(*verb.format(pids[0]).split()))) <= HOT[verb][0]


def test_a_note_of_the_places_costs_a_status_little_more(home: Path, pids: list[int]) -> None:
    """Once in five minutes, and what it loads is counted too: its modules and those that read the arguments of a process,
    and none that is dear."""
    places = home / ".local/state/cst/places/v1.json"
    without = imported("status")
    os.utime(places, (1, 1))
    found = imported("status")

    assert json.loads(places.read_text())["sessions"]
    mine = {"cst.actions", "cst.actions.places", "cst.store.places", "cst.claude.arguments", "cst.claude.clients"}
    assert mine == ours(found) - ours(without)
    assert (set(), set()) == (found & FORBIDDEN, {name for name in found if name.partition(".")[0] != "cst"} - ALLOWED)


def test_that_nothing_was_lost_costs_a_clear_status_one_module(claude: Path, pids: list[int]) -> None:
    """Where a session needs you it is not asked; else it is what was found out in the last minutes."""
    waits = imported("status")
    cst("snooze", str(pids[1]))
    cst("seen", str(pids[2]))
    clear = imported("status")

    assert {"cst.store.losses"} == ours(clear) - ours(waits)
    assert (set(), set()) == (clear & FORBIDDEN, {name for name in clear if name.partition(".")[0] != "cst"} - ALLOWED)


@pytest.mark.parametrize(
    ("page", "rooms"),
    [
        ("tools", set()), ("screen", {"cst.render.ansi"}), ("why", {"cst.core.explain", "cst.render.explain", "cst.render.ansi"}),
        ("changes", {"cst.render.git_status", "cst.system.git_status"}),
        ("conversation", {"cst.render.conversation", "cst.claude.conversation"}),
    ],
)  # fmt: skip
def test_a_page_imports_what_it_shows(pids: list[int], page: str, rooms: set[str]) -> None:
    """Each page enters its own rooms and none of the others'; none imports a dear module."""
    found = imported("preview", str(pids[0]), "--page", page)
    outside = {name for name in found if name.partition(".")[0] != "cst"}

    assert (set(), set()) == (found & FORBIDDEN, outside - ALLOWED)
    assert rooms == found & PAGES


def test_a_watch_imports_what_a_look_does(pids: list[int]) -> None:
    """`ls --watch` into a pipe, until its first table is there."""
    argv = [sys.executable, "-S", "-X", "importtime", str(ROOT / "shell" / "cst"), "ls", "--watch"]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(argv, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True) as watch:
        assert watch.stdout
        first = watch.stdout.readline()
        watch.terminate()
        found = _names(watch.communicate(timeout=60)[1]) - floor()

    assert "STATE" in first
    assert set() == found & FORBIDDEN
    assert set() == {name for name in found if name.partition(".")[0] != "cst"} - ALLOWED
    assert {"cst.poller", "cst.render.table", "cst.render.schema"} == found & (SHUT | PICKER | VIEWS)


def test_a_kill_pays_for_signals_only(pids: list[int]) -> None:
    """Ending a process needs `signal`, which brings enum and collections; nothing else that is dear."""
    with_signal = {"signal", "enum", "collections", "functools", "operator", "types"}
    found = imported("kill", "--yes", str(pids[0]))

    assert set() == found & (FORBIDDEN - with_signal)
    assert set() == found & (SHUT | PICKER)
    assert "cst.actions.kill" in found


def test_ended_sessions_pay_for_orjson_only(pids: list[int]) -> None:
    """`ls --all` loads the one library that parses thousands of lines, and no other."""
    found = imported("ls", "--all", python=())

    assert "orjson" in found
    assert set() == found & {"typer", "click", "rich", "psutil", "iterfzf", "subprocess", "pathlib", "tomllib", "typing"}
    assert {"cst.claude.history"} == found & (SHUT | PICKER)


def test_a_config_file_pays_for_toml_only(home: Path, pids: list[int]) -> None:
    """tomllib is loaded where there is a config file that is not plain, and nowhere else."""
    without = imported("status")
    (home / ".config" / "cst").mkdir(parents=True)
    (home / ".config" / "cst" / "config.toml").write_text("kill_grace = 1_0")
    found = imported("status")
    (home / ".config" / "cst" / "config.toml").write_text("kill_grace = 1\n[hosts]\ndev = 'ssh dev'\n")
    plain = imported("status")

    assert ("tomllib" in found, "tomllib" in plain, "tomllib" in without) == (True, False, False)
    assert "re" not in plain
    assert set() == found & (SHUT | PICKER | {"typer", "json", "subprocess", "pathlib", "dataclasses", "psutil", "orjson"})


@pytest.mark.parametrize("verb", ["--help", "ls --help", "--version", "nope"])
def test_help_pays_for_typer_and_asks_nobody(verb: str) -> None:
    """Help is typer's; it imports no picker, no psutil, no orjson, and none of pydantic or rich."""
    found = imported(*verb.split(), python=())

    assert "typer" in found
    assert set() == found & {"pydantic", "rich", "psutil", "orjson", "iterfzf", "cst.picker", "cst.demo.fleet"}


@pytest.mark.parametrize("given", [":", ".", "/nonexistent:", "sub/.."])
def test_a_repository_that_one_stands_in_is_not_run(pids: list[int], tmp_path: Path, given: str) -> None:
    """With a PYTHONPATH that names the current folder, its `cst` and its `select` are nobody's."""
    for name in ("cst.py", "select.py"):
        (tmp_path / name).write_text("raise SystemExit('a stranger')")
    env = {**os.environ, "PYTHONPATH": f"{ROOT}:{given}"}
    argv = [sys.executable, "-S", str(ROOT / "shell" / "cst"), "status"]
    done = subprocess.run(argv, env=env, cwd=tmp_path, capture_output=True, text=True, check=False)
    swapped = {**os.environ, "PYTHONPATH": f"{given}:{ROOT}"}
    first = subprocess.run(argv, env=swapped, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert [(run.stderr, run.returncode) for run in (done, first)] == [("", 0)] * 2


def test_a_repository_that_is_named_whole_is_not_run(pids: list[int], tmp_path: Path) -> None:
    """As `export PYTHONPATH=$PWD` does: what is installed, and what is Python's own, comes first.

    Bug shown: `export PYTHONPATH=~/project`, and its `cst` or its `select` ran.
    """
    (tmp_path / "installed").mkdir()
    (tmp_path / "installed" / "cst").symlink_to(ROOT / "cst")
    shutil.copy(ROOT / "shell" / "cst", tmp_path / "installed" / "run")
    for name in ("cst.py", "select.py", "orjson.py"):
        (tmp_path / name).write_text("raise SystemExit('a stranger')")
    env = {**os.environ, "PYTHONPATH": f"{tmp_path}:{tmp_path}/", "TMPDIR": str(tmp_path)}
    argv = [sys.executable, "-S", str(tmp_path / "installed" / "run")]
    done = [subprocess.run([*argv, *words], env=env, cwd=tmp_path, capture_output=True, text=True, check=False)
            for words in (["status"], ["--version"])]  # fmt: skip

    assert [run.stdout + run.stderr for run in done if "stranger" in run.stdout + run.stderr] == []
    assert done[0].returncode == 0


def test_a_repository_is_not_run_by_python_m(pids: list[int], tmp_path: Path) -> None:
    """`python -m cst` puts the folder that one stands in before all others: only a `cst` in it could be run.

    Bug shown: its select.py, orjson.py or tempfile.py ran.
    """
    for name in ("select.py", "orjson.py", "typing.py"):
        (tmp_path / name).write_text("raise SystemExit('a stranger')")
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = [
        subprocess.run([sys.executable, "-m", "cst", *words], env=env, cwd=folder, capture_output=True, text=True, check=False)
        for folder in (tmp_path, ROOT) for words in (["ls", "--all"], ["status"])
    ]  # fmt: skip

    assert [(run.stderr, run.returncode) for run in done] == [("", 0)] * 4


def test_the_gate_can_fail(tmp_path: Path, pids: list[int]) -> None:
    """The same measure of a cst that imports json and a module of ours more finds json, re and that module."""
    shutil.copytree(ROOT / "cst", tmp_path / "copy" / "cst", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "shell", tmp_path / "copy" / "shell")
    door = tmp_path / "copy" / "cst" / "dispatch.py"
    door.write_text(door.read_text().replace("\nimport os\n", "\nimport os\nimport json\nimport cst.setup.assets\n", 1))
    argv = [sys.executable, "-S", "-X", "importtime", str(tmp_path / "copy" / "shell" / "cst"), "status"]
    done = subprocess.run(argv, env={**os.environ, "PYTHONPATH": str(tmp_path / "copy")}, capture_output=True, text=True, check=True)
    found = _names(done.stderr) - floor()

    assert {"json", "re"} <= found & FORBIDDEN
    assert found & SHUT == {"cst.setup"}
    assert len(ours(found)) > HOT["status"][0]


# ----------------------------------------------------------------------------------------------- processes


@functools.cache
def strace() -> str:
    """The path of an strace that works here, else ""."""
    path = shutil.which("strace")
    if not path or subprocess.run([path, "-f", "-qq", "-e", "trace=execve", "true"], capture_output=True, check=False).returncode:
        return ""
    return path


@pytest.fixture
def programs(tmp_path: Path) -> Callable[..., list[str]]:
    """Runs a verb and lists the programs that it starts: as the kernel sees them, else as a tmux that keeps a list.
    The verb has to end without a bug."""
    kept = tmp_path / "started"
    fake = tmp_path / "listed" / "tmux"
    fake.parent.mkdir()
    fake.write_text(f'#!/bin/sh\necho tmux >>{kept}\nexec {shutil.which("tmux")} "$@"\n')
    fake.chmod(0o755)

    def run(*words: str, **env: str) -> list[str]:
        kept.unlink(missing_ok=True)
        argv = [sys.executable, str(ROOT / "shell" / "cst"), *words]
        if strace():
            argv = [strace(), "-f", "-qq", "-s", "9", "-e", "trace=execve", "-e", "signal=none", "-o", str(kept), *argv]
        else:
            env = {"CST_TMUX": str(fake), **env}
        done = subprocess.run(
            argv, env={**os.environ, "PYTHONPATH": str(ROOT), **env}, capture_output=True, text=True, stdin=subprocess.DEVNULL,
            timeout=60, check=False,
        )  # fmt: skip

        assert "cst: a bug" not in done.stderr
        if not strace():
            return kept.read_text().split() if kept.exists() else []
        return [os.path.basename(name) for name in re.findall(r'execve\("([^"]*)".* = 0$', kept.read_text(), re.M)][1:]

    return run


READING = ["preview {0} --page why", "preview {0} --page conversation", "status", "next --peek", "ls --json", "ls", "rows",
           "preview {0}", "show {0}", "why {0}", "seen {0}", "pin {0}", "snooze {0}", "ls --all", "back"]  # fmt: skip


@pytest.mark.parametrize("verb", [*READING, "past"])
def test_without_tmux_no_process_is_started(pids: list[int], programs: Callable[..., list[str]], verb: str) -> None:
    """Sessions outside tmux are told without starting any program."""
    assert programs(*verb.format(pids[0]).split()) == []


@pytest.mark.parametrize("verb", READING)
def test_one_process_for_each_tmux_server(
    home: Path, claude: Path, make_tmux_server: Callable[[], TmuxServer], programs: Callable[..., list[str]], verb: str
) -> None:
    """Three sessions on two servers cost two processes, whatever the verb shows of them."""
    one, two = make_tmux_server(), make_tmux_server()
    found = [one.pid_of(one.new("a")), one.pid_of(one.new("b")), two.pid_of(two.new("c"))]
    fleet(claude, found, home / ".local/state/cst")

    assert programs(*verb.format(found[0]).split()) == ["tmux", "tmux"]


def test_status_notes_where_sessions_are_every_five_minutes(
    home: Path, claude: Path, tmux_server: TmuxServer, programs: Callable[..., list[str]]
) -> None:
    """That costs one process more for each tmux server, and then none for a while."""
    fleet(claude, [tmux_server.pid_of(tmux_server.new(name)) for name in "abc"], home / ".local/state/cst")
    places = home / ".local/state/cst/places/v1.json"
    os.utime(places, (time.time() - 301, time.time() - 301))

    assert [programs("status"), programs("status")] == [["tmux", "tmux"], ["tmux"]]
    assert {one["session"] for one in json.loads(places.read_text())["sessions"].values()} == {"a", "b", "c"}


def test_a_page_starts_what_it_asks(
    home: Path, claude: Path, tmux_server: TmuxServer, programs: Callable[..., list[str]], tmp_path: Path
) -> None:
    """The screen costs one tmux more, changes cost three starts of git."""
    pid = tmux_server.pid_of(tmux_server.new("a"))
    subprocess.run(["git", "init", "-q", str(tmp_path / "repo")], check=True)
    write_registry(claude, registry_entry(pid, procStart=started(pid), tmux=None, cwd=str(tmp_path / "repo")))

    assert programs("preview", str(pid), "--page", "screen") == ["tmux", "tmux"]
    assert not strace() or programs("preview", str(pid), "--page", "changes") == ["tmux", "git", "git", "git"]


@pytest.mark.parametrize(
    ("verb", "count"), [("next", 2), ("jump {1}", 2), ("next --peek", 1), ("seen {1}", 2), ("snooze {1}", 2)]
)
def test_an_act_costs_one_process_more(
    home: Path, claude: Path, tmux_server: TmuxServer, programs: Callable[..., list[str]], verb: str, count: int
) -> None:
    """One look, and one command that moves the client and says why, or only says it: two in all."""
    found = [tmux_server.pid_of(tmux_server.new(name)) for name in "abc"]
    tmux_server.new("me")
    fleet(claude, found, home / ".local/state/cst")
    client = tmux_server.attach("me")

    assert ["tmux"] * count == programs(*verb.format(*found).split(), TMUX=f"{tmux_server.socket},1,0", CST_CLIENT=client.name)


def test_badges_cost_one_process_where_something_changed(
    home: Path, claude: Path, tmux_server: TmuxServer, programs: Callable[..., list[str]]
) -> None:
    """The look tells what tmux knows already: a second run sets nothing, and starts nothing for it."""
    fleet(claude, [tmux_server.pid_of(tmux_server.new(name)) for name in "abc"], home / ".local/state/cst")
    def told() -> list[str]:
        return programs("status", "--badges", TMUX=f"{tmux_server.socket},1,0")

    until(lambda: told() == ["tmux"] * 2)  # a look to which tmux answered too late sets none

    assert told() == ["tmux"]


# --------------------------------------------------------------------------------------------------- bytes


@pytest.fixture
def bytes_read(tmp_path: Path) -> Callable[..., dict[str, int]]:
    """Runs a verb and tells how many bytes it read of each transcript, by session id."""
    if not strace():
        pytest.skip("strace does not work here; tests/unit/test_snapshot.py counts the same from inside")

    def run(*words: str) -> dict[str, int]:
        kept = tmp_path / "reads"
        argv = [strace(), "-f", "-qq", "-y", "-s", "0", "-e", "trace=read,pread64,readv,preadv,mmap", "-o", str(kept), sys.executable,
                str(ROOT / "shell" / "cst"), *words]  # fmt: skip
        env = {**os.environ, "PYTHONPATH": str(ROOT)}
        subprocess.run(argv, env=env, capture_output=True, stdin=subprocess.DEVNULL, timeout=120, check=True)
        found: dict[str, int] = {}
        for name, count in re.findall(r"\(\d+<[^>]*/projects/[^>]*/([^/>]*)\.jsonl>.* = (\d+)$", kept.read_text(), re.M):
            found[name] = found.get(name, 0) + int(count)
        return found

    return run


def test_status_leaves_a_busy_sessions_transcript_closed(pids: list[int], bytes_read: Callable[..., dict[str, int]]) -> None:
    """Of the busy session nothing is read; of the others their small transcripts."""
    found = bytes_read("status")

    assert {OTHER_ID, IDS[2]} == set(found)
    assert 0 < max(found.values()) < 4096


@pytest.mark.parametrize(("verb", "most"), [("status", transcript.LEAN), ("ls --json", transcript.LEAN), ("rows", transcript.LEAN)])
def test_a_giant_transcript_costs_no_more_than_lean(
    claude: Path, pids: list[int], bytes_read: Callable[..., dict[str, int]], verb: str, most: int
) -> None:
    """Of 1 GB without a prompt near the end, 256 KB are read for each session, and 2 KB of its beginning for a title.

    Bug shown: 672 KB (jsonl.Backwards).
    """
    for session_id in IDS:
        path = write_transcript(claude, [], session_id)
        os.truncate(path, 1 << 30)
        with path.open("ab") as file:
            file.write(b"\n" + jsonl([said("x" * 2000)] * 800))
    found = bytes_read(*verb.split())

    assert set(IDS[1:] if verb == "status" else IDS) == set(found)
    assert most + 2048 >= max(found.values()) > 200_000


def test_old_transcripts_are_not_opened(claude: Path, pids: list[int], bytes_read: Callable[..., dict[str, int]]) -> None:
    """Sessions that are over cost nothing, unless they are asked for."""
    for n in range(50):
        write_transcript(claude, [typed("old"), said("x"), ended_turn()], f"{n:08}-2222-4333-8444-555555555555", f"/home/u/{n % 5}")
    found = bytes_read("ls", "--json")

    assert set(IDS) == set(found)
