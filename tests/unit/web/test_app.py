from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request

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


def test_a_bug_has_a_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its file is named; a page that asks again and again gets the same one."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    bugs = app._Bugs()

    def answered(error: Exception) -> str:
        answer = asyncio.run(bugs(Request({"type": "http"}), error))
        assert answer.status_code == 500
        return str(json.loads(bytes(answer.body))["error"])

    for _ in range(3):
        said = answered(ZeroDivisionError("division"))
    [report] = tmp_path.glob("cst-report-*.md")
    assert said == f"a bug: ZeroDivisionError; please report it, the report is in {report}"
    assert "ZeroDivisionError: division" in report.read_text()
    assert report.stat().st_mode & 0o777 == 0o600

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    assert "its report cannot be written: No such file or directory" in answered(KeyError("x"))
