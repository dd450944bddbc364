"""One session in full: the preview of the picker and `cst show`."""

from __future__ import annotations

from cst.model import age, label
from cst.view.paint import Paint, looks, since, tokens
from cst.view.table import what
from cst.view.text import clean, cut, cut_start, fit, home_path, width, wrap

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cst.model import Session, Subagent, ToolUse

_OUTCOME = {"ok": ("✓", "32"), "failed": ("✗", "31"), "denied": ("‖", "33"), "open": ("●", "36")}


def preview(session: Session, now: float, columns: int, lines: int, home: str, paint: Paint) -> list[str]:
    """Header, wish, last words and the tool history, newest first, in `lines` lines (0 = all there is)."""
    found = header(session, now, columns, home, paint)
    title = "wants" if session.wants else "does"
    found += _block(title, _wish(session, now), columns, 6, paint, looks(session.state)[1])
    found += _block("you said", clean(session.last_prompt), columns, 3, paint)
    found += _block("it said", clean(session.last_words), columns, 5, paint)
    found += _agents(session, columns, paint)
    found += tools(session, now, columns, paint)
    return found[:lines] if lines else found


def header(session: Session, now: float, columns: int, home: str, paint: Paint) -> list[str]:
    """Who it is: state, name, folder, branch, model, context, place."""
    state = f"{looks(session.state)[0]} {session.state}"
    waited = since(now, session.since)
    called = clean(label(session), 60)
    first = paint.state(session.state, cut(f"{state} {waited}", columns))
    room = columns - width(f"{state} {waited}") - 2
    if room > 8:
        first += "  " + paint("1", cut(called, room))
    context = tokens(session.tokens)
    known = (
        clean(session.model.removeprefix("claude-"), 30),
        f"{context} tokens" if context else "",
        f"${session.cost:.2f}" if session.cost else "",
        f"tasks {session.tasks.done}/{session.tasks.total}" if session.tasks else "",
        clean(session.place.location, 40) if session.place else "not in tmux" if session.pid else "",
        f"pid {session.pid}" if session.pid else "",
    )
    path = cut_start(clean(home_path(session.cwd, home), 400), columns)
    branch = clean(session.branch, 80)
    if branch and width(path) + width(branch) + 3 <= columns:
        path, branch = f"{path} ({branch})", ""
    found = [first, path, cut(branch, columns), paint.dim(cut(" · ".join(part for part in known if part), columns))]
    if session.tasks and session.tasks.current:
        found.append(cut(f"task: {clean(session.tasks.current)}", columns))
    return [line for line in found if line]


def _wish(session: Session, now: float) -> str:
    if session.wants:
        tool = f"{session.wants.tool}: " if session.wants.tool else ""
        return clean(tool + session.wants.detail, 1000)
    return what(session, now) if session.doing else ""


def _block(title: str, text: str, columns: int, lines: int, paint: Paint, codes: str = "") -> list[str]:
    if not text:
        return []
    body = wrap(text, max(10, columns - 2), lines)
    return ["", paint.dim(title), *[paint(codes, "  " + line) if codes else "  " + line for line in body]]


def _agents(session: Session, columns: int, paint: Paint) -> list[str]:
    agents: Sequence[Subagent] = session.transcript.subagents if session.transcript else ()
    found = ["", paint.dim(f"subagents ({sum(a.running for a in agents)} running)")] if agents else []
    for agent in agents[:6]:
        glyph, codes = _OUTCOME["open" if agent.running else "ok"]
        does = f": {agent.tool.name} {agent.tool.detail}" if agent.tool and agent.running else ""
        text = clean(f"{agent.description or agent.kind or agent.id}{does}", 300)
        found.append(f"  {paint(codes, glyph)} {cut(text, max(1, columns - 4))}")
    return found


def tools(session: Session, now: float, columns: int, paint: Paint) -> list[str]:
    """The tool history, newest first: when, outcome, tool, target, how long."""
    uses: Sequence[ToolUse] = session.transcript.tools if session.transcript else ()
    if not uses:
        return ["", paint.dim("no tool was used yet" if session.transcript else "not prompted yet")]
    names = min(14, max(width(clean(use.name, 40)) for use in uses))
    found = ["", paint.dim("tools, newest first")]
    waits = session.state in ("permission", "question", "plan")
    for use in reversed(uses):
        glyph, codes = _OUTCOME[use.outcome]
        if use.outcome == "open":
            took = "waits" if waits else age(now - use.started) + "…"
            glyph, codes = ("!", looks(session.state)[1]) if waits else (glyph, codes)
        else:
            took = _took(use.seconds)
        left = fit(since(now, use.started), 4, right=True)
        room = max(1, columns - 4 - 3 - names - 2 - 6)
        target = fit(clean(use.detail, 300), room)
        name = fit(clean(use.name, 40), names)
        found.append(f"{paint.dim(left)} {paint(codes, glyph)} {name} {target} {paint.dim(fit(took, 5, right=True))}")
    return found


def _took(seconds: float | None) -> str:
    if seconds is None:
        return ""
    return f"{seconds:.1f}s" if seconds < 10 else age(seconds)


def show(session: Session, now: float, columns: int, home: str, paint: Paint) -> list[str]:
    """`cst show`: the preview in full, then what identifies the session."""
    found = preview(session, now, columns, 0, home, paint)
    rows = (
        ("because", session.because),
        ("rule", session.rule),
        ("key", session.key),
        ("session id", session.id),
        ("kind", session.kind),
        ("client", session.client_version),
        ("config dir", home_path(session.config_dir, home)),
        ("transcript", home_path(session.transcript.path, home) if session.transcript else ""),
        ("sources", ", ".join(session.sources)),
    )
    return [*found, "", *pairs(rows, columns, paint)]


def pairs(rows: Sequence[tuple[str, str]], columns: int, paint: Paint) -> list[str]:
    """Names and values side by side, long values wrapped."""
    wide = max(len(name) for name, _ in rows)
    found = []
    for name, value in rows:
        lines = wrap(clean(value, 1000), max(20, columns - wide - 2), 6) if value else []
        for i, line in enumerate(lines):
            found.append(f"{paint.dim(fit(name if not i else '', wide))}  {line}")
    return found
