"""The hook settings for Claude Code: for its settings file, as a fragment to merge, as a plugin; and the hook itself.

Only events that the client knows: an unknown name stops its start with a warning dialog.
"""

from __future__ import annotations

import os
import time

from cst.claude import history, registry, transcript
from cst.jsonl import dumps
from cst.model import CstError
from cst.setup.assets import shipped_path
from cst.setup.json_splice import Entry
from cst.system import files, processes, trust
from cst.system.spawn import shell_quote
from cst.text import version_number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from cst.model import Record
    from cst.settings import Settings

# The notifications that say which dialog is open, or that a limit wants Enter; not the one after each turn.
NOTIFICATIONS = "agent_needs_input|permission_prompt|worker_permission_prompt|quota_auto_resume_stale"

# (event, matcher, the first client that it is written for). docs/events.md says what each adds.
EVENTS: tuple[tuple[str, str, tuple[int, ...]], ...] = (
    ("SessionStart", "", (2, 0, 0)),
    ("SessionEnd", "", (2, 0, 0)),
    ("UserPromptSubmit", "", (2, 0, 0)),
    ("PreToolUse", "AskUserQuestion|ExitPlanMode", (2, 0, 0)),
    ("PermissionRequest", "", (2, 1, 50)),
    ("PreCompact", "", (2, 0, 0)),
    ("PostCompact", "", (2, 1, 200)),
    ("Stop", "", (2, 0, 0)),
    ("StopFailure", "", (2, 1, 200)),
    ("Notification", NOTIFICATIONS, (2, 1, 200)),  # older clients know it; nothing is made of it there
    ("Elicitation", "", (2, 1, 200)),
    ("ElicitationResult", "", (2, 1, 200)),
    ("TeammateIdle", "", (2, 1, 200)),
)
_ASYNC_SINCE = (2, 1, 200)  # the oldest client on which "async" was tried


PLUGIN = "cst"  # its name, and that of the marketplace that this repository is
_PLUGIN_HOOK = '"${CLAUDE_PLUGIN_ROOT}/shell/hook.sh"'


def entries(settings: Settings, version: str) -> list[Entry]:
    """The hooks for a client version ("" = the events that every client since 2.0 knows)."""
    number = _number(version)
    if number < (2, 0, 0):
        raise CstError(f"Claude Code {version} has no hooks that cst knows", "update it")
    hook = shell_quote(settings.hook)
    return _entries(number, f"[ -x {hook} ] && {hook} || :")


def _entries(number: tuple[int, ...], command: str) -> list[Entry]:
    made = []
    for event, matcher, first in EVENTS:
        if first > number:
            continue
        call: dict[str, object] = {"type": "command", "command": command}
        if event != "SessionEnd" and number >= _ASYNC_SINCE:
            call["async"] = True  # SessionEnd never: the client would end before its hook
        call["timeout"] = 5
        made.append(Entry(event, matcher, call))
    return made


def tiers(settings: Settings) -> list[list[Entry]]:
    """All that `entries` may say, for whatever client."""
    return [entries(settings, ".".join(map(str, first))) for first in sorted({first for _, _, first in EVENTS})]


def fragment(settings: Settings, version: str) -> str:
    """The `hooks` part of settings.json for a client version, as text.

    Puts the hook where the fragment says it is, if it is not there yet or is an older one.
    """
    made = entries(settings, version)
    put_hook(settings)
    return dumps(_settings(made))


def plugin() -> str:
    """hooks/hooks.json of the plugin, for clients since 2.1.200. The word behind the hook goes into the event log."""
    hook = _PLUGIN_HOOK
    made = _entries(_ASYNC_SINCE, f"[ -x {hook} ] && {hook} plugin || :")
    return dumps({"description": "Tells cst when each thing happened", **_settings(made)}) + "\n"


def _settings(made: list[Entry]) -> dict[str, object]:
    groups = {e.event: [{**({"matcher": e.matcher} if e.matcher else {}), "hooks": [e.call]}] for e in made}
    return {"hooks": groups}


def ours(settings: Settings) -> Callable[[str], bool]:
    """Tells whether a command calls the hook of these settings, or of a cst with its data elsewhere."""
    return lambda command: is_ours(command, settings.hook)


def is_ours(command: str, hook: str = "") -> bool:
    """Whether a command of a settings file is one that `entries` writes, wherever the hook was put then, or the path
    `hook` alone. Whatever else is called `cst/hook.sh` is somebody's."""
    words = command.strip()
    if hook and words in (hook, shell_quote(hook)):
        return True
    if not (words.startswith("[ -x ") and words.endswith(" || :")):
        return False
    first, _, again = words.removeprefix("[ -x ").removesuffix(" || :").partition(" ] && ")
    path = first.strip("'")
    return first == again and path.startswith("/") and path.endswith("/cst/hook.sh") and "\n" not in path


def advice(settings: Settings, version: str, given: bool) -> str:
    """What to do with the fragment, in one line. `given`: somebody named the version."""
    chosen = "" if given else ", the oldest in use"
    client = f"Claude Code {version}{chosen}" if version else "any Claude Code since 2.0"
    if without := left_out(version):
        client += f" (without {without}, which it may not know; --client VERSION names yours)"
    return f"for {client}: merge this into {settings.config_dirs[0]}/settings.json, or let `cst hooks install` do it"


def install(scope: str) -> str:
    """What installs them there."""
    return "`cst hooks install`" if scope == "user" else f"`cst hooks install --scope {scope}`"


def chosen_for(version: str, scope: str) -> str:
    """Which client the hooks are for that nobody named a version for, which events they do without, and why."""
    without = left_out(version)
    if version:
        lacks = f", so without {without}" if without else ""
        return f"these hooks are for Claude Code {version}, the oldest in use{lacks}; for another pass --client VERSION"
    why = "no session lives or was there this week to tell its version, and an old Claude Code would not know those"
    again = f"{install(scope)} adds them once one lives, or pass --client VERSION (`claude --version`)"
    return f"these hooks do without {without}: {why}; {again}"


def left_out(version: str) -> str:
    """The events that the hooks for such a client do without, with commas."""
    return ", ".join(unknown_to(version, [event for event, _, _ in EVENTS]))


def put_hook(settings: Settings) -> bool:
    """Copy the hook into the data folder, atomically and only where it differs; whether it did. CstError where that
    fails, where others could put another one there, and where it cannot be run from there."""
    if wrong := trust.distrust(settings.data_dir):
        raise CstError(f"the hook would not be safe: {wrong}", "chmod go-w, or set XDG_DATA_HOME elsewhere")
    try:
        if hook_state(settings) == "current":
            return False
        trust.make_private(settings.data_dir)
        files.replace(settings.hook, _shipped(), 0o700)  # one that runs goes on with the old file
        runs = os.access(settings.hook, os.X_OK)
    except OSError as error:
        raise CstError(f"cannot put the hook at {settings.hook}: {error.strerror}", "fix its permissions") from None
    if not runs:
        why = f"the hook at {settings.hook} cannot be run: no program may be, on that file system (noexec)"
        raise CstError(why, "set XDG_DATA_HOME to a folder on another one")
    return True


def hook_state(settings: Settings) -> str:
    """Of the hook in the data folder: current, outdated, missing, not executable, or unsafe: others can write it, or
    have. OSError for one that cannot be read."""
    if os.path.lexists(settings.hook) and trust.distrust(settings.hook):
        return "unsafe"
    try:
        same = files.read(settings.hook) == _shipped()
    except FileNotFoundError:
        return "missing"
    return "not executable" if not os.access(settings.hook, os.X_OK) else "current" if same else "outdated"


def _shipped() -> bytes:
    return files.read(shipped_path("hook.sh", "shell/hook.sh"))


def client_version(settings: Settings) -> str:
    """The oldest Claude Code among the live sessions, else among the transcripts of a week: of several that share their
    settings each has to know all events. "" where there is none."""
    versions = list(filter(None, live_versions(settings)))
    if not versions:
        oldest = time.time() - 7 * 86400
        ended = [one for config_dir in settings.config_dirs for one in history.read(config_dir, set(), oldest)]
        versions = [one.transcript.version for one in ended if one.transcript.version]
    with_hooks = [version for version in versions if _number(version) >= (2, 0, 0)]
    return min(with_hooks or versions, key=_number, default="")


def live_versions(settings: Settings) -> list[str]:
    """The Claude Code of each live session, as its record or else its transcript says; "" where neither does."""
    records = [record for config_dir in settings.config_dirs for record in registry.read(config_dir)[0]]
    living = processes.living(record for record in records if record.session_id or record.version)
    return [record.version or _written_by(record) for record in living]


def _written_by(record: Record) -> str:
    """The client that wrote its transcript: 2.1.110 does not say in the record which it is."""
    try:
        path = transcript.locate(record.config_dir, record.cwd, record.session_id)
        return transcript.read(path).version if path else ""
    except OSError:
        return ""


def unknown_to(version: str, names: Collection[str]) -> list[str]:
    """Which of these events a client does not know, or may not."""
    return [event for event, _, first in EVENTS if event in names and first > _number(version)]


def _number(version: str) -> tuple[int, ...]:
    """The version of a client; one that does not say it is taken for the oldest with hooks."""
    return version_number(version) or (2, 0, 0)
