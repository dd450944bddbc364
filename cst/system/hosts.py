"""Other machines and containers: a host is a name and a command prefix, and what runs there is run through it.

Nothing of ours listens anywhere: the engines are ssh and a container's own exec. ssh joins its words into a line for a
shell there, so each word of ours is quoted once for that; docker, podman, nsenter and the like hand words on as words.
"""

from __future__ import annotations

import os

from cst.model import CstError, UsageError, digits
from cst.system import spawn, trust
from cst.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from cst.system.spawn import Finished, Started

ANSWERS = 5.0  # seconds that a host has to answer, if the config file does not say otherwise
_MOST = 4 << 20  # bytes of an answer
_SOCKET = 68  # characters of a control socket's path that ssh adds to its folder's; the kernel takes 104 to 108
_LIST = ("ls", "--json")
_QUIET = (
    "-o", "BatchMode=yes", "-o", "ServerAliveInterval=5",
    "-o", "ServerAliveCountMax=2", "-o", "ClearAllForwardings=yes", "-o", "ForwardAgent=no", "-o", "ForwardX11=no",
    "-o", "PermitLocalCommand=no", "-o", "RemoteCommand=none", "-o", "LogLevel=ERROR", "-T",
)  # fmt: skip
_UNREACHED = ("ssh: connect to host ", "ssh: Could not resolve hostname ", "Host key verification failed")
_CONTAINERS = ("docker", "podman", "nerdctl", "kubectl", "oc")  # whose `exec` takes -t for a terminal
_NO_SHELL = (*_CONTAINERS, "nsenter", "lxc", "incus", "lxc-attach")  # hand words on as words
_WRAPPERS = ("sudo", "doas", "env", "timeout", "nice", "ionice", "setsid")  # the program stands behind them


class Host(Value):
    """`words` is the prefix; `shell`: what follows it is read by a shell there; `timeout`: the seconds that it has to
    answer."""

    name: str
    words: tuple[str, ...]
    shell: bool = False
    timeout: float = ANSWERS

    @property
    def is_ssh(self) -> bool:
        """Whether the prefix is OpenSSH's own program, which takes its options."""
        return self.words[0].rpartition("/")[2] == "ssh"


class Failure(Value):
    """Why a host did not say what it was asked. `silent`: nothing is known of it now."""

    what: str
    remedy: str = ""
    silent: bool = False


def configured(given: Mapping[str, object]) -> list[Host]:
    """The hosts of the config file. CstError for a prefix whose quotes do not close."""
    found = []
    for name, entry in given.items():
        table = entry if isinstance(entry, dict) else {"prefix": entry}
        words = _split(name, str(table["prefix"]))
        shell = table.get("shell")
        read = _has_shell(name, words) if shell is None else bool(shell)
        found.append(Host(name, words, read, float(str(table.get("timeout", ANSWERS)))))
    return found


def chosen(given: Mapping[str, object], names: Sequence[str] = ()) -> list[Host]:
    """The hosts of these names, or all. CstError where none is configured, UsageError for a name that is none."""
    every = configured(given)
    if not every:
        raise CstError("no host is configured", "name some in config.toml, as docs/hosts.md says")
    known = {host.name: host for host in every}
    for name in names:
        if name not in known:
            raise UsageError(f"no host is called {name[:60]!r}; config.toml has {', '.join(known)}")
    return [known[name] for name in dict.fromkeys(names)] if names else every


def _split(name: str, prefix: str) -> tuple[str, ...]:
    """The words of a prefix, as a shell reads quotes."""
    if not {"'", '"', "\\"} & set(prefix):
        return tuple(prefix.split())
    import shlex  # 0.7 x the start of Python

    try:
        return tuple(shlex.split(prefix))
    except ValueError as error:
        raise CstError(f"the prefix of host {name} cannot be read: {error}", "fix it in config.toml") from None


def _has_shell(name: str, words: Sequence[str]) -> bool:
    """Whether one shell there reads what follows a prefix. CstError where its words do not tell that: a text of the
    user's must never reach a shell unquoted."""
    behind = [word for word in words if word[:1] != "-" and "=" not in word and not word[:1].isdigit()]
    programs = [word.rpartition("/")[2] for word in behind]
    program = next((program for program in programs if program not in _WRAPPERS), "")
    if not any(word == "ssh" or word.endswith("/bin/ssh") for word in words[1:]):
        if programs[:1] == ["ssh"]:
            return True
        if words and program in ("", *_NO_SHELL):  # "": cst itself is what `sudo` or `env A=b` runs
            return False
    wrong = f"it cannot be told whether a shell reads what follows the prefix of host {name}"
    raise CstError(wrong, "write { prefix = \"…\", shell = true } or false, as docs/hosts.md says")


def argv(host: Host, words: Sequence[str], folders: Sequence[str] = ()) -> list[str]:
    """The command line that runs `cst` with these words there, where nobody sits at a terminal. ssh shares one
    connection for a minute, through a socket in the first of these `folders` that can have ours."""
    program, *prefix = host.words
    connects = ("-o", f"ConnectTimeout={max(1, int(host.timeout) - 1)}")
    options = [*_QUIET, *connects, *_shared(host, folders)] if host.is_ssh else []
    return [program, *options, *prefix, *_there(host, words)]


def terminal_argv(host: Host, words: Sequence[str]) -> list[str]:
    """The same for a person's terminal: ssh and a container's exec are told to make one there."""
    program, *prefix = host.words
    if host.is_ssh:
        prefix = ["-t", "-o", "RemoteCommand=none", *prefix]
    elif program.rpartition("/")[2] in _CONTAINERS and "exec" in prefix:
        place = prefix.index("exec") + 1
        prefix = [*prefix[:place], "-it", *(word for word in prefix[place:] if word != "-i")]
    return [program, *prefix, *_there(host, words)]


def _there(host: Host, words: Sequence[str]) -> list[str]:
    return ["cst", *(spawn.shell_quote(word) if host.shell else word for word in words)]


def entered(host: Host) -> int:
    """The process whose namespaces a prefix of nsenter enters; 0 for any other prefix."""
    words = list(host.words)
    if not any(word.rpartition("/")[2] == "nsenter" for word in words):
        return 0
    for place, word in enumerate(words):
        value = word.removeprefix("--target").lstrip("=") if word.startswith("--target") else word.removeprefix("-t")
        if word.startswith(("-t", "--target")):
            given = value or "".join(words[place + 1 : place + 2])
            return int(given) if digits(given) else 0
    return 0


def control_folder(folder: str) -> str:
    """Where below one of the run folders ssh's control sockets lie."""
    return f"{folder.rstrip('/')}/cst-ssh-{os.getuid()}"


def _shared(host: Host, folders: Sequence[str]) -> list[str]:
    """ssh's options for one connection that several questions share; none where the prefix has such options."""
    if any(word.startswith("-S") or "controlpath" in word.lower() for word in host.words):
        return []
    for folder in folders:
        own = control_folder(folder)
        try:
            trust.make_private(own)  # before it is checked: in /tmp nobody can put it there any more
        except OSError:
            continue
        own, wrong = trust.checked(own)
        if wrong or len(own) + _SOCKET > 104 or not own.startswith("/"):
            continue
        from zlib import crc32

        # %C names the host, not the way to it: two prefixes never share a connection
        socket = f"{own}/{crc32(repr(host.words).encode()):08x}-%C"
        return ["-o", "ControlMaster=auto", "-o", f"ControlPath={socket}", "-o", "ControlPersist=60"]
    return []


def ask(hosts: Sequence[Host], folders: Sequence[str], options: Sequence[str] = ()) -> list[Started]:
    """Start asking each host for its sessions, with these options of `ls`, all at once; `answers` takes what they
    say."""
    return [_start(argv(host, (*_LIST, *options), folders)) for host in hosts]


def answers(
    asked: Sequence[Started], seconds: Sequence[float], progress: Callable[[int, int], None] | None = None,
    over: Callable[[int, Finished], object] | None = None,
) -> list[Finished]:  # fmt: skip
    """What each said in its time, in their order. `over` is called with the place of each that ends before the last,
    and its answer."""
    from cst.system import parallel

    return parallel.finish_all(asked, seconds, _MOST, progress, over)


def run(host: Host, words: Sequence[str], folders: Sequence[str], source: int = -1) -> Started:
    """Start `cst` with these words there; it reads from the descriptor `source`, else nothing."""
    return _start(argv(host, words, folders), source)


def _start(words: Sequence[str], source: int = -1) -> Started:
    return spawn.start(words[0], words[1:], environment(), source=source, group=True)


def environment() -> dict[str, str]:
    """What a prefix inherits: all but our tmux, which nsenter and `sudo -E` would hand on to cst there."""
    return {name: value for name, value in os.environ.items() if not name.startswith("TMUX")}


def drop(started: Started) -> None:
    """End a program that nobody waits for any more; whoever still does has its answer at once."""
    try:
        if started.pid:
            os.killpg(started.pid, 9)
    except ProcessLookupError:
        return


def failure(host: Host, code: int, errors: str, late: float = 0.0, long: bool = False) -> Failure | None:
    """Why a program that ran there failed, by its exit code and the last line of its errors (not cleaned); None where
    it did not, or where it is cst there that says no. `late`: the seconds that were waited in vain."""
    said = (errors.strip().splitlines() or [""])[-1].strip()
    if long:
        return Failure("answers without end", "look at what `cst ls --json` prints there")
    if late:
        return Failure(f"no answer within {late:.0f} s", silent=True)
    if code == 127 and errors.startswith(f"{host.words[0]} is not installed"):
        return Failure(errors, "install it, or fix the prefix in config.toml")
    if code in (126, 127) or "executable file not found" in errors:
        remedy = "install it there, or end the prefix in `env PATH=…` (docs/hosts.md)"
        return Failure("has no `cst` on its PATH", remedy)
    if code == 255 and host.is_ssh and "verification failed" in said:
        return Failure(said, f"connect once by hand: {' '.join(host.words)}", silent=True)
    if said.startswith("cst: ") or code in (0, 130):
        return None
    return Failure(said or f"the prefix ended with {code}", silent=True)


def never_began(errors: str) -> bool:
    """Whether ssh says that it reached nobody, or was not let in: nothing was done there."""
    lines = [line.strip() for line in errors.splitlines()]
    return any(line.startswith(_UNREACHED) or ": Permission denied (" in line for line in lines)
