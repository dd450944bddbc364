"""`cst ls`: the sessions as a table or as JSON, once or, with `--watch`, again and again.

A question to hosts leaves before anything else is loaded: what looks at this machine is imported below, by `run`.
Over 300 lines because one look, `--watch` and hosts make the same table.
"""

from __future__ import annotations

import os
import sys
import time

from cst import __version__
from cst.model import host_of, label, project

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from cst.args import Args
    from cst.host_watch import HostWatch
    from cst.loss_watch import LossWatch
    from cst.model import Session, Snapshot
    from cst.settings import Settings

_SECOND = 1.0  # between two looks
_ENTER, _LEAVE = "\x1b[?1049h\x1b[?25l\x1b[?7l", "\x1b[?7h\x1b[?25h\x1b[?1049l"  # alternate screen, cursor, wrapping


def run(args: Args, settings: Settings) -> int:
    """Print the table once; `--watch` goes on until q, ctrl-c or a signal: exit 0, 130 and what the signal says."""
    if args["watch"]:
        if args["json"] or not os.isatty(1):
            return _print_changes(args, settings)
        return _watch(args, settings)
    if args["host"] or args["all-hosts"]:
        return _with_hosts(args, settings)
    from cst import sessions
    from cst.output import painter, print_json, print_lines, terminal_columns, warn_problems
    from cst.render import shell_exports
    from cst.snapshot import ROWS
    from cst.store import exports

    snapshot, fleet = sessions.load_and_mark_seen(settings, ROWS, ended=args["all"])
    exports.write(settings, shell_exports.files(fleet))
    shown = chosen(fleet, args)
    if args["json"]:
        from cst.render import schema

        told = _budgets(settings, snapshot.now)
        return print_json(schema.fleet(shown, snapshot.now, snapshot.problems, budgets=told, version=__version__))
    lost, snapshot = _lost(args, settings, snapshot, fleet)
    warn_problems(snapshot)
    columns, paint = terminal_columns(settings), painter(settings, args["color"])
    unsure = bool(snapshot.problems)
    print_lines(_lines(args, settings, fleet, snapshot.now, columns, paint, lost=lost, unsure=unsure), settings)
    return 0


def _budgets(settings: Settings, now: float) -> list[dict[str, object]]:
    """The budgets, as they stood when a bill was made last."""
    from cst import sessions

    standings = sessions.budgets(settings)
    if not standings:
        return []
    from cst.render import budget  # most people have none

    return [budget.one(one) for one in standings.now(now)]


def _with_hosts(args: Args, settings: Settings) -> int:
    """The sessions of hosts, with `--all-hosts` those of this machine too: it is looked at while they are asked. Exit 1
    where one that was named has no answer."""
    from cst.system import hosts as prefixes

    picked = prefixes.chosen(settings.hosts, args["host"])
    options = _passed_on(args)
    started = prefixes.ask(picked, settings.run_dirs, options)
    from cst import hosts, sessions
    from cst.core import fleet as order
    from cst.core import hosts as about
    from cst.output import painter, print_json, print_lines, terminal_columns, warn_problems
    from cst.render import schema, table
    from cst.snapshot import ROWS

    asked = hosts.Inquiry(picked, started, options)
    here: list[Session] = []
    now, problems, lost = time.time(), [], 0
    try:
        if args["all-hosts"]:
            snapshot, here = sessions.load_and_mark_seen(settings, ROWS, ended=args["all"])
            now, problems = snapshot.now, list(snapshot.problems)
            if not args["json"]:
                lost, snapshot = _lost(args, settings, snapshot, here)
            warn_problems(snapshot)
            if not args["json"]:
                # once while we wait: it takes three times as long the first time
                table.table(here, now, 80, painter(settings, args["color"]), settings.shown)
    except BaseException:
        hosts.drop(asked)
        raise
    reports = hosts.finish(settings, asked)
    found = about.current(reports, time.time())
    shown = chosen(sorted([*here, *found], key=order.urgency), args)
    remarks = [line for report in reports for line in about.remarks(report, time.time(), __version__)]
    if args["json"]:
        problems += [("hosts", remark) for remark in remarks]
        told = _budgets(settings, now)
        print_json(schema.fleet(shown, now, problems, budgets=told, version=__version__))
    else:
        paint = painter(settings, args["color"])
        width, unsure = terminal_columns(settings), bool(problems)
        lines = _lines(args, settings, [*here, *found], now, width, paint, shown, lost, unsure)
        print_lines([*(lines if shown or not remarks else ()), *map(paint.dim, remarks)], settings)
    return int(bool(args["host"]) and any(report.failed for report in reports))


def _passed_on(args: Args) -> list[str]:
    """The options with which a host lists what it else leaves out."""
    return [f"--{name}" for name in ("all", "archived") if args[name]]


def chosen(fleet: list[Session], args: Args) -> list[Session]:
    """Those of the sessions that the options leave, in the order that they ask for."""
    shown = [
        session for session in fleet
        if session.archived == args["archived"] and (not args["state"] or session.state in args["state"])
        and (session.needs_you or not args["needs-you"]) and (not args["tag"] or set(session.tags) & set(args["tag"]))
    ]  # fmt: skip
    return sorted(shown, key=_KEYS[args["sort"]]) if args["sort"] in _KEYS else shown


def _share(session: Session) -> float:
    """How full its context is, of 1; -1 where nobody knows how much it holds."""
    window = session.transcript.window if session.transcript else None
    return (session.tokens or 0) / window if window else -1.0


def _active(session: Session) -> float:
    """When something last happened in it."""
    tail = session.transcript
    return max(session.since, tail.mtime, tail.last_at) if tail else session.since


# What is not known comes last.
_KEYS: dict[str, Callable[[Session], Any]] = {
    "since": lambda s: s.since,
    "name": lambda s: label(s).casefold(),
    "project": lambda s: (not s.cwd, project(s.repository or s.cwd).casefold()),
    "context": lambda s: (-_share(s), -(s.tokens or 0)),
    "tokens": lambda s: -(s.tokens or 0),
    "cost": lambda s: -(s.cost or 0.0),
    "activity": lambda s: -_active(s),
}


class Looks:
    """Look again and again: at this machine, at hosts where they are asked for, or at these alone."""

    def __init__(self, args: Args, settings: Settings) -> None:
        from cst.poller import Poller

        self._poller = Poller(settings, args["all"]) if args["all-hosts"] or not args["host"] else None
        self._hosts: HostWatch | None = None
        if args["host"] or args["all-hosts"]:
            from cst.host_watch import HostWatch
            from cst.system import hosts

            self._hosts = HostWatch(settings, hosts.chosen(settings.hosts, args["host"]), _passed_on(args))
            self._hosts.start()

    def look(self) -> tuple[Snapshot, list[Session]]:
        """What there is now, most urgent first."""
        from cst.core.fleet import urgency
        from cst.model import Snapshot

        snapshot, here = self._poller.look() if self._poller else (Snapshot(now=time.time()), [])
        there = self._hosts.sessions(snapshot.now) if self._hosts else []
        return snapshot, sorted([*here, *there], key=urgency) if there else here

    def ages(self, now: float) -> str:
        """How old the answer of each host is; "" without hosts."""
        return self._hosts.header(now) if self._hosts else ""

    def failed(self, now: float) -> list[str]:
        """What is to be said of hosts that do not answer."""
        return self._hosts.remarks(now, __version__) if self._hosts else []

    def conditions(self, now: float) -> list[object]:
        """The same without ages, to be compared."""
        return self._hosts.conditions(now) if self._hosts else []

    def stop(self) -> None:
        """Leave nothing running."""
        if self._hosts:
            self._hosts.stop()


def frame(
    args: Args, settings: Settings, snapshot: Snapshot, fleet: list[Session], paint: Any, ages: str = "", lost: int = 0
) -> list[str]:
    """The lines of one screen of `--watch`: as many rows as fit, how many more there are, and how old what hosts said
    is."""
    from cst.output import as_printable
    from cst.text import cut

    try:
        width, height = os.get_terminal_size(1)
    except OSError:
        width, height = 80, 24
    # Clearing a full line would take its last character.
    lines = _lines(args, settings, fleet, snapshot.now, width - 1, paint, lost=lost, unsure=bool(snapshot.problems))
    lines += [paint.dim(f"{source}: problem, see `cst ls`") for source, _ in snapshot.problems]
    below = [paint.dim(cut(ages, width - 1))] if ages and height > 3 else []
    room = height - 1 - len(below)
    if len(lines) > room > 0:
        lines = [*lines[:room], *below, paint.dim(f"and {len(lines) - room} more; q leaves")]
    elif height > 2:
        lines += [*[""] * (room - len(lines)), *below, paint.dim("q leaves")]
    return [*as_printable(lines[: max(1, height)], settings)]


def _lines(
    args: Args, settings: Settings, fleet: list[Session], now: float, width: int, paint: Any,
    shown: list[Session] | None = None, lost: int = 0, unsure: bool = False,
) -> list[str]:  # fmt: skip
    from cst.output import config_folders
    from cst.render import table

    shown = chosen(fleet, args) if shown is None else shown
    kept = 0 if args["archived"] else sum(session.archived for session in fleet)
    more = [paint.dim(f"{kept} archived: cst ls --archived")] if kept else []
    more += [paint.state("unknown", f"{lost} lost: cst restore")] if lost else []
    if shown:
        return [*table.table(shown, now, width, paint, settings.shown), *more]
    days = settings.ended_days if args["all"] else 0
    return [*table.nothing(config_folders(settings), settings.home, len(fleet) - kept, days, unsure), *more]


def _lost(
    args: Args, settings: Settings, snapshot: Snapshot, fleet: list[Session], losses: LossWatch | None = None
) -> tuple[int, Snapshot]:
    """How many sessions of this machine were lost, 0 where only hosts are listed; and with what could not be read."""
    if args["host"] and not args["all-hosts"]:
        return 0, snapshot
    from cst.sessions import lost_count

    here = [session for session in fleet if not host_of(session.key)]
    lost, unread = losses.count(snapshot, here) if losses else lost_count(settings, snapshot, here)
    return lost, snapshot._replace(problems=[*snapshot.problems, *unread])


def _watch(args: Args, settings: Settings) -> int:
    """The table in place on the terminal."""
    from cst.loss_watch import LossWatch
    from cst.output import painter
    from cst.system import terminal

    losses = LossWatch(settings)
    looks, paint = Looks(args, settings), painter(settings, args["color"])
    try:
        with terminal.Held(_ENTER, _LEAVE) as held:
            while True:
                snapshot, fleet = looks.look()
                lost, snapshot = _lost(args, settings, snapshot, fleet, losses)
                held.show(frame(args, settings, snapshot, fleet, paint, looks.ages(snapshot.now), lost))
                if held.key(_SECOND) in ("q", "Q", "\x04", "\x1b"):
                    return 0
    finally:
        looks.stop()


def _print_changes(args: Args, settings: Settings) -> int:
    """A table, or a JSON object in one line, for each look that shows more than other ages."""
    from cst.output import painter, pause

    looks, paint = Looks(args, settings), painter(settings, args["color"])
    before: object = None
    try:
        while True:
            before = _print_change(args, settings, looks, paint, before)
            pause(_SECOND)
    finally:
        looks.stop()


def _print_change(args: Args, settings: Settings, looks: Looks, paint: Any, before: object) -> object:
    """Print it if it differs from what was printed `before`; what to compare with next time."""
    from cst.jsonl import one_line
    from cst.output import print_lines, terminal_columns, warn_problems
    from cst.render import schema
    from cst.render.cells import cells

    snapshot, fleet = looks.look()
    shown, failed = chosen(fleet, args), looks.failed(snapshot.now)
    now = [(session.key, *cells(session, session.since)) for session in shown], looks.conditions(snapshot.now)
    if now == before:
        return before
    if args["json"]:
        told = _budgets(settings, snapshot.now)
        problems = [*snapshot.problems, *(("hosts", line) for line in failed)]
        print_lines([one_line(schema.fleet(shown, snapshot.now, problems, budgets=told, version=__version__))])
    else:
        lost, snapshot = _lost(args, settings, snapshot, fleet)
        warn_problems(snapshot)
        gap = [] if before is None else [""]
        width, unsure = terminal_columns(settings), bool(snapshot.problems)
        lines = _lines(args, settings, fleet, snapshot.now, width, paint, lost=lost, unsure=unsure)
        ages = [*filter(None, [looks.ages(snapshot.now)])]
        print_lines([*gap, *lines, *map(paint.dim, ages)], settings)
    sys.stdout.flush()
    return now
