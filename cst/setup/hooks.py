"""The hook settings for Claude Code, as a fragment for a person to merge, and the hook that they call.

Only events that the client knows: an unknown name stops its start with a warning dialog.
"""

from __future__ import annotations

import os
import shutil
import time

from cst.jsonl import dumps
from cst.model import CstError, digits
from cst.setup.bindings import shipped_path
from cst.sources import history, processes, registry

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cst.settings import Settings

# (event, matcher, the first client that knows it). docs/events.md says what each adds.
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
)
_ASYNC_SINCE = (2, 1, 200)  # the oldest client on which "async" was tried


def fragment(own: Settings, version: str) -> str:
    """The `hooks` part of settings.json for a client version ("" = the events that every client since 2.0 knows).

    Puts the hook where the fragment says it is, if it is not there yet or is an older one.
    """
    number = _number(version)
    if number < (2, 0, 0):
        raise CstError(f"Claude Code {version} has no hooks that cst knows; nothing is to be merged")
    put_hook(own)
    hooks: dict[str, object] = {}
    for event, matcher, first in EVENTS:
        if first > number:
            continue
        hook = _quoted(own.hook)
        call: dict[str, object] = {"type": "command", "command": f"[ -x {hook} ] && {hook} || :"}
        if event != "SessionEnd" and number >= _ASYNC_SINCE:
            call["async"] = True  # SessionEnd never: the client would end before its hook
        call["timeout"] = 5
        hooks[event] = [{**({"matcher": matcher} if matcher else {}), "hooks": [call]}]
    return dumps({"hooks": hooks})


def advice(own: Settings, version: str) -> str:
    """What to do with the fragment, in one line."""
    client = f"Claude Code {version}" if version else "any Claude Code since 2.0"
    left_out = ", ".join(event for event, _, first in EVENTS if first > _number(version))
    if left_out:
        client += f" (without {left_out}, which it may not know; --client VERSION names yours)"
    return f"for {client}: merge this into {own.config_dirs[0]}/settings.json; running sessions take it up at once"


def put_hook(own: Settings) -> None:
    """Copy the hook into the data folder, atomically and only where it differs; CstError where that fails."""
    source = shipped_path("hook.sh", "shell/hook.sh")
    try:
        with open(source, "rb") as file:
            wanted = file.read()
        if os.path.exists(own.hook):
            with open(own.hook, "rb") as file:
                if file.read() == wanted and os.access(own.hook, os.X_OK):
                    return
        os.makedirs(own.data_dir, 0o700, exist_ok=True)
        shutil.copyfile(source, own.hook + ".new")
        os.chmod(own.hook + ".new", 0o700)
        os.replace(own.hook + ".new", own.hook)
    except OSError as error:
        raise CstError(f"cannot put the hook at {own.hook}: {error.strerror}; mend its permissions") from None


def client_version(own: Settings) -> str:
    """The newest Claude Code among the live sessions, else among the transcripts of a week; "" where there is none."""
    records = [record for config_dir in own.config_dirs for record in registry.read(config_dir)[0]]
    started = {record.pid: processes.start_of(record.pid) for record in records}
    alive = [r for r in records if r.version and started[r.pid] and r.start in ("", started[r.pid])]
    versions = [record.version for record in alive]
    if not versions:
        oldest = time.time() - 7 * 86400
        ended = [one for config_dir in own.config_dirs for one in history.read(config_dir, set(), oldest)]
        versions = [one.transcript.version for one in ended if one.transcript.version]
    return max(versions, key=_number, default="")


def _number(version: str) -> tuple[int, ...]:
    parts = version.split(".")
    return tuple(map(int, parts)) if all(digits(part) for part in parts) else (2, 0, 0)


def _quoted(path: str) -> str:
    """A path for sh: as it is where that is safe, else in single quotes."""
    safe = all(c.isalnum() or c in "/._-+" for c in path)
    return path if safe else "'" + path.replace("'", "'\\''") + "'"
