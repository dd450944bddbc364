"""Ask other hosts for their sessions, all at once and bounded in time, and know what they said last.

Nobody who asks about this machine comes here. What shows often and may not wait takes what is known, and has the hosts
asked in the background.
"""

from __future__ import annotations

import time
from math import inf

from cst.core import host_answer
from cst.core.hosts import Report
from cst.model import CstError
from cst.store import host_answers
from cst.system import hosts, spawn
from cst.system.hosts import Failure, Host
from cst.text import clean
from cst.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cst.settings import Settings
    from cst.system.spawn import Finished, Started

_EVERY = 10.0  # seconds between two questions in the background


class Inquiry(Value):
    """A question to several hosts that is under way, with the options of `ls` that it had. What is said to those is not
    kept: others would take it for all that there is."""

    hosts: Sequence[Host]
    started: Sequence[Started]
    options: Sequence[str] = ()


def begin(settings: Settings, asked: Sequence[Host], options: Sequence[str] = ()) -> Inquiry:
    """Ask them; `finish` takes their answers. Meanwhile other things can be done."""
    return Inquiry(asked, hosts.ask(asked, settings.run_dirs, options), options)


def drop(asked: Inquiry) -> None:
    """End a question whose answers nobody takes."""
    for started in asked.started:
        hosts.drop(started)


def finish(
    settings: Settings, asked: Inquiry, patience: float = inf, progress: Callable[[int, int], None] | None = None
) -> list[Report]:
    """What each says within its time, or so many seconds; it is kept. Of one that had less time than its own, and was
    late, what was known before. `progress` is told, every second, how many of how many have answered."""
    reports: dict[int, Report] = {}
    seconds = [min(patience, host.timeout) for host in asked.hosts]

    def take(place: int, answer: Finished) -> None:
        host = asked.hosts[place]
        if answer.late and patience < host.timeout:
            reports[place] = host_answers.read(settings, host.name)
        else:
            reports[place] = _report(settings, host, answer, time.time(), asked.options)

    for place, answer in enumerate(hosts.answers(asked.started, seconds, progress, take)):
        if place not in reports:
            take(place, answer)
    return [reports[place] for place in range(len(asked.hosts))]


def ask(settings: Settings, asked: Sequence[Host], patience: float = inf) -> list[Report]:
    """Both at once."""
    return finish(settings, begin(settings, asked), patience)


def _report(settings: Settings, host: Host, answer: Finished, now: float, options: Sequence[str]) -> Report:
    """What an answer says; of one that failed, what was known before it."""
    errors = answer.errors[-4000:].decode("utf-8", "replace")
    failed = hosts.failure(host, answer.code, errors, host.timeout if answer.late else 0.0, answer.long)
    if failed is None and answer.code:
        line = " ".join(("cst ls --json", *options))
        failed = Failure(f"`{line}` failed there: {clean(errors, 200)}", "run it there")
    if failed is None:
        try:
            said = host_answer.read(answer.output, host.name, now)
            report = Report(host.name, now, now, said.sessions, said.notes, said.version, seconds=answer.seconds)
        except CstError as error:
            failed = Failure(error.what, error.remedy)
    if failed:
        report = host_answers.read(settings, host.name)._replace(
            asked=now, failed=clean(failed.what, 300), remedy=failed.remedy, silent=failed.silent,
            seconds=answer.seconds,
        )  # fmt: skip
    if options:
        return report
    wrong = host_answers.keep(settings, report, answer.output)
    return report._replace(notes=(*report.notes, wrong)) if wrong else report


def known(settings: Settings, about: Sequence[Host]) -> list[Report]:
    """What they said last, without asking."""
    return [host_answers.read(settings, host.name) for host in about]


def recent(settings: Settings, about: Sequence[Host], within: float, seconds: float) -> list[Report]:
    """What they said within the last seconds; of the others, what they say now, if that comes in so many `seconds`,
    else what is known of them."""
    found = {report.host: report for report in known(settings, about)}
    now = time.time()
    old = [host for host in about if not 0 <= now - found[host.name].asked < within]
    found |= {report.host: report for report in (ask(settings, old, seconds) if old else ())}
    return [found[host.name] for host in about]


def refresh(settings: Settings, about: Sequence[Host], program: str) -> None:
    """Have those asked in the background, by a process that outlives us, that were not asked a moment ago."""
    now = time.time()
    due = [host.name for host in about if host_answers.claim(settings, host.name, now, _EVERY)]
    if due:
        spawn.detached(program, ["fetch", *due])
