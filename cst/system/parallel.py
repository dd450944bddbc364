"""Programs that run beside each other: wait for all at once, or take what one says line by line.

They are started by `spawn.start` as a `group`, so that what they have started in turn ends with them. One is over when
it closes its output: what it leaves behind (the shared connection of ssh) may hold on to its errors.
"""

from __future__ import annotations

import os
import select
import time

from cst.system.spawn import MOST, Finished, Started

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_LINE = 1 << 20  # bytes of a line that is taken as one
_LEAVES = 0.5  # seconds that a program has to end once it has closed its output


class _Running:
    """One program, and what it has said so far."""

    def __init__(self, place: int, started: Started) -> None:
        self.place, self.started = place, started
        self.said = {started.output: bytearray(), started.errors: bytearray()}
        self.open = [started.output, started.errors]

    def take(self, pipe: int) -> bool:
        """Read what there is; whether its output is over."""
        data = os.read(pipe, 1 << 16)
        self.said[pipe] += data
        if not data:
            self.open.remove(pipe)
        return self.started.output not in self.open

    def size(self) -> int:
        return sum(map(len, self.said.values()))

    def end(self, state: str, seconds: float) -> Finished:
        """Close and reap it; `state` is "" for one that came to its end, else "late" or "long"."""
        errors = self.started.errors
        if errors in self.open and select.select([errors], [], [], 0)[0]:
            self.take(errors)
        code = _ended(self.started, 0.0 if state else _LEAVES)
        said = (bytes(self.said[self.started.output]), bytes(self.said[errors]))
        return Finished(code, *said, state == "late", state == "long", seconds)


def finish_all(
    programs: Sequence[Started], seconds: Sequence[float], most: int = MOST,
    progress: Callable[[int, int], None] | None = None, over: Callable[[int, Finished], object] | None = None,
) -> list[Finished]:  # fmt: skip
    """Wait for each program at most its seconds from now, take at most so many bytes of each, and reap them: what each
    said, in their order. Code 127: it never ran. `progress` is told, every second, how many of how many are over;
    `over` each answer that comes while others are waited for, by its place."""
    begun = time.monotonic()
    answers = [Finished(127, b"", one.wrong.encode()) for one in programs]
    running = [_Running(place, one) for place, one in enumerate(programs) if not one.wrong]
    try:
        while running:
            left = begun + min(seconds[one.place] for one in running) - time.monotonic()
            owners = {pipe: one for one in running for pipe in one.open}
            if progress:
                progress(len(programs) - len(running), len(programs))
            ready = select.select(list(owners), [], [], max(0.0, min(left, 1.0) if progress else left))[0]
            for pipe in ready:
                one = owners[pipe]
                state = "over" if one in running and one.take(pipe) else "long" if one.size() > most else ""
                if state and one in running:
                    running.remove(one)
                    answers[one.place] = one.end(state.replace("over", ""), time.monotonic() - begun)
                    if running and over:
                        over(one.place, answers[one.place])
            for one in [one for one in running if _is_late(one, begun + seconds[one.place], ready)]:
                running.remove(one)
                answers[one.place] = one.end("late", time.monotonic() - begun)
    finally:
        for one in running:
            one.end("late", time.monotonic() - begun)
    return answers


def _is_late(one: _Running, deadline: float, ready: Sequence[int]) -> bool:
    """Whether a program has had its time. What has come while we stood still counts, for a second."""
    left = deadline - time.monotonic()
    return left < 0 and (left < -1 or not set(one.open) & set(ready))


def lines(started: Started) -> Iterator[tuple[bool, bytes]]:
    """What a program says, as it comes: whether that is an error, and the line, or a piece of a long one. The program
    is ended where the caller takes no more. Afterwards `reap` has its exit code."""
    rest = {started.output: b"", started.errors: b""}
    try:
        while started.output in rest:
            for pipe in select.select(list(rest), [], [])[0]:
                data = os.read(pipe, 1 << 16)
                *whole, last = (rest[pipe] + data).split(b"\n")
                if last and (not data or len(last) > _LINE):
                    whole, last = [*whole, last], b""
                for line in whole:
                    yield pipe == started.errors, line
                rest[pipe] = last
                if not data:
                    del rest[pipe]
        if started.errors in rest and select.select([started.errors], [], [], 0.1)[0]:
            for line in (rest[started.errors] + os.read(started.errors, 1 << 16)).splitlines():
                yield True, line
    except BaseException:
        _ended(started, 0.0)
        raise


def reap(started: Started) -> int:
    """The exit code of a program whose lines are over."""
    return _ended(started, _LEAVES)


def _ended(started: Started, grace: float) -> int:
    """Close the pipes of a program, wait so long for it to end, and end it otherwise; its exit code."""
    for pipe in (started.output, started.errors):
        os.close(pipe)
    deadline = time.monotonic() + grace
    try:
        while time.monotonic() < deadline:
            pid, status = os.waitpid(started.pid, os.WNOHANG)
            if pid:
                return os.waitstatus_to_exitcode(status)
            time.sleep(0.002)
        os.killpg(started.pid, 9)
        return os.waitstatus_to_exitcode(os.waitpid(started.pid, 0)[1])
    except (ProcessLookupError, ChildProcessError):  # whoever started us ignores SIGCHLD: the kernel reaps
        return 0
