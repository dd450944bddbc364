"""The check of the configured hosts: what each answered a moment ago, and what to do where it did not."""

from __future__ import annotations

from cst.core.hosts import remarks
from cst.doctor.context import Context
from cst.doctor.finding import Finding
from cst.system import hosts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cst.core.hosts import Report


def answering(context: Context) -> Iterator[Finding]:
    """A finding for each host. One that is silent may be off, and is worth a look; what can be fixed there is wrong."""
    prefixes = {host.name: " ".join(host.words) for host in hosts.configured(context.settings.hosts)}
    for report in context.hosts:
        by_hand = f"run `{prefixes[report.host]} cst --version` by hand"
        yield _failed(report, by_hand) if report.failed else _answered(report, context)


def _failed(report: Report, by_hand: str) -> Finding:
    before = "no answer: " if report.silent and not report.failed.startswith("no answer") else ""
    outcome = "note" if report.silent else "wrong"
    return Finding("hosts", outcome, f"{report.host}: {before}{report.failed}", report.remedy or by_hand)


def _answered(report: Report, context: Context) -> Finding:
    count = len(report.sessions)
    found = f"{report.host} answers, in {report.seconds:.1f} s: {count} session{'s' * (count != 1)}"
    said = [line.removeprefix(f"{report.host}: ") for line in remarks(report, context.now, context.version)]
    if not said:
        return Finding("hosts", "ok", f"{found}, cst {report.version}")
    remark, _, fix = said[-1].partition("; ")
    return Finding("hosts", "note", f"{found}; {remark}", fix or "run `cst doctor` there")
