"""The one place that makes session text harmless, and that knows how wide text is.

Prompts, titles, paths and tool output come from anywhere and go to terminals, fzf and tmux.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

RESET = "\x1b[0m"
_MOST_ACCENTS = 4
def _chars(*runs: tuple[int, int]) -> frozenset[str]:
    return frozenset(chr(code) for first, last in runs for code in range(first, last + 1))


# The marks that turn text around, variation selectors, skin tones.
_DROPPED = _chars(
    (0x61C, 0x61C), (0x200E, 0x200F), (0x202A, 0x202E), (0x2066, 0x2069), (0xFE00, 0xFE0F), (0x1F3FB, 0x1F3FF)
)  # fmt: skip
_JAMO = _chars((0x1100, 0x11FF), (0xA960, 0xA97C), (0xD7B0, 0xD7FB))  # parts of Hangul syllables
# Tmux and fzf give these signs other widths. (So they do to vowels of Tamil and its neighbours, which are needed.)
_DISPUTED = _chars(
    (0x302E, 0x3030), (0x303D, 0x303D), (0x3248, 0x324F), (0x3297, 0x3299), (0x4DC0, 0x4DFF), (0xFFFD, 0xFFFD),
    (0x1D165, 0x1D172), (0x1F202, 0x1F202), (0x1F237, 0x1F237), (0x1F260, 0x1F265),
)  # fmt: skip
_LOST = "?"
_LONGEST = 30 * 365 * 86400  # seconds of an age


def clean(text: str, most: int = 4000) -> str:
    """One line of printable text: escape sequences, controls, bidi overrides and invisible characters out,
    white space folded, at most `most` characters. Joiners, variation selectors and skin tones go too: an emoji
    sequence falls apart into emoji whose width every terminal knows. Parts of Hangul become syllables or letters."""
    return " ".join(visible(text[: most * 4]).split())[:most].rstrip()


def verbatim(line: str) -> str:
    """A line of a file as it is, spaces and all, but for what a terminal would act on."""
    return "".join(char if char.isprintable() or char == "\t" else f"\\u{ord(char):04x}" for char in line)


def visible(text: str) -> str:
    """As `clean`, with every space where it was: for one line of a screen, whose columns mean something."""
    if text.isascii() and text.isprintable():
        return text
    if not _JAMO.isdisjoint(text):
        text = _hangul(text)
    kept: list[str] = []
    accents = 0
    rest = iter(text)
    for char in rest:
        accents = accents + 1 if _stacks(char) else 0
        if accents > _MOST_ACCENTS:
            continue  # hundreds of them on one letter would cover the rows around it
        if char in "\x1b\x9b\x9d\x90":
            _swallow(char, rest)
        elif char in " \t\r\n\v\f\x1c\x1d\x1e\x1f\x85\u2028\u2029":
            kept.append(" ")
        elif char in _DISPUTED or "\ud800" <= char <= "\udfff":
            kept.append(_LOST)
        elif char.isprintable() and char not in _DROPPED:
            kept.append(char)
        elif char in "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000":
            kept.append(" ")
    return "".join(kept)


def _hangul(text: str) -> str:
    """The same with its parts of Hangul syllables composed, for terminals give them no width and fzf counts them by
    syllables; the letter for a part that is left over, as keyboards have it."""
    from unicodedata import normalize  # only where there is something to compose

    letters = {normalize("NFKD", chr(code)): chr(code) for code in range(0x3131, 0x318F)}
    return "".join(letters.get(char, _LOST) if char in _JAMO else char for char in normalize("NFC", text))


def _stacks(char: str) -> bool:
    """Whether a character is drawn on the one before it."""
    return char >= "\u0300" and _columns(char) == 0


def _swallow(first: str, rest: Iterator[str]) -> None:
    """Eat the escape sequence that `first` began, as a terminal would: CSI to its final byte, strings to their end."""
    kind = next(rest, "") if first == "\x1b" else {"\x9b": "[", "\x9d": "]", "\x90": "P"}[first]
    if kind == "[":
        for char in rest:
            if "@" <= char <= "~":
                return
    elif kind and kind in "]PX^_":
        for char in rest:
            if char in "\x07\x9c":
                return
            if char == "\x1b":
                next(rest, "")
                return
    elif kind and kind in "()*+-./ #%":
        next(rest, "")


def width(text: str) -> int:
    """How many terminal columns a clean text takes."""
    if text.isascii():
        return len(text)
    return sum(map(_columns, text))


def cut(text: str, columns: int) -> str:
    """`text` in at most that many columns; what is missing shows as an ellipsis."""
    if width(text) <= columns:
        return text
    if text.isascii():
        return text[: columns - 1].rstrip() + "…" if columns > 0 else ""
    kept, left = [], columns - 1
    for char in text:
        left -= _columns(char)
        if left < 0:
            break
        kept.append(char)
    return "".join(kept).rstrip() + "…" if columns > 0 else ""


def cut_start(text: str, columns: int) -> str:
    """As `cut`, but it is the beginning that goes: for paths."""
    if width(text) <= columns:
        return text
    kept, left = [], columns - 1
    for char in reversed(text):
        left -= _columns(char)
        if left < 0:
            break
        kept.append(char)
    return "…" + "".join(reversed(kept)) if columns > 0 else ""


def fit(text: str, columns: int, right: bool = False) -> str:
    """`text` in exactly that many columns."""
    text = cut(text, columns)
    space = " " * (columns - width(text))
    return space + text if right else text + space


def wrap(text: str, columns: int, lines: int) -> list[str]:
    """A clean text in at most `lines` lines of at most that many columns, broken at spaces where there are any."""
    found: list[str] = []
    line, columns = "", max(1, columns)
    for word in text.split(" "):
        if line and width(line) + 1 + width(word) > columns:
            found.append(line)
            line = ""
        line = f"{line} {word}" if line else word
        while width(line) > columns:
            begin = head(line, columns) or line[:1]
            found.append(begin)
            line = line[len(begin) :]
    found.append(line)
    if len(found) > lines:
        found = [*found[: lines - 1], cut(found[lines - 1] + " …", columns - 1) + "…"]
        found[-1] = found[-1].replace(" ……", "…").replace("……", "…")
    return [line for line in found if line]


def head(text: str, columns: int) -> str:
    """As much of the beginning as fits; an accent stays with its letter."""
    for i, char in enumerate(text):
        columns -= _columns(char)
        if columns < 0:
            return text[:i]
    return text


def home_path(path: str, home: str) -> str:
    """A path for people: `~` for the home."""
    return "~" + path[len(home) :] if home and (path + "/").startswith(home + "/") else path


def counted(count: float, what: str) -> str:
    """`1 file`, `2 files`, `0.5 days`."""
    return f"{count:g} {what}{'s' * (count != 1)}"


def for_tmux(text: str) -> str:
    """Clean text with nothing that tmux would expand in a status line: `#(…)` there runs a command."""
    return text.replace("#", "##")


def _columns(char: str) -> int:
    if char < "\u0300":
        return 1
    from unicodedata import category, east_asian_width  # only where there is a character that needs it

    if category(char) in ("Mn", "Me", "Cf") or "\u1160" <= char <= "\u11ff" or "\ud7b0" <= char <= "\ud7fb":
        return 0
    return 2 if east_asian_width(char) in "WF" else 1


def amount(size: int) -> str:
    """Bytes for people: 812 B, 12 kB, 3.4 MB, 77 GB."""
    for unit, least in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if size >= least:
            number = size / least
            return f"{number:.1f} {unit}" if number < 10 and unit != "kB" else f"{number:.0f} {unit}"
    return f"{size} B"


def age(seconds: float) -> str:
    """How long, in the one unit that matters: 45s, 12m, 3h, 2d; "0s" for anything negative. "?" for over 30 years: that
    is counted from 0, a moment that nobody knows."""
    whole = max(0, int(seconds))
    if whole > _LONGEST:
        return "?"
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60)):
        if whole >= size:
            return f"{whole // size}{unit}"
    return f"{whole}s"


def span(seconds: float) -> str:
    """How long, in hours and minutes where it is hours: `42m`, `3h 12m`, `2d`."""
    if 3600 <= seconds < 86400 and seconds % 3600 >= 60:
        return f"{age(seconds)} {age(seconds % 3600)}"
    return age(seconds)


def version_number(text: str) -> tuple[int, ...]:
    """The first version number in a text: (2, 1, 329) of "2.1.329", (3, 3) of "tmux 3.3a"; () for none."""
    for word in text.replace("-", " ").split():
        found: list[int] = []
        for part in word.split("."):
            number = part[: len(part) - len(part.lstrip("0123456789"))]
            if not number:
                break
            found.append(int(number))
            if number != part:
                break
        if len(found) > 1:
            return tuple(found)
    return ()
