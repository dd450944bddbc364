"""cst in the tmux setups that people have: several clients, session groups, linked windows, nested and control clients."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.testing import ID, OTHER_ID, ROOT, TmuxServer, cst, registry_entry, started, until, write_registry

pytestmark = pytest.mark.skipif(not shutil.which("tmux"), reason="tmux is not installed")


class Office:
    """Sessions that wait for a permission, in panes of real tmux servers."""

    def __init__(self, claude: Path) -> None:
        self.claude = claude
        self.ids = iter((ID, OTHER_ID, "22222222-3333-4444-8555-666666666666"))

    def waits(self, server: TmuxServer, pane: str, status: str = "waiting") -> int:
        """Say that the process of a pane is a session; its pid."""
        pid, now = server.pid_of(pane), int(time.time() * 1000)
        wait = "permission prompt" if status == "waiting" else None
        write_registry(self.claude, registry_entry(
            pid, sessionId=next(self.ids), procStart=started(pid), status=status, waitingFor=wait, tmux=None, startedAt=now - 600_000,
            statusUpdatedAt=now - 60_000,
        ))  # fmt: skip
        return pid

    def cst(self, server: TmuxServer, *words: str, client: str = "") -> subprocess.CompletedProcess[str]:
        """cst as a key of that server runs it."""
        return cst(*words, env={"TMUX": f"{server.socket},1,0", "CST_CLIENT": client})


@pytest.fixture
def office(claude: Path) -> Office:
    return Office(claude)


class Control:
    """A control-mode client, as iTerm2 is one: `lines` is what tmux has told it."""

    def __init__(self, server: TmuxServer, session: str) -> None:
        before = set(server.run("list-clients", "-F", "#{client_name}").splitlines())
        argv = [server.program, "-u", "-L", server.name, "-C", "attach-session", "-t", session]
        self.process = subprocess.Popen(argv, env=server.env, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self.process.stdin
        assert self.process.stdout
        self.stdin, self.stdout = self.process.stdin, self.process.stdout
        os.set_blocking(self.stdout.fileno(), False)
        self.said = b""
        until(lambda: set(server.run("list-clients", "-F", "#{client_name}").splitlines()) - before)
        [self.name] = set(server.run("list-clients", "-F", "#{client_name}").splitlines()) - before

    def lines(self) -> list[str]:
        time.sleep(0.3)
        self.said += self.stdout.read() or b""
        return self.said.decode().splitlines()

    def stop(self) -> None:
        self.process.kill()
        self.process.wait(10)
        self.stdin.close()
        self.stdout.close()


@pytest.fixture
def control() -> Iterator[Callable[[TmuxServer, str], Control]]:
    made: list[Control] = []

    def attach(server: TmuxServer, session: str) -> Control:
        made.append(Control(server, session))
        return made[-1]

    yield attach
    for one in made:
        one.stop()


def session_of(server: TmuxServer, client: str) -> str:
    lines = server.run("list-clients", "-F", "#{client_name} #{session_name}").splitlines()
    return next(line.partition(" ")[2] for line in lines if line.startswith(client + " "))


def test_next_moves_the_client_that_asked(office: Office, tmux_server: TmuxServer) -> None:
    """Two clients at one server: one jumps, the other stays."""
    tmux_server.new("mine")
    target = tmux_server.new("api")
    office.waits(tmux_server, target)
    mover, stayer = tmux_server.attach("mine"), tmux_server.attach("mine")
    done = office.cst(tmux_server, "next", client=mover.name)

    assert done.returncode == 0
    until(lambda: mover.pane() == target)
    assert session_of(tmux_server, stayer.name) == "mine"


def test_a_client_of_a_session_group_stays_in_its_session(office: Office, tmux_server: TmuxServer) -> None:
    """Two tmux sessions share their windows (`new-session -t`), each with a client: a jump of one shows the window in
    its own session, and the other's does not move.

    Bug shown: the client was switched into the other's session, so that from then on both moved together.
    """
    tmux_server.new("one")
    tmux_server.run("new-window", "-d", "-t", "one", "cat")
    target = tmux_server.run("display-message", "-p", "-t", "one:1", "#{pane_id}")
    tmux_server.run("new-session", "-d", "-t", "one", "-s", "two")
    office.waits(tmux_server, target)
    first, second = tmux_server.attach("one"), tmux_server.attach("two")
    was = first.pane()
    office.cst(tmux_server, "next", client=second.name)

    until(lambda: second.pane() == target)
    assert (first.pane(), session_of(tmux_server, second.name), session_of(tmux_server, first.name)) == (was, "two", "one")


def test_a_linked_window_is_shown_where_the_client_is(office: Office, tmux_server: TmuxServer) -> None:
    """A window in two tmux sessions: whoever is in one of them stays there; a third goes to one of them."""
    target = tmux_server.new("one")
    tmux_server.run("new-window", "-t", "one", "cat")
    tmux_server.new("two")
    tmux_server.run("link-window", "-d", "-s", "one:0", "-t", "two:7")
    tmux_server.new("three")
    pid = office.waits(tmux_server, target)
    tmux_server.attach("one")
    inside, outside = tmux_server.attach("two"), tmux_server.attach("three")
    office.cst(tmux_server, "jump", str(pid), client=inside.name)
    office.cst(tmux_server, "jump", str(pid), client=outside.name)

    until(lambda: (inside.pane(), outside.pane()) == (target, target))
    assert session_of(tmux_server, inside.name) == "two"
    assert session_of(tmux_server, outside.name) in ("one", "two")


def test_back_returns_to_the_window_it_came_from(office: Office, tmux_server: TmuxServer) -> None:
    """There and back within a session group."""
    home = tmux_server.new("one")
    tmux_server.run("new-window", "-d", "-t", "one", "cat")
    target = tmux_server.run("display-message", "-p", "-t", "one:1", "#{pane_id}")
    tmux_server.run("new-session", "-d", "-t", "one", "-s", "two")
    office.waits(tmux_server, target)
    client = tmux_server.attach("two")
    tmux_server.run("select-window", "-t", "two:0")
    office.cst(tmux_server, "next", client=client.name)
    until(lambda: client.pane() == target)
    office.cst(tmux_server, "back", client=client.name)

    until(lambda: client.pane() == home)


def test_a_pane_that_is_shown_is_not_switched_to(
    office: Office, tmux_server: TmuxServer, control: Callable[[TmuxServer, str], Control]
) -> None:
    """A control-mode client is told of no change where there is none; of the arrival it is."""
    target = tmux_server.new("api")
    pid = office.waits(tmux_server, target)
    client = control(tmux_server, "api")
    client.lines()
    client.said = b""
    done = office.cst(tmux_server, "jump", str(pid), client=client.name)
    told = client.lines()

    assert done.returncode == 0
    assert [line for line in told if "changed" in line] == []


def test_a_control_client_can_jump(
    office: Office, tmux_server: TmuxServer, control: Callable[[TmuxServer, str], Control]
) -> None:
    """To another pane it is switched once; no other client is."""
    tmux_server.new("mine")
    target = tmux_server.new("api")
    office.waits(tmux_server, target)
    other = tmux_server.attach("mine")
    client = control(tmux_server, "mine")
    client.lines()
    client.said = b""
    office.cst(tmux_server, "next", client=client.name)

    until(lambda: session_of(tmux_server, client.name) == "api")
    assert len([line for line in client.lines() if line.startswith("%session-changed")]) == 1
    assert session_of(tmux_server, other.name) == "mine"


def test_a_nested_server_moves_its_own_client(office: Office, make_tmux_server: Callable[[], TmuxServer]) -> None:
    """tmux inside a pane of tmux: the key of the inner server moves the inner client, the outer one stays."""
    outer, inner = make_tmux_server(), make_tmux_server()
    inner.new("mine")
    target = inner.new("api")
    command = f"env -u TMUX TERM=xterm-256color {inner.program} -u -S {inner.socket} attach-session -t mine"
    nest = outer.new("nest", command)
    outer.new("other")
    person = outer.attach("nest")
    name = until(lambda: inner.run("list-clients", "-F", "#{client_name}"))
    office.waits(inner, target)
    done = office.cst(inner, "next", client=name)

    assert (done.returncode, outer.run("display-message", "-p", "-t", nest, "#{pane_tty}")) == (0, name)
    until(lambda: session_of(inner, name) == "api")
    assert person.pane() == nest


def test_another_server_is_named_and_nobody_moves(office: Office, make_tmux_server: Callable[[], TmuxServer]) -> None:
    """Servers of other names (-L) and paths (-S): a client cannot leave its own; the error says which socket."""
    here, there = make_tmux_server(), make_tmux_server()
    here.new("mine")
    target = there.new("api")
    pid = office.waits(there, target)
    here_client, there_client = here.attach("mine"), there.attach("api")
    office.cst(there, "ls")
    done = office.cst(here, "jump", str(pid), client=here_client.name)

    assert done.returncode == 1
    assert (session_of(here, here_client.name), session_of(there, there_client.name)) == ("mine", "api")


def test_a_server_with_a_path_of_its_own_is_looked_at(office: Office, make_tmux_server: Callable[[], TmuxServer]) -> None:
    """`tmux -S somewhere`: cst run there lists its panes by that socket."""
    server = make_tmux_server()
    socket = server.folder / "own socket"
    argv = [server.program, "-u", "-S", str(socket), "-f", "/dev/null"]
    subprocess.run([*argv, "new-session", "-d", "-s", "api", "cat"], env=server.env, check=True, timeout=20)
    try:
        pane = subprocess.run([*argv, "display-message", "-p", "#{pane_pid}"], env=server.env, check=True, timeout=20,
                              capture_output=True, text=True).stdout.strip()  # fmt: skip
        now = int(time.time() * 1000)
        write_registry(office.claude, registry_entry(
            int(pane), procStart=started(int(pane)), status="waiting", waitingFor="permission prompt", tmux=None, startedAt=now - 600_000,
            statusUpdatedAt=now - 60_000,
        ))  # fmt: skip
        done = cst("ls", "--json", env={"TMUX": f"{socket},1,0"})
    finally:
        subprocess.run([*argv, "kill-server"], env=server.env, check=False, timeout=20, capture_output=True)

    assert f'"socket":"{socket}"' in done.stdout.replace('": "', '":"')


def test_badges_follow_the_sessions(office: Office, tmux_server: TmuxServer) -> None:
    """cst tells tmux, tmux shows it; a session that is gone takes its badge with it, and names stay."""
    target = tmux_server.new("api")
    tmux_server.run("rename-window", "-t", target, "mine")
    pid = office.waits(tmux_server, target)
    done = office.cst(tmux_server, "status", "--format", "tmux", "--badges")
    shown = tmux_server.run("list-panes", "-a", "-F", "#{@cst_pane_state} #{@cst_pane_key} #{@cst_window_badge} #{window_name}")
    (office.claude / "sessions" / f"{pid}.json").unlink()
    office.cst(tmux_server, "status", "--badges")
    gone = tmux_server.run("show-options", "-p", "-t", target) + tmux_server.run("show-options", "-w", "-t", target)

    assert "1 needs you" in done.stdout
    assert shown == f"permission {pid}.{started(pid)} #[fg=colour203,bg=colour235,bold]!#[default] mine"
    assert "cst" not in gone


def test_the_plugin_and_cst_together(office: Office, tmux_server: TmuxServer) -> None:
    """The real thing: plugin loaded, prefix a pressed, the client is in the session that waits."""
    tmux_server.new("mine")
    target = tmux_server.new("api")
    office.waits(tmux_server, target)
    program = tmux_server.folder / "cst"
    program.write_text(f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} {ROOT}/shell/cst "$@"\n')
    program.chmod(0o755)
    tmux_server.run("set-option", "-g", "@cst-command", str(program))
    tmux_server.run("set-option", "-g", "@cst-window-marks", "on")
    tmux_server.run("set-option", "-g", "assume-paste-time", "0")
    tmux_server.run("run-shell", str(ROOT / "cst.tmux"))
    client = tmux_server.attach("mine")
    until(lambda: b"1 needs you" in client.shown, 20)
    os.write(client.master, b"\x02")
    time.sleep(0.05)
    os.write(client.master, b"a")

    until(lambda: client.pane() == target, 20)
    assert tmux_server.run("display-message", "-p", "-t", target, "#{@cst_window_state}") == "permission"
