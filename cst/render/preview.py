"""One session in full: the header and the first page of the preview, and `cst show`."""

from __future__ import annotations

from cst.core.naming import display_name
from cst.render.activity import ago, unsaid, what
from cst.render.paint import Paint, looks, since, time_of_day, tokens
from cst.text import age, clean, counted, cut, cut_start, fit, home_path, width, wrap

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cst.core.quota import Window
    from cst.model import Session, Subagent, ToolUse

_STOPPED = ("failed", "denied", "interrupted")
_OUTCOME = {
    "ok": ("✓", "32"),
    "open": ("●", "36"),
    "failed": ("✗", "31"),
    "denied": ("‖", "33"),
    "interrupted": ("‖", "33"),
}


_DIALOGS = ("permission", "question", "plan", "dialog")
_MOST_AGENTS = 12
_ROOMY = 60  # columns from which on a failure is named beside its glyph


def history(session: Session, now: float, columns: int, paint: Paint) -> list[str]:
    """The first page: what it wants, or said, or was told; then its subagents and its tools, newest first."""
    found = _wanted(session, columns, paint)
    if not found and session.state not in ("working", "compacting", "starting"):
        found = _block("it said", clean(session.last_words), columns, 5, paint)
    found = found or _block("you said", clean(session.last_prompt), columns, 3, paint)
    found = found + _agents(session, now, columns, paint) + tools(session, now, columns, paint)
    return found[1:] if found[:1] == [""] else found


def _nowhere(session: Session) -> str:
    return "" if session.pid is None else "pane not known" if session.hidden else "not in tmux"


def _context(session: Session) -> str:
    """`━━━─────── 26%` of what the context holds, where a status line was told that."""
    window = session.transcript.window if session.transcript else None
    if not window or not session.tokens:
        return ""
    percent = min(100, session.tokens * 100 // window)
    return f"context {bar(percent, 100)} {percent}% of {tokens(window)}"


def _limit(session: Session, limits: Sequence[Window], now: float, utc_offset: int) -> str:
    """The fullest limit of those that bind a session."""
    known = [one for one in limits if one.config_dir == session.config_dir and one.percent is not None]
    if not known or session.pid is None:
        return ""
    one = max(known, key=lambda one: one.percent or 0.0)
    percent = int(one.percent or 0.0)
    return f"{one.window} limit {bar(percent, 100)} {percent}% → {time_of_day(one.resets_at, now, utc_offset)}"


def header(
    session: Session, now: float, columns: int, home: str, paint: Paint, limits: Sequence[Window] = (),
    utc_offset: int = 0,
) -> list[str]:  # fmt: skip
    """Who it is: state, name, folder, branch, model, place, and how far context, limit and tasks are. What is not known
    is left out."""
    state = f"{looks(session.state)[0]} {session.state}"
    waited = ago(session, now)
    first = paint.state(session.state, cut(f"{state} {waited}".rstrip(), columns))
    room = columns - width(f"{state} {waited}") - 2
    if room > 8:
        first += "  " + paint("1", display_name(session, room))
    tail = session.transcript
    known = (
        clean(session.model.removeprefix("claude-"), 30),
        f"{tokens(session.tokens)} tokens" if session.tokens is not None else "",
        f"${session.cost:.2f}" if session.cost else "",
        f"{counted(tail.requests, 'request')}/h" if tail and tail.requests is not None else "",
        f"pr #{tail.pr}" if tail and tail.pr else "",
        "shared checkout" if session.shared else "",
        clean(session.place.location, 200) if session.place else _nowhere(session),
        f"pid {session.pid}" if session.pid else "",
        clean(" ".join(f"#{tag}" for tag in session.tags), 80),
    )
    path = cut_start(clean(home_path(session.cwd, home), 400), columns)
    branch = clean(session.branch, 80)
    if branch and width(path) + width(branch) + 3 <= columns:
        path, branch = f"{path} ({branch})", ""
    found = [first, path, cut(branch, columns), paint.dim(cut(" · ".join(part for part in known if part), columns))]
    if session.cold:
        found.append(paint("33", cut(f"cold: the next message costs {tokens(session.cold)} tokens anew", columns)))
    bars = [one for one in (_context(session), _limit(session, limits, now, utc_offset)) if one]
    found += [cut(one, columns) for one in ([" · ".join(bars)] if width(" · ".join(bars)) <= columns else bars)]
    if session.tasks:
        done, total = session.tasks.done, session.tasks.total
        current = clean(session.tasks.current)
        found.append(cut(f"tasks {bar(done, total)} {done}/{total}" + (f" · {current}" if current else ""), columns))
    return [line for line in found if line]


def bar(part: int, whole: int, columns: int = 10) -> str:
    """A bar of that many columns; it is full only where all is there, and empty only where nothing is."""
    full = min(columns, max(part * columns // whole, 1 if part > 0 else 0)) if whole > 0 else 0
    return "━" * full + "─" * (columns - full)


def _wanted(session: Session, columns: int, paint: Paint) -> list[str]:
    """What it asks for, in the colour of its state."""
    if not session.wants:
        return []
    tool = f"{session.wants.tool}: " if session.wants.tool else ""
    text = clean(tool + session.wants.detail, 1000)
    return _block("wants", text, columns, 6, paint, looks(session.state)[1])


def _block(title: str, text: str, columns: int, lines: int, paint: Paint, codes: str = "") -> list[str]:
    if not text:
        return []
    body = wrap(text, max(10, columns - 2), lines)
    return ["", paint.dim(title), *[paint(codes, "  " + line) if codes else "  " + line for line in body]]


def _agents(session: Session, now: float, columns: int, paint: Paint) -> list[str]:
    """The subagents as branches below the session, those that run first: which tool, since when."""
    known: Sequence[Subagent] = session.transcript.subagents if session.transcript else ()
    if not known:
        return []
    agents = sorted(known, key=lambda agent: not agent.running)
    found = ["", paint.dim(cut(f"subagents ({sum(a.running for a in agents)} running)", columns))]
    hidden = len(agents) - _MOST_AGENTS
    for i, agent in enumerate(agents[:_MOST_AGENTS], 1):
        branch = "└─" if i == len(agents) else "├─"
        glyph, codes, does = _agent(session, agent, now)
        kind = f" ({agent.kind})" if agent.kind and agent.description else ""
        who = clean(f"{agent.description or agent.kind or agent.id}{kind}", 200)
        room = max(1, columns - 5)
        short = cut(who, max(room // 2, room - width(does) - 2))
        rest = paint.dim(cut(f"  {does}", room - width(short)))
        found.append(f"{paint.dim(branch)} {paint(codes, glyph)} {short}{rest}")
    return [*found, paint.dim(f"└─ {hidden} more")] if hidden > 0 else found


def _agent(session: Session, agent: Subagent, now: float) -> tuple[str, str, str]:
    """Glyph, colour and words for what one agent does."""
    if not agent.running:
        return (*_OUTCOME["ok"], "done")
    use = agent.tool
    if use is None:
        return (*_OUTCOME["open"], "running")
    about = clean(f"{use.name}: {use.detail}" if use.detail else use.name, 300)
    if use.outcome == "open" and _asks(session, use):
        return "!", looks(session.state)[1], f"waits · {about}"
    if use.outcome == "open":
        return (*_OUTCOME["open"], f"{since(now, use.started)}… · {about}".removeprefix("… · "))
    return (*_OUTCOME["open"], f"running · last {about}")


def _asks(session: Session, use: ToolUse) -> bool:
    """Whether this open call is the one that a dialog is about. A dialog that names no tool may be about any."""
    if session.state not in _DIALOGS:
        return False
    wants = session.wants
    if wants is None or not wants.tool:
        return True
    return wants.tool == use.name and wants.detail[:1000] in ("", use.detail[:1000])  # each is kept to some length


def tools(session: Session, now: float, columns: int, paint: Paint) -> list[str]:
    """The tool history, newest first: when, outcome, tool, target, how long."""
    tail = session.transcript
    uses: Sequence[ToolUse] = tail.tools if tail else ()
    if not uses:
        whole = tail and tail.read >= tail.size
        none = "no tool was used yet" if whole else "no tool was used lately" if tail else unsaid(session)
        return ["", paint.dim(none)]
    names = min(14, max(6, columns // 4), max(width(clean(use.name, 40)) for use in uses))
    stopped = [len(use.outcome) + 6 for use in uses if use.outcome in _STOPPED]
    wide = max(stopped) if stopped and columns >= _ROOMY else 5
    found = ["", paint.dim("tools, newest first")]
    for use in reversed(uses):
        glyph, codes, took = _call(session, use, now, wide > 5)
        took = fit(took, wide, right=True)
        left = fit(since(now, use.started), 4, right=True)
        room = max(1, columns - 4 - 3 - names - 2 - wide)
        target = fit(clean(use.detail, 300), room)
        name = fit(clean(use.name, 40), names)
        found.append(f"{paint.dim(left)} {paint(codes, glyph)} {name} {target} {paint.dim(took)}")
    return found


def _call(session: Session, use: ToolUse, now: float, roomy: bool) -> tuple[str, str, str]:
    """Glyph, colour and duration of one call. Only a session at work has calls that run: the rest stays open."""
    glyph, codes = _OUTCOME[use.outcome]
    if use.outcome != "open":
        word = f"{use.outcome} " if roomy and use.outcome in _STOPPED else ""
        return glyph, codes, word + _took(use.seconds)
    if _asks(session, use):
        return "!", looks(session.state)[1], "waits"
    runs = session.state in ("working", "background") and use.started > 0
    return glyph, codes, age(now - use.started) + "…" if runs else "open"


def _took(seconds: float | None) -> str:
    if seconds is None:
        return ""
    return f"{seconds:.1f}s" if seconds < 10 else age(seconds)


def show(session: Session, now: float, columns: int, home: str, paint: Paint) -> list[str]:
    """`cst show`: all there is, then what identifies the session."""
    found = header(session, now, columns, home, paint) + _wanted(session, columns, paint)
    if session.doing and not session.wants:
        found += _block("does", what(session, now), columns, 6, paint)
    found += _block("you said", clean(session.last_prompt), columns, 3, paint)
    found += _block("it said", clean(session.last_words), columns, 5, paint)
    found += _agents(session, now, columns, paint) + tools(session, now, columns, paint)
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
