"""An MCP server on stdin and stdout whose tools ask the person something: by a form, or by a page to open.

python -m tests.lab.mcp_server; nothing but what the lab's plays call.
"""
from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

Json = dict[str, Any]
FORM: Json = {"message": "Which colour do you want?", "requestedSchema": {
    "type": "object", "required": ["colour"], "properties": {"colour": {"type": "string", "enum": ["red", "blue"]}}}}
PAGE: Json = {"mode": "url", "elicitationId": "lab-1", "url": "https://example.org/sign-in", "message": "Please sign in"}
ASKS = {"form": FORM, "page": PAGE}
TOOLS = ("form", "page", "plain")
_LISTED = "LAB_MCP_LISTED"  # names a file that is there once a client knows the tools


def entry(listed: Path) -> Json:
    """This server for a client's settings. A client takes prompts before its servers have answered: `listed` is made
    once it was told the tools."""
    listed.unlink(missing_ok=True)
    env = {"PYTHONPATH": str(Path(__file__).parents[2]), _LISTED: str(listed)}
    return {"command": sys.executable, "args": ["-m", "tests.lab.mcp_server"], "env": env}


def send(message: Json) -> None:
    sys.stdout.write(json.dumps({"jsonrpc": "2.0", **message}) + "\n")
    sys.stdout.flush()


def result(number: object, content: Json) -> None:
    send({"id": number, "result": content})


def answered(number: object, content: Json) -> None:
    """The result of a tool: what the person said, as text."""
    result(number, {"content": [{"type": "text", "text": json.dumps(content)}]})


def main() -> None:
    asked: dict[str, object] = {}  # our question -> the call that waits for its answer
    for line in sys.stdin:
        message: Json = json.loads(line)
        number, method = message.get("id"), message.get("method")
        if method is None:
            if call := asked.pop(str(number), None):
                answered(call, message.get("result") or {"error": True})
        elif method == "initialize":
            version = message["params"].get("protocolVersion", "2025-06-18")
            result(number, {"protocolVersion": version, "capabilities": {"tools": {}},
                            "serverInfo": {"name": "lab", "version": "1"}})
        elif method == "tools/list":
            schema = {"type": "object", "properties": {}}
            result(number, {"tools": [{"name": one, "description": f"Ask by {one}", "inputSchema": schema} for one in TOOLS]})
            Path(os.environ[_LISTED]).touch()
        elif method == "tools/call" and message["params"]["name"] in ASKS:
            question = f"ask-{number}"
            asked[question] = number
            send({"id": question, "method": "elicitation/create", "params": ASKS[message["params"]["name"]]})
        elif method == "tools/call":
            answered(number, {"plain": True})
        elif number is not None:
            result(number, {})


if __name__ == "__main__":
    main()
