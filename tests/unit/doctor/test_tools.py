"""What the doctor says of tmux, its keys, fzf, Python and the locale."""

from __future__ import annotations

import os
import py_compile
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cst.doctor import tools
from cst.settings import Settings, load
from tests.testing import (
    ROOT,
    TmuxServer,
)  # fmt: skip
from tests.unit.doctor.examine import findings, one


@pytest.mark.parametrize(("said", "outcome"), [("tmux 3.1c", "wrong"), ("tmux 3.2a", "note"), ("tmux 3.5", "ok"), ("tmux next-3.6", "ok"), ("tmux master", "unknown")])
def test_tmux_versions(own: Settings, tmp_path: Path, said: str, outcome: str) -> None:
    """Too old, old, new, not told."""
    program = tmp_path / "tmux"
    program.write_text(f"#!/bin/sh\necho '{said}'\n")
    program.chmod(0o755)

    assert one(own._replace(tmux_program=str(program)), "tmux").outcome == outcome


def test_no_tmux(own: Settings) -> None:
    assert one(own._replace(tmux_program="/none/tmux"), "tmux").outcome == "wrong"


@pytest.fixture
def here(own: Settings, tmux_server: TmuxServer) -> Settings:
    """Settings of somebody inside a private tmux."""
    tmux_server.new("one")
    return own._replace(tmux=f"{tmux_server.socket},1,0", tmux_program=tmux_server.program)


def bind(server: TmuxServer, folder: Path, command: str) -> None:
    path = folder / "tmux.conf"
    path.write_text(subprocess.run([sys.executable, str(ROOT / "shell" / "cst"), "init", "tmux", "--command", command], capture_output=True, text=True, check=True, env={**os.environ, "PYTHONPATH": str(ROOT)}).stdout)
    server.run("source-file", str(path))


def test_the_keys_of_init(here: Settings, tmux_server: TmuxServer, tmp_path: Path) -> None:
    """None bound, all bound, one taken by another command, a program that is gone, two pickers."""
    assert one(here, "keys").fix == "cst init tmux >> ~/.tmux.conf && tmux source-file ~/.tmux.conf"
    bind(tmux_server, tmp_path, str(ROOT / "shell" / "cst"))
    bound = findings(here)["keys"][0]
    assert (bound.outcome, "a next" in bound.found) == ("ok", True)

    tmux_server.run("bind-key", "a", "display-message", "mine")
    taken = findings(here)["keys"][0]
    assert (taken.outcome, taken.found) == ("note", "prefix a does not call `cst next` but: display-message mine")

    tmux_server.run("bind-key", "a", "run-shell", "/gone/cst next")
    gone = findings(here)["keys"][0]
    assert (gone.outcome, "/gone/cst" in gone.found) == ("wrong", True)

    tmux_server.run("bind-key", "G", "run-shell", "tmux display-popup -E claude-picker")
    assert any("pickers are bound to prefix" in finding.found for finding in findings(here)["keys"])


def test_a_theme_that_overwrites_the_segment(here: Settings, tmux_server: TmuxServer, tmp_path: Path) -> None:
    """The keys are there, what stood in the status line is gone: told, unless it is not wanted.

    Bug shown: the doctor was silent.
    """
    without_keys = findings(here).get("segment", [])
    bind(tmux_server, tmp_path, str(ROOT / "shell" / "cst"))
    fine = findings(here).get("segment", [])
    tmux_server.run("set-option", "-g", "status-right", "#H %H:%M")
    tmux_server.run("set-option", "-g", "@cst-added-status-right", " #(cst status --format tmux)")  # the plugin's note
    (gone,) = findings(here)["segment"]
    tmux_server.run("set-option", "-g", "@cst-status", "off")

    assert (without_keys, fine, findings(here).get("segment", [])) == ([], [], [])
    assert (gone.outcome, "not its segment" in gone.found, "below the theme" in gone.fix) == ("note", True, True)


def test_a_status_line_that_leaves_the_segment_out(here: Settings, tmux_server: TmuxServer, tmp_path: Path) -> None:
    """It is in status-right, and a theme draws the line without that, or one session has a status-right of its own. Wherever
    else somebody has put it is fine, and a status line that is switched off needs none."""
    bind(tmux_server, tmp_path, str(ROOT / "shell" / "cst"))
    tmux_server.new("other")

    def told(*options: str) -> list[str]:
        tmux_server.run("set-option", *options)
        return [finding.found.partition(", but ")[2] for finding in findings(here).get("segment", [])]

    own = told("-t", "other", "status-right", "mine")
    back = told("-u", "-t", "other", "status-right")
    theme = told("-g", "status-format[0]", "#[align=left]a theme")
    second = told("-g", "status-format[1]", "#(cst status --format tmux)")
    tmux_server.run("set-option", "-gu", "status-format[1]")
    off = told("-g", "status", "off")

    assert (back, second, off) == ([], [], [])
    assert [len(one) for one in (own, theme)] == [1, 1]
    assert ("1 of its" in own[0], "all its sessions" in theme[0]) == (True, True)


@pytest.mark.parametrize("name", ["XDG_STATE_HOME", "CST_STATE_DIR"])
def test_a_state_folder_of_the_shell_alone(here: Settings, tmux_server: TmuxServer, home: Path, name: str) -> None:
    """A variable of the shell's rc file that the server does not have: its status line would know no mark of yours. The
    command that is named puts it right.

    Bug shown: the doctor was silent, and the shell said all clear while the status line did not.
    """
    same = findings(here).get("surroundings", [])
    shell = load({**os.environ, name: str(home / "my state")})
    own = shell._replace(tmux=here.tmux, tmux_program=here.tmux_program)
    (apart,) = findings(own, **{name: str(home / "my state")})["surroundings"]
    subprocess.run(["sh", "-c", apart.fix], check=True, env=tmux_server.env)

    assert (same, apart.outcome, "another state folder" in apart.found, name in apart.found) == ([], "wrong", True, True)
    assert "surroundings" not in findings(own, **{name: str(home / "my state")})
    (back,) = findings(here)["surroundings"]
    assert back.fix == f"tmux -S {tmux_server.socket} set-environment -g -u {name}"


def test_a_key_that_stands_in_tmux_conf_too(here: Settings, tmux_server: TmuxServer, home: Path, tmp_path: Path) -> None:
    """The line that comes last has it. Bug shown: all was reported as fine."""
    bind(tmux_server, tmp_path, str(ROOT / "shell" / "cst"))
    (home / ".tmux.conf").write_text("bind a send-prefix\n")
    told = [finding for finding in findings(here)["keys"] if "send-prefix" in finding.found]

    assert [finding.found for finding in told] == [f"prefix a is `cst next`, and {home}/.tmux.conf, line 1 has it too: send-prefix"]


def test_no_server_is_started(here: Settings, tmux_server: TmuxServer, home: Path, tmp_path: Path) -> None:
    """Where none runs, none is asked for its keys: it would run a person's tmux.conf. Bug shown: it did."""
    (home / ".tmux.conf").write_text(f"run-shell 'touch {tmp_path}/ran'\n")
    tmux_server.run("kill-server")
    findings(here)
    time.sleep(0.3)

    assert not (tmp_path / "ran").exists()


def test_a_key_that_tmux_has_a_use_for(here: Settings, tmux_server: TmuxServer, tmp_path: Path) -> None:
    """Ours on such a key is said, with what the key did: of `n` in each version, of `g` since 3.8."""
    bind(tmux_server, tmp_path, str(ROOT / "shell" / "cst"))
    by_itself = [finding.found for finding in findings(here)["keys"][1:]]
    tmux_server.run("bind-key", "n", "run-shell", f"{ROOT}/shell/cst next")
    found = [finding for finding in findings(here)["keys"][1:] if finding.found not in by_itself]

    assert all("calls `cst pick`, not what tmux has there" in told for told in by_itself)
    assert [(f.outcome, f.found) for f in found] == [
        ("note", f"prefix n on {tmux_server.socket} calls `cst next`, not what tmux has there: next-window")
    ]


def test_servers_and_focus_events(here: Settings, tmux_server: TmuxServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server answers; its version is the program's; focus events are told as they are."""
    assert one(here, "servers").found == f"1 reached: {tmux_server.socket}"
    assert one(here, "focus").outcome == "note"
    tmux_server.run("set-option", "-s", "focus-events", "on")
    assert one(here, "focus").outcome == "ok"
    configured = here._replace(tmux_sockets=("/none/socket",))
    assert findings(configured)["servers"][0].outcome == "wrong"


def test_fzf_is_run(own: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """One that does not start is wrong, and so is an old one."""
    assert one(own, "fzf").outcome == "ok"
    old = tmp_path / "fzf"
    old.write_text("#!/bin/sh\necho 0.38.0\n")
    old.chmod(0o755)
    for path in (str(old), "/none/fzf"):
        monkeypatch.setattr("cst.fzf.launch.bundled", lambda: path)  # noqa: B023
        assert one(own, "fzf").outcome == "wrong"


def test_what_python_compiles_at_each_start(own: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A module that was never compiled, or was changed since, is noted, and how to fix that; PEP 552's kinds are not."""
    module = tmp_path / "module.py"
    module.write_text("x = 1\n")
    assert not tools.compiled(str(module))
    py_compile.compile(str(module))
    assert tools.compiled(str(module))
    module.write_text("x = 23\n")
    assert not tools.compiled(str(module))
    py_compile.compile(str(module), invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
    assert tools.compiled(str(module))

    monkeypatch.setattr(tools, "compiled", lambda _: False)
    assert [finding.outcome for finding in findings(own)["cst"]][-1] == "note"
    assert f"-m compileall -q {ROOT / 'cst'}" in findings(own)["cst"][-1].fix


@pytest.mark.parametrize(("env", "outcome"), [({"LANG": "de_DE.UTF-8"}, "ok"), ({"LC_ALL": "C"}, "note")])
def test_locale(own: Settings, env: dict[str, str], outcome: str) -> None:
    assert one(own, "locale", **{"LC_ALL": "", "LC_CTYPE": "", "LANG": "", **env}).outcome == outcome
