"""What cst costs a shell: the prompt's segment, the first TAB, loading it.

    python -m bench.shells [--prompts N] [--tabs N]

A prompt is measured inside the shell, as the best of many short batches; a TAB at a terminal of its own, from the key
until the name stands there, in as many fresh shells; loading as the difference that it makes to a start. The best
counts: on a busy machine the others measure the neighbours.
"""

from __future__ import annotations

import argparse
import os
import pty
import select
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from cst.setup import shell_init
from cst.system import processes

PROMPT, TAB = 50e-6, 20e-3  # seconds: the budgets
_BATCH = 100  # some milliseconds: short enough to fit between two interruptions
_ARGV = {"bash": ["bash", "--norc", "--noprofile"], "zsh": ["zsh", "--no-rcs"], "fish": ["fish", "--no-config"]}
_COUNTED = "while read -r go; do for ((i = 0; i < {n}; i++)); do {body}; done; echo >&2; done"
_LOOP = {"bash": _COUNTED, "zsh": _COUNTED,
         "fish": "set -l all (seq {n}); while read go; for i in $all; {body}; end; echo >&2; end"}  # fmt: skip


class Folder:
    """A home with what `cst status` leaves there for 50 sessions."""

    def __init__(self, path: Path) -> None:
        self.path = path
        shelf = path / ".local/state/cst"
        shelf.mkdir(parents=True)
        now, up, day = int(time.time()), int(processes.uptime()), 86400
        second = f"{up} {up + day} {processes.boot_id()}\n"
        (shelf / "prompt").write_text(f"{now + day} {day} 2 need you: permission\n{second}")
        names = ["zebra", *(f"project-{number}" for number in range(49))]
        (shelf / "names").write_text("".join(f"{name}\tworking · project\n" for name in names))
        for name in _ARGV:
            (path / f"init.{name}").write_text(shell_init.integration(name))
        self.env = {"HOME": str(path), "PATH": os.environ["PATH"], "TERM": "xterm", "LANG": "C.UTF-8"}

    def start(self, name: str) -> str:
        """The commands that a person has in the shell's own file."""
        compinit = f"autoload -Uz compinit; compinit -u -d {self.path}/dump; " if name == "zsh" else ""
        return f"{compinit}source {self.path}/init.{name}"


def prompt(name: str, folder: Folder, batches: int) -> float:
    """Seconds of one segment: the best batch, less the same loop without it."""

    def best(body: str) -> float:
        loop = _LOOP[name].format(n=_BATCH, body=body)
        argv, pipe = [*_ARGV[name], "-c", f"{folder.start(name)}; {loop}"], subprocess.PIPE
        found = []
        out = subprocess.DEVNULL
        with subprocess.Popen(argv, env=folder.env, stdin=pipe, stdout=out, stderr=pipe, bufsize=0) as shell:
            assert shell.stdin
            assert shell.stderr
            for _ in range(batches):
                begun = time.perf_counter()
                shell.stdin.write(b"go\n")
                shell.stderr.readline()
                found.append(time.perf_counter() - begun)
        return min(found)

    return (best("__cst_prompt") - best("true")) / _BATCH


def loading(name: str, folder: Folder, runs: int) -> float:
    """Seconds that sourcing the file adds to a start; making the file is `cst init`'s own time."""
    source = f"source {folder.path}/init.{name}"
    return min(_seconds(name, folder.env, source) for _ in range(runs)) - min(
        _seconds(name, folder.env, "true") for _ in range(runs)
    )


def _seconds(name: str, env: Mapping[str, str], script: str) -> float:
    """Of the processor."""
    before = os.times()
    subprocess.run([*_ARGV[name], "-c", script], env=dict(env), stdout=subprocess.DEVNULL, check=False)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


class Terminal:
    """A shell at a terminal of its own."""

    def __init__(self, name: str, env: Mapping[str, str]) -> None:
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execvpe(name, [*_ARGV[name], "-i"], dict(env))

    def type(self, keys: str, sign: str, most: float = 20.0) -> float:
        """Seconds from the keys until a sign is on the screen."""
        begun, seen = time.perf_counter(), b""
        os.write(self.fd, keys.encode())
        while sign.encode() not in seen:
            if not select.select([self.fd], [], [], most)[0]:
                raise TimeoutError(f"{sign!r} was not shown; there was {seen[-300:]!r}")
            seen += os.read(self.fd, 65536)
        return time.perf_counter() - begun

    def close(self) -> None:
        """End it."""
        os.close(self.fd)
        os.kill(self.pid, signal.SIGKILL)  # our own child, not reaped yet
        os.waitpid(self.pid, 0)


def first_tab(name: str, folder: Folder) -> float:
    """Seconds from the first TAB of a fresh shell until the name stands there."""
    terminal = Terminal(name, folder.env)
    try:
        terminal.type(f"{folder.start(name)}; echo rea''dy\n", "ready")
        time.sleep(0.3)
        terminal.type("cst show zeb", "zeb")
        time.sleep(0.3)
        return terminal.type("\t", "ra")
    finally:
        terminal.close()


def main() -> int:
    """Measure each shell that is installed; exit 1 where a budget is not kept."""
    parser = argparse.ArgumentParser(prog="python -m bench.shells", description=__doc__.partition("\n")[0])
    parser.add_argument("--prompts", type=int, default=200, help=f"batches of {_BATCH}")
    parser.add_argument("--tabs", type=int, default=7, help="fresh shells")
    asked = parser.parse_args()
    over = False
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; budgets: {PROMPT * 1e6:.0f} us, {TAB * 1e3:.0f} ms")
    print(f"{'shell':6} {'prompt, best':>14} {'first TAB, best (median)':>26} {'loading':>10}")
    with tempfile.TemporaryDirectory(prefix="cst-bench.") as path:
        folder = Folder(Path(path))
        for name in filter(shutil.which, _ARGV):
            segment, tabs = prompt(name, folder, asked.prompts), [first_tab(name, folder) for _ in range(asked.tabs)]
            best, load = min(tabs), loading(name, folder, 8)
            bad = segment > PROMPT or best > TAB
            over |= bad
            middle = statistics.median(tabs)
            print(f"{name:6} {segment * 1e6:11.1f} us {best * 1e3:14.1f} ms ({middle * 1e3:5.1f}) {load * 1e3:7.1f} ms"
                  f"{'  OVER' * bad}", flush=True)  # fmt: skip
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
