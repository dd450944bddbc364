"""Start a session: `claude` in a folder, in a pane of tmux, and wait until it has registered, with its prompt taken.

Nothing of a prompt or an argument stands in a text for a shell: each is an environment variable, and a word of its own
for the client. The prompt comes behind `--`, so that one that begins with a dash is no option. Which session it is, is
told by its process: the one in the new pane.
"""

from __future__ import annotations

import contextlib
import os
import time

from cst.actions import launch, marks
from cst.actions.copy import is_default
from cst.actions.launch import Command, Window
from cst.claude import registry, transcript
from cst.core import dialogs
from cst.model import DIALOG_OPEN, CstError, project
from cst.system import processes, tmux, trust
from cst.text import clean
from cst.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cst.model import Client, Record, Snapshot
    from cst.settings import Settings

PATIENCE = 30.0  # seconds for the client to register, and then again for it to take the prompt
LONGEST = 8000  # bytes of a prompt and the other words: tmux takes 16 KB in one message
HOW = ("window", "split", "popup")
_STEP, _SLOW = 0.03, 1.0
_NOT_FOUND = ("command not found", ": not found", "Unknown command", "env: ")  # bash, zsh; sh; fish; a config folder
_NOT_OURS = ("CLAUDECODE", "CLAUDE_CODE_ENTRYPOINT", "CLAUDE_CODE_SESSION_ID", "CLAUDE_PID")  # of a session we run in


class Spot(Value):
    """Where a session is to be: a tmux server, the command that makes the pane, and who looks at it in a popup."""

    socket: str
    words: tuple[str, ...]
    client: str = ""


class Begun(Value):
    """A session that was started. `note`: what still is in its way, "" = nothing."""

    key: str
    place: str
    pane: str
    note: str = ""


def spot(settings: Settings, snapshot: Snapshot, client: Client | None, how: str, name: str, shown: bool) -> Spot:
    """Where to start: beside our pane, in our tmux session or, outside tmux, in one of that name on the default server.
    Not `shown`: no client sees another window for it. CstError where that is nowhere."""
    panes = [p for p in snapshot.panes if p.id == settings.tmux_pane and p.socket == settings.socket]
    quiet = () if shown else ("-d",)
    if how == "split":
        beside = settings.tmux_pane if panes else client.pane if client else ""
        if not beside:
            raise CstError("outside tmux there is no pane to split", "name a client with --client")
        return Spot(settings.socket, ("split-window", "-h", "-t", beside, *quiet))
    if how == "popup":
        if client is None:
            raise CstError("no tmux client can show a popup", "pass one with --client, `tmux list-clients` lists them")
        return Spot(client.socket, ("new-session", "-d", "-s", _unused(settings, client.socket, name), "-n", name),
                    client.name)  # fmt: skip
    if client or panes:
        socket, session_id = (client.socket, client.session_id) if client else (panes[0].socket, panes[0].session_id)
        return Spot(socket, ("new-window", "-t", f"{session_id}:", "-n", name, *quiet))
    if settings.tmux:
        raise CstError("no tmux client shows this pane", "pass one with --client, `tmux list-clients` lists them")
    return session_named(settings, settings.default_socket, name, name)


def session_named(settings: Settings, socket: str, session: str, window: str) -> Spot:
    """A window in the tmux session of that name, which is made where there is none, as is the server."""
    session = session.replace(".", "_").replace(":", "_")  # as tmux does
    if tmux.run(settings.tmux_program, socket, ["has-session", "-t", f"={session}"])[0] == 0:
        return Spot(socket, ("new-window", "-d", "-t", f"={session}:", "-n", window))
    try:
        trust.make_private(os.path.dirname(socket))
    except OSError as error:
        raise CstError(f"cannot make {os.path.dirname(socket)}: {error.strerror}", "fix its permissions") from None
    return Spot(socket, ("new-session", "-d", "-s", session, "-n", window))


def _unused(settings: Settings, socket: str, name: str) -> str:
    """That name for a tmux session or, where there is one of it, with a number."""
    name = name.replace(".", "_")
    for number in range(1, 100):
        called = name if number == 1 else f"{name}-{number}"
        if tmux.run(settings.tmux_program, socket, ["has-session", "-t", f"={called}"])[0]:
            return called
    raise CstError(f"there are already a hundred tmux sessions called {name}", "end some")


def name_of(folder: str) -> str:
    """What the window, and a tmux session that is made for it, are called."""
    return launch.harmless(project(folder)) or "claude"


def command(settings: Settings, folder: str, words: Sequence[str], prompt: str, config_dir: str) -> Command:
    """The client with these words and that prompt, in that folder. CstError where nobody can be in that folder, or
    where that is too much for one message of tmux's."""
    check_folder(folder)
    # A lone word that is a command of the client's would run that, also behind `--`; the newline it drops.
    argv = [*words, *(["--", "\n" * _may_be_a_command(prompt) + prompt] if prompt else [])]
    size = sum(len(os.fsencode(word)) for word in argv)
    if size > LONGEST:
        raise CstError(f"{size} bytes of prompt and arguments are over {LONGEST}", "write it into a file, and say so")
    if any("\0" in word for word in argv):
        raise CstError("a prompt with a NUL byte cannot be given", "take it out")
    env = [f"CST_WORD_{number}={word}" for number, word in enumerate(argv)]
    text = "claude" + "".join(f' "$CST_WORD_{number}"' for number in range(len(argv)))
    if is_default(settings, config_dir):
        env.append("CLAUDE_CONFIG_DIR")
    else:  # an alias is fine for `claude`, but `env` starts programs only
        text = 'env CLAUDE_CONFIG_DIR="$CST_CONFIG_DIR" ' + text
        env.append(f"CST_CONFIG_DIR={config_dir}")
    env += [f"CST_FOLDER={folder}", *_NOT_OURS]
    return Command(name_of(folder), folder, f'cd "$CST_FOLDER" && {text}{launch.STAY}', tuple(env), "claude")


def check_folder(folder: str) -> None:
    """CstError where there is no such folder, or where we may not enter it."""
    shown = clean(folder, 200)
    if not os.path.exists(folder):
        raise CstError(f"there is no folder {shown}", "make it first")
    if not os.path.isdir(folder):
        raise CstError(f"{shown} is no folder", "name the one that it lies in")
    if not os.access(folder, os.X_OK):
        raise CstError(f"you may not enter {shown}", "`chmod u+x` it, or choose another folder")


def _may_be_a_command(prompt: str) -> bool:
    return prompt.replace("-", "").isalpha() and prompt[0] != "-"


def start(
    settings: Settings, at: Spot, wanted: Command, prompt: bool, forks: bool = False,
    tell: Callable[[str], object] = lambda _: None,
) -> Begun:  # fmt: skip
    """Start it there, and wait until its record is in the registry and, with a `prompt`, until it has taken that.

    `tell` is called with a sentence where that takes over a second. CstError where the client ended, or did not
    register in time. A dialog before its start, such as whether the folder is trusted, is the `note`.
    """
    window = launch.run_in(settings, at.socket, at.words, wanted)
    if at.client:
        _pop_up(settings, at.socket, at.client, window)
    began, announced, first = time.monotonic(), False, 0.0
    watch = launch.Watch(settings, at.socket, window)
    while True:
        now = time.monotonic()
        record = registered(settings, window)
        if record and not record.key_file:
            first = first or now
            if not prompt or _has_begun(record, forks):
                return Begun(record.key, window.place, window.pane)
            if now - first > PATIENCE:
                held = f"it runs, and has not begun with the prompt after {PATIENCE:g} s"
                return Begun(record.key, window.place, window.pane, held)
        elif record and (now - began > PATIENCE or _asks_first(settings, at.socket, window)):
            held = "it asks something before it starts, such as whether you trust the folder"
            held = held if now - began <= PATIENCE else f"it has not registered after {PATIENCE:g} s"
            key = record._replace(start=processes.start_of(record.pid)).key
            return Begun(key, window.place, window.pane, held)
        _check(settings, at.socket, window, watch)
        if not announced and now - began > _SLOW:
            announced = True
            tell(f"waiting for claude in window {window.place}")
        if not record and now - began > PATIENCE:
            what = f"claude has not registered after {PATIENCE:g} s in window {window.place}"
            raise CstError(what, "look there; a client before 2.1.100 never does")
        time.sleep(_STEP)


def note(settings: Settings, client: Client, begun: Begun) -> None:
    """Note for `cst back` where a client was that the new window is shown to."""
    with contextlib.suppress(CstError):  # the window is there; `cst doctor` reports a log that cannot be written
        marks.left(settings, client, time.time(), begun.pane, begun.key)


def _check(settings: Settings, socket: str, window: Window, watch: launch.Watch) -> None:
    """CstError where the client has ended, with the last words on its screen. Where the shell has found no `claude`,
    that is all there is to be seen, and the window is closed."""
    try:
        watch.check()
    except CstError as error:
        screen = tmux.screen(settings.tmux_program, socket, window.pane) or ""
        lines = [line for line in (clean(line, 120) for line in screen.splitlines()) if "claude" in line]
        if not lines:
            raise
        if unknown := [line for line in lines if any(words in line for words in _NOT_FOUND)]:
            tmux.run(settings.tmux_program, socket, ["kill-pane", "-t", window.pane])
            what = f"your login shell finds no claude: {unknown[-1]}"
            raise CstError(what, "install Claude Code, or have your profile put it on PATH") from None
        raise CstError(f"{error.what}: {lines[-1]}", error.remedy) from None


def registered(settings: Settings, window: Window) -> Record | None:
    """The record of the client that runs in the window, or that there is only its key file; None: none yet."""
    for config_dir in settings.config_dirs:
        alive, since = processes.running(), time.time() - 60
        records, _ = registry.read(config_dir, listed=lambda folder: registry.fresh(folder, alive, since)[0])  # noqa: B023  # at once
        found = processes.read([record.pid for record in records if not record.elsewhere], time.time())
        for record in records:
            process = found.get(record.pid)
            if process and window.pid in (record.pid, *process.ancestors) and record.start in ("", process.start):
                return record
    return None


def _has_begun(record: Record, forks: bool) -> bool:
    """Whether the client has taken its prompt: it works, or asks for something, or has a transcript, which begins
    with the first. A menu of the client's may stand in front of it."""
    if record.status in ("busy", "waiting", "shell") and record.waiting_for != DIALOG_OPEN:
        return True
    return not forks and bool(transcript.locate(record.config_dir, record.cwd, record.session_id))


def _asks_first(settings: Settings, socket: str, window: Window) -> bool:
    """Whether a dialog before the client's start is on its screen: it has a key, and no record until that is over."""
    screen = tmux.screen(settings.tmux_program, socket, window.pane) or ""
    return dialogs.read(screen)[0] is not None


def _pop_up(settings: Settings, socket: str, client: str, window: Window) -> None:
    """Show the window's tmux session in a popup of that client. Closing the popup detaches, and ends nothing."""
    from cst.system import spawn

    path, wrong = trust.checked(socket)
    program = spawn.found(settings.tmux_program)
    if wrong or not program:
        raise CstError(wrong or f"{settings.tmux_program} is not installed", "the session runs all the same")
    inside = 'unset TMUX; exec "$1" -u -S "$2" attach-session -t "$3"'
    words = ["-u", "-S", path, "display-popup", "-E", "-c", client, "-w", "90%", "-h", "90%", "/bin/sh", "-c", inside,
             "sh", program, path, window.pane]  # fmt: skip
    spawn.detached(program, words)
