"""Enter: show the session; resume it if it has ended."""

from __future__ import annotations

from cst.core import attention, route
from cst.core.naming import display_name
from cst.fzf.backend import Choice, Outcome
from cst.model import CstError
from cst.picker.context import question
from cst.text import clean, cut, cut_start, home_path, width

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cst.fzf.backend import Question
    from cst.picker.context import Context, Target

RESUME = (Choice("y", "in a new window", True), Choice("n", "leave it"))

_LEAST = 4  # columns of a name that is cut


def ask(context: Context, target: Target) -> Question | None:
    """Whether to resume, if it has ended. CstError where nobody knows in which folder."""
    from cst.actions import copy

    session = target.first
    if session.pid is not None:
        return None
    folder = copy.folder_of(session)
    if not folder:
        called = display_name(session)
        raise CstError(f"{called} has ended and its folder is not known, so it cannot be resumed", "start a new one")
    asks, room = "has ended. Resume it in", target.columns
    where = clean(home_path(folder, context.settings.home))
    lines = [f"{display_name(session)} {asks} {where}?", ""]
    if width(lines[0]) > room:
        called = cut(display_name(session), max(_LEAST, room - len(asks) - 1))
        lines = [f"{called} {asks}", f"{cut_start(where, room - 1)}?"]
    return question(lines, RESUME, target.columns)


def act(context: Context, target: Target, _: object) -> Outcome:
    """Jump there or resume it. Outside tmux this terminal becomes its client, after fzf has left it."""
    from cst.actions import jump

    session, settings = target.first, context.settings
    client = context.client_of(target.snapshot)
    to_be_shown = session.place or session.pid is None or attention.in_background(session)
    if client is None and not settings.tmux and to_be_shown:
        if context.stay and session.pid:
            return Outcome(run=("jump", session.key))
        return Outcome(leave=True, row=session.key)
    if session.pid is None:
        from cst.actions import resume

        stands = resume.last_turn(settings, target.snapshot, session)
        message = resume.resume(settings, session, client, target.now, stands=stands)
    else:
        way = route.to_session(target.snapshot, session, client)
        jump.jump(settings, session, client, target.now, way)
        message = ", ".join(filter(None, (f"{display_name(session)} is shown", way.also)))
    return Outcome(message) if context.stay else Outcome(leave=True)
