"""Sessions that have ended: the transcripts of all projects that no live session owns, lately written or all there are.

The client's own history, one line for each prompt that was typed, tells what else was said in them.
"""

from __future__ import annotations

import os

import orjson

from cst.claude import agents, transcript
from cst.jsonl import Backwards, first_lines
from cst.model import Ended, Transcript, is_session_id

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

    Keep = Callable[[str, str, Callable[[], Any]], Any]

_MOST = 200
_HEADS = 24 * 1024  # bytes from the end: the last prompt and the folder stand in the last metadata lines
_TITLE = 2048  # bytes from the beginning: a title that was given at the start
_HISTORY = 16 * 1024 * 1024  # bytes of history.jsonl, from its end: some 60,000 prompts
_AT_ONCE = 4 * 1024 * 1024  # of these, before the first row
_FIRST = 50  # rows that wait for no more than that
_MOST_PROMPTS = 100  # of one session, the newest
SHORTEST = 4  # characters that name an id of all history
_HEX = "0123456789abcdef-"
_PROMPT_CAP = 1000  # characters of each
_REQUEST = b'{"type":"api-request'  # what was sent to the model: long, and nothing of it is shown
_FIELDS = (
    ("cwd", "cwd"), ("gitBranch", "branch"), ("lastPrompt", "last_prompt"), ("customTitle", "title"),
    ("aiTitle", "ai_title"), ("version", "version"), ("entrypoint", "entrypoint"), ("sessionKind", "session_kind"),
    ("teamName", "team"), ("continuedInSessionId", "continued"),
)  # fmt: skip
_ID_FIELD = b'"sessionId":"'


def read(config_dir: str, alive: set[str], oldest: float, keep: Keep | None = None) -> list[Ended]:
    """The newest 200 ended sessions of a config folder with a last sign of life after `oldest`, newest first.

    `keep(path, what, read)` may give what it was given for a file before, instead of reading it.
    """
    ended = []
    for _, path, session_id, _ in _newest([config_dir], alive, oldest)[:_MOST]:
        try:
            tail = keep(path, "ended", lambda: peek(path)) if keep else peek(path)  # noqa: B023  # runs at once
            ended.append(Ended(session_id, tail, config_dir))
        except OSError:
            continue  # gone meanwhile, or not ours to read: it must not hide the others
    return ended


def with_tools(ended: Sequence[Ended], session_id: str, tools: int) -> list[Ended]:
    """The same ended sessions, one of them with all that its transcript tells: its last tools, its subagents, its last
    words. One whose transcript cannot be read any more stays as it is known."""
    found = []
    for one in ended:
        if one.session_id == session_id:
            try:
                tail = transcript.read(one.transcript.path, transcript.DEEP, tools)
                one = one._replace(transcript=tail._replace(subagents=agents.read_subagents(tail.path)))
            except OSError:
                pass
        found.append(one)
    return found


def stream(config_dirs: Sequence[str], alive: set[str], oldest: float = 0.0) -> Iterator[Ended]:
    """All ended sessions of these config folders with the prompts known for each, newest first.

    A transcript is opened when its turn comes: what stands first is there long before the last.
    """
    typed: dict[bytes, list[bytes]] = {}
    histories = [_gather(config_dir + "/history.jsonl", typed) for config_dir in config_dirs]
    for count, (_, path, session_id, config_dir) in enumerate(_newest(config_dirs, alive, oldest)):
        if count in (0, _FIRST):
            for history in histories:
                next(history, None)
        try:
            tail = peek(path)
        except OSError:
            continue  # gone meanwhile, or not ours to read
        yield Ended(session_id, tail, config_dir, _prompts(typed.pop(session_id.encode(), [])))


def is_too_short(word: str) -> bool:
    """Whether it may be the beginning of an id, and too little of one."""
    return len(word) < SHORTEST and not word.strip(_HEX)


def find(config_dirs: Sequence[str], word: str, alive: set[str]) -> Ended | None:
    """The ended session with that id, or the only one whose id begins so; None: there is none, or there are several."""
    if is_too_short(word) or word.strip(_HEX):
        return None
    found = [one for one in _newest(config_dirs, alive, 0.0) if one[2].startswith(word)]
    if len(found) != 1:
        return None
    path, session_id, config_dir = found[0][1:]
    try:
        return Ended(session_id, peek(path), config_dir)
    except OSError:
        return None


def _gather(path: str, typed: dict[bytes, list[bytes]]) -> Iterator[None]:
    """Put the lines of the client's history under their session ids, newest first; yields once on its way.

    None is parsed before it is wanted: its end, where the id stands, is known by its form.
    """
    lines = Backwards(path, 1 << 20, _HISTORY)
    paused = False
    try:
        for line in lines:
            at = len(line) - 51 if line[-51:-38] == _ID_FIELD else line.rfind(_ID_FIELD)
            if at >= 0:
                typed.setdefault(line[at + 13 : at + 49], []).append(line)
            if lines.read > _AT_ONCE and not paused:
                paused = True
                yield
    except OSError:
        return  # the transcripts alone will do


def _prompts(lines: list[bytes]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for line in lines:
        if len(found) == _MOST_PROMPTS:
            break
        try:
            given = orjson.loads(line)
        except orjson.JSONDecodeError:
            continue
        said = given.get("display") if isinstance(given, dict) else None
        if isinstance(said, str) and said:
            found.setdefault(said[:_PROMPT_CAP])
    return tuple(found)


def distinct(ended: Sequence[Ended]) -> list[Ended]:
    """Each session once, newest first: of a transcript that two config folders hold, as a copy or through a link, the
    one that was written last counts; of equal ones, that of the folder that is named first."""
    found: dict[str, Ended] = {}
    for one in sorted(ended, key=lambda one: -one.transcript.mtime):
        found.setdefault(one.session_id, one)
    return list(found.values())


def _newest(config_dirs: Sequence[str], alive: set[str], oldest: float) -> list[tuple[float, str, str, str]]:
    """When it was written, path, session id and config folder of each transcript that no live session has, newest
    first, each session once, as in `distinct`."""
    found: dict[str, tuple[float, str, str, str]] = {}
    for config_dir in config_dirs:
        for path, session_id, written in _transcripts(config_dir):
            if written >= oldest and session_id not in alive and written > found.get(session_id, (-1.0,))[0]:
                found[session_id] = (written, path, session_id, config_dir)
    return sorted(found.values(), reverse=True)


def _transcripts(config_dir: str) -> list[tuple[str, str, float]]:
    found = []
    try:
        folders = [entry.path for entry in os.scandir(config_dir + "/projects") if entry.is_dir()]
    except OSError:
        return []
    for folder in folders:
        try:
            entries = list(os.scandir(folder))
        except OSError:
            continue
        for entry in entries:
            stem, _, ending = entry.name.rpartition(".")
            if ending == "jsonl" and is_session_id(stem):
                try:
                    found.append((entry.path, stem, entry.stat().st_mtime))
                except OSError:
                    continue
    return found


def peek(path: str) -> Transcript:
    """What a list of ended sessions shows of one, from the last lines of its transcript. Where these do not tell the
    folder, more of them are read, and the first ones; these too for a title. Raises OSError."""
    known: dict[str, str] = {}
    lines, skipped = _last(path, _HEADS, known)
    if "cwd" not in known and lines.read < lines.size:
        lines, skipped = _last(path, transcript.LEAN, known)
    titled = "title" in known or "ai_title" in known
    if lines.read < lines.size and not ("cwd" in known and titled):
        for line in first_lines(path, _TITLE if "cwd" in known else transcript.LEAN):
            if b'Title"' in line or ("cwd" not in known and not line.startswith(_REQUEST)):
                _take(line, known)
    return Transcript(
        path=path, size=lines.size, mtime=lines.mtime, read=lines.read, skipped=skipped,
        cwd=known.get("cwd", ""), branch=known.get("branch", ""), title=known.get("title") or known.get("ai_title", ""),
        last_prompt=known.get("last_prompt", ""), version=known.get("version", ""),
        entrypoint=known.get("entrypoint", ""), continued=known.get("continued", ""),
        session_kind="teammate" if "team" in known else known.get("session_kind", ""),
    )  # fmt: skip


def is_empty(tail: Transcript) -> bool:
    """Whether nothing was said in a session, so that the client has nothing to resume. Every prompt and every answer
    names the folder; the lines that a client writes before the first one do not."""
    return 0 < tail.size <= tail.read and not tail.cwd and not tail.last_prompt


def _last(path: str, limit: int, known: dict[str, str]) -> tuple[Backwards, int]:
    """Keep what the last lines tell, within so many bytes; how they were read, and how many were no JSON."""
    lines = Backwards(path, limit, limit)
    skipped = 0
    lines.whole = True
    for line in lines:
        if line.startswith(_REQUEST) or not line:
            continue
        if "cwd" in known and "branch" in known and b'"lastPrompt"' not in line and b'Title"' not in line:
            continue  # an answer: long, and nothing new
        skipped += not _take(line, known)
        lines.whole = "cwd" not in known  # of the line that the limit cuts, all is read while nothing told the folder
    return lines, skipped


def _take(line: bytes, known: dict[str, str]) -> bool:
    """Keep what a line tells that is not known yet; False where it is no JSON."""
    try:
        given = orjson.loads(line)
    except orjson.JSONDecodeError:
        return False
    for field, key in _FIELDS:
        value = given.get(field) if isinstance(given, dict) else None
        if isinstance(value, str) and value:
            known.setdefault(key, value)
    return True
