"""Other machines for tests: a real sshd in a network namespace of its own, a container-like pid and mount namespace.

Nothing of them is in the machine's own network: the client has a namespace too, and `Network.cst` runs in there.
"""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.testing import ID, ROOT, TmuxServer, registry_entry, started, until, write_registry
from tests.testing.ender import DIES_WITH_US, Ender

REQUIRED = bool(os.environ.get("CST_REQUIRE_HOSTS"))
_SSHD = "/usr/sbin/sshd"
# All that runs in the namespaces of a network, the namespaces, the folder of its shared connections.
_END = """
for name in $(ip netns list | cut -d" " -f1 | grep "^$1-"); do kill -9 $(ip netns pids "$name"); ip netns del "$name"; done
rm -rf "$2"
"""


def require(*programs: str) -> None:
    """Skip a test where the machine cannot make namespaces, or lacks a program; fail where that is required (CI)."""
    missing = [program for program in programs if not shutil.which(program) and not os.path.exists(program)]
    done = subprocess.run(["unshare", "--net", "--pid", "--mount", "--fork", "true"], capture_output=True, check=False)
    if missing or os.getuid() or done.returncode:
        why = f"hosts need root, namespaces and openssh-server{': no ' + ', '.join(missing) if missing else ''}"
        if REQUIRED:
            pytest.fail(why)
        pytest.skip(why)


def wrapper(folder: Path, before: str = "") -> Path:
    """A `cst` for a PATH: that of this checkout; what stands in `before` (sh) happens first."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "cst"
    path.write_text(f'#!/bin/sh\n{before}\nPYTHONPATH={ROOT} exec {sys.executable} {ROOT}/shell/cst "$@"\n')
    path.chmod(0o755)
    return path


class Machine:
    """What all hosts have: a home with a Claude Code folder, a `cst`, and the prefix that leads there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = folder / "home"
        self.claude = self.home / ".claude"
        self.claude.mkdir(parents=True)
        self.bin = folder / "bin"
        wrapper(self.bin)
        self.prefix = ""
        self.tmux = TmuxServer(self.home, "default")  # what there is called no name; it does not run before it is asked

    @property
    def env(self) -> str:
        """The end of the prefix: the environment of whoever logs in there."""
        return f"env HOME={self.home} PATH={self.bin}:/usr/bin:/bin TMUX_TMPDIR={self.tmux.folder} LANG=C.UTF-8"

    def in_tmux(self, name: str) -> str:
        """A session that waits for a permission, in a tmux session of its own there; its pane."""
        pane = self.tmux.new(name)
        self.session(self.tmux.pid_of(pane), name, "waiting", session_id=str(uuid.uuid4()), waitingFor="permission prompt")
        return pane

    def says(self, before: str) -> None:
        """What `cst` there does first, in sh."""
        wrapper(self.bin, before)

    def session(self, pid: int, name: str, status: str = "busy", inner: int = 0, **more: Any) -> str:
        """A record of a live process; its key there."""
        now = int(time.time() * 1000)
        entry = registry_entry(
            inner or pid, procStart=started(pid), status=status, tmux=None, name=name, nameSource="user",
            statusUpdatedAt=now - 60_000, updatedAt=now, startedAt=now - 600_000, sessionId=more.pop("session_id", ID),
            cwd=str(self.home), **more,
        )  # fmt: skip
        write_registry(self.claude, entry)
        return f"{inner or pid}.{started(pid)}"


class Container(Machine):
    """A pid and a mount namespace with a session in it, entered through nsenter."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        agent = folder / "claude"
        agent.write_text("#!/bin/sh\nread -r line\n")
        agent.chmod(0o755)
        pipe = folder / "held"
        os.mkfifo(pipe)
        self.process = subprocess.Popen(
            [*DIES_WITH_US, "unshare", "--pid", "--mount", "--fork", "--kill-child", "--mount-proc", "sh", "-c",
             f'HOME={self.home} {agent} <>{pipe} & echo $! >{folder}/pid; wait; exec sleep 1000'],
        )  # fmt: skip
        self.inner = int(until(lambda: (folder / "pid").exists() and (folder / "pid").read_text().strip()))
        self.init = int(until(lambda: self._children(self.process.pid)))
        self.prefix = f"nsenter -t {self.init} -p -m {self.env}"
        [self.pid] = until(lambda: [pid for pid in map(int, self._children(self.init).split()) if self._is_agent(pid)])
        self.key = self.session(self.pid, "boxed", "waiting", self.inner, waitingFor="permission prompt")

    @staticmethod
    def _children(pid: int) -> str:
        return Path(f"/proc/{pid}/task/{pid}/children").read_text().strip()

    @staticmethod
    def _is_agent(pid: int) -> bool:
        return Path(f"/proc/{pid}/comm").read_text() == "claude\n"

    def in_tmux(self, name: str) -> str:
        """As elsewhere, with a server that runs in the container, whose socket is seen from here too."""
        words = [*shlex.split(self.prefix), "tmux", "-u", "-f", "/dev/null", "new-session", "-d", "-s", name, "cat"]
        subprocess.run(words, check=True, env={**self.tmux.env, "TERM": "xterm"}, timeout=30)
        inner = int(self.tmux.run("display-message", "-p", "-t", name, "#{pane_pid}"))
        outer = until(lambda: next((pid for pid in map(int, filter(str.isdigit, os.listdir("/proc"))) if self._is_inner(pid, inner)), 0))
        self.session(outer, name, "waiting", inner, session_id=str(uuid.uuid4()), waitingFor="permission prompt")
        return name

    def _is_inner(self, pid: int, inner: int) -> bool:
        with contextlib.suppress(OSError):
            if os.readlink(f"/proc/{pid}/ns/pid") == os.readlink(f"/proc/{self.init}/ns/pid"):
                return f"\t{inner}\n" in Path(f"/proc/{pid}/status").read_text().partition("NSpid:")[2].partition("NStgid")[0][:40]
        return False

    def stop(self) -> None:
        self.tmux.stop()
        self.process.kill()
        self.process.wait(10)


class SshHost(Machine):
    """A machine in a network namespace of its own, with sshd."""

    def __init__(self, network: Network, name: str, number: int) -> None:
        super().__init__(network.folder / name)
        self.name, self.namespace, self.address = name, f"{network.tag}-{name}", f"10.77.{number}.2"
        self.gateway = f"10.77.{number}.1"
        _ip("netns", "add", self.namespace)
        network.namespaces.append(self.namespace)
        _ip("-n", network.client, "link", "add", f"to-{name}", "type", "veth", "peer", "name", "eth0", "netns", self.namespace)
        _ip("-n", network.client, "addr", "add", f"{self.gateway}/24", "dev", f"to-{name}")
        _ip("-n", network.client, "link", "set", f"to-{name}", "up")
        _ip("-n", self.namespace, "addr", "add", f"{self.address}/24", "dev", "eth0")
        _ip("-n", self.namespace, "link", "set", "eth0", "up")
        host_key = self.folder / "host_key"
        _run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(host_key))
        public = (self.folder / "host_key.pub").read_text().split()
        with network.known.open("a") as known:
            known.write(f"{self.address} {public[0]} {public[1]}\n")
        config = self.folder / "sshd_config"
        config.write_text(
            f"Port 22\nHostKey {host_key}\nAuthorizedKeysFile {network.key}.pub\nStrictModes no\nUsePAM no\nPidFile none\n"
            f"SetEnv HOME={self.home}\n"  # whoever runs the tests may have a .bashrc that waits
            "PasswordAuthentication no\nPermitRootLogin yes\nMaxSessions 50\nMaxStartups 100\n"
        )
        script = f"mount -t tmpfs none /run && mkdir -m 755 /run/sshd && exec {_SSHD} -D -e -f {config}"
        with (self.folder / "sshd.log").open("wb") as log:
            self.sshd = subprocess.Popen(
                [*DIES_WITH_US, "ip", "netns", "exec", self.namespace, "sh", "-c", script], stdin=subprocess.DEVNULL, stderr=log
            )
        self.prefix = f"ssh -F {network.config} {self.address} {self.env}"
        until(lambda: b"Server listening" in (self.folder / "sshd.log").read_bytes())

    def goes_silent(self) -> None:
        """From now on packets arrive and nothing comes back."""
        _ip("-n", self.namespace, "route", "add", "blackhole", f"{self.gateway}/32")

    def comes_back(self) -> None:
        _ip("-n", self.namespace, "route", "del", "blackhole", f"{self.gateway}/32")

    def stop(self) -> None:
        self.tmux.stop()
        self.sshd.kill()
        self.sshd.wait(10)


class Network:
    """The client's namespace and the hosts that it reaches."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.tag = f"cst{uuid.uuid4().hex[:6]}"
        self.client = f"{self.tag}-client"
        self.namespaces: list[str] = []
        self.hosts: list[SshHost] = []
        self.key = folder / "key"
        self.run_dir = tempfile.mkdtemp(prefix="cst-", dir="/tmp")  # short: ssh's shared connections are sockets in it
        self.known = folder / "known_hosts"
        self.config = folder / "ssh_config"
        _run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(self.key))
        self.config.write_text(
            f"Host *\n  User root\n  IdentityFile {self.key}\n  IdentitiesOnly yes\n  UserKnownHostsFile {self.known}\n"
        )
        self.ender = Ender(_END, self.tag, self.run_dir)
        _ip("netns", "add", self.client)
        self.namespaces.append(self.client)

    def host(self, name: str) -> SshHost:
        made = SshHost(self, name, len(self.hosts) + 1)
        self.hosts.append(made)
        return made

    def program(self, name: str) -> str:
        """A program as it runs in the client's namespace: the path of a script."""
        path = self.folder / name
        path.write_text(f'#!/bin/sh\nexec ip netns exec {self.client} {shutil.which(name)} "$@"\n')
        path.chmod(0o755)
        return str(path)

    def ssh(self, host: SshHost, *words: str) -> list[str]:
        """The command line of somebody in the client's namespace who goes there by hand: on a terminal, without cst."""
        return ["ip", "netns", "exec", self.client, "ssh", "-tF", str(self.config), host.address, *words]

    def cst(self, *words: str, given: str = "", **more: str) -> subprocess.CompletedProcess[str]:
        """cst, as somebody in the client's namespace runs it, with `more` in its environment; it reads what is
        `given`."""
        installed = str(Path(sys.executable).with_name("cst"))  # it starts itself in the background
        argv = ["ip", "netns", "exec", self.client, installed, *words]
        env = {**os.environ, "PYTHONPATH": str(ROOT), "XDG_RUNTIME_DIR": self.run_dir, **more}
        return subprocess.run(argv, env=env, input=given, capture_output=True, text=True, timeout=120, check=False)

    def stop(self) -> None:
        for host in self.hosts:
            with contextlib.suppress(Exception):
                host.stop()
        for namespace in self.namespaces:  # what a connection left behind in there ends too
            listed = subprocess.run(["ip", "netns", "pids", namespace], capture_output=True, text=True, check=False).stdout
            for pid in listed.split():
                with contextlib.suppress(OSError):
                    os.kill(int(pid), 9)
            subprocess.run(["ip", "netns", "del", namespace], capture_output=True, check=False)
        shutil.rmtree(self.run_dir, ignore_errors=True)
        self.ender.off()


@contextlib.contextmanager
def network(folder: Path) -> Iterator[Network]:
    """A network without hosts; all of it is gone afterwards."""
    require("ip", "ssh", "ssh-keygen", _SSHD)
    folder.mkdir(parents=True, exist_ok=True)
    made = Network(folder)
    try:
        yield made
    finally:
        made.stop()


def configure(home: Path, *hurried: str, **hosts: str) -> None:
    """The config file of this machine: these hosts. Each has a minute to answer, for a busy machine is no silent one;
    those that are `hurried` have a few seconds."""
    path = home / ".config/cst/config.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("[hosts]\n" + "".join(f"{name} = {_entry(prefix, 5 if name in hurried else 60)}\n" for name, prefix in hosts.items()))


def _entry(prefix: str, seconds: int) -> str:
    """A program of a test's own hands words on as words."""
    shell = "" if prefix.startswith(("ssh ", "nsenter ")) else ", shell = false"
    return f"{{ prefix = '{prefix}', timeout = {seconds}{shell} }}"


def _ip(*words: str) -> None:
    _run("ip", *words)


def _run(*words: str) -> None:
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, (words, done.stderr)
