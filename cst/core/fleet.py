"""A snapshot in, the fleet out: its sessions, most urgent first, each with its place in tmux. Pure.

Over 300 lines because all that a session takes from the other parts of a look stands together.
"""

from __future__ import annotations

from cst.core import annotation, rules
from cst.core.evidence import Facts, last_words, prompt_of, reused, standing
from cst.model import NEEDS_YOU, STATES, Place, Record, Session, Want
from cst.value import made

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TypeVar

    from cst.core.annotation import Annotation
    from cst.model import Client, Ended, Mark, Pane, Snapshot, Transcript

    T = TypeVar("T")

_GIVEN = ("user", "collision", "hook", "peer")  # whose word a name is; `collision`: the user's, made unique
_OPENS = NEEDS_YOU[:4]  # the states of an open dialog
_UP = "Claude Code"  # how a client calls its pane once it is at its prompt, until the conversation has a title
_ASKS = ("working", "compacting", "starting")  # a request may be under way, and the cache be warm again
_KILLED_STAYS, _KILLED_LISTED = 3600.0, 7 * 86400.0  # seconds in the list, and among the ended: its record stays


def sessions(snapshot: Snapshot) -> list[Session]:
    """All sessions of a snapshot, most urgent first. Ended ones only where the snapshot looked for them; killed ones
    for an hour in any case, unless the user does not miss them."""
    joins = Joins(snapshot)
    found = [_session(snapshot, record, joins) for record in snapshot.records if is_session(record)]
    alive = {session.id for session in found if session.state != "ended"} | joins.moved
    oldest = snapshot.now - (_KILLED_LISTED if snapshot.ended else _KILLED_STAYS)
    found = [s for s in found if s.state != "ended" or (s.id not in alive and s.since >= oldest)]
    if not snapshot.ended:
        found = [s for s in found if s.state != "ended" or not _is_dismissed(s, joins)]
    known = {session.id for session in found}
    found += [_ended(snapshot, one, joins) for one in snapshot.ended if one.session_id not in known]
    return sorted(found, key=urgency)


def _is_dismissed(session: Session, joins: Joins) -> bool:
    made = [mark for mark in joins.marks(session.id) if mark.t >= session.since]
    return any((mark.mark, mark.value) == ("dismiss", "") for mark in made)


def is_session(record: Record) -> bool:
    """Whether a record is of a session of its own: not of a daemon, of a background process that waits for a
    conversation, of one whose conversation went on in the background, or of a worker of another session."""
    return not (record.kind.startswith("daemon") or record.kind == "teammate" or record.spare or record.parked)


def given_name(record: Record) -> str:
    """The name that somebody gave a session in its client; "" for one that the client made up."""
    return record.name if record.name_by in _GIVEN else ""


def kind_of(kind: str, entrypoint: str) -> str:
    """Who drives a session, by kind and entrypoint as the client writes them: a person at a terminal (interactive,
    background), or another program. A program that is not known is called by its own name."""
    if kind == "bg":
        return "background"
    if entrypoint in ("", "cli"):
        return "interactive"
    if entrypoint == "sdk-cli":
        return "headless"
    for word, told in (("sdk", "sdk"), ("vscode", "editor"), ("jetbrains", "editor"), ("desktop", "desktop"),
                       ("local-agent", "desktop"), ("remote", "remote")):  # fmt: skip
        if word in entrypoint:
            return told
    name = entrypoint.removeprefix("claude-")
    return name if len(name) <= 16 and name.replace("-", "").isascii() and name.replace("-", "").isalnum() else "other"


def urgency(session: Session) -> tuple[bool, float, int, bool, float, float]:
    """The sort key: pinned first, then those that need the user and have a weight, then by state, weight, and the
    longest wait. A pin puts one that has ended, or is archived, no further up than to the head of its like."""
    rank, quiet = STATES.index(session.state), STATES.index("unknown")
    rank = min(rank, quiet - 1) if session.needs_you else max(rank, quiet)
    since = -session.since if session.state == "ended" else session.since
    first = -max(0.0, session.weight) if session.needs_you else 0.0
    on_top = session.pinned and session.state != "ended" and not session.archived
    return not on_top, first, rank, not session.pinned, -session.weight, since


class Joins:
    """What a snapshot knows of all sessions, by that by which each finds its own: made in one pass, asked by each."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._marks = snapshot.marks
        self._marked = _where([mark.key for mark in snapshot.marks])
        self._panes = snapshot.panes
        self._running = _where([pane.pid for pane in snapshot.panes])
        self._terminals = _where([pane.device for pane in snapshot.panes])
        self._windows: dict[tuple[str, str, str], int] = {}  # how many panes each has
        self.ended = {one.session_id: one.transcript for one in snapshot.ended}  # those that were killed among them
        self.live: dict[str, int] = {}  # how many live processes have a session id
        self.own = {r.pid for r in snapshot.records if not r.elsewhere and not r.key_file}  # processes with a session
        self.parked = {r.parked: r for r in snapshot.records if r.parked}  # by the job that its conversation went on in
        self.moved = {r.session_id for r in self.parked.values()}
        self.jobs = _viewed(snapshot)
        for record in snapshot.records:
            process = snapshot.processes.get(record.pid)
            own = record.session_id and not record.elsewhere and not record.parked
            if process and own and not reused(record, process):
                self.live[record.session_id] = self.live.get(record.session_id, 0) + 1

    def marks(self, *keys: str) -> list[Mark]:
        """The marks with one of these keys, in the order of the log."""
        return [self._marks[i] for i in sorted({i for key in keys if key for i in self._marked.get(key, ())})]

    def panes(self, pids: Sequence[int]) -> list[Pane]:
        """The panes that run one of these processes, in tmux's order."""
        return [self._panes[i] for i in sorted({i for pid in pids for i in self._running.get(pid, ())})]

    def panes_in(self, pane: Pane) -> int:
        """How many panes the window of this pane has."""
        if not self._windows:
            for one in self._panes:
                window = one.socket, one.session_id, one.window_id
                self._windows[window] = self._windows.get(window, 0) + 1
        return self._windows.get((pane.socket, pane.session_id, pane.window_id), 0)

    def panes_of(self, terminal: int) -> list[Pane]:
        """The panes whose terminal has this number; none for 0."""
        return [self._panes[i] for i in self._terminals.get(terminal, ())] if terminal else []


def _viewed(snapshot: Snapshot) -> list[tuple[str, int, bool]]:
    """What shows background sessions: the name or the id of the job, the terminal, and whether it is a name only. The
    argument of an attach is either; a process whose own conversation was moved away shows the job that its pane is
    called after, or just the list."""
    found = [(shows, int(terminal), False) for terminal, shows in snapshot.attached.items()]
    if moved := [record for record in snapshot.records if record.parked]:
        titles = {pane.device: pane.title for pane in snapshot.panes if pane.device}
        shown = [snapshot.processes[record.pid] for record in moved if record.pid in snapshot.processes]
        found += [(titles[one.tty], one.tty, True) for one in shown if one.front and one.tty in titles]
    return found


def _where(names: Sequence[T]) -> dict[T, list[int]]:
    """The places of each name in a sequence."""
    found: dict[T, list[int]] = {}
    for place, name in enumerate(names):
        found.setdefault(name, []).append(place)
    return found


def facts_of(snapshot: Snapshot, record: Record, joins: Joins | None = None) -> Facts:
    """What was seen of one record's session; with the `joins` of the snapshot where many are asked for."""
    joins = joins or Joins(snapshot)
    before = joins.parked.get(record.job) if record.job else None  # the same session before it was moved
    process = None if record.elsewhere else snapshot.processes.get(record.pid)
    if record.key_file and process and any(pane.title == _UP for pane in joins.panes_of(process.tty)):
        record = record._replace(key_file=False, lost="its registry record is gone")  # it is past its start
    pids = (0, record.inner_pid or record.pid, record.pid)
    return made(Facts, {
        "now": snapshot.now,
        "record": record,
        "process": process,
        "events": [e for e in snapshot.events.get(record.session_id, ()) if e.pid in pids],
        "tail": snapshot.transcripts.get(record.session_id) or joins.ended.get(record.session_id),
        "marks": joins.marks(record.key, record.session_id, *((before.key, before.session_id) if before else ())),
        "utc_offset": snapshot.utc_offset,
        "shared": joins.live.get(record.session_id, 0) > 1,
        "boot": snapshot.boot,
        "zones": snapshot.zones,
    })  # fmt: skip


def _session(snapshot: Snapshot, record: Record, joins: Joins) -> Session:
    f = facts_of(snapshot, record, joins)
    tail = f.tail
    rule, verdict = rules.decide(f)
    over = verdict.state in ("ended", "elsewhere")
    since = min(verdict.since, f.now)  # a clock that was ahead wrote moments that are still to come
    restored = any(mark.mark == "restored" for mark in f.marks)  # then it is of a process before this one
    looked_from = max(since, standing(f).seen_from) if restored else since
    place, watched = (None, False) if over else _place(snapshot, f, looked_from, joins)
    kind = kind_of(record.kind, record.entrypoint)
    needs = verdict.state in NEEDS_YOU if verdict.needs is None else verdict.needs
    marks = f.marks
    if f.shared:  # a snooze is for one process; the id brings it back where that is gone
        marks = [mark for mark in marks if mark.mark != "snooze" or mark.key != record.session_id]
    marked = annotation.of(marks, f.now, since, verdict.state in _OPENS)
    return made(Session, {
        "key": (record.session_id or str(record.pid)) if over else record.key,
        "id": record.session_id,
        "pid": None if over else record.pid,
        "state": verdict.state,
        "since": since,
        "because": verdict.because + _hidden(marked, f.now),
        "rule": rule,
        "needs_you": needs and kind in ("interactive", "background") and not (marked.snoozed or marked.archived),
        "wants": verdict.wants,
        "doing": _doing(f) if verdict.state == "working" else None,
        "name": marked.name or given_name(record),
        "title": tail.title if tail else "",
        "tags": marked.tags,
        "pinned": marked.pinned,
        "snoozed": marked.snoozed,
        "snoozed_until": marked.snoozed_until,
        "note": marked.note,
        "archived": marked.archived,
        "weight": _weight(snapshot, record.cwd) if snapshot.weights else 0.0,
        "visited": max((m.t for m in f.marks if m.mark == "visit"), default=0.0),
        "cwd": record.cwd,
        "repository": snapshot.repositories.get(record.cwd, ""),
        "branch": snapshot.branches.get(record.cwd) or _branch(tail),
        "shared": "" if over else snapshot.shared.get(record.cwd, ""),
        "model": tail.model if tail else "",
        "tokens": tail.tokens if tail else None,
        "cold": None if over or verdict.state in _ASKS else cold_tokens(tail, f.now),
        "cost": tail.cost if tail and not f.shared else None,  # each process of a shared one has an account of its own
        "tasks": snapshot.tasks.get(record.session_id),
        "last_prompt": (tail.last_prompt if tail else "") or prompt_of(f),
        "last_words": last_words(f),
        "place": place,
        "hidden": not (over or place) and any(source == "tmux" for source, _ in snapshot.problems),
        "watched": watched,
        "kind": kind,
        "client_version": record.version,
        "config_dir": record.config_dir,
        "transcript": tail,
        "sources": _sources(f),
    })  # fmt: skip


def _weight(snapshot: Snapshot, folder: str) -> float:
    """What the settings weigh a folder: by the first pattern that it matches."""
    from fnmatch import fnmatchcase  # few people have weights

    return next((weight for pattern, weight in snapshot.weights.items() if fnmatchcase(folder, pattern)), 0.0)


def cold_tokens(tail: Transcript | None, now: float) -> int | None:
    """How many tokens the next message costs anew because the prompt cache has forgotten them; None where it has not,
    or nothing proves that it has."""
    if tail is None or not 0 < tail.cached_until <= now:
        return None
    return tail.tokens if tail.uncached is None else tail.uncached


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
    f, tail = facts_of_ended(snapshot, one, joins), one.transcript
    rule, verdict = rules.decide(f)
    marked = annotation.of(f.marks, snapshot.now)
    return Session(
        key=one.session_id, id=one.session_id, pid=None, state=verdict.state, since=verdict.since,
        because=verdict.because, rule=rule, name=marked.name, title=tail.title, tags=marked.tags, pinned=marked.pinned,
        note=marked.note, archived=marked.archived, cwd=tail.cwd, branch=_branch(tail), model=tail.model,
        tokens=tail.tokens, cost=tail.cost, last_prompt=tail.last_prompt, last_words=tail.last_words,
        kind=kind_of(tail.session_kind, tail.entrypoint), client_version=tail.version, config_dir=one.config_dir,
        transcript=tail, sources=("transcript",),
    )  # fmt: skip


def facts_of_ended(snapshot: Snapshot, one: Ended, joins: Joins | None = None) -> Facts:
    """What was seen of a session that history found: its transcript and its marks."""
    marks = joins.marks(one.session_id) if joins else [m for m in snapshot.marks if m.key == one.session_id]
    return Facts(snapshot.now, Record(0, "", one.session_id), None, (), one.transcript, marks)


def _hidden(marked: Annotation, now: float) -> str:
    """What `because` says of an archived session, or of a snooze; "" where there is neither."""
    if marked.archived:
        return "; you archived it, so it needs nobody"
    if not marked.snoozed:
        return ""
    left = annotation.snooze_left(marked.snoozed_until, now)
    return f"; you snoozed it, {left}{' to go' if marked.snoozed_until else ''}"


def _place(snapshot: Snapshot, f: Facts, since: float, joins: Joins) -> tuple[Place | None, bool]:
    """Where the session is in tmux, and whether somebody has looked at it there since."""
    panes = _panes(f, joins)
    if not panes:
        return None, False
    front = _in_front(f, panes)
    best = max(panes, key=lambda pane: (pane.attached, pane.shown))
    place = made(Place, {
        "socket": best.socket,
        "session": best.session,
        "window": best.window_index,
        "pane": best.id,
        "location": f"{best.session}:{best.window_index}.{best.pane_index}",
        "target": f"={best.session_id}:{best.window_id}.{best.id}",
        "front": front,
        "alone": joins.panes_in(best) == 1,
    })  # fmt: skip
    return place, front and any(_looks(client, pane, since) for pane in panes for client in snapshot.clients)


def _panes(f: Facts, joins: Joins) -> list[Pane]:
    """The pane that shows a session; one entry for each tmux session that the window is linked into.

    It is the pane of the process's own terminal, else that of a terminal that an ancestor is in front of and passes on
    (script, ssh, an editor): the nearest one in any pane, and none where that is a job behind its shell, or has a
    session of its own, which is what it shows. What was inherited proves nothing: the environment, or that a pane's
    shell is an ancestor. A background session is where a terminal shows it, whoever started it.
    """
    process = f.process
    if not process:
        return []
    if f.record.kind == "bg":
        return _views(f.record, joins)
    if not process.fronts and (process.ancestors or not process.tty):  # an older recording, or no /proc
        return joins.panes((f.record.pid, *process.ancestors))
    if own := joins.panes_of(process.tty):
        return own
    for ancestor, terminal in zip(process.ancestors, process.fronts, strict=False):
        if not process.tty or ancestor in joins.own:
            break
        if shown := joins.panes_of(abs(terminal)):
            return shown if terminal > 0 else []
    return []


def _views(record: Record, joins: Joins) -> list[Pane]:
    """The panes that show a background session now."""
    for shows, terminal, by_name in joins.jobs:
        if is_shown_as(record, shows, by_name):
            return joins.panes_of(terminal)
    return []


def is_shown_as(record: Record, shows: str, by_name: bool) -> bool:
    """Whether a view of `shows` is one of this background session: by its name or, unless it is a name for certain, by
    its id or the beginning of that."""
    by_id = shows in (record.job, record.session_id) or (len(shows) >= 4 and record.job.startswith(shows))
    return bool(shows) and (shows == record.name or (by_id and not by_name))


def _in_front(f: Facts, panes: Sequence[Pane]) -> bool:
    """Whether a pane shows this session, and no other program that was started in front of it."""
    process = f.process
    assert process
    if process.state in ("T", "t"):
        return False
    return process.front or not any(pane.device == process.tty for pane in panes)


def _looks(client: Client, pane: Pane, since: float) -> bool:
    here = pane.shown and client.socket == pane.socket and client.session_id == pane.session_id
    return here and client.activity > since
