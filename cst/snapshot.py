"""Look at the world once and write down what was seen. Every read of every verb happens here.

What a verb does not need is not read (see Depth). A source that fails is named in the snapshot's problems, and what
depended on it is unknown; nothing is raised.

Over 300 lines because every question to the world stands here.
"""

from __future__ import annotations

import os
import time

from cst.claude import registry, transcript
from cst.model import Record, Snapshot, Transcript, Value
from cst.store import events, marks
from cst.store.file_cache import FORGETFUL
from cst.system import processes, tmux

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cst.model import Client, Ended, Event, Mark, Pane, Process, Tasks
    from cst.settings import Settings
    from cst.store.file_cache import Memory
    from cst.system.tmux import Asked


class Depth(Value):
    """How much is read of each live session, beside its record, its process and its hook events."""

    rows: bool  # what a row shows: the end of every transcript, branch, tasks. Else a transcript is opened only where
    # registry and hooks leave the state open, and of it no more is read than the newest answer where that decides
    history: bool  # the history of its tools, and its subagents


STATUS = Depth(rows=False, history=False)
ROWS = Depth(rows=True, history=False)
HISTORY = Depth(rows=True, history=True)

_EMPTY = ("no server running", "no current target", "no sessions")  # tmux: nothing to list
_KILLED, _KILLED_LISTED = 2 * 3600.0, 8 * 86400.0  # seconds: longer than `fleet` shows who was killed; and with `ended`
_HOOK_LAG = 1.5  # seconds by which a hook's event may precede the registry's change
_TOOLS = 40  # calls of the history


def take(
    settings: Settings, now: float, depth: Depth, ended: bool = False, every_mark: bool = True,
    memory: Memory = FORGETFUL, places: Snapshot | None = None,
) -> Snapshot:  # fmt: skip
    """One look at the world. `ended` looks for sessions that have ended too. Without `every_mark` the marks of other
    sessions than those seen may be left out. `memory` knows what files said before. `places` is an earlier look whose
    panes, clients and parents of processes are to be believed again: then tmux is not asked.
    """
    return _Look(settings, now, depth, memory).take(ended, every_mark, places)


def with_history(snapshot: Snapshot, settings: Settings, session_id: str) -> Snapshot:
    """The same look with the tool history and the subagents of one session."""
    record = next((r for r in snapshot.records if r.session_id == session_id and r.pid in snapshot.processes), None)
    if record is None:
        return snapshot
    look = _Look(settings, snapshot.now, HISTORY, FORGETFUL)
    tail = look.transcript(record, ())
    if tail is None:
        return snapshot
    return snapshot._replace(
        transcripts={**snapshot.transcripts, session_id: tail}, problems=[*snapshot.problems, *look.problems]
    )  # fmt: skip


def with_marks_read_again(snapshot: Snapshot, settings: Settings) -> Snapshot:
    """The same look with the marks read again: for a verb that has just made some."""
    look = _Look(settings, snapshot.now, STATUS, FORGETFUL)
    return snapshot._replace(marks=look.marks(None if snapshot.ended else snapshot.records))


class _Look:
    """One look, while it is being taken: what it is about, and the problems that it has met so far."""

    def __init__(self, settings: Settings, now: float, depth: Depth, memory: Memory) -> None:
        self.problems: list[tuple[str, str]] = []
        self._settings, self._now, self._depth, self._memory = settings, now, depth, memory

    def take(self, ended: bool, every_mark: bool, places: Snapshot | None) -> Snapshot:
        """The whole look."""
        settings, now = self._settings, self._now
        records = self._records(now - (_KILLED_LISTED if ended else _KILLED))
        asked = self._ask_tmux() if records and not places else None  # it answers while we read files
        found = processes.read([record.pid for record in records], now, places.processes if places else None)
        records = [_placed(record, found) for record in records if not record.key_file or _starts(record, found)]
        if len(settings.config_dirs) > 1:
            records = [self._in_its_folder(record, found) for record in records]
        live = [record for record in records if record.pid in found and record.session_id]
        logs = self._events(live)
        tails: dict[str, Transcript] = {}
        self._add_transcripts(tails, live, logs)
        panes, clients = (places.panes, places.clients) if places else self._tmux(asked, found)
        self.problems += [problem for problem in places.problems if problem[0] == "tmux"] if places else []
        if others := self._unregistered(found, panes):
            records += others
            named = [record for record in others if record.session_id]
            live += named
            logs |= self._events(named)
            self._add_transcripts(tails, named, logs)
        for record in live:
            if not record.status:
                found[record.pid] = found[record.pid]._replace(shell_at=processes.shell_of(record.pid, now))
        return Snapshot(
            now=now,
            records=records,
            processes=found,
            events=logs,
            transcripts=tails,
            marks=self.marks(None if every_mark or ended else records),
            panes=panes,
            clients=clients,
            branches=_branches(live) if self._depth.rows else {},
            tasks=self._tasks(live) if self._depth.rows else {},
            ended=self._ended(records, found) if ended else (),
            problems=self.problems,
            home=settings.home,
            utc_offset=time.localtime(now).tm_gmtoff,
        )

    # ------------------------------------------------------------------------------------------ live sessions

    def _records(self, since: float) -> list[Record]:
        """The records of processes that live, and of those that were killed since then."""
        records: list[Record] = []
        alive = processes.running()
        for config_dir in registry.distinct(self._settings.config_dirs):
            found, wrong = registry.read(config_dir, self._memory.keep, alive, since, self._lives)
            records += found
            self.problems += [("registry", message) for message in wrong]
        return records

    def _lives(self, pid: int, written: float) -> bool:
        """Whether a process was there when its record was written, and lives: a pid is given to another some day."""
        process = processes.read([pid], self._now).get(pid)
        return process is not None and process.started_at <= written + 1

    def _in_its_folder(self, record: Record, found: dict[int, Process]) -> Record:
        """A record of a registry that several config folders share, with the one that its process names."""
        own = self._settings.config_dir(_config_dir(found[record.pid])) if record.pid in found else ""
        shared = own and own != record.config_dir and len(registry.distinct((own, record.config_dir))) == 1
        return record._replace(config_dir=own) if shared else record

    def _unregistered(self, found: dict[int, Process], panes: Sequence[Pane]) -> list[Record]:
        """Sessions of clients that keep no registry (before 2.1.100), looked for only where a pane runs one, or where
        there is a folder of Claude Code's and no registry in it.

        A process counts only if its environment yields a configured folder: a stranger's `claude` never leaks in. One
        that a session has just forked is none: in a moment it is a tool.
        """
        settings = self._settings
        claimed = {process.environ.get("TMUX_PANE", "") for process in found.values()}
        if not any(pane.command == "claude" and pane.id not in claimed for pane in panes) and not any(
            registry.absent(config_dir) for config_dir in settings.config_dirs
        ):
            return []
        others = processes.read([pid for pid in processes.claude_pids() if pid not in found], self._now)
        extra = []
        for pid, process in others.items():
            parent = next(iter(process.ancestors), 0)
            if (parent in others or parent in found) and processes.forked(pid, parent):
                continue
            claude = settings.config_dir(_config_dir(process))
            if claude and process.tty and "CLAUDECODE" not in process.environ:
                found[pid] = process
                extra.append(Record(
                    pid=pid, start=process.start, cwd=processes.cwd_of(pid), started_at=process.started_at,
                    kind="interactive", config_dir=claude,
                ))  # fmt: skip
        if not extra:
            return []
        known = {record.session_id for config_dir in settings.config_dirs for record in registry.read(config_dir)[0]}
        return [self._identified(record, extra, known) for record in extra]

    def _identified(self, record: Record, extra: list[Record], known: set[str]) -> Record:
        """A session without a record of its own: which one it is says the event log, or the only transcript that was
        written in its folder since it started, where it is the only session there. Else nothing does."""
        session_id = events.session_of(self._settings.events_dir, record.pid, record.started_at - 1)
        if not session_id and [r.cwd for r in extra].count(record.cwd) == 1:
            written = set(transcript.written_since(record.config_dir, record.cwd, record.started_at)) - known
            session_id = written.pop() if len(written) == 1 else ""
        return record._replace(session_id=session_id)

    # ------------------------------------------------------------------------------------------ what was written

    def _events(self, live: Sequence[Record]) -> dict[str, tuple[Event, ...]]:
        """The newest hook events of these sessions, by session id."""
        folder, uptime = self._settings.events_dir, processes.uptime()
        logs: dict[str, tuple[Event, ...]] = {}
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
                words = f"{skipped} lines of the event log of {record.session_id} could not be used"
                self.problems.append(("hooks", words))
        return logs

    def _add_transcripts(
        self, tails: dict[str, Transcript], live: Sequence[Record], logs: dict[str, tuple[Event, ...]]
    ) -> None:
        """Put what the transcripts of these sessions say into `tails`, by session id."""
        for record in live:
            # a resumed id has the events of others too
            log = tuple(e for e in logs.get(record.session_id, ()) if e.pid in (0, record.pid))
            tail = self.transcript(record, log)
            if tail:
                tails[record.session_id] = tail

    def transcript(self, record: Record, log: Sequence[Event]) -> Transcript | None:
        """What the end of a session's transcript says, as deep as this look reads; `last` is "unreadable" where it, or
        the folder that may hold it, cannot be read. None: it has none yet, or it is not needed."""
        depth = self._depth
        if not depth.rows and _settled(record, log):
            return None
        path = ""
        try:
            path = transcript.locate(record.config_dir, record.cwd, record.session_id)
            if not path or (not depth.rows and record.status == "idle" and _ended_turn(log, path)):
                return None
            limit, tools = (transcript.DEEP, _TOOLS) if depth.history else (transcript.LEAN, 0)
            turn = depth.history or not (_begun(record, log, path) or (not depth.rows and record.status and not log))
            tail = self._memory.keep(path, (limit, tools, turn), lambda: transcript.read(path, limit, tools, turn))
        except OSError as error:
            self._note("transcript", error)
            return Transcript(path=path, last="unreadable")
        return self._with_subagents(record, tail)

    def _with_subagents(self, record: Record, tail: Transcript) -> Transcript:
        """The subagents too, where they are wanted, or may be what a session without a tool of its own waits for."""
        tools = tail.open_tools()
        agents_may_wait = record.status in ("waiting", "") and (not tools or tools[0].name in ("Agent", "Task"))
        if not (self._depth.history or agents_may_wait):
            return tail
        try:
            return tail._replace(subagents=transcript.read_subagents(tail.path))
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
            self.problems.append(("marks", f"{skipped} lines of {path} could not be used"))
        return made

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

        alive = {record.session_id for record in records if record.pid in found}
        oldest = self._now - self._settings.ended_days * 86400
        folders = self._settings.config_dirs
        ended = [one for folder in folders for one in history.read(folder, alive, oldest, self._memory.keep)]
        return history.distinct(ended) if len(folders) > 1 else ended

    # ------------------------------------------------------------------------------------------ tmux

    def _ask_tmux(self) -> Asked | None:
        """Start to ask the server that most sessions live on: ours, else the default one."""
        socket = self._settings.socket or self._settings.default_socket
        return tmux.ask(self._settings.tmux_program, socket) if os.path.exists(socket) else None

    def _tmux(self, asked: Asked | None, found: dict[int, Process]) -> tuple[list[Pane], list[Client]]:
        """All panes and clients of the servers that live sessions name, that we run in, that are configured."""
        settings = self._settings
        named = {settings.tmux, *(process.environ.get("TMUX", "") for process in found.values())}
        self.problems += [("tmux", wrong) for wrong in tmux.removed(named)]
        sockets = {variable.rsplit(",", 2)[0] for variable in named}
        sockets |= {settings.socket, *settings.tmux_sockets, asked.socket if asked else ""}
        if any("TMUX" not in process.environ for process in found.values()) and os.path.exists(settings.default_socket):
            sockets.add(settings.default_socket)  # a session that cannot say where it is may still sit in a pane
        panes: list[Pane] = []
        clients: list[Client] = []
        for socket in sorted(sockets - {""}):
            if asked and socket == asked.socket:
                some_panes, some_clients, wrong = tmux.look(asked)
            elif os.path.exists(socket):
                some_panes, some_clients, wrong = tmux.look(tmux.ask(settings.tmux_program, socket))
            else:
                continue  # a server that is gone; its sessions are outside tmux now
            panes += some_panes
            clients += some_clients
            if wrong and not _is_empty(wrong):
                self.problems.append(("tmux", wrong))
        return panes, clients

    def _note(self, source: str, error: OSError) -> None:
        """Name a file that cannot be read."""
        self.problems.append((source, f"cannot read {error.filename}: {error.strerror}"))


def _branches(live: Sequence[Record]) -> dict[str, str]:
    """The branch of each folder that these sessions are in."""
    from cst.system import git

    return {folder: git.branch(folder) for folder in {record.cwd: None for record in live}}


def _config_dir(process: Process) -> str:
    """The config folder that a client's environment yields."""
    return process.environ.get("CLAUDE_CONFIG_DIR") or process.environ.get("HOME", "") + "/.claude"


def _is_empty(wrong: str) -> bool:
    """Whether tmux says that there is no server, or nothing on it. A socket that refuses us is another thing."""
    return wrong.startswith(_EMPTY) or (
        wrong.startswith("error connecting") and wrong.endswith(("(No such file or directory)", "(Connection refused)"))
    )


def _starts(record: Record, found: dict[int, Process]) -> bool:
    """Whether a lone key file belongs to the process that has its pid now: it was there when the file came."""
    process = found.get(record.pid)
    return bool(process and process.name == "claude" and process.started_at <= record.written_at + 1)


def _placed(record: Record, found: dict[int, Process]) -> Record:
    """A session held up before it registers has no record: the kernel knows its folder and its start."""
    if not record.key_file:
        return record
    process = found[record.pid]
    return record._replace(cwd=processes.cwd_of(record.pid), start=process.start, started_at=process.started_at)


def _settled(record: Record, log: Sequence[Event]) -> bool:
    """Whether registry and hooks alone tell the state, so that `status` may leave the transcript closed."""
    if record.status in ("busy", "shell"):
        return True
    if record.status == "waiting":
        return record.waiting_for == "dialog open" or any(
            event.name == "PermissionRequest" and event.t >= record.status_at - _HOOK_LAG for event in log
        )
    return False


def _begun(record: Record, log: Sequence[Event], path: str) -> bool:
    """Whether the hooks tell of the newest turn, and with which prompt it began: then the transcript need not."""
    if record.status in ("idle", "shell") and events.prompted(log) and _ended_turn(log, path):
        return True
    newest = next((event for event in reversed(log) if event.name in events.TURN), None)
    return record.status != "idle" and newest is not None and newest.name == "UserPromptSubmit"


def _ended_turn(log: Sequence[Event], path: str) -> bool:
    """Whether the newest thing the hooks told is the end of a turn, and the transcript has no later one."""
    newest = next((event for event in reversed(log) if event.name in events.TURN), None)
    if newest is None or newest.name == "UserPromptSubmit":
        return False
    if newest.name == "Stop":  # an old client tells it after an API error too; a cut one says nothing
        said = str(newest.payload.get("last_assistant_message") or "")
        if not said or said.startswith("API Error"):
            return False
    try:
        return bool(os.stat(path).st_mtime <= newest.t + 5)
    except OSError:
        return False
