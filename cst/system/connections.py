"""Which terminal hangs on which connection: the two ends of an ssh, as each machine's /proc tells of them.

A connection is written as sshd writes it into SSH_CONNECTION, `address port address port`, the asking end first.
Where there is no /proc, and of other users' processes, nothing is found.
"""

from __future__ import annotations

import os
import stat
import sys
from contextlib import suppress

from cst.system import processes, spawn

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_ESTABLISHED = "01"
_ASKS = 2.0  # seconds that a shared connection of this machine has to say who holds it


def of_process(pid: int) -> list[str]:
    """The TCP connections that a process has open."""
    sockets = set()
    try:
        listed = os.listdir(f"/proc/{pid}/fd")
    except OSError:  # not ours, or it has ended
        return []
    for descriptor in listed:
        with suppress(OSError):  # closed meanwhile
            sockets.add(os.readlink(f"/proc/{pid}/fd/{descriptor}"))
    found = []
    for table in ("tcp", "tcp6"):
        for line in processes.text(f"/proc/{pid}/net/{table}").splitlines()[1:]:
            fields = line.split()
            if len(fields) > 9 and fields[3] == _ESTABLISHED and f"socket:[{fields[9]}]" in sockets:
                found.append(f"{_end(fields[1])} {_end(fields[2])}")
    return found


def _end(given: str) -> str:
    """`0201A8C0:0016` as `192.168.1.2 22`. An IPv4 address in an IPv6 one is written as sshd does."""
    import socket

    digits, _, port = given.partition(":")
    words = [int(digits[at : at + 8], 16).to_bytes(4, sys.byteorder) for at in range(0, len(digits), 8)]
    packed = b"".join(words)
    address = socket.inet_ntop(socket.AF_INET if len(packed) == 4 else socket.AF_INET6, packed)
    return f"{address.removeprefix('::ffff:') if '.' in address else address} {int(port, 16)}"


def shared(program: str, words: Sequence[str]) -> list[str]:
    """The TCP connections of the process that holds the shared connection which an ssh with these words would use."""
    answer = spawn.finish(spawn.start(program, ["-O", "check", *words]), _ASKS)
    _, found, rest = answer.errors.decode("utf-8", "replace").partition("(pid=")
    pid = rest.partition(")")[0]
    return of_process(int(pid)) if found and pid.isascii() and pid.isdigit() else []


def came_by(pid: int) -> tuple[str, int]:
    """The connection on which a process was started, and the terminal (device number) that sshd made there; "" and 0
    where it was not started so, or where it sits on another terminal now."""
    told = processes.environ(pid, ("SSH_CONNECTION", "SSH_TTY"))
    try:
        device = os.stat(told.get("SSH_TTY", "")).st_rdev
    except OSError:
        return "", 0
    sits = device and device == processes.terminal_of(pid)
    return (told.get("SSH_CONNECTION", ""), device) if sits else ("", 0)


def terminals(connection: str) -> set[int]:
    """The terminals on a connection: several where several programs share it."""
    found = {came_by(int(pid)) for pid in processes.running() or () if pid.isdigit()}
    return {device for by, device in found if by == connection}


def input_of(pid: int) -> int:
    """The device number of the terminal that a process reads; 0 where it reads none, or that cannot be told."""
    try:
        status = os.stat(f"/proc/{pid}/fd/0")
    except OSError:
        return 0
    return status.st_rdev if stat.S_ISCHR(status.st_mode) else 0


def namespace_of(pid: int) -> str:
    """The pid namespace of a process (0: ours), `pid:[4026532180]`; "" where that cannot be told."""
    try:
        return os.readlink(f"/proc/{pid or 'self'}/ns/pid")
    except OSError:
        return ""


def inner_pid(pid: int) -> int:
    """The pid that a process has in its own namespace; 0 where that cannot be told."""
    for line in processes.text(f"/proc/{pid}/status").splitlines() if pid else ():
        name, _, pids = line.partition(":")
        if name == "NSpid" and pids.split():
            return int(pids.split()[-1])
    return 0
