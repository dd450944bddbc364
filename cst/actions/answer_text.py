"""The free text of a dialog: typed into the text field of an option on which the cursor stands, and seen there."""

from __future__ import annotations

import time

from cst.actions import pane, send_text
from cst.actions.paste import paste
from cst.core import dialogs
from cst.model import CstError
from cst.text import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cst.actions.pane import View
    from cst.core.dialogs import Dialog, Option
    from cst.model import Session
    from cst.settings import Settings

LONGEST = 500  # characters: all of it has to be seen on the screen
_PATIENCE = 3.0  # seconds for the text to appear
_PASTE_PAUSE = 0.5  # seconds; an Enter that follows sooner is taken as part of the paste
_STEP = 0.05
_MOST_KEYS = 40  # that take a text out again
_PLAN_KEYS = "shift+tabtoapprovewiththisfeedback"  # below the text, in a plan's option


def line(text: str) -> str:
    """The text as it may be typed into a field. CstError where it is empty, too long, or of several lines."""
    text = send_text.printable(text)
    if not text:
        raise CstError("there is no text to give", "type one after the number")
    if "\n" in text:
        raise CstError("a text field takes one line", "join them")
    if len(text) > LONGEST:
        raise CstError(f"the text has over {LONGEST} characters", "go there for that")
    return text


def enter(
    settings: Settings, session: Session, view: View, dialog: Dialog, option: Option, text: str
) -> tuple[View, Dialog]:
    """Type the text into the field under the cursor and press Enter; where several options may be ticked, typing has
    ticked it, and the cursor leaves the field. Returns the pane and the dialog just before that key. CstError where
    the field does not show the text; then it is taken out again."""
    paste(settings, session, view, text)
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        time.sleep(_STEP)
        view = pane.look(settings, session, view.start)
        now = dialogs.read(view.screen)[0]
        if now and _shows(now, option, text):
            break
    else:
        raise _taken_out(settings, session, view, option)
    time.sleep(_PASTE_PAUSE)
    view = pane.look(settings, session, view.start)
    now = dialogs.read(view.screen)[0]
    if now is None or not _shows(now, option, text) or now.kind != dialog.kind or now.asks != dialog.asks:
        raise CstError("that dialog changed while the text was typed", "Enter was not pressed, look there", sent=True)
    if dialog.several:
        pane.press(settings, session, view, "Up")
        return view, dialog
    pane.press(settings, session, view, "Enter")
    return view, now


def _shows(dialog: Dialog, option: Option, text: str) -> bool:
    """Whether the option has the cursor and holds that text."""
    now = next((o for o in dialog.options if o.number == option.number), None)
    if now is None or not now.selected:
        return False
    shown = send_text.folded(now.whole or now.label)
    return shown.removesuffix(_PLAN_KEYS) == send_text.folded(text)


def _taken_out(settings: Settings, session: Session, view: View, option: Option) -> CstError:
    """The error to raise: the field is emptied again, or it is said that it is not."""
    shown = ""
    try:
        for _ in range(_MOST_KEYS):
            now = dialogs.read(view.screen)[0]
            field = next((o for o in now.options if o.number == option.number and o.selected), None) if now else None
            if field is None:
                break
            if field.label == option.label:
                return CstError("the field does not show the text", "it was emptied again, nothing was sent", sent=True)
            pane.press(settings, session, view, "BSpace" if field.whole == shown else "C-u")
            shown = field.whole
            time.sleep(_STEP * 2)
            view = pane.look(settings, session, view.start)
    except CstError:
        pass
    what = f"the field shows {clean(shown, 60)!r}" if shown else "the field does not show the text"
    return CstError(what, "Enter was not pressed, look there", sent=True)
