"""Looks at the world once and writes down what was seen. Every read of every verb happens here.

What a verb does not need is not read: `STATUS` opens a transcript only where registry and hooks leave the state
open, and reads of it no more than the newest answer where that decides; `ROWS` adds what a row shows, `ONE` adds the
tool history of one session.

Over 300 lines because every question to the world stands here.
"""

from __future__ import annotations

import os
import time

from cst.claude import registry, tasks, transcript
from cst.model import Record, Snapshot, Transcript
from cst.store import events, marks
from cst.store.file_cache import FORGETFUL
from cst.system import git, processes, tmux

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cst.model import Client, Ended, Event, Mark, Pane, Process
    from cst.settings import Settings
    from cst.store.file_cache import Memory
    from cst.system.tmux import Asked

STATUS, ROWS, ONE = 0, 1, 2
_EMPTY = ("no server running", "error connecting", "no current target", "no sessions")  # tmux: nothing to list
_KILLED, _KILLED_LISTED = 2 * 3600.0, 8 * 86400.0  # seconds: longer than `fleet` shows who was killed; and with `ended`
_HOOK_LAG = 1.5  # seconds by which a hook's event may precede the registry's change


def take(
    settings: Settings, now: float, want: int, tools_of: str = "", ended: bool = False,
    memory: Memory = FORGETFUL, places: Snapshot | None = None, every_mark: bool = True,
) -> Snapshot:  # fmt: skip
    """One look. `tools_of` (with ONE) is the session id, or the pid, whose tool history is wanted; "" = of all.
    Without `every_mark` the marks of other sessions than those seen may be left out.
    `places` is an earlier look whose panes, clients and parents of processes are to be believed again: then tmux is
    not asked.

    A source that fails is named in `problems`; nothing is raised.
    """
    problems: list[tuple[str, str]] = []
    records = _records(settings, memory, problems, now - (_KILLED_LISTED if ended else _KILLED))
    asked = _ask_tmux(settings) if records and not places else None  # it answers while we read files
    found = processes.read([record.pid for record in records], now, places.processes if places else None)
    records = [_placed(record, found) for record in records if not record.key_file or _starts(record, found)]
    live = [record for record in records if record.pid in found and record.session_id]
    logs, tails = _told(settings, live, now, want, tools_of, memory, problems)
    panes, clients = (places.panes, places.clients) if places else _tmux(settings, asked, found, problems)
    problems += [told for told in places.problems if told[0] == "tmux"] if places else []
    if others := _unregistered(settings, found, panes, now):
        records += others
        named = [record for record in others if record.session_id]
        live += named
        more_logs, more_tails = _told(settings, named, now, want, tools_of, memory, problems)
        logs, tails = logs | more_logs, tails | more_tails
    for record in live:
        if not record.status:
            found[record.pid] = found[record.pid]._replace(shell_at=processes.shell_of(record.pid, now))
    rows = want >= ROWS
    return Snapshot(
        now=now,
        records=records,
        processes=found,
        events=logs,
        transcripts=tails,
        marks=_marks(settings, memory, problems, None if every_mark or ended else records),
        panes=panes,
        clients=clients,
        branches={record.cwd: git.branch(record.cwd) for record in live} if rows else {},
        tasks={r.session_id: t for r in live if (t := tasks.read(r.config_dir, r.session_id))} if rows else {},
        ended=_ended(settings, records, found, now, memory) if ended else (),
        problems=problems,
        home=settings.home,
        utc_offset=time.localtime(now).tm_gmtoff,
    )


def with_history(snapshot: Snapshot, session_id: str) -> Snapshot:
    """The same look with the tool history and the subagents of one session."""
    record = next((r for r in snapshot.records if r.session_id == session_id and r.pid in snapshot.processes), None)
    problems: list[tuple[str, str]] = []
    tail = _tail(record, (), ONE, "", FORGETFUL, problems) if record else None
    if tail is None:
        return snapshot
    return snapshot._replace(
        transcripts={**snapshot.transcripts, session_id: tail}, problems=[*snapshot.problems, *problems]
    )  # fmt: skip


def with_marks_read_again(snapshot: Snapshot, settings: Settings) -> Snapshot:
    """The same look with the marks read again: for a verb that has just made some."""
    made = _marks(settings, FORGETFUL, [], None if snapshot.ended else snapshot.records)
    return snapshot._replace(marks=made)


def _records(
    settings: Settings, memory: Memory, problems: list[tuple[str, str]], since: float
) -> list[Record]:  # fmt: skip
    """The records of processes that live, and of those that were killed since then."""
    records = []
    alive = processes.running()
    for config_dir in settings.config_dirs:
        found, wrong = registry.read(config_dir, memory.keep, alive, since)
        records += found
        problems += [("registry", message) for message in wrong]
    return records


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


def _told(
    settings: Settings, live: list[Record], now: float, want: int, tools_of: str, memory: Memory,
    problems: list[tuple[str, str]],
) -> tuple[dict[str, tuple[Event, ...]], dict[str, Transcript]]:  # fmt: skip
    """What the event log and the transcripts tell of these sessions, by session id."""
    logs = _events(settings, live, now, memory, problems)
    tails: dict[str, Transcript] = {}
    for record in live:
        log = tuple(e for e in logs.get(record.session_id, ()) if e.pid in (0, record.pid))  # a resumed id has others'
        tail = _tail(record, log, want, tools_of, memory, problems)
        if tail:
            tails[record.session_id] = tail
    return logs, tails


def _ask_tmux(settings: Settings) -> Asked | None:
    """The server that most sessions live on: ours, else the default one."""
    socket = settings.socket or settings.default_socket
    return tmux.ask(settings.tmux_program, socket) if os.path.exists(socket) else None


def _tmux(
    settings: Settings, asked: Asked | None, found: dict[int, Process], problems: list[tuple[str, str]]
) -> tuple[list[Pane], list[Client]]:
    """All panes and clients of the servers that live sessions name, that we run in, that are configured."""
    sockets = {process.environ.get("TMUX", "").partition(",")[0] for process in found.values()}
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
        if wrong and not wrong.startswith(_EMPTY):
            problems.append(("tmux", wrong))
    return panes, clients


def _unregistered(
    settings: Settings, found: dict[int, Process], panes: Sequence[Pane], now: float
) -> list[Record]:
    """Sessions of clients that keep no registry (before 2.1.100), looked for only where a pane runs one, or where
    there is a folder of Claude Code's and no registry in it.

    A process counts only if its environment yields a configured folder: a stranger's `claude` never leaks in. One that
    a session has just forked is none: in a moment it is a tool.
    """
    claimed = {process.environ.get("TMUX_PANE", "") for process in found.values()}
    if not any(pane.command == "claude" and pane.id not in claimed for pane in panes) and not any(
        registry.absent(config_dir) for config_dir in settings.config_dirs
    ):
        return []
    others = processes.read([pid for pid in processes.claude_pids() if pid not in found], now)
    extra = []
    for pid, process in others.items():
        parent = next(iter(process.ancestors), 0)
        if (parent in others or parent in found) and processes.forked(pid, parent):
            continue
        claude = process.environ.get("CLAUDE_CONFIG_DIR") or process.environ.get("HOME", "") + "/.claude"
        if claude in settings.config_dirs and process.tty and "CLAUDECODE" not in process.environ:
            found[pid] = process
            extra.append(Record(
                pid=pid, start=process.start, cwd=processes.cwd_of(pid), started_at=process.started_at,
                kind="interactive", config_dir=claude,
            ))  # fmt: skip
    if not extra:
        return []
    known = {record.session_id for config_dir in settings.config_dirs for record in registry.read(config_dir)[0]}
    return [_identified(settings, record, extra, known) for record in extra]


def _identified(settings: Settings, record: Record, extra: list[Record], known: set[str]) -> Record:
    """A session without a record of its own: which one it is says the event log, or the only transcript that was
    written in its folder since it started, where it is the only session there. Else nothing does."""
    session_id = events.session_of(settings.events_dir, record.pid, record.started_at - 1)
    if not session_id and [r.cwd for r in extra].count(record.cwd) == 1:
        written = set(transcript.written_since(record.config_dir, record.cwd, record.started_at)) - known
        session_id = written.pop() if len(written) == 1 else ""
    return record._replace(session_id=session_id)


def _events(
    settings: Settings, live: list[Record], now: float, memory: Memory, problems: list[tuple[str, str]]
) -> dict[str, tuple[Event, ...]]:
    logs: dict[str, tuple[Event, ...]] = {}
    uptime = processes.uptime()
    for record in live:
        try:
            log, skipped = memory.keep(
                f"{settings.events_dir}/{record.session_id}.jsonl", "events",
                lambda: events.read(settings.events_dir, record.session_id, now, uptime),  # noqa: B023  # runs at once
            )  # fmt: skip
        except OSError as error:
            problems.append(("hooks", _unread(error)))
            continue
        logs[record.session_id] = log
        if skipped:
            problems.append(("hooks", f"{skipped} lines of the event log of {record.session_id} could not be used"))
    return logs


def _marks(
    settings: Settings, memory: Memory, problems: list[tuple[str, str]], of: Sequence[Record] | None
) -> tuple[Mark, ...]:
    keys = None if of is None else [key for r in of for key in (f"{r.pid}.{r.start or '0'}", r.session_id) if key]
    try:
        made, skipped = memory.keep(settings.marks_file, "marks", lambda: marks.read(settings.marks_file, keys))
    except OSError as error:
        problems.append(("marks", _unread(error)))
        return ()
    if skipped:
        problems.append(("marks", f"{skipped} lines of {settings.marks_file} could not be used"))
    return made


def _tail(
    record: Record, log: tuple[Event, ...], want: int, tools_of: str, memory: Memory, problems: list[tuple[str, str]]
) -> Transcript | None:
    deep = want == ONE and tools_of in ("", record.session_id, str(record.pid))
    if want == STATUS and _settled(record, log):
        return None
    path = transcript.locate(record.config_dir, record.cwd, record.session_id)
    if not path:
        return None
    if want == STATUS and record.status == "idle" and _ended_turn(log, path):
        return None
    limit, tools = (transcript.DEEP, 40) if deep else (transcript.LEAN, 0)
    try:
        turn = deep or not (_begun(record, log, path) or (want == STATUS and record.status and not log))
        tail = memory.keep(path, (limit, tools, turn), lambda: transcript.read(path, limit, tools, turn))
    except OSError as error:
        problems.append(("transcript", _unread(error)))
        return Transcript(path=path, last="unreadable")
    open_tools = tail.open_tools()
    if deep or (record.status in ("waiting", "") and (not open_tools or open_tools[0].name in ("Agent", "Task"))):
        tail = tail._replace(subagents=transcript.read_subagents(path))
    return tail


def _settled(record: Record, log: tuple[Event, ...]) -> bool:
    """Whether registry and hooks alone tell the state, so that `status` may leave the transcript closed."""
    if record.status in ("busy", "shell"):
        return True
    if record.status == "waiting":
        return record.waiting_for == "dialog open" or any(
            event.name == "PermissionRequest" and event.t >= record.status_at - _HOOK_LAG for event in log
        )
    return False


def _begun(record: Record, log: tuple[Event, ...], path: str) -> bool:
    """Whether the hooks tell of the newest turn, and with which prompt it began: then the transcript need not."""
    if record.status in ("idle", "shell") and events.prompted(log) and _ended_turn(log, path):
        return True
    newest = next((event for event in reversed(log) if event.name in events.TURN), None)
    return record.status != "idle" and newest is not None and newest.name == "UserPromptSubmit"


def _ended_turn(log: tuple[Event, ...], path: str) -> bool:
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


def _ended(
    settings: Settings, records: list[Record], found: dict[int, Process], now: float, memory: Memory
) -> list[Ended]:
    from cst.claude import history

    alive = {record.session_id for record in records if record.pid in found}
    oldest = now - settings.ended_days * 86400
    return [one for config_dir in settings.config_dirs for one in history.read(config_dir, alive, oldest, memory.keep)]


def _unread(error: OSError) -> str:
    return f"cannot read {error.filename}: {error.strerror}"
