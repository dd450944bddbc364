"""`cst cost`: what sessions have cost, by day, project, session, model or branch."""

from __future__ import annotations

import time

from cst import sessions
from cst.claude import registry, usage
from cst.core import cost
from cst.core.prices import Usage
from cst.model import UsageError, label
from cst.output import Progress, painter, print_json, print_lines, terminal_columns, warn
from cst.render import cost as rendered
from cst.snapshot import STATUS
from cst.store import payloads

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cst.args import Args
    from cst.claude.usage import Answer
    from cst.settings import Settings

_DAY = 86400.0
_SPANS = {"today": 0, "week": 6, "month": 29}  # days before today


def run(args: Args, settings: Settings) -> int:
    """Exit 1 where nothing was spent in that time, or a transcript could not be read."""
    now = time.time()
    offset = time.localtime(now).tm_gmtoff
    since, until = _span(args, now, offset)
    calls, accounts, wrong = _collected(settings, since)
    _, fleet = sessions.load(settings, STATUS)
    names = {session.id: label(session) for session in fleet if session.id}
    bill = cost.bill(calls, accounts, args["by"] or "day", since, until, offset, names)
    for problem in wrong:
        warn(problem)
    if args["json"]:
        print_json(rendered.as_json(bill, since, until))
    elif args["csv"]:
        print_lines(rendered.csv(bill))
    elif not bill.rows:
        warn("nothing was spent in that time, as far as transcripts tell")
    else:
        print_lines(rendered.lines(bill, terminal_columns(settings), painter(settings, args["color"])), settings)
    return 1 if wrong or not bill.rows else 0


def _collected(settings: Settings, since: float) -> tuple[list[cost.Call], dict[str, float], list[str]]:
    """The answers in all transcripts that were written to since then, the accounts of sessions, and what is wrong."""
    paths = [
        path for folder in registry.distinct(settings.config_dirs) for path in usage.transcripts(folder, since)
    ]  # fmt: skip
    calls: list[cost.Call] = []
    accounts: dict[str, float] = {}
    wrong: list[str] = []
    progress = Progress("transcripts")
    for number, path in enumerate(paths, 1):
        try:
            found = usage.read(path)
        except OSError as error:
            wrong.append(f"cannot read {error.filename}: {error.strerror}")
            continue
        calls += map(_call, found.answers)
        if found.account:
            accounts[found.account.session_id] = found.account.dollars
        progress(number, len(paths))
    progress.over()
    told, problems = payloads.read_all(settings)
    for kept in told:  # of a session that lives, or was killed
        known = accounts.get(kept.payload.session_id, 0.0)
        accounts[kept.payload.session_id] = max(known, kept.payload.cost or 0.0)
    return calls, accounts, wrong + problems


def _call(answer: Answer) -> cost.Call:
    tokens = Usage(
        answer.input, answer.output, answer.written_5m, answer.written_1h, answer.read, answer.searches, answer.fast,
        answer.us,
    )  # fmt: skip
    return cost.Call(
        answer.id, answer.session_id, answer.at, answer.model, answer.version, answer.cwd, answer.branch, tokens
    )


def _span(args: Args, now: float, offset: int) -> tuple[float, float]:
    """The moments between which answers count, by the local clock."""
    midnight = (now + offset) // _DAY * _DAY - offset
    when = args["when"] or "today"
    since = 0.0 if when == "all" else midnight - _SPANS[when] * _DAY
    if args["since"]:
        since = _date(args, "since", offset)
    until = _date(args, "until", offset) + _DAY if args["until"] else now + _DAY
    if until <= since:
        raise UsageError("--until is before --since")
    return since, until


def _date(args: Args, name: str, offset: int) -> float:
    """The begin of a day, `2026-11-20`, by the local clock."""
    from cst.jsonl import epoch

    moment = epoch(f"{args[name]}T00:00:00Z")
    if not moment or len(args[name]) != 10:
        raise UsageError(f"--{name} takes a date such as 2026-11-20")
    return moment - offset
