"""The dialog at the end of a Claude Code screen, read strictly: in doubt there is none, and why. Pure.

It is read from below: the line of keys, then the options up to number 1, then what is asked, up to the line that is
drawn across the screen. Text of a session stands above the options only, so no text can pass for one: an option too
many breaks the count, a cursor too many the rule of one.
"""

from __future__ import annotations

from cst.core import screens
from cst.model import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cst.core.screens import Line

_FEET = ("Esc to cancel", "Enter to select", "Enter to confirm", "ctrl+g to edit", "ctrl-g to edit")
_LONGEST_FOOT = 4  # lines, in a narrow pane
_LASTING = ("Yes, and ", "Yes, allow ", "Yes, auto-accept", "Yes, clear context")  # "Yes, …" else is typed by a person
_INNER = "╌"  # around a command, a diff or a plan


class Option(Value):
    """One choice. `means`: yes, always, no, text (it opens a text field), other."""

    number: int
    label: str
    means: str = "other"
    selected: bool = False
    ticked: bool | None = None  # None: not one to be ticked


class Dialog(Value):
    """One dialog as it stands on a screen. Nothing in it is clean yet."""

    kind: str  # permission, plan, question, review (of the answers to several questions), trust
    title: str  # "Bash command", "Edit file", the header of a question
    subject: str  # the command, the file, the plan's first line, the question
    body: tuple[str, ...]  # all that stands between title and options
    asks: str  # the sentence above the options
    options: tuple[Option, ...]
    tabs: tuple[tuple[str, bool], ...] = ()  # of several questions: header, answered
    several: bool = False  # any number of options may be ticked
    typing: bool = False  # a text field is open: a digit would be a letter of it
    clipped: bool = False  # its beginning is not on the screen
    numbered: bool = True  # False: it takes arrows and Enter only
    drawn: tuple[str, ...] = ()  # the lines above the options as they stand there, but for blank ones and tips
    width: int = 0  # of the line across the screen above it; 0 = not on the screen
    # Of the look that found it; no part of its identity.
    seen_at: float = 0.0  # epoch seconds
    holder: str = ""  # start time of the process that showed it
    waits_since: float = 0.0  # epoch seconds, by the registry; 0 = the client does not say

    def same(self, other: Dialog) -> bool:
        """Whether the other is this dialog, wherever its cursor is. Drawn as wide, each character counts. Drawn wider
        or narrower, its lines may end elsewhere: there, and only there, white space may have come or gone."""
        mine, others = self._words(), other._words()
        if self.width == other.width:
            return (self.drawn, mine) == (other.drawn, others)
        squashed = [list(map(screens.squashed, words)) for words in (mine, others)]
        return screens.rewrapped(self.body, other.body) and squashed[0] == squashed[1]

    def _words(self) -> tuple[str, ...]:
        """All of it but its body."""
        options = (f"{o.number}{o.label}{o.ticked}" for o in self.options)
        return (self.kind, self.title, self.asks, *options, *(f"{t}{a}" for t, a in self.tabs))


class Doubt(Exception):
    """Why a screen is taken to hold no dialog."""


def read(screen: str) -> tuple[Dialog | None, str]:
    """The dialog at the end of a screen (with its colours, else an open text field may be missed), or why there is
    none."""
    try:
        return _read(screens.read(screen)), ""
    except Doubt as doubt:
        return None, str(doubt)


def _read(lines: list[Line]) -> Dialog:
    if not lines:
        raise Doubt("the screen is empty")
    foot, end = _foot(lines)
    clipped = any(_more(line.text) for line in lines[max(0, end - 1) : end + 1]) or _more(lines[-1].text)
    above = [line for line in lines[:end] if not _more(line.text)]
    first, options, numbered = _options(above, foot)
    top = next((i for i in range(first - 1, -1, -1) if _edge(above[i].text)), -1)
    if any(line.text.lstrip().startswith("❯") for line in above[top + 1 : first]):
        raise Doubt("a second cursor stands above the options")
    text = [line.text for line in above[top + 1 : first]]
    clipped = clipped or top < 0
    dialog = _told(foot, text, options, clipped)
    inverse = any(line.cursor for line in above[first:])
    chosen = next(option for option in options if option.selected)
    typing = inverse or (dialog.kind in ("plan", "question") and chosen.means == "text")
    drawn = tuple(line for line in text if line and not line.strip().startswith("Tip: "))
    width = len(above[top].text) if top >= 0 else 0
    return dialog._replace(typing=typing, clipped=clipped, numbered=numbered, drawn=drawn, width=width)


def _foot(lines: Sequence[Line]) -> tuple[str, int]:
    """The keys that a dialog names at its end, and the line where they begin; "" for one that ends with its options."""
    for i in range(len(lines) - 1, max(-1, len(lines) - 1 - _LONGEST_FOOT), -1):
        if not lines[i].text:
            break
        if lines[i].text.strip().startswith(_FEET):
            return " ".join(line.text.strip() for line in lines[i:]), i
    return "", len(lines)


def _edge(text: str) -> bool:
    """Whether a line is the upper edge of a dialog."""
    return screens.rule(text) or screens.rule(text, "▔")


def _more(text: str) -> bool:
    """Whether a line says that there is more than the pane shows."""
    words = text.split()
    return len(words) == 4 and words[0] in ("↑", "↓") and words[1].isdigit() and words[2] == "more"


# ------------------------------------------------------------------------------------------------- options


def _options(lines: Sequence[Line], foot: str) -> tuple[int, list[Option], bool]:
    """Where the options begin, and what they are: numbered 1 to N without a gap, with one cursor."""
    end = len(lines)
    while end and not lines[end - 1].text:
        end -= 1
    if foot.startswith("Enter to confirm") and not any(_number(line.text)[0] for line in lines[end - 2 : end]):
        return _unnumbered(lines, end)
    rows: list[tuple[int, int, bool, str]] = []  # number, column, cursor, label
    later: list[str] = []  # of a wrapped label, lowest first
    for i in range(end - 1, -1, -1):
        text = lines[i].text
        number, column, label = _number(text)
        if number:
            rows.append((number, column, "❯" in text[:column], " ".join([label, *reversed(later)])))
            later = []
            if number == 1:
                return i, _checked(rows[::-1], foot), True
        elif not text:
            break
        elif not screens.rule(text) and text.strip() != "Submit":
            if not text.startswith("  "):
                break
            later.append(text.strip() if not foot.startswith("Enter to select") else "\n" + text.strip())
    raise Doubt("no options from 1 on stand at the end of the screen")


def _number(text: str) -> tuple[int, int, str]:
    """Number, its column and the label of an option's line; 0 for another line."""
    bare = text.lstrip(" ")
    bare = bare[2:] if bare.startswith("❯ ") else bare
    if len(bare) > 3 and bare[0] in "123456789" and bare[1:3] == ". ":
        return int(bare[0]), len(text) - len(bare), bare[3:].strip()
    return 0, 0, ""


def _checked(rows: list[tuple[int, int, bool, str]], foot: str) -> list[Option]:
    if [row[0] for row in rows] != list(range(1, len(rows) + 1)) or len(rows) < 2:
        raise Doubt("the options are not numbered from 1 on")
    if len({row[1] for row in rows}) > 1:
        raise Doubt("the options do not stand in one column")
    if sum(row[2] for row in rows) != 1:
        raise Doubt("not one of the options has the cursor")
    question = foot.startswith("Enter to select")
    return [_option(number, label.partition("\n")[0] if question else label, cursor, question)
            for number, _, cursor, label in rows]  # fmt: skip


def _option(number: int, label: str, cursor: bool, question: bool) -> Option:
    ticked = None
    if question and label[:1] == "[" and label[2:3] == "]":
        ticked, label = label[1] != " ", label[3:].strip()
    label = label.strip()
    return Option(number, label, _question_means(label) if question else _means(label), cursor, ticked)


def _unnumbered(lines: Sequence[Line], end: int) -> tuple[int, list[Option], bool]:
    """Two or more lines below each other, of which one has the cursor."""
    first = end
    while first and lines[first - 1].text:
        first -= 1
    rows = [line.text for line in lines[first:end]]
    if len(rows) < 2 or sum(row.lstrip().startswith("❯ ") for row in rows) != 1:
        raise Doubt("no options with one cursor stand at the end of the screen")
    return first, [
        Option(i, row.strip().removeprefix("❯ "), _means(row.strip().removeprefix("❯ ")), row.lstrip().startswith("❯ "))
        for i, row in enumerate(rows, 1)
    ], False  # fmt: skip


def _means(label: str) -> str:
    """What choosing an option does, by its words. What changes the session's mode for good has no word of its own."""
    if label in ("Yes", "Submit answers") or label.startswith(("Yes, manually approve", "Yes, I trust")):
        return "yes"
    if label in ("No", "Cancel") or label.startswith(("No, exit", "No, keep planning")):
        return "no"
    if "tell Claude" in label or label.startswith("Tell Claude"):
        return "text"
    if label.startswith(_LASTING) and "auto mode" not in label and "bypass" not in label:
        return "always"
    return "other"


def _question_means(label: str) -> str:
    return "text" if label.startswith("Type something") else "other"


# -------------------------------------------------------------------------------------- what it is about


def _told(foot: str, text: list[str], options: list[Option], clipped: bool) -> Dialog:
    """What kind of dialog it is, by its keys and its words."""
    whole = [line.strip() for line in text]
    filled = [line for line in whole if line]
    asks = _asks(whole)
    if foot.startswith("Enter to select"):
        return _question(filled, options)
    if not foot and filled[1:2] == ["Review your answers"] and options[0].means == "yes":
        rest, tabs = filled[2:], _tabs(filled[0])
        return Dialog("review", filled[1], " ".join(rest), tuple(rest), filled[1], tuple(options), tabs)
    if foot.startswith("Enter to confirm") and any("trust this folder" in option.label for option in options):
        folder = next((line for line in filled if line.startswith("/")), "")
        return Dialog("trust", "Trust this folder?", folder, tuple(filled), "Trust this folder?", tuple(options))
    if foot.startswith("ctrl") and asks.endswith("?") and any("manually approve" in option.label for option in options):
        body = _inner(whole)
        return Dialog("plan", "Ready to code?", body[0] if body else "", tuple(body), asks, tuple(options))
    if foot.startswith("Esc to cancel") and asks.startswith("Do you want") and asks.endswith("?"):
        if options[-1].means not in ("no", "text"):
            raise Doubt("the pane is too small: not all options are on the screen")
        return _permission(whole, asks, options, clipped)
    raise Doubt("the end of the screen is no dialog that cst knows")


def _asks(text: list[str]) -> str:
    """The sentence right above the options."""
    end = len(text)
    while end and not text[end - 1]:
        end -= 1
    first = end
    while first and text[first - 1] and not screens.rule(text[first - 1], _INNER) and end - first < 4:
        first -= 1
        if text[first].startswith(("Do you want", "Claude has written")):
            break
    return " ".join(text[first:end])


def _permission(text: list[str], asks: str, options: list[Option], clipped: bool) -> Dialog:
    lines = [line for line in text if line and not line.startswith("Tip: ")]
    lines = ["", *lines] if clipped else lines  # its title is above the screen
    title = lines[0] if lines else ""
    body = lines[1:]
    inner = _inner(text)
    if inner == ["…"]:
        raise Doubt("its diff is not drawn yet; look again")
    subject = " ".join(inner)
    if title.endswith(" file") and len(lines) > 1:
        subject = lines[1]
    elif not inner and body:
        subject = body[0]
    shown = tuple(line for line in map(_bare, body) if not screens.rule(line, _INNER) and line not in asks)
    return Dialog("permission", title, subject, shown, asks, tuple(options))


def _inner(text: list[str]) -> list[str]:
    """What stands between the two dotted lines, without the bar that marks it off."""
    edges = [i for i, line in enumerate(text) if screens.rule(line, _INNER)]
    inside = text[edges[0] + 1 : edges[-1]] if len(edges) > 1 else text[: edges[0]] if edges else []
    return [_bare(line) for line in inside if line]


def _bare(line: str) -> str:
    return line.removeprefix("│ ")


def _question(filled: list[str], options: list[Option]) -> Dialog:
    if not filled or filled[0][0] not in "←☐☒":
        raise Doubt("the pane is too small: the question is not wholly on the screen")
    tabs = _tabs(filled[0])
    several = any(option.ticked is not None for option in options)
    current = filled[0].lstrip("☐☒ ") if not filled[0].startswith("←") else ""
    asks = " ".join(filled[1:])
    return Dialog("question", current, asks, tuple(filled[1:]), asks, tuple(options), tabs, several)


def _tabs(line: str) -> tuple[tuple[str, bool], ...]:
    """The headers of several questions, and which of them are answered."""
    line = line.strip("←→ ")
    for sign in "☐☒✔":
        line = line.replace(sign, "\0" + sign)
    words = line.split("\0")
    return tuple((word[1:].strip(), word[0] == "☒") for word in words if word[:1] in ("☐", "☒"))
