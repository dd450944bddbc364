"""The server's connections over real sockets: what takes too long is let go of, and too many make room."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
import uvicorn
from uvicorn.server import ServerState

from cst.model import CstError
from cst.web import server

REQUEST = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
Reader = asyncio.StreamReader
Writer = asyncio.StreamWriter


async def _app(scope: Any, receive: Any, send: Any) -> None:
    """Answers with 8 MB, more than fits between two that do not read."""
    await send({"type": "http.response.start", "status": 200, "headers": []})
    for _ in range(128):
        await send({"type": "http.response.body", "body": b"x" * 65536, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


async def _small(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


@contextlib.asynccontextmanager
async def _serving(app: Any) -> AsyncIterator[Callable[[], Awaitable[tuple[Reader, Writer]]]]:
    """A server of these connections; what connects to it."""
    config = uvicorn.Config(app, http=server._Connection, ws="none", lifespan="off", log_config=None, log_level="critical")
    config.load()
    state = ServerState()
    loop = asyncio.get_running_loop()
    made = await loop.create_server(lambda: server._Connection(config, state, {}), "127.0.0.1", 0)
    port = made.sockets[0].getsockname()[1]
    writers: list[Writer] = []

    async def connect() -> tuple[Reader, Writer]:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writers.append(writer)
        return reader, writer

    try:
        yield connect
    finally:
        for connection in list(server._Connection.every):
            connection.abort()
        for writer in writers:
            writer.close()
        made.close()


async def _ends(reader: Reader) -> bool:
    """Whether the other end closes."""
    with contextlib.suppress(ConnectionError):
        while await asyncio.wait_for(reader.read(1 << 20), 20):
            pass
    return True


async def _answered(reader: Reader, writer: Writer) -> bool:
    writer.write(REQUEST)
    return b"200" in await asyncio.wait_for(reader.readuntil(b"ok"), 20)


@pytest.mark.parametrize("sent", [b"", b"G", REQUEST[:-2], b"POST / HTTP/1.1\r\nHost: x\r\n"])
def test_a_request_that_does_not_arrive_is_let_go_of(sent: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "_ARRIVES", 0.2)

    async def run() -> None:
        async with _serving(_small) as connect:
            reader, writer = await connect()
            writer.write(sent)
            assert await _ends(reader)

    asyncio.run(run())
    assert not server._Connection.every
    assert not server._Connection.late


def test_an_answer_that_nobody_reads_is_let_go_of(monkeypatch: pytest.MonkeyPatch) -> None:
    """And one that is read, however slowly, is not."""
    monkeypatch.setattr(server, "_UNREAD", 0.5)

    async def run() -> None:
        async with _serving(_app) as connect:
            _, deaf = await connect()
            deaf.transport.pause_reading()  # type: ignore[attr-defined]
            deaf.write(REQUEST)
            reader, writer = await connect()
            writer.write(REQUEST)
            assert len(await reader.readexactly(8_000_000)) == 8_000_000
            while len(server._Connection.every) > 1:
                await asyncio.sleep(0.02)

    asyncio.run(asyncio.wait_for(run(), 30))
    assert not server._Connection.unread


@pytest.mark.parametrize("kind", ["late", "unread", "idle"])
def test_too_many_make_room_for_the_next(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the others do, the oldest of them is closed and the new one answered."""
    monkeypatch.setattr(server, "_MOST", 4)

    async def big_at_first(scope: Any, receive: Any, send: Any) -> None:
        await (_app if kind == "unread" and scope["path"] == "/big" else _small)(scope, receive, send)

    async def run() -> None:
        async with _serving(big_at_first) as connect:
            others = [await connect() for _ in range(4)]
            for reader, writer in others:
                if kind == "idle":
                    assert await _answered(reader, writer)
                elif kind == "unread":
                    writer.transport.pause_reading()  # type: ignore[attr-defined]
                    writer.write(REQUEST.replace(b"/ ", b"/big ", 1))
            while kind == "unread" and len(server._Connection.unread) < 4:
                await asyncio.sleep(0.02)
            if kind == "late":
                while len(server._Connection.late) < 4:
                    await asyncio.sleep(0.02)

            assert await _answered(*await connect())

            assert len(server._Connection.every) <= 4
            others[0][1].transport.resume_reading() if kind == "unread" else None  # type: ignore[attr-defined]
            assert await _ends(others[0][0])

    asyncio.run(asyncio.wait_for(run(), 30))


def test_who_is_being_answered_is_not_closed_for_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stream that is read goes on, and some more are taken; then it is the new one that has to go.

    Bug shown: a page got no answer while two hundred others were in the midst of theirs.
    """
    monkeypatch.setattr(server, "_MOST", 1)
    monkeypatch.setattr(server, "_SPARE", 1)
    go = asyncio.Event()

    async def stream(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"4")]})
        await send({"type": "http.response.body", "body": b"no", "more_body": True})
        await go.wait()
        await send({"type": "http.response.body", "body": b"ok"})

    async def run() -> None:
        async with _serving(stream) as connect:
            taken = []
            for _ in range(2):
                reader, writer = await connect()
                writer.write(REQUEST)
                await reader.readuntil(b"no")
                taken.append(reader)
            assert await _ends((await connect())[0])
            go.set()
            assert [await reader.readexactly(2) for reader in taken] == [b"ok", b"ok"]

    asyncio.run(asyncio.wait_for(run(), 30))


def test_a_port_is_taken_once() -> None:
    listening = server.listen(0)
    port = listening.getsockname()[1]
    try:
        assert listening.getsockname()[0] == "127.0.0.1"
        assert server.answers(port)
        with pytest.raises(CstError, match=f"cannot listen on port {port}: Address already in use; give another one with --port"):
            server.listen(port)
    finally:
        listening.close()
    assert not server.answers(port)
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


def test_a_port_that_does_not_answer_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever listens there takes no more connections: nobody waits for that longer than a second."""
    monkeypatch.setattr(server, "_ANSWERS", 0.1)
    with socket.socket() as deaf, contextlib.ExitStack() as others:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        address = deaf.getsockname()
        for _ in range(3):  # the queue is full
            waiting = others.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(address)

        assert server.answers(address[1])

    assert not server.answers(address[1])
