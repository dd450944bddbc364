"""`cst snooze`: snooze sessions: until then they do not need you."""

from __future__ import annotations

from cst.actions import marks
from cst.args import duration
from cst.commands._marks import mark
from cst.model import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cst.args import Args
    from cst.model import Session
    from cst.settings import Settings


def run(args: Args, settings: Settings) -> int:
    """Snooze for a time or until the session changes; `--off` wakes it."""
    if sum((bool(args["for"]), args["until-changes"], args["off"])) > 1:
        raise UsageError("--for, --until-changes and --off cannot be combined; pass one of them")
    seconds = None if args["until-changes"] else duration(args["for"] or "30m")
    note = args["note"] or None

    def act(found: list[Session], now: float) -> str:
        return marks.wake(settings, found, now) if args["off"] else marks.snooze(settings, found, now, seconds, note)

    return mark(args, settings, args["session"], act)
