"""The one folder that a demo lives in: made private, swept when its owner died, removed with all that runs in it."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping

from cst.demo.journal import append
from cst.model import CstError
from cst.system import connections, processes, spawn

PREFIX, SOCKET_NAME, MARKER = "cst-demo-", "demo", "CST_DEMO"
_OWNER = "owner"  # the file that says whose it is
_MADE = 60.0  # seconds in which that is surely there
_PATIENCE = 60  # seconds for one tmux command: a tenth of one will do, except under load
_LONGEST = 100  # bytes of a socket's path; the kernel takes 103 to 107


def socket_of(folder: str) -> str:
    """The socket of a demo's tmux server: what `-L demo` means with TMUX_TMPDIR=folder."""
    return f"{folder}/tmux-{os.getuid()}/{SOCKET_NAME}"


def choose() -> str:
    """The path of a folder that does not exist yet, short enough for a socket in it."""
    return os.path.join(_base(), PREFIX + secrets.token_hex(6))


def make(folder: str) -> None:
    """Make it, for this user only, and write down whose it is: pid, start and pid namespace."""
    os.mkdir(folder, 0o700)
    append(f"{folder}/{_OWNER}", f"{os.getpid()} {processes.start_of(os.getpid())} {_namespace()}\n")
    os.mkdir(os.path.dirname(socket_of(folder)), 0o700)


def sweep() -> None:
    """Clear the demos of this user whose owner was killed. Others, and what is not certain, are left alone."""
    base = _base()
    with contextlib.suppress(OSError):
        for name in os.listdir(base):
            folder = os.path.join(base, name)
            if name.startswith(PREFIX) and _mine(folder):
                if _orphaned(folder):
                    clear(folder)
                elif os.stat(folder).st_mtime < time.time() - _MADE:
                    with contextlib.suppress(OSError):  # only an empty one goes: its owner was killed at its first step
                        os.rmdir(folder)


def clear(folder: str) -> None:
    """End the tmux server and every process of a demo, then remove its folder. Nothing happens twice."""
    if not _mine(folder):
        return
    if os.path.exists(socket_of(folder)):
        with contextlib.suppress(CstError):  # whatever ails tmux, the rest has to go too
            tmux(folder, "kill-server")
    begin = time.monotonic()
    told: dict[int, int] = {}
    while (waited := time.monotonic() - begin) < 20:
        left = list(_inhabitants(folder))
        if not left and (processes.HAS_PROC or not _registered(folder)):
            break
        number = signal.SIGKILL if waited > 3 else signal.SIGTERM if waited > 0.5 else 0
        for pid in left:
            if number and told.get(pid) != number:
                told[pid] = number
                _signal(pid, number, folder)
        time.sleep(0.02)
    for _ in range(5):  # a file may still come while its folder goes
        _remove(folder)
        if not os.path.exists(folder):
            return
        time.sleep(0.05)
    print(f"cst: could not remove all of {folder}; remove it by hand", file=sys.stderr)


def _remove(folder: str) -> None:
    """Whose it is goes last: without that `sweep` could not remove what is left if we are killed here."""
    with contextlib.suppress(OSError):
        for entry in list(os.scandir(folder)):
            if entry.is_dir(follow_symlinks=False):
                shutil.rmtree(entry.path, ignore_errors=True)
            elif entry.name != _OWNER:
                os.unlink(entry.path)
        if set(os.listdir(folder)) <= {_OWNER}:
            shutil.rmtree(folder)


def tmux(folder: str, *words: str, env: dict[str, str] | None = None) -> str:
    """Run one command on the demo's own server, and on no other; its output. CstError where tmux fails. By the socket's
    path: what has a name only is looked for elsewhere where the folder is gone."""
    program = tmux_program(env or os.environ)
    env = {**(env or os.environ), "TMUX_TMPDIR": folder}
    for name in ("TMUX", "TMUX_PANE"):
        env.pop(name, None)
    argv = [program, "-u", "-S", socket_of(folder), "-f", f"{folder}/tmux.conf", *words]
    try:
        done = subprocess.run(
            argv, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=_PATIENCE
        )
    except FileNotFoundError:
        raise CstError("the demo needs tmux 3.2 or later; install it, or name it in CST_TMUX") from None
    except subprocess.TimeoutExpired:
        raise CstError(f"tmux did not answer within {_PATIENCE} s; try again") from None
    if done.returncode and words[0] != "kill-server":
        raise CstError(f"tmux {words[0]}: {done.stderr.strip() or done.returncode}; the demo needs tmux 3.2 or later")
    return done.stdout


def tmux_program(env: Mapping[str, str]) -> str:
    """tmux, as `cst doctor` and the rest of cst find it: not on PATH alone."""
    program = env.get("CST_TMUX") or "tmux"
    return spawn.found(program) or program


def _base() -> str:
    """Where demos are: the real path, since tmux tells its socket by that; /tmp where that is too long for one."""
    base = os.path.realpath(tempfile.gettempdir())
    longest = len(os.fsencode(socket_of(os.path.join(base, PREFIX + 12 * "0"))))
    return base if longest <= _LONGEST else os.path.realpath("/tmp")


def _mine(folder: str) -> bool:
    """Whether it is a folder of this user that nobody else can write, and no link to one."""
    try:
        status = os.lstat(folder)
    except OSError:
        return False
    return stat.S_ISDIR(status.st_mode) and status.st_uid == os.getuid() and not status.st_mode & 0o077


def _orphaned(folder: str) -> bool:
    try:
        with open(f"{folder}/{_OWNER}", encoding="ascii") as file:
            pid, start, namespace = file.read().split()
    except (OSError, ValueError):
        return False  # not a demo of ours, or one that is being made
    # A container may share this folder, and sees none of our processes, nor we any by its pid there.
    return namespace == _namespace() and pid.isdigit() and processes.start_of(int(pid)) != start


def _namespace() -> str:
    """Where our pids mean something: `pid:[4026532180]`, `-` where that cannot be told."""
    return connections.namespace_of(0) or "-"


def _inhabitants(folder: str) -> Iterator[int]:
    """This user's live processes that were started inside the demo: its folder's name is in their environment.
    None where there is no /proc: there the end of the server, a SIGHUP for each, has to do."""
    if not processes.HAS_PROC:
        return
    for name in os.listdir("/proc"):
        if name.isdigit() and int(name) != os.getpid() and _lives_in(int(name), folder):
            yield int(name)


def _registered(folder: str) -> bool:
    """Whether a session of the demo has not ended in order yet."""
    with contextlib.suppress(OSError):
        return any(name.endswith(".json") for name in os.listdir(f"{folder}/home/.claude/sessions"))
    return False


def _lives_in(pid: int, folder: str) -> bool:
    try:
        if os.stat(f"/proc/{pid}").st_uid != os.getuid():
            return False
        with open(f"/proc/{pid}/environ", "rb") as file:
            return f"{MARKER}={folder}".encode() in file.read().split(b"\0")
    except OSError:
        return False


def _signal(pid: int, number: int, folder: str) -> None:
    """Signal a process of the demo, looked at again while it is held: its pid cannot be another's by then."""
    try:
        fd = os.pidfd_open(pid)
    except OSError:
        return
    try:
        if _lives_in(pid, folder):
            with contextlib.suppress(OSError):
                signal.pidfd_send_signal(fd, number)
    finally:
        os.close(fd)
