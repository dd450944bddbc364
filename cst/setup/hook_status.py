"""The state of our hooks: which settings call them, whether the plugin does, which live sessions have fired one."""

from __future__ import annotations

import itertools
import os
import re

from cst.claude import registry, transcript
from cst.jsonl import parse
from cst.model import CstError
from cst.setup import hook_install, hooks, json_splice, locked_file, policy, settings_plan
from cst.store import events
from cst.system import files, processes, trust
from cst.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from cst.model import Event, Record
    from cst.settings import Settings

_TAKES_UP = 5.0  # seconds until a live session has surely taken up its settings; now and then it never does


class Scope(Value):
    """Our hooks in one settings file. `state`: installed (all that some client knows), outdated, absent, foreign (the
    file has a schema that cst does not know), or unreadable. `why` says more: what is wrong, or that a live client does
    not know some of the events; `remedy` what to do about it."""

    scope: str
    path: str
    state: str
    why: str = ""
    events: tuple[str, ...] = ()
    at: float = 0.0  # epoch seconds of the installation, 0 = not known
    remedy: str = ""
    lacking: str = ""  # of outdated ones: the events that cst reads by now and they do not call it for, with commas

    @property
    def sentence(self) -> str:
        """What there is to say, "" for nothing."""
        return _sentence(self.why, self.remedy)


class Firing(Value):
    """One live session, and whether its hooks fire. `fires` None: no event yet, and none was due."""

    key: str
    session_id: str
    cwd: str
    version: str
    started_at: float
    fires: bool | None
    why: str
    last: str = ""  # its newest event
    last_at: float = 0.0
    plugin_dir: str = ""  # where its own command line has our plugin from: `claude --plugin-dir`


class Status(Value):
    """All of it. `problem` is the one thing to fix first, "" if nothing is, and `remedy` how."""

    hook: str
    hook_state: str  # current, outdated, missing, not executable, unreadable, unsafe
    scopes: tuple[Scope, ...]
    plugins: tuple[str, ...]  # the settings files that switch the plugin on
    forbidden: str
    sessions: tuple[Firing, ...]
    problem: str = ""
    remedy: str = ""

    @property
    def sentence(self) -> str:
        """The problem and its remedy, "" if there is none."""
        return _sentence(self.problem, self.remedy)

    @property
    def twice(self) -> bool:
        """Whether settings and plugin both call the hook: each event is logged twice, and read once."""
        plugin_dir = bool(self.plugins) or bool(self.plugin_dirs)
        return plugin_dir and any(scope.events for scope in self.scopes)

    @property
    def plugin_dirs(self) -> tuple[str, ...]:
        """The folders that live sessions were given as a plugin of ours."""
        return tuple(dict.fromkeys(one.plugin_dir for one in self.sessions if one.plugin_dir))


def status(settings: Settings, cwd: str, now: float) -> Status:
    """The status now, for somebody in `cwd`. What cannot be read is named in it, nothing is raised."""
    try:
        state = hooks.hook_state(settings)
    except OSError:
        state = "unreadable"
    versions = hooks.live_versions(settings)
    paths = {os.path.realpath(policy.path_of(settings, scope, cwd)): scope for scope in reversed(policy.SCOPES)}
    once_each = [scope for scope in policy.SCOPES if scope in paths.values()]
    scopes = tuple(_scope(settings, scope, cwd, versions) for scope in once_each)
    try:
        reason = policy.forbidden(settings, cwd)
        barred = str(reason) if reason else ""
    except CstError as error:
        barred = str(error)
    records = [r for config_dir in settings.config_dirs for r in registry.read(config_dir)[0] if not r.key_file]
    records = processes.living(record for record in records if record.session_id)
    switched_on = plugins(settings, cwd)
    since = max((scope.at for scope in scopes if scope.events), default=0.0)
    by_any = bool(switched_on) or any(scope.events for scope in scopes)
    sessions = tuple(_firing(settings, record, since, by_any, now) for record in records)
    found = Status(settings.hook, state, scopes, switched_on, barred, sessions)
    problem, remedy = _problem(found)
    return found._replace(problem=problem, remedy=remedy)


def as_json(found: Status) -> dict[str, Any]:
    """The status as docs/json.md has it."""
    return {
        "schema": 1,
        "hook": {"path": found.hook, "state": found.hook_state},
        "scopes": [
            {"scope": one.scope, "path": one.path, "state": one.state, "why": one.sentence, "events": one.events,
             "at": one.at or None} for one in found.scopes
        ],
        "plugins": found.plugins,
        "twice": found.twice,
        "forbidden": found.forbidden or None,
        "sessions": [{**one._asdict(), "last": one.last or None, "last_at": one.last_at or None,
                      "plugin_dir": one.plugin_dir or None} for one in found.sessions],
        "problem": found.sentence or None,
    }  # fmt: skip


def _scope(settings: Settings, scope: str, cwd: str, versions: list[str]) -> Scope:
    path = policy.path_of(settings, scope, cwd)
    try:
        found = locked_file.read(path)
    except CstError as error:
        return Scope(scope, path, "unreadable", error.what, remedy=error.remedy)
    try:
        there = json_splice.entries(settings_plan.decoded(found.data or b"", path), path, hooks.ours(settings))
    except CstError as error:
        return Scope(scope, path, "foreign", error.what, remedy=error.remedy)
    names = tuple(dict.fromkeys(entry.event for entry in there))
    install = hooks.install(scope)
    at = settings_plan.installed_at(settings, path)
    if not there:
        return Scope(scope, path, "absent")
    if hook_install.is_current(settings, there, ""):
        unknown, lacking = _unknown(versions, names), _not_used(versions, names)
        if lacking and not unknown:
            why = f"without {lacking}, which all live sessions know"
            remedy = f"unless that is meant, {install} adds them"
            return Scope(scope, path, "installed", why, names, at, remedy)
        return Scope(scope, path, "installed", unknown, names, at)
    lacking = ", ".join(_lacking(settings, names))
    why = f"without {lacking}; {install} adds them" if lacking else f"{install} brings it up to date"
    return Scope(scope, path, "outdated", why, names, at, lacking=lacking)


def _lacking(settings: Settings, names: tuple[str, ...]) -> list[str]:
    """The events that hooks of an earlier cst, for a client that knows these, do without."""
    tiers = [[entry.event for entry in tier] for tier in hooks.tiers(settings)]
    whole: list[str] = next((tier for tier in tiers if set(names) <= set(tier)), [])
    return [event for event in whole if event not in names]


def _unknown(versions: list[str], names: tuple[str, ...]) -> str:
    """Which live client does not know which of the events; "" where all know all."""
    for version in sorted(set(filter(None, versions))):
        if others := ", ".join(hooks.unknown_to(version, names)):
            return f"Claude Code {version} runs too and may not know {others}: its start would stop with a warning"
    return ""


def _not_used(versions: list[str], names: tuple[str, ...]) -> str:
    """The events that every live client knows, where the hooks were installed for any client at all: then nobody knew
    of one, or they are for one of 2.0. Hooks for an older client are left alone, for that may start again."""
    if not all(versions) or not versions or hooks.unknown_to("", names):
        return ""
    known = [event for event, _, _ in hooks.EVENTS if not any(hooks.unknown_to(one, [event]) for one in versions)]
    return ", ".join(event for event in known if event not in names)


def _firing(settings: Settings, record: Any, since: float, installed: bool, now: float) -> Firing:
    mine: tuple[Event, ...] = ()
    why = ""
    try:
        log, _ = events.read(settings.events_dir, record.session_id, now, processes.uptime())
        mine = tuple(event for event in log if event.pid == record.pid)
    except OSError as error:
        why = f"cannot read its events: {error.strerror}"
    fires: bool | None = True if mine else None if why else False
    plugin_dir = _plugin_dir(record.pid)
    if not mine and not why:
        if not (installed or plugin_dir):
            why = "no hooks are installed"
        elif record.started_at < since and not plugin_dir:
            fires, why = None, "it started before the hooks were installed; its next prompt tells"
            if _prompted_at(record) > since + _TAKES_UP:
                fires, why = False, "prompted since the hooks were installed, it has told nothing; start it again"
        else:
            why = "it started with the hooks installed and has told nothing; its settings may be others"
    newest = mine[-1] if mine else None
    return Firing(
        record.key, record.session_id, record.cwd, record.version, record.started_at, fires, why,
        newest.name if newest else "", newest.t if newest else 0.0, plugin_dir,
    )  # fmt: skip


def _prompted_at(record: Record) -> float:
    """When a session was prompted last, in epoch seconds; 0.0 where its transcript does not tell."""
    try:
        path = transcript.locate(record.config_dir, record.cwd, record.session_id)
        return transcript.read(path).prompt_at if path else 0.0
    except OSError:
        return 0.0


def _plugin_dir(pid: int) -> str:
    """The folder with our plugin that a process was given by --plugin-dir; "" for none."""
    words = processes.words_of(pid)
    pairs = [*itertools.pairwise(words), *(word.split("=", 1) for word in words if "=" in word)]
    for flag, folder in pairs:
        path = os.path.join(processes.cwd_of(pid), folder)
        if flag == "--plugin-dir" and _is_ours(path):
            return path
    return ""


def _is_ours(folder: str) -> bool:
    try:
        return parse(files.read(folder + "/.claude-plugin/plugin.json")).get("name") == hooks.PLUGIN
    except (OSError, ValueError):
        return False


def plugins(settings: Settings, cwd: str) -> tuple[str, ...]:
    """The settings files that switch our plugin on."""
    found = []
    for path in dict.fromkeys(policy.path_of(settings, scope, cwd) for scope in policy.SCOPES):
        try:
            enabled = parse(files.read(path, locked_file.MOST).removeprefix(b"\xef\xbb\xbf")).get("enabledPlugins")
        except (OSError, ValueError):
            continue
        if isinstance(enabled, dict) and any(
            re.fullmatch(f"{hooks.PLUGIN}(@.*)?", name) and value is not False for name, value in enabled.items()
        ):
            found.append(path)
    return tuple(found)


def _problem(found: Status) -> tuple[str, str]:
    """What is wrong, and what to do about it; "" and "" if nothing is."""
    broken = next((scope for scope in found.scopes if scope.state in ("foreign", "unreadable")), None)
    used = any(scope.events for scope in found.scopes)
    if found.forbidden and (used or found.plugins):
        return found.forbidden, ""
    if used and found.hook_state == "unsafe":
        return f"each session runs {found.hook}, and {trust.distrust(found.hook)}", "run `cst hooks install`"
    if used and found.hook_state != "current":
        return f"the hook at {found.hook} is {found.hook_state}", "run `cst hooks install`"
    if broken:
        return broken.why, broken.remedy
    if any(scope.state == "outdated" for scope in found.scopes):
        stale = next(scope for scope in found.scopes if scope.state == "outdated")
        without = f", without {stale.lacking}" if stale.lacking else ""
        return f"the hooks in {stale.path} are outdated{without}", f"run `cst hooks install --scope {stale.scope}`"
    return "", ""


def _sentence(what: str, remedy: str) -> str:
    return f"{what}; {remedy}" if remedy else what
