"""The table of `cst ls`: columns that fit the width there is, the least important ones leaving first."""

from __future__ import annotations

from cst.core.annotation import snooze_left
from cst.model import label, project
from cst.render.columns import GAP, Column, Placed, layout
from cst.render.columns import cells as fitted
from cst.render.paint import Paint, looks, since, tokens
from cst.text import clean, cut

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cst.model import Session

_WIDE_WHAT = 80  # characters that it gets where nobody says how wide the output may be
_LEAST_WHAT = 24  # characters that "what it wants or does" needs before others may stay
_COLUMNS = (
    Column("STATE", 13), Column("SINCE", 5, right=True), Column("SESSION", 28, keeps=8), Column("BRANCH", 24, leaves=1),
    Column("WHAT IT WANTS OR DOES", takes_rest=True), Column("CTX", 5, right=True, leaves=2),
    Column("PLACE", 24, leaves=3), Column("TAGS", 20, leaves=4),
)  # fmt: skip


def table(sessions: Sequence[Session], now: float, columns: int, paint: Paint) -> list[str]:
    """Lines for the user; `columns` 0 means that nobody says how wide: a pipe or a file."""
    rows = [cells(session, now) for session in sessions]
    placed = _layout(rows, columns)
    lines = [paint.dim(GAP.join(fitted(_COLUMNS, placed, [column.head for column in _COLUMNS])).rstrip())]
    for session, row in zip(sessions, rows, strict=True):
        line = fitted(_COLUMNS, placed, row)
        line[0] = paint.dim(line[0]) if session.snoozed else paint.state(session.state, line[0])
        if not session.needs_you and session.state != "unknown":
            line[1:] = [paint.dim(cell) for cell in line[1:]]
        lines.append(GAP.join(line) if paint.on else GAP.join(line).rstrip())
    return lines


def _layout(rows: Sequence[Sequence[str]], columns: int) -> list[Placed]:
    if columns:
        return layout(_COLUMNS, rows, columns, _LEAST_WHAT)
    wide = [c._replace(most=_WIDE_WHAT) if c.takes_rest else c for c in _COLUMNS]
    return layout(wide, rows, 10_000, _LEAST_WHAT)


def cells(session: Session, now: float) -> tuple[str, ...]:
    """The cells of one session, clean and not cut."""
    place = session.place.location if session.place else session.kind if session.kind != "interactive" else ""
    return (
        f"{looks(session.state)[0]} {session.state}",
        since(now, session.since),
        f"★ {name(session)}" if session.pinned else name(session),
        clean(session.branch, 60),
        snoozed(session, now) + what(session, now),
        tokens(session.tokens),
        clean(place or ("" if session.state == "ended" else "not known" if session.hidden else "not in tmux"), 60),
        clean(" ".join(session.tags), 60),
    )


def name(session: Session) -> str:
    """What it is called: `name (project)` as the person named it, else `project: title`, else the project."""
    folder = clean(project(session.cwd), 40)
    if session.name:
        called = clean(session.name, 60)
        return called if called == folder or not folder else f"{called} ({folder})"
    title = clean(session.title, 60)
    return f"{folder}: {title}" if folder and title else folder or title or clean(label(session), 60)


def snoozed(session: Session, now: float) -> str:
    """`snoozed 25m: ` before what a session wants; "" for one that is not snoozed."""
    return f"snoozed {snooze_left(session.snoozed_until, now)}: " if session.snoozed else ""


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
    if session.state in ("working", "compacting", "ended", "interrupted", "starting"):
        return clean(session.last_prompt or session.title, 400)
    return clean(session.last_words or session.last_prompt or session.title, 400)


def nothing(looked_in: Sequence[str], home: str, hidden: int) -> list[str]:
    """The empty screen: what was looked for, where, and what to do."""
    if hidden:
        return [f"No session matches; {hidden} others are there. `cst ls` without filters lists them."]
    places = ", ".join(cut(path.replace(home, "~", 1) if path.startswith(home) else path, 60) for path in looked_in)
    return [
        "No Claude Code session is live.",
        f"Looked for registry records in {places}.",
        "Start one with `claude`, see ended ones with `cst ls --all`, or try `cst demo`.",
    ]
