"""`cst web` in a process of its own, and requests to it that a browser would not make."""

from __future__ import annotations

import contextlib
import http.client
import json
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from typing import Any

from tests.testing import ROOT, until


class Server:
    """One start of `cst web`. `said` is all that it has printed so far."""

    def __init__(self, argv: list[str], env: Mapping[str, str]) -> None:
        self.process = subprocess.Popen(
            argv, env=dict(env), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            start_new_session=True,
        )  # fmt: skip
        self.said = ""
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        found = until(lambda: re.match(r"http://127\.0\.0\.1:(\d+)/#(\S+)\n", self.said), 30)
        self.url, self.port, self.token = found[0].strip(), int(found[1]), found[2]
        self.host = f"127.0.0.1:{self.port}"
        self.base = self.cookie = ""

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.said += line

    def ask(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body of the answer to exactly this request; a header of "" is left out."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        given = {"Host": self.host, **(headers or {})}
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in given.items():
            if value:
                connection.putheader(name, value)
        if body is not None:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        try:
            answer = connection.getresponse()
            return answer.status, {n.lower(): v for n, v in answer.getheaders()}, answer.read()
        finally:
            connection.close()

    def post(self, path: str, given: object, **headers: str) -> tuple[int, Any]:
        """A POST as our own page makes it, but for these headers."""
        own = {"Origin": f"http://{self.host}", "Content-Type": "application/json", "Cookie": self.cookie}
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        status, _, body = self.ask("POST", path, {**own, **more}, json.dumps(given).encode())
        return status, json.loads(body)

    def get(self, path: str, **headers: str) -> tuple[int, Any]:
        """A GET of the data below the base path, as our own page makes it, but for these headers."""
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        status, _, body = self.ask("GET", self.base + path, {"Cookie": self.cookie, **more})
        return status, json.loads(body)

    def enter(self) -> None:
        """Exchange the token for a cookie."""
        own = {"Origin": f"http://{self.host}", "Content-Type": "application/json"}
        status, headers, body = self.ask("POST", "/login", own, json.dumps({"token": self.token}).encode())
        assert status == 200, body
        self.base, self.cookie = json.loads(body)["base"], headers["set-cookie"].partition(";")[0]

    def listens(self) -> bool:
        """Whether anybody takes connections on its port."""
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self) -> None:
        self.process.kill()
        self.process.wait(10)
        self._reader.join(5)


@contextlib.contextmanager
def started(env: Mapping[str, str], *words: str, cst: list[str] | None = None) -> Iterator[Server]:
    """`cst web WORDS` on a free port, ended with the `with`."""
    server = Server([*(cst or [sys.executable, str(ROOT / "shell" / "cst")]), "web", "--port", "0", *words], env)
    try:
        yield server
    finally:
        server.stop()
