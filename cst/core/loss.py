"""Which sessions were lost: ended by nobody's wish, as far as that is proved. Pure; docs/restore.md has it in words.

What the client itself does at its end decides: an orderly one tells the hooks, takes the record out of the registry and
closes the transcript. A signal and a closed terminal are orderly too: those count as lost only together, with the tmux
server that they lived in.
"""

from __future__ import annotations

from cst.core.annotation import AS_IT_WAS, CUT_OFF, UNANSWERED, UNSEEN
from cst.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cst.model import Event, Mark, Transcript

LOST, PARKED, UNKNOWN, RUNNING, DISMISSED = "lost", "parked", "unknown", "running", "dismissed"
_DURING = ("working", "compacting", "permission", "question", "plan", "dialog")  # states in which a turn is not over
_SETTLED = ("idle", "interrupted", "menu")  # those in which it is, and needs nobody
_TOGETHER = 20.0  # seconds within which the sessions of one server end, and the last sign of it
_LAG = 5.0  # seconds by which the last sign of a session may come after it was ended
_BY_SIGNAL = "other"  # the reason of a SessionEnd: TERM, or a terminal that was closed


class Trace(Value):
    """What is left of one session. Times are epoch seconds."""

    id: str
    seen: float  # the last sign of it, or of its end
    pid: int = 0  # of a process that has it now; 0 = none
    left: bool = False  # its record is in the registry, its process is gone
    hooked: bool = False  # the hooks told of it
    reason: str | None = None  # of the SessionEnd that they told last; None = they told none
    closed: bool | None = None  # its transcript ends as the client leaves it at an orderly end; None = cannot be told
    server: str = ""  # the tmux server that it was in, `socket,pid`; "" = none, or not known
    server_lives: bool = False
    before_boot: bool = False
    parked: float = 0.0
    dismissed: float = 0.0  # when somebody said that it need not come back
    ended: float = 0.0  # when somebody ended it with cst


class Verdict(Value):
    """How a session is gone, and the evidence."""

    how: str
    why: str


def judge(traces: Sequence[Trace], servers: dict[str, float]) -> dict[str, Verdict]:
    """A verdict for each session that may be missed; none for those that a person has ended. `servers` says when a tmux
    server was last seen, by anybody."""
    last = dict(servers)
    ends: dict[str, list[float]] = {}
    for trace in traces:
        if trace.server:
            last[trace.server] = max(last.get(trace.server, 0.0), trace.seen)
            if _by_signal(trace):
                ends.setdefault(trace.server, []).append(trace.seen)
    found = {}
    for trace in traces:
        verdict = _judged(trace, last.get(trace.server, 0.0), ends.get(trace.server, []))
        since = max(trace.seen - _LAG, trace.parked)
        if verdict and not trace.pid and trace.dismissed >= since:
            verdict = Verdict(DISMISSED, "you dismissed it")
        if verdict and (trace.pid or trace.ended < since):
            found[trace.id] = verdict
    return found


def _judged(trace: Trace, last: float, ends: Sequence[float]) -> Verdict | None:
    if trace.pid:
        return Verdict(RUNNING, f"it runs as process {trace.pid}")
    if trace.parked:
        return Verdict(PARKED, "you parked it")
    if trace.left:
        return Verdict(LOST, "its process is gone, and left its registry record behind")
    if trace.reason not in (None, _BY_SIGNAL):
        return None
    if trace.reason is None and not trace.closed:
        if trace.hooked:
            return Verdict(LOST, "its process is gone, and the hooks told of no end")
        if trace.closed is None:
            return Verdict(UNKNOWN, "it was alive when cst last looked, and nothing tells how it ended")
        return Verdict(LOST, "its process is gone, and its transcript was not closed")
    return _with_its_server(trace, last, ends)


def _with_its_server(trace: Trace, last: float, ends: Sequence[float]) -> Verdict | None:
    """What becomes of one that a signal has ended, or the end of its terminal."""
    if not trace.server:
        return Verdict(UNKNOWN, "it was closed or shut down before the last boot") if trace.before_boot else None
    if trace.server_lives or last > trace.seen + _TOGETHER:
        return None  # its pane was closed, and tmux went on
    if sum(abs(end - trace.seen) <= _TOGETHER for end in ends) > 1:
        return Verdict(LOST, "it ended together with others of its tmux server")
    return Verdict(UNKNOWN, "it ended last in its tmux server: with it, or because its window was closed")


def _by_signal(trace: Trace) -> bool:
    if trace.pid or trace.left:
        return False
    return trace.reason == _BY_SIGNAL or (trace.reason is None and bool(trace.closed))


class Last(Value):
    """What is known of the last process of a session. Times are epoch seconds."""

    began: float = 0.0  # 0 = not known
    state: str = ""  # the newest that cst has noted
    noted: float = 0.0  # when
    busy: bool = False  # the record that was left behind says that it worked, or waited for somebody
    known: bool = False  # which process it was: only then its marks are known
    marks: Sequence[Mark] = ()  # of that process, and of the session


def stands(tail: Transcript, last: Last, asks: bool) -> str:
    """How the last turn stood when a session ended: cut off, its end unseen, or its prompt without an answer, which was
    cut off or stopped with Esc; "" where it needs nobody, or nobody can tell. `asks`: its last words are a question,
    which only the user's own hand marks as seen."""
    end, seen = tail.last_at, [mark for mark in last.marks if mark.mark == "seen"]
    again = next((mark for mark in reversed(last.marks) if mark.mark == "restored"), None)
    if again and end <= again.t:  # nothing was done in it since it was restored last
        known = again.value in AS_IT_WAS  # another version of cst may have others
        return again.value if known and not any(mark.t >= again.t for mark in seen) else ""
    if last.began > end or (last.noted >= end and last.state in _SETTLED):
        return ""
    if tail.last in ("tool", "result", "text"):  # Esc would have left a mark
        return CUT_OFF
    if tail.last == "prompt":  # with Esc before the first answer, too
        return CUT_OFF if last.busy or (last.noted >= end and last.state in _DURING) else UNANSWERED
    counts = ("", "you") if asks or tail.last == "error" else ("", "you", "jump", "look")
    unseen = last.known and not any(mark.t >= end and mark.by in counts for mark in seen)
    return UNSEEN if unseen and tail.last in ("finished", "error") else ""


def tasks(log: Sequence[Event]) -> tuple[str, ...]:
    """What ran in the background, or was due, when the hooks told last: the client starts that again."""
    stop = next((event for event in reversed(log) if event.name == "Stop"), None)
    if stop is None:
        return ()
    running, due = stop.payload.get("background_tasks"), stop.payload.get("session_crons")
    given = running if isinstance(running, list) else []
    shells = [task for task in given if isinstance(task, dict) and task.get("type") == "shell"]
    found = [f"{len(shells)} background shell{'s' * (len(shells) > 1)}"] if shells else []
    if isinstance(due, list) and due:
        found.append(f"{len(due)} timer{'s' * (len(due) > 1)}")
    return tuple(found)
