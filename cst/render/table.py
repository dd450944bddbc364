"""The table of `cst ls`: columns that fit the width there is, the least important ones leaving first."""

from __future__ import annotations

from cst.core.naming import where
from cst.render.cells import branch, cells
from cst.render.columns import GAP, Column, Placed, layout, only
from cst.render.columns import cells as fitted
from cst.render.paint import Paint
from cst.text import counted, cut

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cst.model import Session

_WIDE_WHAT = 80  # characters that it gets where nobody says how wide the output may be
_LEAST_PLACE = 6  # characters of the place that are left where there is no room
_LEAST_WHAT = 24  # characters that "what it wants or does" needs before others may stay
_NAME, _BRANCH, _PLACE = 2, 3, 6
_COLUMNS = (
    Column("STATE", 13, floor=6), Column("SINCE", 5, right=True, yields=1),
    Column("SESSION", 28, keeps=8, grows=50, floor=4), Column("BRANCH", 24, leaves=1, grows=40),
    Column("WHAT IT WANTS OR DOES", takes_rest=True), Column("CTX", 12, right=True, leaves=2),
    Column("PLACE", 24, leaves=3), Column("TAGS", 20, leaves=4),
)  # fmt: skip


def table(
    sessions: Sequence[Session], now: float, columns: int, paint: Paint, shown: Sequence[str] = ()
) -> list[str]:
    """Lines for the user; `columns` 0 means that nobody says how wide: a pipe or a file. `shown`: the columns that are
    wanted, all where there are none; the place is shown all the same where it tells two sessions apart."""
    rows = _told_apart(sessions, [cells(session, now) for session in sessions])
    wanted = _columns(sessions, rows)
    if shown:
        rows = list(only(wanted, rows, shown if wanted[_PLACE].leaves else (*shown, "place")))
    placed = _layout(wanted, rows, columns)
    lines = [paint.dim(GAP.join(fitted(wanted, placed, [column.head for column in wanted])).rstrip())]
    room = next((one.width for one in placed if one.at == _BRANCH), 0)
    for session, row in zip(sessions, rows, strict=True):
        if room and row[_BRANCH]:
            row = (*row[:_BRANCH], branch(session, room), *row[_BRANCH + 1 :])
        line = fitted(wanted, placed, row)
        line[0] = paint.dim(line[0]) if session.snoozed else paint.state(session.state, line[0])
        if not session.needs_you and session.state != "unknown":
            line[1:] = [paint.dim(cell) for cell in line[1:]]
        lines.append(GAP.join(line) if paint.on else GAP.join(line).rstrip())
    return lines


def _told_apart(sessions: Sequence[Session], rows: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """The rows; of sessions with one name those that are in no pane have what names them for a command instead."""
    names = [_shown(row) for row in rows]
    alike = [names.count(name) > 1 and not session.place for name, session in zip(names, sessions, strict=True)]
    return [
        (*row[:_PLACE], where(session), *row[_PLACE + 1 :]) if is_alike else row
        for session, row, is_alike in zip(sessions, rows, alike, strict=True)
    ]


def _columns(sessions: Sequence[Session], rows: Sequence[Sequence[str]]) -> Sequence[Column]:
    """The columns for these rows: the place never leaves where it is all that tells two of them apart."""
    names = {_shown(row) for row in rows}
    place = _COLUMNS[_PLACE]
    if len(names) < len(rows):
        place = place._replace(leaves=0, keeps=_LEAST_PLACE)
    pairs = zip(sessions, rows, strict=True)
    if any(session.id and not session.place and row[_PLACE] == where(session) for session, row in pairs):
        place = place._replace(head="PLACE OR ID")
    return [*_COLUMNS[:_PLACE], place, *_COLUMNS[_PLACE + 1 :]]


def _shown(row: Sequence[str]) -> str:
    """As much of a name as the table has room for where no column grows."""
    return cut(row[_NAME], _COLUMNS[_NAME].most)


def _layout(wanted: Sequence[Column], rows: Sequence[Sequence[str]], columns: int) -> list[Placed]:
    if columns:
        return layout(wanted, rows, columns, _LEAST_WHAT)
    wide = [c._replace(most=_WIDE_WHAT) if c.takes_rest else c for c in wanted]
    return layout(wide, rows, 10_000, _LEAST_WHAT)


def nothing(
    looked_in: Sequence[str], home: str, hidden: int, ended_days: float = 0, unsure: bool = False
) -> list[str]:
    """The empty screen: what was looked for, where, and what to do. `ended_days`: how long ago the sessions may have
    ended that were looked for too, 0 for none. `unsure`: not all could be read, which is said elsewhere, so that there
    may be a session after all."""
    if hidden:
        others = "1 other" if hidden == 1 else f"{hidden} others"
        return [f"No session matches these filters; `cst ls` without them lists {others}."]
    ended = f", and none ended in the last {counted(ended_days, 'day')}" if ended_days and not unsure else ""
    places = ", ".join(cut(path.replace(home, "~", 1) if path.startswith(home) else path, 60) for path in looked_in)
    return [
        f"No Claude Code session {'was found' if unsure else 'is live'}{ended}.",
        f"Looked for registry records in {places}.",
        f"Start one with `claude`{'' if ended_days else ', see ended ones with `cst ls --all`,'} or try `cst demo`.",
    ]
