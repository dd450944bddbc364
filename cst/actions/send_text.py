"""What may be typed into an input box: a text without what nobody sees, and what the client would make of it. Pure."""

from __future__ import annotations

from cst.core import screens
from cst.model import CstError
from cst.text import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cst.core.screens import Box

LONGEST = 100_000  # characters
ALLOWS = "--allow-exit sends it all the same"
# Words that the client takes for /exit, without a slash.
_EXITS = ("exit", "quit", ":q", ":q!", ":wq", ":wq!")
# Commands after which that conversation is over, empty, or no longer the one in this pane; with their other names.
_LEAVES = (
    "exit", "quit", "clear", "reset", "new", "logout", "resume", "continue", "background", "bg", "branch", "fork",
    "teleport", "tp", "desktop", "app",
)  # fmt: skip
_BLANK = " \t\n\u2800\u3000"
# Drawn as nothing, though no category says so: fillers of Hangul, the grapheme joiner, Mongolian and Khmer signs.
_UNSEEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180e\u180f\u3164\uffa0")
_JOINERS = "\u200c\u200d"
_COMPLETED = "@:/#"  # a word that begins so may open a list, from which Enter would choose


def typed(text: str, allow_exit: bool = False) -> str:
    """The text as it may be typed: without control characters (but line ends and tabs), direction marks and characters
    that nobody sees. CstError where there is nothing to send, or something that is more than a prompt: a shell command,
    or, unless `allow_exit`, a word that ends, empties or leaves the session."""
    text = printable(text)
    if not text:
        raise CstError("there is nothing to send", "give a text, or - and a text on standard input")
    if _first_sign(text) == "!":
        raise CstError("a text that begins with ! runs in a shell of Claude Code at once", "go there for that")
    name = command(text)
    if name and "\n" in text:
        raise CstError("a slash command has one line", "send the rest by itself")
    if not allow_exit and (text.lower() in _EXITS or leaves(name)):
        raise CstError(f"{clean(name or text, 40)!r} ends, empties or leaves the session", ALLOWS)
    if len(text) > LONGEST:
        raise CstError(f"the text has over {LONGEST} characters", "put it into a file and name that")
    last = text.split()[-1]
    ends_open = text.endswith("\\") or (last[0] in _COMPLETED and text != name)
    return text + " " if ends_open else text


def printable(text: str) -> str:
    """The text without white space around it, control characters (but line ends and tabs), direction marks and
    characters that nobody sees."""
    for end in ("\r\n", "\r", "\u2028", "\u2029"):
        text = text.replace(end, "\n")
    return _bare(_seen(text))


def command(text: str) -> str:
    """The slash command that a text begins with, as it is written there; "" for a prompt, which may begin with a
    path."""
    name = text.split(None, 1)[0] if text.startswith("/") else ""
    return name if all(char.isalnum() or char in "-_:." for char in name[1:]) else ""


def leaves(name: str) -> bool:
    """Whether a slash command ends, empties or leaves the conversation."""
    return name[1:].lower() in _LEAVES


def parts(text: str) -> tuple[str, ...]:
    """A typed text as it is pasted: a slash command by itself first, so that the client shows what it takes it for."""
    name = command(text)
    return (name, text[len(name) :]) if name and text != name else (text,)


def holds(box: Box | None, text: str) -> bool:
    """Whether an input box shows this text, or the sign that a client puts for a long paste."""
    shown, wanted = folded(box.text) if box else "", folded(text)
    if box is None or not shown:
        return False
    if box.clipped:
        return wanted.endswith(shown)
    return shown == wanted or (shown.startswith("[Pastedtext#") and shown.find("]") == len(shown) - 1)


def folded(text: str) -> str:
    """What is certain to be seen of a text on any screen: no white space; of an emoji its first sign, of a letter its
    base. A client composes what belongs together, and tmux leaves out what does not fit into a cell."""
    if text.isascii():
        return screens.squashed(text)
    from unicodedata import category, normalize

    return "".join(
        char for char in normalize("NFD", text)
        if not (char.isspace() or category(char) in ("Mn", "Me", "Cf", "Cc") or "\U0001f3fb" <= char <= "\U0001f3ff"
                or char in "\ufffd\u2800" or char in _UNSEEN)
    )  # fmt: skip


def _seen(text: str) -> str:
    """The text without controls and what is invisible where it stands: joiners belong between two signs, a selector
    behind one, tags in a flag."""
    if text.isascii() and text.isprintable():
        return text
    from unicodedata import category

    kept: list[str] = []
    for i, char in enumerate(text):
        kind = category(char)
        if kind == "Cs":
            kept.append("\ufffd")
            continue
        unseen = char not in "\n\t" and (kind in ("Cc", "Cf") or char in _UNSEEN or _is_special(char))
        if not unseen or _belongs(char, kept[-1] if kept else " ", text[i + 1 : i + 2]):
            kept.append(char)
    return "".join(kept)


def _first_sign(text: str) -> str:
    """The first character that stands for something wherever it is drawn."""
    if text.isascii():
        return text[:1]
    from unicodedata import category

    return next((char for char in text if category(char)[0] in "LNPS"), "")


def _belongs(char: str, before: str, after: str) -> bool:
    """Whether an invisible character is part of what stands before it."""
    if before.isspace() or before.isascii():
        return "\ufe0e" <= char <= "\ufe0f" and before in "0123456789#*"
    if char in _JOINERS:
        return bool(after) and not after.isspace() and not after.isascii()
    if "\U000e0020" <= char <= "\U000e007f":
        return before == "\U0001f3f4" or "\U000e0020" <= before <= "\U000e007e"
    return _is_selector(char) and before not in _JOINERS and not _is_selector(before)


def _is_special(char: str) -> bool:
    """Whether it is a selector, a tag, or reserved for what is as invisible."""
    reserved = "\U000e0000" <= char <= "\U000e0fff" or "\ufff0" <= char <= "\ufff8" or char == "\u2065"
    return reserved or _is_selector(char)


def _is_selector(char: str) -> bool:
    return "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef"


def _bare(text: str) -> str:
    """The text from its first to its last sign: no white space around it, and no accent without a letter."""
    text = text.strip(_BLANK).strip()
    if text.isascii():
        return text
    from unicodedata import category

    while text and (text[0] in _BLANK or text[0].isspace() or category(text[0]) in ("Mn", "Me", "Mc")):
        text = text[1:]
    return text.rstrip(_BLANK + _JOINERS).rstrip()
