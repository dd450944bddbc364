"""Look at the world once and write down what was seen. Every read of every verb happens here.

What a verb does not need is not read (see Depth). A source that fails is named in the snapshot's problems, and what
depended on it is unknown; nothing is raised.
Over 300 lines because every question to the world stands here.
"""

from __future__ import annotations

import os
import time

from cst.claude import registry, transcript
from cst.model import DIALOG_OPEN, Snapshot, Transcript
from cst.store import events, marks
from cst.store.file_cache import FORGETFUL
from cst.system import processes, tmux
from cst.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from cst.model import Client, Ended, Event, Mark, Pane, Process, Record, Tasks
    from cst.settings import Settings
    from cst.store.file_cache import Memory
    from cst.system.tmux import Running

    Logs = dict[str, tuple[Event, ...]]  # hook events, by session id


class Depth(Value):
    """How much is read of each live session, beside its record, its process and its hook events."""

    rows: bool  # what a row shows: the end of every transcript, branch, tasks. Else a transcript is opened only where
    # registry and hooks leave the state open, and of it no more is read than the newest answer where that decides
    history: bool  # the history of its tools, and its subagents


STATUS = Depth(rows=False, history=False)
ROWS = Depth(rows=True, history=False)
HISTORY = Depth(rows=True, history=True)

_WRITTEN = 8 * 86400.0  # seconds: a record of no process here counts so long: it may be one of a container's
_HOOK_LAG = 1.5  # seconds by which a hook's event may precede the registry's change
_MANY_STALE = 256  # registry records of nobody, from which on looking at each of them costs
_TOOLS = 40  # calls of the history


def take(
    settings: Settings, now: float, depth: Depth, ended: bool = False, every_mark: bool = True,
    memory: Memory = FORGETFUL, places: Snapshot | None = None,
) -> Snapshot:  # fmt: skip
    """One look at the world. `ended` looks for sessions that have ended too. Without `every_mark` the marks of other
    sessions than those seen may be left out. `memory` knows what files said before. `places` is an earlier look whose
    panes, clients, parents of processes and folders outside git are to be believed again: then tmux is not asked.
    """
    return _Look(settings, now, depth, memory).take(ended, every_mark, places)


def with_history(snapshot: Snapshot, settings: Settings, session_id: str) -> Snapshot:
    """The same look with the tool history and the subagents of one session."""
    records = [record for record in snapshot.records if record.session_id == session_id]
    records.sort(key=lambda record: record.pid in snapshot.processes)
    if not records:
        from cst.claude import history

        return snapshot._replace(ended=history.with_tools(snapshot.ended, session_id, _TOOLS))
    look = _Look(settings, snapshot.now, HISTORY, FORGETFUL)
    tail = look.transcript(records[-1], ())
    if tail is None:
        return snapshot
    before = snapshot.transcripts.get(session_id, tail).subagents
    team = [agent for agent in before if agent.kind == "teammate"]  # they have transcripts of their own
    tails = {**snapshot.transcripts, session_id: tail._replace(subagents=(*tail.subagents, *team))}
    return snapshot._replace(transcripts=tails, problems=[*snapshot.problems, *look.problems])


def with_marks_read_again(snapshot: Snapshot, settings: Settings) -> Snapshot:
    """The same look with the marks read again: for a verb that has just made some."""
    look = _Look(settings, snapshot.now, STATUS, FORGETFUL)
    return snapshot._replace(marks=look.marks(None if snapshot.ended else snapshot.records))


class _Look:
    """One look, while it is being taken: what it is about, and the problems that it has met so far."""

    def __init__(self, settings: Settings, now: float, depth: Depth, memory: Memory) -> None:
        self.problems: list[tuple[str, str]] = []
        self._settings, self._now, self._depth, self._memory = settings, now, depth, memory
        self._attached: dict[str, str] = {}
        self._lines_tell = depth.rows and os.path.isdir(settings.state_dir + "/statusline/v1")
        self._leads: set[str] = set()  # session ids that have teammates with a process of their own

    def take(self, ended: bool, every_mark: bool, places: Snapshot | None) -> Snapshot:
        """The whole look."""
        settings, now = self._settings, self._now
        records = self._records(now - _WRITTEN)
        asked = self._ask_tmux() if records and not places else None  # it answers while we read files
        found = processes.read([record.pid for record in records], now, places.processes if places else None)
        records = self._as_they_are(records, found)
        if len(settings.config_dirs) > 1:
            records = [self._in_its_folder(record, found) for record in records]
        live = [record for record in records if record.session_id and self._is_read(record, found)]
        logs = self._events(live)
        tails: dict[str, Transcript] = {}
        self._add_transcripts(tails, live, logs)
        panes, clients = (places.panes, places.clients) if places else self._tmux(asked, found)
        self.problems += [problem for problem in places.problems if problem[0] == "tmux"] if places else []
        if others := self._unregistered(found, panes):
            records = [*records, *others]
            named = [record for record in others if record.session_id]
            live += named
            logs |= self._events(named)
            self._add_transcripts(tails, named, logs)
        if self._leads:
            tails = self._with_teammates(tails, records)
        if self._depth.rows and any(r.pid not in found or r.start not in ("", found[r.pid].start) for r in records):
            from cst.claude import killed  # few looks meet one

            records, left = killed.sorted_out(records, found, now, ended)
            self._add_transcripts(tails, left, {})
        for record in live:
            if record.pid in found and _wants_shell(record, tails.get(record.session_id)):
                found[record.pid] = found[record.pid]._replace(shell_at=processes.shell_of(record.pid, now))
        uptime = processes.uptime()
        return Snapshot(
            now=now,
            records=records,
            processes=found,
            events=logs,
            transcripts=tails,
            marks=self.marks(None if every_mark or ended else records),
            panes=panes,
            clients=clients,
            **(self._checkouts(live, found, places.branches if places else {}) if self._depth.rows else {}),
            weights=settings.weights,
            tasks=self._tasks(live) if self._depth.rows else {},
            ended=self._ended(records, found) if ended else (),
            problems=self.problems,
            home=settings.home,
            utc_offset=time.localtime(now).tm_gmtoff,
            boot=now - uptime if uptime else 0.0,
            zones=self._zones(tails, logs),
            attached=self._attached,
        )

    def _records(self, since: float) -> list[Record]:
        """The records of processes that live, and of those that were killed since then."""
        records: list[Record] = []
        alive, kept_in = processes.running(), self._settings.state_dir + "/registry/v1"

        def look(folder: str) -> tuple[list[str], list[str]]:
            return registry.fresh(folder, alive, since)

        def listed(folder: str) -> list[str]:
            if not os.path.isdir(kept_in) and len((found := look(folder))[1]) < _MANY_STALE:
                return found[0]
            from cst.store import registry_names  # few folders have so many

            return registry_names.listed(kept_in, folder, alive, self._now, look, _MANY_STALE)

        for config_dir in registry.distinct(self._settings.config_dirs):
            found, wrong = registry.read(config_dir, self._memory.keep, listed, self._lives)
            records += found
            self.problems += [("registry", message) for message in wrong]
        return records

    def _lives(self, pid: int, written: float) -> bool:
        """Whether a process was there when its record was written, and lives: a pid is given to another some day."""
        process = processes.read([pid], self._now).get(pid)
        return process is not None and process.started_at <= written + 1

    def _is_read(self, record: Record, found: dict[int, Process]) -> bool:
        """Whether what a session wrote is read: it lives here, or a row shows it as living elsewhere."""
        if record.kind == "teammate" or record.spare or record.parked:
            return False
        return self._depth.rows if record.elsewhere else record.pid in found

    def _as_they_are(self, records: list[Record], found: dict[int, Process]) -> list[Record]:
        """The same records, those of other machines and those without a file as what the kernel shows of them."""
        if any(record.elsewhere or record.key_file or _may_be_foreign(record, found) for record in records):
            from cst import unregistered  # few looks meet one

            records = unregistered.locate(records, found, self._now)
            if any(record.key_file for record in records):
                kept = unregistered.of_keys(self._settings, records, found)
                records, self._attached = kept.records, kept.attached
                self._leads = {record.lead for record in records if record.lead}
        return records

    def _unregistered(self, found: dict[int, Process], panes: Sequence[Pane]) -> list[Record]:
        """Sessions without record and key file, where a pane or an empty folder gives reason to look for them."""
        shown = {process.tty for process in found.values()}
        named = {process.environ.get("TMUX_PANE", "") for process in found.values()}
        runs = [pane for pane in panes if pane.command == "claude"]
        bare = [pane for pane in runs if not (where in shown if (where := pane.device) else pane.id in named)]
        if not bare and not any(registry.absent(config_dir) for config_dir in self._settings.config_dirs):
            return []
        from cst import unregistered  # few looks meet one

        extra = unregistered.of_processes(self._settings, found, self._now)
        self._attached |= extra.attached
        self._leads |= {record.lead for record in extra.records if record.lead}
        return extra.records

    def _with_teammates(self, tails: dict[str, Transcript], records: Sequence[Record]) -> dict[str, Transcript]:
        from cst import unregistered  # it has found them

        tails, wrong = unregistered.with_teammates(tails, records)
        for error in wrong:
            self._note("transcript", error)
        return tails

    def _zones(self, tails: dict[str, Transcript], logs: Logs) -> dict[str, int | None]:
        """How far the time zones that errors name are from Greenwich."""
        said = [tail.error for tail in tails.values() if "(" in tail.error]
        failures = (event for log in logs.values() for event in log if event.name == "StopFailure")
        said += [str(event.payload.get("last_assistant_message")) for event in failures]
        if not said:
            return {}
        from cst.system import zones  # few looks meet one

        return zones.offsets(said, self._now)

    def _in_its_folder(self, record: Record, found: dict[int, Process]) -> Record:
        """A record of a registry that several config folders share, with the one that its process names."""
        process = found.get(record.pid)
        own = self._settings.config_dir(processes.config_dir(process)) if process else ""
        shared = own and own != record.config_dir and len(registry.distinct((own, record.config_dir))) == 1
        return record._replace(config_dir=own) if shared else record

    def _events(self, live: Sequence[Record]) -> Logs:
        """The newest hook events of these sessions, by session id."""
        folder, uptime = self._settings.events_dir, processes.uptime()
        logs: Logs = {}
        for record in live:
            try:
                log, skipped = self._memory.keep(
                    f"{folder}/{record.session_id}.jsonl", "events",
                    lambda: events.read(folder, record.session_id, self._now, uptime),  # noqa: B023  # runs at once
                )  # fmt: skip
            except OSError as error:
                self._note("hooks", error)
                continue
            logs[record.session_id] = log
            if skipped:
                words = f"{skipped} line{'s' * (skipped > 1)} of the event log of {record.session_id} could not be used"
                self.problems.append(("hooks", words))
        return logs

    def _add_transcripts(self, tails: dict[str, Transcript], live: Sequence[Record], logs: Logs) -> None:
        """Put what the transcripts of these sessions say into `tails`, by session id."""
        for record in live:
            own = (0, record.pid, record.inner_pid)  # a resumed id has the events of others too
            log = [e for e in logs.get(record.session_id, ()) if e.pid in own]
            tail = self.transcript(record, log)
            if tail:
                tails[record.session_id] = tail

    def transcript(self, record: Record, log: Sequence[Event]) -> Transcript | None:
        """What the end of a session's transcript says, as deep as this look reads; `last` is "unreadable" where it, or
        the folder that may hold it, cannot be read. None: it has none yet, or it is not needed."""
        depth = self._depth
        if not depth.rows and record.session_id not in self._leads and _settled(record, log):
            return None
        path = ""
        try:
            path = transcript.locate(record.config_dir, record.cwd, record.session_id)
            settled = not depth.rows and record.status == "idle" and events.ended_turn(log, path)
            if not path or (settled and not events.left_teammates(log)):
                return None
            limit, tools = (transcript.DEEP, _TOOLS) if depth.history else (transcript.LEAN, 0)
            turn = depth.history or not (_begun(record, log, path) or (not depth.rows and record.status and not log))
            tail = self._memory.keep(path, (limit, tools, turn), lambda: transcript.read(path, limit, tools, turn))
        except OSError as error:
            self._note("transcript", error)
            return Transcript(path=path, last="unreadable")
        return self._with_subagents(record, log, self._with_told(record, tail) if self._lines_tell else tail)

    def _with_told(self, record: Record, tail: Transcript) -> Transcript:
        """With what only the status line was told: how much the context holds, what this process has cost."""
        from cst.store import payloads  # most people have no such status line

        tail, wrong = payloads.with_told(self._settings, record.session_id, tail, record.started_at, self._now)
        self.problems += [("status line", wrong)] if wrong else []
        return tail

    def _with_subagents(self, record: Record, log: Sequence[Event], tail: Transcript) -> Transcript:
        """The subagents too, where they are wanted, or may be what a session without a tool of its own waits for."""
        tools = tail.open_tools()
        agents_may_wait = record.status in ("waiting", "") and (not tools or tools[0].name in ("Agent", "Task"))
        agents_may_rest = record.status == "idle" and events.left_teammates(log)
        if not (self._depth.history or agents_may_wait or agents_may_rest):
            return tail
        try:
            from cst.claude import agents  # few looks read them

            return tail._replace(subagents=agents.read_subagents(tail.path))
        except OSError as error:
            self._note("transcript", error)
            return tail

    def marks(self, of: Sequence[Record] | None) -> tuple[Mark, ...]:
        """The marks; those of these records at least, None: all of them."""
        path = self._settings.marks_file
        keys = None if of is None else [key for r in of for key in (r.key, r.session_id) if key]
        try:
            made, skipped = self._memory.keep(path, "marks", lambda: marks.read(path, keys))
        except OSError as error:
            self._note("marks", error)
            return ()
        if skipped:
            self.problems.append(("marks", f"{skipped} line{'s' * (skipped > 1)} of {path} could not be used"))
        return made

    def _checkouts(self, live: Sequence[Record], found: dict[int, Process], had: Mapping[str, str]) -> dict[str, Any]:
        """The fields of a snapshot that say what is checked out where these sessions are."""
        from cst.system import git

        folders = {record.cwd: None for record in live}
        here = git.checkouts(folders, [record.cwd for record in live if record.pid in found], had)
        return {"branches": here.branches, "repositories": here.linked, "shared": here.shared}

    def _tasks(self, live: Sequence[Record]) -> dict[str, Tasks]:
        """The task lists of these sessions, by session id."""
        from cst.claude import tasks

        lists = {}
        for record in live:
            try:
                found = tasks.read(record.config_dir, record.session_id)
            except OSError as error:
                self._note("tasks", error)
                continue
            if found:
                lists[record.session_id] = found
        return lists

    def _ended(self, records: Sequence[Record], found: dict[int, Process]) -> list[Ended]:
        """The sessions that have ended in the last days, by their transcripts."""
        from cst.claude import history

        alive = {record.session_id for record in records if record.elsewhere or record.pid in found}
        oldest = self._now - self._settings.ended_days * 86400
        folders = self._settings.config_dirs
        ended = [one for folder in folders for one in history.read(folder, alive, oldest, self._memory.keep)]
        # a teammate is its lead's, and a conversation that went on under another id is there
        ended = [e for e in ended if e.transcript.session_kind != "teammate" and not e.transcript.continued]
        return history.distinct(ended) if len(folders) > 1 else ended

    def _ask_tmux(self) -> Running | None:
        """Start to ask the server that most sessions live on: ours, else the default one."""
        socket = self._settings.socket or self._settings.default_socket
        return tmux.ask(self._settings.tmux_program, socket) if os.path.exists(socket) else None

    def _tmux(self, asked: Running | None, found: dict[int, Process]) -> tuple[list[Pane], list[Client]]:
        """All panes and clients of the servers that live sessions name, that we run in, that are configured."""
        settings = self._settings
        named = {settings.tmux, *(process.environ.get("TMUX", "") for process in found.values())}
        also = [settings.socket, *settings.tmux_sockets]
        if any("TMUX" not in process.environ for process in found.values()) and os.path.exists(settings.default_socket):
            also.append(settings.default_socket)  # a session that cannot say where it is may still sit in a pane
        panes, clients, wrong = tmux.look_at_all(settings.tmux_program, named, also, asked)
        self.problems += [("tmux", message) for message in wrong]
        return panes, clients

    def _note(self, source: str, error: OSError) -> None:
        """Name a file that cannot be read."""
        self.problems.append((source, f"cannot read {error.filename}: {error.strerror}"))


def _may_be_foreign(record: Record, found: dict[int, Process]) -> bool:
    """Whether a record without a name of its machine may be of another one: the process of its pid is not its own."""
    process = found.get(record.pid)
    return bool(process and record.start and process.start != record.start and not record.domain)


def _wants_shell(record: Record, tail: Transcript | None) -> bool:
    """Whether it matters if a command of a session runs: it has no status, or one of several tools waits."""
    return not record.status or (record.status == "waiting" and tail is not None and len(tail.open_tools()) > 1)


def _settled(record: Record, log: Sequence[Event]) -> bool:
    """Whether registry and hooks alone tell the state, so that `status` may leave the transcript closed."""
    if record.status in ("busy", "shell"):
        return True
    if record.status == "waiting":
        asked = [event for event in log if event.t >= record.status_at - _HOOK_LAG]
        return record.waiting_for != DIALOG_OPEN and [event.name for event in asked].count("PermissionRequest") == 1
    return False


def _begun(record: Record, log: Sequence[Event], path: str) -> bool:
    """Whether the hooks tell of the newest turn, and with which prompt it began: then the transcript need not."""
    if record.status in ("idle", "shell") and events.prompted(log) and events.ended_turn(log, path):
        return True
    newest = next((event for event in reversed(log) if event.name in events.TURN), None)
    return record.status != "idle" and newest is not None and newest.name == "UserPromptSubmit"
