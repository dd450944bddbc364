"""Which lines of the marks log still count: what a compaction keeps. Pure; docs/events.md says what each mark means."""

from __future__ import annotations

from cst.core.attention import PAUSE
from cst.jsonl import number_of, parse, text_of
from cst.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

# of each the newest, for each key
_NEWEST = ("pin", "name", "note", "archive", "snooze", "dismiss", "ended", "restored", "compacted")
_KNOWN = (*_NEWEST, "seen", "visit", "back", "looked", "tag", "untag")


class Line(Value):
    """One usable line, as bytes and as what decides about it. `kind` "": of a kind or version that we do not know."""

    raw: bytes
    t: float
    kind: str
    key: str = ""
    by: str = ""
    client: tuple[str, str] = ("", "")  # socket and name
    pane: str = ""
    value: str = ""


def compacted(lines: Iterable[bytes], oldest: float, lives: Callable[[str], bool]) -> list[bytes]:
    """The lines that still count, oldest first. Lines that are no JSON are left out, those of a later version stay.

    `lives` says whether a key or a session id may still be somebody's; what is about another one stays only if any of
    it was said after `oldest`.
    """
    found = [line for raw in lines if raw and (line := _line(raw))]
    found.sort(key=lambda line: line.t)  # as readers do: the file's order holds among marks of one moment
    newest: dict[str, float] = {}
    for line in found:
        if line.key:
            newest[line.key] = line.t
    dead = {key for key, t in newest.items() if t < oldest and not lives(key)}
    about = [line for line in found if not line.key or line.key not in dead]
    kept = set({line.raw: id(line) for line in about if not line.kind}.values())
    kept |= set({_slot(line): id(line) for line in about if line.kind and line.kind != "back"}.values())
    kept |= _returns(about, oldest, kept)
    return [line.raw for line in about if id(line) in kept]


def _slot(line: Line) -> tuple[str, ...]:
    """Marks with the same slot replace each other."""
    if line.kind == "seen":
        return "seen", line.key, line.by
    if line.kind in ("tag", "untag"):
        return "tag", line.key, line.value
    return line.kind, line.key


def _returns(about: Sequence[Line], oldest: float, kept: set[int]) -> set[int]:
    """What `cst back` needs: of each client its newest return, and its newest visits since then without a long pause
    between them."""
    backs = {line.client: line for line in about if line.kind == "back"}
    walks: dict[tuple[str, str], list[Line]] = {}
    for line in about:
        if line.kind == "visit" and line.pane and (line.client not in backs or line.t > backs[line.client].t):
            walk = walks.setdefault(line.client, [])
            if walk and line.t - walk[-1].t > PAUSE:
                walk.clear()
            walk.append(line)
    found = {id(line) for walk in walks.values() for line in walk}
    stay = kept | found
    visitors = {line.client for line in about if line.kind == "visit" and id(line) in stay}
    return found | {id(back) for client, back in backs.items() if client in visitors or back.t >= oldest}


def _line(raw: bytes) -> Line | None:
    try:
        given = parse(raw)
    except ValueError:
        return None
    kind = text_of(given.get("mark"))
    if given.get("v") != 1 or kind not in _KNOWN:
        return Line(raw, number_of(given.get("t")), "")
    key, by, client, pane, socket, value = (
        text_of(given.get(name)) for name in ("key", "by", "client", "pane", "socket", "value")
    )
    return Line(raw, number_of(given.get("t")), kind, key, by, (socket, client), pane, value)
