"""What is kept of each transcript: its answers, put together by all that the bill asks for. Pure.

Two thousand answers of a session become a handful of rows. Of a transcript that may repeat another's each answer is
kept by itself, and so are the newest of every one: more lines of theirs may follow.
"""

from __future__ import annotations

from binascii import crc32

from cst.core.prices import FAST, LONG, LONG_PROMPT, OLD_CLIENT, ONE_HOUR_SINCE, US
from cst.text import version_number
from cst.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    # Day, session id, model, folder, branch, flags of prices; answers, and tokens: input, output, written for 5
    # minutes, for an hour, read; web searches.
    Spent = tuple[str, str, str, str, str, str, int, int, int, int, int, int, int]

FORM = 5  # to be raised with each change of what is made of a transcript: what was kept before is then read anew
_OPEN = 4  # answers
_KEY = 6  # fields of a row that say what it is of
_ID = 20  # characters of the end of an answer's id
_NEVER = 1e12  # epoch seconds


class Official(Value):
    """What the client itself said that a session had cost."""

    session_id: str
    dollars: float
    at: float  # epoch seconds of the answer before; 0.0 where there is none
    guessed: bool  # the price of a model was not known to it


class Entry(Value):
    """One transcript, as far as it was read."""

    path: str
    root: str  # the id of its first message
    begun: float  # epoch seconds, 0.0 = not known
    copied: bool  # it may repeat another's answers
    rows: tuple[Spent, ...] = ()
    open: tuple[tuple[str, Spent], ...] = ()  # answers by themselves, by their ids
    ids: tuple[str, ...] = ()  # of all its answers
    accounts: tuple[Official, ...] = ()  # oldest first
    last_at: float = 0.0  # epoch seconds of its newest answer
    stale: bool = False  # there are answers behind the last account
    branched: bool = False  # by `/branch`: it repeats another's answers, and its account begins anew
    repeats: tuple[str, float] = ("", 0.0)  # the last answer of another's in it: its id, and when that was
    own_at: float = 0.0  # epoch seconds of its first own answer


class Told(Value):
    """One answer, as a line of a transcript tells it."""

    id: str
    session_id: str
    at: float  # epoch seconds
    day: str
    model: str
    version: str  # of the client
    cwd: str
    branch: str
    tokens: tuple[int, int, int, int, int]  # input, output, written for 5 minutes, for an hour, read
    searches: int
    fast: bool
    us: bool
    repeated: bool = False  # of another session


def form() -> str:
    """How entries are made, in eight characters: by FORM, and by the constants that go into their rows."""
    made_by = FORM, LONG, ONE_HOUR_SINCE, FAST, US, LONG_PROMPT, OLD_CLIENT, _ID
    return f"{crc32(repr(made_by).encode()):08x}"


def added(entry: Entry, told: Sequence[Told], accounts: Sequence[tuple[int, Official]]) -> Entry | None:
    """The entry with what was read behind it; an account has how many of these answers stand before it. None where a
    line is of an answer that is put together already: the transcript is to be read from its beginning."""
    ids = dict.fromkeys(entry.ids)
    answers = dict(entry.open)
    moments = [entry.last_at]
    repeats, own_at = entry.repeats, entry.own_at
    for one in told:
        moments.append(max(moments[-1], one.at))
        name = short(one.id)
        if one.repeated or one.at < entry.begun:
            repeats = name, one.at
        else:
            own_at = own_at or one.at
        before = answers.get(name)
        if before is None and name in ids:
            return None
        ids[name] = None
        answers[name] = _most(before, _spent(one)) if before else _spent(one)
    rows = {row[:_KEY]: row for row in entry.rows}
    if not entry.copied:
        for name in list(answers)[:-_OPEN]:
            row = answers.pop(name)
            rows[row[:_KEY]] = _sum(rows[row[:_KEY]], row) if row[:_KEY] in rows else row
    officials = list(entry.accounts)
    for after, official in accounts:
        official = official._replace(at=moments[after])
        if not officials or officials[-1] != official:  # it is written twice
            officials.append(official)
    last = accounts[-1][0] if accounts else 0
    stale = last < len(told) if told else entry.stale and not accounts
    return entry._replace(
        rows=tuple(rows.values()), open=tuple(answers.items()), ids=tuple(ids), accounts=tuple(officials),
        last_at=moments[-1], stale=stale, repeats=repeats, own_at=own_at,
    )  # fmt: skip


def together(entry: Entry) -> tuple[Spent, ...]:
    """All rows of a transcript, its newest answers among them."""
    rows = {row[:_KEY]: row for row in entry.rows}
    for _, row in entry.open:
        rows[row[:_KEY]] = _sum(rows[row[:_KEY]], row) if row[:_KEY] in rows else row
    return tuple(rows.values())


def session_of(entry: Entry) -> str:
    """The session that a transcript is of: a subagent's has the answers of it, too."""
    if entry.rows:
        return entry.rows[0][1]
    return entry.open[0][1][1] if entry.open else ""


def once(entries: Sequence[Entry]) -> list[Entry]:
    """The same without the answers that one of them repeats of another with the same beginning."""
    families = _families(entries)
    found = [entry for entry in entries if entry.root not in families]
    for family in families.values():
        known: set[str] = set()
        for entry in sorted(family, key=lambda one: (one.copied, one.begun or one.own_at or _NEVER, one.path)):
            if entry.copied:
                found.append(entry._replace(open=tuple(pair for pair in entry.open if pair[0] not in known)))
            else:
                found.append(entry)
            known.update(entry.ids)
    return found


def parents(entries: Sequence[Entry]) -> dict[str, list[Entry]]:
    """By the path of a fork those of which it may have been made: begun before it, with the last answer that it
    repeats, and then without one behind that."""
    families = _families(entries)
    return {
        fork.path: [one for one in families[fork.root] if one is not fork and _may_be_parent(one, fork)]
        for fork in entries if fork.copied and fork.root and fork.begun
    }  # fmt: skip


def _may_be_parent(one: Entry, fork: Entry) -> bool:
    name, at = fork.repeats
    return one.begun < fork.begun and (not name or name in one.ids) and not at < one.own_at < fork.begun


def _families(entries: Sequence[Entry]) -> dict[str, list[Entry]]:
    """Those that are copied and those with the same beginning, by the id of their first message."""
    families: dict[str, list[Entry]] = {entry.root: [] for entry in entries if entry.copied}
    if families:
        for entry in entries:
            if entry.root in families:
                families[entry.root].append(entry)
    return families


def short(name: str) -> str:
    """Enough of the id of a message to know it again, without what would end a field."""
    end = name[-_ID:]
    return end if end.replace("_", "").isalnum() and end.isascii() else "".join(f"{ord(char):x}" for char in end)


def _spent(one: Told) -> Spent:
    return (
        one.day, one.session_id, one.model, one.cwd, one.branch, _flags(one), 1, *one.tokens, one.searches
    )  # fmt: skip


def _flags(one: Told) -> str:
    given, _, for_minutes, for_hour, read = one.tokens
    version = version_number(one.version)
    return (
        FAST * one.fast + US * one.us + LONG_PROMPT * (given + for_minutes + for_hour + read > LONG)
        + OLD_CLIENT * bool(version and version < ONE_HOUR_SINCE)
    )  # fmt: skip


def _most(one: Spent, other: Spent) -> Spent:
    """Of two lines of one answer the higher figures: the first ones are written before it is complete."""
    flags = one[5] if LONG_PROMPT in one[5] or LONG_PROMPT not in other[5] else one[5] + LONG_PROMPT
    return _with(one, flags, [max(pair) for pair in zip(_counts(one), _counts(other), strict=True)])


def _sum(one: Spent, other: Spent) -> Spent:
    return _with(one, one[5], [sum(pair) for pair in zip(_counts(one), _counts(other), strict=True)])


def _counts(row: Spent) -> Sequence[int]:
    _, _, _, _, _, _, *counts = row
    return counts


def _with(row: Spent, flags: str, counts: Sequence[int]) -> Spent:
    answers, given, output, for_minutes, for_hour, read, searches = counts
    return (*row[:5], flags, answers, given, output, for_minutes, for_hour, read, searches)
