"""`cst doctor`: one look, all checks, what they found. Wiring."""

from __future__ import annotations

import os
import time

from cst import __version__, fleet, settings, snapshot
from cst.actions import prune
from cst.look import columns, paint, print_json, print_lines
from cst.model import CstError
from cst.setup import bindings, doctor, hook_status
from cst.view import doctor as view

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from cst.finding import Finding
    from cst.settings import Settings

    Given = dict[str, Any]


def do_doctor(given: Given, own: Settings) -> int:
    """`cst doctor`; exit 1 where something is wrong."""
    found = examine(own, os.environ, time.time())
    if given["verify"]:
        found += verify(own)
    if given["json"]:
        print_json(view.as_json(found))
    else:
        shown = view.lines(found, columns(own), paint(own, given["color"]), own.home)
        print_lines(shown, own)
    return 1 if any(finding.outcome == "wrong" for finding in found) else 0


def examine(own: Settings, env: Mapping[str, str], now: float) -> list[Finding]:
    """What every check finds now."""
    seen = snapshot.take(own, now, snapshot.STATUS)
    cwd = _here(own)
    return doctor.examine(doctor.World(
        own=own, env=env, now=now, cwd=cwd, program=_myself(), version=__version__, config_error=_config_error(env),
        seen=seen, sessions=fleet.sessions(seen), hooks=hook_status.status(own, cwd, now), prunes=_prunes(own, now),
    ))  # fmt: skip


def verify(own: Settings) -> list[Finding]:
    """The self-test: each of its steps as a finding."""
    from cst.setup import trial

    return trial.findings(own, _myself())


def _config_error(env: Mapping[str, str]) -> str:
    try:
        settings.load(env)
    except CstError as error:
        return str(error)
    return ""


def _prunes(own: Settings, now: float) -> int | None:
    try:
        return prune.survey(own, now).frees
    except (CstError, OSError):
        return None


def _myself() -> str:
    try:
        return bindings.myself()
    except CstError:
        return ""


def _here(own: Settings) -> str:
    try:
        return os.getcwd()
    except OSError:
        return own.home
