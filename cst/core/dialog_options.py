"""The options at the end of a dialog: numbered ones, and those that only arrows reach. Pure."""

from __future__ import annotations

from cst.core import screens
from cst.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cst.core.screens import Line

_LASTING = ("Yes, and ", "Yes, allow ")  # "Yes, …" else is typed by a person
# Words of options that put the session into another permission mode.
_MODES = ("switch to", "auto mode", "auto-accept", "accept edits", "bypass")
_SWITCH = "Esc to cancel · ←/→ to switch"
_NOTES = "Notes: "  # below the preview of an option, and as far to the right


class Option(Value):
    """One choice. `means`: yes, always, no, text (it opens a text field), field (of a form), other."""

    number: int
    label: str
    means: str = "other"
    selected: bool = False
    ticked: bool | None = None  # None: not one to be ticked
    whole: str = ""  # of a question: the label and all that stands below it

    def changes_mode(self) -> bool:
        """Whether its words say that choosing it puts the session into another permission mode."""
        return _is_mode(self.label)


class Doubt(Exception):
    """Why a screen is taken to hold no dialog."""


def read(lines: Sequence[Line], foot: str) -> tuple[int, list[Option], bool]:
    """Where the options begin, what they are, and whether they have numbers: then 1 to N without a gap, with one
    cursor."""
    end = len(lines)
    while end and not lines[end - 1].text:
        end -= 1
    if foot.startswith(("Esc to cancel · ↑/↓ to navigate", _SWITCH)) and _buttons(lines[end - 1].text if end else ""):
        return _form(lines, end, foot.startswith(_SWITCH))
    if foot.startswith(("Enter to confirm", "Esc to cancel")) and not _is_numbered(lines, end):
        return _unnumbered(lines, end)
    rows: list[tuple[int, int, str, str]] = []  # number, column, sign before it, label
    later: list[str] = []  # of a wrapped label, lowest first
    for i in range(end - 1, -1, -1):
        text = lines[i].text
        number, column, label = _number(text)
        if number:
            rows.append((number, column, text[:column].strip(), " ".join([label, *reversed(later)])))
            later = []
            if number == 1 or rows[-1][2] == "↑":
                return i, _checked(rows[::-1], foot), True
        elif not text:
            break
        elif not screens.rule(text) and text.strip() not in ("Submit", "Next"):
            if not text.startswith("  "):
                break
            later.append(text.strip() if not foot.startswith("Enter to select") else "\n" + text.strip())
    raise Doubt("no options from 1 on stand at the end of the screen")


def without_preview(lines: Sequence[str]) -> list[str]:
    """The lines of a question that shows a preview beside its options, without the preview and what stands below."""
    for end in range(len(lines) - 1, -1, -1):
        column = lines[end].find(_NOTES)
        if column > 0 and not lines[end][:column].strip():
            break
    else:
        raise Doubt("the preview of an option has no end")
    found = list(lines[:end])
    for i in range(end - 1, -1, -1):
        if found[i][column : column + 1] not in ("", " ", "│", "└", "┌"):
            break
        top = found[i][column : column + 1] == "┌"
        found[i] = found[i][:column].rstrip()
        if top:
            return found
    raise Doubt("the preview of an option has no beginning")


def _is_numbered(lines: Sequence[Line], end: int) -> bool:
    """Whether the lines just above the end are numbered options, the last of which may be wrapped."""
    return any(_number(line.text)[0] for line in lines[max(0, end - 3) : end])


def _number(text: str) -> tuple[int, int, str]:
    """Number, its column and the label of an option's line; 0 for another line."""
    bare = text.lstrip(" ")
    bare = bare[2:] if bare.startswith(("❯ ", "↓ ", "↑ ")) else bare
    if len(bare) > 3 and bare[0] in "123456789" and bare[1:3] == ". ":
        return int(bare[0]), len(text) - len(bare), bare[3:].strip()
    return 0, 0, ""


def _checked(rows: list[tuple[int, int, str, str]], foot: str) -> list[Option]:
    numbers, question = [row[0] for row in rows], foot.startswith("Enter to select")
    if numbers != list(range(1, len(rows) + 1)) or len(rows) < 2:
        scrolled = question and ("↓" in (row[2] for row in rows) or rows[0][2] == "↑")
        if not scrolled or not _follow(rows):
            raise Doubt("the options are not numbered from 1 on")
    if len({row[1] for row in rows}) > 1:
        raise Doubt("the options do not stand in one column")
    if sum("❯" in row[2] for row in rows) != 1:
        raise Doubt("not one of the options has the cursor")
    if question:
        return [_of_question(number, label, "❯" in sign) for number, _, sign, label in rows]
    return [Option(number, label.strip(), means(label.strip()), "❯" in sign) for number, _, sign, label in rows]


def _follow(rows: list[tuple[int, int, str, str]]) -> bool:
    """Whether the rows of a scrolled list follow each other, but for those below the one that has an arrow down."""
    for i in range(1, len(rows)):
        step = rows[i][0] - rows[i - 1][0]
        if step < 1 or (step > 1 and (rows[i - 1][2] != "↓" or i < len(rows) - 1)):
            return False
    return len(rows) > 2


def _of_question(number: int, whole: str, cursor: bool) -> Option:
    ticked = None
    if whole[:1] == "[" and whole[2:3] == "]":
        ticked, whole = whole[1] != " ", whole[3:]
    label = whole.partition("\n")[0].strip()
    return Option(
        number, label, "text" if label.startswith("Type something") else "other", cursor, ticked, whole.strip()
    )


def _unnumbered(lines: Sequence[Line], end: int) -> tuple[int, list[Option], bool]:
    """Two or more lines below each other that begin in one column, one of them with the cursor before it."""
    first = end
    while first and lines[first - 1].text:
        first -= 1
    block = [line.text for line in lines[first:end]]
    cursors = [text.index("❯ ") for text in block if text.lstrip().startswith("❯ ")]
    if len(cursors) != 1:
        raise Doubt("no options from 1 on stand at the end of the screen")
    column = cursors[0] + 2
    rows: list[tuple[str, bool]] = []
    for text in reversed(block):
        if text[:column].strip() not in ("", "❯") or text[column : column + 1] in ("", " "):
            break
        rows.append((text[column:].strip(), "❯" in text[:column]))
    if len(rows) < 2 or not any(cursor for _, cursor in rows):
        raise Doubt("no options with one cursor stand at the end of the screen")
    options = [Option(i, label, means(label), cursor) for i, (label, cursor) in enumerate(reversed(rows), 1)]
    return end - len(rows), options, False


def _buttons(text: str) -> tuple[str, ...]:
    """The buttons of a form, where a line is that: `Accept  ❯ Decline`."""
    words = text.replace("❯", " ").split()
    return tuple(words) if words == ["Accept", "Decline"] else ()


def _form(lines: Sequence[Line], end: int, bare: bool) -> tuple[int, list[Option], bool]:
    """The fields of a form, each with what it holds, and its two buttons; arrows go through all of them. `bare`: it has
    buttons only."""
    row = lines[end - 1].text
    at = row.find("❯")
    buttons = [("Accept", "yes", at >= 0 and row[at:].split()[1] == "Accept"),
               ("Decline", "no", at >= 0 and row[at:].split()[1] == "Decline")]  # fmt: skip
    first = end - 1
    fields: list[tuple[str, str, bool]] = []
    for i in range(end - 2, -1 if not bare else end, -1):
        text = lines[i].text
        if not text:
            if fields:
                break
            continue
        label = text[4:]
        if text[:4] not in ("    ", "  ❯ "):
            break
        if not label.startswith(" "):  # else it describes the field above
            fields.append((label.replace("▸ ", "").replace("▾ ", ""), "field", "❯" in text[:4]))
        first = i
    rows = [*reversed(fields), *buttons]
    if sum(row[2] for row in rows) != 1:
        raise Doubt("not one field of the form has the cursor")
    return first, [Option(i, *row) for i, row in enumerate(rows, 1)], False


def _is_mode(label: str) -> bool:
    return any(word in label for word in _MODES)


def means(label: str) -> str:
    """What choosing an option does, by its words. What changes the session's mode for good has no word of its own."""
    if label in ("Yes", "Submit answers") or label.startswith(
        ("Yes, manually approve", "Yes, I trust", "Yes, I accept")
    ):
        return "yes"
    if label in ("No", "Cancel") or label.startswith(("No, exit", "No, keep planning")):
        return "no"
    if label.startswith("No, ") and label.endswith("(esc)"):
        return "no"
    if "tell Claude" in label or label.startswith("Tell Claude"):
        return "text"
    return "always" if label.startswith(_LASTING) and not _is_mode(label) else "other"
