"""Themes and glyphs: which colours stand for red, green and the rest, and what stands for a glyph in ASCII.

The colours of `dark` and `light` can be told apart with any colour vision (Okabe and Ito, 2008), and no state is shown
by its colour alone. `16` uses the terminal's own sixteen colours.
"""

from __future__ import annotations

from cst.text import width

# SGR colour of the sixteen -> SGR parameters in that theme.
_PALETTES = {
    "dark": {
        "31": "38;2;240;114;54", "32": "38;2;64;196;150", "33": "38;2;240;208;80", "34": "38;2;86;180;233",
        "35": "38;2;221;140;187", "36": "38;2;150;178;196", "2": "38;2;140;140;140",
    },
    "light": {
        "31": "38;2;184;70;0", "32": "38;2;0;110;80", "33": "38;2;132;100;0", "34": "38;2;0;94;160",
        "35": "38;2;160;66;120", "36": "38;2;62;92;112", "2": "38;2;110;110;110",
    },
}  # fmt: skip

_ASCII = str.maketrans({
    "≡": "=", "✗": "x", "✓": "v", "‖": "|", "●": "*", "◌": "o", "·": "-", "…": "~", "★": "^", "▌": "|", "┃": "|",
    "→": ">", "↑": "^", "↓": "v", "▁": ".", "▂": ".", "▃": ".", "▄": ":", "▅": ":", "▆": "#", "▇": "#", "█": "#",
    "░": "-", "»": ">", "├": "|", "└": "`", "│": "|", "─": "-", "“": '"', "”": '"', "’": "'", "–": "-",
})  # fmt: skip


def codes(theme: str, given: str) -> str:
    """SGR parameters in a theme, from those of the sixteen colours."""
    palette = _PALETTES.get(theme)
    return ";".join(palette.get(code, code) for code in given.split(";")) if palette else given


def ascii_only(text: str) -> str:
    """`text` for a terminal that has only ASCII: our glyphs as letters, all else as question marks, as wide as before.
    Escape sequences stay."""
    if text.isascii():
        return text
    text = text.translate(_ASCII)
    return text if text.isascii() else "".join(char if char.isascii() else "?" * width(char) for char in text)
