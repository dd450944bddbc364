"""What Claude Code tells its status line on standard input, as a noun; the same as it is kept. docs/statusline.md.

Every field may be missing in some client or moment: then it is None, or "", and nothing is made of it.
"""

from __future__ import annotations

from cst.jsonl import number_of, object_of, text_of
from cst.model import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from cst.model import Transcript

    Sample = tuple[float, str, float, float]  # when (epoch seconds), window, percent, when it resets (epoch seconds)

WINDOWS = {"5h": 5 * 3600.0, "7d": 7 * 86400.0}  # seconds
_HOUR = 3600.0  # seconds
_KEPT_FOR = {"5m": 300.0, "1h": 3600.0}  # seconds after the last request, by what the client calls it
_TOLD_AS = {"5h": "five_hour", "7d": "seven_day"}
# What is kept of a payload: of an object the named fields, of a plain value all of it. Prompts and titles are not.
KEPT: dict[str, tuple[str, ...]] = {
    "session_id": (), "cwd": (), "version": (),
    "model": ("id", "display_name"),
    "cost": ("total_cost_usd", "total_duration_ms", "total_lines_added", "total_lines_removed"),
    "context_window": ("total_input_tokens", "context_window_size", "used_percentage"),
    "prompt_cache": ("warm", "ttl", "expires_at", "hit_ratio", "recache_tokens_if_cold", "requests"),
    "rate_limits": ("five_hour", "seven_day", "spend_limit"),
    "pr": ("number", "url", "review_state"),
}  # fmt: skip


class Limit(Value):
    """How much of a usage limit is spent, as the last answer to one session said it."""

    window: str  # 5h, 7d
    percent: float
    resets_at: float  # epoch seconds


class Spend(Value):
    """What a gateway lets an account spend."""

    percent: float
    used: float  # US dollars
    most: float
    resets_at: float  # epoch seconds, 0.0 = not told
    period: str


class Cache(Value):
    """The prompt cache of a session."""

    warm: bool
    ttl: str  # 5m, 1h
    expires_at: float  # epoch seconds, 0.0 = not told
    hit_ratio: float | None  # 0 to 1
    rebuild: int | None  # tokens that the next message costs again once it is cold
    requests: int | None = None  # of this process so far


class Payload(Value):
    """One run of the status line."""

    session_id: str
    cwd: str
    transcript: str = ""  # a path; the file need not exist
    version: str = ""
    name: str = ""
    model_id: str = ""
    model: str = ""  # for people
    effort: str = ""
    style: str = ""
    vim: str = ""
    agent: str = ""
    worktree: str = ""
    pr: int | None = None
    pr_url: str = ""
    pr_state: str = ""
    cost: float | None = None  # US dollars, of this process and what it resumed
    seconds: float | None = None  # since the process began
    lines: tuple[int, int] | None = None  # added, removed
    window: int | None = None  # tokens that the context holds
    tokens: int | None = None  # tokens in it
    percent: float | None = None
    cache: Cache | None = None
    limits: tuple[Limit, ...] = ()
    spend: Spend | None = None


class Kept(Value):
    """What a session told last, as cst keeps it."""

    at: float  # epoch seconds
    config_dir: str  # the folder of Claude Code's that it is of
    payload: Payload
    samples: tuple[Sample, ...] = ()  # of its limits, oldest first, at most one a minute of each
    counts: tuple[tuple[float, int], ...] = ()  # when, and how many requests its process had made; as often


class GitState(Value):
    """What git said last of the folder of a session, as cst keeps it."""

    at: float  # epoch seconds
    cwd: str
    changed: int  # files
    more: bool  # there are more than that
    ahead: int | None
    behind: int | None


def of(given: dict[str, Any]) -> Payload:
    """The payload in a JSON object, whatever else is in it."""
    model, cost, context = (object_of(given.get(name)) for name in ("model", "cost", "context_window"))
    added, removed = _number(cost, "total_lines_added"), _number(cost, "total_lines_removed")
    tokens, percent = _number(context, "total_input_tokens"), _number(context, "used_percentage")
    known = percent is not None and bool(tokens)  # after /compact all is 0 until the next answer
    milliseconds = _number(cost, "total_duration_ms")
    number = _number(object_of(given.get("pr")), "number")
    return Payload(
        session_id=text_of(given.get("session_id")),
        cwd=text_of(object_of(given.get("workspace")).get("current_dir")) or text_of(given.get("cwd")),
        transcript=text_of(given.get("transcript_path")),
        version=text_of(given.get("version")),
        name=text_of(given.get("session_name")),
        model_id=text_of(model.get("id")),
        model=text_of(model.get("display_name")) or text_of(model.get("id")),
        effort=text_of(object_of(given.get("effort")).get("level")),
        style=text_of(object_of(given.get("output_style")).get("name")),
        vim=text_of(object_of(given.get("vim")).get("mode")),
        agent=text_of(object_of(given.get("agent")).get("name")),
        worktree=text_of(object_of(given.get("worktree")).get("name"))
        or text_of(object_of(given.get("workspace")).get("git_worktree")),
        pr=int(number) if number else None,
        pr_url=text_of(object_of(given.get("pr")).get("url")),
        pr_state=text_of(object_of(given.get("pr")).get("review_state")),
        cost=_number(cost, "total_cost_usd"),
        seconds=milliseconds / 1000 if milliseconds is not None else None,
        lines=(int(added), int(removed)) if added is not None and removed is not None else None,
        window=int(size) if (size := _number(context, "context_window_size")) else None,
        tokens=int(tokens) if tokens and known else None,
        percent=percent if known else None,
        cache=_cache(object_of(given.get("prompt_cache"))),
        limits=_limits(object_of(given.get("rate_limits"))),
        spend=_spend(object_of(object_of(given.get("rate_limits")).get("spend_limit"))),
    )


def kept(given: dict[str, Any]) -> dict[str, Any]:
    """What is kept of a payload: a JSON object that `of` reads again."""
    found: dict[str, Any] = {}
    for name, fields in KEPT.items():
        value = given.get(name)
        if fields and isinstance(value, dict):
            found[name] = {field: value[field] for field in fields if field in value}
        elif not fields and isinstance(value, (str, int, float)):
            found[name] = value
    return found


def fields_of(kept: Kept, tail: Transcript, since: float, now: float) -> dict[str, Any]:
    """The fields of a Transcript that only the status line is told of; `cost` and `requests` of a process that began at
    `since`. Times are epoch seconds."""
    told, cache = kept.payload, kept.payload.cache
    found: dict[str, Any] = {"window": told.window}
    if kept.at > since:
        found |= {"cost": told.cost, "requests": _last_hour(kept, now)}
    if told.pr is not None:
        found |= {"pr": told.pr, "pr_url": told.pr_url}
    if cache and tail.asked_at:
        ends = max(tail.cached_until, tail.asked_at + _KEPT_FOR[cache.ttl] if cache.ttl in _KEPT_FOR else 0.0)
        if tail.asked_at <= kept.at:  # nothing was asked since
            ends = max(ends, cache.expires_at)
            found["uncached"] = cache.rebuild
        found["cached_until"] = ends
    return {field: value for field, value in found.items() if value is not None}


def _last_hour(kept: Kept, now: float) -> int | None:
    """How many requests a session has made in the last hour; None where what is kept does not go back so far."""
    cache, seconds = kept.payload.cache, kept.payload.seconds
    if cache is None or cache.requests is None or seconds is None:
        return None
    begin, ends = now - _HOUR, [*kept.counts, (kept.at, cache.requests)]
    before = [count for at, count in ends if at <= begin]
    if not before and kept.at - seconds < begin:
        return None
    made, last = 0, before[-1] if before else 0
    for _, count in (one for one in ends if one[0] > begin):
        made += count - last if count >= last else count  # a resumed session counts from 0
        last = count
    return made


def _limits(given: dict[str, Any]) -> tuple[Limit, ...]:
    found = []
    for window, name in _TOLD_AS.items():
        percent, resets_at = (_number(object_of(given.get(name)), field) for field in ("used_percentage", "resets_at"))
        if percent is not None and resets_at:
            found.append(Limit(window, percent, resets_at))
    return tuple(found)


def _spend(given: dict[str, Any]) -> Spend | None:
    percent = _number(given, "used_percentage")
    if percent is None:
        return None
    used, most, resets_at = (number_of(given.get(name)) for name in ("used_usd", "limit_usd", "resets_at"))
    return Spend(percent, used, most, resets_at, text_of(given.get("period")))


def _cache(given: dict[str, Any]) -> Cache | None:
    if not isinstance(given.get("warm"), bool):
        return None
    rebuild, requests = _number(given, "recache_tokens_if_cold"), _number(given, "requests")
    return Cache(
        given["warm"], text_of(given.get("ttl")), number_of(given.get("expires_at")), _number(given, "hit_ratio"),
        int(rebuild) if rebuild is not None else None, int(requests) if requests is not None else None,
    )  # fmt: skip

def _number(given: dict[str, Any], name: str) -> float | None:
    """A number that is 0 or more; None for anything else."""
    value = given.get(name)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < 1e15:
        return None
    return float(value)
