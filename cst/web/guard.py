"""Who may ask: the one door that every request passes before anything else reads it.

- The Host must be a name of ours: a page that rebinds its own name to 127.0.0.1 sends that name.
- A POST must come from our own page (Origin) and be JSON, which no form can send.
- All but the empty page needs the cookie that the token is exchanged for, and the path that came with it: browsers keep
  cookies by host and not by port, so another server on this machine would be sent one that is for every path.
- Every answer forbids scripts, styles and frames from elsewhere, referrers and guesses about types.
"""

from __future__ import annotations

import hmac
import json
import secrets
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
    from typing import Any

    Scope = MutableMapping[str, Any]
    Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
    Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
    App = Callable[[Scope, Receive, Send], Awaitable[None]]

COOKIE = "cst"
LOGIN = "/login"
OPEN = ("/", "/app.css", "/app.js", "/markdown.js", "/icon.svg")  # the same for everybody, nothing of a session in it
_TRIES = 5  # wrong tokens in a row until further wrong ones are locked out for a while
_PAUSE, _LONGEST = 30.0, 900.0  # seconds of that; twice as long each time

HEADERS = (
    (b"content-security-policy", b"default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
                                 b"object-src 'none'; require-trusted-types-for 'script'"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
    (b"cache-control", b"no-store"),
)  # fmt: skip


class Keys:
    """The secrets of one start: the token that the user is shown, the cookie that a browser is given for it, and the
    path below which that cookie is sent. Each has 128 random bits."""

    def __init__(self) -> None:
        self.token, self._cookie, path = (secrets.token_urlsafe(16) for _ in range(3))
        self.base = f"/{path}"
        self._wrong = 0
        self._locked_until = 0.0  # monotonic seconds
        self._pause = _PAUSE

    def locked(self) -> float:
        """Seconds for which wrong tokens are refused as too many, 0 for none."""
        return max(0.0, self._locked_until - time.monotonic())

    def try_token(self, given: object) -> bool:
        """Whether this is the token. After some wrong ones in a row others are locked out for a while, and never who
        has the right one: any user of this machine can send wrong ones, and nobody can guess 128 bits."""
        if _equal(given, self.token):
            self._wrong, self._pause, self._locked_until = 0, _PAUSE, 0.0
            return True
        if self.locked():
            return False
        self._wrong += 1
        if self._wrong >= _TRIES:
            self._wrong, self._locked_until = 0, time.monotonic() + self._pause
            self._pause = min(_LONGEST, self._pause * 2)
        return False

    def is_cookie(self, given: object) -> bool:
        """Whether a browser has been let in."""
        return _equal(given, self._cookie)

    def set_cookie(self, secure: bool) -> str:
        """The header that gives a browser its cookie."""
        more = "; Secure" if secure else ""
        return f"{COOKIE}={self._cookie}; Path={self.base}/; HttpOnly; SameSite=Strict{more}"


def _equal(given: object, secret: str) -> bool:
    return isinstance(given, str) and hmac.compare_digest(given.encode("utf-8", "replace"), secret.encode())


class Guard:
    """An ASGI application around ours. `names` are further hosts that requests may be for, behind the user's proxy."""

    def __init__(self, app: App, keys: Keys, port: int, names: Sequence[str] = ()) -> None:
        self._app, self._keys = app, keys
        # where a proxy has taken TLS off, the page's own origin is https
        self._origins: dict[str, tuple[str, ...]]
        self._origins = {f"{host}:{port}": (f"http://{host}:{port}",) for host in ("127.0.0.1", "localhost", "[::1]")}
        self._origins |= {name.lower(): (f"https://{name}".lower(), f"http://{name}".lower()) for name in names}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        status, why = self._refusal(scope)

        async def with_headers(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                kept = [(name, value) for name, value in message.get("headers", ()) if name not in dict(HEADERS)]
                message = {**message, "headers": [*kept, *HEADERS]}
            await send(message)

        if status:
            await _refuse(status, why, with_headers)
        else:
            await self._app(scope, receive, with_headers)

    def _refusal(self, scope: Scope) -> tuple[int, str]:
        """The status and the reason for which this request gets no further; 0 for one that may."""
        given: dict[bytes, list[str]] = {}
        for name, value in scope["headers"]:
            given.setdefault(name.lower(), []).append(value.decode("latin-1"))
        host = given.get(b"host", [])
        origins = self._origins.get(host[0].lower(), ()) if len(host) == 1 else ()
        if not origins:
            return 421, "this host is not served; cst web --allow-host allows one more"
        if scope["method"] not in ("GET", "HEAD", "POST"):
            return 405, "only GET and POST"
        if given.get(b"sec-fetch-site", ["same-origin"])[0] not in ("same-origin", "none"):
            return 403, "another site asked"
        if scope["method"] == "POST":
            if given.get(b"origin", []) not in ([one] for one in origins):
                return 403, "another origin asked"
            if [one.strip().lower() for one in given.get(b"content-type", [])] != ["application/json"]:
                return 415, "only application/json"
        return self._unknown(scope["path"], scope["method"], given)

    def _unknown(self, path: str, method: str, given: Mapping[bytes, list[str]]) -> tuple[int, str]:
        if (path in OPEN and method != "POST") or (path == LOGIN and method == "POST"):
            return 0, ""
        if not hmac.compare_digest(path[: len(self._keys.base) + 1].encode(), f"{self._keys.base}/".encode()):
            return 404, "there is no such page"
        if not any(self._keys.is_cookie(value) for value in _cookies(given.get(b"cookie", ()))):
            return 401, "open the address that cst web printed"
        return 0, ""


def _cookies(headers: Sequence[str]) -> list[str]:
    """The values of all cookies of our name."""
    pairs = (part.strip().partition("=") for header in headers for part in header.split(";"))
    return [value for name, _, value in pairs if name == COOKIE]


async def _refuse(status: int, why: str, send: Send) -> None:
    body = json.dumps({"error": why}).encode()
    head = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    # what else the client sends is of no interest
    await send({"type": "http.response.start", "status": status, "headers": [*head, (b"connection", b"close")]})
    await send({"type": "http.response.body", "body": body})
