from __future__ import annotations

import asyncio
import json
import tempfile
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import Response

from cst.settings import Settings
from cst.web import app, pages
from tests.testing import until


def asked(query: str = "") -> Request:
    return Request({"type": "http", "method": "GET", "headers": [], "query_string": query.encode(), "path_params": {"name": "conversation"}})


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


def test_so_many_may_watch_and_no_more(own: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where they come together; each that leaves makes room, one that leaves before its first message too."""
    begun: list[int] = []

    async def messages(_: bool) -> AsyncIterator[dict[str, Any]]:
        begun.append(1)
        await asyncio.Event().wait()
        yield {}

    async def left() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    async def broken(_: Any) -> None:
        raise OSError("it is gone")

    async def end(answer: Response, send: Any) -> None:
        try:
            await answer({"type": "http", "asgi": {"spec_version": "2.3"}}, left, send)
        except (Exception, BaseExceptionGroup):
            assert send is broken

    async def run() -> None:
        web = app.Web(own, 1, False, [])
        monkeypatch.setattr(web.feed, "messages", messages)
        for send in (broken, lambda _: asyncio.sleep(0)):
            answers = await asyncio.gather(*(web._events(asked()) for _ in range(30)))
            assert [answer.status_code for answer in answers] == [200] * 24 + [503] * 6
            await asyncio.gather(*(end(answer, send) for answer in answers[:24]))
            if send is broken:
                assert not begun
        assert (await web._events(asked())).status_code == 200

    asyncio.run(asyncio.wait_for(run(), 30))


def test_one_looks_far_back_at_a_time(own: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The newest turns are read for all at once."""
    there, most, never, lock = 0, 0, threading.Event(), threading.Lock()

    def page(*given: Any) -> dict[str, Any]:
        nonlocal there, most
        with lock:
            there += 1
            most = max(most, there)
        if not given[-1]:
            until(lambda: most == 4)
        else:
            never.wait(0.2)
        with lock:
            there -= 1
        return {}

    async def found(_: str) -> tuple[Any, Any]:
        return SimpleNamespace(snapshot=None), None

    async def run() -> None:
        nonlocal most
        web = app.Web(own, 1, False, [])
        monkeypatch.setattr(web, "_session", found)
        await asyncio.gather(*(web._page(asked("key=a&before=x")) for _ in range(4)))
        assert most == 1
        await asyncio.gather(*(web._page(asked("key=a")) for _ in range(4)))

    monkeypatch.setattr(pages, "page", page)
    asyncio.run(asyncio.wait_for(run(), 60))
    assert most == 4
