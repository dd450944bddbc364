"""Takes what `cst init tmux` printed out of tmux.conf, byte for byte, and out of the tmux servers that run."""

from __future__ import annotations

import difflib
import os
import stat

from cst.model import CstError, digits
from cst.setup import locked_file
from cst.setup.assets import shipped_path
from cst.setup.locked_file import Contents
from cst.setup.tmux_conf import BEGIN, END
from cst.setup.tmux_keys import bound_on, call_in
from cst.system import spawn, tmux, trust
from cst.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from cst.settings import Settings

_PATIENCE = 30.0  # seconds for one server: a few dozen calls of tmux


class Plan(Value):
    """What is to become of one file. `after` None: nothing else was in it, it is removed."""

    path: str  # as tmux knows it; `found.path` is where links lead
    found: Contents
    after: bytes | None

    def diff(self) -> list[str]:
        """The change as a unified diff, in lines without their ends."""
        old, new = ((data or b"").decode("utf-8", "replace").splitlines(True) for data in (self.found.data, self.after))
        becomes = self.path if self.after is not None else "/dev/null"
        return [line.rstrip("\r\n") for line in difflib.unified_diff(old, new, self.path, becomes)]


class Server(Value):
    """A tmux server that runs, and the files that it has read when it started."""

    socket: str
    pid: str
    files: tuple[str, ...]


def plans(settings: Settings, config_home: str, running: Sequence[Server]) -> list[Plan]:
    """For each tmux.conf with lines of ours: those that tmux reads by itself, those that a running server has read.
    CstError for one that cannot be changed."""
    usual = (settings.home + "/.tmux.conf", config_home + "/tmux/tmux.conf")
    made = []
    for path in dict.fromkeys((*usual, *(path for server in running for path in server.files))):
        found = locked_file.read(path)
        after = without(found.data or b"", path)
        if found.data is None or after == found.data:
            continue
        locked_file.check(found)
        made.append(Plan(path, found, after if after or os.path.islink(path) else None))
    return made


def without(data: bytes, path: str) -> bytes:
    """The content of a tmux.conf without our lines. CstError where their end is missing."""
    begin, end = (f"{line}\n".encode() for line in (BEGIN, END))
    for at in reversed(_lines(data, begin)):
        until = next((found for found in _lines(data, end) if found > at), -1)
        if until < 0:
            raise CstError(f"{path} has the line {BEGIN!r} without {END!r} below it", "take cst's lines out by hand")
        before, after = data[:at], data[until + len(end) :]
        if before in (b"", b"\n") or before.endswith(b"\n\n") or not after:  # else it ends a line of the person's
            before = before.removesuffix(b"\n")  # the empty line that ours begin with
        data = before + after
    return data


def _lines(data: bytes, line: bytes) -> list[int]:
    """Where a line stands in a file."""
    found, at = [], data.find(line)
    while at >= 0:
        if at == 0 or data[at - 1 : at] == b"\n":
            found.append(at)
        at = data.find(line, at + 1)
    return found


def apply(plan: Plan) -> None:
    """Change the file; CstError if it is not as it was found."""
    with locked_file.locked(plan.found.path):
        locked_file.replace(plan.found, plan.after)


def servers(settings: Settings, named: Iterable[str] = ()) -> tuple[list[Server], list[str]]:
    """The servers that would be changed, for they have keys or a segment of ours, and why others could not be asked.
    Those that are asked: the one that we run in, the default one, those of the config file, those that are `named`, and
    every other one in a folder of tmux's for sockets that one of these is in."""
    found: dict[str, Server] = {}  # by pid: a socket may have two names
    wrong = []
    sockets = (settings.socket, settings.default_socket, *settings.tmux_sockets, *named)
    for socket in dict.fromkeys([*filter(None, sockets), *_beside(sockets)]):
        code, said = tmux.run(settings.tmux_program, socket, ["display-message", "-p", "#{pid} #{config_files}"])
        pid, _, files = said.strip().partition(" ")
        if code and os.path.lexists(socket) and not tmux.is_empty(said):
            wrong.append(said.strip() or f"{socket}: tmux ended with {code}")
        elif not code and digits(pid) and (socket == settings.socket or _has_ours(settings, socket)):
            read = tuple(path for path in files.split(",") if os.path.isfile(path))
            found.setdefault(pid, Server(socket, pid, read))
    return list(found.values()), wrong


def _beside(sockets: Iterable[str]) -> list[str]:
    """The sockets of servers of any name (`tmux -L`) in those folders. One in somebody else's hands is not listed; that
    its sockets are not used, `tmux.run` says of those that are known."""
    folders = {folder for one in sockets if os.path.basename(folder := os.path.dirname(one)) == f"tmux-{os.getuid()}"}
    found = []
    for folder in sorted(folders):
        path, distrusted = trust.checked(folder)
        names = os.listdir(path) if not distrusted and os.path.isdir(path) else []
        found += [f"{folder}/{name}" for name in sorted(names) if _is_socket(f"{path}/{name}")]
    return found


def _is_socket(path: str) -> bool:
    try:
        return stat.S_ISSOCK(os.stat(path).st_mode)
    except OSError:
        return False


def _has_ours(settings: Settings, socket: str) -> bool:
    if any(call_in(command)[0] for command in bound_on(settings.tmux_program, socket).values()):
        return True
    options = ["show-options", "-gv", "status-right", ";", "show-options", "-gv", "status-left", ";",
               "show-options", "-gqv", "@cst-came"]  # fmt: skip
    _, said = tmux.run(settings.tmux_program, socket, options)
    return "cst status " in said.replace('"', "") or bool(said.splitlines()[2:])


def unbind(settings: Settings, server: Server, env: Mapping[str, str]) -> str:
    """Take keys and segment out of a running server: what cst.tmux does with `off`; why not, "" if it did."""
    path = shipped_path("cst.tmux", "cst.tmux")
    socket, wrong = trust.checked(server.socket)
    if wrong:
        return wrong
    inside = {**env, "TMUX": f"{socket},{server.pid},0"}
    told = spawn.finish(spawn.start("sh", [path, "off"], inside), _PATIENCE)
    if told.late:
        return f"{path} did not end within {_PATIENCE:.0f} s"
    code, said = tmux.run(settings.tmux_program, server.socket, ["set-option", "-gqu", "@cst-command"])
    return told.errors.decode("utf-8", "replace").strip() or (said.strip() if code else "")
