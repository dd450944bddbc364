"""`cst limits`: how full the usage limits are, as the sessions' status lines were told."""

from __future__ import annotations

import time

from cst.core import quota
from cst.model import UsageError
from cst.output import painter, print_json, print_lines, warn
from cst.render import limits
from cst.store import payloads

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cst.args import Args
    from cst.settings import Settings

_NONE = "no usage limit is known: Claude Code names them to its status line alone; `cst statusline install` keeps them"
_UNTOLD = "no usage limit is known: no status line was told of one; Claude Code tells a subscription's, after an answer"


def run(args: Args, settings: Settings) -> int:
    """Exit 1 with `--check` where a limit is at that percentage or over, or where none is known."""
    most = _percentage(args["check"])
    now = time.time()
    kept, wrong = payloads.read_all(settings)
    for problem in wrong:
        warn(problem)
    windows = quota.windows(kept, now)
    plans = quota.plans(kept, now)
    if args["json"]:
        print_json(limits.as_json(windows, plans, now))
    else:
        if not windows:
            warn(_UNTOLD if kept else _NONE)
        offset = time.localtime(now).tm_gmtoff
        lines = limits.lines(windows, now, offset, settings.home, painter(settings, args["color"]))
        if plans:
            print_lines([*lines, *limits.plan_lines(plans, settings.home)], settings)
    if most is None:
        return 0
    known = [window.percent for window in windows if window.percent is not None]
    return 0 if known and max(known) < most else 1


def _percentage(text: str) -> float | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 5 and int(text) <= 1000):
        raise UsageError("--check takes a percentage, such as 90")
    return float(text)
