"""`cst events`: the state of each session, and with `--follow` its changes."""

from __future__ import annotations

import time

from cst import sessions
from cst.core.transitions import Known
from cst.output import painter, pause, print_lines, terminal_columns
from cst.poller import Poller

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from cst.args import Args
    from cst.core.transitions import Change
    from cst.settings import Settings


def run(args: Args, settings: Settings) -> int:
    """Print a line for each change; exit 1 where there is no session and nothing to follow."""
    from cst.jsonl import one_line
    from cst.render import transition

    paint, offset, printed = painter(settings, "auto"), time.localtime().tm_gmtoff, False
    levels: dict[object, str] = {}
    for changes in events(settings, args["session"], args["follow"]):
        columns = terminal_columns(settings)
        if changes:
            print_lines([
                one_line(transition.as_json(change)) if args["json"]
                else transition.line(change, offset, columns, paint)
                for change in changes
            ])  # fmt: skip
            printed = True
        if not args["session"]:
            levels = _print_budgets(args, settings, levels, offset)
    return 0 if printed else 1


def _print_budgets(args: Args, settings: Settings, known: dict[object, str], offset: int) -> dict[object, str]:
    """A line for each budget that is nearly spent, or spent, since the look before; returns how full all are now."""
    standings = sessions.budgets(settings)
    if not standings:
        return known
    from cst.core.budgets import risen
    from cst.jsonl import one_line
    from cst.render import budget

    levels, new = risen(known, standings.now(time.time()))
    print_lines([
        one_line(budget.event(one, standings.at)) if args["json"] else budget.event_line(one, standings.at, offset)
        for one in new
    ])  # fmt: skip
    return levels


def events(
    settings: Settings, words: Sequence[str], follow: bool, sleep: Callable[[float], None] = pause
) -> Iterator[list[Change]]:
    """The changes of each look, those of the first one from nothing. CstError where a word names no session."""
    poller, known = Poller(settings), Known()
    snapshot, fleet = poller.look(at_once=True)
    keys = {sessions.resolve(fleet, word, settings).key for word in words}
    ids = {session.id for session in fleet if session.key in keys}
    while True:
        changes = known.look(fleet, snapshot.now)
        mine = [change for change in changes if not words or _is_meant(change, keys, ids)]
        ids |= {change.session.id for change in mine}
        yield mine
        if not follow:
            return
        sleep(settings.refresh)
        snapshot, fleet = poller.look()


def _is_meant(change: Change, keys: set[str], ids: set[str]) -> bool:
    """Whether it is one of these sessions: by its key or, once it has ended and has no process, by its id."""
    return change.session.key in keys or (change.session.state == "ended" and change.session.id in ids)
