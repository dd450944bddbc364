"""`cst hooks`: what is to change is shown, asked for, done, and said. Wiring."""

from __future__ import annotations

import os
import sys
import time

from cst.model import CstError, age
from cst.setup import hook_status, hooks, install
from cst.view.text import clean, home_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from cst.settings import Settings
    from cst.setup.hook_status import Firing, Status
    from cst.setup.install import Plan

    Given = dict[str, Any]

_TWICE = "the settings and the plugin both call the hook: each event is logged twice and read once; one is enough"
WORDS = ("install", "uninstall", "status", "print")


def do_hooks(given: Given, own: Settings) -> int:
    """`cst hooks`; exit 1 where it was not done, or where `status` names a problem."""
    if given["what"] == "print":
        version = given["client"] or hooks.client_version(own)
        print(hooks.fragment(own, version))
        print(f"cst: {hooks.advice(own, version, bool(given['client']))}", file=sys.stderr)
        return 0
    here = _here()
    if given["what"] == "status":
        found = hook_status.status(own, here, time.time())
        if given["json"]:
            from cst.jsonl import dumps

            print(dumps(hook_status.as_json(found)))
        else:
            print("\n".join(_printable(line) for line in _said(found, own.home, time.time())))
        return 1 if found.problem else 0
    scope = given["scope"] or "user"
    if given["what"] != "install":
        return _done(install.plan_uninstall(own, scope, here), own, given)
    version = given["client"] or hooks.client_version(own)
    plan = install.plan_install(own, scope, here, version)
    if not given["client"] and not plan.already:
        client = f"Claude Code {clean(version)}, the oldest in use" if version else "any Claude Code, for none runs"
        lacks = f", without {without}" if (without := hooks.left_out(version)) else ""
        print(f"for {client}{lacks}; --client VERSION names another", file=sys.stderr)
    return _done(plan, own, given)


def _done(plan: Plan, own: Settings, given: Given) -> int:
    """Show a plan, ask, do it."""
    path = home_path(plan.path, own.home)
    if plan.already:
        if not given["dry-run"]:
            install.apply(own, plan)  # the hook itself may be an old one
        print(clean(f"already installed in {path}" if plan.installs else f"no hooks of cst in {path}"))
        return 0
    print("\n".join(_printable(line) for line in plan.diff()))
    if given["dry-run"]:
        print("cst: nothing was changed (--dry-run)", file=sys.stderr)
        return 0
    if not given["yes"] and not _agreed():
        print("cst: nothing was changed", file=sys.stderr)
        return 1
    backup = install.apply(own, plan)
    did = "installed in" if plan.installs else "removed" if plan.after is None else "removed from"
    print(clean(f"{did} {path}" + (f"; as it was: {home_path(backup, own.home)}" if backup else "")))
    if plan.installs:
        print("running sessions take it up within a second; `cst hooks uninstall` gives the file back as it was")
        if hook_status.plugins(own, _here()):
            print(_TWICE)
    return 0


def _agreed() -> bool:
    if not os.isatty(0):
        raise CstError("hooks asks before it changes a file, and there is no terminal to ask on; pass --yes")
    print("do this? [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _here() -> str:
    try:
        return os.getcwd()
    except OSError:
        raise CstError("the current folder is gone; go to another one") from None


def _printable(line: str) -> str:
    """A line of a file as it is, but for what a terminal would act on."""
    return "".join(c if c.isprintable() or c == "\t" else f"\\u{ord(c):04x}" for c in line)


def _said(found: Status, home: str, now: float) -> Iterator[str]:
    for scope in found.scopes:
        said = f"{scope.scope:8} {scope.state:10} {home_path(scope.path, home)}"
        if scope.events:
            said += f" ({len(scope.events)} events{f', {age(now - scope.at)} ago' if scope.at else ''})"
        yield said + (f": {scope.why}" if scope.why else "")
    where = ", ".join(home_path(path, home) for path in found.plugins)
    yield f"plugin   {'enabled' if where else 'absent':10} {where}".rstrip()
    for path in found.plugin_dirs:
        count = f"{sum(one.plugin_dir == path for one in found.sessions)} of {len(found.sessions)} sessions"
        yield f"plugin   {'given':10} {home_path(path, home)}, by --plugin-dir, to {count}"
    yield f"hook     {found.hook_state:10} {home_path(found.hook, home)}"
    if found.twice:
        yield _TWICE
    for one in found.sessions:
        yield _session(one, home, now)
    if found.problem:
        yield f"problem: {found.problem}"


def _session(one: Firing, home: str, now: float) -> str:
    told = {True: "fires", False: "silent", None: "unknown"}[one.fires]
    last = f"{one.last} {age(now - one.last_at)} ago" if one.last else one.why
    return f"session  {told:10} {clean(f'{one.key} {home_path(one.cwd, home)}: {last}')}"
