"""What a made-up session leaves on disk, as the real client would: registry record, transcript, hook events, tasks."""

from __future__ import annotations

import contextlib
import json
import os
import time
from typing import Any

from cst.demo.story import Failure, Prompt, Result, Role, Step, Stopped, Tool, Words
from cst.system import processes, trust

VERSION, MODEL = "2.1.329", "claude-opus-5-5"
_REJECTED = "The user doesn't want to proceed with this tool use. The tool use was rejected."


class Paths:
    """Where one session writes. `claude` is the config folder, `state` the folder of cst's event log."""

    def __init__(self, claude: str, state: str, cwd: str, session_id: str) -> None:
        encoded = "".join(c if c.isascii() and c.isalnum() else "-" for c in cwd)
        self.cwd, self.session_id = cwd, session_id
        self.sessions = f"{claude}/sessions"
        self.transcript = f"{claude}/projects/{encoded}/{session_id}.jsonl"
        self.subagents = f"{claude}/projects/{encoded}/{session_id}/subagents"
        self.tasks = f"{claude}/tasks/{session_id}"
        self.events = f"{state}/cst/events/v1/{session_id}.jsonl"


def uuid() -> str:
    """A random UUID in the form that session ids have."""
    digits = os.urandom(16).hex()
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"


def stamp(at: float) -> str:
    """Epoch seconds as transcripts write them."""
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(at)) + f".{int(at * 1000) % 1000:03d}Z"


class _Thread:
    """One transcript file: the session's own, or a subagent's."""

    def __init__(self, path: str, agent_id: str = "") -> None:
        self.path, self.agent_id = path, agent_id
        self.parent: str | None = None
        self.open_tool = ""
        self.running = True
        self.lines: list[dict[str, Any]] = []

    def flush(self) -> None:
        text = "".join(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n" for line in self.lines)
        self.lines = []
        if text:
            append(self.path, text)


class Journal:
    """Writes the steps of one session. `write` keeps lines back until `flush`: one write(2) for each file."""

    def __init__(self, role: Role, paths: Paths, pid: int) -> None:
        """`pid` 0: that of a session that is over."""
        self.role, self.paths, self.pid = role, paths, pid
        self.tokens = role.tokens - 900 * sum(isinstance(step, (Words, Tool)) for step in role.story)
        self.main = _Thread(paths.transcript)
        self.agents: dict[str, _Thread] = {}
        self.prompt, self.began = "", 0.0
        self.waited = 0.0  # seconds of this turn in which a dialog was open: the client leaves them out of its duration
        self._born = time.time()

    def write(self, step: Step, at: float) -> None:
        """Add one step, with the metadata that the client writes around it."""
        thread = self._thread(getattr(step, "agent", ""))
        if isinstance(step, Prompt):
            self._prompt(step, at)
        elif isinstance(step, Words):
            reason = "end_turn" if step.last else None
            self._assistant(thread, at, {"type": "text", "text": step.text}, reason)
            if step.last:
                thread.running = False
                if thread is self.main:
                    self._turn_over(at)
        elif isinstance(step, Tool):
            self._tool(thread, step, at)
        elif isinstance(step, Result):
            self._result(thread, at, step.text, step.failed)
        elif isinstance(step, Failure):
            self._failure(step, at)
        elif isinstance(step, Stopped):
            self._stopped(at)

    def queue(self, text: str, at: float) -> None:
        """A prompt that waits until the turn is over."""
        self._meta("queue-operation", operation="enqueue", timestamp=stamp(at), content=text)
        self.flush()

    def flush(self) -> None:
        """Put everything on disk."""
        for thread in (self.main, *self.agents.values()):
            thread.flush()

    def pending_agents(self) -> int:
        """How many subagents have not said their last words."""
        return sum(thread.running for thread in self.agents.values())

    def event(self, name: str, at: float, **payload: Any) -> None:
        """Log a hook, in the form that shell/hook.sh writes; nothing for a session that is over before the demo is.

        A story begins before its process does. By the machine's own count that would be told of another process, so
        what was then has none, as on a machine that does not tell it.
        """
        if not self.pid:
            return
        payload = {
            "session_id": self.paths.session_id, "transcript_path": self.paths.transcript, "cwd": self.paths.cwd,
            "permission_mode": "default", "hook_event_name": name, **payload,
        }  # fmt: skip
        up = processes.uptime() - (time.time() - at) if at >= self._born else 0.0
        line = {
            "v": 1, "t": int(at), "up": round(up, 2) if up > 0 else None, "pid": self.pid,
            "tmux": os.environ.get("TMUX", ""), "pane": os.environ.get("TMUX_PANE", ""),
            "event": name, "payload": payload,
        }  # fmt: skip
        append(self.paths.events, "\n" + json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")

    # ------------------------------------------------------------------------------------------- lines

    def _thread(self, agent: str) -> _Thread:
        return self.agents[agent] if agent else self.main

    def _add(self, thread: _Thread, kind: str, at: float, **fields: Any) -> None:
        line = {"parentUuid": thread.parent, "isSidechain": bool(thread.agent_id), "type": kind, **fields}
        if thread.agent_id:
            line["agentId"] = thread.agent_id
        thread.parent = uuid()
        line |= {
            "uuid": thread.parent, "timestamp": stamp(at), "userType": "external", "entrypoint": "cli",
            "cwd": self.paths.cwd, "sessionId": self.paths.session_id, "version": VERSION,
            "gitBranch": self.role.branch,
        }  # fmt: skip
        thread.lines.append(line)

    def _meta(self, kind: str, **fields: Any) -> None:
        self.main.lines.append({"type": kind, **fields, "sessionId": self.paths.session_id})

    def _prompt(self, step: Prompt, at: float) -> None:
        if not self.main.parent:
            self._meta("mode", mode="normal")
            self._meta("permission-mode", permissionMode="default")
            self._meta("file-history-snapshot", snapshot={"timestamp": stamp(at)})
        origin = {} if step.machine else {"origin": {"kind": "human"}, "promptSource": "typed"}
        self._add(self.main, "user", at, message={"role": "user", "content": step.text}, **origin)
        self.began, self.waited = at, 0.0
        if not step.machine:
            self.prompt = step.text
        if self.role.title:
            self._meta("ai-title", aiTitle=self.role.title)
        if self.role.name:
            self._meta("custom-title", customTitle=self.role.name)
        self.event("UserPromptSubmit", at, prompt=step.text)

    def _assistant(self, thread: _Thread, at: float, block: dict[str, Any], reason: str | None) -> None:
        self.tokens += 900 if thread is self.main else 0
        tokens = self.tokens if thread is self.main else 9_400
        usage = {
            "input_tokens": 6, "cache_creation_input_tokens": 810, "cache_read_input_tokens": max(0, tokens - 906),
            "output_tokens": 90, "service_tier": "standard",
        }  # fmt: skip
        message = {
            "id": "msg_" + os.urandom(12).hex(), "type": "message", "role": "assistant", "model": MODEL,
            "content": [block], "stop_reason": reason, "stop_sequence": None, "usage": usage,
        }  # fmt: skip
        self._add(thread, "assistant", at, message=message, requestId="req_" + os.urandom(12).hex())

    def _tool(self, thread: _Thread, step: Tool, at: float) -> None:
        thread.open_tool = "toolu_" + os.urandom(12).hex()
        block = {"type": "tool_use", "id": thread.open_tool, "name": step.name, "input": step.given}
        self._assistant(thread, at, block, "tool_use")
        if thread is self.main:
            self._meta("last-prompt", lastPrompt=self.prompt, leafUuid=thread.parent)
        if step.name in ("AskUserQuestion", "ExitPlanMode"):
            self.event("PreToolUse", at, tool_name=step.name, tool_input=step.given, tool_use_id=thread.open_tool)
        if step.name == "Agent":
            self._launch(step, at, thread.open_tool)

    def _launch(self, step: Tool, at: float, tool_use: str) -> None:
        name = "agent-a" + os.urandom(8).hex()
        agent = _Thread(f"{self.paths.subagents}/{name}.jsonl", name.removeprefix("agent-"))
        self.agents[step.given["description"]] = agent
        about = {
            "agentType": step.given["subagent_type"], "description": step.given["description"],
            "toolUseId": tool_use, "spawnDepth": 1, "model": MODEL,
        }  # fmt: skip
        append(f"{self.paths.subagents}/{name}.meta.json", json.dumps(about))
        self._add(agent, "user", at, message={"role": "user", "content": step.given["prompt"]})

    def _result(self, thread: _Thread, at: float, text: str, failed: bool, **denied: Any) -> None:
        block = {"tool_use_id": thread.open_tool, "type": "tool_result", "content": text, "is_error": failed}
        self._add(thread, "user", at, message={"role": "user", "content": [block]}, **denied)
        thread.open_tool = ""

    def _failure(self, step: Failure, at: float) -> None:
        message = {
            "id": uuid(), "type": "message", "role": "assistant", "model": "<synthetic>",
            "stop_reason": "stop_sequence", "usage": {"input_tokens": 0, "output_tokens": 0},
            "content": [{"type": "text", "text": step.text}],
        }  # fmt: skip
        self._add(self.main, "assistant", at, message=message, isApiErrorMessage=True, apiErrorStatus=529)
        self._afterwards()
        self.event("StopFailure", at, error="server_error", last_assistant_message=step.text)

    def _stopped(self, at: float) -> None:
        """Esc or No: the open tools are rejected, in whichever thread they are; then the client's own mark."""
        rejected = {"toolUseResult": "User rejected tool use", "toolDenialKind": "user-rejected"}
        suffix = ""
        for thread in (self.main, *self.agents.values()):
            if thread.open_tool:
                self._result(thread, at, _REJECTED, True, **rejected)
                suffix = " for tool use"
            thread.running = False
        text = f"[Request interrupted by user{suffix}]"
        for thread in (self.main, *(agent for agent in self.agents.values() if suffix)):
            self._add(thread, "user", at, message={"role": "user", "content": [{"type": "text", "text": text}]})
        self._afterwards()

    def _turn_over(self, at: float) -> None:
        pending = self.pending_agents()
        more = {"pendingBackgroundAgentCount": pending} if pending else {}
        words = self.main.lines[-1]["message"]["content"][0]["text"]
        worked = int((at - self.began - self.waited) * 1000)
        self._add(self.main, "system", at, subtype="turn_duration", durationMs=worked, isMeta=False, **more)
        self._afterwards()
        tasks = [{"type": "subagent", "status": "running", "description": name}
                 for name, thread in self.agents.items() if thread.running]  # fmt: skip
        if self.role.status == "shell":
            tasks.append({"type": "shell", "status": "running", "description": self.role.title})
        self.event("Stop", at, stop_hook_active=False, last_assistant_message=words, background_tasks=tasks,
                   session_crons=[])  # fmt: skip

    def _afterwards(self) -> None:
        self._meta("last-prompt", lastPrompt=self.prompt, leafUuid=self.main.parent)
        self._meta("cost-state", totalCostUSD=self.role.cost, hasUnknownModelCost=False)
        self._meta("mode", mode="normal")
        self._meta("permission-mode", permissionMode="default")


class Registration:
    """The session's registry record. It exists from the first `set` until `remove`."""

    def __init__(self, role: Role, paths: Paths, pid: int, started: float, tmux: str) -> None:
        project = os.path.basename(paths.cwd)
        self.path = f"{paths.sessions}/{pid}.json"
        self.fields: dict[str, Any] = {
            "pid": pid, "sessionId": paths.session_id, "cwd": paths.cwd, "startedAt": int(started * 1000),
            "procStart": processes.start_of(pid), "version": VERSION, "peerProtocol": 1, "kind": "interactive",
            "entrypoint": "cli", "tmux": tmux, "name": role.name or f"{project}-{pid % 256:02x}",
            "nameSource": "user" if role.name else "derived",
        }  # fmt: skip

    def set(self, status: str, at: float, waiting_for: str = "") -> None:
        """Publish a status. Unlike the real client's, the file is replaced at once, so no reader sees half of it."""
        self.fields.pop("waitingFor", None)
        self.fields |= {"status": status, "updatedAt": int(at * 1000), "statusUpdatedAt": int(at * 1000)}
        if waiting_for:
            self.fields["waitingFor"] = waiting_for
        new = self.path.removesuffix(".json") + ".new"
        append(new, json.dumps(self.fields, ensure_ascii=False))
        os.replace(new, self.path)

    def remove(self) -> None:
        """The orderly end."""
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self.path)


def write_tasks(role: Role, paths: Paths) -> None:
    """The session's task list, if it has one."""
    for number, (status, subject) in enumerate(role.tasks, 1):
        task = {"id": str(number), "subject": subject, "activeForm": subject, "status": status, "blocks": [],
                "blockedBy": []}  # fmt: skip
        append(f"{paths.tasks}/{number}.json", json.dumps(task))


def append(path: str, text: str) -> None:
    """Append in one write(2); files are 0600 in folders of 0700."""
    trust.make_private(os.path.dirname(path))
    fd = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        os.write(fd, text.encode("utf-8", "replace"))
    finally:
        os.close(fd)
