"""Send a prompt to a session that is at its prompt, or into its queue while it works, without going there.

The text goes as one bracketed paste, so that its line ends are no Enter. Enter is pressed only once the input box shows
that text and nothing else, and would choose nothing else. Where that cannot be proved, the text is taken out again.
"""

from __future__ import annotations

import time

from cst.actions import identity, pane, send_text
from cst.actions.pane import NotSent
from cst.actions.paste import paste
from cst.actions.send_text import LONGEST, folded, holds, typed
from cst.claude import prompt_queue, registry, transcript
from cst.core import dialogs, screens
from cst.core.naming import display_name
from cst.model import DIALOG_OPEN, CstError
from cst.text import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cst.actions.pane import View
    from cst.core.screens import Box
    from cst.model import Session
    from cst.settings import Settings

__all__ = ["LONGEST", "NotEntered", "Unproven", "check", "send", "typed"]

PATIENCE = 5.0  # seconds for the text to appear, and again for the proof
_PASTE_PAUSE = 0.5  # seconds; an Enter that follows sooner is taken as part of the paste
_LIST_PAUSE = 3.0  # seconds in which a client lists the commands that a text may be
_STEP = 0.05
_KEY_PAUSE = 0.12  # seconds after a key that deletes, until the screen shows it
_COMPARED = 200  # characters of two prompts
_MOST_KEYS = 400  # that take a text out again
_READY = ("idle", "done", "asked", "error", "interrupted", "background")


class Unproven(CstError):
    """Enter was pressed, so the text may have been sent; all other errors of `send` mean that it was not."""


class NotEntered(CstError):
    """The text stands in the input box, or some of it, and Enter was not pressed."""

    def __init__(self, what: str, remedy: str = "Enter was not pressed, look there") -> None:
        super().__init__(what, remedy, sent=True)


def check(settings: Settings, session: Session, queue: bool = False) -> None:
    """NotSent unless the session takes a prompt now, or, with `queue`, would queue one."""
    _ready(session, pane.look(settings, session), queue)


def send(
    settings: Settings, session: Session, text: str, patience: float = PATIENCE, queue: bool = False,
    allow_exit: bool = False,
) -> str:  # fmt: skip
    """Type a text into the session's input box and press Enter: what came of it, in words.

    `queue`: also while the session works; the client then keeps it until the turn is over. `allow_exit`: also what
    ends, empties or leaves the session. NotSent where nothing was typed, or all of it was taken out again; NotEntered
    where it stands there; Unproven where nothing shows within `patience` seconds that the prompt arrived.
    """
    text = typed(text, allow_exit)
    view = pane.look(settings, session)
    _ready(session, view, queue)
    pasted = False
    try:
        for part in send_text.parts(text):
            paste(settings, session, view, part)
            pasted = True
            view = _shown(settings, session, view, text[: text.index(part) + len(part)], time.monotonic() + patience)
            if part == send_text.command(text):
                _is_command(settings, session, view, part, allow_exit)
        time.sleep(_PASTE_PAUSE)
        view = pane.look(settings, session, view.start)
        if not holds(_box(view), text):
            raise NotEntered(f"the input box of {display_name(session)} changed meanwhile")
        _chooses_nothing_else(session, view, text)
        _ready(session, view, queue, text)
        pressed = time.time()
        pane.press(settings, session, view, "Enter")
    except CstError as error:
        if not pasted:
            raise
        raise _taken_out(settings, session, view, text, error) from None
    return f"{display_name(session)}: {_proof(settings, session, view, text, pressed, patience)}"


# ------------------------------------------------------------------------------------------ before the text


def _ready(session: Session, view: View, queue: bool, text: str = "") -> None:
    """NotSent unless the session is at its prompt, or works and may `queue`, with nothing but this text typed."""
    status = view.record.status if view.record else ""
    works = status == "busy" or (not status and session.state == "working")
    if works and not queue:
        raise _refusal(session, "is working and would queue it", "nothing was sent; --queue queues it")
    if status not in ("", "idle", "shell", "busy"):
        if view.record and view.record.waiting_for == DIALOG_OPEN:
            raise _refusal(session, "has a menu open", pane.GO_THERE.format(session.pid))
        raise _refusal(session, "is waiting for an answer", _ANSWER)
    if not status and session.state not in _READY and not works:
        raise _refusal(session, f"is {session.state}, not at its prompt")
    if dialogs.read(view.screen)[0]:
        raise _refusal(session, "shows a dialog", _ANSWER)
    box = _box(view)
    if box is None or ("esc to interrupt" in box.foot and not works):
        raise NotSent(f"the input box of {display_name(session)} is not visible", why="its input box is not visible")
    if (box.text or box.clipped) and not text and not (works and box.text == _QUEUED):
        raise _refusal(session, f"has text in its input box already, {clean(box.text, 60)!r}")


def _refusal(session: Session, why: str, remedy: str = "nothing was sent") -> NotSent:
    return NotSent(f"{display_name(session)} {why}", remedy, f"it {why}", to_answer=remedy == _ANSWER)


_ANSWER = "use `cst answer`; nothing was sent"
_QUEUED = "Press up to edit queued messages"  # stands in the box of a client that has queued something


def _box(view: View) -> Box | None:
    return screens.box(screens.read(view.screen))


# -------------------------------------------------------------------------------- between text and Enter


def _shown(settings: Settings, session: Session, view: View, text: str, end: float) -> View:
    """The pane once the input box shows the text. NotEntered where it does not by `end`."""
    box = None
    while time.monotonic() < end:
        time.sleep(_STEP)
        view = pane.look(settings, session, view.start)
        box = _box(view)
        if holds(box, text):
            return view
    what = f"shows {clean(box.text, 60)!r}" if box and box.text else "does not show the text"
    raise NotEntered(f"the input box of {display_name(session)} {what}")


def _is_command(settings: Settings, session: Session, view: View, name: str, allow_exit: bool) -> None:
    """NotEntered unless the client lists the command that was typed as what Enter would choose: Enter takes whatever
    it has chosen, so that /hel would run /help."""
    end = time.monotonic() + _LIST_PAUSE
    names: tuple[str, ...] = ()
    while name not in names and time.monotonic() < end:
        time.sleep(_STEP)
        view = pane.look(settings, session, view.start)
        names, _ = screens.offers(screens.read(view.screen))
    if name not in names:
        instead = f"; it would take {clean(names[0], 40)}" if names else ""
        raise NotEntered(f"{display_name(session)} has no command {clean(name, 40)}{instead}")
    if not allow_exit and any(map(send_text.leaves, names)):
        raise NotEntered(f"{clean(names[0], 40)} ends, empties or leaves the session", send_text.ALLOWS)


def _chooses_nothing_else(session: Session, view: View, text: str) -> None:
    """NotEntered where the client shows a list from which Enter would choose something."""
    names, chooses = screens.offers(screens.read(view.screen))
    if chooses and text not in names:
        raise NotEntered(f"{display_name(session)} would complete the end of that text")


def _taken_out(settings: Settings, session: Session, view: View, text: str, error: CstError) -> CstError:
    """The error to raise: the text is deleted again, and if that cannot be proved, where it stands is said."""
    remedy = send_text.ALLOWS if error.remedy == send_text.ALLOWS else ""
    if _cleared(settings, session, view, text):
        return NotSent(error.what, remedy or "the text was taken out again, nothing was sent")
    return NotEntered(error.what)


def _cleared(settings: Settings, session: Session, view: View, text: str) -> bool:
    """Delete the text. Whether the input box is empty; what somebody else has typed there stays."""
    before, empty = "", 0
    for i in range(_MOST_KEYS):
        try:
            view = pane.look(settings, session, view.start)
            box = _box(view)
            if box is None or dialogs.read(view.screen)[0]:
                return False
            shown = folded(box.text)
            if not box.clipped and (not shown or box.text == _QUEUED):
                empty += 1
                if not i:  # what is not drawn yet is deleted too: keys are taken in their order
                    pane.press(settings, session, view, "C-u")
                if empty > 2:
                    return True
            elif _others(shown, text) or (before and not box.clipped and len(shown) > len(before)):
                return False
            else:
                empty = 0
                # at the beginning of a line ctrl-u deletes nothing in some clients
                pane.press(settings, session, view, "BSpace" if shown == before else "C-u")
            before = shown
        except CstError:
            return False
        time.sleep(_KEY_PAUSE)
    return False


def _others(shown: str, text: str) -> bool:
    """Whether an input box holds our text and more."""
    wanted = folded(text)
    return wanted in shown and shown != wanted


# ------------------------------------------------------------------------------------------ after Enter


def _proof(settings: Settings, session: Session, view: View, text: str, pressed: float, patience: float) -> str:
    """What says that the prompt arrived. Unproven where nothing does."""
    end = time.monotonic() + patience
    left = 0
    status = view.record.status if view.record else ""
    works = status == "busy" or (not status and session.state == "working")
    told = clean(text, 60)
    while time.monotonic() < end:
        time.sleep(_STEP)
        record = registry.one(session.config_dir, view.pid)
        before = view.record
        if identity.refusal(session, view.pid, view.start):
            return f"sent · {told}, it has ended"
        if _queued(session, text, pressed):
            return f"queued · {told}"
        if (not works and record and before and record.status not in ("", "idle", "shell")
                and record.status_at > before.status_at):  # fmt: skip
            return f"sent · {told}, now {'working' if record.status == 'busy' else 'waiting for you'}"
        if _noted(session, pressed, text if works else ""):
            return f"{'queued' if works and _queued(session, text, pressed) else 'sent'} · {told}"
        try:
            box = _box(pane.look(settings, session, view.start))
        except CstError:
            continue
        left = left + 1 if box and not box.text else 0
        if left >= 10 and text.startswith("/"):
            return f"sent · {told}; the command has left the input box"
    what = f"Enter was pressed in {display_name(session)}, but nothing shows that the prompt arrived"
    raise Unproven(what, "look there", sent=True)


def _path(session: Session) -> str:
    known = session.transcript.path if session.transcript else ""
    return known or transcript.locate(session.config_dir, session.cwd, session.id)


def _noted(session: Session, pressed: float, text: str) -> bool:
    """Whether the transcript has a prompt of this moment; with a text, that very one."""
    path = _path(session)
    try:
        tail = transcript.read(path) if path else None
    except OSError:
        return False
    if tail is None or tail.prompt_at < pressed - 0.5:
        return False
    return not text or folded(tail.last_prompt)[:_COMPARED] == folded(text)[:_COMPARED]


def _queued(session: Session, text: str, pressed: float) -> bool:
    """Whether the transcript says that the client has queued this text since."""
    path, wanted = _path(session), folded(text)
    try:
        return bool(path) and any(wanted == folded(queued) for queued in prompt_queue.since(path, pressed - 0.5))
    except OSError:
        return False
