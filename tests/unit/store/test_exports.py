"""The files that shells read: written by the reading verbs, whole or not at all, and never worth a word."""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest

from cst.render import shell_exports
from cst.settings import Settings
from cst.store import exports
from cst.system import processes
from tests.testing import Live, cst, registry_entry, started, write_registry
from tests.unit.render.test_shell_exports import NOW, session


@pytest.fixture
def folder(home: Path) -> Path:
    return home / ".local/state/cst"


def test_status_leaves_prompt_and_names(home: Path, claude: Path, live: Live, folder: Path) -> None:
    """After `cst status` the prompt's line and the names are there, for nobody else to read."""
    pid = live.start()
    write_registry(claude, registry_entry(pid, procStart=started(pid), status="busy", tmux=None, name="api", nameSource="user"))
    done = cst("status", "--format", "tmux")

    assert done.returncode == 0
    assert (folder / "names").read_text() == "api\tworking · alpha\n"
    first, second = (folder / "prompt").read_text().splitlines()
    since, until = map(int, second.split()[:2])
    assert first.endswith(" 60 1 working")
    assert second.split()[2] == processes.boot_id()
    assert (until - since, 0 <= processes.uptime() - since < 30) == (60, True)
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir() if path.is_file()} == {0o600}
    assert sorted(path.name for path in folder.iterdir() if path.is_file()) == ["names", "prompt"]


def test_ls_leaves_names_only(home: Path, claude: Path, live: Live, folder: Path) -> None:
    """`cst ls` refreshes the names; the prompt's line is `status`'s."""
    pid = live.start()
    write_registry(claude, registry_entry(pid, procStart=started(pid), status="busy", tmux=None))
    cst("ls")

    assert [path.name for path in folder.iterdir() if path.is_file()] == ["names"]


def test_names_that_did_not_change_are_not_written(own: Settings, folder: Path) -> None:
    """The file is left alone while its content would be the same."""
    exports.write(own, shell_exports.files([session(1)]))
    before = (folder / "names").stat()
    exports.write(own, shell_exports.files([session(1)]))
    after = (folder / "names").stat()

    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_sessions_that_are_gone_are_not_offered(own: Settings, folder: Path) -> None:
    """The last session leaves an empty file behind."""
    exports.write(own, shell_exports.files([session(1)]))
    exports.write(own, shell_exports.files([]))

    assert (folder / "names").read_text() == ""


@pytest.mark.parametrize("obstacle", ["a file", "a link", "no right"])
def test_a_folder_that_cannot_be_written(home: Path, folder: Path, obstacle: str) -> None:
    """The line is printed all the same, without a word on stderr."""
    folder.parent.mkdir(parents=True)
    if obstacle == "a file":
        folder.write_text("mine")
    elif obstacle == "a link":
        folder.symlink_to("/proc/version/x")
    else:
        folder.mkdir(0o500)
    done = cst("status", "--format", "json")

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("{")


def test_a_recording_leaves_nothing(own: Settings, folder: Path) -> None:
    """What is replayed is not the present."""
    exports.write(own._replace(replay="/x"), shell_exports.files([session(1)], NOW, 500.0, "a-1"))

    assert not folder.exists()


def test_a_reader_sees_a_whole_file(own: Settings, folder: Path) -> None:
    """While two write by turns, a reader finds the one text or the other, and nothing stays behind."""
    texts = [[session(n, name=f"name-{n}-{'x' * 60}") for n in range(1, 60 + more)] for more in (0, 40)]
    exports.write(own, shell_exports.files(texts[0]))
    wanted = {len(texts[0]), len(texts[1])}
    over = threading.Event()
    found: set[int] = set()

    def read() -> None:
        while not over.is_set():
            found.add((folder / "names").read_text().count("\n"))

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(300):
        exports.write(own, shell_exports.files(texts[number % 2]))
    over.set()
    reader.join()

    assert found <= wanted
    assert os.listdir(folder) == ["names"]
