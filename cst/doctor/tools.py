"""Checks of the tools around cst: itself, the locale, tmux and its servers, the bound keys, fzf.

Over 300 lines because all that is asked of tmux servers is asked here.
"""

from __future__ import annotations

import os
import struct
import sys
from importlib.util import cache_from_source
from types import MappingProxyType

from cst import model
from cst.doctor.context import Context
from cst.doctor.finding import Finding
from cst.fzf import launch
from cst.model import CstError
from cst.settings import is_utf8, load, locale_of
from cst.setup import tmux_conf, tmux_keys
from cst.system import files, spawn, tmux, trust
from cst.system.spawn import shell_quote
from cst.text import version_number
from cst.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from cst.settings import Settings

_FZF, _TMUX, _FULL = (0, 66), (3, 2), (3, 3)
_ASK = ("display-message", "-p", "#{version}\t#{pid}", ";", "show-options", "-sv", "focus-events", ";",
        "show-environment", "-g")  # fmt: skip


def program(context: Context) -> Iterator[Finding]:
    """This cst, and the Python that runs it."""
    python = ".".join(map(str, sys.version_info[:3]))
    told = f"{context.version} on Python {python}"
    if not context.program:
        yield Finding("cst", "wrong", f"{told}; its program is not where it should be", "install cst again")
        return
    code, said = _said(context.program, ["--version"])
    if code or said != f"cst {context.version}":
        told = f"{context.program} says {said or code}, not cst {context.version}"
        yield Finding("cst", "wrong", told, "install cst again")
    else:
        yield Finding("cst", "ok", f"{told}, {context.program}")
    if not compiled(model.__file__):  # one of those that every verb needs
        folder = os.path.dirname(model.__file__)
        fix = f"{sys.executable} -m compileall -q {shell_quote(folder)}"
        yield Finding("cst", "note", "Python has not compiled it: each start takes up to twenty times as long", fix)


def compiled(path: str) -> bool:
    """Whether Python finds this module compiled as it stands: else each process compiles it anew."""
    try:
        head = files.read(cache_from_source(path))[:16]
        found = os.stat(path)
    except (OSError, NotImplementedError):
        return False
    flags, written, size = struct.unpack("<4x3L", head) if len(head) == 16 else (0, 0, -1)
    return bool(flags) or (written, size) == (int(found.st_mtime) & 0xFFFFFFFF, found.st_size & 0xFFFFFFFF)


def locale(context: Context) -> Iterator[Finding]:
    """Whether glyphs and the text of sessions can be shown."""
    name = locale_of(context.env)
    if not name:
        yield Finding("locale", "note", "none is set; UTF-8 is taken for granted", "export LANG=C.UTF-8")
    elif is_utf8(name):
        yield Finding("locale", "ok", name)
    else:
        yield Finding("locale", "note", f"{name} is not UTF-8: glyphs are ASCII", "export LANG=C.UTF-8")


def tmux_program(context: Context) -> Iterator[Finding]:
    """The tmux program: its version, and what an old one lacks."""
    code, said = _said(context.settings.tmux_program, ["-V"])
    number = version_number(said)
    if code == 127:
        yield Finding("tmux", "wrong", said, "install tmux 3.2 or newer, or name it in CST_TMUX")
    elif not number:
        yield Finding("tmux", "unknown", f"its version: {said}")
    elif number < _TMUX:
        yield Finding("tmux", "wrong", f"{said} is too old: no popups", "install tmux 3.2 or newer")
    elif number < _FULL:
        yield Finding("tmux", "note", f"{said}: popups without a border of their own and without -e", "3.3 has both")
    else:
        yield Finding("tmux", "ok", f"{said}: popups, pinned clients")


# What a shell and a server may have apart, and the variables that say where it is.
_PLACES: tuple[tuple[str, Callable[[Settings], object]], ...] = (
    ("state folder", lambda settings: settings.state_dir),
    ("Claude Code folder", lambda settings: settings.config_dirs),
)
_NAMED = ("CST_STATE_DIR", "XDG_STATE_HOME", "CLAUDE_CONFIG_DIR", "CST_CONFIG", "XDG_CONFIG_HOME", "HOME")


class Server(Value):
    """What one tmux server said of itself. `wrong`: why it said nothing."""

    socket: str
    wrong: str = ""
    version: str = ""
    focus: str = ""
    env: Mapping[str, str] = MappingProxyType({})


def servers(context: Context) -> Iterator[Finding]:
    """The servers that sessions live on, that we run in, that are configured: reached, and as old as the program?"""
    reached = [_asked(context, socket) for socket in _sockets(context)]
    for server in reached:
        configured = server.socket in context.settings.tmux_sockets
        if server.wrong and (configured or not _gone(server.wrong)):
            fix = "take it out of tmux_sockets (docs/config.md)" if configured else "see whether that server runs"
            if trust.distrust(server.socket):
                fix = "find out who made it; cst uses only what you and root alone can write"
            yield Finding("servers", "wrong", f"{server.socket} cannot be reached: {server.wrong}", fix)
    up = [server for server in reached if not server.wrong]
    if not up:
        yield Finding("servers", "note", "cst knows of no running tmux server; jumps need one")
        return
    yield Finding("servers", "ok", f"{len(up)} reached: {', '.join(server.socket for server in up)}")
    _, program_version = _said(context.settings.tmux_program, ["-V"])
    for server in up:
        if server.version and server.version not in program_version.split():
            told = f"the server at {server.socket} still is {server.version}, the program {program_version}"
            yield Finding("servers", "note", told, "the next start of that server takes the new one")
    blind = [server.socket for server in up if server.focus == "off"]
    if blind:
        fix = "set-option -g focus-events on, in tmux.conf: then programs see where you look"
        yield Finding("focus", "note", f"focus-events is off on {', '.join(blind)}", fix)
    else:
        yield Finding("focus", "ok", "focus-events is on" if all(s.focus for s in up) else "not told by every server")


def surroundings(context: Context) -> Iterator[Finding]:
    """Whether cst, as the servers run it for keys and status line, looks where it does here: a shell's rc file may set
    what a server that was started from a desktop has never seen."""
    for server in (_asked(context, socket) for socket in _sockets(context)):
        try:
            theirs = load(server.env)
        except CstError:
            continue  # no answer, or one without a home
        apart = [name for name, place in _PLACES if place(theirs) != place(context.settings)]
        names = [name for name in _NAMED if context.env.get(name, "") != server.env.get(name, "")]
        if not apart or not names:
            continue
        words = [
            f"{name} {shell_quote(context.env[name])}" if context.env.get(name) else f"-u {name}" for name in names
        ]
        told = f"keys and status line on {server.socket} use another {' and another '.join(apart)} than this shell, for"
        commands = "; ".join(f"tmux -S {shell_quote(server.socket)} set-environment -g {word}" for word in words)
        yield Finding("surroundings", "wrong", f"{told} {', '.join(names)} is not the same there", commands)


def segment(context: Context) -> Iterator[Finding]:
    """Whether the segment still is where `cst init tmux` or the plugin put it: a theme that is loaded later sets the
    whole status line."""
    program = context.settings.tmux_program
    for socket in _sockets(context):
        bound = tmux_keys.bound_on(program, socket)
        if not any(tmux_keys.call_in(command)[0] for command in bound.values()):
            continue
        code, wanted = tmux.run(program, socket, ["show-options", "-gqv", "@cst-status"])
        _, said = tmux.run(program, socket, ["show-options", "-g"])  # with the plugin's notes to itself
        shown = [line for line in said.splitlines() if "status --format tmux" in line and not line.startswith("@")]
        if not (code or shown or wanted.strip() in ("off", "none", "no")):
            told = f"{socket} has the keys of cst but not its segment: what is loaded later may set the status line"
            fix = "put cst's lines below the theme's in tmux.conf, and source it; or set -g @cst-status off"
            yield Finding("segment", "note", told, fix)
        elif shown and (hidden := _without_segment(program, socket)):
            told = f"{socket} has the segment in its options, but the status line of {hidden} does not show those"
            ours = "#(cst status --format tmux --width #{client_width})"
            fix = f"a status-format or a status-right of its own hides it: add {ours} there"
            yield Finding("segment", "note", told, fix)


def _without_segment(program: str, socket: str) -> str:
    """The tmux sessions with a status line of which the segment is no part, in words; "" for none. tmux compares."""
    lines, ours = "#{status-format[0]}#{status-format[1]}", "#{m:*status --format tmux*,"
    flags = [f"{ours}{lines}}}"]
    for side in ("right", "left"):
        flags += [f"#{{m:*status-{side}*,{lines}}}", f"{ours}#{{status-{side}}}}}"]
    _, said = tmux.run(program, socket, ["list-sessions", "-F", f"#{{status}} {' '.join(flags)}"])
    found = [line.split(" ") for line in said.splitlines()]
    shows = [
        line[1] == "1" or line[2:4] == ["1", "1"] or line[4:6] == ["1", "1"]
        for line in found if len(line) == 6 and line[0] != "off"
    ]  # fmt: skip
    if all(shows):
        return ""
    return "all its sessions" if not any(shows) else f"{shows.count(False)} of its {len(shows)} sessions"


def keys(context: Context) -> Iterator[Finding]:
    """The keys of `cst init tmux`, as the running servers have them."""
    program = context.settings.tmux_program
    ours: dict[str, str] = {}
    tmuxs = _after_prefix(tmux_keys.by_tmux(program))
    for socket in _sockets(context):
        server = _asked(context, socket)
        bound = _after_prefix(tmux_keys.bound_on(program, socket)) if not server.wrong else {}
        if bound:
            yield from _keys_of(server, bound)
            yield from _hidden(server, tmuxs, bound)
            ours |= {tmux_keys.call_in(command)[1]: key for key, command in bound.items()}
    keys = {name: ours.get(name, key) for name, key in tmux_conf.DEFAULT_KEYS.items()}
    for one in tmux_keys.taken(context.settings, keys, (), tmux_keys.usual_files(context.settings, context.env)):
        told = f"{one.key} is `cst {one.name}`, and {one.where} has it too: {one.command}"
        yield Finding("keys", "note", told, f"give one of them another key: `cst init tmux --key {one.name}=KEY`")


def _after_prefix(keys: Mapping[tuple[str, str], str]) -> dict[str, str]:
    return {key: command for (table, key), command in keys.items() if table == "prefix"}


def fzf(_: Context) -> Iterator[Finding]:
    """The fzf that iterfzf brings: it is the one that the picker runs."""
    try:
        code, said = _said(launch.bundled(), ["--version"])
    except CstError as error:
        yield Finding("fzf", "wrong", error.what, "install cst again")
        return
    number = version_number(said)
    if code or not number:
        yield Finding("fzf", "wrong", f"the bundled fzf does not run: {said}", "install iterfzf again")
    elif number < _FZF:
        yield Finding("fzf", "wrong", f"{said} is too old", "update iterfzf: cst needs fzf 0.66 or newer")
    else:
        yield Finding("fzf", "ok", f"{said.partition(' ')[0]}, bundled; the picker uses no other")


def _keys_of(server: Server, bound: Mapping[str, str]) -> Iterator[Finding]:
    """`bound`: command by key."""
    ours = {key: command for key, command in bound.items() if tmux_keys.call_in(command)[0]}
    if not ours:
        fix = "cst init tmux >> ~/.tmux.conf && tmux source-file ~/.tmux.conf"
        yield Finding("keys", "note", f"none of cst is bound on {server.socket}", fix)
        return
    missing = _programs_missing(ours, server)
    for called, key in missing.items():
        told = f"prefix {key} calls {called}, which is not found from {server.socket}"
        yield Finding("keys", "wrong", told, "bind it by its absolute path: `cst init tmux` prints that")
    verbs = {tmux_keys.call_in(command)[1]: key for key, command in ours.items()}
    for verb, key in tmux_conf.DEFAULT_KEYS.items():
        if verb in verbs:
            continue
        other = bound.get(key, "")
        told = f"prefix {key} does not call `cst {verb}`" + (f" but: {other}" if other else "; nothing is bound there")
        yield Finding("keys", "note", told, f"bind `cst {verb}` to a free key, see `cst init tmux`")
    pickers = [key for key, command in bound.items() if _picks(command)]
    if len(pickers) > 1:
        yield Finding("keys", "note", f"pickers are bound to {', '.join('prefix ' + key for key in pickers)}",
                      "one is enough: unbind-key the other")  # fmt: skip
    if not missing and verbs:
        told = ", ".join(f"{key} {verb}" for verb, key in sorted(verbs.items(), key=lambda one: one[1].lower()))
        yield Finding("keys", "ok", f"after the prefix, on {server.socket}: {told}")


def _hidden(server: Server, tmuxs: Mapping[str, str], bound: Mapping[str, str]) -> Iterator[Finding]:
    """Keys of ours that tmux has a use for. On `g` it has one since 3.8."""
    for key, command in bound.items():
        program, verb = tmux_keys.call_in(command)
        if program and key in tmuxs:
            told = f"prefix {key} on {server.socket} calls `cst {verb}`, not what tmux has there: {tmuxs[key]}"
            yield Finding("keys", "note", told, "nothing, if you do not miss it; else a free key: docs/tmux.md")


def _picks(command: str) -> bool:
    called, verb = tmux_keys.call_in(command)
    return verb == "pick" if called else "popup" in command and "claude" in command


def _programs_missing(ours: dict[str, str], server: Server) -> dict[str, str]:
    """The programs of bindings that cannot be found from the server, each with a key that calls it."""
    found = {}
    for key, command in ours.items():
        called, _ = tmux_keys.call_in(command)
        places = [called] if "/" in called else [f"{p}/{called}" for p in server.env.get("PATH", "").split(":") if p]
        if not any(os.access(place, os.X_OK) for place in places):
            found[called] = key
    return found


def _sockets(context: Context) -> list[str]:
    """Those that every look asks, and the default one."""
    own = context.settings
    named = {process.environ.get("TMUX", "").rsplit(",", 2)[0] for process in context.snapshot.processes.values()}
    named |= {own.socket, own.default_socket if os.path.exists(own.default_socket) else "", *own.tmux_sockets}
    return sorted(named - {""})


def _asked(context: Context, socket: str) -> Server:
    code, said = tmux.run(context.settings.tmux_program, socket, _ASK)
    lines = said.splitlines()
    if code or not lines or "\t" not in lines[0]:
        return Server(socket, said.strip() or f"tmux ended with {code}")
    focus = lines[1] if len(lines) > 1 and lines[1] in ("on", "off") else ""
    env = dict(line.split("=", 1) for line in lines[2:] if "=" in line)
    return Server(socket, "", lines[0].partition("\t")[0], focus, env)


def _gone(wrong: str) -> bool:
    return wrong.startswith(("no server running", "error connecting", "no current target", "no sessions"))


def _said(path: str, words: list[str]) -> tuple[int, str]:
    """The exit code of a program and the first line it said."""
    answer = spawn.finish(spawn.start(path, words), 5.0, 1 << 16)
    text = (answer.output or answer.errors).decode("utf-8", "replace").strip()
    return (124, "it did not answer within 5 s") if answer.late else (answer.code, text.partition("\n")[0])
