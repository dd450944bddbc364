"""`cst demo`: opens the theatre, shows it to a person or to one command, and leaves nothing behind."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from types import FrameType
from typing import NamedTuple

from cst.demo import folder as room
from cst.demo.extras import ENDED, ROLES
from cst.demo.journal import VERSION, Journal, Paths, append, uuid
from cst.demo.story import Role
from cst.demo.welcome import configuration, welcome
from cst.model import CstError
from cst.settings import is_utf8, locale_of
from cst.system import trust
from cst.system.spawn import shell_quote
from cst.text import clean, version_number

_SIGNALS = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
_OLDEST = (3, 2)  # tmux
_READY = 60.0  # seconds in which all actors must have registered; it takes one, on a machine with nothing else to do
# All that comes in from the environment outside. HOME, XDG_*, TMUX and the rest are the demo's own.
_KEPT = ("PATH", "TERM", "COLORTERM", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "USER", "LOGNAME", "NO_COLOR", "CST_TMUX",
         "PYTHONPATH", "LD_LIBRARY_PATH")  # fmt: skip


class Demo(NamedTuple):
    """A running demo: `env` is all that a program needs to live in it."""

    folder: str
    env: dict[str, str]
    socket: str
    cst: str  # the program, as the bindings call it
    shell: tuple[str, ...]  # what a visitor types into
    prefix: str  # the key before the bindings: another one inside a tmux, which takes its own first


class _Told(BaseException):
    """SIGTERM or SIGHUP. Raised at most once, so that the way out is never cut short."""

    def __init__(self, number: int) -> None:
        self.number = number


def run(words: list[str], cst: str) -> int:
    """`cst demo WORDS`: without words a person's visit, or one look where there is no terminal; its exit code.

    `cst` is the absolute path of the cst program. All of it is gone when this returns, however it ends.
    """
    try:
        with started(cst) as demo:
            if words:
                return _call(demo, [cst, *words])
            if os.isatty(0) and os.isatty(1):
                return _visit(demo)
            return _look(demo)
    except _Told as told:
        return 128 + told.number
    except OSError as error:
        if error.errno != errno.EIO:
            raise
        return 128 + signal.SIGHUP  # the terminal is gone, and did not say so


@contextlib.contextmanager
def started(cst: str, pace: float = 1.0) -> Iterator[Demo]:
    """A demo for as long as the `with` lasts, all its sessions registered; `pace` 0.1 makes their turns ten times
    faster. CstError where it cannot start."""
    _require_tmux()
    room.sweep()
    folder = room.choose()
    before = {number: signal.signal(number, _told) for number in _SIGNALS}
    try:
        try:
            room.make(folder)
            demo = _furnished(folder, cst)
            _raise_curtain(demo, pace)
            yield demo
        finally:
            _deaf()
    finally:  # twice, for a signal that comes between the two lines above
        room.clear(folder)
        for number, handler in before.items():
            signal.signal(number, handler)


def _require_tmux() -> None:
    """CstError at once where tmux is too old for what `cst init tmux` prints: it would refuse all of it."""
    program = room.tmux_program(os.environ)
    try:
        asked = subprocess.run([program, "-V"], capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=5)
        said = asked.stdout
    except (OSError, subprocess.SubprocessError):
        return  # who starts it says why it does not
    if () < version_number(said) < _OLDEST:
        what = f"the demo needs tmux 3.2 or newer, and this is {clean(said, 40)}"
        raise CstError(what, "set CST_TMUX to another one")


def _told(number: int, _frame: FrameType | None) -> None:
    _deaf()
    raise KeyboardInterrupt if number == signal.SIGINT else _Told(number)


def _deaf() -> None:
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_IGN)


# ------------------------------------------------------------------------------------------------ what it shows


def _visit(demo: Demo) -> int:
    """Attach the terminal until the person detaches or leaves the shell."""
    program = room.tmux_program(demo.env)
    code = _call(demo, [program, "-u", "-S", demo.socket, "attach-session", "-t", "=you:"])
    return 0 if os.path.exists(f"{demo.folder}/left") else code  # to tmux, the end of its server is a failure


def _look(demo: Demo) -> int:
    about = f"{len(ROLES)} made-up Claude Code sessions in a tmux of their own, gone when this ends"
    print(f"cst demo: {about}\n", flush=True)
    codes = []
    for words in (["ls"], ["status"]):
        print(f"$ cst {words[0]}", flush=True)
        codes.append(_call(demo, [demo.cst, *words]))
        print(flush=True)
    return max(codes)


def _call(demo: Demo, argv: list[str]) -> int:
    """Run a program in the demo, on our terminal; its exit code. What is left of it after a signal, `clear` ends."""
    try:
        code = subprocess.Popen(argv, env=demo.env).wait()
    except OSError as error:
        raise CstError(f"cannot start {argv[0]}: {error.strerror}; check the installation") from None
    return code if code >= 0 else 128 - code


# ------------------------------------------------------------------------------------------------ how it is made


def _furnished(folder: str, cst: str) -> Demo:
    """The folder with everything in it but processes."""
    home = f"{folder}/home"
    for path in (home, f"{home}/.claude/sessions", f"{folder}/bin", f"{folder}/client", f"{folder}/tmp"):
        trust.make_private(path)
    env = _environment(folder, home)
    bash = shutil.which("bash", path=env["PATH"])
    shell = (bash, "--noprofile", "--norc", "-i") if bash else ("/bin/sh", "-i")
    # As a login shell, in a window of `cst open`, it would read the machine's profile, which sets another PATH.
    _script(f"{folder}/bin/shell", f'[ "$1" != -l ] || shift; exec {" ".join(map(shell_quote, shell[:-1]))} "$@"')
    env |= {"SHELL": f"{folder}/bin/shell", "PS1": r"\[\e[36m\]\w\[\e[0m\] \$ " if bash else "demo $ "}
    _interpreter(folder)
    append(f"{folder}/start.py", _START.format(root=os.path.dirname(os.path.dirname(os.path.dirname(__file__)))))
    # Without options of the interpreter's, which `cst restore` would take for the client's own.
    client = f"{shell_quote(folder + '/client/claude')} {shell_quote(folder + '/start.py')}"
    _script(f"{folder}/bin/claude", f'exec {client} "$@"')
    _script(f"{folder}/bin/cst", f'exec {shell_quote(cst)} "$@"')
    for role in (*ROLES, *ENDED):
        _project(f"{home}/code/{role.project}", role.branch)
    for role in ENDED:
        _past(role, env, f"{home}/code/{role.project}")
    prefix = "C-q" if os.environ.get("TMUX") else "C-b"
    return Demo(folder, env, room.socket_of(folder), f"{folder}/bin/cst", shell, prefix)


_START = """import sys

sys.path.insert(0, {root!r})
from cst.demo.actor import main

sys.exit(main(sys.argv[1:]))
"""


def _environment(folder: str, home: str) -> dict[str, str]:
    env = {name: os.environ[name] for name in _KEPT if name in os.environ}
    locale = locale_of(env)
    if not locale or not is_utf8(locale):
        env["LC_ALL"] = "C.UTF-8"
    env["PATH"] = f"{folder}/bin:" + env.get("PATH", "/usr/local/bin:/usr/bin:/bin")
    return env | {
        room.MARKER: folder, "HOME": home, "CLAUDE_CONFIG_DIR": f"{home}/.claude", "TMUX_TMPDIR": folder,
        "XDG_CONFIG_HOME": f"{home}/.config", "XDG_STATE_HOME": f"{home}/.local/state",
        "XDG_DATA_HOME": f"{home}/.local/share", "XDG_CACHE_HOME": f"{home}/.cache", "TMPDIR": f"{folder}/tmp",
    }  # fmt: skip


def _interpreter(folder: str) -> None:
    """A Python that the kernel calls `claude`. The real file first: a venv's link would not find its venv from here."""
    link = f"{folder}/client/claude"
    for target in dict.fromkeys((os.path.realpath(sys.executable), sys.executable)):
        os.symlink(target, link)
        trial = subprocess.run([link, "-c", "import json"], capture_output=True, stdin=subprocess.DEVNULL)
        if trial.returncode == 0:
            return
        os.unlink(link)
    raise CstError(f"the demo cannot start {sys.executable} under another name; try another Python")


def _script(path: str, line: str) -> None:
    append(path, f"#!/bin/sh\n{line}\n")
    os.chmod(path, 0o700)


def _project(path: str, branch: str) -> None:
    """A folder that git takes for a repository, without running git."""
    if not os.path.exists(path):
        for name in ("objects", "refs"):
            trust.make_private(f"{path}/.git/{name}")
        append(f"{path}/.git/HEAD", f"ref: refs/heads/{branch}\n")


def _past(role: Role, env: dict[str, str], cwd: str) -> None:
    """The transcript of a session that is over."""
    now = time.time()
    paths = Paths(env["CLAUDE_CONFIG_DIR"], env["XDG_STATE_HOME"], cwd, uuid())
    journal = Journal(role, paths, 0)
    for step in role.story:
        journal.write(step, now + step.at)
    journal.flush()
    at = now + role.story[-1].at
    os.utime(paths.transcript, (at, at))


# ------------------------------------------------------------------------------------------------ how it begins


def _raise_curtain(demo: Demo, pace: float) -> None:
    """Start the server and the actors, and wait until each has registered."""
    bindings = subprocess.run(
        [demo.cst, "init", "tmux", "--command", demo.cst],
        env=demo.env, stdin=subprocess.DEVNULL, capture_output=True, text=True,
    )  # fmt: skip
    bound = "" if bindings.returncode else bindings.stdout
    wrong = bindings.stderr.strip() if bindings.returncode else ""
    # With hooks, as most sessions are once cst has been there for a while; by hand, so that nobody says they are new.
    hooks = subprocess.run(
        [demo.cst, "hooks", "print", "--client", VERSION],
        env=demo.env, stdin=subprocess.DEVNULL, capture_output=True, text=True,
    )  # fmt: skip
    if not hooks.returncode:
        append(f"{demo.env['CLAUDE_CONFIG_DIR']}/settings.json", hooks.stdout)
    append(f"{demo.folder}/tmux.conf", configuration(demo.prefix, bound, " ".join(map(shell_quote, demo.shell))))
    append(f"{demo.folder}/welcome.txt", welcome(demo.prefix, len(ROLES), wrong, "NO_COLOR" in demo.env))
    room.tmux(demo.folder, *_windows(demo, pace), env=demo.env)
    _wait_for_all(demo)


def _windows(demo: Demo, pace: float) -> list[str]:
    """The tmux commands that open everything, as one command line: a single process, however busy the machine is."""
    columns, lines = shutil.get_terminal_size((160, 45))
    size = ["-x", str(columns), "-y", str(lines)]
    leave = f": >{shell_quote(demo.folder + '/left')}; {shell_quote(room.tmux_program(demo.env))} kill-server"
    visitor = ["/bin/sh", "-c", f'cat "$0"; "$@"; {leave}', f"{demo.folder}/welcome.txt", *demo.shell]
    words = ["new-session", "-d", "-s", "you", "-n", "shell", *size, "-c", _plain(f"{demo.env['HOME']}/code"), *visitor]
    rooms = set()
    for role in ROLES:
        if role.split:
            words += [";", "split-window", "-d", "-h", "-t", f"={role.room}:{role.window}"]
        elif role.room in rooms:
            words += [";", "new-window", "-d", "-t", f"={role.room}:", "-n", role.window]
        else:
            words += [";", "new-session", "-d", "-s", role.room, "-n", role.window, *size]
            rooms.add(role.room)
        words += ["-c", _plain(f"{demo.env['HOME']}/code/{role.project}")]
        words += [f"{demo.folder}/client/claude", f"{demo.folder}/start.py", role.who, str(pace)]
    return words


def _plain(path: str) -> str:
    """A path for `-c`, which tmux expands as a format: `#(…)` in one would run a command."""
    return path.replace("#", "##")


def _wait_for_all(demo: Demo) -> None:
    end = time.monotonic() + _READY
    sessions, failed = f"{demo.env['CLAUDE_CONFIG_DIR']}/sessions", f"{demo.folder}/failed.txt"
    while sum(name.endswith(".json") for name in os.listdir(sessions)) < len(ROLES):
        why = f"they did not register within {_READY:.0f} s" if time.monotonic() > end else ""
        if os.path.exists(failed):
            with open(failed, encoding="utf-8") as file:
                why = file.read().strip().splitlines()[-1]
        if why:
            raise CstError(f"the demo's sessions did not start: {why}; try again, or report it")
        time.sleep(0.02)
