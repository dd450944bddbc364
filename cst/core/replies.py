"""What a reply means at a dialog: which option it chooses, and the keys for it. Pure."""

from __future__ import annotations

from cst.model import CstError, digits
from cst.text import clean, cut
from cst.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cst.core.dialogs import Dialog, Option

_WORDS = {"y": "yes", "a": "always", "n": "no"}


def token(dialog: Dialog) -> str:
    """What tells a dialog from every other: all that it shows, but for ticks and cursors, as a digest."""
    from hashlib import sha256

    options = [(option.number, option.label, option.means) for option in dialog.options]
    shown = (dialog.kind, dialog.title, dialog.subject, dialog.body, dialog.asks, dialog.tabs, dialog.drawn, options)
    return sha256(repr(shown).encode("utf-8", "replace")).hexdigest()[:32]


def refusal(dialog: Dialog) -> str:
    """Why no reply at all can be given to this dialog as it stands; "" where one can."""
    if dialog.typing:
        return "a text field is open in that dialog, so a key would be a letter; finish it there"
    return ""


class Choice(Value):
    """What is pressed, and how it is told afterwards."""

    keys: tuple[str, ...]  # tmux's names; all but the last only move the cursor
    told: str  # "approved", "answered 2. South"
    option: Option | None = None  # None: Escape, or Tab
    text: str = ""  # typed once the keys have moved the cursor to the option's text field


def choice(dialog: Dialog, reply: str, text: str = "") -> Choice:
    """The keys that give this reply (a word, its first letter or a number) to this dialog, and the text for an option
    that opens a text field. CstError where it does not offer that, with what it offers."""
    if why := refusal(dialog):
        raise CstError(why)
    if text and not dialog.clipped and not takes_text(dialog):
        raise CstError("no option of this dialog takes a text", "answer it, then `cst send`")
    if digits(reply):
        return _numbered(dialog, int(reply), text)
    if text:
        raise CstError("a text goes with the number of an option that takes one", _takes(dialog))
    reply = _WORDS.get(reply, reply)
    if reply not in _WORDS.values():
        raise CstError(f"{clean(reply, 40)!r} is not a reply", _takes(dialog))
    if dialog.kind == "question":
        return _question(dialog, reply)
    fitting = [option for option in dialog.options if option.means == reply]
    if len(fitting) == 1:
        if dialog.kind == "review" and reply == "yes" and _has_gaps(dialog):
            raise CstError(f"some of the questions are unanswered; {_offers(dialog)}")
        if dialog.kind == "form" and reply == "yes":
            _check_fields(dialog)
        return _chosen(dialog, fitting[0], _told(dialog, reply, fitting[0]))
    if reply == "no" and not fitting:
        return Choice(("Escape",), "refused")
    raise CstError(f"that dialog offers {'several' if fitting else 'no'} options for {reply!r}: {_offers(dialog)}")


def words(dialog: Dialog) -> dict[str, str]:
    """The letters that this dialog takes as it stands, and the words that they are short for."""
    found = {}
    for letter, word in _WORDS.items():
        try:
            choice(dialog, letter)
        except CstError:
            continue
        found[letter] = word
    return found


def meant(dialog: Dialog) -> dict[str, str]:
    """What each of those letters chooses, in words, with the number of the option or the key: `yes (2)`, `no (Esc)`."""
    found = {}
    said = {"yes": "go on", "no": "dismiss"} if dialog.kind == "question" else {}
    for letter, word in words(dialog).items():
        made = choice(dialog, letter)
        key = str(made.option.number) if made.option else made.keys[-1].replace("Escape", "Esc")
        found[letter] = f"{said.get(word, word)} ({key})"
    return found


def takes_text(dialog: Dialog) -> list[Option]:
    """The options that open a text field."""
    return [option for option in dialog.options if option.means == "text"]


def _has_gaps(dialog: Dialog) -> bool:
    """Whether a review is about questions of which some are unanswered: its headers say so in every client, and newer
    and older ones warn in words of their own."""
    return not all(answered for _, answered in dialog.tabs) or any(line.startswith("⚠") for line in dialog.body)


def _check_fields(dialog: Dialog) -> None:
    """CstError where a field that has to be filled in is empty."""
    for option in dialog.options:
        if option.means == "field" and option.label.startswith("* ") and option.label.endswith(("not set", "☐")):
            raise CstError(f"its field {clean(option.label[2:], 60)!r} has to be filled in", "go there for that")


def _numbered(dialog: Dialog, number: int, text: str) -> Choice:
    option = next((option for option in dialog.options if option.number == number), None)
    if option is None:
        unseen = "; some are not on its screen" if dialog.clipped else ""
        raise CstError(f"that dialog has no option {number}: {_offers(dialog)}{unseen}")
    if option.means == "field":
        raise CstError(f"{number} is a field of the form", "fill it in there")
    if option.means == "text":
        if not text:
            raise CstError(f"option {number} wants text; give it after the number")
        return Choice(_moves(dialog, option), f"answered {number}. {clean(text)}", option, text)
    if text:
        raise CstError(f"option {number} takes no text: {_offers(dialog)}")
    if dialog.kind == "form" and option.means == "yes":
        _check_fields(dialog)
    told = _told(dialog, option.means, option)
    if option.ticked is not None:
        told = f"{'unticked' if option.ticked else 'ticked'} {number}. {clean(option.label, 60)}"
    return _chosen(dialog, option, told)


def _question(dialog: Dialog, reply: str) -> Choice:
    """A question has no yes. Where several options may be ticked, yes goes on with those that are."""
    if reply == "no":
        return Choice(("Escape",), "dismissed")
    if reply == "yes" and dialog.several:
        if any(option.ticked for option in dialog.options):
            return Choice(("Tab",), "went on")
        raise CstError(f"nothing is ticked yet; {_offers(dialog)}")
    raise CstError(f"a question takes a number, or no: {_offers(dialog)}")


def _chosen(dialog: Dialog, option: Option, told: str) -> Choice:
    if dialog.numbered and dialog.kind != "trust":
        return Choice((str(option.number),), told, option)
    return Choice((*_moves(dialog, option), "Enter"), told, option)


def _moves(dialog: Dialog, option: Option) -> tuple[str, ...]:
    """The arrows that move the cursor to an option."""
    at = [o.number for o in dialog.options]
    now = next(i for i, o in enumerate(dialog.options) if o.selected)
    steps = at.index(option.number) - now
    on, back = ("Right", "Left") if dialog.kind == "link" else ("Down", "Up")
    return (on,) * steps if steps > 0 else (back,) * -steps


def _told(dialog: Dialog, means: str, option: Option) -> str:
    """What was done, in words; with those of the option wherever it did more than agree to what was asked."""
    label = clean(option.label, 200)
    if dialog.kind == "question" or (means == "other" and not label.startswith("Yes")):
        return f"answered {option.number}. {label}"
    if dialog.kind == "review":
        return "submitted" if means == "yes" else "cancelled"
    if dialog.kind in ("form", "link"):
        return "accepted" if means == "yes" else "declined"
    if means == "no":
        return "refused"
    return f"approved ({label})" if means != "yes" or option.changes_mode() or dialog.kind == "consent" else "approved"


def _takes(dialog: Dialog) -> str:
    """Each reply that the dialog takes: `use no or a number: 1. North, 2. Type something.; a text goes with 2`."""
    letters = list(dict.fromkeys(words(dialog).values()))
    texts = " or ".join(str(option.number) for option in takes_text(dialog))
    use = f"use {', '.join(letters)} or a number: {_offers(dialog)}" if letters else f"use a number: {_offers(dialog)}"
    return use + (f"; a text goes with {texts}" if texts else "")


def _offers(dialog: Dialog) -> str:
    return ", ".join(f"{option.number}. {cut(clean(option.label, 200), 50)}" for option in dialog.options)
