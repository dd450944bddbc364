"""`cst prune`: what goes is said, and how much that frees. Wiring."""

from __future__ import annotations

import os
import sys
import time

from cst.actions import prune
from cst.finding import amount
from cst.look import print_lines
from cst.view.text import clean, home_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from cst.settings import Settings

    Given = dict[str, Any]

_QUIET = 1.0  # seconds after which the progress is shown


def do_prune(given: Given, own: Settings) -> int:
    """`cst prune`; exit 1 where a log could not be removed."""
    older = prune.days(given["older-than"]) if given["older-than"] else prune.DAYS
    if given["dry-run"]:
        print_lines(_planned(prune.survey(own, time.time(), older), own))
        return 0
    told = Progress()
    freed = prune.prune(own, time.time(), older, told)
    told.over()
    lines = [f"removed {_counted(freed.logs, 'event log')}: {amount(freed.size)}"] if freed.logs else []
    lines += [f"compacted the marks: {amount(freed.marks)}"] if freed.marks else []
    lines += [f"kept {_counted(freed.kept, 'event log')}: in use again meanwhile"] if freed.kept else []
    print_lines(lines or ["nothing to prune"])
    for problem in freed.problems:
        print(f"cst: cannot remove {clean(problem)}; mend its permissions", file=sys.stderr)
    return 1 if freed.problems else 0


def _planned(plan: prune.Plan, own: Settings) -> list[str]:
    lines = [f"{amount(log.size):>7}  {clean(home_path(log.path, own.home))}" for log in plan.logs]
    marks = (plan.marks_size or 0) - (plan.marks_after or 0)
    lines += [f"{amount(marks):>7}  of {clean(home_path(own.marks_file, own.home))}"] if marks else []
    return [*lines, f"{amount(plan.frees):>7}  would be freed"] if lines else ["nothing to prune"]


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'s' * (count != 1)}"


class Progress:
    """Says on a terminal how far it is, once it has taken a second."""

    def __init__(self) -> None:
        self.begun = time.monotonic()
        self.shown = False

    def __call__(self, done: int, of: int) -> None:
        if os.isatty(2) and time.monotonic() - self.begun > _QUIET:
            print(f"\rcst: {done} of {of} event logs\x1b[K", end="", file=sys.stderr, flush=True)
            self.shown = True

    def over(self) -> None:
        """Take that line away."""
        if self.shown:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
