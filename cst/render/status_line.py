"""The one line of `cst status`, and the sentences that `cst next` says."""

from __future__ import annotations

from cst.model import STATES
from cst.render.activity import what
from cst.render.paint import Paint, looks
from cst.text import age, cut, for_tmux

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cst.core.attention import Step
    from cst.model import Session

_DOT = " · "
_BUSY = ("working", "compacting", "background")
_ROUNDS = {2: "second round", 3: "third round"}


def line(
    sessions: Sequence[Session], now: float, form: str, problems: int = 0, limits: Sequence[str] = (),
    silent: Sequence[str] = (), short: bool = False, lost: int = 0,
) -> str:  # fmt: skip
    """`2 need you · permission 12m · 5 working · 5h 82% → 14:10`; "" where there is no session and nothing is wrong.
    `limits` are those that are worth a word, `silent` the hosts that do not answer. `short`: `2 need you · 12m`, and
    what is wrong as a number of problems. `lost`: how many can be restored; where some can, nothing is all clear."""
    live = [session for session in sessions if session.state != "ended"]
    parts = _with_lost(_short(live, now) if short else _parts(live, now), lost, short)
    if silent or problems:
        parts = _unsure(parts)
    if short:
        problems += len(silent)
    else:
        parts += [(_no_answer(host), "unknown") for host in silent]
        parts += [(limit, "limited") for limit in limits]
    if problems:
        parts.append((problems_hint(problems, short), "unknown"))
    if form == "tmux":
        return _chip(parts) if parts else ""
    return _joined(parts, Paint(form == "ansi"))


_OTHERWISE = "all clear otherwise"  # than what a silent host may have, or what cannot be read would tell


def _unsure(parts: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(_OTHERWISE, "done"), *parts[1:]] if parts and parts[0][0] == "all clear" else parts


def problems_hint(count: int, short: bool = False) -> str:
    """What is said of sources that cannot be read."""
    return f"{count} problem{'s' * (count > 1)}{'' if short else ': cst ls'}"


def _no_answer(host: str) -> str:
    return f"{host}: no answer"


def _chip(parts: Sequence[tuple[str, str]]) -> str:
    """For tmux's bar, whatever its colours: the parts on a background of their own, with a space at each end."""
    quiet = f"#[none,{looks('')[2]}]"
    said = f"{quiet}{_DOT}".join(f"#[none,{looks(state)[2]}]{for_tmux(text)}" for text, state in parts)
    return f"{quiet} {said}{quiet} #[default]"


def painted(
    sessions: Sequence[Session], now: float, paint: Paint, limits: Sequence[str] = (), lost: int = 0,
    unsure: bool = False,
) -> str:  # fmt: skip
    """The same line in a theme's colours. `unsure`: something could not be read, which is said elsewhere."""
    parts = _with_lost(_parts([session for session in sessions if session.state != "ended"], now), lost)
    parts = _unsure(parts) if unsure else parts
    return _joined([*parts, *((limit, "limited") for limit in limits)], paint)


def _joined(parts: Sequence[tuple[str, str]], paint: Paint) -> str:
    return _DOT.join(paint.state(state, text) for text, state in parts)


def _parts(sessions: Sequence[Session], now: float) -> list[tuple[str, str]]:
    """(text, state that gives the colour)."""
    if not sessions:
        return []
    waiting = [session for session in sessions if session.needs_you]
    parts = []
    if waiting:
        first = _worst(waiting)
        parts.append((_need_you(waiting), first.state))
        parts.append((_waited(first, now), first.state))
    else:
        parts.append(("all clear", "done"))
    busy = sum(session.state in _BUSY for session in sessions)
    unknown = sum(session.state == "unknown" for session in sessions)
    if busy:
        parts.append((f"{busy} working", "working"))
    if unknown:
        parts.append((f"{unknown} unknown", "unknown"))
    return parts


def _with_lost(parts: list[tuple[str, str]], lost: int, short: bool = False) -> list[tuple[str, str]]:
    if not lost:
        return parts
    said = (f"{lost} lost" if short else lost_hint(lost), "unknown")
    return [said, *parts[1:]] if parts and parts[0][0] == "all clear" else [*parts, said]


def lost_hint(count: int) -> str:
    """What is said of sessions that can be restored."""
    return f"{count} lost: cst restore"


def _short(sessions: Sequence[Session], now: float) -> list[tuple[str, str]]:
    """The same of a narrow screen: how many need you, and since when the most urgent one; its colour says its state."""
    waiting = [session for session in sessions if session.needs_you]
    if not waiting:
        return _parts(sessions, now)[:1]
    first = _worst(waiting)
    return [(_need_you(waiting), first.state), (age(now - first.since), first.state)]


def _need_you(waiting: Sequence[Session]) -> str:
    return f"{len(waiting)} need{'s' * (len(waiting) == 1)} you"


def _worst(waiting: Sequence[Session]) -> Session:
    """The most urgent one, which a pin or a weight may have put behind others; of several, the first in the list."""
    return min(waiting, key=lambda session: STATES.index(session.state))


def numbers(
    sessions: Sequence[Session], now: float, silent: Sequence[str] = (), lost: int = 0, problems: int = 0
) -> dict[str, object]:
    """The same as JSON: counts by state, the most urgent one, the hosts that do not answer, how many were lost: where
    there are `problems`, none is null."""
    live = [session for session in sessions if session.state != "ended"]
    waiting = [session for session in live if session.needs_you]
    counts: dict[str, int] = {}
    for session in live:
        counts[session.state] = counts.get(session.state, 0) + 1
    first = _worst(waiting) if waiting else None
    return {
        "schema": 1,
        "now": now,
        "needs_you": len(waiting),
        "states": counts,
        "first": {"key": first.key, "state": first.state, "since": first.since} if first else None,
        "silent_hosts": list(silent),
        "lost": lost or (None if problems else 0),
        "text": line(sessions, now, "plain", problems, silent=silent, lost=lost),
    }


def arrival(session: Session, others: Sequence[Session], now: float, step: Step | None = None, also: str = "") -> str:
    """Why you are there: `2 of 8 · permission 12m · api · Bash: rm -rf build`. Clean, not escaped for tmux.

    How far it is stands first, for what is too long for the line is cut; then what else the jump does (`also`).
    `others` are those with which the name might be confused."""
    from cst.core.naming import name_among  # `cst status` names nobody

    name = name_among(session, others, 30)
    parts = (_waited(session, now), name, cut(what(session, now), 60))
    return _DOT.join([*_progress(step), *([also] if also else []), *(part for part in parts if part)])


def _progress(step: Step | None) -> list[str]:
    if step is None:
        return []
    if step.of < 2:
        return ["the only one"]
    begins = step.round > 1 and step.number == 1
    rounds = _ROUNDS.get(step.round, "another round") if begins else ""
    return [*([rounds] if rounds else []), f"{step.number} of {step.of}"]


def _waited(session: Session, now: float) -> str:
    return f"{session.state} {age(now - session.since)}"


def _beyond(elsewhere: Sequence[Session]) -> str:
    """Where sessions are that a client cannot show."""
    if any(session.hidden for session in elsewhere):
        return "in no known pane"
    placed = sum(session.place is not None for session in elsewhere)
    if placed == len(elsewhere):
        return "on another tmux server"
    return "on another tmux server or outside tmux" if placed else "outside tmux"


def nothing(
    sessions: Sequence[Session], here: Session | None, elsewhere: Sequence[Session], now: float,
    silent: Sequence[str] = (), lost: int = 0, problems: int = 0,
) -> str:  # fmt: skip
    """What `next` says when it goes nowhere: `all clear · 3 working`. `here` needs the user, and is on the screen;
    those `elsewhere` need the user where this client cannot go. `silent` are the hosts that do not answer;
    of those that are `lost` it speaks only where it would say that all is clear. `problems`: what cannot be read."""
    busy = sum(session.state in _BUSY for session in sessions)
    clear = lost_hint(lost) if lost else _OTHERWISE if silent or problems else "all clear"
    parts = [clear] if not (here or elsewhere) else []
    if here:
        parts.append(f"the only one {'here' if elsewhere else ''}".rstrip() + f": {_waited(here, now)}")
    if elsewhere:
        count = len(elsewhere)
        parts.append(f"{count} {_beyond(elsewhere)} need{'s' * (count == 1)} you: cst ls -n")
    if busy:
        parts.append(f"{busy} working")
    parts += map(_no_answer, silent)
    parts += [problems_hint(problems)] if problems else []
    return _DOT.join(parts)
