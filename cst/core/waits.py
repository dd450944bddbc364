"""How long sessions waited for their user, from what hooks and transcripts wrote down of them. Pure.

A hook says when a permission was asked for, and nothing says when it was given: the result of the call does, once the
command is through. So such a wait is at most that long (`exact` is False), but for calls that take no time. The client
does write down how long a turn was without what it spent in dialogs: with one permission in a turn that makes it exact,
and with several none was longer than all. Questions and plans are calls that have their result the moment they are
answered: those are exact, without hooks too.
"""

from __future__ import annotations

import itertools

from cst.core.questions import asks
from cst.value import Value
from cst.wording import DIALOGS, is_machine_made, tool_detail

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cst.model import Event, ToolUse

_LAG = 1.5  # seconds by which hooks and transcripts tell of one moment apart
_AT_ONCE = ("Edit", "Write", "MultiEdit", "NotebookEdit")  # done the moment they are approved
_OVER = ("UserPromptSubmit", "Stop", "StopFailure", "SessionEnd", "SessionStart")  # no dialog is open behind these


class Ending(Value):
    """The end of a turn: what it said last, or that it failed."""

    at: float  # epoch seconds
    words: str = ""
    failed: bool = False


class Trace(Value):
    """What was written down of one session, each list oldest first."""

    session_id: str
    name: str = ""
    cwd: str = ""
    tags: tuple[str, ...] = ()
    events: Sequence[Event] = ()
    calls: Sequence[ToolUse] = ()
    prompts: Sequence[float] = ()  # epoch seconds; a machine's too
    endings: Sequence[Ending] = ()
    seen: Sequence[tuple[float, bool]] = ()  # when it was seen, and whether the user said so
    approved: int = 0  # calls that a person allowed
    turns: Sequence[tuple[float, float, float]] = ()  # begin, end, and the seconds of it in which no dialog was open
    shown: str = ""  # what its row begins with; `name` is the label alone


class Wait(Value):
    """One time that a session waited. Times are epoch seconds; `until` is 0 where nothing says when it ended."""

    session_id: str
    state: str  # permission, question, plan, error, asked, done
    what: str
    since: float
    until: float
    exact: bool = True  # False: it ended then at the latest
    open: bool = False  # it still waits

    @property
    def seconds(self) -> float:
        """How long it was; 0.0 where nothing says when it ended."""
        return max(0.0, self.until - self.since) if self.until else 0.0


def waits(trace: Trace) -> list[Wait]:
    """All waits of a session, in their order. Those for an answer do not overlap: a dialog behind another begins when
    that is answered."""
    found = [*_by_turns(trace, [*_dialogs(trace), *_permissions(trace)]), *_turns(trace)]
    last = 0.0
    told = []
    for wait in sorted(found, key=lambda wait: wait.since):
        if wait.state != "done":
            wait = wait._replace(since=max(wait.since, min(last, wait.until)) if wait.until else wait.since)
            last = max(last, wait.until)
        told.append(wait)
    return told


def _dialogs(trace: Trace) -> Iterator[Wait]:
    """Questions, plans, and what MCP servers ask."""
    asked = [call for call in trace.calls if call.name in DIALOGS]
    for call in asked:
        until = call.started + call.seconds if call.seconds is not None else 0.0
        yield Wait(trace.session_id, DIALOGS[call.name], call.detail, call.started, until)
    for at, event in enumerate(trace.events):
        if event.name == "Elicitation":
            end = next((e.t for e in trace.events[at + 1 :] if e.name == "ElicitationResult"), 0.0)
            yield Wait(trace.session_id, "question", str(event.payload.get("message") or ""), event.t, end)
        tool = str(event.payload.get("tool_name") or "")
        if event.name != "PreToolUse" or tool not in DIALOGS:
            continue
        if not any(call.name == tool and abs(call.started - event.t) <= 2 * _LAG for call in asked):
            until = _next_event(trace, event)
            detail = tool_detail(tool, event.payload.get("tool_input"))
            yield Wait(trace.session_id, DIALOGS[tool], detail, event.t, until, exact=False)


def _permissions(trace: Trace) -> Iterator[Wait]:
    """Calls that waited for approval, by the hook that told of each."""
    left = [call for call in trace.calls if call.seconds is not None and call.name not in DIALOGS]
    for event in trace.events:
        tool = str(event.payload.get("tool_name") or "")
        if event.name != "PermissionRequest" or tool in DIALOGS:
            continue
        detail = tool_detail(tool, event.payload.get("tool_input"))
        call = next((call for call in left if _is_of(call, tool, detail, event.t)), None)
        what = f"{tool}: {detail}" if detail else tool
        if call is None:
            yield Wait(trace.session_id, "permission", what, event.t, _next_event(trace, event), exact=False)
            continue
        left.remove(call)
        exact = call.outcome == "denied" or call.name in _AT_ONCE
        yield Wait(trace.session_id, "permission", what, event.t, call.started + (call.seconds or 0.0), exact)


def _by_turns(trace: Trace, dialogs: list[Wait]) -> list[Wait]:
    """The same, with what the turns tell of those that lasted no longer than to some moment. A subagent's dialog may
    count for its turn or not: such a turn tells nothing."""
    foreign = [e.t for e in trace.events if e.name == "PermissionRequest" and e.payload.get("agent_id")]
    for begin, end, worked in trace.turns:
        inside = [i for i, wait in enumerate(dialogs) if begin - _LAG <= wait.since < end]
        if any(begin - _LAG <= at < end + _LAG for at in foreign):
            continue
        spans = sorted((dialogs[i].since, dialogs[i].until) for i in inside)
        apart = all(before[1] <= after[0] for before, after in itertools.pairwise(spans))
        known = sum(dialogs[i].seconds for i in inside if dialogs[i].exact) if apart else 0.0
        left = end - begin - worked - known
        vague = [i for i in inside if not dialogs[i].exact and dialogs[i].until]
        for i in vague if left > -_LAG else ():
            wait = dialogs[i]
            until = min(wait.until, wait.since + max(0.0, left))
            dialogs[i] = wait._replace(until=until, exact=apart and len(vague) == 1)
    return dialogs


def _is_of(call: ToolUse, tool: str, detail: str, asked: float) -> bool:
    """Whether a call is what was asked about then."""
    same = call.name == tool and (call.detail == detail or not detail)
    return same and call.started <= asked + _LAG and call.started + (call.seconds or 0.0) >= asked - _LAG


def _next_event(trace: Trace, event: Event) -> float:
    """When a hook told of something behind which no dialog is open."""
    return next((e.t for e in trace.events if e.t > event.t and e.name in _OVER), 0.0)


def _turns(trace: Trace) -> Iterator[Wait]:
    """The ends of turns, until the next prompt or until they were seen."""
    endings = list(trace.endings)
    for event in trace.events:
        if event.name in ("Stop", "StopFailure") and not any(abs(e.at - event.t) <= 2 * _LAG for e in endings):
            said = str(event.payload.get("last_assistant_message") or "")
            endings.append(Ending(event.t, said, event.name == "StopFailure"))
    endings.sort(key=lambda ending: ending.at)
    begins = [*trace.prompts, *(e.t for e in trace.events if e.name == "UserPromptSubmit")]
    over = [e.t for e in trace.events if e.name == "SessionEnd"]
    background = [e.t for e in trace.events if e.name == "Stop" and e.payload.get("background_tasks")]
    for ending, after in zip(endings, [*endings[1:], None], strict=False):
        if any(abs(at - ending.at) <= 2 * _LAG for at in background):
            continue  # it goes on by itself
        state = "error" if ending.failed else "asked" if asks(ending.words) else "done"
        seen = [at for at, said in trace.seen if said or state == "done"]
        later = [at for at in (*begins, *over, *seen, *([after.at] if after else [])) if at > ending.at]
        yield Wait(trace.session_id, state, ending.words, ending.at, min(later, default=0.0))


def typed(events: Sequence[Event]) -> list[float]:
    """When a person typed a prompt, as hooks tell."""
    return [
        event.t for event in events
        if event.name == "UserPromptSubmit" and not is_machine_made(str(event.payload.get("prompt") or ""))
    ]  # fmt: skip
