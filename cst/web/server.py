"""The HTTP server: uvicorn on a loopback socket, with what it leaves to others: a time in which a request must arrive
and an answer be read, a bound for connections, and an end at once."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import signal
import socket

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from cst.model import CstError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType
    from typing import Any, ClassVar

    from cst.web.guard import App

_MOST = 200  # connections; the file descriptors of a process are 256 in some systems
_SPARE = 30  # more of them, while all of those are being answered
_ARRIVES = 10.0  # seconds in which a request must have arrived
_UNREAD = 20.0  # seconds in which a client must go on reading its answer
_ANSWERS = 1.0  # seconds in which a port that is listened on takes a connection
_HEAD = 16 * 1024  # bytes of its head
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class _Connection(H11Protocol):
    """One connection. A request on its way, and an answer that nobody reads, may take so long and no longer. Where
    there are too many connections one is closed for the new one: that which has waited longest for a request, else
    that which has not been read for longest, else the oldest that does nothing. Where there is none such, as in the
    moment in which all are being answered, some more are taken. So nobody is kept out by others."""

    late: ClassVar[dict[_Connection, asyncio.TimerHandle]] = {}  # those that wait for a request, the oldest first
    unread: ClassVar[dict[_Connection, asyncio.TimerHandle]] = {}  # whose client does not read, the oldest first
    every: ClassVar[dict[_Connection, None]] = {}

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        if len(self.every) >= _MOST:
            idle = (one for one in self.every if one.rests())
            least = next(iter(self.late), next(iter(self.unread), next(idle, None)))
            if least or len(self.every) >= _MOST + _SPARE:
                (least or self).abort()
        self.every[self] = None
        self._wait()

    def pause_writing(self) -> None:
        """What was written piles up: the client does not read."""
        super().pause_writing()
        if self not in self.unread:
            self.unread[self] = self.loop.call_later(_UNREAD, self.abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._cancel(self.unread)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.rests():
            self._wait()
        else:
            self._arrived()

    def connection_lost(self, exc: Exception | None) -> None:
        self._arrived()
        self._cancel(self.unread)
        self.every.pop(self, None)
        super().connection_lost(exc)

    def rests(self) -> bool:
        """Whether no request is being answered."""
        return self.cycle is None or self.cycle.response_complete

    def abort(self) -> None:
        """Close it, whatever the other end has not read yet."""
        self._arrived()
        self._cancel(self.unread)
        self.every.pop(self, None)
        self.transport.abort()

    def _wait(self) -> None:
        if self not in self.late and not self.transport.is_closing():
            self.late[self] = self.loop.call_later(_ARRIVES, self.abort)

    def _arrived(self) -> None:
        self._cancel(self.late)

    def _cancel(self, timers: dict[_Connection, asyncio.TimerHandle]) -> None:
        timer = timers.pop(self, None)
        if timer:
            timer.cancel()


class _Server(uvicorn.Server):
    """Ends on ctrl-c, SIGTERM and when the terminal is closed, and says by which."""

    ended_by = 0
    closing: Callable[[], object] | None = None

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        before = {number: signal.signal(number, self.handle_exit) for number in _SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002  # as signal handlers are called
        self.ended_by = self.ended_by or sig
        self.should_exit = True
        if self.closing:
            self.closing()


def listen(port: int) -> socket.socket:
    """A socket on 127.0.0.1; port 0 for any that is free. CstError where it cannot be had."""
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind(("127.0.0.1", port))
        made.listen(128)
    except OSError as error:
        made.close()
        raise CstError(f"cannot listen on port {port}: {error.strerror}", "give another one with --port") from None
    return made


def serve(app: App, listening: socket.socket, close: Callable[[], Any]) -> int:
    """Answer requests until a signal; its number. `close` is a coroutine function that lets long answers end."""
    config = uvicorn.Config(
        app, http=_Connection, ws="none", lifespan="off", loop="asyncio", log_config=None, log_level="critical",
        access_log=False, server_header=False, date_header=False, proxy_headers=False, timeout_keep_alive=30,
        timeout_graceful_shutdown=1, h11_max_incomplete_event_size=_HEAD,
    )  # fmt: skip
    server = _Server(config)

    async def run() -> None:
        loop = asyncio.get_running_loop()
        server.closing = lambda: loop.call_soon_threadsafe(lambda: loop.create_task(close()))
        await server.serve(sockets=[listening])

    asyncio.run(run())
    return server.ended_by


def answers(port: int) -> bool:
    """Whether anybody may listen on that port of 127.0.0.1: also who has not answered after a second."""
    with socket.socket() as probe:
        probe.settimeout(_ANSWERS)
        return probe.connect_ex(("127.0.0.1", port)) != errno.ECONNREFUSED
