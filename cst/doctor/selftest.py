"""`cst doctor --verify`: two made-up sessions and two people in a private tmux, and whether cst does as it says there.

Two tmux servers of its own in a temporary folder: on one the sessions live, in the panes of the other sit the clients
of the first, so that a client needs no terminal. Both are ended and the folder is removed, whatever happens: by a shell
beside us where we are killed.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import time
from types import MappingProxyType

from cst.doctor.finding import Finding
from cst.fzf import launch
from cst.jsonl import dumps, parse
from cst.model import CstError
from cst.setup import assets
from cst.system import processes, spawn, trust
from cst.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from cst.settings import Settings

_PATIENCE = 5.0  # seconds for each wait; on a machine with nothing else to do all of it takes one
_IDS = {"asks": "00000000-0000-4000-8000-000000000001", "busy": "00000000-0000-4000-8000-000000000002"}
# $1 is tmux, $2 the folder, then the sockets: by a name tmux would end a server of the user's where the folder is gone.
# Reads nothing until we are gone, for whatever reason. A file may still come while it goes.
_ENDS = """read -r _
[ -d "$2" ] || exit
for socket in "$3" "$4"; do "$1" -S "$socket" kill-server; done
for _ in 1 2 3 4 5; do rm -rf -- "$2" && exit; sleep 0.2; done"""
_KEPT = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "CST_TMUX", "PYTHONPATH")


class Stage(Value):
    """Where it plays: the folder, the environment of everything in it, the programs, and who is where."""

    folder: str
    env: dict[str, str]
    cst: str
    tmux: str
    panes: Mapping[str, str] = MappingProxyType({})
    clients: tuple[str, ...] = ()

    def socket(self, server: str) -> str:
        """The path of a server's socket."""
        return f"{self.folder}/tmux-{os.getuid()}/{server}"


def findings(settings: Settings, cst: str) -> list[Finding]:
    """Each step with the time it took. After one that failed the rest is not tried."""
    done: list[Finding] = []
    folder = tempfile.mkdtemp(prefix="cst-verify-", dir="/tmp")  # a socket's path must be short
    stage = Stage(folder, _environment(folder), cst, settings.tmux_program)
    _, end = spawn.beside("/bin/sh", _ender(stage))
    try:
        for what, step in _STEPS:
            begun = time.monotonic()
            try:
                stage = step(stage) or stage
            except (CstError, OSError, ValueError) as error:
                done.append(Finding("verify", "wrong", f"{what}: {error}", "report it, with `cst doctor --json`"))
                break
            done.append(Finding("verify", "ok", f"{what}, {(time.monotonic() - begun) * 1000:.0f} ms"))
    finally:
        left = _ended(stage)
        if end >= 0:
            os.close(end)
    if left:
        done.append(Finding("verify", "wrong", f"left behind: {left}", "remove it by hand"))
    return done


def _ender(stage: Stage) -> list[str]:
    """What the shell beside us is given."""
    tmux = spawn.found(stage.tmux) or stage.tmux
    return ["-c", _ENDS, "sh", tmux, stage.folder, stage.socket("out"), stage.socket("in")]


def _environment(folder: str) -> dict[str, str]:
    env = {name: os.environ[name] for name in _KEPT if os.environ.get(name)}
    return {"PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8"} | env | {
        "HOME": folder, "TMUX_TMPDIR": folder, "TERM": "xterm-256color", "SHELL": "/bin/sh", "FZF_DEFAULT_OPTS": "",
    }  # fmt: skip


def _open(stage: Stage) -> Stage:
    trust.make_private(os.path.dirname(stage.socket("in")))
    size = ("-x", "100", "-y", "30")
    _tmux(stage, "new-session", "-d", "-s", "you", *size, "cat", ";", "new-session", "-d", "-s", "work", "-n", "asks",
          *size, "cat", ";", "new-window", "-d", "-t", "=work:", "-n", "busy", "cat")  # fmt: skip
    server = ("-S", stage.socket("in"))
    attach = ("env", "-u", "TMUX", "-u", "TMUX_PANE", stage.tmux, "-u", *server, "attach-session", "-t", "=you")
    _tmux(stage, "new-session", "-d", *size, *attach, ";", "new-window", "-d", *attach, server="out")
    _until("two clients attached", lambda: len(_clients(stage)) == 2)
    listed = _tmux(stage, "list-panes", "-a", "-F", "#{window_name} #{pane_id} #{pane_pid}")
    panes = dict(line.split(" ", 1) for line in listed.splitlines())
    for name, status in (("asks", "waiting"), ("busy", "busy")):
        _register(stage, name, int(panes[name].split()[1]), status)
    return stage._replace(
        panes={name: where.split()[0] for name, where in panes.items()}, clients=tuple(sorted(_clients(stage)))
    )


def _register(stage: Stage, name: str, pid: int, status: str) -> None:
    now = int(time.time() * 1000)
    cwd = f"{stage.folder}/{name}"
    record: dict[str, Any] = {
        "pid": pid, "sessionId": _IDS[name], "cwd": cwd, "startedAt": now - 60000, "procStart": processes.start_of(pid),
        "version": "2.1.329", "kind": "interactive", "entrypoint": "cli", "status": status,
        "statusUpdatedAt": now - 5000,
    }  # fmt: skip
    if status == "waiting":
        record["waitingFor"] = "permission prompt"
    trust.make_private(cwd)
    trust.make_private(f"{stage.folder}/.claude/sessions")
    with open(f"{stage.folder}/.claude/sessions/{pid}.json", "w") as file:
        file.write(dumps(record))


def _listed(stage: Stage) -> None:
    listed = parse(_cst(stage, "ls", "--json").encode())
    found = {one["id"]: (one["state"], (one["tmux"] or {}).get("pane")) for one in listed["sessions"]}
    wanted = {
        _IDS["asks"]: ("permission", stage.panes["asks"]), _IDS["busy"]: ("working", stage.panes["busy"]),
    }  # fmt: skip
    _equal("the sessions and their panes", found, wanted)


def _jumped(stage: Stage) -> None:
    mine, other = stage.clients
    before = _clients(stage)[other]
    _cst(stage, "next", "--client", mine)
    _until("the client is there", lambda: _clients(stage)[mine] == stage.panes["asks"])
    _equal("the other client's pane", _clients(stage)[other], before)


def _hooked(stage: Stage) -> None:
    payload, hook = f"{stage.folder}/payload", assets.shipped_path("hook.sh", "shell/hook.sh")
    with open(payload, "w") as file:
        file.write(f'{{"session_id":"{_IDS["asks"]}","hook_event_name":"Stop"}}')
    _equal("what the hook says", _run(stage, "sh", ("-c", 'exec sh "$0" <"$1"', hook, payload)), "")
    log = f"{stage.folder}/.local/state/cst/events/v1/{_IDS['asks']}.jsonl"
    with open(log, "rb") as file:
        lines = [parse(line).get("event") for line in file.read().split(b"\n") if line]
    _equal("the lines of the log", lines, ["Stop"])
    _equal("who may read it", oct(os.stat(log).st_mode & 0o777), "0o600")


def _picked(stage: Stage) -> None:
    pick = '"$0" rows | "$1" --ansi --delimiter "\t" --with-nth 2..'
    fzf = launch.bundled()
    _tmux(stage, "new-window", "-d", "-t", "=work:", "-n", "pick", "sh", "-c", pick, stage.cst, fzf)
    shown = ""

    def opened() -> bool:
        nonlocal shown
        shown = _tmux(stage, "capture-pane", "-p", "-t", "=work:pick")
        return "asks" in shown and "busy" in shown and ">" in shown

    _until("fzf shows both rows", opened)


_STEPS: tuple[tuple[str, Callable[[Stage], Stage | None]], ...] = (
    ("two sessions and two clients in a private tmux", _open),
    ("cst lists both, with their states and panes", _listed),
    ("`cst next` moves the client that asked, and no other", _jumped),
    ("the hook appends one whole line, for you alone", _hooked),
    ("fzf opens and shows both rows", _picked),
)


def _ended(stage: Stage) -> str:
    """End both servers and remove the folder; what could not be, "" if all is gone."""
    pids = []
    for server in ("out", "in"):
        with contextlib.suppress(CstError):
            pids += [int(pid) for pid in _tmux(stage, "list-panes", "-a", "-F", "#{pane_pid}", server=server).split()]
            _tmux(stage, "kill-server", server=server)
    with contextlib.suppress(CstError):
        _until("", lambda: not any(processes.start_of(pid) for pid in pids))
    for _ in range(5):  # a file may still come while its folder goes
        shutil.rmtree(stage.folder, ignore_errors=True)
        if not os.path.exists(stage.folder):
            break
    alive = [f"process {pid}" for pid in pids if processes.start_of(pid)]
    return ", ".join(alive + ([stage.folder] if os.path.exists(stage.folder) else []))


def _clients(stage: Stage) -> dict[str, str]:
    lines = _tmux(stage, "list-clients", "-F", "#{client_name} #{pane_id}").splitlines()
    return {name: pane for name, _, pane in (line.rpartition(" ") for line in lines)}


def _tmux(stage: Stage, *words: str, server: str = "in") -> str:
    return _run(stage, stage.tmux, ("-u", "-S", stage.socket(server), "-f", "/dev/null", *words))


def _cst(stage: Stage, *words: str) -> str:
    return _run(stage._replace(env={**stage.env, "TMUX": f"{stage.socket('in')},0,0"}), stage.cst, words)


def _run(stage: Stage, program: str, words: Sequence[str]) -> str:
    answer = spawn.finish(spawn.start(program, words, stage.env), _PATIENCE)
    name = os.path.basename(program)
    if answer.late:
        raise CstError(f"{name} did not answer within {_PATIENCE:.0f} s")
    if answer.code:
        raise CstError(f"{name} said {answer.errors.decode('utf-8', 'replace').strip() or answer.code}")
    return answer.output.decode("utf-8", "replace")


def _equal(what: str, found: object, wanted: object) -> None:
    if found != wanted:
        raise CstError(f"{what}: {found}, not {wanted}")


def _until(what: str, check: Callable[[], bool]) -> None:
    end = time.monotonic() + _PATIENCE
    while not check():
        if time.monotonic() > end:
            raise CstError(f"not within {_PATIENCE:.0f} s: {what}")
        time.sleep(0.02)
