"""A stand-in for the Anthropic Messages API on loopback; `mock_script` says what it answers.

python -m tests.lab.mock_api prints its URL and serves until terminated.
"""
from __future__ import annotations

import argparse
import json
import select
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.lab.mock_script import ApiError, Json, Reply, answer, newest_prompt

ERROR_KINDS = {400: "invalid_request_error", 401: "authentication_error", 403: "permission_error",
               404: "not_found_error", 413: "request_too_large", 429: "rate_limit_error",
               500: "api_error", 529: "overloaded_error"}

def whole_message(body: Json, reply: Reply) -> Json:
    size = len(json.dumps(body)) // 4
    calls = any(block["type"] == "tool_use" for block in reply.blocks)
    return {"id": f"msg_{uuid.uuid4().hex[:24]}", "type": "message", "role": "assistant",
            "model": body.get("model", "claude-lab"), "content": reply.blocks,
            "stop_reason": "tool_use" if calls else "end_turn", "stop_sequence": None,
            "usage": {"input_tokens": 4, "cache_creation_input_tokens": 0,
                      "cache_read_input_tokens": size if reply.prompt_tokens is None else reply.prompt_tokens,
                      "output_tokens": 1 + len(json.dumps(reply.blocks)) // 4}}


def events(message: Json) -> Iterator[Json]:
    """The server-sent events of a streamed message, text line by line."""
    yield {"type": "message_start", "message": message | {"content": [], "stop_reason": None}}
    for index, block in enumerate(message["content"]):
        yield from ({"index": index} | event for event in block_events(block))
    yield {"type": "message_delta", "usage": message["usage"],
           "delta": {"stop_reason": message["stop_reason"], "stop_sequence": None}}
    yield {"type": "message_stop"}


def block_events(block: Json) -> Iterator[Json]:
    if block["type"] == "text":
        empty: Json = {"text": ""}
        deltas = [{"type": "text_delta", "text": line} for line in block["text"].splitlines(keepends=True)]
    elif block["type"] == "thinking":
        empty = {"thinking": "", "signature": ""}
        deltas = [{"type": f"{part}_delta", part: block[part]} for part in ("thinking", "signature")]
    else:
        empty = {"input": {}}
        deltas = [{"type": "input_json_delta", "partial_json": json.dumps(block["input"])}]
    yield {"type": "content_block_start", "content_block": block | empty}
    yield from ({"type": "content_block_delta", "delta": delta} for delta in deltas)
    yield {"type": "content_block_stop"}


class Handler(BaseHTTPRequestHandler):
    """One connection of a client."""

    protocol_version = "HTTP/1.1"
    server: MockApi

    def do_HEAD(self) -> None:
        self.send({})

    def do_GET(self) -> None:
        self.send({})

    def do_POST(self) -> None:
        body: Json = json.loads(self.rfile.read(int(self.headers.get("content-length") or 0)) or b"{}")
        self.server.note(self.path, body)
        try:
            if self.path.partition("?")[0] != "/v1/messages":
                raise ApiError(404)
            with self.server.lock:
                reply = answer(body, self.server.failures)
            self.wait(reply.silence)
            message = whole_message(body, reply)
            self.stream(message, reply.pause) if body.get("stream") else self.send(message)
        except ApiError as error:
            kind = ERROR_KINDS.get(error.status, "api_error")
            told = {"type": kind, "message": f"the lab says {kind}"}
            self.send({"type": "error", "error": told}, error.status, error.headers)
        except ConnectionError:  # the user pressed Escape
            self.close_connection = True

    def wait(self, seconds: float) -> None:
        """Pause; raises ConnectionError as soon as the client hangs up."""
        if seconds and select.select([self.connection], [], [], seconds)[0]:
            raise ConnectionResetError

    def stream(self, message: Json, pause: float) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("connection", "close")
        for name, value in self.limits().items():
            self.send_header(name, value)
        self.end_headers()
        lines = 0
        for event in events(message):
            is_text = event.get("delta", {}).get("type") == "text_delta"
            self.wait(pause if is_text and lines else 0.0)
            lines += is_text
            self.wfile.write(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode())

    def limits(self) -> dict[str, str]:
        """What a subscriber, who comes with a token and not with a key, is told of the limits."""
        if "authorization" not in self.headers:
            return {}
        now, told = int(time.time()), {}
        for window, used, left in (("5h", "0.4237", 3 * 3600), ("7d", "0.615", 4 * 86400)):
            told[f"anthropic-ratelimit-unified-{window}-utilization"] = used
            told[f"anthropic-ratelimit-unified-{window}-reset"] = str(now + left)
        return {**told, "anthropic-ratelimit-unified-status": "allowed",
                "anthropic-ratelimit-unified-representative-claim": "five_hour"}

    def send(self, content: Json, status: int = 200, headers: dict[str, str] | None = None) -> None:
        data = json.dumps(content).encode()
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def log_message(self, *_: Any) -> None:
        """Nothing on stderr: `MockApi.note` keeps the log."""


class MockApi(ThreadingHTTPServer):
    """The server; `log` names a file that gets one JSON line per request."""

    daemon_threads = True

    def __init__(self, port: int = 0, log: str | None = None) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.lock = threading.Lock()
        self.failures: dict[str, Counter[int]] = {}
        self.log = open(log, "a", buffering=1) if log else None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def note(self, path: str, body: Json) -> None:
        """Log a request: when, where to, the prompt it answers and how far that script is."""
        if self.log:
            prompt, played = newest_prompt(body.get("messages") or [])
            self.log.write(json.dumps({"time": time.time(), "path": path, "prompt": prompt[:300],
                                       "played": played, "tools": len(body.get("tools") or [])}) + "\n")


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 (the default) takes a free one")
    parser.add_argument("--log", help="append a JSON line for each request to this file")
    args = parser.parse_args(argv)
    server = MockApi(args.port, args.log)
    print(server.url, flush=True)
    server.serve_forever()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
