"""The pages and their data: what a request that the guard has let through is answered with."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from cst import bug_report
from cst.model import CstError
from cst.system import files
from cst.text import counted
from cst.web import money, pages
from cst.web.acts import Acts
from cst.web.feed import Feed, news
from cst.web.guard import LOGIN, OPEN, Guard, Keys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
    from typing import Any

    from starlette.types import Receive, Scope, Send

    from cst.model import Session
    from cst.settings import Settings
    from cst.web.guard import App

    Answer = Callable[[Request], Awaitable[Response]]

_STATIC = os.path.join(os.path.dirname(__file__), "static")
_TYPES = {"html": "text/html; charset=utf-8", "css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
_BODY, _BODY_TIME = 64 * 1024, 10.0  # bytes of a request, and seconds in which they must come
_STREAMS = 24  # browsers that watch at a time
_READ_ONLY = "this page is read-only; cst web --act lets it act"
_COLUMNS = (20, 240)  # of a page


class Web:
    """One start of `cst web`: its secrets, its feed and its routes."""

    def __init__(self, settings: Settings, port: int, acts: bool, names: Sequence[str]) -> None:
        self.keys = Keys()
        self.feed = Feed(settings)
        self._settings = settings
        self._acts = Acts(settings) if acts else None
        self._one_action, self._money, self._earlier = asyncio.Lock(), asyncio.Lock(), asyncio.Lock()
        self._streams = 0
        base = self.keys.base
        made = [Route(path, _file(path), methods=["GET"]) for path in OPEN]
        made += [
            Route(LOGIN, self._login, methods=["POST"]),
            Route(f"{base}/list", self._list, methods=["GET"]),
            Route(f"{base}/events", self._events, methods=["GET"]),
            Route(f"{base}/page/{{name}}", self._page, methods=["GET"]),
            Route(f"{base}/limits", self._limits, methods=["GET"]),
            Route(f"{base}/dialog", self._dialog, methods=["POST"]),
            Route(f"{base}/act", self._act, methods=["POST"]),
        ]
        handlers: Any = {CstError: _named, HTTPException: _http, Exception: _Bugs()}
        self.app: App = Guard(Starlette(routes=made, exception_handlers=handlers), self.keys, port, names)

    async def _login(self, request: Request) -> Response:
        given = await _body(request)
        if not self.keys.try_token(given.get("token")):
            wait = self.keys.locked()
            if wait:
                return _error(429, f"too many wrong keys; try again in {counted(int(wait) + 1, 'second')}")
            return _error(403, "that is not the key of this start; open the address that cst web printed")
        secure = request.headers.get("origin", "").startswith("https:")
        answer = JSONResponse({"base": self.keys.base, "acts": bool(self._acts)})
        answer.headers.append("set-cookie", self.keys.set_cookie(secure))
        return answer

    async def _list(self, request: Request) -> Response:
        ended = request.query_params.get("ended") == "1"
        state = await self.feed.fresh(ended)
        return JSONResponse({**news(None, state, ended), "acts": bool(self._acts)})

    async def _events(self, request: Request) -> Response:
        if self._streams >= _STREAMS:
            return _error(503, f"{_STREAMS} pages are open; close some")
        self._streams += 1
        return _Stream(self._lines(request.query_params.get("ended") == "1"), self._one_less)

    def _one_less(self) -> None:
        self._streams -= 1

    async def _lines(self, ended: bool) -> AsyncIterator[bytes]:
        async for message in self.feed.messages(ended):
            if message.get("full"):
                message["acts"] = bool(self._acts)
            yield b"data: " + json.dumps(message, ensure_ascii=False).encode("utf-8", "replace") + b"\n\n"

    async def _page(self, request: Request) -> Response:
        columns = _columns(request)
        state, session = await self._session(request.query_params.get("key", ""))
        name = request.path_params["name"]
        before = request.query_params.get("before", "")[:80]
        given = (self._settings, state.snapshot, session, name, columns, before)
        async with self._earlier if before else contextlib.nullcontext():  # much is read; not in all threads at once
            return JSONResponse(await run_in_threadpool(pages.page, *given))

    async def _limits(self, _: Request) -> Response:
        state = await self.feed.fresh()
        async with self._money:
            return JSONResponse(await run_in_threadpool(money.page, self._settings, state.snapshot))

    async def _dialog(self, request: Request) -> Response:
        if self._acts is None:
            return _error(403, _READ_ONLY)
        given = await _body(request)
        return JSONResponse(await run_in_threadpool(self._acts.dialog, given, _columns(request)))

    async def _act(self, request: Request) -> Response:
        if self._acts is None:
            return _error(403, _READ_ONLY)
        given = await _body(request)
        async with self._one_action:  # two of them would type into each other's text
            try:
                said = await run_in_threadpool(self._acts.do, given)
            finally:
                self.feed.hurry()
        return JSONResponse({"said": said})

    async def _session(self, key: str) -> tuple[Any, Session]:
        """The look, and the session of a key; CstError where it is gone."""
        for ended in (False, True):
            state = await self.feed.fresh(ended)
            found = next((session for session in state.sessions if session.key == key), None)
            if found:
                return state, found
        raise CstError("that session is gone")


class _Stream(StreamingResponse):
    """Messages for a browser that watches; `over` is called once it ends, also where it has not begun."""

    def __init__(self, lines: AsyncIterator[bytes], over: Callable[[], object]) -> None:
        super().__init__(lines, media_type="text/event-stream")
        self._over = over

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._over()


def _file(path: str) -> Answer:
    name = path[1:] or "index.html"
    kind = _TYPES[name.rpartition(".")[2]]

    async def answer(_: Request) -> Response:
        return Response(files.read(os.path.join(_STATIC, name)), media_type=kind)

    return answer


async def _body(request: Request) -> dict[str, Any]:
    """The object that was sent. CstError for anything else, and for what is too long or too slow."""
    pieces: list[bytes] = []

    async def read() -> None:
        size = 0
        async for piece in request.stream():
            size += len(piece)
            if size > _BODY:
                raise CstError("that is too long")
            pieces.append(piece)

    try:
        await asyncio.wait_for(read(), _BODY_TIME)
        given = json.loads(b"".join(pieces))
    except (TimeoutError, ValueError, RecursionError):
        raise CstError("that is not a JSON object") from None
    if not isinstance(given, dict):
        raise CstError("that is not a JSON object")
    return given


def _columns(request: Request) -> int:
    """How wide a page is to be."""
    text = request.query_params.get("columns", "")
    wanted = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 80
    return max(_COLUMNS[0], min(_COLUMNS[1], wanted))


def _error(status: int, why: str) -> Response:
    return JSONResponse({"error": why}, status_code=status)


async def _named(_: Request, error: Exception) -> Response:
    return _error(400, str(error))


async def _http(_: Request, error: Exception) -> Response:
    return _error(getattr(error, "status_code", 400), "there is no such page")


class _Bugs:
    """Answers a request that met a bug with where its report is. One file for each bug: a page asks again and again."""

    def __init__(self) -> None:
        self._kept: dict[str, str] = {}  # files by the report

    async def __call__(self, _: Request, error: Exception) -> Response:
        report = bug_report.text("web", error)
        what = f"a bug: {type(error).__name__}; please report it"
        try:
            if report not in self._kept:
                self._kept[report] = bug_report.kept(report)
        except OSError as failed:
            return _error(500, f"{what}; its report cannot be written: {failed.strerror}")
        return _error(500, f"{what}, the report is in {self._kept[report]}")
