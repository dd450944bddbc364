"""A campaign of attacks, for `make lab`: thousands of made-up hostile texts through every verb that prints, and a second
user on the machine who looks for anything of ours to read or write. `CST_SEED` chooses other texts."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from unicodedata import category

import pytest

from cst.__main__ import main
from cst.text import width
from tests.testing import (
    MALLORY,
    ROOT,
    Live,
    called,
    registry_entry,
    said,
    started,
    two_users,
    typed,
    write_registry,
    write_transcript,
)
from tests.unit.render.test_hostile import PAYLOADS
from tests.unit.test_text import ATTACKS

pytestmark = pytest.mark.long

SEED = int(os.environ.get("CST_SEED", "14"))
ROUNDS, SESSIONS = 12, 40
PIECES = [*PAYLOADS.values(), *(attack for attack, _ in ATTACKS.values()), "%", "\\", "\n\n", "\r", "\x1b]8;;x\x1b\\", "{}", '"', "é", "한", "👍🏽", "‮"]
_SGR = re.compile(r"\x1b\[[0-9;]*m")
_FOR_ALL = (
    ("ls", "--color", "always"), ("ls", "--all"), ("ls", "--json"), ("rows", "--width", "90"), ("status",), ("status", "--format", "json"),
    ("status", "--format", "waybar"), ("status", "--format", "i3blocks"), ("next", "--peek"), ("doctor",), ("hooks", "status"),
)  # fmt: skip
_FOR_ONE = (
    ("show",), ("why",), ("copy", "{}", "path"), ("copy", "{}", "resume"), *(("preview", "{}", "--width", "70", "--page", page)
    for page in ("tools", "why", "conversation", "changes", "screen")),
)  # fmt: skip


def text(chance: random.Random) -> str:
    """A hostile text: pieces of attacks, whole, cut and mixed with any characters."""
    made = ""
    for _ in range(chance.randint(1, 5)):
        piece = chance.choice(PIECES)
        begin = chance.randrange(len(piece) + 1) if chance.random() < 0.3 else 0
        made += piece[begin : begin + chance.choice((3, 40, 4000))]
        made += "".join(chr(chance.choice((chance.randrange(0xA0), chance.randrange(0x3000), chance.randrange(0x110000)))) for _ in range(chance.randrange(4)))
    return made


class Fleet:
    """Live sessions, whose every text is another one in each round."""

    def __init__(self, claude: Path, live: Live) -> None:
        self.claude = claude
        self.pids = [live.start("claude", env={"HOME": str(claude.parent)}) for _ in range(SESSIONS)]

    def says(self, chance: random.Random) -> None:
        """Write every file of every session anew."""
        now = time.time()
        shutil.rmtree(self.claude / "projects", ignore_errors=True)
        for number, pid in enumerate(self.pids):
            name, folder, words = text(chance), text(chance), text(chance)
            session_id = f"{number:08x}-2222-4333-8444-555555555555"
            state = chance.choice((("waiting", "permission prompt"), ("waiting", words), ("idle", None), ("busy", None), (words, None)))
            write_registry(self.claude, registry_entry(
                pid, sessionId=session_id, procStart=started(pid), cwd="/home/u/" + folder, name=name, nameSource=chance.choice(("user", "derived")),
                status=state[0], waitingFor=state[1], tmux=None, version=chance.choice(("2.1.329", words)),
                startedAt=int((now - 600) * 1000), statusUpdatedAt=int((now - 60) * 1000),
            ))  # fmt: skip
            path = write_transcript(self.claude, [
                typed(words, now - 100, cwd="/home/u/" + folder, gitBranch=name), said(words, now - 90, None),
                called("Bash", {"command": words, "description": name}, now - 61), called(name or "x", {"file_path": folder}, now - 61, "toolu_2"),
                {"type": "custom-title", "customTitle": name}, {"type": "last-prompt", "lastPrompt": words},
            ], session_id, "/x")  # fmt: skip
            agents = path.parent / session_id / "subagents"
            agents.mkdir(parents=True, exist_ok=True)
            (agents / "agent-1.jsonl").write_text(json.dumps(called("Grep", {"pattern": words}, now - 5)) + "\n")
            (agents / "agent-1.meta.json").write_text(json.dumps({"agentType": name, "description": words}))
            tasks = self.claude / "tasks" / session_id
            tasks.mkdir(parents=True, exist_ok=True)
            (tasks / "1.json").write_text(json.dumps({"id": "1", "subject": words, "activeForm": name, "status": "in_progress"}))


def _acting(output: str, allowed: str = "\n") -> list[str]:
    return [c for c in _SGR.sub("", output) if c not in allowed and category(c) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")]


@pytest.mark.parametrize("number", range(ROUNDS))
def test_no_text_acts(
    home: Path, claude: Path, live: Live, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """Whatever sessions say, in every field at once: no verb fails, lets a control character through, makes two lines of a
    row, or runs anything; and what shells complete from has one session in a line."""
    chance = random.Random(f"{SEED}.{number}")
    monkeypatch.setenv("COLUMNS", "90")
    monkeypatch.chdir(home)
    fleet = Fleet(claude, live)
    fleet.says(chance)
    calls = [*_FOR_ALL]
    for pid in fleet.pids:
        words = chance.choice(_FOR_ONE)
        calls.append(tuple(word.replace("{}", str(pid)) for word in words) if len(words) > 1 else (words[0], str(pid)))
    for words in calls:
        code = main(list(words))
        shown = capfd.readouterr()
        assert code in (0, 1), (words, shown.err)
        assert (_acting(shown.out, "\n\t" if words[0] == "rows" else "\n"), _acting(shown.err)) == ([], []), words
        assert "a bug" not in shown.err, shown.err
        if words[0] == "rows":
            rows = shown.out.splitlines()
            assert [row.count("\t") for row in rows] == [1] * (SESSIONS + 1)
        if words[0] == "preview":
            assert max(width(_SGR.sub("", line)) for line in shown.out.splitlines()) <= 70
    names = (home / ".local/state/cst/names").read_text(errors="surrogateescape") if (home / ".local/state/cst/names").exists() else ""
    assert _acting(names, "\n\t") == []
    assert list(home.parent.rglob("pwned*")) == []


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
