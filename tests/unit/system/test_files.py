"""Files that somebody may have put there: what is no file neither blocks nor is read for ever."""

from __future__ import annotations

import ast
import os
import stat
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path

import pytest

from cst.system import files
from tests.testing import (
    ID,
    MALLORY,
    ROOT,
    Live,
    registry_entry,
    started,
    two_users,
    typed,
    write_registry,
    write_transcript,
)

# Every other place that opens something, and why it may: path of the module -> how often, and what.
ELSEWHERE = {
    "jsonl.py": (2, "does the same, and imports nothing"),
    "output.py": (1, "/dev/null"),
    "actions/copy.py": (1, "the terminal, to write to"),
    "actions/paste.py": (1, "a new file, O_EXCL; its descriptor"),
    "commands/record.py": (1, "a new file, O_EXCL; its descriptor"),
    "claude/listing.py": (1, "a folder"),
    "claude/registry.py": (2, "a folder, and /etc/machine-id"),
    "doctor/files.py": (1, "a new file, O_EXCL"),
    "doctor/selftest.py": (3, "in a folder of its own"),
    "setup/locked_file.py": (2, "a new file, O_EXCL, and a folder"),
    "system/orphans.py": (1, "/proc"),
    "system/processes.py": (3, "/proc"),
    "system/tmux.py": (1, "/proc"),
    "system/trust.py": (1, "/proc"),
}
NOT_OURS = ("demo/", "fzf/")  # in folders of their own, and terminals


def _opens(source: str) -> int:
    """How often a module opens something by a path."""
    found = 0
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name) and node.func.value.id == "os":
            name = "open" if node.func.attr == "open" else ""
        first = node.args[0] if node.args else None
        by_descriptor = isinstance(first, ast.Name) and first.id == "fd"
        found += name == "open" and not by_descriptor
    return found


def test_there_is_one_way_to_open_a_file() -> None:
    """What is opened in any other way is listed here, with the reason why it cannot block or go on for ever."""
    found: Counter[str] = Counter()
    for path in sorted((ROOT / "cst").rglob("*.py")):
        name = str(path.relative_to(ROOT / "cst"))
        if name != "system/files.py" and not name.startswith(NOT_OURS) and (count := _opens(path.read_text())):
            found[name] = count

    assert dict(found) == {name: count for name, (count, _) in ELSEWHERE.items()}


@pytest.mark.parametrize("source", ["open('x')", "os.open(path, os.O_RDONLY)", "with open(f'{a}/b', 'rb') as file: pass"])
def test_an_open_elsewhere_is_found(source: str) -> None:
    assert (_opens(source), _opens("open(fd, 'rb')"), _opens("files.open_regular(path)")) == (1, 0, 0)


def _strange(kind: str, path: Path) -> None:
    """Something at this path that is no file with an end."""
    if kind == "fifo":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    else:
        path.symlink_to({"zero": "/dev/zero", "loop": path.name, "tty": "/dev/tty", "nowhere": "/none/x"}[kind])


@pytest.mark.parametrize("kind", ["fifo", "folder", "zero", "loop", "tty", "nowhere"])
@pytest.mark.parametrize("flags", [os.O_RDONLY, os.O_WRONLY | os.O_APPEND, os.O_RDWR], ids=["read", "append", "both"])
def test_what_is_no_file_is_not_opened(tmp_path: Path, kind: str, flags: int) -> None:
    """It is an error at once, that names the path."""
    path = tmp_path / "x"
    _strange(kind, path)
    with pytest.raises(OSError) as caught:  # noqa: PT011  # each kind has a reason of its own
        files.open_regular(str(path), flags)

    assert caught.value.filename == str(path)


def test_a_fifo_that_somebody_reads_is_none_either(tmp_path: Path) -> None:
    """Its other end is open, so that the kernel would let us write."""
    os.mkfifo(tmp_path / "x")
    reader = os.open(tmp_path / "x", os.O_RDONLY | os.O_NONBLOCK)
    with pytest.raises(OSError, match="it is not a regular file"):
        files.open_regular(str(tmp_path / "x"), os.O_WRONLY)
    os.close(reader)


@pytest.fixture
def linked(tmp_path: Path) -> Path:
    """A folder that others can write into, with names of another file of ours in it, where a file of ours is looked for:
    the one that is written in place, and the one that is to replace it."""
    made, precious = tmp_path / "shared", tmp_path / "precious"
    precious.write_text("ours")
    made.mkdir()
    made.chmod(0o777)
    for name in ("x", f"x.{os.getpid()}"):
        os.link(precious, made / name)
    return made


@pytest.mark.parametrize("theirs", [False, pytest.param(True, marks=two_users)])
def test_nothing_is_written_through_a_hard_link(linked: Path, theirs: bool) -> None:
    """Wherever the kernel lets others make one (macOS; Linux without fs.protected_hardlinks).

    Bugs shown: marks were appended to the file that it names, and what replaces a file emptied it first."""
    if theirs:
        linked.chmod(0o755)
        os.chown(linked, MALLORY, MALLORY)
    for flags in (os.O_WRONLY | os.O_APPEND, os.O_WRONLY | os.O_CREAT, os.O_RDWR):
        with pytest.raises(PermissionError, match="its folder belongs to another user" if theirs else "others can write into its folder") as caught:
            files.open_regular(str(linked / "x"), flags)
        assert caught.value.filename == str(linked / "x")
    files.replace(str(linked / "x"), b"new", 0o700)

    assert (linked / "x").read_bytes() == b"new"
    assert (linked.parent / "precious").read_text() == "ours"
    assert (linked.parent / "precious").stat().st_mode & 0o100 == 0


def test_what_is_written_in_place_may_be_below_a_folder_for_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As /tmp is: there nobody takes away what is ours. And a path may have no folder in it."""
    tmp_path.chmod(0o1777)
    monkeypatch.chdir(tmp_path)
    for path in (str(tmp_path / "x"), "y"):
        os.close(files.open_regular(path, os.O_WRONLY | os.O_CREAT)[0])

    assert {"x", "y"} <= set(os.listdir(tmp_path))


def test_a_path_that_is_none() -> None:
    with pytest.raises(OSError, match="not a path"):
        files.read("/a\0b")


def test_a_descriptor_is_closed_again(tmp_path: Path) -> None:
    """Also that of what is refused."""
    before = os.listdir("/proc/self/fd")
    for kind in ("fifo", "folder", "zero"):
        _strange(kind, tmp_path / kind)
        with pytest.raises(OSError, match=r"not a regular file|Is a directory"):
            files.read(str(tmp_path / kind))

    assert os.listdir("/proc/self/fd") == before


@pytest.mark.parametrize(("size", "most"), [(0, 0), (5, 5), (3_000_000, 3_000_000)])
def test_all_of_a_file_is_read(tmp_path: Path, size: int, most: int) -> None:
    data = os.urandom(size)
    (tmp_path / "x").write_bytes(data)

    assert files.read(str(tmp_path / "x"), most) == data


def test_a_file_that_is_too_long(tmp_path: Path) -> None:
    """It is an error, not its beginning; whatever its size claims."""
    (tmp_path / "x").write_bytes(b"123456")
    with pytest.raises(OSError, match="it is too long, 6 bytes"):
        files.read(str(tmp_path / "x"), 5)
    with pytest.raises(OSError, match="it is too long"):
        files.read("/proc/self/environ", 3)  # its size is said to be 0


def test_replaced_in_one_step(tmp_path: Path) -> None:
    """Who reads meanwhile sees the old or the new content, never less."""
    path = tmp_path / "folder" / "x"
    path.parent.mkdir()
    old, new = b"a" * 300_000, b"b" * 300_000
    path.write_bytes(old)
    seen, over = set(), threading.Event()

    def watch() -> None:
        while not over.is_set():
            seen.add(path.read_bytes())

    watcher = threading.Thread(target=watch)
    watcher.start()
    for i in range(100):
        files.replace(str(path), (old, new)[i % 2])
    over.set()
    watcher.join()

    assert seen <= {old, new}
    assert os.listdir(path.parent) == ["x"]


@pytest.mark.parametrize("mode", [0o600, 0o700])
def test_a_replaced_file_is_private(tmp_path: Path, mode: int) -> None:
    """Whatever the umask, and whatever stood there."""
    (tmp_path / "x").write_bytes(b"old")
    (tmp_path / "x").chmod(0o666)
    before = os.umask(0)
    files.replace(str(tmp_path / "x"), b"new", mode)
    os.umask(before)

    assert stat.S_IMODE(os.stat(tmp_path / "x").st_mode) == mode


def test_what_cannot_be_replaced_stays(tmp_path: Path) -> None:
    """Nothing is left beside it."""
    path = tmp_path / "folder" / "x"
    path.mkdir(parents=True)
    with pytest.raises(IsADirectoryError):
        files.replace(str(path), b"new")

    assert os.listdir(path.parent) == ["x"]


# ------------------------------------------------------------------------- in the place of each file that is read

PLACES = {
    ".config/cst/config.toml": (["ls"], ["next", "--peek"]),
    ".local/state/cst/names": (["ls"],),
    ".local/state/cst/tags": (["ls"],),
    ".local/state/cst/prompt": (["status"],),
    ".local/state/cst/marks/v1.jsonl": (["ls"], ["pin", "{pid}"], ["prune"], ["doctor"]),
    ".local/state/cst/prune.lock": (["prune"],),
    f".local/state/cst/events/v1/{ID}.jsonl": (["ls"], ["prune"]),
    ".local/share/cst/hook.sh": (["hooks", "status"], ["hooks", "install", "--yes"], ["doctor"]),
    ".claude/settings.json": (["hooks", "status"], ["hooks", "install", "--yes"], ["doctor"], ["prune", "--all", "--yes"]),
    ".claude/sessions/7.json": (["ls"], ["prune"]),
    f".claude/tasks/{ID}/1.json": (["ls"],),
    f".claude/projects/-w/{ID}.jsonl": (["ls"], ["show", "{pid}"]),
    f".claude/projects/-w/{ID}/subagents/agent-a.meta.json": (["show", "{pid}"],),
    ".claude/history.jsonl": (["past"],),
    "recording": (["replay", "recording"],),
}


@pytest.mark.parametrize("kind", ["fifo", "zero"])
@pytest.mark.parametrize("place", PLACES)
def test_no_verb_waits_for_what_is_no_file(home: Path, claude: Path, live: Live, place: str, kind: str) -> None:
    """Whatever stands where a file should be, every verb ends by itself, with an exit code of its own. Bug shown: with a
    FIFO for a config file all of them hung."""
    pid = live.start("claude")
    write_registry(claude, registry_entry(pid, procStart=started(pid), cwd="/w"))
    if "subagents" in place:
        write_transcript(claude, [typed("hi")], cwd="/w")
        (home / place).parent.mkdir(parents=True)
        (home / place).with_name("agent-a.jsonl").write_text("{}\n")
    (home / place).parent.mkdir(parents=True, exist_ok=True)
    _strange(kind, home / place)
    argv = [sys.executable, str(ROOT / "shell" / "cst")]
    codes = []
    for words in PLACES[place]:
        done = subprocess.run(
            [*argv, *(word.format(pid=pid) for word in words)], cwd=home, env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.DEVNULL, capture_output=True, timeout=30, check=False,
        )  # fmt: skip
        codes.append((words, done.returncode if b"a bug" not in done.stderr else done.stderr))

    assert [code for _, code in codes if code not in (0, 1)] == []
