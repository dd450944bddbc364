"""What stands above every page of the preview: which pages there are, and whose they are."""

from __future__ import annotations

from cst.model import PAGES
from cst.render.preview import header
from cst.text import width

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cst.core.quota import Window
    from cst.model import Session
    from cst.render.paint import Paint

_KEY = "ctrl-p"  # turns the page in the picker, unless the user has another one for it
_ROOMY = 12  # lines from which on the header is more than one line, and an empty one stands between it and the page


def top(
    session: Session, now: float, name: str, columns: int, lines: int, home: str, paint: Paint,
    limits: Sequence[Window] = (), utc_offset: int = 0, key: str = "", scrolls: bool = False,
) -> list[str]:  # fmt: skip
    """The strip and the header: one line in a preview of few `lines` (0 = no limit), else at most a third of them, or
    all where the page `scrolls`. `key`: of the user's, which turns the page."""
    head = header(session, now, columns, home, paint, limits, utc_offset)
    if 0 < lines < _ROOMY:
        return [strip(name, columns, paint, key), head[0]]
    if lines and not scrolls:
        head = head[: lines // 3]
    return [strip(name, columns, paint, key), *head, ""]


def strip(name: str, columns: int, paint: Paint, key: str = "") -> str:
    """The names of the pages with this one in brackets; where they do not fit, this one and how many there are."""
    key = key or _KEY
    names = [f"[{page}]" if page == name else page for page in PAGES]
    wide = width(" · ".join(names))
    if wide > columns:
        rest = f" {PAGES.index(name) + 1}/{len(PAGES)} · {key}"
        return paint("1", f"[{name}]") + paint.dim(rest if len(name) + 2 + len(rest) <= columns else "")
    line = paint.dim(" · ").join(paint("1", shown) if shown[0] == "[" else paint.dim(shown) for shown in names)
    hint = next((hint for hint in (f"   {key}: next page", f"   {key}") if wide + len(hint) <= columns), "")
    return line + paint.dim(hint)
