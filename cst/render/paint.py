"""Colours and glyphs: one table from state to what it looks like, readable without either."""

from __future__ import annotations

from cst.render import theme as themes
from cst.text import RESET, age

# state: (glyph, SGR codes, tmux style). The word always stands beside them: colour is never the only sign. The tmux
# styles bring their own background: tmux's default bar is green, and no colour of the sixteen can be read on every bar.
_LOOKS = {
    "permission": ("!", "1;31", "fg=colour203,bg=colour235,bold"),
    "question": ("?", "1;35", "fg=colour213,bg=colour235,bold"),
    "plan": ("≡", "1;34", "fg=colour75,bg=colour235,bold"),
    "dialog": ("!", "1;31", "fg=colour203,bg=colour235,bold"),
    "error": ("✗", "31", "fg=colour203,bg=colour235"),
    "limited": ("◷", "33", "fg=colour221,bg=colour235"),
    "asked": ("?", "35", "fg=colour213,bg=colour235"),
    "done": ("✓", "32", "fg=colour114,bg=colour235"),
    "unknown": ("~", "33", "fg=colour221,bg=colour235"),
    "interrupted": ("‖", "33", "fg=colour221,bg=colour235"),
    "working": ("●", "36", "fg=colour80,bg=colour235"),
    "compacting": ("●", "36", "fg=colour80,bg=colour235"),
    "background": ("◌", "36", "fg=colour80,bg=colour235"),
    "elsewhere": ("↗", "2", "fg=colour250,bg=colour235"),
}
_WEEK = ("Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed")  # 1970 began on a Thursday
_QUIET = ("·", "2", "fg=colour250,bg=colour235")


class Paint:
    """Colours on or off, for one run; with another `theme` than the terminal's own, its palette."""

    def __init__(self, on: bool, theme: str = "16") -> None:
        self.on = on and theme != "none"
        self._theme = theme

    def __call__(self, codes: str, text: str) -> str:
        """`text` in these SGR codes."""
        return f"\x1b[{themes.codes(self._theme, codes)}m{text}{RESET}" if self.on and text else text

    def state(self, state: str, text: str) -> str:
        """`text` in the colour of a state."""
        return self(looks(state)[1], text)

    def dim(self, text: str) -> str:
        """`text` in the background."""
        return self("2", text)


def looks(state: str) -> tuple[str, str, str]:
    """Glyph, SGR codes and tmux style of a state."""
    return _LOOKS.get(state, _QUIET)


def since(now: float, then: float) -> str:
    """How long ago, or "" where the moment is not known."""
    return age(now - then) if then > 0 else ""


def tokens(count: int | None) -> str:
    """12345 as 12k; "" where it is not known."""
    if count is None:
        return ""
    return f"{count / 1e6:.1f}M" if count >= 1_000_000 else f"{count // 1000}k" if count >= 1000 else str(count)


def cold_words(name: str, count: int) -> str:
    """What is said before a message to a session whose prompt cache has expired."""
    return f"the prompt cache of {name} has expired: the next message costs {tokens(count)} tokens anew"


def time_of_day(moment: float, now: float, utc_offset: int) -> str:
    """When something is, by the local clock: `14:10`, `Sat 21:12` on another day. All in epoch seconds, the offset in
    seconds east of Greenwich."""
    local, today = moment + utc_offset, now + utc_offset
    clock = f"{int(local % 86400 // 3600):02d}:{int(local % 3600 // 60):02d}"
    return clock if local // 86400 == today // 86400 else f"{_WEEK[int(local // 86400) % 7]} {clock}"
