"""Send a prompt to a session that is at its prompt, without going there.

The text goes as one bracketed paste, so that its line ends are no Enter. Enter is pressed only once the input box shows
that text and nothing else.
"""

from __future__ import annotations

import os
import time

from cst.actions import pane
from cst.actions.pane import NotSent
from cst.claude import registry, transcript
from cst.core import dialogs, screens
from cst.core.naming import display_name
from cst.model import CstError
from cst.system import trust
from cst.text import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cst.actions.pane import View
    from cst.core.screens import Box
    from cst.model import Session
    from cst.settings import Settings

PATIENCE = 5.0  # seconds for the text to appear, and again for the proof
LONGEST = 100_000  # characters
_PASTE_PAUSE = 0.5  # seconds; an Enter that follows sooner is taken as part of the paste
_STEP = 0.05
_READY = ("idle", "done", "asked", "error", "interrupted", "background")


class Unproven(CstError):
    """Enter was pressed, so the text may have been sent; all other errors of `send` mean that it was not."""


class NotEntered(CstError):
    """The text stands in the input box, or some of it, and Enter was not pressed."""

    def __init__(self, what: str, remedy: str = "Enter was not pressed, look there") -> None:
        super().__init__(what, remedy, sent=True)


def send(settings: Settings, session: Session, text: str, patience: float = PATIENCE) -> str:
    """Type a text into the session's input box and press Enter: what came of it, in words.

    NotSent where the session is not at an empty prompt; NotEntered where the text was pasted and does not stand there;
    Unproven where nothing shows within `patience` seconds that the prompt arrived.
    """
    text = typed(text)
    view = pane.look(settings, session)
    _ready(session, view)
    path = _written(settings, text)
    try:
        pane.paste(settings, session, view, path)
    finally:
        os.unlink(path)
    try:
        _shown(settings, session, view, text, time.monotonic() + patience)
        time.sleep(_PASTE_PAUSE)
        view = pane.look(settings, session, view.start)
        if not _holds(_box(view), text):
            raise NotEntered(f"the input box of {display_name(session)} changed meanwhile")
        pressed = time.time()
        pane.press(settings, session, view, "Enter")
    except CstError as error:
        if error.sent is False:
            raise NotEntered(error.what, "the text was pasted, Enter was not pressed, look there") from None
        raise
    return f"{display_name(session)}: {_proof(settings, session, view, text, pressed, patience)}"


def typed(text: str) -> str:
    """The text as it may be typed: no control characters but line ends and tabs. CstError where there is nothing to
    send, or something that is more than a prompt."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = "".join(c for c in text if c in "\n\t" or not (c < " " or "\x7f" <= c <= "\x9f")).strip()
    if not text:
        raise CstError("there is nothing to send", "give a text, or - and a text on standard input")
    if text.startswith("!"):
        raise CstError("a text that begins with ! runs in a shell of Claude Code at once", "go there for that")
    if text.startswith("/") and "\n" in text:
        raise CstError("a slash command has one line", "send the rest by itself")
    if len(text) > LONGEST:
        raise CstError(f"the text has over {LONGEST} characters", "put it into a file and name that")
    return text + " " if text.endswith("\\") or text.split()[-1].startswith("@") else text


def _ready(session: Session, view: View) -> None:
    """NotSent unless the session is at its prompt, with nothing typed."""
    record, name = view.record, display_name(session)
    status = record.status if record else ""
    if status not in ("", "idle", "shell"):
        does = "is working and would queue it" if status == "busy" else "waits for an answer: `cst answer`"
        raise NotSent(f"{name} {does}")
    if not status and session.state not in _READY:
        raise NotSent(f"{name} is {session.state}, not at its prompt")
    if dialogs.read(view.screen)[0]:
        raise NotSent(f"{name} shows a dialog: `cst answer`")
    box = _box(view)
    if box is None or "esc to interrupt" in box.foot:
        raise NotSent(f"the input box of {name} is not visible")
    if box.text or box.clipped:
        raise NotSent(f"{name} has text in its input box already, {clean(box.text, 60)!r}")


def _box(view: View) -> Box | None:
    return screens.box(screens.read(view.screen))


def _holds(box: Box | None, text: str) -> bool:
    """Whether an input box shows this text, or the sign that a client puts for a long paste."""
    shown, wanted = screens.squashed(box.text) if box else "", screens.squashed(text)
    if box is None or not shown:
        return False
    if box.clipped:
        return wanted.endswith(shown)
    return shown == wanted or (shown.startswith("[Pastedtext#") and shown.find("]") == len(shown) - 1)


def _written(settings: Settings, text: str) -> str:
    """A private file with the text, for tmux to read."""
    path = f"{settings.state_dir}/send-{os.getpid()}-{time.monotonic_ns()}"
    try:
        trust.make_private(settings.state_dir)
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with open(fd, "wb") as file:
            file.write(text.encode("utf-8", "replace"))
    except OSError as error:
        raise CstError(f"cannot write {path}: {error.strerror}", "fix its permissions") from None
    return path


def _shown(settings: Settings, session: Session, view: View, text: str, end: float) -> None:
    """Wait until the input box shows the text. NotEntered where it does not by `end`."""
    box = None
    while time.monotonic() < end:
        time.sleep(_STEP)
        box = _box(pane.look(settings, session, view.start))
        if _holds(box, text):
            return
    what = f"shows {clean(box.text, 60)!r}" if box and box.text else "does not show the text"
    raise NotEntered(f"the input box of {display_name(session)} {what}")


def _proof(settings: Settings, session: Session, view: View, text: str, pressed: float, patience: float) -> str:
    """What says that the prompt arrived. Unproven where nothing does."""
    end = time.monotonic() + patience
    left = 0
    while time.monotonic() < end:
        time.sleep(_STEP)
        record = registry.one(session.config_dir, view.pid)
        before = view.record
        if record and before and record.status not in ("", "idle", "shell") and record.status_at > before.status_at:
            return f"sent · {clean(text, 60)}, now {'working' if record.status == 'busy' else 'waiting for you'}"
        if _noted(session, pressed):
            return f"sent · {clean(text, 60)}"
        try:
            box = _box(pane.look(settings, session, view.start))
        except CstError:
            continue
        left = left + 1 if box and not box.text else 0
        if left >= 10 and text.startswith("/"):
            return f"sent · {clean(text, 60)}; the command has left the input box"
    what = f"Enter was pressed in {display_name(session)}, but nothing shows that the prompt arrived"
    raise Unproven(what, "look there", sent=True)


def _noted(session: Session, pressed: float) -> bool:
    """Whether the transcript has a prompt of this moment."""
    known = session.transcript.path if session.transcript else ""
    path = known or transcript.locate(session.config_dir, session.cwd, session.id)
    try:
        tail = transcript.read(path) if path else None
    except OSError:
        return False
    return bool(tail and tail.prompt_at >= pressed - 0.5)


