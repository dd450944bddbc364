"""A settings file is replaced whole or not at all, and only where that harms nobody."""

from __future__ import annotations

import fcntl
import os
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import IO

import pytest

from cst.model import CstError
from cst.setup import locked_file
from cst.setup.locked_file import Contents
from tests.testing import MALLORY, ROOT, two_users, until


def change(path: Path, data: bytes | None) -> None:
    found = locked_file.read(str(path))
    locked_file.check(found)
    with locked_file.locked(found.path):
        locked_file.replace(found, data)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "folder" / "settings.json"
    path.parent.mkdir()
    path.write_bytes(b"{}\r\n")
    return path


@pytest.mark.parametrize("mode", [0o600, 0o644, 0o664, 0o640])
def test_mode_and_owner_stay(file: Path, mode: int) -> None:
    """The new file has what the old one had, and nothing else is left in the folder."""
    file.chmod(mode)
    before = file.stat()
    change(file, b"new")
    after = file.stat()

    assert file.read_bytes() == b"new"
    assert (stat.S_IMODE(after.st_mode), after.st_uid, after.st_gid) == (mode, before.st_uid, before.st_gid)
    assert before.st_ino != after.st_ino
    assert os.listdir(file.parent) == ["settings.json"]


def test_a_reader_of_the_old_file_reads_on(file: Path) -> None:
    """The file is replaced, not rewritten: who has it open sees the old bytes."""
    with file.open("rb") as held:
        change(file, b"new")

        assert held.read() == b"{}\r\n"


def test_a_link_stays_a_link(file: Path, tmp_path: Path) -> None:
    """What is written is the file that it leads to, over several links, relative ones too."""
    (tmp_path / "dots").mkdir()
    (tmp_path / "dots" / "one").symlink_to("../folder/settings.json")
    link = tmp_path / "two"
    link.symlink_to(tmp_path / "dots" / "one")
    change(link, b"new")

    assert link.is_symlink()
    assert (tmp_path / "dots" / "one").is_symlink()
    assert (file.read_bytes(), file.is_symlink()) == (b"new", False)


@pytest.mark.parametrize("kind", ["dangling", "loop", "folder", "fifo", "of a dangling folder"])
def test_what_is_no_file_is_refused(tmp_path: Path, kind: str) -> None:
    """Links that lead nowhere, folders, pipes: a reason, no hang, and nothing is made."""
    path = tmp_path / "settings.json"
    if kind == "dangling":
        path.symlink_to(tmp_path / "gone")
    elif kind == "loop":
        path.symlink_to(path)
    elif kind == "folder":
        path.mkdir()
    elif kind == "fifo":
        os.mkfifo(path)
    else:
        (tmp_path / "link").symlink_to(tmp_path / "gone")
        path = tmp_path / "link" / "settings.json"
    before = sorted(os.listdir(tmp_path))
    with pytest.raises(CstError, match="; fix"):
        change(path, b"new")

    assert before == sorted(os.listdir(tmp_path))


def test_a_read_only_file_is_refused(file: Path) -> None:
    """Mode 0444 means leave it; root, whom no mode stops, is held to it too."""
    file.chmod(0o444)
    with pytest.raises(CstError, match=r"is read-only.*chmod u"):
        change(file, b"new")

    assert file.read_bytes() == b"{}\r\n"


def test_a_read_only_folder_is_refused(file: Path) -> None:
    """Before anything is written into it, the lock included."""
    file.parent.chmod(0o555)
    try:
        with pytest.raises(CstError, match=r"cannot write into .*folder; fix its permissions"):
            change(file, b"new")
    finally:
        file.parent.chmod(0o755)

    assert os.listdir(file.parent) == ["settings.json"]


def test_a_file_with_two_names_is_refused(file: Path, tmp_path: Path) -> None:
    """Replacing it would part them."""
    os.link(file, tmp_path / "other")
    with pytest.raises(CstError, match="2 names"):
        change(file, b"new")


def test_somebody_elses_file_is_refused(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whose it is decides, not whether we could."""
    monkeypatch.setattr(os, "geteuid", lambda: file.stat().st_uid + 1)
    with pytest.raises(CstError, match="belongs to another user"):
        change(file, b"new")


def test_a_private_file_is_not_made_in_somebody_elses_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As root in a home that is not root's, its owner could not read it; a project's file is for all."""
    monkeypatch.setattr(os, "geteuid", lambda: tmp_path.stat().st_uid + 1)
    found = locked_file.read(str(tmp_path / "new" / "settings.json"))
    locked_file.check(found)
    with pytest.raises(CstError, match="belongs to another user"):
        locked_file.check(found, private=True)


@two_users
def test_a_file_for_all_is_made_in_a_colleagues_folder(file: Path) -> None:
    """A project's, that a group can write into: nothing is written into the lock. Bug shown: "cannot lock"."""
    file.unlink()
    os.chown(file.parent, MALLORY, MALLORY)
    change(file, b"new")

    assert file.read_bytes() == b"new"
    assert os.listdir(file.parent) == ["settings.json"]


def test_a_disk_that_fails_leaves_the_old_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rename is refused (as on an immutable file): the reason, the old bytes, nothing beside them."""
    def refuse(*_: object) -> None:
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(CstError, match=r"cannot write .*settings\.json: Operation not permitted; it is as it was"):
        change(file, b"new")

    assert (file.read_bytes(), os.listdir(file.parent)) == (b"{}\r\n", ["settings.json"])


@pytest.mark.parametrize("now", [b"theirs", None])
def test_a_file_that_somebody_changed_meanwhile_is_left(file: Path, now: bytes | None) -> None:
    """Compared again under the lock, after the new bytes are on the disk."""
    found = locked_file.read(str(file))
    file.write_bytes(now) if now else file.unlink()
    for data in (b"new", None):
        with locked_file.locked(found.path), pytest.raises(CstError, match="changed by somebody else"):
            locked_file.replace(found, data)

    assert (file.read_bytes() if file.exists() else None) == now
    assert os.listdir(file.parent) == (["settings.json"] if now else [])


def test_the_lock_is_waited_for(file: Path) -> None:
    """Who comes second waits until the first is done."""
    order = []

    def second() -> None:
        with locked_file.locked(str(file)):
            order.append("second")

    thread = threading.Thread(target=second)
    with locked_file.locked(str(file)):
        thread.start()
        time.sleep(0.2)
        order.append("first")
    thread.join(10)

    assert order == ["first", "second"]
    assert os.listdir(file.parent) == ["settings.json"]


def test_a_lock_file_that_is_gone_is_no_lock(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who held it removed it between our opening it and our lock: the next one would make another and lock that."""
    lock = file.parent / ".settings.json.cst-lock"
    real, calls = fcntl.flock, list[int]()

    def flock(fd: int, how: int) -> None:
        if not calls:
            lock.unlink()
        calls.append(fd)
        real(fd, how)

    monkeypatch.setattr(fcntl, "flock", flock)
    with locked_file.locked(str(file)):
        assert lock.exists()

    assert len(calls) == 2


def test_a_lock_that_nobody_gives_back_is_named(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The wait has an end; a lock file that nobody holds, of one that was killed, stops nobody."""
    monkeypatch.setattr(locked_file, "WAIT", 0.2)
    lock = file.parent / ".settings.json.cst-lock"
    lock.touch()
    change(file, b"one")
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(CstError, match=r"another cst has held .*cst-lock for 0 seconds"):
            change(file, b"two")

    assert file.read_bytes() == b"one"


def test_killed_in_the_middle(file: Path) -> None:
    """kill -9 at any moment leaves the old bytes or the new ones, and what it leaves beside them goes next time."""
    old, new = b"o" * 3_000_000, b"n" * 3_000_000
    code = (
        "import sys; from cst.setup import locked_file as s; f = s.read(sys.argv[1]); print(1, flush=True)\n"
        f"with s.locked(f.path): s.replace(f, b'n' * {len(new)})\n"
    )
    seen = set()
    for number in range(200):
        file.write_bytes(old)
        with subprocess.Popen([sys.executable, "-c", code, str(file)], cwd=ROOT, stdout=subprocess.PIPE) as process:
            assert process.stdout
            assert process.stdout.readline() == b"1\n"
            time.sleep(number * 0.0005)
            process.kill()
        data = file.read_bytes()
        assert data in (old, new)
        seen.add(data == new)
        if number >= 40 and seen == {False, True}:
            break  # a busy machine takes longer to get to the new ones
    change(file, b"end")

    assert seen == {False, True}
    assert os.listdir(file.parent) == ["settings.json"]


def test_backups_are_kept_apart(file: Path) -> None:
    """Several within a second get names of their own, with the mode of the file; the newest five stay."""
    file.chmod(0o640)
    made = []
    for number in range(8):
        file.write_text(str(number))
        made.append(locked_file.back_up(locked_file.read(str(file))))
    left = sorted(str(path) for path in file.parent.glob("settings.json.cst-backup-*"))

    assert len(set(made)) == 8
    assert left == made[-5:]
    assert [Path(path).read_text() for path in left] == ["3", "4", "5", "6", "7"]
    assert {stat.S_IMODE(os.stat(path).st_mode) for path in left} == {0o640}


def test_a_new_file_is_private_or_as_the_umask_says(tmp_path: Path) -> None:
    """A mode that is given holds whatever the umask; none given: the umask."""
    before = os.umask(0o027)
    try:
        for name, mode in (("private", 0o600), ("shared", None)):
            with locked_file.locked(str(tmp_path / name)):
                locked_file.replace(Contents(str(tmp_path / name), None, mode), b"x")
    finally:
        os.umask(before)

    assert [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("private", "shared")] == [0o600, 0o640]


def test_folders_are_made_and_told(tmp_path: Path) -> None:
    """Only those that were missing, the deepest last."""
    (tmp_path / "a").mkdir()
    made = locked_file.make_folder(str(tmp_path / "a" / "b" / "c" / "settings.json"), 0o700)

    assert made == [str(tmp_path / "a" / "b"), str(tmp_path / "a" / "b" / "c")]
    assert stat.S_IMODE(os.stat(made[1]).st_mode) == 0o700
    assert until(lambda: locked_file.make_folder(str(tmp_path / "a" / "x.json"), 0o700) == [])


def test_a_file_that_is_empty_for_a_moment(file: Path) -> None:
    """Who writes it in place empties it first: it is read again. Bug shown: it was taken for no settings, and what was
    being written was lost."""
    with file.open("wb") as writer:
        timer = threading.Timer(0.2, lambda: (writer.write(b'{"theirs": 1}'), writer.flush()))
        timer.start()
        found = locked_file.read(str(file))
        timer.join()

    assert found.data == b'{"theirs": 1}'


def test_a_file_that_stays_empty_while_it_is_written(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is refused as long as somebody is at it; one that was empty before is no settings."""
    monkeypatch.setattr(locked_file, "SETTLED", 0.2)
    over = threading.Event()

    def write_nothing() -> None:
        while not over.is_set():
            os.utime(file)
            time.sleep(0.01)

    file.write_bytes(b"")
    writer = threading.Thread(target=write_nothing)
    writer.start()
    try:
        with pytest.raises(CstError, match="is empty, and was written to a moment ago; try again once it is settled"):
            locked_file.read(str(file))
    finally:
        over.set()
        writer.join()
    time.sleep(0.3)

    assert locked_file.read(str(file)).data == b""


def test_who_opened_the_old_file_to_write_it_keeps_it(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the last reading and the replacing: what is written goes where the name leads. Bug shown: it was lost."""
    real, opened = os.replace, list[IO[bytes]]()

    def replace(new: str, path: str) -> None:
        if not opened:
            opened.append(file.open("wb"))
        real(new, path)

    found = locked_file.read(str(file))
    monkeypatch.setattr(os, "replace", replace)
    with locked_file.locked(found.path), pytest.raises(CstError, match="was changed by somebody else meanwhile; it is"):
        locked_file.replace(found, b"ours")
    opened[0].write(b"theirs")
    opened[0].close()

    assert (file.read_bytes(), os.listdir(file.parent)) == (b"theirs", ["settings.json"])


def test_who_makes_the_file_in_the_same_moment_keeps_it(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """There was none when it was looked for."""
    file.unlink()
    found = locked_file.read(str(file))
    real = os.link
    monkeypatch.setattr(os, "link", lambda new, path: (file.write_bytes(b"theirs"), real(new, path)))
    with locked_file.locked(found.path), pytest.raises(CstError, match="was changed by somebody else meanwhile"):
        locked_file.replace(found, b"ours")

    assert (file.read_bytes(), os.listdir(file.parent)) == (b"theirs", ["settings.json"])


def test_without_hard_links(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a file system that has none it is replaced all the same, made, and removed."""
    def refuse(*_: str) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    change(file, b"new")
    changed = file.read_bytes()
    change(file, None)
    gone = not file.exists()
    change(file, b"again")

    assert (changed, gone, file.read_bytes(), os.listdir(file.parent)) == (b"new", True, b"again", ["settings.json"])


def test_a_second_name_that_a_killed_one_left_is_none(file: Path) -> None:
    """Nor one that another cst has at this moment; it goes with the next change."""
    os.link(file, file.parent / ".settings.json.cst-new.99.old")
    change(file, b"new")

    assert (file.read_bytes(), os.listdir(file.parent)) == (b"new", ["settings.json"])


def test_half_a_backup_is_none(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not kept, and takes no place of one that is whole, nor its name for a moment: whoever is killed then leaves
    what the next change removes. Bugs shown: five full disks left no backup, a kill half a one."""
    whole = locked_file.back_up(locked_file.read(str(file)))
    named: set[str] = set()

    def full(_: int) -> None:
        named.update(os.listdir(file.parent))
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    for _ in range(locked_file.KEPT + 1):
        with pytest.raises(CstError, match=r"cannot write the backup of .*: No space left on device; nothing was changed"):
            locked_file.back_up(locked_file.read(str(file)))

    assert sorted(os.listdir(file.parent)) == ["settings.json", os.path.basename(whole)]
    assert named == {"settings.json", os.path.basename(whole), f".settings.json.cst-new.{os.getpid()}.backup"}
