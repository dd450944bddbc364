"""What all transcripts tell of their answers: read once, and from then on what is new in them."""

from __future__ import annotations

import time

from cst.claude import forks, listing, registry, usage
from cst.core import annotation, cost, ledger
from cst.core.budgets import Standing, Standings
from cst.core.ledger import Entry, Official, Told
from cst.core.naming import display_name
from cst.core.prices import name_of
from cst.model import CstError
from cst.store import budgets, marks, payloads
from cst.store.ledgers import Ledgers, Stamp
from cst.system.days import day_of, midnight

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from cst.claude.usage import Answer
    from cst.core.budgets import Budget
    from cst.core.prices import Prices
    from cst.settings import Settings

_BELOW = "/subagents/"  # of a session, below the folder that is named like its transcript
_SAVED_EVERY = 10.0  # seconds of a long first look: who breaks it off loses no more


def collect(
    settings: Settings, since: float, tell: Callable[[int, int], object] = lambda *_: None
) -> tuple[list[Entry], list[str]]:
    """What the transcripts tell of the sessions that wrote since then (epoch seconds), and those that they were forked
    from; and what could not be read. `tell` is called with how many are read, and of how many."""
    folders = registry.distinct(settings.config_dirs)
    wrong: list[str] = []
    there = {path: state for folder in folders for path, state in listing.states(folder, wrong).items()}
    kept = Ledgers(settings, f"{time.tzname} {time.timezone} {time.altzone}")
    below = [folder + "/projects" for folder in folders]
    wanted = _whole({path for path, state in there.items() if state[1] >= since * 1e9}, there)
    found: list[Entry] = []
    begun = time.monotonic()
    try:
        for number, path in enumerate(wanted, 1):
            try:
                found.append(_entry(kept, path, there[path]))
            except OSError as error:
                wrong.append(f"cannot read {error.filename or path}: {error.strerror}")
            tell(number, len(wanted))
            if kept.changed and time.monotonic() - begun > _SAVED_EVERY:
                kept.save(there, below)
                begun = time.monotonic()
    finally:
        kept.save(there, below)
    # Of copies each answer is asked for by itself, and so are those of whom they are copies of.
    roots = {entry.root for entry in found if entry.copied}
    families = [entry for entry in kept.family(roots) if entry.path in there] if roots else []
    replaced = {entry.path for entry in families}
    return [entry for entry in found if entry.path not in replaced] + families, wrong


def _whole(some: set[str], there: Collection[str]) -> set[str]:
    """These transcripts, and all others of their sessions: what an account says is of the session as a whole."""
    if len(some) == len(there):
        return some
    sessions = {path.partition(_BELOW)[0].removesuffix(".jsonl") for path in some}
    others = (path for path in there if _BELOW in path and path.partition(_BELOW)[0] in sessions)
    return some.union((main for path in sessions if (main := path + ".jsonl") in there), others)


def told(settings: Settings) -> tuple[dict[str, tuple[float, float, str]], list[str]]:
    """What the status lines were told last: by session id dollars, when, and the day of that; and what could not be
    read."""
    found, wrong = payloads.read_all(settings)
    return {
        kept.payload.session_id: (kept.payload.cost, kept.at, day_of(kept.at)) for kept in found if kept.payload.cost
    }, wrong  # fmt: skip


def names(settings: Settings) -> dict[str, str]:
    """What the sessions that live are called, by id."""
    from cst import sessions  # most bills need no name
    from cst.snapshot import STATUS

    _, fleet = sessions.load(settings, STATUS)
    return {session.id: display_name(session) for session in fleet if session.id}


def tags(settings: Settings) -> dict[str, tuple[str, ...]]:
    """The tags of sessions, by id: those of ended ones, too. CstError where the marks cannot be read."""
    try:
        found, _ = marks.read(settings.marks_file)
    except OSError as error:
        raise CstError(f"cannot read {error.filename}: {error.strerror}", "fix its permissions") from None
    return {key: annotation.of(some, 0.0).tags for key, some in annotation.by_key(found).items()}


def own_prices(settings: Settings) -> dict[str, Prices]:
    """A person's own prices, by the name of the model."""
    return {name_of(model): prices for model, prices in settings.prices.items()}


def standings(
    settings: Settings, now: float, known: Sequence[Budget], tell: Callable[[int, int], object] = lambda *_: None
) -> tuple[Standings, list[str]]:
    """How these budgets stand, which is kept for the hot verbs; and what could not be read. A week begins on Monday, a
    month on its first day."""
    begins = {"day": midnight(now), "week": midnight(now, -time.localtime(now).tm_wday), "month": _first(now, 0)}
    ends = {"day": midnight(now, 1), "week": midnight(begins["week"], 7), "month": _first(now, 1)}
    begins["session"], ends["session"] = begins["day"], ends["day"]  # of those that did something today
    entries, wrong = collect(settings, min([begins["day"], *(begins[one.per] for one in known)]), tell)
    lines, problems = told(settings)
    ask = cost.Ask(own=own_prices(settings), tags=tags(settings) if any(one.tag for one in known) else {})
    found = []
    for one in known:
        wanted = ask._replace(since=day_of(begins[one.per]), project=one.project, tag=one.tag)
        if one.per != "session":
            found.append(Standing(one, cost.bill(entries, lines, wanted).total.dollars, ends[one.per]))
            continue
        active = {row.key for row in cost.bill(entries, lines, wanted._replace(by="session")).rows}
        called = names(settings) if active else {}
        for row in cost.bill(entries, lines, wanted._replace(by="session", since="")).rows:
            if row.key in active:
                name = called.get(row.key, row.key[:8])
                found.append(Standing(one, row.dollars, ends["session"], row.key, name))
    today = cost.bill(entries, lines, cost.Ask(own=ask.own, since=day_of(begins["day"]))).total.dollars
    made = Standings(now, today, ends["day"], tuple(found))
    budgets.keep(settings, made)
    return made, wrong + problems


def _first(now: float, months: int) -> float:
    """The begin of the month of a moment, or of one so many months later."""
    year, month, *_ = time.localtime(now)
    return time.mktime((year, month + months, 1, 0, 0, 0, 0, 0, -1))


def _entry(kept: Ledgers, path: str, state: list[int]) -> Entry:
    """What one transcript tells: as it was kept, with what is behind it, or read as a whole. Raises OSError."""
    fresh = kept.fresh(path, state)
    if fresh and not fresh.copied:
        return fresh
    before = kept.whole(path)
    if before and fresh:
        return before[0]
    entry, stamp = before or (None, None)
    if entry and stamp and _is_sure(entry) and stamp.inode == state[2] and usage.fits(path, stamp.cursor, stamp.check):
        found = usage.read(path, stamp.cursor)
        longer = _added(entry, found)
        if longer:
            return _kept(kept, longer, found, state)
    found = usage.read(path)
    origin = forks.Origin(0.0, path, copied=False) if _BELOW in path else forks.origin(path)
    made = _added(Entry(path, origin.root, origin.begun, origin.copied, branched=origin.branched), found)
    assert made is not None  # only what was kept before can be in the way
    return _kept(kept, made, found, state)


def _is_sure(entry: Entry) -> bool:
    """Whether it is known for sure whether a transcript is a copy: not without an answer, nor where that stands there
    and its prompt may be still to come."""
    return bool(entry.ids and (entry.begun or entry.branched or not entry.copied))


def _kept(kept: Ledgers, entry: Entry, found: usage.Reading, state: list[int]) -> Entry:
    kept.put(entry, Stamp(state[0], state[1], state[2], found.cursor, found.check))
    return entry


def _added(entry: Entry, found: usage.Reading) -> Entry | None:
    officials = [(one.after, Official(one.session_id, one.dollars, 0.0, one.guessed)) for one in found.accounts]
    return ledger.added(entry, [_told(answer) for answer in found.answers], officials)


def _told(answer: Answer) -> Told:
    tokens = (answer.input, answer.output, answer.written_5m, answer.written_1h, answer.read)
    return Told(
        answer.id, answer.session_id, answer.at, _day(answer.at), answer.model, answer.version, answer.cwd,
        answer.branch, tokens, answer.searches, answer.fast, answer.us, answer.repeated,
    )  # fmt: skip


def _day(moment: float, known: dict[int, str] = {}) -> str:  # noqa: B006  # it is to be kept
    quarter = int(moment // 900)
    if quarter not in known:
        known[quarter] = day_of(moment)
    return known[quarter]
