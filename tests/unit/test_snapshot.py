"""One look at the world: nothing in any file can end it, and every live session is seen."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from cst import snapshot
from cst.claude import transcript
from cst.core import explain, fleet
from cst.core.naming import in_row
from cst.model import STATES, Mark, Session, Snapshot, label
from cst.settings import Settings, load
from cst.store import marks
from cst.system import processes, tmux
from tests.testing import (
    ID,
    NOW,
    OTHER_ID,
    Live,
    TmuxServer,
    called,
    ended_turn,
    event,
    jsonl,
    registry_entry,
    resulted,
    said,
    started,
    typed,
    until,
    write_events,
    write_registry,
    write_transcript,
)  # fmt: skip

DEPTHS = [snapshot.STATUS, snapshot.ROWS, snapshot.HISTORY]


def entry(pid: int, **changes: Any) -> dict[str, Any]:
    """The record of a live process, registered just now."""
    now = int(time.time() * 1000)
    return registry_entry(
        pid, **{"procStart": started(pid), "startedAt": now - 60_000, "statusUpdatedAt": now - 9_000, "tmux": None, **changes}
    )


def git(folder: Path, *words: str) -> None:
    """Run git there."""
    subprocess.run(["git", "-C", str(folder), *words], check=True)


def look(own: Settings, want: snapshot.Depth = snapshot.HISTORY, ended: bool = True) -> tuple[Snapshot, list[Session]]:
    """A look, and what the rules make of it."""
    seen = snapshot.take(own, time.time(), want, ended=ended)
    return seen, fleet.sessions(seen)


@pytest.fixture
def pid(live: Live) -> int:
    """A live process."""
    return live.start("claude")


# ------------------------------------------------------------------------------------------------ what is seen


def test_an_empty_world_is_no_problem(own: Settings) -> None:
    """Before the first session there is nothing, and nothing is wrong."""
    seen, sessions = look(own)

    assert (sessions, list(seen.problems), seen.transcripts) == ([], [], {})


@pytest.mark.parametrize("want", DEPTHS)
def test_a_session_is_seen_by_all_its_sources(own: Settings, claude: Path, pid: int, want: snapshot.Depth) -> None:
    """Registry, process, hooks, transcript and marks of one session come together under its key."""
    now = time.time()
    write_registry(claude, entry(pid, status="idle"))
    write_transcript(claude, [typed("hi", now - 30), said("ho", now - 20), ended_turn(now - 19)])
    write_events(Path(own.state_dir), [event("UserPromptSubmit", now - 30, pid)])
    marks.append(own.marks_file, [Mark(now - 5, "pin", f"{pid}.{started(pid)}", value="on")])
    seen, (session,) = look(own, want)

    assert (f"{pid}.{started(pid)}", ID, pid, "done") == (session.key, session.id, session.pid, session.state)
    assert (session.sources, session.pinned) == (("registry", "hooks", "transcript", "process"), True)
    assert list(seen.problems) == []


def test_a_killed_session_is_seen_as_ended(own: Settings, claude: Path, live: Live) -> None:
    """The file of a process that is gone stays; so does the file of a pid that is another's now."""
    write_registry(claude, {**entry(live.start()), "pid": 10**8})
    write_registry(claude, entry(live.start(), procStart="1", sessionId=OTHER_ID))
    _, sessions = look(own, ended=False)

    assert [(s.state, s.pid) for s in sessions] == [("ended", None), ("ended", None)]


@pytest.mark.parametrize("below", ["", "src/deep"])
@pytest.mark.parametrize("bare", [False, True])
def test_a_worktree_made_anywhere_is_called_by_its_repository(
    own: Settings, claude: Path, pid: int, tmp_path: Path, bare: bool, below: str
) -> None:
    """Wherever `git worktree add` has put it, beside a folder or a bare repository in one; the branch tells which it is.

    Bug shown: only those below .claude/worktrees were, the others were called by their own folder.
    """
    top = tmp_path / "work" / "shop"
    main, tree = (top / ".bare" if bare else top), tmp_path / "elsewhere" / "fix-7 ü"
    made = tmp_path / "made" if bare else main
    git(tmp_path, "init", "-q", str(made))
    git(made, "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "--allow-empty", "-m", "a")
    if bare:
        git(tmp_path, "clone", "-q", "--bare", str(made), str(main))
    git(main, "worktree", "add", "-q", "-b", "side", str(tree))
    (tree / below).mkdir(parents=True, exist_ok=True)
    write_registry(claude, entry(pid, cwd=str(tree / below), name=None))
    [session] = look(own, snapshot.ROWS)[1]

    assert (label(session), session.repository, session.branch) == ("shop", str(top), "side")
    assert in_row(session) == "shop"


def test_a_checkout_that_several_sessions_are_in(own: Settings, claude: Path, live: Live, tmp_path: Path) -> None:
    """Wherever in it they are; a worktree is a checkout of its own, and a folder without git is none."""
    main, tree, none = tmp_path / "main", tmp_path / "tree", tmp_path / "none"
    git(tmp_path, "init", "-q", str(main))
    git(main, "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "--allow-empty", "-m", "a")
    git(main, "worktree", "add", "-q", str(tree))
    for folder in (main / "src", none):
        folder.mkdir()
    for number, folder in enumerate((main, main / "src", tree, none, none)):
        write_registry(claude, entry(live.start(), cwd=str(folder), sessionId=f"{ID[:-1]}{number}"))
    _, sessions = look(own, snapshot.ROWS)

    assert {s.cwd: s.shared for s in sessions} == {
        str(main): str(main), str(main / "src"): str(main), str(tree): "", str(none): "",
    }  # fmt: skip


def test_several_folders_are_looked_at(home: Path, claude: Path, live: Live) -> None:
    """The folders of the config file count as much as the first."""
    (home / "more" / "sessions").mkdir(parents=True)
    (home / "c.toml").write_text('config_dirs = ["~/more"]')
    write_registry(claude, entry(live.start()))
    write_registry(home / "more", entry(live.start(), sessionId=OTHER_ID))
    _, sessions = look(load({"HOME": str(home), "CST_CONFIG": str(home / "c.toml")}))

    assert {str(claude), str(home / "more")} == {session.config_dir for session in sessions}


def test_a_folder_that_is_a_link_to_another_is_looked_at_once(home: Path, claude: Path, live: Live) -> None:
    """Two accounts that share all: one folder.

    Bug shown: each live session was listed twice.
    """
    (home / "work").symlink_to(claude)
    (home / "c.toml").write_text('config_dirs = ["~/work"]')
    write_registry(claude, entry(live.start()))
    own = load({"HOME": str(home), "CST_CONFIG": str(home / "c.toml")})
    _, sessions = look(own)

    assert [session.config_dir for session in sessions] == [str(claude)]
    assert (own.config_dir(str(home / "work")), own.config_dir("/else")) == (str(claude), "")


def test_a_registry_that_two_folders_share_is_read_once(home: Path, claude: Path, live: Live) -> None:
    """`sessions` alone is a link: each session is listed once, with the folder that its process names."""
    pids = [live.start(env={"HOME": str(home)}), live.start(env={"CLAUDE_CONFIG_DIR": str(home / "work")})]
    for pid, session_id in zip(pids, (ID, OTHER_ID), strict=True):
        write_registry(claude, entry(pid, sessionId=session_id))
    (home / "work").mkdir()
    (home / "work" / "sessions").symlink_to(claude / "sessions")
    (home / "c.toml").write_text('config_dirs = ["~/work"]')
    _, sessions = look(load({"HOME": str(home), "CST_CONFIG": str(home / "c.toml")}))

    assert {ID: str(claude), OTHER_ID: str(home / "work")} == {session.id: session.config_dir for session in sessions}
    assert len(sessions) == 2


def test_a_transcript_in_two_folders_is_one_session(home: Path, claude: Path) -> None:
    """Shared through a link, or copied from one account to the other: of copies the newest counts.

    Bug shown: it was listed twice, under one key.
    """
    now = time.time()
    for folder, session_id, age in ((claude, ID, 90), (home / "copy", ID, 60), (claude, OTHER_ID, 60)):
        folder.mkdir(exist_ok=True)
        os.utime(write_transcript(folder, [typed("hi"), said("ho"), ended_turn()], session_id), (now - age, now - age))
    (home / "link").mkdir()
    (home / "link" / "projects").symlink_to(claude / "projects")
    (home / "c.toml").write_text('config_dirs = ["~/copy", "~/link"]')
    _, sessions = look(load({"HOME": str(home), "CST_CONFIG": str(home / "c.toml")}))

    assert sorted((s.id, s.config_dir) for s in sessions) == [(ID, str(home / "copy")), (OTHER_ID, str(claude))]


@pytest.mark.parametrize(("age", "name", "state"), [(0.0, "claude", "starting"), (9.0, "claude", "dialog"), (9.0, "other", None)])
def test_a_session_that_is_held_up_at_its_start_is_seen(
    own: Settings, claude: Path, live: Live, monkeypatch: pytest.MonkeyPatch, age: float, name: str, state: str | None
) -> None:
    """A key file of a live `claude` without a record: it starts, and after two seconds a dialog holds it up."""
    pid = live.start(name)
    (claude / "sessions").mkdir()
    key = claude / "sessions" / f"{pid}.{'a' * 64}.key"
    key.write_text("token")
    seen = snapshot.take(own, time.time(), snapshot.ROWS)
    later = [record._replace(started_at=seen.now - age) for record in seen.records]
    sessions = fleet.sessions(seen._replace(records=later))

    assert ([state] if state else []) == [session.state for session in sessions]
    assert [os.getcwd()] * len(sessions) == [session.cwd for session in sessions]


def test_an_old_key_of_another_process_is_nobody(own: Settings, claude: Path, live: Live) -> None:
    """A key that was there long before the process that has its pid now was left behind."""
    pid = live.start("claude")
    (claude / "sessions").mkdir()
    key = claude / "sessions" / f"{pid}.{'a' * 64}.key"
    key.write_text("token")
    os.utime(key, (NOW - 9e6, NOW - 9e6))
    _, sessions = look(own)

    assert sessions == []


def test_a_session_knows_its_pane(own: Settings, claude: Path, tmux_server: TmuxServer) -> None:
    """The socket comes from the process's own environment, the pane from its ancestors."""
    pane = tmux_server.new("main", "cat")
    write_registry(claude, entry(tmux_server.pid_of(pane)))
    _, (session,) = look(own, snapshot.STATUS)

    assert session.place
    assert (tmux_server.socket, pane, "main:0.0") == (session.place.socket, session.place.pane, session.place.location)


def test_a_socket_with_commas_in_its_path(own: Settings, claude: Path, tmux_server: TmuxServer) -> None:
    """What follows the path in TMUX is counted from its end.

    Bug shown: "outside tmux" of a session on such a socket.
    """
    (tmux_server.folder / "a,b").mkdir(mode=0o700)
    socket = str(tmux_server.folder / "a,b" / "c,d")
    argv = [tmux_server.program, "-S", socket, "-f", "/dev/null"]
    subprocess.run([*argv, "new-session", "-d", "-s", "main", "cat"], env=tmux_server.env, check=True)
    try:
        pid = subprocess.run([*argv, "display-message", "-p", "#{pane_pid}"], env=tmux_server.env, check=True, capture_output=True)
        until(lambda: b"TMUX_PANE" in Path(f"/proc/{int(pid.stdout)}/environ").read_bytes())
        write_registry(claude, entry(int(pid.stdout)))
        _, (session,) = look(own, snapshot.STATUS)
    finally:
        subprocess.run([*argv, "kill-server"], env=tmux_server.env, check=True)

    assert session.place
    assert session.place.socket == socket


def test_a_socket_that_was_removed_is_a_problem(own: Settings, claude: Path, tmux_server: TmuxServer) -> None:
    """systemd-tmpfiles and such tidy /tmp: the server runs on and answers nobody. What makes the socket again is said.

    Bug shown: "not in tmux", and no word of it.
    """
    pane = tmux_server.new("main", "cat")
    pid, server = tmux_server.pid_of(pane), int(tmux_server.run("display-message", "-p", "#{pid}"))
    write_registry(claude, entry(pid, status="waiting", waitingFor="permission prompt"))
    os.unlink(tmux_server.socket)
    seen, (session,) = look(own, snapshot.STATUS)
    inside, _ = look(own._replace(tmux=f"{tmux_server.socket},{server},0"), snapshot.STATUS)
    os.kill(server, signal.SIGUSR1)
    until(lambda: os.path.exists(tmux_server.socket))
    again, (found,) = look(own, snapshot.STATUS)

    wanted = f"the socket {tmux_server.socket} of a server that runs was removed; `kill -USR1 {server}` makes it again"
    assert list(seen.problems) == list(inside.problems) == [("tmux", wanted)]
    assert (session.place, session.hidden) == (None, True)
    assert (list(again.problems), bool(found.place)) == ([], True)


def test_a_server_that_is_gone_is_no_problem() -> None:
    """Its pid is nobody's, or another program's."""
    other = os.getpid()

    assert tmux.removed(["", "/no/socket", f"/no/socket,{other},0", "/no/socket,99999999,0", "/no,x"]) == []


def test_an_old_client_is_seen_by_its_pane(own: Settings, claude: Path, tmux_server: TmuxServer, live: Live) -> None:
    """A client that keeps no registry is found where a pane runs one, if its home is ours."""
    live.start("claude")  # makes the script, and is not in a pane
    tmux_server.new("main", f"exec {live.folder / 'claude'}")
    pane_pid = tmux_server.pid_of("main")
    until(lambda: Path(f"/proc/{pane_pid}/comm").read_text() == "claude\n")
    _, (session,) = look(load({**os.environ, "TMUX": f"{tmux_server.socket},1,0", "TMUX_PANE": ""}))

    assert (pane_pid, "unknown", "no-trace") == (session.pid, session.state, session.rule)


def test_what_an_old_client_has_just_forked_is_no_session(
    own: Settings, claude: Path, tmux_server: TmuxServer, tmp_path: Path  # a home of ours
) -> None:  # fmt: skip
    """Until it becomes the tool that it is to be it has the client's name, words and environment. Bug shown: a second
    session in that pane, for an instant."""
    client = tmp_path / "claude"
    client.write_text("#!/bin/sh\n(while :; do sleep 1; done) &\nread -r line\nkill $!\n")
    client.chmod(0o755)
    tmux_server.new("main", f"exec {client}")
    pid = tmux_server.pid_of("main")
    until(lambda: [p for p in processes.claude_pids() if processes.words_of(p)[-1:] == [str(client)]][1:])
    _, found = look(load({**os.environ, "TMUX": f"{tmux_server.socket},1,0", "TMUX_PANE": ""}))

    assert [session.pid for session in found] == [pid]


# ------------------------------------------------------------------------------------------- what is not read


@pytest.mark.parametrize("status", ["busy", "shell"])
def test_status_reads_no_transcript_of_a_busy_session(own: Settings, claude: Path, pid: int, status: str | None) -> None:
    """Where the registry alone decides, the transcript stays closed."""
    write_registry(claude, entry(pid, status=status))
    write_transcript(claude, [typed("hi")])
    seen, sessions = look(own, snapshot.STATUS, ended=False)

    assert (len(sessions), seen.transcripts) == (1, {})
    assert list(look(own, snapshot.ROWS, ended=False)[0].transcripts) == [ID]


def test_status_reads_no_transcript_where_the_hooks_told(own: Settings, claude: Path, pid: int) -> None:
    """A permission that the hooks named, and a turn whose end they logged, need no transcript."""
    now = time.time()
    write_registry(claude, entry(pid, status="waiting", waitingFor="permission prompt"))
    write_transcript(claude, [typed("hi")])
    asked = event("PermissionRequest", now - 9, pid, {"tool_name": "Bash", "tool_input": {"command": "ls"}})
    write_events(Path(own.state_dir), [asked])
    seen, (session,) = look(own, snapshot.STATUS, ended=False)

    assert seen.transcripts == {}
    assert session.wants
    assert (session.state, session.wants.tool, session.wants.detail) == ("permission", "Bash", "ls")


@pytest.mark.parametrize(("want", "most"), [(snapshot.STATUS, transcript.LEAN), (snapshot.ROWS, transcript.LEAN)])
def test_no_more_than_lean_is_read(own: Settings, claude: Path, pid: int, want: snapshot.Depth, most: int) -> None:
    """Of a transcript of 1 GB without a prompt near its end, `status` and `ls` read 256 KB.

    Bug shown: 672 KB (jsonl.Backwards).
    """
    write_registry(claude, entry(pid, status="idle"))
    path = write_transcript(claude, [])
    os.truncate(path, 1 << 30)
    with path.open("ab") as file:
        file.write(b"\n" + jsonl([said("x" * 2000)] * 1000))
    seen, _ = look(own, want, ended=False)

    assert [most] == [tail.read for tail in seen.transcripts.values()]


# ------------------------------------------------------------------------------------------------ what is wrong


@pytest.mark.parametrize("want", DEPTHS)
def test_a_source_that_fails_is_named(own: Settings, claude: Path, pid: int, live: Live, want: snapshot.Depth) -> None:
    """Folders in the place of files: the session is there, and each problem says what cannot be read.

    Bug shown: of the transcript, the log and the marks the sentence was "cannot read None".
    """
    write_registry(claude, entry(pid, status="idle"))
    log = Path(own.events_dir) / f"{ID}.jsonl"
    path = write_transcript(claude, [])
    path.unlink()
    other = live.start()
    for folder in (log, path, Path(own.marks_file), claude / "sessions" / f"{other}.json"):
        folder.mkdir(parents=True)
    seen, sessions = look(own, want, ended=False)
    problems = dict(seen.problems)

    assert ([pid], {"hooks", "transcript", "marks", "registry"}) == ([s.pid for s in sessions], set(problems))
    assert {
        "registry": f"cannot read {claude}/sessions/{other}.json: Is a directory",
        "hooks": f"cannot read {log}: Is a directory",
        "transcript": f"cannot read {path}: Is a directory",
        "marks": f"cannot read {own.marks_file}: Is a directory",
    } == problems


@pytest.mark.parametrize("want", DEPTHS)
def test_a_broken_record_counts_while_its_process_lives(own: Settings, claude: Path, live: Live, want: snapshot.Depth) -> None:
    """Of a session that runs it is a problem; of a pid that was given to another since, or to nobody, it is none."""
    pid, reused = live.start(), live.start()
    for number, age in ((pid, 0), (reused, 9e6), (10**8, 0)):
        path = write_registry(claude, registry_entry(number))
        path.write_bytes(b"\0" * 600)
        os.utime(path, (time.time() - age, time.time() - age))
    seen, _ = look(own, want)

    assert [problem.rpartition("/")[2] for _, problem in seen.problems] == [f"{pid}.json is not a registry record"]


def test_what_cannot_be_read_is_unknown(own: Settings, claude: Path, pid: int) -> None:
    """An idle session whose transcript cannot be read is not idle to us: we do not know."""
    write_registry(claude, entry(pid, status="idle"))
    path = write_transcript(claude, [])
    path.unlink()
    path.mkdir()
    _, (session,) = look(own, ended=False)

    assert (session.state, session.rule) == ("unknown", "unreadable")


@pytest.mark.parametrize("closed", ["projects", "projects/-home-u-proj-alpha"])
def test_a_folder_of_transcripts_that_cannot_be_read(own: Settings, claude: Path, pid: int, closed: str) -> None:
    """Nor is one whose transcript may be in a folder that cannot be looked into; the folder is named."""
    write_registry(claude, entry(pid, status="idle", cwd="/home/u/proj/alpha"))
    (claude / closed).parent.mkdir(exist_ok=True)
    (claude / closed).symlink_to((claude / closed).name)
    seen, (session,) = look(own, ended=False)

    assert (session.state, session.rule) == ("unknown", "unreadable")
    assert [source for source, _ in seen.problems] == ["transcript"]
    assert str(claude / closed) in seen.problems[0][1]


def test_lines_that_cannot_be_used_are_counted(own: Settings, claude: Path, pid: int) -> None:
    """Skipped lines of our own logs are a problem with a number."""
    write_registry(claude, entry(pid))
    write_events(Path(own.state_dir), [b"nonsense", b"{"])
    marks.append(own.marks_file, [])
    Path(own.marks_file).write_text("nonsense\n")
    seen, _ = look(own)

    assert {
        ("hooks", f"2 lines of the event log of {ID} could not be used"),
        ("marks", f"1 line of {own.marks_file} could not be used"),
    } == set(seen.problems)


def test_a_tmux_that_hangs_is_a_problem(
    own: Settings, claude: Path, tmux_server: TmuxServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The session is seen without its place."""
    write_registry(claude, entry(tmux_server.pid_of(tmux_server.new("main"))))
    fake = tmp_path / "tmux"
    fake.write_text("#!/bin/sh\nexec sleep 60\n")
    fake.chmod(0o755)
    monkeypatch.setattr("cst.system.tmux.TIMEOUT", 0.5)
    seen, (session,) = look(own._replace(tmux_program=str(fake)))

    assert session.place is None
    assert [source for source, _ in seen.problems] == ["tmux"]


@pytest.mark.parametrize("field", ["sessionId", "cwd"])
@pytest.mark.parametrize("value", ["a\0b", "/a\0b", "\ud800", "/\ud800", "../../../../etc/passwd", "x" * 5000, "/" * 5000])
@pytest.mark.parametrize("want", DEPTHS)
def test_a_text_that_is_no_path_ends_nothing(own: Settings, claude: Path, pid: int, field: str, value: str, want: snapshot.Depth) -> None:
    """Ids and folders come from a file; one that no path can hold is as unknown.

    Bug shown: a NUL or half a character in either raised ValueError out of os.open, and every verb failed.
    """
    write_registry(claude, entry(pid, **{field: value}))
    _, sessions = look(own, want)

    assert [pid] == [session.pid for session in sessions]


# ------------------------------------------------------------------------------------------------- any bytes

WORDS = ["", "idle", "busy", "waiting", "shell", "permission prompt", "input needed", "dialog open", "ExitPlanMode", "Bash", "Stop",
         "UserPromptSubmit", "StopFailure", "SessionStart", "PermissionRequest", "PreToolUse", "PreCompact", "user", "assistant", "system",
         "tool_use", "tool_result", "text", "seen", "pin", "visit", "snooze", "you", "inf", "nan", "a\0b", "\ud800", "/", "%7", "²",
         "2026-11-20T14:31:infZ", "2026-11-20T14:31:nanZ", "2026-11-20T14:31:04.323Z"]  # fmt: skip
SCALARS = st.sampled_from([None, True, 0, -1, 7.5, 1e308, 10**400, 1_795_186_800_000, *WORDS, "x" * 300])
NASTY = st.recursive(
    SCALARS, lambda v: st.lists(v, max_size=2) | st.dictionaries(st.sampled_from(["type", "text", "name", "id", "input"]), v, max_size=3),
    max_leaves=4,
)  # fmt: skip


def objects(*names: str) -> st.SearchStrategy[bytes]:
    """JSON objects with some of these fields, of any type."""
    made = st.dictionaries(st.sampled_from(names), NASTY, max_size=6)
    return made.map(lambda value: json.dumps(value).encode())


def lines(*given: st.SearchStrategy[bytes]) -> st.SearchStrategy[bytes]:
    """The content of a log: such lines, torn ones and any bytes."""
    junk = st.sampled_from([b"", b"{", b"\xff\xfe\x00", b"[]", b'{"type":"user"', b"null"])
    return st.lists(st.one_of(*given, junk), max_size=5).map(b"\n".join)


RECORD = objects("sessionId", "cwd", "startedAt", "procStart", "version", "kind", "entrypoint", "tmux", "name", "nameSource", "status",
                 "statusUpdatedAt", "waitingFor")  # fmt: skip
MESSAGE = st.fixed_dictionaries({}, optional={
    "content": NASTY | st.lists(st.fixed_dictionaries({"type": st.sampled_from(["text", "tool_use", "tool_result"])}, optional={
        "text": SCALARS, "id": SCALARS, "name": SCALARS, "input": NASTY, "tool_use_id": SCALARS}), max_size=2),
    "model": SCALARS, "usage": NASTY, "stop_reason": SCALARS})  # fmt: skip
TRANSCRIPT = lines(
    objects("type", "lastPrompt", "aiTitle", "customTitle", "totalCostUSD", "message", "timestamp"),
    st.fixed_dictionaries(
        {"type": st.sampled_from(["user", "assistant", "system"]), "message": MESSAGE, "timestamp": st.sampled_from(WORDS[-3:])},
        optional={"isMeta": SCALARS, "isApiErrorMessage": SCALARS, "subtype": st.just("turn_duration"), "cwd": SCALARS, "origin": NASTY},
    ).map(lambda value: json.dumps(value).encode()),
)
EVENTS = lines(st.fixed_dictionaries({"v": st.just(1), "event": st.sampled_from(WORDS)}, optional={
    "t": SCALARS, "up": SCALARS, "pid": st.just(0) | SCALARS, "tmux": SCALARS, "pane": SCALARS,
    "payload": NASTY | st.fixed_dictionaries({}, optional={
        "tool_name": NASTY, "tool_input": NASTY, "source": NASTY, "background_tasks": NASTY, "session_crons": NASTY,
        "last_assistant_message": NASTY, "error": NASTY})}).map(lambda value: json.dumps(value).encode()))  # fmt: skip
MARKS = lines(objects("v", "t", "mark", "key", "value", "by", "client", "pane"), st.sampled_from(
    [f'{{"v":1,"t":{t},"mark":"{m}","key":"{ID}","value":"{v}"}}'.encode() for t in ("0", "1e308", "[]")
     for m in ("seen", "pin", "snooze", "tag") for v in ("", "inf", "nan", "x")]))  # fmt: skip
TASKS = lines(objects("status", "subject", "activeForm"))


@pytest.fixture
def world(own: Settings, claude: Path, pid: int) -> Callable[..., list[Session]]:
    """Writes the five files of a session, looks at every depth, and lists what is shown."""
    tasks = claude / "tasks" / ID
    tasks.mkdir(parents=True)

    def write(record: bytes | None, transcript: bytes = b"", log: bytes = b"", made: bytes = b"", task: bytes = b"") -> list[Session]:
        plain = json.dumps(entry(pid)).encode()
        (claude / "sessions").mkdir(exist_ok=True)
        (claude / "sessions" / f"{pid}.json").write_bytes(plain if record is None else record)
        write_transcript(claude, []).write_bytes(transcript)
        write_events(Path(own.state_dir), []).write_bytes(log)
        os.makedirs(os.path.dirname(own.marks_file), exist_ok=True)
        Path(own.marks_file).write_bytes(made)
        (tasks / "1.json").write_bytes(task)
        found: list[Session] = []
        for want in DEPTHS:
            seen, sessions = look(own, want)
            for session in sessions:
                steps = explain.explain(seen, session).steps
                assert session.pid is None or [step.rule for step in steps if step.fired] == [session.rule]
            found += [session for session in sessions if session.pid == pid]
            if not any(session.pid == pid for session in sessions):
                found += [Session(source, message, pid, "problem", 0, "", "") for source, message in seen.problems]
        return found

    return write


@given(TRANSCRIPT, EVENTS, MARKS, TASKS, st.sampled_from(["idle", "busy", "waiting", "shell", "odd", None]))
@example(jsonl([{**said("x"), "timestamp": "2026-11-20T14:31:infZ"}]), b"", b"", b"", "idle")
@example(jsonl([{**said("x"), "timestamp": "2026-11-20T14:31:nanZ"}]), b"", b"", b"", "idle")
@example(jsonl([called("Bash", {"command": "ls"}), resulted("x"), {**typed("x"), "timestamp": "2026-11-20T14:31:infZ"}]), b"", b"", b"", "busy")
def test_any_logs_leave_a_live_session_in_sight(
    world: Callable[..., list[Session]], pid: int, claude: Path, transcript: bytes, log: bytes, made: bytes, task: bytes, status: str | None
) -> None:
    """Whatever transcript, event log, marks and tasks hold, nothing is raised and the session is shown at every depth.

    Bug shown: a timestamp of "…:infZ" or "…:nanZ" (jsonl.epoch).
    """
    record = json.dumps(entry(pid, status=status)).encode()
    found = world(record, transcript, log, made, task)

    assert [pid] * 3 == [session.pid for session in found]
    assert {session.state for session in found} <= MAY_BE.get(status, {"unknown"})


# What junk in the logs may make of a status: its class is certain, whatever they say.
MAY_BE: dict[str | None, set[str]] = {
    "busy": {"working", "compacting"}, "shell": {"background"},
    "waiting": {"permission", "question", "plan", "dialog", "menu", "unknown"},
    "idle": {"idle", "done", "asked", "error", "interrupted", "background", "unknown", "working"},
    None: {*STATES} - {"ended", "stopped", "compacting", "menu", "dialog"},
}  # fmt: skip


@given(RECORD)
@example(b'{"sessionId":"a\\u0000b"}')
@example(b'{"sessionId":"x","cwd":"/\\ud800"}')
def test_any_record_leaves_a_live_process_in_sight(world: Callable[..., list[Session]], pid: int, record: bytes) -> None:
    """Whatever fields a record has, its process is shown; unless it proves to be another's, or a daemon.

    Bug shown: a NUL or half a character in sessionId or cwd.
    """
    given = {**json.loads(record), "pid": pid}
    if given.get("procStart"):
        given["procStart"] = started(pid)
    given["startedAt"] = int(time.time() * 1000)
    found = world(json.dumps(given).encode())

    assert {pid} == {session.pid for session in found}
    assert not any(session.state in ("problem", "ended") for session in found)


def _is_object(record: bytes) -> bool:
    try:
        return isinstance(json.loads(record), dict)
    except ValueError:
        return False


@given(st.binary(max_size=60))
@example(b"")
@example(b"{")
@example(b'{"pid":1')
def test_bytes_that_are_no_record_are_a_problem(world: Callable[..., list[Session]], pid: int, record: bytes) -> None:
    """What is not a JSON object cannot be a session; it is named, and nothing is raised."""
    assume(not _is_object(record))
    found = world(record)

    assert {("registry", True)} == {(session.key, f"{pid}.json" in session.id) for session in found}
