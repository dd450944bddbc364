"""Sessions that were lost or parked: what is left of them in the registry, the event log, the notes of where they lived
and their transcripts, put together for `core/loss.py` to judge. Imported only where somebody asks for them.

Over 300 lines because all that is left of a session is put together here.
"""

from __future__ import annotations

import os
import time

from cst.claude import arguments, closing, history, killed, prompt_queue, transcript
from cst.core import fleet, loss
from cst.core.annotation import by_key, of
from cst.core.loss import Last, Trace
from cst.core.questions import asks
from cst.model import Ended, Event, Record, Session, Snapshot, Transcript, is_session_id
from cst.store import events, marks, places
from cst.system import processes, tmux
from cst.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cst.core.loss import Verdict
    from cst.model import Mark
    from cst.settings import Settings
    from cst.store.places import Note, Notes

MARKS, TRANSCRIPTS = "marks", "transcripts"  # sources, as problems name them


class Lost(Value):
    """A session that may be restored. `seen` is the last sign of it, in epoch seconds."""

    session: Session
    verdict: Verdict
    seen: float
    note: Note | None  # where it lived, as far as that was noted
    wrong: str = ""  # why it cannot be restored; "" = it can
    tasks: tuple[str, ...] = ()  # what may go on by itself once it is restored, as the hooks told
    end_seen: bool = False  # whether `seen` is its end, as the hooks told; else it was last seen alive then
    stands: str = ""  # how its last turn does, by `loss.stands`
    queued: tuple[str, ...] = ()  # the prompts that were queued in it, and went with it


class _Remains(Value):
    """What is left of one session."""

    id: str
    record: Record | None = None
    log: tuple[Event, ...] = ()
    note: Note | None = None
    tail: Transcript | None = None
    unread: bool = False  # it has a transcript, or may have one, which cannot be read


class Missed(Value):
    """What may be restored, and which sources could not be read. Where those are not empty, there may be more that was
    lost; and where the marks are among them, those that somebody ended or dismissed are in it too."""

    lost: Sequence[Lost]
    problems: Sequence[tuple[str, str]]  # as those of a snapshot: source, message
    parked: Sequence[Session] = ()  # those that live on in the process in which they were parked

    def without_marks(self) -> bool:
        """Whether nobody can tell which of these were ended or dismissed."""
        return any(source == MARKS for source, _ in self.problems)


def find_one(settings: Settings, snapshot: Snapshot, sessions: Sequence[Session], session_id: str) -> Lost | None:
    """This one, if it may be missed; the others are read only where theirs tells how it ended."""
    found = find(settings, snapshot, sessions, session_id).lost
    if found and found[0].verdict.how in (loss.UNKNOWN, loss.DISMISSED):  # others of its tmux server may decide
        found = [one for one in find(settings, snapshot, sessions).lost if one.session.id == session_id]
    return found[0] if found else None


def find(settings: Settings, snapshot: Snapshot, sessions: Sequence[Session], only: str = "") -> Missed:
    """Those of the last days that may be missed, the newest first; `sessions` are those of the snapshot. `only` this
    one, as far as it tells by itself."""
    now = snapshot.now
    oldest = now - settings.ended_days * 86400
    problems: list[tuple[str, str]] = []
    notes = _notes(settings, problems)
    made = _marks(settings, problems)
    live = {session.id: session for session in sessions if session.state != "ended"}
    found = [one for one in _remains(settings, snapshot, notes, oldest, problems, only) if _may_be_missed(one, live)]
    traces = [_trace(snapshot, one, live.get(one.id), made.get(one.id, ()), problems) for one in found]
    verdicts = loss.judge(traces, dict(notes.servers))
    lost = [
        _lost(settings, snapshot, one, verdicts[trace.id], trace, made, live.get(one.id), problems)
        for one, trace in zip(found, traces, strict=True) if trace.id in verdicts
    ]  # fmt: skip
    parked = {note.key for note in notes.sessions.values() if note.parked}
    return Missed(
        sorted(lost, key=lambda one: -one.seen), list(dict.fromkeys(problems)),
        [session for session in live.values() if session.key in parked],
    )  # fmt: skip


def restorable(settings: Settings, found: Missed) -> list[str]:
    """The ids of those that were lost, and can be restored; none where nobody can tell which were ended or dismissed.
    Those of another config folder may live: only its registry would say so."""
    lost = [one.session for one in found.lost if one.verdict.how == loss.LOST and not one.wrong]
    return [] if found.without_marks() else [one.id for one in lost if settings.config_dir(one.config_dir)]


def _note(problems: list[tuple[str, str]], source: str, error: OSError, path: str) -> None:
    """Name a file that cannot be read."""
    problems.append((source, f"cannot read {error.filename or path}: {error.strerror}"))


def _notes(settings: Settings, problems: list[tuple[str, str]]) -> Notes:
    try:
        return places.read(settings)
    except OSError as error:
        _note(problems, "places", error, settings.places_file)
        return places.Notes()


def _marks(settings: Settings, problems: list[tuple[str, str]]) -> dict[str, list[Mark]]:
    try:
        return by_key(marks.read(settings.marks_file)[0])
    except OSError as error:
        _note(problems, MARKS, error, settings.marks_file)
        return {}


def _remains(
    settings: Settings, snapshot: Snapshot, notes: Notes, oldest: float, problems: list[tuple[str, str]], only: str
) -> list[_Remains]:
    """Everything that is left of every session since then, or `only` of this one; those that live among them."""
    dead = {
        record.session_id: record for record in snapshot.records
        if places.is_persons(record) and not processes.is_alive(record.pid, record.start)
    }  # fmt: skip
    noted = [note.id for note in notes.sessions.values() if note.parked or note.t >= oldest]
    ids = {*dead, *noted, *_logged(settings, oldest, problems)}
    uptime = processes.uptime()
    found = []
    for session_id in sorted(ids & {only} if only else ids):
        try:
            log = events.read(settings.events_dir, session_id, snapshot.now, uptime)[0]
        except FileNotFoundError:
            log = ()
        except OSError as error:
            _note(problems, "events", error, settings.events_dir)
            log = ()
        one = _Remains(session_id, dead.get(session_id), log, notes.sessions.get(session_id))
        before = len(problems)
        tail = _tail(settings, one, problems)
        found.append(one._replace(tail=tail, unread=tail is None and len(problems) > before))
    return found


def _logged(settings: Settings, oldest: float, problems: list[tuple[str, str]]) -> list[str]:
    """The ids of the sessions that the hooks told of since then."""
    try:
        return [name for name in events.written_since(settings.events_dir, oldest) if is_session_id(name)]
    except OSError as error:
        _note(problems, "events", error, settings.events_dir)
        return []


def _tail(settings: Settings, one: _Remains, problems: list[tuple[str, str]]) -> Transcript | None:
    """The end of its transcript; None where there is none, or none that can be read."""
    cwd = _cwd(one)
    known = one.record.config_dir if one.record else one.note.config_dir if one.note else ""
    for config_dir in dict.fromkeys((known, *settings.config_dirs)):
        path = ""
        try:
            path = transcript.locate(config_dir, cwd, one.id) if config_dir else ""
            if path:
                return history.peek(path)
        except OSError as error:
            _note(problems, TRANSCRIPTS, error, path or config_dir)
    return None


def _cwd(one: _Remains) -> str:
    """The folder that it was started in, as the first of its sources tells."""
    if one.record or one.note:
        return one.record.cwd if one.record else one.note.cwd if one.note else ""
    return next((str(event.payload["cwd"]) for event in reversed(one.log) if event.payload.get("cwd")), "")


def _may_be_missed(one: _Remains, live: dict[str, Session]) -> bool:
    """Whether it is a session that a person had in a terminal, and that has a conversation. Of one that lives, whether
    it lived in another process before."""
    tail = one.tail
    if tail and (tail.continued or tail.session_kind or tail.entrypoint not in ("", "cli")):
        return False  # it went on under another id; it was in the background, or no person's
    if session := live.get(one.id):
        before = {one.note.key if one.note else "", one.record.key if one.record else ""} - {""}
        return bool(before - {session.key})
    said = (tail and not history.is_empty(tail)) or one.unread or events.prompted(one.log)
    return bool(said or (one.note and one.note.parked))


def _trace(
    snapshot: Snapshot, one: _Remains, live: Session | None, made: Sequence[Mark], problems: list[tuple[str, str]]
) -> Trace:
    last = one.log[-1] if one.log else None
    ended = last is not None and last.name == "SessionEnd"
    closed = _closed(one.tail, problems)
    seen = max(last.t if last else 0.0, one.tail.mtime if one.tail else 0.0, one.note.t if one.note else 0.0)
    if ended and last:
        seen = last.t
    seen = seen or (one.record.written_at if one.record else 0.0)
    server = last.tmux.rpartition(",")[0] if last and last.tmux else ""
    if not server and one.note and one.note.socket:
        server = f"{one.note.socket},{one.note.server}"
    return Trace(
        id=one.id, seen=seen, pid=(live.pid or 1) if live else _lives(one, last),
        left=_left(one, closed, ended),
        hooked=last is not None, reason=str(last.payload.get("reason") or "") if ended and last else None,
        closed=closed, server=server, server_lives=_serves(server, seen, snapshot),
        before_boot=seen < snapshot.boot, parked=one.note.parked if one.note else 0.0,
        dismissed=_said(made, ""), ended=_said(made, "ended"),
    )  # fmt: skip


def _said(made: Sequence[Mark], value: str) -> float:
    return max((mark.t for mark in made if (mark.mark, mark.value) == ("dismiss", value)), default=0.0)


def _left(one: _Remains, closed: bool | None, ended: bool) -> bool:
    """Whether its record is, or was seen, left behind; not where it was resumed since, and ended in order."""
    written = one.tail.mtime if closed and one.tail else 0.0
    if one.record:
        return not killed.closed_later(one.record, written)
    return bool(one.note and one.note.left and not ended and written <= one.note.t + 5)


def _closed(tail: Transcript | None, problems: list[tuple[str, str]]) -> bool | None:
    try:
        return closing.ends_in_order(tail.path) if tail else None
    except OSError as error:
        _note(problems, TRANSCRIPTS, error, tail.path if tail else "")
        return None


def _lives(one: _Remains, last: Event | None) -> int:
    """The process of its last event, where that still runs, though no record says so; 0 = none."""
    if last is None or not last.pid or last.name == "SessionEnd" or one.record:
        return 0
    process = processes.read([last.pid], time.time()).get(last.pid)
    return last.pid if process and process.name == "claude" and process.started_at <= last.t + 2 else 0


def _serves(server: str, seen: float, snapshot: Snapshot) -> bool:
    """Whether the tmux server that somebody was in then still runs."""
    pid = server.rpartition(",")[2]
    if not pid.isdecimal() or seen < snapshot.boot:
        return False
    process = processes.read([int(pid)], snapshot.now).get(int(pid))
    return bool(process and process.started_at <= seen + 2 and tmux.serves(int(pid)))


def _lost(
    settings: Settings, snapshot: Snapshot, one: _Remains, verdict: Verdict, trace: Trace,
    made: dict[str, list[Mark]], live: Session | None, problems: list[tuple[str, str]],
) -> Lost:  # fmt: skip
    session = live or _session(settings, snapshot, one, trace.seen, made.get(one.id, ()), problems)
    note = _judged(one.note, _folder(one, session.cwd)) if one.note else None
    wrong = "" if live else _wrong(one, session.cwd)
    found = Lost(session, verdict, trace.seen, note, wrong, loss.tasks(one.log), trace.reason is not None)
    if live or not session.transcript:
        return found
    last = _last(one, made)
    return found._replace(
        stands=loss.stands(session.transcript, last, asks(session.last_words)), queued=_queued(one, last, problems)
    )


def _last(one: _Remains, made: dict[str, list[Mark]]) -> Last:
    """What is known of its last process."""
    record, note, log = one.record, one.note, one.log
    told = log[-1].pid if log else 0
    pid = str(record.pid if record else told) if record or told else note.key.partition(".")[0] if note else ""
    start = next((event.t for event in reversed(log) if event.name == "SessionStart"), 0.0)
    keys = [key for key in made if key == one.id or (pid and key.startswith(f"{pid}."))]
    about = [mark for key in keys for mark in made[key]]
    return Last(
        max(record.started_at if record else 0.0, start), note.state if note else "", note.t if note else 0.0,
        bool(record and record.status in ("busy", "waiting")), bool(pid), sorted(about, key=lambda mark: mark.t),
    )  # fmt: skip


def _queued(one: _Remains, last: Last, problems: list[tuple[str, str]]) -> tuple[str, ...]:
    try:
        return tuple(prompt_queue.waiting(one.tail.path, last.began)) if one.tail else ()
    except OSError as error:
        _note(problems, TRANSCRIPTS, error, one.tail.path if one.tail else "")
        return ()


def _judged(note: Note, folder: str) -> Note:
    """With those arguments that may be given again today: an older cst may have noted more, or the file that one names
    may say something else by now."""
    given = arguments.judge(note.arguments, folder)
    return note._replace(arguments=given.again, withheld=tuple(dict.fromkeys([*note.withheld, *given.withheld])))


def _folder(one: _Remains, cwd: str) -> str:
    """Where it is resumed."""
    return transcript.started_in(one.tail.path, cwd) if one.tail else cwd


def _session(
    settings: Settings, snapshot: Snapshot, one: _Remains, seen: float, made: Sequence[Mark],
    problems: list[tuple[str, str]],
) -> Session:  # fmt: skip
    """The session as everything else shows it; without a transcript, what the other sources tell."""
    config_dir = one.record.config_dir if one.record else one.note.config_dir if one.note else settings.config_dirs[0]
    if one.tail:
        folder = one.tail.path.rpartition("/projects/")[0]  # the config folder that it lies in
        ended = Ended(one.id, _with_its_end(one.tail, problems), folder or config_dir)
        found = Snapshot(now=snapshot.now, ended=[ended], marks=made, home=settings.home)
        session = fleet.sessions(found)[0]
        name = session.name or (fleet.given_name(one.record) if one.record else "")
        return session._replace(cwd=session.cwd or _cwd(one), name=name)
    marked = of(made, snapshot.now)
    return Session(
        one.id, one.id, None, "ended", seen, _wrong(one, ""), "ended", name=marked.name, tags=marked.tags,
        pinned=marked.pinned, cwd=_cwd(one), config_dir=config_dir,
    )  # fmt: skip


def _with_its_end(tail: Transcript, problems: list[tuple[str, str]]) -> Transcript:
    """With what its conversation measures, and how it ends; without, where that cannot be read any more."""
    try:
        end = transcript.read(tail.path)
        return tail._replace(tokens=end.tokens, last=end.last, last_at=end.last_at, last_words=end.last_words)
    except OSError as error:
        _note(problems, TRANSCRIPTS, error, tail.path)
        return tail


def _wrong(one: _Remains, cwd: str) -> str:
    if not one.tail:
        return "its transcript cannot be read" if one.unread else "its transcript is gone"
    return "" if os.path.isdir(_folder(one, cwd)) else "its folder is gone"
