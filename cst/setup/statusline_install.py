"""Puts `cst statusline` into the user's settings of Claude Code and takes it out again.

A line that is there is wrapped, and given back as it was written.
"""

from __future__ import annotations

from cst.model import CstError
from cst.setup import json_splice, locked_file, policy, settings_plan
from cst.setup.assets import program
from cst.setup.settings_plan import Plan, digest, encoded, receipt_of
from cst.system.spawn import shell_quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from cst.settings import Settings

KIND, KEY = "statusline", "statusLine"


def plan_install(settings: Settings, words: Sequence[str]) -> Plan:
    """What `install` would do; `words` follow `cst statusline`. CstError, with the reason, where it must not be."""
    reason = policy.forbidden(settings, "/", ("user",))
    if reason and reason.key == "disableAllHooks":
        raise CstError(f"{reason.key} in {reason.path} keeps the status line from running too", "remove it there")
    path, found, text = settings_plan.read(settings, "user", "/")
    locked_file.check(found, private=True)
    receipt = receipt_of(settings, found.path, KIND)
    untouched = receipt is not None and receipt.after == digest(found.data)
    before = (receipt.before or b"").decode() if receipt and untouched else text
    if is_ours(json_splice.member(before, path, KEY)):
        before = _clean(text, path, (receipt.before or b"").decode() if receipt else "")
    there = json_splice.member(before, path, KEY)
    after = encoded(json_splice.with_member(before, path, KEY, _line(words, there)), path)
    was_none = found.data is None or (receipt is not None and untouched and receipt.before is None)
    return Plan(path, "user", found, after, None if was_none else before.encode(), True, KIND)


def plan_uninstall(settings: Settings) -> Plan:
    """What `uninstall` would do: give back the bytes from before; where the file was changed since, the line alone."""
    path, found, text = settings_plan.read(settings, "user", "/")
    receipt = receipt_of(settings, found.path, KIND)
    if found.data is None or not is_ours(json_splice.member(text, path, KEY)):
        return Plan(path, "user", found, found.data, None, False, KIND)
    locked_file.check(found)
    if receipt and receipt.after == digest(found.data):
        return Plan(path, "user", found, receipt.before, None, False, KIND)
    clean = _clean(text, path, (receipt.before or b"").decode() if receipt else "")
    none = receipt is not None and receipt.before is None and json_splice.blank(clean)
    return Plan(path, "user", found, None if none else encoded(clean, path), None, False, KIND)


def _clean(text: str, path: str, before: str) -> str:
    """The text without our line: with the one that stood there before, as it was written."""
    old = json_splice.verbatim(before, path, KEY)
    if old:
        return json_splice.with_member(text, path, KEY, None, old)
    return json_splice.without_member(text, path, KEY, before)


def command_of(line: object) -> str:
    """The command of a `statusLine` in settings; "" where there is none."""
    command = line.get("command") if isinstance(line, dict) else None
    return command if isinstance(command, str) else ""


def is_ours(line: object) -> bool:
    """Whether a `statusLine` in settings runs `cst statusline`, wherever cst was then."""
    called, found, _ = command_of(line).partition(" statusline")
    return bool(found) and called.strip("'").rpartition("/")[2] == "cst"


def installed(settings: Settings) -> str | None:
    """The command of the user's status line; "" for none. None where the settings cannot be read."""
    try:
        path, _, text = settings_plan.read(settings, "user", "/")
        return command_of(json_splice.member(text, path, KEY))
    except CstError:
        return None


def _line(words: Sequence[str], there: Any) -> dict[str, Any]:
    """What is to stand in the settings; of what stands there all but the command stays."""
    command = " ".join(shell_quote(word) for word in (program(), "statusline", *words))
    old = command_of(there)
    if old:
        command += f" --wrap {shell_quote(old)}"
    kept = {name: value for name, value in there.items() if name not in ("type", "command")} if old else {}
    return {"type": "command", "command": command, **kept}
