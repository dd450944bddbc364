"""What `cst cost` and ccusage say of the same transcripts: `python tools/ccusage.py PATH/TO/ccusage`.

Each case is a folder of Claude Code's with made-up answers; docs/cost.md explains each difference. ccusage runs with
--offline, that is with the prices that it was built with.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

CST = str(Path(sys.executable).parent / "cst")
ONE, OTHER = (f"{digit}1111111-2222-4333-8444-555555555555" for digit in "12")


def answer(
    model: str = "claude-opus-4-5-20251101", session: str = ONE, request: str = "r1", **usage: Any
) -> dict[str, Any]:
    """A line of an answer of 100,000 tokens, where nothing else is said."""
    used = {"input_tokens": 0, "output_tokens": 100_000, "cache_creation_input_tokens": 0, "cache_read_input_tokens": 0}
    message = {"id": "m1", "role": "assistant", "model": model, "content": [], "usage": {**used, **usage}}
    line = {"type": "assistant", "uuid": "u", "sessionId": session, "cwd": "/x", "version": "2.1.332",
            "message": message, "timestamp": "2026-11-20T15:00:00.000Z"}  # fmt: skip
    return {**line, "requestId": request} if request else line


CASES: dict[str, list[dict[str, Any]]] = {
    "one answer": [answer()],
    "two lines, the second complete": [answer(output_tokens=10), answer()],
    "copied with its request's id (a fork)": [answer(), answer(session=OTHER)],
    "copied without one (a fork behind a gateway)": [answer(request=""), answer(session=OTHER, request="")],
    "copied with another request's id": [answer(), answer(request="r2")],
    "written for an hour": [answer(output_tokens=0, cache_creation_input_tokens=100_000, cache_creation={
        "ephemeral_1h_input_tokens": 100_000, "ephemeral_5m_input_tokens": 0})],
    "computed in the US on request": [answer(inference_geo="us")],
    "five web searches": [answer(server_tool_use={"web_search_requests": 5})],
    "another model asked for": [{**answer(), "requestedModel": "claude-sonnet-4-5"}],
    "a prompt of 300,000 tokens, Sonnet 4.5": [answer("claude-sonnet-4-5", output_tokens=0, input_tokens=300_000)],
    "a fast answer of Opus 4.6": [answer("claude-opus-4-6", speed="fast")],
    "a new model": [answer("claude-opus-5-5")],
    "no model of anybody's": [answer("claude-nonsense-9")],
}  # fmt: skip


def both(ccusage: str, root: Path, lines: list[dict[str, Any]]) -> tuple[str, str]:
    """What the two say, in dollars; with ? where a price is not known."""
    for session in (ONE, OTHER):
        path = root / f"projects/-x/{session}.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        told = [json.dumps(one, separators=(",", ":")) for one in lines if one["sessionId"] == session]
        path.write_text("".join(line + "\n" for line in told))
    env = {"HOME": str(root), "PATH": os.environ["PATH"], "CLAUDE_CONFIG_DIR": str(root), "TZ": "UTC"}

    def run(*words: str) -> dict[str, Any]:
        done = subprocess.run(words, env=env, capture_output=True, text=True, check=True)
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    theirs = run(ccusage, "daily", "--json", "--offline")["totals"]
    ours = run(CST, "cost", "all", "--json")
    return (
        f"{theirs['totalCost']:.2f}{' ?' * bool(theirs.get('unpricedModels'))}",
        f"{ours['total']['dollars']:.2f}{' ?' * bool(ours['unknown_models'])}",
    )


def main() -> int:
    """One line for each case."""
    ccusage = sys.argv[1]
    print(subprocess.run([ccusage, "--version"], capture_output=True, text=True, check=True).stdout.strip())
    for name, lines in CASES.items():
        with tempfile.TemporaryDirectory() as folder:
            theirs, ours = both(ccusage, Path(folder), lines)
        print(f"{name:46} ccusage {theirs:>8}   cst {ours:>8}{'' if theirs == ours else '   differs'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
