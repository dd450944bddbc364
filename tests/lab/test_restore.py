"""`cst restore` with the real client: what a crash, a shutdown and a reboot took is found, told, and put where it was."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.lab import cst, processes
from tests.lab.conftest import MakeLab
from tests.lab.lab import Lab, every
from tests.lab.retry import until

# tmux session, window, folder: six sessions in three tmux sessions
SIX = (
    ("work", "api", "api"), ("work", "100% #web", "web"), ("side", "docs", "docs"), ("side", "gone", "gone"),
    ("ops", "mute", "mute"), ("ops", "never", "never"),
)  # fmt: skip
ARGUMENTS = "--permission-mode manual --add-dir .. --settings '{}'"
AGAIN = ["--permission-mode", "manual", "--add-dir", ".."]
SHAPE = "#{session_name}:#{window_index} #{window_name}"


@pytest.fixture
def lab(make_lab: MakeLab) -> Lab:
    """A lab of this test's own, whose login shells find the client, with six sessions that have answered."""
    made = make_lab(cst.hooks)
    (Path(made.env["HOME"]) / ".bash_profile").write_text(f"PATH={shlex.quote(made.env['PATH'])}\n")
    for group, window, folder in SIX:
        (made.projects / folder).mkdir()
        there = group in made.tmux("list-sessions", "-F", "#{session_name}", check=False).split("\n")
        place = ["new-window", "-d", "-t", f"={group}:"] if there else ["new-session", "-d", "-s", group]
        pane = made.tmux(*place, "-P", "-F", "#{pane_id}", "-n", window.replace("#", "##"), "-c", str(made.projects / folder),
                         "/bin/bash --norc --noprofile")  # fmt: skip
        made.tmux("send-keys", "-t", pane, f"claude {ARGUMENTS} '[[say:{folder} is done.]]'", "Enter")
    until(lambda: len([one for one in fleet(made) if one["last_words"]]) == 6, 60, lambda: str(fleet(made)))
    assert ran(made, "tag", "--add", "keep", key(made, "api")).returncode == 0
    assert ran(made, "pin", key(made, "web")).returncode == 0
    assert ran(made, "status").returncode == 0  # a status line has run
    return made


def ran(lab: Lab, *words: str) -> subprocess.CompletedProcess[str]:
    return cst.run(lab, *words, TMUX=f"{lab.socket},0,0")


def fleet(lab: Lab) -> list[dict[str, Any]]:
    return [one for one in cst.fleet(lab, TMUX=f"{lab.socket},0,0") if one["pid"]]


def of(lab: Lab, folder: str) -> dict[str, Any]:
    """The live session of a folder; {} for none."""
    return next((one for one in fleet(lab) if one["cwd"] == str(lab.projects / folder)), {})


def key(lab: Lab, folder: str) -> str:
    found: str = of(lab, folder)["key"]
    return found


def words(pid: int) -> list[str]:
    """What a process was started with."""
    return Path(f"/proc/{pid}/cmdline").read_text().rstrip("\0").split("\0")


def shape(lab: Lab) -> list[str]:
    """Every window of the server."""
    return sorted(lab.tmux("list-windows", "-a", "-F", SHAPE, check=False).splitlines())


def crash(lab: Lab) -> None:
    """tmux is killed: all its terminals are closed at once."""
    clients, server = alive(lab)
    processes.send(server, signal.SIGKILL)
    assert processes.wait_gone([*clients, server], 20) == []


def shut_down(lab: Lab) -> None:
    """As a machine that is shut down: SIGTERM to everything, SIGKILL to what is still there."""
    clients, server = alive(lab)
    for one in [*clients, server]:
        processes.send(one, signal.SIGTERM)
    processes.wait_gone([*clients, server], 5)
    processes.end([*clients, server])


def reboot(lab: Lab) -> None:
    """As after a power cut: nobody heard anything, all that was written is from before the last start of the machine,
    and a client that was started since has swept the records of the dead."""
    clients, server = alive(lab)
    for one in [*clients, server]:
        processes.send(one, signal.SIGKILL)
    assert processes.wait_gone([*clients, server], 20) == []
    back = time.clock_gettime(time.CLOCK_BOOTTIME) + 3600
    for path in (lab.root / "state/cst/events/v1").glob("*.jsonl"):
        lines = [json.loads(line) for line in path.read_text().splitlines() if line]
        path.write_text("".join("\n" + json.dumps({**line, "t": line["t"] - int(back)}, separators=(",", ":")) + "\n" for line in lines))
    places = lab.root / "state/cst/places/v1.json"
    noted = json.loads(places.read_text())
    noted["servers"] = {name: t - back for name, t in noted["servers"].items()}
    noted["sessions"] = {name: {**one, "t": one["t"] - back} for name, one in noted["sessions"].items()}
    places.write_text(json.dumps(noted))
    for path in lab.config.glob("projects/*/*.jsonl"):
        os.utime(path, (time.time() - back, time.time() - back))
    for path in lab.registry.iterdir():
        path.unlink()


class NextBoot:
    """The machine as after another boot, for all that runs in it: another id, an uptime of seconds, no older process'
    times that make sense. Namespaces do that; the pids stay those of the machine, as the pid namespace of a machine has
    the same name after each boot."""

    def __init__(self, folder: Path) -> None:
        (folder / "boot_id").write_text("11111111-2222-4333-8444-555555555555\n")
        offset = 2 - int(time.clock_gettime(time.CLOCK_BOOTTIME))
        begin = f"mount --bind {folder}/boot_id /proc/sys/kernel/random/boot_id && touch {folder}/ready && exec sleep 900"
        self._holder = subprocess.Popen(["unshare", "--mount", "--time", f"--boottime={offset}", "sh", "-c", begin])
        until(lambda: (folder / "ready").exists() or self._holder.poll() is not None, 20, lambda: "no namespace")
        self.words = ["nsenter", f"--target={self._holder.pid}", "--mount", "--time", f"--wd={folder}"]
        self.program = folder / "cst"
        self.program.write_text(f'#!/bin/sh\nexec {shlex.join(self.words)} -- {cst.PROGRAM} "$@"\n')
        self.program.chmod(0o755)

    def there(self) -> bool:
        """Whether it could be made."""
        return self._holder.poll() is None

    def read(self, path: str) -> str:
        return subprocess.run([*self.words, "cat", path], capture_output=True, text=True, check=True).stdout.strip()

    def over(self) -> None:
        self._holder.kill()
        self._holder.wait()


@pytest.fixture
def next_boot(tmp_path: Path) -> Iterator[NextBoot]:
    """Not entered yet."""
    made = NextBoot(tmp_path)
    if not made.there():
        pytest.skip("this user cannot make mount and time namespaces")
    yield made
    made.over()


def alive(lab: Lab) -> tuple[list[processes.Process], processes.Process]:
    """The clients, and the tmux server."""
    server = processes.identify(int(lab.tmux("display-message", "-p", "#{pid}")))
    found = [processes.identify(one["pid"]) for one in fleet(lab)]
    assert server
    assert all(found)
    return [one for one in found if one], server


@pytest.mark.parametrize("end", [crash, pytest.param(shut_down, marks=every), pytest.param(reboot, marks=every)])
def test_all_are_where_they_were(lab: Lab, end: Callable[[Lab], None]) -> None:
    """tmux sessions, windows with their names and numbers, folders, marks, conversations; and it was offered, not done."""
    before, ids = shape(lab), sorted(one["id"] for one in fleet(lab))
    end(lab)
    doctor = ran(lab, "doctor").stdout
    refused = ran(lab, "restore")
    untouched = shape(lab)
    done = ran(lab, "restore", "--yes")
    again = ran(lab, "restore", "--yes")

    assert "6 sessions were lost: `cst restore`" in doctor
    assert (refused.returncode, refused.stderr) == (
        1, "cst: restore asks before it starts sessions, and there is no terminal to ask on; pass --yes\n")
    assert untouched == []
    assert (done.returncode, done.stderr) == (0, ""), done
    assert (shape(lab), sorted(one["id"] for one in fleet(lab))) == (before, ids)
    assert {folder: of(lab, folder)["tmux"]["session"] for _, _, folder in SIX} == {folder: group for group, _, folder in SIX}
    assert (of(lab, "api")["tags"], of(lab, "web")["pinned"]) == (["keep"], True)
    assert refused.stdout.count("with --permission-mode manual --add-dir ..; without --settings") == 6
    assert {one["id"]: words(one["pid"]) for one in fleet(lab)} == {one: ["claude", "--resume", one, *AGAIN] for one in ids}
    assert (again.returncode, again.stderr) == (1, "cst: no session was lost, and none is parked\n")


@pytest.mark.parametrize("swept", [True, pytest.param(False, marks=every)])
def test_another_boot(lab: Lab, next_boot: NextBoot, monkeypatch: pytest.MonkeyPatch, swept: bool) -> None:
    """Everything was killed with the machine; cst, tmux and the clients run in the next boot. The records of the dead are
    there, or were swept by a client that has started since: all are lost, and where they were."""
    before, ids = shape(lab), sorted(one["id"] for one in fleet(lab))
    clients, server = alive(lab)
    for one in [*clients, server]:
        processes.send(one, signal.SIGKILL)
    assert processes.wait_gone([*clients, server], 20) == []
    if swept:
        for path in lab.registry.iterdir():
            path.unlink()
    monkeypatch.setattr(cst, "PROGRAM", str(next_boot.program))
    doctor = ran(lab, "doctor").stdout
    listed = ran(lab, "restore").stdout
    done = ran(lab, "restore", "--yes")

    assert next_boot.read("/proc/sys/kernel/random/boot_id") == "11111111-2222-4333-8444-555555555555"
    assert float(next_boot.read("/proc/uptime").split()[0]) < 900
    assert "6 sessions were lost: `cst restore`" in doctor
    assert listed.count("lost  ") == 6
    assert (done.returncode, done.stderr) == (0, ""), done
    assert (shape(lab), sorted(one["id"] for one in fleet(lab))) == (before, ids)
    assert {folder: of(lab, folder)["tmux"]["session"] for _, _, folder in SIX} == {folder: group for group, _, folder in SIX}
    assert (of(lab, "api")["tags"], of(lab, "web")["pinned"]) == (["keep"], True)


def test_what_cannot_be_restored_is_told(lab: Lab) -> None:
    """A folder that is gone, a transcript that is gone, one that runs again, one that was dismissed, one that was ended
    by hand: nothing is guessed, nothing opened twice."""
    ids = {folder: of(lab, folder)["id"] for _, _, folder in SIX}
    assert ran(lab, "kill", "--yes", key(lab, "web")).returncode == 0
    crash(lab)
    shutil.rmtree(lab.projects / "gone")
    next(lab.config.glob(f"projects/*/{ids['mute']}.jsonl")).unlink()
    lab.open("again", project="docs", args=f"--resume {ids['docs']}")
    dismissed = ran(lab, "restore", "--dismiss", ids["never"])
    done = ran(lab, "restore", "--yes")
    told = done.stdout.splitlines()
    rows = [line for line in told[:-2] if not line.strip().startswith("with ")]
    about = {line.split()[1]: (line.split()[0], below.strip()) for line, below in zip(rows[::2], rows[1::2], strict=True)}
    named = ran(lab, "restore", "--yes", ids["docs"])

    assert dismissed.returncode == 0, dismissed
    assert about["gone"] == ("lost", "it ended together with others of its tmux server; its folder is gone")
    assert about[ids["mute"][:8] if "mute" not in about else "mute"][1].endswith("; its transcript is gone")
    assert about["docs"] == ("running", f"it runs as process {of(lab, 'docs')['pid']}")
    assert about["never"][0] == "dismissed"
    assert "web" not in about
    assert told[-2:] == ["1 can be restored, each in a window of tmux.", "restored api in work:0"]
    assert sorted(one["cwd"].rpartition("/")[2] for one in fleet(lab)) == ["api", "docs"]
    assert (named.returncode, named.stdout) == (1, "")
    assert f"docs lives as process {of(lab, 'docs')['pid']}; `cst jump " in named.stderr


def test_parked_and_ended(lab: Lab) -> None:
    """Before a reboot: all are written down and ended, and come back where they were, snoozed where that is for a
    time."""
    before = shape(lab)
    ran(lab, "snooze", "api", "--for", "2h")
    ran(lab, "snooze", "web", "--until-changes")
    done = ran(lab, "park", "--all", "--end", "--yes")
    lab.tmux("kill-server")
    until(lambda: not shape(lab), 10, lambda: str(shape(lab)))
    doctor = ran(lab, "doctor").stdout
    back = ran(lab, "restore", "--parked", "--yes")

    assert (done.returncode, done.stdout.count("has ended")) == (0, 6), done
    assert "no session was lost in the last few days" in doctor
    assert (back.returncode, shape(lab)) == (0, before), back
    assert [one["project"] for one in fleet(lab) if one["snoozed"]] == ["api"]


def test_what_nobody_has_seen_needs_you_again(lab: Lab) -> None:
    """A turn that the end cut off, and answers that nobody had seen; not the one that was seen. The prompt that was
    queued is told: the client begins with an empty queue."""
    assert ran(lab, "seen", key(lab, "web")).returncode == 0
    for text in ("[[sleep:300]]", "and then the docs"):
        lab.tmux("send-keys", "-t", "=work:api", text, "Enter")
        until(lambda: of(lab, "api")["state"] == "working", 30, lambda: str(of(lab, "api")))
    until(lambda: "1 queued prompt" in ran(lab, "kill", "--dry-run", key(lab, "api")).stdout, 30, lambda: str(of(lab, "api")))
    assert ran(lab, "park", "--all", "--end", "--yes").returncode == 0
    lab.tmux("kill-server")
    until(lambda: not shape(lab), 10, lambda: str(shape(lab)))
    back = ran(lab, "restore", "--parked", "--yes")
    until(lambda: not [one for one in fleet(lab) if one["state"] == "starting"], 30, lambda: str(fleet(lab)))
    found = {one["cwd"].rpartition("/")[2]: (one["state"], one["needs_you"]) for one in fleet(lab)}
    key_press = ran(lab, "status").stdout

    assert back.returncode == 0, back
    assert found == {
        "api": ("interrupted", True), "web": ("idle", False),
        **dict.fromkeys(("docs", "gone", "mute", "never"), ("done", True)),
    }
    assert "5 need you" in key_press
    assert "cut off in mid-turn; 1 queued prompt went with it: “and then the docs”" in back.stdout
    assert "queued" not in ran(lab, "kill", "--dry-run", key(lab, "api")).stdout
