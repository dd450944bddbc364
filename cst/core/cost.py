"""What sessions have cost: each answer once, priced, dated, and put together by day, project, session or model. Pure.

The sum of the answers is what is known for sure: the client's own account has errands beside it (titles, /compact) that
no transcript dates. What an account says beyond the answers stands in a row of its own, or with its session.
"""

from __future__ import annotations

from cst.core import ledger, prices
from cst.model import project
from cst.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from cst.core.ledger import Entry, Spent
    from cst.core.prices import Prices

ERRANDS = "errands"
_COLUMNS = {"day": 0, "project": 3, "session": 1, "model": 2, "branch": 4, "tag": 1}  # of a row
GROUPS = tuple(_COLUMNS)
_SAME = 1e-6  # dollars
_TOTAL = ("", "total")
_SOON = 2.0  # seconds between an answer and what the status line is told of it


class Account(Value):
    """What the client itself says that a session has cost."""

    dollars: float
    day: str  # when that was said
    whole: bool  # with all its answers


class Row(Value):
    """One line of the table. `dollars` is at least that where `unpriced` answers are among them, or errands may be."""

    label: str
    dollars: float = 0.0
    answers: int = 0
    input: int = 0  # tokens, cached ones too
    output: int = 0
    unpriced: int = 0
    at_least: bool = False
    key: str = ""  # what it is put together by: a day, a folder, the id of a session; "" for errands and the total


class Bill(Value):
    """All rows, what was spent in all, and the models whose price is not known. `twice`: an answer may count in two
    rows."""

    rows: tuple[Row, ...]
    total: Row
    unknown: tuple[str, ...]
    twice: bool = False


class Ask(Value):
    """Which bill is wanted."""

    by: str = "day"  # one of GROUPS
    since: str = ""  # the first day, `2026-11-20`
    until: str = "9"  # the last one
    own: Mapping[str, Prices] = {}  # a person's own prices
    names: Mapping[str, str] = {}  # what sessions are called, by id
    tags: Mapping[str, Sequence[str]] = {}  # of sessions, by id
    project: str = ""  # only this one
    tag: str = ""  # only sessions with it
    session: str = ""  # only this one, by id


def bill(entries: Sequence[Entry], told: Mapping[str, tuple[float, float, str]], ask: Ask) -> Bill:
    """The bill of what transcripts tell. `told`: what status lines were told last, by session id: dollars, when (epoch
    seconds), and the day of that."""
    sums: dict[tuple[str, str], list[float]] = {}  # by key and name: dollars, answers, tokens in, out, unpriced
    spent: dict[str, float] = {}  # by session, whenever
    unknown: set[str] = set()
    guessed: set[str] = set()  # sessions whose account has a price that the client guessed
    chosen, column = ask.project or ask.tag or ask.session, _COLUMNS[ask.by]
    groups: dict[str, Iterable[tuple[str, str]]] = {}
    for one, dollars in _priced(entries, ask):
        day, session_id, model, _, _, _, answers, given, output, for_minutes, for_hour, read, _ = one
        spent[session_id] = spent.get(session_id, 0.0) + (dollars or 0.0)
        if dollars is None:
            guessed.add(session_id)
        if not ask.since <= day <= ask.until or (chosen and not _is_asked(one, ask)):
            continue
        if dollars is None:
            unknown.add(prices.name_of(model))
        tokens, unpriced = given + for_minutes + for_hour + read, answers if dollars is None else 0
        said = one[:5][column]  # cut for the types alone: these five are words, what follows are counts too
        if said not in groups:
            groups[said] = (_TOTAL, *_groups(said, ask))
        for group in groups[said]:
            sum_ = sums.get(group)
            if sum_ is None:
                sum_ = sums[group] = [0.0, 0, 0, 0, 0]
            sum_[0] += dollars or 0.0
            sum_[1] += answers
            sum_[2] += tokens
            sum_[3] += output
            sum_[4] += unpriced
    whole = _row(_TOTAL, sums.pop(_TOTAL, []), ask)
    rows = {group[0]: _row(group, sum_, ask) for group, sum_ in sums.items()}
    errands = 0.0
    official = accounts(entries, told)
    known = {session_id: dollars for session_id, dollars in spent.items() if session_id not in guessed}
    for session_id, dollars, exact in _beyond(known, official, ask):
        if ask.by == "session" and (session_id in rows or dollars > _SAME):
            row = rows.get(session_id) or Row(_called(session_id, ask), key=session_id)
            rows[session_id] = row._replace(dollars=row.dollars + dollars, at_least=not exact)
        else:
            errands += dollars
        whole = whole._replace(dollars=whole.dollars + dollars)
    whole = whole._replace(at_least=any(row.at_least for row in rows.values()))
    dated = ask.by == "day"
    ordered = sorted(_told_apart(rows, ask.by), key=lambda row: (0.0 if dated else -round(row.dollars, 6), row.label))
    if errands >= 0.005:
        ordered.append(Row(ERRANDS, errands))
    twice = any(len(tuple(each)) > 2 for each in groups.values())  # the total, and two tags
    return Bill(tuple(ordered), whole, tuple(sorted(unknown)), twice)


def _beyond(
    spent: Mapping[str, float], official: Mapping[str, Account], ask: Ask
) -> Iterator[tuple[str, float, bool]]:
    """Of each session that is asked for what its account says beyond its answers, and whether that is all: where there
    is no account of all its answers, or it says less than they cost, nobody knows of errands."""
    for session_id, dollars in spent.items():
        account = official.get(session_id)
        asked = (
            not ask.project and (not ask.tag or ask.tag in ask.tags.get(session_id, ()))
            and ask.session in ("", session_id)
        )  # fmt: skip
        if account and asked and ask.since <= account.day <= ask.until:
            more = account.dollars - dollars
            yield session_id, max(0.0, more), account.whole and more > -_SAME


def accounts(entries: Sequence[Entry], told: Mapping[str, tuple[float, float, str]]) -> dict[str, Account]:
    """What the client itself says last that each session has cost, less what its parent had cost in a fork. Of what is
    said of one session the most counts: two processes on one id know nothing of each other, and one that was killed
    begins again at the account before."""
    found: dict[str, Account] = {}
    family = ledger.parents(entries)
    before: dict[str, float | None] = {}  # of forks
    newest: dict[str, float] = {}
    for entry in entries:
        session_id = entry.accounts[-1].session_id if entry.accounts else ledger.session_of(entry)
        newest[session_id] = max(newest.get(session_id, 0.0), entry.last_at)
        if entry.copied:
            before[session_id] = 0.0 if entry.branched else _before(entry, family.get(entry.path, ()))
        less = before.get(session_id, 0.0)
        if less is not None and entry.accounts and not entry.accounts[-1].guessed:
            day = max((row[0] for row in _rows(entry)), default="")
            found[session_id] = Account(entry.accounts[-1].dollars - less, day, not entry.stale)
    for session_id, (dollars, at, day) in told.items():
        less = before.get(session_id, 0.0)
        if less is None:
            continue
        known = found.get(session_id)
        if known is None or dollars - less > known.dollars:
            found[session_id] = Account(dollars - less, day, at >= newest.get(session_id, 0.0) - _SOON)
    return found


def _before(fork: Entry, parents: Sequence[Entry]) -> float | None:
    """What the parent of a fork had cost by its own account when the fork was begun: there the account of the fork goes
    on. None where that cannot be told: there is none, or there are several that may be, and their accounts differ."""
    told = [[one for one in parent.accounts if one.at <= fork.begun][-1:] for parent in parents]
    if any(one.guessed for last in told for one in last):
        return None
    amounts = {last[0].dollars if last else 0.0 for last in told}
    return amounts.pop() if len(amounts) == 1 else None


def _rows(entry: Entry) -> Iterator[Spent]:
    yield from entry.rows
    for _, row in entry.open:
        yield row


def _priced(entries: Sequence[Entry], ask: Ask) -> Iterator[tuple[Spent, float | None]]:
    """Each row and its dollars, None where the price is not known; each answer once."""
    known: dict[tuple[str, str], Prices | None] = {}
    for entry in ledger.once(entries):
        for row in _rows(entry):
            key = row[2], row[5]
            if key not in known:
                known[key] = prices.rates(*key, ask.own)
            rates = known[key]
            yield row, None if rates is None else prices.cost(rates, row[7:12], row[12])


def _is_asked(row: Spent, ask: Ask) -> bool:
    return (
        (not ask.project or ask.project in (_folder(row[3]), project(row[3])))
        and (not ask.tag or ask.tag in ask.tags.get(row[1], ())) and ask.session in ("", row[1])
    )  # fmt: skip


def _row(group: tuple[str, str], sums: Sequence[float], ask: Ask) -> Row:
    dollars, *counts = sums or (0.0, 0, 0, 0, 0)
    answers, given, output, unpriced = map(int, counts)
    at_least = ask.by == "session" and group is not _TOTAL
    return Row(group[1], dollars, answers, given, output, unpriced, at_least, group[0])


def _groups(said: str, ask: Ask) -> Iterable[tuple[str, str]]:
    """What an answer is put together with that says this in its column, and what that is called."""
    if ask.by == "session":
        return ((said, _called(said, ask)),)
    if ask.by == "project":
        return ((_folder(said), project(said) or "?"),)
    if ask.by == "tag":
        return [(tag, tag) for tag in ask.tags.get(said) or ("(no tag)",)]
    name = prices.name_of(said) if ask.by == "model" else said
    return ((name, name or "?"),)


def _folder(cwd: str) -> str:
    """Of a worktree that the client made its repository."""
    return cwd.partition("/.claude/worktrees/")[0].rstrip("/")


def _called(session_id: str, ask: Ask) -> str:
    return ask.names.get(session_id) or session_id[:8]


def _told_apart(rows: Mapping[str, Row], by: str) -> list[Row]:
    """The rows; two that are called the same get what they are put together by, too."""
    labels: dict[str, int] = {}
    for row in rows.values():
        labels[row.label] = labels.get(row.label, 0) + 1
    return [
        row._replace(label=f"{row.label} ({key[:8] if by == 'session' else key})") if labels[row.label] > 1 else row
        for key, row in rows.items()
    ]
