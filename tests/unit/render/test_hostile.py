"""Hostile text through the real program, a real tmux and the real fzf: it is shown, and nothing of it acts."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from unicodedata import category

import pytest
from iterfzf import BUNDLED_EXECUTABLE

from cst.model import PAGES
from cst.text import clean, for_tmux
from tests.testing import (
    ROOT,
    Live,
    TmuxServer,
    called,
    registry_entry,
    said,
    started,
    typed,
    until,
    write_transcript,
)

PAYLOADS = {
    "tmux job": "#(touch pwned)",
    "doubled": "##(touch pwned)###(touch pwned)",
    "tmux format": "#{session_name} #[fg=red]red #S %H %%",
    "shell": "$(touch pwned)",
    "backticks": "`touch pwned`",
    "quotes": "';touch pwned;'\";touch pwned;\"",
    "fzf action": ")+execute(touch pwned)+accept(",
    "fzf field": "{1} {q} {+f}",
    "escapes": "\x1b[31m\x1b]0;title\x07\x1b]52;c;cHduZWQ=\x07\x9b2J\x1bP1$q\x1b\\\x1b",
    "lines": "a\nb\r\nc\u2028d\u0085e",
    "tabs": "\tfirst\tsecond\t",
    "right to left": "\u202egpj.exe\u202c\u2066x\u2069",
    "controls": "\x00\x01\x07\x08\x0b\x7f",
    "surrogate": "half \ud83d",
    "long": "x" * 4000,
    "wide": "漢字" * 200,
    "option": "--help",
    "nothing": "",
}
EVERYTHING = " ".join(PAYLOADS.values())
_SGR = re.compile(r"\x1b\[[0-9;]*m")


class World:
    """A sandboxed fleet with one live session for each payload, and one that holds them all."""

    def __init__(self, home: Path, claude: Path, live: Live) -> None:
        self.home, self.claude, self.live = home, claude, live
        self.here = home / "here"
        self.here.mkdir()
        self.keys: dict[str, str] = {}

    def add(self, title: str, text: str, record: dict[str, Any] | None = None) -> None:
        """A live process, registered, whose every text is `text`."""
        pid = self.live.start("claude", env={"HOME": str(self.home)})
        now = time.time()
        session_id = f"{len(self.keys):08x}-2222-4333-8444-555555555555"
        entry: dict[str, Any] = {
            "procStart": started(pid), "sessionId": session_id, "cwd": "/home/u/" + text, "name": text,
            "nameSource": "user", "startedAt": int((now - 600) * 1000), "statusUpdatedAt": int((now - 60) * 1000),
            "status": "waiting", "waitingFor": "permission prompt", "version": "2.1.329", "tmux": None,
        }  # fmt: skip
        path = self.claude / "sessions" / f"{pid}.json"
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps({**registry_entry(pid, **entry), **(record or {})}))
        lines = [
            typed(text + "prompt", now - 100, cwd="/home/u/" + text, gitBranch=text),
            said(text + "words", now - 90, None),
            called("Bash", {"command": text + "command"}, now - 61),
            called(text or "Read", {"file_path": text}, now - 61, "toolu_2"),
            {"type": "custom-title", "customTitle": text},
            {"type": "last-prompt", "lastPrompt": text + "prompt"},
        ]
        path = write_transcript(self.claude, lines, session_id, "x")
        agents = path.parent / session_id / "subagents"
        agents.mkdir(parents=True)
        (agents / "agent-1.jsonl").write_text(json.dumps(called("Grep", {"pattern": text}, now - 5)) + "\n")
        (agents / "agent-1.meta.json").write_text(json.dumps({"agentType": text, "description": text}))
        self.keys[title] = f"{pid}.{started(pid)}"

    def run(self, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
        """The real program, in a folder of its own."""
        own = {"PYTHONPATH": str(ROOT), "COLUMNS": "100", "TMPDIR": str(self.home)}
        return subprocess.run(
            [sys.executable, str(ROOT / "shell" / "cst"), *words], cwd=self.here, env={**os.environ, **own, **env},
            stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="surrogateescape", timeout=300,
            check=False,
        )  # fmt: skip

    def pwned(self) -> list[Path]:
        """Files that some command of the payloads has made."""
        return list(self.home.parent.rglob("pwned*"))


@pytest.fixture
def world(home: Path, claude: Path, live: Live) -> World:
    """A fleet of hostile sessions."""
    made = World(home, claude, live)
    for name, text in PAYLOADS.items():
        made.add(name, text)
    made.add("everything", EVERYTHING)
    made.add("unknown wait", "x", {"waitingFor": EVERYTHING})
    made.add("unknown status", "x", {"status": EVERYTHING, "version": EVERYTHING, "kind": EVERYTHING})
    return made


def _acting(output: str) -> list[str]:
    """The characters of an output that are neither text, nor a newline, nor part of a colour."""
    return [c for c in _SGR.sub("", output) if c != "\n" and category(c) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")]


def test_every_verb(world: World) -> None:
    """No verb lets a control character through, runs a payload, or calls it a bug."""
    key = world.keys["everything"]
    calls: list[tuple[str, ...]] = [
        ("ls",), ("ls", "--color", "always"), ("ls", "--json"), ("ls", "--all"), ("ls", "--sort", "name"),
        ("status",), ("status", "--format", "tmux"), ("status", "--format", "ansi"), ("status", "--format", "json"),
        ("show", key), ("show", "--color=always", key), ("show", "--json", key), ("why", key), ("why", "--json", key),
        ("why", world.keys["unknown status"]), ("why", world.keys["unknown wait"]), ("preview", key),
        ("preview", key, "--width", "40", "--height", "12"), ("next", "--peek"),
        ("show", "x"), ("show", EVERYTHING.replace("\x00", "")[:2000].encode("utf-8", "replace").decode()),
        ("seen", key), *(("preview", key, "--page", page) for page in PAGES),
    ]  # fmt: skip
    done = {call: world.run(*call) for call in calls}
    acting = {call: (_acting(one.stdout), _acting(one.stderr)) for call, one in done.items()}
    lines = [line for one in done.values() for line in one.stderr.splitlines()]

    assert {call: ([], []) for call in calls} == acting
    assert [line for line in lines if not line.startswith("cst: ") or "a bug" in line] == []
    assert set() == {one.returncode for one in done.values()} - {0, 1}
    assert world.pwned() == []


def test_rows(world: World) -> None:
    """Each row is one line with one tab, behind the key; colour aside, nothing in it acts."""
    done = world.run("rows", "--width", "100")
    lines = done.stdout.splitlines()

    assert ["-", *sorted(world.keys.values())] == [lines[0][0], *sorted(line.split("\t")[0] for line in lines[1:])]
    assert [1] * len(lines) == [line.count("\t") for line in lines]
    assert _acting(done.stdout.replace("\t", "")) == []
    assert (done.returncode, done.stderr, world.pwned()) == (0, "", [])


def test_fzf_gives_the_key_back(world: World) -> None:
    """The real fzf, with the picker's delimiter, gives back every row with its key."""
    rows = world.run("rows", "--width", "100").stdout
    words = ["--ansi", "--delimiter=\t", "--with-nth=2..", "--filter="]  # with --no-sort it would print what it shows
    done = subprocess.run(
        [str(BUNDLED_EXECUTABLE), *words], input="\n".join(rows.splitlines()[1:]), capture_output=True, text=True,
        cwd=world.here, env={**os.environ, "FZF_DEFAULT_OPTS": ""}, timeout=60, check=False,
    )  # fmt: skip

    assert sorted(world.keys.values()) == sorted(line.partition("\t")[0] for line in done.stdout.splitlines())
    assert world.pwned() == []


def test_json_keeps_the_text(world: World) -> None:
    """JSON is for programs: it has the text as it is, escaped."""
    found = json.loads(world.run("ls", "--json").stdout)["sessions"]
    names = {session["key"]: session["name"] for session in found}

    assert PAYLOADS["shell"] == names[world.keys["shell"]]
    assert PAYLOADS["lines"] == names[world.keys["lines"]]
    assert None is names[world.keys["nothing"]]


@pytest.mark.parametrize(
    "record",
    [
        {"sessionId": "../../../etc/passwd"}, {"sessionId": "a\nb\tc"}, {"sessionId": "\x00"}, {"sessionId": "\ud800"},
        {"procStart": "1\t2"}, {"cwd": "/a\x00b"}, {"cwd": "/\ud800"}, {"cwd": ["/a"]}, {"startedAt": "soon"},
        {"statusUpdatedAt": 1e300}, {"status": 7}, {"name": {"a": 1}}, {"tmux": 5}, {"pid": -1},
    ],
    ids=lambda record: "-".join(f"{k} {v!r}"[:24] for k, v in record.items()),
)  # fmt: skip
def test_a_broken_record(home: Path, claude: Path, live: Live, record: dict[str, Any]) -> None:
    """One record whose fields are no such fields costs no other session its row, and is no bug."""
    world = World(home, claude, live)
    world.add("good", "good")
    world.add("broken", "broken", record)
    done = world.run("rows")
    lines = done.stdout.splitlines()

    assert (done.returncode, done.stderr) == (0, "")
    assert len([line for line in lines if line.startswith(world.keys["good"] + "\t")]) == 1
    assert [1] * len(lines) == [line.count("\t") for line in lines]


# ------------------------------------------------------------------------------------------------------ tmux


def test_status_line(world: World, tmux_server: TmuxServer) -> None:
    """In a real status line `cst status` shows its words, and nothing of the sessions runs."""
    python = f"env PYTHONPATH='{ROOT}' '{sys.executable}' '{ROOT}/shell/cst'"
    tmux_server.new("hostile")
    tmux_server.run("rename-session", "-t", "hostile", "##(touch pwned)")  # tmux expands what it is given here
    tmux_server.run("set-option", "-g", "status-interval", "1")
    tmux_server.run("set-option", "-g", "status-right-length", "100")
    tmux_server.run("set-option", "-g", "status-left", "")
    tmux_server.run("set-option", "-g", "status-right", f"#({python} status --format tmux)")
    client = tmux_server.attach("")
    until(lambda: b"need you" in client.shown and b"permission 1m" in client.shown, 200)

    assert b"#[" not in client.shown
    assert world.pwned() == []


@pytest.mark.parametrize("name", ["tmux job", "shell", "backticks", "quotes", "tmux format"])
def test_text_in_a_status_line_is_literal(home: Path, tmux_server: TmuxServer, name: str) -> None:
    """Text that was cleaned and escaped for tmux stands in a status line letter by letter."""
    shown = clean(PAYLOADS[name])
    if name == "tmux format":
        shown = shown.replace("%", "")  # strftime is done before the command's output comes in
    (home / "line").write_text("<" + for_tmux(shown) + ">\n")
    tmux_server.new("plain")
    tmux_server.run("set-option", "-g", "status-interval", "1")
    tmux_server.run("set-option", "-g", "status-right-length", "100")
    tmux_server.run("set-option", "-g", "status-right", f"#(cat '{home}/line')")
    client = tmux_server.attach("plain")
    until(lambda: f"<{shown}>".encode() in client.shown, 100)

    assert list(home.rglob("pwned")) == []
