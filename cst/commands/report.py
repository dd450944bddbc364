"""`cst report`: what waiting has cost: how long sessions waited for the user, and how often."""

from __future__ import annotations

import time

from cst import sessions, traces
from cst.core import report
from cst.output import Progress, painter, print_json, print_lines, terminal_columns, warn
from cst.render import report as rendered
from cst.snapshot import STATUS
from cst.system import days

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cst.args import Args
    from cst.settings import Settings


def run(args: Args, settings: Settings) -> int:
    """Exit 1 where nothing waited in that time, or a source could not be read."""
    _, fleet = sessions.load(settings, STATUS)
    now = time.time()
    span = days.span(args["when"] or "today", now)
    since = span[0][1]
    progress = Progress("transcripts")
    known = traces.read(settings, fleet, since, now, progress)
    progress.over()
    found = report.report(known.traces, known.waits, known.moments, args["by"], span, now)
    for problem in known.problems:
        warn(problem)
    if args["json"]:
        print_json(rendered.as_json(found, report.within(known.waits, since, now), known.traces, since, now))
    else:
        names = {session_id: trace.shown for session_id, trace in known.traces.items()}
        columns, paint = terminal_columns(settings), painter(settings, args["color"])
        made = rendered.lines(found, names, columns, paint)
        if not found.total.waits:
            warn("no session waited for you in that time, as far as hooks and transcripts tell")
        if made:
            print_lines(made, settings)
    return 1 if known.problems or not found.total.waits else 0
