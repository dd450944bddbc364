"""The process table, from /proc: is that pid still that process, who are its parents, where does it sit.

Where there is no /proc (macOS), `processes_portable` asks psutil, which costs 2 x the start of Python.
"""

from __future__ import annotations

import os
import time

from cst.model import Process
from cst.value import made

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping

    from cst.model import Record

# The only names that are taken from a process's environment: it holds tokens.
NAMES = ("TMUX", "TMUX_PANE", "CLAUDE_CONFIG_DIR", "HOME", "CLAUDECODE")
HAS_PROC = os.path.exists("/proc/self/stat")
_TICKS = os.sysconf("SC_CLK_TCK") if HAS_PROC else 100


def read(pids: list[int], now: float, known: Mapping[int, Process] | None = None) -> dict[int, Process]:
    """The live ones among `pids`. Zombies and pids of nobody are left out. Of those that were `known` a moment ago,
    only what changes by itself is read again."""
    if not HAS_PROC:
        from cst.system import processes_psutil

        return processes_psutil.read(pids)
    boot = now - since_boot()
    stats: dict[int, list[str]] = {}
    found = {}
    for pid in pids:
        fields = _stat(pid, stats)
        if not fields or fields[1] in "ZX":
            continue
        before = known.get(pid) if known else None
        if before and before.start == fields[20]:
            found[pid] = before._replace(state=fields[1], name=fields[0], tty=int(fields[5]), front=_in_front(fields))
            continue
        ancestors = _ancestors(int(fields[2]), stats)
        found[pid] = made(Process, {
            "pid": pid,
            "start": fields[20],
            "state": fields[1],
            "name": fields[0],
            "tty": int(fields[5]),
            "front": _in_front(fields),
            "ancestors": ancestors,
            "fronts": tuple(_front(stats[one]) for one in ancestors),
            "environ": environ(pid),
            "started_at": boot + int(fields[20]) / _TICKS,
            "shell_at": None,
        })  # fmt: skip
    return found


def running() -> set[str] | None:
    """The pids of all processes, as text; None where only each by itself can be asked for."""
    return set(os.listdir("/proc")) if HAS_PROC else None


def shell_of(pid: int, now: float) -> float | None:
    """Since when (epoch seconds) a session's newest shell of the Bash tool runs; 0.0 if none does, None where the
    kernel does not tell a process's children."""
    found = shells_of(pid, now)
    return None if found is None else max((since for since, _ in found), default=0.0)


def shells_of(pid: int, now: float) -> list[tuple[float, str]] | None:
    """The shells of the Bash tool that run in a session: since when (epoch seconds), and the text that each was given.
    None where the kernel does not tell. Such a shell begins with reading a `shell-snapshots` file."""
    boot, found = now - since_boot(), []
    try:
        threads = os.listdir(f"/proc/{pid}/task")
        for thread in threads:
            with open(f"/proc/{pid}/task/{thread}/children", encoding="utf-8") as file:
                children = file.read().split()
            for child in children:
                fields, given = _stat(int(child), {}), text(f"/proc/{child}/cmdline")
                if fields and "/shell-snapshots/" in given:
                    found.append((boot + int(fields[20]) / _TICKS, given.rstrip("\0").rpartition("\0")[2]))
    except (OSError, ValueError):
        return None
    return found


def start_of(pid: int) -> str:
    """What, with the pid, names a process for ever: its start time; "" if it is not alive."""
    if not HAS_PROC:
        from cst.system import processes_psutil

        return processes_psutil.start_of(pid)
    fields = _stat(pid, {})
    return fields[20] if fields and fields[1] not in "ZX" else ""


def is_alive(pid: int, start: str) -> bool:
    """Whether the process of a record lives: the same pid and the same start time, where the record has one. Where no
    start times can be read, whether there is such a process: nobody is taken for dead who may live."""
    if not HAS_PROC:
        from cst.system import processes_psutil

        return processes_psutil.exists(pid)
    now = start_of(pid)
    return bool(now) and start in ("", "0", now)


def living(records: Iterable[Record]) -> list[Record]:
    """Those of these registry records whose process lives, or may: of one elsewhere nobody here can say."""
    return [record for record in records if record.elsewhere or is_alive(record.pid, record.start)]


def in_namespace(namespace: str, starts: Iterable[str]) -> dict[str, int]:
    """The pids here of the processes of another pid namespace (pid:[4026532180]) that started at one of these times, by
    start. Only of namespaces below ours does the kernel tell any; two that started in one tick are told of none."""
    wanted = set(starts)
    found: dict[str, list[int]] = {}
    for name in os.listdir("/proc") if HAS_PROC else ():
        fields = _stat(int(name), {}) if name.isdigit() else []
        if not fields or fields[20] not in wanted or fields[0] != "claude":
            continue
        try:
            if os.readlink(f"/proc/{name}/ns/pid") == namespace:
                found.setdefault(fields[20], []).append(int(name))
        except OSError:
            continue
    return {start: pids[0] for start, pids in found.items() if len(pids) == 1}


def owner_of(pid: int) -> int:
    """The user (uid) that a process belongs to; -1 where that cannot be told."""
    try:
        return os.stat(f"/proc/{pid}").st_uid
    except OSError:
        return -1


def on_terminals(terminals: Container[int]) -> list[tuple[int, str, int]]:
    """The processes in the foreground of one of these terminals (device numbers): pid, name and terminal of each."""
    found = []
    for pid in running() or ():
        fields = _stat(int(pid), {}) if pid.isdigit() else []
        if fields and int(fields[5]) in terminals and _in_front(fields):
            found.append((int(pid), fields[0], int(fields[5])))
    return found


def terminal_of(pid: int) -> int:
    """The device number of a process's terminal; 0 for none."""
    fields = _stat(pid, {})
    return int(fields[5]) if fields else 0


def in_front(pid: int, terminal: str) -> bool:
    """Whether a process is in the foreground of that terminal (/dev/pts/4): it, and no other, reads what is typed."""
    fields = _stat(pid, {})
    try:
        return bool(fields) and _in_front(fields) and os.stat(terminal).st_rdev == int(fields[5])
    except OSError:
        return False


def _in_front(fields: list[str]) -> bool:
    return fields[3] == fields[6]


def _front(fields: list[str]) -> int:
    """The terminal of a process; below 0 where it is not in front."""
    terminal = int(fields[5]) if fields else 0
    return terminal if terminal and _in_front(fields) else -terminal


def since_boot() -> float:
    """Seconds since the machine started, as start times of processes count them. /proc/uptime tells another number
    where a container has one of its own (lxcfs)."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if HAS_PROC else 0.0


def uptime() -> float:
    """What /proc/uptime says, to 10 ms, which is what the hook writes down; 0.0 where there is none."""
    try:
        with open("/proc/uptime", encoding="utf-8") as file:
            return float(file.read().split()[0])
    except (OSError, ValueError):
        return 0.0


def boot_id() -> str:
    """The kernel's name for this start of the machine, letters of hex and dashes; "" where it gives none."""
    found = text("/proc/sys/kernel/random/boot_id").strip()
    return found if found and not found.strip("0123456789abcdef-") else ""


def claude_pids() -> list[int]:
    """This user's processes that are named `claude`. Reads one line of every process: 8 µs each."""
    if not HAS_PROC:
        return []
    found, mine = [], os.getuid()
    for name in os.listdir("/proc"):
        if not name.isdigit() or text(f"/proc/{name}/comm") != "claude\n":
            continue
        try:
            if os.stat(f"/proc/{name}").st_uid == mine:
                found.append(int(name))
        except OSError:
            continue
    return found


def program_of(pid: int) -> str:
    """The path of the file that a process runs; "" if that cannot be told."""
    try:
        return os.readlink(f"/proc/{pid}/exe")
    except OSError:
        return ""


def config_dir(process: Process) -> str:
    """The config folder that a client's environment yields."""
    return process.environ.get("CLAUDE_CONFIG_DIR") or process.environ.get("HOME", "") + "/.claude"


def cwd_of(pid: int) -> str:
    """The folder that a process is in; "" if that cannot be told."""
    try:
        return os.readlink(f"/proc/{pid}/cwd")
    except OSError:
        return ""


def words_of(pid: int) -> list[str]:
    """The words that a process was started with, empty ones too; [] where they cannot be read. One word and nothing but
    empty ones is one: a title that a program has put over its words."""
    given = text(f"/proc/{pid}/cmdline")
    words = given.removesuffix("\0").split("\0") if given else []
    return words if any(words[1:]) else words[:1]


def forked(pid: int, parent: int) -> bool:
    """Whether a process with its parent's name is no program of its own: just forked, or about to become another. The
    kernel sets the name before the words: with new words and that name it was started under it."""
    words = words_of(pid)
    return words in ([], words_of(parent)) or text(f"/proc/{pid}/comm") != text(f"/proc/{parent}/comm")


def text(path: str) -> str:
    """What stands in a small file of the kernel's; "" where it cannot be read. `open` takes half as long again."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return ""
    try:
        pieces = []
        while piece := os.read(fd, 1 << 16):  # of a table the kernel gives some lines at a time
            pieces.append(piece)
        return b"".join(pieces).decode("utf-8", "replace")
    except OSError:  # the process ended meanwhile
        return ""
    finally:
        os.close(fd)


def _stat(pid: int, cache: dict[int, list[str]]) -> list[str]:
    """comm, state, ppid, … of /proc/<pid>/stat; [] for no process. comm may hold spaces and parentheses."""
    if pid not in cache:
        line = text(f"/proc/{pid}/stat")
        begin, end = line.find("("), line.rfind(")")
        fields = line[end + 2 :].split()
        cache[pid] = [line[begin + 1 : end], *fields] if len(fields) > 20 else []
    return cache[pid]


def _ancestors(pid: int, stats: dict[int, list[str]]) -> tuple[int, ...]:
    chain: list[int] = []
    while pid > 1 and len(chain) < 64:
        chain.append(pid)
        fields = _stat(pid, stats)
        if not fields:
            break
        pid = int(fields[2])
    return tuple(chain)


def environ(pid: int, names: Iterable[str] = NAMES) -> dict[str, str]:
    """What a process's environment says of these names, and of no others."""
    found, block = {}, "\0" + text(f"/proc/{pid}/environ")
    for name in names:
        _, there, rest = block.partition(f"\0{name}=")
        if there:
            found[name] = rest.partition("\0")[0]
    return found
