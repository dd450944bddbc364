"""Hosts that are looked at again and again, by an open picker or `ls --watch`: each is asked in a thread of its own,
and no row here waits for one."""

from __future__ import annotations

import threading
import time

from cst import hosts
from cst.core.hosts import OLD, Report, key_there, remarks
from cst.model import CstError, host_of
from cst.render import ansi
from cst.system import hosts as prefixes
from cst.text import age, clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cst.model import Session
    from cst.settings import Settings
    from cst.system.hosts import Host
    from cst.system.spawn import Started

_PAUSE = 5.0  # seconds between an answer and the next question
_PAGE_OLD = 5.0  # seconds after which a page is asked for again

Page = tuple[str, str, int, int]  # key, name, columns, lines


class HostWatch:
    """What these hosts say, to `ls --json` with these options too. Nothing is asked before `start`."""

    def __init__(self, settings: Settings, watched: Sequence[Host], options: Sequence[str] = ()) -> None:
        self._settings, self._hosts, self._options = settings, watched, options
        known = [Report(host.name) for host in watched] if options else hosts.known(settings, watched)
        self._reports = {report.host: report for report in known}
        self._shown = [host.name for host in self._hosts]
        self._over = False
        self._lock = threading.Lock()
        self._running: dict[int, Started] = {}  # what is being asked, by pid
        self._due = {host.name: threading.Event() for host in self._hosts}
        self._begun = False
        self._pages: dict[Page, tuple[float, list[str]]] = {}
        self._asking: set[str] = set()  # hosts that are asked for a page

    def start(self) -> None:
        """Begin to ask, once."""
        if not self._begun:
            self._begun = True
            for host in self._hosts:
                threading.Thread(target=self._watch, args=(host,), daemon=True).start()

    def stop(self) -> None:
        """Ask no more: what is being asked ends with us."""
        with self._lock:
            self._over = True
            for started in self._running.values():
                prefixes.drop(started)
        self.ask_now(self._due)

    def _note(self, started: Started) -> None:
        """A program runs."""
        with self._lock:
            self._running[started.pid] = started
            if self._over:
                prefixes.drop(started)

    def _forget(self, started: Sequence[Started]) -> None:
        with self._lock:
            for one in started:
                self._running.pop(one.pid, None)

    def ask_now(self, names: Iterable[str]) -> None:
        """Ask these hosts again without a pause: something was done there."""
        for name in names:
            self._due[name].set()

    def _watch(self, host: Host) -> None:
        while not self._over:
            self._due[host.name].clear()
            asked = hosts.begin(self._settings, [host], self._options)
            self._note(asked.started[0])
            try:
                [report] = hosts.finish(self._settings, asked)
            finally:
                self._forget(asked.started)
            if not self._over:
                self._reports[host.name] = report
                self._due[host.name].wait(_PAUSE)

    def sessions(self, now: float) -> list[Session]:
        """Those of the hosts that are shown and answer."""
        return [session for name in self._shown for session in self._reports[name].current(now)]

    def unknown(self, now: float) -> list[str]:
        """The hosts of whose sessions nothing is known now, or that are not shown."""
        return [host.name for host in self._hosts if host.name not in self._shown or self._is_silent(host.name, now)]

    def _is_silent(self, name: str, now: float) -> bool:
        report = self._reports[name]
        return bool(report.failed) or now - report.at > OLD

    def header(self, now: float) -> str:
        """Each host that is shown: how old its answer is, or why there is none."""
        return " · ".join(self._about(self._reports[name], now) for name in self._shown)

    def remarks(self, now: float, version: str) -> list[str]:
        """What has to be said of each host that is shown, as `cst ls` says it."""
        return [line for name in self._shown for line in remarks(self._reports[name], now, version)]

    def conditions(self, now: float) -> list[object]:
        """What is to be said of them but for ages: another one is worth another word."""
        return [self._reports[name].condition(now) for name in self._shown]

    def _about(self, report: Report, now: float) -> str:
        if report.failed:
            since = f" for {age(now - report.at)} ({len(report.sessions)} then)" if report.at else ""
            return f"{report.host}: no answer{since}" if report.silent else clean(f"{report.host}: {report.failed}", 80)
        return f"{report.host} {age(now - report.at)} ago" if report.at else f"{report.host} …"

    def switch(self) -> str:
        """Show the next: all hosts, each alone, none; what is shown now."""
        every = [host.name for host in self._hosts]
        steps = [every, *([name] for name in every if len(every) > 1), []]
        self._shown = steps[(steps.index(self._shown) + 1) % len(steps)]
        return f"beside this machine: {', '.join(self._shown) or 'no host'}"

    def page(self, key: str, name: str, columns: int, lines: int) -> list[str]:
        """What the host's own preview of a session says, as it came last; it is asked for in the background."""
        wanted = (key, name, columns, lines)
        at, made = self._pages.get(wanted, (0.0, []))
        host = next((one for one in self._hosts if one.name == host_of(key)), None)
        now = time.time()
        if host and host.name not in self._asking and now - at > _PAGE_OLD:
            self._asking.add(host.name)
            threading.Thread(target=self._ask_page, args=(host, wanted), daemon=True).start()
        head = f"on {host_of(key)}, as it was {age(now - at)} ago" if at else f"asking {host_of(key)} …"
        return [head, *made]

    def _ask_page(self, host: Host, wanted: Page) -> None:
        from cst.actions import remote

        key, name, columns, lines = wanted
        size = (f"--width={columns}", f"--height={max(0, lines - 1)}")
        words = ["preview", f"--page={name}", *size, "--", key_there(key)]
        begun: list[Started] = []

        def began(started: Started) -> None:
            begun.append(started)
            self._note(started)

        try:
            said = remote.do(self._settings, host, words, seconds=10.0, acts=False, began=began)
            made = [ansi.cut(line, columns) for line in said[:500]]
        except CstError as error:
            made = [clean(str(error), columns * 2)]
        finally:
            self._forget(begun)
        self._pages = {wanted: (time.time(), made)}  # only the one that is looked at
        self._asking.discard(host.name)
