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


def ask(context: Context, target: Target) -> Question:
    """Who it is, and what would be lost."""
    from cst.actions import kill
    from cst.render import kill_prompt

    sessions, now = target.sessions, target.now
    if gone := [session for session in sessions if session.pid is None]:
        raise CstError(f"{display_name(gone[0])} has already ended")
    stake = kill.at_stake(sessions)
    each = [kill_prompt.lost(*one) for one in stake.each]
    lost = kill_prompt.lost(stake.folders, stake.queued, stake.running)
    lines = kill_prompt.several(sessions, now, lost, target.columns, each)
    made = guarded(context, lines, len(sessions), target.columns)
    if len(sessions) == 1:
        return made
    return made._replace(page=lambda columns: kill_prompt.all_of(sessions, each, now, columns, context.paint))


def guarded(context: Context, lines: Sequence[str], count: int, columns: int) -> Question:
    """The question with these lines about so many sessions. Its keys count only with Enter behind them, and any other
    line cancels: ctrl-k is close to other keys, and a word that is typed for the search may begin with y."""
    one = count == 1
    choices = (
        Choice("y", "end it" if one else "end them", TERMINATE),
        Choice("K", "SIGKILL if it stays" if one else "SIGKILL those that stay", KILL), Choice("n", "cancel"),
    )  # fmt: skip
    made = question(lines, choices, columns, leaves="esc = cancel", behind=f" {context.key('jump')}")
    return made._replace(confirmed=True, prompt="y or K> ")


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
