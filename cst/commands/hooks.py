"""`cst hooks`: install the hooks that make states sharper, or take them out: shown, asked for, done, reported."""

from __future__ import annotations

import os
import time

from cst import sessions
from cst.commands._changes import DONE, REFUSED, change
from cst.core.naming import display_names
from cst.model import CstError
from cst.output import print_json, print_lines, warn
from cst.setup import hook_install, hook_status, hooks
from cst.snapshot import ROWS
from cst.text import age, clean, counted, home_path, verbatim

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cst.args import Args
    from cst.settings import Settings
    from cst.setup.hook_status import Firing, Status
    from cst.setup.settings_plan import Plan

_TWICE = "the settings and the plugin both call the hook: each event is logged twice and read once; one is enough"


def run(args: Args, settings: Settings) -> int:
    """Exit 1 where it was not done, or where `status` names a problem."""
    if args["what"] == "print":
        return _print_fragment(args, settings)
    if args["what"] == "status":
        return _print_status(args, settings)
    scope, here = args["scope"] or "user", _current_folder()
    if args["what"] == "uninstall":
        return _apply(hook_install.plan_uninstall(settings, scope, here), settings, args)
    version = args["client"] or hooks.client_version(settings)
    plan = hook_install.plan_install(settings, scope, here, version)
    return _apply(plan, settings, args, "" if args["client"] else hooks.chosen_for(clean(version), scope))


def _print_fragment(args: Args, settings: Settings) -> int:
    version = args["client"] or hooks.client_version(settings)
    print_lines([hooks.fragment(settings, version)])
    warn(f"{hooks.advice(settings, version, bool(args['client']))}")
    return 0


def _print_status(args: Args, settings: Settings) -> int:
    status = hook_status.status(settings, _current_folder(), time.time())
    if args["json"]:
        print_json(hook_status.as_json(status))
    else:
        _, fleet = sessions.load(settings, ROWS)
        names = dict(zip([session.key for session in fleet], display_names(fleet), strict=True))
        print_lines([verbatim(line) for line in _status_lines(status, names, settings.home, time.time())])
    return 1 if status.problem else 0


def _apply(plan: Plan, settings: Settings, args: Args, note: str = "") -> int:
    """Show a plan and, below it, the note; ask, do it."""
    if plan.already and not args["dry-run"]:
        hook_install.apply(settings, plan)  # the hook itself may be an old one
    scope = f" for {counted(hook_install.count_events(settings, plan), 'event')}" if plan.installs else ""
    done = change(plan, settings, args, "hooks", lambda: hook_install.apply(settings, plan), note, scope)
    if done == DONE and plan.installs:
        print_lines(["running sessions take it up within a second; `cst hooks uninstall` gives the file back"])
        if hook_status.plugins(settings, _current_folder()):
            print_lines([_TWICE])
    return 1 if done == REFUSED else 0


def _current_folder() -> str:
    try:
        return os.getcwd()
    except OSError:
        raise CstError("the current folder is gone; go to another one") from None


def _status_lines(status: Status, names: Mapping[str, str], home: str, now: float) -> Iterator[str]:
    for scope in status.scopes:
        line = f"{scope.scope:8} {scope.state:10} {home_path(scope.path, home)}"
        if scope.events:
            line += f" ({counted(len(scope.events), 'event')}{f', {age(now - scope.at)} ago' if scope.at else ''})"
        yield line + (f": {scope.sentence}" if scope.why else "")
    where = ", ".join(home_path(path, home) for path in status.plugins)
    yield f"plugin   {'enabled' if where else 'absent':10} {where}".rstrip()
    for path in status.plugin_dirs:
        count = f"{sum(one.plugin_dir == path for one in status.sessions)} of {len(status.sessions)} sessions"
        yield f"plugin   {'given':10} {home_path(path, home)}, by --plugin-dir, to {count}"
    yield f"hook     {status.hook_state:10} {home_path(status.hook, home)}"
    if status.twice:
        yield _TWICE
    for one in status.sessions:
        yield _session_line(one, names.get(one.key, one.key), home, now)
    if status.problem:
        yield f"problem: {status.sentence}"


def _session_line(one: Firing, name: str, home: str, now: float) -> str:
    word = {True: "fires", False: "silent", None: "unknown"}[one.fires]
    last = f"{one.last} {age(now - one.last_at)} ago" if one.last else one.why
    return f"session  {word:10} {clean(f'{name} ({home_path(one.cwd, home)}): {last}')}"
