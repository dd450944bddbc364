"""`cst doctor`: check sources, tools and integrations, and suggest fixes."""

from __future__ import annotations

import os
import time

from cst import __version__, sessions
from cst import settings as configuration
from cst.core import fleet
from cst.doctor import report, runner
from cst.model import CstError
from cst.output import Progress, painter, print_json, print_lines, terminal_columns
from cst.setup import assets, hook_status
from cst.snapshot import STATUS, take
from cst.store import prune

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from cst.args import Args
    from cst.core.hosts import Report
    from cst.doctor.finding import Finding
    from cst.hosts import Inquiry
    from cst.settings import Settings


def run(args: Args, settings: Settings) -> int:
    """Print what every check found; exit 1 where something is wrong."""
    findings = examine(settings, os.environ, time.time())
    if args["verify"]:
        findings += verify(settings)
    if args["json"]:
        print_json(report.as_json(findings))
    else:
        columns, paint = terminal_columns(settings), painter(settings, args["color"])
        print_lines(report.lines(findings, columns, paint, settings.home), settings)
    return 1 if any(finding.outcome == "wrong" for finding in findings) else 0


def examine(settings: Settings, env: Mapping[str, str], now: float) -> list[Finding]:
    """What every check finds now."""
    asked = _ask_hosts(settings)
    snapshot = take(settings, now, STATUS)
    cwd = _current_folder(settings)
    return runner.examine(runner.Context(
        settings=settings, env=env, now=now, cwd=cwd, program=_program(), version=__version__,
        config_error=_config_error(env), snapshot=snapshot, sessions=fleet.sessions(snapshot),
        hooks=hook_status.status(settings, cwd, now), prunes=_prunable(settings, now),
        hosts=_answers(settings, asked),
    ))  # fmt: skip


def _ask_hosts(settings: Settings) -> Inquiry | None:
    """Ask all configured hosts: they answer while this machine is looked at."""
    if not settings.hosts:
        return None
    from cst import hosts
    from cst.system import hosts as prefixes

    try:
        return hosts.begin(settings, prefixes.chosen(settings.hosts))
    except CstError:  # a prefix that cannot be read: the check says so
        return None


def _answers(settings: Settings, asked: Inquiry | None) -> list[Report]:
    if asked is None:
        return []
    from cst import hosts

    progress = Progress("hosts have answered")
    found = hosts.finish(settings, asked, progress=progress)
    progress.over()
    return found


def verify(settings: Settings) -> list[Finding]:
    """The self-test: each of its steps as a finding."""
    from cst.doctor import selftest

    return selftest.findings(settings, _program())


def _config_error(env: Mapping[str, str]) -> CstError | None:
    try:
        loaded = configuration.load(env)
        if loaded.keys:
            from cst.picker.operations import my_keys  # all that the picker does; most people have its own keys

            my_keys(loaded)
    except CstError as error:
        return error
    return None


def _prunable(settings: Settings, now: float) -> int | None:
    """The bytes that pruning would free, without those of many marks; None where that cannot be told."""
    try:
        return prune.survey(settings, now, sessions.certain_live_ids, most=prune.QUICK).frees
    except (CstError, OSError):
        return None


def _program() -> str:
    try:
        return assets.program()
    except CstError:
        return ""


def _current_folder(settings: Settings) -> str:
    try:
        return os.getcwd()
    except OSError:
        return settings.home
