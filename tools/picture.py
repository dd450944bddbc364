"""What `tmux capture-pane -e` printed, as a picture: python tools/picture.py TITLE <screen >picture.svg"""

from __future__ import annotations

import html
import io
import itertools
import re
import sys

from rich.ansi import AnsiDecoder
from rich.cells import cell_len
from rich.console import Console
from rich.terminal_theme import DEFAULT_TERMINAL_THEME, SVG_EXPORT_THEME

_TEXT = r'<text ([^>]*?)x="([\d.]+)" (y="[\d.]+") textLength="[\d.]+"([^>]*)>([^<]*)</text>'
_FRAME = r'(-clip-terminal">\s*<rect [^>]*height=")([\d.]+)"'  # rich cuts the feet of the letters of the last line
COLUMN = 12.2  # the width that rich gives a column


def main(title: str) -> None:
    """Read ANSI text on stdin, write SVG to stdout."""
    sys.stdout.write(drawn(sys.stdin.read(), title))


def drawn(screen: str, title: str, light: bool = False) -> str:
    """A screen with its escape sequences, as SVG."""
    lines = list(AnsiDecoder().decode(screen))  # a colour goes on in the next line, as tmux means it
    while lines and not lines[-1].plain.strip():
        lines.pop()
    columns = max(line.cell_len for line in lines) + 1
    console = Console(record=True, width=columns, file=io.StringIO(), force_terminal=True)
    for line in lines:
        console.print(line, no_wrap=True, crop=False)
    picture = console.export_svg(title=title, theme=DEFAULT_TERMINAL_THEME if light else SVG_EXPORT_THEME)
    picture = re.sub(r"@font-face \{.*?\}\s*", "", picture, flags=re.S)  # no font from the network
    picture = re.sub(r'x="([\d.]+)" (y="[\d.]+") textLength="([\d.]+)"([^>]*)>((?:&#160;)+)', _moved, picture)
    picture = re.sub(_TEXT, _wide, picture)
    picture = picture.replace("font-size: 20px", f"font-size: {COLUMN / 0.6:.2f}px")  # most fonts: 0.6 em a column
    picture = re.sub(_FRAME, lambda match: f'{match[1]}{float(match[2]) + 6:g}"', picture)
    return re.sub(r"<!--.*?-->", "", picture).replace("Fira Code", "monospace")


def _moved(match: re.Match[str]) -> str:
    """A text that begins with spaces begins further right instead: not every renderer keeps them."""
    x, y, length, rest, spaces = match.groups()
    shift = COLUMN * (len(spaces) // len("&#160;"))
    return f'x="{float(x) + shift:g}" {y} textLength="{float(length) - shift:g}"{rest}>'


def _wide(match: re.Match[str]) -> str:
    """Characters of two columns each stand in a place of their own: fonts do not make them twice as wide."""
    before, x, y, rest, text = match.groups()
    plain = html.unescape(text)
    if cell_len(plain) == len(plain):
        return match.group()
    at, made = float(x), []
    for wide, run in itertools.groupby(plain, lambda char: cell_len(char) > 1):
        for part in run if wide else ["".join(run)]:
            told = part.lstrip(" \xa0")  # not every renderer keeps spaces at the beginning
            at += COLUMN * (len(part) - len(told))
            length = COLUMN * cell_len(told)
            words = html.escape(told).replace(" ", "&#160;").replace("\xa0", "&#160;")
            if told:
                made.append(f'<text {before}x="{at:g}" {y} textLength="{length:g}"{rest}>{words}</text>')
            at += length
    return "".join(made)


if __name__ == "__main__":
    main(sys.argv[1])
