"""The private folder of an open picker."""

from __future__ import annotations

import os
import stat
import subprocess
from pathlib import Path

import pytest

from cst.fzf import run_dir
from cst.model import CstError


def test_private_and_gone(short: str) -> None:
    """Only its owner can look inside; closing twice leaves nothing."""
    above = Path(short)
    folder = run_dir.RunDir((short,))
    folder.write("rows", "x")
    folder.write("pages/1.2.80.40", "y")
    mode = stat.S_IMODE(os.stat(folder.folder).st_mode)
    folder.close()
    folder.close()

    assert mode == 0o700
    assert list(above.iterdir()) == []


def test_a_binding_never_waits(short: str) -> None:
    """It opens the pipe for both, so that it returns even if nobody reads any more."""
    folder = run_dir.RunDir((short,))
    os.close(folder.calls)
    folder.calls = -1

    done = subprocess.run(["sh", "-c", f'echo x 1<>"{folder.path("calls")}"'], timeout=5, check=False)

    folder.call("after the end")
    assert done.returncode == 0
    folder.close()


def test_what_dead_pickers_left_is_swept(tmp_path: Path) -> None:
    """Of a process that is gone; not of one that lives, and nothing that is called otherwise."""
    process = subprocess.Popen(["true"])
    process.wait()
    above = tmp_path / "above"
    names = (f"cst-pick.{process.pid}.ab", f"cst-pick.{os.getpid()}.cd", "cst-x")
    dead, alive, other = (above / name for name in names)
    for folder in (dead, alive, other):
        (folder / "pages").mkdir(parents=True)
        (folder / "rows").write_text("x")

    run_dir.sweep(str(above))

    assert sorted(above.iterdir()) == [alive, other]


def test_nowhere_to_write() -> None:
    """One sentence that says what to set."""
    with pytest.raises(CstError, match="set TMPDIR"):
        run_dir.RunDir(("/proc/nowhere",))


def test_a_long_path_is_passed_over(tmp_path: Path, short: str) -> None:
    """A socket could not have one: the next folder is taken."""
    long = tmp_path / ("x" * 90)
    long.mkdir()

    folder = run_dir.RunDir((str(long), short))
    folder.close()

    assert folder.folder.startswith(short)
