"""`cst prune`: remove old event logs and marks that no longer count; with `--all`, all that cst wrote."""

from __future__ import annotations

import contextlib
import os
import time

from cst import sessions
from cst.args import duration
from cst.model import CstError
from cst.output import Progress, confirm, print_lines, warn
from cst.setup import hook_status, uninstall
from cst.store import prune
from cst.text import amount, clean, counted, home_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cst.args import Args
    from cst.settings import Settings

_DAY = 86400.0
_FEW = 3  # files of one folder that are listed each


def run(args: Args, settings: Settings) -> int:
    """Say what goes and how much that frees; exit 1 where something could not be removed."""
    if args["all"]:
        return _remove_all(args, settings)
    days = duration(args["older-than"], zero=True) / _DAY if args["older-than"] else prune.DAYS
    if args["dry-run"]:
        plan = prune.survey(settings, time.time(), sessions.certain_live_ids, days)
        print_lines(_planned(plan, settings, args["list"]))
        return 0
    progress = Progress("event logs")
    freed = prune.prune(settings, time.time(), sessions.certain_live_ids, days, progress)
    progress.over()
    lines = [f"removed {counted(freed.logs, 'event log')}: {amount(freed.size)}"] if freed.logs else []
    lines += [f"removed {counted(freed.told, 'file')} of status lines, bills and the like"] if freed.told else []
    lines += [f"compacted the marks: {amount(freed.marks)}"] if freed.marks else []
    lines += [f"kept {counted(freed.kept, 'event log')}: in use again meanwhile"] if freed.kept else []
    print_lines(lines or ["nothing to prune"])
    for problem in freed.problems:
        warn(f"cannot remove {problem}; fix its permissions")
    return 1 if freed.problems else 0


def _planned(plan: prune.Plan, settings: Settings, every: bool) -> list[str]:
    lines = _listed([(log.path, log.size) for log in (*plan.logs, *plan.told)], settings, every)
    marks = (plan.marks_size or 0) - (plan.marks_after or 0)
    lines += [f"{amount(marks):>7}  of {clean(home_path(settings.marks_file, settings.home))}"] if marks else []
    return [*lines, f"{amount(plan.frees):>7}  would be freed"] if lines else ["nothing to prune"]


def _listed(sizes: Sequence[tuple[str, int]], settings: Settings, every: bool) -> list[str]:
    """A line for each of these files; unless `every` one is wanted, one for all in a folder of ours with many."""
    folders: dict[str, list[int]] = {}
    for path, size in sizes:
        folders.setdefault(os.path.dirname(path), []).append(size)
    ours = (settings.state_dir + "/", settings.data_dir + "/")
    many = {} if every else {f: each for f, each in folders.items() if len(each) > _FEW and (f + "/").startswith(ours)}
    shown: dict[str, int] = {}
    for path, size in sizes:
        folder = os.path.dirname(path)
        name = f"{folder}/: {counted(len(many[folder]), 'file')}" if folder in many else path
        shown[name] = sum(many[folder]) if folder in many else size
    return [f"{amount(size):>7}  {clean(home_path(name, settings.home))}" for name, size in shown.items()]


# ------------------------------------------------------------------------------------------------- --all


def _remove_all(args: Args, settings: Settings) -> int:
    """Everything that cst wrote; exit 1 where something stayed that is ours."""
    _check_unhooked(settings)
    found = uninstall.find(settings)
    if not found.files and not found.folders:
        print_lines(["nothing of cst is left"])
        return 0
    sizes = [(path, os.lstat(path).st_size) for path in found.files if os.path.lexists(path)]
    print_lines(_listed(sizes, settings, args["list"]))
    for path in found.strange:
        print_lines([f"  kept   {clean(home_path(path, settings.home))}: not written by cst"])
    if again := _may_write_again(settings):
        print_lines([f"`cst statusline` was shown in {counted(again, 'session')} still running;"
                     " one that keeps the line until it ends may write here again"])  # fmt: skip
    if args["dry-run"]:
        return 0
    if not args["yes"] and not confirm("Remove these?", "prune --all asks before it removes anything"):
        warn("nothing was changed")
        return 1
    wrong = uninstall.remove(found)
    for why in wrong:
        warn(f"cannot remove {why}; fix its permissions")
    how = "to remove the program itself, e.g. `pipx uninstall claude-session-toolkit`"
    print_lines([f"removed {counted(len(sizes) - len(wrong), 'file')}; {how}"])
    return 1 if wrong else 0


def _may_write_again(settings: Settings) -> int:
    """How many live processes have told a status line of cst's something: a client keeps it that is uninstalled."""
    from cst.claude import registry
    from cst.store import payloads
    from cst.system import processes

    records = [record for config_dir in settings.config_dirs for record in registry.read(config_dir)[0]]
    told = 0
    for record in processes.living(records):
        with contextlib.suppress(OSError):
            told += os.stat(payloads.path(settings, record.session_id)).st_mtime >= record.started_at
    return told


def _check_unhooked(settings: Settings) -> None:
    """CstError while hooks would call what is to be removed, or write it anew."""
    there = uninstall.still_installed(settings)
    if there:
        raise CstError(f"the hooks are still in {there[0]}; `cst hooks uninstall` first (--scope for a project's)")
    plugins = hook_status.plugins(settings, settings.home)
    if plugins:
        raise CstError(f"the plugin is switched on in {plugins[0]}; `/plugin uninstall cst@cst` in Claude Code first")
