"""Which client of tmux here hangs on a connection that a cst elsewhere names: the far end of `actions/remote_pane`.

A way is `ssh:` and the connection as sshd tells of it, with slashes, or `pid:` and the process of the client in this
pid namespace. Whoever asks has seen a pane at its own end of that way. Nothing less than a proof will do here: another
client may be another person.
"""

from __future__ import annotations

from cst.model import CstError, UsageError, digits
from cst.system import connections, tmux

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cst.model import Client
    from cst.settings import Settings


def client_through(
    settings: Settings, socket: str, clients: Sequence[Client], ways: Sequence[str]
) -> tuple[Client, str]:
    """The client of the tmux server at `socket` that came one of these ways, and the way. CstError for none."""
    pids = _pids(settings, socket)
    known = {client.name: client for client in clients if client.socket == socket}
    wrong = "no tmux client came that way"
    for way in ways:
        kind, _, rest = way.partition(":")
        if kind == "ssh":
            connection = rest.replace("/", " ")
            found = [name for name, pid in pids.items() if connections.came_by(pid)[0] == connection]
            if found and (count := len(connections.terminals(connection))) != 1:
                wrong = f"{count} terminals share that connection"
                continue
        elif kind == "pid" and digits(rest):
            found = [name for name, pid in pids.items() if pid == int(rest)]
        else:
            raise UsageError(f"{way!r} is no way; it is ssh:ADDRESS/PORT/ADDRESS/PORT or pid:N")
        if len(found) == 1 and found[0] in known:
            return known[found[0]], way
    raise CstError(wrong)


def _pids(settings: Settings, socket: str) -> dict[str, int]:
    """The process of each client of a tmux server, by the client's name."""
    code, output = tmux.run(settings.tmux_program, socket, ["list-clients", "-F", "#{client_pid}\t#{client_name}"])
    lines = [] if code else [line.partition("\t") for line in output.splitlines()]
    return {name: int(pid) for pid, _, name in lines if digits(pid)}
