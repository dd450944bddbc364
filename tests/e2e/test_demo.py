"""`cst demo`: a stranger's first minute with cst, and that nothing of it stays."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cst.demo import fleet, folder
from cst.demo.actor import keys
from cst.demo.extras import ENDED, ROLES
from cst.demo.screen import Scene
from cst.demo.story import Prompt, Role, Tool, Words
from cst.demo.welcome import welcome
from cst.system import processes, spawn
from cst.text import width
from tests.e2e.picking import ended
from tests.testing import ROOT, TmuxServer, started, until

pytestmark = pytest.mark.skipif(not shutil.which("tmux"), reason="tmux is not installed")

PATIENCE = 60
NAMES = {role.name or role.title: role for role in ROLES}


def role(who: str) -> Role:
    """The role of that name."""
    return next(role for role in ROLES if role.who == who)


class Theatre:
    """A place for demos of a test's own: a short TMPDIR, and a cst program that can be called by its path."""

    def __init__(self, stage: str) -> None:
        self.stage = stage
        self.cst = f"{stage}/program/cst"
        os.makedirs(f"{stage}/program")
        Path(self.cst).write_text(
            f"#!{sys.executable}\nimport sys\nsys.path.insert(0, {str(ROOT)!r})\n"
            "from cst.__main__ import main\nsys.exit(main())\n"
        )
        os.chmod(self.cst, 0o755)

    def close(self) -> None:
        """Take away what a failed test left."""
        for name in os.listdir(self.stage):
            if name.startswith(folder.PREFIX):
                folder.clear(os.path.join(self.stage, name))
        shutil.rmtree(self.stage, ignore_errors=True)

    def env(self, **more: str) -> dict[str, str]:
        return {**os.environ, "TMPDIR": self.stage, "TERM": "xterm-256color", "LANG": "C.UTF-8", **more}

    def demo(self, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
        """`cst demo WORDS` without a terminal."""
        return subprocess.run(
            [self.cst, "demo", *words], env=self.env(**more), stdin=subprocess.DEVNULL, capture_output=True, text=True,
            timeout=180, check=False,
        )  # fmt: skip

    def left(self) -> list[str]:
        """What a demo has left behind: folders, and processes that lived in one."""
        folders = [name for name in os.listdir(self.stage) if name != "program"]
        return folders + [f"pid {pid}" for pid in self.inhabitants()]

    def inhabitants(self) -> list[int]:
        """The live processes that were started in a demo on this stage."""
        marker = f"{folder.MARKER}={self.stage}/".encode()
        found = []
        for name in os.listdir("/proc"):
            with contextlib.suppress(OSError):
                if name.isdigit() and marker in Path(f"/proc/{name}/environ").read_bytes():
                    found.append(int(name))
        return found


@pytest.fixture
def theatre() -> Iterator[Theatre]:
    """One for each test."""
    made = Theatre(tempfile.mkdtemp(prefix="cst-", dir="/tmp"))
    yield made
    made.close()


@pytest.fixture(scope="module")
def demo() -> Iterator[fleet.Demo]:
    """One demo for the tests that each play with another session of it. Four times as fast as for a person."""
    theatre = Theatre(tempfile.mkdtemp(prefix="cst-", dir="/tmp"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "tempdir", theatre.stage)
        with fleet.started(theatre.cst, 0.25) as demo:
            yield demo
    theatre.close()


def look(demo: fleet.Demo, *words: str) -> dict[str, dict[str, Any]]:
    """The sessions of `cst ls --json`, by what the cast calls them."""
    done = subprocess.run([demo.cst, "ls", "--json", *words], env=demo.env, capture_output=True, text=True, check=True)
    sessions = json.loads(done.stdout)["sessions"]
    found = {NAMES[s["name"] or s["title"]].who: s for s in sessions if (s["name"] or s["title"]) in NAMES}
    found |= {role("fresh").who: s for s in sessions if s["project"] == role("fresh").project}
    return found


def press(demo: fleet.Demo, who: str, *keys: str) -> None:
    """Press keys in a session's pane."""
    folder.tmux(demo.folder, "send-keys", "-t", place(demo, who), *keys, env=demo.env)


def place(demo: fleet.Demo, who: str) -> str:
    """The pane of a session, once tmux has said it."""
    return str(until(lambda: (look(demo)[who]["tmux"] or {}).get("pane", ""), PATIENCE))


def becomes(demo: fleet.Demo, who: str, state: str) -> dict[str, Any]:
    """The session, once it has that state."""

    def check() -> dict[str, Any]:
        session = look(demo)[who]
        assert state == session["state"], session["because"]
        return session

    return until(check, PATIENCE)


# ------------------------------------------------------------------------------------------- one look


def test_without_a_terminal_it_prints_one_look(theatre: Theatre, home: Path) -> None:
    """`cst demo | cat` says that the sessions are made up, shows `ls` and `status`, exits 0, and neither HOME nor the
    machine has anything of it.

    Bug shown: nothing said that it was a demo.
    """
    done = theatre.demo()

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"cst demo: {len(ROLES)} made-up Claude Code sessions")
    assert "$ cst ls\nSTATE" in done.stdout
    assert re.search(r"\$ cst status\n8 need you · permission 1\dm · 3 working\n", done.stdout)
    assert "release/2.4.0" in done.stdout
    assert "言語ごと" in done.stdout
    assert theatre.left() == []
    assert os.listdir(home) == []


@pytest.mark.skipif(not shutil.which("make"), reason="make is not installed")
def test_make_demo_leaves_no_state(theatre: Theatre, home: Path) -> None:
    """It looks first whether a session lives, and that look leaves nothing either. Bug shown: the file `prompt`."""
    argv = ["make", "-o", ".venv/installed", f"BIN={theatre.stage}/program", "demo"]
    done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=120, check=False)

    assert (done.returncode, "made-up" in done.stdout) == (0, True)
    assert os.listdir(home) == []


def test_words_are_a_command_in_the_demo(theatre: Theatre) -> None:
    """`cst demo ls --json` gives every session exactly the state that the cast list names."""
    done = theatre.demo("ls", "--json")

    found = json.loads(done.stdout)
    assert (done.returncode, found["problems"]) == (0, [])
    assert Counter(role.state for role in ROLES) == Counter(s["state"] for s in found["sessions"])
    assert {name: NAMES[name].state for name in NAMES if name} == {
        s["name"] or s["title"]: s["state"] for s in found["sessions"] if s["name"] or s["title"]
    }
    assert {os.path.join("code", role.project) for role in ROLES} == {
        s["cwd"].partition("/home/")[2] for s in found["sessions"]
    }
    assert theatre.left() == []


def test_without_tmux_it_says_so(theatre: Theatre) -> None:
    """No tmux: one sentence, exit 1, no folder."""
    done = theatre.demo("ls", CST_TMUX="/nowhere/tmux")

    assert done.returncode == 1
    assert done.stderr.startswith("cst: the demo needs tmux")
    assert done.stderr.count("\n") == 1
    assert theatre.left() == []


def test_with_an_old_tmux_it_says_so_at_once(theatre: Theatre) -> None:
    """Bug shown: it waited a minute, and then said "try again, or report it"."""
    program = Path(theatre.stage) / "program" / "tmux"
    program.write_text('#!/bin/sh\n[ "$1" = -V ] && echo tmux 3.0\nexit 1\n')
    program.chmod(0o755)
    begun = time.monotonic()
    done = theatre.demo("ls", CST_TMUX=str(program))

    assert (done.returncode, time.monotonic() - begun < 20) == (1, True)
    assert done.stderr == "cst: the demo needs tmux 3.2 or newer, and this is tmux 3.0; set CST_TMUX to another one\n"
    assert theatre.left() == []


def test_inside_a_tmux_it_keeps_to_its_own(theatre: Theatre, tmux_server: TmuxServer) -> None:
    """The tmux that it is called from gets no tmux session, and its sessions are not seen."""
    pane = tmux_server.new("mine")
    where = {"TMUX": f"{tmux_server.socket},1,0", "TMUX_PANE": pane, "TMUX_TMPDIR": str(tmux_server.folder)}

    done = theatre.demo("ls", "--json", **where)

    assert {"you", "mine"} & {s["tmux"]["session"] for s in json.loads(done.stdout)["sessions"]} == set()
    assert tmux_server.run("list-sessions", "-F", "#{session_name}") == "mine"
    assert [tmux_server.socket] == [str(path) for path in Path(tmux_server.socket).parent.iterdir()]


@pytest.mark.long
def test_a_strange_tmpdir_is_a_path_and_not_a_command(theatre: Theatre) -> None:
    """tmux expands `#(…)` in the folder of a new window; in the demo's it stays text."""
    strange = f"{theatre.stage}/#(touch pwned)"
    os.mkdir(strange)
    try:
        done = theatre.demo("ls", "--json", TMPDIR=strange)

        cwds = [s["cwd"] for s in json.loads(done.stdout)["sessions"]]
        assert len(ROLES) == len(cwds)
        assert all(cwd.startswith(f"{strange}/{folder.PREFIX}") for cwd in cwds)
        assert os.listdir(strange) == []
    finally:
        shutil.rmtree(strange)


# ------------------------------------------------------------------------------------------- a visit


class Visitor:
    """A person at a terminal who runs `cst demo`."""

    def __init__(self, theatre: Theatre) -> None:
        self.theatre = theatre
        self.shown = b""
        self.master, slave = pty.openpty()
        self.process = subprocess.Popen(
            [theatre.cst, "demo"], env=theatre.env(), stdin=slave, stdout=slave, stderr=slave, start_new_session=True
        )
        os.close(slave)

    def sees(self, text: str) -> None:
        """Wait for a text on the terminal."""
        end = time.monotonic() + PATIENCE
        while text.encode() not in self.shown:
            assert time.monotonic() < end, self.shown[-2000:]
            self._read(0.1)

    def types(self, text: str) -> None:
        """Press keys; what is seen from now on came after them."""
        self.shown = b""
        if text[:1] == "\x02":
            os.write(self.master, b"\x02")
            time.sleep(0.05)  # tmux takes what comes within 1 ms for a paste, and a paste for no binding
            text = text[1:]
        os.write(self.master, text.encode())

    def ends(self) -> int:
        """The exit code of `cst demo`; the terminal is read meanwhile, or nobody could write to it."""
        end = time.monotonic() + PATIENCE
        while self.process.poll() is None and time.monotonic() < end:
            self._read(0.1)
        return self.process.wait(1)

    def _read(self, seconds: float) -> None:
        if select.select([self.master], [], [], seconds)[0]:
            with contextlib.suppress(OSError):
                self.shown += os.read(self.master, 65536)

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(10)
        os.close(self.master)


@pytest.fixture
def visitor(theatre: Theatre) -> Iterator[Visitor]:
    """Somebody who has called `cst demo`."""
    made = Visitor(theatre)
    yield made
    made.close()


def test_a_visit(visitor: Visitor, theatre: Theatre) -> None:
    """prefix a shows the release that waits for a permission; 1 sends it to work; the count goes down. prefix A comes
    back to the shell, and leaving that takes everything along."""
    visitor.sees("Three things to try")
    visitor.sees("~/code")  # where the folders of the fleet are
    visitor.sees("8 need you")
    visitor.types("\x02a")
    visitor.sees("make release")
    visitor.types("1")
    visitor.sees("7 need you")
    visitor.types("\x02A")
    visitor.sees("Three things to try")
    visitor.types("exit\r")

    code = visitor.ends()

    assert code == 0
    assert theatre.left() == []


def test_an_ended_session_goes_on(visitor: Visitor) -> None:
    """`cst resume` opens a window in which the session shows what was said, and takes the next prompt.

    Bug shown: claude died in that window, for want of a variable, and cst said "resumed".
    """
    visitor.sees("8 need you")
    visitor.types("cst resume Licence\r")
    visitor.sees("107 pages have it now.")
    visitor.types("And the footers?\r")

    visitor.sees("I look at the code first.")


@pytest.mark.long
def test_the_way_to_all_clear(theatre: Theatre, monkeypatch: pytest.MonkeyPatch) -> None:
    """As README says: a number at a dialog, seen elsewhere; then nobody needs the visitor.

    Bug shown: README named the number alone, which an error or a question in plain text takes for the start of a prompt.
    """
    monkeypatch.setattr(tempfile, "tempdir", theatre.stage)
    with fleet.started(theatre.cst, 0.05) as other:
        for who in ("release", "audit", "rounding", "languages"):
            press(other, who, "1")
            becomes(other, who, "done")
        dealt_with: list[str] = []

        def all_clear() -> bool:
            needy = [who for who, session in look(other).items() if session["needs_you"]]
            for who in needy:
                subprocess.run([other.cst, "seen", place(other, who)], env=other.env, check=True, capture_output=True)
            dealt_with.extend(needy)
            return not needy

        until(all_clear, PATIENCE)  # those that work get done meanwhile

    assert {"reindex", "checkout", "queries", "release"} <= set(dealt_with)


def test_detaching_ends_it_too(visitor: Visitor, theatre: Theatre) -> None:
    """Nobody comes back to a demo."""
    visitor.sees("8 need you")
    visitor.types("\x02d")

    code = visitor.ends()

    assert code == 0
    assert theatre.left() == []


def test_a_closed_terminal_leaves_nothing_behind(visitor: Visitor, theatre: Theatre) -> None:
    """SIGHUP in the middle of a visit."""
    visitor.sees("Three things to try")
    visitor.process.send_signal(signal.SIGHUP)

    code = visitor.ends()

    assert code == 128 + signal.SIGHUP
    assert theatre.left() == []


def test_a_signal_at_the_start_leaves_nothing_behind(visitor: Visitor, theatre: Theatre) -> None:
    """SIGTERM while the actors are still on their way."""
    until(theatre.inhabitants, PATIENCE)
    visitor.process.send_signal(signal.SIGTERM)

    code = visitor.ends()

    assert code == 128 + signal.SIGTERM
    assert theatre.left() == []


def test_tmux_beside_path(theatre: Theatre) -> None:
    """It is found where all of cst finds it. Bug shown: `cst doctor` had found it, and the demo said to install it."""
    if not spawn.found("tmux") or os.path.dirname(spawn.found("tmux")) not in spawn._PLACES:
        pytest.skip("tmux is in no usual place")

    done = theatre.demo("status", PATH=f"{theatre.stage}/program")

    assert (done.returncode, done.stderr, done.stdout[:10]) == (0, "", "8 need you")


@pytest.mark.long
def test_the_next_demo_sweeps_up_after_one_that_was_killed(visitor: Visitor, theatre: Theatre) -> None:
    """After kill -9 the folder and the sessions stay, until the next `cst demo` finds their owner gone."""
    visitor.sees("Three things to try")
    visitor.process.kill()
    visitor.process.wait(10)
    assert theatre.left() != []

    done = theatre.demo("status")

    assert done.returncode == 0
    assert theatre.left() == []


# ------------------------------------------------------------------------------------------- the sessions


@pytest.mark.long
def test_two_demos_side_by_side(demo: fleet.Demo) -> None:
    """The second keeps the exit code of its command, and leaves the first alone."""
    before = set(look(demo))
    stage = os.path.dirname(demo.folder)
    env = {**os.environ, "TMPDIR": stage}

    done = subprocess.run(
        [f"{stage}/program/cst", "demo", "why", "nobody"], env=env, capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr.partition("'")[0]) == (1, "cst: no session is called ")
    assert set(look(demo)) == before
    assert [name for name in os.listdir(stage) if name != "program"] == [os.path.basename(demo.folder)]


def test_the_fleet_is_of_one_mind(demo: fleet.Demo) -> None:
    """The hooks are installed and each session tells of them; what doctor, status and a session's evidence say agrees.

    Bug shown: `hooks not installed` stood above `4 of 13 live sessions have told an event`.
    """
    sessions = look(demo)

    def said(*words: str) -> str:
        return subprocess.run([demo.cst, *words], env=demo.env, capture_output=True, text=True, timeout=60, check=True).stdout

    doctor, status, report = said("doctor"), said("hooks", "status"), said("report")
    assert ["hooks" in session["sources"] for session in sessions.values()] == [True] * len(ROLES)
    assert "hook StopFailure" in sessions["reindex"]["because"]
    assert f"{len(ROLES)} of {len(ROLES)} live sessions have told an event" in doctor
    assert "by user settings (" in doctor
    assert "focus-events is on" in doctor
    assert status.count("  fires  ") == len(ROLES)
    assert "without hooks" not in report


def test_one_that_is_killed_is_offered_again(theatre: Theatre, monkeypatch: pytest.MonkeyPatch) -> None:
    """`cst restore` says when it was last seen, and of no argument that a client was never given; `cst why` does not say
    that it had no hooks.

    Bug shown: `without -I and -S`, which are the interpreter's.
    """
    monkeypatch.setattr(tempfile, "tempdir", theatre.stage)
    with fleet.started(theatre.cst) as demo:

        def said(*words: str) -> str:
            argv = [demo.cst, *words]
            done = subprocess.run(argv, env=demo.env, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
            return done.stdout

        pid = int(look(demo)["release"]["pid"])
        said("park", "release")
        os.kill(pid, signal.SIGKILL)
        until(lambda: not processes.start_of(pid))
        listed, why = said("restore"), said("why", "release")

    assert "last seen alive" in listed
    assert "without" not in listed
    assert "rule     killed" in why
    assert "no event of this process" not in why


def test_a_question_is_the_same_everywhere() -> None:
    """Its options are on the screen as they are in the transcript."""
    asks = role("rounding")
    given = next(step.given for step in asks.story if isinstance(step, Tool) and step.name == "AskUserQuestion")

    assert asks.dialog
    assert asks.dialog.options == tuple(f"{o['label']}: {o['description']}" for o in given["questions"][0]["options"])


def test_the_clients_are_called_claude(demo: fleet.Demo) -> None:
    """The kernel's name for them is what cst and tmux look for; their registry records tell the truth."""
    for session in look(demo).values():
        comm = Path(f"/proc/{session['pid']}/comm").read_text()
        assert ("claude\n", f"{session['pid']}.{started(session['pid'])}") == (comm, session["key"])


def test_everything_is_private(demo: fleet.Demo) -> None:
    """Nobody else can read the folder, and what Claude Code keeps private is private here."""
    modes = {os.stat(demo.folder).st_mode & 0o777}
    modes |= {path.stat().st_mode & 0o077 for path in Path(demo.env["CLAUDE_CONFIG_DIR"]).rglob("*.json*")}

    assert {0o700, 0} == modes


def test_permission_granted(demo: fleet.Demo) -> None:
    """1 in the permission's pane: it works, and is done after a while."""
    press(demo, "release", "1")

    becomes(demo, "release", "working")
    done = becomes(demo, "release", "done")
    assert "2.4.0 is built" in done["last_words"]
    # What waiting has cost, as the picker says where all is clear. Bug shown: 0s, for the turn's duration had it in it.
    report = subprocess.run([demo.cst, "report", "--json"], env=demo.env, capture_output=True, text=True, check=True)
    waits = [wait for wait in json.loads(report.stdout)["waits"] if "rm -rf build" in (wait["what"] or "")]
    assert [wait["seconds"] > 600 for wait in waits] == [True]


def test_permission_inside_a_subagent(demo: fleet.Demo) -> None:
    """Enter takes the first option; the agent ends, the session wakes and reports."""
    assert look(demo)["audit"]["wants"]["detail"] == "npm audit fix --force"
    press(demo, "audit", "Enter")

    done = becomes(demo, "audit", "done")
    assert "The audit is through" in done["last_words"]


def test_question_answered_in_words(demo: fleet.Demo) -> None:
    """As the real client's, the question takes a text: `cst answer` types it into the third option."""
    done = subprocess.run(
        [demo.cst, "answer", "rounding", "3", "2 cents up"], env=demo.env, capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert "In your words, then: 2 cents up." in becomes(demo, "rounding", "done")["last_words"]


def test_question_answered_with_an_option(theatre: Theatre, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second answer leads elsewhere than the first. Who moves into the text field and empties it leaves it again."""
    monkeypatch.setattr(tempfile, "tempdir", theatre.stage)
    with fleet.started(theatre.cst, 0.25) as other:
        press(other, "rounding", "3", "2", "BSpace", "Enter", "Up", "Enter")

        done = becomes(other, "rounding", "done")
    assert "Half to even" in done["last_words"]


def test_plan_refused(demo: fleet.Demo) -> None:
    """Down, down, Enter: keep planning. The transcript says that it was interrupted."""
    press(demo, "languages", "Down", "Down", "Enter")

    stopped = becomes(demo, "languages", "interrupted")
    assert "an interruption" in stopped["because"]


def test_a_prompt_after_an_error(demo: fleet.Demo) -> None:
    """Typing into a session that failed starts a turn that ends well."""
    press(demo, "reindex", "try it again")
    press(demo, "reindex", "Enter")

    done = becomes(demo, "reindex", "done")
    assert done["last_prompt"] == "try it again"


def test_escape_interrupts_a_tool(demo: fleet.Demo) -> None:
    """Esc while a tool runs; its session says so, and takes the next prompt."""
    press(demo, "tests", "Escape")

    becomes(demo, "tests", "interrupted")
    press(demo, "tests", "go on", "Enter")
    becomes(demo, "tests", "done")


def test_ctrl_c_twice_ends_it(demo: fleet.Demo) -> None:
    """As in the real client: the record goes, the pane too."""
    pid = look(demo)["glossary"]["pid"]
    press(demo, "glossary", "C-c", "C-c")

    until(lambda: "glossary" not in look(demo), PATIENCE)
    assert not os.path.exists(f"{demo.env['CLAUDE_CONFIG_DIR']}/sessions/{pid}.json")
    until(lambda: ended(pid), PATIENCE)


def test_kill_ends_it(demo: fleet.Demo) -> None:
    """`cst kill` finds the process to be what the registry says, and it goes in order."""
    done = subprocess.run(
        [demo.cst, "kill", "--yes", role("queries").title], env=demo.env, capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert "has ended (SIGTERM)" in done.stdout


def test_claude_in_the_shell_is_one_more_session(demo: fleet.Demo) -> None:
    """Who types `claude` in the demo gets a made-up one, at its prompt."""
    folder.tmux(demo.folder, "send-keys", "-t", "=you:", "mkdir new; cd new; claude", "Enter", env=demo.env)

    def found() -> list[str]:
        done = subprocess.run([demo.cst, "ls", "--json"], env=demo.env, capture_output=True, text=True, check=True)
        return [s["rule"] for s in json.loads(done.stdout)["sessions"] if s["project"] == "new"]

    until(lambda: found() == ["fresh"], PATIENCE)


def test_ended_sessions_are_there_too(demo: fleet.Demo) -> None:
    """`cst ls --all` has something to show."""
    done = subprocess.run([demo.cst, "ls", "--all", "--json"], env=demo.env, capture_output=True, text=True, check=True)

    ended = [s["title"] for s in json.loads(done.stdout)["sessions"] if s["state"] == "ended"]
    assert {role.title for role in ENDED} <= set(ended)


# ------------------------------------------------------------------------------------------- small parts


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("1", ["1"]), ("日本", ["日", "本"]), ("\r", ["enter"]), ("\x1b", ["esc"]), ("\x1b1", ["esc", "1"]),
        ("\x1b[A\x1bOB", ["up", "down"]), ("\x1b[200~x\ry\x1b[201~\r", ["x", " ", "y", "enter"]), ("\x03\x03", ["ctrl-c", "ctrl-c"]), ("\x07", []),
    ],
)  # fmt: skip
def test_keys(sent: str, expected: list[str]) -> None:
    """What a terminal sends, as keys."""
    found = keys(sent)

    assert expected == found


@pytest.mark.parametrize("columns", [24, 60, 160])
@pytest.mark.parametrize("who", [role.who for role in ROLES])
def test_no_line_is_wider_than_the_screen(who: str, columns: int, plain: Callable[[str], str]) -> None:
    """Wide characters, long branches, narrow panes: nothing wraps."""
    scene = Scene(f"~/code/{role(who).project}", role(who).branch)
    for step in role(who).story:
        scene.add(step)
    scene.dialog = role(who).dialog

    drawn = scene.draw(columns, 30, 0.0)

    rows = plain(drawn).split("\r\n")
    assert len(rows) <= 30
    assert [row for row in rows if width(row) > columns] == []


@pytest.fixture
def plain() -> Callable[[str], str]:
    """Takes the escape sequences out."""
    return lambda text: re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text)


def test_a_long_conversation_ends_at_the_bottom(plain: Callable[[str], str]) -> None:
    """What does not fit goes at the top; the input box stays."""
    scene = Scene("~/code/api", "main")
    for number in range(30):
        scene.add(Prompt(0, f"prompt {number}"))
        scene.add(Words(0, f"answer {number}", True))
    scene.typed = "half a line"

    rows = plain(scene.draw(80, 24, 0.0)).split("\r\n")

    assert len(rows) == 24
    assert "● answer 29" in rows
    assert "❯ half a line" in rows
    assert "● answer 3" not in rows


@pytest.mark.parametrize("prefix", ["C-b", "C-q"])
def test_the_welcome_fits_a_small_terminal(prefix: str, plain: Callable[[str], str]) -> None:
    """80 columns and 24 lines, prompt included, and it names the prefix that is in force."""
    rows = plain(welcome(prefix, len(ROLES), "", False)).split("\n")

    assert len(rows) < 24
    assert max(map(len, rows)) < 80
    key = prefix.replace("C-", "ctrl-")
    assert f"  {key} a   the session that most needs you; again: the next one" in rows
    assert f"  A dialog takes a number; where there is none, type a reply or press {key} v." in rows


def test_without_keys_the_welcome_says_why() -> None:
    """Where `cst init tmux` fails, nobody is told to press keys that do nothing."""
    text = welcome("C-b", len(ROLES), "cst: what failed; what to do", True)

    assert "The keys are not bound: cst: what failed; what to do" in text
    assert "ctrl-b" not in text.replace("ctrl-b d", "")
    assert "\x1b" not in text
