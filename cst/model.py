"""The nouns: what was seen (Snapshot and its parts), what it means (Session), the one exception.

Over 300 lines because every noun stands in one place, each field with its gloss.
"""

from __future__ import annotations

from cst.value import Value

TYPE_CHECKING = False  # the type checker reads it as True; `typing` itself costs 0.5 x the start of Python
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

STATES = (  # in the order in which they deserve a person
    "permission", "question", "plan", "dialog", "error", "limited", "asked", "done", "unknown", "interrupted", "menu",
    "idle", "background", "working", "compacting", "starting", "stopped", "elsewhere", "ended",
)  # fmt: skip
NEEDS_YOU = tuple(state for state in STATES[:8] if state != "limited")  # a limit that lifts by itself needs nobody
PAGES = ("tools", "screen", "why", "changes", "conversation")  # of the preview
DIALOG_OPEN = "dialog open"  # what a record waits for behind a menu, or behind a dialog that the client itself raised


class CstError(Exception):
    """Something the user can act on: one line, `what; remedy`; exit 1. `remedy` is "" where there is nothing to do.
    `sent`, where an action types into a session: whether it had sent anything before it failed; else None.
    `also`: what else is wrong, and was found together with it."""

    def __init__(self, what: str, remedy: str = "", *, sent: bool | None = None, also: Sequence[CstError] = ()) -> None:
        super().__init__(f"{what}; {remedy}" if remedy else what)
        self.what, self.remedy, self.sent, self.also = what, remedy, sent, also


class UncertainError(CstError):
    """Something was to be done elsewhere, and nobody can tell whether it was: exit 4."""


class UsageError(CstError):
    """Words on the command line that cannot mean anything: exit 2."""


# ------------------------------------------------------------------------------------------ what was seen


class Record(Value):
    """One file `sessions/<pid>.json` of Claude Code's registry. Times are epoch seconds."""

    pid: int
    start: str = ""  # procStart, field 22 of /proc/<pid>/stat; "" before 2.1.120
    session_id: str = ""
    cwd: str = ""
    started_at: float = 0.0
    version: str = ""
    kind: str = ""  # interactive, bg, daemon, daemon-worker; teammate: of the session `lead`, as cst has found out
    entrypoint: str = ""  # cli (TUI or --bg), sdk-cli (claude -p), sdk-*, claude-vscode, claude-desktop, …
    pane: str = ""  # "%7", as it was at start-up; names no socket
    name: str = ""
    name_by: str = ""  # user, collision, hook, peer, auto or derived
    status: str = ""  # busy, idle, waiting, shell; "" = not written (yet)
    waiting_for: str = ""
    status_at: float = 0.0
    config_dir: str = ""
    written_at: float = 0.0  # mtime of the file
    key_file: bool = False  # True: there is only a `.key` file; the session is not registered (yet)
    lost: str = ""  # why a session has no record, as far as that is known; "" = it has one
    lead: str = ""  # of a teammate: the session id of its lead
    job: str = ""  # jobId of a background session
    parked: str = ""  # the job that the conversation of this process went on in: the process only shows lists and jobs
    spare: bool = False  # a background process that waits for a conversation: no session
    domain: str = ""  # pidDomain: machine and pid namespace that the pid counts in
    elsewhere: bool = False  # no process here is that of the record: it is another machine's, or another container's
    inner_pid: int = 0  # the pid in its own namespace, where that is another one: hooks tell of this

    @property
    def key(self) -> str:
        """The key of its session: `<pid>.<start>`, with a start of 0 where the client recorded none."""
        return f"{self.pid}.{self.start or '0'}"


class Process(Value):
    """One live process as the kernel knows it. (pid, start) names it for ever; a bare pid does not."""

    pid: int
    start: str
    state: str = ""  # R, S, D, T (stopped), Z
    name: str = ""
    tty: int = 0  # device number of the controlling terminal, 0 = none
    front: bool = True  # in the foreground process group of that terminal
    ancestors: tuple[int, ...] = ()  # parent first
    fronts: tuple[int, ...] = ()  # of each ancestor: its terminal, below 0 where it is not in front; () = not known
    environ: Mapping[str, str] = {}  # only the few names that system/processes lists
    started_at: float = 0.0  # epoch seconds, 0 = not known
    shell_at: float | None = None  # since when a shell of the Bash tool runs; 0 = none does; None = not looked for


class Event(Value):
    """One line of the event log (docs/events.md): a hook that fired. `t` is epoch seconds."""

    t: float
    name: str
    pid: int = 0
    tmux: str = ""  # $TMUX of the hook: "socket,server pid,session"
    pane: str = ""
    payload: Mapping[str, Any] = {}
    up: float = 0.0  # seconds since the machine started: the order, whatever the clock was set to; 0 = not known


class ToolUse(Value):
    """One tool call of a transcript. `seconds` is None while it has no result."""

    id: str
    name: str
    detail: str
    started: float
    seconds: float | None = None
    outcome: str = "open"  # open, ok, failed, denied, interrupted


class Turn(Value):
    """One piece of a conversation: a prompt, an answer, or a call of a tool."""

    who: str  # you, claude, or the name of the tool
    text: str
    at: float
    id: str = ""  # of its line, and which of the pieces of that line it is: `UUID#0`; "" where the line has no id


class Subagent(Value):
    """One agent that a session started; `tool` is its last tool call."""

    id: str
    kind: str
    description: str
    running: bool
    tool: ToolUse | None = None


class Transcript(Value):
    """What the end of one transcript says. "" or None: not within the bytes that were read."""

    path: str
    size: int = 0
    mtime: float = 0.0
    read: int = 0  # bytes
    skipped: int = 0  # lines that could not be used
    last: str = ""  # the newest decisive line: prompt, tool, result, text, finished, error, interrupted
    last_at: float = 0.0
    prompt_at: float = 0.0  # of the newest prompt line, typed or made by a machine
    last_prompt: str = ""
    last_words: str = ""  # Claude's text since that prompt, of the newest answer where no more was read
    error: str = ""
    title: str = ""
    cwd: str = ""
    branch: str = ""
    model: str = ""
    version: str = ""
    tokens: int | None = None  # of the newest request: input and output, cached or not
    asked_at: float = 0.0  # when it was answered; 0 = not known, or compacted since
    cached_until: float = 0.0  # epoch seconds at which the prompt cache forgets what it held; 0 = nothing proves a time
    uncached: int | None = None  # tokens to be sent again then, as the status line was told
    requests: int | None = None  # in the last hour, as the status line was told
    pr: int | None = None  # number of the pull request that belongs to it
    pr_url: str = ""
    window: int | None = None  # tokens that the context holds, as the status line was told
    cost: float | None = None  # dollars
    entrypoint: str = ""
    session_kind: str = ""  # bg
    resets_at: float = 0.0  # epoch seconds: when the limit ends that its last error tells of, in numbers
    resumes: bool = False  # the client has said that it goes on by itself then
    continued: str = ""  # the session id under which it went on
    tools: tuple[ToolUse, ...] = ()  # oldest first
    subagents: tuple[Subagent, ...] = ()

    def open_tools(self) -> list[ToolUse]:
        """The tool calls without a result, oldest first: the first of them runs or waits."""
        return [tool for tool in self.tools if tool.outcome == "open"]


class Mark(Value):
    """One line of the marks log: what a person did about a session. `t` is epoch seconds."""

    t: float
    mark: str  # seen, visit, back, looked, pin, tag, untag, name, note, archive, snooze, dismiss, ended, restored
    key: str = ""
    by: str = ""  # seen: jump, look, you; snooze: asked
    client: str = ""
    pane: str = ""  # visit: the pane that the client came from, `value` the one it came to; without a key no session's
    socket: str = ""
    value: str = ""


class Pane(Value):
    """One tmux pane, as tmux knows it now. A window linked into two sessions gives two of them."""

    socket: str
    id: str
    pid: int
    tty: str
    session_id: str  # "$1"
    window_id: str  # "@1"
    window_index: str
    pane_index: str
    shown: bool  # the active pane of the current window of its tmux session
    attached: bool
    command: str
    session: str  # free text
    badges: tuple[str, ...] = ()  # what our options on it say: key and state of the pane, state of the window
    title: str = ""  # free text

    @property
    def device(self) -> int:
        """The number of its terminal, as the kernel counts those of processes; 0 where its name does not tell."""
        number = self.tty.removeprefix("/dev/pts/")
        minor = int(number) if number != self.tty and digits(number) else -1
        return 136 << 8 | minor & 0xFF | (minor & ~0xFF) << 12 if minor >= 0 else 0


class Client(Value):
    """One tmux client: `activity` is the epoch second of its last key, `refresh` the seconds of its status-interval."""

    socket: str
    name: str
    activity: float
    session_id: str
    pane: str
    refresh: float = 0.0


class Ended(Value):
    """One session that is over, found by its transcript."""

    session_id: str
    transcript: Transcript
    config_dir: str
    prompts: tuple[str, ...] = ()  # what was typed into it, newest first, as far as the client's history goes


class Tasks(Value):
    """The task list of one session."""

    done: int
    total: int
    current: str = ""


class Snapshot(Value):
    """Everything seen in one look at the world. Tests write these by hand; `state` needs nothing else."""

    now: float
    records: Sequence[Record] = ()
    processes: Mapping[int, Process] = {}
    events: Mapping[str, Sequence[Event]] = {}  # by session id, oldest first
    transcripts: Mapping[str, Transcript] = {}  # by session id
    marks: Sequence[Mark] = ()
    panes: Sequence[Pane] = ()
    clients: Sequence[Client] = ()
    branches: Mapping[str, str] = {}  # by folder
    weights: Mapping[str, float] = {}  # by a pattern of folders, as the settings say
    repositories: Mapping[str, str] = {}  # of the folders in linked worktrees: as in Session
    shared: Mapping[str, str] = {}  # of the folders in checkouts that several live sessions are in: the top of that
    tasks: Mapping[str, Tasks] = {}  # by session id
    ended: Sequence[Ended] = ()
    problems: Sequence[tuple[str, str]] = ()  # (source, message)
    home: str = ""
    utc_offset: int = 0  # of the local clock, seconds
    boot: float = 0.0  # when the machine started, by the clock as it is now: an event's `up` counts from there
    zones: Mapping[str, int | None] = {}  # the same of zones that an error names; None: not known
    attached: Mapping[str, str] = {}  # terminal (a device number) -> what the `claude attach` on it shows


# ------------------------------------------------------------------------------------------ what it means


class Want(Value):
    """A tool and what it is about to do, or does."""

    tool: str
    detail: str
    since: float = 0.0


class Place(Value):
    """Where a session lives in tmux. `target` is exact even for a window linked into two sessions."""

    socket: str
    session: str
    window: str
    pane: str
    location: str  # session:window.pane, for people
    target: str  # =$1:@2.%3, for tmux
    front: bool = True  # it is what the pane shows: not stopped, not behind another program
    alone: bool = False  # the pane is the only one of its window


class Session(Value):
    """One Claude Code session as we understand it now. docs/json.md describes the fields."""

    key: str
    id: str
    pid: int | None
    state: str
    since: float
    because: str
    rule: str
    needs_you: bool = False
    wants: Want | None = None
    doing: Want | None = None
    name: str = ""
    title: str = ""
    tags: tuple[str, ...] = ()
    pinned: bool = False
    snoozed: bool = False  # a person wants no word of it for now
    snoozed_until: float = 0.0  # 0 while snoozed: until it changes
    note: str = ""  # the user's, shown in its row
    archived: bool = False  # out of sight
    weight: float = 0.0  # of its folder, by the user's settings
    visited: float = 0.0  # epoch seconds of the last jump to it
    cwd: str = ""
    repository: str = ""  # of a linked worktree: where its main one, or the bare repository, is
    branch: str = ""
    shared: str = ""  # the top of its checkout, if another live session is in that too
    model: str = ""
    tokens: int | None = None
    cold: int | None = None  # tokens that its next message costs anew: the prompt cache has expired. None: not proven
    cost: float | None = None
    tasks: Tasks | None = None
    last_prompt: str = ""
    last_words: str = ""
    place: Place | None = None
    hidden: bool = False  # without a place, and a tmux server could not be asked: it may be in a pane all the same
    watched: bool = False  # on the screen of a client that was active since `since`
    kind: str = ""  # interactive, background; headless, sdk, editor, desktop, remote: driven by another program
    client_version: str = ""
    config_dir: str = ""
    transcript: Transcript | None = None
    sources: tuple[str, ...] = ()  # of registry, hooks, transcript, process: those that spoke


def label(session: Session) -> str:
    """What people call a session: its name, else its title, else its folder; never empty."""
    return session.name or session.title or project(session.repository or session.cwd) or session.id[:8] or session.key


def project(cwd: str) -> str:
    """The last part of a folder's path, of a worktree that the client made its repository's; "/" for the root."""
    return cwd.partition("/.claude/worktrees/")[0].rstrip("/").rpartition("/")[2] or cwd


def host_of(key: str) -> str:
    """The host of a session, by its key; "" for one of this machine."""
    return key.partition("/")[0] if "/" in key else ""


def digits(text: str) -> bool:
    """Whether a text is a number in the digits 0 to 9: `isdigit` alone takes those of every script."""
    return text.isascii() and text.isdigit()


def is_session_id(text: str) -> bool:
    """Whether a text has the form of a session id: a UUID of hex digits and dashes."""
    return len(text) == 36 and not text.strip("0123456789abcdef-")
