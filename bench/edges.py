"""What odd sizes cost: `python -m bench.edges [--runs N] [--sessions 500]`.

Settings of 5 MB, 8 MB of newlines in a conversation, 100 MB of marks, hundreds of live sessions, and 12,000 marks with
10,000 records of killed sessions over the same without. In processor time, which a busy machine does not make longer by
much: the lower quarter of the runs, in seconds and over that of `python -c pass`. The cases take turns.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

from bench.fleet import Fleet, marks

CST = str(Path(sys.executable).parent / "cst")
FLOOR = "python -c pass"


def spent(words: list[str], env: dict[str, str]) -> float:
    """Seconds of processor time of a program and of all that it has waited for."""
    null = subprocess.DEVNULL
    process = subprocess.Popen(words, env=env, stdin=null, stdout=null, stderr=null)
    _, _, usage = os.wait4(process.pid, 0)
    process.returncode = 0
    return usage.ru_utime + usage.ru_stime


def quarter(cases: dict[str, tuple[list[str], dict[str, str]]], runs: int) -> dict[str, float]:
    """The lower quarter of each case."""
    found: dict[str, list[float]] = {name: [] for name in cases}
    for _ in range(runs):
        for name, (words, env) in cases.items():
            found[name].append(spent(words, env))
    return {name: statistics.quantiles(times, n=4)[0] for name, times in found.items()}


def report(found: dict[str, float]) -> None:
    """A line for each."""
    for name, seconds in found.items():
        print(f"{name:50} {seconds:7.3f} s {seconds / found[FLOOR]:8.1f} x", flush=True)


def files(fleet: Fleet) -> dict[str, tuple[list[str], dict[str, str]]]:
    """The cases of large files."""
    home = fleet.root / "home"
    rules = [f"Bash(npm run {number} with some words:*)" for number in range(5_000_000 // 50)]
    settings = home / "large"
    settings.mkdir()
    (settings / "settings.json").write_text(json.dumps({"permissions": {"allow": rules}}, indent=2))
    begin = time.time() - 60 * 86400
    lines = marks(1000, begin)
    state = home / "state/marks"
    state.mkdir(parents=True)
    with (state / "v1.jsonl").open("w") as file:
        for _ in range(100_000_000 // len(lines)):
            file.write(lines)
    path = max(home.glob(".claude/projects/*/*.jsonl"), key=lambda one: "x" * (one.stat().st_size < 1 << 20) + one.name)
    said = {"type": "text", "text": "a" + "\n" * 8_000_000 + "b"}
    line = {"type": "assistant", "message": {"role": "assistant", "content": [said]}, "sessionId": path.stem}
    with path.open("a") as file:
        file.write(json.dumps(line) + "\n")
    page = [CST, "preview", path.stem, "--page", "conversation", "--width", "100", "--height", "45"]
    return {
        "hooks install, settings of 5 MB": (
            [CST, "hooks", "install", "--dry-run"], {**fleet.env, "CLAUDE_CONFIG_DIR": str(settings)}),
        "conversation page, 8 MB of newlines": (page, fleet.env),
        "doctor, 100 MB of marks": ([CST, "doctor"], {**fleet.env, "CST_STATE_DIR": str(home / "state")}),
        "doctor, no marks": ([CST, "doctor"], fleet.env),
    }  # fmt: skip


def main() -> int:
    """Measure all."""
    parser = argparse.ArgumentParser(prog="python -m bench.edges", description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=12)
    parser.add_argument("--sessions", type=int, default=500)
    asked = parser.parse_args()
    print(f"Python {sys.version.split()[0]}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, {asked.runs} runs")
    floor = [sys.executable, "-c", "pass"]
    looks = {"status": [CST, "status", "--format", "tmux"], "ls --json": [CST, "ls", "--json"], "rows": [CST, "rows"]}
    with Fleet(5, 0) as fleet:
        report(quarter({FLOOR: (floor, fleet.env), **files(fleet)}, max(3, asked.runs // 3)))
    with Fleet(asked.sessions, 0) as fleet:
        cases = {f"{name}, {asked.sessions} sessions": (words, fleet.env) for name, words in looks.items()}
        report(quarter({FLOOR: (floor, fleet.env), **cases}, asked.runs))
    with Fleet(50, 0) as new, Fleet(50, 0, history=12_000) as old:
        cases = {f"{name}, {what}": (words, fleet.env) for name, words in looks.items()
                 for what, fleet in (("no history", new), ("12,000 marks and records", old))}  # fmt: skip
        found = quarter({FLOOR: (floor, new.env), **cases}, asked.runs)
        report(found)
        for name in looks:
            ratio = found[f"{name}, 12,000 marks and records"] / found[f"{name}, no history"]
            print(f"{name}: {ratio:.2f} x of without history")
    return 0


if __name__ == "__main__":
    sys.exit(main())
