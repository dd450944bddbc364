"""`cst init tmux --off` and `cst prune --all`, the ways back: what goes is shown, asked for, done, and said. Wiring."""

from __future__ import annotations

import os
import sys

from cst.finding import amount
from cst.model import CstError
from cst.setup import hook_status, leftovers, unbind
from cst.view.text import clean, home_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from cst.settings import Settings

    Given = dict[str, Any]


def do_off(given: Given, own: Settings) -> int:
    """`cst init tmux --off`; exit 1 where something stayed."""
    xdg = os.environ.get("XDG_CONFIG_HOME", "")
    running = unbind.servers(own)
    plans = unbind.plans(own, xdg if xdg.startswith("/") else own.home + "/.config", running)
    for line in (line for plan in plans for line in plan.diff()):
        print(clean(line))
    for server in running:
        print(f"keys and segment go from the tmux at {clean(server.socket)}")
    if not plans:
        print("no tmux.conf has lines of `cst init tmux`")
    if given["dry-run"] or not (plans or running):
        return 0
    if not _agreed(given, "init tmux --off"):
        return 1
    for plan in plans:
        unbind.apply(plan)
        print(clean(f"removed from {home_path(plan.path, own.home)}"))
    wrong = [why for server in running if (why := unbind.unbind(own, server, os.environ))]
    for why in wrong:
        print(f"cst: {clean(why)}; run `cst init tmux --off` in a shell of that tmux", file=sys.stderr)
    return 1 if wrong else 0


def do_remove(given: Given, own: Settings) -> int:
    """`cst prune --all`; exit 1 where something stayed that is ours."""
    _check_unhooked(own)
    found = leftovers.find(own)
    if not found.files and not found.folders:
        print("nothing of cst's is left")
        return 0
    sizes = [(path, os.lstat(path).st_size) for path in found.files if os.path.lexists(path)]
    for path, size in sizes:
        print(f"{amount(size):>7}  {clean(home_path(path, own.home))}")
    for path in found.strange:
        print(f"  stays  {clean(home_path(path, own.home))}: it is not cst's")
    if given["dry-run"]:
        return 0
    if not _agreed(given, "prune --all"):
        return 1
    wrong = leftovers.remove(found)
    for why in wrong:
        print(f"cst: cannot remove {clean(why)}; mend its permissions", file=sys.stderr)
    print(f"removed {len(sizes) - len(wrong)} files; the program goes the way it came, e.g. "
          "`pipx uninstall claude-session-toolkit`")  # fmt: skip
    return 1 if wrong else 0


def _check_unhooked(own: Settings) -> None:
    """CstError while hooks would call what is to be removed, or write it anew."""
    there = leftovers.still_installed(own)
    if there:
        raise CstError(f"the hooks still are in {there[0]}; `cst hooks uninstall` first (--scope for a project's)")
    plugins = hook_status.plugins(own, own.home)
    if plugins:
        raise CstError(f"the plugin is switched on in {plugins[0]}; `/plugin uninstall cst@cst` in Claude Code first")


def _agreed(given: Given, verb: str) -> bool:
    if given["yes"]:
        return True
    if not os.isatty(0):
        raise CstError(f"{verb} asks before it removes anything, and there is no terminal to ask on; pass --yes")
    print("do this? [y/N] ", end="", file=sys.stderr, flush=True)
    if sys.stdin.readline().strip().lower() in ("y", "yes"):
        return True
    print("cst: nothing was changed", file=sys.stderr)
    return False
