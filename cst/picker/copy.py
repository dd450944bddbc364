"""alt-c: copy something of the session."""

from __future__ import annotations

from cst.fzf.backend import Choice, Outcome
from cst.picker.context import names, question

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cst.fzf.backend import Question
    from cst.picker.context import Context, Target

CHOICES = (
    Choice("i", "its id", "id"), Choice("p", "its path", "path"), Choice("r", "the command that resumes it", "resume"),
)  # fmt: skip


def ask(_: Context, target: Target) -> Question:
    """What to copy."""
    return question([f"Copy from {names(target.sessions)}:"], CHOICES, target.columns)


def act(context: Context, target: Target, what: object) -> Outcome:
    """Copy it into tmux's buffer or the terminal's clipboard."""
    from cst.actions import copy

    text = copy.text(context.settings, target.first, str(what))
    return Outcome(copy.copy(context.settings, text, context.client_of(target.snapshot)))
