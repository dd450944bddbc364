"""Campaigns against an open picker, for `make lab`: killed at any moment, megabytes of hostile output, open for minutes.
`CST_SEED` chooses other moments and texts, `CST_CAMPAIGN` how many (tests/testing/campaign.py)."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import signal
import sys
import time
from pathlib import Path

import pytest

from bench.fleet import Fleet
from cst.demo import fleet
from tests.e2e.picking import PATIENCE, Picker
from tests.e2e.test_campaign import text
from tests.e2e.test_pick import _comm, _family, runs
from tests.e2e.test_pick_ends import _as_usual
from tests.e2e.test_pick_hostile import OBEYED
from tests.testing import ROOT, Live, TmuxServer, until
from tests.testing.campaign import chance, size
from tests.unit.render.test_hostile import PAYLOADS, World

pytestmark = [pytest.mark.skipif(not shutil.which("tmux"), reason="tmux is not installed"), pytest.mark.long]

# ---------------------------------------------------------------------------------------------------- killed

KILLED, EACH = 230, 10  # pickers in all, and in one test
SIGNALS = ("HUP", "QUIT", "ABRT", "KILL", "USR1", "TERM", "INT", "PIPE")


@pytest.mark.parametrize("part", range(size(KILLED / EACH)))
def test_killed_at_any_moment(demo: fleet.Demo, part: int) -> None:
    """A signal to cst or to its fzf while it starts, while it waits, while it asks: it ends, or Esc ends it. Then nothing
    of it is left on that terminal, nor a run folder, and the terminal is as it was."""
    for number in range(EACH):
        pick = chance("killed", part, number)
        picker = Picker(demo, heads="")
        try:
            _kill(demo, picker, pick)
        except AssertionError as error:
            raise AssertionError(f"{part}.{number}: {error}\n{picker.screen()}") from error
        finally:
            picker.close()


def _kill(demo: fleet.Demo, picker: Picker, pick: random.Random) -> None:
    shell = int(picker.tmux("display-message", "-p", "-t", picker.pane, "#{pane_pid}"))
    terminal = picker.tmux("display-message", "-p", "-t", picker.pane, "#{pane_tty}")
    cst = until(lambda: next((pid for pid in _family(shell)[1:] if _comm(pid)), 0), PATIENCE)
    opens = pick.random() < 0.8
    if opens:
        picker.sees(r"FOR +STATE")
        if pick.random() < 0.6:
            picker.press(pick.choice(("C-k", "C-p", "M-n", "C-t", "C-y", "Down", "x")))
    time.sleep(pick.uniform(0, 0.8))
    name, who = pick.choice(SIGNALS), pick.choice(("cst", "fzf"))
    fzf = next((pid for pid in _family(cst) if _comm(pid) == "fzf"), 0)
    before = set(runs(demo))
    try:
        os.kill(fzf if who == "fzf" and fzf else cst, getattr(signal, f"SIG{name}"))
    except ProcessLookupError:
        return
    time.sleep(0.3)
    if _comm(cst) and _comm(shell) in ("sh", "bash"):  # it goes on: that signal is none of its own
        until(lambda: not _family(cst)[1:] or re.search(r"FOR +STATE|left with", picker.screen()), PATIENCE)
        for _ in range(40):
            if not _comm(cst):
                break
            picker.press("Escape")
            time.sleep(0.3)
    # the shell becomes `cat` behind it
    until(lambda: [pid for pid in _on(terminal) if pid != shell] == [], PATIENCE)
    until(lambda: _as_usual(picker), PATIENCE)
    if opens:
        until(lambda: not set(runs(demo)) & before, PATIENCE)


def _on(terminal: str) -> list[int]:
    """The live processes whose terminal that is."""
    device, found = os.stat(terminal).st_rdev, []
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            fields = Path(f"/proc/{name}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[4]) == os.makedev(os.major(device), os.minor(device)) and fields[0] != "Z":
            found.append(int(name))
    return found


# ---------------------------------------------------------------------------------------------------- megabytes

BYTES = 43_000_000
KEYS = ("Down", "Down", "Down", "Up", "C-p", "C-p", "M-r", "PageDown", "PageUp", "C-u", "Tab")


class Filmed:
    """A picker on a large terminal; every byte that it writes is kept."""

    def __init__(self, server: TmuxServer, world: World, words: str, heads: str) -> None:
        self.server, self.kept = server, world.home / f"bytes-{words}"
        program = world.home / "cst"
        program.write_text(f"#!{sys.executable}\nimport sys\nsys.path.insert(0, {str(ROOT)!r})\nfrom cst.__main__ import main\nsys.exit(main())\n")
        program.chmod(0o755)
        env = f"HOME='{world.home}' CLAUDE_CONFIG_DIR='{world.claude}' TMPDIR='{world.home}' LC_ALL=C.UTF-8"
        self.command = f"cd '{world.here}'; {env} '{program}' {words}"
        self.pane = server.new(f"film-{words}", "sh", "-c", f"read -r _; {self.command}; echo left; cat")
        server.run("resize-window", "-t", self.pane, "-x", "300", "-y", "100")
        server.run("pipe-pane", "-t", self.pane, f"cat >'{self.kept}'")
        server.run("send-keys", "-t", self.pane, "Enter")
        until(lambda: re.search(heads, self.screen()), PATIENCE)

    def screen(self) -> str:
        return self.server.run("capture-pane", "-p", "-t", self.pane)

    def obeyed(self) -> list[str]:
        return OBEYED.findall(self.kept.read_bytes().decode("utf-8", "replace"))


@pytest.fixture
def crowd(home: Path, claude: Path, live: Live) -> World:
    """Thirty sessions, whose every text is another hostile one."""
    made, pick = World(home, claude, live), chance("crowd")
    for number in range(30):
        made.add(str(number), text(pick) + pick.choice(list(PAYLOADS.values())))
    for number in range(30):  # and as many ended ones
        there = next(claude.glob("projects/*/*.jsonl"))
        lines = there.read_text()
        shutil.copy(there, there.with_name(f"{number:08x}-9999-4333-8444-555555555555.jsonl"))
        assert lines
    return made


@pytest.mark.parametrize(("words", "heads"), [("pick", r"FOR +STATE"), ("resume", r"search>|WHEN|ENDED|> ")])
def test_megabytes_of_output(crowd: World, tmux_server: TmuxServer, words: str, heads: str) -> None:
    """Any keys over hostile rows and pages until so much is written: a terminal would obey nothing of it."""
    film, pick = Filmed(tmux_server, crowd, words, heads), chance("film", words)
    wanted, last, still = size(BYTES / 2), -1, 0
    while film.kept.stat().st_size < wanted:
        if pick.random() < 0.1:
            query = "".join(c for c in pick.choice(list(PAYLOADS.values()))[:20] if c.isprintable()) or "x"
            tmux_server.run("send-keys", "-t", film.pane, "-l", "--", query)
        elif pick.random() < 0.05:
            tmux_server.run("resize-window", "-t", film.pane, "-x", str(pick.choice((300, 200, 90))), "-y", str(pick.choice((100, 40))))
        else:
            tmux_server.run("send-keys", "-t", film.pane, *pick.choices(KEYS, k=5))
        time.sleep(0.1)
        now = film.kept.stat().st_size
        still = still + 1 if now == last else 0
        last = now
        assert still < 300, film.screen()
        assert not re.search("(?m)^left$", film.screen()), film.screen()

    assert film.obeyed() == []
    assert crowd.pwned() == []
    assert tmux_server.run("list-buffers") == ""
    assert tmux_server.run("display-message", "-p", "-t", film.pane, "#{pane_title}") not in ("t", "title")


def test_in_a_popup(crowd: World, tmux_server: TmuxServer) -> None:
    """The same keys in a popup: nothing runs, no buffer is set, no title, and the popup closes."""
    film, pick = Filmed(tmux_server, crowd, "pick", r"FOR +STATE"), chance("popup")
    client = tmux_server.attach("film-pick")
    popup = f"display-popup -c {client.name} -w 100% -h 100% -E"
    bound = crowd.home / "popup.conf"
    script = crowd.home / "popup.sh"
    script.write_text(f"#!/bin/sh\n{film.command}\n")
    script.chmod(0o755)
    bound.write_text(f"bind-key -n F12 {popup} '{script}'\n")
    tmux_server.run("source-file", str(bound))
    os.write(client.master, b"\x1b[24~")
    until(lambda: client.shown.count(b"STATE") > 0 and any(_comm(pid) == "fzf" for pid in _family(_server(tmux_server))), PATIENCE)
    for _ in range(size(400)):
        os.write(client.master, pick.choice((b"\x1b[B", b"\x1b[A", b"\x10", b"\x1br", b"\x15", b"x", b"\t")))
        time.sleep(0.05)

    assert crowd.pwned() == []
    assert tmux_server.run("list-buffers") == ""
    assert tmux_server.run("display-message", "-p", "-t", film.pane, "#{pane_title}") not in ("t", "title")


def _server(server: TmuxServer) -> int:
    return int(server.run("display-message", "-p", "#{pid}"))


# ---------------------------------------------------------------------------------------------------- minutes

MINUTES = 10
SESSIONS = 200


def test_open_for_minutes() -> None:
    """At 200 sessions that change all the time: it takes no more memory, descriptors, threads or processes than a minute
    after it has opened."""
    seconds = size(MINUTES * 60)
    with Fleet(SESSIONS, 0) as made:
        pane = made.tmux("new-window", "-d", "-P", "-F", "#{pane_id}", f"env TMUX={made.env['TMUX']} {sys.executable} {ROOT}/shell/cst pick")
        until(lambda: re.search(r"FOR +STATE", made.tmux("capture-pane", "-p", "-t", pane)), PATIENCE)
        shell = int(made.tmux("display-message", "-p", "-t", pane, "#{pane_pid}"))
        records = sorted((made.root / "home/.claude/sessions").iterdir())
        pick, begun = chance("minutes"), time.monotonic()
        samples: list[tuple[int, int, int]] = []
        settled = min(60.0, seconds / 3)
        while (passed := time.monotonic() - begun) < seconds or not samples:
            for path in pick.sample(records, 10):
                given = json.loads(path.read_text())
                given |= {"status": pick.choice(("busy", "idle", "waiting")), "statusUpdatedAt": int(time.time() * 1000), "waitingFor": "permission prompt"}
                path.write_text(json.dumps(given))
            made.tmux("send-keys", "-t", pane, pick.choice(("Down", "Up", "C-p")))
            time.sleep(0.5)
            if passed > settled:
                samples.append(_size(_family(shell)))
    third = max(len(samples) // 3, 1)
    first, last = samples[:third], samples[-third:]
    grown = [min(one[at] for one in last) - min(one[at] for one in first) for at in range(3)]
    print(f"{seconds} s, {len(samples)} samples; memory (kB), descriptors, threads: {samples[0]} at first, {samples[-1]} at last, grown by {grown}")

    assert grown[0] < 8_000
    assert grown[1] <= 2
    assert grown[2] <= 2


def _size(pids: list[int]) -> tuple[int, int, int]:
    """Of the processes that stay: private memory in kB, open descriptors, threads."""
    memory = descriptors = threads = 0
    for pid in pids:
        try:
            if _comm(pid) not in ("cst", "fzf", "python3", "python"):
                continue
            status = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
            memory += int(status["RssAnon"].split()[0])
            threads += int(status["Threads"])
            descriptors += len(os.listdir(f"/proc/{pid}/fd"))
        except (OSError, KeyError):
            continue
    return memory, descriptors, threads


