"""A word or a bell when a session asks: from the hook to the terminals of those who look elsewhere, and to no other."""

from __future__ import annotations

import http.server
import json
import os
import resource
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, ClassVar

import pytest

from tests.testing import ID, MALLORY, ROOT, TmuxClient, TmuxServer, mallorys_server, two_users, until

HOOK = ROOT / "shell" / "hook.sh"
NOTIFY = ROOT / "shell" / "notify.sh"
TOOLS = ("awk", "cat", "date", "dd", "id", "ls", "mkdir", "readlink", "sh", "timeout", "touch", "tr")


class Desk:
    """A session's pane, one client that shows it and one that shows another pane, and the hook of that session."""

    def __init__(self, server: TmuxServer, folder: Path) -> None:
        self.server, self.state = server, folder / "state"
        self.state.mkdir()
        (self.state / "notify").symlink_to(NOTIFY)
        self.pane = server.new("api")
        server.new("mail")
        self.path = os.environ["PATH"]

    def fire(
        self, event: str, *words: str, before: Callable[[], None] | None = None, tool: str = "", **env: str
    ) -> None:  # fmt: skip
        """The hook, as Claude Code runs it in that pane; `before` runs in its process. It has to succeed in silence."""
        payload: dict[str, Any] = {"session_id": ID, "hook_event_name": event, "tool_input": {"event": "Stop"}}
        if tool:  # in the client's order
            payload.pop("tool_input")
            payload |= {"tool_name": tool, "tool_input": {"tool_name": "Wrong", "command": 'x "tool_name":"Worse"'}}
        done = subprocess.run(
            ["/bin/sh", str(HOOK), *words], input=json.dumps(payload).encode(), capture_output=True, check=False, timeout=60,
            preexec_fn=before,
            env={"PATH": self.path, "HOME": "/nowhere", "CST_STATE_DIR": str(self.state), "TMUX_PANE": self.pane,
                 "TMUX": f"{self.server.socket},1,0", "CLAUDE_PID": "1", **env},
        )  # fmt: skip
        assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")

    def bell(self) -> str:
        return self.server.run("display-message", "-p", "-t", self.pane, "#{window_bell_flag}")


@pytest.fixture
def desk(tmux_server: TmuxServer, tmp_path: Path) -> Desk:
    return Desk(tmux_server, tmp_path)


@pytest.fixture(params=["perl", "no perl"])
def each_way(request: pytest.FixtureRequest, desk: Desk, tmp_path: Path) -> Desk:
    """With perl, and with perl hidden."""
    if request.param == "no perl":
        folder = tmp_path / "tools"
        folder.mkdir()
        for tool in (*TOOLS, "tmux"):
            (folder / tool).symlink_to(str(shutil.which(tool)))
        desk.path = str(folder)
    return desk


def full_disk() -> None:
    """No byte can be written any more; that is an error and no signal, as on a disk that is full."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def quiet(*clients: TmuxClient) -> None:
    """Wait until a message would have come, and see that none did."""
    time.sleep(0.7)
    assert [b"cst:" in client.shown for client in clients] == [False] * len(clients)


@pytest.mark.parametrize(
    ("event", "words"),
    [("PermissionRequest", b"cst: api:0 waits for you"), ("Stop", b"cst: api:0 is done"), ("StopFailure", b"cst: api:0 ended in an error")],
)
def test_who_looks_elsewhere_is_told(each_way: Desk, event: str, words: bytes) -> None:
    """The client on another pane gets the message; the one on that pane does not."""
    each_way.server.run("set-option", "-g", "@cst-notify", "on")
    there, elsewhere = each_way.server.attach("api"), each_way.server.attach("mail")
    each_way.fire(event)

    until(lambda: words in elsewhere.shown)
    quiet(there)


def test_a_full_disk_silences_nobody(each_way: Desk) -> None:
    """What cannot be written is told all the same. Bug shown: with perl it was taken for a line that another wrote."""
    each_way.server.run("set-option", "-g", "@cst-notify", "on")
    elsewhere = each_way.server.attach("mail")
    each_way.fire("PermissionRequest", before=full_disk)

    until(lambda: b"cst: api:0 waits for you" in elsewhere.shown)


@pytest.mark.parametrize("event", ["UserPromptSubmit", "PreToolUse", "SessionStart", "SessionEnd", "PreCompact"])
def test_other_events_say_nothing(each_way: Desk, event: str) -> None:
    """Only what asks for a person does; a payload that speaks of another event is none."""
    each_way.server.run("set-option", "-g", "@cst-notify", "on")
    client = each_way.server.attach("mail")
    each_way.fire(event)

    quiet(client)


@pytest.mark.parametrize("value", ["", "off"])
def test_nothing_is_said_unless_it_is_wanted(desk: Desk, value: str) -> None:
    """The link alone does nothing on a server whose options say no."""
    if value:
        desk.server.run("set-option", "-g", "@cst-notify", value)
    client = desk.server.attach("mail")
    desk.fire("Stop")

    quiet(client)
    assert desk.bell() == "0"


def test_the_bell_rings_where_nobody_looks(desk: Desk) -> None:
    """As if Claude Code had rung it: the window gets tmux's own flag."""
    desk.server.run("set-option", "-g", "@cst-bell", "on")
    desk.server.attach("mail")
    desk.fire("Stop")

    until(lambda: desk.bell() == "1")


def test_the_bell_is_silent_where_somebody_looks(desk: Desk) -> None:
    """One client shows the pane: no bell, for whoever."""
    desk.server.run("set-option", "-g", "@cst-bell", "on")
    desk.server.attach("api")
    client = desk.server.attach("mail")
    desk.fire("Stop")
    time.sleep(0.7)

    assert (desk.bell(), b"\x07" in client.shown) == ("0", False)


def test_a_name_runs_nothing(desk: Desk) -> None:
    """A tmux session may be called anything; its name is shown, never expanded."""
    pwned = desk.server.folder / "p"
    desk.server.run("set-option", "-g", "@cst-notify", "on")
    desk.server.run("rename-session", "-t", "api", f"##(touch {pwned}) #{{q:x}}")
    client = desk.server.attach("mail")
    desk.fire("Stop")
    until(lambda: b"is done" in client.shown)
    desk.server.run("run-shell", "true")

    assert b"touch" in client.shown
    assert not pwned.exists()


def test_a_program_of_yours_is_run_instead(desk: Desk, tmp_path: Path) -> None:
    """Whatever `notify` is: it gets the event's name, TMUX and TMUX_PANE, and the hook does not wait for it."""
    (desk.state / "notify").unlink()
    (desk.state / "notify").write_text(f'#!/bin/sh\necho "$1 $TMUX_PANE" >{tmp_path}/got\nexec sleep 3\n')
    (desk.state / "notify").chmod(0o755)
    begun = time.monotonic()
    desk.fire("PermissionRequest")
    took = time.monotonic() - begun

    until(lambda: (tmp_path / "got").exists() and (tmp_path / "got").read_text() == f"PermissionRequest {desk.pane}\n")
    assert took < 2.5


@pytest.mark.parametrize("first", ["settings", "plugin"])
def test_settings_and_plugin_tell_an_event_once(desk: Desk, tmp_path: Path, first: str) -> None:
    """Whichever comes first tells; the same words again are another event, and so are those of another process.

    Bug shown: two messages and two bells for one event.
    """
    if not shutil.which("perl"):
        pytest.skip("without perl both tell")
    got = tmp_path / "got"
    (desk.state / "notify").unlink()
    (desk.state / "notify").write_text(f'#!/bin/sh\necho "$1" >>{got}\n')
    (desk.state / "notify").chmod(0o755)
    ways = [(), ("plugin",)] if first == "settings" else [("plugin",), ()]
    told = []
    for count, (event, pid) in enumerate([("Stop", "1"), ("Stop", "1"), ("PermissionRequest", "1"), ("Stop", "2")], 1):
        for words in ways:
            desk.fire(event, *words, CLAUDE_PID=pid)
        until(lambda count=count: got.exists() and len(got.read_text().split()) >= count)  # type: ignore[misc]
        time.sleep(0.3)
        told.append(len(got.read_text().split()))

    assert told == [1, 2, 3, 4]


def test_many_at_once_tell_once(desk: Desk, tmp_path: Path) -> None:
    """Both hooks of an event run side by side: exactly one of each pair tells."""
    if not shutil.which("perl"):
        pytest.skip("without perl both tell")
    got = tmp_path / "got"
    (desk.state / "notify").unlink()
    (desk.state / "notify").write_text(f'#!/bin/sh\necho "$1" >>{got}\n')
    (desk.state / "notify").chmod(0o755)
    calls = [((), {"CLAUDE_PID": str(pid)}) for pid in range(1, 11)] + [(("plugin",), {"CLAUDE_PID": str(pid)}) for pid in range(1, 11)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda call: desk.fire("Stop", *call[0], **call[1]), sorted(calls, key=lambda call: call[1]["CLAUDE_PID"])))
    until(lambda: got.exists() and len(got.read_text().split()) >= 10)
    time.sleep(0.5)

    assert len(got.read_text().split()) == 10


@pytest.mark.parametrize(("attended", "told"), [("0", False), ("1", True)])
def test_a_session_that_nobody_sits_at_tells_nobody(each_way: Desk, tmp_path: Path, attended: str, told: bool) -> None:
    """A `claude -p` inside a tool of the pane's session ends: that session is not done.

    Bug shown: it was told as done.
    """
    got = tmp_path / "got"
    (each_way.state / "notify").unlink()
    (each_way.state / "notify").write_text(f"#!/bin/sh\n: >{got}\n")
    (each_way.state / "notify").chmod(0o755)
    each_way.fire("Stop", CLAUDE_CODE_SESSION_ATTENDED=attended)
    if told:
        until(got.exists)
    time.sleep(0.5)

    assert got.exists() == told


@pytest.mark.parametrize("odd", ["folder", "not executable", "dangling", "fails"])
def test_a_notify_that_is_no_program_harms_nothing(desk: Desk, odd: str) -> None:
    """The event is logged, the hook exits 0 and says nothing."""
    path = desk.state / "notify"
    path.unlink()
    if odd == "folder":
        path.mkdir()
    elif odd == "dangling":
        path.symlink_to("/nowhere/at/all")
    else:
        path.write_text("#!/bin/sh\necho loud; echo loud >&2; exit 2\n")
        path.chmod(0o755 if odd == "fails" else 0o644)
    desk.fire("Stop")

    assert '"event":"Stop"' in (desk.state / f"events/v1/{ID}.jsonl").read_text()


@pytest.mark.parametrize("env", [{"TMUX": ""}, {"TMUX_PANE": ""}, {"TMUX_PANE": "%9;x"}, {"TMUX": "relative,1,0"}, {"TMUX": "/none,1,0"}])
def test_outside_tmux_nothing_is_said(desk: Desk, env: dict[str, Any]) -> None:
    """No server, no pane, no words; nothing is guessed."""
    desk.server.run("set-option", "-g", "@cst-notify", "on")
    client = desk.server.attach("mail")
    desk.fire("Stop", **env)

    quiet(client)


# ----------------------------------------------------------------------------------- in whose hands the program is


def planted(desk: Desk) -> tuple[Path, Path]:
    """A program `notify` of our own in place of the link, and the file that it makes."""
    program, ran = desk.state / "notify", desk.state.parent / "ran"
    program.unlink()
    program.write_text(f"#!/bin/sh\ntouch {ran}\n")
    program.chmod(0o755)
    return program, ran


def test_a_program_of_our_own_is_run(each_way: Desk) -> None:
    """Whoever puts one there, and nobody else, can."""
    program, ran = planted(each_way)
    each_way.fire("Stop")
    until(ran.exists)

    ran.unlink()
    elsewhere = program.rename(program.with_name("program"))
    program.with_name("link").symlink_to(elsewhere.name)
    program.symlink_to(program.with_name("link"))
    each_way.fire("StopFailure")
    until(ran.exists)


@pytest.mark.parametrize("which", ["program", "state folder", "folder above", "folder of the link's program"])
def test_a_program_that_others_could_write_is_not_run(each_way: Desk, which: str) -> None:
    """Bug shown: whoever could write in the state folder had the victim run what they liked."""
    program, ran = planted(each_way)
    other = each_way.state.parent / "elsewhere"
    other.mkdir()
    if which == "folder of the link's program":
        program = program.rename(other / "program")
        (each_way.state / "notify").symlink_to(program)
    {"program": program, "state folder": each_way.state, "folder above": each_way.state.parent}.get(which, other).chmod(0o777)
    each_way.fire("Stop")
    time.sleep(0.5)

    assert not ran.exists()
    assert '"event":"Stop"' in (each_way.state / f"events/v1/{ID}.jsonl").read_text()


@two_users
@pytest.mark.parametrize("which", ["program", "state folder", "folder above"])
@pytest.mark.parametrize("how", ["owner", "group"])
def test_a_program_in_the_hands_of_somebody_else_is_not_run(each_way: Desk, which: str, how: str) -> None:
    """Theirs, or their group's to write."""
    program, ran = planted(each_way)
    path = {"program": program, "state folder": each_way.state, "folder above": each_way.state.parent}[which]
    os.chown(path, *((MALLORY, MALLORY) if how == "owner" else (0, MALLORY)))
    path.chmod(0o755 if how == "owner" else 0o775)
    each_way.fire("Stop")
    time.sleep(0.5)

    assert not ran.exists()


def test_in_a_folder_like_tmp_it_is_run(each_way: Desk) -> None:
    """There nobody can take away what is ours."""
    _, ran = planted(each_way)
    each_way.state.parent.chmod(0o1777)
    each_way.fire("Stop")

    until(ran.exists)


@two_users
def test_no_word_goes_through_a_server_of_somebody_elses(desk: Desk, tmp_path: Path) -> None:
    """The folder that TMUX names is another user's now. Bug shown: their hooks made our tmux write our files."""
    folder = Path(tempfile.mkdtemp(prefix="cst-", dir="/tmp"))
    folder.chmod(0o1777)
    prize = tmp_path / "prize"
    try:
        with mallorys_server(f"{folder}/t/socket", prize):
            desk.fire("Stop", TMUX=f"{folder}/t/socket,1,0", TMUX_PANE="%0")
            time.sleep(0.7)
    finally:
        shutil.rmtree(folder)

    assert not prize.exists()


def test_hook_and_notify_ask_the_same() -> None:
    """Each is one file that is copied alone, so the question stands in both."""
    both = [path.read_text().partition("\nonly_ours() {")[2].partition("\n}\n")[0] for path in (HOOK, NOTIFY)]

    assert both[0] == both[1] != ""


# ------------------------------------------------------------------------------------------------- the desktop

HOSTILE = 'Fix "login" \\ <b>&amp; $(touch pwned) `id` 日本'
HARMLESS = "Fix login  bamp; $(touch pwned) `id` 日本"


def stand_in(desk: Desk, tmp_path: Path, name: str) -> Path:
    """A program in the place of one of the desktop's, which writes down its words; the file that it writes."""
    program, told = tmp_path / "bin" / name, tmp_path / "told"
    program.parent.mkdir(exist_ok=True)
    program.write_text(f'#!/bin/sh\nprintf "<%s>" "$@" >{told}.new && mv {told}.new {told}\n')
    program.chmod(0o755)
    desk.path = f"{program.parent}:{desk.path}"
    return told


def says(told: Path, words: str) -> None:
    """Wait until the stand-in was called with exactly these words."""
    until(told.exists)
    assert told.read_text() == words
    told.unlink()


@pytest.mark.parametrize("env", [{"DISPLAY": ":7"}, {"WAYLAND_DISPLAY": "wayland-7"}])
def test_the_desktop_is_told_where_nobody_looks(desk: Desk, tmp_path: Path, env: dict[str, Any]) -> None:
    """By notify-send: which session, what it waits for, where; and not where a client shows the pane."""
    told = stand_in(desk, tmp_path, "notify-send")
    desk.server.run("set-option", "-g", "@cst-desktop", "on")
    desk.server.run("respawn-pane", "-k", "-t", desk.pane, "-c", str(tmp_path), "cat")
    looking = desk.server.attach("api")
    desk.fire("PermissionRequest", **env)
    quiet(looking)
    assert not told.exists()

    desk.server.run("switch-client", "-t", "=mail")
    until(lambda: desk.server.run("display-message", "-p", "-t", desk.pane, "#{pane_current_path}") == str(tmp_path))
    desk.fire("PermissionRequest", **env)
    says(told, f"<-a><cst><cst: {tmp_path.name}><waits for you, in api:0>")
    desk.server.run("select-pane", "-t", desk.pane, "-T", "✳ Log in")
    desk.fire("StopFailure", **env)
    says(told, "<-a><cst><cst: Log in><ended in an error, in api:0>")


@pytest.mark.parametrize(
    ("tool", "words"),
    [("Bash", "permission for Bash"), ("mcp__a-b__c", "permission for mcp__a-b__c"), ("AskUserQuestion", "a question"), ("ExitPlanMode", "a plan")],
)
def test_what_it_waits_for(each_way: Desk, tmp_path: Path, tool: str, words: str) -> None:
    """As the hook has just logged it; on the desktop, and in tmux's message."""
    told = stand_in(each_way, tmp_path, "notify-send")
    for name in ("grep", "sed", "tail", "mv"):
        (tmp_path / "bin" / name).symlink_to(str(shutil.which(name)))
    each_way.server.run("set-option", "-g", "@cst-desktop", "on")
    each_way.server.run("set-option", "-g", "@cst-notify", "on")
    elsewhere = each_way.server.attach("mail")
    each_way.server.run("select-pane", "-t", each_way.pane, "-T", "✳ Log in")
    each_way.fire("PermissionRequest", tool=tool, DISPLAY=":7", CLAUDE_CODE_SESSION_ID=ID)

    says(told, f"<-a><cst><cst: Log in><waits for you: {words}, in api:0>")
    until(lambda: f"cst: api:0 waits for you: {words}".encode() in elsewhere.shown)


@pytest.mark.parametrize("program", ["notify-send", "osascript"])
def test_a_title_is_only_a_title(desk: Desk, tmp_path: Path, program: str) -> None:
    """Nothing of it is markup, AppleScript, a shell's or a terminal's."""
    if program == "osascript" and shutil.which("notify-send"):
        pytest.skip("notify-send is installed here")
    told = stand_in(desk, tmp_path, program)
    desk.server.run("set-option", "-g", "@cst-desktop", "on")
    desk.server.run("select-pane", "-t", desk.pane, "-T", "✳ " + HOSTILE)
    desk.fire("Stop", DISPLAY=":7" if program == "notify-send" else "")
    name = f"cst: {HARMLESS}"
    words = f"<-a><cst><{name}><is done, in api:0>"
    if program == "osascript":
        words = f'<-e><display notification "is done, in api:0" with title "{name}">'

    says(told, words)
    assert not list(tmp_path.rglob("pwned"))


@pytest.mark.parametrize("odd", ["\u009c", "\u009b31m", "\u202e", "\u2066", "\x1b]9;x\x07", "\n", "\x7f"])
def test_no_title_acts_on_a_terminal(odd: str) -> None:
    """Whatever a tmux lets through."""
    function = "harmless() {" + NOTIFY.read_text().partition("\nharmless() {")[2].partition("\n}\n")[0] + "\n}\nharmless"
    done = subprocess.run(["/bin/sh", "-c", function], input=f"a{odd}b é日".encode(), capture_output=True, check=True)
    left = "".join(c for c in odd if c.isascii() and c.isprintable())

    assert done.stdout.decode().strip("\n") == f"a{left}b é日"


def test_a_long_title_is_cut_between_characters(desk: Desk, tmp_path: Path) -> None:
    """At 60 bytes; half a character would be no text for a desktop."""
    told = stand_in(desk, tmp_path, "notify-send")
    desk.server.run("set-option", "-g", "@cst-desktop", "on")
    desk.server.run("select-pane", "-t", desk.pane, "-T", "✳ a" + "é" * 80)
    desk.fire("Stop", DISPLAY=":7")

    says(told, f"<-a><cst><cst: a{'é' * 29}><is done, in api:0>")


@pytest.mark.parametrize("value", ["on", "osc"])
def test_without_a_desktop_the_terminal_is_told(desk: Desk, value: str) -> None:
    """By OSC 9, on the terminal of each client; a desktop that is there is passed over if the option says so."""
    desk.server.run("set-option", "-g", "@cst-desktop", value)
    desk.server.run("select-pane", "-t", desk.pane, "-T", "✳ " + HOSTILE)
    elsewhere = desk.server.attach("mail")
    desk.fire("Stop", DISPLAY=":7" if value == "osc" else "")

    until(lambda: f"\x1b]9;cst: {HARMLESS} is done, in api:0\x07".encode() in elsewhere.shown)


# ------------------------------------------------------------------------------------------------------ a phone


class Topic(http.server.BaseHTTPRequestHandler):
    """What stands in for a server of ntfy's: it keeps what is posted."""

    got: ClassVar[list[tuple[str, str, str]]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        Topic.got.append((self.path, self.headers.get("Title", ""), body))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def ntfy() -> Iterator[str]:
    """The address of a server on loopback."""
    Topic.got.clear()
    with http.server.HTTPServer(("127.0.0.1", 0), Topic) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def recipes() -> list[str]:
    """The recipes for ntfy of the documentation."""
    text = (ROOT / "docs/tmux.md").read_text()
    return [part.partition("\n```")[0] for part in text.split("```sh\n")[1:] if "ntfy.sh/YOUR-TOPIC" in part.partition("\n```")[0]]


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")
@pytest.mark.parametrize("group", ["api", "@file"])
def test_the_recipe_for_ntfy_runs(desk: Desk, tmp_path: Path, ntfy: str, group: str) -> None:
    """As it stands in the documentation, but for the server. Bug shown: a name that begins with @ sent that file."""
    (tmp_path / "file").write_text("secret")
    [recipe] = [one for one in recipes() if one.startswith("#!")]
    program = desk.state / "notify"
    program.unlink()
    program.write_text(recipe.replace("https://ntfy.sh", ntfy))
    program.chmod(0o755)
    if group != "api":
        desk.server.run("rename-session", "-t", "api", group)
    desk.fire("PermissionRequest")
    desk.fire("Stop")
    until(lambda: len(Topic.got) == 2)

    assert sorted(Topic.got) == [("/YOUR-TOPIC", "Claude Code", f"{group}:0 is done"), ("/YOUR-TOPIC", "Claude Code", f"{group}:0 waits for you")]


@pytest.mark.skipif(not shutil.which("curl") or not shutil.which("jq"), reason="curl or jq is not installed")
def test_the_recipe_without_hooks_runs(tmp_path: Path, ntfy: str) -> None:
    """With events as `cst events --follow --json` prints them; a label that begins with @ is no file."""
    (tmp_path / "file").write_text("secret")
    [recipe] = [one for one in recipes() if not one.startswith("#!")]
    lines = [json.dumps({"label": label, "to": to}) for label, to in (("@file", "permission"), ("b", "working"), ("c", "question"))]
    feed = tmp_path / "cst"
    feed.write_text("#!/bin/sh\ncat <<'E'\n" + "\n".join(lines) + "\nE\n")
    feed.chmod(0o755)
    subprocess.run(["/bin/sh", "-c", recipe.replace("https://ntfy.sh", ntfy)], cwd=tmp_path, check=True, timeout=60,
                   env={"PATH": f"{tmp_path}:{os.environ['PATH']}"})  # fmt: skip

    assert [body for _, _, body in Topic.got] == ["@file: permission", "c: question"]
