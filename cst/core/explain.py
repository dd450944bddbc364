"""Why a session has its state: what each source said, every rule in order, and what would settle a doubt. Pure."""

from __future__ import annotations

from cst.core import fleet
from cst.core.evidence import VANISHED, how_seen, level, registry, standing, teammates, waits
from cst.core.rules import RULES
from cst.core.waiting import asking
from cst.model import DIALOG_OPEN
from cst.text import age, amount, counted
from cst.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cst.core.evidence import Facts
    from cst.model import Event, Record, Session, Snapshot, Transcript

# rule: which fact it looks at first; what is not named here looks at how the last turn stands
_ABOUT = {
    "ended": "ended",
    **dict.fromkeys(("elsewhere", "no-record", "starting", "blocked-start", "no-trace"), "record"),
    **dict.fromkeys(("killed", "stopped"), "process"),
    **dict.fromkeys(("told-dialog", "untold-dialog", "mid-turn", "prompted"), "publishes"),
    **dict.fromkeys(("question", "plan", "permission", "other-dialog", "unknown-wait"), "waits"),
    **dict.fromkeys(("client-dialog", "menu"), "dialog"),
    **dict.fromkeys(("compacting", "busy", "shell", "unknown-status"), "status"),
}  # fmt: skip


class Statement(Value):
    """What one source says of a session. `at` is epoch seconds; 0.0: it is true now."""

    source: str  # registry, process, hooks, transcript, marks, tmux, git
    words: str
    at: float


class Step(Value):
    """One rule that was asked: whether it fired, and the fact that decided."""

    rule: str
    fired: bool
    fact: str


class Explanation(Value):
    """Why a session has its state."""

    session: Session
    now: float  # epoch seconds of the snapshot
    sources: Sequence[Statement]
    steps: Sequence[Step]  # the rules in order, up to the one that fired; none for a session that went away
    not_asked: Sequence[str]  # the rules after that one
    doubts: Sequence[str]  # what is not certain about the verdict, and what would make it so
    problems: Sequence[tuple[str, str]]  # of the snapshot: (source, message)


def explain(snapshot: Snapshot, session: Session) -> Explanation:
    """Why a session of a snapshot has its state."""
    record = _record(snapshot, session)
    f = fleet.facts_of(snapshot, record) if record else None
    past = [one for one in snapshot.ended if one.session_id == session.id] if not f else []
    sources = _sources(f, session) + _shared(snapshot, session) if f else []
    steps = _steps(f or fleet.facts_of_ended(snapshot, past[0])) if f or past else []
    return Explanation(
        session=session,
        now=snapshot.now,
        sources=sources or [Statement("transcript", session.because, session.since)],
        steps=steps,
        not_asked=[name for name, _ in RULES[len(steps) :]] if steps else [],
        doubts=_doubts(f, session) if f else [],
        problems=snapshot.problems,
    )


def _steps(f: Facts) -> list[Step]:
    found = []
    for name, rule in RULES:
        fired = rule(f) is not None
        found.append(Step(name, fired, _fact(f, _ABOUT.get(name, "turn"))))
        if fired:
            break
    return found


def _fact(f: Facts, about: str) -> str:
    record, process = f.record, f.process
    if about == "ended":
        return f"there is a record, of pid {record.pid}" if record.pid else "neither a record nor a process has it"
    if about == "process":
        if not process:
            return f"no process {record.pid}"
        same = "which wrote the record" if process.start == record.start else f"the record is of start {record.start}"
        return f"process {record.pid} lives as {process.name} in state {process.state}, {same}"
    if about == "record":
        if record.key_file:
            return f"a key file and no record for {age(f.now - record.started_at)}"
        if record.elsewhere:
            named = record.domain or "a name that it does not give"
            return f"its pid {record.pid} is of another machine or pid namespace: {named}"
        if record.lost == VANISHED:
            return f"{record.lost}, for {age(f.now - record.written_at)}"
        name = f"session {record.session_id[:8]}" if record.session_id else record.lost or "no session id"
        return f"{name}, started {age(f.now - record.started_at)} ago"
    if about == "publishes" and record.status:
        return f"the client publishes its status: {record.status}"
    if about == "publishes":
        return f"{registry(f)}; {standing(f).told}"
    if about == "waits" and waits(f):
        wanted = asking(f)
        return f"{registry(f)}; {f'{wanted[0].tool} asks' if wanted else 'nothing says which tool asks'}"
    if about == "dialog" and waits(f, DIALOG_OPEN):
        return f"{registry(f)}; {standing(f).told}"
    if about == "status" and level(f) != record.status:
        working = sum(agent.running for agent in teammates(f))
        return f"{registry(f)}, as long as its teammates exist ({working} at work); {standing(f).told}"
    if about in ("waits", "status", "dialog"):
        return registry(f)
    seen = [m for m in f.marks if m.mark == "seen"]
    marked = f"; {how_seen(seen[-1])} {age(f.now - seen[-1].t)} ago" if seen else ""
    return f"{standing(f).told}{marked}"


def _doubts(f: Facts, session: Session) -> list[str]:
    record, found = f.record, []
    if session.rule in ("unknown-status", "unknown-wait"):
        found.append("a newer cst may know these words; if not, please report them (`cst why --redact`)")
    if not record.status and not record.key_file and "is gone" not in record.lost:
        found.append("a client since 2.1.150 publishes its status")
    if not f.events and session.state not in ("ended", "stopped", "starting"):
        found.append("no hook has told anything: hooks (`cst hooks install`) tell which tool asks and how a turn ended")
    if session.rule == "interrupted" and not (f.tail and f.tail.last == "interrupted"):
        found.append("no line of the transcript says so: that the turn is over and nothing ended it is the evidence")
    if f.shared:
        found.append("two live processes share this session and its transcript: only hooks tell their turns apart")
    if f.tail and f.tail.skipped:
        found.append(f"{counted(f.tail.skipped, 'line')} of its transcript could not be used")
    if session.rule == "unreadable" and f.tail:
        found.append(f"make {f.tail.path} readable")
    return found


def _record(snapshot: Snapshot, session: Session) -> Record | None:
    pid = session.pid if session.pid is not None else -1
    mine = [r for r in snapshot.records if r.session_id == session.id and (r.pid == pid or session.pid is None)]
    return mine[0] if mine else None


def _sources(f: Facts, session: Session) -> list[Statement]:
    record = f.record
    status = record.status + (f", waitingFor {record.waiting_for}" if record.waiting_for else "")
    client = f"status {status or 'not written'} (client {record.version or 'unknown'})"
    found = [Statement("registry", client, record.status_at)]
    if f.process:
        lived = f", for {age(f.now - f.process.started_at)}" if f.process.started_at else ""
        process = f"pid {f.process.pid} is alive as {f.process.name}, state {f.process.state}{lived}"
        found.append(Statement("process", process, 0.0))
    found += [Statement("hooks", _event_words(event), event.t) for event in reversed(f.events[-5:])]
    if not f.events:
        none = "no event of this process: hooks are not installed, or not yet"
        gone = "no event was looked for: the process is gone"
        found.append(Statement("hooks", gone if session.state == "ended" and not f.process else none, 0.0))
    if f.tail:
        words = f"ends with: {f.tail.last or 'nothing decisive'} ({_read(f.tail)})"
        found.append(Statement("transcript", words, f.tail.last_at))
    else:
        found.append(Statement("transcript", "none: not prompted yet, or not needed for this state", 0.0))
    found += [Statement("marks", f"{mark.mark} {mark.by}".strip(), mark.t) for mark in reversed(f.marks[-3:])]
    where = f"{session.place.location}, pane {session.place.pane}" if session.place else "in no pane that cst can see"
    return [*found, Statement("tmux", where, 0.0)]


def _shared(snapshot: Snapshot, session: Session) -> list[Statement]:
    """Who else works in its checkout; [] if nobody does."""
    if not session.shared:
        return []
    others = [
        f"{record.name or record.session_id[:8]} (pid {record.pid})" for record in snapshot.records
        if record.pid in snapshot.processes and record.pid != session.pid
        and snapshot.shared.get(record.cwd) == session.shared and fleet.is_session(record)
    ]  # fmt: skip
    return [Statement("git", f"its checkout {session.shared} is shared with {', '.join(others)}", 0.0)]


def _read(tail: Transcript) -> str:
    """How much of a transcript was read, in words."""
    part = "all of it" if tail.read >= tail.size else f"the last {amount(tail.read)} of {amount(tail.size)}"
    return f"{part} was read" + (f", {counted(tail.skipped, 'line')} could not be used" if tail.skipped else "")


def _event_words(event: Event) -> str:
    about = event.payload.get("tool_name") or event.payload.get("source") or event.payload.get("error") or ""
    return f"{event.name} {about}".strip()
