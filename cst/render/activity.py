"""What a session wants or does, as one clean line. Pure; `cst status` reads it too, so it stands by itself."""

from __future__ import annotations

from cst.render.paint import since
from cst.text import clean

KILLED = "killed"  # the rule, and the word

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cst.model import Session


def ago(session: Session, now: float) -> str:
    """How long it has been so: `12m`; "" where that is not known. Of one that was killed `<12m`: nobody saw when, only
    that it lived so long ago."""
    long = since(now, session.since)
    return f"<{long}" if long and session.rule == KILLED else long


def unsaid(session: Session) -> str:
    """Why nothing is known of what was said in a session without a transcript."""
    return "not prompted yet" if session.pid is not None else "its transcript was not read"


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
