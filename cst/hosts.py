"""Ask other hosts for their sessions, all at once and bounded in time, and know what they said last.

Nobody who asks about this machine comes here. What shows often and may not wait takes what is known, and has the hosts
asked in the background.
"""

from __future__ import annotations

import time

from cst.core import host_answer
from cst.core.hosts import Report
from cst.model import CstError, UsageError, Value
from cst.store import host_answers
from cst.system import hosts, spawn
from cst.system.hosts import ANSWERS, Failure, Host
from cst.text import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cst.settings import Settings
    from cst.system.spawn import Answer, Started

_LIST = ("ls", "--json")
_EVERY = 10.0  # seconds between two questions in the background


class Asked(Value):
    """A question to several hosts that is under way."""

    hosts: Sequence[Host]
    started: Sequence[Started]


def chosen(settings: Settings, names: Sequence[str] = ()) -> list[Host]:
    """The hosts of these names, or all. CstError where none is configured, UsageError for a name that is none."""
    every = hosts.configured(settings.hosts)
    if not every:
        raise CstError("no host is configured", "name some in config.toml, as docs/hosts.md says")
    known = {host.name: host for host in every}
    for name in names:
        if name not in known:
            raise UsageError(f"no host is called {clean(name, 60)!r}; config.toml has {', '.join(known)}")
    return [known[name] for name in dict.fromkeys(names)] if names else every


def begin(settings: Settings, asked: Sequence[Host]) -> Asked:
    """Ask them; `finish` takes their answers. Meanwhile other things can be done."""
    return Asked(asked, hosts.ask(asked, _LIST, settings.run_dirs))


def drop(asked: Asked) -> None:
    """End a question whose answers nobody takes."""
    for started in asked.started:
        hosts.drop(started)


def finish(
    settings: Settings, asked: Asked, seconds: float = ANSWERS, progress: Callable[[int, int], None] | None = None
) -> list[Report]:
    """What each says within so many seconds; it is kept. Of one that had less time than a host has, and was late, what
    was known before. `progress` is told, every second, how many of how many have answered."""
    said, now = hosts.answers(asked.started, seconds, progress), time.time()
    return [
        host_answers.read(settings, host.name) if answer.late and seconds < ANSWERS
        else _report(settings, host, answer, now, seconds)
        for host, answer in zip(asked.hosts, said, strict=True)
    ]  # fmt: skip


def ask(settings: Settings, asked: Sequence[Host], seconds: float = ANSWERS) -> list[Report]:
    """Both at once."""
    return finish(settings, begin(settings, asked), seconds)


def _report(settings: Settings, host: Host, answer: Answer, now: float, seconds: float) -> Report:
    """What an answer says; of one that failed, what was known before it."""
    errors = answer.errors[-4000:].decode("utf-8", "replace")
    failed = hosts.failure(host, answer.code, errors, seconds if answer.late else 0.0, answer.long)
    if failed is None and answer.code:
        failed = Failure(f"`cst ls --json` failed there: {clean(errors, 200)}", "run it there")
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
    host_answers.keep(settings, report, answer.output)
    return report


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
