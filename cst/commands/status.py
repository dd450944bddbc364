"""`cst status`: one line for a status bar, and what shells read: how many sessions need you, and for how long."""

from __future__ import annotations

import os

from cst import sessions
from cst.output import print_json, print_lines
from cst.render import shell_exports, status_line
from cst.snapshot import STATUS
from cst.store import exports
from cst.system import processes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cst.args import Args
    from cst.model import Snapshot
    from cst.settings import Settings


def run(args: Args, settings: Settings) -> int:
    """Print the line in the format of the bar; with `--badges` set the options of panes and windows too."""
    snapshot, fleet = sessions.load_and_mark_seen(settings, STATUS)
    refresh = max((client.refresh for client in snapshot.clients if client.socket == settings.socket), default=0.0)
    exports.write(settings, shell_exports.files(fleet, snapshot.now, processes.uptime(), processes.boot_id(), refresh))
    form = args["format"] or ("ansi" if os.isatty(1) else "plain")
    if form == "json":
        return print_json(status_line.numbers(fleet, snapshot.now))
    if form in ("waybar", "i3blocks", "swiftbar"):
        from cst.render import status_formats

        print_lines(status_formats.FORMS[form](fleet, snapshot.now, len(snapshot.problems)))
        return 0
    form = "plain" if form == "ansi" and settings.no_color else form
    line = status_line.line(fleet, snapshot.now, form, len(snapshot.problems), _limits(settings, snapshot))
    if line:
        print_lines([line], settings)
    if args["badges"] and settings.socket and not settings.replay:
        from cst.render import tmux_options
        from cst.system import tmux

        changes = tmux_options.changes(fleet, snapshot.panes, settings.socket)
        tmux.badge(settings.tmux_program, settings.socket, changes)
    return 0


def _limits(settings: Settings, snapshot: Snapshot) -> list[str]:
    """What is to be said of usage limits and budgets."""
    full = sessions.full_budgets(settings, snapshot.now)
    found = sessions.usage_limits(settings, snapshot.now)
    if not found:
        return full
    from cst.render import limits

    return limits.worth_a_word(found, snapshot.now, snapshot.utc_offset) + full


def on_failure(args: Args) -> None:
    """In tmux's status line an empty segment would say that nothing runs: it says that there is a problem."""
    if args["format"] == "tmux":
        print_lines([status_line.line([], 0.0, "tmux", problems=1)])
