"""A jump to a session of a host takes the pane here in which tmux there is open, over a real sshd and into a real
container; where nothing proves which pane that is, it opens a window."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from tests.testing import TmuxClient, TmuxServer, cst, until
from tests.testing.hosts import Container, Machine, Network, SshHost, configure


class Desk:
    """Somebody at a client of tmux here, who goes to other machines in its panes."""

    def __init__(self, server: TmuxServer) -> None:
        self.server = server
        self.pane = server.new("desk")
        self.client: TmuxClient = server.attach("desk")
        until(lambda: self.client.pane() == self.pane)
        self.env = {"TMUX": f"{server.socket},0,0", "TMUX_PANE": self.pane, "TERM": "xterm"}

    def opens(self, *words: str) -> str:
        """A window, in the background, that runs this; its pane."""
        return self.server.run("new-window", "-d", "-t", "desk:", "-P", "-F", "#{pane_id}", *words)

    def windows(self) -> int:
        return len(self.server.run("list-windows", "-t", "desk").splitlines())


def attach(machine: Machine, session: str) -> str:
    """The command line, there, of somebody who attaches to tmux."""
    return f"env TERM=xterm {machine.env} tmux -u attach -t {session}"


def shown(machine: Machine) -> list[str]:
    """The tmux session that each client there shows."""
    return sorted(machine.tmux.run("list-clients", "-F", "#{session_name}").splitlines())


@pytest.fixture
def dev(net: Network, home: Path) -> SshHost:
    """A host with two sessions in tmux sessions of their own, `api` and `web`."""
    made = net.host("dev")
    made.in_tmux("api")
    made.in_tmux("web")
    configure(home, dev=made.prefix)
    return made


@pytest.fixture
def desk(net: Network, tmux_server: TmuxServer) -> Desk:
    """In the client's namespace: what cst opens reaches the hosts."""
    tmux_server.program = net.program("tmux")
    return Desk(tmux_server)


def test_the_pane_that_is_there_is_shown(net: Network, dev: SshHost, desk: Desk) -> None:
    """Its client of tmux there goes to the session, and the pane comes to the front here; no window, and back leads
    back. Who came another way stays where they are."""
    pane = desk.opens(*net.ssh(dev, attach(dev, "web")))
    other = dev.tmux.attach("web")
    until(lambda: shown(dev) == ["web", "web"], 30)
    done = net.cst("jump", "dev/api", **desk.env)

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (desk.client.pane(), desk.windows()) == (pane, 2)
    assert shown(dev) == ["api", "web"]
    assert f"{other.name} web" in dev.tmux.run("list-clients", "-F", "#{client_name} #{session_name}")
    assert net.cst("back", **desk.env).returncode == 0
    assert desk.client.pane() == desk.pane


def test_two_panes(net: Network, dev: SshHost, desk: Desk) -> None:
    """The nearer one is taken: what the client's own tmux session has."""
    desk.server.run("new-session", "-d", "-s", "away", *net.ssh(dev, attach(dev, "web")))
    until(lambda: shown(dev) == ["web"], 30)
    far_client = dev.tmux.run("list-clients", "-F", "#{client_name}")
    pane = desk.opens(*net.ssh(dev, attach(dev, "web")))
    until(lambda: shown(dev) == ["web", "web"], 30)

    assert net.cst("jump", "dev/api", **desk.env).returncode == 0
    assert (desk.client.pane(), shown(dev)) == (pane, ["api", "web"])
    assert f"{far_client} web" in dev.tmux.run("list-clients", "-F", "#{client_name} #{session_name}")


def test_a_pane_that_somebody_else_looks_at(net: Network, dev: SshHost, desk: Desk) -> None:
    """It is left alone, and so is its client there."""
    desk.server.run("new-session", "-d", "-s", "away", *net.ssh(dev, attach(dev, "web")))
    desk.server.attach("away")
    until(lambda: shown(dev) == ["web"], 30)

    assert net.cst("jump", "dev/api", **desk.env).returncode == 0
    until(lambda: shown(dev) == ["api", "web"], 30)
    assert desk.windows() == 2


def test_no_tmux_behind_it(net: Network, dev: SshHost, desk: Desk) -> None:
    """A shell there is no place to show a session in: a window, and a word why."""
    desk.opens(*net.ssh(dev, "cat"))
    until(lambda: "session opened" in (dev.folder / "sshd.log").read_text() or "Accepted" in (dev.folder / "sshd.log").read_text(), 30)
    done = net.cst("jump", "dev/api", **desk.env)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "a new window, for no pane here could be used; dev: no tmux client came that way\n"
    until(lambda: shown(dev) == ["api"], 30)
    assert desk.windows() == 3


def test_a_window_of_cst_is_used_again(net: Network, dev: SshHost, desk: Desk) -> None:
    """What a jump has opened is such a pane for the next."""
    desk.server.run("set-environment", "-g", "TERM", "xterm")
    assert net.cst("jump", "dev/api", **desk.env).returncode == 0
    until(lambda: shown(dev) == ["api"], 30)
    opened = desk.client.pane()

    assert net.cst("jump", "dev/web", **desk.env).returncode == 0
    assert (shown(dev), desk.client.pane(), desk.windows()) == (["web"], opened, 2)


def shared(net: Network) -> None:
    """From now on ssh shares one connection, as many people have it."""
    with net.config.open("a") as config:
        config.write(f"  ControlMaster auto\n  ControlPath {net.run_dir}/own-%C\n  ControlPersist 60\n")


def test_one_pane_on_a_shared_connection(net: Network, dev: SshHost, desk: Desk) -> None:
    """The connection is another process's, and leads to one terminal there: that is the pane's."""
    shared(net)
    pane = desk.opens(*net.ssh(dev, attach(dev, "web")))
    until(lambda: shown(dev) == ["web"], 30)
    done = net.cst("jump", "dev/api", **desk.env)

    assert (done.returncode, done.stdout, shown(dev)) == (0, "", ["api"])
    assert (desk.client.pane(), desk.windows()) == (pane, 2)


@pytest.mark.parametrize("second", ["a pane", "elsewhere"])
def test_a_shared_connection_tells_nobody_apart(net: Network, dev: SshHost, desk: Desk, second: str) -> None:
    """Two terminals on one connection, both in panes or one outside tmux: nobody is moved, a window opens, and says
    so."""
    shared(net)
    desk.opens(*net.ssh(dev, attach(dev, "web")))
    until(lambda: shown(dev) == ["web"], 30)
    server = desk.server if second == "a pane" else TmuxServer(dev.home)
    server.run("new-session", "-d", "-s", "more", *net.ssh(dev, attach(dev, "web")))
    try:
        until(lambda: shown(dev) == ["web", "web"], 30)
        done = net.cst("jump", "dev/api", **desk.env)
        why = "several panes share one connection" if second == "a pane" else "2 terminals share that connection"

        assert (done.returncode, done.stdout) == (0, f"a new window, for no pane here could be used; dev: {why}\n")
        until(lambda: shown(dev) == ["api", "web", "web"], 30)
    finally:
        if server is not desk.server:
            server.stop()


def test_a_command_holds_the_connection(net: Network, dev: SshHost, desk: Desk) -> None:
    """A pane runs a command there, which has no terminal; the only one on its connection is elsewhere, and stays as it
    is. Bug shown: that one was moved."""
    shared(net)
    desk.opens(*("-F" if word == "-tF" else word for word in net.ssh(dev, "exec sleep 1000")))
    until(lambda: list(Path(net.run_dir).glob("own-*")), 30)
    server = TmuxServer(dev.home)
    try:
        server.run("new-session", "-d", "-s", "more", *net.ssh(dev, attach(dev, "web")))
        until(lambda: shown(dev) == ["web"], 30)
        done = net.cst("jump", "dev/api", **desk.env)

        assert (done.returncode, desk.windows()) == (0, 3), done
        until(lambda: shown(dev) == ["api", "web"], 30)
    finally:
        server.stop()


def test_the_pane_of_a_container(box: Container, tmux_server: TmuxServer) -> None:
    """The client of tmux in the container is that of the pane which entered it."""
    desk = Desk(tmux_server)
    box.in_tmux("api")
    box.in_tmux("web")
    enter = [*shlex.split(box.prefix), "env", "-u", "TMUX", "tmux", "-u", "attach", "-t", "web"]
    pane = desk.opens(*enter)
    desk.server.run("new-session", "-d", "-s", "away", *enter)
    until(lambda: shown(box) == ["web", "web"], 30)
    done = cst("jump", "box/api", env=desk.env)

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (desk.client.pane(), desk.windows(), shown(box)) == (pane, 2, ["api", "web"])
