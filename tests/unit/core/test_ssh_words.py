"""Where a command line of ssh leads: which two are the same way, and behind which nobody can sit."""

from __future__ import annotations

import pytest

from cst.core import ssh_words

SAME = [
    ("dev", "dev"), ("dev", "-t dev"), ("dev", "dev -t"), ("dev", "-tA dev tmux attach"), ("dev", "-o RemoteCommand=none -t dev cst jump -- 1.2"),
    ("-p 22 dev", "dev -p22"), ("-F conf dev env A=b", "-tFconf dev"), ("-o Port=22 dev", "-o 'Port 22' dev".replace("'", "")), ("-J gate dev", "-J gate -v dev"),
    ("-o Port=22 dev", "-oport=22 dev"), ("dev", "-L 80:a:80 dev"),
]  # fmt: skip
OTHER = [("dev", "gpu"), ("dev", "-p 2222 dev"), ("dev", "me@dev"), ("dev", "-J gate dev"), ("dev", "-l me dev"), ("dev", "-o User=me dev"), ("dev", ""), ("dev", "-- dev")]


def words(text: str) -> list[str]:
    """`-o Port 22` is one option with a blank in its value."""
    return text.replace("Port 22", "Port\t22").split(" ") if text else []


@pytest.mark.parametrize(("one", "two"), SAME)
def test_the_same_way(one: str, two: str) -> None:
    assert ssh_words.way([w.replace("\t", " ") for w in words(one)]) == ssh_words.way([w.replace("\t", " ") for w in words(two)])


@pytest.mark.parametrize(("one", "two"), OTHER)
def test_another_way(one: str, two: str) -> None:
    assert ssh_words.way(words(one)) != ssh_words.way(words(two))


@pytest.mark.parametrize(("line", "sits"), [("dev", True), ("-t dev tmux", True), ("-N dev", False), ("-fN dev", False), ("-W a:22 gate", False), ("-O check dev", False), ("dev -T", False), ("-o NoX dev", True),
    ("dev make", False), ("dev -- make", False), ("dev --", True), ("dev -t", True), ("dev -t -- make", True), ("-tt dev make", True), ("-t dev -T make", False), ("-T -t dev", True), ("dev make -t", False),
    ("-o RequestTTY=no dev", False), ("-orequesttty=NO dev", False), ("-o RequestTTY=yes dev make", True), ("-o RequestTTY=force dev make", True), ("-o RequestTTY=auto dev", True), ("-o RequestTTY=auto dev make", False),
    ("-o RequestTTY=no -o RequestTTY=yes dev", False), ("-o RequestTTY=no -t dev", True), ("-o SessionType=none dev", False), ("-o SessionType=default dev", True), ("-t -s dev sftp", False), ("-n dev", False),
    ("-o StdinNull=yes dev", False), ("-o ForkAfterAuthentication=yes dev", False), ("-o RemoteCommand=make dev", False), ("-t -o RemoteCommand=make dev", True), ("-o RemoteCommand=none dev", True)])  # fmt: skip
def test_who_sits_behind_it(line: str, sits: bool) -> None:
    """A shell has a terminal, a command only where ssh is told to make one. Bug shown: a jump took the pane of `ssh dev
    tail -f log` for one with tmux in it."""
    assert ssh_words.has_terminal(line.split()) is sits


def test_what_leads_there_and_no_more() -> None:
    """No command, no forwarding; the options that choose the connection stay."""
    line = "-t -F conf -o ControlPath=/x -L 1:a:1 dev tmux attach"
    assert ssh_words.leading(line.split()) == ["-F", "conf", "-o", "ControlPath=/x", "dev"]
    assert ssh_words.leading(["-V"]) == []
