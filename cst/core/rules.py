"""Facts in, a verdict out: what one session does and why we think so. Pure.

One ordered table of rules; the first that matches decides. The registry's `status` is a level: for a live process it
is true now and alone decides the class (busy, idle, waiting, shell); hooks and transcript refine inside the class.
docs/state.md explains each rule, tests/data/state/ has a golden case for each.

Over 300 lines because the rules are read as one table.
"""

from __future__ import annotations

from cst.core.evidence import (
    LAG,
    SETTLES,
    asking,
    asks,
    because,
    dialog_of,
    hook,
    hooked,
    last_words,
    newest,
    registry,
    reused,
    runs,
    standing,
    turn_end,
    waits,
    was_seen,
)  # fmt: skip
from cst.model import Value, Want, tool_detail
from cst.text import age

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from cst.core.evidence import Facts


class Verdict(Value):
    """What a rule says: `because` is one sentence of evidence with its age."""

    state: str
    since: float
    because: str
    wants: Want | None = None


# What opens which dialog, and tools that are done the moment they are approved.
_DIALOGS = {"AskUserQuestion": "question", "ExitPlanMode": "plan"}
_AT_ONCE = (*_DIALOGS, "Edit", "Write", "MultiEdit", "NotebookEdit")


# ------------------------------------------------------------------------------------------------- the rules


def killed(f: Facts) -> Verdict | None:
    """The registry file is there, its process is not: every orderly end removes the file."""
    if f.process and not reused(f.record, f.process):
        return None
    what = "belongs to another process now" if f.process else "is gone"
    since = max(f.record.written_at, f.record.status_at)
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


def starting(f: Facts) -> Verdict | None:
    """The first moments, before the client has written its status."""
    waited = f.now - f.record.started_at
    publishes = f.record.key_file or (f.record.version and f.record.session_id)  # 2.1.110 writes neither
    if f.record.status or waited >= (2 if f.record.key_file else 5) or not publishes:
        return None
    return Verdict("starting", f.record.started_at, f"started {age(waited)} ago and has no status yet")


def blocked_start(f: Facts) -> Verdict | None:
    """A key file without a record for over 2 s: the trust or the consent dialog is up."""
    if not f.record.key_file:
        return None
    waited = f"live for {age(f.now - f.record.started_at)}"
    because = f"{waited} with a key file and no registry record: a trust or consent dialog holds it"
    return Verdict("dialog", f.record.started_at, because, Want("", "trust or consent at start"))


def no_trace(f: Facts) -> Verdict | None:
    """A client that keeps no registry, and neither log nor transcript can be told to be its own."""
    if f.record.session_id:
        return None
    because = f"process {f.record.pid} keeps no registry record (client before 2.1.100), and has left no other trace"
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
    return Verdict(_DIALOGS.get(tool, "permission"), event.t, f"{told}{no_shell}; {registry(f)}", wants)


def untold_dialog(f: Facts) -> Verdict | None:
    """No status and no hooks: a tool without a result runs, or waits for a person."""
    tools = f.tail.open_tools() if f.tail and not f.record.status and not hooked(f) else []
    if not tools or runs(f, tools[0].started):
        return None
    wants = Want(tools[0].name, tools[0].detail, tools[0].started)
    told = f"transcript: {wants.tool} was called {age(f.now - wants.since)} ago and has no result; {registry(f)}"
    if wants.tool in _DIALOGS:
        return Verdict(_DIALOGS[wants.tool], wants.since, told, wants)
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
    if abs(f.now - e.at) < LAG:
        return Verdict("working", e.at, f"{e.told}; {registry(f)}")
    return Verdict("unknown", e.at, f"{e.told}, nothing written since; {registry(f)}: Esc would leave no trace")


# With a status, that alone decides the class.


def question(f: Facts) -> Verdict | None:
    """AskUserQuestion, or an elicitation, is open."""
    if not waits(f, "input needed"):
        return None
    return _waiting(f, "question", ("AskUserQuestion",))


def menu(f: Facts) -> Verdict | None:
    """The person opened one of the client's menus and left it open."""
    if not waits(f, "dialog open"):
        return None
    return Verdict("menu", f.record.status_at, because(f, registry(f)))


def plan(f: Facts) -> Verdict | None:
    """The registry calls a plan a permission; the tool that asks tells them apart."""
    asked_by = asking(f) if waits(f, "permission prompt") else None
    if not asked_by or asked_by[0].tool != "ExitPlanMode":
        return None
    return _waiting(f, "plan", ("ExitPlanMode",))


def permission(f: Facts) -> Verdict | None:
    """A tool waits for approval."""
    return _waiting(f, "permission", ()) if waits(f, "permission prompt") else None


def other_dialog(f: Facts) -> Verdict | None:
    """Dialogs that the client's binary names."""
    if f.record.waiting_for not in ("worker request", "sandbox request", "goal proposal") or not waits(f):
        return None
    return Verdict("dialog", f.record.status_at, because(f, registry(f)), Want("", f.record.waiting_for))


def unknown_wait(f: Facts) -> Verdict | None:
    """It waits for something that this version of cst does not know."""
    if not waits(f):
        return None
    return Verdict("unknown", f.record.status_at, f"{registry(f)}: not known to this version of cst")


def compacting(f: Facts) -> Verdict | None:
    """Only hooks tell: the transcript is written at the end."""
    event = newest(f, "PreCompact", "PostCompact", "SessionStart", "Stop", "UserPromptSubmit")
    if f.record.status != "busy" or not event or event.name != "PreCompact":
        return None
    return Verdict("compacting", event.t, f"{registry(f)}; {hook(f, event)}")


def busy(f: Facts) -> Verdict | None:
    """A turn is in progress, or its subagents are, or a request is tried again."""
    if f.record.status != "busy":
        return None
    prompt = newest(f, "UserPromptSubmit")
    since = max(prompt.t if prompt else 0.0, f.tail.prompt_at if f.tail else 0.0)
    return Verdict("working", since or f.record.status_at, because(f, registry(f), prompt))


def shell(f: Facts) -> Verdict | None:
    """The turn is over and a shell of its own still runs."""
    if f.record.status != "shell":
        return None
    return Verdict("background", turn_end(f), because(f, registry(f), newest(f, "Stop")))


def unknown_status(f: Facts) -> Verdict | None:
    """A status that this version of cst does not know."""
    if f.record.status in ("idle", ""):
        return None
    return Verdict("unknown", f.record.status_at, f"{registry(f)}: not known to this version of cst")


# From here on the registry says idle, or a client without a status has ended its turn: how, says the newest evidence.


def just_prompted(f: Facts) -> Verdict | None:
    """The one exception to the level: a prompt less than a second old, which the registry may not show yet."""
    e = standing(f)
    if e.kind != "prompt" or not e.at > f.record.status_at or abs(f.now - e.at) >= LAG:
        return None
    return Verdict("working", e.at, f"{e.told}; {registry(f)}, which may lag")


def settling(f: Facts) -> Verdict | None:
    """It went idle this moment and nothing says yet how the turn ended: hooks and transcript lag by up to 0.75 s."""
    e = standing(f)
    if e.kind not in ("prompt", "unfinished") or abs(f.now - f.record.status_at) >= SETTLES:
        return None
    return Verdict("working", e.at, f"{registry(f)}; {e.told}; how the turn ended is not written yet")


def turn_failed(f: Facts) -> Verdict | None:
    """The turn ended in an API error or a limit."""
    e = standing(f)
    if e.kind != "failed" or was_seen(f, e.at, ("you",)):
        return None
    words = str(e.event.payload.get("last_assistant_message") or "") if e.event else ""
    words = words or (f.tail.error if f.tail else "")
    until = _reset_at(words, e.at, f.utc_offset) if words else 0.0
    limit = f"; the limit ends in {age(until - f.now)}" if until > f.now else "; the limit is over: ready to retry"
    told = f"{e.told}; {registry(f)}{limit if until else ''}"
    words = f"{words} ({limit[2:]})" if until else words
    return Verdict("error", e.at, told, Want("", words) if words else None)


def _reset_at(words: str, said: float, utc_offset: int) -> float:
    from cst.core.limits import reset_at  # few turns end so

    return reset_at(words, said, utc_offset)


def woken_later(f: Facts) -> Verdict | None:
    """Stop does not mean idle: agents, shells or wake-ups of its own go on."""
    e = standing(f)
    stop = newest(f, "Stop")
    if e.kind != "finished" or not stop or stop.t < e.at - 2:
        return None
    tasks, crons = stop.payload.get("background_tasks"), stop.payload.get("session_crons")
    count = sum(len(given) for given in (tasks, crons) if isinstance(given, list))
    if not count:
        return None
    return Verdict("background", e.at, f"{hook(f, stop)} with {count} of its own still running; {registry(f)}")


def asked(f: Facts) -> Verdict | None:
    """It finished, and its last words are a question in plain text."""
    e = standing(f)
    if e.kind != "finished" or not asks(last_words(f)) or was_seen(f, e.at, ("you",)):
        return None
    return Verdict("asked", e.at, f"{e.told}, in a question; {registry(f)}", Want("", last_words(f).strip()[-500:]))


def finished(f: Facts) -> Verdict | None:
    """It finished its turn and nobody has looked since."""
    e = standing(f)
    if e.kind != "finished" or asks(last_words(f)) or was_seen(f, e.at, ("you", "jump", "look")):
        return None
    return Verdict("done", e.at, f"{e.told}; {registry(f)}")


def seen(f: Facts) -> Verdict | None:
    """How the turn ended, and a person has seen that."""
    e = standing(f)
    if e.kind not in ("finished", "failed"):
        return None
    strict = e.kind == "failed" or asks(last_words(f))
    counts = ("you",) if strict else ("you", "jump", "look")
    mark = next(m for m in reversed(f.marks) if m.mark == "seen" and m.t >= e.at and (m.by or "you") in counts)
    how = {"jump": "you jumped there", "look": "it was on your screen"}.get(mark.by, "you marked it as seen")
    return Verdict("idle", e.at, f"{e.told}; {how} {age(f.now - mark.t)} ago")


def interrupted(f: Facts) -> Verdict | None:
    """Esc, or No at a dialog. No hook fires; before the first token the transcript has no mark either."""
    e = standing(f)
    if e.kind not in ("interrupted", "prompt", "unfinished"):
        return None
    if e.kind == "interrupted":
        return Verdict("interrupted", e.at, because(f, f"{e.told}; {registry(f)}", newest(f, "UserPromptSubmit")))
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
    ("killed", killed), ("unproved", unproved), ("stopped", stopped), ("starting", starting),
    ("blocked-start", blocked_start),
    ("no-trace", no_trace), ("told-dialog", told_dialog), ("untold-dialog", untold_dialog), ("mid-turn", mid_turn),
    ("prompted", prompted),
    ("question", question), ("menu", menu), ("plan", plan), ("permission", permission),
    ("other-dialog", other_dialog), ("unknown-wait", unknown_wait),
    ("compacting", compacting), ("busy", busy), ("shell", shell), ("unknown-status", unknown_status),
    ("just-prompted", just_prompted), ("settling", settling), ("turn-failed", turn_failed),
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


def _waiting(f: Facts, state: str, tools: tuple[str, ...]) -> Verdict:
    """The verdict for an open dialog; what it is about only where the evidence names one of `tools` (or any)."""
    wants, event = asking(f) or (None, None)
    if wants and tools and wants.tool not in tools:
        wants, event = None, None
    source = "" if event or not wants else f"; transcript: {wants.tool} has no result"
    return Verdict(state, f.record.status_at, because(f, registry(f) + source, event), wants)
