"""What is noted of where sessions live, beside what stood there: from real processes and a real tmux."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from cst import sessions
from cst.actions import places
from cst.settings import Settings
from cst.snapshot import STATUS
from cst.store import places as store
from cst.store.places import Note, Notes
from tests.testing import ID, OTHER_ID, Live, TmuxServer, registry_entry, started, write_registry

GONE = 4_000_000  # no process has that pid


def _noted(own: Settings, *park: str) -> Notes:
    return places.note(own, *sessions.load(own, STATUS), park)


def _one(claude: Path, live: Live, *words: str, session_id: str = ID) -> str:
    """A live session outside tmux; its key."""
    pid = live.start("claude", *words)
    write_registry(claude, registry_entry(pid, procStart=started(pid), sessionId=session_id, tmux=None))
    return f"{pid}.{started(pid)}"


def test_what_lives_and_what_stood_there(own: Settings, claude: Path, live: Live) -> None:
    """One that has gone meanwhile stays noted as it was; and all of it is in the file."""
    before = Note(OTHER_ID, time.time() - 60, "7.1", "/c", "/w", session="work", window=3)
    store.write(own, Notes({OTHER_ID: before}), 0.0)
    key = _one(claude, live, "--model", "opus")
    found = _noted(own)

    assert found.sessions[OTHER_ID] == before
    assert (found.sessions[ID].key, found.sessions[ID].arguments, found.sessions[ID].parked) == (key, ("--model", "opus"), 0.0)
    assert store.read(own) == found


def test_parked_stays_parked_in_its_process_only(own: Settings, claude: Path, live: Live) -> None:
    """A later look keeps it; a process that has resumed it begins anew."""
    _one(claude, live)
    parked = _noted(own, ID).sessions[ID].parked
    later = _noted(own).sessions[ID].parked
    live.stop()
    for path in (claude / "sessions").iterdir():
        path.unlink()
    _one(claude, live)
    resumed = _noted(own).sessions[ID].parked

    assert parked == later > 0
    assert resumed == 0.0


@pytest.mark.parametrize(("more", "noted"), [({}, True), ({"entrypoint": "sdk-cli"}, False), ({"kind": "bg"}, False)])
def test_a_record_that_was_left_behind(own: Settings, claude: Path, more: dict[str, str], noted: bool) -> None:
    """Of a person's session: the next client to start sweeps it away."""
    write_registry(claude, registry_entry(GONE, **more))
    found = _noted(own).sessions

    assert [(one.id, one.left) for one in found.values()] == [(ID, True)] * noted


def test_a_pane(own: Settings, claude: Path, tmux_server: TmuxServer) -> None:
    """Names and numbers of its window, and when its server was seen."""
    program = Path(own.home) / "claude"
    program.write_text("#!/bin/sh\nread -r line\n")
    program.chmod(0o755)
    tmux_server.new("work")
    pane = tmux_server.run("new-window", "-P", "-F", "#{pane_id}", "-t", "=work:5", "-n", "the api", str(program))
    pid = tmux_server.pid_of(pane)
    write_registry(claude, registry_entry(pid, procStart=started(pid), tmux=f"work:@1.{pane}"))
    own = own._replace(tmux=f"{tmux_server.socket},1,0")
    found = _noted(own)
    server = int(tmux_server.run("display-message", "-p", "#{pid}"))
    note = found.sessions[ID]

    assert (note.socket, note.server) == (tmux_server.socket, server)
    assert (note.session, note.window, note.window_name, note.pane, note.panes) == ("work", 5, "the api", 0, 1)
    assert list(found.servers) == [f"{tmux_server.socket},{server}"]
