"""Controls an open fzf through its private socket (`--listen=PATH`, fzf 0.66), which speaks HTTP.

A POST carries actions, which run in fzf's event loop; a GET returns its state. While fzf runs a program it answers 503
after two seconds.
"""

from __future__ import annotations

from cst.jsonl import parse
from cst.model import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_PATIENCE = 3.0  # seconds


class State(Value):
    """What fzf shows: the highlighted row ("" = none), the query, and which rows are marked."""

    row: str
    query: str
    marked: Sequence[str]  # the marked rows, as many as were asked for


def _row(item: object) -> str:
    """The row of an item as fzf prints it: the hidden first column."""
    text = item.get("text") if isinstance(item, dict) else ""
    return str(text or "").partition("\t")[0]


def _rows(items: object) -> tuple[str, ...]:
    return tuple(_row(item) for item in items) if isinstance(items, list) else ()


class Remote:
    """The fzf that listens at `path`. No method raises if it is busy or gone."""

    def __init__(self, path: str) -> None:
        self._path = path

    def post(self, *actions: str) -> bool:
        """Make fzf run these actions; returns whether it accepted them. One in the colon form has to be the last."""
        body = "+".join(actions).encode("utf-8", "replace")
        head = b"POST / HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % len(body)
        return self._request(head + body).startswith(b"HTTP/1.1 200")

    def state(self, most: int = 1) -> State | None:
        """What it shows now, with `most` marked rows at most; None if it does not answer."""
        head, _, body = self._request(b"GET /?limit=%d HTTP/1.1\r\n\r\n" % most).partition(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            return None
        try:
            fields = parse(body)
        except ValueError:
            return None
        current, query = fields.get("current"), fields.get("query")
        return State(_row(current), query if isinstance(query, str) else "", _rows(fields.get("selected")))

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
