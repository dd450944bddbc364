"""What a reply means at a dialog: which option it chooses, and the keys for it. Pure."""

from __future__ import annotations

from cst.model import CstError, Value, digits
from cst.text import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cst.core.dialogs import Dialog, Option

_WORDS = {"y": "yes", "a": "always", "n": "no"}


class Choice(Value):
    """What is pressed, and how it is told afterwards."""

    keys: tuple[str, ...]  # tmux's names; all but the last only move the cursor
    told: str  # "approved", "answered 2. South"
    option: Option | None = None  # None: Escape, or Tab


def choice(dialog: Dialog, reply: str) -> Choice:
    """The keys that give this reply (a word, its first letter or a number) to this dialog. CstError where it does not
    offer that, with what it offers."""
    if dialog.typing:
        raise CstError("a text field is open in that dialog, so a key would be a letter; finish it there")
    if digits(reply):
        return _numbered(dialog, int(reply))
    reply = _WORDS.get(reply, reply)
    if reply not in _WORDS.values():
        raise CstError(f"{clean(reply, 40)!r} is not a reply", "use yes, always, no or the number of an option")
    if dialog.kind == "question":
        return _question(dialog, reply)
    fitting = [option for option in dialog.options if option.means == reply]
    if len(fitting) == 1:
        if dialog.kind == "review" and reply == "yes" and any("unanswered" in line for line in dialog.body):
            raise CstError(f"some of the questions are unanswered; {_offers(dialog)}")
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


def _numbered(dialog: Dialog, number: int) -> Choice:
    option = next((option for option in dialog.options if option.number == number), None)
    if option is None:
        raise CstError(f"that dialog has no option {number}: {_offers(dialog)}")
    if option.means == "text":
        raise CstError(f"option {number} wants text; answer it there")
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
    now = next(o.number for o in dialog.options if o.selected)
    move = ("Down",) * (option.number - now) if option.number > now else ("Up",) * (now - option.number)
    return Choice((*move, "Enter"), told, option)


def _told(dialog: Dialog, means: str, option: Option) -> str:
    if dialog.kind == "question" or means == "other":
        return f"answered {option.number}. {clean(option.label, 60)}"
    if dialog.kind == "review":
        return "submitted" if means == "yes" else "cancelled"
    return {"yes": "approved", "always": f"approved ({clean(option.label, 80)})", "no": "refused"}[means]


def _offers(dialog: Dialog) -> str:
    return ", ".join(f"{option.number}. {clean(option.label, 50)}" for option in dialog.options)
