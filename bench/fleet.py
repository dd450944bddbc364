"""A synthetic fleet: real processes in the panes of a private tmux server, with registry, transcripts and event logs
of the sizes that the real client leaves behind."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import time
import uuid
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from cst.model import Mark
from cst.store.marks import append

_STATES = ("waiting", "busy", "idle", "idle", "shell")
_DEAD = 1 << 22  # the kernel gives no pid above
_FILLER = "x" * 78_000  # one metadata line of the real client


class Fleet:
    """`count` live sessions and `old` transcripts of ended ones, for the time of a `with` block; `history`: that many
    marks, and that many registry records of processes that were killed long ago.

    The first session's transcript is 1 GB long; all but its end is a hole that takes no disk.
    """

    def __init__(self, count: int, old: int, hooks: bool = True, history: int = 0) -> None:
        self.root = Path(tempfile.mkdtemp(prefix="cst-bench."))
        self.count, self.old, self.hooks, self.history = count, old, hooks, history
        self.socket = str(self.root / "tmux")
        self.project = self.root / "home/project"
        self.ids: list[str] = []

    @property
    def env(self) -> dict[str, str]:
        """The whole environment of a measured program."""
        home = str(self.root / "home")
        return {"HOME": home, "PATH": os.environ["PATH"], "LANG": "C.UTF-8", "TERM": "xterm-256color",
                "TMUX": f"{self.socket},1,0", "XDG_STATE_HOME": home + "/.local/state"}  # fmt: skip

    def tmux(self, *words: str) -> str:
        """The output of one tmux command on the private server."""
        done = subprocess.run(
            ["tmux", "-u", "-S", self.socket, "-f", "/dev/null", *words],
            env={k: v for k, v in self.env.items() if k != "TMUX"}, capture_output=True, text=True, check=True,
        )  # fmt: skip
        return done.stdout.strip()

    def __enter__(self) -> Fleet:
        self.project.mkdir(parents=True)
        subprocess.run(["git", "init", "-q", "-b", "main", str(self.project)], env=self.env, check=True)
        (self.project / "new.py").write_text("x = 1\n" * 100)
        self.tmux("new-session", "-d", "-s", "bench", "-x", "160", "-y", "45", "sleep 100000")
        for _ in range(self.count - 1):
            self.tmux("new-window", "-d", "sleep 100000")
        pids = [int(pid) for pid in self.tmux("list-panes", "-a", "-F", "#{pane_pid}").split()]
        for number, pid in enumerate(pids[: self.count]):
            self._session(pid, _STATES[number % len(_STATES)])
        for number in range(self.old):
            folder = self.root / f"home/.claude/projects/-old-{number % 100}"
            folder.mkdir(parents=True, exist_ok=True)
            line = {"type": "last-prompt", "lastPrompt": "done long ago", "cwd": "/old"}
            (folder / f"{uuid.uuid4()}.jsonl").write_text(json.dumps(line) + "\n")
        self._history()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.tmux("kill-server")
        finally:
            shutil.rmtree(self.root, ignore_errors=True)

    def _history(self) -> None:
        """What months leave behind: marks of processes that are gone, and the records of those that were killed. The
        next marks that are made compact them, as they would have before: those are made."""
        begin = time.time() - 60 * 86400
        if self.history:
            path = self.root / "home/.local/state/cst/marks/v1.jsonl"
            _write(path, marks(self.history, begin))
            path.chmod(0o600)
            append(str(path), [Mark(time.time(), "seen", "nobody")] * 400)
        for number in range(self.history):
            record = {"pid": _DEAD + number, "sessionId": str(uuid.UUID(int=number)), "cwd": str(self.project),
                      "startedAt": int(begin * 1000), "procStart": "1", "version": "2.1.329", "kind": "interactive",
                      "status": "idle", "statusUpdatedAt": int(begin * 1000)}  # fmt: skip
            path = self.root / f"home/.claude/sessions/{_DEAD + number}.json"
            _write(path, json.dumps(record))
            os.utime(path, (begin, begin))

    def _session(self, pid: int, status: str) -> None:
        session, now = str(uuid.uuid4()), time.time()
        self.ids.append(f"{pid}.{_start(pid)}")
        record = {
            "pid": pid, "sessionId": session, "cwd": str(self.project), "startedAt": int((now - 900) * 1000),
            "procStart": _start(pid), "version": "2.1.329", "kind": "interactive", "entrypoint": "cli",
            "name": "project-1f", "nameSource": "derived", "status": status, "statusUpdatedAt": int((now - 60) * 1000),
            **({"waitingFor": "permission prompt"} if status == "waiting" else {}),
        }  # fmt: skip
        _write(self.root / f"home/.claude/sessions/{pid}.json", json.dumps(record))
        folder = "".join(c if c.isascii() and c.isalnum() else "-" for c in str(self.project))
        text = _transcript(session, now - 62, status == "waiting")
        path = self.root / f"home/.claude/projects/{folder}/{session}.jsonl"
        _write(path, text)
        if len(self.ids) == 1:
            os.truncate(path, 0)
            os.truncate(path, 1 << 30)
            with path.open("a") as file:
                file.write("\n" + text)
        os.utime(path, (now - 61, now - 61))
        if self.hooks:
            _write(self.root / f"home/.local/state/cst/events/v1/{session}.jsonl", _events(pid, status, now - 61))


def _start(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def _at(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def marks(count: int, begin: float) -> str:
    """One mark in ten lasts: a pin or a tag, by a session's id; the others are jumps and looks."""
    lines = []
    for number in range(count):
        moment = f'"v":1,"t":{begin + number:.3f}'
        key = f"{_DEAD + number % 2000}.{number % 977}"
        if number % 10 == 0:
            said = f'"mark":"{"pin" if number % 20 else "tag"}","key":"{uuid.UUID(int=number % 2000)}","value":"on"'
        elif number % 10 < 5:
            said = f'"mark":"visit","key":"{key}","client":"/dev/pts/3","pane":"%4","socket":"/tmp/tmux-0/default"'
        else:
            said = f'"mark":"seen","key":"{key}","by":"jump"'
        lines.append(f"\n{{{moment},{said}}}\n")
    return "".join(lines)


def _transcript(session: str, end: float, waits: bool) -> str:
    """40 tool calls and a finished answer, or one that waits, between two metadata lines of 78 KB."""
    common = {"isSidechain": False, "cwd": "/home/u/project", "gitBranch": "main", "sessionId": session}
    lines: list[dict[str, object]] = [{"type": "api-request-shape", "shape": _FILLER}]
    begin = end - 100
    lines.append({"parentUuid": None, **common, "type": "user", "timestamp": _at(begin), "origin": {"kind": "human"},
                  "message": {"role": "user", "content": "make the tests pass, all of them"}})  # fmt: skip
    for number in range(40):
        lines += _tool_call(common, f"toolu_{number}", begin + number * 2, answered=not (waits and number == 39))
    if not waits:
        answer = {"id": "msg_end", "role": "assistant", "model": "claude-opus-5-5", "stop_reason": "end_turn",
                  "content": [{"type": "text", "text": "All 214 tests pass."}],
                  "usage": {"input_tokens": 90_000}}  # fmt: skip
        lines.append({"parentUuid": "", **common, "message": answer, "type": "assistant", "timestamp": _at(end)})
        lines.append({"parentUuid": "", **common, "type": "system", "subtype": "turn_duration", "timestamp": _at(end)})
    lines.append({"type": "last-prompt", "lastPrompt": "make the tests pass, all of them", "sessionId": session})
    return "".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines)


def _tool_call(common: dict[str, object], name: str, at: float, answered: bool) -> list[dict[str, object]]:
    call = {"type": "tool_use", "id": name, "name": "Bash", "input": {"command": f"pytest -q tests/test_{name}.py"}}
    message = {"id": "msg_" + name, "role": "assistant", "model": "claude-opus-5-5", "stop_reason": "tool_use",
               "content": [call], "usage": {"input_tokens": 80_000, "output_tokens": 200}}  # fmt: skip
    lines: list[dict[str, object]] = [
        {"parentUuid": "", **common, "message": message, "type": "assistant", "timestamp": _at(at)}
    ]
    if answered:
        result = {"type": "tool_result", "tool_use_id": name, "content": "1 passed in 0.31s\n" * 20}
        lines.append({"parentUuid": "", **common, "type": "user", "timestamp": _at(at + 1),
                      "message": {"role": "user", "content": [result]}})  # fmt: skip
    return lines


def _events(pid: int, status: str, at: float) -> str:
    names = ["SessionStart", "UserPromptSubmit", "Stop", "UserPromptSubmit"]
    names.append({"idle": "Stop", "shell": "Stop", "waiting": "PermissionRequest"}.get(status, "PreToolUse"))
    payload = {
        "prompt": "make the tests pass, all of them", "tool_name": "Bash", "tool_input": {"command": "pytest -q"},
        "last_assistant_message": "All pass.", "cwd": "/home/u/project", "transcript_path": "/home/u/x/y.jsonl",
    }  # fmt: skip
    lines = []
    boot = time.time() - time.clock_gettime(time.CLOCK_BOOTTIME)
    for number, name in enumerate(names):
        when = at - 10 * (len(names) - 1 - number)
        event = {"v": 1, "t": int(when), "up": round(when - boot, 2), "pid": pid, "tmux": "/tmp/tmux-1000/default,1,0",
                 "pane": f"%{pid}", "event": name, "payload": {**payload, "hook_event_name": name}}  # fmt: skip
        lines.append(f"\n{json.dumps(event, separators=(',', ':'))}\n")
    return "".join(lines)
