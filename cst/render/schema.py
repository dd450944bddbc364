"""The JSON forms. docs/json.md is their contract; what is not known is null, never guessed."""

from __future__ import annotations

from cst.model import host_of, label, project

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cst.core.dialogs import Dialog
    from cst.model import Session, ToolUse, Transcript

SCHEMA = 1


def fleet(
    sessions: Sequence[Session], now: float, problems: Sequence[tuple[str, str]], *, budgets: Sequence[object] = (),
    version: str = "",
) -> dict[str, object]:  # fmt: skip
    """`cst ls --json`. `budgets` as render/budget makes them, `version` that of cst."""
    return {
        "schema": SCHEMA,
        "version": version or None,
        "now": now,
        "problems": [{"source": source, "message": message} for source, message in problems],
        "budgets": list(budgets),
        "sessions": [one(session) for session in sessions],
    }


def one(session: Session) -> dict[str, object]:
    """One session of `cst ls --json`."""
    wants, doing, place, tasks = session.wants, session.doing, session.place, session.tasks
    return {
        "key": session.key,
        "host": host_of(session.key) or None,
        "id": session.id or None,
        "pid": session.pid,
        "state": session.state,
        "since": session.since or None,
        "needs_you": session.needs_you,
        "because": session.because,
        "rule": session.rule,
        "wants": {"tool": wants.tool or None, "detail": wants.detail} if wants else None,
        "doing": {"tool": doing.tool, "detail": doing.detail, "since": doing.since} if doing else None,
        "label": label(session),
        "name": session.name or None,
        "title": session.title or None,
        "tags": list(session.tags),
        "pinned": session.pinned,
        "snoozed": session.snoozed,
        "snoozed_until": session.snoozed_until or None,
        "note": session.note or None,
        "archived": session.archived,
        "cwd": session.cwd or None,
        "project": project(session.repository or session.cwd) or None,
        "branch": session.branch or None,
        "shared": session.shared or None,
        "pr": _pull_request(session),
        "model": session.model or None,
        "context": _context(session),
        "cache": _cache(session),
        "requests_last_hour": session.transcript.requests if session.transcript else None,
        "cost_usd": session.cost,
        "tasks": {"done": tasks.done, "total": tasks.total, "current": tasks.current or None} if tasks else None,
        "last_prompt": session.last_prompt or None,
        "last_words": session.last_words or None,
        "tmux": {
            "socket": place.socket, "session": place.session, "window": place.window, "pane": place.pane,
            "location": place.location,
        } if place else None,
        "kind": session.kind,
        "client_version": session.client_version or None,
        "config_dir": session.config_dir or None,
        "transcript": (session.transcript.path or None) if session.transcript else None,
        "sources": list(session.sources),
    }  # fmt: skip


def _pull_request(session: Session) -> dict[str, object] | None:
    tail = session.transcript
    return {"number": tail.pr, "url": tail.pr_url or None} if tail and tail.pr else None


def _cache(session: Session) -> dict[str, object] | None:
    """A request that may be under way would make it warm again."""
    ends = session.transcript.cached_until if session.transcript else 0.0
    if not ends or session.state in ("working", "compacting", "starting"):
        return None
    return {"expires_at": ends, "cold": session.cold is not None, "cold_tokens": session.cold}


def _context(session: Session) -> dict[str, object] | None:
    """The window of the model stands in no file of Claude Code's: only a status line is told of it."""
    tokens, window = session.tokens, session.transcript.window if session.transcript else None
    if not tokens:
        return None
    return {"tokens": tokens, "window": window, "percent": min(100, tokens * 100 // window) if window else None}


def shown(session: Session) -> dict[str, object]:
    """`cst show --json`: one session with its tools and subagents."""
    tail = session.transcript
    return {"schema": SCHEMA, **one(session), "tools": _tools(tail), "subagents": _agents(tail)}


def _tools(tail: Transcript | None) -> list[dict[str, object]]:
    return [tool(use) for use in tail.tools] if tail else []


def tool(use: ToolUse) -> dict[str, object]:
    """One tool call. `outcome`: open (it runs or waits), ok, failed, denied, interrupted."""
    return {
        "name": use.name, "detail": use.detail, "started": use.started or None, "seconds": use.seconds,
        "outcome": use.outcome,
    }  # fmt: skip


def _agents(tail: Transcript | None) -> list[dict[str, object]]:
    return [
        {
            "id": agent.id, "kind": agent.kind or None, "description": agent.description or None,
            "running": agent.running, "tool": tool(agent.tool) if agent.tool else None,
        }
        for agent in (tail.subagents if tail else ())
    ]  # fmt: skip


def dialog(session: Session, found: Dialog, now: float) -> dict[str, object]:
    """`cst answer --json`: the dialog, its `token`, and what answers it."""
    from cst.core import replies
    from cst.render import dialog as view
    from cst.render.paint import Paint

    texts = replies.takes_text(found)
    return {
        "schema": SCHEMA,
        "key": session.key,
        "token": replies.token(found),
        "kind": found.kind,
        "title": found.title or None,
        "subject": found.subject or None,
        "asks": found.asks or None,
        "options": [{"number": o.number, "label": o.label, "takes_text": o in texts} for o in found.options],
        "replies": replies.words(found),
        "refusal": replies.refusal(found) or None,
        "more": bool(found.tabs or found.several),
        "lines": view.lines(found, session, now, 100, Paint(False)),
    }
