"""How long a bill takes: `python -m bench.costs [--old N] [--runs N]`. The first one reads every transcript, the
next ones what is new.

Each transcript has 40 answers in two lines each, between tool results, 60 KB in all; they are of the last 300 days.
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
_ANSWERS, _DAYS = 40, 300
_VERBS = {
    "today": ["cost"], "month": ["cost", "month"], "all": ["cost", "all"],
    "by session": ["cost", "all", "--by", "session"], "limits": ["limits"],
}  # fmt: skip
# In starts of Python, over 10,000 transcripts; `find -newer` takes 2.3 to ask for the state of as many.
BUDGETS = {"today": 6.5, "today, one grew": 7.0, "month": 11.0, "all": 29.0, "by session": 48.0, "limits": 2.0}


def make(root: Path, count: int) -> list[Path]:
    """Transcripts in 200 projects, the newest last."""
    made, now = [], time.time()
    for number in range(count):
        session, cwd = str(uuid.uuid4()), f"/home/u/project-{number % 200}"
        at = now - (count - number) * _DAYS * 86400 / count
        path = root / ".claude/projects" / cwd.replace("/", "-") / f"{session}.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(transcript(session, cwd, at, range(_ANSWERS))))
        os.utime(path, (at, at))
        made.append(path)
    return made


def transcript(session: str, cwd: str, at: float, numbers: range) -> list[str]:
    """Lines as the client writes them: each answer in two of them, and what its tool said."""
    common = {"cwd": cwd, "gitBranch": "main", "sessionId": session, "version": "2.1.332"}
    lines: list[dict[str, object]] = [{"type": "queue-operation", "timestamp": _stamp(at - 700), "sessionId": session}]
    prompt = {"type": "user", "uuid": session, "timestamp": _stamp(at - 690), "message": {"content": "go"}}
    lines.append({**prompt, **common})
    for number in numbers:
        usage = {"input_tokens": 4, "cache_creation_input_tokens": 900, "cache_read_input_tokens": 60_000,
                 "output_tokens": 300}  # fmt: skip
        message = {"id": f"msg_{session[:8]}{number}", "role": "assistant", "model": "claude-opus-5-5", "usage": usage}
        stamp = _stamp(at - 600 + number * 10)
        for said in ("word " * 40, "call " * 20):
            content = [{"type": "text", "text": said}]
            told = {"type": "assistant", "timestamp": stamp, "message": {**message, "content": content}}
            lines.append({**told, **common})
        result = [{"type": "tool_result", "tool_use_id": "t", "content": "line\n" * 60}]
        lines.append({"type": "user", "timestamp": stamp, "message": {"role": "user", "content": result}, **common})
    return [json.dumps(line, separators=(",", ":")) + "\n" for line in lines]


def _stamp(at: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(at))


def once(words: list[str], env: dict[str, str]) -> float:
    """Seconds of processor time, the kernel's too: this machine may have others to serve."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(words, env=env, stdout=subprocess.DEVNULL, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def verdict(name: str, found: float) -> str:
    """What a bill may take, and whether it does; "" where nothing is promised."""
    most = BUDGETS.get(name)
    return "" if most is None else f"{most:7.1f} {'ok' if found <= most else 'OVER'}"


def main() -> int:
    """Make them, measure, and remove them."""
    parser = argparse.ArgumentParser(prog="python -m bench.costs", description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--old", type=int, default=10_000)
    asked = parser.parse_args()
    root = Path(tempfile.mkdtemp(prefix="cst-bench."))
    env = {"HOME": str(root), "PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
    try:
        made = make(root, asked.old)
        first = once([CST, "cost", "all"], env)
        cases = {"floor": [sys.executable, "-c", "pass"], **{name: [CST, *words] for name, words in _VERBS.items()}}
        found = {name: [once(words, env) for _ in range(asked.runs)] for name, words in cases.items()}
        grown = []
        for number in range(asked.runs):
            with made[-1].open("a") as file:
                file.write(transcript(made[-1].stem, "/home/u/x", time.time(), range(100 + number, 101 + number))[-2])
            grown.append(once([CST, "cost"], env))
        found["today, one grew"] = grown
        size = sum(file.stat().st_size for file in (root / ".local/state/cst/ledgers/v1").iterdir())
    finally:
        shutil.rmtree(root, ignore_errors=True)
    print(f"{asked.old} transcripts, load {os.getloadavg()[0]:.1f}, {asked.runs} runs; processor time")
    print(f"{'':16} {'median':>10} {'x floor':>8} {'budget':>7}")
    floor = statistics.median(found["floor"])
    print(f"{'first, all':16} {first * 1000:7.0f} ms {first / floor:8.1f}")
    for name, times in found.items():
        middle = statistics.median(times)
        print(f"{name:16} {middle * 1000:7.1f} ms {middle / floor:8.1f} {verdict(name, middle / floor)}".rstrip())
    print(f"cache            {size / 1e6:7.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
