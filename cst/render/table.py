"""The table of `cst ls`: columns that fit the width there is, the least important ones leaving first."""

from __future__ import annotations

from cst.core.annotation import snooze_left
from cst.model import host_of
from cst.render.columns import GAP, Column, Placed, layout, only
from cst.render.columns import cells as fitted
from cst.render.paint import Paint, looks, since, tokens
from cst.text import clean, cut

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cst.model import Session

_WIDE_WHAT = 80  # characters that it gets where nobody says how wide the output may be
_LEAST_PLACE = 6  # characters of the place that are left where there is no room
_LEAST_WHAT = 24  # characters that "what it wants or does" needs before others may stay
_NOTE = 16  # characters of a note before what a session wants
_BRANCH = 20  # characters of a branch with what stands behind it
_NAME, _PLACE = 2, 6
_BARS = " ▁▂▃▄▅▆▇█"
_COLUMNS = (
    Column("STATE", 13, floor=6), Column("SINCE", 5, right=True, yields=1), Column("SESSION", 28, keeps=8, floor=4),
    Column("BRANCH", 24, leaves=1),
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
    for session, row in zip(sessions, rows, strict=True):
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
        (*row[:_PLACE], _where(session), *row[_PLACE + 1 :]) if is_alike else row
        for session, row, is_alike in zip(sessions, rows, alike, strict=True)
    ]


def _columns(sessions: Sequence[Session], rows: Sequence[Sequence[str]]) -> Sequence[Column]:
    """The columns for these rows: the place never leaves where it is all that tells two of them apart."""
    names = {_shown(row) for row in rows}
    place = _COLUMNS[_PLACE]
    if len(names) < len(rows):
        place = place._replace(leaves=0, keeps=_LEAST_PLACE)
    pairs = zip(sessions, rows, strict=True)
    if any(session.id and not session.place and row[_PLACE] == _where(session) for session, row in pairs):
        place = place._replace(head="PLACE OR ID")
    return [*_COLUMNS[:_PLACE], place, *_COLUMNS[_PLACE + 1 :]]


def _shown(row: Sequence[str]) -> str:
    """As much of a name as the table has room for."""
    return cut(row[_NAME], _COLUMNS[_NAME].most)


def _layout(wanted: Sequence[Column], rows: Sequence[Sequence[str]], columns: int) -> list[Placed]:
    if columns:
        return layout(wanted, rows, columns, _LEAST_WHAT)
    wide = [c._replace(most=_WIDE_WHAT) if c.takes_rest else c for c in wanted]
    return layout(wide, rows, 10_000, _LEAST_WHAT)


def cells(session: Session, now: float) -> tuple[str, ...]:
    """The cells of one session, clean and not cut."""
    if session.place or session.state == "ended":
        place = _where(session)
    else:
        place = session.kind if session.kind != "interactive" else "not known" if session.hidden else "not in tmux"
        if host := host_of(session.key):
            place = f"{host}: {place}"
    return (
        f"{looks(session.state)[0]} {session.state}",
        since(now, session.since),
        f"★ {name(session)}" if session.pinned else name(session),
        branch(session),
        snoozed(session, now) + noted(session) + what(session, now),
        context(session),
        clean(place, 60),
        clean(" ".join(session.tags), 60),
    )


def branch(session: Session) -> str:
    """The branch, and what a look at it should know: that another session works in that checkout, the pull request."""
    tail = session.transcript
    also = " shared" * bool(session.shared) + (f" #{tail.pr}" if tail and tail.pr else "")
    name = clean(session.branch, 60)
    return (cut(name, _BRANCH - len(also)) + also).strip() if also else name


def context(session: Session, otherwise: float = 0, wide: bool = False) -> str:
    """`▃ 26%` of what the context holds where a status line was told that; else its tokens, with a bar where the config
    says against how many. `cold` where the prompt cache has expired."""
    if session.tokens is None:
        return ""
    told = session.transcript.window if session.transcript else None
    window, said = told or otherwise, tokens(session.tokens)
    cold = " cold" if session.cold else ""
    if not session.tokens or not window:
        return said + cold
    share = min(1.0, session.tokens / window)
    if told:
        said = f"{int(share * 100)}%"
    full = round(share * 5)
    bar = "█" * full + "░" * (5 - full) if wide else _BARS[max(1, round(share * 8))]
    return f"{bar} {said}{cold}"


def _where(session: Session) -> str:
    from cst.core.naming import where  # `cst status`, which takes `what` from here, names nobody

    return where(session)


def name(session: Session) -> str:
    """What the row of a session calls it."""
    from cst.core.naming import in_row  # as in _where

    return in_row(session)


def snoozed(session: Session, now: float) -> str:
    """`snoozed 25m: ` before what a session wants; "" for one that is not snoozed."""
    return f"snoozed {snooze_left(session.snoozed_until, now)}: " if session.snoozed else ""


def noted(session: Session) -> str:
    """`(PR #1) ` before it, of a long one the beginning: what is asked stands behind it; "" for one without a note."""
    return f"({cut(clean(session.note, 80), _NOTE)}) " if session.note else ""


def what(session: Session, now: float) -> str:
    """What a session wants, else what it does, else what it said last, else what it was told; clean."""
    if session.wants and (session.wants.tool or session.wants.detail):
        tool = session.wants.tool if session.wants.tool not in ("AskUserQuestion", "ExitPlanMode") else ""
        return clean(": ".join(part for part in (tool, session.wants.detail) if part), 400)
    if session.state == "unknown":
        return clean(session.because, 400)
    if session.doing:
        running = since(now, session.doing.since)
        return clean(f"{session.doing.tool} {running}: {session.doing.detail}", 400)
    title = session.title if session.title != session.name else ""  # /rename is both: its column has it already
    if session.state in ("working", "compacting", "ended", "interrupted", "starting"):
        return clean(session.last_prompt or title, 400)
    return clean(session.last_words or session.last_prompt or title, 400)


def nothing(looked_in: Sequence[str], home: str, hidden: int, ended_days: float = 0) -> list[str]:
    """The empty screen: what was looked for, where, and what to do. `ended_days`: how long ago the sessions may have
    ended that were looked for too, 0 for none."""
    if hidden:
        others = "1 other" if hidden == 1 else f"{hidden} others"
        return [f"No session matches these filters; `cst ls` without them lists {others}."]
    places = ", ".join(cut(path.replace(home, "~", 1) if path.startswith(home) else path, 60) for path in looked_in)
    return [
        f"No Claude Code session is live{f', and none ended in the last {ended_days:g} days' if ended_days else ''}.",
        f"Looked for registry records in {places}.",
        f"Start one with `claude`{'' if ended_days else ', see ended ones with `cst ls --all`,'} or try `cst demo`.",
    ]
