"""Transcripts: `projects/<folder>/<session id>.jsonl`, read from the end as far as a verb needs.

150 KB of metadata stand around one answer, single lines of 80 KB among them, so lines are told apart by how they
begin and most are never parsed. Nothing is written while a dialog is open, text streams or a tool runs: the newest
line says what happened last, not what goes on. Flushed 50 to 200 ms late.

Over 300 lines because all that is known of a transcript's lines stands in one reader.
"""

from __future__ import annotations

import os

from cst.jsonl import Backwards, epoch, first_lines, is_absent, number_of, object_of, parse, text_of
from cst.model import ToolUse, Transcript
from cst.wording import is_machine_made, outcome_of, tool_detail, typed_prompt

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

LEAN = 256 * 1024  # bytes: what `ls` and `status` may read of one transcript
DEEP = 8 * 1024 * 1024  # what `show` and the preview may
_BLOCK = 16 * 1024  # bytes of the first step; each further one is four times as long
_TEXT_CAP = 4000  # characters kept of any text

# Beginnings of lines that hold nothing for us. Anything unknown is parsed and looked at.
_SKIP = tuple(
    b'{"type":"' + name + b'"'
    for name in (
        b"mode", b"permission-mode", b"atis-latch", b"tools-used", b"file-history-snapshot", b"file-history-delta",
        b"api-request", b"api-request-shape", b"api-request-blob", b"queue-operation", b"agent-name", b"progress",
    )
)  # fmt: skip
_BEGINS = (b"{", b" ", b"\t", b"\r")  # of lines that may be JSON objects; a file may hold millions of others
_TITLES = (b'{"type":"custom-title"', b'{"type":"ai-title"')
_ATTACHMENT = b',"attachment":{'
_TOOL, _TEXT = b'"type":"tool_', b'"type":"text"'  # a quote in a text is escaped: these are of the line's own structure
_DASHES = {code: "-" for code in range(128) if not chr(code).isalnum()}
_INTERRUPT = "[Request interrupted by user"


def locate(config_dir: str, cwd: str, session_id: str) -> str:
    """The path of a session's transcript; "" if it has none yet (a session that was never prompted). Raises
    OSError where a folder that may hold it cannot be read.

    The folder is the cwd with every character outside [A-Za-z0-9] as `-`; a session that changed its cwd, or one
    with a name too long for that, is looked for in all folders.
    """
    projects = config_dir + "/projects"
    path = f"{projects}/{folder_of(cwd)}/{session_id}.jsonl"
    refused = _refusal(path)
    if refused is None:
        return path
    try:
        names = os.listdir(projects)
    except FileNotFoundError:
        return ""
    for name in names:
        path = f"{projects}/{name}/{session_id}.jsonl"
        wrong = _refusal(path)
        if wrong is None:
            return path
        refused = refused if is_absent(wrong) else wrong
    if isinstance(refused, OSError) and not is_absent(refused):
        raise refused  # it may be in there
    return ""


def _refusal(path: str) -> OSError | ValueError | None:
    """Why a file cannot be looked at; None where it can."""
    try:
        os.stat(path)
    except (OSError, ValueError) as error:
        return error
    return None


def read(path: str, limit: int = LEAN, tools: int = 0, turn: bool = True) -> Transcript:
    """What the end of a transcript says, within `limit` bytes. Raises OSError.

    Where these tell nothing, the line that the limit cuts is read too: a file to be written, a picture that was pasted.
    `tools` is how many tool calls to look for; with 0 the reading stops at the newest prompt, and only the tool
    calls since then are known. Without `turn` it stops sooner, behind the newest answer of the model: what it does,
    wants or said last is known then, but not when the turn began.
    """
    lines = Backwards(path, _BLOCK, limit)
    reader = _Reader(tools, turn)
    known, lines.whole = False, True
    for line in lines:
        if known:
            if line.startswith(_TITLES):
                reader.take_title(line)  # in what was read already there may still be one
        elif line and reader.take(line):
            known, lines.limit = True, lines.read
        lines.whole = not reader.last
    if not reader.title() and lines.read < lines.size:
        for line in reversed(first_lines(path)):
            reader.take_title(line)
    if turn and not reader.prompt and lines.read < lines.size:
        from cst.claude import typed  # few turns are that long

        reader.prompt = typed.last_prompt(path)[:_TEXT_CAP]
    if reader.cost is not None:
        from cst.claude import forks  # few accounts are the newest thing in their file

        reader.cost = None if forks.inherits(path) else reader.cost  # what its parent has cost would be in there
    return Transcript(
        path=path, size=lines.size, mtime=lines.mtime, read=lines.read,
        skipped=lines.skipped + reader.skipped, **reader.found(),
    )  # fmt: skip


def skips(line: bytes) -> bool:
    """Whether a line holds nothing for us, or is none of a transcript: told apart without being parsed."""
    head = line[:200]
    return line[:1] not in _BEGINS or head.startswith(_SKIP) or _ATTACHMENT in head


def written_since(config_dir: str, cwd: str, moment: float) -> list[str]:
    """The ids of the sessions of a folder whose transcripts were written to since then (epoch seconds)."""
    folder = f"{config_dir}/projects/{folder_of(cwd)}"
    try:
        names = [name for name in os.listdir(folder) if name.endswith(".jsonl")]
        return [name.removesuffix(".jsonl") for name in names if os.stat(f"{folder}/{name}").st_mtime >= moment]
    except OSError:
        return []


def started_in(path: str, cwd: str) -> str:
    """The folder that the session of a transcript was started in: Claude Code resumes it there and nowhere else.

    The transcript lies in a folder named after it. `cwd`, where the session was last, may be another one; then the
    first lines tell. It is `cwd` where nothing does.
    """
    named = path.rpartition("/")[0].rpartition("/")[2]
    if folder_of(cwd) == named:
        return cwd
    for line in first_lines(path, LEAN):
        try:
            first = text_of(parse(line).get("cwd"))
        except ValueError:
            continue
        if folder_of(first) == named:
            return first
    return cwd


def _made(content: str, given: dict[str, Any]) -> bool:
    """Whether a machine made this prompt: its line says who did, in newer clients; else its form does."""
    origin = given.get("origin")
    by = text_of(origin.get("kind")) if isinstance(origin, dict) else ""
    return (by not in ("", "human")) or given.get("promptSource") == "system" or is_machine_made(content)


def _resets_at(given: dict[str, Any]) -> float:
    """When the limit ends that an error tells of: the client writes it as a number, beside its words."""
    quota = given.get("quotaLimits")
    return number_of(quota.get("resetsAt")) if isinstance(quota, dict) else 0.0


def folder_of(cwd: str) -> str:
    """The name of the folder in which the transcripts of sessions in `cwd` lie."""
    if cwd.isascii():
        return cwd.translate(_DASHES)
    return "".join(c if c.isascii() and c.isalnum() else "-" for c in cwd)


class _Reader:
    """Takes lines newest first until it knows enough. Its lifetime is one read."""

    def __init__(self, tools: int, turn: bool) -> None:
        self.wanted_tools, self.whole_turn = tools, turn
        self.message = ""  # id of the newest answer; all its lines belong together
        self.past_message = False
        self.skipped = 0
        self.last, self.last_at = "", 0.0
        self.prompt_at, self.prompt = 0.0, ""
        self.words, self.error = "", ""
        self.custom_title = self.ai_title = ""
        self.cwd = self.branch = self.model = self.version = ""
        self.entrypoint = self.session_kind = self.continued = ""
        self.resets_at = 0.0
        self.resumes: bool | None = None  # None: nothing says yet whether the client goes on by itself
        self.tokens: int | None = None
        self.asked_at = self.cached_until = 0.0
        self.pr, self.pr_url = 0, ""
        self.past_usage = self.compacted = False  # an answer said what it took; what is older was summed up since
        self.cost: float | None = None
        self.tools: list[ToolUse] = []
        self.results: dict[str, tuple[float, str]] = {}
        self.past_prompt = self.turn_over = self.timed = self.first = False
        self._only_older_tools = False  # whether a line that tells of a tool only has nothing more to say

    def take(self, line: bytes) -> bool:
        """Use one line; True when nothing more is wanted."""
        if line[:1] not in _BEGINS:
            self.skipped += 1
            return False
        # most lines of a long turn tell of a tool that an older answer called: it has its result, or the newest answer
        # would not be there
        if self._only_older_tools and _TOOL in line and _TEXT not in line:
            return False
        head = line[:200]
        if head.startswith(_SKIP) or _ATTACHMENT in head:
            return False
        try:
            given = parse(line)
        except ValueError:
            self.skipped += 1
            return False
        kind = text_of(given.get("type"))
        if kind in ("user", "assistant", "system"):
            self._common(given)
            if self.first and epoch(given.get("timestamp")) <= self.prompt_at:
                self.first, self.past_prompt = False, True
            getattr(self, "_" + kind)(given)
        elif kind == "last-prompt":
            self.prompt = self.prompt or typed_prompt(text_of(given.get("lastPrompt")))[:_TEXT_CAP]
        elif kind == "continued-in":
            self.continued = self.continued or text_of(given.get("continuedInSessionId"))
        elif kind in ("custom-title", "ai-title"):
            self._title(given)
        elif kind == "pr-link" and not self.pr:
            self.pr, self.pr_url = int(number_of(given.get("prNumber"))), text_of(given.get("prUrl"))
        elif kind == "cost-state" and self.cost is None and not self.last and not given.get("hasUnknownModelCost"):
            self.cost = number_of(given.get("totalCostUSD"))  # else it is of an earlier end, and no longer true
        newest_known = self.past_message and self.last and self.past_usage
        self._only_older_tools = bool(newest_known and self.tools and not self.wanted_tools)
        return self._enough()

    def take_title(self, line: bytes) -> None:
        """Use one line only if it is a title."""
        if line.startswith(_TITLES):
            try:
                self._title(parse(line))
            except ValueError:
                self.skipped += 1

    def _title(self, given: dict[str, Any]) -> None:
        self.custom_title = self.custom_title or text_of(given.get("customTitle"))
        self.ai_title = self.ai_title or text_of(given.get("aiTitle"))

    def title(self) -> str:
        """The newest title; one that a person gave beats one that was made up."""
        return self.custom_title or self.ai_title

    def found(self) -> dict[str, Any]:
        """The fields of a Transcript."""
        return {
            "last": self.last, "last_at": self.last_at, "prompt_at": self.prompt_at, "last_prompt": self.prompt,
            "last_words": self.words, "error": self.error, "title": self.title(),
            "cwd": self.cwd, "branch": self.branch, "model": self.model, "version": self.version,
            "tokens": self.tokens, "asked_at": self.asked_at, "cached_until": self.cached_until, "cost": self.cost,
            "pr": self.pr or None, "pr_url": self.pr_url,
            "entrypoint": self.entrypoint, "session_kind": self.session_kind, "continued": self.continued,
            "resets_at": self.resets_at, "resumes": self.last == "error" and bool(self.resumes),
            "tools": tuple(reversed(self.tools)),
        }  # fmt: skip

    def _enough(self) -> bool:
        begun = self.past_prompt or self._told()
        known = begun and (self.prompt or not self.whole_turn) and self.past_usage
        return bool(known) and len(self.tools) >= self.wanted_tools

    def _told(self) -> bool:
        """Whether the newest answer is all that is wanted, and is known: of a finished turn with its last words."""
        return not self.whole_turn and self.past_message and bool(self.words or self.last != "finished")

    def _common(self, given: dict[str, Any]) -> None:
        if not self.cwd:
            self.cwd = text_of(given.get("cwd"))
            self.branch = text_of(given.get("gitBranch"))
            self.version = text_of(given.get("version"))
            self.entrypoint = text_of(given.get("entrypoint"))
            self.session_kind = text_of(given.get("sessionKind"))

    def _decide(self, what: str, given: dict[str, Any]) -> None:
        if not self.last or (self.first and self.last == "prompt"):
            self.last, self.last_at = what, epoch(given.get("timestamp"))

    def _user(self, given: dict[str, Any]) -> None:
        if given.get("isMeta") or given.get("isCompactSummary"):
            return
        message = given.get("message")
        content = message.get("content") if isinstance(message, dict) else None
        if isinstance(content, list):
            blocks = [block for block in content if isinstance(block, dict)]
            for block in blocks:
                if block.get("type") == "tool_result":
                    self._result(block, given)
            content = "\n".join(text_of(block.get("text")) for block in blocks if block.get("type") == "text")
        if not isinstance(content, str) or not content:
            return
        if content.startswith(_INTERRUPT):
            self.last = "" if self.timed else self.last  # 2.1.282 writes how long an interrupted turn took, too
            self._decide("interrupted", given)
        elif content.startswith(("<local-command-", "<bash-")):
            return  # the output of a command that the client ran itself
        elif content.startswith("/compact") and self.compacted and not given.get("origin"):
            return  # 2.1.282 writes that command as it was typed, before what came of it
        elif content.startswith("<command-name>") and not given.get("origin"):
            return  # a built-in command: no turn. One that makes a prompt begins with its message
        else:
            self._prompted(content, given)

    def _prompted(self, content: str, given: dict[str, Any]) -> None:
        self._decide("prompt", given)
        self.first = not self.past_prompt and given.get("parentUuid", "") is None  # what is before it may be later
        self.timed = self.timed and self.first
        self.past_prompt = not self.first
        self.prompt_at = self.prompt_at or epoch(given.get("timestamp"))
        if not self.prompt and not _made(content, given):
            self.prompt = typed_prompt(content)[:_TEXT_CAP]

    def _result(self, block: dict[str, Any], given: dict[str, Any]) -> None:
        self._decide("result", given)
        self.results[text_of(block.get("tool_use_id"))] = (epoch(given.get("timestamp")), outcome_of(block, given))

    def _assistant(self, given: dict[str, Any]) -> None:
        timed, self.timed = self.timed, False
        message = given.get("message")
        if not isinstance(message, dict):
            return
        if given.get("isApiErrorMessage"):
            self.last = "" if timed else self.last
            if not self.last:
                self.resets_at = _resets_at(given)
            self.error = self.error or self._text(message)
            self._decide("error", given)
            return
        self._usage(message, given)
        self.message = self.message or text_of(message.get("id"))
        self.past_message = self.message != text_of(message.get("id"))
        if self._told():
            return
        content = message.get("content")
        for block in reversed(content if isinstance(content, list) else []):
            if not isinstance(block, dict):
                continue
            if block.get("type") == "tool_use":
                self._decide("tool", given)
                self._tool(block, epoch(given.get("timestamp")))
            elif block.get("type") == "text":
                going_on = message.get("stop_reason") in (None, "tool_use") and not self.turn_over
                self._decide("text" if going_on else "finished", given)
                if not self.past_prompt and not self.words:
                    self.words = text_of(block.get("text"))[-_TEXT_CAP:]

    def _system(self, given: dict[str, Any]) -> None:
        if given.get("subtype") == "turn_duration":
            self.timed = not self.last or (self.first and self.last == "prompt")
            self._decide("finished", given)
        elif given.get("subtype") == "stop_hook_summary":
            self.turn_over = True  # for clients that write no stop_reason (2.1.110)
        elif given.get("subtype") == "compact_boundary" and not (self.past_usage or self.compacted):
            about = given.get("compactMetadata")
            self.compacted = True  # how full the context is now; older clients do not say
            self.tokens = int(number_of(about.get("postTokens")) if isinstance(about, dict) else 0) or None
        elif given.get("subtype") == "informational" and self.resumes is None:
            words = text_of(given.get("content"))
            if "continue automatically" in words:
                self.resumes = True
            elif "utomatic continue cancelled" in words or "ress enter to continue" in words:
                self.resumes = False

    def _tool(self, block: dict[str, Any], started: float) -> None:
        if self.past_prompt and len(self.tools) >= self.wanted_tools:
            return
        ended, outcome = self.results.get(text_of(block.get("id")), (0.0, "open"))
        name = text_of(block.get("name"))
        if outcome == "open" and self.past_prompt:
            outcome = "failed"  # its turn is over: no result will come
        self.tools.append(ToolUse(
            id=text_of(block.get("id")), name=name, detail=tool_detail(name, block.get("input"))[:_TEXT_CAP],
            started=started, seconds=max(0.0, ended - started) if ended else None, outcome=outcome,
        ))  # fmt: skip

    def _usage(self, message: dict[str, Any], given: dict[str, Any]) -> None:
        model = text_of(message.get("model"))
        usage = message.get("usage")
        if self.past_usage or model == "<synthetic>" or not isinstance(usage, dict):
            return
        self.past_usage, self.model = True, model
        names = ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens", "output_tokens")
        if not self.compacted:
            self.tokens = int(sum(number_of(usage.get(name)) for name in names))
            written = object_of(usage.get("cache_creation"))
            hour, minutes = (number_of(written.get(f"ephemeral_{name}_input_tokens")) for name in ("1h", "5m"))
            self.asked_at, kept_for = epoch(given.get("timestamp")), 3600.0 if hour else 300.0 if minutes else 0.0
            self.cached_until = self.asked_at + kept_for if kept_for else 0.0  # each request starts that time anew

    @staticmethod
    def _text(message: dict[str, Any]) -> str:
        content = message.get("content")
        blocks = content if isinstance(content, list) else []
        return "\n".join(text_of(b.get("text")) for b in blocks if isinstance(b, dict))[:_TEXT_CAP]
