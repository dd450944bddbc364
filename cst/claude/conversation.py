"""What was said: the prompts, the answers and the tool calls at the end of a transcript. Thinking is left out."""

from __future__ import annotations

from cst.jsonl import Backwards, epoch, parse, text_of
from cst.model import Turn
from cst.value import Value
from cst.wording import is_machine_made, tool_detail, typed_prompt

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

LIMIT = 8 * 1024 * 1024  # bytes that are read at most
MOST = 120  # pieces: what a tall screen can hold
_BLOCK = 64 * 1024
_TEXT_CAP = 20_000  # characters kept of one piece: the beginning of a prompt, the end of an answer
_LONG = 64 * 1024  # bytes: a result this long is not parsed, for nothing of it is shown
_SHORT = 40  # bytes: no piece has a line this short


class Part(Value):
    """Pieces that follow each other, oldest first."""

    turns: tuple[Turn, ...]
    first: bool  # nothing stands before them: the file was read to its beginning
    found: bool = True  # the piece before which they stand


def read(path: str, most: int = MOST, limit: int = LIMIT) -> tuple[Turn, ...]:
    """The last `most` pieces, oldest first. Lines that cannot be used are left out. Raises OSError."""
    return part(path, most, limit).turns


def part(path: str, most: int, limit: int, before: str = "") -> Part:
    """The same, with `before` of those that stand before the piece with that id. One line may be longer than `limit`,
    so that nothing is found though much stands before it. Raises OSError."""
    found: list[Turn] = []
    first = False
    lines = Backwards(path, _BLOCK, limit)
    sought = f'"uuid":"{before.partition("#")[0]}"'.encode("utf-8", "replace") if before else b""
    for line in lines:
        if sought and sought not in line:
            continue
        if len(line) < _SHORT or not (b'"type":"user"' in line or b'"type":"assistant"' in line):
            continue
        if len(line) > _LONG and b'"type":"tool_result"' in line[:2000]:
            continue
        try:
            given = parse(line)
        except ValueError:
            continue
        turns = _with_ids(given)
        if sought:
            ids = [turn.id for turn in turns]
            if before not in ids:
                continue
            turns, sought = turns[: ids.index(before)], b""
        found += reversed(turns)
        if len(found) >= most:
            break
    else:
        first = lines.read >= lines.size
    return Part(tuple(reversed(found[:most])), first, not sought)


def _with_ids(given: dict[str, Any]) -> list[Turn]:
    name = text_of(given.get("uuid"))
    turns = list(_turns(given))
    return [turn._replace(id=f"{name}#{number}") for number, turn in enumerate(turns)] if name else turns


def search(path: str, word: str, most: int, limit: int = LIMIT) -> Iterator[Turn]:
    """The newest `most` pieces that contain a word, newest first, as they are found. A word without capitals finds
    them too. Raises OSError."""
    fold = word == word.lower()
    part = max(word.replace('"', "\\").split("\\"), key=len)  # JSON writes these two otherwise; all else as it is
    sought = part.encode() if part.isascii() or not fold else b""
    for line in Backwards(path, _BLOCK, limit):
        if sought not in (line.lower() if fold else line):
            continue
        try:
            given = parse(line)
        except ValueError:
            continue
        for turn in reversed(list(_turns(given, _all_asked))):
            if word in (turn.text.lower() if fold else turn.text):
                yield turn
                most -= 1
                if not most:
                    return


def _turns(given: dict[str, Any], detail: Callable[[str, object], str] = tool_detail) -> Iterator[Turn]:
    """The pieces of one line; `detail` says what is shown of a tool call."""
    message, at = given.get("message"), epoch(given.get("timestamp"))
    content = message.get("content") if isinstance(message, dict) else None
    blocks = [{"type": "text", "text": content}] if isinstance(content, str) else content
    if given.get("isMeta") or given.get("isCompactSummary") or not isinstance(blocks, list):
        return
    if given.get("type") not in ("user", "assistant"):
        return  # what was sent to the model, in newer clients, which repeats a prompt without a time
    for block in blocks:
        kind = block.get("type") if isinstance(block, dict) else None
        if kind == "tool_use" and given.get("type") == "assistant":
            name = text_of(block.get("name"))
            yield Turn(name or "a tool", detail(name, block.get("input"))[:_TEXT_CAP], at)
        elif kind == "text":
            text = text_of(block.get("text"))
            own = given.get("type") == "assistant"
            turn = Turn("claude", text[-_TEXT_CAP:], at) if own else _prompt(text, at, bool(given.get("origin")))
            if turn and turn.text.strip():
                yield turn


def _all_asked(tool: str, given: object) -> str:
    """What a tool call put before the person, for a search: of questions all, with their options, of a plan all of it;
    else what the call is about."""
    plan = given.get("plan") if isinstance(given, dict) and tool == "ExitPlanMode" else None
    if isinstance(plan, str):
        return plan
    if tool != "AskUserQuestion" or not isinstance(given, dict):
        return tool_detail(tool, given)
    questions = given.get("questions")
    found = []
    for asked in questions if isinstance(questions, list) else []:
        if isinstance(asked, dict):
            options = asked.get("options")
            shown = [one for one in options if isinstance(one, dict)] if isinstance(options, list) else []
            found += [asked.get("question"), *(one.get(name) for one in shown for name in ("label", "description"))]
    return "\n".join(text for text in found if isinstance(text, str))


def _prompt(text: str, at: float, typed: bool) -> Turn | None:
    """A prompt as it was typed; None for what the client ran itself."""
    if text.startswith(("<local-command-", "<bash-")):
        return None
    if text.startswith("<command-name>") and not typed:
        return None  # a built-in command; one that makes a prompt begins with its message
    if text.startswith(("<command-name>", "<command-message>")):
        return Turn("you", typed_prompt(text), at)
    if text.startswith("<task-notification>"):
        return Turn("a task", _inside(text, "summary") or "reported", at)
    if is_machine_made(text) and not text.startswith("[Request interrupted"):
        return Turn("a machine", text[:_TEXT_CAP], at)
    return Turn("you", text[:_TEXT_CAP], at)


def _inside(text: str, tag: str) -> str:
    return text.partition(f"<{tag}>")[2].partition(f"</{tag}>")[0]
