"""The picker and the jump over a container's session: it is listed with its age, previewed, marked, answered, ended, and
gone to."""

from __future__ import annotations

import json
import os
import re
import shlex
import sys
import time
from pathlib import Path

import pytest

from cst.demo import fleet
from tests.testing import ROOT, TmuxClient, TmuxServer, cst, until
from tests.testing.hosts import Container
from tests.unit.render.test_hostile import EVERYTHING, PAYLOADS

INSTALLED = Path(sys.executable).with_name("cst")


@pytest.fixture
def far(demo: fleet.Demo, home: Path) -> fleet.Demo:
    """Another machine, as far as a prefix tells: the demo's fleet, with real dialogs, in its own home. Nothing here."""
    there = " ".join(shlex.quote(f"{name}={value}") for name, value in demo.env.items() if name not in ("TMUX", "TMUX_PANE", "PS1"))
    path = home / ".config/cst/config.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"[hosts]\nfar = {json.dumps(f'env -i {there}')}\n")
    return demo


class Person:
    """Somebody at a terminal of this machine's tmux, with a picker."""

    def __init__(self, server: TmuxServer, home: Path) -> None:
        self.server = server
        env = f"env HOME={home} TMUX_TMPDIR={server.folder} XDG_RUNTIME_DIR={server.folder} PYTHONPATH={ROOT} LC_ALL=C.UTF-8"
        self.pane = server.new("desk", "sh", "-c", f"{env} {INSTALLED} pick; echo left with $?; exec cat")
        server.run("resize-window", "-t", self.pane, "-x", "160", "-y", "40")

    def screen(self) -> str:
        return self.server.run("capture-pane", "-p", "-t", self.pane)

    def sees(self, text: str) -> str:
        def check() -> str:
            shown = self.screen()
            assert text in shown, shown
            return shown

        return until(check, 30)

    def press(self, key: str) -> None:
        self.server.run("send-keys", "-t", self.pane, key)

    def types(self, text: str) -> None:
        self.server.run("send-keys", "-t", self.pane, "-l", text)

    def finds(self, text: str) -> None:
        """Search until the cursor is on one row, whose preview says so."""
        self.types(text)
        until(lambda: self.on_row().count("▌") == 1 and text in self.on_row(), 30)

    def on_row(self) -> str:
        return "".join(line for line in self.screen().splitlines() if line.startswith("▌"))

    def replies(self, key: str) -> None:
        """Answer a question, which takes no key in its first moment."""
        time.sleep(0.4)
        self.press(key)


@pytest.fixture
def person(box: Container, tmux_server: TmuxServer, home: Path) -> Person:
    return Person(tmux_server, home)


def there(box: Container) -> dict[str, object]:
    [session] = json.loads(cst("ls", "--host", "box", "--json").stdout)["sessions"]
    assert isinstance(session, dict)
    return session


def test_a_row_its_age_and_its_page(box: Container, person: Person) -> None:
    """The row comes by itself; the header has the answer's age, the preview what cst there says."""
    person.sees("boxed")
    until(lambda: re.search(r"box \d+s ago", person.screen()), 30)
    person.sees("on box, as it was")
    person.press("M-h")
    person.sees("beside this machine: no host")
    until(lambda: "you ! permission" not in person.screen())


def test_marks_and_a_kill(box: Container, person: Person) -> None:
    """A pin is made there; ctrl-k asks with what cst there says, and ends the process there."""
    person.sees("on box, as it was")
    person.press("M-p")
    until(lambda: there(box)["pinned"] is True, 30)
    person.press("C-k")
    person.sees("box: End boxed")
    person.press("y")
    person.sees("y or K> y")
    time.sleep(0.4)  # the question takes no Enter in its first moment
    person.press("Enter")
    until(lambda: not Path(f"/proc/{box.pid}/comm").exists(), 30)


def test_a_host_that_stops_has_no_rows(box: Container, person: Person) -> None:
    """They go, and are not called gone; the header says so."""
    person.sees("on box, as it was")
    box.says("exit 9")
    person.sees("box: no answer for")
    until(lambda: "boxed" not in person.screen().partition("─")[0] and " gone" not in person.screen(), 30)


def test_a_jump_opens_a_window(box: Container, tmux_server: TmuxServer, tmp_path: Path) -> None:
    """A new window runs `cst jump` on a terminal of the container's, which knows nothing of tmux here."""
    log = tmp_path / "jumped"
    box.says(f'[ "$1" = jump ] && {{ echo "$@" "$TMUX$TMUX_PANE" >>{log}; [ -t 1 ] || exit 1; exec sleep 1000; }}')
    pane = tmux_server.new("desk")
    client: TmuxClient = tmux_server.attach("desk")
    until(lambda: client.pane() == pane)
    done = cst("jump", f"box/{box.key}", env={"TMUX": f"{tmux_server.socket},0,0", "TMUX_PANE": pane, "TERM": "xterm"})

    assert (done.returncode, done.stderr) == (0, "")
    until(lambda: client.pane() != pane)
    assert tmux_server.run("display-message", "-p", "-t", client.pane(), "#{window_name}") == "box"
    until(lambda: log.exists() and log.read_text() == f"jump -- {box.key} \n")


def test_next_goes_there_too(box: Container, tmux_server: TmuxServer) -> None:
    """And says why."""
    box.says('[ "$1" = jump ] && exec sleep 1000')
    pane = tmux_server.new("desk")
    client = tmux_server.attach("desk")
    until(lambda: client.pane() == pane)
    env = {"TMUX": f"{tmux_server.socket},0,0", "TMUX_PANE": pane, "TERM": "xterm"}

    assert cst("next", "--all-hosts", env=env).returncode == 0
    until(lambda: client.pane() != pane)
    assert os.path.exists(tmux_server.socket)


# ------------------------------------------------------------------------------------------------ what keys do there


@pytest.fixture
def visitor(far: fleet.Demo, tmux_server: TmuxServer, home: Path) -> Person:
    """Somebody whose picker shows the sessions of `far` alone."""
    person = Person(tmux_server, home)
    tmux_server.run("resize-window", "-t", person.pane, "-x", "230", "-y", "50")
    return person


def on_far(name: str) -> dict[str, object]:
    """A session there, by a part of what a row shows of it."""
    listed = json.loads(cst("ls", "--host", "far", "--json").stdout)["sessions"]
    return next((one for one in listed if name in f"{one['name']} {one['title']} {one['cwd']}"), {})


def test_a_dialog_there_is_answered_from_here(visitor: Person) -> None:
    """ctrl-y shows it as it stands on the pane there, and y answers that one; the row follows at once."""
    visitor.sees("release")
    visitor.finds("release")
    visitor.press("C-y")
    visitor.sees("rm -rf build && make release")
    visitor.sees("Answer release")
    visitor.replies("y")
    visitor.sees("approved")
    until(lambda: on_far("release")["state"] in ("working", "done", "idle"), 30)


def test_a_prompt_goes_there(visitor: Person) -> None:
    """ctrl-t: the text arrives as it is, and nothing of it runs."""
    visitor.sees("playground")
    visitor.finds("playground")
    visitor.press("C-t")
    visitor.sees("Send to playground @ far/")
    visitor.types("say (hi); $(touch pwned) 'q'")
    visitor.sees("send> say")
    visitor.press("Enter")
    visitor.sees("sent")
    until(lambda: on_far("playground")["last_prompt"] == "say (hi); $(touch pwned) 'q'", 30)


def test_snooze_tag_and_rename_there(visitor: Person) -> None:
    """Each asks here, and is done there."""
    visitor.sees("billing-parser")
    visitor.finds("billing-parser")
    visitor.press("M-s")
    visitor.sees("Snooze")
    visitor.replies("u")
    until(lambda: on_far("billing-parser")["snoozed"] is True, 30)
    visitor.press("M-g")
    visitor.sees("tags> ")
    visitor.types("rust")
    visitor.replies("Enter")
    until(lambda: on_far("billing-parser")["tags"] == ["rust"], 30)
    visitor.press("M-n")
    visitor.sees("name> ")
    visitor.press("C-u")
    visitor.types("it's $(x)")
    visitor.replies("Enter")
    until(lambda: on_far("billing-parser")["name"] == "it's $(x)", 30)


def test_archive_there(box: Container, person: Person) -> None:
    """alt-a puts it out of sight there, and here at once."""
    person.sees("on box, as it was")
    person.press("M-a")
    person.sees("archived: boxed")
    until(lambda: "! permission" not in person.screen(), 30)
    assert json.loads(cst("ls", "--host", "box", "--json").stdout)["sessions"] == []
    assert cst("archive", "--off", f"box/{box.key}").returncode == 0
    assert there(box)["name"] == "boxed"


# ------------------------------------------------------------------------------------------------ on a terminal


def terminal(server: TmuxServer, home: Path, *words: str) -> Person:
    """A command of somebody at a terminal of this machine's tmux."""
    person = object.__new__(Person)
    person.server = server
    env = f"env HOME={home} TMUX_TMPDIR={server.folder} XDG_RUNTIME_DIR={server.folder} PYTHONPATH={ROOT} LC_ALL=C.UTF-8"
    person.pane = server.new("desk", "sh", "-c", f"{env} {INSTALLED} {shlex.join(words)}; echo left with $?; exec cat")
    return person


def test_a_kill_there_asks_here(box: Container, tmux_server: TmuxServer, home: Path) -> None:
    """What cst there says would be lost, and the question; n keeps it, y ends it."""
    person = terminal(tmux_server, home, "kill", f"box/{box.key}")
    person.sees("box: ")
    person.sees("boxed")
    person.press("n")
    person.press("Enter")
    person.sees("left with 1")
    assert Path(f"/proc/{box.pid}/comm").exists()
    tmux_server.run("kill-session", "-t", "desk", ";", "new-session", "-d", "-s", "kept", "cat")
    person = terminal(tmux_server, home, "kill", f"box/{box.key}")
    person.sees("box: ")
    person.press("y")
    person.press("Enter")
    person.sees("left with 0")
    until(lambda: not Path(f"/proc/{box.pid}/comm").exists(), 30)


def test_a_kill_that_is_only_told(box: Container) -> None:
    """kill --dry-run says what would be lost, here and there, and ends nothing."""
    done = cst("kill", "--dry-run", f"box/{box.key}")

    assert (done.returncode, done.stderr, "boxed" in done.stdout) == (0, "", True)
    assert there(box)["state"] == "permission"


def test_an_answer_there_on_a_terminal(far: fleet.Demo, tmux_server: TmuxServer, home: Path) -> None:
    """The dialog is shown here, and what is typed here answers it there."""
    person = terminal(tmux_server, home, "answer", f"{on_far('rounding')['key']}")
    person.sees("Half to even")
    person.sees("Enter leaves it")
    person.types("2")
    person.press("Enter")
    person.sees("left with 0")
    until(lambda: "Half to even" in str(on_far("rounding")["last_words"]), 30)


def test_a_token_is_of_one_dialog(far: fleet.Demo) -> None:
    """answer --json shows it with its token; another token answers nothing, this one answers it."""
    key = str(on_far("Audit")["key"])
    shown = json.loads(cst("answer", "--json", key).stdout)
    assert shown["token"].isalnum()
    assert [one["number"] for one in shown["options"]][:2] == [1, 2]
    wrong = cst("answer", "--token=0000", key, "yes")
    assert wrong.returncode == 1
    assert on_far("Audit")["state"] == "permission"
    done = cst("answer", f"--token={shown['token']}", key, "yes")
    assert (done.returncode, done.stderr) == (0, "")
    until(lambda: on_far("Audit")["state"] != "permission", 30)


def test_back_from_there(box: Container, tmux_server: TmuxServer) -> None:
    """Where the jump began is known, whatever machine it led to."""
    box.says('[ "$1" = jump ] && exec sleep 1000')
    pane = tmux_server.new("desk")
    client = tmux_server.attach("desk")
    until(lambda: client.pane() == pane)
    env = {"TMUX": f"{tmux_server.socket},0,0", "TMUX_PANE": pane, "TERM": "xterm"}
    assert cst("jump", f"box/{box.key}", env=env).returncode == 0
    until(lambda: client.pane() != pane)
    done = cst("back", "--client", client.name, env=env)

    assert (done.returncode, done.stderr) == (0, "")
    until(lambda: client.pane() == pane)


def test_hostile_words_from_a_host(box: Container, person: Person, home: Path, tmp_path: Path) -> None:
    """In rows, the header, the preview, questions and messages they are text."""
    rows = [
        {"key": f"{number}.5", "state": "permission", "needs_you": True, "name": text, "title": text, "cwd": text, "branch": text,
         "because": text, "tags": [text], "last_prompt": text, "wants": {"tool": text, "detail": text}, "tmux": {"location": text, "session": text}}
        for number, text in enumerate([*PAYLOADS.values(), EVERYTHING], 4000)
    ]  # fmt: skip
    said = {"schema": 1, "version": EVERYTHING, "now": time.time(), "problems": [{"source": EVERYTHING, "message": EVERYTHING}], "sessions": rows}
    (tmp_path / "said").write_text(json.dumps(said))
    (tmp_path / "text").write_bytes(EVERYTHING.encode("utf-8", "replace"))
    kept = tmp_path / "bytes"
    person.server.run("pipe-pane", "-t", person.pane, f"cat >'{kept}'")
    box.says(f'case "$1" in ls) cat {tmp_path}/said; exit;; jump) exec sleep 1000;; *) cat {tmp_path}/text; cat {tmp_path}/text >&2; exit 1;; esac')
    person.sees("touch pwned")
    for _ in rows:
        person.press("Down")
    person.press("C-k")
    person.sees("box: half")
    person.press("M-v")
    person.sees("box: half")

    assert not re.search(r"\x1b[\]P_^X]|[\x80-\x9f]|[\u202a-\u202e\u2066-\u2069]", kept.read_bytes().decode("utf-8", "replace"))
    assert person.server.run("list-buffers") == ""
    assert not [folder for folder in (ROOT, home, tmp_path, Path.cwd()) if (folder / "pwned").exists()]


def test_a_jump_to_a_hostile_row(box: Container, person: Person, home: Path, tmp_path: Path) -> None:
    """The window has the host's name, and nothing that the row says runs."""
    client = person.server.attach("desk")
    said = {"schema": 1, "version": "0.1.0", "now": time.time(), "problems": []}
    row = {"key": "4000.5", "state": "permission", "needs_you": True, "name": EVERYTHING, "cwd": EVERYTHING, "tmux": {"location": EVERYTHING, "session": EVERYTHING}}
    (tmp_path / "said").write_text(json.dumps({**said, "sessions": [row]}))
    box.says(f'case "$1" in ls) cat {tmp_path}/said; exit;; jump) exec sleep 1000;; esac')
    person.sees("touch pwned")
    until(lambda: client.pane() == person.pane)
    person.press("Enter")
    until(lambda: client.pane() != person.pane, 30)

    assert person.server.run("list-windows", "-t", "desk", "-F", "#{window_name}").splitlines()[1:] == ["box"]
    assert not [folder for folder in (ROOT, home, tmp_path, Path.cwd()) if (folder / "pwned").exists()]


def test_a_text_answers_there(box: Container, person: Person, tmp_path: Path) -> None:
    """A number that takes a text asks for it here; the reply goes there with the dialog's token, each as one word, and
    the next question is asked at once."""
    log = tmp_path / "replied"
    said = {"token": "a1b2", "subject": "Which?", "options": [{"number": 1, "label": "One"}, {"number": 2, "label": "Type", "takes_text": True}], "replies": {"n": "no"}, "lines": ["Which?"], "more": True}
    (tmp_path / "dialog").write_text(json.dumps(said))
    box.says(f'[ "$1" = answer ] && {{ [ "$2" = --json ] || {{ printf "%s|" "$@" >>{log}; exit; }}; cat {tmp_path}/dialog; exit; }}')
    person.sees("on box, as it was")
    person.press("C-y")
    person.sees("1 One  2 Type")
    person.replies("2")
    person.sees("answer> ")
    person.types("it's $(touch pwned)")
    person.replies("Enter")
    until(lambda: log.exists() and log.read_text() == f"answer|--token=a1b2|--|{box.key}|2|it's $(touch pwned)|", 30)
    person.sees("1 One  2 Type")


def test_what_is_copied_is_made_here(box: Container) -> None:
    """The id, the path there, and a command of ours; into a pipe it is printed."""
    there_is = json.loads(cst("ls", "--host", "box", "--json").stdout)["sessions"][0]

    assert cst("copy", "box/boxed").stdout == f"{there_is['id']}\n"
    assert cst("copy", "box/boxed", "path").stdout == f"{box.home}\n"
    assert cst("copy", "box/boxed", "resume").stdout == f"cst resume box/{there_is['id']}\n"
