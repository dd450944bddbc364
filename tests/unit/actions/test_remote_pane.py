"""Which panes here a jump to another host may use, and what it says of the client there."""

from __future__ import annotations

import os
import pty
import subprocess
from pathlib import Path

import pytest

from cst.actions import remote, remote_pane
from cst.core import ssh_words
from cst.model import Client, Pane, Snapshot
from cst.settings import Settings
from cst.system import connections, processes
from cst.system.hosts import Host
from tests.testing import until

ME = Client("S", "/dev/pts/100", 0, "$1", "%9")
OTHER = Client("S", "/dev/pts/200", 0, "$0", "%1")
DEV = Host("dev", ("ssh", "dev"), True)


def pane(number: str, window: str, session: str = "$0", shown: bool = False, socket: str = "S", tty: str = "") -> Pane:
    return Pane(socket, number, 1, tty or f"/dev/pts/{number[1:]}", session, window, "0", "0", shown, True, "ssh", "x")


def usable(*panes: Pane, others: tuple[Client, ...] = (OTHER,)) -> list[str]:
    return [one.id for one in remote_pane._panes(Snapshot(now=1.0, panes=panes, clients=[ME, *others]), ME)]


def test_a_window_that_another_client_shows_is_left_alone() -> None:
    """Each pane of it. Bug shown: the pane beside the active one was taken."""
    split = pane("%1", "@1", shown=True), pane("%2", "@1")

    assert usable(*split, pane("%3", "@2"), pane("%9", "@9", "$1", shown=True)) == ["%9", "%3"]
    assert usable(*split, pane("%9", "@9", "$1", shown=True), others=()) == ["%9", "%1", "%2"]


def test_a_window_of_several_tmux_sessions() -> None:
    """Linked, or by their group: it is shown in all of them."""
    linked = [pane(number, "@1", session) for session in ("$0", "$1") for number in ("%1", "%2")]

    assert usable(*linked, pane("%9", "@9", "$1")) == ["%9"]


def test_other_servers_make_no_difference() -> None:
    """Their panes are none of this client's, and their ids mean nothing here."""
    away = OTHER._replace(socket="T")

    assert usable(pane("%1", "@1"), pane("%2", "@1", socket="T"), others=(away,)) == ["%1"]


@pytest.mark.parametrize(
    ("said", "note"),
    [(["through ssh:x"], ""), (["through ssh:x", "also moves /dev/pts/3 and 1 more"], "dev: also moves /dev/pts/3 and 1 more"),
     (["through ssh:x", "also moves " + 200 * "x"], "dev: also moves " + 64 * "x")],
)  # fmt: skip
def test_who_else_is_moved_there(own: Settings, monkeypatch: pytest.MonkeyPatch, said: list[str], note: str) -> None:
    """It is passed on, in one short line."""
    monkeypatch.setattr(remote_pane, "_through_ssh", lambda *_: [(pane("%3", "@2"), "ssh:x")])
    monkeypatch.setattr(remote, "do", lambda *_, **__: said)
    shown, told = remote_pane.show(own, DEV, "dev/api", Snapshot(now=1.0, panes=[], clients=[ME]), ME)

    assert (shown and shown.id, told) == ("%3", note)


@pytest.mark.skipif(not processes.HAS_PROC, reason="there is no /proc")
@pytest.mark.parametrize("reads", ["its terminal", "a file"])
def test_an_ssh_that_reads_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reads: str) -> None:
    """ssh makes no terminal there for one: `ssh dev <script` is no pane with tmux in it."""
    ssh = tmp_path / "ssh"
    ssh.write_text("#!/bin/sh\nsleep 1000\n")
    ssh.chmod(0o755)
    monkeypatch.setattr(ssh_words, "has_terminal", lambda _: True)
    monkeypatch.setattr(ssh_words, "way", lambda _: "there")
    monkeypatch.setattr(connections, "of_process", lambda _: ["a 1 b 22"])
    master, slave = pty.openpty()
    source = "" if reads == "its terminal" else f" <{os.devnull}"
    process = subprocess.Popen(["setsid", "-c", "sh", "-c", f"exec {ssh}{source}"], stdin=slave, stdout=slave, stderr=slave)
    here = pane("%3", "@2", tty=os.ttyname(slave))
    try:
        until(lambda: (process.pid, "ssh", here.device) in processes.on_terminals({here.device}))
        found = list(remote_pane._through_ssh(DEV, [here]))

        assert [way for _, way in found] == (["ssh:a/1/b/22"] if reads == "its terminal" else [])
    finally:
        os.killpg(process.pid, 9)
        process.wait(10)
        os.close(master)
        os.close(slave)
