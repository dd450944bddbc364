"""The event log that shell/hook.sh appends to: one file for each session. docs/events.md is the contract."""

from __future__ import annotations

import os

from cst.jsonl import Backwards, number_of, parse, text_of
from cst.model import Event

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

# Enough to tell how the newest turn began or ended.
TURN = ("SessionStart", "UserPromptSubmit", "Stop", "StopFailure")
_BLOCK, _LIMIT = 8 * 1024, 512 * 1024
_PLUGIN = b'"via":"plugin"'


def read(events_dir: str, session_id: str, now: float, uptime: float) -> tuple[tuple[Event, ...], int]:
    """The newest events of one session, oldest first, and how many lines could not be used.

    Reads 8 KB from the end, more until a turn's begin or end is among them. Ordered by time, for hooks run side
    by side. `now` and `uptime` (seconds, 0.0 = not known) give back the milliseconds that the hook cannot afford.
    """
    lines = Backwards(f"{events_dir}/{session_id}.jsonl", _BLOCK, _LIMIT)
    boot = now - uptime if uptime else 0.0
    found: list[tuple[Event, bytes, bytes]] = []  # with who told it, and what it said
    told_by: dict[bytes, bytes] = {}
    skipped = 0
    wanted = _LIMIT  # events still to read; once the turn is found, a few more for hooks that overtook each other
    for line in lines:
        if not line:
            continue
        try:
            event = _event(parse(line), boot)
        except ValueError:
            event = None
        if event is None:
            skipped += 1
            continue
        head, _, said = line.partition(b'"event":')
        via = _PLUGIN if _PLUGIN in head else b""
        found.append((event, via, said))
        if wanted > 5 and _decides(event):
            wanted = 5
        wanted -= told_by.setdefault(said, via) == via
        if not wanted:
            break
    found.reverse()  # the file's order holds among events of one moment
    if any(via for _, via, _ in found):
        found = _once(found)
    told = [event for event, _, _ in found]
    told.sort(key=lambda event: event.t)
    return tuple(told), skipped + lines.skipped


def _once(found: list[tuple[Event, bytes, bytes]]) -> list[tuple[Event, bytes, bytes]]:
    """Each event once, where the settings and the plugin both call the hook.

    Of lines that say the same of one process, those of the way that told more of them stay: each way tells an event
    once, so two equal lines of one way are two events, and two of different ways are one.
    """
    ways: dict[tuple[int, bytes], dict[bytes, int]] = {}
    for event, via, said in found:
        count = ways.setdefault((event.pid, said), {})
        count[via] = count.get(via, 0) + 1
    most = {one: max(count, key=lambda via: (count[via], via == b"")) for one, count in ways.items()}
    return [one for one in found if one[1] == most[one[0].pid, one[2]]]


def prompted(log: Sequence[Event]) -> bool:
    """Whether the hooks told of a prompt that a person typed."""
    prompts = (str(event.payload.get("prompt") or "") for event in log if event.name == "UserPromptSubmit")
    return any(prompt and not prompt.startswith("<task-notification>") for prompt in prompts)


def session_of(events_dir: str, pid: int, since: float) -> str:
    """The id of the session whose log a process wrote to last, since then (epoch seconds); "" if there is none.

    For clients that keep no registry. Lists the folder, and reads the end of the logs that are new enough.
    """
    recent = []
    try:
        for name in os.listdir(events_dir):
            changed = os.stat(f"{events_dir}/{name}").st_mtime
            if name.endswith(".jsonl") and changed >= since:
                recent.append((changed, name.removesuffix(".jsonl")))
        for _, session_id in sorted(recent, reverse=True):
            log, _ = read(events_dir, session_id, 0.0, 0.0)
            if any(event.pid == pid for event in log):
                return session_id
    except OSError:
        pass
    return ""


def _decides(event: Event) -> bool:
    """A compaction starts no turn, so its SessionStart is not the end of the search."""
    return event.name in TURN and event.payload.get("source") != "compact"


def _event(given: dict[str, object], boot: float) -> Event | None:
    name, payload = given.get("event"), given.get("payload")
    if given.get("v") != 1 or not isinstance(name, str) or not name:
        return None
    if not isinstance(payload, dict):
        payload = {"tool_name": text_of(given.get("tool"))} if given.get("tool") else {}
    return Event(
        _time(number_of(given.get("t")), given.get("up"), boot), name, int(number_of(given.get("pid"))),
        text_of(given.get("tmux")), text_of(given.get("pane")), payload,
    )  # fmt: skip


def _time(seconds: float, up: object, boot: float) -> float:
    """Epoch seconds to 10 ms. Where uptime and clock differ by over 2 s the clock was set, or the machine booted."""
    if not boot or up is None:
        return seconds
    exact = boot + number_of(up)
    return exact if abs(exact - seconds) <= 2 else seconds
