"""A campaign of edge values, for `make lab`: in every field of every JSON document that cst reads, and of the config file,
stands what nobody expects there. `CST_SEED` chooses others, `CST_CAMPAIGN` how many (tests/testing/campaign.py)."""

from __future__ import annotations

import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from unicodedata import category

import pytest

from cst.__main__ import main
from cst.model import PAGES
from cst.settings import KEYS, load
from cst.store import places
from cst.store.places import Note, Notes
from tests.testing import (
    DATA,
    ROOT,
    Live,
    called,
    ended_turn,
    event,
    registry_entry,
    resulted,
    said,
    started,
    typed,
    write_events,
    write_registry,
    write_transcript,
)
from tests.testing.campaign import chance, size

pytestmark = pytest.mark.long

PARTS = 20  # tests that the campaign is told in
RUNS = 15_404
SECONDS = 20.0  # of processor time, that no run may take
MEMORY = 1 << 30  # bytes of address space, in a process of its own
_SGR = re.compile(r"\x1b\[[0-9;]*m")
_HERE = "@@here@@"

# What a field may hold, as it stands in the file.
EDGES: dict[str, bytes] = {
    "null": b"null", "true": b"true", "a text": b'"x"', "no text": b'""', "a number": b"7", "nought": b"0", "negative": b"-1",
    "a list": b"[]", "a list of lists": b'[[], [null], {"a": []}]', "an object": b"{}", "an object of others": b'{"id": {"id": [1]}, "text": 5}',
    "NaN": b"NaN", "infinity": b"-Infinity", "1e308": b"1e308", "1e999": b"1e999", "a fraction": b"-0.0000001", "2^63": b"9223372036854775808",
    "400 digits": b"9" * 400, "5000 digits": b"9" * 5000, "year 9999": b'"9999-12-31T23:59:59.999Z"', "year 9999 in ms": b"253402300799000",
    "year 0": b'"0000-00-00T00:00:00Z"', "year 10000": b'"+10000-01-01T00:00:00.000Z"', "before 1970": b'"0001-01-01T00:00:00.000Z"',
    "half a surrogate": b'"\\ud800x\\udfff"', "half a surrogate, raw": b'"\xed\xa0\x80"', "no UTF-8": b'"\xff\xfe\x80"', "a NUL": b'"a\\u0000b"',
    "a raw NUL": b'"a\x00b"', "a raw newline": b'"a\x0bb"', "a mark": b'"\xef\xbb\xbfx"', "a path": b'"../../../../etc/passwd"', "a root": b'"/"',
    "a long path": b'"/' + b"d/" * 3000 + b'"', "a part that is too long": b'"/' + b"n" * 300 + b'"', "a NUL in a path": b'"/tmp/\\u0000x"',
    "deep": b"[" * 10_000 + b"]" * 10_000, "deep objects": b'{"a":' * 10_000 + b"1" + b"}" * 10_000, "300 deep": b"[" * 300 + b"]" * 300,
    "cut": b'"', "nothing": b"", "100 kB": b'"' + b"w" * 100_000 + b'"', "many": b"[" + b'{"type":"text","text":"t"},' * 3000 + b"1]",
    "escapes": b'"\\u001b]52;c;eA==\\u0007\\u009b2J\\u202e$(touch pwned)"', "10 MB": b'"' + b"m" * 10_000_000 + b'"',
}  # fmt: skip
RARE = {"10 MB": 0.05, "deep objects": 0.5, "many": 0.3}  # how often they are taken where they were chosen
# What a whole document may be.
WHOLE: dict[str, bytes] = {
    "empty": b"", "a mark alone": b"\xef\xbb\xbf", "NULs": b"\0" * 5000, "null": b"null\n", "a list": b"[]\n", "a text": b'"x"\n', "a number": b"1\n",
    "deep": b"[" * 10_000, "deep objects": b'{"a":' * 10_000, "newlines": b"\n" * 200_000, "an object": b"{}\n", "blank": b" \t\r\n", "no JSON": b"\x1b[2Jx\n",
}  # fmt: skip

VERBS: Sequence[tuple[str, ...]] = (
    ("ls",), ("ls", "--all"), ("ls", "--all", "--json"), ("ls", "--color", "always", "--sort", "context"), ("ls", "--all", "--sort", "cost"), ("ls", "--archived"), ("rows", "--width", "90"), ("rows", "--all"),
    ("status",), ("status", "--format", "json"), ("status", "--format", "waybar"), ("status", "--badges"), ("next", "--peek"),
    *(("preview", "{}", "--width", "70", "--page", page) for page in PAGES), ("show", "{}"), ("show", "{}", "--json"), ("why", "{}"), ("why", "{}", "--json"),
    ("why", "{}", "--redact"), ("limits",), ("limits", "--json"), ("cost",), ("cost", "all", "--by", "session"), ("cost", "week", "--by", "tag", "--json"), ("cost", "--check"),
    ("budget",), ("budget", "--json"), ("report",), ("report", "--by", "project", "--json"), ("grep", "prompt"), ("grep", "--all", "--json", "x"), ("past", "--width", "80"),
    ("restore",), ("restore", "--parked"), ("hooks", "status"), ("hooks", "status", "--json"), ("prune", "--dry-run"), ("doctor",), ("copy", "{}", "path"), ("copy", "{}", "resume"),
    ("seen", "{}"), ("pin", "{}"), ("tag", "{}"), ("wait", "{}", "--timeout", "1s"), ("record", "recording", "--seconds", "0.01"), ("statusline",),
    *(("replay", "recording.jsonl", *words) for words in ((), ("ls", "--all"), ("why", "{}"), ("show", "{}"), ("preview", "{}"))),
    ("ls", "--all-hosts"), ("status", "--all-hosts"), ("next", "--peek", "--all-hosts"), ("ls", "--host", "far", "--json"), ("show", "far/api"),
)  # fmt: skip
OFTEN = ("doctor", "cost", "past", "ls", "rows")  # each of these as often as the others, whatever its options
_EVENTS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("SessionStart", {"source": "startup"}), ("UserPromptSubmit", {"prompt": "prompt"}), ("PreToolUse", {"tool_name": "Bash", "tool_input": {"command": "c"}}),
    ("Notification", {"message": "m", "notification_type": "permission_prompt"}), ("PermissionRequest", {"tool_name": "Bash", "tool_input": {"command": "c"}, "tool_use_id": "toolu_1"}),
    ("Stop", {"last_assistant_message": "w", "background_tasks": [{"id": "1", "status": "running"}], "session_crons": []}), ("SessionEnd", {"reason": "exit"}),
)  # fmt: skip


# ---------------------------------------------------------------------------------------------------- the world


class World:
    """Live and ended sessions of which every source says something; and what cst itself has written of them."""

    def __init__(self, home: Path, claude: Path, live: Live) -> None:
        self.home, self.claude = home, claude
        self.state = home / ".local/state/cst"
        self.pids = [live.start("claude", env={"HOME": str(home)}) for _ in range(3)]
        self.ids = [f"{number:08x}-2222-4333-8444-555555555555" for number in range(4)]
        self.payload = self._payload()
        self._sessions()
        self._folders()
        self._ours()
        self.documents = {path: path.read_bytes() for path in sorted(home.rglob("*")) if path.is_file() and _is_json(path)}
        self.kept = {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}

    def _payload(self) -> Path:
        lines: list[dict[str, Any]] = [json.loads(line)["payload"] for line in (DATA / "payloads.jsonl").read_text().splitlines()]
        told: dict[str, Any] = {key: value for line in lines for key, value in line.items()}
        path = self.home / "payload.json"
        path.write_text(json.dumps({**told, "session_id": self.ids[0], "workspace": {"current_dir": str(self.home)}}))
        return path

    def _sessions(self) -> None:
        now = time.time()
        states: tuple[dict[str, Any], ...] = ({"status": "waiting", "waitingFor": "permission prompt"}, {"status": "idle"}, {"status": "busy"})
        for number, (pid, state) in enumerate(zip(self.pids, states, strict=True)):
            write_registry(self.claude, registry_entry(
                pid, sessionId=self.ids[number], procStart=started(pid), cwd=str(self.home), name=f"name {number}", nameSource="user", tmux=None,
                startedAt=int((now - 600) * 1000), statusUpdatedAt=int((now - 60) * 1000), updatedAt=int((now - 60) * 1000), agentName="a", teamName="t",
                pidDomain=None, jobId="j1" if number == 2 else None, bridgeSessionId="b", **state,
            ))  # fmt: skip
        for session_id in self.ids:
            lines = [
                {"type": "mode", "mode": "plan"}, typed("the first prompt", now - 500), called("Read", {"file_path": "/w/x"}, now - 490, "toolu_1"),
                resulted("read", now - 480, "toolu_1", toolUseResult={"interrupted": False}), said("words", now - 470),
                ended_turn(now - 469), {"type": "system", "subtype": "compact_boundary", "compactMetadata": {"postTokens": 900}},
                {"type": "summary", "summary": "s", "leafUuid": "u"}, {"type": "queue-operation", "operation": "enqueue", "content": "later", "timestamp": "2026-11-20T14:31:04.323Z"},
                {"type": "system", "subtype": "informational", "content": "will continue automatically"}, {"type": "custom-title", "customTitle": "title"},
                {"type": "ai-title", "aiTitle": "made"}, {"type": "pr-link", "prNumber": 7, "prUrl": "https://x/7"}, {"type": "agent-name", "agentName": "n"},
                typed("prompt", now - 100, gitBranch="main"), called("Bash", {"command": "c", "description": "d"}, now - 61),
                called("AskUserQuestion", {"questions": [{"question": "q", "header": "h", "options": [{"label": "l", "description": "d"}], "multiSelect": False}]}, now - 61, "toolu_2"),
                called("TodoWrite", {"todos": [{"content": "c", "status": "pending"}]}, now - 61, "toolu_3"), {"type": "last-prompt", "lastPrompt": "prompt"},
            ]  # fmt: skip
            path = write_transcript(self.claude, lines, session_id, str(self.home))
            agents = path.parent / session_id / "subagents"
            agents.mkdir(parents=True)
            (agents / "agent-1.jsonl").write_text(json.dumps(called("Grep", {"pattern": "p"}, now - 5)) + "\n")
            (agents / "agent-1.meta.json").write_text(json.dumps({"agentType": "a", "description": "d", "toolUseId": "toolu_1"}))
            tasks = self.claude / "tasks" / session_id
            tasks.mkdir(parents=True)
            (tasks / "1.json").write_text(json.dumps({"id": "1", "subject": "s", "description": "d", "activeForm": "a", "status": "in_progress", "blockedBy": ["2"]}))
            write_events(self.state, [
                event(name, now - 90 + number, self.pids[0], {**more, "session_id": session_id, "transcript_path": str(path), "cwd": str(self.home)})
                for number, (name, more) in enumerate(_EVENTS)
            ], session_id)

    def _folders(self) -> None:
        """What Claude Code and another host say besides."""
        (self.claude / "history.jsonl").write_text("".join(
            json.dumps({"display": "prompt", "pastedContents": {"1": {"id": 1, "type": "text", "content": "p"}}, "timestamp": int(time.time() * 1000), "project": str(self.home), "sessionId": i}) + "\n"
            for i in self.ids
        ))  # fmt: skip
        (self.claude / "settings.json").write_text(json.dumps({
            "hooks": {"Stop": [{"matcher": "", "hooks": [{"type": "command", "command": "true", "timeout": 5}]}]}, "cleanupPeriodDays": 30, "env": {"A": "b"},
            "disableAllHooks": False, "statusLine": {"type": "command", "command": "true", "padding": 0}, "enabledPlugins": {"a@b": True}, "permissions": {"allow": ["Bash(ls:*)"]},
        }))  # fmt: skip
        (self.home / ".mcp.json").write_text(json.dumps({"mcpServers": {"a": {"command": "true"}}}))
        self.answer = self.home / "answer.json"
        config = self.home / ".config/cst"
        config.mkdir(parents=True)
        (config / "config.toml").write_text(f'[hosts]\nfar = {{ prefix = "{self.home}/far", shell = false }}\n')
        far = self.home / "far"
        far.write_text(f"#!/bin/sh\ncat '{self.answer}'\n")
        far.chmod(0o755)

    def _ours(self) -> None:
        """Marks, places, payloads, ledgers, budgets, receipts and answers of hosts, made by the verbs that make them."""
        self.run("ls", "--json", into=self.answer)
        for words in (
            ("hooks", "install", "--yes"), ("pin", self.key(0)), ("tag", self.key(0), "--add", "x"), ("snooze", self.key(1)), ("rename", self.key(1), "new"), ("seen", self.key(1)),
            ("archive", self.ids[3]), ("budget", "set", "5", "--per", "day"), ("statusline",), ("ls",), ("cost", "all"), ("cost", "--check"), ("ls", "--all-hosts"), ("record", "recording.jsonl", "--seconds", "0.1"),
        ):  # fmt: skip
            done = self.run(*words)
            assert done.returncode in (0, 1), done.stderr
        own, now = load(os.environ), time.time()
        lost = Note(self.ids[3], now - 90, "4711.1", str(self.claude), str(self.home), "/tmp/none", 4711, "work", 1, "w", 0, 1, "x", True, arguments=("--model", "opus"))
        places.write(own, Notes({lost.id: lost, self.ids[2]: lost._replace(id=self.ids[2], parked=now - 90)}, {"/tmp/none,4711": now - 90}), 0.0)

    def key(self, number: int) -> str:
        return str(self.pids[number])

    def run(self, *words: str, into: Path | None = None, seconds: int = 60, memory: int = 0) -> subprocess.CompletedProcess[bytes]:
        """The real program, in a process of its own."""

        def bound() -> None:
            resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
            if memory:
                resource.setrlimit(resource.RLIMIT_AS, (memory, memory))

        done = subprocess.run(
            [sys.executable, str(ROOT / "shell/cst"), *words], env={**os.environ, "PYTHONPATH": str(ROOT)}, stdin=self.payload.open("rb"), capture_output=True,
            cwd=self.home, timeout=300, check=False, preexec_fn=bound,
        )  # fmt: skip
        if into:
            into.write_bytes(done.stdout)
        return done

    def restore(self, path: Path) -> None:
        """Put all as it was: the document, and what a verb has written since."""
        for other in [path, *self.state.rglob("*"), *self.claude.glob("settings*")]:
            if other in self.kept:
                other.write_bytes(self.kept[other])
            elif other.is_file():
                other.unlink()


def _is_json(path: Path) -> bool:
    text = path.read_bytes()
    return ".cst-backup-" not in path.name and any(_parsed(part) for part in (text, *re.split(rb"[\n\t]", text)))


def _parsed(text: bytes) -> Any:
    try:
        value = json.loads(text)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


# ---------------------------------------------------------------------------------------------------- the fields


def fields(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every field and item below a value."""
    items = value.items() if isinstance(value, dict) else enumerate(value[:2]) if isinstance(value, list) else ()
    for key, item in items:
        yield (*path, key)
        yield from fields(item, (*path, key))


def changed(value: Any, path: Sequence[Any], edge: str) -> bytes:
    """A document's text with that field changed: it holds an edge value, is not there, or stands there twice."""
    value = json.loads(json.dumps(value))
    within = value
    for key in path[:-1]:
        within = within[key]
    before = within[path[-1]]
    if edge == "removed":
        del within[path[-1]]
        return json.dumps(value, separators=(",", ":")).encode()
    within[path[-1]] = _HERE
    text = json.dumps(value, separators=(",", ":")).encode()
    here = b'"' + _HERE.encode() + b'"'
    if edge == "twice" and isinstance(within, dict):
        again = json.dumps(before, separators=(",", ":")).encode() + b"," + json.dumps(path[-1]).encode() + b":[null]"
        return text.replace(here, again)
    return text.replace(here, EDGES.get(edge, b"null"))


class Case:
    """One document with one wrong thing in it."""

    def __init__(self, world: World, number: int) -> None:
        pick = chance("json", number)
        self.path = pick.choice(_weighted(world))
        self.edge = pick.choice(["removed", "twice", *EDGES])
        while pick.random() > RARE.get(self.edge, 1.0):
            self.edge = pick.choice(list(EDGES))
        text = world.documents[self.path]
        lines = re.split(rb"([\n\t])", text)  # a ledger has several documents in a line
        places = [n for n, line in enumerate(lines) if _parsed(line)]
        self.field: tuple[Any, ...] = ()
        if pick.random() < 0.05:
            self.edge = pick.choice([*WHOLE, "a mark before it", "its half", "twice the same"])
            self.text = {"a mark before it": b"\xef\xbb\xbf" + text, "its half": text[: len(text) // 2], "twice the same": text + text}.get(self.edge) or WHOLE.get(self.edge, b"")
        elif not places:  # one document over many lines
            value = json.loads(text)
            self.field = pick.choice(list(fields(value)))
            self.text = changed(value, self.field, self.edge)
        else:
            at = pick.choice(places)
            value = json.loads(lines[at])
            self.field = (at, *pick.choice(list(fields(value))))
            lines[at] = changed(value, self.field[1:], self.edge)
            self.text = b"".join(lines)
        kinds = sorted({words[0] for words in VERBS} | set(OFTEN))
        self.words = pick.choice([words for words in VERBS if words[0] == pick.choice(kinds)] or VERBS)
        if self.path == world.payload or pick.random() < 0.03:
            self.words = ("statusline",)
        if self.path.name == "recording.jsonl":
            self.words = pick.choice([words for words in VERBS if words[0] == "replay"])
        if self.path == world.answer:
            self.words = pick.choice([words for words in VERBS if any("host" in word or "far/" in word for word in words)])
        who = pick.choice([*world.pids, world.pids[0]])
        self.words = tuple(word.replace("{}", str(who)) for word in self.words)
        self.alone = pick.random() < 0.03

    def __str__(self) -> str:
        return f"{self.path.name} {self.field}: {self.edge}; cst {' '.join(self.words)}"


def _weighted(world: World) -> list[Path]:
    """The documents, those of one kind together as often as those of another."""
    kinds: dict[str, list[Path]] = {}
    for path in world.documents:
        kinds.setdefault(str(path.parent.relative_to(world.home)).translate(str.maketrans("", "", "0123456789abcdef-")) + path.suffix, []).append(path)
    most = max(map(len, kinds.values()))
    return [path for paths in kinds.values() for path in (paths * most)[:most]]


def test_every_verb_is_called_right(world: World) -> None:
    """Without an edge value each call of the campaign does what it is for: else it would look at nothing."""
    for words in VERBS:
        done = world.run(*(word.replace("{}", world.key(0)) for word in words))
        assert (done.returncode in (0, 1), done.stderr[:60]) == (True, done.stderr[:60] if done.stderr.startswith(b"cst: ") else b""), words
    sources = {path.parent.parent.name + "/" + path.parent.name for path in world.documents}
    assert {".claude/sessions", "events/v1", "hosts/v1", "ledgers/v1", "statusline/v1", "cst/budgets", "cst/costs", "cst/marks", "cst/places", "cst/receipts"} <= sources


def wrong(code: int, out: str, errors: str, words: Sequence[str]) -> list[str]:
    """What is wrong with how a verb has ended."""
    found = [] if code in (0, 1) or (code == 4 and "far" in words) else [f"exit code {code}"]
    allowed = "\n\t" if words[0] in ("rows", "past") else "\n"
    acting = sorted({c for c in _SGR.sub("", out + errors) if c not in allowed and category(c) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")})
    found += [f"characters {acting!r}"] if acting else []
    found += [f"{errors!r}"] if "Traceback" in errors or "a bug" in errors or (errors and not errors.startswith(("cst: ", "warning: "))) else []
    return found


@pytest.fixture
def world(home: Path, claude: Path, live: Live, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setenv("COLUMNS", "90")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(home))
    monkeypatch.setenv("TMPDIR", str(home))  # a report of a bug stays in there too
    monkeypatch.setattr(tempfile, "tempdir", str(home))
    monkeypatch.chdir(home)
    return World(home, claude, live)


@pytest.mark.parametrize("part", range(PARTS))
def test_no_edge_value_is_a_bug(world: World, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, part: int) -> None:
    """Whatever stands in a field, a verb ends with 0, or with 1 and one line that says why: no trace, no control
    character, in bounded time and memory, and nothing runs. One run in thirty is a process of its own."""
    found, runs = [], size(RUNS) // PARTS + 1
    capfd.readouterr()
    for number in range(part * runs, (part + 1) * runs):
        case = Case(world, number)
        case.path.write_bytes(case.text)
        if case.alone:
            done = world.run(*case.words, seconds=int(SECONDS), memory=MEMORY)
            ended = wrong(done.returncode, done.stdout.decode(errors="surrogateescape"), done.stderr.decode(errors="surrogateescape"), case.words)
        else:
            begun = time.process_time()
            with monkeypatch.context() as patch, world.payload.open() as given:
                patch.setattr("sys.stdin", given)
                code = main(list(case.words))
            ended = wrong(code, *capfd.readouterr(), case.words)
            spent = time.process_time() - begun
            ended += [f"{spent:.0f} s"] if spent > SECONDS else []
        found += [f"{number}: {case}: {', '.join(ended)}"[:600]] if ended else []
        world.restore(case.path)

    assert not found, "\n".join(found)
    assert list(world.home.parent.rglob("pwned*")) == []


# ---------------------------------------------------------------------------------------------------- the config file

TOML = (
    "true", "0", "-1", "7", "1e308", "inf", "-nan", "9" * 400, "0x7fffffffffffffffff", "1_000", "2026-11-27T00:00:00Z", "\"\"", "\"x\"", "'x'", "\"\\ud800\"", "\"\\u0000\"", "\"\\U00110000\"",
    "\"\x00\"", "\"\x1b]0;t\x07\\u202e\"", "\"\"\"a\nb\"\"\"", "\"unclosed", "[]", "[[]]", "[1, \"x\"]", "[\"\", \"/\", \"~\", \"relative\"]", "[\"/dev/zero\", \"/proc/self/mem\"]", "{}", "{ a = 1 }",
    "{ a = { a = { } } }", "{ \"\" = \"\" }", "{ a = [1, 2, 3, 4, 5] }", "{ a = [nan, inf, -1, 1e308, 0] }", "{ a = \"ssh '\" }", "{ next = \"ctrl-x\", kill = \"ctrl-x\" }", "{ kill = \"execute(touch pwned)\" }",
    "{ a = { prefix = \"true\", timeout = nan } }", "{ a = { prefix = [], shell = 1 } }", "[" * 10_000 + "]" * 10_000, "{a=" * 10_000 + "1" + "}" * 10_000, "\"" + "c" * 900_000 + "\"", "", "=", "1 2", "# none",
)  # fmt: skip
LINES = ("{0} = {1}", "[{0}]\na = {1}", "{0} = {1}\n{0} = {1}", "{0}.a = {1}", "[[{0}]]\na = {1}", "\ufeff{0} = {1}", "[{0}.a]\nprefix = {1}\n[{0}.a]", "{0}\x00 = {1}")


def test_no_value_of_the_config_file_is_a_bug(world: World, capfd: pytest.CaptureFixture[str]) -> None:
    """Each key with each edge value, in every way of writing a table: it counts, or the message names the line."""
    found, pick = [], chance("toml")
    path = world.home / ".config/cst/config.toml"
    cases = [(key[0], line, value) for key in KEYS for line in LINES for value in TOML]
    for key, line, value in pick.sample(cases, min(len(cases), size(3_000))):
        path.write_bytes(line.format(key, value).encode("utf-8", "replace"))
        words = pick.choice([("ls",), ("rows", "--width", "80"), ("status",), ("cost", "all"), ("limits",), ("doctor",), ("ls", "--all-hosts"), ("preview", world.key(0)), ("next", "--peek")])
        begun = time.process_time()
        ended = wrong(main(list(words)), *capfd.readouterr(), words)
        spent = time.process_time() - begun
        ended += [f"{spent:.0f} s"] if spent > SECONDS else []
        found += [f"{line.format(key, value)[:80]!r}: {words}: {', '.join(ended)}"[:600]] if ended else []

    assert not found, "\n".join(found)
    assert list(world.home.parent.rglob("pwned*")) == []
