"""An open picker, measured: what its refresh costs, that no frame shows a wrong row, how soon keys show.

    python -m bench.live [--sessions 50] [--seconds 20] [--film 60]
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import itertools
import json
import os
import pty
import random
import select
import statistics
import struct
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import NamedTuple

import pyte
from iterfzf import BUNDLED_EXECUTABLE

from bench.fleet import Fleet
from bench.still import Run, Sample, Watch
from cst import settings
from cst.fzf import launch
from cst.picker import live_list
from cst.picker.operations import KEYS

CST = str(Path(sys.executable).parent / "cst")
_TICKS = os.sysconf("SC_CLK_TCK")
_FRAME = b"\x1b[?25h\x1b[?7h"  # with that fzf ends what it writes at once


class Control:
    """A tmux server asked through one control-mode client: 2,000 questions a second, where a program each is 300."""

    def __init__(self, words: list[str], env: dict[str, str]) -> None:
        pipe = subprocess.PIPE
        self._tmux = subprocess.Popen(words, env=env, stdin=pipe, stdout=pipe, text=True, errors="replace")
        self.ask("refresh-client")

    def ask(self, command: str) -> list[str]:
        """The lines that a tmux command prints."""
        assert self._tmux.stdin
        assert self._tmux.stdout
        self._tmux.stdin.write(command + "\n")
        self._tmux.stdin.flush()
        lines: list[str] = []
        inside = False
        for line in self._tmux.stdout:
            if line.startswith("%begin") and line.rstrip().endswith("1"):
                inside = True
            elif line.startswith(("%end", "%error")) and inside:
                return lines
            elif inside:
                lines.append(line.rstrip("\n"))
        raise RuntimeError("tmux has gone")

    def close(self) -> None:
        """Leave."""
        self._tmux.terminate()
        self._tmux.wait(5)


class Picker:
    """`cst pick` in a window of its own on a second tmux server: the terminal that is filmed."""

    number = 0

    def __init__(self, fleet: Fleet, columns: int = 160, lines: int = 45, command: str = "") -> None:
        Picker.number += 1
        self.socket = str(fleet.root / f"film{Picker.number}")
        env = {name: value for name, value in fleet.env.items() if name != "TMUX"}
        base = ["tmux", "-u", "-S", self.socket, "-f", "/dev/null"]
        size = ["-x", str(columns), "-y", str(lines)]
        inside = [command] if command else ["env", f"TMUX={fleet.env['TMUX']}", CST, "pick"]
        subprocess.run([*base, "new-session", "-d", *size, *inside], env=env, check=True)
        self.control = Control([*base, "-C", "attach-session", "-f", "no-output"], env)
        self.control.ask(f"refresh-client -C {columns}x{lines}")
        self.pid = int(self.control.ask("display-message -p '#{pane_pid}'")[0])

    def screen(self) -> list[str]:
        """What stands on the terminal now."""
        return self.control.ask("capture-pane -p")

    def keys(self, *keys: str) -> None:
        """Press keys."""
        self.control.ask("send-keys " + " ".join(keys))

    def until(self, check: Callable[[list[str]], bool], seconds: float = 30.0) -> float:
        """Wait until the screen is so; seconds that it took."""
        begun = time.perf_counter()
        while not check(self.screen()):
            if time.perf_counter() - begun > seconds:
                raise TimeoutError("\n".join(self.screen()))
        return time.perf_counter() - begun

    def cpu(self) -> float:
        """CPU seconds so far of the picker, its fzf and all that they have run and reaped."""
        return sum(_cpu(pid) for pid in [self.pid, *_children(self.pid)])

    def close(self) -> None:
        """Close the picker and its server."""
        self.control.ask("send-keys Escape")
        deadline = time.monotonic() + 5
        while Path(f"/proc/{self.pid}").exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        self.control.close()


def _cpu(pid: int) -> float:
    """Its own time to the nanosecond, that of its children in ticks: a process that wakes ten times a second with the
    clock would be charged a whole tick each time."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    own = sum(int((task / "schedstat").read_text().split()[0]) for task in Path(f"/proc/{pid}/task").iterdir())
    return own / 1e9 + sum(map(int, fields[13:15])) / _TICKS


def _children(pid: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        found += [int(child) for child in (task / "children").read_text().split()]
    return found


class Changes:
    """Sessions whose status changes `often` times a second, one after the other."""

    def __init__(self, fleet: Fleet, often: float) -> None:
        self._records = sorted((fleet.root / "home/.claude/sessions").glob("*.json"))
        self._often = often
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        number = 0
        while not self._over.wait(1 / self._often):
            path = self._records[number % len(self._records)]
            record = json.loads(path.read_text())
            record["status"] = "busy" if record["status"] == "idle" else "idle"
            record.pop("waitingFor", None)
            record["statusUpdatedAt"] = int(time.time() * 1000)
            path.write_text(json.dumps(record))
            number += 1


def idle_cost(fleet: Fleet, watch: Watch, seconds: float) -> Share:
    """What fzf takes by itself, with as many rows and nothing to do."""
    rows = fleet.root / "rows"
    rows.write_text("".join(f"project row {number}\n" for number in range(fleet.count)))
    picker = Picker(fleet, command=f"exec {BUNDLED_EXECUTABLE} --layout=reverse --preview='echo x' <{rows}")
    try:
        picker.until(lambda screen: any("row 3" in line for line in screen))
        time.sleep(3)
        return _share(picker, watch, seconds)
    finally:
        picker.close()


class Share(NamedTuple):
    """The share of one core that a picker was charged, and how much more than it took, measured beside it."""

    charged: float
    excess: float  # 1.0: nothing was taken away from whoever ran


def _share(picker: Picker, watch: Watch, seconds: float) -> Share:
    least, (paid, worth), begun = picker.cpu(), watch.charges(), time.perf_counter()
    time.sleep(seconds)
    most, (paid_then, worth_then), end = picker.cpu(), watch.charges(), time.perf_counter()
    return Share((most - least) / (end - begun), (paid_then - paid) / (worth_then - worth))


def refresh_cost(fleet: Fleet, watch: Watch, seconds: float, often: float) -> Share:
    """What an open picker takes, `often` changes a second."""
    picker = Picker(fleet)
    try:
        picker.until(lambda screen: any("you" in line for line in screen))
        time.sleep(6)  # what it does first is not what it does all day
        with Changes(fleet, often) if often else contextlib.nullcontext():
            return _share(picker, watch, seconds)
    finally:
        picker.close()


def look_cost(fleet: Fleet, often: float) -> Generator[Run, None, None]:
    """What our own process does for each look and for what it shows of it; `often` changes a second."""
    own = settings.load({**fleet.env, "TMUX_PANE": ""})
    picker = live_list.LiveList(own, "", False, launch.Look("dark", False, KEYS), "cst")
    picker.rows(False)
    with Changes(fleet, often) if often else contextlib.nullcontext():
        while True:
            time.sleep(0.1)
            begun = time.perf_counter()
            picker.rows(False)
            picker.header()
            picker.page(picker.sessions[0].key, "tools", 62, 40)
            yield begun, time.perf_counter()


def film(fleet: Fleet, seconds: float) -> tuple[int, int, int]:
    """Frames, wrong rows, blank frames: the cursor stands on the eighth row while one session changes each second.

    Every frame is looked at, not samples of what stands there: fzf ends what it writes at once with the same bytes.
    """
    screen = pyte.Screen(160, 45)
    stream = pyte.ByteStream(screen)
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 45, 160, 0, 0))
    picker = subprocess.Popen(
        [CST, "pick"], env={**fleet.env, "TERM": "xterm-256color"}, stdin=slave, stdout=slave, stderr=slave,
        start_new_session=True, preexec_fn=lambda: fcntl.ioctl(slave, termios.TIOCSCTTY, 0),
    )  # fmt: skip
    os.close(slave)
    left = b""
    drawn: list[list[str]] = []

    def frames(until: float) -> Iterator[list[str]]:
        nonlocal left
        while (patience := until - time.monotonic()) > 0:
            if not select.select([master], [], [], patience)[0]:
                return
            *whole, left = (left + os.read(master, 65536)).split(_FRAME)
            for one in whole:
                stream.feed(one + _FRAME)
                drawn.append(screen.display)
            while drawn:
                yield drawn.pop(0)

    try:
        listed = 0
        for shown in frames(time.monotonic() + 20):
            listed = sum("project" in line for line in shown)
            if listed > 20:
                break
        os.write(master, b"\x1b[B" * 7)
        *_, last = frames(time.monotonic() + 3)
        [place] = (i for i, line in enumerate(last) if line.startswith("▌"))
        listed = sum("project" in line for line in last)
        assert listed > 20, last
        count = wrong = blank = 0
        with Changes(fleet, 1):
            for shown in frames(time.monotonic() + seconds):
                count += 1
                wrong += [i for i, line in enumerate(shown) if line.startswith("▌")] != [place]
                blank += sum("project" in line for line in shown) < listed - 1
        assert count
        return count, wrong, blank
    finally:
        picker.terminate()
        picker.wait()
        os.close(master)


def preview_paint(fleet: Fleet) -> Generator[Run, None, None]:
    """From pressing Down, or Up once at the end, until the preview shows another session."""
    picker = Picker(fleet)
    try:
        picker.until(lambda screen: any("pid " in line for line in screen))
        for number in itertools.count():
            key = "Up" if number // (fleet.count - 1) % 2 else "Down"
            before = _pid_shown(picker.screen())
            begun = time.perf_counter()
            picker.keys(key)
            picker.until(lambda screen, before=before: _pid_shown(screen) not in ("", before))  # type: ignore[misc]
            yield begun, time.perf_counter()
            time.sleep(random.uniform(0.2, 1.0))
    finally:
        picker.close()


def enter_to_switch(fleet: Fleet) -> Generator[Run, None, None]:
    """From Enter until the person's client shows the session: their tmux asked through a client of its own."""
    base = ["tmux", "-u", "-S", fleet.socket, "-f", "/dev/null"]
    env = {name: value for name, value in fleet.env.items() if name != "TMUX"}
    master, slave = pty.openpty()
    argv = [*base, "attach-session", "-t", "bench"]
    person = subprocess.Popen(argv, env=env, stdin=slave, stdout=slave, stderr=slave, start_new_session=True)
    name = os.ttyname(slave)
    drain = threading.Thread(target=_drain, args=(master,), daemon=True)
    drain.start()
    control = Control([*base, "-C", "attach-session", "-f", "no-output,ignore-size", "-t", "bench"], env)
    try:
        [pane] = control.ask(f"new-window -d -P -F '#{{pane_id}}' 'exec {CST} pick --stay'")
        shown = f"display-message -p -c {name} '#{{pane_id}}'"
        while True:
            control.ask(f"switch-client -c {name} -t {pane}")
            deadline = time.monotonic() + 20
            while not any("project" in line for line in control.ask(f"capture-pane -p -t {pane}")):
                if time.monotonic() > deadline:
                    raise TimeoutError("\n".join(control.ask(f"capture-pane -p -t {pane}")))
            time.sleep(random.uniform(0.6, 1.4))  # a person does not press in step with the refresh
            begun = time.perf_counter()
            os.write(master, b"\r")
            while control.ask(shown) == [pane]:
                time.sleep(0.001)
                if time.perf_counter() - begun > 10:
                    raise TimeoutError("\n".join(control.ask(f"capture-pane -p -t {pane}")))
            yield begun, time.perf_counter()
    finally:
        control.close()
        person.kill()
        person.wait()
        os.close(slave)


def _drain(master: int) -> None:
    with contextlib.suppress(OSError):
        while os.read(master, 65536):
            pass


def _pid_shown(screen: list[str]) -> str:
    return next((line.rpartition("pid ")[2].split()[0] for line in screen if "· pid " in line), "")


def _told(sample: Sample) -> str:
    """As `bench` judges: the quarter."""
    times, runs = sample
    if len(times) < 5:
        return f"the machine ran too seldom for this: {len(times)} of {runs} runs undisturbed"
    quarter, middle, _ = (1000 * value for value in statistics.quantiles(times, n=4))
    return (f"{quarter:6.1f} ms in the quarter, {1000 * min(times):.1f} best, {middle:.1f} median, "
            f"{1000 * max(times):.1f} worst of {len(times)} undisturbed in {runs} runs")  # fmt: skip


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.live", description=__doc__.partition("\n")[0])
    parser.add_argument("--sessions", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=60, help="for each share of a core")
    parser.add_argument("--runs", type=int, default=20, help="how many undisturbed runs of each path")
    parser.add_argument("--film", type=float, default=60)
    asked = parser.parse_args()
    most = asked.runs * 5
    print(f"{asked.sessions} sessions, load {os.getloadavg()[0]:.1f}", flush=True)
    with Fleet(asked.sessions, 0) as fleet, Watch() as watch:
        shares: tuple[tuple[str, Callable[[], Share]], ...] = (
            ("fzf alone, idle", lambda: idle_cost(fleet, watch, asked.seconds)),
            ("picker, nothing changes", lambda: refresh_cost(fleet, watch, asked.seconds, 0)),
            ("picker, a change a second", lambda: refresh_cost(fleet, watch, asked.seconds, 1)),
        )
        for what, share in shares:
            charged, excess = share()
            print(f"{what:30} {charged / excess:6.1%} of a core ({charged:.1%} charged, while a piece of work was "
                  f"charged {excess:.1f} times its least)", flush=True)  # fmt: skip
        for what, runs in (
            ("a look, nothing changes", look_cost(fleet, 0)),
            ("a look, ten changes a second", look_cost(fleet, 10)),
            ("key to preview (60 wanted)", preview_paint(fleet)),
            ("Enter to the session (20)", enter_to_switch(fleet)),
        ):
            with contextlib.closing(runs):
                print(f"{what:30} {_told(watch.samples(runs, asked.runs, most))}", flush=True)
        if asked.film:
            frames, wrong, blank = film(fleet, asked.film)
            print(f"film of {asked.film:.0f} s: {frames} frames, {wrong} with a wrong row, {blank} blank")
    return 0


if __name__ == "__main__":
    sys.exit(main())
