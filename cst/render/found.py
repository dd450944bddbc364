"""A line of `cst grep`: the session, who said it, how long ago, and the text around the word."""

from __future__ import annotations

from cst.text import age, clean, cut, fit, width

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cst.render.paint import Paint

_NAME, _WHO, _AGE, _LEAST, _BEFORE = 24, 8, 4, 20, 30  # columns; `_BEFORE`: of the text before the word


def line(name: str, who: str, seconds: float | None, text: str, word: str, columns: int, paint: Paint) -> str:
    """One line; `columns` 0 means that nobody says how wide. `seconds`: how old it is, None where it is on a screen."""
    when = "now" if seconds is None else age(seconds)
    head = f"{fit(clean(name), _NAME)}  {fit(clean(who), _WHO)}  {fit(when, _AGE, right=True)}  "
    room = max(_LEAST, columns - width(head)) if columns else 200
    before, found, after = _around(text, word)
    if width(before) > _BEFORE:
        before = "…" + before[-_BEFORE + 1 :]
    shown = cut(before + found + after, room)
    if not paint.on or not shown.startswith(before + found):
        return head + shown
    return paint.dim(head) + before + paint("1;33", found) + shown[len(before + found) :]


def _around(text: str, word: str) -> tuple[str, str, str]:
    """The text before the word, it, and what is behind; each clean, with the spaces between them."""
    at = (text.lower() if word == word.lower() else text).find(word)
    if at < 0 or len(text.lower()) != len(text):  # a letter that is two when it is small: no place to be sure of
        return "", "", clean(text, 400)
    before, found, after = text[max(0, at - 200) : at], text[at : at + len(word)], text[at + len(word) : at + 400]
    gaps = (" " if before[-1:].isspace() else "", " " if after[:1].isspace() else "")
    return clean(before) + gaps[0], clean(found), gaps[1] + clean(after)
