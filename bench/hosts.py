"""What configured hosts cost: verbs about this machine with three of them, one dead, against without; and `ls
--all-hosts` with two hosts beyond what the slower one takes alone.

    python -m bench.hosts [--runs N] [--sessions 20]

Processor time of the verbs, for they wait for nobody; of `ls --all-hosts` the time on the clock, in pairs with the
slower host's own `PREFIX cst ls --json`. A host is a shell that waits, and gives what `cst ls --json` gives.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

from bench.fleet import Fleet
from bench.still import Watch

CST = str(Path(sys.executable).parent / "cst")
_SLOW = 0.4  # seconds that the slower host takes
_LOCAL = (["status"], ["next", "--peek"], ["rows", "--width", "100"], ["ls", "--json"])


def once(words: list[str], env: dict[str, str], watch: Watch) -> tuple[float, float]:
    """Seconds of processor time, the kernel's and those of its children too, and on the clock; that is 0 where the
    machine stood still meanwhile."""
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(words, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=words[1] != "next")
    over, after = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return spent, 0.0 if watch.disturbed(begun, over) else over - begun


def configured(fleet: Fleet, hosts: dict[str, str]) -> dict[str, str]:
    """An environment with a config file of its own; without hosts it has one too."""
    path = fleet.root / f"config-{len(hosts)}.toml"
    lines = [f'{name} = {{ prefix = "{prefix}", shell = false }}\n' for name, prefix in hosts.items()]
    path.write_text("[hosts]\n" + "".join(lines))
    return {**fleet.env, "CST_CONFIG": str(path)}


def main() -> int:
    """Measure both."""
    parser = argparse.ArgumentParser(prog="python -m bench.hosts", description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--sessions", type=int, default=20, help="how many live sessions, here and on each host")
    asked = parser.parse_args()
    with Watch() as watch, Fleet(asked.sessions, 0) as fleet:
        said, host = fleet.root / "said", fleet.root / "host"
        said.write_bytes(subprocess.run([CST, "ls", "--json"], env=fleet.env, capture_output=True, check=True).stdout)
        host.write_text(f'#!/bin/sh\nsleep "$1"\nexec cat {said}\n')
        host.chmod(0o755)
        three = {"fast": f"{host} 0.2", "slow": f"{host} {_SLOW}", "dead": f"{host} 1000"}
        bare, with_hosts = configured(fleet, {}), configured(fleet, three)
        two = configured(fleet, {name: three[name] for name in ("fast", "slow")})
        cases = {"floor": ([sys.executable, "-c", "pass"], bare)}
        for words in _LOCAL:
            cases[f"{words[0]}, no host"] = ([CST, *words], bare)
            cases[f"{words[0]}, three hosts"] = ([CST, *words], with_hosts)
        cases["the slower host"] = ([str(host), str(_SLOW), "cst", "ls", "--json"], bare)
        cases["ls --all-hosts"] = ([CST, "ls", "--all-hosts"], two)
        found: dict[str, list[tuple[float, float]]] = {name: [] for name in cases}
        for number in range(asked.runs + 1):
            for name, (words, env) in cases.items():
                run = once(words, env, watch)
                if number:  # the first warms the page cache
                    found[name].append(run)
    print(f"{asked.sessions} live sessions, load {os.getloadavg()[0]:.1f}, {asked.runs} runs")
    print(f"{'':22} {'processor':>12} {'x floor':>8} {'on the clock':>14}")
    floor = statistics.median(spent for spent, _ in found["floor"])
    for name, runs in found.items():
        middle = statistics.median(spent for spent, _ in runs)
        whole = [seconds for _, seconds in runs if seconds]
        clock = f"{statistics.median(whole) * 1000:11.1f} ms" if whole else "    not told"
        print(f"{name:22} {middle * 1000:9.1f} ms {middle / floor:8.2f} {clock}")
    compared = ("floor", "the slower host", "ls --all-hosts")
    starts, alone, both = ([seconds for _, seconds in found[name]] for name in compared)
    pairs = [(one, two, three) for one, two, three in zip(starts, alone, both, strict=True) if one and two and three]
    if pairs:
        beyond = statistics.median(three - two for _, two, three in pairs)
        times = beyond / statistics.median(one for one, _, _ in pairs)
        print(f"ls --all-hosts: the slower and {beyond * 1000:.1f} ms, {times:.2f} x the floor ({len(pairs)} runs)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
