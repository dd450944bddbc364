"""The budgets of CONTRIBUTING.md, measured: each path as a multiple of `python -c pass` in the same run.

    python -m bench [--runs N] [--sessions 1,50] [--old 0,2000]

The cases take turns, so that a noisy moment falls on all of them: hyperfine runs them one after another, and on a
shared machine the last one loses. Medians; the spread is the middle half.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

from bench.fleet import Fleet
from bench.painted import first_row

ROOT = Path(__file__).parent.parent
CST = str(Path(sys.executable).parent / "cst")
_ID = "0f0f0f0f-0000-4000-8000-000000000000"
PAYLOAD = b'{"session_id":"%s","hook_event_name":"Stop","x":"%s"}' % (_ID.encode(), b"y" * 2000)
BUDGETS = {
    "hook": 0.45, "status": 3.0, "next": 3.5, "rows": 4.0, "preview": 4.0, "ls --json": 4.0, "pick, first row": 7.0,
}  # fmt: skip


def seconds(words: list[str], env: dict[str, str], given: bytes = b"") -> float:
    """How long one run of a program takes, from spawn to exit."""
    begun = time.perf_counter()
    subprocess.run(words, env=env, input=given, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    return time.perf_counter() - begun


def measure(fleet: Fleet, runs: int) -> dict[str, list[float]]:
    """Seconds of each case, `runs` of each, in turns."""
    env = fleet.env
    key = fleet.ids[0]
    hook_env = {**env, "CLAUDE_CODE_SESSION_ID": _ID, "CLAUDE_PID": "1"}
    cases = {
        "floor": lambda: seconds([sys.executable, "-c", "pass"], env),
        "hook": lambda: seconds(["/bin/sh", str(ROOT / "shell/hook.sh")], hook_env, PAYLOAD),
        "status": lambda: seconds([CST, "status", "--format", "tmux"], env),
        "next": lambda: seconds([CST, "next", "--peek"], env),
        "rows": lambda: seconds([CST, "rows", "--width", "100"], env),
        "preview": lambda: seconds([CST, "preview", key, "--width", "80", "--height", "40"], env),
        **{
            f"preview, {page}": lambda page=page: seconds([CST, "preview", key, "--page", page, "--height", "40"], env)
            for page in ("screen", "why", "changes", "conversation")
        },
        "ls --json": lambda: seconds([CST, "ls", "--json"], env),
        "pick, first row": lambda: first_row([CST, "pick"], env),
    }
    found: dict[str, list[float]] = {name: [] for name in cases}
    for number in range(runs + 2):
        for name, case in cases.items():
            took = case()
            if number >= 2:  # the first two rounds warm the page cache
                found[name].append(took)
        if sys.stderr.isatty():
            print(f"\r{number + 1}/{runs + 2} rounds", end="", file=sys.stderr, flush=True)
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr)
    return found


def table(found: dict[str, list[float]]) -> list[str]:
    """Lines: path, median, ratio with its middle half, budget."""
    floor = statistics.median(found["floor"])
    lines = [f"{'path':18} {'median':>9} {'x floor':>8} {'middle half':>13} {'budget':>7}"]
    for name, times in found.items():
        low, middle, high = statistics.quantiles(times, n=4)
        budget = BUDGETS.get(name)
        verdict = "" if budget is None else "ok" if middle / floor <= budget else "OVER"
        half = f"{low / floor:.2f}-{high / floor:.2f}"
        wanted = f"{budget:.2f}" if budget else ""
        lines.append(f"{name:18} {middle * 1000:6.1f} ms {middle / floor:8.2f} {half:>13} {wanted:>7} {verdict}")
    return lines


def main() -> int:
    """Measure every combination that was asked for."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--sessions", default="1,50", help="how many live sessions, with commas")
    parser.add_argument("--old", default="0,2000", help="how many old transcripts, with commas")
    asked = parser.parse_args()
    print(f"Python {sys.version.split()[0]}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, {asked.runs} runs")
    for old in map(int, asked.old.split(",")):
        for count in map(int, asked.sessions.split(",")):
            with Fleet(count, old) as fleet:
                found = measure(fleet, asked.runs)
            print(f"\n{count} live sessions with hooks, {old} old transcripts")
            print("\n".join(table(found)), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
