"""ctrl-t: send a prompt to the session, without going there."""

from __future__ import annotations

from cst.fzf.backend import Outcome, Question
from cst.model import CstError
from cst.picker.context import names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cst.picker.context import Context, Target


def ask(_: Context, target: Target) -> Question:
    """A line of text."""
    lines = (f"Send to {names(target.sessions)}: Enter sends it", "an empty line opens your editor; esc cancels")
    return Question(lines, prompt="send> ")


def act(context: Context, target: Target, text: object) -> Outcome:
    """Type it into the session's input box. An empty one is written in the user's editor."""
    from cst.actions import send

    if not str(text).strip():
        return Outcome(run=("send", "--edit", target.first.key))
    try:
        return Outcome(send.send(context.settings, target.first, str(text)))
    except send.Unproven as error:  # it may have arrived, so it is not offered again
        raise CstError(error.what, error.remedy, sent=True) from None
