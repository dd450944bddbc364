"""What a prompt, a call of a tool or its result says, in the client's own forms: who made it, what it is about, how it
ended. Pure."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

DIALOGS = {"AskUserQuestion": "question", "ExitPlanMode": "plan"}  # tools that are dialogs, and what each is

# The one input of each tool that says what it is about.
_SUBJECT = {
    "Bash": "command", "Read": "file_path", "Write": "file_path", "Edit": "file_path", "MultiEdit": "file_path",
    "NotebookEdit": "notebook_path", "Glob": "pattern", "Grep": "pattern", "WebFetch": "url", "WebSearch": "query",
    "Agent": "description", "Task": "description", "TaskCreate": "subject", "TaskUpdate": "taskId", "Skill": "skill",
    "ExitPlanMode": "plan",
}  # fmt: skip


def tool_detail(tool: str, given: object) -> str:
    """What a tool call is about, from its input: the command, the file, the question; "" if nothing says."""
    if not isinstance(given, dict):
        return ""
    if tool == "AskUserQuestion":
        questions = given.get("questions")
        first = questions[0] if isinstance(questions, list) and questions else {}
        return str(first.get("question", "")) if isinstance(first, dict) else ""
    value = given.get(_SUBJECT.get(tool, ""))
    if tool == "ExitPlanMode" and isinstance(value, str):
        return next((line.strip("# ").strip() for line in value.splitlines() if line.strip("# ")), "")
    if isinstance(value, str):
        return value
    return next((v for v in given.values() if isinstance(v, str) and v), "")


# How the results of calls begin that did not come to their end, in clients that have no field for it (before 2.1.200).
_REFUSED = ("The user doesn't want to proceed with this tool use", "User rejected tool use", "Permission to use ")
_BROKEN_OFF = ("The user doesn't want to take this action right now", "[Request interrupted by user")
_TELLS_WHEN = (2, 1, 329)  # a client since then says whether a call was refused before it ran


def outcome_of(result: object, line: Mapping[str, object]) -> str:
    """How a call of a tool ended, by its result and the line that this stands in: ok, failed, denied, interrupted.

    A call that was approved, ran, and was broken off with Esc is "interrupted": the client calls it rejected too.
    """
    if not isinstance(result, dict) or not result.get("is_error"):
        return "ok"
    kind, told = line.get("toolDenialKind"), line.get("toolUseResult")
    if kind in ("interrupted", "cancelled") or (isinstance(told, dict) and told.get("interrupted")):
        return "interrupted"
    if kind == "user-rejected":
        by = line.get("permissionDecision")
        before = line.get("toolDenialBeforeRun") is True or (isinstance(by, dict) and by.get("source") == "user_reject")
        return "denied" if before or _number(line.get("version")) < _TELLS_WHEN else "interrupted"
    if kind:
        return "denied"
    content = result.get("content")
    if isinstance(content, list):
        content = next((block.get("text") for block in content if isinstance(block, dict)), "")
    words = content if isinstance(content, str) else ""
    if words.startswith(_BROKEN_OFF):
        return "interrupted"
    return "denied" if words.startswith(_REFUSED) or told == "User rejected tool use" else "failed"


def _number(version: object) -> tuple[int, ...]:
    parts = version.split(".") if isinstance(version, str) else []
    return tuple(int(part) for part in parts if part.isascii() and part.isdigit() and len(part) < 10)


# How prompts begin that no person typed: the client's own, and those of other sessions.
_MADE_TAGS = (
    "<task-notification", "<teammate-message", "<agent-message", "<agent-notification", "<cross-session-message",
    "<system-reminder", "<system-notification", "<local-command-", "<bash-", "<user-prompt-submit-hook", "<ide_",
    "<background-", "<fork-", "<session-", "<channel ", "<tick>", "<mcp-", "<cron-", "<scheduled-", "<remote-",
)  # fmt: skip
_MADE_WORDS = (
    "Another Claude session sent a message", "[Request interrupted by user",
    "Caveat: The messages below were generated", "This session is being continued from a previous",
    "Your claude.ai usage limit has reset", "Stop hook feedback:", "Background agent \"",
    "Base directory for this skill:",
)  # fmt: skip


def is_machine_made(prompt: str) -> bool:
    """Whether a prompt was not typed by a person: the client put it in, or another session. Beside the forms that are
    known, one block in a tag with a dash or an underscore in its name and nothing else around it."""
    text = prompt.lstrip()
    if text.startswith(_MADE_WORDS) or text.startswith(_MADE_TAGS):
        return True
    if not text.startswith("<") or text.startswith("<command-"):
        return False
    tag = text[1:80].partition(">")[0].split(" ")[0]
    plain = tag.replace("-", "").replace("_", "")
    return tag != plain and plain.isalpha() and plain.islower() and text.rstrip().endswith(f"</{tag}>")


def typed_prompt(prompt: str) -> str:
    """A prompt as the person typed it: a command that the client has wrapped as `/name arguments`; "" for one that was
    made by a machine."""
    if is_machine_made(prompt):
        return ""
    if not prompt.lstrip().startswith(("<command-name>", "<command-message>")):
        return prompt
    name, arguments = (_inside(prompt, tag).strip() for tag in ("command-name", "command-args"))
    return f"/{name.lstrip('/')} {arguments}".strip() if name else ""


def _inside(text: str, tag: str) -> str:
    return text.partition(f"<{tag}>")[2].partition(f"</{tag}>")[0]
