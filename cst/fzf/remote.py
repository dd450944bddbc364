"""Controls an open fzf through its private socket (`--listen=PATH`, fzf 0.66), which speaks HTTP.

A POST carries actions, which run in fzf's event loop; a GET returns its state. While fzf runs a program it answers 503
after two seconds.
"""

from __future__ import annotations

from cst.jsonl import parse
from cst.model import Value

_PATIENCE = 3.0  # seconds


class State(Value):
    """What fzf shows: the highlighted row ("" = none), the query, and whether rows are marked."""

    row: str
    query: str
    marked: bool


class Remote:
    """The fzf that listens at `path`. No method raises if it is busy or gone."""

    def __init__(self, path: str) -> None:
        self._path = path

    def post(self, *actions: str) -> bool:
        """Make fzf run these actions; returns whether it accepted them. One in the colon form has to be the last."""
        body = "+".join(actions).encode("utf-8", "replace")
        head = b"POST / HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % len(body)
        return self._request(head + body).startswith(b"HTTP/1.1 200")

    def state(self) -> State | None:
        """What it shows now, None if it does not answer."""
        head, _, body = self._request(b"GET /?limit=1 HTTP/1.1\r\n\r\n").partition(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            return None
        try:
            fields = parse(body)
        except ValueError:
            return None
        current, query = fields.get("current"), fields.get("query")
        text = current.get("text") if isinstance(current, dict) else ""
        return State(
            str(text or "").partition("\t")[0], query if isinstance(query, str) else "", bool(fields.get("selected"))
        )

    def _request(self, request: bytes) -> bytes:
        """Send it and return the whole response, as far as it came."""
        import socket  # 0.3 x the start of Python, while fzf paints its first rows

        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(_PATIENCE)
        pieces = []
        try:
            connection.connect(self._path)
            connection.sendall(request)
            while piece := connection.recv(65536):
                pieces.append(piece)
        except OSError:
            pass
        finally:
            connection.close()
        return b"".join(pieces)
