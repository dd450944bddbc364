"""`cst rename`: give a session a name of yours; Claude Code keeps its own."""

from __future__ import annotations

from cst.actions import marks
from cst.commands._marks import mark
from cst.core.lookup import NobodyHereError
from cst.model import CstError, UsageError
from cst.text import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cst.args import Args
    from cst.settings import Settings


def run(args: Args, settings: Settings) -> int:
    """[SESSION] NAME, or [SESSION] --off."""
    words, off = [*([args["session"]] if args["session"] else []), *args["name"]], args["off"]
    if len(words) > 2 - off or not (words or off):
        raise UsageError("rename takes a session and a name, or --off instead; quote a name of several words")
    name, which = "" if off else words[-1], words[:1] if off else words[:-1]
    try:
        return mark(
            args, settings, which, lambda found, now: marks.rename(settings, found[0], now, name),
            lambda found, fleet: marks.taken(found[0], name, fleet),
        )  # fmt: skip
    except NobodyHereError as error:
        if not name:
            raise
        raise CstError(error.what, f"to call another one {clean(name, 60)!r}, use `cst rename SESSION NAME`") from None
