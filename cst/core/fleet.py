"""A snapshot in, the fleet out: its sessions, most urgent first, each with its place in tmux. Pure."""

from __future__ import annotations

from cst.core import annotation, rules
from cst.core.evidence import Facts, last_words, prompt_of
from cst.model import NEEDS_YOU, STATES, Place, Session, Want
from cst.text import age

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, TypeVar

    from cst.core.annotation import Annotation
    from cst.model import Client, Ended, Mark, Pane, Record, Snapshot, Transcript

    T = TypeVar("T")

_KILLED_STAYS = 3600.0  # a killed session stays in the list for an hour
_KILLED_LISTED = 7 * 86400.0  # and among the ended ones for a week: nobody removes its registry file


def sessions(snapshot: Snapshot) -> list[Session]:
    """All sessions of a snapshot, most urgent first. Ended ones only where the snapshot looked for them,
    killed ones for an hour in any case."""
    joins = Joins(snapshot)
    found = [_session(snapshot, record, joins) for record in snapshot.records if not record.kind.startswith("daemon")]
    alive = {session.id for session in found if session.state != "ended"}
    oldest = snapshot.now - (_KILLED_LISTED if snapshot.ended else _KILLED_STAYS)
    found = [s for s in found if s.state != "ended" or (s.id not in alive and s.since >= oldest)]
    known = {session.id for session in found}
    found += [_ended(snapshot, one, joins) for one in snapshot.ended if one.session_id not in known]
    return sorted(found, key=urgency)


def urgency(session: Session) -> tuple[bool, int, float]:
    """The sort key: pinned first, then by state, then the longest wait."""
    rank = STATES.index(session.state)
    if session.state in NEEDS_YOU and not session.needs_you:
        rank = STATES.index("unknown")
    since = -session.since if session.state == "ended" else session.since
    return not session.pinned, rank, since


class Joins:
    """What a snapshot knows of all sessions, by that by which each finds its own: made in one pass, asked by each."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._marks = snapshot.marks
        self._marked = _where([mark.key for mark in snapshot.marks])
        self._panes = snapshot.panes
        self._running = _where([pane.pid for pane in snapshot.panes])
        self.live: dict[str, int] = {}  # how many live processes have a session id
        for record in snapshot.records:
            if record.pid in snapshot.processes:
                self.live[record.session_id] = self.live.get(record.session_id, 0) + 1

    def marks(self, *keys: str) -> list[Mark]:
        """The marks with one of these keys, in the order of the log."""
        return [self._marks[i] for i in sorted({i for key in keys if key for i in self._marked.get(key, ())})]

    def panes(self, pids: Sequence[int]) -> list[Pane]:
        """The panes that run one of these processes, in tmux's order."""
        return [self._panes[i] for i in sorted({i for pid in pids for i in self._running.get(pid, ())})]


def _where(names: Sequence[T]) -> dict[T, list[int]]:
_GIVEN = ("user", "collision", "hook", "peer")  # whose word a name is; `collision`: the user's, made unique


    """The places of each name in a sequence."""
    found: dict[T, list[int]] = {}
    for place, name in enumerate(names):
        found.setdefault(name, []).append(place)
    return found


def facts_of(snapshot: Snapshot, record: Record, joins: Joins | None = None) -> Facts:
    """What was seen of one record's session; with the `joins` of the snapshot where many are asked for."""
    joins = joins or Joins(snapshot)
    return Facts(
        now=snapshot.now,
        record=record,
        process=snapshot.processes.get(record.pid),
        events=[e for e in snapshot.events.get(record.session_id, ()) if e.pid in (0, record.pid)],
        tail=snapshot.transcripts.get(record.session_id),
        marks=joins.marks(record.key, record.session_id),
        utc_offset=snapshot.utc_offset,
        shared=joins.live.get(record.session_id, 0) > 1,
    )


def _session(snapshot: Snapshot, record: Record, joins: Joins) -> Session:
    f = facts_of(snapshot, record, joins)
    rule, verdict = rules.decide(f)
    over = verdict.state == "ended"
    place, watched = (None, False) if over else _place(snapshot, f, verdict.since, joins)
    kind = "headless" if record.entrypoint == "sdk-cli" else "background" if record.kind == "bg" else "interactive"
    marked = annotation.of(f.marks, f.now, verdict.since)
    return Session(
        key=(record.session_id or str(record.pid)) if over else record.key,
        id=record.session_id,
        pid=None if over else record.pid,
        state=verdict.state,
        since=verdict.since,
        because=verdict.because + _snooze(marked, f.now),
        rule=rule,
        needs_you=verdict.state in NEEDS_YOU and kind != "headless" and not marked.snoozed,
        wants=verdict.wants,
        doing=_doing(f) if verdict.state == "working" else None,
        place=place,
        hidden=not (over or place) and any(source == "tmux" for source, _ in snapshot.problems),
        watched=watched,
        visited=max((m.t for m in f.marks if m.mark == "visit"), default=0.0),
        cwd=record.cwd,
        branch=snapshot.branches.get(record.cwd) or _branch(f.tail),
        tasks=snapshot.tasks.get(record.session_id),
        last_prompt=(f.tail.last_prompt if f.tail else "") or prompt_of(f),
        last_words=last_words(f),
        kind=kind,
        client_version=record.version,
        config_dir=record.config_dir,
        sources=_sources(f),
        **_of_marks(marked, record.name if record.name_by in _GIVEN else ""),
        **_of_transcript(f.tail),
    )


def _of_marks(marked: Annotation, name: str) -> dict[str, Any]:
    """The fields that the user's marks decide; `name` where they give none."""
    return {
        "name": marked.name or name, "tags": marked.tags, "pinned": marked.pinned, "snoozed": marked.snoozed,
        "snoozed_until": marked.snoozed_until,
    }  # fmt: skip


def _of_transcript(tail: Transcript | None) -> dict[str, Any]:
    """The fields that the transcript alone decides."""
    if tail is None:
        return {}
    return {"title": tail.title, "model": tail.model, "tokens": tail.tokens, "cost": tail.cost, "transcript": tail}


def _branch(tail: Transcript | None) -> str:
    return tail.branch if tail and tail.branch != "HEAD" else ""


def _doing(f: Facts) -> Want | None:
    """The tool that runs. It may have waited for approval after it was called."""
    tool = next(iter(f.tail.open_tools()), None) if f.tail else None
    if tool is None:
        return None
    since = max(tool.started, f.record.status_at) if f.record.status == "busy" else tool.started
    return Want(tool.name, tool.detail, since)


def _sources(f: Facts) -> tuple[str, ...]:
    spoke = (
        ("registry", bool(f.record.session_id)),
        ("hooks", bool(f.events)),
        ("transcript", f.tail is not None and f.tail.last != "unreadable"),
        ("process", f.process is not None),
    )
    return tuple(name for name, yes in spoke if yes)


def _ended(snapshot: Snapshot, one: Ended, joins: Joins) -> Session:
    tail = one.transcript
    because = f"its transcript was last written {age(snapshot.now - tail.mtime)} ago and no live process has it"
    marked = annotation.of(joins.marks(one.session_id), snapshot.now)
    return Session(
        key=one.session_id, id=one.session_id, pid=None, state="ended", since=tail.mtime, because=because, rule="ended",
        cwd=tail.cwd, branch=_branch(tail), last_prompt=tail.last_prompt, client_version=tail.version,
        config_dir=one.config_dir, kind="interactive", sources=("transcript",),
        **_of_marks(marked._replace(snoozed=False, snoozed_until=0.0), ""), **_of_transcript(tail),
    )  # fmt: skip


def _snooze(marked: Annotation, now: float) -> str:
    """What `because` says of a snooze; "" where there is none."""
    if not marked.snoozed:
        return ""
    left = annotation.snooze_left(marked.snoozed_until, now)
    return f"; you snoozed it, {left}{' to go' if marked.snoozed_until else ''}"


def _place(snapshot: Snapshot, f: Facts, since: float, joins: Joins) -> tuple[Place | None, bool]:
    """Where the session is in tmux, and whether somebody has looked at it there since."""
    panes = _panes(snapshot.panes, f, joins)
    if not panes:
        return None, False
    best = max(panes, key=lambda pane: (pane.attached, pane.shown))
    return Place(
        socket=best.socket,
        session=best.session,
        window=best.window_index,
        pane=best.id,
        location=f"{best.session}:{best.window_index}.{best.pane_index}",
        target=f"={best.session_id}:{best.window_id}.{best.id}",
    ), any(_looks(client, pane, since) for pane in panes for client in snapshot.clients)


def _panes(panes: Sequence[Pane], f: Facts, joins: Joins) -> list[Pane]:
    """The pane whose process is an ancestor; one entry for each tmux session that the window is linked into.

    Where the process was detached from the pane's tree (systemd-run --pty), the hook's or its own environment's word.
    """
    if not f.process:
        return []
    inside = joins.panes((f.record.pid, *f.process.ancestors))
    if inside or not f.process.tty:
        return inside
    said = [(e.tmux, e.pane) for e in reversed(f.events) if e.pane][:1]
    said += [(f.process.environ.get("TMUX", ""), f.process.environ.get("TMUX_PANE", ""))]
    for tmux, pane_id in said:
        named = [p for p in panes if p.id == pane_id and p.socket == tmux.partition(",")[0]]
        if named:
            return named
    return []


def _looks(client: Client, pane: Pane, since: float) -> bool:
    here = pane.shown and client.socket == pane.socket and client.session_id == pane.session_id
    return here and client.activity > since
