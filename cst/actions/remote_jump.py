"""Show a session of another host: in the pane here that already holds a connection to it, where tmux there is switched,
else in a new window that runs `cst jump` there on a terminal of its own."""

from __future__ import annotations

import os

from cst.actions import marks, remote
from cst.core.hosts import host_of, key_there
from cst.model import CstError, Mark
from cst.system import hosts, processes, spawn, tmux
from cst.system.hosts import Host

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import NoReturn

    from cst.model import Client, Pane, Snapshot
    from cst.settings import Settings

_SWITCHES = 5.0  # seconds that the host has to switch its tmux
# $@ is the command line; what it said when it failed stays to be read.
_SCRIPT = '"$@" || { printf "\\n[cst: that ended with %s; Enter closes this window]" "$?"; read -r _; }'


def jump(settings: Settings, key: str, snapshot: Snapshot, client: Client | None, message: str = "") -> None:
    """Show the session that `key` (`dev/…`, also a name or place there) means. CstError where that cannot be done;
    outside tmux this process becomes the connection."""
    host = remote.host_named(settings, host_of(key))
    words = ["jump", "--", key_there(key)]
    pane = holder(host, snapshot.panes, client) if client else None
    if client and pane and _switched(settings, host, words):
        target = f"={pane.session_id}:{pane.window_id}.{pane.id}"
        if client.pane != pane.id:
            tmux.switch(settings.tmux_program, client.socket, client.name, target, message)
        elif message:
            tmux.say(settings.tmux_program, client.socket, client.name, message)
    else:
        window(settings, host, words, client)
        if client and message:
            tmux.say(settings.tmux_program, client.socket, client.name, message)
    if client:
        visit = Mark(snapshot.now, "visit", key, client=client.name, pane=client.pane, socket=settings.socket)
        marks.append(settings, [visit])


def _switched(settings: Settings, host: Host, words: Sequence[str]) -> bool:
    """Whether the host has shown it on a client of its own tmux: not, where nobody is attached there."""
    try:
        remote.do(settings, host, words, seconds=_SWITCHES)
    except CstError:
        return False
    return True


def holder(host: Host, panes: Sequence[Pane], client: Client | None) -> Pane | None:
    """The pane of the client's server in which the host's program runs, with all that names the host in the prefix
    among its words; those of the client's own tmux session first."""
    wanted = _names(host)
    near = [pane for pane in panes if client and pane.socket == client.socket]
    near.sort(key=lambda pane: client is not None and pane.session_id != client.session_id)
    for pane in near:
        for pid in (pane.pid, *processes.children_of(pane.pid)):
            program, *words = processes.words_of(pid) or [""]
            if os.path.basename(program) == os.path.basename(host.words[0]) and wanted <= set(words):
                return pane
    return None


def _names(host: Host) -> set[str]:
    """The words of a prefix that are no options: for ssh the destination, for docker `exec` and the container. What
    sets an environment there is no name."""
    words = list(host.words[1:])
    if "env" in words:
        words = words[: words.index("env")]
    if host.is_ssh:  # what follows the destination is a command
        while words and words[0].startswith("-"):
            taken = 2 if words[0][1:] and words[0][-1] in "BbcDEeFIiJLlmOoPpRSWw" and len(words[0]) == 2 else 1
            words = words[taken:]
        return set(words[:1])
    return {word for word in words if not word.startswith("-")}


def window(settings: Settings, host: Host, words: Sequence[str], client: Client | None) -> None:
    """Run `cst` with these words there on a terminal: in a new window of the client's tmux session, else in place of
    this process."""
    argv = hosts.terminal_argv(host, words)
    if client is None:
        _become(settings, argv)
    name = host.name  # letters, digits, . _ - only: nothing that a format could be
    made = ["new-window", "-t", f"{client.session_id}:", "-n", name, "/bin/sh", "-c", _SCRIPT, "sh", *argv]
    code, output = tmux.run(settings.tmux_program, client.socket, made)
    if code:
        from cst.text import clean

        raise CstError(f"tmux made no window: {clean(output, 200)}", "`tmux list-sessions` lists what is there")


def _become(settings: Settings, argv: Sequence[str]) -> NoReturn:
    if settings.tmux:
        raise CstError("no tmux client shows this pane", "pass one with --client, `tmux list-clients` lists them")
    if not os.isatty(0) or not os.isatty(1):
        raise CstError("outside tmux a jump needs a terminal", "run it in one")
    path = spawn.found(argv[0])
    if not path:
        raise CstError(f"{argv[0]} is not installed or not on PATH", "install it, or fix the prefix in config.toml")
    os.execv(path, [path, *argv[1:]])
