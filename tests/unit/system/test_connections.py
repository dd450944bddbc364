"""What the kernel says of a process's connections, terminal and pid namespace."""

from __future__ import annotations

import contextlib
import os
import pty
import socket
import subprocess
import sys

import pytest

from cst.system import connections, processes
from tests.testing import until

pytestmark = pytest.mark.skipif(not processes.HAS_PROC, reason="there is no /proc")


@pytest.mark.parametrize(("family", "address"), [(socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")])
def test_a_connection_as_sshd_writes_it(family: int, address: str) -> None:
    """Both ends, the asking one first; what listens is none."""
    with socket.socket(family) as door, socket.socket(family) as one:
        try:
            door.bind((address, 0))
        except OSError:
            pytest.skip(f"no {address} here")
        door.listen()
        before = set(connections.of_process(os.getpid()))
        one.connect(door.getsockname())
        here, there = one.getsockname(), one.getpeername()

        assert f"{here[0]} {here[1]} {there[0]} {there[1]}" in set(connections.of_process(os.getpid())) - before


def test_of_many_connections_none_is_missed() -> None:
    """The kernel gives a table of them some lines at a time."""
    with contextlib.ExitStack() as opened:
        door = opened.enter_context(socket.create_server(("127.0.0.1", 0), backlog=80))
        mine = [opened.enter_context(socket.create_connection(door.getsockname())) for _ in range(60)]
        for _ in mine:
            opened.enter_context(door.accept()[0])
        told = connections.of_process(os.getpid())
        wanted = {f"127.0.0.1 {one.getsockname()[1]} 127.0.0.1 {door.getsockname()[1]}" for one in mine}

    assert len(wanted) == 60
    assert wanted <= set(told)


def test_an_old_address_in_a_new_one() -> None:
    """As sshd does, it is written as the old one."""
    mapped = socket.inet_pton(socket.AF_INET6, "::ffff:10.77.1.2")
    words = (int.from_bytes(mapped[at : at + 4], sys.byteorder) for at in range(0, 16, 4))
    given = "".join(f"{word:08X}" for word in words) + ":0016"

    assert connections._end(given) == "10.77.1.2 22"


def test_who_came_by_a_connection() -> None:
    """Only who sits on the terminal that sshd made: a program in a pane has inherited the name of it."""
    master, slave = pty.openpty()
    name, by = os.ttyname(slave), "10.0.0.1 4000 10.0.0.2 22"
    env = {"SSH_CONNECTION": by, "SSH_TTY": name, "PATH": "/usr/bin:/bin"}
    sits = subprocess.Popen(["setsid", "-c", "sleep", "1000"], env=env, stdin=slave, stdout=slave)
    inherited = subprocess.Popen(["setsid", "sleep", "1000"], env=env)
    try:
        until(lambda: connections.came_by(sits.pid)[0] == by)

        assert connections.came_by(sits.pid) == (by, os.stat(name).st_rdev)
        assert connections.came_by(inherited.pid) == ("", 0)
        assert connections.terminals(by) == {os.stat(name).st_rdev}
        assert connections.terminals("10.0.0.1 4001 10.0.0.2 22") == set()
    finally:
        for process in (sits, inherited):
            process.kill()
            process.wait(10)
        os.close(master)
        os.close(slave)


def test_what_is_nobody() -> None:
    """Nothing is found of it, and nothing raised."""
    gone = 1 << 22

    assert (connections.of_process(gone), connections.came_by(gone), connections.namespace_of(gone), connections.inner_pid(gone)) == ([], ("", 0), "", 0)
    assert connections.inner_pid(os.getpid()) == os.getpid()
    assert connections.namespace_of(0) == os.readlink("/proc/self/ns/pid")
    assert connections.shared("/bin/false", ["dev"]) == []
