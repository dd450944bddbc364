"""Puts our hooks into a settings file of Claude Code and takes them out again: first as a plan, then for good."""

from __future__ import annotations

import json

from cst.model import CstError
from cst.setup import hooks, json_splice, locked_file, policy, settings_plan
from cst.setup.settings_plan import Plan, Receipt, digest, encoded, receipt_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cst.settings import Settings
    from cst.setup.json_splice import Entry
    from cst.setup.locked_file import Contents

_KIND = "hooks"


def plan_install(settings: Settings, scope: str, cwd: str, version: str) -> Plan:
    """What `install` would do. `version` is the client's, "" = not known: then hooks that are there and current stay.
    CstError, with the reason, where it must not be done."""
    reason = policy.forbidden(settings, cwd, ("user",) if scope == "user" else policy.SCOPES)
    if reason:
        raise CstError(str(reason))
    path, found, text = settings_plan.read(settings, scope, cwd)
    locked_file.check(found, scope == "user")
    wanted = hooks.entries(settings, version)
    if is_current(settings, json_splice.entries(text, path, hooks.ours(settings)), version):
        return Plan(path, scope, found, found.data, found.data, True)
    receipt = receipt_of(settings, found.path, _KIND)
    clean = _clean(settings, text, path, receipt, found)
    after = encoded(json_splice.inserted(clean, path, wanted), path)
    was_none = found.data is None or (receipt and receipt.after == digest(found.data) and receipt.before is None)
    return Plan(path, scope, found, after, None if was_none else clean.encode(), True)


def plan_uninstall(settings: Settings, scope: str, cwd: str) -> Plan:
    """What `uninstall` would do: give back the bytes from before `install`; where the file was changed since, take out
    only what is ours."""
    path, found, text = settings_plan.read(settings, scope, cwd)
    receipt = receipt_of(settings, found.path, _KIND)
    if found.data is None or not json_splice.entries(text, path, hooks.ours(settings)):
        return Plan(path, scope, found, found.data, None, False)
    locked_file.check(found)
    clean = _clean(settings, text, path, receipt, found)
    none = receipt is not None and receipt.before is None and json_splice.blank(clean)
    return Plan(path, scope, found, None if none else clean.encode(), None, False)


def apply(settings: Settings, plan: Plan) -> str:
    """Do it, as `settings_plan.apply`; what is installed calls the hook, which is put where it says."""
    if plan.installs:
        hooks.put_hook(settings)
    return settings_plan.apply(settings, plan)


def count_events(settings: Settings, plan: Plan) -> int:
    """The events for which a file has our hooks once the plan is done."""
    there = json_splice.entries((plan.after or b"").decode(), plan.path, hooks.ours(settings))
    return len({entry.event for entry in there})


def _clean(settings: Settings, text: str, path: str, receipt: Receipt | None, found: Contents) -> str:
    """The text without our hooks; where it is as we left it, the text from before."""
    before = (receipt.before or b"").decode() if receipt else None
    if receipt and receipt.after == digest(found.data):
        return before or ""
    return json_splice.removed(text, path, hooks.ours(settings), before)


def is_current(settings: Settings, there: list[Entry], version: str) -> bool:
    """Whether these are the entries that `install` would put there. Where the client is not known, those for any."""
    tiers = [hooks.entries(settings, version)] if version else hooks.tiers(settings)
    return any(_same(there, tier) for tier in tiers)


def _same(one: list[Entry], other: list[Entry]) -> bool:
    left, right = ([(e.event, e.matcher, json.dumps(e.call, sort_keys=True)) for e in some] for some in (one, other))
    return sorted(left) == sorted(right)
