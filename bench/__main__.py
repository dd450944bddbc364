"""The budgets of CONTRIBUTING.md, measured: each path as a multiple of `python -c pass` in the same run.

    python -m bench [--runs N] [--sessions 50,200] [--hooks with,without] [--old 0] [--history 0]

The cases take turns, so that a noisy moment falls on all of them: hyperfine runs them one after another, and on a
shared machine the last one loses. Only runs count in which no processor stood still (bench/still.py); how many did is
said. A path is judged by its lower quarter over that of the floor; the medians stand beside it. What else on this
machine lists sessions is measured beside it: `claude agents --json`, of the lab's client or of the one on PATH.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from bench.fleet import Fleet
from bench.painted import first_row
from bench.still import Run, Sample, Watch

ROOT = Path(__file__).parent.parent
CST = str(Path(sys.executable).parent / "cst")
_ID = "0f0f0f0f-0000-4000-8000-000000000000"
PAYLOAD = b'{"session_id":"%s","hook_event_name":"Stop","x":"%s"}' % (_ID.encode(), b"y" * 2000)
# What the client tells its status line.
TOLD = (ROOT / "tests/data/payloads.jsonl").read_text().splitlines()[9]
# Path -> budgets: up to so many sessions, with hooks, without. At most what the first that is not smaller says.
BUDGETS: dict[str, tuple[tuple[int, float, float], ...]] = {
    "hook": ((500, 0.45, 0.45),),
    "status": ((50, 2.5, 3.0), (200, 4.5, 5.5), (500, 12, 14)),
    "next": ((50, 3.0, 3.5), (200, 5.0, 6.0)),
    "statusline": ((50, 2.5, 2.5), (200, 4.5, 5.5)),
    "rows": ((50, 3.3, 4.0), (200, 7.0, 8.0)),
    "ls --json": ((50, 3.3, 4.0), (200, 7.0, 8.0)),
    "preview": ((50, 4.0, 4.5),),
    "pick, first row": ((50, 7.0, 7.0),),
}


def budget(path: str, sessions: int, hooks: bool) -> float | None:
    """What a path may cost with so many live sessions; None where nothing is promised."""
    return next((w if hooks else without for most, w, without in BUDGETS.get(path, ()) if sessions <= most), None)


def whole(words: list[str], env: dict[str, str], given: bytes = b"") -> Run:
    """One run of a program, from spawn to exit."""
    begun = time.perf_counter()
    with contextlib.suppress(subprocess.TimeoutExpired):
        subprocess.run(
            words, env=env, input=given, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False, timeout=60
        )
    return begun, time.perf_counter()


def rivals() -> dict[str, list[str]]:
    """What else lists sessions here, and how it is called. It sees the made-up home and nothing of the person's."""
    from tests.lab.install import installed_client

    client = installed_client() or shutil.which("claude")
    return {"claude agents --json": [str(client), "agents", "--json"]} if client else {}


def measure(fleet: Fleet, watch: Watch, runs: int) -> dict[str, Sample]:
    """Each case in turns, until each was left alone `runs` times, or for eight times as many rounds."""
    env = fleet.env
    key = fleet.ids[0]
    told = json.dumps({**json.loads(TOLD)["payload"], "workspace": {"current_dir": str(fleet.project)}}).encode()
    hook_env = {**env, "CLAUDE_CODE_SESSION_ID": _ID, "CLAUDE_PID": "1"}
    cases: dict[str, Callable[[], Run]] = {
        "floor": lambda: whole([sys.executable, "-c", "pass"], env),
        "hook": lambda: whole(["/bin/sh", str(ROOT / "shell/hook.sh")], hook_env, PAYLOAD),
        "status": lambda: whole([CST, "status", "--format", "tmux"], env),
        "next": lambda: whole([CST, "next", "--peek"], env),
        "statusline": lambda: whole([CST, "statusline"], env, told),
        "rows": lambda: whole([CST, "rows", "--width", "100"], env),
        "preview": lambda: whole([CST, "preview", key, "--width", "80", "--height", "40"], env),
        **{
            f"preview, {page}": partial(whole, [CST, "preview", key, "--page", page, "--height", "40"], env)
            for page in ("screen", "why", "changes", "conversation")
        },
        "ls --json": lambda: whole([CST, "ls", "--json"], env),
        "pick, first row": lambda: first_row([CST, "pick"], env),
        **{name: partial(whole, words, env) for name, words in rivals().items()},
    }
    found: dict[str, list[float]] = {name: [] for name in cases}
    number = 0
    while number < 2 + 8 * runs and (number < 2 or min(map(len, found.values())) < runs):
        number += 1
        for name, case in cases.items():
            for what, run in ((name, case()), ("floor", cases["floor"]())):  # a floor after each
                if number > 2 and not watch.disturbed(*run):  # the first two rounds warm the page cache
                    found[what].append(run[1] - run[0])
        if sys.stderr.isatty():
            print(f"\r{number} rounds, {min(map(len, found.values()))}/{runs}", end="", file=sys.stderr, flush=True)
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr)
    each = {name: (number - 2) * (len(cases) + 1 if name == "floor" else 1) for name in cases}
    return {name: Sample(times, each[name]) for name, times in found.items()}


def table(found: dict[str, Sample], sessions: int, hooks: bool) -> list[str]:
    """Lines: path, its lower quarter in ms and over the floor's, budget, verdict, the medians, runs that count."""
    floor, half, _ = statistics.quantiles(found["floor"].seconds, n=4)
    lines = [f"{'path':21} {'quarter':>9} {'x floor':>8} {'budget':>7} {'':4} {'median':>9} {'x floor':>8} {'runs':>9}"]
    for name, (times, runs) in found.items():
        if len(times) < 5:
            lines.append(f"{name:21} the machine ran too seldom for this: {len(times)} of {runs} runs")
            continue
        low, middle, _ = statistics.quantiles(times, n=4)
        most = budget(name, sessions, hooks)
        verdict = "" if most is None else "ok" if low / floor <= most else "OVER"
        lines.append(f"{name:21} {low * 1000:6.1f} ms {low / floor:8.2f} {most or '':>7} {verdict:4} "
                     f"{middle * 1000:6.1f} ms {middle / half:8.2f} {f'{len(times)}/{runs}':>9}")  # fmt: skip
    return lines


def main() -> int:
    """Measure every combination that was asked for."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=15, help="how many undisturbed runs of each path")
    parser.add_argument("--sessions", default="50,200", help="how many live sessions, with commas")
    parser.add_argument("--hooks", default="with,without", help="with, without, or both with a comma")
    parser.add_argument("--old", default="0", help="how many old transcripts, with commas")
    parser.add_argument("--history", default="0", help="how many old marks and records of killed sessions, with commas")
    asked = parser.parse_args()
    print(f"Python {sys.version.split()[0]}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, {asked.runs} runs")
    kinds = itertools.product(*(getattr(asked, name).split(",") for name in ("history", "old", "sessions", "hooks")))
    for history, old, count, hooks in kinds:
        with Watch() as watch, Fleet(int(count), int(old), hooks == "with", int(history)) as fleet:
            found = measure(fleet, watch, asked.runs)
        print(f"\n{count} live sessions {hooks} hooks, {old} old transcripts, {history} old marks and records")
        print("\n".join(table(found, int(count), hooks == "with")), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
