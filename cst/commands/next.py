"""`cst next`: jump to the session that most needs you; again, to the next one."""

from __future__ import annotations

from cst import sessions
from cst.actions import jump
from cst.core import attention, route
from cst.output import config_folders, print_lines, say
from cst.render import status_line
from cst.snapshot import STATUS
from cst.text import clean, home_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cst.args import Args
    from cst.settings import Settings


def run(args: Args, settings: Settings) -> int:
    """Jump, or with `--peek` only name the session; exit 1 where none needs you, with a word why."""
    snapshot, fleet = sessions.load_and_mark_seen(settings, STATUS)
    client = jump.client_of(snapshot, settings, args["client"])
    waiting = attention.queue(fleet, client)
    if waiting:
        step = attention.step(waiting[0], fleet, client, snapshot.marks, snapshot.now)
        way = route.to_session(snapshot, waiting[0], client)
        message = status_line.arrival(waiting[0], fleet, snapshot.now, step, way.also)
        if args["peek"]:
            print_lines([message], settings)
        else:
            jump.jump(settings, waiting[0], client, snapshot.now, way, message, attention.NEXT)
        return 0
    here = next((s for s in fleet if s.needs_you and attention.is_here(s, client)), None)
    elsewhere = [s for s in fleet if s.needs_you and s is not here]
    message = status_line.nothing(fleet, here, elsewhere, snapshot.now)
    if not fleet:
        looked_in = ", ".join(clean(home_path(path, settings.home), 120) for path in config_folders(settings))
        message = f"no Claude Code session is live; looked in {looked_in}"
    say(settings, client.name if client and not args["peek"] else "", message)
    return 1
