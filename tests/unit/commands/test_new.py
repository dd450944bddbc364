"""`cst new` on a terminal, with a stand-in for claude; the live client does it in tests/lab."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import pytest

from cst import dispatch
from cst.actions import new
from cst.model import CstError
from cst.settings import Settings
from tests.testing import MALLORY, ROOT, TmuxServer, as_user, cst, two_users, until
from tests.unit.commands.running import claude_that_registers


def test_a_visit_that_cannot_be_kept(own: Settings, home: Path, tmux_server: TmuxServer) -> None:
    """The session runs, so its key is printed and that is no failure.

    Bug shown: on a terminal the visit was kept twice, and the second time raised: no key.
    """
    claude_that_registers(home)
    Path(own.marks_file).mkdir(parents=True)
    tmux_server.new("one")
    tmux_server.attach("one")
    script = home / "script"
    script.write_text(f"PYTHONPATH={ROOT} {sys.executable} {ROOT}/shell/cst new ~; echo $? >~/code; sleep 60\n")
    pane = tmux_server.run("new-window", "-P", "-F", "#{pane_id}", "-t", "=one:", f"sh {script}").strip()
    until((home / "code").exists, 40)
    shown = tmux_server.run("capture-pane", "-p", "-t", pane)
    [record] = (home / ".claude/sessions").glob("*.json")

    assert (home / "code").read_text() == "0\n", shown
    assert f"{record.stem}." in shown


def test_detached(home: Path, tmux_server: TmuxServer) -> None:
    """On a terminal, too, the client stays in the window that it is in. The key is printed."""
    claude_that_registers(home)
    tmux_server.new("one")
    tmux_server.attach("one")
    script = home / "script"
    script.write_text(f"PYTHONPATH={ROOT} {sys.executable} {ROOT}/shell/cst new -d ~; echo $? >~/code; sleep 60\n")
    pane = tmux_server.run("new-window", "-P", "-F", "#{pane_id}", "-t", "=one:", f"sh {script}").strip()
    until((home / "code").exists, 40)
    [record] = (home / ".claude/sessions").glob("*.json")

    assert (home / "code").read_text() == "0\n"
    assert f"{record.stem}." in tmux_server.run("capture-pane", "-p", "-t", pane)
    assert tmux_server.run("display-message", "-p", "-t", "=one:", "#{pane_id}").strip() == pane
    assert len(_windows(tmux_server)) == 3


def test_detached_in_a_popup(home: Path) -> None:
    """Are two things."""
    done = cst("new", "--popup", "-d")

    assert (done.returncode, done.stderr) == (2, "cst: --popup shows it, and --detach does not; choose one\n")


def _windows(server: TmuxServer) -> list[str]:
    return server.run("list-windows", "-a", "-F", "#{session_name}:#{window_name}").splitlines()


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("file", "{home}/file is no folder; name the one that it lies in"),
        ("file/below", "there is no folder {home}/file/below; make it first"),
        ("gone", "there is no folder {home}/gone; make it first"),
        ("two\nlines", "there is no folder {home}/two lines; make it first"),
        ("~nobody", "there is no folder {home}/~nobody; make it first"),
    ],
)
def test_what_is_no_folder(
    home: Path, tmux_server: TmuxServer, monkeypatch: pytest.MonkeyPatch, word: str, said: str
) -> None:  # fmt: skip
    """One line, and no window is made."""
    (home / "file").write_text("")
    tmux_server.new("one")
    monkeypatch.setenv("TMUX", f"{tmux_server.socket},1,0")
    done = cst("new", str(home / word))

    assert (done.returncode, done.stdout, done.stderr) == (1, "", f"cst: {said.format(home=home)}\n")
    assert len(_windows(tmux_server)) == 1


def _default(server: TmuxServer) -> TmuxServer:
    """Make it the server that tmux takes without -L; it does not run yet."""
    server.name, server.socket = "default", str(Path(server.socket).parent / "default")
    return server


@pytest.mark.parametrize("name", ["with space", "it's \"q\"", "two\nlines", "größe 日本", "#{pane_id} $(id)", "a.b:c", "-x"])
def test_folders_with_odd_names(
    home: Path, tmux_server: TmuxServer, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:  # fmt: skip
    """It runs in exactly that one; outside tmux on a server that is started, the second time in the same tmux session."""
    monkeypatch.setenv("TMUX_TMPDIR", str(_default(tmux_server).folder))
    claude_that_registers(home)
    witness = home / "bin/claude"
    witness.write_text(witness.read_text().replace("sleep 0.5", "pwd -P >~/in"))
    (home / name).mkdir()
    done = [cst("new", str(home / name)) for _ in range(2)]
    sessions = [line.partition(":")[0] for line in _windows(tmux_server)]

    assert [(one.returncode, one.stderr) for one in done] == [(0, ""), (0, "")], done
    assert (home / "in").read_text() == f"{home}/{name}\n"
    assert (len(sessions), len(set(sessions))) == (2, 1)
    assert done[0].stdout != done[1].stdout


@two_users
def test_a_folder_that_may_not_be_entered(tmp_path: Path) -> None:
    """Is named, before a window is made."""
    def check() -> str:
        try:
            new.check_folder(folder)
        except CstError as error:
            return str(error)
        return "fine"

    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        os.chmod(folder, 0o700)
        said = as_user(MALLORY, check)

    assert said == f"you may not enter {folder}; `chmod u+x` it, or choose another folder"


@pytest.mark.parametrize("shell", ["/bin/sh", "/bin/bash", "/usr/bin/fish", "/usr/bin/zsh"])
@pytest.mark.parametrize("config", [False, True])
def test_without_claude(
    home: Path, tmux_server: TmuxServer, monkeypatch: pytest.MonkeyPatch, shell: str, config: bool
) -> None:  # fmt: skip
    """What the shell said, one line, and no window is left; the same with a config folder of one's own."""
    if not Path(shell).exists():
        pytest.skip(f"{shell} is not installed")
    monkeypatch.setenv("TMUX_TMPDIR", str(_default(tmux_server).folder))
    monkeypatch.setenv("SHELL", shell)
    for profile in (".profile", ".bash_profile", ".zprofile", ".config/fish/config.fish"):
        (home / profile).parent.mkdir(parents=True, exist_ok=True)
        (home / profile).write_text('export PATH=/usr/bin:/bin\n')
    tmux_server.env["SHELL"] = shell
    tmux_server.new("one")
    if config:
        monkeypatch.setenv("CLAUDE_CONFIG_DIR", f"{home}/other")
    done = cst("new", str(home), "--prompt", "hi")

    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1), done
    assert done.stderr.startswith("cst: your login shell finds no claude: ")
    assert done.stderr.endswith("; install Claude Code, or have your profile put it on PATH\n")
    until(lambda: len(_windows(tmux_server)) == 1)


def test_without_tmux(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is what has to be installed."""
    monkeypatch.setenv("CST_TMUX", f"{home}/none")
    done = cst("new", str(home))

    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1), done
    assert "tmux" in done.stderr


_SITS_IN_A_MENU = r"""#!/bin/sh
start=$(cut -d ' ' -f 22 /proc/$$/stat)
mkdir -p ~/.claude/sessions
sed "s/4999999/$$/; s/221346/$start/; s/\"idle\"/\"waiting\",\"waitingFor\":\"dialog open\"/" ~/entry >~/.claude/sessions/new.$$
mv ~/.claude/sessions/new.$$ ~/.claude/sessions/$$.json
read -r line
"""


@pytest.mark.parametrize("program", ["", _SITS_IN_A_MENU])
def test_a_prompt_that_is_not_taken(
    own: Settings, home: Path, tmux_server: TmuxServer, monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str], program: str,
) -> None:  # fmt: skip
    """The client runs and does nothing, or sits in a menu: the key is printed, and the exit code says that it is not done.

    Bug shown: exit code 0, and with the menu no word.
    """
    claude_that_registers(home)
    if program:
        (home / "bin/claude").write_text(program)
    monkeypatch.setattr(new, "PATIENCE", 4.0)
    tmux_server.new("one")
    monkeypatch.setenv("TMUX", f"{tmux_server.socket},1,0")
    monkeypatch.setenv("TMUX_PANE", "%0")
    code = dispatch.run(["new", str(home), "--prompt", "hi"], os.environ)
    out, err = capfd.readouterr()
    [record] = (home / ".claude/sessions").glob("*.json")

    assert (code, err) == (1, "cst: it runs, and has not begun with the prompt after 4 s; look in window one:1\n")
    assert out.startswith(f"{record.stem}.")
