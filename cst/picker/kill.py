"""ctrl-k: end the marked sessions, or the highlighted one, after a question."""

from __future__ import annotations

from cst.core.naming import display_name
from cst.fzf.backend import Choice, Outcome
from cst.model import CstError
from cst.picker.context import question

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cst.fzf.backend import Question
    from cst.picker.context import Context, Target

TERMINATE, KILL = "terminate", "kill"
CHOICES = (Choice("y", "end it", TERMINATE), Choice("K", "SIGKILL if it stays", KILL), Choice("n", "cancel"))


def ask(context: Context, target: Target) -> Question:
    """Who it is, and what would be lost."""
    from cst.actions import kill
    from cst.render import kill_prompt

    sessions, now = target.sessions, target.now
    if gone := [session for session in sessions if session.pid is None]:
        raise CstError(f"{display_name(gone[0])} has already ended")
    lost = kill_prompt.lost(*kill.at_stake(sessions))
    lines = kill_prompt.several(sessions, now, lost, target.columns)
    made = guarded(lines, target.columns)
    if len(sessions) == 1:
        return made
    return made._replace(page=lambda columns: kill_prompt.all_of(sessions, now, columns, context.paint))


def guarded(lines: Sequence[str], columns: int) -> Question:
    """The question with these lines: a key that it does not offer cancels it."""
    return question(lines, CHOICES, columns, leaves="any other key = cancel")._replace(guarded=True)


def act(context: Context, target: Target, how: object) -> Outcome:
    """End each of them; what did not end is named first."""
    from cst.actions import kill

    ended, errors = [], []
    for session in target.sessions:
        try:
            ended.append(kill.end(context.settings, session, how == KILL))
        except CstError as error:
            errors.append(str(error))
    return Outcome("; ".join(errors + ended), failed=not ended)
