"""How soon the rows of all history come: `python -m bench.history [--old N] [--runs N]`.

Each old session has a transcript of 26 KB and ten prompts in the client's history.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path

CST = str(Path(sys.executable).parent / "cst")
_FIRST = 50


def make(root: Path, count: int) -> None:
    """Transcripts in 200 projects, the newest first in the client's history."""
    claude, now = root / ".claude", time.time()
    shape = json.dumps({"type": "api-request-shape", "shape": "x" * 15_000}) + "\n"
    claude.mkdir()
    with (claude / "history.jsonl").open("w") as history:  # oldest first, as the client appends
        for number in reversed(range(count)):
            session, cwd, at = str(uuid.uuid4()), f"/home/u/project-{number % 200}", now - number * 60
            path = claude / "projects" / cwd.replace("/", "-") / f"{session}.jsonl"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(shape + "".join(json.dumps(line) + "\n" for line in _transcript(session, cwd, number)))
            os.utime(path, (at, at))
            for prompt in range(10):
                said = f"prompt {prompt} of {number} " + "about this and that " * 6
                line = {"display": said, "pastedContents": {}, "timestamp": int(at * 1000), "project": cwd}
                history.write(json.dumps({**line, "sessionId": session}, separators=(",", ":")) + "\n")


def _transcript(session: str, cwd: str, number: int) -> list[dict[str, object]]:
    common: dict[str, object] = {"cwd": cwd, "gitBranch": "main", "sessionId": session, "version": "2.1.329"}
    said: list[object] = [{"type": "text", "text": f"answer {number} " + "word " * 300}]
    return [
        {"type": "user", "message": {"role": "user", "content": "go"}, **common},
        *({"type": "assistant", "message": {"role": "assistant", "content": said}, **common} for _ in range(6)),
        {"type": "ai-title", "aiTitle": f"A title of session {number}", "sessionId": session},
        {"type": "last-prompt", "lastPrompt": f"the last prompt of {number}", "sessionId": session},
    ]


def once(words: list[str], env: dict[str, str]) -> tuple[float, float, int]:
    """Seconds from spawn to the first rows and to the end, and how many rows there were."""
    begun = time.perf_counter()
    with subprocess.Popen(words, env=env, stdout=subprocess.PIPE) as process:
        assert process.stdout
        rows, first = 0, 0.0
        for _ in process.stdout:
            rows += 1
            first = time.perf_counter() - begun if rows == _FIRST else first
    return first, time.perf_counter() - begun, rows


def main() -> int:
    """Make them, measure, and remove them."""
    parser = argparse.ArgumentParser(prog="python -m bench.history", description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--old", type=int, default=10_000)
    asked = parser.parse_args()
    root = Path(tempfile.mkdtemp(prefix="cst-bench."))
    try:
        make(root, asked.old)
        env = {"HOME": str(root), "PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
        found = [
            (once([sys.executable, "-c", "pass"], env)[1], *once([CST, "past", "--width", "100"], env))
            for _ in range(asked.runs)
        ]
    finally:
        shutil.rmtree(root, ignore_errors=True)
    print(f"{asked.old} old transcripts, {found[0][3]} rows, load {os.getloadavg()[0]:.1f}, {asked.runs} runs")
    print(f"{'':16} {'median':>10} {'x floor':>8} {'least':>10} {'x floor':>8}")
    floor, least = statistics.median(run[0] for run in found), min(run[0] for run in found)
    for name, i in (("floor", 0), (f"first {_FIRST} rows", 1), ("all rows", 2)):
        middle, best = statistics.median(run[i] for run in found), min(run[i] for run in found)
        print(f"{name:16} {middle * 1000:7.1f} ms {middle / floor:8.1f} {best * 1000:7.1f} ms {best / least:8.1f}")
    print(f"largest process  {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024:7.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
