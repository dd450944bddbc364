"""What sessions have cost: each answer once, priced, dated, and put together by day, project, session or model. Pure.

The sum of the answers is what is known for sure: the client's own account has errands beside it (titles, /compact) that
no transcript dates. What an account says beyond the answers stands in a row of its own.
"""

from __future__ import annotations

from cst.core.prices import Usage, name_of, price
from cst.model import Value, project
from cst.text import version_number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ERRANDS = "errands"
GROUPS = ("day", "project", "session", "model", "branch")


class Call(Value):
    """One answer of a model, wherever it was told."""

    id: str
    session_id: str
    at: float  # epoch seconds
    model: str
    version: str
    cwd: str
    branch: str
    usage: Usage


class Row(Value):
    """One line of the table. `dollars` is at least that where `unpriced` answers are among them."""

    label: str
    dollars: float
    answers: int
    input: int  # tokens, cached ones too
    output: int
    unpriced: int = 0


class Bill(Value):
    """All rows, their sum, and the models whose price is not known."""

    rows: tuple[Row, ...]
    total: Row
    unknown: tuple[str, ...]


def once(calls: Iterable[Call]) -> list[Call]:
    """Each answer once, with the highest figures that any of its lines tells, where and when it was told first."""
    found: dict[str, Call] = {}
    for call in calls:
        before = found.get(call.id)
        if before is None:
            found[call.id] = call
        else:
            first = min(before, call, key=lambda one: one.at)
            found[call.id] = first._replace(usage=before.usage.most(call.usage))
    return sorted(found.values(), key=lambda call: call.at)


def bill(
    calls: Iterable[Call], accounts: Mapping[str, float], by: str, since: float, until: float, utc_offset: int,
    names: Mapping[str, str],
) -> Bill:  # fmt: skip
    """The bill of the answers between two moments (epoch seconds). `accounts`: dollars by session id, as the client
    says itself. `by`: one of GROUPS. `names`: what sessions are called, by id."""
    rows: dict[str, Row] = {}
    spent: dict[str, float] = {}  # by session, whenever
    last: dict[str, float] = {}
    unknown: set[str] = set()
    for call in once(calls):
        dollars = price(call.model, call.usage, version_number(call.version))
        spent[call.session_id] = spent.get(call.session_id, 0.0) + (dollars or 0.0)
        last[call.session_id] = call.at
        if not since <= call.at < until:
            continue
        if dollars is None:
            unknown.add(name_of(call.model))
        key, called = _group(call, by, utc_offset, names)
        before = rows.get(key, Row(called, 0.0, 0, 0, 0))
        rows[key] = before._replace(
            dollars=before.dollars + (dollars or 0.0), answers=before.answers + 1,
            input=before.input + call.usage.prompt, output=before.output + call.usage.output,
            unpriced=before.unpriced + (dollars is None),
        )  # fmt: skip
    errands = sum(
        max(0.0, accounts[session_id] - spent[session_id])
        for session_id in spent.keys() & accounts.keys() if since <= last[session_id] < until
    )  # fmt: skip
    ordered = sorted(_told_apart(rows, by), key=lambda row: row.label if by == "day" else -row.dollars)
    if errands >= 0.005:
        ordered.append(Row(ERRANDS, errands, 0, 0, 0))
    return Bill(tuple(ordered), _sum(ordered), tuple(sorted(unknown)))


def _sum(rows: Iterable[Row]) -> Row:
    total = Row("total", 0.0, 0, 0, 0)
    for row in rows:
        total = total._replace(
            dollars=total.dollars + row.dollars, answers=total.answers + row.answers, input=total.input + row.input,
            output=total.output + row.output, unpriced=total.unpriced + row.unpriced,
        )  # fmt: skip
    return total


def day_of(moment: float, utc_offset: int) -> str:
    """The date of a moment by the local clock, `2026-11-20`."""
    days = int((moment + utc_offset) // 86400) + 719_468  # since 0000-03-01
    era = days // 146_097
    of_era = days - era * 146_097
    year_of_era = (of_era - of_era // 1460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    month = (5 * of_year + 2) // 153
    day = of_year - (153 * month + 2) // 5 + 1
    month += 3 if month < 10 else -9
    return f"{year_of_era + era * 400 + (month <= 2):04d}-{month:02d}-{day:02d}"


def _group(call: Call, by: str, utc_offset: int, names: Mapping[str, str]) -> tuple[str, str]:
    """What an answer is put together with, and what that is called."""
    if by == "day":
        day = day_of(call.at, utc_offset)
        return day, day
    if by == "session":
        return call.session_id, names.get(call.session_id) or call.session_id[:8]
    if by == "project":
        folder = call.cwd.partition("/.claude/worktrees/")[0].rstrip("/")
        return folder, project(call.cwd) or "?"
    name = name_of(call.model) if by == "model" else call.branch
    return name, name or "?"


def _told_apart(rows: Mapping[str, Row], by: str) -> list[Row]:
    """The rows; two that are called the same get what they are put together by, too."""
    labels = [row.label for row in rows.values()]
    longer = {key: f"{row.label} ({key[:8] if by == 'session' else key})" for key, row in rows.items()}
    return [
        row._replace(label=longer[key]) if labels.count(row.label) > 1 else row for key, row in rows.items()
    ]  # fmt: skip
