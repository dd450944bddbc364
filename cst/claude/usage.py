"""What each answer of the model took, from the transcripts: those of sessions, and those of their subagents.

Every line with `usage` counts once for each message id: an answer is written in several lines, and a session that was
forked or resumed has the lines of the one before it. What leaves no such line (titles, /compact, classifiers) is in
the client's own account alone. A transcript only grows, so reading may go on where it ended.
"""

from __future__ import annotations

import os
from binascii import crc32

from cst.jsonl import LINE_CAP, epoch, number_of, parse, text_of
from cst.system import files
from cst.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_ANSWER, _ACCOUNT = b'"usage":{', b'{"type":"cost-state"'
_BLOCK = 1 << 20
_CHECKED = 1024  # bytes before a cursor


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
    repeated: bool = False  # the line says that it was another session's first


class Account(Value):
    """What the client itself says that a session has cost, when it ended in order."""

    session_id: str
    dollars: float
    after: int  # so many of the answers of this reading stand before it
    guessed: bool = False  # the price of a model was not known to the client


class Reading(Value):
    """What one transcript tells from `cursor` on that it was read from, and where to go on: behind the last whole line,
    as long as `check` is that of what stands before."""

    answers: list[Answer]
    accounts: list[Account]
    cursor: int
    check: int


def fits(path: str, cursor: int, check: int) -> bool:
    """Whether a transcript is still what was read up to `cursor`, as far as the end of that tells. Raises OSError."""
    fd, state = files.open_regular(path)
    try:
        return state.st_size >= cursor and _check(fd, cursor) == check
    finally:
        os.close(fd)


def read(path: str, cursor: int = 0) -> Reading:
    """The answers in a transcript from a byte on, and the accounts among them. Raises OSError."""
    answers: list[Answer] = []
    accounts: list[Account] = []
    fd, _ = files.open_regular(path)
    try:
        for line, end in _lines(fd, cursor):
            cursor = end
            if line.startswith(_ACCOUNT):
                accounts += _account(line, len(answers))
            elif _ANSWER in line:
                answers += _answer(line)
        return Reading(answers, accounts, cursor, _check(fd, cursor))
    finally:
        os.close(fd)


def _check(fd: int, cursor: int) -> int:
    """A sum over what stands right before the cursor."""
    begin = max(0, cursor - _CHECKED)
    return crc32(os.pread(fd, cursor - begin, begin))


def _account(line: bytes, after: int) -> list[Account]:
    try:
        given = parse(line)
    except ValueError:
        return []
    dollars = number_of(given.get("totalCostUSD"))
    guessed = given.get("hasUnknownModelCost") is True
    return [Account(text_of(given.get("sessionId")), dollars, after, guessed)] if dollars else []


def _answer(line: bytes) -> list[Answer]:
    try:
        given = parse(line)
    except ValueError:
        return []
    message = given.get("message")
    usage = message.get("usage") if isinstance(message, dict) else None
    if given.get("type") != "assistant" or not isinstance(message, dict) or not isinstance(usage, dict):
        return []
    model = text_of(given.get("requestedModel")) or text_of(message.get("model"))
    if not model or model.startswith("<"):  # <synthetic>: the client's own words
        return []
    written = usage.get("cache_creation")
    for_hour = _count(written, "ephemeral_1h_input_tokens")
    for_minutes = _count(written, "ephemeral_5m_input_tokens")
    if not (for_hour or for_minutes):
        for_minutes = _count(usage, "cache_creation_input_tokens")
    answer = Answer(
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
        repeated="forkedFrom" in given,
    )
    return [answer]


def _count(given: object, name: str) -> int:
    value = given.get(name) if isinstance(given, dict) else None
    return max(0, int(number_of(value)))


def _lines(fd: int, begin: int) -> Iterator[tuple[bytes, int]]:
    """The lines of a file from a byte on, oldest first, and where one goes on behind each. The last one may not be
    whole yet: behind it one goes on at its beginning. One that is longer than any transcript's is left out."""
    os.lseek(fd, begin, os.SEEK_SET)
    rest, dropping, end = b"", False, begin
    while piece := os.read(fd, _BLOCK):
        *whole, rest = (rest + piece).split(b"\n")
        for number, line in enumerate(whole):
            end += len(line) + 1
            if not (dropping and number == 0):
                yield line, end
        dropping = dropping and not whole
        if len(rest) > LINE_CAP:
            end += len(rest)
            rest, dropping = b"", True
    if rest and not dropping:
        yield rest, end
