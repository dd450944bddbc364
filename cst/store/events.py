"""The event log that shell/hook.sh appends to: one file for each session. docs/events.md is the contract."""

from __future__ import annotations

import os

from cst.jsonl import Backwards, number_of, parse, text_of
from cst.model import Event
from cst.value import made
from cst.wording import is_machine_made

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

# Enough to tell how the newest turn began or ended.
TURN = ("SessionStart", "UserPromptSubmit", "Stop", "StopFailure")
_BLOCK, _LIMIT = 8 * 1024, 512 * 1024
_AT_ONCE = 60.0  # seconds by which hooks that run side by side may overtake each other in the file
_PLUGIN = b'"via":"plugin"'


def read(
    events_dir: str, session_id: str, now: float, uptime: float, since: float | None = None
) -> tuple[tuple[Event, ...], int]:
    """The newest events of one session, oldest first, and how many lines could not be used.

    Reads 8 KB from the end, more until a turn's begin or end is among them; with `since` (epoch seconds) all that came
    after. Ordered by time, for hooks run side by side. `now` and `uptime` (seconds, 0.0 = not known) give back the
    milliseconds that the hook cannot afford.
    """
    lines = Backwards(f"{events_dir}/{session_id}.jsonl", _BLOCK, _LIMIT if since is None else 1 << 62)
    boot = now - uptime if uptime else 0.0
    found: list[tuple[Event, bytes]] = []  # with its line
    told_by: dict[bytes, bytes] = {}  # what was said, once the plugin has told any: it may all be there twice
    plugin = False
    skipped = 0
    wanted = _LIMIT  # events still to read; once the turn is found, a few more for hooks that overtook each other
    for line in lines:
        if not line:
            continue
        try:
            given = parse(line)
            event = _event(given, boot)
        except ValueError:
            event = None
        if event is None:
            skipped += 1
            continue
        found.append((event, line))
        plugin = plugin or (given.get("via") == "plugin" and _PLUGIN in line)
        if since is not None:
            if event.t < since - _AT_ONCE:
                break
            continue
        if wanted > 5 and _decides(event):
            wanted = 5
        if plugin:
            told_by = told_by or dict(_way(line) for _, line in found)
            said, via = _way(line)
            wanted -= told_by.setdefault(said, via) == via
        else:
            wanted -= 1
        if not wanted:
            break
    found.reverse()  # the file's order holds among events of one moment
    told = _by_time(_once(found) if plugin else [event for event, _ in found], uptime)
    return tuple(told), skipped + lines.skipped


def _by_time(told: list[Event], uptime: float) -> list[Event]:
    """Events by their time, from the order of the file."""
    ups = [event.up for event in told]
    if uptime and ups and ups[0] > 0 and ups[-1] <= uptime + _AT_ONCE and ups == sorted(ups):
        return told  # as nearly all logs are
    told = _this_boot(told, uptime)
    told.sort(key=lambda event: (1, event.up) if event.up else (0, event.t))
    return told


def _this_boot(told: list[Event], uptime: float) -> list[Event]:
    """Events in the order of the file, and only those of this start of the machine with their `up`, which orders them
    though the clock was set meanwhile: in an earlier one it counted further than what was written later. All without,
    where the newest have none."""
    kept, after = [], uptime + _AT_ONCE if uptime else 0.0
    for event in reversed(told):
        up = event.up
        after = min(after, up + _AT_ONCE) if 0 < up <= after else 0.0
        kept.append(event if after or not up else event._replace(up=0.0))
    kept.reverse()
    return kept


def _way(line: bytes) -> tuple[bytes, bytes]:
    """What a line says, and which hooks told it: those of the plugin, or (empty) those of the settings."""
    head, _, said = line.partition(b'"event":')
    return said, _PLUGIN if _PLUGIN in head else b""


def _once(found: list[tuple[Event, bytes]]) -> list[Event]:
    """Each event once, where the settings and the plugin both call the hook.

    Of lines that say the same of one process, those of the way that told more of them stay: each way tells an event
    once, so two equal lines of one way are two events, and two of different ways are one.
    """
    ways: dict[tuple[int, bytes], dict[bytes, int]] = {}
    told = [(event, *_way(line)) for event, line in found]
    for event, said, via in told:
        count = ways.setdefault((event.pid, said), {})
        count[via] = count.get(via, 0) + 1
    most = {one: max(count, key=lambda via: (count[via], via == b"")) for one, count in ways.items()}
    return [event for event, said, via in told if via == most[event.pid, said]]


def written_since(events_dir: str, moment: float) -> list[str]:
    """The ids of the sessions whose logs were written to since then (epoch seconds). Raises OSError."""
    try:
        names = [name for name in os.listdir(events_dir) if name.endswith(".jsonl")]
    except FileNotFoundError:
        return []
    return [name.removesuffix(".jsonl") for name in names if os.stat(f"{events_dir}/{name}").st_mtime >= moment]


def prompted(log: Sequence[Event]) -> bool:
    """Whether the hooks told of a prompt that a person typed."""
    prompts = (str(event.payload.get("prompt") or "") for event in log if event.name == "UserPromptSubmit")
    return any(prompt and not is_machine_made(prompt) for prompt in prompts)


def ended_turn(log: Sequence[Event], path: str) -> bool:
    """Whether the newest thing the hooks told is the end of a turn, and the transcript has no later one."""
    newest = next((event for event in reversed(log) if event.name in TURN), None)
    if newest is None or newest.name in ("UserPromptSubmit", "StopFailure"):  # how a limit ends is in the transcript
        return False
    if newest.name == "SessionStart" and newest.payload.get("source") == "resume":
        return False  # how the turn before stood is there, too
    if newest.name == "Stop":  # an old client tells it after an API error too; a cut one says nothing
        said = str(newest.payload.get("last_assistant_message") or "")
        if not said or said.startswith("API Error"):
            return False
    try:
        return bool(os.stat(path).st_mtime <= newest.t + 5)
    except OSError:
        return False


def left_teammates(log: Sequence[Event]) -> bool:
    """Whether the newest end of a turn left teammates behind: whether they work, their transcripts tell."""
    stop = next((event for event in reversed(log) if event.name == "Stop"), None)
    tasks = stop.payload.get("background_tasks") if stop else None
    return isinstance(tasks, list) and any(isinstance(one, dict) and one.get("type") == "teammate" for one in tasks)


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
    get = given.get  # a look at hundreds of sessions comes by here thousands of times
    name, payload, up = get("event"), get("payload"), get("up")
    if get("v") != 1 or not isinstance(name, str) or not name:
        return None
    if not isinstance(payload, dict):
        payload = {"tool_name": text_of(get("tool"))} if get("tool") else {}
    tmux, pane = get("tmux"), get("pane")
    seconds, up = number_of(get("t")), number_of(up) if up else 0.0
    if boot and up and -2 <= boot + up - seconds <= 2:  # to 10 ms; else the clock was set, or the machine booted
        seconds = boot + up
    return made(Event, {
        "t": seconds, "name": name, "pid": int(number_of(get("pid"))), "tmux": tmux if isinstance(tmux, str) else "",
        "pane": pane if isinstance(pane, str) else "", "payload": payload, "up": up,
    })  # fmt: skip
