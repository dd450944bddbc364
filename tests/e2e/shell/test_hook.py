"""What shell/hook.sh promises: one event in, one whole line out, and silence whatever happens.

Every promise is checked in each shell that is installed, with perl (the main way) and with perl hidden.
"""

from __future__ import annotations

import json
import os
import pty
import resource
import shutil
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.testing import campaign

HOOK = Path(__file__).parents[3] / "shell" / "hook.sh"
ID = "c81ffd58-6366-46e5-b2bb-089dc2fdf942"
OTHER = "00000000-1111-2222-3333-444444444444"
CUT = 65536
ENVELOPE = ["v", "t", "up", "pid", "tmux", "pane", "event", "payload"]
TOOLS = ("awk", "cat", "date", "dd", "mkdir", "timeout", "tr")

SHELLS = {
    name: [path, *options]
    for name, options in (("dash", []), ("bash", ["--posix"]), ("busybox", ["sh"]), ("sh", []))
    if (path := shutil.which(name))
}
if len({os.path.realpath(command[0]) for command in SHELLS.values()}) < len(SHELLS):
    del SHELLS["sh"]  # it is one of the others
WAYS = [(shell, perl) for shell in SHELLS for perl in ("perl", "no perl")]


class Hook:
    """The hook with a shell, a PATH, an environment of its own and a state folder."""

    def __init__(self, shell: str, perl: str, tmp: Path) -> None:
        self.command = [*SHELLS[shell], str(HOOK)]
        self.state = tmp / "state"
        self.cwd = tmp / "project"
        self.cwd.mkdir()
        if perl == "perl":
            if not shutil.which("perl"):
                pytest.skip("perl is not installed")
            path = os.environ["PATH"]
        else:
            path = str(_only_the_tools(tmp / "bin", shell))
        self.env = {"PATH": path, "HOME": str(tmp / "home"), "CST_STATE_DIR": str(self.state)}

    def run(self, payload: object, env: dict[str, str] | None = None, **more: Any) -> None:
        """Feed one payload; the exit code and the silence are checked every time."""
        data = payload if isinstance(payload, bytes) else json.dumps(payload, separators=(",", ":")).encode()
        run = subprocess.run(
            self.command, input=data, env={**self.env, **(env or {})}, capture_output=True, cwd=self.cwd, timeout=300,
            check=False, **more,
        )
        assert (run.returncode, run.stdout, run.stderr) == (0, b"", b"")

    def log(self, session_id: str = ID) -> Path:
        return self.state / "events" / "v1" / f"{session_id}.jsonl"

    def raw(self, session_id: str = ID) -> bytes:
        return self.log(session_id).read_bytes()

    def events(self, session_id: str = ID) -> list[dict[str, Any]]:
        lines = self.raw(session_id).decode("utf-8", "replace").split("\n")
        return [json.loads(line) for line in lines if line]

    def event(self, session_id: str = ID) -> dict[str, Any]:
        (only,) = self.events(session_id)
        return only

    def files(self) -> list[str]:
        """Everything below the state, home and project folders."""
        roots = (self.state, Path(self.env["HOME"]), self.cwd)
        return [str(path) for root in roots for path in root.rglob("*") if not path.is_dir()]


def _only_the_tools(folder: Path, shell: str) -> Path:
    """A PATH without perl. For busybox its own tools; for bash gawk, if it is there, which counts in characters."""
    folder.mkdir()
    gawk = shutil.which("gawk") if shell == "bash" else None
    for tool in TOOLS:
        own = gawk if tool == "awk" else None
        if target := own or shutil.which("busybox" if shell == "busybox" else tool):
            (folder / tool).symlink_to(target)
    return folder


@pytest.fixture(params=WAYS, ids=lambda way: f"{way[0]}, {way[1]}")
def hook(request: pytest.FixtureRequest, tmp_path: Path) -> Hook:
    shell, perl = request.param
    return Hook(shell, perl, tmp_path)


def payload(event: str = "Stop", **more: object) -> dict[str, Any]:
    """A payload with the keys in the order in which the client writes them."""
    first = {"session_id": ID, "transcript_path": f"/home/u/.claude/projects/-p/{ID}.jsonl", "cwd": "/p"}
    return {**first, "prompt_id": OTHER, "permission_mode": "default", "hook_event_name": event, **more}


# --- the line -------------------------------------------------------------------------------------------------


def test_one_event_becomes_one_line_between_two_newlines(hook: Hook) -> None:
    """The leading newline ends whatever a full disk left behind; the other one ends this line."""
    hook.run(payload())
    assert hook.raw().startswith(b'\n{"v":1,')
    assert hook.raw().endswith(b"}\n")
    assert hook.raw().count(b"\n") == 2


def test_the_envelope_has_exactly_these_keys_in_this_order(hook: Hook) -> None:
    """Readers in other languages may rely on it."""
    env = {"CLAUDE_PID": "4711", "TMUX": "/tmp/tmux-1000/default,99,0", "TMUX_PANE": "%7"}
    given = payload("UserPromptSubmit", prompt="fix it")
    before, up_before = int(time.time()), _uptime()
    hook.run(given, env)
    event = hook.event()
    assert list(event) == ENVELOPE
    assert (event["v"], event["pid"], event["tmux"], event["pane"]) == (1, 4711, env["TMUX"], "%7")
    assert (event["event"], event["payload"]) == ("UserPromptSubmit", given)
    assert isinstance(event["t"], int)
    assert before <= event["t"] <= time.time()
    if up_before is None:
        assert event["up"] is None
    else:
        assert up_before <= event["up"] <= _uptime()
        assert b'"up":%.2f,' % event["up"] in hook.raw()


def _uptime() -> float | None:
    try:
        return float(Path("/proc/uptime").read_text().split()[0])
    except OSError:
        return None


def test_the_payload_is_kept_byte_for_byte(hook: Hook) -> None:
    """Spelling, spacing, escapes and key order are the client's, not ours."""
    text = '{ "hook_event_name":"Stop",  "n": 1.50e3, "s":"\\u00e9 é \\n \\\\ \\" 字 %s %% $HOME `id`", "n":1 }'
    hook.run(text.encode(), {"CLAUDE_CODE_SESSION_ID": ID})
    assert hook.raw().endswith(b',"payload":' + text.encode() + b"}\n")


def test_newlines_between_keys_become_spaces(hook: Hook) -> None:
    """So one event stays one line, and the payload's meaning is untouched."""
    given = payload(tool_input={"command": "a\nb\r\tc"})
    hook.run(json.dumps(given, indent=1).replace("\n", "\r\n").encode() + b"\n\n")
    assert hook.raw().count(b"\n") == 2
    assert hook.event()["payload"] == given


def test_events_are_appended_in_order(hook: Hook) -> None:
    """Append-only: nothing that is in the log is ever touched."""
    for name in ("SessionStart", "UserPromptSubmit", "Stop"):
        hook.run(payload(name))
    assert [event["event"] for event in hook.events()] == ["SessionStart", "UserPromptSubmit", "Stop"]


REAL: dict[str, dict[str, Any]] = {
    "SessionStart": {"source": "startup", "model": "claude-opus-5-5"},
    "SessionEnd": {"reason": "prompt_input_exit"},
    "UserPromptSubmit": {"prompt": 'say "hook_event_name":"Stop"', "session_title": "my-err-session"},
    "PreToolUse": {"tool_name": "AskUserQuestion", "tool_input": {"questions": []}, "tool_use_id": "toolu_79a5"},
    "PermissionRequest": {"tool_name": "Bash", "tool_input": {"command": "ls"}, "permission_suggestions": [{}]},
    "Stop": {"stop_hook_active": False, "last_assistant_message": "done", "background_tasks": []},
    "StopFailure": {"error": "server_error", "last_assistant_message": "API Error: 529"},
    "PreCompact": {"trigger": "manual", "custom_instructions": None},
    "PostCompact": {"trigger": "manual", "compact_summary": "…"},
}


def test_every_registered_event_is_logged(hook: Hook) -> None:
    """The names and keys are those of real payloads."""
    for name, keys in REAL.items():
        hook.run(payload(name, **keys))
    assert [(event["event"], event["payload"]) for event in hook.events()] == [
        (name, payload(name, **keys)) for name, keys in REAL.items()
    ]


# --- which session, which process, which pane -------------------------------------------------------------------


def test_the_session_id_of_the_environment_comes_first(hook: Hook) -> None:
    """The client sets it for each call; the payload is only the second source."""
    hook.run(payload(), {"CLAUDE_CODE_SESSION_ID": OTHER})
    assert hook.event(OTHER)["event"] == "Stop"
    assert not hook.log(ID).exists()


def test_a_session_id_that_is_no_uuid_gives_way_to_the_payload(hook: Hook) -> None:
    """It becomes a file name, so nothing but a lower-case UUID is taken."""
    for bad in ("", "../../etc/passwd", ID.upper(), ID + "0", ID[:-1], "x" + ID[1:], f"{ID}\n", "*"):
        hook.run(payload(), {"CLAUDE_CODE_SESSION_ID": bad})
    assert hook.files() == [str(hook.log(ID))]
    assert len(hook.events()) == 8


def test_no_session_id_at_all_writes_nothing(hook: Hook) -> None:
    """Only the first "session_id" counts: one further inside belongs to something else."""
    for bad in ("../../etc/passwd", ID.upper(), ID + "0", 7, None, {"session_id": ID}, "$(id)"):
        hook.run({"session_id": bad, "hook_event_name": "Stop", "x": {"session_id": ID}})
    hook.run({"hook_event_name": "Stop"})
    assert hook.files() == []


def test_without_a_usable_claude_pid_the_parent_of_our_shell_is_taken(hook: Hook) -> None:
    """Clients before CLAUDE_PID run `sh -c <the registered command>`; that shell's parent is the client."""
    hook.command = ["/bin/sh", "-c", '[ -x "$0" ] && "$@" || :', str(HOOK), *hook.command]
    unusable = ("", "abc", "12a", "-5", "007", "0", "1e3", "9" * 30)
    for bad in unusable:
        hook.run(payload(), {"CLAUDE_PID": bad})
    parent = os.getpid() if os.path.exists("/proc/self/stat") else 0
    assert [event["pid"] for event in hook.events()] == [parent] * len(unusable)


@pytest.mark.skipif(not os.path.exists("/proc/self/stat"), reason="needs /proc")
def test_a_client_that_runs_us_without_a_shell_between_is_recognised(hook: Hook, tmp_path: Path) -> None:
    """Some shells replace themselves by the last command of `sh -c`; then our parent is the client."""
    client = tmp_path / "claude"
    client.symlink_to(os.path.realpath("/bin/sh"))
    hook.command = [str(client), "-c", 'echo $$ >pid; "$@"; :', "claude", *hook.command]
    hook.run(payload())
    assert hook.event()["pid"] == int((hook.cwd / "pid").read_text())


def test_a_parent_that_is_no_shell_is_not_taken_for_a_client(hook: Hook) -> None:
    """pytest runs us directly here: unknown is 0, not a guess."""
    if Path("/proc/self/comm").exists() and Path("/proc/self/comm").read_text().strip() in ("sh", "bash", "claude"):
        pytest.skip("pytest runs inside a process with the name of a shell")
    hook.run(payload())
    assert hook.event()["pid"] == 0


def test_where_there_is_no_proc_the_uptime_is_null_and_the_pid_unknown(hook: Hook, tmp_path: Path) -> None:
    """macOS, seen from here: the same script with /proc spelt otherwise."""
    copy = tmp_path / "hook.sh"
    copy.write_text(HOOK.read_text().replace("/proc/", "/no-proc/"))
    hook.command[-1] = str(copy)
    hook.run(payload())
    event = hook.event()
    assert (list(event), event["up"], event["pid"]) == (ENVELOPE, None, 0)


def test_a_value_that_json_would_have_to_escape_is_left_out(hook: Hook) -> None:
    """Half a socket path would name another server: none is better."""
    for bad in ('/tmp/a"b,1,0', "/tmp/a\\b,1,0", "/tmp/a\nb", "/tmp/\x1b[31m", "/tmp/jürgen,1,0", "x" * 600):
        hook.run(payload(), {"TMUX": bad, "TMUX_PANE": bad})
    found = [(event["tmux"], event["pane"], event["payload"]) for event in hook.events()]
    assert found == [("", "", payload())] * 6


def test_outside_tmux_both_are_empty(hook: Hook) -> None:
    hook.run(payload())
    assert (hook.event()["tmux"], hook.event()["pane"]) == ("", "")


def test_nothing_else_of_the_environment_is_logged(hook: Hook) -> None:
    """The client's environment holds a token."""
    secret = "s3cret-t0ken"
    names = ("CLAUDE_CODE_MESSAGING_TOKEN", "ANTHROPIC_API_KEY", "CLAUDE_PROJECT_DIR", "CLAUDECODE")
    hook.run(payload(), dict.fromkeys(names, secret))
    hook.run(b"not json", dict.fromkeys(names, secret))
    for path in hook.files():
        assert secret.encode() not in Path(path).read_bytes()


# --- where ------------------------------------------------------------------------------------------------------


def test_the_state_folder_is_found_as_the_rest_of_cst_finds_it(hook: Hook, tmp_path: Path) -> None:
    """CST_STATE_DIR, else XDG_STATE_HOME (a relative one is to be ignored, says its specification), else HOME."""
    home, xdg = tmp_path / "home", tmp_path / "xdg state"
    for env, state in (
        ({}, hook.state),
        ({"CST_STATE_DIR": "", "XDG_STATE_HOME": str(xdg)}, xdg / "cst"),
        ({"CST_STATE_DIR": "", "XDG_STATE_HOME": ""}, home / ".local/state/cst"),
        ({"CST_STATE_DIR": "", "XDG_STATE_HOME": "relative"}, home / ".local/state/cst"),
    ):
        log = state / "events" / "v1" / f"{ID}.jsonl"
        log.unlink(missing_ok=True)
        hook.run(payload(), env)
        assert log.exists()
    assert list(hook.cwd.iterdir()) == []


def test_without_an_absolute_state_folder_nothing_is_written(hook: Hook) -> None:
    """A relative one would put a log into the project that the session works on."""
    for env in ({"CST_STATE_DIR": "", "HOME": ""}, {"CST_STATE_DIR": "state"}, {"CST_STATE_DIR": "", "HOME": "home"}):
        hook.run(payload(), env)
    assert hook.files() == []
    assert list(hook.cwd.iterdir()) == []


def test_files_and_folders_are_private_whatever_the_umask(hook: Hook) -> None:
    """The log holds what transcripts hold: prompts and last words."""
    hook.run(payload(), umask=0)
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in (hook.log(), *list(hook.log().parents)[:3])}
    assert list(modes.values()) == [0o600, 0o700, 0o700, 0o700]


def test_a_link_in_place_of_the_log_is_not_followed(hook: Hook, tmp_path: Path) -> None:
    """The folder is ours alone, so nobody puts one there by right; dangling or not, nothing is written."""
    hook.log().parent.mkdir(parents=True)
    precious = tmp_path / "precious"
    for target in (precious, tmp_path / "missing"):
        precious.write_text("mine")
        hook.log().unlink(missing_ok=True)
        hook.log().symlink_to(target)
        hook.run(payload())
        assert precious.read_text() == "mine"
        assert not (tmp_path / "missing").exists()


def test_a_pipe_or_folder_in_place_of_the_log_does_not_stop_the_client(hook: Hook) -> None:
    """Opening a named pipe that nobody reads would wait for ever."""
    hook.log().parent.mkdir(parents=True)
    os.mkfifo(hook.log())
    hook.run(payload())
    hook.log().unlink()
    hook.log().mkdir()
    hook.run(payload())


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_a_folder_of_somebody_else_gets_nothing(hook: Hook) -> None:
    """A state folder in a shared place, made by somebody else, would hand our prompts over."""
    hook.log().parent.mkdir(parents=True)
    os.chown(hook.log().parent, 12345, 12345)
    hook.run(payload())
    assert hook.files() == []


# --- what is not an event ---------------------------------------------------------------------------------------


NO_EVENT = (
    b"", b"\n", b"  \n\t ", b"null", b"[]", b"{}", b"hello", b"{", b"}", b'"hook_event_name":"Stop"', b"\0" * 5000,
    b'{"hook_event_name":"Stop","cut off": "her', b'{"hook_event_name":""}', b'{"hook_event_name":"$(id)"}',
    b'x{"hook_event_name":"Stop"}', b'{"hook_event_name":"Stop"}x', b'{"hook_event_name":"Stop"}\n[]',
    b'{"hook_event_name":7}', b'[{"hook_event_name":"Stop"}]', b'{"hook_event_name":"%s"}' % (b"S" * 65),
    bytes(range(256)) * 40, b"{" + bytes(range(256)) * 400 + b"}",
)  # fmt: skip


def test_what_is_no_hook_payload_writes_nothing(hook: Hook) -> None:
    """Not even an empty file: no braces around it, or no event's name in it."""
    for data in NO_EVENT:
        hook.run(data, {"CLAUDE_CODE_SESSION_ID": ID})
        assert hook.files() == []


def test_no_stdin_at_all_writes_nothing(hook: Hook) -> None:
    command = ["/bin/sh", "-c", '"$@" <&-', "sh", *hook.command]
    run = subprocess.run(command, env=hook.env, capture_output=True, timeout=300, check=False)
    assert (run.returncode, run.stdout, run.stderr, hook.files()) == (0, b"", b"", [])


def test_typed_at_a_terminal_it_returns_at_once(hook: Hook) -> None:
    """Nobody types a payload: a terminal is not waited for."""
    ours, theirs = pty.openpty()
    try:
        run = subprocess.run(hook.command, stdin=theirs, env=hook.env, capture_output=True, timeout=15, check=False)
        assert (run.returncode, run.stdout, run.stderr, hook.files()) == (0, b"", b"", [])
    finally:
        os.close(ours)
        os.close(theirs)


def test_a_stdin_that_is_never_closed_is_given_up_after_a_while(tmp_path: Path) -> None:
    """What came is logged if it is whole; half a payload is not. Without `timeout` and perl we would have to wait.

    After 20 s; here, in a copy of the script, after 2.
    """
    copy = tmp_path / "hook.sh"
    copy.write_text(HOOK.read_text().replace("alarm 20;", "alarm 2;").replace("timeout 20 ", "timeout 2 "))
    whole, half = json.dumps(payload()).encode(), b'{"hook_event_name":"Stop","x":'
    started = []
    for number, (shell, perl) in enumerate(WAYS):
        if perl == "no perl" and not shutil.which("timeout"):
            continue
        for name, data, count in (("whole", whole, 1), ("half", half, 0)):
            folder = tmp_path / f"{number}{name}"
            folder.mkdir()
            hook = Hook(shell, perl, folder)
            hook.command[-1] = str(copy)
            run = subprocess.Popen(hook.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=hook.env)
            assert run.stdin
            run.stdin.write(data)
            run.stdin.flush()
            started.append((run, hook, count))
    for run, hook, count in started:
        assert run.wait(timeout=600) == 0
        assert len(hook.files()) == count
        assert run.stdin
        run.stdin.close()
        assert run.stdout
        assert run.stdout.read() == b""


# --- hostile payloads -------------------------------------------------------------------------------------------


def test_the_same_keys_further_inside_change_nothing(hook: Hook) -> None:
    """A tool's input may hold anything: the first occurrence counts, and inside a string the quotes are escaped."""
    inner = {"session_id": OTHER, "hook_event_name": "Evil", "tool_name": "Evil"}
    given = payload("PermissionRequest", tool_name="Bash", tool_input={**inner, "command": json.dumps(inner)})
    given["cwd"] = '/p/"hook_event_name":"Evil","session_id":"' + OTHER + '"'
    given["transcript_path"] = '"hook_event_name"'
    given["permission_mode"] = "hook_event_name"
    hook.run(given)
    event = hook.event()
    assert (event["event"], event["payload"]) == ("PermissionRequest", given)
    assert not hook.log(OTHER).exists()


def test_nothing_in_a_payload_or_variable_is_run(hook: Hook) -> None:
    """Not by the shell, perl or awk: text stays text."""
    texts = ("#(touch pwned)", "$(touch pwned)", "`touch pwned`", '";touch pwned;"', "'; touch pwned #", "@{[`touch pwned`]}")
    for text in texts:
        given = payload(prompt=text, cwd=text)
        names = ("TMUX", "TMUX_PANE", "CLAUDE_CODE_SESSION_ID", "CLAUDE_PID")
        hook.run(given, dict.fromkeys(names, text))
        assert hook.events()[-1]["payload"] == given
    assert list(hook.cwd.iterdir()) == []


def test_bytes_that_are_no_utf8_pass_through(hook: Hook) -> None:
    """A reader decodes with replacement; the hook judges no encodings."""
    data = b'{"session_id":"%s","hook_event_name":"Stop","x":"\xff\xfe\xc3(\xed\xa0\x80\x81\x82\x88"}' % ID.encode()
    hook.run(data)
    assert hook.raw().endswith(b',"payload":' + data + b"}\n")
    assert hook.event()["event"] == "Stop"


def test_control_characters_never_reach_the_log(hook: Hook) -> None:
    """JSON allows none inside strings, and a log is looked at in a terminal."""
    hook.run(b'{"session_id":"%s","hook_event_name":"Stop","x":"\x1b[31m\x00\x07"}' % ID.encode())
    assert hook.event()["payload"]["x"] == " [31m  "


def sized(length: int, event: str = "Stop", **more: object) -> bytes:
    """A payload of exactly that many bytes."""
    bare = len(json.dumps(payload(event, **more, fill=""), separators=(",", ":")))
    return json.dumps(payload(event, **more, fill="x" * (length - bare)), separators=(",", ":")).encode()


def test_a_payload_of_64_kib_is_kept_and_one_byte_more_is_cut(hook: Hook) -> None:
    """Outer whitespace does not count. A cut event still tells what happened, and how much is missing."""
    hook.run(sized(CUT) + b"\n")
    hook.run(sized(CUT + 1))
    kept, cut = hook.events()
    assert len(kept["payload"]["fill"]) > 65000
    assert list(cut) == [*ENVELOPE[:-1], "cut"]
    assert (cut["event"], cut["cut"]) == ("Stop", CUT + 1)


def test_bytes_are_counted_not_characters(hook: Hook) -> None:
    given = json.dumps(payload(fill="é" * 40000), ensure_ascii=False).encode()
    hook.run(given, {"LC_ALL": "C.UTF-8", "LANG": "en_US.UTF-8", "PERL_UNICODE": "SDA"})
    assert hook.event()["cut"] == len(given)


def test_a_tool_input_of_2_mb_leaves_a_short_line_that_names_the_tool(hook: Hook) -> None:
    """Which tool waits is what a permission is about; its text is in the transcript."""
    hook.run(sized(2_000_000, "PermissionRequest", tool_name="mcp__files__write", tool_input={"tool_name": "Evil"}))
    event = hook.event()
    assert list(event) == [*ENVELOPE[:-1], "cut", "tool"]
    assert (event["event"], event["cut"], event["tool"]) == ("PermissionRequest", 2_000_000, "mcp__files__write")
    assert len(hook.raw()) < 300


def test_a_tool_that_cannot_be_named_is_left_out(hook: Hook) -> None:
    """Characters that JSON would escape; or an event that has no tool of its own."""
    for event, name in (("PreToolUse", 'a"b'), ("PreToolUse", "\x7f"), ("PreToolUse", "x" * 129), ("Stop", "Bash")):
        hook.run(sized(CUT + 99, event, background=[{"tool_name": name}]))
        assert list(hook.events()[-1]) == [*ENVELOPE[:-1], "cut"]


def test_two_megabytes_of_spaces_take_no_quadratic_time(hook: Hook) -> None:
    """A careless pattern would look at each of them two million times."""
    hook.run(b'{"hook_event_name":"Stop","x":"' + b" " * 2_000_000 + b'"}', {"CLAUDE_CODE_SESSION_ID": ID})
    hook.run(b'{"x":"' + b" " * 1_000_000 + b'"' + b" " * 1_000_000, {"CLAUDE_CODE_SESSION_ID": ID})
    assert hook.event()["cut"] > 2_000_000


# --- many at once, and one write --------------------------------------------------------------------------------


@pytest.mark.parametrize(("size", "rounds"), [
    (10_000, 2), pytest.param(60_000, 2, marks=pytest.mark.long), pytest.param(2_000, campaign.size(13_064 / 50 / len(WAYS)), marks=pytest.mark.long),
])  # fmt: skip
def test_fifty_concurrent_writers_lose_nothing(hook: Hook, size: int, rounds: int) -> None:
    """Every line is whole, and every event of every writer is there."""
    writers = 50
    loop = 'rounds=$1 source=$2; shift 2; while [ $((rounds -= 1)) -ge 0 ]; do cat "$source" | "$@"; done'
    started = []
    for number in range(writers):
        source = hook.cwd / str(number)
        source.write_bytes(sized(size, writer=number))
        command = ["/bin/sh", "-c", loop, "sh", str(rounds), str(source), *hook.command]
        started.append(subprocess.Popen(command, env=hook.env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT))
    for run in started:
        output, _ = run.communicate(timeout=600)
        assert (run.returncode, output) == (0, b"")
    found = [event["payload"]["writer"] for event in hook.events()]
    assert sorted(found) == sorted(list(range(writers)) * rounds)


def test_perl_and_the_fallback_do_not_tear_each_other(tmp_path: Path) -> None:
    """Two sessions may have two PATHs. A lock would bind only those who take it; one write binds everybody."""
    if not shutil.which("perl"):
        pytest.skip("perl is not installed")
    started = []
    for number in range(60):
        folder = tmp_path / str(number)
        folder.mkdir()
        hook = Hook(next(iter(SHELLS)), "perl" if number % 2 else "no perl", folder)
        hook.env["CST_STATE_DIR"] = str(tmp_path / "state")
        source = folder / "payload"
        source.write_bytes(sized(60_000, writer=number))
        started.append(subprocess.Popen(hook.command, env=hook.env, stdin=source.open("rb")))
    hook.state = tmp_path / "state"
    assert [run.wait(timeout=600) for run in started] == [0] * 60
    assert sorted(event["payload"]["writer"] for event in hook.events()) == list(range(60))


def test_the_line_is_written_by_a_single_write(hook: Hook, tmp_path: Path) -> None:
    """What makes the tests above true by design and not by luck."""
    strace = shutil.which("strace")
    trace = tmp_path / "trace"
    if not strace or subprocess.run([strace, "-o", trace, "true"], capture_output=True, check=False).returncode:
        pytest.skip("strace is not installed or may not trace; the tests with fifty writers check the effect")
    hook.command = [strace, "-f", "-y", "-e", "trace=write,writev,pwrite64", "-s", "8", "-o", str(trace), *hook.command]
    hook.run(sized(CUT))
    writes = [line for line in trace.read_text().splitlines() if f"{ID}.jsonl" in line]
    (only,) = writes
    assert '"\\n{\\"v\\":1,"...' in only
    assert f", {len(hook.raw())}" in only


# --- when something is broken -----------------------------------------------------------------------------------


def test_a_full_disk_is_silent_and_spoils_one_line_at_most(hook: Hook) -> None:
    """The next event stays readable, because it begins with a newline."""
    hook.run(payload("SessionStart"))
    limit = len(hook.raw()) + 100

    def full() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    hook.run(payload("UserPromptSubmit"), preexec_fn=full)  # a short write
    hook.run(payload("UserPromptSubmit"), preexec_fn=full)  # none: the kernel sends SIGXFSZ
    hook.run(payload("Stop"))
    good = []
    for line in hook.raw().split(b"\n"):
        try:
            good.append(json.loads(line)["event"])
        except ValueError:
            assert line == b"" or b"UserPromptSubmit" in line or len(line) < 110
    assert good == ["SessionStart", "Stop"]


def test_a_disk_that_is_full_and_one_that_is_read_only(hook: Hook, tmp_path: Path) -> None:
    """A tmpfs of 64 kB: silence, whole lines as long as there is room; then read-only: silence, and nothing changed."""
    source, disk = tmp_path / "payload", tmp_path / "disk"
    source.write_bytes(sized(3000))
    disk.mkdir()
    script = (
        'mount -t tmpfs -o size=64k cst "$1" || exit 77; disk=$1 source=$2; shift 2; n=0; '
        'while [ $((n += 1)) -le 40 ]; do "$@" <"$source" || exit 1; done; cp -R "$disk" "$disk.full"; '
        'mount -o remount,ro "$disk" || exit 77; "$@" <"$source" || exit 1; cp -R "$disk" "$disk.after"'
    )
    command = ["unshare", "--mount", "sh", "-c", script, "sh", str(disk), str(source), *hook.command]
    if os.geteuid() != 0 or not shutil.which("unshare") or hook.env["PATH"] != os.environ["PATH"]:
        pytest.skip("needs root and unshare; one way of each shell is enough")
    run = subprocess.run(command, env={**hook.env, "CST_STATE_DIR": str(disk)}, capture_output=True, check=False)
    if run.returncode == 77 or run.stderr.startswith(b"unshare:"):
        pytest.skip(f"no mounting here: {run.stderr!r}")
    logs = [tmp_path / f"disk.{when}" / "events" / "v1" / f"{ID}.jsonl" for when in ("full", "after")]
    lines = [line for line in logs[0].read_bytes().split(b"\n") if line]
    whole = [line for line in lines if line.endswith((b"}}", b'"}'))]

    assert (run.returncode, run.stdout, run.stderr) == (0, b"", b"")
    assert 10 < len(whole) < 40
    assert [json.loads(line)["event"] for line in whole] == ["Stop"] * len(whole)
    assert len(lines) - len(whole) <= 1
    assert logs[1].read_bytes() == logs[0].read_bytes()


@pytest.mark.long
def test_fifty_payloads_of_5_mb_at_once(hook: Hook) -> None:
    """What a large tool input becomes is a short line, whole, for each of them.

    Without perl only four at once: awk is so slow that fifty of them reach the 20 s after which the hook gives up.
    """
    writers = 50 if hook.env["PATH"] == os.environ["PATH"] else 4
    source = hook.cwd / "payload"
    source.write_bytes(sized(5_000_000, "PreToolUse", tool_name="Write"))
    started = [
        subprocess.Popen(hook.command, env=hook.env, stdin=source.open("rb"), stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        for _ in range(writers)
    ]
    said = [(run.communicate(timeout=600)[0], run.returncode) for run in started]

    assert said == [(b"", 0)] * writers
    assert [(event["event"], event["cut"], event["tool"]) for event in hook.events()] == [("PreToolUse", 5_000_000, "Write")] * writers


def test_a_home_that_is_not_there_is_made_and_one_that_cannot_be_is_left(hook: Hook, tmp_path: Path) -> None:
    """The state folder comes with the first event, private, whatever above it is missing."""
    del hook.env["CST_STATE_DIR"]
    hook.env["HOME"] = str(tmp_path / "new" / "home")
    hook.run(payload())
    hook.state = tmp_path / "new" / "home" / ".local" / "state" / "cst"
    assert hook.event()["event"] == "Stop"
    (tmp_path / "file").write_text("")
    hook.run(payload(), {"HOME": str(tmp_path / "file")})
    assert (tmp_path / "file").read_text() == ""


def test_a_folder_that_cannot_be_made_or_written_is_silent(hook: Hook, tmp_path: Path) -> None:
    """dash leaves with 2, which blocks the client, when a redirection fails; the hook does not."""
    (tmp_path / "file").write_text("")
    hook.run(payload(), {"CST_STATE_DIR": str(tmp_path / "file" / "below")})
    hook.run(payload(), {"CST_STATE_DIR": "/proc/none"})
    hook.log().parent.mkdir(parents=True)
    hook.log().parent.chmod(0o500)
    hook.run(payload())
    hook.log().parent.chmod(0o700)
    hook.run(payload())
    hook.log().chmod(0o400)
    hook.run(payload())


def test_a_perl_that_does_not_start_is_replaced(hook: Hook, tmp_path: Path) -> None:
    """A version manager's shim without a version, or a broken installation: nothing is lost, nothing is said."""
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "perl").write_text("#!/bin/sh\necho no version set >&2; echo no; exit 2\n")
    (broken / "perl").chmod(0o755)
    hook.run(payload(), {"PATH": f"{broken}:{hook.env['PATH']}"})
    assert hook.event()["payload"] == payload()


KNOBS = {"PERL5OPT": "-MNo::Such"}, {"PERL5OPT": "-d"}, {"PERL_UNICODE": "SDA"}, {"PERLIO": ":crlf"}, {"LC_ALL": "C.UTF-8"}


def test_the_knobs_of_perl_and_locales_change_nothing(hook: Hook) -> None:
    """A developer's PERL5OPT would end perl with 2, or start its debugger; a :crlf layer would double line ends."""
    given = payload(x="é字")
    for env in KNOBS:
        hook.run(json.dumps(given, ensure_ascii=False).encode(), env)
        assert hook.events()[-1]["payload"] == given
    assert len(hook.events()) == len(KNOBS)
    assert b"\r" not in hook.raw()


def test_with_no_tools_at_all_it_gives_up_silently(hook: Hook) -> None:
    hook.run(payload(), {"PATH": "/nowhere"})
    assert hook.files() == []


@pytest.mark.parametrize("shell", sorted(SHELLS))
def test_a_machine_that_has_no_process_left_is_not_a_blocking_error(shell: str, tmp_path: Path) -> None:
    """dash leaves with 2 on the spot when it cannot fork: the trap on EXIT makes that 0."""
    if os.geteuid() != 0 or not shutil.which("setpriv"):
        pytest.skip("needs root and setpriv: a limit on processes does not bind root")
    if shell == "bash":
        pytest.skip("bash retries for half a minute")
    source, copy = tmp_path / "payload", tmp_path / "hook.sh"
    source.write_bytes(sized(2000))
    shutil.copy(HOOK, copy)
    for path in (tmp_path, *tmp_path.parents):
        if path.stat().st_mode & 0o055 != 0o055:
            path.chmod(0o755)
    command = ["setpriv", "--reuid", "54321", "--clear-groups", *SHELLS[shell], str(copy)]

    def last() -> None:
        resource.setrlimit(resource.RLIMIT_NPROC, (1, 1))

    env = {"PATH": os.environ["PATH"], "CST_STATE_DIR": str(tmp_path / "none")}
    run = subprocess.run(command, stdin=source.open(), env=env, capture_output=True, preexec_fn=last, check=False)
    assert (run.returncode, run.stdout, run.stderr) == (0, b"", b"")


def test_a_hangup_does_not_lose_the_last_event(hook: Hook) -> None:
    """A closed pane hangs up on everything in it, also on the SessionEnd hook that is just being run."""

    def heed_it() -> None:
        os.setsid()
        signal.signal(signal.SIGHUP, signal.SIG_DFL)  # below nohup it would be ignored anyway

    reader = subprocess.Popen(
        hook.command, stdin=subprocess.PIPE, env=hook.env, cwd=hook.cwd, preexec_fn=heed_it,
    )  # fmt: skip
    time.sleep(1)
    os.killpg(reader.pid, signal.SIGHUP)
    reader.communicate(sized(2000, "SessionEnd"), timeout=600)
    assert reader.returncode == 0
    assert hook.event()["event"] == "SessionEnd"


# --- the script itself ------------------------------------------------------------------------------------------


def test_shellcheck_has_nothing_to_say() -> None:
    if not shutil.which("shellcheck"):
        pytest.skip("shellcheck is not installed")
    run = subprocess.run(["shellcheck", "-o", "all", "-e", "SC2310,SC2312,SC2249,SC2250", HOOK], capture_output=True, text=True, check=False)
    assert run.stdout == ""


def test_every_shell_can_parse_it_and_it_is_executable() -> None:
    """The registered command is `[ -x H ] && H || :`."""
    assert os.access(HOOK, os.X_OK)
    assert HOOK.read_bytes().startswith(b"#!/bin/sh\n")
    for command in SHELLS.values():
        assert subprocess.run([*command, "-n", HOOK], capture_output=True, check=False).stderr == b""


if __name__ == "__main__":
    sys.exit(pytest.main([__file__]))


# --- the plugin -----------------------------------------------------------------------------------------------


def test_the_plugin_says_that_it_called(hook: Hook) -> None:
    """`hook.sh plugin` puts "via" before the event, and only that word does."""
    hook.run(payload())
    hook.command.append("plugin")
    hook.run(payload())
    hook.command[-1] = "plugin\",\"x"
    hook.run(payload())
    plain, plugin, other = hook.events()

    assert list(plugin) == [*ENVELOPE[:6], "via", *ENVELOPE[6:]]
    assert plugin["via"] == "plugin"
    assert list(plain) == list(other) == ENVELOPE
