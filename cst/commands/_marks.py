"""What the verbs that mark sessions have in common: find the sessions, act, say so where the user looks."""

from __future__ import annotations

from cst import sessions
from cst.actions import jump
from cst.core.lookup import NobodyError
from cst.core.naming import told_apart
from cst.model import CstError
from cst.output import say
from cst.snapshot import STATUS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cst.args import Args
    from cst.model import Session
    from cst.settings import Settings

    Act = Callable[[list[Session], float], str]
    Remark = Callable[[list[Session], list[Session]], str]


def mark(args: Args, settings: Settings, words: Sequence[str], act: Act, remark: Remark | None = None) -> int:
    """Call `act` with the sessions that the words name, or that of this pane, and the time; print what it returns, and
    what `remark` has to say of those sessions among all."""
    if words:
        try:
            snapshot, found, fleet = sessions.resolve_many(words, settings)
        except NobodyError:
            if args["client"] and words[0].startswith("%"):  # a key was pressed, and tmux named its pane
                raise CstError("no Claude Code session is in this pane") from None
            raise
    else:
        snapshot, fleet = sessions.load_and_mark_seen(settings, STATUS)
        found = [sessions.resolve(fleet, "", settings)]
    message = act(told_apart(found, fleet), snapshot.now)
    if remark and (more := remark(found, fleet)):
        message += f"; {more}"
    client = jump.client_of(snapshot, settings, args["client"])
    say(settings, client.name if client else "", message)
    return 0
