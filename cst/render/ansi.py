"""The screen of a pane with its colours, made harmless: nothing comes out but printable text and colours of our making.

What a program wrote is never passed on. Its SGR sequences are read into a style, and a style is written anew; every
other sequence, finished or not, goes. Blinking and hidden text are shown plainly.
"""

from __future__ import annotations

from cst.text import RESET, head, visible, width

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    Style = dict[str, str]

_LONGEST = 16_384  # characters of one line that are looked at: a wide screen with a colour for each letter
_CODES = 80  # characters of one sequence; a longer one is none
# What a code sets and what it ends; colours are told by their range, below. fzf knows no more of them than these.
_SETS = {1: "bold", 2: "faint", 3: "italic", 4: "underline", 7: "reverse", 9: "struck"}
_ENDS = {
    22: ("bold", "faint"), 23: ("italic",), 24: ("underline",), 27: ("reverse",), 29: ("struck",), 39: ("front",),
    49: ("back",),
}  # fmt: skip
_COLOURS = {38: "front", 48: "back", 58: ""}  # 58, of the underline, has its numbers behind it and is not shown


def screen(text: str, columns: int, lines: int, colour: bool) -> list[str]:
    """The last `lines` lines (0 = all) of a pane's text, empty ones at its end left out, each cut to `columns`.

    A colour that is still on at the end of a line goes on in the next one, as tmux means it.
    """
    rows = text.split("\n")
    style: Style = {}
    found = []
    for row in rows:
        style, shown = _row(row[:_LONGEST], style, columns, colour)
        found.append(shown)
    while found and not _plain(found[-1]).strip():
        found.pop()
    return found[-lines:] if lines else found


def cut(line: str, columns: int) -> str:
    """A line of ours, colours included, in at most that many columns."""
    return _row(line, {}, columns, True)[1]


def _row(line: str, style: Style, columns: int, colour: bool) -> tuple[Style, str]:
    """One line, and the style that is on at its end."""
    kept: list[str] = []
    on = RESET  # what was written last
    for codes, run in _runs(line):
        if codes is not None:
            style = _styled(style, codes)
        shown = head(_unstacked(visible(run)), columns) if columns > 0 else ""
        if not shown:
            continue
        wanted = _sequence(style) if colour else RESET
        if wanted != on:
            kept.append(wanted)
            on = wanted
        kept.append(shown)
        columns -= width(shown)
    if on == RESET:
        return style, "".join(kept).rstrip()
    return style, "".join(kept) + RESET


def _plain(line: str) -> str:
    """A line of ours without its colours."""
    return "".join(run for _, run in _runs(line))


def _unstacked(run: str) -> str:
    """Without accents at its beginning: they would stack on what stands before, without end."""
    at = 0
    while at < len(run) and run[at] > "\u02ff" and width(run[at]) == 0:
        at += 1
    return run[at:]


def _runs(line: str) -> Iterator[tuple[str | None, str]]:
    """(the codes of an SGR sequence, or None, and the text behind it); other sequences are left out."""
    codes: str | None = None
    begin = 0
    while (at := line.find("\x1b", begin)) >= 0:
        yield codes, line[begin:at]
        codes, begin = _escape(line, at + 1)
    yield codes, line[begin:]


def _escape(line: str, at: int) -> tuple[str | None, int]:
    """The codes of the sequence whose ESC stands before `at`, None for one that is no SGR, and where it ends."""
    kind = line[at : at + 1]
    if kind == "[":
        end = at + 1
        while end < len(line) and line[end] != "\x1b" and not "@" <= line[end] <= "~":
            end += 1
        codes = line[at + 1 : end]
        colours = line[end : end + 1] == "m" and len(codes) <= _CODES and not codes.strip("0123456789;:")
        return (codes if colours else None), end + (line[end : end + 1] != "\x1b")
    if kind and kind in "]PX^_k":
        ends = [end for end in (line.find(stop, at) for stop in "\x07\x1b\x9c") if end >= 0]
        end = min(ends, default=len(line))
        return None, end + (2 if line[end : end + 2] == "\x1b\\" else line[end : end + 1] != "\x1b")
    if kind and kind in "()*+-./ #%":
        return None, at + 2
    return None, at + (kind != "\x1b")


def _styled(style: Style, codes: str) -> Style:
    """The style after one SGR sequence. What is not known changes nothing."""
    style = dict(style)
    given = codes.split(";")
    while given:
        parts = given.pop(0).split(":")
        code = int(parts[0][:4] or 0)
        if code in _COLOURS:
            if len(parts) == 1:
                taken = {"5": 2, "2": 4}.get(given[0] if given else "", 0)
                parts, given = parts + given[:taken], given[taken:]
            name, colour = _COLOURS[code], _colour(parts[1:])
            if name and colour:
                style[name] = f"{code};{colour}"
        elif code == 0:
            style = {}
        elif code in _ENDS or parts == ["4", "0"]:
            for name in _ENDS.get(code, ("underline",)):
                style.pop(name, None)
        elif code in _SETS:
            style[_SETS[code]] = str(code)
        elif 30 <= code <= 37 or 90 <= code <= 97:
            style["front"] = str(code)
        elif 40 <= code <= 47 or 100 <= code <= 107:
            style["back"] = str(code)
    return style


def _colour(parts: Sequence[str]) -> str:
    """`5;n` or `2;r;g;b` with numbers up to 255; "" for anything else."""
    wanted = {"5": 1, "2": 3}.get(parts[0] if parts else "", 0)
    numbers = parts[-wanted:] if wanted and len(parts) > wanted else []  # with colons a colour space may stand before
    if not numbers or not all(number.isdigit() and int(number) <= 255 for number in numbers):
        return ""
    return ";".join([parts[0], *(str(int(number)) for number in numbers)])


def _sequence(style: Style) -> str:
    return f"\x1b[{';'.join(['0', *style.values()])}m" if style else RESET
