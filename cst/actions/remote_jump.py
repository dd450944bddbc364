"""Show a session of another host: in a pane here behind which a client of tmux there is proven to be, else in a new
window that runs `cst jump` there on a terminal of its own."""

from __future__ import annotations

import os

from cst.actions import marks, remote, remote_pane
from cst.core import route
from cst.core.hosts import key_there
from cst.model import CstError, Mark, host_of
from cst.system import hosts, spawn, tmux
from cst.system.hosts import Host

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import NoReturn

    from cst.model import Client, Snapshot
    from cst.settings import Settings

# $@ is the command line, which does not inherit our tmux; what it said when it failed stays to be read.
_SCRIPT = """unset TMUX TMUX_PANE TMUX_TMPDIR
"$@" || { printf "\\n[cst: that ended with %s; Enter closes this window]" "$?"; read -r _; }"""


def jump(settings: Settings, key: str, snapshot: Snapshot, client: Client | None, message: str = "") -> str:
    """Show the session that `key` (`dev/…`, also a name or place there) means; what is to be said of that, "" for
    nothing. CstError where it cannot be done; outside tmux this process becomes the connection."""
    host = remote.host_named(settings, host_of(key))
    if client is None:
        window(settings, host, ["jump", "--", key_there(key)], client)
        return ""
    pane, told = remote_pane.show(settings, host, key, snapshot, client)
    led_to = pane.id if pane else ""
    if pane:
        way = route.to_pane(snapshot, client.socket, pane.id, client)
        note = "; ".join(filter(None, [way.also if client.pane != pane.id else "", told]))
        said = " · ".join(filter(None, [message, note]))
        if client.pane != pane.id:
            tmux.switch(settings.tmux_program, client.socket, client.name, way.target, said)
        elif said:
            tmux.say(settings.tmux_program, client.socket, client.name, said)
    else:
        note = f"a new window, for no pane here could be used; {told}" if told else ""
        led_to = window(settings, host, ["jump", "--", key_there(key)], client)
        if said := " · ".join(filter(None, [message, note])):
            tmux.say(settings.tmux_program, client.socket, client.name, said)
    came_from, socket = client.pane, settings.socket
    visit = Mark(snapshot.now, "visit", key, client=client.name, pane=came_from, socket=socket, value=led_to)
    marks.append(settings, [visit])
    return note


def window(settings: Settings, host: Host, words: Sequence[str], client: Client | None, detach: bool = False) -> str:
    """Run `cst` with these words there on a terminal: in a new window of the client's tmux session, else in place of
    this process. With `detach` the client stays where it is. The new pane."""
    argv = hosts.terminal_argv(host, words)
    if client is None:
        if detach and not settings.tmux:
            raise CstError("outside tmux there is no window for it to be in", "leave out --detach")
        _become(settings, argv)
    name = host.name  # letters, digits, . _ - only: nothing that a format could be
    made = ["new-window", *(["-d"] if detach else []), "-t", f"{client.session_id}:", "-n", name]
    made += ["-P", "-F", "#{pane_id}"]
    made += ["/bin/sh", "-c", _SCRIPT, "sh", *argv]
    code, output = tmux.run(settings.tmux_program, client.socket, made)
    if code:
        from cst.text import clean

        raise CstError(f"tmux made no window: {clean(output, 200)}", "`tmux list-sessions` lists what is there")
    return output.strip()


def _become(settings: Settings, argv: Sequence[str]) -> NoReturn:
    if settings.tmux:
        raise CstError("no tmux client shows this pane", "pass one with --client, `tmux list-clients` lists them")
    if not os.isatty(0) or not os.isatty(1):
        raise CstError("outside tmux a jump needs a terminal", "run it in one")
    path = spawn.found(argv[0])
    if not path:
        raise CstError(f"{argv[0]} is not installed or not on PATH", "install it, or fix the prefix in config.toml")
    os.execve(path, [path, *argv[1:]], hosts.environment())
