"""What an open fzf is asked and told, through its private socket (`--listen=PATH`, fzf 0.66): HTTP with one line each.

A POST carries actions; they run in fzf's event loop. fzf answers 503 after two seconds while it runs a program.
"""

from __future__ import annotations

from cst.jsonl import parse
from cst.model import Value

_PATIENCE = 3.0  # seconds


class State(Value):
    """What the person sees: the key of the row under the cursor, the query, and whether rows are marked."""

    key: str
    query: str
    marked: bool


class Server:
    """The fzf that listens at `path`. Nothing raises: an fzf that has gone has nothing to say."""

    def __init__(self, path: str) -> None:
        self._path = path

    def post(self, *actions: str) -> bool:
        """Run actions; whether fzf took them. An action in the colon form has to be the last one."""
        body = "+".join(actions).encode("utf-8", "replace")
        head = b"POST / HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % len(body)
        return self._said(head + body).startswith(b"HTTP/1.1 200")

    def state(self) -> State | None:
        """What it shows now; None where it does not answer."""
        head, _, body = self._said(b"GET /?limit=1 HTTP/1.1\r\n\r\n").partition(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            return None
        try:
            told = parse(body)
        except ValueError:
            return None
        current, query = told.get("current"), told.get("query")
        text = current.get("text") if isinstance(current, dict) else ""
        return State(
            str(text or "").partition("\t")[0], query if isinstance(query, str) else "", bool(told.get("selected"))
        )

    def _said(self, request: bytes) -> bytes:
        import socket  # 0.3 x the start of Python, while fzf paints its first rows

        line = socket.socket(socket.AF_UNIX)
        line.settimeout(_PATIENCE)
        pieces = []
        try:
            line.connect(self._path)
            line.sendall(request)
            while piece := line.recv(65536):
                pieces.append(piece)
        except OSError:
            pass
        finally:
            line.close()
        return b"".join(pieces)
