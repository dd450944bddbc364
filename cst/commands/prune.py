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
from cst.text import amount, clean, home_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cst.args import Args
    from cst.settings import Settings

_DAY = 86400.0


def run(args: Args, settings: Settings) -> int:
    """Say what goes and how much that frees; exit 1 where something could not be removed."""
    if args["all"]:
        return _remove_all(args, settings)
    days = duration(args["older-than"], zero=True) / _DAY if args["older-than"] else prune.DAYS
    if args["dry-run"]:
        print_lines(_planned(prune.survey(settings, time.time(), sessions.certain_live_ids, days), settings))
        return 0
    progress = Progress("event logs")
    freed = prune.prune(settings, time.time(), sessions.certain_live_ids, days, progress)
    progress.over()
    lines = [f"removed {_counted(freed.logs, 'event log')}: {amount(freed.size)}"] if freed.logs else []
    lines += [f"removed {_counted(freed.told, 'file')} of status lines, bills and the like"] if freed.told else []
    lines += [f"compacted the marks: {amount(freed.marks)}"] if freed.marks else []
    lines += [f"kept {_counted(freed.kept, 'event log')}: in use again meanwhile"] if freed.kept else []
    print_lines(lines or ["nothing to prune"])
    for problem in freed.problems:
        warn(f"cannot remove {problem}; fix its permissions")
    return 1 if freed.problems else 0


def _planned(plan: prune.Plan, settings: Settings) -> list[str]:
    lines = [f"{amount(log.size):>7}  {clean(home_path(log.path, settings.home))}" for log in (*plan.logs, *plan.told)]
    marks = (plan.marks_size or 0) - (plan.marks_after or 0)
    lines += [f"{amount(marks):>7}  of {clean(home_path(settings.marks_file, settings.home))}"] if marks else []
    return [*lines, f"{amount(plan.frees):>7}  would be freed"] if lines else ["nothing to prune"]


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'s' * (count != 1)}"


# ------------------------------------------------------------------------------------------------- --all


def _remove_all(args: Args, settings: Settings) -> int:
    """Everything that cst wrote; exit 1 where something stayed that is ours."""
    _check_unhooked(settings)
    found = uninstall.find(settings)
    if not found.files and not found.folders:
        print_lines(["nothing of cst is left"])
        return 0
    sizes = [(path, os.lstat(path).st_size) for path in found.files if os.path.lexists(path)]
    for path, size in sizes:
        print_lines([f"{amount(size):>7}  {clean(home_path(path, settings.home))}"])
    for path in found.strange:
        print_lines([f"  kept   {clean(home_path(path, settings.home))}: not written by cst"])
    if again := _may_write_again(settings):
        show, end = "session that runs still shows", "it ends"
        if again > 1:
            show, end = "sessions that run still show", "they end"
        print_lines([f"{again} {show} the line of `cst statusline`, and may write files here again until {end}"])
    if args["dry-run"]:
        return 0
    if not args["yes"] and not confirm("Remove these?", "prune --all asks before it removes anything"):
        warn("nothing was changed")
        return 1
    wrong = uninstall.remove(found)
    for why in wrong:
        warn(f"cannot remove {why}; fix its permissions")
    how = "to remove the program itself, e.g. `pipx uninstall claude-session-toolkit`"
    print_lines([f"removed {_counted(len(sizes) - len(wrong), 'file')}; {how}"])
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
