from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from cst.web import app


async def _endless() -> AsyncIterator[bytes]:
    while True:
        yield b"data: {}\n\n"


def test_a_browser_that_takes_nothing_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its connection is closed, whatever of it stands in a buffer; what is made for it ends."""
    monkeypatch.setattr(app, "_UNREAD", 0.01)
    dropped: list[object] = []

    async def send(message: Any) -> None:
        if message["type"] == "http.response.body":
            await asyncio.sleep(3600)

    async def receive() -> Any:
        await asyncio.sleep(3600)

    stream = app._Stream(_endless(), dropped.append)
    scope = {"type": "http", "client": ("127.0.0.1", 7), "asgi": {"spec_version": "2.4"}}

    with pytest.raises(Exception):  # noqa: B017, PT011  # as of a client that has gone
        asyncio.run(asyncio.wait_for(stream(scope, receive, send), 20))

    assert dropped == [("127.0.0.1", 7)]
