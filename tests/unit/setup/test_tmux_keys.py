"""Which keys `cst init tmux` binds, and which of them do something else."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from cst.model import UsageError
from cst.settings import Settings
from cst.setup import tmux_conf, tmux_keys
from cst.setup.tmux_conf import DEFAULT_KEYS
from tests.testing import TmuxServer, cst


def init(*words: str, server: TmuxServer | None = None) -> tuple[str, list[str]]:
    """What `cst init tmux` prints, which has to succeed, and what it says on stderr."""
    env = {"TMUX": f"{server.socket},1,0"} if server else {}
    done = cst("init", "tmux", *words, env=env)

    assert done.returncode == 0
    return done.stdout, done.stderr.splitlines()


def test_a_key_that_the_running_tmux_has(tmux_server: TmuxServer) -> None:
    """It is named with what it does; ours, and what tmux itself has there, are not.

    Bug shown: `bind a send-prefix`, which many have beside prefix C-a, was taken without a word.
    """
    tmux_server.new("main")
    quiet = init(server=tmux_server)
    tmux_server.run("bind-key", "a", "send-prefix")
    tmux_server.run("bind-key", "g", "run-shell", "/opt/cst pick")
    lines, said = init(server=tmux_server)

    assert quiet == (lines, [])
    assert said == [f"cst: prefix a does something else now (send-prefix, in the tmux at {tmux_server.socket}); `--key next=KEY` "
                    "takes another one"]  # fmt: skip


def test_a_key_in_a_tmux_conf(home: Path) -> None:
    """Where no tmux runs, the file says it; our own lines in it do not count."""
    conf = home / ".tmux.conf"
    conf.write_text("set -g mouse on\nbind-key -r -T prefix g choose-tree\nbind -n A kill-pane\n" + cst("init", "tmux").stdout)
    _, said = init()

    assert said == ["cst: prefix g does something else now (choose-tree, in ~/.tmux.conf, line 2); `--key pick=KEY` takes another one"]


def test_another_key(tmux_server: TmuxServer, tmp_path: Path) -> None:
    """After the prefix, without it, or none; the comments say so too, and tmux takes the lines."""
    lines, said = init("--key", "next=C-a", "--key", "pick=-n M-g,seen=off", server=tmux_server)
    (tmp_path / "conf").write_text(lines)
    tmux_server.new("main")
    tmux_server.run("source-file", str(tmp_path / "conf"))
    bound = tmux_keys.bound_on(tmux_server.program, tmux_server.socket)
    ours = {key: tmux_keys.call_in(command)[1] for key, command in bound.items() if tmux_keys.call_in(command)[0]}

    assert said == []
    assert ours == {
        ("prefix", "C-a"): "next", ("prefix", "A"): "back", ("root", "M-g"): "pick", ("root", "MouseDown1StatusRight"): "next",
    }  # fmt: skip
    assert "# prefix C-a " in lines
    assert "# M-g " in lines
    assert "prefix v" not in lines


def test_without_a_wish_the_lines_are_the_example() -> None:
    assert tmux_conf.bindings("/opt/cst", DEFAULT_KEYS) == tmux_conf.bindings("/opt/cst")


def test_the_plugin_is_told_of_other_keys() -> None:
    """As the options that it has for them."""
    lines, _ = init("--plugin", "--key", "next=-n M-a")

    assert "set-option -g @cst-next-key '-n M-a'\nrun-shell " in lines
    assert "@cst-pick-key" not in lines


@pytest.mark.parametrize(
    ("word", "why"),
    [
        ("nxt=a", "NAME is next, back, pick, seen"), ("next", "--key takes NAME=KEY"), ("next=", "is not a key"),
        ("next=x y", "is not a key"), ("next='", "is not a key"), ("next=g", "two things to do"), ("next=#(date)", "is not a key"),
    ],
)  # fmt: skip
def test_a_word_that_is_no_key(word: str, why: str) -> None:
    """Nothing that tmux would read as something else gets into a tmux.conf."""
    with pytest.raises(UsageError, match=why):
        tmux_keys.chosen([word])


def test_no_server_is_started(own: Settings, tmux_server: TmuxServer, home: Path, tmp_path: Path) -> None:
    """Where none runs, none is asked for its keys: it would run all of tmux.conf."""
    (home / ".tmux.conf").write_text(f"run-shell 'touch {tmp_path}/ran'\n")
    tmux_server.new("main")
    tmux_server.run("kill-server")
    found = tmux_keys.taken(own, DEFAULT_KEYS, [tmux_server.socket], [])
    time.sleep(0.3)

    assert (found, os.path.exists(tmp_path / "ran")) == ([], False)
