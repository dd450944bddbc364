"""A pane's screen, as `capture-pane -p -e` gives it: plain lines, what is dim or inverse, the input box. Pure."""

from __future__ import annotations

from cst.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

PLAIN, DIM, INVERSE = " ", "d", "i"
_LONGEST_BOX = 60  # lines; whatever stands further apart is not the input box


class Line(Value):
    """One line of a screen, and for each of its characters a mark: plain, dim or inverse."""

    text: str
    marks: str
    cursor: bool = False  # part of it is inverse: the cursor of a text field, even on a blank that tmux left out
    bold: bool = False  # it begins in bold letters


class Box(Value):
    """The input box of a client at its prompt."""

    text: str  # what a person has typed; a suggestion in dim letters is none
    clipped: bool  # its first lines are not on the screen
    foot: str  # the lines below it


def read(screen: str) -> list[Line]:
    """The lines of a screen down to the last that is not blank; colours go on from line to line, as tmux has it."""
    found: list[Line] = []
    mark, bold = PLAIN, False
    for raw in screen.split("\n"):
        text, marks, begins_bold = "", "", False
        pieces = raw.split("\x1b[")
        for i, piece in enumerate(pieces):
            codes, rest = _codes(piece) if i else ("", piece)
            if i:
                mark, bold = _marked(mark, codes), _bold(bold, codes)
            rest = rest.replace("\xa0", " ")
            begins_bold = bold if rest.strip() and not text.strip() else begins_bold
            text, marks = text + rest, marks + mark * len(rest)
        found.append(Line(text.rstrip(), marks[: len(text.rstrip())], mark == INVERSE or INVERSE in marks, begins_bold))
    while found and not found[-1].text:
        found.pop()
    return found


def _codes(piece: str) -> tuple[str, str]:
    """The parameters of a CSI sequence and what follows it; only those of colours (m) count."""
    for i, char in enumerate(piece):
        if "@" <= char <= "~":
            return (piece[:i] if char == "m" else "none"), piece[i + 1 :]
    return "none", ""


def _marked(mark: str, codes: str) -> str:
    """The mark after these colour codes."""
    for code in _attributes(codes):
        if code in ("", "0", "22", "27"):
            mark = PLAIN
        elif code == "2":
            mark = DIM
        elif code == "7":
            mark = INVERSE
    return mark


def _bold(bold: bool, codes: str) -> bool:
    """Whether letters are bold after these colour codes."""
    for code in _attributes(codes):
        bold = code == "1" or (bold and code not in ("", "0", "22"))
    return bold


def _attributes(codes: str) -> list[str]:
    """The codes without the numbers that 38 and 48 bring with them, which are colours."""
    if "8" not in codes:
        return codes.split(";")
    found = []
    rest = iter(codes.split(";"))
    for code in rest:
        found.append(code)
        if code in ("38", "48"):
            for _ in range(1 if next(rest, "") == "5" else 3):
                next(rest, "")
    return found


def rule(text: str, of: str = "─") -> bool:
    """Whether a line is drawn across the screen, from its first column on."""
    return len(text) >= 10 and not text.strip(of)


def box(lines: Sequence[Line]) -> Box | None:
    """The input box at the end of a screen; None where there is none: a dialog, a menu, another program."""
    top, bottom = _edges(lines)
    text, inside = lines[top].text if lines else "", list(lines[top + 1 : bottom])
    clipped = " ↑ " in text
    if not inside or not (clipped or inside[0].text.startswith("❯")):
        return None
    foot = " ".join(line.text.strip() for line in lines[bottom + 1 :])
    return Box("\n".join(_typed(inside)), clipped, foot)


def before_box(screen: str) -> str:
    """A screen down to its input box, where that is empty: without what says nothing of the session. Else all of it."""
    lines = read(screen)
    found = box(lines)
    said = screen.split("\n")[: _edges(lines)[0]] if found and not found.text else []
    return "\n".join(said) if any(line.text for line in lines[: len(said)]) else screen


def _edges(lines: Sequence[Line]) -> tuple[int, int]:
    """Where the input box begins and ends: the lines drawn above and below it; (0, 0) where there is none."""
    bottom = next((i for i in range(len(lines) - 1, -1, -1) if rule(lines[i].text)), -1)
    for top in range(bottom - 1, max(-1, bottom - _LONGEST_BOX), -1):
        if lines[top].text.startswith("───"):
            return top, bottom
    return 0, 0


def offers(lines: Sequence[Line]) -> tuple[tuple[str, ...], bool]:
    """What Enter would choose from the list that a client draws beside the input box while a name is typed: its names
    (a command's first, then its other ones; () for what is no command), and whether it would choose anything.

    Newer clients draw the list above the box and a cursor in it. Older ones draw it below; the first row is chosen.
    """
    top, bottom = _edges(lines)
    above = []
    for i in range(top - 1, -1, -1):
        if not lines[i].text:
            break
        above.append(lines[i].text)
    chosen = next((text for text in above if text.startswith("  ❯ ")), "")
    if not chosen and bottom and bottom + 1 < len(lines):
        below = lines[bottom + 1].text
        chosen = below if below.strip().startswith(("/", "❯ ")) else ""
    row = chosen.strip().removeprefix("❯ ")
    name, _, rest = row.partition(" ")
    if not name.startswith("/"):
        return (), bool(chosen)
    others = rest[1 : rest.find(")")] if rest.startswith("(") else ""
    return (name, *(f"/{other.strip()}" for other in others.split(",") if other.strip())), True


def _typed(inside: Sequence[Line]) -> list[str]:
    """What is typed, without the prompt's sign. A suggestion is dim, but for the letter under the cursor."""
    kept = [line.text[2:] for line in inside]
    cells = [cell for line in inside for cell in zip(line.text[2:], line.marks[2:], strict=True)]
    marks = "".join(mark for char, mark in cells if char != " ")
    if DIM in marks and not marks.strip(DIM + INVERSE) and marks.count(INVERSE) <= 1:
        return []
    return kept if "".join(kept).strip() else []


def squashed(text: str) -> str:
    """A text without white space: the same however it is wrapped."""
    return "".join(text.split())


def rewrapped(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether two texts are one, drawn at two widths: the same characters, and the same spaces within lines. The end
    of a line in one of them may be a space, or nothing, in the other."""
    mine, others = _spaced(one), _spaced(other)
    return len(mine) == len(others) and all(
        a == b and (gap == its or "\n" in gap or "\n" in its) for (a, gap), (b, its) in zip(mine, others, strict=True)
    )


def _spaced(lines: tuple[str, ...]) -> list[tuple[str, str]]:
    """Each character of the lines that is not white space, with what white space stands before it."""
    found, gap = [], ""
    for char in "\n".join(lines):
        if char.isspace():
            gap += char
        else:
            found.append((char, gap))
            gap = ""
    return found
