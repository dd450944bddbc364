"""`cst ls --watch`: the table again and again, in place on a terminal, and at each change into a pipe."""

from __future__ import annotations

import os
import sys
import time

from cst.look import columns, looked_in, paint, plain, print_lines, warn
from cst.reading import chosen
from cst.view import table
from cst.watch import Watch

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from cst.model import Session, Snapshot
    from cst.settings import Settings

    Given = dict[str, Any]

_SECOND = 1.0  # between two looks
_ENTER, _LEAVE = "\x1b[?1049h\x1b[?25l\x1b[?7l", "\x1b[?7h\x1b[?25h\x1b[?1049l"  # alternate screen, cursor, wrapping


def ls(given: Given, own: Settings) -> int:
    """Go on until q, ctrl-c or a signal: exit 0, 130 and what the signal says."""
    if given["json"] or not os.isatty(1):
        return _at_each_change(given, own)
    from cst import terminal

    watch, brush = Watch(own, given["all"]), paint(own, given["color"])
    with terminal.Held(_ENTER, _LEAVE) as held:
        while True:
            seen, sessions = watch.look()
            held.show(frame(given, own, seen, sessions, brush))
            if held.key(_SECOND) in ("q", "Q", "\x04", "\x1b"):
                return 0


def frame(given: Given, own: Settings, seen: Snapshot, sessions: list[Session], brush: Any) -> list[str]:
    """The lines of one screen: as many rows as fit, and how many more there are."""
    try:
        wide, high = os.get_terminal_size(1)
    except OSError:
        wide, high = 80, 24
    lines = _lines(given, own, sessions, seen.now, wide - 1, brush)  # clearing a full line would take its last sign
    lines += [brush.dim(f"{source}: problem, see `cst ls`") for source, _ in seen.problems]
    if len(lines) > high - 1 > 0:
        lines = [*lines[: high - 1], brush.dim(f"and {len(lines) - high + 1} more; q leaves")]
    elif high > 2:
        lines += [""] * (high - 1 - len(lines)) + [brush.dim("q leaves")]
    return [*plain(lines[: max(1, high)], own)]


def _lines(given: Given, own: Settings, sessions: list[Session], now: float, wide: int, brush: Any) -> list[str]:
    shown = chosen(sessions, given)
    if shown:
        return table.table(shown, now, wide, brush)
    return table.nothing(looked_in(own), own.home, len(sessions))


def _at_each_change(given: Given, own: Settings) -> int:
    """A table, or a JSON object in one line, for each look that shows something else than ages."""
    from cst.jsonl import one_line
    from cst.view import schema

    watch, brush = Watch(own, given["all"]), paint(own, given["color"])
    before: list[tuple[str, ...]] | None = None
    while True:
        seen, sessions = watch.look()
        shown = chosen(sessions, given)
        now = [(session.key, *table.cells(session, session.since)) for session in shown]
        if now != before:
            if given["json"]:
                print_lines([one_line(schema.fleet(shown, seen.now, seen.problems))])
            else:
                warn(seen)
                gap = [] if before is None else [""]
                print_lines(gap + _lines(given, own, sessions, seen.now, columns(own), brush), own)
            sys.stdout.flush()
        before = now
        time.sleep(_SECOND)
