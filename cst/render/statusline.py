"""The line inside Claude Code: what each part says, and how parts become lines. docs/statusline.md.

A part without its facts says nothing and is left out; nothing is asserted that the client did not tell.
Over 300 lines because each part is a few lines here, and nothing but that.
"""

from __future__ import annotations

from cst.core.quota import pace
from cst.render.paint import looks, time_of_day, tokens
from cst.text import age, clean, counted, cut, home_path, width
from cst.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cst.core.budgets import Standings
    from cst.model import Session, Subagent, Tasks, ToolUse
    from cst.payload import GitState, Payload
    from cst.render.paint import Paint

    Said = tuple[str, str]  # text, SGR codes

PRESETS = {
    "full": (
        "model", "others", "effort", "style", "vim", "agent", "session", "dir", "branch", "dirty", "ahead", "worktree",
        "pr", "context", "tokens", "5h", "7d", "spend", "pace", "cost", "today", "budget",
        "lines", "time", "cache", "hit", "tools", "agents", "todos", "config", "version", "text",
    ),
    "essential": ("model", "others", "dir", "branch", "dirty", "context", "5h", "7d", "cost", "cache"),
    "minimal": ("model", "others", "context", "5h"),
}  # fmt: skip
_GOOD, _WARN, _BAD, _DIM, _PLAIN = "32", "33", "31", "2", ""
_SHOWN = 2  # names of subagents
_MOST_LINES = 3


class Look(Value):
    """What a person chose."""

    paint: Paint
    columns: int
    separator: str = " · "
    bars: bool = False
    left: bool = False  # times as what is left, not as the time of day
    context: tuple[float, float] = (70.0, 85.0)  # percent from which on it warns, and is urgent
    limits: tuple[float, float] = (75.0, 90.0)
    text: str = ""


class Facts(Value):
    """What there is to say. What is not known, or was not looked up, is None or empty."""

    look: Look
    payload: Payload
    now: float
    utc_offset: int
    home: str
    branch: str = ""
    git: GitState | None = None
    tools: Sequence[ToolUse] = ()
    agents: Sequence[Subagent] = ()
    tasks: Tasks | None = None
    others: Sequence[Session] = ()  # the other sessions, most urgent first
    config: Sequence[tuple[int, str]] = ()  # how many of what the client was configured with
    standings: Standings | None = None  # of the budgets, when a bill was made last


def lines(facts: Facts, parts: Sequence[str]) -> list[str]:
    """At most three lines, broken between two parts and never within one. What has no room is left out, the last first;
    never nothing: the client would take the line away."""
    look = facts.look
    said = [one for part in parts for one in PARTS[part](facts) if one[0]]
    said = said or [(clean(facts.payload.model, 40) or "Claude Code", _PLAIN)]
    found: list[list[Said]] = [[]]
    room = look.columns
    for text, codes in said:
        text = cut(text, look.columns)
        taken = width(text) + (width(look.separator) if found[-1] else 0)
        if taken > room and found[-1]:
            if len(found) == _MOST_LINES:
                break
            found.append([])
            room, taken = look.columns, width(text)
        found[-1].append((text, codes))
        room -= taken
    between = look.paint.dim(look.separator)
    return [between.join(look.paint(codes, text) if codes else text for text, codes in line) for line in found]


def clock(moment: float, facts: Facts) -> str:
    """When something ends: `14:10`, `Fri 14:10` on another day, or how long that is. An idle line is not drawn again,
    so it is the time of day unless a person wants otherwise."""
    if facts.look.left:
        return f"in {age(moment - facts.now)}"
    return time_of_day(moment, facts.now, facts.utc_offset)


def _level(percent: float, levels: tuple[float, float]) -> str:
    return _BAD if percent >= levels[1] else _WARN if percent >= levels[0] else _GOOD


def _bar(percent: float, look: Look) -> str:
    if not look.bars:
        return ""
    full = min(8, max(int(percent * 8 / 100), 1 if percent > 0 else 0))
    return "█" * full + "░" * (8 - full) + " "


def _percent(value: float) -> str:
    """Rounded down, so that 100 % is all of it."""
    return f"{int(value)}%"


def _plain(get: Callable[[Payload], str], codes: str = _PLAIN, most: int = 40) -> Callable[[Facts], list[Said]]:
    return lambda facts: [(clean(get(facts.payload), most), codes)]


def _dir(facts: Facts) -> list[Said]:
    path = clean(home_path(facts.payload.cwd, facts.home), 400)
    return [(path if len(path) <= 30 else path.rstrip("/").rpartition("/")[2], "34")]


def _branch(facts: Facts) -> list[Said]:
    return [(clean(facts.branch, 60), "35")]


def _dirty(facts: Facts) -> list[Said]:
    git = facts.git
    return [(f"{git.changed}{'+' * git.more} changed", _WARN)] if git and git.changed else []


def _ahead(facts: Facts) -> list[Said]:
    git = facts.git
    counts = (("↑", git.ahead), ("↓", git.behind)) if git else ()
    return [(" ".join(f"{sign}{count}" for sign, count in counts if count), _PLAIN)]


def _pr(facts: Facts) -> list[Said]:
    payload = facts.payload
    if payload.pr is None:
        return []
    codes = {"approved": _GOOD, "changes_requested": _BAD}.get(payload.pr_state.lower(), _PLAIN)
    return [(f"pr #{payload.pr}", codes)]


def _context(facts: Facts) -> list[Said]:
    percent = facts.payload.percent
    if percent is None:
        return []
    return [(f"ctx {_bar(percent, facts.look)}{_percent(percent)}", _level(percent, facts.look.context))]


def _tokens(facts: Facts) -> list[Said]:
    payload = facts.payload
    if payload.tokens is None:
        return []
    return [(tokens(payload.tokens) + (f" of {tokens(payload.window)}" if payload.window else ""), _PLAIN)]


def _limit(window: str) -> Callable[[Facts], list[Said]]:
    def said(facts: Facts) -> list[Said]:
        return [
            (f"{window} {_bar(limit.percent, facts.look)}{_percent(limit.percent)} → {clock(limit.resets_at, facts)}",
             _level(limit.percent, facts.look.limits))
            for limit in facts.payload.limits if limit.window == window and limit.resets_at > facts.now
        ]  # fmt: skip

    return said


def _pace(facts: Facts) -> list[Said]:
    """Where the limits would stand at their end at the rate so far, if that is more than they hold."""
    found = ((limit.window, pace(limit, facts.now)) for limit in facts.payload.limits)
    return [(f"{window} pace {_percent(at_end)}", _BAD) for window, at_end in found if at_end and at_end >= 100]


def _spend(facts: Facts) -> list[Said]:
    spend = facts.payload.spend
    if spend is None:
        return []
    of = f"${spend.used:.2f} of ${spend.most:.2f}" if spend.most else _percent(spend.percent)
    until = f" → {clock(spend.resets_at, facts)}" if spend.resets_at > facts.now else ""
    return [(f"spend {_bar(spend.percent, facts.look)}{of}{until}", _level(spend.percent, facts.look.limits))]


def _cost(facts: Facts) -> list[Said]:
    return [(f"${facts.payload.cost:.2f}", _PLAIN)] if facts.payload.cost is not None else []


def _today(facts: Facts) -> list[Said]:
    """What all sessions have cost today, and how old that is."""
    standings = facts.standings
    if standings is None or not standings.at or facts.now >= standings.today_until:
        return []
    from cst.core.budgets import old

    return [(f"${standings.today:.2f} today{old(standings.at, facts.now)}", _PLAIN)]


def _budget(facts: Facts) -> list[Said]:
    """The fullest budget: those of other sessions are no concern of this one, and of its own the payload knows more."""
    standings, payload = facts.standings, facts.payload
    if standings is None:
        return []
    from cst.core.budgets import old

    found = [one for one in standings.now(facts.now) if one.session in ("", payload.session_id)]
    found = [one._replace(spent=max(one.spent, payload.cost or 0.0)) if one.session else one for one in found]
    if not found:
        return []
    fullest = max(found, key=lambda one: one.percent)
    codes = {"": _GOOD, "near": _WARN, "over": _BAD}[fullest.level]
    percent = f"{_bar(fullest.percent, facts.look)}{_percent(fullest.percent)} of ${fullest.budget.dollars:.2f}"
    return [(f"{fullest.budget.per} {percent}{old(standings.at, facts.now)}", codes)]


def _changed_lines(facts: Facts) -> list[Said]:
    added, removed = facts.payload.lines or (0, 0)
    return [(f"+{added} -{removed}", _PLAIN)] if added or removed else []


def _time(facts: Facts) -> list[Said]:
    return [(age(facts.payload.seconds), _DIM)] if facts.payload.seconds is not None else []


def _cache(facts: Facts) -> list[Said]:
    cache = facts.payload.cache
    if cache is None:
        return []
    if cache.warm and cache.expires_at > facts.now:
        return [(f"warm → {clock(cache.expires_at, facts)}", _DIM)]
    return [(f"cold {tokens(cache.rebuild)}".rstrip(), _WARN)] if cache.expires_at else []


def _hit(facts: Facts) -> list[Said]:
    cache = facts.payload.cache
    return [(f"hit {_percent(cache.hit_ratio * 100)}", _DIM)] if cache and cache.hit_ratio is not None else []


def _session(facts: Facts) -> list[Said]:
    return [(clean(facts.payload.name, 30) or clean(facts.payload.session_id[:8]), "1")]


def _tools(facts: Facts) -> list[Said]:
    """The tool that runs, with its target and time, and how many have ended."""
    runs = next((use for use in facts.tools if use.outcome == "open"), None)
    ended = sum(use.outcome != "open" for use in facts.tools)
    now = f"● {clean(f'{runs.name} {runs.detail}', 40)} {age(facts.now - runs.started)}" if runs else ""
    return [(now, "36"), (_many(ended, "tool") if ended else "", _DIM)]


def _agents(facts: Facts) -> list[Said]:
    run = [agent for agent in facts.agents if agent.running]
    named = [f"◌ {clean(agent.description or agent.kind or agent.id, 24)}" for agent in run[:_SHOWN]]
    more = [f"+{counted(len(run) - _SHOWN, 'agent')}"] if len(run) > _SHOWN else []
    return [(text, "36") for text in named + more]


def _todos(facts: Facts) -> list[Said]:
    tasks = facts.tasks
    if tasks is None or not tasks.total:
        return []
    return [(f"{tasks.done}/{tasks.total} {clean(tasks.current, 40)}".rstrip(), _PLAIN)]


def _config(facts: Facts) -> list[Said]:
    return [(", ".join(_many(count, what) for count, what in facts.config if count), _DIM)]


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'s' * (count > 1 and not what.endswith('.md'))}"


def _others(facts: Facts) -> list[Said]:
    """How many other sessions need you, and which most: each session is a view of the fleet. An idle line is not drawn
    again, also after they were answered: so it says when that was, and not that they still do."""
    waiting = [session for session in facts.others if session.needs_you]
    if not waiting:
        return []
    from cst.core.naming import name_among  # few lines name another session

    first = waiting[0]
    most = f"{name_among(first, facts.others, 20)} {first.state}"
    if facts.look.left:
        count = f"{len(waiting)} wait{'s' * (len(waiting) == 1)}"
        most = f"{most} {age(facts.now - first.since)}"
    else:
        count = f"{len(waiting)} waited at {clock(facts.now, facts)}"
    return [(f"{count}: {most}", looks(first.state)[1])]


PARTS: dict[str, Callable[[Facts], list[Said]]] = {
    "model": _plain(lambda p: p.model, "36"),
    "effort": _plain(lambda p: p.effort, _DIM),
    "style": _plain(lambda p: "" if p.style == "default" else p.style, _DIM),
    "vim": _plain(lambda p: p.vim, "1"),
    "agent": _plain(lambda p: p.agent and f"agent {p.agent}", "35"),
    "dir": _dir,
    "branch": _branch,
    "dirty": _dirty,
    "ahead": _ahead,
    "worktree": _plain(lambda p: p.worktree and f"worktree {p.worktree}", _DIM),
    "pr": _pr,
    "context": _context,
    "tokens": _tokens,
    "5h": _limit("5h"),
    "7d": _limit("7d"),
    "spend": _spend,
    "pace": _pace,
    "cost": _cost,
    "today": _today,
    "budget": _budget,
    "lines": _changed_lines,
    "time": _time,
    "cache": _cache,
    "hit": _hit,
    "session": _session,
    "version": _plain(lambda p: p.version, _DIM),
    "tools": _tools,
    "agents": _agents,
    "todos": _todos,
    "config": _config,
    "others": _others,
    "text": lambda facts: [(clean(facts.look.text, 200), _PLAIN)],
}
