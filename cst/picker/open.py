"""ctrl-o: open the session's folder in an editor, a shell there, or its transcript."""

from __future__ import annotations

from cst.fzf.backend import Choice, Outcome
from cst.picker.context import names, question

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cst.fzf.backend import Question
    from cst.picker.context import Context, Target

CHOICES = (
    Choice("e", "folder in the editor", "folder"), Choice("s", "shell there", "shell"),
    Choice("t", "transcript", "transcript"),
)  # fmt: skip


def ask(_: Context, target: Target) -> Question:
    """What to open."""
    return question([f"Open {names(target.sessions)}:"], CHOICES, target.columns)


def act(context: Context, target: Target, what: object) -> Outcome:
    """Open it in a new tmux window, or outside tmux on this terminal."""
    from cst.actions import open as actions

    settings, session = context.settings, target.first
    client = context.client_of(target.snapshot)
    if client is None:
        return Outcome(run=("open", session.key, str(what)))
    if what == "transcript":
        message = actions.transcript(settings, session, client, context.program)
    else:
        message = (actions.shell if what == "shell" else actions.editor)(settings, session, client)
    return Outcome(message) if context.stay else Outcome(leave=True)
