"""The rows of the picker: a hidden first column with the key, then what you see. Written and read nowhere else.

Behind the last visible column stands what the search finds besides: title, prompt, folder, tags. fzf cuts it off.
"""

from __future__ import annotations

from cst.render.cells import branch, cells, context
from cst.render.columns import GAP, Column, Placed, layout, only
from cst.render.columns import cells as fitted
from cst.render.paint import Paint
from cst.text import clean, cut, fit, width, wrap

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cst.model import Session

    Listed = tuple[Session, str]  # "" or what is new about the row: "new", "gone"

_COLUMNS = (
    Column("FOR", 3, yields=1), Column("STATE", 13, floor=6), Column("SINCE", 5, right=True, yields=2),
    Column("SESSION", 30, tight=22, keeps=20, grows=50, floor=4),
    Column("BRANCH", 20, leaves=1, tight=12, grows=40), Column("WHAT IT WANTS OR DOES", takes_rest=True),
    Column("CTX", 16, right=True, leaves=2, tight=10), Column("PLACE", 20, leaves=3, tight=15),
)  # fmt: skip
_FOR, _STATE, _NAME, _BRANCH, _WHAT, _CONTEXT, _PLACE = 0, 1, 3, 4, 5, 6, 7
_LEAST_WHAT = 28  # characters that "what it wants or does" needs before others may stay
_NARROW, _ENOUGH_NAME = 110, 22  # in a narrower list a name has no more than that: "what" would rather have the rest
_BEHIND = " " * 200  # characters: of a break that fzf has no line left for it shows the sign ␊, here out of sight
_WIDE = 150  # columns of the list from which the context has a bar of five


def rows(
    listed: Sequence[Listed], now: float, columns: int, paint: Paint, tall: bool = False, window: float = 0,
    shown: Sequence[str] = (), above: Mapping[str, str] = {},
) -> list[str]:  # fmt: skip
    """One item for each session, `key TAB visible`, after one for the column heads.

    `tall`: a second line with the last prompt. `window`: tokens that the context bar is drawn against, 0 for no bar.
    `shown`: the columns that are wanted, all where there are none.
    `above`: the heads of groups, by the key of the first row of each. A head is a line of that row, not a row of its
    own, for the cursor and marks are on sessions.
    """
    table = [_cells(session, news, now, window, columns >= _WIDE) for session, news in listed]
    wanted = only(_COLUMNS, table, shown)
    placed = _layout(wanted, columns)
    if all(one.at != _PLACE for one in placed):
        wanted = only(_COLUMNS, _told_apart(table), shown)
        placed = _layout(wanted, columns)
    room = next((one.width for one in placed if one.at == _BRANCH), 0)
    made = ["-\t" + paint.dim(GAP.join(fitted(_COLUMNS, placed, [column.head for column in _COLUMNS])))]
    for (session, news), row in zip(listed, wanted, strict=True):
        if room and row[_BRANCH]:
            row = (*row[:_BRANCH], branch(session, room), *row[_BRANCH + 1 :])
        pairs = zip(placed, fitted(_COLUMNS, placed, row), strict=True)
        line = GAP.join(_painted(session, news, one.at, cell, window, paint) for one, cell in pairs)
        if tall:
            said = clean(session.last_prompt or session.title, 400)
            line += _BEHIND + "\n" + paint.dim(fit(f"     » {said}" if said else "", columns))
        if head := above.get(session.key):
            line = paint("1", fit(f"── {clean(head, 80)} ", columns)) + _BEHIND + "\n" + line
        made.append(f"{session.key}\t{line}{found_by(session)}")
    return made


def _cells(session: Session, news: str, now: float, window: float, wide: bool) -> tuple[str, ...]:
    """The cells of one row, clean and not cut."""
    state, waited, name, branch, what, _, place, tags = cells(session, now)
    if tags:  # behind what it is called, before what may be cut: "api #urgent: Clean up", "release #urgent (api)"
        called, between, more = name.partition(" (" if session.name else ": ")
        name = " ".join([called, *(f"#{tag}" for tag in tags.split())]) + between + more
    if news:
        name = f"{news}: {name}"
    return (
        group(session),
        state,
        waited,
        name,
        branch,
        what,
        context(session, window, wide),
        place,
    )


def _told_apart(table: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """The cells with the place behind a name that several sessions have: `alpha @ p1:0.0`."""
    names = [row[_NAME] for row in table]
    return [
        (*row[:_NAME], f"{row[_NAME]} @ {row[_PLACE]}", *row[_NAME + 1 :])
        if row[_PLACE] and names.count(row[_NAME]) > 1 else row
        for row in table
    ]  # fmt: skip


def group(session: Session) -> str:
    """For whom it waits: `you`, or what else is the matter, in three letters."""
    if session.archived:
        return "arc"
    if session.snoozed:
        return "zzz"
    if session.needs_you:
        return "you"
    if session.state in ("working", "compacting", "background", "starting"):
        return "run"
    return {"unknown": "?", "ended": "end"}.get(session.state, "")


def _window(session: Session, otherwise: float) -> float:
    """How many tokens the context of a session holds: as its status line was told, else as the config says."""
    return (session.transcript.window if session.transcript else None) or otherwise


def full(session: Session, otherwise: float) -> float:
    """How much of its context a session has filled, 0.0 to 1.0; 0 where one of the two is not known."""
    window = _window(session, otherwise)
    return min(1.0, session.tokens / window) if session.tokens and window else 0.0


def _painted(session: Session, news: str, column: int, cell: str, window: float, paint: Paint) -> str:
    if news == "gone":
        return paint.dim(cell)
    if column == _FOR:
        return paint("1;7" if session.needs_you else "2", cell)
    if column == _STATE:
        return paint.dim(cell) if session.snoozed else paint.state(session.state, cell)
    holds = _window(session, window)
    if column == _CONTEXT and holds and session.tokens and session.tokens >= 0.6 * holds:
        return paint("31" if session.tokens >= 0.85 * holds else "33", cell)
    return cell if session.needs_you or session.state == "unknown" else paint.dim(cell)


def found_by(session: Session) -> str:
    """What the search finds besides what is seen."""
    tags = " ".join("#" + tag for tag in session.tags)
    place = session.place.location if session.place else ""
    needs = "needs-you" if session.needs_you else ""  # the word of `cst ls --needs-you`
    words = (
        needs, session.cwd, session.branch, session.title, session.name, tags, session.state, place, session.note,
        session.last_prompt,
    )  # fmt: skip
    return "    " + clean(" ".join(words), 1000)


def _layout(table: Sequence[Sequence[str]], columns: int) -> list[Placed]:
    """The columns to show: together exactly as wide as the list."""
    placed = layout(_COLUMNS, table, columns, _LEAST_WHAT, fill=True)
    over = next((one.width - _ENOUGH_NAME for one in placed if one.at == _NAME), 0)
    if columns >= _NARROW or over <= 0 or all(one.at != _WHAT for one in placed):
        return placed
    change = {_NAME: -over, _WHAT: over}
    return [one._replace(width=one.width + change.get(one.at, 0)) for one in placed]


def header(
    summary: str, away: str, keys: Sequence[tuple[str, str]], columns: int, paint: Paint, message: str
) -> list[str]:  # fmt: skip
    """What stands above the list: how many need you, what happened meanwhile, in the same line if it fits, the keys. A
    message takes the place of as many of these lines as it needs, so that the list stays where it is.

    Where there is no room for all keys, the last but one goes first: the last one shows them all.
    """
    keys = list(keys)
    while len(keys) > 1 and width(" · ".join(f"{key} {word}" for key, word in keys)) > columns:
        del keys[-2]
    line = paint.dim(" · ").join(paint("1", key) + paint.dim(" " + word) for key, word in keys)
    if _columns_of(summary) > columns:
        from cst.render import ansi  # only where there is too little room

        summary = ansi.cut(summary, columns - 1) + paint.dim("…")
    first = [summary, *([paint.dim(cut(away, columns))] if away else [])]
    if away and _columns_of(summary) + 3 + width(away) <= columns:
        first = [summary + paint.dim(f" · {away}")]
    lines = [*first, line]
    said = wrap(message, columns, len(lines))
    return [*said, *lines[len(said) :]]


def _columns_of(painted: str) -> int:
    """How many columns a text of ours takes, whatever its colours."""
    first, *coloured = painted.split("\x1b[")
    return width(first + "".join(part.partition("m")[2] for part in coloured))


def explained(found: Sequence[tuple[str, str]], columns: int, paint: Paint, key: str = "?") -> list[str]:
    """The page of (keys, what they do) that `key` shows; what is too long for a line goes on in the next."""
    wide = min(22, max(len(some) for some, _ in found))
    lines = [paint("1", "keys") + paint.dim(cut(f"  ({key} closes; [keys] in config.toml)", columns - 4)), ""]
    for some, what in found:
        first, *more = wrap(what, max(12, columns - wide - 1), 9)
        lines += [paint("1", some.ljust(wide)) + " " + first, *(" " * (wide + 1) + rest for rest in more)]
    return lines
