"""ctrl-y: answer the dialog that a session shows, without going there."""

from __future__ import annotations

from cst.core.naming import with_place
from cst.fzf.backend import Choice, Outcome, Question
from cst.model import CstError, Value
from cst.picker.context import question
from cst.text import clean, cut

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cst.core.dialogs import Dialog
    from cst.picker.context import Context, Target


class Reply(Value):
    """What a key answers, and the dialog that was shown when it was asked: no other one may be answered."""

    dialog: Dialog
    word: str  # y, a, n or a number


def ask(context: Context, target: Target) -> Question:
    """The dialog, in the preview in full, and what each key answers."""
    from cst.actions import answer
    from cst.core import replies
    from cst.render import dialog as view

    session, now, columns = target.first, target.now, target.columns
    dialog = answer.seen(context.settings, session)
    words = replies.words(dialog)
    choices = [Choice(letter, word, Reply(dialog, letter)) for letter, word in words.items()]
    numbers = [Choice(str(o.number), "", Reply(dialog, str(o.number))) for o in dialog.options if o.number < 10]
    options = "  ".join(f"{option.number} {cut(clean(option.label, 200), 40)}" for option in dialog.options)
    lines = (
        cut(f"Answer {with_place(session)}: {answer.about(dialog)}", columns), cut("  " + options, columns),
    )  # fmt: skip
    made = question(lines, [*choices, *numbers], columns, also="or a number")
    return made._replace(page=lambda wide: view.lines(dialog, session, now, wide, context.paint))


def act(context: Context, target: Target, reply: object) -> Outcome:
    """Give the reply if that same dialog is still there. The next of several questions is asked at once."""
    from cst.actions import answer

    assert isinstance(reply, Reply)
    message = answer.answer(context.settings, target.first, reply.dialog, reply.word)
    if not reply.dialog.tabs and not reply.dialog.several:
        return Outcome(message, move_on=True)
    try:
        return Outcome(message, again=ask(context, target))
    except CstError:
        return Outcome(message, move_on=True)
