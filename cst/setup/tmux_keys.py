"""The keys that `cst init tmux` binds, and what they do without it: in the tmux that runs, and in tmux.conf."""

from __future__ import annotations

import os
import tempfile

from cst.model import UsageError
from cst.setup.tmux_conf import BEGIN, DEFAULT_KEYS, END, OFF
from cst.system import files, spawn, tmux
from cst.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from cst.settings import Settings

_FLAGS_WITH_VALUE = ("-T", "-N")  # of bind-key


class Taken(Value):
    """A key that does something else now, or did until cst took it."""

    key: str  # `prefix a`, or `M-a` for one without prefix
    name: str  # what cst would do there: next, back, pick, seen
    command: str
    where: str  # a socket, or a file and its line


def chosen(words: Sequence[str]) -> dict[str, str]:
    """The keys by name, changed by words as `pick=C-g` or `next=-n M-a`; UsageError for one that cannot be."""
    keys = dict(DEFAULT_KEYS)
    for word in words:
        name, equals, key = word.partition("=")
        if name not in DEFAULT_KEYS or not equals:
            raise UsageError(f"--key takes NAME=KEY, where NAME is {', '.join(DEFAULT_KEYS)}, not {word[:40]!r}")
        bare = key.removeprefix("-n ").strip()
        if not bare or not all("!" <= c <= "~" and c not in "\"'\\;#{}$%" for c in bare):
            raise UsageError(f"{key[:20]!r} is not a key for --key {name}; use one such as g, C-g or -n M-g")
        keys[name] = "-n " * key.startswith("-n ") + bare
    bound = [key for key in keys.values() if key != OFF]
    if twice := sorted({key for key in bound if bound.count(key) > 1}):
        raise UsageError(f"--key gives {twice[0]!r} two things to do; choose another key for one of them")
    return keys


def taken(settings: Settings, keys: Mapping[str, str], sockets: Iterable[str], confs: Iterable[str]) -> list[Taken]:
    """Which of these keys do something else now: on the servers at these sockets, and in these files where no server
    has them. What tmux itself has there, and cst, do not count."""
    wanted = {_table(key): name for name, key in keys.items() if key != OFF}
    found: dict[tuple[str, str], Taken] = {}
    own: dict[tuple[str, str], str] | None = None
    for socket in sockets:
        for place, command in bound_on(settings.tmux_program, socket).items():
            if place in wanted and not call_in(command)[0]:
                own = by_tmux(settings.tmux_program) if own is None else own
                if own.get(place) != command:
                    found.setdefault(place, Taken(_said(place), wanted[place], command, f"the tmux at {socket}"))
    for path in confs:
        for place, command, line in bound_in(path):
            if place in wanted and not call_in(command)[0]:
                found.setdefault(place, Taken(_said(place), wanted[place], command, f"{path}, line {line}"))
    return list(found.values())


def bound_on(program: str, socket: str) -> dict[tuple[str, str], str]:
    """What each key of the tables prefix and root does on a running server, by table and key; {} where none runs.

    Asked for its keys where none runs, tmux would start one, with all that tmux.conf runs: so it is asked for less
    before."""
    code, _ = tmux.run(program, socket, ["display-message", "-p", "#{pid}"])
    code, said = (code, "") if code else tmux.run(program, socket, ["list-keys"])
    return {} if code else dict(_bindings(said))


def by_tmux(program: str) -> dict[tuple[str, str], str]:
    """What tmux itself does at each key, as a server without a tmux.conf tells; {} where none starts."""
    with tempfile.TemporaryDirectory(prefix="cst-", dir="/tmp") as folder:  # a socket's path must be short
        asked = ["-f", "/dev/null", "-S", f"{folder}/tmux", "start-server", ";", "list-keys"]
        answer = spawn.finish(spawn.start(program, asked), 5.0, 1 << 17)
    return dict(_bindings(answer.output.decode("utf-8", "replace")))


def bound_in(path: str) -> Iterator[tuple[tuple[str, str], str, int]]:
    """Table and key, command and line number of each `bind-key` that stands in a tmux.conf outside our lines."""
    try:
        text = files.read(path).decode("utf-8", "replace")
    except OSError:
        return
    ours = False
    for number, line in enumerate(text.splitlines(), 1):
        ours = (ours or line == BEGIN) and line != END
        words = line.split()
        if ours or words[:1] not in (["bind"], ["bind-key"]):
            continue
        table, rest = "prefix", words[1:]
        while rest and rest[0].startswith("-") and len(rest[0]) > 1:
            flag, *rest = rest
            table = "root" if flag in ("-n", "-rn", "-nr") else rest[0] if flag == "-T" and rest else table
            rest = rest[1:] if flag in _FLAGS_WITH_VALUE else rest
        if len(rest) > 1:
            yield (table, rest[0].strip("'\"").removeprefix("\\")), " ".join(rest[1:]), number


def call_in(command: str) -> tuple[str, str]:
    """The cst that a binding calls, as it is written there, and the word behind it; "" for none."""
    text = command.replace("\\", "")
    for mark in "'\"":  # a path with a space in it
        before, found, after = text.partition(f"/cst{mark} ")
        path = before.rpartition(mark)[2]
        if found and path.startswith("/"):
            return f"{path}/cst", after.split(" ", 1)[0].rstrip("'\"")
    words = [*"".join(" " if c in "'\"\\;" else c for c in command).split(), ""]
    place = next((i for i, word in enumerate(words) if word == "cst" or word.endswith("/cst")), -1)
    return (words[place], words[place + 1]) if place >= 0 else ("", "")


def usual_files(settings: Settings, env: Mapping[str, str]) -> list[str]:
    """The files that tmux reads by itself."""
    xdg = env.get("XDG_CONFIG_HOME", "")
    home = xdg if xdg.startswith("/") else settings.home + "/.config"
    return [path for path in (settings.home + "/.tmux.conf", home + "/tmux/tmux.conf") if os.path.isfile(path)]


def _bindings(listed: str) -> Iterator[tuple[tuple[str, str], str]]:
    """Of the lines of list-keys: `bind-key [-r] -T TABLE KEY COMMAND`."""
    for line in listed.splitlines():
        _, found, rest = line.partition(" -T ")
        table, _, rest = rest.strip().partition(" ")
        key, _, command = rest.strip().partition(" ")
        if found and table in ("prefix", "root"):
            yield (table, key.removeprefix("\\")), command.strip()


def _table(key: str) -> tuple[str, str]:
    return ("root", key.removeprefix("-n ")) if key.startswith("-n ") else ("prefix", key)


def _said(place: tuple[str, str]) -> str:
    return place[1] if place[0] == "root" else f"prefix {place[1]}"
