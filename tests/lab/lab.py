"""Real Claude Code sessions in tmux, in a world of their own below one folder."""
from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.lab import home, processes
from tests.lab.install import VERSION, install_client
from tests.lab.processes import Process
from tests.lab.retry import LabError, Value, until
from tests.lab.terminal import Client

# What is like others, and takes its time: for `make lab`.
every = pytest.mark.skipif(not os.environ.get("CST_LAB_ALL"), reason="CST_LAB_ALL=1 runs it")

COLUMNS, LINES = 150, 45
LONGEST_SOCKET_PATH = 107
PROMPT_GLYPH = "❯"
PASTE_PAUSE = 0.4  # an Enter that follows sooner is taken as part of a paste

Record = dict[str, Any]
Hooks = Mapping[str, Any]


class Facts(NamedTuple):
    """What the registry file and the process table say about a session, uninterpreted."""

    file: bool  # sessions/<pid>.json is there
    alive: bool  # the process that wrote it runs
    status: str | None  # busy, idle, waiting, shell; None before the first one
    waiting_for: str | None
    since: float  # statusUpdatedAt in seconds; 0.0 when unknown


@dataclass
class Session:
    """One pane in which the lab started `claude`."""

    name: str
    tmux_session: str
    pane: str
    opened: float
    process: Process | None = None  # the claude last seen in the pane
    last_record: Record = field(default_factory=dict)  # kept when the file goes away


def doubled(text: str) -> str:
    """Text as tmux has to be given it wherever it expands formats (-c, -n, -s)."""
    return text.replace("#", "##")


class Lab:
    """One tmux server, one mock API and one HOME below `root`.

    `hooks` becomes settings["hooks"] of the isolated HOME: a mapping, a function that makes it from this
    lab, or None.  A Lab made for the same root in another process finds what the first one started.
    """

    def __init__(self, root: Path, hooks: Hooks | Callable[[Lab], Hooks] | None = None,
                 version: str = VERSION) -> None:
        self.root = root.resolve()
        self.hooks = hooks
        self.version = version
        self.config = self.root / "home" / ".claude"
        self.registry = self.config / "sessions"
        self.projects = self.root / "projects"
        self.label = "lab-" + hashlib.sha1(str(self.root).encode()).hexdigest()[:8]
        self.socket = home.tmux_socket(self.root, self.label)
        self.sessions: list[Session] = []
        self._clients: list[Client] = []
        self._state_file = self.root / "lab.json"
        self._seen: set[Process] = set()
        self._api: subprocess.Popen[str] | None = None
        self._lock = threading.Lock()

    # ---- life

    def install(self) -> Path:
        """Make sure that the pinned client is in the cache; returns its executable."""
        return install_client(self.version)

    def start(self) -> None:
        """Install, seed the HOME, start the mock API and the tmux server; nothing if they run already."""
        if self.api and self.api.alive:
            return
        if len(str(self.socket)) > LONGEST_SOCKET_PATH:
            raise LabError(f"{self.root} is too long a path for a tmux socket; choose a shorter folder")
        self.install()
        home.seed(self.root, self.hooks(self) if callable(self.hooks) else self.hooks)
        url, api = self._start_api()
        self._state_file.write_text(json.dumps({"url": url, "api": api}))
        # assume-paste-time: a server that stood still reads two keys at once, and would type the second into the pane
        self.tmux("start-server", ";", "set-option", "-g", "exit-empty", "off", ";", "set-option", "-g",
                  "assume-paste-time", "0", ";", "set-option", "-g", "default-size", f"{COLUMNS}x{LINES}")

    def stop(self) -> None:
        """End everything this lab started, and remove its sockets.  May be called again; does not raise."""
        for client in self._clients:
            client.close()
        self._clients.clear()
        self.stop_jobs()
        ours = self._seen | self._registered() | self._daemon()
        if self.socket.exists():
            server = self.tmux("display-message", "-p", "#{pid}", check=False)
            ours |= set(processes.family(int(server))) if server.isdecimal() else set()
            self.tmux("kill-server", check=False)
        processes.wait_gone(ours, 3.0)  # they heard SIGHUP and tidy up
        processes.end(ours | ({self.api} if self.api else set()))
        if self._api:
            self._api.wait()
        for folder in ("tmux", "run"):
            shutil.rmtree(self.root / folder, ignore_errors=True)
        self._state_file.unlink(missing_ok=True)
        self._seen.clear()

    def kill(self, session: Session) -> float:
        """SIGKILL the session's claude, which then leaves its registry file behind; returns the moment."""
        self.record(session)
        if not session.process:
            raise LabError(f"{session.name}: no process to kill")
        self._seen |= set(processes.family(session.process.pid))  # orphans from now on
        moment = time.time()
        processes.send(session.process, signal.SIGKILL)
        return moment

    def claude(self, *words: str, folder: Path | None = None) -> str:
        """What a command of the client's says, run outside tmux."""
        program = self.env["PATH"].split(":")[0] + "/claude"
        done = subprocess.run([program, *words], env=self.env, cwd=folder or self.projects, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, errors="backslashreplace", timeout=120)
        return done.stdout + done.stderr

    def stop_jobs(self) -> None:
        """End each background session: to a signal the client's daemon would answer by starting it anew."""
        for record in self.records():
            if record.get("kind") == "bg" and record.get("jobId") and not record.get("spare"):
                self.claude("stop", record["jobId"])

    def _daemon(self) -> set[Process]:
        """The client's daemon and all that it has started, as its own file names it."""
        try:
            pid = int(json.loads((self.config / "daemon" / "roster.json").read_text())["supervisorPid"])
            words = Path(f"/proc/{pid}/cmdline").read_text().split("\0")
        except (OSError, ValueError, KeyError, TypeError):
            return set()
        return set(processes.family(pid)) if "daemon" in words else set()

    # ---- the world the sessions live in

    @property
    def api(self) -> Process | None:
        """The mock API's process; its log of requests is requests.jsonl below the root."""
        return self._saved_process("api")

    @property
    def env(self) -> dict[str, str]:
        """The whole environment of everything in the lab; give it to cst as it is."""
        return home.environment(self.root, self._saved().get("url", ""), self.version)

    @property
    def settings_file(self) -> Path:
        """The isolated user's settings.json; a running client picks up changes within about a second."""
        return self.config / "settings.json"

    def _start_api(self) -> tuple[str, Process | None]:
        program = f"{__package__}.mock_api"
        log = str(self.root / "requests.jsonl")
        above = Path(__file__).parents[program.count(".")]
        self._api = subprocess.Popen([sys.executable, "-m", program, "--port", "0", "--log", log], cwd=above,
                                     stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                     stderr=subprocess.DEVNULL, text=True, start_new_session=True)
        assert self._api.stdout
        with self._api.stdout as said:
            url = said.readline().strip()
        if not url:
            raise LabError(f"the mock API did not start; run `python -m {program}` to see why")
        return url, processes.identify(self._api.pid)

    def _saved(self) -> Record:
        try:
            saved: Record = json.loads(self._state_file.read_text())
        except (OSError, ValueError):
            return {}
        return saved

    def _saved_process(self, name: str) -> Process | None:
        pair = self._saved().get(name)
        return Process(*pair) if pair else None

    # ---- tmux

    def tmux(self, *args: str, check: bool = True) -> str:
        """Output of one tmux command on the lab's own server; with check, a failure raises LabError."""
        if not self.socket.parent.parent.is_dir():  # tmux would then put its socket elsewhere
            raise LabError(f"tmux {args[0]}: the lab in {self.root} is not started")
        done = subprocess.run(["tmux", "-u", "-L", self.label, "-f", "/dev/null", *args], env=self.env,
                              capture_output=True, text=True, errors="backslashreplace")
        if check and done.returncode:
            raise LabError(f"tmux {args[0]}: {done.stderr.strip() or done.returncode}")
        return done.stdout.rstrip("\n")

    def open(self, name: str, project: str = "alpha", args: str = "--permission-mode manual",
             tmux_session: str | None = None, wait: bool = True) -> Session:
        """Start `claude ARGS` in a new tmux session `name`, or in a new window of an existing one.

        The shell stays when claude ends.  `project` is a folder below `projects` (trusted) or an absolute
        path (not trusted); it is made if need be.  With `wait`, returns when the prompt takes text.
        """
        folder = self.projects / project
        folder.mkdir(parents=True, exist_ok=True)
        place = ["new-window", "-d", "-t", f"={tmux_session}:"] if tmux_session else [
            "new-session", "-d", "-s", doubled(name), "-x", str(COLUMNS), "-y", str(LINES)]
        pane, group = self.tmux(*place, "-n", doubled(name), "-c", doubled(str(folder)), "-P", "-F",
                               "#{pane_id} #{session_name}", "/bin/bash --norc --noprofile").split(" ", 1)
        session = Session(name, group, pane, time.time())
        with self._lock:
            self.sessions.append(session)
        if wait:
            self.run(session, args)
        else:
            self.tmux("send-keys", "-t", pane, f"claude {args}", "Enter")
        return session

    def run(self, session: Session, args: str) -> None:
        """Start `claude ARGS` at the shell of its pane; returns when the prompt takes text.

        Beside a great load a client has been seen at its prompt without a registry record, which it makes when it
        starts and sometimes does not have afterwards: then it is ended, and started once more.
        """
        for attempt in range(3):
            self.tmux("send-keys", "-t", session.pane, f"clear; claude {args}", "Enter")
            try:
                self.expect_status(session, "idle", seconds=30)
                break
            except LabError:
                if attempt == 2 or self.facts(session).file or PROMPT_GLYPH not in self.screen(session):
                    raise
                self.prompt(session, "/exit")
                until(lambda: self._foreground(session) == "bash", 20, lambda: f"it ends\n{self.screen(session)}")
        self.expect_text(session, PROMPT_GLYPH)

    def _foreground(self, session: Session) -> str:
        """What runs in the foreground of its pane."""
        return self.tmux("display-message", "-p", "-t", session.pane, "#{pane_current_command}")

    def keys(self, session: Session, *keys: str) -> float:
        """Press keys by tmux's names ("Escape", "C-c", "1"); returns the moment just before."""
        moment = time.time()
        self.tmux("send-keys", "-t", session.pane, *keys)
        return moment

    def prompt(self, session: Session, text: str) -> float:
        """Type one line and send it; returns the moment of Enter.  Does not wait for any effect."""
        self.tmux("send-keys", "-t", session.pane, "-l", "--", text)
        self.expect_text(session, text[:20])
        time.sleep(PASTE_PAUSE)
        return self.keys(session, "Enter")

    def screen(self, session: Session) -> str:
        """What the session's pane shows now; empty when the pane is gone."""
        return self.tmux("capture-pane", "-p", "-t", session.pane, check=False)

    def attach(self, tmux_session: str, columns: int = COLUMNS, lines: int = LINES) -> Client:
        """A terminal of that size that looks at a tmux session; its window loses a line to the status bar."""
        command = ["tmux", "-u", "-L", self.label, "attach-session", "-t", f"={tmux_session}"]
        client = Client(self.tmux, command, self.env, columns, lines)
        self._clients.append(client)
        return client

    # ---- raw facts

    def record(self, session: Session) -> Record:
        """The registry record of the claude now in the session's pane; empty when there is none."""
        mine = [record for record in self.records() if record.get("tmux", "").endswith(f".{session.pane}")
                and record.get("startedAt", 0) / 1000 >= session.opened - 1]
        newest = max(mine, key=lambda record: record["startedAt"], default={})
        if newest:
            session.last_record = newest
            session.process = Process(newest["pid"], newest.get("procStart", ""))
            self._seen.add(session.process)
        return newest

    def facts(self, session: Session) -> Facts:
        """The registry's and the process table's word on the session, as of now."""
        record = self.record(session)
        alive = bool(session.process and session.process.alive)
        return Facts(bool(record), alive, record.get("status"), record.get("waitingFor"),
                     record.get("statusUpdatedAt", 0) / 1000)

    def expect_status(self, session: Session, status: str, waiting_for: str | None = None,
                      seconds: float = 20, after: float = 0.0) -> Facts:
        """Wait until a live process' registry record says this; `after`: and has said so since then only."""
        def reached() -> Facts | None:
            facts = self.facts(session)
            right = facts.alive and facts.status == status and facts.waiting_for == waiting_for
            return facts if right and facts.since >= after else None

        wanted = f"{status}/{waiting_for}" if waiting_for else status
        return self._await(session, reached, seconds, wanted)

    def expect_gone(self, session: Session, file: bool, seconds: float = 20) -> Facts:
        """Wait until the process is gone and its registry file is there (`file`, killed) or not (ended)."""
        def reached() -> Facts | None:
            facts = self.facts(session)
            return facts if session.process and not facts.alive and facts.file == file else None

        wanted = "gone, file " + ("left" if file else "removed")
        return self._await(session, reached, seconds, wanted)

    def expect_text(self, session: Session, text: str, seconds: float = 20) -> None:
        """Wait until the session's pane shows this text (within one line)."""
        self._await(session, lambda: text in self.screen(session), seconds, f"text {text!r}")

    def _await(self, session: Session, check: Callable[[], Value | None], seconds: float,
               wanted: str) -> Value:
        def checked() -> Value | None:
            if not self._state_file.exists():  # another thread has given up
                raise LabError(f"{session.name} {wanted}: the lab was stopped meanwhile")
            return check()

        def film() -> str:
            return f"{session.name} {wanted}; it is {self.facts(session)}\n{self.screen(session)}"

        return until(checked, seconds, film)

    def records(self) -> list[Record]:
        """Every registry record that can be read."""
        found = []
        for path in self.registry.glob("*.json"):  # the key files beside them are not ours to read
            if path.stem.isdecimal():
                try:
                    found.append(json.loads(path.read_text()))
                except (OSError, ValueError):  # gone again, or torn: the next look will tell
                    continue
        return found

    def _registered(self) -> set[Process]:
        return {Process(record["pid"], record["procStart"]) for record in self.records()
                if record.get("procStart")}
