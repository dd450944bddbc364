"""Helpers that are not tests: waiting, made-up records and files, live processes, private tmux servers."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, TypeVar

import pytest

from cst.model import Record
from tests.testing.ender import Ender

T = TypeVar("T")

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "tests" / "data"
ID = "11111111-2222-4333-8444-555555555555"
OTHER_ID = "66666666-7777-4888-8999-aaaaaaaaaaaa"
ALL = bool(os.environ.get("CST_LAB_ALL"))  # `make lab`
NOW = 1_795_186_800.0  # 2026-11-20T15:00:00Z


def until(check: Callable[[], T | Literal[False] | None], seconds: float = 10.0) -> T:
    """What `check` returns once it is true and raises no AssertionError; tried again until then, ever more slowly: a
    check that starts tmux fifty times a second takes the processor from what it waits for.

    `seconds` are those of a quiet machine. A rented one may stand still, and everything on it: of such a time one second
    counts.
    """
    spent, last, pause = 0.0, time.monotonic(), 0.02
    while True:
        try:
            found = check()
            if found:
                return found
            problem = AssertionError(f"still {found!r} after {spent:.0f} s")
        except AssertionError as error:
            problem = error
        if spent > seconds * crowding():
            raise problem
        time.sleep(pause)
        now = time.monotonic()
        spent, last = spent + min(now - last, 1.0), now
        pause = min(pause * 1.3, 0.25)


def crowding() -> float:
    """How many times as long as on a quiet machine to wait, 2.0 to 8.0: as many times as processes want each processor.
    Twice in any case, for a rented machine may stand still for seconds and tells nobody."""
    return min(8.0, max(2.0, os.getloadavg()[0] / (os.cpu_count() or 1)))


def stamp(t: float) -> str:
    """Epoch seconds as transcripts write them."""
    return datetime.fromtimestamp(t, UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


# ------------------------------------------------------------------------------------------------ records


def make_record(**changes: Any) -> Record:
    """A model.Record of an idle session, as `registry.read` gives it."""
    given: dict[str, Any] = {
        "pid": 4711, "start": "221346", "session_id": ID, "cwd": "/home/u/proj/alpha", "started_at": NOW - 600,
        "version": "2.1.329", "kind": "interactive", "entrypoint": "cli", "pane": "%7", "name": "alpha-4f",
        "name_by": "derived", "status": "idle", "status_at": NOW - 60, "config_dir": "/home/u/.claude",
        "written_at": NOW - 60,
    }  # fmt: skip
    return Record(**{**given, **changes})


def registry_entry(pid: int, **changes: Any) -> dict[str, Any]:
    """The content of `sessions/<pid>.json`, as 2.1.329 writes it; a value of None leaves the field out."""
    given = {
        "pid": pid, "sessionId": ID, "cwd": "/home/u/proj/alpha", "startedAt": int((NOW - 600) * 1000),
        "procStart": "221346", "version": "2.1.329", "peerProtocol": 1, "kind": "interactive", "entrypoint": "cli",
        "asksForConvertedSkills": None, "tmux": "two:@7.%7", "name": "alpha-4f", "nameSource": "derived",
        "status": "idle", "updatedAt": int((NOW - 60) * 1000), "statusUpdatedAt": int((NOW - 60) * 1000),
    }  # fmt: skip
    return {name: value for name, value in {**given, **changes}.items() if value is not None}


def write_registry(config_dir: Path, entry: Mapping[str, Any]) -> Path:
    """Put a registry record where Claude Code would."""
    path = config_dir / "sessions" / f"{entry['pid']}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(entry))
    return path


# -------------------------------------------------------------------------------------------- transcripts


def typed(text: str, at: float = NOW - 30, **more: Any) -> dict[str, Any]:
    """The line of a prompt that a person typed."""
    return _line("user", at, message={"role": "user", "content": text}, origin={"kind": "human"}, **more)


def said(text: str, at: float = NOW - 20, stop: str | None = "end_turn", **more: Any) -> dict[str, Any]:
    """The line of a text of Claude's; `stop` is its stop_reason."""
    return _assistant([{"type": "text", "text": text}], at, stop, **more)


def called(tool: str, given: Mapping[str, Any], at: float = NOW - 25, use: str = "toolu_1", **more: Any) -> dict[str, Any]:
    """The line of a tool call."""
    return _assistant([{"type": "tool_use", "id": use, "name": tool, "input": dict(given)}], at, "tool_use", **more)


def resulted(text: str, at: float = NOW - 22, use: str = "toolu_1", **more: Any) -> dict[str, Any]:
    """The line of a tool's result."""
    block = {"type": "tool_result", "tool_use_id": use, "content": text, "is_error": "toolDenialKind" in more}
    return _line("user", at, message={"role": "user", "content": [block]}, **more)


def ended_turn(at: float = NOW - 19, **more: Any) -> dict[str, Any]:
    """The line that closes a turn."""
    return _line("system", at, **{"subtype": "turn_duration", "durationMs": 1067, **more})


def _assistant(content: list[Any], at: float, stop: str | None, **more: Any) -> dict[str, Any]:
    usage = {
        "input_tokens": 7, "cache_creation_input_tokens": 1405, "cache_read_input_tokens": 12641, "output_tokens": 47,
    }  # fmt: skip
    message = {
        "id": "msg_1", "type": "message", "role": "assistant", "model": "claude-opus-5-5", "content": content,
        "stop_reason": stop, "usage": usage,
    }  # fmt: skip
    return _line("assistant", at, message={**message, **more.pop("message", {})}, **more)


def _line(kind: str, at: float, **more: Any) -> dict[str, Any]:
    common = {
        "cwd": "/home/u/proj/alpha", "sessionId": ID, "version": "2.1.329", "gitBranch": "main", "entrypoint": "cli",
    }  # fmt: skip
    return {"parentUuid": str(uuid.UUID(int=1)), "isSidechain": False, "type": kind, "timestamp": stamp(at), **more,
            **common}  # fmt: skip


def jsonl(lines: Iterable[Mapping[str, Any] | bytes]) -> bytes:
    """Lines of a log: dicts as compact JSON, bytes as they are."""
    made = (line if isinstance(line, bytes) else _compact(line) for line in lines)
    return b"".join(line + b"\n" for line in made)


def _compact(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def write_transcript(
    config_dir: Path, lines: Iterable[Mapping[str, Any] | bytes], session_id: str = ID, cwd: str = "/home/u/proj/alpha"
) -> Path:
    """Put a transcript where Claude Code would."""
    folder = "".join(c if c.isascii() and c.isalnum() else "-" for c in cwd)
    path = config_dir / "projects" / folder / f"{session_id}.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(jsonl(lines))
    return path


# ------------------------------------------------------------------------------------------------- events


def event(name: str, t: float = NOW, pid: int = 4711, payload: Mapping[str, Any] | None = None, **more: Any) -> bytes:
    """One line of the event log as hook.sh writes it; `up` is the machine's uptime where that is known."""
    given = {"v": 1, "t": int(t), "pid": pid, "tmux": "/tmp/tmux-0/default,1,0", "pane": "%7", "event": name}
    return b"\n" + _compact({**given, **more, "payload": {"hook_event_name": name, **(payload or {})}})


def write_events(state_dir: Path, lines: Iterable[bytes], session_id: str = ID) -> Path:
    """Put an event log where the hook would."""
    path = state_dir / "events" / "v1" / f"{session_id}.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"".join(line + b"\n" for line in lines))
    return path


# ---------------------------------------------------------------------------------------------- processes


def started(pid: int) -> str:
    """The start time of a process, field 22 of its stat, read by counting from the end of its name."""
    text = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2]
    return text.split()[19].decode()


class Live:
    """Processes that block until the test is over. `name` is what the kernel calls them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.processes: list[subprocess.Popen[bytes]] = []

    def start(self, name: str = "claude", *words: str, env: Mapping[str, str] | None = None) -> int:
        """Start one; its pid, once it runs under its name."""
        script = self.folder / name
        if not script.exists():  # written once: one that started a moment ago may not have read it yet
            self.folder.mkdir(parents=True, exist_ok=True)
            script.write_text("#!/bin/sh\nread -r line\n")
            script.chmod(0o755)
        process = subprocess.Popen([str(script), *words], stdin=subprocess.PIPE, env=dict(env or {}))
        self.processes.append(process)
        until(lambda: Path(f"/proc/{process.pid}/comm").read_bytes() == os.fsencode(name)[:15] + b"\n")
        until(lambda: Path(f"/proc/{process.pid}/cmdline").read_bytes())  # the kernel tells the name a moment earlier
        return process.pid

    def stop(self) -> None:
        for process in self.processes:
            with contextlib.suppress(OSError):
                process.send_signal(signal.SIGCONT)
                process.kill()
            process.wait(10)
            assert process.stdin
            process.stdin.close()


# --------------------------------------------------------------------------------------------------- tmux


def _environ(pid: int, pane: str) -> list[str]:
    try:
        return Path(f"/proc/{pid}/environ").read_text(errors="replace").split("\0")
    except OSError:  # it has ended
        return [f"TMUX_PANE={pane}"]


class TmuxServer:
    """A tmux server of a test's own, with its socket in a short folder: a socket's path has 107 bytes at most."""

    def __init__(self, home: Path, name: str = "") -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="cst-", dir="/tmp"))
        self.name = name or f"cst-test-{uuid.uuid4().hex[:8]}"
        self.socket = str(self.folder / f"tmux-{os.getuid()}" / self.name)
        os.mkdir(os.path.dirname(self.socket), 0o700)
        self.program = shutil.which("tmux") or "tmux"
        self.env = {
            "PATH": os.environ["PATH"], "HOME": str(home), "TMUX_TMPDIR": str(self.folder), "SHELL": "/bin/sh",
            "TERM": "xterm-256color", "LANG": "C.UTF-8",
        }  # fmt: skip
        self.clients: list[TmuxClient] = []
        self.ender = Ender('"$1" -S "$2" kill-server; rm -rf "$3"', self.program, self.socket, str(self.folder))

    def run(self, *words: str) -> str:
        """One tmux command, which has to succeed in silence; its output without the last newline."""
        argv = [self.program, "-u", "-S", self.socket, "-f", "/dev/null", *words]
        done = subprocess.run(argv, env=self.env, capture_output=True, text=True, timeout=20, check=False)
        assert (done.returncode, done.stderr) == (0, ""), words
        return done.stdout.removesuffix("\n")

    def since(self, *version: int) -> bool:
        """Whether this tmux is of that version or a newer one."""
        parts = self.run("display-message", "-p", "#{version}").removeprefix("next-").split(".")
        return tuple(int("".join(c for c in part if c.isdigit()) or 0) for part in parts[:2]) >= version

    def new(self, session: str, *command: str) -> str:
        """A new tmux session of 120 × 40 that runs `command`; its pane id."""
        words = ("new-session", "-d", "-x", "120", "-y", "40", "-P", "-F", "#{pane_id}", "-s", session)
        # A server that stood still reads two keys at once, and would type the second one into the pane.
        pane = self.run(*words, *(command or ("cat",)), ";", "set-option", "-g", "assume-paste-time", "0")
        pid = self.pid_of(pane)
        until(lambda: f"TMUX_PANE={pane}" in _environ(pid, pane))  # before that it still is tmux, not yet the program
        return pane

    def pid_of(self, pane: str) -> int:
        """The process that a pane runs."""
        return int(self.run("display-message", "-p", "-t", pane, "#{pane_pid}"))

    def attach(self, session: str) -> TmuxClient:
        """A real client on a terminal of its own."""
        client = TmuxClient(self, session)
        self.clients.append(client)
        return client

    def stop(self) -> None:
        """End it. Never raises: a finalizer that raises hides the test's own failure."""
        for client in self.clients:
            with contextlib.suppress(Exception):
                client.stop()
        with contextlib.suppress(Exception):
            argv = [self.program, "-S", self.socket, "kill-server"]
            subprocess.run(argv, env=self.env, capture_output=True, timeout=10, check=False)
        with contextlib.suppress(Exception):
            os.unlink(self.socket)
        shutil.rmtree(self.folder, ignore_errors=True)
        self.ender.off()


class TmuxClient:
    """Somebody at a terminal, attached to a tmux session. `shown` is all that tmux has written there."""

    def __init__(self, server: TmuxServer, session: str) -> None:
        self.server = server
        self.shown = b""
        self.master, slave = pty.openpty()
        argv = [server.program, "-u", "-S", server.socket, "attach-session", "-t", session]
        self.process = subprocess.Popen(
            argv, env=server.env, stdin=slave, stdout=slave, stderr=slave, start_new_session=True
        )
        self.name = os.ttyname(slave)
        os.close(slave)
        self.over = threading.Event()
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()
        until(lambda: self.name in server.run("list-clients", "-F", "#{client_name}").splitlines())

    def _read(self) -> None:
        while not self.over.is_set():
            if select.select([self.master], [], [], 0.05)[0]:
                try:
                    data = os.read(self.master, 65536)
                except OSError:
                    return
                self.shown += data

    def pane(self) -> str:
        """The pane that it shows now."""
        lines = self.server.run("list-clients", "-F", "#{pane_id} #{client_name}").splitlines()
        return next((line.partition(" ")[0] for line in lines if line.partition(" ")[2] == self.name), "")

    def stop(self) -> None:
        self.over.set()
        self.process.kill()
        self.process.wait(10)
        self.reader.join(5)
        os.close(self.master)


# ------------------------------------------------------------------------------------------------- cst


def cst(*words: str, env: Mapping[str, str] | None = None, python: Iterable[str] = ()) -> subprocess.CompletedProcess[str]:
    """Run the real script of this checkout in a process of its own."""
    argv = [sys.executable, *python, str(ROOT / "shell" / "cst"), *words]
    return subprocess.run(
        argv, env={**os.environ, "PYTHONPATH": str(ROOT), **(env or {})}, capture_output=True, text=True, timeout=60,
        stdin=subprocess.DEVNULL, check=False,
    )  # fmt: skip


@contextlib.contextmanager
def ended_at_exit(made: list[TmuxServer]) -> Iterator[list[TmuxServer]]:
    """The servers that a fixture makes; all are ended with it."""
    try:
        yield made
    finally:
        for server in made:
            server.stop()


# -------------------------------------------------------------------------------------------------- two users

MALLORY = 54321  # the uid of somebody else
two_users = pytest.mark.skipif(
    os.geteuid() != 0 or not shutil.which("setpriv"), reason="only root, with setpriv, can be two users"
)


def as_user(uid: int, check: Callable[[], str]) -> str:
    """What a check says in a process of that user's. Forked, for they may not be able to reach this Python."""
    reader, writer = os.pipe()
    pid = os.fork()
    if not pid:
        with contextlib.suppress(BaseException):
            os.setgroups([])
            os.setgid(uid)
            os.setuid(uid)
            os.write(writer, check().encode())
        os._exit(0)
    os.close(writer)
    with open(reader, "rb") as told:
        said = told.read()
    os.waitpid(pid, 0)
    return said.decode()


@contextlib.contextmanager
def mallorys_server(socket: str, prize: Path) -> Iterator[None]:
    """A tmux server of somebody else's that lets everybody in, and has each of their tmux write a file of theirs."""
    folder = os.path.dirname(socket)
    os.makedirs(folder, exist_ok=True)
    os.chown(folder, MALLORY, MALLORY)
    tmux = ["setpriv", "--reuid", str(MALLORY), "--regid", str(MALLORY), "--clear-groups", "tmux", "-f", "/dev/null"]
    tmux += ["-S", socket]
    env = {"PATH": os.environ["PATH"], "HOME": "/", "SHELL": "/bin/sh"}

    def run(*words: str) -> None:
        subprocess.run([*tmux, *words], env=env, cwd="/", check=True, capture_output=True, timeout=20)

    run("new-session", "-d", "-s", "mallory", "cat")
    try:
        os.chmod(socket, 0o777)
        run("set-buffer", "-b", "evil", "evil")
        for command in ("list-panes", "list-clients", "display-message", "capture-pane", "set-option", "load-buffer"):
            run("set-hook", "-g", f"after-{command}", f"save-buffer -b evil {prize}")
        yield
    finally:
        run("kill-server")
