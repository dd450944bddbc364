"""A line of `cst grep`: the session, who said it, how long ago, and the text around the word."""

from __future__ import annotations

from cst.text import age, clean, cut, fit, width

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cst.render.paint import Paint

SCREEN = "screen"  # who says what a pane shows
NAME, _WHO, _AGE, _LEAST, _BEFORE = 24, 8, 4, 20, 30  # columns; `_BEFORE`: of the text before the word


def line(name: str, who: str, seconds: float | None, text: str, word: str, columns: int, paint: Paint) -> str:
    """One line; `columns` 0 means that nobody says how wide. `seconds`: how old it is, None where nobody knows; what is
    on a screen is there now."""
    when = "now" if who == SCREEN else "" if seconds is None else age(seconds)
    head = f"{fit(clean(name), NAME)}  {fit(clean(who), _WHO)}  {fit(when, _AGE, right=True)}  "
    room = max(_LEAST, columns - width(head)) if columns else 200
    before, found, after = _around(text, word)
    if width(before) > _BEFORE:
        before = "…" + before[-_BEFORE + 1 :]
    shown = cut(before + found + after, room)
    if not paint.on or not shown.startswith(before + found):
        return head + shown
    return paint.dim(head) + before + paint("1;33", found) + shown[len(before + found) :]


def _around(text: str, word: str) -> tuple[str, str, str]:
    """The text before the word, it, and what is behind, clean."""
    at = _find(text, word)
    if at < 0:
        return "", "", clean(text, 400)
    shown = clean(text[max(0, at - 200) : at + 400], 600)  # before it is taken apart: a space may stand behind a colour
    at = _find(shown, word)
    return ("", "", shown) if at < 0 else (shown[:at], shown[at : at + len(word)], shown[at + len(word) :])


def _find(text: str, word: str) -> int:
    """Where it is, capitals or not; -1 for nowhere. Where a letter is two when it is small, no place is sure."""
    if word != word.lower():
        return text.find(word)
    small = text.lower()
    return small.find(word) if len(small) == len(text) else -1
