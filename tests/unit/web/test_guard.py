"""Who may ask, each rule by requests that break it; over the wire: tests/e2e/test_web_attacks.py."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from cst.web import guard
from cst.web.guard import HEADERS, Guard, Keys

PORT = 8278
HOST = f"127.0.0.1:{PORT}"
OWN = {"host": HOST, "origin": f"http://{HOST}", "content-type": "application/json"}


def ask(keys: Keys, method: str, path: str, headers: dict[str, str], *names: str) -> tuple[int, dict[str, str], str]:
    """Status, headers and body that one request gets; "let in" from behind the guard."""
    sent: list[dict[str, Any]] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"referrer-policy", b"unsafe-url")]})
        await send({"type": "http.response.body", "body": b"let in"})

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": method, "path": path, "headers": pairs}
    asyncio.run(Guard(app, keys, PORT, names)(scope, receive, send))
    head = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], head, sent[1]["body"].decode()


def cookie(keys: Keys) -> str:
    return keys.set_cookie(False).partition(";")[0]


@pytest.fixture
def keys() -> Keys:
    return Keys()


@pytest.mark.parametrize("host", [HOST, f"localhost:{PORT}", f"[::1]:{PORT}", f"LOCALHOST:{PORT}"])
def test_our_own_names_are_served(keys: Keys, host: str) -> None:
    assert ask(keys, "GET", "/", {"host": host})[0] == 200


@pytest.mark.parametrize(
    "host", ["", "evil.example", f"evil.example:{PORT}", "127.0.0.1", "127.0.0.1:80", f"127.0.0.1:{PORT}.evil.example",
             f"localhost.evil.example:{PORT}", f"127.0.0.2:{PORT}"],
)  # fmt: skip
def test_another_host_is_not(keys: Keys, host: str) -> None:
    """A name that was bound to 127.0.0.1 to get at us is still sent as that name."""
    headers = {"host": host, "cookie": cookie(keys)} if host else {}

    assert ask(keys, "GET", f"{keys.base}/list", headers)[0] == 421
    assert ask(keys, "GET", "/", headers)[0] == 421


def test_two_hosts_are_not(keys: Keys) -> None:
    """Some proxies believe the first, some the second."""
    assert ask(keys, "GET", "/", {"host": HOST, "Host": HOST})[0] == 421


def test_a_name_that_was_allowed_is_served_with_its_own_origins(keys: Keys) -> None:
    host = {**OWN, "host": "box.tail1234.ts.net"}

    assert ask(keys, "GET", "/", host, "Box.tail1234.ts.net")[0] == 200
    assert ask(keys, "POST", "/login", host, "box.tail1234.ts.net")[0] == 403
    mine = {**host, "origin": "https://box.tail1234.ts.net"}
    assert ask(keys, "POST", "/login", mine, "box.tail1234.ts.net")[0] == 200


@pytest.mark.parametrize("origin", ["", "null", "http://evil.example", f"https://{HOST}", f"http://{HOST}.evil.example",
                                    "http://127.0.0.1:3000", f"http://localhost:{PORT}"])  # fmt: skip
def test_a_post_comes_from_our_page(keys: Keys, origin: str) -> None:
    """Also not from the same machine's other names: then the page is another one."""
    headers = {**OWN, "origin": origin, "cookie": cookie(keys)}
    if not origin:
        del headers["origin"]

    assert ask(keys, "POST", "/login", headers)[0] == 403
    assert ask(keys, "POST", f"{keys.base}/act", headers)[0] == 403


@pytest.mark.parametrize("kind", ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data",
                                  "application/json; charset=utf-8"])  # fmt: skip
def test_a_post_is_json(keys: Keys, kind: str) -> None:
    """What a form, or a script without a preflight, can send is not taken."""
    assert ask(keys, "POST", "/login", {**OWN, "content-type": kind})[0] == 415


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_what_a_browser_says_came_from_elsewhere_gets_nothing(keys: Keys, site: str) -> None:
    assert ask(keys, "GET", f"{keys.base}/list", {"host": HOST, "sec-fetch-site": site, "cookie": cookie(keys)})[0] == 403


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PATCH"])
def test_other_methods_are_refused(keys: Keys, method: str) -> None:
    assert ask(keys, method, "/", OWN)[0] == 405


def test_data_needs_the_path_and_the_cookie(keys: Keys) -> None:
    path, own = f"{keys.base}/list", {"host": HOST, "cookie": cookie(keys)}

    assert ask(keys, "GET", path, own)[2] == "let in"
    assert ask(keys, "GET", path, {"host": HOST})[0] == 401
    assert ask(keys, "GET", path, {"host": HOST, "cookie": "cst=x"})[0] == 401
    assert ask(keys, "GET", path, {"host": HOST, "cookie": f"other={cookie(keys).partition('=')[2]}"})[0] == 401
    assert ask(keys, "GET", path, {"host": HOST, "cookie": f"a=b; cst=old; {cookie(keys)}"})[0] == 200
    assert ask(keys, "GET", "/list", own)[0] == 404
    assert ask(keys, "GET", f"{Keys().base}/list", own)[0] == 404
    assert ask(keys, "GET", f"/é{keys.base}/list", own)[0] == 404


def test_the_page_itself_is_for_everybody_and_takes_no_post(keys: Keys) -> None:
    for path in guard.OPEN:
        assert ask(keys, "GET", path, {"host": HOST})[0] == 200
        assert ask(keys, "POST", path, OWN)[0] == 404
    assert ask(keys, "GET", "/login", {"host": HOST})[0] == 404


def test_every_answer_has_the_headers(keys: Keys) -> None:
    """Of the application and of a refusal; what the application says of them does not count."""
    for path in ("/", "/nothing"):
        head = ask(keys, "GET", path, {"host": HOST})[1]
        assert head.items() >= {name.decode(): value.decode() for name, value in HEADERS}.items()
    policy = dict(HEADERS)[b"content-security-policy"].decode()
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert dict(HEADERS)[b"referrer-policy"] == b"no-referrer"
    assert dict(HEADERS)[b"x-content-type-options"] == b"nosniff"


def test_a_refusal_says_why_in_json(keys: Keys) -> None:
    status, head, body = ask(keys, "GET", f"{keys.base}/list", {"host": HOST})

    assert (status, head["connection"]) == (401, "close")
    assert json.loads(body) == {"error": "open the address that cst web printed"}


def test_secrets_are_long_and_new_at_each_start() -> None:
    one, two = Keys(), Keys()

    assert len({one.token, two.token, one.base, two.base, cookie(one), cookie(two)}) == 6
    assert all(len(secret) >= 22 for secret in (one.token, one.base[1:], cookie(one).partition("=")[2]))  # 128 bits
    assert "HttpOnly" in one.set_cookie(False)
    assert "SameSite=Strict" in one.set_cookie(False)
    assert "Secure" not in one.set_cookie(False)
    assert "Secure" in one.set_cookie(True)


@pytest.mark.parametrize("given", [None, 7, [], {}, "", "x", "é", "\ud800"])
def test_what_is_not_the_token_is_not(keys: Keys, given: object) -> None:
    assert not keys.try_token(given)


def test_wrong_tokens_are_locked_out_for_a_while_each_time_longer(keys: Keys, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [1000.0]
    monkeypatch.setattr("cst.web.guard.time.monotonic", lambda: clock[0])

    for pause in (30, 60, 120):
        for _ in range(5):
            assert not keys.locked()
            assert not keys.try_token("wrong")
        assert not keys.try_token("wrong")
        assert keys.locked() == pause, "more of them make it no longer"
        clock[0] += pause


def test_who_has_the_right_token_is_never_locked_out(keys: Keys) -> None:
    """Any user of the machine can send five wrong ones."""
    for _ in range(5):
        assert not keys.try_token("wrong")
    assert keys.locked()

    assert keys.try_token(keys.token)
    assert not keys.locked()


def test_a_right_token_forgives_the_wrong_ones(keys: Keys) -> None:
    for _ in range(3):
        assert not any(keys.try_token("wrong") for _ in range(4))
        assert keys.try_token(keys.token)


def test_no_other_protocol_is_served(keys: Keys) -> None:
    """A websocket would be: browsers let every page open one."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        raise AssertionError("let in")

    async def nothing(*_: Any) -> Any:
        raise AssertionError("answered")

    asyncio.run(Guard(app, keys, PORT)({"type": "websocket", "path": "/", "headers": []}, nothing, nothing))
