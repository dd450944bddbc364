"""The only room that runs tmux: list panes and clients, switch a client, show a message, read and type in a pane.

`-u` because without it, under LC_ALL=C, every TAB and non-ASCII byte of the output is `_`.
"""

from __future__ import annotations

import os
import time

from cst.model import Client, CstError, Pane, digits
from cst.system import spawn, trust
from cst.system.spawn import Started
from cst.value import Value, made

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_MOST = 12_000  # bytes of one call's words; tmux takes 16 KB in one message
TIMEOUT = 2.0  # seconds; a server that hangs must not hang the status line
_EMPTY = ("no server running", "no current target", "no sessions")  # nothing to list
_READABLE = 4000  # milliseconds that a message stays: after a jump, tmux's own 750 go by while you look at the pane

# What a program calls itself may hold tabs and newlines: tmux compares it, and never prints it. In the other free text,
# which stands last, tmux itself escapes or refuses control characters.
_PANE = (
    "P", "#{pane_id}", "#{pane_pid}", "#{pane_tty}", "#{session_id}", "#{window_id}", "#{window_index}",
    "#{pane_index}", "#{window_active}#{pane_active}", "#{session_attached}", "#{@cst_pane_key}", "#{@cst_pane_state}",
    "#{@cst_window_state}", "#{?#{==:#{pane_current_command},claude},claude,}", "#{session_name}", "#{pane_title}",
)  # fmt: skip
_CLIENT = ("C", "#{client_activity}", "#{session_id}", "#{pane_id}", "#{status-interval}", "#{client_name}")
_SHAPE = ("#{pane_id}", "#{pid}", "#{session_name}", "#{window_index}", "#{pane_index}", "#{window_panes}",
          "#{automatic-rename}", "#{window_layout}", "#{window_name}")  # fmt: skip
_LIST = (
    "list-clients", "-F", "\t".join(_CLIENT), ";", "list-panes", "-a", "-F", "\t".join(_PANE),
)  # fmt: skip


def ask(program: str, socket: str) -> Running:
    """Start asking one server for its panes and clients, with one process; `look` takes the answer. Between the two,
    other things can be read: the program takes 0.3 x the start of Python."""
    return start(program, socket, _LIST)


def look(asked: Running) -> tuple[list[Pane], list[Client], str]:
    """The panes and clients of one server, and what was wrong ("" = nothing).

    A socket without a server has none of either; whether that is a problem, the caller knows. A line without the shape
    of a pane or client always is one, and is not believed.
    """
    socket = asked.socket
    code, output = finish(asked)
    if code:
        return [], [], output.strip() or f"tmux ended with {code}"
    panes, clients, odd = [], [], []
    for line in output.removesuffix("\n").split("\n") if output else []:
        fields = line.split("\t")
        if _is_pane(fields):
            panes += [_pane(socket, fields)] if digits(fields[2]) else []
        elif _is_client(fields):
            refresh = float(fields[4]) if digits(fields[4]) else 0.0
            clients.append(Client(socket, fields[5], float(fields[1]), fields[2], fields[3], refresh))
        else:
            odd.append(line)
    if odd:
        count = f"{len(odd)} line{'s' * (len(odd) > 1)}"
        return panes, clients, f"{count} from the tmux server at {socket} could not be read: {odd[0][:60]!r}"
    return panes, clients, ""


def look_at_all(
    program: str, variables: set[str], also: Sequence[str], asked: Running | None
) -> tuple[list[Pane], list[Client], list[str]]:
    """All panes and clients of the servers that these values of TMUX name, and of those at the sockets in `also`; and
    what was wrong. One was `asked` already. A server that is gone is none: its sessions are outside tmux now."""
    wrong = removed(variables)
    sockets = {variable.rsplit(",", 2)[0] for variable in variables} | {*also, asked.socket if asked else ""}
    panes: list[Pane] = []
    clients: list[Client] = []
    for socket in sorted(sockets - {""}):
        if asked and socket == asked.socket:
            some_panes, some_clients, message = look(asked)
        elif os.path.exists(socket):
            some_panes, some_clients, message = look(ask(program, socket))
        else:
            continue
        panes += some_panes
        clients += some_clients
        if message and not is_empty(message):
            wrong.append(message)
    return panes, clients, wrong


def _is_pane(fields: list[str]) -> bool:
    """Whether these are the fields of a pane; one without a process has an empty or no real pid."""
    if len(fields) != len(_PANE) or fields[0] != "P" or fields[13] not in ("claude", ""):
        return False
    pane, session, window = fields[1], fields[4], fields[5]
    signs = pane[:1] + session[:1] + window[:1]
    return signs == "%$@" and all(map(digits, (pane[1:], session[1:], window[1:], *fields[6:8])))


def _is_client(fields: list[str]) -> bool:
    return len(fields) == len(_CLIENT) and fields[0] == "C" and digits(fields[1]) and fields[2][:1] == "$"


def _pane(socket: str, fields: list[str]) -> Pane:
    _, pane, pid, tty, session, window, window_index, pane_index, active, attached = fields[:10]
    *badges, command, name, title = fields[10:]
    return made(Pane, {
        "socket": socket, "id": pane, "pid": int(pid), "tty": tty, "session_id": session, "window_id": window,
        "window_index": window_index, "pane_index": pane_index, "shown": active == "11",
        "attached": attached not in ("", "0"), "command": command, "session": name, "badges": tuple(badges),
        "title": named(title) if command else "",
    })  # fmt: skip


def removed(variables: Iterable[str]) -> list[str]:
    """What is wrong with servers that run, by the TMUX of programs in them, and whose socket is gone: whoever tidies
    /tmp takes it away. Such a server answers nobody until it has made it again."""
    found = {}
    for variable in variables:
        socket, pid, _ = [*variable.rsplit(",", 2), "", ""][:3]  # the path may have commas
        if socket and digits(pid) and socket not in found and not os.path.lexists(socket) and serves(int(pid)):
            folder = os.path.dirname(socket)
            again = "" if os.path.isdir(folder) else f"mkdir -m 700 {spawn.shell_quote(folder)} && "
            command = f"{again}kill -USR1 {pid}"
            found[socket] = f"the socket {socket} of a server that runs was removed; `{command}` makes it again"
    return list(found.values())


def serves(pid: int) -> bool:
    """Whether that process is a tmux server."""
    try:
        with open(f"/proc/{pid}/comm", encoding="utf-8", errors="replace") as file:
            return file.read(16).startswith("tmux")
    except OSError:
        return False


class Shape(Value):
    """Where a pane stands, by what a new server can be given again."""

    server: int  # pid
    session: str
    window: int  # index
    name: str  # of the window; "": tmux calls it by what runs there
    pane: int  # index
    panes: int  # in the window
    layout: str


def shapes(program: str, socket: str) -> dict[str, Shape]:
    """The shape of each pane of a server, by its id; {} where it does not answer. tmux escapes control characters in
    names."""
    code, output = run(program, socket, ["list-panes", "-a", "-F", "\t".join(_SHAPE)])
    found: dict[str, Shape] = {}
    for line in [] if code else output.splitlines():
        fields = line.split("\t")
        if len(fields) == len(_SHAPE) and all(map(digits, (fields[1], *fields[3:6]))):
            pane, server, session, window, index, count, automatic, layout, name = fields
            called = "" if automatic == "1" else name
            found.setdefault(pane, Shape(int(server), session, int(window), called, int(index), int(count), layout))
    return found


def named(title: str) -> str:
    """A title without the sign in front of it, which turns while a session works: every look would find it changed."""
    sign, blank, name = title.partition(" ")
    return name if blank and len(sign) == 1 and not sign.isascii() else title


def switch(program: str, socket: str, client: str, target: str, message: str) -> None:
    """Show `target` (`=$1:@2.%3`) on `client` and say why in its message line. No other client goes to another tmux
    session; those that share a window with it show what it shows."""
    words = ["switch-client", "-Z", "-c", client, "-t", target]
    if message:
        words += [";", *_message(client, message)]
    code, output = run(program, socket, words)
    if code:
        raise CstError(f"tmux could not show that pane: {output.strip()}", "`cst ls` lists what is there now")


def say(program: str, socket: str, client: str, message: str) -> None:
    """Put `message` on the message line of `client`, "" for the one that tmux takes; silent where that client is
    gone."""
    run(program, socket, _message(client, message))


def _message(client: str, message: str) -> list[str]:
    return ["display-message", "-d", str(_READABLE), *(["-c", client] if client else []), escape(message)]


def screen(program: str, socket: str, pane: str) -> str | None:
    """What a pane shows now, with its colours as escape sequences; None if it is gone."""
    code, output = run(program, socket, ["capture-pane", "-p", "-e", "-t", pane])
    return None if code else output

def inspect(program: str, socket: str, pane: str) -> tuple[list[str], str]:
    """The pane's process, its terminal, whether a mode is open (copy mode), whether its keys go to other panes too;
    and its screen with colours, both of one moment. CstError where the pane is gone or tmux does not answer."""
    facts = "#{pane_pid}\t#{pane_tty}\t#{pane_in_mode}\t#{pane_synchronized}"
    words = ["display-message", "-p", "-t", pane, facts, ";", "capture-pane", "-p", "-e", "-t", pane]
    code, output = run(program, socket, words)
    first, _, rest = output.partition("\n")
    if code or first.count("\t") != 3 or not first.split("\t")[0]:
        raise CstError(f"pane {pane} is gone", "nothing was sent", sent=False)
    return first.split("\t"), rest


def press(program: str, socket: str, pane: str, pid: int, key: str) -> bool:
    """Send one key (`1`, or a name: Enter) to a pane. tmux itself looks, in the same moment, that the pane runs that
    process, has no mode open and shares its keys with no other; False: nothing was sent."""
    guard = f"#{{==:#{{pane_in_mode}} #{{pane_synchronized}} #{{pane_pid}},0 0 {pid}}}"
    code, output = run(program, socket, ["if-shell", "-F", "-t", pane, guard, f"send-keys -t {pane} {key}",
                                         "display-message -p refused"])  # fmt: skip
    return not code and not output.strip()


def paste(program: str, socket: str, pane: str, pid: int, path: str) -> bool:
    """Paste a file into a pane as one bracketed paste, through a buffer of ours that goes with it; the same guard."""
    buffer = f"cst-{os.getpid()}-{time.monotonic_ns()}"
    guard = f"#{{==:#{{pane_in_mode}} #{{pane_synchronized}} #{{pane_pid}},0 0 {pid}}}"
    code, output = run(program, socket, [
        "load-buffer", "-b", buffer, path, ";",
        "if-shell", "-F", "-t", pane, guard, f"paste-buffer -p -r -d -b {buffer} -t {pane}",
        f"delete-buffer -b {buffer} ; display-message -p refused",
    ])  # fmt: skip
    return not code and not output.strip()


def escape(text: str) -> str:
    """`text` with nothing in it that a tmux format would expand: `#(…)` in one runs a command."""
    return text.replace("#", "##").replace("%", "%%")


def run(program: str, socket: str, words: Sequence[str]) -> tuple[int, str]:
    """One tmux command on one socket; its exit code and its output, which has the errors where it failed.

    A missing program and a failing one take the same way out: code 127 and one sentence.
    """
    return finish(start(program, socket, words))


class Running(Value):
    """A tmux command that runs on one socket."""

    socket: str
    started: Started


def start(program: str, socket: str, words: Sequence[str]) -> Running:
    """The first half of `run`. Every command goes through here, and none to a socket in somebody else's hands: as our
    own client, tmux would do what that server says."""
    if not socket:  # tmux would take that of $TMUX
        return Running(socket, Started(wrong="no tmux server was named"))
    path, wrong = trust.checked(socket)
    if wrong:
        return Running(socket, Started(wrong=wrong if os.path.lexists(path) else f"no server running on {socket}"))
    return Running(socket, spawn.start(program, ["-u", "-S", path, *map(_unsplit, words)]))


def finish(asked: Running) -> tuple[int, str]:
    """The second half of `run`: waits, reaps, and gives exit code and output, a failure's with its errors."""
    ended = spawn.finish(asked.started, TIMEOUT)
    if ended.late:
        return 124, f"the tmux server at {asked.socket} did not answer within {TIMEOUT:.0f} s"
    return ended.code, (ended.output + (ended.errors if ended.code else b"")).decode("utf-8", "replace")


def badge(program: str, socket: str, commands: Sequence[Sequence[str]]) -> None:
    """Run `set-option` commands, many with each process. Silent where a pane is gone: the next look finds the rest."""
    words: list[str] = []
    size = 0
    for command in commands:
        size += sum(len(word.encode()) + 1 for word in command) + 2
        if size > _MOST:
            run(program, socket, words)
            words, size = [], 0
        words += [*([";"] if words else []), *command]
    if words:
        run(program, socket, words)


def _unsplit(word: str) -> str:
    """A `;` at the end of a word would end the command there; a word that is `;` is meant to."""
    return word[:-1] + "\\;" if word.endswith(";") and word != ";" else word


def is_empty(wrong: str) -> bool:
    """Whether tmux says that there is no server, or nothing on it. A socket that refuses us is another thing."""
    return wrong.startswith(_EMPTY) or (
        wrong.startswith("error connecting") and wrong.endswith(("(No such file or directory)", "(Connection refused)"))
    )
