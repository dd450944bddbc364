"""The table of `cst ls`: columns that fit the width there is, the least important ones leaving first."""

from __future__ import annotations

from cst.core.annotation import snooze_left
from cst.model import label, project
from cst.render.paint import Paint, looks, since, tokens
from cst.text import clean, cut, fit, width

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cst.model import Session

_GAP = "  "
_WIDE_WHAT = 80  # columns that it gets where nobody says how wide the output may be
_LEAST_WHAT = 24  # columns that "what it wants or does" needs before others may stay
_HEADS = ("STATE", "SINCE", "SESSION", "BRANCH", "WHAT IT WANTS OR DOES", "CTX", "PLACE", "TAGS")
_LIMITS = (13, 5, 28, 24, 10_000, 5, 24, 20)  # columns at most
_LEAVE = (3, 5, 6, 7)  # in this order: branch, context, place, tags


def table(sessions: Sequence[Session], now: float, columns: int, paint: Paint) -> list[str]:
    """Lines for people; `columns` 0 means that nobody says how wide: a pipe or a file."""
    rows = [cells(session, now) for session in sessions]
    shown, sizes = _layout([_HEADS, *rows], columns)
    lines = [paint.dim(_line(_HEADS, shown, sizes).rstrip())]
    for session, row in zip(sessions, rows, strict=True):
        line = [fit(row[i], sizes[i], right=i in (1, 5)) for i in shown]
        line[0] = paint.dim(line[0]) if session.snoozed else paint.state(session.state, line[0])
        if not session.needs_you and session.state != "unknown":
            line[1:] = [paint.dim(cell) for cell in line[1:]]
        lines.append(_GAP.join(line) if paint.on else _GAP.join(line).rstrip())
    return lines


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


def _layout(rows: list[tuple[str, ...]], columns: int) -> tuple[list[int], list[int]]:
    """Which columns to show, and how wide each is."""
    sizes = [min(limit, max(width(row[i]) for row in rows)) for i, limit in enumerate(_LIMITS)]
    shown = [i for i in range(len(_HEADS)) if any(row[i] for row in rows[1:]) or i == 4]
    if not columns:
        sizes[4] = min(sizes[4], _WIDE_WHAT)
        return shown, sizes
    for leaving in (*_LEAVE, 2):
        rest = columns - sum(sizes[i] + len(_GAP) for i in shown if i != 4)
        if rest >= min(_LEAST_WHAT, sizes[4]):
            break
        if leaving == 2:
            sizes[2] = max(8, sizes[2] + rest - _LEAST_WHAT)
        elif leaving in shown:
            shown.remove(leaving)
    rest = columns - sum(sizes[i] + len(_GAP) for i in shown if i != 4)
    sizes[4] = max(0, min(sizes[4], rest))
    return shown, sizes


def _line(row: Sequence[str], shown: list[int], sizes: list[int]) -> str:
    return _GAP.join(fit(row[i], sizes[i], right=i in (1, 5)) for i in shown)


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
