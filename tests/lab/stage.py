"""A live scenario and what cst showed meanwhile: `cst record` looks every 50 ms, each instant is judged against it."""
from __future__ import annotations

import contextlib
import os
import pty
import re
import select
import signal
import subprocess
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from cst.core import fleet
from cst.model import Session as Shown
from cst.model import Snapshot
from cst.store import recording
from tests.lab import cst
from tests.lab.install import NO_REGISTRY, NO_STATUS
from tests.lab.lab import COLUMNS, LINES, Lab, Session
from tests.lab.processes import family, identify, send
from tests.lab.retry import LabError, until

EVERY = 0.05  # seconds between two looks of the recorder
STAYS = 0.4  # how long a state must hold to count
PATIENCE = 15.0


class Instant(NamedTuple):
    """One line of docs/conformance.md."""

    name: str
    expected: str
    shown: str
    rule: str
    because: str
    delay: float  # seconds from the change until cst was right
    at: float  # epoch seconds when it was
    answer: str = ""  # of a dialog: whether `cst answer` takes a reply to it, yes or no


class Watch:
    """What cst sees of one lab, from `cst record` in a process of its own."""

    def __init__(self, lab: Lab, **more: str) -> None:
        self.lab = lab
        self.path = lab.root / f"recording-{uuid.uuid4().hex[:6]}.jsonl"
        env = {**lab.env, "TMUX": f"{lab.socket},0,0", **more}
        words = [cst.PROGRAM, "record", str(self.path), "--every", str(EVERY)]
        self._over = threading.Event()
        self._process = subprocess.Popen(words, env=env, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.frames: list[Snapshot] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        until(lambda: self.frames, 20, lambda: "the recorder has seen something")

    def _read(self) -> None:
        for seen in recording.parsed(self._lines(), str(self.path)):
            self.frames.append(seen)

    def _lines(self) -> Iterator[str]:
        while not self.path.exists() and not self._over.is_set():
            time.sleep(0.02)
        rest = ""
        with self.path.open(encoding="utf-8") as file:
            while not self._over.is_set():
                rest += file.readline()
                if rest.endswith("\n"):
                    yield rest
                    rest = ""
                else:
                    time.sleep(0.01)

    def now(self) -> list[Shown]:
        """What cst shows this moment: its newest look, judged now."""
        return fleet.sessions(self.frames[-1]._replace(now=time.time()))

    def at(self, moment: float) -> list[Shown]:
        """What cst showed at that moment: its newest look by then, judged then."""
        before = [seen for seen in self.frames if seen.now <= moment]
        return fleet.sessions((before[-1] if before else self.frames[0])._replace(now=moment))

    def close(self) -> None:
        self._over.set()
        self._process.kill()
        self._process.wait()
        self._reader.join(5)


class Stage:
    """One scenario's world: sessions, keys, and the instants at which cst is asked."""

    def __init__(self, lab: Lab, watch: Watch, name: str) -> None:
        self.lab, self.watch, self.name = lab, watch, name
        self.instants: list[Instant] = []
        self.opened: list[Session] = []
        self._pids: dict[str, int] = {}  # by the name of the session, the newest
        self._folders: dict[str, Path] = {}
        self._followed: dict[str, Callable[[Shown], bool]] = {}
        self.pids: set[int] = set()  # of all clients that this scenario has had
        self.old = lab.version in (NO_STATUS, NO_REGISTRY)
        self.bare = lab.version == NO_REGISTRY

    # ---- acts

    def open(self, args: str = "", mode: str = "", project: str = "alpha", wait: bool = True, program: str = "claude",
             **more: str) -> Session:
        """A client in a window of its own, at its prompt. `more` is its additional environment; "" takes a name out."""
        mode = mode or ("default" if self.old else "manual")
        session = self.shell(project)
        self.start(session, f"--permission-mode {mode} {args}", wait, program, **more)
        return session

    def shell(self, project: str = "alpha") -> Session:
        """A window of its own with a shell in a project."""
        name = f"{self.name}-{len(self.opened)}"
        folder = Path(project) if project.startswith("/") else self.lab.projects / project
        folder.mkdir(parents=True, exist_ok=True)
        pane = self.lab.tmux("new-session", "-d", "-s", name, "-x", str(COLUMNS), "-y", str(LINES), "-c", str(folder),
                             "-P", "-F", "#{pane_id}", "/bin/bash --norc --noprofile")
        session = Session(name, name, pane, time.time())
        self._folders[name] = folder
        self.opened.append(session)
        return session

    def folder(self, session: Session) -> Path:
        """The project of a session."""
        return self._folders[session.name]

    def background(self, prompt: str, folder: Path) -> str:
        """Start a background session; the id of its job."""
        said = self.lab.claude("--bg", "--permission-mode", "manual", prompt, folder=folder)
        found = re.search(r"backgrounded · (\w+)", said)
        assert found, said
        return found[1]

    def start(self, session: Session, args: str, wait: bool = True, program: str = "claude", **more: str) -> float:
        """Type the client's command at the shell of a pane."""
        env = "".join(f"{key}={value} " if value else f"-u {key} " for key, value in sorted(more.items(), key=lambda one: one[1]))
        moment = self.keys(session, f"clear; {f'env {env}' if env else ''}{program} {args}", "Enter")
        if wait:
            until(lambda: "shortcuts" in self.lab.screen(session) or "plan mode on" in self.lab.screen(session), PATIENCE,
                  lambda: f"{session.name} is at its prompt\n{self.lab.screen(session)}")
            until(lambda: self.shown(session) is not None, 20, lambda: f"cst lists {session.name}")
        return moment

    def say(self, session: Session, text: str) -> float:
        """Type a prompt and send it; the moment of Enter."""
        self.lab.tmux("send-keys", "-t", session.pane, "-l", "--", text)
        self.sees(session, text[:20])
        time.sleep(0.4)
        return self.keys(session, "Enter")

    def keys(self, session: Session, *keys: str) -> float:
        moment = time.time()
        self.lab.tmux("send-keys", "-t", session.pane, *keys)
        return moment

    def choose(self, session: Session, key: str) -> float:
        """Press a key at the dialog that is open; a dialog takes none in its first moment."""
        self.sees(session, "❯ 1.")
        time.sleep(0.5)
        return self.keys(session, key)

    def number(self, session: Session, answer: str) -> str:
        """The key of the choice that begins with these words, in the dialog that is open."""
        self.sees(session, "❯ 1.")
        found = re.findall(rf"(\d)\. {answer}\b", self.lab.screen(session))
        assert found, self.lab.screen(session)
        return str(found[-1])

    def follow(self, session: Session, this: Callable[[Shown], bool]) -> None:
        """From now on the session is the one for which this holds, wherever it is."""
        self._followed[session.name] = this
        self._pids.pop(session.name, None)

    @contextlib.contextmanager
    def terminal(self, command: str) -> Iterator[None]:
        """A command on a pty of its own, below no tmux; hung up at the end."""
        master, slave = pty.openpty()
        process = subprocess.Popen(["sh", "-c", command], env=self.lab.env, cwd=self.lab.projects / "alpha", stdin=slave,
                                   stdout=slave, stderr=slave, start_new_session=True)
        os.close(slave)
        over = threading.Event()

        def drain() -> None:
            while not over.is_set():
                if select.select([master], [], [], 0.1)[0]:
                    with contextlib.suppress(OSError):
                        os.read(master, 65536)

        reader = threading.Thread(target=drain, daemon=True)
        reader.start()
        try:
            yield
        finally:
            for pid in family(process.pid):
                send(pid, signal.SIGTERM)
            process.wait(10)
            over.set()
            reader.join()
            os.close(master)

    def reacts(self, session: Session, pressed: float) -> float:
        """When the client reacted to a key: its status changed. For one that publishes none, when it was pressed."""
        if self.old:
            return pressed
        until(lambda: self.lab.facts(session).since > pressed, 5, lambda: f"{session.name} reacts to a key")
        return self.lab.facts(session).since

    def sees(self, session: Session, text: str, seconds: float = PATIENCE) -> float:
        """Wait until the pane shows a text; the moment."""
        until(lambda: text in self.lab.screen(session), seconds,
              lambda: f"{session.name} shows {text!r}\n{self.lab.screen(session)}")
        return time.time()

    def streams(self, session: Session) -> None:
        """Wait until an answer streams; 2.1.50 shows it only as a whole."""
        if self.bare:
            time.sleep(4)
        else:
            self.sees(session, "Still at it, line 1")

    def gone(self, session: Session, text: str) -> float:
        """Wait until the pane shows a text no more."""
        until(lambda: text not in self.lab.screen(session), PATIENCE,
              lambda: f"{session.name} still shows {text!r}\n{self.lab.screen(session)}")
        return time.time()

    def dies(self, session: Session) -> float:
        """Wait until the session's process is gone; the moment."""
        pid = self._pids[session.name]
        until(lambda: identify(pid) is None, PATIENCE, lambda: f"pid {pid} of {session.name} ends")
        return time.time()

    def pid(self, session: Session) -> int:
        """The pid of the session's client, as cst shows it."""
        return self._pids[session.name]

    # ---- what cst shows

    def shown(self, session: Session) -> Shown | None:
        """What cst shows for a pane, or for the process that was in it; None where it lists nothing."""
        return self._of(session, self.watch.now())

    def _right_from(self, session: Session, at: float, known: float, state: str, check: Callable[[Shown], bool]) -> float:
        """From when on, between `at` and `known`, cst showed that state without a break."""
        since = known
        for moment in (known - step * 0.02 for step in range(int((known - at) / 0.02) + 1)):
            seen = self._of(session, self.watch.at(moment))
            if (seen.state if seen else "ended") != state or (seen and not check(seen)):
                break
            since = moment
        return since

    def _of(self, session: Session, found: list[Shown]) -> Shown | None:
        follow = self._followed.get(session.name)
        here = [s for s in found if (follow(s) if follow else s.place and s.place.pane == session.pane
                                     and s.place.socket == str(self.lab.socket))]
        if here and here[0].pid:
            self._pids[session.name] = here[0].pid
            self.pids.add(here[0].pid)
        pid = self._pids.get(session.name)
        mine = here or [s for s in found if pid is not None and (s.pid == pid or f"pid {pid} " in s.because)]
        return mine[0] if mine else None

    def expect(self, session: Session, name: str, state: str, at: float, trace: bool = True,
               check: Callable[[Shown], bool] = lambda _: True) -> None:
        """At the instant `name` cst has to show `state`; `at` is when the world was so.

        Right means: from some moment on and for STAYS. Without `trace` of it in what the client writes, `unknown`
        with a reason is right too; a client without a status may always be unknown, if `because` says so.
        """
        allowed = (state, "unknown") if not trace or self.old else (state,)
        end = time.monotonic() + PATIENCE
        since: float | None = None
        best = ""
        seen: Shown | None = None
        while time.monotonic() < end:
            seen = self.shown(session)
            now = time.time()
            is_state = seen.state if seen else "ended"
            if is_state in allowed and (seen is None or check(seen)):
                since = now if since is None or (best != is_state) else since
                best = is_state
                if now - since >= (STAYS if best == state else 2.5):  # unknown may still turn into the right one
                    break
            else:
                since = None
            time.sleep(0.02)
        else:
            raise LabError(f"{self.name}, {name}: expected {state}, shown {seen and (seen.state, seen.rule, seen.because)}"
                           f"\n{self.lab.screen(session) if session else ''}")
        assert since is not None
        since = self._right_from(session, at, since, best, check)
        self.instants.append(Instant(
            name, state, best, seen.rule if seen else "not listed", seen.because if seen else "",
            max(0.0, since - at), since, self._answerable(seen) if seen and best == state else "",
        ))
        self._program_agrees(session, name, best)

    def _answerable(self, seen: Shown) -> str:
        """Whether the program shows the dialog that is open, and takes a reply to it; "" where none is."""
        if seen.state not in ("permission", "question", "plan", "dialog"):
            return ""
        done = cst.run(self.lab, "answer", seen.key, TMUX=f"{self.lab.socket},0,0")
        if done.returncode:
            print(f"{self.name}: {done.stderr.strip()}")
        return "no" if done.returncode else "yes"

    def _program_agrees(self, session: Session, name: str, state: str) -> None:
        """The program itself says the same as the recorder did, or does soon: the client may have gone on."""
        pid = self._pids.get(session.name)
        listed = cst.fleet(self.lab, TMUX=f"{self.lab.socket},0,0")
        mine = [s for s in listed if s["pid"] == pid and pid] or [s for s in listed if f"pid {pid} " in s["because"]]
        told = mine[0]["state"] if mine else "ended"
        recorded = [state]
        end = time.monotonic() + 2
        while told not in recorded and time.monotonic() < end:
            time.sleep(0.05)
            seen = self.shown(session)
            recorded.append(seen.state if seen else "ended")
        if told not in recorded:
            raise LabError(f"{self.name}, {name}: the recorder shows {recorded[-1]}, `cst ls --json` {told}")

    def close(self) -> None:
        """End what this scenario opened."""
        self.lab.stop_jobs()
        for session in self.opened:
            self.lab.tmux("kill-session", "-t", f"={session.tmux_session}", check=False)
        time.sleep(0.2)
