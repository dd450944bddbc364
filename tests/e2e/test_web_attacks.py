"""`cst web` attacked: from other pages in a real browser, from other programs on the machine, by what sessions say."""

from __future__ import annotations

import contextlib
import http.server
import json
import os
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cst.web.guard import HEADERS
from tests.e2e.browsing import REQUIRED, Page, memory
from tests.testing import (
    ID,
    Live,
    called,
    registry_entry,
    said,
    started,
    typed,
    until,
    web,
    write_registry,
    write_transcript,
)

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

EVIL = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"
LINKS = "[click](javascript:document.title='owned') [data](data:text/html,owned) [ok](https://example.org/a?b=1&c=2)"


@pytest.fixture
def hostile(claude: Path, live: Live) -> int:
    """One live session that is full of HTML: in its name, folder, branch, prompts, answers, tools and errors."""
    pid = live.start()
    now = int(time.time())
    folder = claude.parent / EVIL.replace("/", "∕")
    (folder / ".git" / "refs").mkdir(parents=True)
    (folder / ".git" / "objects").mkdir()
    (folder / ".git" / "HEAD").write_text(f"ref: refs/heads/{EVIL}\n")
    write_registry(claude, registry_entry(
        pid, procStart=started(pid), cwd=str(folder), name=EVIL, nameSource="user", tmux=None, status="waiting",
        waitingFor="permission prompt", statusUpdatedAt=now * 1000,
    ))  # fmt: skip
    write_transcript(
        claude,
        [typed(EVIL, now - 40), said(f"# {EVIL}\n\n{LINKS}\n\n```html\n{EVIL}\n```\n\n| {EVIL} | b |\n|---|---|\n| `{EVIL}` | **{EVIL}** |\n\n- {EVIL}", now - 30, None),
         called("Bash", {"command": EVIL}, now - 20)],
        cwd=str(folder),
    )  # fmt: skip
    return pid


@pytest.fixture
def server() -> Iterator[web.Server]:
    with web.started({**os.environ, "TERM": "xterm"}, "--act") as made:
        yield made


# ------------------------------------------------------------------------------------------ other programs


def test_without_the_cookie_nothing_is_told(server: web.Server) -> None:
    """Whatever is asked for: what can be had without it is the same for everybody."""
    server.enter()
    for path in ("list", "events", "limits", "page/why?key=1.2", "page/../list", "nothing"):
        status, headers, body = server.ask("GET", f"{server.base}/{path}")
        assert (status, json.loads(body)) == (401, {"error": "open the address that cst web printed"}), path
        assert headers.items() >= {name.decode(): value.decode() for name, value in HEADERS}.items()
    for path in ("/", "/app.js", "/app.css", "/markdown.js", "/icon.svg"):
        _, headers, body = server.ask("GET", path)
        assert headers.items() >= {name.decode(): value.decode() for name, value in HEADERS}.items(), path
        assert not any(secret.encode() in body for secret in (server.token, server.base, server.cookie[4:]))


@pytest.mark.parametrize("path", [
    "/../../../../etc/passwd", "/..%2f..%2f..%2fetc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/app.js/../../app.py",
    "//etc/passwd", "/static/../app.py", "/app.py", "/index.html", "/app.js%00.html", "/./app.js", "/APP.JS", "/\\..\\app.py",
])  # fmt: skip
def test_there_is_no_way_to_another_file(server: web.Server, path: str) -> None:
    server.enter()
    for start in ("", server.base):
        status, _, body = server.ask("GET", start + path, {"Cookie": server.cookie})
        assert status in (400, 404), path
        assert b"root:" not in body
        assert b"import" not in body
    status, said_ = server.get("/page/..%2f..%2fetc%2fpasswd?key=1.2")
    assert status in (400, 404), said_


@pytest.mark.parametrize("request_", [
    b"GET / HTTP/1.1\r\n\r\n", b"GET / HTTP/1.0\r\n\r\n", b"GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\n\r\n",
    b"\x00\xff\x00\r\n\r\n", b"GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\n\r\n",
    b"GET / HTTP/1.1\r\nA: " + b"b" * 100_000 + b"\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
])  # fmt: skip
def test_nonsense_is_refused_and_does_no_harm(server: web.Server, request_: bytes) -> None:
    address = ("127.0.0.1", server.port)
    with socket.create_connection(address, 20) as connection, contextlib.suppress(ConnectionError):
        connection.sendall(request_)
        connection.shutdown(socket.SHUT_WR)
        answer = connection.recv(4096)
        assert not answer or answer.split(b" ")[1] in (b"400", b"421"), answer
    assert server.ask("GET", "/")[0] == 200


def test_a_body_has_a_bound(server: web.Server) -> None:
    own = {"Origin": f"http://{server.host}", "Content-Type": "application/json"}
    for body in (b"[" * 60_000, b"{", b"7", b"\xff", b'{"token": "' + b"x" * 70_000 + b'"}'):
        with contextlib.suppress(ConnectionError):
            assert server.ask("POST", "/login", own, body)[0] == 400
    server.enter()


def test_wrong_keys_are_locked_out_and_the_owner_is_not(server: web.Server) -> None:
    """Who sends five is told to wait; who is in stays in, and who has the key still comes in."""
    server.enter()
    for _ in range(5):
        assert server.post("/login", {"token": "wrong"})[0] in (403, 429)

    status, answer = server.post("/login", {"token": "wrong again"})

    assert status == 429
    assert answer["error"].startswith("too many wrong keys; try again in ")
    assert server.get("/list")[0] == 200
    assert server.post("/login", {"token": server.token})[0] == 200


def test_the_key_is_nowhere_but_where_it_belongs(server: web.Server, home: Path) -> None:
    """Printed once and in its file: in no log, on no command line, in no environment; the cookie in none at all."""
    server.enter()
    for path in ("/list", "/nothing", "/limits"):
        server.get(path)
    secrets = [server.token, server.base[1:], server.cookie.partition("=")[2]]
    assert [server.said.count(secret) for secret in secrets] == [1, 0, 0]
    held = [path for path in home.rglob("*") if path.is_file() and any(s.encode() in path.read_bytes() for s in secrets)]
    assert held == [home / f".local/state/cst/web/{server.port}.html"]
    for folder in Path("/proc").glob("[0-9]*"):
        for name in ("cmdline", "environ"):
            with contextlib.suppress(OSError):
                assert not any(secret.encode() in (folder / name).read_bytes() for secret in secrets), folder


def test_a_thousand_slow_connections_keep_nobody_out(server: web.Server) -> None:
    """They are let go of, the oldest first; meanwhile each request is answered, and memory stays."""
    server.enter()
    before = memory(server)
    slow = []
    for number in range(1000):
        connection = socket.create_connection(("127.0.0.1", server.port), 20)
        with contextlib.suppress(OSError):
            connection.sendall(b"GET / HT")
        slow.append(connection)
        if number % 100 == 99:
            assert server.get("/list")[0] == 200
    assert server.get("/list")[0] == 200
    held = len(list(Path(f"/proc/{server.process.pid}/fd").iterdir()))
    assert held < 260, "of a thousand"
    assert memory(server) - before < 40_000, "kB"
    until(lambda: len(list(Path(f"/proc/{server.process.pid}/fd").iterdir())) < 40, 30)
    for connection in slow:
        connection.close()
    assert server.get("/list")[0] == 200


def _begun(connection: socket.socket) -> bool:
    """Whether an answer is on its way to it, or it was closed."""
    try:
        connection.recv(1, socket.MSG_PEEK)
    except BlockingIOError:
        return False
    except ConnectionError:
        return True
    return True


def test_clients_that_never_read_keep_nobody_out(server: web.Server) -> None:
    """More of them than there may be connections, each with as many requests as it takes until nothing moves any more:
    others are answered, and nothing piles up. (That they are let go of after a while: tests/unit/web/test_server.py.)"""
    server.enter()
    request_ = f"GET /app.js HTTP/1.1\r\nHost: {server.host}\r\n\r\n".encode()
    before = memory(server)
    deaf = []
    for number in range(250):
        connection = socket.socket()
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect(("127.0.0.1", server.port))
        connection.setblocking(False)
        with contextlib.suppress(BlockingIOError, ConnectionError):
            for _ in range(300 if number < 210 else 1):
                connection.send(request_)
        deaf.append(connection)
    until(lambda: all(map(_begun, deaf)), 30)
    for _ in range(3):
        assert server.get("/list")[0] == 200
    assert memory(server) - before < 100_000, "kB, of what 200 connections hold"
    for connection in deaf:
        connection.close()
    until(lambda: len(list(Path(f"/proc/{server.process.pid}/fd").iterdir())) < 40, 30)
    assert server.get("/list")[0] == 200


# ------------------------------------------------------------------------------------------ other pages


@contextlib.contextmanager
def evil_site() -> Iterator[str]:
    """A page of somebody else's on this machine, on another port; its address."""

    class Quiet(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.headers.as_string())
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<title>evil</title><body>evil")

        def log_message(self, *_: object) -> None:
            return

    asked: list[str] = []
    site = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Quiet)
    thread = threading.Thread(target=site.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"127.0.0.1:{site.server_port}"
        assert not any("cst=" in headers for headers in asked), "it was sent our cookie"
    finally:
        site.shutdown()
        site.server_close()
        thread.join(5)


@REQUIRED
def test_another_page_gets_nothing(driver: Chrome, server: web.Server, hostile: int) -> None:
    """With the user let in in the same browser: no reading, no deed, no frame, no cookie. It even knows the path."""
    server.enter()
    Page(driver, server).open()
    with evil_site() as site:
        driver.get(f"http://{site}/")
        for path in (f"{server.base}/list", f"{server.base}/events", "/"):
            tried = driver.execute_async_script(
                "const done = arguments[1]; fetch(arguments[0], {credentials: 'include'}).then(r => r.text()).then(done, () => done('refused'))",
                f"http://{server.host}{path}",
            )
            assert tried == "refused", path
        for kind, body in (("application/json", '{"act":"seen"}'), ("text/plain", '{"act":"seen"}')):
            driver.execute_async_script(
                "const done = arguments[3]; fetch(arguments[0], {method: 'POST', mode: arguments[1] === 'text/plain' ? 'no-cors' : 'cors',"
                " credentials: 'include', headers: {'Content-Type': arguments[1]}, body: arguments[2]}).then(done, done)",
                f"http://{server.host}{server.base}/act", kind, body,
            )
        framed = driver.execute_async_script(
            "const done = arguments[1], frame = document.createElement('iframe'); frame.src = arguments[0];"
            "frame.onload = () => { let seen; try { seen = frame.contentDocument?.body.innerText ?? 'closed'; } catch { seen = 'closed'; }"
            " done(seen); }; document.body.append(frame)",
            f"http://{server.host}/",
        )
        assert framed in ("closed", "")
    state = Path(os.environ["HOME"]) / ".local/state/cst/marks"
    assert not state.exists(), "no mark was made"


@REQUIRED
def test_a_name_that_is_rebound_gets_nothing(driver: Chrome, server: web.Server) -> None:
    """rebound.test is 127.0.0.1 in this browser, as it is after a rebinding: same origin for the page, a stranger here."""
    driver.get(f"http://rebound.test:{server.port}/")

    text = driver.execute_script("return document.body.innerText")

    assert "this host is not served" in text
    tried = driver.execute_async_script("const done = arguments[0]; fetch('/').then(r => done(r.status))")
    assert tried == 421


@REQUIRED
def test_html_in_every_field_stays_text(driver: Chrome, server: web.Server, hostile: int) -> None:
    """Name, folder, branch, prompt, answer, tool, reason: shown as it was written, run by nobody."""
    page = Page(driver, server).open()
    row = page.until("document.querySelector('#list .row')?.innerText")
    assert "<img src=x" in row
    key = page.js("document.querySelector('#list .row').dataset.key")
    for name in ("conversation", "tools", "why", "changes", "screen"):
        page.visit(key, name)
        page.reads("#title", "<img src=x")
        page.until("document.querySelector('#page').innerText.length > 5")
        assert page.js("document.querySelectorAll('#app img, #app script, #app iframe').length") == 0, name
        assert page.js("document.title") != "owned"
    page.visit(key)
    page.reads("#page", "<script>document.title='owned'</script>")
    hrefs = page.js("[...document.querySelectorAll('#page a')].map(a => a.href)")
    assert hrefs == ["https://example.org/a?b=1&c=2"], "no other scheme"
    assert page.js("[...document.querySelectorAll('#page a')].every(a => a.rel.includes('noopener'))")
    page.js("document.querySelector('#search').focus()")
    tried = [line for line in page.complaints() if "400 (Bad Request)" not in line]  # it has no pane, so no dialog
    assert tried == [], "nothing even tried to run"


@REQUIRED
def test_the_policy_holds_where_the_page_would_not(driver: Chrome, server: web.Server) -> None:
    """Should a mistake of ours let HTML in one day: the browser runs no script that is in the page, and takes no HTML."""
    page = Page(driver, server).open()

    assert page.js("(() => { try { document.body.innerHTML = '<b>x</b>'; return 'taken'; } catch { return 'refused'; } })()") == "refused"
    page.js("""(() => { const b = document.createElement('b'); document.body.append(b);
      try { b.setAttribute('onclick', "document.title = 'owned'"); b.click(); } catch { /* refused earlier */ }
      const run = document.createElement('script');
      try { run.textContent = "document.title = 'owned'"; document.body.append(run); } catch { /* refused earlier */ }
      const far = document.createElement('script'); far.type = 'module';
      try { far.src = 'data:text/javascript,document.title="owned"'; document.body.append(far); } catch { /* too */ } })()""")
    assert page.js("document.title") != "owned"
    tried = driver.execute_async_script("const done = arguments[0]; fetch('http://127.0.0.1:9/').then(done, e => done(String(e)))")
    assert "Failed to fetch" in tried
    assert any("Content Security Policy" in line or "connect-src" in line for line in page.complaints())


# ------------------------------------------------------------------------------------------ long texts


@REQUIRED
def test_markdown_takes_no_time_whatever_is_written(driver: Chrome, server: web.Server) -> None:
    """Texts that a careless pattern would try in all ways: 20,000 characters each, a second for all."""
    page = Page(driver, server).open()
    page.driver.set_script_timeout(30)
    spent = page.driver.execute_async_script("""
      const done = arguments[0];
      import("/markdown.js").then(({ markdown }) => {
        const began = performance.now();
        for (const part of ["*", "`", "_", "~", "[", "](", "**a ", "`a", "[a](", "<https://", "> ", "- ", "  - ", "1. ", "|a", "\\\\", "a*b_", "# "])
          markdown(part.repeat(20000 / part.length).slice(0, 20000));
        for (const part of ["> ", "|a\\n", "- a\\n", "**a\\n", "```\\n", "|-|\\n"]) markdown(part.repeat(20000 / part.length));
        done(performance.now() - began);
      }, (error) => done(String(error)));
    """)
    assert isinstance(spent, (int, float)), spent
    assert spent < 15_000, "ms"


def test_what_is_not_a_session_is_named(server: web.Server) -> None:
    server.enter()
    for key in ("1.2", "", "../..", "%00", EVIL, ID):
        status, answer = server.get(f"/page/why?key={subprocess.list2cmdline([key]).replace(' ', '%20')}")
        assert (status, answer["error"]) == (400, "that session is gone")
