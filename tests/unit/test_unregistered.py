"""Sessions without a record, and records of elsewhere: what the kernel shows of each."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from cst import snapshot
from cst.claude import claims, registry
from cst.core import explain, fleet
from cst.model import Session, Snapshot
from cst.settings import Settings, load
from cst.system import processes
from tests.testing import (
    ID,
    OTHER_ID,
    Live,
    TmuxServer,
    called,
    ended_turn,
    event,
    registry_entry,
    said,
    started,
    typed,
    until,
    write_events,
    write_registry,
    write_transcript,
)  # fmt: skip

HERE = registry._domain()
SPACE = registry.namespace(HERE)


@pytest.fixture
def own(home: Path, claude: Path) -> Settings:
    """The settings of a home of our own."""
    return load({"HOME": str(home), "TMUX": "", "TMUX_PANE": ""})


def look(own: Settings, depth: snapshot.Depth = snapshot.ROWS) -> tuple[Snapshot, list[Session]]:
    """One look, and what a person is told."""
    seen = snapshot.take(own, time.time(), depth)
    return seen, fleet.sessions(seen)


def key_of(claude: Path, pid: int) -> Path:
    """Only a key file, as a client leaves that has no record."""
    (claude / "sessions").mkdir(exist_ok=True)
    path = claude / "sessions" / f"{pid}.{'a' * 64}.key"
    path.write_text("token")
    os.utime(path, (time.time() + 1, time.time() + 1))
    return path


def entry(pid: int, **more: object) -> dict[str, object]:
    """A record of a live process."""
    now = int(time.time() * 1000)
    return registry_entry(pid, **{"procStart": started(pid), "startedAt": now, "statusUpdatedAt": now, "cwd": os.getcwd(), **more})


# --------------------------------------------------------------------------------------------------- key files


@pytest.mark.parametrize("words", [
    ("mcp", "serve"), ("--debug", "mcp", "serve"), ("agents",), ("attach", "2a3f05e6"), ("doctor",), ("setup-token",), ("frobnicate",),
])  # fmt: skip
def test_other_commands_of_the_client_are_no_sessions(own: Settings, claude: Path, live: Live, words: tuple[str, ...]) -> None:
    """A server with a key file waits for nobody. Bug shown: 'trust or consent at start', for ever."""
    key_of(claude, live.start("claude", *words))

    assert look(own)[1] == []


def test_a_background_session_that_has_not_registered_yet(own: Settings, claude: Path, tmp_path: Path) -> None:
    """Its host has no terminal of a person's. Bug shown: on a busy machine it was at a dialog, and needed you."""
    host, session = tmp_path / "claude-host", tmp_path / "claude"
    session.write_text("#!/bin/sh\necho $$ >$1\nread -r line\n")
    host.write_text(f"#!/bin/sh\n{session} $2/pid\n")
    for script in (host, session):
        script.chmod(0o755)
    process = subprocess.Popen([str(host), "bg-pty-host", str(tmp_path)], stdin=subprocess.PIPE, env={})
    try:
        until(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text())
        key_of(claude, int((tmp_path / "pid").read_text()))

        assert look(own)[1] == []
    finally:
        process.communicate(b"\n", timeout=10)


def test_a_command_that_is_not_known_is_a_session_once_it_has_written(own: Settings, claude: Path, live: Live) -> None:
    """One lower-case word may be a prompt: hooks of that process say so."""
    pid = live.start("claude", "hello")
    key_of(claude, pid)
    write_events(Path(own.state_dir), [event("UserPromptSubmit", time.time(), pid, {"prompt": "hello"})])

    assert [s.id for s in look(own)[1]] == [ID]


@pytest.mark.parametrize("name", ["claude", "claude-work", "2.1.329"])
def test_a_dialog_at_the_start_of_a_renamed_client(own: Settings, claude: Path, live: Live, name: str) -> None:
    """Until it sets its name the process is called as its file is. What dialog it is nobody claims to know."""
    key_of(claude, live.start(name))
    seen = look(own)[0]
    later = [record._replace(started_at=seen.now - 9) for record in seen.records]
    [session] = fleet.sessions(seen._replace(records=later))

    assert session.wants
    assert (session.state, session.needs_you, session.wants.detail) == ("dialog", True, "a dialog at its start")


@pytest.mark.parametrize("with_key", [True, False])
@pytest.mark.parametrize("hooks", [True, False])
def test_a_session_whose_record_was_swept_away(
    own: Settings, claude: Path, tmux_server: TmuxServer, tmp_path: Path, with_key: bool, hooks: bool
) -> None:
    """It stays what transcript, hooks and process say. Bug shown: a working session became a trust dialog."""
    client = shutil.copy("/bin/sleep", tmp_path / "claude")  # tmux calls a script by its interpreter
    (claude / "sessions").mkdir(exist_ok=True)
    pane = tmux_server.new("main", f"exec {client} 1000")
    pid, now = tmux_server.pid_of(pane), time.time()
    until(lambda: Path(f"/proc/{pid}/comm").read_text() == "claude\n")
    cwd = processes.cwd_of(pid)
    if with_key:
        key_of(claude, pid)
    if hooks:
        write_events(Path(own.state_dir), [event("UserPromptSubmit", now, pid, {"prompt": "do it"}),
                                           event("Stop", now + 1, pid, {"last_assistant_message": "All done."})])  # fmt: skip
    write_transcript(claude, [typed("do it", now), said("All done.", now + 1), ended_turn(now + 1)], ID, cwd)
    settings = load({**os.environ, "HOME": str(claude.parent), "TMUX": f"{tmux_server.socket},1,0", "TMUX_PANE": ""})
    [session] = look(settings._replace(state_dir=own.state_dir))[1]

    assert (session.pid, session.id, session.state) == (pid, ID, "done")
    assert "registry record" in session.because


# -------------------------------------------------------------------------------------------------- agent teams


def test_two_swept_sessions_of_one_folder(own: Settings, claude: Path, live: Live) -> None:
    """Each is what its own transcript says. Bug shown: both stood before a dialog at their start, and shared a session."""
    first = live.start("claude", "--verbose")
    key_of(claude, first)
    write_transcript(claude, [typed("one", time.time()), said("All done.", time.time()), ended_turn(time.time())], ID, os.getcwd())
    written = time.time()
    until(lambda: time.time() > written + claims._LAG)  # what lies closer together may be of either
    second = live.start("claude", "--verbose")
    key_of(claude, second)
    before = {s.pid: (s.state, s.id) for s in look(own)[1]}
    write_transcript(claude, [typed("two", time.time()), called("Bash", {"command": "make"}, time.time())], OTHER_ID, os.getcwd())
    found = {s.pid: (s.state, s.id) for s in look(own)[1]}

    assert before == {first: ("done", ID), second: ("starting", "")}
    assert found == {first: ("done", ID), second: ("unknown", OTHER_ID)}


def test_swept_sessions_that_cannot_be_told_apart_are_unknown(own: Settings, claude: Path, live: Live) -> None:
    """Two processes and one transcript that is of either: no dialog is claimed, nor that they share a session."""
    pids = [live.start("claude", "--verbose"), live.start("claude", "--verbose")]
    for pid in pids:
        key_of(claude, pid)
    write_transcript(claude, [typed("one", time.time() + 2), said("All done.", time.time() + 2)], ID, os.getcwd())
    seen, sessions = look(own)

    assert {(s.pid, s.state, s.rule) for s in sessions} == {(pid, "unknown", "no-trace") for pid in pids}
    assert "a key file and no registry record" in sessions[0].because
    assert not any("share this session" in doubt for doubt in explain.explain(seen, sessions[0]).doubts)


def team(claude: Path, live: Live, status: str = "waiting") -> tuple[int, int]:
    """A lead, and a teammate in a process of its own, which has but a key file."""
    lead = live.start("claude")
    waits = "permission prompt" if status == "waiting" else None
    write_registry(claude, entry(lead, status=status, waitingFor=waits))
    mate = live.start("claude", "--agent-id", "scout@session-1", "--agent-name", "scout", "--team-name", "session-1", "--parent-session-id", ID)
    key_of(claude, mate)
    return lead, mate


@pytest.mark.parametrize("depth", [snapshot.STATUS, snapshot.ROWS, snapshot.HISTORY])
def test_a_teammate_asks_through_its_lead(own: Settings, claude: Path, live: Live, depth: snapshot.Depth) -> None:
    """One row, one person needed, and what the teammate wants to do."""
    lead, _ = team(claude, live)
    now = time.time()
    write_transcript(claude, [typed("go", now - 9), said("Both are at it.", now - 8), ended_turn(now - 8)], ID, os.getcwd())
    asks = [typed("<teammate-message>", now - 7), called("Bash", {"command": "touch scouted"}, now - 6)]
    write_transcript(claude, [{**line, "agentName": "scout", "teamName": "session-1"} for line in asks], OTHER_ID, os.getcwd())
    [session] = look(own, depth)[1]

    assert session.wants
    assert (session.pid, session.state, session.needs_you) == (lead, "permission", True)
    assert (session.wants.tool, session.wants.detail) == ("Bash", "touch scouted")


@pytest.mark.parametrize(("last", "state"), [(said("found it"), "done"), (called("Bash", {"command": "ls"}), "background")])
@pytest.mark.parametrize("depth", [snapshot.STATUS, snapshot.ROWS])
def test_a_lead_is_at_rest_once_its_teammates_are(
    own: Settings, claude: Path, live: Live, last: dict[str, object], state: str, depth: snapshot.Depth
) -> None:
    """The client calls it busy for as long as a teammate exists."""
    team(claude, live, "busy")
    now = time.time()
    write_transcript(claude, [typed("go", now - 9), said("All done.", now + 1), ended_turn(now + 1)], ID, os.getcwd())
    lines = [typed("<teammate-message>", now - 7), last]
    write_transcript(claude, [{**line, "agentName": "scout", "teamName": "session-1"} for line in lines], OTHER_ID, os.getcwd())

    seen, [session] = look(own, depth)
    shown = fleet.sessions(snapshot.with_history(seen, own, ID))

    assert [session.state, *(s.state for s in shown)] == [state, state]


# ---------------------------------------------------------------------------------------------------- elsewhere


@pytest.mark.skipif(not SPACE, reason="this kernel names no pid namespace")
@pytest.mark.parametrize("machine", ["", "0123456789abcdef0123456789abcdef"])
def test_another_name_of_this_machine(own: Settings, claude: Path, live: Live, machine: str) -> None:
    """A toolbox has the pids and the home of its host, and another /etc/machine-id or none: pid and start prove it."""
    write_registry(claude, entry(live.start("claude"), pidDomain=f"linux:{machine}:{SPACE}", status="waiting", waitingFor="permission prompt"))

    assert [(s.state, s.needs_you) for s in look(own)[1]] == [("permission", True)]


@pytest.mark.parametrize("domain", [f"linux:0:{SPACE}", "linux:0:pid:[1]", HERE.replace("pid:[", "pid:[1")])
def test_a_record_of_elsewhere_is_not_ended(own: Settings, claude: Path, live: Live, domain: str) -> None:
    """A container, or another machine of a shared home. Bug shown: 'ended: it was killed', of a session that asks."""
    write_registry(claude, entry(live.start("claude"), procStart="7", pidDomain=domain, status="waiting", waitingFor="permission prompt"))
    [session] = look(own)[1]

    assert (session.state, session.pid, session.place, session.needs_you) == ("elsewhere", None, None, False)
    assert session.id == ID


def test_a_container_without_a_name(own: Settings, claude: Path, live: Live) -> None:
    """A client before 2.1.246 names no machine: its pid was another process's here when its record was made."""
    later = str(int(started(live.start("claude"))) + 5)
    write_registry(claude, entry(1, procStart=later, startedAt=int(time.time() * 1000), version="2.1.226"))

    assert [s.state for s in look(own)[1]] == ["elsewhere"]


@pytest.mark.parametrize("start", ["\u00b2", "9" * 5000, "-1", ""])
def test_an_odd_start_stops_no_look(own: Settings, claude: Path, live: Live, start: str) -> None:
    """A record may say anything. Bug shown: a superscript two is a digit and no number, and every verb failed."""
    write_registry(claude, entry(live.start("claude"), procStart=start, version="2.1.226"))

    look(own)


def test_a_record_of_elsewhere_counts_for_days(own: Settings, claude: Path, live: Live) -> None:
    """It is written when the status changes, and a session may wait for hours. Bug shown: gone after two."""
    path = write_registry(claude, registry_entry(4_000_000, sessionId=ID, procStart="7", pidDomain="linux:0:pid:[1]", status="waiting"))
    os.utime(path, (time.time() - 3 * 86400, time.time() - 3 * 86400))

    assert [s.state for s in look(own)[1]] == ["elsewhere"]


def test_an_old_record_of_elsewhere_is_not_believed(own: Settings, claude: Path, live: Live) -> None:
    """Nobody here can take it away."""
    path = write_registry(claude, entry(live.start("claude"), procStart="7", pidDomain="linux:0:pid:[1]"))
    os.utime(path, (time.time() - 9 * 86400, time.time() - 9 * 86400))

    assert look(own)[1] == []


# --------------------------------------------------------------------------------------------------- background


def test_parked_and_spare_are_no_sessions(own: Settings, claude: Path, live: Live) -> None:
    """A session that was moved to the background is one, under its new id."""
    write_registry(claude, entry(live.start("claude"), parkedJobId="66666666"))
    write_registry(claude, entry(live.start("claude", "x y"), sessionId=OTHER_ID, kind="bg", jobId="66666666"))
    write_registry(claude, entry(live.start("claude", "x z"), sessionId=OTHER_ID.replace("6", "7"), kind="bg", spare=True))

    assert [(s.id, s.kind) for s in look(own)[1]] == [(OTHER_ID, "background")]


def test_what_went_on_elsewhere_has_not_ended(own: Settings, claude: Path) -> None:
    """Neither the transcript that goes on under another id, nor that of a teammate."""
    moved = {"type": "continued-in", "sessionId": ID, "continuedInSessionId": OTHER_ID}
    write_transcript(claude, [typed("x", time.time()), moved])
    write_transcript(claude, [{**typed("x", time.time()), "agentName": "scout", "teamName": "session-1"}], OTHER_ID)
    seen = snapshot.take(own, time.time(), snapshot.ROWS, ended=True)

    assert list(seen.ended) == []
