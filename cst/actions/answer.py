"""Answer the dialog of a session without going there, never blind.

One at a time: who comes second, in another picker or by `cst answer`, looks once the first has its proof. Before the
key: the process is that session's and reads that terminal, the pane is in no mode, the registry says that
the session waits, and the dialog on the screen is the one that the user saw. One key is sent, once; where arrows have
to move a cursor first, the screen is read again before each. Between the last reading and the key lie milliseconds; a
client usually drops keys in the first moment of a dialog. After the key: the client's own word that it was taken, or
an error that there is none.
"""

from __future__ import annotations

import time

from cst.actions import identity, pane
from cst.actions.pane import NotSent
from cst.claude import registry, transcript
from cst.core import dialogs, replies
from cst.core.naming import display_name
from cst.model import DIALOG_OPEN, CstError
from cst.text import clean, cut

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cst.actions.pane import View
    from cst.core.dialogs import Dialog
    from cst.core.replies import Choice
    from cst.model import Record, Session
    from cst.settings import Settings

PATIENCE = 5.0  # seconds for the proof
DEAF = 0.7  # seconds since the dialog was found: a new one drops keys at first (0.4 seen)
_WHOLE = 4000  # characters of what was approved: all that is likely to be one command
_TURN = 5.0  # seconds that another answer may take to press its keys
_STEP = 0.05  # seconds between two readings of the registry record
_LOOKS = (0.05, 0.4)  # seconds between two questions to tmux: at first, and at most
_GONE = 0.25  # seconds that a dialog has to be off the screen of a client without a status
_LEFT = 1.0  # the same, of one that publishes its status and waits on
# unknown: an old client; starting: one that asks for trust, in its first two seconds. The screen tells.
_WAITS = ("permission", "question", "plan", "dialog", "unknown", "starting")
# The states of sessions of a status that shows no dialog.
_STATES = {
    "idle": ("idle", "done", "asked", "error", "interrupted"),
    "busy": ("working", "compacting"),
    "shell": ("background",),
}


def seen(settings: Settings, session: Session) -> Dialog:
    """The dialog on the session's screen now. NotSent where there is none, or where the session does not wait."""
    return _dialog(session, pane.look(settings, session))


def answer(
    settings: Settings, session: Session, dialog: Dialog, reply: str, patience: float = PATIENCE, text: str = ""
) -> str:
    """Give a dialog that `seen` returned one reply (yes, always, no, y, a, n, or a number), with a text for an option
    that opens a text field: what came of it, in words.

    NotSent where something has changed since; CstError where the cursor was moved and Enter was not pressed, or where
    nothing proves within `patience` seconds that the key was taken.
    """
    if text:
        from cst.actions import answer_text

        text = answer_text.line(text)
    choice = replies.choice(dialog, reply, text)
    from cst.system import locks  # who only looks needs none

    with locks.held(f"{settings.state_dir}/answering.{session.pid}", patience + _TURN) as alone:
        if not alone:
            raise NotSent(f"somebody else is answering {display_name(session)}", "look there before you try again")
        return _answer(settings, session, dialog, choice, patience)


def _answer(settings: Settings, session: Session, dialog: Dialog, choice: Choice, patience: float) -> str:
    time.sleep(max(0.0, min(DEAF, dialog.seen_at + DEAF - time.time())))
    view = _same(settings, session, dialog)
    where = [option.number for option in dialog.options]
    now = next(i for i, option in enumerate(dialog.options) if option.selected)
    field = choice.option.number if choice.option and choice.text else 0
    pressed = 0.0
    for i, key in enumerate(choice.keys):
        try:
            if field or choice.keys[-1] == "Enter":  # what that chooses is told by the cursor alone
                view = _moved(settings, session, dialog, where[now], field)
            pressed = time.time()
            pane.press(settings, session, view, key)
        except CstError as error:
            if i and error.sent is False:
                raise CstError(error.what, "the cursor was moved, Enter was not pressed", sent=True) from None
            raise
        now += {"Down": 1, "Right": 1, "Up": -1, "Left": -1}.get(key, 0)
    if choice.text and choice.option:
        view = _moved(settings, session, dialog, field, field)
        pressed = time.time()
        from cst.actions import answer_text

        view, dialog = answer_text.enter(settings, session, view, dialog, choice.option, choice.text)
    came = _proof(settings, session, dialog, view, time.monotonic() + patience)
    if choice.option and choice.option.means != "no":
        _undisturbed(session, view, pressed)
    return f"{display_name(session)}: {choice.told} · {_whole(dialog, session)}, {came}"


def about(dialog: Dialog, most: int = 120) -> str:
    """What a dialog is about, in one clean line, by its screen: "Bash: npm test"; of its subject so many characters."""
    title = clean(dialog.title or dialog.kind, 200).partition(" from the ")[0]  # agent "…": it says nothing here
    title = cut(title.rstrip(" ,·-("), 40).removesuffix(" command")
    subject = clean(dialog.subject, most)
    if dialog.kind == "question" and subject:
        return subject
    return f"{title}{' ' if title.endswith('?') else ': '}{subject}" if subject else title


def _whole(dialog: Dialog, session: Session) -> str:
    """What a reply was about, whole: from the transcript where the screen shows only its end."""
    wants = session.wants
    if dialog.clipped and wants and wants.detail:
        return about(dialog._replace(title=dialog.title or wants.tool, subject=wants.detail), _WHOLE)
    return about(dialog, _WHOLE)


# ------------------------------------------------------------------------------------------ before the key


def _dialog(session: Session, view: View) -> Dialog:
    """The dialog on a pane, with the moment at which it was seen and the process that shows it."""
    record = view.record
    if record and record.status and (record.status != "waiting" or record.waiting_for == DIALOG_OPEN):
        state = _state(session, record.status)
        if record.status == "waiting":
            raise NotSent(f"{display_name(session)} has a menu open", pane.GO_THERE.format(session.pid))
        raise NotSent(f"{display_name(session)} shows no dialog to answer; its state is {state}")
    if session.state not in _WAITS and not (record and record.status):
        raise NotSent(f"{display_name(session)} shows no dialog to answer; its state is {session.state}")
    dialog, why = dialogs.read(view.screen)
    if dialog is None:
        what = f"no dialog to answer on the screen of {display_name(session)}: {why}"
        raise NotSent(what, pane.GO_THERE.format(session.pid))
    return dialog._replace(seen_at=time.time(), holder=view.start, waits_since=record.status_at if record else 0.0)


def _state(session: Session, status: str) -> str:
    """The session's state, where it is one of this status; else, as it has gone on since, what the status says."""
    states = _STATES.get(status, (clean(status, 20),))
    return session.state if session.state in states else states[0]


def _same(settings: Settings, session: Session, dialog: Dialog, field: int = 0) -> View:
    """The pane just before the key. NotSent, naming what stands there now, unless it is the same dialog. `field`: the
    option whose text field the cursor may stand in."""
    view = pane.look(settings, session, dialog.holder)
    now = _dialog(session, view)
    if now.typing and not any(option.selected and option.number == field for option in now.options):
        raise NotSent("a text field was opened in that dialog meanwhile")
    if not dialog.same(now):
        raise NotSent(f"the dialog has changed; it now asks: {about(now)}")
    if now.waits_since != dialog.waits_since:
        raise NotSent(f"it has moved on and asks again: {about(now)}")
    return view


def _moved(settings: Settings, session: Session, dialog: Dialog, number: int, field: int = 0) -> View:
    """The pane once the cursor is on that option. CstError where it does not get there, or has left it."""
    end = time.monotonic() + 2
    while True:
        time.sleep(_STEP)
        try:
            view = _same(settings, session, dialog, field)
        except CstError:  # perhaps half drawn
            if time.monotonic() > end:
                raise
            continue
        now = dialogs.read(view.screen)[0]
        if now and any(option.selected and option.number == number for option in now.options):
            return view
        if time.monotonic() > end:
            raise CstError("the cursor of that dialog is on another option", "nothing was chosen")


# ------------------------------------------------------------------------------------------- after the key


def _proof(settings: Settings, session: Session, dialog: Dialog, view: View, end: float) -> str:
    """What the session does now that the client has taken the key. CstError where nothing says that it has."""
    pause, due = _LOOKS[0], 0.0
    taken = False  # by the registry's word
    absent = 0.0  # since when the dialog is off the screen, 0 = it is not
    while time.monotonic() < end:
        time.sleep(_STEP)
        record = registry.one(session.config_dir, view.pid)
        if identity.refusal(session, view.pid, view.start):
            return "it has ended"
        before, taken = taken, _taken(view.record, record)
        moment = time.monotonic()
        if moment < due and taken == before:
            continue  # to ask tmux starts a process
        due, pause = moment + pause, min(pause * 1.5, _LOOKS[1])
        screen = _screen(settings, session, view)
        now = dialogs.read(screen)[0]
        if now is not None and not dialog.same(now):
            return f"it now asks: {about(now)}"
        absent = absent or moment if screen and now is None else 0.0
        gone = not _tells(view.record) and absent and moment - absent >= _GONE
        if (taken or gone) and (record is None or record.status != "waiting"):
            return _does(record)
        if dialog.kind == "link" and absent and moment - absent >= _LEFT:  # the client waits on, for the page
            return "the dialog has left its screen"
    if taken:
        return "it is waiting again; `cst answer` shows what for"
    what = f"a key was sent to {display_name(session)}, but nothing shows that it was taken"
    raise CstError(what, "look there before you try again", sent=True)


def _tells(record: Record | None) -> bool:
    """Whether a client publishes its status."""
    return bool(record and record.status)


def _taken(before: Record | None, now: Record | None) -> bool:
    """Whether the registry says that the client has taken the key: its status changed, or now there is one."""
    if before is None or not before.status:
        return _tells(now)
    return bool(now and (now.status, now.status_at) != (before.status, before.status_at))


def _screen(settings: Settings, session: Session, view: View) -> str:
    """The screen after the key; "" while it cannot be read, which proves nothing."""
    try:
        return pane.look(settings, session, view.start).screen
    except CstError:
        return ""


def _does(record: Record | None) -> str:
    """What a session does, in the words of the registry."""
    words = {"busy": "now working", "idle": "now at its prompt", "shell": "now at its prompt, a shell of its own runs"}
    return words.get(record.status if record else "", "the dialog is gone")


def _undisturbed(session: Session, view: View, pressed: float) -> None:
    """CstError where the transcript says that somebody interrupted what the key was to approve: they were faster."""
    record = view.record
    if record is None or not record.session_id:
        return
    path = transcript.locate(record.config_dir, record.cwd, record.session_id)
    try:
        tail = transcript.read(path) if path else None
    except OSError:  # the key was taken, whatever the transcript would say
        return
    if tail and tail.last == "interrupted" and tail.last_at >= pressed - 1:
        raise CstError(f"{display_name(session)} was interrupted at the same moment", "look there", sent=True)
