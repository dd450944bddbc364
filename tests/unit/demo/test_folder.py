"""Which folder of a demo is swept: that of an owner who is seen to be dead."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

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
