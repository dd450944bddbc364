"""An open picker, measured: what its refresh costs, that no frame shows a wrong row, how soon keys show.

    python -m bench.live [--sessions 50] [--seconds 20] [--film 60]
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import pty
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from iterfzf import BUNDLED_EXECUTABLE

from bench.fleet import Fleet

CST = str(Path(sys.executable).parent / "cst")
_TICKS = os.sysconf("SC_CLK_TCK")


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

    def until(self, check: Callable[[list[str]], bool], seconds: float = 10.0) -> float:
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


def idle_cost(fleet: Fleet, seconds: float) -> float:
    """The share of one core that fzf takes by itself, with as many rows and nothing to do."""
    rows = fleet.root / "rows"
    rows.write_text("".join(f"project row {number}\n" for number in range(fleet.count)))
    picker = Picker(fleet, command=f"exec {BUNDLED_EXECUTABLE} --layout=reverse --preview='echo x' <{rows}")
    try:
        picker.until(lambda screen: any("row 3" in line for line in screen))
        time.sleep(3)
        before, begun = picker.cpu(), time.monotonic()
        time.sleep(seconds)
        return (picker.cpu() - before) / (time.monotonic() - begun)
    finally:
        picker.close()


def floor_cost() -> float:
    """CPU seconds of one start of Python."""
    before = os.times()
    for _ in range(20):
        subprocess.run([sys.executable, "-c", "pass"], check=True)
    after = os.times()
    return (after.children_user + after.children_system - before.children_user - before.children_system) / 20


def refresh_cost(fleet: Fleet, seconds: float, often: float) -> float:
    """The share of one core that an open picker takes, `often` changes a second."""
    picker = Picker(fleet)
    try:
        picker.until(lambda screen: any("you" in line for line in screen))
        time.sleep(6)  # what it does first is not what it does all day
        if not often:
            before, begun = picker.cpu(), time.monotonic()
            time.sleep(seconds)
            return (picker.cpu() - before) / (time.monotonic() - begun)
        with Changes(fleet, often):
            before, begun = picker.cpu(), time.monotonic()
            time.sleep(seconds)
            return (picker.cpu() - before) / (time.monotonic() - begun)
    finally:
        picker.close()


def film(fleet: Fleet, seconds: float) -> tuple[int, int, int, int]:
    """Samples, wrong rows, blank frames, frames that differ from the one before: the cursor stands on the eighth row
    while one session changes each second."""
    picker = Picker(fleet)
    try:
        picker.until(lambda screen: sum("project" in line for line in screen) > 20)
        picker.keys(*["Down"] * 7)
        time.sleep(1)
        place = next(i for i, line in enumerate(picker.screen()) if line.startswith("▌"))
        shown = sum("project" in line for line in picker.screen())
        samples = wrong = blank = different = 0
        last: list[str] = []
        with Changes(fleet, 1):
            end = time.monotonic() + seconds
            while time.monotonic() < end:
                begun = time.perf_counter()
                screen = picker.screen()
                samples += 1
                pointed = [i for i, line in enumerate(screen) if line.startswith("▌")]
                wrong += pointed != [place]
                blank += sum("project" in line for line in screen) < shown - 1
                different += screen != last
                last = screen
                time.sleep(max(0.0, 1 / 450 - (time.perf_counter() - begun)))
        return samples, wrong, blank, different
    finally:
        picker.close()


def preview_paint(fleet: Fleet, runs: int) -> list[float]:
    """Seconds from pressing Down until the preview shows the next session."""
    picker = Picker(fleet)
    found = []
    try:
        picker.until(lambda screen: any("pid " in line for line in screen))
        for _ in range(runs):
            before = _pid_shown(picker.screen())
            begun = time.perf_counter()
            picker.keys("Down")
            picker.until(lambda screen, before=before: _pid_shown(screen) not in ("", before))  # type: ignore[misc]
            found.append(time.perf_counter() - begun)
            time.sleep(0.3)
        return found
    finally:
        picker.close()


def enter_to_switch(fleet: Fleet, runs: int) -> list[float]:
    """Seconds from Enter until the person's client shows the session: their tmux asked through a client of its own."""
    base = ["tmux", "-u", "-S", fleet.socket, "-f", "/dev/null"]
    env = {name: value for name, value in fleet.env.items() if name != "TMUX"}
    master, slave = pty.openpty()
    argv = [*base, "attach-session", "-t", "bench"]
    person = subprocess.Popen(argv, env=env, stdin=slave, stdout=slave, stderr=slave, start_new_session=True)
    name = os.ttyname(slave)
    drain = threading.Thread(target=_drain, args=(master,), daemon=True)
    drain.start()
    control = Control([*base, "-C", "attach-session", "-f", "no-output,ignore-size", "-t", "bench"], env)
    found = []
    try:
        [pane] = control.ask(f"new-window -d -P -F '#{{pane_id}}' 'exec {CST} pick --stay'")
        shown = f"display-message -p -c {name} '#{{pane_id}}'"
        for _ in range(runs):
            control.ask(f"switch-client -c {name} -t {pane}")
            deadline = time.monotonic() + 20
            while not any("project" in line for line in control.ask(f"capture-pane -p -t {pane}")):
                if time.monotonic() > deadline:
                    raise TimeoutError("\n".join(control.ask(f"capture-pane -p -t {pane}")))
            time.sleep(1)
            begun = time.perf_counter()
            os.write(master, b"\r")
            while control.ask(shown) == [pane]:
                time.sleep(0.001)
                if time.perf_counter() - begun > 10:
                    raise TimeoutError("\n".join(control.ask(f"capture-pane -p -t {pane}")))
            found.append(time.perf_counter() - begun)
        return found
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


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.live", description=__doc__.partition("\n")[0])
    parser.add_argument("--sessions", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--film", type=float, default=60)
    asked = parser.parse_args()
    print(f"{asked.sessions} sessions, load {os.getloadavg()[0]:.1f}")
    with Fleet(asked.sessions, 0) as fleet:
        floor = floor_cost()
        print(f"one start of Python        {floor * 1000:6.1f} ms of CPU")
        for what, share in (
            ("fzf alone, idle", idle_cost(fleet, asked.seconds)),
            ("picker, nothing changes", refresh_cost(fleet, asked.seconds, 0)),
            ("picker, a change a second", refresh_cost(fleet, asked.seconds, 1)),
        ):
            print(f"{what:26} {share:6.1%} of a core, {share / floor:4.2f} starts of Python a second", flush=True)
        paints = preview_paint(fleet, 12)
        print(f"key to preview             {statistics.median(paints) * 1000:6.0f} ms, worst {max(paints) * 1000:.0f}")
        switches = enter_to_switch(fleet, 12)
        middle, worst = statistics.median(switches) * 1000, max(switches) * 1000
        print(f"Enter to the session       {middle:6.0f} ms, worst {worst:.0f} (20 ms wanted)")
        if asked.film:
            samples, wrong, blank, different = film(fleet, asked.film)
            rate = samples / asked.film
            print(f"film of {asked.film:.0f} s: {samples} samples ({rate:.0f}/s), {different} different frames, "
                  f"{wrong} with a wrong row, {blank} blank")  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main())
