"""What the facts of one session tell, before any rule weighs it: how the last turn stands, which tool asks. Pure."""

from __future__ import annotations

from cst.model import Value, Want, tool_detail
from cst.text import age

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cst.model import Event, Mark, Process, Record, Transcript

LAG = 1.0  # seconds that registry, hooks and transcript may disagree around a change (measured: 0.75)
SETTLES = 0.6  # seconds after which the end of a turn is written, if it is at all
_HOOK_LAG = 1.5  # a PermissionRequest may be logged before the registry says waiting
_TURNS = {"UserPromptSubmit": "prompt", "Stop": "finished", "StopFailure": "failed", "SessionStart": "started"}
_ENDS = {
    "prompt": ("prompt", "a prompt"),
    "tool": ("unfinished", "a tool call"),
    "result": ("unfinished", "the result of a tool"),
    "text": ("unfinished", "a part of an answer"),
    "finished": ("finished", "a finished answer"),
    "error": ("failed", "an API error"),
    "interrupted": ("interrupted", "an interruption"),
}  # of a transcript: what that tells, and in which words


class Facts(Value):
    """All that was seen of one session."""

    now: float
    record: Record
    process: Process | None
    events: Sequence[Event]  # of this process, oldest first
    tail: Transcript | None
    marks: Sequence[Mark]  # of this session, oldest first
    utc_offset: int = 0  # of the local clock, seconds
    shared: bool = False  # another live process has the same session id, and writes into the same transcript


class Evidence(Value):
    """The newest thing that tells how the last turn stands: prompt, finished, failed, interrupted, started, …"""

    kind: str
    at: float
    told: str  # by whom, for `because`
    event: Event | None = None


_stood: tuple[Facts | None, Evidence] = None, Evidence("", 0.0, "")  # what `standing` said last, and of what


def standing(f: Facts) -> Evidence:
    """The newest of hooks, transcript and the start of the process, by time."""
    global _stood
    last = _stood
    if last[0] is not f:  # a dozen rules in a row ask it of the same facts
        last = _stood = f, _standing(f)
    return last[1]


def _standing(f: Facts) -> Evidence:
    at, told = f.record.started_at, None
    for event in f.events:
        if event.name in _TURNS and event.t >= at - LAG and event.payload.get("source") != "compact":
            at, told = event.t, event
    if told:
        return _from_tail(f, Evidence(_TURNS[told.name], at, hook(f, told), told))
    return _from_tail(f, Evidence("started", at, f"started {age(f.now - at)} ago and was not prompted since"))


def _from_tail(f: Facts, best: Evidence) -> Evidence:
    if not f.tail:
        return best
    if f.shared and f.record.status == "idle" and f.tail.last_at > f.record.status_at + LAG:
        if best.kind != "started":
            return best  # what was written since is the other's
        return Evidence("unreadable", best.at, "another live process of this session has written into its transcript")
    if f.tail.last == "unreadable" and best.kind == "started":
        return Evidence("unreadable", best.at, "its transcript cannot be read")
    if not f.tail.last and f.tail.read < f.tail.size and best.kind == "started":
        return Evidence("unreadable", best.at, f"the last {f.tail.read // 1024} KB of its transcript tell nothing")
    kind, words = _ENDS.get(f.tail.last, ("", ""))
    if f.tail.last == "error" and best.kind == "finished" and best.at - f.tail.last_at <= 2:
        return Evidence("failed", f.tail.last_at, f"{best.told}, right behind an API error in the transcript")
    if not kind or f.tail.last_at <= best.at:
        return best
    told = f"transcript ends with {words} {age(f.now - f.tail.last_at)} ago"
    if kind == best.kind and f.tail.prompt_at <= best.at + LAG:  # both tell of one turn: the hook knows more
        return Evidence(kind, best.at, f"{best.told}; {told}", best.event)
    if best.kind == "finished" and kind == "unfinished":
        return best  # a late line of the turn whose Stop was logged
    return Evidence(kind, f.tail.last_at, told)


def asks(words: str) -> bool:
    """Whether a text ends in a question: one in the last two sentences of its last line."""
    line = next((line for line in reversed(words.splitlines()) if line.strip()), "")
    line = line.strip().rstrip("*_`\"')] ")
    if not line or line.startswith(("```", "|", ">")):
        return False
    return line.endswith(("?", "？")) or "? " in line[-80:]


def last_words(f: Facts) -> str:
    """What Claude said last in the newest turn: the Stop hook's word, unless the transcript has a newer one."""
    turn = newest(f, "Stop", "UserPromptSubmit")
    stop = turn if turn and turn.name == "Stop" else None
    said = stop.payload.get("last_assistant_message") if stop else None
    newer = f.tail and f.tail.last_words and (not stop or f.tail.last_at > stop.t + LAG)
    if isinstance(said, str) and said and not newer:
        return said
    return f.tail.last_words if f.tail else ""


def prompt_of(f: Facts) -> str:
    """The newest prompt that a person typed, as its hook told it."""
    for event in reversed(f.events):
        words = event.payload.get("prompt") if event.name == "UserPromptSubmit" else None
        if isinstance(words, str) and not words.startswith("<task-notification>"):
            return words[:4000]
    return ""


def turn_end(f: Facts) -> float:
    """When the newest turn ended, as hooks and transcript tell it; else when the status changed."""
    stop = newest(f, "Stop", "StopFailure")
    return max(stop.t if stop else 0.0, f.tail.last_at if f.tail else 0.0) or f.record.status_at


def waits(f: Facts, what: str = "") -> bool:
    """Whether the registry says that it waits, for `what` ("" = for anything)."""
    return f.record.status == "waiting" and (not what or f.record.waiting_for == what)


def asking(f: Facts) -> tuple[Want, Event | None] | None:
    """The tool that the dialog is about, and the hook that says so: from hooks, transcript, subagents."""
    for event in reversed(f.events):
        if event.name in ("PermissionRequest", "PreToolUse") and event.t >= f.record.status_at - _HOOK_LAG:
            tool = str(event.payload.get("tool_name") or "")
            return Want(tool, tool_detail(tool, event.payload.get("tool_input")), event.t), event
    if not f.tail:
        return None
    inner = [a.tool for a in f.tail.subagents if a.tool and a.tool.outcome == "open"]
    waiting = f.tail.open_tools()
    if inner and (not waiting or waiting[0].name in ("Agent", "Task")):
        waiting = inner
    return (Want(waiting[0].name, waiting[0].detail, waiting[0].started), None) if waiting else None


def was_seen(f: Facts, since: float, by: tuple[str, ...]) -> bool:
    """Whether a mark of one of these makers says that what was there at `since` was seen."""
    return any(mark.mark == "seen" and mark.t >= since and (mark.by or "you") in by for mark in f.marks)


def newest(f: Facts, *names: str) -> Event | None:
    """The newest event of one of these names."""
    return next((event for event in reversed(f.events) if event.name in names), None)


def dialog_of(f: Facts) -> Event | None:
    """The newest PermissionRequest that nothing was told or written since; a subagent's until its tool is over."""
    event = newest(f, "PermissionRequest")
    if not event:
        return None
    if event.payload.get("agent_id"):
        agents = f.tail.subagents if f.tail else ()
        return event if any(agent.tool and agent.tool.outcome == "open" for agent in agents) else None
    later = any(e.t > event.t and e.name not in ("Notification", "PreToolUse", "SubagentStop") for e in f.events)
    written = f.tail.last_at - event.t if f.tail else 0.0
    return None if later or written > (LAG if f.tail and f.tail.last == "tool" else 0) else event


def hooked(f: Facts) -> bool:
    """Whether hooks told of this turn, so that they would have told of a dialog too."""
    begin = f.tail.prompt_at if f.tail else 0.0
    return any(event.t >= begin - LAG for event in f.events)


def runs(f: Facts, since: float) -> bool | None:
    """Whether a shell of the Bash tool was started since then; None where the kernel does not tell."""
    shell = f.process.shell_at if f.process else None
    return None if shell is None else shell > since


def registry(f: Facts) -> str:
    """What the registry says, in words, with its age."""
    if not f.record.status:
        return f"client {f.record.version or (f.tail.version if f.tail else '') or 'unknown'} publishes no status"
    for_what = f" for {f.record.waiting_for}" if f.record.waiting_for and f.record.status == "waiting" else ""
    return f"registry says {f.record.status}{for_what} since {age(f.now - f.record.status_at)}"


def hook(f: Facts, event: Event) -> str:
    """An event in words, with its age."""
    return f"hook {event.name} {age(f.now - event.t)} ago"


def because(f: Facts, first: str, event: Event | None = None) -> str:
    """`first`, and the hook that bears it out; where none does, the newest one, so that a reader sees hooks work."""
    event = event or (f.events[-1] if f.events else None)
    return f"{first}; {hook(f, event)}" if event else first


def reused(record: Record, process: Process) -> bool:
    """Whether a pid belongs to another process than the one that registered."""
    if record.start and process.start:
        return record.start != process.start
    return bool(record.started_at) and process.started_at > record.started_at + 5
