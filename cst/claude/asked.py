"""What transcripts say of the waiting for a person: calls and their results, prompts, ends of turns, since a moment.

Read from the end, as far back as that moment; what subagents called stands in their own files and counts for their
session.
"""

from __future__ import annotations

from cst.claude.clients import is_version
from cst.claude.transcript import skips
from cst.jsonl import Backwards, epoch, object_of, parse, text_of
from cst.model import ToolUse
from cst.value import Value
from cst.wording import DIALOGS, is_machine_made, outcome_of, tool_detail

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_BEFORE = 86400.0  # seconds before the moment in which the call of a later result is looked for
_MEASURED = (2, 1, 282)  # the oldest client that was seen to leave the time in dialogs out of a turn's duration
_WORDS = 4000  # characters from the end of what was said last


class Exchange(Value):
    """What one transcript tells, each list oldest first. Times are epoch seconds."""

    session_id: str
    entrypoint: str
    cwd: str
    title: str
    calls: list[ToolUse]
    prompts: list[float]  # a machine's too
    typed: list[float]  # those that a person typed
    endings: list[tuple[float, str, bool]]  # when, the last words, whether it failed
    approved: int  # calls that a person allowed
    turns: list[tuple[float, float, float]]  # begin, end, and the seconds of it in which no dialog was open


def read(path: str, since: float) -> Exchange:
    """What a transcript tells of the time since then. Raises OSError."""
    reader = _Reader(since)
    for line in Backwards(path, 1 << 18):
        if line and not skips(line) and not reader.take(line):
            break
    else:
        reader.turn_begins()
    above, inner, _ = path.partition("/subagents/")
    return Exchange(
        above.rpartition("/")[2].removesuffix(".jsonl"), reader.entrypoint, reader.cwd, reader.title,
        reader.calls[::-1], [] if inner else reader.prompts[::-1], [] if inner else reader.typed[::-1],
        [] if inner else reader.endings[::-1], reader.approved,
        [] if inner else reader.turns[::-1],
    )  # fmt: skip


class _Reader:
    """What the lines told so far, newest first."""

    def __init__(self, since: float) -> None:
        self.since = since
        self.entrypoint = self.cwd = self.title = ""
        self.calls: list[ToolUse] = []
        self.prompts: list[float] = []
        self.typed: list[float] = []
        self.endings: list[tuple[float, str, bool]] = []
        self.approved = 0
        self.turns: list[tuple[float, float, float]] = []
        self._turn: tuple[float, float] | None = None  # the end and the duration of the one that is read
        self._begins: list[float] = []  # its prompts
        self._results: dict[str, tuple[float, str, bool]] = {}
        self._over: float = 0.0  # when the turn ended whose last words are still to come
        self._begun = True  # whether a newer turn has begun behind the line that is next

    def take(self, line: bytes) -> bool:
        """Use one line; False where nothing more is wanted."""
        try:
            given = parse(line)
        except ValueError:
            return True
        kind, at = text_of(given.get("type")), epoch(given.get("timestamp"))
        if at and at < self.since and (not self._results or at < self.since - _BEFORE):
            return False
        if kind in ("user", "assistant", "system"):
            self.entrypoint = self.entrypoint or text_of(given.get("entrypoint"))
            self.cwd = self.cwd or text_of(given.get("cwd"))
            if at:  # else nobody knows when
                getattr(self, "_" + kind)(given, at)
        elif kind in ("custom-title", "ai-title"):
            self.title = self.title or text_of(given.get("customTitle")) or text_of(given.get("aiTitle"))
        return True

    def _system(self, given: dict[str, Any], at: float) -> None:
        if given.get("subtype") == "turn_duration":
            self._over = at
            self.turn_begins()
            worked, version = given.get("durationMs"), text_of(given.get("version"))
            if is_version(version) and tuple(map(int, version.split("."))) >= _MEASURED and isinstance(worked, int):
                self._turn = (at, worked / 1000)

    def turn_begins(self) -> None:
        """Before this line there is nothing more of the turn. One with several prompts may have been two."""
        if self._turn and len(self._begins) == 1:
            self.turns.append((self._begins[0], *self._turn))
        self._turn, self._begins = None, []

    def _user(self, given: dict[str, Any], at: float) -> None:
        if given.get("isMeta") or given.get("isCompactSummary"):
            return
        content = object_of(given.get("message")).get("content")
        blocks = [block for block in content if isinstance(block, dict)] if isinstance(content, list) else []
        for block in blocks:
            if block.get("type") == "tool_result":
                by = text_of(object_of(given.get("permissionDecision")).get("source"))
                self._results[text_of(block.get("tool_use_id"))] = (at, outcome_of(block, given), by[:4] == "user")
        words = content if isinstance(content, str) else "".join(text_of(b.get("text")) for b in blocks)
        if words.startswith("[Request interrupted"):
            self.turn_begins()  # behind that of a turn that was broken off
        if words and not words.startswith(("[Request interrupted", "<local-command-", "<bash-", "<command-name>")):
            self.prompts.append(at)
            self._begins.append(at)
            if not is_machine_made(words):
                self.typed.append(at)
            self._begun = True
        self._over = 0.0 if words else self._over

    def _assistant(self, given: dict[str, Any], at: float) -> None:
        message = object_of(given.get("message"))
        content = message.get("content")
        blocks = [block for block in content if isinstance(block, dict)] if isinstance(content, list) else []
        said = "\n".join(text_of(b.get("text")) for b in blocks if b.get("type") == "text")
        failed = bool(given.get("isApiErrorMessage"))
        if self._begun and (failed or (said and (self._over or message.get("stop_reason") == "end_turn"))):
            self.endings.append((self._over or at, said[-_WORDS:], failed))
        self._begun = self._begun and not (said or failed)
        self._over = 0.0
        for block in reversed(blocks):
            if block.get("type") == "tool_use":
                self._begun = False
                self._call(block, at)

    def _call(self, block: dict[str, Any], at: float) -> None:
        ended, outcome, by_person = self._results.pop(text_of(block.get("id")), (0.0, "open", False))
        name = text_of(block.get("name"))
        self.approved += by_person and name not in DIALOGS
        self.calls.append(ToolUse(
            text_of(block.get("id")), name, tool_detail(name, block.get("input")), at,
            max(0.0, ended - at) if ended else None, outcome,
        ))  # fmt: skip
