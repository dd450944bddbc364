"""`cst next`: jump to the session that most needs you; again, to the next one."""

from __future__ import annotations

from cst import sessions
from cst.actions import jump
from cst.core import attention, route
from cst.model import host_of
from cst.output import config_folders, print_lines, say
from cst.render import status_line
from cst.snapshot import STATUS
from cst.text import clean, home_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cst.args import Args
    from cst.model import Session, Snapshot
    from cst.settings import Settings


_RECENT, _PATIENCE = 10.0, 2.0  # seconds that an answer of a host serves, and that a key press waits for one


def run(args: Args, settings: Settings) -> int:
    """Jump, or with `--peek` only name the session; exit 1 where none needs you, with a word why."""
    snapshot, local = sessions.load_and_mark_seen(settings, STATUS)
    client = jump.client_of(snapshot, settings, args["client"])
    fleet, silent = _with_hosts(settings, local, snapshot) if args["all-hosts"] else (local, [])
    waiting = attention.queue(fleet, client)
    if waiting:
        step = attention.step(waiting[0], fleet, client, snapshot.marks, snapshot.now)
        way = route.to_session(snapshot, waiting[0], client)
        message = status_line.arrival(waiting[0], fleet, snapshot.now, step, way.also)
        if args["peek"]:
            print_lines([message], settings)
        elif host_of(waiting[0].key):
            from cst.actions import remote_jump

            remote_jump.jump(settings, waiting[0].key, snapshot, client, message)
        else:
            jump.jump(settings, waiting[0], client, snapshot.now, way, message, attention.NEXT)
        return 0
    here = next((s for s in fleet if s.needs_you and attention.is_here(s, client)), None)
    elsewhere = [s for s in fleet if s.needs_you and s is not here]
    lost, unread = (0, ()) if here or elsewhere else sessions.lost_count(settings, snapshot, local)
    problems = len(snapshot.problems) + len(unread)
    message = status_line.nothing(fleet, here, elsewhere, snapshot.now, silent, lost, problems)
    if not (silent or any(session.state != "ended" for session in fleet)):
        looked_in = ", ".join(clean(home_path(path, settings.home), 120) for path in config_folders(settings))
        also = status_line.lost_hint(lost) if lost else f"looked in {looked_in}"
        message = f"no Claude Code session {'was found' if problems else 'is live'}; {also}"
        message += f" · {status_line.problems_hint(problems)}" if problems else ""
    say(settings, client.name if client and not args["peek"] else "", message)
    return 1


def _with_hosts(settings: Settings, here: list[Session], snapshot: Snapshot) -> tuple[list[Session], list[str]]:
    """These sessions and those of hosts, most urgent first, and the hosts that do not answer in time."""
    from cst import hosts
    from cst.core import fleet
    from cst.core import hosts as about
    from cst.system import hosts as prefixes

    visits = {mark.key: mark.t for mark in snapshot.marks if mark.mark == "visit" and host_of(mark.key)}
    reports = hosts.recent(settings, prefixes.chosen(settings.hosts), _RECENT, _PATIENCE)
    found = about.current(reports, snapshot.now)
    there = [session._replace(visited=visits.get(session.key, 0.0)) for session in found]
    return sorted([*here, *there], key=fleet.urgency), about.silent(reports, snapshot.now)
