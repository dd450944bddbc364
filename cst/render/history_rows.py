"""The rows of the picker over all history: what you see fits the columns, what can be searched stands behind it."""

from __future__ import annotations

from collections import Counter

from cst.core.annotation import Annotation
from cst.core.naming import SHORT
from cst.model import project
from cst.render.paint import Paint, since
from cst.text import clean, fit, home_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from cst.model import Ended

_AGE, _SESSION = 4, 28  # columns
_HIDDEN = 20_000  # characters to search beyond what is seen
_NOTHING = Annotation()


def history_rows(
    found: Iterable[Ended], now: float, columns: int, home: str, color: bool,
    annotations: Mapping[str, Annotation] | None = None,
) -> Iterator[str]:  # fmt: skip
    """One line for each session as it comes: `id TAB visible`, exactly `columns` wide, then all that can be searched.

    `annotations` are what the user says of sessions, by session id.
    """
    paint = Paint(color)
    for one in found:
        about = (annotations or {}).get(one.session_id, _NOTHING)
        yield f"{one.session_id}\t{_visible(one, about, now, columns, paint)}    {_searched(one, about, home)}"


def names(found: Sequence[Ended], now: float, annotations: Mapping[str, Annotation]) -> Iterator[str]:
    """`ID TAB name (folder) · age`: as much of each id as names it among these."""
    short = Counter(one.session_id[:SHORT] for one in found)
    for one in found:
        word = one.session_id[:SHORT] if short[one.session_id[:SHORT]] == 1 else one.session_id
        age = since(now, one.transcript.mtime)
        yield f"{word}\t{_name(one, annotations.get(one.session_id, _NOTHING))} · {age.strip()}"


def _name(one: Ended, about: Annotation) -> str:
    called = clean(about.name or one.transcript.title, 60)
    folder = clean(project(one.transcript.cwd), 40)
    return f"{called} ({folder})" if called and folder else called or folder or one.session_id[:SHORT]


def _visible(one: Ended, about: Annotation, now: float, columns: int, paint: Paint) -> str:
    name = _name(one, about)
    wide = min(_SESSION, max(0, columns - _AGE - 2))
    rest = max(0, columns - _AGE - 2 - wide - 2)
    tags = "".join(f"#{tag} " for tag in about.tags)
    last = clean(tags + (one.transcript.last_prompt or next(iter(one.prompts), "")), 400)
    when = paint.dim(fit(since(now, one.transcript.mtime), _AGE, right=True))
    line = f"{when}  {fit('★ ' + name if about.pinned else name, wide)}"
    return f"{line}  {paint.dim(fit(last, rest))}" if rest else line


def _searched(one: Ended, about: Annotation, home: str) -> str:
    """Everything, once: what is cut off in front, the whole folder, the branch, each prompt."""
    tail = one.transcript
    parts = (about.name, tail.title, home_path(tail.cwd, home), tail.branch, tail.last_prompt, *one.prompts)
    return " · ".join(filter(None, dict.fromkeys(clean(part, 1000) for part in parts)))[:_HIDDEN]
