"""Facts in, a verdict out: what one session does and why we think so. Pure.

One ordered table of rules; the first that matches decides. The registry's `status` is a level: for a live process it
is true now and alone decides the class (busy, idle, waiting, shell); hooks and transcript refine inside the class.
docs/state.md explains each rule, tests/data/state/ has a golden case for each.

Over 300 lines because the rules are read as one table.
"""

from __future__ import annotations

from cst.core.evidence import (
    SETTLES,
    VANISHED,
    Verdict,
    because,
    dialog_of,
    hook,
    hooked,
    how_seen,
    is_fresh,
    keeps_none,
    last_words,
    level,
    moment,
    newest,
    registry,
    reused,
    runs,
    seen_mark,
    standing,
    teammates,
    turn_end,
)  # fmt: skip
from cst.core.questions import asks
from cst.core.waiting import client_dialog, menu, other_dialog, permission, plan, question, unknown_wait
from cst.model import Want
from cst.text import age
from cst.wording import DIALOGS, tool_detail

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from cst.core.evidence import Facts


# Tools that are done the moment they are approved.
_AT_ONCE = (*DIALOGS, "Edit", "Write", "MultiEdit", "NotebookEdit")
_CONTINUES = 300.0  # seconds after the end of a limit within which the client goes on by itself (measured: 90)


# ------------------------------------------------------------------------------------------------- the rules


def ended(f: Facts) -> Verdict | None:
    """There is a transcript, and neither a record nor a live process that has it. The time is that of its last write,
    or of the moment at which cst ended it after that."""
    if f.record.pid or not f.tail:
        return None
    by_cst = max((mark.t for mark in f.marks if mark.mark == "ended"), default=0.0)
    if by_cst > f.tail.mtime:  # else it was resumed since, and ended by itself
        return Verdict("ended", by_cst, f"you ended it with cst {age(f.now - by_cst)} ago and no live process has it")
    told = f"its transcript was last written {age(f.now - f.tail.mtime)} ago and no live process has it"
    return Verdict("ended", f.tail.mtime, told)


def elsewhere(f: Facts) -> Verdict | None:
    """Its record is of another machine or another container, where nobody here can see whether it lives."""
    if not f.record.elsewhere:
        return None
    since = max(f.record.status_at, f.record.started_at)
    return Verdict("elsewhere", since, f"{registry(f)}, on another machine or in another container than this one")


def killed(f: Facts) -> Verdict | None:
    """The registry file is there, its process is not: every orderly end removes the file. Nobody saw when it was
    killed: the time is that of its last sign of life."""
    if f.process and not reused(f.record, f.process):
        return None
    what = "belongs to another process now" if f.process else "is gone"
    since = max(f.record.written_at, f.record.status_at, f.tail.mtime if f.tail else 0.0)
    return Verdict("ended", since, f"pid {f.record.pid} {what} and its registry file stayed behind: it was killed")


def unproved(f: Facts) -> Verdict | None:
    """The process table cannot be read (a /proc that is not mounted, or hidden)."""
    if not f.process or f.process.name or f.process.start or f.process.started_at:
        return None
    what = f"pid {f.record.pid} exists, but the process table cannot be read: it may be another program's"
    return Verdict("unknown", f.record.status_at, f"{what}; {registry(f)}")


def stopped(f: Facts) -> Verdict | None:
    """SIGSTOP or Ctrl-Z: the registry's status is frozen."""
    if not f.process or f.process.state not in ("T", "t"):
        return None
    return Verdict("stopped", f.record.status_at, f"process {f.record.pid} is stopped (state T); {registry(f)}")


def no_record(f: Facts) -> Verdict | None:
    """An open picker has seen its record; that is gone now or cannot be read, and its process lives."""
    if f.record.lost != VANISHED:
        return None
    return Verdict("unknown", f.record.written_at, f"its process lives, and {VANISHED}")


def starting(f: Facts) -> Verdict | None:
    """The first moments, before the client has written its status."""
    began = f.record.started_at
    if began > f.now and f.process and f.process.started_at:  # the clock was put back since
        began = f.process.started_at
    waited = f.now - began
    publishes = f.record.key_file or (f.record.version and f.record.session_id)  # 2.1.110 writes neither
    if f.record.status or waited >= (2 if f.record.key_file else 5) or not publishes:
        return None
    return Verdict("starting", began, f"started {age(waited)} ago and has no status yet")


def blocked_start(f: Facts) -> Verdict | None:
    """A key file without a record for over 2 s, and nothing else of it: a dialog before its first prompt is up."""
    if not f.record.key_file:
        return None
    waited = f"live for {age(f.now - f.record.started_at)}"
    because = f"{waited} with a key file, no registry record and nothing written: a dialog at its start holds it"
    return Verdict("dialog", f.record.started_at, because, Want("", "a dialog at its start"))


def no_trace(f: Facts) -> Verdict | None:
    """A client without a registry record, and neither log nor transcript can be told to be its own."""
    if f.record.session_id:
        return None
    lost = f.record.lost or "no registry record"
    if keeps_none(f):
        lost = f"client {f.record.version} keeps no registry record"
    because = f"process {f.record.pid} runs: {lost}, and neither log nor transcript can be told to be its own"
    return Verdict("unknown", f.record.started_at, because)


# A client that publishes no status (before 2.1.120): hooks, transcript, and the shell of a command decide.


def told_dialog(f: Facts) -> Verdict | None:
    """No status, but a hook told of a dialog, and what it is about has neither begun nor ended since."""
    event = dialog_of(f) if not f.record.status else None
    if not event:
        return None
    tool = str(event.payload.get("tool_name") or "")
    wants = Want(tool, tool_detail(tool, event.payload.get("tool_input")), event.t)
    told = f"{hook(f, event)} for {tool}, no result since"
    started = runs(f, event.t) if tool not in _AT_ONCE else False
    if started:
        return None
    if tool not in _AT_ONCE and (tool != "Bash" or started is None):
        return Verdict("unknown", event.t, f"{told}; {registry(f)}: it may have been approved and run", wants)
    no_shell = ", and no command of it runs" if tool == "Bash" else ""
    return Verdict(DIALOGS.get(tool, "permission"), event.t, f"{told}{no_shell}; {registry(f)}", wants)


def untold_dialog(f: Facts) -> Verdict | None:
    """No status and no hooks: a tool without a result runs, or waits for a person."""
    tools = f.tail.open_tools() if f.tail and not f.record.status and not hooked(f) else []
    if not tools or runs(f, tools[0].started):
        return None
    wants = Want(tools[0].name, tools[0].detail, tools[0].started)
    told = f"transcript: {wants.tool} was called {age(f.now - wants.since)} ago and has no result; {registry(f)}"
    if wants.tool in DIALOGS:
        return Verdict(DIALOGS[wants.tool], wants.since, told, wants)
    return Verdict("unknown", wants.since, f"{told}: it may run or wait for approval", wants)


def mid_turn(f: Facts) -> Verdict | None:
    """No status, and the newest thing in the transcript is in the middle of a turn."""
    e = standing(f)
    if f.record.status or e.kind != "unfinished":
        return None
    if f.tail and f.tail.last == "text" and not hooked(f):
        return Verdict("unknown", e.at, f"{e.told}; {registry(f)}, nor the end of its turns without hooks")
    prompt = newest(f, "UserPromptSubmit")
    since = max(prompt.t if prompt else 0.0, f.tail.prompt_at if f.tail else 0.0)
    return Verdict("working", since or e.at, f"{e.told}, which goes on; {registry(f)}")


def prompted(f: Facts) -> Verdict | None:
    """No status, and nothing was written since the prompt: it thinks, or the prompt was taken back."""
    e = standing(f)
    if f.record.status or e.kind != "prompt":
        return None
    if is_fresh(f, e):
        return Verdict("working", e.at, f"{e.told}; {registry(f)}")
    return Verdict("unknown", e.at, f"{e.told}, nothing written since; {registry(f)}: Esc would leave no trace")


# With a status, that alone decides the class.


def compacting(f: Facts) -> Verdict | None:
    """Only hooks tell: the transcript is written at the end."""
    event = newest(f, "PreCompact", "PostCompact", "SessionStart", "Stop", "UserPromptSubmit")
    if level(f) != "busy" or not event or event.name != "PreCompact":
        return None
    return Verdict("compacting", moment(f, event), f"{registry(f)}; {hook(f, event)}")


def busy(f: Facts) -> Verdict | None:
    """A turn is in progress, or its subagents are, or a request is tried again."""
    if level(f) != "busy":
        return None
    prompt = newest(f, "UserPromptSubmit")
    since = max(moment(f, prompt) if prompt else 0.0, f.tail.prompt_at if f.tail else 0.0)
    went_on = f.record.status_at if f.record.status_at <= f.now else 0.0  # after a dialog; /rename does not move it
    return Verdict("working", max(since, went_on) or f.record.status_at, because(f, registry(f), prompt))


def shell(f: Facts) -> Verdict | None:
    """The turn is over and a shell of its own still runs."""
    if f.record.status != "shell":
        return None
    return Verdict("background", turn_end(f), because(f, registry(f), newest(f, "Stop")))


def unknown_status(f: Facts) -> Verdict | None:
    """A status that this version of cst does not know."""
    if level(f) in ("idle", ""):
        return None
    return Verdict("unknown", f.record.status_at, f"{registry(f)}: not known to this version of cst")


# From here on the registry says idle, or a client without a status has ended its turn: how, says the newest evidence.


def just_prompted(f: Facts) -> Verdict | None:
    """The one exception to the level: a prompt less than a second old, which the registry may not show yet."""
    e = standing(f)
    if e.kind != "prompt" or not e.wall > f.record.status_at or not is_fresh(f, e):
        return None
    return Verdict("working", e.at, f"{e.told}; {registry(f)}, which may lag")


def settling(f: Facts) -> Verdict | None:
    """It went idle this moment and nothing says yet how the turn ended: hooks and transcript lag by up to 0.75 s."""
    e = standing(f)
    if e.kind not in ("prompt", "unfinished") or abs(f.now - f.record.status_at) >= SETTLES:
        return None
    return Verdict("working", e.at, f"{registry(f)}; {e.told}; how the turn ended is not written yet")


def turn_failed(f: Facts) -> Verdict | None:
    """The turn ended in an API error, or in a limit that nothing lifts by itself."""
    e = standing(f)
    if e.kind != "failed" or seen_mark(f, e, ("you",)):
        return None
    words, until = _limit(f)
    limit = f"; the limit ends in {age(until - f.now)}" if until > f.now else "; the limit is over: ready to retry"
    told = f"{e.told}; {registry(f)}{limit if until else ''}"
    words = f"{words} ({limit[2:]})" if until else words
    return Verdict("error", e.at, told, Want("", words) if words else None)


def _limit(f: Facts) -> tuple[str, float]:
    """The words of the error that the turn ended in, and when the limit ends that it tells of; 0.0: none is told."""
    e = standing(f)
    words = str(e.event.payload.get("last_assistant_message") or "") if e.event else ""
    words = words or (f.tail.error if f.tail else "")
    if f.tail and f.tail.resets_at:
        return words, f.tail.resets_at
    from cst.core.limits import reset_at  # few turns end so

    return words, reset_at(words, e.wall, f.utc_offset, f.zones) if words else 0.0


def limited(f: Facts) -> Verdict | None:
    """A usage limit that the client has set to continue by itself. It needs somebody where it did not continue."""
    e = standing(f)
    if e.kind != "failed" or e.restored or not f.tail or not f.tail.resumes:
        return None
    words, until = _limit(f)
    note = newest(f, "Notification")
    stale = note and note.t > e.wall and note.payload.get("notification_type") == "quota_auto_resume_stale"
    if stale or (until and f.now > until + _CONTINUES):
        limit = "the limit is over and it has not continued: it may want Enter"
    elif until > f.now:
        limit = f"continues by itself in {age(until - f.now)}"
    else:
        limit = "continues by itself any moment" if until else "continues by itself"
    told = f"{e.told}; {registry(f)}; {limit}"
    needs = "may want" in limit and not seen_mark(f, e, ("you",))
    return Verdict("limited", e.at, told, Want("", f"{words} ({limit})".strip()), needs)


def woken_later(f: Facts) -> Verdict | None:
    """Stop does not mean idle: agents, shells or wake-ups of its own go on."""
    e = standing(f)
    stop = newest(f, "Stop")
    running = sum(agent.running for agent in teammates(f))
    if e.kind == "finished" and running:
        return Verdict("background", e.at, f"{e.told}; {running} of its teammates at work; {registry(f)}")
    if e.kind != "finished" or not stop or stop.t < e.wall - 2:
        return None
    tasks, crons = stop.payload.get("background_tasks"), stop.payload.get("session_crons")
    going = [one for given in (tasks, crons) if isinstance(given, list) for one in given if not _rests(f, one)]
    if not going:
        return None
    return Verdict("background", e.at, f"{hook(f, stop)} with {len(going)} of its own still running; {registry(f)}")


def _rests(f: Facts, task: object) -> bool:
    """Whether a background task is a teammate that is at rest: the client lists it as running for as long as it
    exists. One with a process of its own is counted by that."""
    if not isinstance(task, dict) or task.get("type") != "teammate":
        return False
    agents = f.tail.subagents if f.tail else ()
    return not any(agent.running for agent in agents) if agents else newest(f, "TeammateIdle") is not None


def asked(f: Facts) -> Verdict | None:
    """It finished, and its last words are a question in plain text."""
    e = standing(f)
    if e.kind != "finished" or not asks(last_words(f)) or seen_mark(f, e, ("you",)):
        return None
    return Verdict("asked", e.at, f"{e.told}, in a question; {registry(f)}", Want("", last_words(f).strip()[-500:]))


def finished(f: Facts) -> Verdict | None:
    """It finished its turn and nobody has looked since."""
    e = standing(f)
    if e.kind != "finished" or asks(last_words(f)) or seen_mark(f, e, ("you", "jump", "look")):
        return None
    return Verdict("done", e.at, f"{e.told}; {registry(f)}")


def seen(f: Facts) -> Verdict | None:
    """How the turn ended, and a person has seen that."""
    e = standing(f)
    if e.kind not in ("finished", "failed"):
        return None
    strict = e.kind == "failed" or asks(last_words(f))
    counts = ("you",) if strict else ("you", "jump", "look")
    mark = seen_mark(f, e, counts)
    if not mark:
        return None
    return Verdict("idle", e.at, f"{e.told}; {how_seen(mark)} {age(f.now - mark.t)} ago")


def interrupted(f: Facts) -> Verdict | None:
    """Esc, or No at a dialog. No hook fires; before the first token the transcript has no mark either. Or its end cut
    the turn off, and cst restored it: that needs somebody until it is seen."""
    e = standing(f)
    if e.kind not in ("interrupted", "prompt", "unfinished"):
        return None
    if e.kind == "interrupted":
        told = because(f, f"{e.told}; {registry(f)}", newest(f, "UserPromptSubmit"))
        needs = not seen_mark(f, e, ("you", "jump", "look")) if e.restored else None
        return Verdict("interrupted", e.at, told, needs=needs)
    told = f"{registry(f)}; {e.told}, and no end of that turn was written"
    return Verdict("interrupted", max(e.at, f.record.status_at), told)


def unreadable(f: Facts) -> Verdict | None:
    """Idle, but what would tell why cannot be read."""
    e = standing(f)
    if e.kind != "unreadable":
        return None
    return Verdict("unknown", f.record.status_at, f"{registry(f)}; {e.told}")


def fresh(f: Facts) -> Verdict | None:
    """At its prompt, and no turn since it started, was resumed or cleared."""
    e = standing(f)
    return Verdict("idle", e.at, f"{e.told}; {registry(f)}")


RULES: tuple[tuple[str, Callable[[Facts], Verdict | None]], ...] = (
    ("ended", ended), ("elsewhere", elsewhere), ("killed", killed), ("unproved", unproved), ("stopped", stopped),
    ("no-record", no_record), ("starting", starting), ("blocked-start", blocked_start),
    ("no-trace", no_trace), ("told-dialog", told_dialog), ("untold-dialog", untold_dialog), ("mid-turn", mid_turn),
    ("prompted", prompted),
    ("question", question), ("client-dialog", client_dialog), ("menu", menu), ("plan", plan),
    ("permission", permission),
    ("other-dialog", other_dialog), ("unknown-wait", unknown_wait),
    ("compacting", compacting), ("busy", busy), ("shell", shell), ("unknown-status", unknown_status),
    ("just-prompted", just_prompted), ("settling", settling), ("limited", limited),
    ("turn-failed", turn_failed),
    ("woken-later", woken_later), ("asked", asked), ("finished", finished), ("seen", seen),
    ("interrupted", interrupted), ("unreadable", unreadable), ("fresh", fresh),
)  # fmt: skip


def decide(f: Facts) -> tuple[str, Verdict]:
    """The first rule that matches, and what it says. `fresh` matches always."""
    for name, rule in RULES:
        verdict = rule(f)
        if verdict:
            return name, verdict
    raise AssertionError("the last rule matches always")
