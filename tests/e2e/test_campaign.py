"""A campaign of attacks, for `make lab`: thousands of made-up hostile texts through every verb that prints, and a second
user on the machine who looks for anything of ours to read or write. `CST_SEED` chooses other texts, `CST_CAMPAIGN` how
many rounds (tests/testing/campaign.py)."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from unicodedata import category

import pytest

from cst.__main__ import main
from cst.text import width
from tests.testing import (
    DATA,
    MALLORY,
    ROOT,
    Live,
    called,
    event,
    registry_entry,
    said,
    started,
    two_users,
    typed,
    write_events,
    write_registry,
    write_transcript,
)
from tests.testing.campaign import chance, size
from tests.unit.render.test_hostile import PAYLOADS
from tests.unit.test_text import ATTACKS

pytestmark = pytest.mark.long

SESSIONS = 40
PARTS = 12  # tests that the campaign is told in
RUNS = 18_246
PIECES = [*PAYLOADS.values(), *(attack for attack, _ in ATTACKS.values()), "%", "\\", "\n\n", "\r", "\x1b]8;;x\x1b\\", "{}", '"', "é", "한", "👍🏽", "‮"]
_SGR = re.compile(r"\x1b\[[0-9;]*m")
_FOR_ALL = (
    ("ls", "--color", "always"), ("ls", "--all"), ("ls", "--json"), ("rows", "--width", "90"), ("status",), ("status", "--format", "json"),
    ("status", "--format", "waybar"), ("status", "--format", "i3blocks"), ("next", "--peek"), ("doctor",), ("hooks", "status"), ("limits",), ("cost", "all", "--by", "session"),
    ("cost", "--by", "tag", "--json"), ("report", "--by", "project"), ("grep", "--all", "o"), ("past", "--width", "90"), ("events",), ("ls", "--archived"), ("restore",), ("statusline",),
)  # fmt: skip
_FOR_ONE = (
    ("show",), ("why",), ("events",), ("why", "{}", "--redact"), ("show", "{}", "--json"), ("copy", "{}", "path"), ("copy", "{}", "resume"), ("kill", "{}", "--dry-run"), ("seen",), ("answer",),
    ("tag", "{}", "--add", "{text}"), ("rename", "{}", "{text}"), ("send", "{}", "{text}"), *(("preview", "{}", "--width", "70", "--page", page)
    for page in ("tools", "why", "conversation", "changes", "screen")),
)  # fmt: skip


_TOLD = {key: value for line in (DATA / "payloads.jsonl").read_text().splitlines() for key, value in json.loads(line)["payload"].items()}


def text(pick: random.Random) -> str:
    """A hostile text: pieces of attacks, whole, cut and mixed with any characters."""
    made = ""
    for _ in range(pick.randint(1, 5)):
        piece = pick.choice(PIECES)
        begin = pick.randrange(len(piece) + 1) if pick.random() < 0.3 else 0
        made += piece[begin : begin + pick.choice((3, 40, 4000))]
        made += "".join(chr(pick.choice((pick.randrange(0xA0), pick.randrange(0x3000), pick.randrange(0x110000)))) for _ in range(pick.randrange(4)))
    return made


class Fleet:
    """Live sessions, whose every text is another one in each round."""

    def __init__(self, claude: Path, live: Live) -> None:
        self.claude, self.payload = claude, claude.parent / "payload"
        self.pids = [live.start("claude", env={"HOME": str(claude.parent)}) for _ in range(SESSIONS)]

    def says(self, pick: random.Random) -> None:
        """Write every file of every session anew."""
        now = time.time()
        shutil.rmtree(self.claude / "projects", ignore_errors=True)
        for number, pid in enumerate(self.pids):
            name, folder, words = text(pick), text(pick), text(pick)
            session_id = f"{number:08x}-2222-4333-8444-555555555555"
            state = pick.choice((("waiting", "permission prompt"), ("waiting", words), ("idle", None), ("busy", None), (words, None)))
            write_registry(self.claude, registry_entry(
                pid, sessionId=session_id, procStart=started(pid), cwd="/home/u/" + folder, name=name, nameSource=pick.choice(("user", "derived")),
                status=state[0], waitingFor=state[1], tmux=None, version=pick.choice(("2.1.329", words)),
                startedAt=int((now - 600) * 1000), statusUpdatedAt=int((now - 60) * 1000),
            ))  # fmt: skip
            path = write_transcript(self.claude, [
                typed(words, now - 100, cwd="/home/u/" + folder, gitBranch=name), said(words, now - 90, None),
                called("Bash", {"command": words, "description": name}, now - 61), called(name or "x", {"file_path": folder}, now - 61, "toolu_2"),
                {"type": "custom-title", "customTitle": name}, {"type": "last-prompt", "lastPrompt": words}, {"type": "ai-title", "aiTitle": words},
                {"type": "pr-link", "prNumber": 7, "prUrl": words}, {"type": "agent-name", "agentName": name}, {"type": "queue-operation", "operation": "enqueue", "content": words},
            ], session_id, "/x")  # fmt: skip
            agents = path.parent / session_id / "subagents"
            agents.mkdir(parents=True, exist_ok=True)
            (agents / "agent-1.jsonl").write_text(json.dumps(called("Grep", {"pattern": words}, now - 5)) + "\n")
            (agents / "agent-1.meta.json").write_text(json.dumps({"agentType": name, "description": words}))
            tasks = self.claude / "tasks" / session_id
            tasks.mkdir(parents=True, exist_ok=True)
            (tasks / "1.json").write_text(json.dumps({"id": "1", "subject": words, "activeForm": name, "status": "in_progress"}))
            write_events(claude_state(self.claude), [
                event("UserPromptSubmit", now - 70, pid, {"prompt": words, "cwd": folder}), event("PermissionRequest", now - 61, pid, {"tool_name": name, "tool_input": {"command": words}}),
                event("Notification", now - 60, pid, {"message": words, "title": name}), event("Stop", now - 59, pid, {"last_assistant_message": words, "background_tasks": [{"description": name}]}),
            ][: pick.randrange(5)], session_id)  # fmt: skip
        self.payload.write_text(json.dumps(_everywhere(_TOLD, lambda: text(pick))))


def claude_state(claude: Path) -> Path:
    """Where our own files about these sessions are."""
    return claude.parent / ".local/state/cst"


def _everywhere(value: Any, made: Callable[[], str]) -> Any:
    """A JSON value with another text for each one in it."""
    if isinstance(value, dict):
        return {key: _everywhere(item, made) for key, item in value.items()}
    if isinstance(value, list):
        return [_everywhere(item, made) for item in value]
    return made() if isinstance(value, str) else value


def _acting(output: str, allowed: str = "\n") -> list[str]:
    return [c for c in _SGR.sub("", output) if c not in allowed and category(c) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")]


@pytest.mark.parametrize("part", range(PARTS))
def test_no_text_acts(
    home: Path, claude: Path, live: Live, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, part: int
) -> None:
    """Whatever sessions say, in every field at once: no verb fails, lets a control character through, makes two lines of a
    row, or runs anything; and what shells complete from has one session in a line. One run of each round is a process of
    its own."""
    monkeypatch.setenv("COLUMNS", "90")
    monkeypatch.setenv("TMPDIR", str(home))  # a report of a bug stays in there
    monkeypatch.setattr(tempfile, "tempdir", str(home))
    monkeypatch.chdir(home)
    fleet = Fleet(claude, live)
    shelves = [home / ".local/state/cst" / name for name in ("names", "tags", "prompt")]
    found: list[str] = []
    for number in range(size(RUNS / (len(_FOR_ALL) + SESSIONS) / PARTS)):
        pick = chance("texts", part, number)
        fleet.says(pick)
        calls = [*_FOR_ALL]
        for pid in fleet.pids:
            words = pick.choice(_FOR_ONE)
            here = text(pick).replace("\0", "").encode("utf-8", "replace").decode()  # as a command line can hold it
            calls.append(tuple(word.replace("{}", str(pid)).replace("{text}", here or "x") for word in words) if len(words) > 1 else (words[0], str(pid)))
        alone = pick.randrange(len(calls))
        for at, words in enumerate(calls):
            given = fleet.payload.open()
            with given, monkeypatch.context() as patch:
                patch.setattr("sys.stdin", given)
                code, out, errors = _apart(words, fleet.payload) if at == alone else (main(list(words)), *capfd.readouterr())
            found += [f"{part}.{number}: {words}: {wrong}"[:800] for wrong in _wrong(code, out, errors, words)]
        for shelf in shelves:
            if shelf.exists() and _acting(shelf.read_text(errors="surrogateescape"), "\n\t"):
                found.append(f"{part}.{number}: {shelf.name}")

    assert not found, "\n".join(found)
    assert list(home.parent.rglob("pwned*")) == []


def _apart(words: Sequence[str], given: Path) -> tuple[int, str, str]:
    """The verb in a process of its own, as `main` and its output are."""
    done = subprocess.run(
        [sys.executable, str(ROOT / "shell/cst"), *words], env={**os.environ, "PYTHONPATH": str(ROOT)}, stdin=given.open("rb"), capture_output=True, timeout=120, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout.decode(errors="surrogateescape"), done.stderr.decode(errors="surrogateescape")


def _wrong(code: int, out: str, errors: str, words: Sequence[str]) -> Iterator[str]:
    """What is wrong with how a verb has ended, and with what it has printed."""
    verb = words[0]
    if code not in ((0, 1, 2) if verb in ("tag", "rename", "send") else (0, 1)) or "a bug" in errors:
        yield f"exit code {code}: {errors}"
    allowed = {"rows": "\n\t", "past": "\n\t", "copy": "\n\u200c\u200d"}.get(verb, "\n")  # a folder is copied as it is called
    if _acting(out, allowed) or _acting(errors):
        yield f"characters {_acting(out + errors)!r}"
    if verb == "rows" and [row.count("\t") for row in out.splitlines()] != [1] * (SESSIONS + 1):
        yield "rows of more than one line"
    if verb == "preview" and max((width(_SGR.sub("", line)) for line in out.splitlines()), default=0) > 70:
        yield "a line that is too wide"


# ------------------------------------------------------------------------------------------------ a second user


@pytest.fixture
def open_home() -> Iterator[Path]:
    """A home that everybody can look into, as on many machines."""
    folder = Path("/tmp") / f"cst-open-{os.getpid()}-{time.monotonic_ns()}"
    folder.mkdir(mode=0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def as_mallory(*words: str) -> subprocess.CompletedProcess[str]:
    """What another user of the machine gets of a program."""
    return subprocess.run(words, user=MALLORY, group=MALLORY, extra_groups=[], cwd="/", capture_output=True, text=True, timeout=60, check=False)


@two_users
@pytest.mark.parametrize("umask", [0o000, 0o002, 0o022, 0o077])
def test_nobody_else_gets_in(open_home: Path, live: Live, umask: int) -> None:
    """After every verb that writes, and every event of the hook, at any umask: a second user can write nothing that cst has
    made, and can read neither events nor marks, nor put a program there that the hook would run."""
    pid = live.start("claude", env={"HOME": str(open_home)})
    claude = open_home / ".claude"
    write_registry(claude, registry_entry(pid, procStart=started(pid), cwd="/w", tmux=None))
    claude.chmod(0o700)
    env = {"PATH": os.environ["PATH"], "HOME": str(open_home), "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"}
    cst = [sys.executable, str(ROOT / "shell" / "cst")]
    for words in (
        ["hooks", "install", "--yes"], ["ls"], ["status"], ["status", "--badges"], ["pin", str(pid)], ["tag", str(pid), "--add", "x"], ["seen", str(pid)],
        ["rename", str(pid), "new"], ["snooze", str(pid)], ["record", "r.jsonl", "--seconds", "0.2"], ["init", "bash"], ["doctor"], ["prune"],
    ):  # fmt: skip
        subprocess.run([*cst, *words], cwd=open_home, env=env, umask=umask, stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False)
    payload = b'{"session_id":"11111111-2222-4333-8444-555555555555","hook_event_name":"Stop"}'
    hook = open_home / ".local/share/cst/hook.sh"
    subprocess.run([hook], input=payload, env=env, umask=umask, timeout=60, check=True)
    made = [path for path in open_home.rglob("*") if path != claude]

    assert {".local/share/cst/hook.sh", ".local/state/cst/marks/v1.jsonl", "r.jsonl"} <= {str(path.relative_to(open_home)) for path in made}
    assert (open_home / ".local/state/cst/events/v1/11111111-2222-4333-8444-555555555555.jsonl").exists()
    tried = as_mallory("find", str(open_home), "-mindepth", "1", "-writable")
    read = as_mallory("sh", "-c", f"cat {open_home}/.local/state/cst/marks/v1.jsonl {open_home}/.local/state/cst/events/v1/*.jsonl {open_home}/r.jsonl")
    planted = as_mallory("sh", "-c", f"echo x >{open_home}/.local/state/cst/notify || echo x >{open_home}/.local/share/cst/hook.sh")

    assert (tried.stdout, read.stdout) == ("", "")
    assert planted.returncode != 0
