"""Answer the dialog of a session without going there, never blind.

Before the key: the process is that session's and reads that terminal, the pane is in no mode, the registry says that
it waits, and the same dialog stands on the screen as when it was seen. One key is sent, once; where arrows have to
move a cursor first, there is a look before each. Between the last look and the key lie milliseconds; a client usually
drops keys in the first moment of a dialog. After the key: the client's own word that it was taken, or an error that
there is none.
"""

from __future__ import annotations

import time

from cst.actions import identity, pane
from cst.claude import registry, transcript
from cst.core import dialogs, replies
from cst.model import CstError, label
from cst.text import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cst.actions.pane import View
    from cst.core.dialogs import Dialog
    from cst.model import Record, Session
    from cst.settings import Settings

PATIENCE = 5.0  # seconds for the proof
DEAF = 0.7  # seconds since the look that found it: a new dialog drops keys at first (0.4 seen)
_STEP = 0.05
# unknown: an old client; starting: one that asks for trust, in its first two seconds. The screen tells.
_WAITS = ("permission", "question", "plan", "dialog", "unknown", "starting")


def seen(settings: Settings, session: Session) -> Dialog:
    """The dialog on the session's screen now. CstError where there is none, or where the session does not wait."""
    return _dialog(session, pane.look(settings, session))


def answer(
    settings: Settings, session: Session, dialog: Dialog, reply: str, patience: float = PATIENCE
) -> str:
    """Give a dialog that was seen one reply (yes, always, no, y, a, n, or a number): what came of it, in words.

    CstError where the world is not as it was seen, and then nothing was sent; or where there is no proof in time.
    """
    choice = replies.choice(dialog, reply)
    time.sleep(max(0.0, min(DEAF, dialog.seen_at + DEAF - time.time())))
    view = _same(settings, session, dialog)
    at = next(option.number for option in dialog.options if option.selected)
    pressed = 0.0
    for i, key in enumerate(choice.keys):
        try:
            if choice.keys[-1] == "Enter":  # what that chooses is told by the cursor alone
                view = _moved(settings, session, dialog, at)
            pressed = time.time()
            pane.press(settings, session, view, key)
        except CstError as error:
            raise CstError(_truly(str(error), i)) from None
        at += {"Down": 1, "Up": -1}.get(key, 0)
    now = _proof(settings, session, dialog, view, time.monotonic() + patience)
    if choice.option and choice.option.means != "no":
        _undisturbed(session, view, pressed)
    return f"{clean(label(session), 40)}: {choice.told} · {about(dialog)}, {now}"


def about(dialog: Dialog) -> str:
    """What a dialog is about, in one clean line, by its screen: "Bash: npm test"."""
    title = clean(dialog.title or dialog.kind, 40).removesuffix(" command")
    subject = clean(dialog.subject, 120)
    return subject if dialog.kind == "question" else f"{title}: {subject}" if subject else title


# ------------------------------------------------------------------------------------------ before the key


def _dialog(session: Session, view: View) -> Dialog:
    """The dialog of a look, with the moment and the process that it was seen of."""
    record = view.record
    if record and record.status and (record.status != "waiting" or record.waiting_for == "dialog open"):
        what = "has a menu open" if record.status == "waiting" else f"waits for no answer, it is {record.status}"
        raise CstError(f"{clean(label(session), 40)} {what}; nothing was sent")
    if session.state not in _WAITS and not (record and record.status):
        raise CstError(f"{clean(label(session), 40)} waits for no answer, it is {session.state}; nothing was sent")
    dialog, why = dialogs.read(view.screen)
    if dialog is None:
        raise CstError(f"no dialog to answer on the screen of {clean(label(session), 40)}: {why}; nothing was sent")
    return dialog._replace(seen_at=time.time(), holder=view.start, waits_since=record.status_at if record else 0.0)


def _same(settings: Settings, session: Session, dialog: Dialog) -> View:
    """The look just before the key; CstError, with what stands there now, unless it is the same dialog."""
    view = pane.look(settings, session, dialog.holder)
    now = _dialog(session, view)
    if now.typing:
        raise CstError("a text field was opened in that dialog meanwhile; nothing was sent")
    if not dialog.same(now):
        raise CstError(f"another dialog stands there, it asks now: {about(now)}; nothing was sent")
    if now.waits_since != dialog.waits_since:
        raise CstError(f"it has gone on since and asks anew: {about(now)}; nothing was sent")
    return view


def _truly(error: str, arrows: int) -> str:
    """An error that says what was sent until then."""
    return error.replace("nothing was sent", "the cursor was moved, Enter was not pressed") if arrows else error


def _moved(settings: Settings, session: Session, dialog: Dialog, number: int) -> View:
    """The look once the cursor is on that option; CstError where it does not get there, or has left it."""
    end = time.monotonic() + 2
    while True:
        time.sleep(_STEP)
        try:
            view = _same(settings, session, dialog)
        except CstError:  # perhaps half drawn
            if time.monotonic() > end:
                raise
            continue
        now = dialogs.read(view.screen)[0]
        if now and any(option.selected and option.number == number for option in now.options):
            return view
        if time.monotonic() > end:
            raise CstError("the cursor of that dialog is on another option; nothing was chosen")


# ------------------------------------------------------------------------------------------- after the key


def _proof(settings: Settings, session: Session, dialog: Dialog, view: View, end: float) -> str:
    """What the session does now that the client has taken the key. CstError where nothing says that it has."""
    gone = 0
    while time.monotonic() < end:
        time.sleep(_STEP)
        record = registry.one(session.config_dir, view.pid)
        if identity.refusal(session, view.pid, view.start):
            return "it has ended"
        screen = _screen(settings, session, view)
        now = dialogs.read(screen)[0]
        gone = gone + 1 if screen and now is None else 0
        other = now is not None and not dialog.same(now)
        if not _taken(view.record, record, other, gone):
            continue
        if now is not None and other:
            return f"it asks now: {about(now)}"
        if record is None or record.status != "waiting":
            return _does(record)
    if _taken(view.record, registry.one(session.config_dir, view.pid), False, gone):
        return "it waits again; `cst answer` shows for what"
    raise CstError(
        f"a key was sent to {clean(label(session), 40)}, but nothing shows that it was taken; look there before another"
    )


def _taken(before: Record | None, now: Record | None, other: bool, gone: int) -> bool:
    """Whether the client has taken the key: its status changed, or it went on to another question; of a client
    without a status, the dialog has left the screen and stays away."""
    if before and before.status:
        return other or bool(now and (now.status, now.status_at) != (before.status, before.status_at))
    return other or bool(now and now.status) or gone >= 5


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
    """CstError where the transcript says that somebody refused what was to be approved: he was faster."""
    record = view.record
    if record is None or not record.session_id:
        return
    path = transcript.locate(record.config_dir, record.cwd, record.session_id)
    try:
        tail = transcript.read(path) if path else None
    except OSError:  # the key was taken, whatever the transcript would say
        return
    if tail and tail.last == "interrupted" and tail.last_at >= pressed - 1:
        raise CstError(f"{clean(label(session), 40)} was interrupted at the same moment; look there")
