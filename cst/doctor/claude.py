"""Checks of Claude Code: its sessions and versions, its registry, its transcripts, what its sessions left running."""

from __future__ import annotations

import os

from cst import lost
from cst.claude import registry
from cst.doctor.context import Context
from cst.doctor.finding import Finding
from cst.jsonl import number_of, parse
from cst.render import restore as view
from cst.setup import locked_file
from cst.system import files, orphans
from cst.text import age, counted, version_number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

TESTED = "2.1.332"  # the newest client of docs/conformance.md: what the lab pins
_REGISTRY, _STATUS = (2, 1, 100), (2, 1, 120)
_CHILD = "CLAUDE_CODE_CHILD_SESSION"
_KEPT_DAYS = 30.0  # Claude Code's default of cleanupPeriodDays
_SOON = 3  # days
_MOST = 3  # that are named


def problems(context: Context) -> Iterator[Finding]:
    """The sources that could not be read, as every verb reports them."""
    missing = [path for path in context.settings.config_dirs if not os.path.isdir(path)]
    for source, message in context.snapshot.problems:
        yield Finding("sources", "wrong", f"{source}: {message}", "fix it; what it tells is unknown until then")
    if missing:
        fix = "start Claude Code once, or name its folder in CLAUDE_CONFIG_DIR or config_dirs (docs/config.md)"
        yield Finding("sources", "note", f"no such folder: {', '.join(missing)}", fix)
    elif not context.snapshot.problems:
        yield Finding("sources", "ok", f"all could be read, in {', '.join(context.settings.config_dirs)}")


def versions(context: Context) -> Iterator[Finding]:
    """Which clients run, and what can be known of each."""
    counts: dict[str, int] = {}
    for session in context.sessions:
        if session.pid is not None:
            counts[session.client_version] = counts.get(session.client_version, 0) + 1
    if not counts:
        yield Finding("sessions", "note", "no Claude Code session is live, so nothing could be checked on one")
        return
    old = []
    parts = []
    for version, count in sorted(counts.items(), key=lambda one: version_number(one[0])):
        number = version_number(version)
        told = (
            "version not known" if not number else "keeps no registry" if number < _REGISTRY
            else "publishes no status" if number < _STATUS
            else "newer than was tested" if number > version_number(TESTED) else ""
        )  # fmt: skip
        parts.append(f"{count} x {version or '?'}" + (f" ({told})" if told else ""))
        old += [version] if number and number < _STATUS else []
    fix = ""
    if old and not any(firing.fires for firing in context.hooks.sessions):
        fix = "their states come from transcripts alone; update Claude Code, or `cst hooks install`"
    outcome = "note" if fix else "unknown" if "" in counts else "ok"
    yield Finding("sessions", outcome, f"{sum(counts.values())} live: {', '.join(parts)}", fix)
    lost = [s.key for s in context.sessions if s.state == "unknown"]
    if lost:
        yield Finding("states", "unknown", f"of {_some(lost)}", f"`cst why {lost[0]}` says why")


def registry_files(context: Context) -> Iterator[Finding]:
    """Records of processes that are gone: Claude Code never removes them, cst ignores them."""
    found = [record for path in context.settings.config_dirs for record in registry.read(path)[0]]
    files = [record for record in found if not record.key_file]
    live = {record.pid for record in context.live}
    away = sum(record.elsewhere and record.pid not in live for record in files)
    stale = sum(record.pid not in live for record in files) - away
    left = f"; {stale} of processes that are gone, which cst passes by" if stale else ""
    left += f"; {away} of another machine or container" if away else ""
    if not files and any(registry.absent(path) for path in context.settings.config_dirs):
        yield Finding("registry", "note", "none: these clients keep no registry, or none ever ran")
    else:
        count = len(files) - stale - away
        yield Finding("registry", "ok", f"{count} record{'s' * (count != 1)} of live processes{left}")


def transcripts(context: Context) -> Iterator[Finding]:
    """Live sessions whose environment switches their transcripts off."""
    silent, unread = [], 0
    for record in context.live:
        told = orphans.variables(record.pid, (_CHILD,))
        unread += told is None
        if told and told.get(_CHILD) and not _has_transcript(record.config_dir, record.session_id):
            silent.append(record.key)
    if silent:
        fix = f"end it and start it again with `env -u {_CHILD} claude`: it inherited that from another session"
        yield Finding("transcripts", "wrong", f"switched off by {_CHILD} in {_some(silent)}", fix)
    if unread:
        yield Finding("transcripts", "unknown", f"environments that cannot be read: {unread}")
    if context.live and not silent and not unread:
        yield Finding("transcripts", "ok", "switched on in every live session")


def retention(context: Context) -> Iterator[Finding]:
    """Transcripts that Claude Code will delete within days."""
    for config_dir in context.settings.config_dirs:
        if not os.path.isdir(config_dir + "/projects"):
            continue
        days = _kept_days(config_dir + "/settings.json")
        ages = [context.now - written for written in _written(config_dir + "/projects")]
        oldest = f", the oldest is {age(max(ages))} old" if ages else ""
        if days is None:
            found = f"for how long is unknown: {config_dir}/settings.json cannot be used{oldest}"
            yield Finding("retention", "unknown", found, "fix that file")
            continue
        due = sum(one > (days - _SOON) * 86400 for one in ages)
        found = f"transcripts are kept for {counted(days, 'day')}; {len(ages)} there{oldest}"
        if due:
            fix = f"raise cleanupPeriodDays in {config_dir}/settings.json to keep them"
            go = f"{counted(len(ages), 'transcript')} {'goes' if due == 1 else 'go'}"
            yield Finding("retention", "note", f"{due} of {go} within {_SOON} days{oldest}", fix)
        else:
            yield Finding("retention", "ok", found)


def orphaned(context: Context) -> Iterator[Finding]:
    """What sessions started and left running. It is said how to end it, never done."""
    if not orphans.READABLE:
        yield Finding("orphans", "unknown", "this system does not tell whose process it was")
        return
    live = (session.id for session in context.sessions if session.pid is not None)
    left = orphans.read(live, context.settings.config_dirs)
    if not left:
        yield Finding("orphans", "ok", "no process outlived its session")
        return
    shown = "; ".join(f"{one.pid} {one.command[:40]}" for one in left[:_MOST])
    more = f"; and {len(left) - _MOST} more" if len(left) > _MOST else ""
    fix = f"if you want none of them: kill {' '.join(str(one.pid) for one in left[:10])}"
    theirs = "its session" if len(left) == 1 else "their session"
    yield Finding("orphans", "note", f"{len(left)} outlived {theirs}: {shown}{more}", fix)


def missing(context: Context) -> Iterator[Finding]:
    """Sessions that a crash or a reboot has ended."""
    found = lost.find(context.settings, context.snapshot, context.sessions)
    count = len(lost.restorable(context.settings, found))
    for source, message in found.problems:
        fix = "fix it or move it away: without it nobody can tell what was lost"
        yield Finding("lost", "unknown", f"{source}: {message}", fix)
    if found.problems and not count:
        return
    if count:
        yield Finding("lost", "note", view.lost(count), "it shows them, asks, and resumes each where it was")
    else:
        yield Finding("lost", "ok", "no session was lost in the last few days")


def _some(names: list[str]) -> str:
    return ", ".join(names[:_MOST]) + (f" and {len(names) - _MOST} more" if len(names) > _MOST else "")


def _has_transcript(config_dir: str, session_id: str) -> bool:
    try:
        folders = [entry.path for entry in os.scandir(config_dir + "/projects") if entry.is_dir()]
    except OSError:
        return False
    return any(os.path.exists(f"{folder}/{session_id}.jsonl") for folder in folders)


def _written(projects: str) -> list[float]:
    found = []
    for folder in os.scandir(projects):
        if folder.is_dir():
            found += [entry.stat().st_mtime for entry in os.scandir(folder.path) if entry.name.endswith(".jsonl")]
    return found


def _kept_days(path: str) -> float | None:
    """cleanupPeriodDays; None where the file cannot be used."""
    try:
        given = parse(files.read(path, locked_file.MOST).removeprefix(b"\xef\xbb\xbf") or b"{}")
    except FileNotFoundError:
        return _KEPT_DAYS
    except (OSError, ValueError):
        return None
    days = number_of(given.get("cleanupPeriodDays"))
    return days if days >= 1 else _KEPT_DAYS
