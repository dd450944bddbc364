"""The dialog at the end of a Claude Code screen, read strictly: in doubt there is none, and why. Pure.

It is read from below: the line of keys, then the options up to number 1, then what is asked, up to the line that is
drawn across the screen. Text of a session stands above the options only, so no text can pass for one: an option too
many breaks the count, a cursor too many the rule of one.
"""

from __future__ import annotations

from cst.core import dialog_options, screens
from cst.core.dialog_options import Doubt, Option
from cst.model import digits
from cst.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cst.core.screens import Line

__all__ = ["Dialog", "Doubt", "Option", "read"]

_FEET = ("Esc to cancel", "Enter to select", "Enter to confirm", "ctrl+g to edit", "ctrl-g to edit")
_LONGEST_FOOT = 4  # lines, in a narrow pane
_BYPASS = "Bypass Permissions mode"
_BLOCKS = "⚠ Claude Code will automatically block this request in "
_GOES_ON, _STAYS = "auto-continue in ", " · any key to stay"
_INNER = "╌"  # around a command, a diff or a plan


class Dialog(Value):
    """One dialog as it stands on a screen. Nothing in it is clean yet."""

    kind: str  # permission, plan, question, review (of the answers to several questions), trust, consent, form,
    # link (a page to open)
    title: str  # "Bash command", "Edit file", the header of a question
    subject: str  # the command, the file, the heading of the plan, the question
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
    left: float = 0.0  # seconds until it ends by itself; 0 = it stays
    then: str = ""  # what happens then: "goes on", "is blocked"
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

    def deadline(self) -> str:
        """What happens without an answer, and when: "without an answer it is blocked in 1:58"; "" for nothing."""
        if not self.then:
            return ""
        minutes, seconds = divmod(int(self.left), 60)
        return f"without an answer it {self.then} in {f'{minutes}:{seconds:02}' if minutes else f'{seconds}s'}"

    def _words(self) -> tuple[str, ...]:
        """All of it but its body."""
        options = (f"{o.number}{o.label}{o.ticked}" for o in self.options)
        return (self.kind, self.title, self.asks, *options, *(f"{t}{a}" for t, a in self.tabs))


def read(screen: str) -> tuple[Dialog | None, str]:
    """The dialog at the end of a screen (with its colours, else an open text field may be missed), or why there is
    none."""
    try:
        return _read(screens.read(screen)), ""
    except Doubt as doubt:
        return None, str(doubt)


def _read(lines: list[Line]) -> Dialog:
    lines, left, then = _without_countdown(lines) if lines else (lines, 0.0, "")
    if not lines:
        raise Doubt("the screen is empty")
    foot, end = _foot(lines)
    clipped = any(_more(line.text) for line in lines[max(0, end - 1) : end + 1]) or _more(lines[-1].text)
    above = [line for line in lines[:end] if not _more(line.text)]
    previews = "n to add notes" in foot
    if previews:
        texts = dialog_options.without_preview([line.text for line in above])
        above = [line._replace(text=text) for line, text in zip(above, texts, strict=False)]
    first, options, numbered = dialog_options.read(above, foot)
    top = next((i for i in range(first - 1, -1, -1) if _edge(above[i].text)), -1)
    if any(line.text.lstrip().startswith("❯") for line in above[top + 1 : first]):
        raise Doubt("a second cursor stands above the options")
    text = [line.text for line in above[top + 1 : first]]
    clipped = clipped or top < 0
    dialog = _told(foot, text, options, clipped)
    if dialog.kind == "permission":  # the only kind with a tip: what others ask is bold, whatever its first word
        text = _without_tip(above[top + 1 : first])
        dialog = _told(foot, text, options, clipped)
    inverse = any(line.cursor for line in above[first:])
    chosen = next(option for option in options if option.selected)
    typing = inverse or (dialog.kind in ("plan", "question") and chosen.means == "text")
    drawn = tuple(filter(None, text))
    width = len(above[top].text) if top >= 0 else 0
    return dialog._replace(typing=typing, clipped=clipped, numbered=numbered and not previews, drawn=drawn, width=width,
                           left=left, then=then)  # fmt: skip


def _without_tip(lines: Sequence[Line]) -> list[str]:
    """The lines without the client's tip, which is bold to its end, however it is wrapped. A command with such words is
    not bold, and stays."""
    found, inside = [], False
    for line in lines:
        inside = line.bold and (inside or line.text.strip().startswith("Tip: "))
        if not inside:
            found.append(line.text)
    return found


def _without_countdown(lines: list[Line]) -> tuple[list[Line], float, str]:
    """The lines without the one that counts down, how many seconds that says, and what happens then."""
    last = lines[-1].text.strip()
    if last.startswith(_GOES_ON) and last.endswith(_STAYS):
        return lines[:-1], _seconds(last[len(_GOES_ON) : -len(_STAYS)]), "goes on"
    # Above the last dotted line stands what is asked about, with whatever words in it.
    inner = max((i for i, line in enumerate(lines) if screens.rule(line.text.strip(), _INNER)), default=len(lines))
    for i in range(inner, len(lines)):
        if lines[i].text.strip().startswith(_BLOCKS.rstrip()):
            end = next((k for k in range(i, len(lines)) if not lines[k].text), len(lines))
            words = " ".join(line.text.strip() for line in lines[i:end])
            return lines[:i] + lines[end:], _seconds(words[len(_BLOCKS) :].partition(",")[0]), "is blocked"
    return lines, 0.0, ""


def _seconds(text: str) -> float:
    """The seconds of "1:58", "1m 5s", "about 2 minutes"; 0 for other words."""
    total, unit = 0.0, {"s": 1, "m": 60, "h": 3600}
    if ":" in text:
        for part in text.split(":"):
            total = total * 60 + (int(part) if digits(part) else 0)
        return total
    number = 0
    for word in text.split():
        if digits(word):
            number = int(word)
        elif digits(word[:-1]):
            total += int(word[:-1]) * unit.get(word[-1], 0)
        else:
            total, number = total + number * unit.get(word[0], 0), 0
    return total


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


# -------------------------------------------------------------------------------------- what it is about


def _told(foot: str, text: list[str], options: list[Option], clipped: bool) -> Dialog:
    """What kind of dialog it is, by its keys and its words."""
    whole = [line.strip() for line in text]
    filled = [line for line in whole if line]
    asks = _asks(whole)
    if foot.startswith("Enter to select"):
        return _question(filled, options, clipped)
    if not foot and filled[1:2] == ["Review your answers"] and options[0].means == "yes":
        rest, tabs = filled[2:], _tabs(filled[0])
        return Dialog("review", filled[1], " ".join(rest), tuple(rest), filled[1], tuple(options), tabs)
    if foot.startswith("Enter to confirm") and any("trust this folder" in option.label for option in options):
        folder = next((line for line in filled if line.startswith("/")), "")
        return Dialog("trust", "Trust this folder?", folder, tuple(filled), "Trust this folder?", tuple(options))
    if foot.startswith("Enter to confirm") and filled and _BYPASS in filled[0]:
        return Dialog("consent", _BYPASS, "", tuple(filled), _BYPASS, tuple(options))
    if options[-1].label == "Decline" and filled and filled[0].startswith("MCP server"):
        body = filled[1:]
        kind = "form" if "navigate" in foot else "link"
        return Dialog(kind, filled[0], " ".join(body), tuple(body), filled[0], tuple(options))
    if not foot and "Exit plan mode?" in filled[:2] and options[0].label.startswith("Yes, and switch to default"):
        leaves = (options[0]._replace(means="yes"), *options[1:])
        return Dialog("plan", "Exit plan mode?", asks, tuple(filled[-1:]), asks, leaves)
    if foot.startswith("ctrl") and asks.endswith("?") and any("manually approve" in option.label for option in options):
        body = _inner(whole)
        return Dialog("plan", "Ready to code?", _heading(body), tuple(body), asks, tuple(options))
    if (not foot or foot.startswith("Esc to cancel")) and asks.startswith("Do you want") and asks.endswith("?"):
        if not any(option.means in ("no", "text") for option in (options[0], options[-1])):
            raise Doubt("the pane is too small: not all options are on the screen")
        return _permission(whole, asks, options, clipped)
    raise Doubt("the end of the screen is no dialog that cst knows")


def _heading(body: list[str]) -> str:
    """The first line of a plan that says something, without the signs of Markdown. A plan may be drawn with `\\n` for
    the ends of its lines."""
    bare = (part.strip(" #*_=-`>") for line in body for part in line.split("\\n"))
    return next((line for line in bare if any(map(str.isalnum, line))), "")


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
    lines = list(filter(None, text))
    lines = ["", *lines] if clipped else lines  # its title is above the screen
    title = lines[0] if lines else ""
    body = lines[1:]
    inner = _inner(text)
    if inner == ["…"]:
        raise Doubt("its diff is not drawn yet; look again")
    subject = " ".join(inner)
    if title == "Read file" and subject.startswith("Read(") and subject.endswith(")"):
        subject = subject[len("Read(") : -1]
    elif title.endswith(" file") and len(lines) > 1:
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


def _question(filled: list[str], options: list[Option], clipped: bool) -> Dialog:
    several = any(option.ticked is not None for option in options)
    if not filled or filled[0][0] not in "←☐☒":
        if not clipped:
            raise Doubt("the pane is too small: the question is not wholly on the screen")
        filled = ["", *filled]  # its headers are above the screen, and perhaps all of it
    body = tuple(map(_bare, filled[1:]))
    asks = " ".join(body)
    current = filled[0].lstrip("☐☒ ") if not filled[0].startswith("←") else ""
    return Dialog("question", current, asks, body, asks, tuple(options), _tabs(filled[0]), several)


def _tabs(line: str) -> tuple[tuple[str, bool], ...]:
    """The headers of several questions, and which of them are answered."""
    line = line.strip("←→ ")
    for sign in "☐☒✔":
        line = line.replace(sign, "\0" + sign)
    words = line.split("\0")
    return tuple((word[1:].strip(), word[0] == "☒") for word in words if word[:1] in ("☐", "☒"))
