"""What Claude Code tells its status line on standard input, as a noun; the same as it is kept. docs/statusline.md.

Every field may be missing in some client or moment: then it is None, or "", and nothing is made of it.
"""

from __future__ import annotations

from cst.jsonl import number_of, object_of, text_of
from cst.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from cst.model import Transcript

    Sample = tuple[float, str, float, float]  # when (epoch seconds), window, percent, when it resets (epoch seconds)

WINDOWS = {"5h": 5 * 3600.0, "7d": 7 * 86400.0}  # seconds
_HOUR = 3600.0  # seconds
_COUNT_EVERY, _COUNTS = 120.0, 32  # seconds between two counts of requests, and how many are kept
_LASTS = {"5m": 300.0, "1h": 3600.0}  # seconds for which a prompt cache holds after the last request, by its kind
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


def fields_of(kept: dict[str, Any], tail: Transcript, since: float, now: float) -> dict[str, Any]:
    """The fields of a Transcript that only the status line is told of, from what is kept of that (a JSON object);
    `cost` and `requests` of a process that began at `since`. Times are epoch seconds."""
    told, at = object_of(kept.get("payload")), number_of(kept.get("t"))
    cache, pr = object_of(told.get("prompt_cache")), object_of(told.get("pr"))
    found: dict[str, Any] = {}
    if window := _number(object_of(told.get("context_window")), "context_window_size"):
        found["window"] = int(window)
    if at > since:
        cost = object_of(told.get("cost"))
        began = at - number_of(cost.get("total_duration_ms")) / 1000
        found |= {"cost": _number(cost, "total_cost_usd"), "requests": _last_hour(kept, at, began, now)}
    if number := _number(pr, "number"):
        found |= {"pr": int(number), "pr_url": text_of(pr.get("url"))}
    if cache and tail.asked_at:
        lasts = _LASTS.get(text_of(cache.get("ttl")))
        ends = max(tail.cached_until, tail.asked_at + lasts) if lasts else tail.cached_until
        if tail.asked_at <= at:  # nothing was asked since
            ends = max(ends, number_of(cache.get("expires_at")))
            rebuild = _number(cache, "recache_tokens_if_cold")
            found["uncached"] = int(rebuild) if rebuild is not None else None
        found["cached_until"] = ends
    return found


def counted(kept: dict[str, Any], told: dict[str, Any], now: float) -> dict[str, Any]:
    """What is kept of how many requests a session has made: `made`, all that were told of, over several processes, and
    `counts`, what that was in the last hour and before, at most once in two minutes. From what was kept so far and the
    new payload, both JSON objects."""
    made, counts = int(number_of(kept.get("made"))), kept.get("counts")
    counts = counts if isinstance(counts, list) else []
    number = _number(object_of(told.get("prompt_cache")), "requests")
    if number is not None:
        before = number_of(object_of(object_of(kept.get("payload")).get("prompt_cache")).get("requests"))
        made += int(number - before if number >= before else number)  # a resumed session counts from 0
        if not counts or not 0 <= now - _time_of(counts[-1]) < _COUNT_EVERY:
            counts = [*counts, [round(now), made]]
    while len(counts) > 1 and _time_of(counts[1]) <= now - _HOUR:
        counts = counts[1:]
    return {"made": made, "counts": counts[-_COUNTS:]}


def _last_hour(kept: dict[str, Any], at: float, began: float, now: float) -> int | None:
    """How many requests a session has made in the last hour; None where what is kept does not go back so far."""
    made, counts, begin = kept.get("made"), kept.get("counts"), now - _HOUR
    if not isinstance(made, int) or not isinstance(counts, list):
        return None
    if at <= begin:
        return 0
    before = None
    for one in counts:
        when = _time_of(one)
        if when > begin:
            break
        before = int(number_of(one[1])) if when else before
    if before is None:
        return made if began >= begin else None
    return max(0, made - before)


def _time_of(count: object) -> float:
    return number_of(count[0]) if isinstance(count, list) and len(count) == 2 else 0.0


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
