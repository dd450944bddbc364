"""What the facts of one session tell, before any rule weighs it: how the last turn stands, which tool asks. Pure.

Over 300 lines because how a turn stands is told by all sources together.
"""

from __future__ import annotations

from cst.core.annotation import CUT_OFF, UNANSWERED, UNSEEN
from cst.text import age, version_number
from cst.value import Value
from cst.wording import typed_prompt

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cst.model import Event, Mark, Process, Record, Subagent, Transcript, Want

LAG = 1.0  # seconds that registry, hooks and transcript may disagree around a change (measured: 0.75)
SETTLES = 0.6  # seconds after which the end of a turn is written, if it is at all
VANISHED = "its registry record is gone or cannot be read"  # what `lost` says of one that was there a look ago
_STATUS_SINCE = (2, 1, 120)  # the first client that publishes one
_SET = 5.0  # seconds between two clocks from which on one of them was set
_SAME = 2.0  # seconds within which two sources tell of one thing
_OPENS = 60.0  # seconds within which a session begins that cst has opened
_AS_IT_WAS = {
    CUT_OFF: "cut off in mid-turn", UNSEEN: "with an answer that nobody had seen",
    UNANSWERED: "with a prompt that had no answer: cut off, or stopped with Esc",
}  # fmt: skip
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
    boot: float = 0.0  # when the machine started, by the clock as it is now
    zones: Mapping[str, int | None] = {}  # the offsets of other time zones


class Verdict(Value):
    """What a rule says: `because` is one sentence of evidence with its age."""

    state: str
    since: float
    because: str
    wants: Want | None = None
    needs: bool | None = None  # whether it needs a person; None: as its state says


class Evidence(Value):
    """The newest thing that tells how the last turn stands: prompt, finished, failed, interrupted, started, …"""

    kind: str
    at: float  # by the clock as it is now
    told: str  # by whom, for `because`
    event: Event | None = None
    wall: float = 0.0  # by the clock as it was then: what other sources wrote in that moment says the same
    seen_from: float = 0.0  # a mark that is older says nothing of it
    restored: bool = False  # it is of a process before this one, which cst has brought back


_stood: tuple[Facts | None, Evidence] = None, Evidence("", 0.0, "")  # what `standing` said last, and of what


def standing(f: Facts) -> Evidence:
    """The newest of hooks, transcript and the start of the process, by time."""
    global _stood
    last = _stood
    if last[0] is not f:  # a dozen rules in a row ask it of the same facts
        last = _stood = f, _standing(f)
    return last[1]


def _standing(f: Facts) -> Evidence:
    told = None
    for event in reversed(f.events):  # their order is no matter of clocks
        if event.name in _TURNS and event.payload.get("source") != "compact" and _of_this_process(f, event):
            told = event
            break
    if told:
        at = moment(f, told)
        return _as_restored(f, _from_tail(f, Evidence(_TURNS[told.name], at, hook(f, told), told, told.t, at)))
    at = _now(f, f.record.started_at)
    words = f"started {age(f.now - at)} ago and was not prompted since"
    return _as_restored(f, _from_tail(f, Evidence("started", at, words, None, _began(f), at)))


def _as_restored(f: Facts, found: Evidence) -> Evidence:
    """How the last turn of the process before stood, where cst noted that when it brought the session back, and nothing
    was done in it since."""
    mark = next((m for m in reversed(f.marks) if m.mark == "restored"), None) if found.kind == "started" else None
    kind, words = _ENDS.get(f.tail.last, ("", "")) if f.tail else ("", "")
    if not mark or not f.tail or not kind or not -LAG <= f.record.started_at - mark.t <= _OPENS:
        return found
    at = _now(f, f.tail.last_at)
    told = f"cst restored it {age(f.now - mark.t)} ago, {_AS_IT_WAS.get(mark.value, '')}"
    told = f"{told}; transcript ends with {words} {age(f.now - at)} ago"
    if mark.value in (CUT_OFF, UNANSWERED):
        kind = "interrupted"
    elif mark.value != UNSEEN or kind not in ("finished", "failed"):
        return found
    return Evidence(kind, at, told, None, f.tail.last_at, mark.t, restored=True)


def moment(f: Facts, event: Event) -> float:
    """When an event was, by the clock as it is now: the machine's own count tells that, whatever was set since."""
    return f.boot + event.up if f.boot and event.up else _now(f, event.t)


def is_fresh(f: Facts, e: Evidence) -> bool:
    """Whether something is less than a second old; not what a clock that was put back since calls the future."""
    return abs(f.now - e.at) < LAG and (e.wall <= f.now + LAG or e.at < f.now)


def _of_this_process(f: Facts, event: Event) -> bool:
    if event.up and f.boot and f.process and f.process.started_at:
        return f.boot + event.up >= f.process.started_at - LAG
    return event.t >= _began(f) - LAG


def _set_back(f: Facts) -> float:
    """By how many seconds the clock of the session's start was ahead of the clock as it is now; below 0: behind."""
    told, known = f.record.started_at, f.process.started_at if f.process else 0.0
    return told - known if told and known and abs(told - known) > _SET else 0.0


def _began(f: Facts) -> float:
    """The clock time from which on what was written is this process's. Where the clock was set since its start, that of
    the kernel, too; not where its status has not changed since: then it has written nothing."""
    told, ahead = f.record.started_at, _set_back(f)
    if not ahead or -LAG <= f.record.status_at - told <= 3 * LAG:
        return told
    return min(told, told - ahead)


def _now(f: Facts, wall: float) -> float:
    """A moment of the clock as it was then, by the clock as it is now, as far as that is known; never in the future."""
    if wall <= f.now:
        return wall
    ahead = _set_back(f)
    return wall - ahead if ahead > 0 and wall - ahead <= f.now else f.now


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
    wall, at = f.tail.last_at, _now(f, f.tail.last_at)
    # a moment that no clock can tell any more: of marks only those of the user's own hand count
    seen_from = at if at < f.now or wall <= f.now else 0.0
    if f.tail.last == "error" and best.kind == "finished" and best.wall - wall <= _SAME:
        behind = f"{best.told}, right behind an API error in the transcript"
        return Evidence("failed", at, behind, None, wall, seen_from)
    if not kind or not _later(f, best):
        return best
    told = f"transcript ends with {words} {age(f.now - at)} ago"
    if kind == best.kind and f.tail.prompt_at <= best.wall + LAG:  # both tell of one turn: the hook knows more
        return best._replace(told=f"{best.told}; {told}")
    if best.kind == "finished" and kind == "unfinished":
        return best  # a late line of the turn whose Stop was logged
    return Evidence(kind, at, told, None, wall, seen_from)


def _later(f: Facts, best: Evidence) -> bool:
    """Whether the newest line of the transcript is later than what the hooks told last. What stands behind a prompt in
    the file is, whatever the clock says; what an earlier event was later than is not."""
    tail, event = f.tail, best.event
    assert tail
    if event and best.kind == "prompt" and tail.last != "prompt" and abs(tail.prompt_at - event.t) <= _SAME:
        return True
    changed = f.record.status_at
    if best.kind == "started" and _set_back(f) and abs(changed - f.record.started_at) > 3 * LAG:
        return tail.last_at > best.wall or abs(tail.last_at - changed) <= _SAME  # its status changed with that line
    if tail.last_at <= best.wall:
        return False
    before = f.events[: list(f.events).index(event)] if event else ()
    return not any(one.name in _TURNS and one.t >= tail.last_at - LAG for one in before)


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
        if isinstance(words, str) and (typed := typed_prompt(words)):
            return typed[:4000]
    return ""


def turn_end(f: Facts) -> float:
    """When the newest turn ended, as hooks and transcript tell it; else when the status changed."""
    stop = newest(f, "Stop", "StopFailure")
    return max(moment(f, stop) if stop else 0.0, _now(f, f.tail.last_at) if f.tail else 0.0) or f.record.status_at


def waits(f: Facts, what: str = "") -> bool:
    """Whether the registry says that it waits, for `what` ("" = for anything)."""
    return f.record.status == "waiting" and (not what or f.record.waiting_for == what)


def teammates(f: Facts) -> list[Subagent]:
    """The teammates of this session that have a process of their own."""
    return [agent for agent in f.tail.subagents if agent.kind == "teammate"] if f.tail else []


def level(f: Facts) -> str:
    """The status in the registry; of a lead that has teammates in panes `idle` once its own turn is over: the client
    calls it busy for as long as one of them exists, whatever they do."""
    if f.record.status == "busy" and teammates(f) and standing(f).kind in ("finished", "failed", "interrupted"):
        return "idle"
    return f.record.status


def seen_mark(f: Facts, e: Evidence, by: tuple[str, ...]) -> Mark | None:
    """The newest mark of one of these makers that says that a person has seen this."""
    if not e.seen_from:  # no clock tells when it was
        began, by = f.process.started_at if f.process else f.record.started_at, ("you",)
    else:
        began = e.seen_from
    marks = [m for m in f.marks if m.mark == "seen" and m.t >= began and (m.by or "you") in by]
    return marks[-1] if marks else None


def how_seen(mark: Mark) -> str:
    """What a mark `seen` says that a person did."""
    return {"jump": "you jumped there", "look": "it was on your screen"}.get(mark.by, "you marked it as seen")


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
    behind = f.events[list(f.events).index(event) + 1 :]
    later = any(e.name not in ("Notification", "PreToolUse", "SubagentStop") for e in behind)
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
    if not f.record.status and f.record.lost and not keeps_none(f):
        return f.record.lost
    if not f.record.status:
        version = f.record.version or (f.tail.version if f.tail else "")
        if version_number(version) >= _STATUS_SINCE:
            return f"the record of client {version} has no status"
        return f"client {version or 'unknown'} publishes no status"
    for_what = f" for {f.record.waiting_for}" if f.record.waiting_for and f.record.status == "waiting" else ""
    return f"registry says {f.record.status}{for_what} for {age(f.now - _now(f, f.record.status_at))}"


def keeps_none(f: Facts) -> bool:
    """Whether the client is known to be one that keeps no registry."""
    version = f.record.version or (f.tail.version if f.tail else "")
    return bool(version) and version_number(version) < (2, 1, 100)


def hook(f: Facts, event: Event) -> str:
    """An event in words, with its age."""
    return f"hook {event.name} {age(f.now - moment(f, event))} ago"


def because(f: Facts, first: str, event: Event | None = None) -> str:
    """`first`, and the hook that bears it out; where none does, the newest one, so that a reader sees hooks work."""
    event = event or (f.events[-1] if f.events else None)
    return f"{first}; {hook(f, event)}" if event else first


def reused(record: Record, process: Process) -> bool:
    """Whether a pid belongs to another process than the one that registered."""
    if record.start and process.start:
        return record.start != process.start
    return bool(record.started_at) and process.started_at > record.started_at + 5
