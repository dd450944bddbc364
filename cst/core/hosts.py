"""What is known of another machine or container: its last answer, how old that is, or why there is none. Pure.

A session of a host has that host's name before its key: `dev/4711.221346`. No key of our own has a slash.
"""

from __future__ import annotations

from cst.model import Session
from cst.text import age, clean
from cst.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

UNKEPT = "its answer cannot be kept"  # how a note of ours begins
OLD = 300.0  # seconds after which an answer says nothing of now any more


class Report(Value):
    """What one host said last. Times are epoch seconds of this machine."""

    host: str
    at: float = 0.0  # when the sessions were as they are here; 0 = it never answered
    asked: float = 0.0  # when it was asked last; 0 = never
    sessions: Sequence[Session] = ()
    notes: Sequence[str] = ()  # sources that failed there, and what was left out of its answer
    version: str = ""  # of cst there
    failed: str = ""  # why the last question had no answer; "" = it had
    remedy: str = ""
    silent: bool = False  # it did not answer at all
    seconds: float = 0.0  # that the last question took

    def current(self, now: float) -> Sequence[Session]:
        """Its sessions, if they are known to be so still: what does not answer has none that could be told."""
        return () if self.failed or now - self.at > OLD else self.sessions

    def condition(self, now: float) -> tuple[object, ...]:
        """What `remarks` says of it is made of this, and of ages."""
        old = bool(self.at) and now - self.at > OLD
        return bool(self.at), old, self.failed, self.remedy, tuple(self.notes), self.version, len(self.sessions)


def key_there(key: str) -> str:
    """The key that the session has on its own machine."""
    return key.partition("/")[2] or key


def silent(reports: Iterable[Report], now: float) -> list[str]:
    """The hosts of which nothing is known now."""
    return [report.host for report in reports if report.failed or now - report.at > OLD]


def current(reports: Iterable[Report], now: float) -> list[Session]:
    """The sessions of all hosts that answer."""
    return [session for report in reports for session in report.current(now)]


def remarks(report: Report, now: float, version: str) -> list[str]:
    """What has to be said of a host, each in one clean line; [] where all is well. `version` is our own."""
    host = report.host
    if report.failed:
        wrong = clean(f"{host}: {_without_answer(report, now)}{f'; {report.remedy}' if report.remedy else ''}", 400)
        return [wrong, *(clean(f"{host}: {note}", 400) for note in report.notes if note.startswith(UNKEPT))]
    if not report.at:
        return [f"{host}: not asked yet"]
    if now - report.at > OLD:
        return [f"{host}: no answer for {age(now - report.at)} {_then(report)}"]
    found = [clean(f"{host}: {note}", 400) for note in report.notes]
    if report.version != version:
        there = f"cst {report.version}" if report.version else "an older cst"
        found.append(clean(f"{host}: has {there}, here is {version}; update the older one", 400))
    return found


def _without_answer(report: Report, now: float) -> str:
    if not report.silent:
        return report.failed
    why = "" if report.failed.startswith("no answer") else f": {report.failed}"
    if not report.at:
        return report.failed if not why else f"no answer{why}"
    return f"no answer for {age(now - report.at)} {_then(report)}{why}"


def _then(report: Report) -> str:
    count = len(report.sessions)
    return f"({count} session{'s' * (count != 1)} then)"
