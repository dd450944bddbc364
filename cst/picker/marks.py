"""alt-v, alt-s, alt-p, alt-a, alt-g, alt-n: seen, snooze, pin, archive, tag and rename the marked sessions, or the
highlighted one."""

from __future__ import annotations

from cst.core import annotation, fleet
from cst.fzf.backend import Choice, Outcome, Question
from cst.model import NEEDS_YOU, label
from cst.picker.context import names, question
from cst.text import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cst.model import Session
    from cst.picker.context import Context, Target

HOUR = 3600.0  # seconds
WAKE, UNTIL_CHANGED = "wake", "until changed"


def seen(context: Context, target: Target, _: object) -> Outcome:
    """Mark them as seen."""
    from cst.actions import marks

    return Outcome(marks.seen(context.settings, _told(target), target.now))


def pin(context: Context, target: Target, _: object) -> Outcome:
    """Pin them; unpin them if all are pinned."""
    from cst.actions import marks

    on = not all(session.pinned for session in target.sessions)
    said = marks.pin(context.settings, _told(target), target.now, on)
    return Outcome(f"{said}; {context.key('sort')} sorts again")  # rows keep their places


def ask_archive(_: Context, target: Target) -> Question | None:
    """Whether to hide those that have a dialog open; nothing is asked where none has, or where all come back."""
    sessions = target.sessions
    count = sum(session.state in NEEDS_YOU[:4] and not session.archived for session in sessions)
    if not count:
        return None
    if len(sessions) == 1:
        lines = [f"Archive {names(sessions)}?", f"it waits for you ({sessions[0].state}); archive it all the same?"]
    else:
        waits = f"{count} of these wait{'s' * (count == 1)} for you"
        lines = [f"Archive {names(sessions)}?", f"{waits}; archive them all the same?"]
    made = question(lines, (Choice("y", "archive", "archive"), Choice("n", "cancel")), target.columns)
    return made._replace(guarded=True)


def archive(context: Context, target: Target, _: object) -> Outcome:
    """Archive them; bring them back if all are archived."""
    from cst.actions import marks

    on = not all(session.archived for session in target.sessions)
    said = marks.archive(context.settings, _told(target), target.now, on)
    what = "it" if len(target.sessions) == 1 else "them"
    back = f"{context.key('ended')} shows {what}, {context.key('archive')} brings {what} back"
    return Outcome(f"{said}; {back}" if on else said)


def ask_snooze(_: Context, target: Target) -> Question:
    """For how long; where one is snoozed also to wake it up."""
    one = len(target.sessions) == 1
    choices = [
        Choice("1", "30 minutes", 0.5 * HOUR), Choice("2", "2 hours", 2 * HOUR), Choice("3", "8 hours", 8 * HOUR),
        Choice("u", "until it changes" if one else "until each changes", UNTIL_CHANGED),
    ]  # fmt: skip
    if any(session.snoozed for session in target.sessions):
        choices.append(Choice("0", "wake it up" if one else "wake them up", WAKE))
    return question([f"Snooze {names(target.sessions)}?"], choices, target.columns)


def snooze(context: Context, target: Target, how: object) -> Outcome:
    """Snooze them for `how` many seconds or until they change, or wake them up."""
    from cst.actions import marks

    if how == WAKE:
        return Outcome(marks.wake(context.settings, _told(target), target.now))
    seconds = how if isinstance(how, float) else None
    return Outcome(marks.snooze(context.settings, _told(target), target.now, seconds))


def ask_tag(_: Context, target: Target) -> Question:
    """A line of tags. Of several sessions it says which tags all have, and which some."""
    sessions = target.sessions
    every = sorted({tag for session in sessions for tag in session.tags})
    on_all = [tag for tag in every if all(tag in session.tags for session in sessions)]
    tags = " ".join("#" + tag for tag in on_all) or "no tags"
    if some := [tag for tag in every if tag not in on_all]:
        tags = (f"{tags}, " if on_all else "") + "on some " + " ".join("#" + tag for tag in some)
    line = f"Tags of {names(sessions)}: {clean(tags, 200)}"
    return Question((line, "name adds a tag, -name removes it; esc cancels"), prompt="tags> ", needs_text=True)


def tag(context: Context, target: Target, text: object) -> Outcome:
    """Add each word as a tag, and remove those with a - before them."""
    from cst.actions import marks

    add, remove = annotation.tag_words(str(text))
    return Outcome(marks.tag(context.settings, _told(target), target.now, add, remove))


def ask_rename(_: Context, target: Target) -> Question:
    """The name, to be edited."""
    lines = (f"Rename {names(target.sessions)} to:", "an empty line restores its own name; esc cancels")
    return Question(lines, prompt="name> ", text=_called(target))


def rename(context: Context, target: Target, text: object) -> Outcome:
    """Call it that. A title that is left as it was does not become a name."""
    from cst.actions import marks

    if str(text) == _called(target):
        return Outcome("the name is unchanged")
    done = marks.rename(context.settings, target.told(target.first), target.now, str(text))
    also = marks.taken(target.first, str(text), fleet.sessions(target.snapshot))
    return Outcome(f"{done}; {also}" if also else done)


def _told(target: Target) -> list[Session]:
    """The sessions for what is said when it is done."""
    return [target.told(session) for session in target.sessions]


def _called(target: Target) -> str:
    """What it is called now."""
    return clean(label(target.first), 60)
