"""Controls an open fzf through its private socket (`--listen=PATH`, fzf 0.66), which speaks HTTP.

A POST carries actions, which run in fzf's event loop; a GET returns its state. While fzf runs a program it answers 503
after two seconds.
"""

from __future__ import annotations

from cst.jsonl import parse
from cst.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_PATIENCE = 3.0  # seconds


class State(Value):
    """What fzf shows: the highlighted row ("" = none), the query, and which rows are marked."""

    row: str
    query: str
    marked: Sequence[str]  # the marked rows, as many as were asked for


class SearchResult(Value):
    """What its search found, as far as it is over."""

    row: str  # highlighted ("" = none)
    query: str  # in the query line; the rows may be those of an older one
    number: int
    rows: Mapping[str, str]  # what is shown and searched, without colours, by key; as many as were asked for


def _row(item: object) -> str:
    """The row of an item as fzf prints it: the hidden first column."""
    text = item.get("text") if isinstance(item, dict) else ""
    return str(text or "").partition("\t")[0]


def _rows(items: object) -> tuple[str, ...]:
    return tuple(map(_row, _list(items)))


def _list(items: object) -> list[object]:
    return items if isinstance(items, list) else []


def _texts(items: Sequence[object]) -> Iterator[tuple[str, str]]:
    """The key and the rest of each item."""
    for item in items:
        if isinstance(item, dict):
            row, _, text = str(item.get("text") or "").partition("\t")
            yield row, text


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
        fields = self._get(most)
        if fields is None:
            return None
        return State(_row(fields.get("current")), str(fields.get("query") or ""), _rows(fields.get("selected")))

    def found(self, most: int) -> SearchResult | None:
        """What its search found, with `most` rows at most; None if it does not answer."""
        fields = self._get(most)
        if fields is None:
            return None
        number = fields.get("matchCount")
        return SearchResult(
            _row(fields.get("current")), str(fields.get("query") or ""), number if isinstance(number, int) else 0,
            dict(_texts([fields.get("current"), *_list(fields.get("matches"))])),
        )  # fmt: skip

    def _get(self, most: int) -> dict[str, object] | None:
        head, _, body = self._request(b"GET /?limit=%d HTTP/1.1\r\n\r\n" % most).partition(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            return None
        try:
            return parse(body)
        except ValueError:
            return None

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
