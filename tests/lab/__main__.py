"""The lab by hand: python -m tests.lab up DIR [SITUATION ...] | down DIR | selftest DIR."""
from __future__ import annotations

import argparse
import shlex
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from tests.lab.lab import Lab
from tests.lab.retry import LabError
from tests.lab.scenarios import SCENARIOS, drive_all


def bring_up(lab: Lab, names: Sequence[str]) -> int:
    """Drive the situations and print a line for each; the number of those that failed."""
    begun = time.monotonic()
    lab.start()
    print(f"{time.monotonic() - begun:5.1f} s  lab started", flush=True)
    failures = 0
    for name, reached in drive_all(lab, names):
        failures += isinstance(reached, Exception)
        outcome = f"FAILED {reached}" if isinstance(reached, Exception) else lab.facts(reached.session)
        spent = time.monotonic() - begun
        print(f"{spent:5.1f} s  {name:20} {SCENARIOS[name].state:12} {outcome}", flush=True)
    return failures


def up(lab: Lab, names: Sequence[str]) -> int:
    failures = bring_up(lab, names)
    script = lab.root / "env.sh"
    script.write_text("".join(f"export {name}={shlex.quote(value)}\n" for name, value in lab.env.items()))
    print(f"\nlook at it:  . {script}; tmux -L {lab.label} attach\n"
          f"end it:      python -m tests.lab down {lab.root}")
    return bool(failures)


def selftest(lab: Lab, names: Sequence[str]) -> int:
    try:
        return bool(bring_up(lab, names))
    finally:
        lab.stop()


def down(lab: Lab, _: Sequence[str]) -> int:
    lab.stop()
    return 0


ACTIONS = {"up": up, "down": down, "selftest": selftest}


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.lab", description=__doc__)
    parser.add_argument("action", choices=ACTIONS)
    parser.add_argument("dir", type=Path, help="the folder everything lives in")
    parser.add_argument("names", nargs="*", metavar="SITUATION",
                        help=f"default: all of {', '.join(SCENARIOS)}")
    args = parser.parse_args(argv)
    if unknown := set(args.names) - set(SCENARIOS):
        parser.error(f"no such situation: {', '.join(sorted(unknown))}")
    args.dir.mkdir(parents=True, exist_ok=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that selftest tidies up
    try:
        return ACTIONS[args.action](Lab(args.dir), args.names or list(SCENARIOS))
    except LabError as error:
        print(f"lab: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    raise SystemExit(main())
