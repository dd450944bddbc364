"""Checks of the hooks: where they are registered, and whether they fire."""

from __future__ import annotations

from cst.doctor.context import Context
from cst.doctor.finding import Finding
from cst.setup import settings_plan
from cst.text import age, counted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


def installed(context: Context) -> Iterator[Finding]:
    """In which settings, by the plugin, and what forbids or breaks them."""
    found = context.hooks
    used = [scope for scope in found.scopes if scope.events]
    dropped = [s for s in found.scopes if s.state == "absent" and settings_plan.installed_at(context.settings, s.path)]
    for scope in dropped:
        at = settings_plan.installed_at(context.settings, scope.path)
        what = f"gone from {scope.path}, where they were put {age(context.now - at)} ago: something rewrote that file"
        yield Finding("hooks", "wrong", what, f"`cst hooks install --scope {scope.scope}` puts them back")
    if found.forbidden:
        outcome = "wrong" if used or found.plugins else "note"
        yield Finding("hooks", outcome, found.forbidden, "" if outcome == "note" else "states come without them")
    elif found.problem:
        yield Finding("hooks", "wrong", found.problem, found.remedy)
    for scope in used:
        if scope.state == "installed" and scope.why:
            fix = f"`cst hooks install --scope {scope.scope}` writes for the oldest client in use"
            yield Finding("hooks", "note", scope.why, scope.remedy or fix)
    if found.twice:
        yield Finding("hooks", "note", "settings and plugin both call the hook: each event is logged twice, read once",
                      "one is enough: `cst hooks uninstall`, or disable the plugin")  # fmt: skip
    plugged = sum(bool(one.plugin_dir) for one in found.sessions)
    if used or found.plugins or plugged:
        where = [f"{scope.scope} settings ({counted(len(scope.events), 'event')})" for scope in used]
        where += ["the plugin"] if found.plugins else []
        where += [f"--plugin-dir of {plugged} of {len(found.sessions)} sessions"] if plugged else []
        if not found.problem and not found.twice and not any(scope.why for scope in used):
            yield Finding("hooks", "ok", f"by {' and '.join(where)}")
    elif not dropped and not found.problem:
        yield Finding("hooks", "note", "not installed: states come from registry and transcripts",
                      "`cst hooks install` makes them more precise")  # fmt: skip


def firing(context: Context) -> Iterator[Finding]:
    """Which live sessions have told an event, and when they last did."""
    found = context.hooks
    used = bool(found.plugins) or any(scope.events for scope in found.scopes)
    fires = [one for one in found.sessions if one.fires]
    silent = [one for one in found.sessions if one.fires is False]
    open_ones = [one for one in found.sessions if one.fires is None]
    if not found.sessions or not (used or fires):
        return
    last = max((one.last_at for one in fires), default=0.0)
    what = f"{len(fires)} of {len(found.sessions)} live sessions {'has' if len(fires) == 1 else 'have'} told an event"
    what += f", the newest {age(context.now - last)} ago" if last else ""
    if silent and used:
        fix = "start it again, or see `cst hooks status`: it may have other settings"
        named = f"silent: {silent[0].key} in {silent[0].cwd}"
        named += f", and {len(silent) - 1} more" if len(silent) > 1 else ""
        yield Finding("firing", "wrong", f"{named}; {silent[0].why}", fix)
    if open_ones:
        first, count = open_ones[0], len(open_ones)
        some = "1 has not yet" if count == 1 else f"{count} have not yet, {first.key} among them"
        yield Finding("firing", "unknown", f"{what}; {some}: {first.why}")
    elif not silent or not used:
        yield Finding("firing", "ok", what)
