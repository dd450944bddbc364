"""ctrl-y: answer the dialog that a session shows, without going there."""

from __future__ import annotations

from cst.core.naming import with_place
from cst.fzf.backend import Choice, Outcome, Question, Typed
from cst.model import CstError
from cst.picker.context import question, refused
from cst.text import clean, cut
from cst.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cst.core.dialogs import Dialog
    from cst.picker.context import Context, Target


class Reply(Value):
    """What a key answers, and the dialog that was shown when it was asked: no other one may be answered."""

    dialog: Dialog
    word: str  # y, a, n or a number
    sure: bool = False  # asked twice: what holds for good is not answered by a word that was meant for the search


def ask(context: Context, target: Target) -> Question:
    """The dialog, in the preview in full, and what each key answers. CstError where it takes no reply."""
    from cst.actions import answer
    from cst.core import replies

    session, columns = target.first, target.columns
    dialog = answer.seen(context.settings, session)
    if why := replies.refusal(dialog):
        raise CstError(why)
    choices = [Choice(letter, means, Reply(dialog, letter)) for letter, means in replies.meant(dialog).items()]
    numbers = [Choice(str(o.number), "", Reply(dialog, str(o.number))) for o in dialog.options if o.number < 10]
    options = "  ".join(f"{option.number} {cut(clean(option.label, 200), 40)}" for option in dialog.options)
    about = ": ".join(filter(None, (dialog.deadline(), answer.about(dialog))))
    lines = (cut(f"Answer {with_place(session)}: {about}", columns), cut("  " + options, columns))
    made = question(lines, [*choices, *numbers], columns, also="or a number")
    return _with_page(made._replace(guarded=True), context, target, dialog)


def act(context: Context, target: Target, reply: object) -> Outcome:
    """Give the reply if that same dialog is still there; where it takes a text, ask for that first. The next of several
    questions is asked at once."""
    from cst.actions import answer
    from cst.core import replies

    text = reply.text if isinstance(reply, Typed) else ""
    reply = reply.value if isinstance(reply, Typed) else reply
    assert isinstance(reply, Reply)
    if reply.word == "a" and not reply.sure:
        return Outcome(again=_ask_again(context, target, reply))
    if not text.strip() and reply.word in [str(option.number) for option in replies.takes_text(reply.dialog)]:
        return Outcome(again=_ask_text(context, target, reply))
    try:
        message = answer.answer(context.settings, target.told(target.first), reply.dialog, reply.word, text=text)
    except CstError as error:
        if not text or error.sent:
            raise
        again = _ask_text(context, target, reply)
        again = again._replace(lines=refused(error, again, target.columns), text=text)
        return Outcome(str(error), again=again, failed=True)
    if not reply.dialog.tabs and not reply.dialog.several:
        return Outcome(message, move_on=True)
    try:
        return Outcome(message, again=ask(context, target))
    except CstError:
        return Outcome(message, move_on=True)


def _ask_again(context: Context, target: Target, reply: Reply) -> Question:
    from cst.actions import answer
    from cst.core import replies

    option = replies.choice(reply.dialog, reply.word).option
    about = f"{with_place(target.first)}: {answer.about(reply.dialog)}"
    label = f"{option.number} {clean(option.label, 200)}" if option else ""
    made = once_more(about, label, reply._replace(sure=True), target.columns)
    return _with_page(made, context, target, reply.dialog)


def once_more(about: str, label: str, reply: object, columns: int) -> Question:
    """Whether an answer is to hold for good, with the words of its option: the same key says so."""
    lines = (cut(f"Answer always? {about}", columns), cut(f"  {label}", columns))
    return question(lines, [Choice("a", "always, once more", reply)], columns)._replace(guarded=True)


def _ask_text(context: Context, target: Target, reply: Reply) -> Question:
    """A line of text for the option that takes one."""
    from cst.actions import answer

    option = next(option for option in reply.dialog.options if str(option.number) == reply.word)
    about = f"Answer {with_place(target.first)}: {answer.about(reply.dialog)}"
    enter = context.key("jump")
    label = f"{option.number} {clean(option.label, 60)}: type it, {enter} answers; esc cancels"
    lines = (cut(about, target.columns), cut(label, target.columns))
    return _with_page(Question(lines, prompt="answer> ", value=reply, needs_text=True), context, target, reply.dialog)


def _with_page(made: Question, context: Context, target: Target, dialog: Dialog) -> Question:
    """The question with the dialog in full in the preview."""
    from cst.render import dialog as view

    return made._replace(page=lambda wide: view.lines(dialog, target.first, target.now, wide, context.paint))
