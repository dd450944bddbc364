"""Sessions on other machines and in containers: a real sshd in network namespaces, real pid and mount namespaces."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.testing import ID, OTHER_ID, ROOT, Live, TmuxServer, cst, registry_entry, started, until, write_registry
from tests.testing.hosts import Container, Network, SshHost, configure, require


@pytest.fixture
def two(net: Network, home: Path, live: Live) -> tuple[SshHost, SshHost]:
    """Two hosts with a session each, `dev` and `gpu`."""
    dev, gpu = net.host("dev"), net.host("gpu")
    dev.session(live.start(), "api", "waiting", waitingFor="permission prompt")
    gpu.session(live.start(), "train", session_id=OTHER_ID)
    configure(home, dev=dev.prefix, gpu=gpu.prefix)
    return dev, gpu


def names(text: str) -> dict[str, str]:
    """Of `ls --json`: the state of each session by its host and name."""
    return {f"{one['host']}/{one['name']}": one["state"] for one in json.loads(text)["sessions"]}


def test_a_container_in_the_list(box: Container) -> None:
    """Its session has the host before its key, and its own pid, that of its namespace; this machine's stay apart."""
    done = cst("ls", "--all-hosts", "--json")
    [session] = json.loads(done.stdout)["sessions"]

    assert (done.returncode, done.stderr) == (0, "")
    assert (session["key"], session["host"], session["state"], session["needs_you"]) == (f"box/{box.key}", "box", "permission", True)
    assert session["pid"] == box.inner != box.pid
    assert json.loads(cst("ls", "--json").stdout)["sessions"] == []


def test_two_hosts_and_a_table(net: Network, two: tuple[SshHost, SshHost]) -> None:
    """Most urgent first, whatever machine it is on; each row says where."""
    done = net.cst("ls", "--all-hosts")
    rows = done.stdout.splitlines()

    assert (done.returncode, done.stderr, len(rows)) == (0, "", 3)
    assert "api" in rows[1]
    assert "dev: not in tmux" in rows[1] or "dev/" in rows[1]
    assert "train" in rows[2]
    assert names(net.cst("ls", "--host", "gpu", "--json").stdout) == {"gpu/train": "working"}


def test_a_host_goes_silent(net: Network, two: tuple[SshHost, SshHost], home: Path) -> None:
    """Its rows go, and one line says since when; the other's stay. It comes back as if nothing had been."""
    _, gpu = two
    assert names(net.cst("ls", "--all-hosts", "--json").stdout) == {"dev/api": "permission", "gpu/train": "working"}
    configure(home, "gpu", dev=two[0].prefix, gpu=gpu.prefix)
    gpu.goes_silent()
    begun = time.monotonic()
    done = net.cst("ls", "--all-hosts")

    assert done.returncode == 0
    assert "train" not in done.stdout
    assert "api" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("gpu: no answer for ")
    assert "(1 session then)" in done.stdout.splitlines()[-1]
    assert time.monotonic() - begun < 60
    assert net.cst("ls", "--host", "gpu").returncode == 1
    assert "gpu: no answer" in net.cst("status", "--all-hosts").stdout
    gpu.comes_back()
    configure(home, dev=two[0].prefix, gpu=gpu.prefix)
    until(lambda: names(net.cst("ls", "--all-hosts", "--json").stdout) == {"dev/api": "permission", "gpu/train": "working"}, 60)


def test_a_slow_host(net: Network, two: tuple[SshHost, SshHost]) -> None:
    """Two seconds are waited for."""
    two[1].says("sleep 2")
    both = {"dev/api": "permission", "gpu/train": "working"}

    until(lambda: names(net.cst("ls", "--all-hosts", "--json").stdout) == both, 60)  # a busy machine needs more than that


def test_killed_in_mid_answer(net: Network, two: tuple[SshHost, SshHost]) -> None:
    """Half an answer is none."""
    two[1].says("""printf '{"schema": 1, "now": 1, "sess'; kill -9 $PPID; exit""")
    done = net.cst("ls", "--all-hosts")

    assert (done.returncode, "api" in done.stdout, "train" in done.stdout) == (0, True, False)
    assert done.stdout.splitlines()[-1].startswith("gpu: ")


def test_another_version(net: Network, two: tuple[SshHost, SshHost]) -> None:
    """Its rows are there, and a line says which is older; of another schema there are none."""
    two[1].says('''[ "$1" = ls ] && { "$0.real" "$@" | sed 's/"version": "[^"]*"/"version": "0.0.9"/'; exit; }''')
    (two[1].bin / "cst").rename(two[1].bin / "cst.new")
    two[1].says("")
    (two[1].bin / "cst").rename(two[1].bin / "cst.real")
    (two[1].bin / "cst.new").rename(two[1].bin / "cst")
    done = net.cst("ls", "--all-hosts")

    assert "train" in done.stdout
    assert "gpu: has cst 0.0.9, here is 0.1.0; update the older one" in done.stdout
    two[1].says("echo '{\"schema\": 2, \"now\": 1, \"sessions\": []}'; exit")
    assert "gpu: its answer has the schema 2, not 1; update the older cst" in net.cst("ls", "--all-hosts").stdout


def test_no_cst_there(net: Network, two: tuple[SshHost, SshHost]) -> None:
    """It says so, and how to fix it."""
    (two[1].bin / "cst").unlink()

    assert "gpu: has no `cst` on its PATH; install it there, or end the prefix in" in net.cst("ls", "--host", "gpu").stdout


@pytest.mark.parametrize("word", ["box/boxed", "key"])
def test_acting_in_a_container(box: Container, word: str) -> None:
    """Marks are made there; a kill ends the process there, and its exit code is ours."""
    word = f"box/{box.key}" if word == "key" else word
    for words in (("pin", word), ("tag", word, "--add", "release"), ("snooze", word, "--for", "2h"), ("rename", word, "a b'$(x)")):
        done = cst(*words)
        assert (done.returncode, done.stderr) == (0, ""), words
    [session] = json.loads(cst("ls", "--host", "box", "--json").stdout)["sessions"]

    assert (session["pinned"], session["tags"], session["snoozed"], session["name"]) == (True, ["release"], True, "a b'$(x)")
    assert (box.home / ".local/state/cst/marks/v1.jsonl").exists()
    assert cst("kill", f"box/{box.key}").stderr.startswith("cst: kill asks before it ends a session")
    done = cst("kill", "--yes", f"box/{box.key}")
    assert (done.returncode, done.stderr) == (0, "")
    assert cst("show", "box/nobody").stderr == "cst: box: no session is called 'nobody'; `cst ls --all` lists them\n"
    until(lambda: not Path(f"/proc/{box.pid}/comm").exists())


@pytest.mark.parametrize("word", ["it's", "a b", "$(touch pwned)", "`x`", "a;b", "-rf", "*", "a\\b", 'q"q', "#(x)", "é", "~"])
def test_a_word_arrives_as_it_is(net: Network, two: tuple[SshHost, SshHost], word: str, tmp_path: Path) -> None:
    """Whatever shell there reads the line."""
    log = tmp_path / "words"
    two[0].says(f'for word; do printf "%s\\n" "$word" >>{log}; done; exit')
    net.cst("rename", "dev/api", "--", word)

    assert log.read_text().splitlines() == ["rename", "--", "api", word]


def test_standard_input_goes_there(net: Network, two: tuple[SshHost, SshHost], tmp_path: Path) -> None:
    """`send -` hands it on, whole; a text of the command line takes the same way and is in no list of processes."""
    log, text = tmp_path / "text", "line\n" * 40_000
    two[0].says(f'cat >{log}; printf "%s|" "$@"; exit')

    assert net.cst("send", "dev/api", "-", given=text).stdout == "send|--|api|-|\n"
    assert log.read_text() == text
    assert net.cst("send", "dev/api", "two words").stdout == "send|--|api|-|\n"
    assert log.read_text() == "two words"


def test_the_exit_code_and_the_errors_come_back(net: Network, two: tuple[SshHost, SshHost]) -> None:
    """Cleaned, with the host before them."""
    two[0].says(r"printf 'a\033[31mred\033]0;x\007\n'; printf 'cst: no\033[2J\n' >&2; exit 2")
    done = net.cst("seen", "dev/api")

    assert (done.returncode, done.stdout, done.stderr) == (2, "ared\n", "cst: dev: no\n")


def test_status_waits_for_nobody(net: Network, two: tuple[SshHost, SshHost], home: Path, tmp_path: Path) -> None:
    """It has what was said last, and has them asked in the background."""
    gate = tmp_path / "gate"
    two[0].says(f"[ -e {gate} ] || exit 1")
    assert net.cst("status", "--all-hosts").stdout.strip() == ""
    until(lambda: (home / ".local/state/cst/hosts/v1/dev.json").exists())
    gate.touch()
    (home / ".local/state/cst/hosts/v1/dev.json").unlink()
    until(lambda: "1 needs you · permission" in net.cst("status", "--all-hosts").stdout, 30)


def test_next_goes_there(net: Network, two: tuple[SshHost, SshHost]) -> None:
    """What needs you on a host is next where nothing here does."""
    until(lambda: "api" in net.cst("next", "--peek", "--all-hosts").stdout, 60)  # it waits for nobody longer than 2 s
    assert net.cst("next", "--peek").returncode == 1


def test_a_key_of_two_machines(net: Network, two: tuple[SshHost, SshHost], live: Live, claude: Path) -> None:
    """Each part of a command runs where its sessions are."""
    pid = live.start()
    write_registry(claude, registry_entry(pid, procStart=started(pid), tmux=None, name="here", nameSource="user", sessionId=ID))
    done = net.cst("pin", "dev/api", "here", "gpu/train")

    assert (done.returncode, done.stderr) == (0, "")
    pinned = {f"{one['host']}/{one['name']}" for one in json.loads(net.cst("ls", "--all-hosts", "--json").stdout)["sessions"] if one["pinned"]}
    assert pinned == {"dev/api", "None/here", "gpu/train"}


def doctor(done: subprocess.CompletedProcess[str]) -> dict[str, tuple[str, str, str | None]]:
    """Of `doctor --json`: outcome, what was found and what to do, by host."""
    found = [check for check in json.loads(done.stdout)["checks"] if check["check"] == "hosts"]
    return {re.split("[ :]", check["found"])[0]: (check["outcome"], check["found"], check["fix"]) for check in found}


def test_the_doctor_asks_each_host(net: Network, two: tuple[SshHost, SshHost], home: Path) -> None:
    """All at once: one that answers, one with another version, one that is gone, one without cst, one without a program."""
    dev, gpu = two
    configure(home, "dead", dev=dev.prefix, dead=gpu.prefix.replace(gpu.address, "10.77.2.9"), bare=gpu.prefix.replace(str(gpu.bin), "/none"), none="no-such-program x")
    found = doctor(net.cst("doctor", "--json"))

    assert found["dev"][0] == "ok"
    assert re.fullmatch(r"dev answers, in \d+\.\d s: 1 session, cst \S+", found["dev"][1])
    assert (found["dead"][0], found["dead"][1].startswith("dead: no answer"), "--version` by hand" in str(found["dead"][2])) == ("note", True, True)
    assert found["bare"][:2] == ("wrong", "bare: has no `cst` on its PATH")
    assert "install it there" in str(found["bare"][2])
    assert found["none"] == ("wrong", "none: no-such-program is not installed or not on PATH", "install it, or fix the prefix in config.toml")


def test_the_doctor_and_a_container(box: Container, home: Path) -> None:
    """It answers; with another version, with a source that fails there, without cst; a prefix that cannot be read. What
    it says is clean."""
    assert doctor(cst("doctor", "--json"))["box"][0] == "ok"
    box.says('printf \'{"schema":1,"now":1,"version":"0.0.9","sessions":[]}\'; exit')
    found = doctor(cst("doctor", "--json"))["box"]
    assert (found[0], found[1].partition("; ")[2], found[2]) == ("note", "has cst 0.0.9, here is 0.1.0", "update the older one")
    box.says("printf 'no\\033]0;x\\007 entry' >&2; exit 9")
    found = doctor(cst("doctor", "--json"))["box"]
    assert (found[0], "\x1b" in found[1], "no entry" in found[1].replace("]0;x", "")) == ("note", False, True), found
    (box.bin / "cst").unlink()
    assert doctor(cst("doctor", "--json"))["box"][:2] == ("wrong", "box: has no `cst` on its PATH")
    configure(home)
    assert doctor(cst("doctor", "--json")) == {}


def test_nothing_is_left_of_a_test_that_is_killed(tmp_path: Path, home: Path) -> None:
    """A container, a network and a tmux server end with the process that made them, however it ends."""
    require("nsenter", "unshare", "ip", "ssh", "ssh-keygen", "/usr/sbin/sshd")
    script = f"""
from pathlib import Path
from tests.testing import TmuxServer
from tests.testing.hosts import Container, network
folder, server = Path({str(tmp_path)!r}), TmuxServer(Path({str(home)!r}))
pane, box = server.pid_of(server.new("one")), Container(folder / "box")
with network(folder / "net") as net:
    print(box.pid, pane, net.host("dev").sshd.pid, net.tag, net.run_dir, server.folder, flush=True)
    input()
"""
    made = subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert made.stdout
    *pids, tag, run_dir, folder = made.stdout.readline().split()
    assert all(Path(f"/proc/{pid}/comm").exists() for pid in pids)
    assert tag in subprocess.run(["ip", "netns"], capture_output=True, text=True, check=True).stdout
    made.kill()
    made.communicate()

    until(lambda: not any(Path(f"/proc/{pid}/comm").exists() for pid in pids), 30)
    until(lambda: tag not in subprocess.run(["ip", "netns"], capture_output=True, text=True, check=True).stdout, 30)
    until(lambda: not Path(run_dir).exists() and not Path(folder).exists(), 30)


def test_a_home_that_machine_and_container_share(box: Container, live: Live) -> None:
    """In the container nobody can see whether the machine's session lives: it is elsewhere there, alive or not, and has
    never ended."""
    pid = live.start()
    entry = registry_entry(pid, procStart=started(pid), pidDomain=f"linux::{os.readlink('/proc/self/ns/pid')}", tmux=None, name="outer", nameSource="user", sessionId=OTHER_ID)
    write_registry(box.claude, entry)
    expected = {"box/boxed": "permission", "box/outer": "elsewhere"}
    assert names(cst("ls", "--host", "box", "--json").stdout) == expected
    live.stop()

    assert names(cst("ls", "--host", "box", "--json").stdout) == expected


def test_ls_watch_with_hosts(box: Container) -> None:
    """In a pipe it prints again at each change there, with the age of the answer, or with what is wrong."""
    for words in (("--all-hosts",), ("--host", "box")):
        argv = [sys.executable, str(ROOT / "shell/cst"), "ls", "--watch", *words]
        with subprocess.Popen(argv, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, text=True) as watch:
            assert watch.stdout
            lines = iter(watch.stdout)
            assert next(line for line in lines if "permission" in line)
            assert re.search(r"box \d+s ago", next(lines))
            assert cst("pin", "box/boxed").returncode == 0
            assert next(line for line in lines if "★" in line)
            box.says("exit 9")
            assert next(line for line in lines if "box: no answer for" in line)
            watch.kill()
        box.says("")
        assert cst("pin", "--off", "box/boxed").returncode == 0


def test_ls_watch_with_hosts_on_a_terminal(box: Container, tmux_server: TmuxServer, home: Path) -> None:
    """One line says how old the answers are; q leaves, and nothing is left."""
    env = f"env HOME={home} TMUX_TMPDIR={tmux_server.folder} PYTHONPATH={ROOT} LC_ALL=C.UTF-8 {sys.executable} {ROOT}/shell/cst"
    pane = tmux_server.new("desk", "sh", "-c", f"{env} ls --watch --host box; echo left with $?; exec cat")
    until(lambda: re.search(r"box/boxed.*box \d+s ago", tmux_server.run("capture-pane", "-p", "-t", pane), re.DOTALL), 30)
    tmux_server.run("send-keys", "-t", pane, "q")
    until(lambda: "left with 0" in tmux_server.run("capture-pane", "-p", "-t", pane), 30)


def test_a_registry_that_machines_share(claude: Path, live: Live) -> None:
    """A session of a pid namespace that is gone or that nobody here sees into, and one of another machine whose pid is
    somebody's here: elsewhere, whether that pid lives here or not, never ended, and never killed."""
    require("unshare")
    words = ["unshare", "--pid", "--fork", "--mount-proc", "readlink", "/proc/self/ns/pid"]
    space = subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip()
    assert space != os.readlink("/proc/self/ns/pid")
    pids = live.start(), live.start()
    domains = f"linux::{space}", f"linux:0123:{os.readlink('/proc/self/ns/pid')}"
    for pid, domain, session in zip(pids, domains, (ID, OTHER_ID), strict=True):
        start = started(pid) if space in domain else str(int(started(pid)) + 100_000)
        write_registry(claude, registry_entry(pid, procStart=start, pidDomain=domain, tmux=None, name=domain[:7], nameSource="user", sessionId=session))
    expected = {"None/linux::": "elsewhere", "None/linux:0": "elsewhere"}

    assert names(cst("ls", "--json").stdout) == expected
    assert cst("kill", "--yes", "linux:0").returncode == 1
    assert all(Path(f"/proc/{pid}/comm").exists() for pid in pids)
    live.stop()
    assert names(cst("ls", "--json").stdout) == expected


def test_a_deed_that_breaks_off(net: Network, two: tuple[SshHost, SshHost]) -> None:
    """The connection ends once cst there has begun: nobody knows, and it is called that; a host that was never reached
    did nothing."""
    two[1].says('[ "$1" = pin ] && { kill -9 $PPID; exit; }')
    done = net.cst("pin", "gpu/train")
    assert (done.returncode, "it may or may not have been done there; look with `cst ls --host gpu`" in done.stderr) == (4, True), done
    two[1].stop()
    until(lambda: net.cst("ls", "--host", "gpu").returncode == 1, 60)
    done = net.cst("pin", "gpu/train")

    assert (done.returncode, "Connection refused; nothing was done there" in done.stderr) == (1, True), done
