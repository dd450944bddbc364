"""Which folder of a demo is swept: that of an owner who is seen to be dead."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from cst.demo import folder
from cst.system import processes
from tests.testing import ROOT
from tests.testing.hosts import require


def demo(parent: Path, owner: str) -> Path:
    """A folder whose owner is written down so."""
    made = parent / f"{folder.PREFIX}{len(list(parent.iterdir()))}"
    made.mkdir(mode=0o700)
    (made / "owner").write_text(owner + "\n")
    return made


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where demos of this test are."""
    made = tmp_path / "stage"
    made.mkdir()
    monkeypatch.setattr(folder, "_base", lambda: str(made))
    return made


def test_only_what_is_certainly_dead_is_swept(stage: Path) -> None:
    """Not one that lives, one of another pid namespace, one that does not say of which, nor what is no demo's."""
    here, me = folder._namespace(), f"{os.getpid()} {processes.start_of(os.getpid())}"
    dead = demo(stage, f"{1 << 22} 1 {here}"), demo(stage, f"{os.getpid()} 1 {here}")
    kept = [demo(stage, owner) for owner in (f"{me} {here}", f"{1 << 22} 1 pid:[1]", f"{me} pid:[1]", f"{1 << 22} 1", "x", "")]
    folder.sweep()

    assert [one for one in dead if one.exists()] == []
    assert [one for one in kept if not one.exists()] == []


def test_one_that_was_killed_while_it_tidied_up_is_swept(stage: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """At whatever step: whose it is goes last. Bug shown: where that went before others, the folder stayed for ever."""

    class Killed(BaseException):
        pass

    steps, real = 0, {name: getattr(os, name) for name in ("unlink", "rmdir")}
    while True:
        steps += 1
        made = demo(stage, f"{1 << 22} 1 {folder._namespace()}")
        for name in ("a/b/c", "home/.claude/x", "z"):
            (made / name).parent.mkdir(parents=True, exist_ok=True)
            (made / name).write_text("x")
        left = steps

        def step(name: str) -> Any:
            def call(*words: Any, **named: Any) -> Any:
                nonlocal left
                left -= 1
                if not left:
                    raise Killed
                return real[name](*words, **named)

            return call

        with monkeypatch.context() as patch:
            for name in ("unlink", "rmdir"):
                patch.setattr(os, name, step(name))
            try:
                folder.clear(str(made))
                break
            except Killed:
                os.utime(made, (time.time() - 61,) * 2)  # an empty one may be new
        folder.sweep()
        assert list(stage.iterdir()) == []
    assert steps > 8


def test_an_empty_one_of_long_ago_is_swept(stage: Path) -> None:
    """Its owner was killed before it could say who it is. Not one that is being made."""
    old, new = stage / f"{folder.PREFIX}old", stage / f"{folder.PREFIX}new"
    for one in (old, new):
        one.mkdir(mode=0o700)
    os.utime(old, (time.time() - 61,) * 2)
    folder.sweep()

    assert (old.exists(), new.exists()) == (False, True)


def test_a_container_that_shares_the_folder(tmp_path: Path) -> None:
    """Bug shown: a demo that began in there ended the one that ran here, whose owner has no pid there."""
    require("unshare")
    base = tmp_path / "tmp"
    base.mkdir()
    made = base / f"{folder.PREFIX}here"
    folder.make(str(made))
    code = f"from cst.demo import folder; folder._base = lambda: {str(base)!r}; folder.sweep(); print('swept')"
    words = ["unshare", "--pid", "--fork", "--mount-proc", sys.executable, "-c", code]
    done = subprocess.run(words, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=True)

    assert done.stdout == "swept\n"
    assert made.exists()


def test_a_demo_that_is_gone_ends_no_server_of_that_name(tmp_path: Path) -> None:
    """Its server is named by path. Bug shown: without its folder, tmux looked for `demo` in /tmp, where it may be
    the user's own."""
    told, tmux, gone = tmp_path / "told", tmp_path / "tmux", tmp_path / "gone"
    tmux.write_text(f'#!/bin/sh\necho "$*" >{told}\n')
    tmux.chmod(0o755)
    folder.tmux(str(gone), "kill-server", env={"CST_TMUX": str(tmux), "PATH": os.environ["PATH"]})

    assert told.read_text() == f"-u -S {folder.socket_of(str(gone))} -f {gone}/tmux.conf kill-server\n"
