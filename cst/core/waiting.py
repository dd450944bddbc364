"""A session that the registry calls waiting: which dialog is open, whom it needs, and what it is about. Pure.

The client has one word for some thirty dialogs. Which of them is open is told by what goes on: by hooks, by the tools
without a result, by how the turn stands. What nothing tells is not guessed.
"""

from __future__ import annotations

from cst.core.evidence import LAG, Verdict, because, newest, registry, runs, standing, waits
from cst.model import DIALOG_OPEN, Want
from cst.wording import tool_detail

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cst.core.evidence import Facts
    from cst.model import Event, ToolUse

_HOOK_LAG = 1.5  # a PermissionRequest may be logged before the registry says waiting
# Tools that no client asks about, or that ask in a dialog of their own.
_NEVER_ASK = (
    "Agent", "Task", "TodoWrite", "TaskCreate", "TaskUpdate", "TaskList", "TaskGet", "TaskOutput", "BashOutput",
    "AgentOutputTool", "ToolSearch", "ListMcpResourcesTool", "StructuredOutput", "SendMessage", "ScheduleWakeup",
)  # fmt: skip
_OWN_DIALOG = ("AskUserQuestion", "ExitPlanMode")
_ALONE = ("Edit", "Write", "MultiEdit", "NotebookEdit")  # no other tool of the same answer runs beside these


def question(f: Facts) -> Verdict | None:
    """AskUserQuestion, or an elicitation, is open."""
    if not waits(f, "input needed"):
        return None
    event = elicited(f)
    if event:
        words = str(event.payload.get("message") or "an MCP server asks")
        return Verdict("question", f.record.status_at, because(f, registry(f), event), Want("", words, event.t))
    tools = ("AskUserQuestion",) if asking(f, ("AskUserQuestion",)) else ("mcp__",)
    return _waiting(f, "question", tools)


def client_dialog(f: Facts) -> Verdict | None:
    """The client's word for some thirty dialogs, raised by itself in mid-turn, at its start, or behind an error."""
    told = _raised(f) if waits(f, DIALOG_OPEN) else ""
    if not told:
        return None
    words = notified(f, "agent_needs_input") or notified(f, "permission_prompt") or f"a dialog of the client {told}"
    return Verdict("dialog", f.record.status_at, f"{registry(f)}; {standing(f).told}", Want("", words))


def _raised(f: Facts) -> str:
    """Why a dialog is the client's own and no menu of the person's; "" where it is proven to be one: it was opened at
    the prompt, with the turn before it over."""
    e = standing(f)
    if e.kind in ("prompt", "unfinished") or e.wall > f.record.status_at + LAG:
        return "in mid-turn"
    if notified(f, "agent_needs_input"):
        return "that asks for you"
    if e.kind == "failed" and abs(f.record.status_at - e.wall) <= 3 * LAG:
        return "behind an error"
    if e.kind == "started" and abs(f.record.status_at - f.record.started_at) <= LAG:
        return "at its start"
    return "or a menu that was left open" if e.kind == "unreadable" else ""


def menu(f: Facts) -> Verdict | None:
    """The person opened one of the client's menus at the prompt and left it open."""
    if not waits(f, DIALOG_OPEN):
        return None
    return Verdict("menu", f.record.status_at, f"{registry(f)}; {standing(f).told}")


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
    told = f"{registry(f)}: a kind that this version of cst does not know"
    return Verdict("dialog", f.record.status_at, told, Want("", f.record.waiting_for or "a dialog of an unknown kind"))


def _waiting(f: Facts, state: str, tools: tuple[str, ...]) -> Verdict:
    """The verdict for an open dialog; what it is about only where the evidence names one of `tools` (or any)."""
    wants, event = asking(f, tools) or (None, None)
    source = "" if event or not wants else f"; transcript: {wants.tool or 'more than one tool'} has no result"
    return Verdict(state, f.record.status_at, because(f, registry(f) + source, event), wants)


# ------------------------------------------------------------------------------------------------- what it is about


def asking(f: Facts, of: tuple[str, ...] = ()) -> tuple[Want, Event | None] | None:
    """What the dialog is about, and the hook that says so: from hooks, transcript, subagents and teammates. With `of`,
    only tools with such a name or such a beginning of one. Where it may be about one of several, none is named."""
    told = [(Want(tool := _tool(event), tool_detail(tool, event.payload.get("tool_input")), event.t), event)
            for event in f.events if event.t >= f.record.status_at - _HOOK_LAG and _asks_for_a_tool(event)]  # fmt: skip
    told = [one for one in told if _fits(one[0].tool, of) and not _over(f, one[0])]
    told = list({(want.tool, want.detail): (want, event) for want, event in told}.values())  # the newest of equal ones
    if len(told) == 1:
        return told[0]
    if told:
        return _one_of([want for want, _ in told]), None
    waiting = [Want(tool.name, tool.detail, tool.started) for tool in _may_ask(f, of)]
    if not waiting:
        return None
    return (waiting[0] if len(waiting) == 1 else _one_of(waiting)), None


def _tool(event: Event) -> str:
    return str(event.payload.get("tool_name") or "")


def _asks_for_a_tool(event: Event) -> bool:
    return event.name == "PermissionRequest" or (event.name == "PreToolUse" and _tool(event) in _OWN_DIALOG)


def _fits(tool: str, of: tuple[str, ...]) -> bool:
    return not of or any(tool == name or (name.endswith("_") and tool.startswith(name)) for name in of)


def _over(f: Facts, want: Want) -> bool:
    """Whether a tool has its result: then it is another one that waits now."""
    same = [t for t in f.tail.tools if (t.name, t.detail) == (want.tool, want.detail)] if f.tail else []
    return bool(same) and all(tool.outcome != "open" for tool in same)


def _one_of(wants: Sequence[Want]) -> Want:
    """What is said of several tools where nothing tells which of them asks."""
    names = ", ".join(dict.fromkeys(want.tool for want in wants))
    return Want("", f"one of {len(wants)} open tools: {names}", min(want.since for want in wants))


def _may_ask(f: Facts, of: tuple[str, ...] = ()) -> list[ToolUse]:
    """The tools without a result that may be what a dialog is about. Some never ask; a command that runs has asked; and
    what an agent does is asked for only while the session itself waits for nothing but it."""
    if not f.tail:
        return []
    waiting = [tool for tool in f.tail.open_tools() if _fits(tool.name, of) and (of or tool.name not in _NEVER_ASK)]
    if not of:
        waiting = _side_by_side(f, waiting)
    inner = [a for a in f.tail.subagents if a.tool and a.tool.outcome == "open" and _fits(a.tool.name, of)]
    note = notified(f, "worker_permission_prompt")
    named = [a for a in inner if note.partition(" needs ")[0] == a.description] if note else []
    return waiting or [agent.tool for agent in named or inner if agent.tool]


def _side_by_side(f: Facts, waiting: list[ToolUse]) -> list[ToolUse]:
    """Of the open tools of an answer, those that may have begun. They begin in their order: those that only read side
    by side, any other alone. Of one kind the first asks first; a command that has a shell has its approval."""
    begun: dict[str, ToolUse] = {}
    for tool in waiting:
        if begun and tool.name in _ALONE:
            break
        begun.setdefault(tool.name, tool)
        if tool.name in _ALONE:
            break
    command = begun.get("Bash")
    if command and runs(f, command.started):
        others = [tool for tool in waiting if tool is not command]
        return _side_by_side(f._replace(process=None), others) or [command]
    return list(begun.values())


def notified(f: Facts, kind: str) -> str:
    """What a notification of that kind said since the status changed; "" where there was none."""
    for event in reversed(f.events):
        if event.name == "Notification" and event.payload.get("notification_type") == kind:
            return str(event.payload.get("message") or kind) if event.t >= f.record.status_at - _HOOK_LAG else ""
    return ""


def elicited(f: Facts) -> Event | None:
    """The question of an MCP server that is open since the status changed."""
    event = newest(f, "Elicitation", "ElicitationResult")
    since = f.record.status_at - _HOOK_LAG
    return event if event and event.name == "Elicitation" and event.t >= since else None
