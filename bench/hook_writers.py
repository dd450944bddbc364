"""What the hook costs, and what other ways of appending lose: the numbers behind docs/decisions/0003.

    python -m bench.hook_writers [--runs N] [--events N]

Cost: each program takes its turn in every round, so that a noisy moment falls on all of them; medians, as multiples of
`python -c pass` in a clean venv. Losses: 50 loops append to one file at the same time, the payload through a pipe.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path
from string import ascii_letters

HOOK = str(Path(__file__).parent.parent / "shell" / "hook.sh")
ID = "0f0f0f0f-0000-4000-8000-000000000000"
TOOLS = ("awk", "cat", "date", "dd", "mkdir", "timeout", "tr")
WRITERS = 50
SIZES = (2_000, 10_000, 60_000)
LOOP = 'rounds=$1 log=$2; shift 2; while [ $((rounds -= 1)) -ge 0 ]; do cat payload | { eval "$0"; }; done'
WAYS = {
    "{ cat; echo; } >>log": '{ cat; echo; } >>"$log"',
    'printf "$(cat)" >>log': 'printf "%s\\n" "$(cat)" >>"$log"',
    "hook.sh, no perl": f'PATH=$BARE /bin/sh "{HOOK}"',
    "hook.sh": f'/bin/sh "{HOOK}"',
}


def payload(size: int, writer: int = 0) -> bytes:
    """A hook payload of about `size` bytes that tells whose it is in every byte of its bulk."""
    fill = ascii_letters[writer] * size
    return json.dumps({"session_id": ID, "hook_event_name": "Stop", "writer": writer, "fill": fill}).encode()


def seconds(words: list[str], env: dict[str, str], given: str) -> float:
    """From spawn to exit; posix_spawn, because a fork of this process would be most of the time."""
    begun = time.perf_counter()
    pid = os.posix_spawn(words[0], words, env, file_actions=[(os.POSIX_SPAWN_OPEN, 0, given, os.O_RDONLY, 0)])
    os.waitpid(pid, 0)
    return time.perf_counter() - begun


def cost(folder: Path, env: dict[str, str], runs: int) -> list[str]:
    """One line for each program."""
    venv.create(folder / "venv", symlinks=True)
    given = folder / "payload"
    given.write_bytes(payload(2_000))
    known = {**env, "CLAUDE_PID": "1", "CLAUDE_CODE_SESSION_ID": ID}
    registered = f"[ -x {HOOK} ] && {HOOK} || :"
    cases = {
        "python -c pass": ([str(folder / "venv/bin/python"), "-c", "pass"], env),
        "hook.sh": (["/bin/sh", HOOK], known),
        "hook.sh as registered": (["/bin/sh", "-c", registered], known),
        "hook.sh, no perl": (["/bin/sh", HOOK], {**known, "PATH": env["BARE"]}),
        "sh -c :": (["/bin/sh", "-c", ":"], env),
    }
    took: dict[str, list[float]] = {name: [] for name in cases}
    for number in range(runs + 2):
        for name, (words, its_env) in cases.items():
            one = seconds(words, its_env, str(given))
            if number >= 2:  # the first two rounds warm the page cache
                took[name].append(one)
    floor = statistics.median(took["python -c pass"])
    lines = [f"{'one event of 2 KB, ' + str(runs) + ' runs':32} {'median':>9} {'x floor':>8} {'middle half':>13}"]
    for name, times in took.items():
        low, middle, high = statistics.quantiles(times, n=4)
        half = f"{low / floor:.2f}-{high / floor:.2f}"
        lines.append(f"{name:32} {middle * 1000:6.1f} ms {middle / floor:8.2f} {half:>13}")
    return lines


def lost(folder: Path, env: dict[str, str], command: str, size: int, events: int) -> tuple[int, int]:
    """How many events of 50 x `events` are missing from the log, and how many lines of it are not events."""
    log = folder / "state" / "events" / "v1" / f"{ID}.jsonl"
    shutil.rmtree(folder / "state", ignore_errors=True)
    log.parent.mkdir(parents=True)
    started = []
    for writer in range(WRITERS):
        place = folder / str(writer)
        place.mkdir(exist_ok=True)
        (place / "payload").write_bytes(payload(size, writer))
        words = ["/bin/sh", "-c", LOOP, command, str(events), str(log)]
        started.append(subprocess.Popen(words, env=env, cwd=place, stderr=subprocess.DEVNULL))
    for run in started:
        run.wait()
    good = torn = 0
    for line in log.read_bytes().splitlines():
        if not line:
            continue
        try:
            event = json.loads(line)
            event = event.get("payload", event)
            whole = event["fill"] == ascii_letters[event["writer"]] * size
        except (ValueError, KeyError, AttributeError, TypeError):
            whole = False
        good, torn = good + whole, torn + (not whole)
    return WRITERS * events - good, torn


def losses(folder: Path, env: dict[str, str], events: int) -> list[str]:
    """One line for each way of appending."""
    title = f"{WRITERS} writers x {events} events: lost (torn)"
    lines = [f"{title:40}" + "".join(f"{size // 1000:>9} KB" for size in SIZES)]
    for name, command in WAYS.items():
        found = [lost(folder, env, command, size, events) for size in SIZES]
        lines.append(f"{name:40}" + "".join(f"{f'{gone} ({torn})':>12}" for gone, torn in found))
    return lines


def main() -> int:
    """Print both tables."""
    words = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    words.add_argument("--runs", type=int, default=200, metavar="N", help="rounds of the cost table (default: 200)")
    words.add_argument("--events", type=int, default=20, metavar="N", help="events of each writer (default: 20)")
    asked = words.parse_args()
    with tempfile.TemporaryDirectory(prefix="cst-hook.") as name:
        folder = Path(name)
        (folder / "bare").mkdir()
        for tool in TOOLS:
            if found := shutil.which(tool):
                (folder / "bare" / tool).symlink_to(found)
        env = {"PATH": os.environ["PATH"], "BARE": str(folder / "bare"), "CST_STATE_DIR": str(folder / "state")}
        env["HOME"] = name
        print("\n".join(cost(folder, env, max(asked.runs, 2))), "\n", flush=True)
        print("\n".join(losses(folder, env, max(asked.events, 1))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
