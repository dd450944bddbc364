"""`cst init`: print the tmux, shell or prompt integration; `--off` takes that of tmux out again."""

from __future__ import annotations

import os
import time

from cst.model import CstError
from cst.output import confirm, print_lines, warn
from cst.setup import assets, shell_init, tmux_conf, tmux_keys, tmux_unbind
from cst.snapshot import STATUS, take
from cst.system import files
from cst.text import clean, cut, home_path, verbatim

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cst.args import Args
    from cst.settings import Settings


def run(args: Args, settings: Settings) -> int:
    """Print the lines; with `--off` remove them, exit 1 where something stayed."""
    what = args["what"]
    if args["off"]:
        if what == "tmux":
            return _off(args, settings)
        off = "take its lines out of your file" + (", and run `__cst_off`" if what != "starship" else "")
        raise CstError(f"--off is for tmux, whose lines cst can find; of {what}: {off}")
    if what == "tmux":
        keys = tmux_keys.chosen(args["key"])
        lines = tmux_conf.plugin if args["plugin"] else tmux_conf.bindings
        block = tmux_conf.fenced(lines(args["command"] or assets.program(), keys))
        if _is_there(settings, block):
            return 0
        _warn_of_taken(settings, keys)
        print_lines([block.removesuffix("\n")])
    else:
        print_lines([shell_init.integration(what).removesuffix("\n")])
    return 0


def _is_there(settings: Settings, block: str) -> bool:
    """Whether standard output is a tmux.conf, as in `>> ~/.tmux.conf`, that has the lines already; says so. CstError
    where it has others of ours, for tmux would obey both, or cannot be read."""
    for path in tmux_keys.usual_files(settings, os.environ):
        try:
            if not os.path.samestat(os.fstat(1), os.stat(path)):
                continue
        except OSError:
            continue
        where = clean(home_path(path, settings.home))
        try:
            data = files.read(path).decode("utf-8", "replace")
        except OSError as error:
            fix = "add what `cst init tmux` prints if it is not there yet"
            raise CstError(f"cannot read {where}: {error.strerror}", fix) from None
        if f"\n{tmux_conf.BEGIN}\n" not in f"\n{data}":
            continue
        if block.lstrip("\n") not in data:
            raise CstError(f"{where} has other lines of cst already", "take them out first: `cst init tmux --off`")
        warn(f"{where} has these lines already; nothing was added")
        return True
    return False


def _warn_of_taken(settings: Settings, keys: dict[str, str]) -> None:
    """Name the keys that do something else now, on stderr."""
    sockets = [settings.socket or settings.default_socket, *settings.tmux_sockets]
    for one in tmux_keys.taken(settings, keys, sockets, tmux_keys.usual_files(settings, os.environ)):
        does = f"{one.key} does something else now ({cut(clean(one.command), 60)}, in "
        warn(f"{does}{home_path(one.where, settings.home)}); `--key {one.name}=KEY` takes another one")


def _sockets_of_sessions(settings: Settings) -> list[str]:
    """The tmux servers that live sessions are on."""
    snapshot = take(settings, time.time(), STATUS)
    return sorted({process.environ.get("TMUX", "").rsplit(",", 2)[0] for process in snapshot.processes.values()} - {""})


def _off(args: Args, settings: Settings) -> int:
    """Show what goes from tmux.conf and from the servers that run, ask, do it."""
    xdg = os.environ.get("XDG_CONFIG_HOME", "")
    running, silent = tmux_unbind.servers(settings, _sockets_of_sessions(settings))
    plans = tmux_unbind.plans(settings, xdg if xdg.startswith("/") else settings.home + "/.config", running)
    for line in (line for plan in plans for line in plan.diff()):
        print_lines([verbatim(line)])
    for server in running:
        print_lines([f"keys and segment to be removed from the tmux at {clean(server.socket)}"])
    if not plans:
        nor = "" if running else ", and no running tmux has its keys"
        print_lines([f"no tmux.conf has lines of `cst init tmux`{nor}"])
    for why in silent:
        warn(f"this tmux could not be checked: {clean(why)}")
    if args["dry-run"] or not (plans or running):
        return 1 if silent else 0
    if not args["yes"] and not confirm("Remove this?", "init tmux --off asks before it removes anything"):
        warn("nothing was changed")
        return 1
    for plan in plans:
        tmux_unbind.apply(plan)
        print_lines([clean(f"removed from {home_path(plan.path, settings.home)}")])
    wrong = [why for server in running if (why := tmux_unbind.unbind(settings, server, os.environ))]
    left = [plan.path for plan in plans if plan.after is not None]
    if left and running and not wrong:
        path = home_path(left[0], settings.home)
        print_lines([clean(f"to get back keys of yours that they replaced: `tmux source-file {path}`")])
    for why in wrong:
        warn(f"{why}; run `cst init tmux --off` in a shell of that tmux")
    return 1 if wrong or silent else 0
