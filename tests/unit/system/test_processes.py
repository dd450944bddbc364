"""The process table, asked about real processes."""

from __future__ import annotations

import os
import signal
import subprocess
import time

import psutil
import pytest

from cst.model import Process
from cst.system import processes, processes_psutil
from tests.testing import Live, started, until

pytestmark = pytest.mark.skipif(not processes.HAS_PROC, reason="there is no /proc")


def read(*pids: int) -> dict[int, Process]:
    return processes.read(list(pids), time.time())


def test_a_process_is_told_by_pid_and_start(live: Live) -> None:
    """Name, start and the moment of the start are those that the kernel tells others."""
    pid = live.start("claude")
    process = read(pid)[pid]

    assert ("claude", started(pid), 0) == (process.name, process.start, process.tty)
    assert pytest.approx(psutil.Process(pid).create_time(), abs=2) == process.started_at
    assert process.start == processes.start_of(pid)


@pytest.mark.parametrize("name", ["a b", "a) S 1 (b", ")", "((", "a\tb", "é"])
def test_a_name_may_hold_anything(live: Live, name: str) -> None:
    """Spaces and parentheses in a name shift no field."""
    pid = live.start(name)
    process = read(pid)[pid]

    assert (name, started(pid), os.getpid()) == (process.name, process.start, process.ancestors[0])


def test_a_zombie_is_not_alive() -> None:
    """A process that has ended and was not waited for is not there."""
    process = subprocess.Popen(["true"])
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)

    assert (read(process.pid), processes.start_of(process.pid)) == ({}, "")
    process.wait()


def test_nobody_is_not_alive() -> None:
    """A pid that nobody has, or could have, is left out."""
    process = subprocess.Popen(["true"])
    process.wait()

    assert read(process.pid, 0, -1, 10**30) == {}
    assert processes.start_of(process.pid) == ""


def test_a_stopped_process_is_in_state_t(live: Live) -> None:
    """Ctrl-Z shows."""
    pid = live.start()
    os.kill(pid, signal.SIGSTOP)
    state = until(lambda: read(pid)[pid].state == "T" and "T")

    assert state == "T"


def test_the_ancestors_come_parent_first() -> None:
    """The chain goes from the parent over us to the first process that init has started."""
    process = subprocess.Popen(["sh", "-c", 'sh -c "echo \\$\\$; read -r x"; :'], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin
    assert process.stdout
    inner = int(process.stdout.readline())
    found = read(inner)[inner].ancestors
    ours = [parent.pid for parent in psutil.Process(os.getpid()).parents() if parent.pid > 1]
    process.communicate(b"\n")

    assert (process.pid, os.getpid(), *ours) == found


def test_only_named_variables_are_taken(live: Live) -> None:
    """The environment of Claude Code holds a token: nothing but five names leaves it."""
    wanted = {"TMUX": "/tmp/s,1,0", "TMUX_PANE": "%7", "HOME": "/home/u", "CLAUDE_CONFIG_DIR": "/c=d\n", "CLAUDECODE": "1"}
    secrets = {"CLAUDE_CODE_MESSAGING_TOKEN": "secret", "TMUX_TOKEN": "secret", "PATH": "/bin", "EMPTY": ""}
    pid = live.start("claude", env={**secrets, **wanted})
    process = read(pid)[pid]

    assert wanted == process.environ
    assert "secret" not in repr(process)


def test_a_stranger_has_no_environment() -> None:
    """What cannot be read is empty, and the process is there all the same."""
    process = read(1)[1]

    assert (process.pid, process.ancestors, process.start.isdigit()) == (1, (), True)


def test_the_processes_of_the_client_are_found_by_name(live: Live) -> None:
    """Every `claude` of this user counts: what each is say its words."""
    mine = {live.start("claude", *words) for words in (["--resume"], ["-p", "x"], ["mcp", "serve"])}
    other_name = live.start("claude2")
    found = set(processes.claude_pids())

    assert mine <= found
    assert other_name not in found


def test_who_is_in_front_of_which_terminal(live: Live) -> None:
    """Of each ancestor the terminal that it is in front of; a process without a terminal is in front of none."""
    pid = live.start("claude")
    process = processes.read([pid], time.time())[pid]

    assert len(process.fronts) == len(process.ancestors)


def test_start_times_do_not_come_from_proc_uptime(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a container with a /proc/uptime of its own (lxcfs) a process started when it did. Bug shown: hours ago or hence,
    and no dialog at a start was seen."""
    pid, now = live.start("claude"), time.time()
    monkeypatch.setattr(processes, "uptime", lambda: 30.0)

    assert abs(processes.read([pid], now)[pid].started_at - now) < 30


def test_a_fork_is_no_program_of_its_own(live: Live) -> None:
    """One that has the words of its parent, one that has become something else, one that has gone; a wrapper's program
    of the same name is one."""
    parent = live.start("claude")
    wrapped = live.start("claude", "--resume")
    other = live.start("bash2", "-c", "x")

    assert [processes.forked(pid, parent) for pid in (parent, wrapped, other, 10**9)] == [True, False, True, True]


@pytest.mark.parametrize("rest", [("--model", ""), ("", "x"), ("a", "", "")])
def test_the_words_of_a_process(live: Live, rest: tuple[str, ...]) -> None:
    """Empty ones too, also the last; none of a process that is gone or of the kernel's, and not one empty word."""
    pid = live.start("claude", *rest)

    assert processes.words_of(pid)[-len(rest) :] == list(rest)
    assert processes.words_of(10**9) == []
    if os.path.exists("/proc/2/comm") and not os.path.exists("/proc/2/exe"):
        assert processes.words_of(2) == []


def test_a_title_over_the_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that writes one there fills the rest with zeros: that is one word."""
    monkeypatch.setattr(processes, "text", lambda _: "claude bg-spare" + 40 * "\0")

    assert processes.words_of(1) == ["claude bg-spare"]


def test_the_folder_of_a_process_is_known(live: Live) -> None:
    """A live one is somewhere, a dead one nowhere."""
    pid = live.start()

    assert (os.getcwd(), "") == (processes.cwd_of(pid), processes.cwd_of(10**9))


def test_the_uptime_is_the_kernels() -> None:
    """Seconds since the machine started, on the clock that hooks write down."""
    assert pytest.approx(time.clock_gettime(time.CLOCK_BOOTTIME), abs=30) == processes.uptime()


def test_the_portable_way_tells_the_same(live: Live) -> None:
    """Through psutil the same processes are alive, with the same names; their start is not comparable."""
    pid = live.start("claude", env={"TMUX": "x", "SECRET": "y"})
    dead = subprocess.Popen(["true"])
    os.waitid(os.P_PID, dead.pid, os.WEXITED | os.WNOWAIT)
    found = processes_psutil.read([pid, dead.pid, 10**9])
    here = read(pid)[pid]
    dead.wait()

    assert [pid] == list(found)
    assert (found[pid].name, found[pid].start, found[pid].environ) == ("claude", "", {"TMUX": "x"})
    assert here.ancestors == tuple(parent for parent in found[pid].ancestors if parent > 1)
    assert processes_psutil.start_of(pid) == ""


def test_both_ways_take_the_same_names() -> None:
    """The list of variables stands in two modules that cannot import each other."""
    assert processes.NAMES == processes_psutil._NAMES
