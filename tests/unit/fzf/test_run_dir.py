"""The private folder of an open picker."""

from __future__ import annotations

import contextlib
import os
import stat
import subprocess
import threading
import time
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


def test_gone_while_a_page_is_being_written(short: str) -> None:
    """A thread that writes without end keeps nothing there, neither in the folder nor in a host's folder of pages.

    Bug shown: a page written in the midst of it kept the folder, and no later picker could tell whose it was."""
    for turn in range(60):
        folder = run_dir.RunDir((short,))
        over = threading.Event()

        def write(folder: run_dir.RunDir = folder, over: threading.Event = over) -> None:
            number = 0
            while not over.is_set():
                number += 1
                with contextlib.suppress(CstError, OSError):
                    folder.write(("rows", f"pages/{number}", f"pages/box{number}/1")[number % 3], "x")

        writer = threading.Thread(target=write)
        writer.start()
        time.sleep(turn / 20_000)
        folder.close()
        over.set()
        writer.join()

        assert os.listdir(short) == []


def test_one_that_was_killed_while_it_tidied_up_is_swept(short: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What says whose folder it is goes last."""
    removed: list[str] = []
    monkeypatch.setattr(os, "unlink", lambda path: removed.append(path) or os.remove(path))
    closed = run_dir.RunDir((short,))
    closed.write("text", "x")
    closed.close()
    assert len(removed) > 4
    assert removed[-1].endswith("/space")

    process = subprocess.Popen(["true"])
    process.wait()
    folder = Path(short) / f"cst-pick.{process.pid}.ab{run_dir.GONE}"
    folder.mkdir()
    (folder / "space").symlink_to(run_dir._space())

    run_dir.sweep(short)

    assert os.listdir(short) == []


def test_an_empty_one_of_long_ago_is_swept(tmp_path: Path) -> None:
    """A picker that was killed at its first step, before it could say whose it is, or at its last one; not one that is
    being made, nor what has something in it."""
    names = ("cst-pick.7.ab", f"cst-pick.7.cd{run_dir.GONE}", "cst-pick.7.new", "cst-pick.7.full", "cst-x")
    made = [tmp_path / "above" / name for name in names]
    for folder in made:
        folder.mkdir(parents=True)
    (made[3] / "rows").write_text("x")
    for folder in (*made[:2], *made[3:]):
        os.utime(folder, (time.time() - 61,) * 2)
    run_dir.sweep(str(tmp_path / "above"))

    assert [folder for folder in made if folder.exists()] == made[2:]


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
        (folder / "space").symlink_to(run_dir._space())

    run_dir.sweep(str(above))

    assert sorted(above.iterdir()) == [alive, other]


def test_what_another_pid_namespace_has_is_not_swept(tmp_path: Path, short: str) -> None:
    """A container that shares the folder sees no picker of ours alive, nor we one of its own."""
    dead = subprocess.Popen(["true"])
    dead.wait()
    for number, space in enumerate(("pid:[1]", "")):
        folder = tmp_path / f"cst-pick.{dead.pid}.{number}"
        folder.mkdir()
        if space:
            (folder / "space").symlink_to(space)
    run_dir.sweep(str(tmp_path))
    assert len(list(tmp_path.glob("cst-pick.*"))) == 2

    ours = run_dir.RunDir((short,))
    assert os.readlink(ours.path("space")) == run_dir._space()
    ours.close()


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


@pytest.mark.parametrize("mode", [0o777, 0o757])
def test_a_parent_that_others_can_write(tmp_path: Path, short: str, mode: int) -> None:
    """Without the sticky bit anybody could put a folder of their own in the place of ours: the next parent is taken,
    and nothing is left behind. With it nobody can."""
    open_to_all = Path(short) / "open"
    open_to_all.mkdir()
    open_to_all.chmod(mode)

    elsewhere = run_dir.RunDir((str(open_to_all), short))
    elsewhere.close()
    left = list(open_to_all.iterdir())
    with pytest.raises(CstError, match="can be written by others; set TMPDIR"):
        run_dir.RunDir((str(open_to_all),))
    open_to_all.chmod(0o1777)
    sticky = run_dir.RunDir((str(open_to_all), short))
    sticky.close()

    assert os.path.dirname(elsewhere.folder) == short
    assert left == list(open_to_all.iterdir()) == []
    assert os.path.dirname(sticky.folder) == str(open_to_all)


def test_what_others_could_have_swapped_is_not_swept(short: str) -> None:
    """A folder of ours below such a parent may lead elsewhere by the time it is emptied."""
    parent = Path(short) / "open"
    parent.mkdir()
    process = subprocess.Popen(["true"])
    process.wait()
    (parent / f"cst-pick.{process.pid}.ab").mkdir()
    (parent / f"cst-pick.{process.pid}.ab" / "space").symlink_to(run_dir._space())
    parent.chmod(0o777)

    run_dir.sweep(str(parent))
    kept = len(list(parent.iterdir()))
    parent.chmod(0o700)
    run_dir.sweep(str(parent))

    assert (kept, len(list(parent.iterdir()))) == (1, 0)


@pytest.mark.skipif(os.getuid() != 0, reason="mounting needs root")
def test_a_full_file_system(tmp_path: Path, short: str) -> None:
    """The next parent is taken; one that fills up later is an error that says what to do."""
    small = Path(short) / "small"
    small.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=512k", "none", str(small)], check=False).returncode:
        pytest.skip("mounting is not allowed here")
    try:
        small.chmod(0o700)
        folder = run_dir.RunDir((str(small), short))
        (small / "ballast").write_bytes(bytes(400 * 1024))
        elsewhere = run_dir.RunDir((str(small), short))
        elsewhere.close()
        with pytest.raises(CstError, match="No space left on device; make room there"):
            folder.write("rows", "x" * 512 * 1024)
        folder.close()
        left = sorted(small.iterdir())
    finally:
        subprocess.run(["umount", str(small)], check=True)

    assert os.path.dirname(folder.folder) == str(small)
    assert os.path.dirname(elsewhere.folder) == short
    assert left == [small / "ballast"]
