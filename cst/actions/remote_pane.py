"""Show a session of a host in a pane here that holds a connection to that host, with a client of tmux there behind it.

Here a pane has the host's own ssh in front, or a client of the container's tmux; there `cst jump --through` proves that
a client of tmux hangs on that very connection, and switches it. A pane in a window that another client here shows is
left alone.
"""

from __future__ import annotations

from cst.actions import remote
from cst.core import ssh_words
from cst.core.hosts import key_there
from cst.model import CstError
from cst.system import connections, hosts, processes
from cst.text import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cst.model import Client, Pane, Snapshot
    from cst.settings import Settings
    from cst.system.hosts import Host

_MOST = 8  # ways that are told


def show(settings: Settings, host: Host, key: str, snapshot: Snapshot, client: Client) -> tuple[Pane | None, str]:
    """The pane whose client of tmux there shows the session now, and what that did to other clients there, "" for
    nothing. Else None, and why there is none that could, "" where no pane leads to the host."""
    ways, wrong = _ways(host, _panes(snapshot, client))
    if not ways:
        return None, wrong
    through = [f"--through={way}" for way in list(ways)[:_MOST]]
    try:
        words = ["jump", *through, "--", key_there(key)]
        said = remote.do(settings, host, words, seconds=host.timeout, acts=False)
    except CstError as error:
        return None, error.what
    taken = next((way for way in ways if f"through {way}" in said), "")
    if not taken:
        return None, f"{host.name}: it does not say which client it switched"
    also = next((line for line in said if line.startswith("also moves ")), "")
    return ways[taken], clean(f"{host.name}: {also}", 80) if also else ""


def _panes(snapshot: Snapshot, client: Client) -> list[Pane]:
    """The panes that may be used, those nearest to the client first: none of a window that another client shows."""
    panes = [pane for pane in snapshot.panes if pane.socket == client.socket]
    others = {c.pane for c in snapshot.clients if c.socket == client.socket and c.name != client.name}
    watched = {pane.window_id for pane in panes if pane.id in others}
    free = {pane.id: pane for pane in panes if pane.id not in others and pane.window_id not in watched}
    return sorted(free.values(), key=lambda p: (p.id != client.pane, p.session_id != client.session_id, not p.shown))


def _ways(host: Host, panes: Sequence[Pane]) -> tuple[dict[str, Pane], str]:
    """The ways that lead through one of these panes alone; and what is to be said where they are shared."""
    found: dict[str, list[Pane]] = {}
    for pane, way in _through_ssh(host, panes) if host.is_ssh else _into_namespace(host, panes):
        found.setdefault(way, []).append(pane)
    ways = {way: through[0] for way, through in found.items() if len(through) == 1}
    return ways, f"{host.name}: several panes share one connection" if found and not ways else ""


def _through_ssh(host: Host, panes: Sequence[Pane]) -> Iterator[tuple[Pane, str]]:
    """Each pane with the host's ssh in front, and the TCP connections of that, or of the one that it shares."""
    by_terminal = {pane.device: pane for pane in panes if pane.device}
    wanted = ssh_words.way(host.words[1:])
    held: list[str] | None = None
    fronts = {
        terminal: pid for pid, name, terminal in processes.on_terminals(by_terminal)
        if _leads(pid, name, wanted) and connections.input_of(pid) == terminal  # else ssh makes no terminal there
    }  # fmt: skip
    for terminal, pane in by_terminal.items():
        if terminal not in fronts:
            continue
        found = connections.of_process(fronts[terminal])
        if not found:
            if held is None:
                held = connections.shared(host.words[0], ssh_words.leading(host.words[1:]))
            found = held
        for connection in found:
            yield pane, "ssh:" + connection.replace(" ", "/")


def _leads(pid: int, name: str, wanted: object) -> bool:
    words = processes.words_of(pid)[1:] if name == "ssh" else []
    return bool(words) and ssh_words.way(words) == wanted and ssh_words.has_terminal(words)


def _into_namespace(host: Host, panes: Sequence[Pane]) -> Iterator[tuple[Pane, str]]:
    """Each pane with a client of the tmux in the container in front, and the pid that this has there."""
    target = hosts.entered(host)
    space = connections.namespace_of(target) if target else ""
    if not space or space == connections.namespace_of(0):
        return
    by_terminal = {pane.device: pane for pane in panes if pane.device}
    fronts = {
        terminal: pid for pid, name, terminal in processes.on_terminals(by_terminal)
        if name.startswith("tmux: client") and connections.namespace_of(pid) == space
    }  # fmt: skip
    for terminal, pane in by_terminal.items():
        if inner := connections.inner_pid(fronts.get(terminal, 0)):
            yield pane, f"pid:{inner}"
