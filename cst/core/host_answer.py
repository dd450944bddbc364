"""What another host answers to `cst ls --json`, read back into sessions. Pure.

All of it is as hostile as what a session says, and is believed field by field: what has another type or another range
is not known. A session without a key or a state that could be one is left out, and counted. What it says of files,
panes and sockets is text to be shown, never a place of this machine: `transcript` has no path, `Place` no pane.
"""

from __future__ import annotations

from cst.jsonl import number_of, object_of, parse
from cst.model import NEEDS_YOU, STATES, CstError, Place, Session, Tasks, Transcript, Want, digits, is_session_id
from cst.text import clean
from cst.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

SCHEMA = 1  # of docs/json.md
_MOST = 1000  # sessions of one host
_NOTES = 5
_TAGS = 20
_LATEST = 1e11  # epoch seconds


class HostAnswer(Value):
    """What a host said. `notes`: what failed there, and what of the answer could not be used."""

    sessions: Sequence[Session]
    notes: Sequence[str]
    version: str


def read(data: bytes, host: str, now: float) -> HostAnswer:
    """The sessions of a host, their keys beginning with its name, its times by our clock, which says `now`. CstError
    for what is no answer of cst's."""
    try:
        given = parse(data)
    except ValueError:
        raise CstError("its answer is not JSON", "does its shell print something where nobody sits?") from None
    schema, then = given.get("schema"), number_of(given.get("now"))
    if schema != SCHEMA or isinstance(schema, bool):
        shown = clean(str(schema), 20) if isinstance(schema, (int, str)) else "unknown"
        raise CstError(f"its answer has the schema {shown}, not {SCHEMA}", "update the older cst")
    rows = given.get("sessions")
    if not isinstance(rows, list) or not 0 < then < _LATEST:
        raise CstError("its answer has no sessions in it", "update the older cst")
    found: dict[str, Session] = {}
    for row in rows[:_MOST]:
        session = _session(object_of(row), host, now - then)
        if session and session.key not in found:
            found[session.key] = session
    notes = [_note(problem) for problem in _list(given.get("problems"))[:_NOTES]]
    if lost := len(rows) - len(found):
        notes.append(f"{lost} of its {len(rows)} sessions could not be read")
    return HostAnswer(tuple(found.values()), tuple(note for note in notes if note), _text(given.get("version"), 30))


def _session(row: Mapping[str, Any], host: str, ahead: float) -> Session | None:
    """One session; None for a row that is none, or that is of yet another host."""
    key, state = row.get("key"), row.get("state")
    live = isinstance(key, str) and is_live_key(key)
    if not isinstance(key, str) or not (live or is_session_id(key)) or row.get("host"):
        return None
    if not isinstance(state, str) or live == (state in ("ended", "elsewhere")):
        return None
    known, because = state in STATES, _text(row.get("because"), 400)
    snoozed = row.get("snoozed") is True
    tokens = _count(object_of(row.get("context")).get("tokens"))
    return Session(
        key=f"{host}/{key}",
        id=_id(row.get("id")),
        pid=int(key.partition(".")[0]) if live else None,
        state=state if known else "unknown",
        since=_time(row.get("since"), ahead),
        because=because if known else f"the state {_text(state, 30)!r} is not known here; update cst",
        rule=_text(row.get("rule"), 60),
        needs_you=row.get("needs_you") is True and state in (*NEEDS_YOU, "limited") and not snoozed,
        wants=_want(row.get("wants")),
        doing=_want(row.get("doing"), ahead),
        name=_text(row.get("name"), 200),
        title=_text(row.get("title"), 400),
        tags=tuple(tag for one in _list(row.get("tags"))[:_TAGS] if (tag := _text(one, 40).replace(" ", ""))),
        pinned=row.get("pinned") is True,
        archived=row.get("archived") is True,
        snoozed=snoozed,
        snoozed_until=_time(row.get("snoozed_until"), ahead),
        cwd=_text(row.get("cwd"), 1000),
        branch=_text(row.get("branch"), 200),
        model=_text(row.get("model"), 60),
        tokens=tokens,
        cost=_money(row.get("cost_usd")),
        tasks=_tasks(row.get("tasks")),
        last_prompt=_text(row.get("last_prompt")),
        last_words=_text(row.get("last_words")),
        place=_place(row.get("tmux"), host),
        kind=_text(row.get("kind"), 20) or "unknown",
        client_version=_text(row.get("client_version"), 20),
        transcript=Transcript(path="", window=_count(object_of(row.get("context")).get("window"))) if tokens else None,
    )


def is_live_key(key: str) -> bool:
    """Whether it is `<pid>.<start>`, the key of a session that lives."""
    pid, dot, start = key.partition(".")
    return bool(dot) and digits(pid) and digits(start) and len(pid) <= 10 and len(start) <= 20 and pid[0] != "0"


def _place(given: object, host: str) -> Place | None:
    """Where it is in its own tmux, `dev/work:2.1`: to be shown and to name it, nothing that tmux here could mean."""
    location, session = (_text(object_of(given).get(name), 60) for name in ("location", "session"))
    return Place(host, session, "", "", f"{host}/{location}", "") if location else None


def _want(given: object, ahead: float = 0.0) -> Want | None:
    if not isinstance(given, dict):
        return None
    return Want(_text(given.get("tool"), 60), _text(given.get("detail")), _time(given.get("since"), ahead))


def _tasks(given: object) -> Tasks | None:
    counts = [_count(object_of(given).get(name), zero=True) for name in ("done", "total")]
    if counts[0] is None or not counts[1]:
        return None
    return Tasks(min(counts[0], counts[1]), counts[1], _text(object_of(given).get("current"), 200))


def _note(problem: object) -> str:
    source, message = (_text(object_of(problem).get(name), 200) for name in ("source", "message"))
    return f"{source}: {message}" if source and message else ""


def _text(given: object, most: int = 2000) -> str:
    return clean(given, most) if isinstance(given, str) else ""


def _list(given: object) -> list[Any]:
    return given if isinstance(given, list) else []


def _id(given: object) -> str:
    return given if isinstance(given, str) and is_session_id(given) else ""


def _time(given: object, ahead: float) -> float:
    """Epoch seconds by our clock; 0 where it is none."""
    there = number_of(given)
    return there + ahead if 0 < there < _LATEST and abs(ahead) < _LATEST else 0.0


def _count(given: object, zero: bool = False) -> int | None:
    number = int(number_of(given))
    return number if 0 < number < 1e9 or (zero and given == 0 and not isinstance(given, bool)) else None


def _money(given: object) -> float | None:
    number = number_of(given)
    return number if 0 < number < 1e6 else None
