"""What was written down of the sessions of some days: by hooks, in transcripts, by the marks. For `cst report`."""

from __future__ import annotations

from cst.claude import asked, listing, registry
from cst.core.fleet import kind_of
from cst.core.naming import display_name
from cst.core.waits import Ending, Trace, Wait, typed, waits
from cst.model import label, project
from cst.store import events, marks
from cst.system import processes
from cst.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cst.claude.asked import Exchange
    from cst.model import Event, Mark, Session
    from cst.settings import Settings

_DRIVEN = ("interactive", "background")  # kinds of sessions that wait for a person
_LAG = 3.0  # seconds by which a state and what told of it may be apart


class Traces(Value):
    """All that is known of that time."""

    traces: dict[str, Trace]  # by session id
    waits: list[Wait]
    moments: list[float]  # when the user did something: epoch seconds
    problems: list[str]


def read(
    settings: Settings, fleet: Sequence[Session], since: float, now: float,
    progress: Callable[[int, int], None] = lambda *_: None,
) -> Traces:  # fmt: skip
    """What is known of the time since then (epoch seconds). `fleet` is what lives: its names, and who waits now.
    `progress` is called with how many transcripts of how many were read."""
    problems: list[str] = []
    told = _transcripts(settings, since, problems, progress)
    logs = _logs(settings, since, now, problems)
    try:
        both = (*marks.past(settings.marks_file), *marks.read(settings.marks_file)[0])
        made = sorted((mark for mark in both if mark.t >= since), key=lambda mark: mark.t)
    except OSError as error:
        made = []
        problems.append(f"cannot read {error.filename}: {error.strerror}")
    live = {session.id: session for session in fleet if session.id}
    found = {
        session_id: _trace(session_id, told.get(session_id, []), logs.get(session_id, ()), live.get(session_id), made)
        for session_id in dict.fromkeys((*told, *logs))
    }  # fmt: skip
    waited = [wait for trace in found.values() for wait in _with_now(waits(trace), live.get(trace.session_id), now)]
    moments = [mark.t for mark in made]
    for session_id in found:
        moments += [*typed(logs.get(session_id, ())), *(at for one in told.get(session_id, ()) for at in one.typed)]
    moments += [wait.until for wait in waited if wait.until and not wait.open and wait.state != "done"]
    return Traces(found, waited, moments, problems)


def _transcripts(
    settings: Settings, since: float, problems: list[str], progress: Callable[[int, int], None]
) -> dict[str, list[Exchange]]:
    """What transcripts tell, by session id; nothing of those that another program drives."""
    paths = [
        path for folder in registry.distinct(settings.config_dirs)
        for path in listing.written_since(folder, since, problems)
    ]  # fmt: skip
    told: dict[str, list[Exchange]] = {}
    known: set[object] = set()
    for number, path in enumerate(paths, 1):
        try:
            one = asked.read(path, since)
        except OSError as error:
            problems.append(f"cannot read {error.filename}: {error.strerror}")
            continue
        if kind_of("", one.entrypoint) in _DRIVEN:
            told.setdefault(one.session_id, []).append(_once(one, known))
        progress(number, len(paths))
    return told


def _once(one: Exchange, known: set[object]) -> Exchange:
    """What a transcript tells beyond what others have told: a fork begins with the lines of its parent."""
    calls = [call for call in one.calls if (call.id, call.started) not in known]
    endings = [ending for ending in one.endings if ending not in known]
    known |= {(call.id, call.started) for call in calls} | set(endings)
    return one._replace(calls=calls, endings=endings)


def _logs(settings: Settings, since: float, now: float, problems: list[str]) -> dict[str, Sequence[Event]]:
    """The hook events since then, by session id."""
    found: dict[str, Sequence[Event]] = {}
    uptime = processes.uptime()
    try:
        for session_id in events.written_since(settings.events_dir, since):
            log, _ = events.read(settings.events_dir, session_id, now, uptime, since)
            found[session_id] = log
    except OSError as error:
        problems.append(f"cannot read {error.filename}: {error.strerror}")
    return found


def _trace(
    session_id: str, told: Sequence[Exchange], log: Sequence[Event], session: Session | None, made: Sequence[Mark]
) -> Trace:
    """One session. A mark names a process: that which lives, or one whose hooks told of this session."""
    own = {str(event.pid) for event in log if event.pid}
    key = session.key if session else ""
    cwd = next((one.cwd for one in told if one.cwd), "") or next((str(e.payload.get("cwd") or "") for e in log), "")
    title = next((one.title for one in told if one.title), "")
    name = label(session) if session else title or project(cwd) or session_id[:8]
    shown = display_name(session._replace(title=session.title or title)) if session else name
    return Trace(
        session_id, name, cwd,
        session.tags if session else tuple(sorted({m.value for m in made if m.mark == "tag" and m.key == session_id})),
        log,
        sorted((call for one in told for call in one.calls), key=lambda call: call.started),
        sorted(at for one in told for at in one.prompts),
        [Ending(*ending) for one in told for ending in one.endings],
        [(m.t, m.by == "you") for m in made if m.mark == "seen" and (m.key == key or m.key.partition(".")[0] in own)],
        sum(one.approved for one in told),
        sorted(turn for one in told for turn in one.turns),
        shown,
    )  # fmt: skip


def _with_now(told: list[Wait], session: Session | None, now: float) -> list[Wait]:
    """The waits of a session, with what it waits for now as the rules see it."""
    if session is None or not session.needs_you:
        return told
    want = session.wants
    what = ": ".join(part for part in (want.tool, want.detail) if part) if want else ""
    past = [wait for wait in told if wait.until or wait.since < session.since - _LAG]
    return [*past, Wait(session.id, session.state, what, session.since, now, open=True)]
