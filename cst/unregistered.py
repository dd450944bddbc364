"""Sessions that the registry does not tell of, or tells of with a pid that is not one of ours: what the kernel shows.

A record is missing where a client keeps none (before 2.1.100), where a dialog holds a session up before it registers,
where another client has swept it away, and for teammates; other commands of the client never have one. Its pid is not
one of ours on another machine and in another container. Imported only by looks that meet such a thing.
"""

from __future__ import annotations

import os

from cst.claude import agents, claims, clients, registry, transcript
from cst.model import Record, Subagent, Transcript, digits
from cst.store import events
from cst.system import processes
from cst.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cst.model import Process
    from cst.settings import Settings

_KEY_LAG = 25 * 3600.0  # a key file is older than its process by as much as the clock may have been set since
_BELIEVED = 8 * 86400.0  # seconds: records of other machines, and of other containers, are believed for so long


class Unregistered(Value):
    """What was found beside the records of our own processes."""

    records: list[Record]
    attached: dict[str, str]  # terminal (a device number) -> the background session that `claude attach` shows there


# --------------------------------------------------------------------------------------------- of other machines


def is_foreign(record: Record, found: dict[int, Process]) -> bool:
    """Whether a record without a name of its machine is of another pid namespace: when it was made, by the kernel's
    count and by the clock, its pid belonged to a process here that still lives."""
    process = found.get(record.pid)
    if record.domain or not process or not (_is_count(record.start) and _is_count(process.start)):
        return False
    return int(record.start) > int(process.start) and record.started_at > process.started_at + 5


def _is_count(start: str) -> bool:
    """Whether a start is a number of clock ticks; a record may say anything."""
    return digits(start) and len(start) < 20


def locate(records: Sequence[Record], found: dict[int, Process], now: float) -> list[Record]:
    """The same records, those of other machines and pid namespaces with the process that the kernel shows for them: in
    our own namespace the same pid with the same start, in one below ours the same start in it. Adds that to `found`."""
    kept, here = [], registry.own_namespace()
    for record in records:
        if not (record.elsewhere or is_foreign(record, found)):
            kept.append(record)
            continue
        space, process = registry.namespace(record.domain), found.get(record.pid)
        if space == here and process and record.start and process.start == record.start:
            kept.append(record._replace(elsewhere=False))
            continue
        if record.written_at < now - _BELIEVED:
            continue  # whoever wrote it is gone most probably, and nobody here can take it away
        inside = processes.in_namespace(space, [record.start]) if space not in ("", here) and record.start else {}
        pid = inside.get(record.start, 0)
        found |= processes.read([pid], now) if pid else {}
        if pid and pid in found:
            kept.append(record._replace(pid=pid, inner_pid=record.pid, elsewhere=False))
        else:
            kept.append(record._replace(elsewhere=True))
    return kept


# ------------------------------------------------------------------------------------------------ without a record


def of_keys(settings: Settings, records: Sequence[Record], found: dict[int, Process]) -> Unregistered:
    """The same records, those of which there is but a key file as what they are: teammates, sessions whose record was
    removed, and those that a dialog holds up before they register. Other commands of the client are left out."""
    attached: dict[str, str] = {}
    known = {record.session_id for record in records if record.session_id}
    made = [_made_up(record, found, attached) for record in records if record.key_file]
    kept = [record for record in records if not record.key_file]
    sessions = [record for record in made if record and record.kind != "teammate"]
    kept += [record for record in made if record and record.kind == "teammate"]
    named, may_have_written = _identified(settings, sessions, known)
    for one in named:
        if one.session_id:
            kept.append(one._replace(key_file=False, lost="its registry record is gone"))
        elif one.key_file and one.pid in may_have_written:
            kept.append(one._replace(key_file=False, lost="a key file and no registry record"))
        elif one.key_file:
            kept.append(one)
    return Unregistered(kept, attached)


def of_processes(settings: Settings, found: dict[int, Process], now: float) -> Unregistered:
    """Sessions with neither record nor key file, whose processes are added to `found`.

    A process counts only if its environment yields a configured folder: a stranger's `claude` never leaks in. One that
    a session has just forked is none: in a moment it is a tool.
    """
    attached: dict[str, str] = {}
    others = processes.read([pid for pid in processes.claude_pids() if pid not in found], now)
    extra = []
    for pid, process in others.items():
        parent = next(iter(process.ancestors), 0)
        if (parent in others or parent in found) and processes.forked(pid, parent):
            continue
        if any(one in found or (one in others and not _may_be_a_session(one)) for one in process.ancestors):
            continue  # what a session, a daemon or a list of the client's has started is no person's
        claude = settings.config_dir(processes.config_dir(process))
        if claude and process.tty and "CLAUDECODE" not in process.environ:
            record = _made_up(Record(pid=pid, config_dir=claude, lost=_lost(claude)), others, attached)
            if record and not record.entrypoint:
                extra.append(record)
    if not extra:
        return Unregistered([], attached)
    known = {record.session_id for folder in settings.config_dirs for record in registry.read(folder)[0]}
    made = [r for r in extra if r.kind == "teammate"]
    made += _identified(settings, [r for r in extra if r.kind != "teammate"], known)[0]
    kept = [r for r in made if r.session_id or r.kind == "teammate" or _may_be_a_session(r.pid)]
    for record in kept:
        found[record.pid] = others[record.pid]
    return Unregistered(kept, attached)


def _lost(folder: str) -> str:
    """What is known of a session that has neither a record nor a key file."""
    return "no client has kept a registry there" if registry.absent(folder) else "no registry record and no key file"


def _may_be_a_session(pid: int) -> bool:
    return clients.read(processes.words_of(pid)).what == clients.SESSION


def _made_up(given: Record, found: dict[int, Process], attached: dict[str, str]) -> Record | None:
    """What the kernel tells of a process without a record; None where it is no session and no teammate. One that may be
    another command has no key file any more: only what it has written can make it a session."""
    pid, process = given.pid, found.get(given.pid)
    words = processes.words_of(pid) if process else []
    program = processes.program_of(pid) if process else ""
    if not process or not (process.name == "claude" or clients.is_client(words, process.name, program)):
        return None
    if given.key_file and process.started_at > given.written_at + _KEY_LAG:
        return None  # a key of another process, which had that pid long before
    parent = next(iter(process.ancestors), 0)
    if given.key_file and clients.is_hosted(processes.words_of(parent)):
        return None  # a background session that has not registered yet: no person can be at a dialog of its start
    client = clients.read(words)
    if client.what == clients.VIEW:
        attached[str(process.tty)] = client.shows
    if client.what in (clients.VIEW, clients.COMMAND):
        return None
    version = program.rpartition("/")[2]
    made = given._replace(
        cwd=processes.cwd_of(pid), start=process.start, started_at=process.started_at, kind="interactive",
        version=version if clients.is_version(version) else "", entrypoint="sdk-cli" if client.printing else "",
        session_id=client.session_id, key_file=given.key_file and client.what != clients.PERHAPS,
    )  # fmt: skip
    if client.what != clients.TEAMMATE:
        return made
    return made._replace(kind="teammate", lead=client.lead, name=client.name, name_by=client.team, key_file=False)


def _identified(settings: Settings, records: Sequence[Record], known: set[str]) -> tuple[list[Record], set[int]]:
    """Sessions without a record of their own: which one each is says the event log, or its own words, or what was
    written in its folder since it started, as far as that can be told from what others wrote there. And the pids of
    those that may have written there, but nobody knows what."""
    named = [record._replace(session_id=_told(settings, record)) for record in records]
    places: dict[tuple[str, str], list[Record]] = {}
    for record in named:
        if not record.session_id:
            places.setdefault((record.config_dir, record.cwd), []).append(record)
    own: dict[int, str] = {}
    may_have_written: set[int] = set()
    taken = known | {record.session_id for record in named if record.session_id}
    for (folder, cwd), nameless in places.items():
        decided, may = claims.assign(folder, cwd, [_claimant(record) for record in nameless], taken)
        own |= decided
        may_have_written |= may
    return [r._replace(session_id=own[r.pid]) if r.pid in own else r for r in named], may_have_written


def _claimant(record: Record) -> claims.Claimant:
    words = clients.read(processes.words_of(record.pid))
    return claims.Claimant(record.pid, record.started_at, words.resumes)


def _told(settings: Settings, record: Record) -> str:
    """The session id by the event log, or by its own words once it has written; "" where neither tells."""
    session_id = events.session_of(settings.events_dir, record.pid, record.started_at - 1)
    if not session_id and record.session_id:
        own = transcript.locate(record.config_dir, record.cwd, record.session_id)
        session_id = record.session_id if own and _written(own) >= record.started_at else ""
    return session_id


def _written(path: str) -> float:
    try:
        return os.stat(path).st_mtime
    except OSError:
        return 0.0


# ------------------------------------------------------------------------------------------------------- teammates


def with_teammates(
    tails: dict[str, Transcript], records: Sequence[Record]
) -> tuple[dict[str, Transcript], list[OSError]]:
    """The transcripts with the teammates that have a process of their own as workers of their leads, and what could not
    be read."""
    found, wrong = dict(tails), []
    for record in records:
        lead = next((r for r in records if r.session_id and r.session_id == record.lead), None)
        if lead is None:
            continue
        agent = Subagent(id="", kind="teammate", description=record.name, running=True)  # just started
        began = record.started_at - _KEY_LAG
        try:
            path = agents.of_teammate(record.config_dir, record.cwd, began, record.name_by, record.name)
            agent = agents.read_teammate(path, record.name) if path else agent
        except OSError as error:
            wrong.append(error)
        tail = found.get(lead.session_id) or Transcript(path="")
        found[lead.session_id] = tail._replace(subagents=(*tail.subagents, agent))
    return found, wrong
