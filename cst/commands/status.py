"""`cst status`: one line for a status bar, and what shells read: how many sessions need you, and for how long."""

from __future__ import annotations

import os

from cst import sessions
from cst.args import number
from cst.model import CstError
from cst.output import print_json, print_lines
from cst.render import shell_exports, status_line
from cst.snapshot import STATUS
from cst.store import exports
from cst.system import processes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cst.args import Args
    from cst.model import Session, Snapshot
    from cst.settings import Settings

_NARROW = 100  # columns of a screen; one with fewer has a short line
_EVERY = 300.0  # seconds between two notes of where sessions are
_SEARCHES = 60.0  # and, at least, between two searches for those that were lost


def run(args: Args, settings: Settings) -> int:
    """Print the line in the format of the bar; with `--badges` set the options of panes and windows too."""
    snapshot, fleet = sessions.load_and_mark_seen(settings, STATUS)
    refresh = max((client.refresh for client in snapshot.clients if client.socket == settings.socket), default=0.0)
    exports.write(settings, shell_exports.files(fleet, snapshot.now, processes.uptime(), processes.boot_id(), refresh))
    unnoted = _note_places(settings, snapshot, fleet)
    every, silent = _with_hosts(settings, fleet, snapshot.now) if args["all-hosts"] else (fleet, [])
    form = args["format"] or ("ansi" if os.isatty(1) else "plain")
    lost, unread = 0, ()  # type: int, Sequence[tuple[str, str]]
    if form == "json" or not any(session.needs_you for session in every):
        lost, unread = sessions.lost_count(settings, snapshot, fleet, _SEARCHES)
    problems = len(snapshot.problems) + len(unread)
    if form == "json":
        return print_json(status_line.numbers(every, snapshot.now, silent, lost, problems))
    if form in ("waybar", "i3blocks", "swiftbar"):
        from cst.render import status_formats

        problems += len(silent) + len(unnoted)
        print_lines(status_formats.FORMS[form](every, snapshot.now, problems, lost))
        return 0
    form = "plain" if form == "ansi" and settings.no_color else form
    limits = _limits(settings, snapshot) + unnoted
    short = number(args["width"], _NARROW) < _NARROW
    line = status_line.line(every, snapshot.now, form, problems, limits, silent, short, lost)
    if line:
        print_lines([line], settings)
    if args["badges"] and settings.socket and not settings.replay:
        from cst.render import tmux_options
        from cst.system import tmux

        changes = tmux_options.changes(fleet, snapshot.panes, settings.socket)
        tmux.badge(settings.tmux_program, settings.socket, changes)
    return 0


def _with_hosts(settings: Settings, here: list[Session], now: float) -> tuple[list[Session], list[str]]:
    """The sessions with those of the hosts that answered a moment ago, and the hosts of which nothing is known now; all
    are asked again in the background, for nobody waits for a status line."""
    from cst import hosts
    from cst.core import fleet
    from cst.core import hosts as about
    from cst.setup import assets
    from cst.system import hosts as prefixes

    every = prefixes.chosen(settings.hosts)
    reports = hosts.known(settings, every)
    hosts.refresh(settings, every, assets.program())
    silent = about.silent([report for report in reports if report.asked], now)
    return sorted([*here, *about.current(reports, now)], key=fleet.urgency), silent


def _note_places(settings: Settings, snapshot: Snapshot, fleet: Sequence[Session]) -> list[str]:
    """Every five minutes, note where sessions are, for `cst restore`. Where that fails the
    line says so."""
    if settings.replay or not snapshot.records:
        return []
    try:
        if 0 <= snapshot.now - os.stat(settings.places_file).st_mtime < _EVERY:
            return []
    except OSError:
        pass
    from cst.actions import places

    try:
        places.note(settings, snapshot, fleet)
    except CstError:
        return ["places not noted: cst doctor"]
    return []


def _limits(settings: Settings, snapshot: Snapshot) -> list[str]:
    """What is to be said of usage limits and budgets."""

    def renew(every: float) -> None:
        from cst.actions import bill
        from cst.setup import assets

        bill.again(settings, snapshot.now, every, assets.program())

    full = sessions.full_budgets(settings, snapshot.now, renew)
    found = sessions.usage_limits(settings, snapshot.now)
    if not found:
        return full
    from cst.render import limits

    return limits.worth_a_word(found, snapshot.now, snapshot.utc_offset) + full


def on_failure(args: Args) -> None:
    """In tmux's status line an empty segment would say that nothing runs: it says that there is a problem."""
    if args["format"] == "tmux":
        print_lines([status_line.line([], 0.0, "tmux", problems=1)])
