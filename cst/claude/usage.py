"""What each answer of the model took, from the transcripts: those of sessions, and those of their subagents.

Every line with `usage` counts once for each message id: an answer is written in several lines, and a session that was
forked or resumed has the lines of the one before it. What leaves no such line (titles, /compact, classifiers) is in
the client's own account alone.
"""

from __future__ import annotations

import os

from cst.claude import forks
from cst.jsonl import LINE_CAP, epoch, number_of, parse, text_of
from cst.model import Value
from cst.system import files

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_ANSWER, _ACCOUNT = b'"usage":{', b'{"type":"cost-state"'
_BLOCK = 1 << 20


class Answer(Value):
    """One answer, as one line of a transcript tells it. Numbers are tokens."""

    id: str  # of the message
    session_id: str
    at: float  # epoch seconds
    model: str  # that was asked for
    version: str  # of the client
    cwd: str
    branch: str
    input: int
    output: int
    written_5m: int
    written_1h: int
    read: int
    searches: int
    fast: bool
    us: bool


class Account(Value):
    """What the client itself says that a session has cost, when it ended in order."""

    session_id: str
    dollars: float


class Found(Value):
    """What one transcript tells."""

    answers: list[Answer]
    account: Account | None = None


def transcripts(config_dir: str, since: float) -> list[str]:
    """The paths of all transcripts that were written to since then (epoch seconds), subagents' too."""
    found = []
    for folder, folders, names in os.walk(config_dir + "/projects"):
        folders.sort()
        for name in sorted(names):
            path = f"{folder}/{name}"
            try:
                if name.endswith(".jsonl") and os.stat(path).st_mtime >= since:
                    found.append(path)
            except OSError:  # gone meanwhile
                continue
    return found


def read(path: str) -> Found:
    """The answers in a transcript, and the account at its end. Raises OSError."""
    answers, account = [], None
    for line in _lines(path):
        if line.startswith(_ACCOUNT):
            account = _account(line)
        elif _ANSWER in line:
            answer = _answer(line)
            if answer:
                answers.append(answer)
                account = None  # it is of an earlier end, and no longer true
    if account and "/subagents/" not in path and forks.may_be_one(path):
        account = None  # what its parent has cost is in there
    return Found(answers, account)


def _account(line: bytes) -> Account | None:
    try:
        given = parse(line)
    except ValueError:
        return None
    dollars = number_of(given.get("totalCostUSD"))
    if given.get("hasUnknownModelCost") or not dollars:
        return None
    return Account(text_of(given.get("sessionId")), dollars)


def _answer(line: bytes) -> Answer | None:
    try:
        given = parse(line)
    except ValueError:
        return None
    message = given.get("message")
    usage = message.get("usage") if isinstance(message, dict) else None
    if given.get("type") != "assistant" or not isinstance(message, dict) or not isinstance(usage, dict):
        return None
    model = text_of(given.get("requestedModel")) or text_of(message.get("model"))
    if not model or model.startswith("<"):  # <synthetic>: the client's own words
        return None
    written = usage.get("cache_creation")
    for_hour = _count(written, "ephemeral_1h_input_tokens")
    for_minutes = _count(written, "ephemeral_5m_input_tokens")
    if not (for_hour or for_minutes):
        for_minutes = _count(usage, "cache_creation_input_tokens")
    return Answer(
        id=text_of(message.get("id")) or text_of(given.get("uuid")),
        session_id=text_of(given.get("sessionId")),
        at=epoch(given.get("timestamp")),
        model=model,
        version=text_of(given.get("version")),
        cwd=text_of(given.get("cwd")),
        branch=text_of(given.get("gitBranch")),
        input=_count(usage, "input_tokens"),
        output=_count(usage, "output_tokens"),
        written_5m=for_minutes,
        written_1h=for_hour,
        read=_count(usage, "cache_read_input_tokens"),
        searches=_count(usage.get("server_tool_use"), "web_search_requests"),
        fast=usage.get("speed") == "fast",
        us=usage.get("inference_geo") == "us",
    )


def _count(given: object, name: str) -> int:
    value = given.get(name) if isinstance(given, dict) else None
    return max(0, int(number_of(value)))


def _lines(path: str) -> Iterator[bytes]:
    """The lines of a file, oldest first; one that is longer than any transcript's is left out."""
    fd, _ = files.open_regular(path)
    try:
        rest, dropping = b"", False
        while piece := os.read(fd, _BLOCK):
            *whole, rest = (rest + piece).split(b"\n")
            if dropping and whole:
                whole, dropping = whole[1:], False
            yield from whole
            if len(rest) > LINE_CAP:
                rest, dropping = b"", True
        if rest and not dropping:
            yield rest
    finally:
        os.close(fd)
